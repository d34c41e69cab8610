"""Ratings of orders: coverage, bounds, who rates, rewards, and orders that cannot be."""

import json
import shutil
from pathlib import Path

import pytest
from tests.outcomes.tables import survey

from evalkit import present
from evalkit.errors import DataError
from evalkit.estimators.counted_share import counted_share
from evalkit.outcomes import Refusal, open_report, satisfaction
from evalkit.protocol import read_study
from evalkit.sample.build import build
from evalkit.sample.world import SCALE, SEED, Settings

ROOT = Path(__file__).parents[2]
SPLIT = ("category", "township")


def order(i, rating=None, *, person=None, closed=True, hours=24, **more):
    """An order placed at noon of a day, closed so many hours later, rated an hour after that."""
    day = f"2025-03-{1 + i % 20:02d}"
    done = f"2025-03-{1 + i % 20 + hours // 24:02d} 12:00" if closed else None
    return {
        "ticket_id": f"D{i}", "ordered_at": f"{day} 12:00", "accepted_at": f"{day} 12:30",
        "completed_at": done, "person_id": person or f"P{i}", "category": "家电维修",
        "rating": rating, "rated_at": f"2025-03-{2 + i % 20 + hours // 24:02d} 13:00"
        if rating else None,
    } | more  # fmt: skip


def loop(good=150, bad=50, unrated=200, left=40, **more):
    """Orders, each of a person of their own."""
    stars = [5] * good + [2] * bad + [None] * unrated
    closed = [order(i, star, **more) for i, star in enumerate(stars)]
    return closed + [order(len(stars) + i, closed=False, **more) for i in range(left)]


@pytest.fixture
def told(office):
    """Return the orders of a report, and a function that computes what an exhibit needs."""

    def make(rows, status="public", points=None, **tables):
        if points is not None:
            tables["points"] = points
        report = office("satisfaction", status=status, tickets=rows, **tables)
        return satisfaction.draw_orders(report, rated_from=4)

    return make


def rated_of(orders):
    return satisfaction.ratings(orders, split=SPLIT, level=0.95)


def rewarded_of(orders):
    return satisfaction.rewards(orders, level=0.95)


def test_coverage_is_rated_out_of_closed_and_every_step_is_counted(told):
    found = satisfaction.order_steps(told(loop()))

    steps = {e.dim("step"): e.value for e in found.of("order_step")}
    assert steps == {"ordered": 440, "accepted": 440, "closed": 400, "rated": 200}
    coverage = found.one("rating_coverage")
    assert (coverage.value, coverage.n, coverage.events) == (0.5, 400, 200)


def test_the_share_never_stands_without_what_the_unrated_could_make_of_it(told):
    orders = told(loop())
    rated = rated_of(orders)

    top, bounds = rated.one("top_rating", all="all"), rated.one("top_rating_bounds", all="all")
    # 150 of 200 rated; 150 and 350 of the 400 that were closed.
    assert top.value == 0.75 and (bounds.low, bounds.high) == (0.375, 0.875)
    title = present.ratings_figure(rated, orders).content["en"].title
    assert "75.0%" in title and "37.5% to 87.5%" in title and "50%" in title


def test_one_who_orders_often_widens_the_interval(told):
    rows = loop()
    for row in rows[:60]:
        row["person_id"] = "the same"

    top = rated_of(told(rows)).one("top_rating", all="all")

    # The sixty are all good: as 140 people of their own and one with sixty voices.
    alone = counted_share([1, 0], [1, 1], [150, 50])
    assert top.value == alone.value
    assert top.high - top.low > 1.5 * (alone.high - alone.low)


def test_every_rating_is_a_share_of_the_closed_orders_and_they_add_up(told):
    shares = rated_of(told(loop())).of("rating_share", all="all")

    found = {e.dim("rating"): e.value for e in shares}
    assert found == {"1": 0, "2": 0.125, "3": 0, "4": 0, "5": 0.375, "unrated": 0.5}


def test_a_loop_without_a_rating_is_named_and_is_not_none_per_cent(told):
    orders = told(loop(good=0, bad=0, unrated=120))

    steps, rated = satisfaction.order_steps(orders), rated_of(orders)
    shown = present.order_steps_table(steps, orders).content["en"]
    assert shown.title == "This loop has no rating: none of 120 closed orders carries one"
    assert isinstance(rated, Refusal) and "not 0 %" in rated.estimate.reason.text["en"]
    assert steps.of("rating_coverage") == [] and steps.of("order_step", step="rated") == []
    others = (
        present.ratings_figure(rated, orders),
        present.rewards_table(rewarded_of(orders), orders),
    )
    assert {made.content["en"].frame for made in others} == {"absent"}


def test_an_area_without_orders_has_none_of_these_exhibits(office):
    report = office("satisfaction", survey=survey())
    orders = satisfaction.draw_orders(report, rated_from=4)

    assert isinstance(orders, Refusal)
    shown = present.order_steps_table(satisfaction.order_steps(orders), orders)
    assert shown.content["en"].frame == "absent"


def test_ratings_of_open_orders_and_from_before_the_order_are_counted_apart(told):
    rows = loop()
    early, open_ = rows[:15], rows[-12:]
    for row in early:
        row["rated_at"] = "2025-02-01 09:00"
    for row in open_:
        row["rating"] = 5

    orders = told(rows)

    found = satisfaction.order_steps(orders)
    faults = {e.dim("fault"): e.value for e in found.of("order_fault")}
    assert faults == {"early": 15, "open_rated": 12}
    # The fifteen are of closed orders that nobody rated then; the twelve are of none.
    top, bounds = (rated_of(orders).one(k, all="all") for k in ("top_rating", "top_rating_bounds"))
    assert top.n == 185 and top.events == 135
    assert bounds.high == pytest.approx((135 + 215) / 400)


def test_where_nothing_is_closed_a_rating_is_of_none_and_the_loop_has_a_rating(told):
    rows = [order(i, 5, closed=False) for i in range(120)]

    orders = told(rows)

    found, rated = satisfaction.order_steps(orders), rated_of(orders)
    assert found.one("order_fault", fault="open_rated").value == 120
    assert "no rating" not in present.order_steps_table(found, orders).content["en"].title
    assert isinstance(rated, Refusal) and rated.estimate.reason.code == "rated_orders"
    assert satisfaction.raters(orders, split=SPLIT, edges=(0, 24)).estimates == ()


def test_a_few_faults_are_not_told_of_a_confidential_table(told):
    rows = loop()
    rows[0]["rated_at"] = "2025-02-01 09:00"

    fault = satisfaction.order_steps(told(rows, status="confidential")).one("order_fault")

    assert fault.disclosure == "withheld" and fault.value is None


def test_all_that_fails_is_told_at_once_and_no_share_is_shown(told):
    rows = loop(good=20, bad=10, unrated=700)
    for row in rows:
        row["person_id"] = None

    orders = told(rows)
    rated = rated_of(orders)

    gates = {
        e.dim("gate"): e.method.code for e in satisfaction.rating_gates(orders).of("rating_gate")
    }
    assert gates == {"rated_orders": "failed", "rating_people": "failed",
                     "rating_coverage": "failed", "rating_named": "failed"}  # fmt: skip
    assert isinstance(rated, Refusal)
    passes = rated.estimate.would_pass.text["en"]
    assert "100 rated orders" in passes and "60 people" in passes and "10%" in passes
    assert "95%" in passes
    shown = present.ratings_figure(rated, orders)
    assert "Too few orders were rated" in shown.text["en"]
    # How many rate is no share of the ratings, and stays.
    assert satisfaction.order_steps(orders).one("rating_coverage").value is not None


@pytest.mark.parametrize(("good", "passes"), [(99, False), (100, True)])
def test_at_the_limit_of_rated_orders_a_share_is_told_and_below_it_is_not(told, good, passes):
    rated = rated_of(told(loop(good=good, bad=0, unrated=200)))

    assert isinstance(rated, Refusal) is not passes


@pytest.mark.parametrize(("unrated", "passes"), [(900, True), (901, False)])
def test_at_the_limit_of_coverage_a_share_is_told_and_below_it_is_not(told, unrated, passes):
    rated = rated_of(told(loop(good=50, bad=50, unrated=unrated)))

    assert isinstance(rated, Refusal) is not passes


def test_an_order_that_was_never_closed_took_longer_than_any_other(told):
    rows = loop(good=100, bad=0, unrated=0, left=100)
    for i, row in enumerate(rows[:100]):
        row["completed_at"] = row["ordered_at"][:11] + ("13:00" if i % 2 else "15:00")

    times = satisfaction.close_times(told(rows), split=(), shares=(0.2, 0.75))

    # Of all 200 a quarter took an hour, a quarter three, and the others were never closed.
    first, last = times.estimates
    assert first.value == pytest.approx(1.0)
    assert last.value is None and "75%" in last.reason.text["en"]


def test_groups_that_few_rated_are_joined_and_not_named(told):
    rows = loop(good=200, bad=60, unrated=200)
    for i, row in enumerate(rows):
        row["township"] = "大镇" if i % 10 else "小镇"

    tops = rated_of(told(rows, status="confidential")).of("top_rating")

    assert [e.dims[0] for e in tops if e.dims[0][0] == "township"] == [
        ("township", "大镇"), ("township", "joined"),
    ]  # fmt: skip
    assert all("小镇" not in str(e.group) for e in tops)


def test_whoever_gives_few_low_ratings_is_not_told_by_group_or_in_all(told):
    rows = loop(good=200, bad=4, unrated=200)

    rated = rated_of(told(rows, status="confidential"))

    assert all(e.value is None for e in rated.of("top_rating"))
    assert all(e.low is None for e in rated.of("top_rating_bounds"))
    assert rated.of("rating_share") == []


def test_the_reward_is_read_in_the_orders(told):
    rows = loop(good=150, bad=50, unrated=200)
    for i, row in enumerate(rows):
        row["incentive"] = i < 240

    orders = told(rows)
    found = rewarded_of(orders)

    assert found.one("rating_reward").dim("state") == "marked"
    assert found.one("rating_coverage", reward="yes").value == pytest.approx(200 / 240)
    assert found.one("rating_coverage", reward="no").value == 0
    title = present.rewards_table(found, orders).content["en"].title
    assert "83.3%" in title and "0.0%" in title


def booked(rows):
    return [
        {"record_id": f"J{i}", "person_id": row["person_id"], "date": "2025-03-28",
         "earned": 5, "spent": 0, "ticket_id": row["ticket_id"]}
        for i, row in enumerate(rows)
    ]  # fmt: skip


def test_points_for_rated_orders_alone_are_points_for_rating(told):
    rows = loop()

    found = rewarded_of(told(rows, points=booked(rows[:150])))

    assert found.one("rating_reward").dim("state") == "booked"


def test_points_for_every_order_are_not_points_for_rating(told):
    rows = loop()

    found = rewarded_of(told(rows, points=booked(rows[:400])))

    assert found.one("rating_reward").dim("state") == "unknown"


def test_points_of_whoever_served_are_not_points_for_rating(told):
    rows = loop()
    points = [entry | {"person_id": "V1"} for entry in booked(rows[:150])]

    found = rewarded_of(told(rows, points=points))

    assert found.one("rating_reward").dim("state") == "unknown"


@pytest.mark.parametrize(("mark", "state"), [(False, "free"), (None, "unknown"), (True, "all")])
def test_no_reward_is_claimed_only_where_the_orders_say_so(told, mark, state):
    rows = [row | {"incentive": mark} for row in loop()]

    assert rewarded_of(told(rows)).one("rating_reward").dim("state") == state


def test_points_booked_against_what_the_order_says_are_counted(told):
    rows = [row | {"incentive": False} for row in loop()]
    rows[-1]["incentive"] = True

    found = rewarded_of(told(rows, points=booked(rows[:30])))

    assert found.one("reward_unmarked").value == 30


def test_a_rating_outside_the_scale_is_refused_with_its_column(told):
    rows = loop()
    rows[0]["rating"] = 8

    with pytest.raises(DataError, match="above"):
        told(rows)


def test_two_ratings_of_one_order_are_refused(told):
    rows = loop()

    with pytest.raises(DataError, match="twice"):
        told([*rows, rows[0] | {"rating": 1}])


def test_what_is_planted_is_found(built_sample):
    study, truth = built_sample
    report = open_report(study, "liangjiang", "satisfaction", "en")
    orders = satisfaction.draw_orders(report, rated_from=4)
    planted = truth["liangjiang"]["tickets+points"]

    rated = rated_of(orders)
    top, bounds = rated.one("top_rating", all="all"), rated.one("top_rating_bounds", all="all")
    coverage = rated.one("rating_coverage", all="all")
    # Counts are rounded to 5: of 1,400 and 4,200 that is less than half a point.
    assert top.value == pytest.approx(planted["share_content_rated"], abs=0.005)
    assert coverage.value == pytest.approx(planted["share_rated"], abs=0.005)
    # The content rate more: the interval of the rated misses the truth, the bounds hold it.
    assert bounds.low < planted["share_content_all"] < bounds.high
    assert planted["share_content_all"] < top.low
    by_reward = {e.dim("reward"): e.value for e in rewarded_of(orders).of("rating_coverage")}
    assert by_reward["yes"] > 1.5 * by_reward["no"]


@pytest.fixture(scope="module")
def built_sample(tmp_path_factory):
    """The sample study of one area with its tables made, and what is planted in them."""
    folder = tmp_path_factory.mktemp("sample")
    for name in ("data/areas", "data/published", "studies/sample"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("data"))
    study = folder / "studies" / "sample" / "study.toml"
    made = build(read_study(study), Settings(SEED, SCALE)).folder
    return study, json.loads((made / "truth.json").read_text(encoding="utf-8"))


def test_words_of_the_ratings_gates_stand_to_the_left(told):
    orders = told(loop())

    shown = present.rating_gates_table(satisfaction.rating_gates(orders), orders)

    assert [head.align for head in shown.content["en"].heads[:4]] == ["left"] * 4


def test_every_star_is_counted_by_itself(told):
    rows = [order(i, 1 + i % 5) for i in range(300)]

    rated = satisfaction.ratings(told(rows), (), 0.95)

    shares = {e.dim("rating"): e.value for e in rated.of("rating_share")}
    assert {code: shares[code] for code in "12345"} == pytest.approx(dict.fromkeys("12345", 0.2))
