"""Townships beside chance, and whether those with more in need are reached more."""

import numpy as np
import pytest

from evalkit import present
from evalkit.estimators.concentration import concentration_index
from evalkit.estimators.funnel_limits import funnel_of_shares
from evalkit.outcomes import reach
from evalkit.outcomes.report import Refusal

from .test_reach_gates import steps


def area(office, reached, sizes, need=lambda town: 0):
    """Townships of so many people, of whom so many were reached and so many are in need."""
    people, funnel = [], []
    for town, (n, k) in enumerate(zip(sizes, reached, strict=True)):
        rows = [
            {"person_id": f"{town}-{i}", "township": f"T{town:02d}", "age_band": "14-17",
             "sex": "male", "groups": "left behind" if i < need(town) else None}
            for i in range(n)
        ]  # fmt: skip
        people += rows
        funnel += rows[:k]
    report = office("reach", people=people, funnel=steps(funnel))
    return reach.draw_target(report, "started", "")


ALIKE = [40 + 5 * (i % 3) for i in range(12)]


def test_a_township_far_from_the_others_is_named_and_no_other_is(office):
    reached = [*ALIKE[:-1], 160]

    found = reach.places(area(office, reached, [200] * 12))

    funnel = funnel_of_shares(reached, [200] * 12, spread="additive")
    far = {e.group.text["en"]: e.method.code for e in found.of("place_share")}
    assert far["T11"] == "far_above" and {*far.values()} == {"within", "far_above"}
    assert funnel.limits[1].outside[-1] == 1
    assert found.one("place_target").value == pytest.approx(sum(reached) / 2400)
    assert found.one("place_spread").value == pytest.approx(funnel.tau2**0.5, abs=6e-4)
    assert {e.dim("side"): e.value for e in found.of("place_count")} == {
        "far_below": 0, "below": 0, "within": 11, "above": 0, "far_above": 1, "untold": 0,
    }  # fmt: skip
    figure = present.places_figure(found).content["en"]
    assert "Of the 12 places shown 0 lie below the far limits and 1 above" in figure.title
    table = present.places_table(found).content["en"]
    assert table.folded and [row.cells[0].lines[0].pieces[0].text for row in table.rows] == [
        f"T{i:02d}" for i in range(12)
    ]


def test_townships_that_differ_by_chance_are_within(office):
    found = reach.places(area(office, ALIKE, [200] * 12))

    assert found.one("place_count", side="within").value == 12
    assert found.one("place_spread").value == 0
    assert "None of the 12" in present.places_figure(found).content["en"].title


def test_between_the_limits_is_above_the_near_and_not_the_far(office):
    # 55 of 200 beside 40: more than two errors of 2.8 points, fewer than three.
    reached = [40] * 11 + [58]

    found = reach.places(area(office, reached, [200] * 12))

    last = found.of("place_share")[-1]
    assert last.method.code == "above"
    assert "None of the 12" in present.places_figure(found).content["en"].title


@pytest.mark.parametrize(("towns", "stands"), [(10, True), (9, False)])
def test_fewer_than_ten_townships_are_no_funnel(office, towns, stands):
    found = reach.places(area(office, ALIKE[:towns], [200] * towns))

    assert isinstance(found, Refusal) != stands


def test_a_township_with_few_is_no_point_and_is_said(office):
    # 5 reached cannot be told; 30 people cannot be told apart and are no township of their own.
    reached = [*ALIKE[:-1], 5, 10]

    found = reach.places(area(office, reached, [200] * 12 + [30]))

    assert len(found.of("place_share")) == 12
    hidden = found.of("place_share")[-1]
    assert hidden.value is None and hidden.disclosure == "withheld"
    # What stands beside a number and is not withheld with it must not tell either.
    assert hidden.method.code == "untold"
    # They count in the limits, and nobody can find how they lie by counting the others.
    assert found.one("place_target").n == 2430
    counts = {e.dim("side"): e.value for e in found.of("place_count")}
    assert counts["untold"] == 2 and sum(counts.values()) == 13
    assert len(found.of("place_limit", level="0.95")) == 11
    assert "count in the limits: 2" in present.places_figure(found).content["en"].note
    row = present.places_table(found).content["en"].rows[-1]
    assert row.cells[-1].lines[0].pieces[0].text == "–"


def test_the_slope_is_the_index_of_the_estimator_by_township(office):
    sizes, reached = [200] * 12, [20 + 5 * i for i in range(12)]
    target = area(office, reached, sizes, need=lambda town: 20 + 10 * town)

    found = reach.gradient(target, level=0.9).one("need_gradient")

    rank = np.repeat([(20 + 10 * i) / 200 for i in range(12)], 200)
    outcome = np.concatenate([np.arange(200) < k for k in reached]).astype(float)
    expected = concentration_index(rank, outcome, cluster=np.repeat(np.arange(12), 200), level=0.9)
    assert (found.value, found.low, found.high) == pytest.approx(
        (expected.value, expected.low, expected.high), abs=0.006
    )


@pytest.mark.parametrize(
    ("slope", "said"), [(5, "are reached more:"), (-5, "are reached less:"), (0, "cannot be told")]
)
def test_a_slope_is_said_only_where_its_interval_excludes_none(office, slope, said):
    reached = [60 + slope * (i - 6) + 3 * (i % 2) for i in range(12)]
    target = area(office, reached, [200] * 12, need=lambda town: 20 + 10 * town)

    shown = present.gradient_statement(reach.gradient(target, level=0.95)).content["en"]

    assert said in " ".join(p.text for b in shown.blocks for line in b.lines for p in line.pieces)


def test_nobody_in_need_is_no_order_of_townships(office):
    found = reach.gradient(area(office, ALIKE, [200] * 12), level=0.95)

    assert isinstance(found, Refusal) and found.estimate.reason.code == "no_groups"


def test_the_limits_of_a_place_are_the_estimator_s_for_its_size(office):
    sizes = [150 + 10 * i for i in range(12)]

    found = reach.places(area(office, ALIKE, sizes))

    funnel = funnel_of_shares(ALIKE, sizes, spread="additive")
    for limit, level in zip(funnel.limits, ("0.95", "0.998"), strict=True):
        rows = found.of("place_limit", level=level)
        assert [e.low for e in rows] == pytest.approx([*limit.low], abs=6e-4)
        assert [e.high for e in rows] == pytest.approx([*limit.high], abs=6e-4)


def test_where_every_township_is_too_small_nothing_is_told_of_any(office):
    # Forty people each are told apart by nothing but their township.
    found = reach.places(area(office, [15] * 12, [40] * 12))

    assert found.of("place_share") == [] and found.one("place_count", side="untold").value == 12
    assert present.places_table(found).content["en"].frame == "absent"
    assert "withheld" in present.places_figure(found).text["en"]
