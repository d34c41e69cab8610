"""Constants and small rules of the outcomes, each by a number of its own."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.outcomes.test_ratings import loop, told  # noqa: F401

from evalkit.disclosure import Gate, read_policy
from evalkit.estimators.matching import match, matched_difference
from evalkit.outcomes import satisfaction
from evalkit.outcomes.recidivism.compared import Paired
from evalkit.outcomes.recidivism.curve_alike import _line
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.recidivism.villages import _of, halves_of
from evalkit.outcomes.requirements import requirement
from evalkit.outcomes.satisfaction.orders import STARS
from evalkit.schema import load_schema
from evalkit.words import Term


def test_rates_of_places_are_of_a_thousand_young_people_and_a_year():
    # Five cases in 2,000 years; of none the upper bound is 3 / n nearly.
    assert _of(0.95, 5, 2000)["value"] == pytest.approx(2.5)
    assert _of(0.95, 0, 3000)["high"] == pytest.approx(1.0, abs=0.01)
    months = pd.DataFrame(
        {"place": "a", "titled": True, "after": [False, True], "cases": [1, 3], "young": [500, 250]}
    )
    # One case in 500 months of a person is 24 of a thousand a year.
    assert list(halves_of(months)["rate"]) == pytest.approx([24.0, 144.0])


def test_stars_are_the_ratings_that_the_table_of_orders_may_hold():
    field = load_schema("tickets").columns["rating"]

    assert list(STARS) == list(range(int(field.low), int(field.high) + 1))


def test_a_requirement_guards_the_shares_of_groups_too_unless_it_says_otherwise():
    report = SimpleNamespace(term=lambda code, **values: Term(code, {"en": code}))
    found = Term("found", {"en": "found"})

    plain = requirement(report, "linkage", True, found, found)

    assert plain.levels and plain.known
    assert not requirement(report, "linkage", True, found, found, levels=False).levels


def test_the_ratio_of_matched_pairs_has_as_many_degrees_of_freedom_as_pairs_less_one():
    random = np.random.default_rng(2)
    treated = np.arange(24) < 12
    pairs = match(random.random(24), treated, caliper=None)
    above, below = random.random(24), 1 + random.random(24)

    made = Paired(SimpleNamespace(treated=treated), pairs).ratio(above, below)

    means = [above[who].mean() / below[who].mean() for who in (pairs.treated, pairs.control)]
    moved = above - np.where(treated, *means) * below
    moved /= np.where(treated, below[pairs.treated].mean(), below[pairs.control].mean())
    error = matched_difference(moved, pairs).se
    gap = means[0] - means[1]
    half = stats.t.ppf(0.975, pairs.treated.size - 1) * error
    assert (made.point.low, made.point.high) == pytest.approx((gap - half, gap + half))


@pytest.mark.parametrize("last", [0.3, 0.18])
def test_a_curve_ends_at_its_last_value_and_nothing_before_it_is_higher(last):
    followed = SimpleNamespace(
        gate=Gate(read_policy("minors"), "public", ("en",)),
        group=lambda code: pd.DataFrame({"event": [1, 1, 0], "time": [10.0, 20.0, 40.0]}),
    )
    points = [
        (day, SimpleNamespace(treated=value, treated_se=0.05))
        for day, value in ((10.0, 0.1), (20.0, 0.2), (40.0, last))
    ]

    line = _line(followed, "a", points, "treated", True, 0.95)

    assert [line[day][0] for day in (10.0, 20.0, 40.0)] == pytest.approx(
        [0.1, min(0.2, last), last]
    )


@pytest.mark.parametrize(("landmark", "said"), [(0, "window.day"), (90, "start.window")])
def test_a_window_after_a_landmark_names_it(landmark, said):
    followed = SimpleNamespace(
        landmark=landmark, window=365, cohort=SimpleNamespace(table=SimpleNamespace(unit="day")),
        report=SimpleNamespace(term=lambda code, **values: (code, values)),
    )  # fmt: skip

    code, values = Followed.window_term.fget(followed)

    assert code == said
    assert values["n"] == (landmark or 365)


def test_times_are_told_of_the_groups_of_which_the_ratings_are(told):  # noqa: F811
    # In one township so few gave a low rating that its ratings are joined with others.
    rows = loop(good=240, bad=60, unrated=200)
    low = [row for row in rows if row["rating"] == 2]
    for i, row in enumerate(rows):
        row["township"] = "大镇" if i % 2 else "静镇"
    for i, row in enumerate(low):
        row["township"] = "静镇" if i < 5 else "大镇"
    orders = told(rows, status="confidential")

    groups = [
        {e.dims[0][1] for e in found if e.dims[0][0] == "township"}
        for found in (
            satisfaction.ratings(orders, ("township",), 0.95).of("top_rating"),
            satisfaction.close_times(orders, ("township",), (0.5,)).estimates,
        )
    ]

    assert groups[0] == groups[1] == {"大镇", "joined"}
