"""Numbers needed to treat, also where benefit and harm are both possible."""

import pytest

from evalkit.arithmetic.interval import Point
from evalkit.estimators.number_needed import number_needed
from evalkit.estimators.risk_difference import risk_difference


def test_a_clear_benefit_has_a_number_between_two_numbers():
    needed = number_needed(Point(-0.10, -0.20, -0.04))

    assert (needed.side, needed.value) == ("benefit", pytest.approx(10))
    assert needed.benefit == pytest.approx((5, 25)) and needed.harm is None


def test_a_clear_harm_is_the_mirror_of_a_benefit():
    needed = number_needed(Point(0.10, 0.04, 0.20))

    assert (needed.side, needed.value) == ("harm", pytest.approx(10))
    assert needed.harm == pytest.approx((5, 25)) and needed.benefit is None


def test_a_difference_that_may_be_nothing_goes_on_to_both_sides_without_end():
    needed = number_needed(Point(-0.05, -0.125, 0.025))

    assert (needed.side, needed.value) == ("benefit", pytest.approx(20))
    assert needed.benefit == (pytest.approx(8), None)
    assert needed.harm == (pytest.approx(40), None)


def test_an_interval_that_ends_at_nothing_has_one_side_without_end():
    assert number_needed(Point(-0.05, -0.1, 0.0)).benefit == (10, None)
    assert number_needed(Point(-0.05, -0.1, 0.0)).harm is None


def test_no_difference_has_no_number():
    needed = number_needed(Point(0.0, -0.1, 0.1))

    assert (needed.side, needed.value) == ("neither", None)


def test_swapping_the_groups_swaps_benefit_and_harm():
    there = number_needed(risk_difference(48, 216, 66, 216))
    back = number_needed(risk_difference(66, 216, 48, 216))

    assert (there.side, back.side) == ("benefit", "harm")
    assert there.benefit == pytest.approx(back.harm) and there.harm == back.benefit


def test_what_is_no_difference_of_risks_is_refused():
    with pytest.raises(ValueError, match=r"^no difference of risks: 0.5 from 0.6 to 0.7$"):
        number_needed(Point(0.5, 0.6, 0.7))
    with pytest.raises(ValueError, match=r"^no difference of risks: 2 from 1 to 3$"):
        number_needed(Point(2, 1, 3))
