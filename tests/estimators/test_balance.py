"""How unlike two groups are."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.helpers import LAW, gold

from evalkit.estimators.balance import standardised_mean_difference

# Quarters add up exactly in floating point.
GROUPS = st.lists(st.integers(-400, 400).map(lambda i: i / 4), min_size=2, max_size=8)


def test_a_difference_worked_out_by_hand():
    # Means 2 and 5; variances 1 and 7; sqrt((1 + 7) / 2) = 2; (2 - 5) / 2 = -1.5.
    # A square root, so one ulp of freedom.
    assert standardised_mean_difference([1, 2, 3], [2, 6, 7]) == pytest.approx(-1.5, rel=1e-15)


@pytest.mark.parametrize("column", ["black", "hispan", "married", "nodegree"])
def test_r_gives_the_same_on_the_lalonde_counts(column):
    known = gold("lalonde_smd_unadjusted")
    treated, control = (_people(known["extra"][name], column) for name in ("treated", "control"))

    difference = standardised_mean_difference(treated, control)

    assert difference == pytest.approx(known["value"][column], rel=known["rel_tol"])


def test_two_groups_of_the_same_constant_do_not_differ():
    assert standardised_mean_difference([3, 3], [3, 3, 3]) == 0.0


@LAW
@given(GROUPS, GROUPS, st.integers(-100, 100), st.sampled_from([0.25, 0.5, 2.0, 8.0]))
def test_another_zero_and_another_unit_change_nothing(first, second, shift, scale):
    assume(len(set(first)) > 1 or len(set(second)) > 1)
    before = standardised_mean_difference(first, second)

    after = standardised_mean_difference(
        [scale * x + shift for x in first], [scale * x + shift for x in second]
    )

    # Variances of shifted numbers lose a few of the sixteen places.
    assert after == pytest.approx(before, rel=1e-9, abs=1e-9)


@LAW
@given(GROUPS, GROUPS)
def test_swapping_the_groups_or_the_sign_turns_the_difference_round(first, second):
    assume(len(set(first)) > 1 or len(set(second)) > 1)
    there = standardised_mean_difference(first, second)

    # The same operations with other signs: exact but for the order of a sum.
    assert standardised_mean_difference(second, first) == pytest.approx(-there, abs=1e-12)
    assert standardised_mean_difference([-x for x in first], [-x for x in second]) == pytest.approx(
        -there, abs=1e-12
    )


def test_a_group_of_one_is_refused():
    for groups in (([1], [1, 2]), ([1, 2], [1])):
        with pytest.raises(
            ValueError, match=r"^a group needs at least two persons for its spread$"
        ):
            standardised_mean_difference(*groups)


def test_two_different_constants_are_refused():
    with pytest.raises(ValueError, match=r"^two different constants have no spread"):
        standardised_mean_difference([1, 1], [2, 2])


def test_a_missing_number_is_refused_by_the_name_of_its_group():
    with pytest.raises(ValueError, match=r"^first: 1 values are missing"):
        standardised_mean_difference([1, math.nan], [1, 2])
    with pytest.raises(ValueError, match=r"^second: holds nobody"):
        standardised_mean_difference([1, 2], [])


def _people(counts, column):
    return [1] * counts[column] + [0] * (counts["n"] - counts[column])
