"""The difference of two risks: interval and test."""

import math
from itertools import product

import pandas as pd
import pytest
from tests.helpers import agree, gold, reference_data

from evalkit.arithmetic.exact import FEWEST, fisher, least_expected
from evalkit.estimators.risk_difference import risk_difference
from evalkit.estimators.share import share

# Newcombe (1998), Statistics in Medicine 17(8), 873-890, Table II, method 10.
# Printed to four places, so half a unit of the fourth place is the tolerance.
PUBLISHED = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (5, 56, 0, 29, -0.0381, 0.1926),
]
SMALL_GROUPS = [(events, n) for n in range(1, 7) for events in range(n + 1)]


@pytest.mark.parametrize(("a", "n_a", "b", "n_b", "low", "high"), PUBLISHED)
def test_the_published_examples_are_met(a, n_a, b, n_b, low, high):
    point = risk_difference(a, n_a, b, n_b)

    agree(
        "risk difference (Newcombe)", "Newcombe 1998, Table II",
        (point.low, point.high), (low, high), abs=5e-5,
    )  # fmt: skip
    # Two divisions and a subtraction: a few ulps.
    assert point.value == pytest.approx(a / n_a - b / n_b, abs=1e-15)


@pytest.mark.parametrize("method", ["newcombe", "wald"])
def test_r_gives_the_same_for_56_of_70_against_48_of_80(method):
    known = gold(f"rd_{method}_56_70_48_80")

    point = risk_difference(56, 70, 48, 80, method=method)

    agree(
        f"risk difference ({method.title()})", "R", (point.value, point.low, point.high),
        (known["value"], *known["ci"]), rel=known["rel_tol"],
    )  # fmt: skip


def test_the_life_experiment_gives_what_r_gives():
    known = gold("rossi_rd_newcombe")
    life = pd.read_csv(reference_data("rossi.csv"))
    aid, none = life[life["fin"] == 1]["arrest"], life[life["fin"] == 0]["arrest"]

    point = risk_difference(aid.sum(), len(aid), none.sum(), len(none))

    assert (aid.sum(), len(aid), none.sum(), len(none)) == (48, 216, 66, 216)
    agree(
        "risk difference (Newcombe)", "R", (point.value, point.low, point.high, point.p),
        (known["value"], *known["ci"], known["p_value"]), rel=known["rel_tol"],
    )  # fmt: skip
    assert round(point.p, 4) == 0.0494


def test_the_interval_is_built_from_wilson_intervals_as_the_paper_says():
    found, expected = [], []
    for (a, n_a), (b, n_b) in product(SMALL_GROUPS, repeat=2):
        first, second = share(a, n_a), share(b, n_b)
        gap = first.value - second.value
        below = math.hypot(first.value - first.low, second.high - second.value)
        above = math.hypot(first.high - first.value, second.value - second.low)

        point = risk_difference(a, n_a, b, n_b)

        low, high = gap - below, gap + above
        if least_expected(a, n_a, b, n_b) < FEWEST and fisher(a, n_a, b, n_b) >= 0.05:
            low, high = min(low, 0.0), max(high, 0.0)
        found += [point.low, point.high]
        expected += [low, high]

    # The same formula in another order of operations, on numbers below 1.
    agree(
        "risk difference (Newcombe)", "independent slow way, all small tables",
        found, expected, abs=1e-12,
    )  # fmt: skip


@pytest.mark.parametrize("method", ["newcombe", "wald"])
def test_swapping_the_groups_mirrors_the_interval(method):
    for first, second in product(SMALL_GROUPS, repeat=2):
        there = risk_difference(*first, *second, method=method)
        back = risk_difference(*second, *first, method=method)

        # Mirrored sums round differently in the last place.
        assert (there.value, there.low, there.high, there.p) == pytest.approx(
            (-back.value, -back.high, -back.low, back.p), abs=1e-12
        ), (first, second)


def test_the_interval_holds_the_value_and_stays_between_minus_1_and_1():
    for first, second in product(SMALL_GROUPS, repeat=2):
        point = risk_difference(*first, *second)

        # At the corners the bound is exact on paper and misses by an ulp.
        assert -1 - 1e-12 <= point.low <= point.value + 1e-12, (first, second)
        assert point.value - 1e-12 <= point.high <= 1 + 1e-12, (first, second)


def test_the_p_value_is_one_where_nobody_or_everybody_has_the_event():
    assert risk_difference(0, 5, 0, 9).p == 1.0
    assert risk_difference(5, 5, 9, 9).p == 1.0


def test_equal_shares_have_a_p_value_of_one():
    # z is zero, or an ulp beside it.
    assert risk_difference(2, 6, 3, 9).p == pytest.approx(1.0, abs=1e-12)


def test_impossible_counts_are_refused_by_name():
    with pytest.raises(ValueError, match=r"^12 events among 10 persons$"):
        risk_difference(12, 10, 3, 10)
    with pytest.raises(ValueError, match=r"^-3 events among 10 persons$"):
        risk_difference(2, 10, -3, 10)
    with pytest.raises(ValueError, match=r"^a group of 0 persons has no share$"):
        risk_difference(2, 10, 0, 0)


def test_an_unknown_method_is_refused_with_the_list():
    with pytest.raises(ValueError, match=r"^method must be one of newcombe, wald$"):
        risk_difference(1, 10, 3, 10, method="score")


def test_an_impossible_level_is_refused():
    with pytest.raises(ValueError, match=r"lies between 0 and 1, not 0$"):
        risk_difference(1, 10, 3, 10, level=0)
