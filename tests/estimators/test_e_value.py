"""A cause that nobody measured."""

import math

import numpy as np
import pytest
from scipy.optimize import brentq
from tests.helpers import agree, gold

from evalkit.arithmetic.interval import Point
from evalkit.estimators.e_value import e_value


def test_the_published_example_is_met():
    known = gold("evalue_rr3.9")

    found = e_value(Point(3.9, 1.8, 8.7))

    expected = (known["value"], known["extra"]["evalue_ci"])
    agree(
        "E-value", "R, formula of the paper", (found.value, found.limit), expected,
        rel=known["rel_tol"],
    )  # fmt: skip
    # Printed as 7.26 and 3.0.
    agree("E-value", "VanderWeele and Ding (2017)", found.value, 7.26, abs=5e-3)


def test_it_is_where_the_bias_of_two_equal_ratios_is_the_ratio_itself():
    random = np.random.default_rng(31)
    ratios = np.exp(random.uniform(-3, 3, 200))
    found, expected = [], []
    for ratio in ratios:
        away = max(ratio, 1 / ratio)
        # Their bounding factor with both ratios equal to x is x^2 / (2x - 1).
        expected.append(brentq(lambda x, a=away: x * x / (2 * x - 1) - a, away, 3 * away + 1))
        found.append(e_value(Point(ratio, ratio, ratio)).value)

    # The root is found to the twelfth place.
    agree("E-value", "independent slow way, 200 random inputs", found, expected, rel=1e-9)


def test_turning_the_ratio_over_changes_nothing():
    there, back = e_value(Point(2.0, 1.2, 3.0)), e_value(Point(0.5, 1 / 3, 1 / 1.2))

    assert (there.value, there.limit) == pytest.approx((back.value, back.limit), rel=1e-12)


def test_an_interval_that_holds_one_needs_no_cause_at_all():
    assert e_value(Point(1.5, 0.9, 2.0)).limit == 1
    assert e_value(Point(1.0, 0.9, 2.0)).value == 1


@pytest.mark.parametrize("low", [0, -1, math.nan, 3])
def test_what_is_no_ratio_is_refused(low):
    with pytest.raises(ValueError, match="no risk ratio: 2 from"):
        e_value(Point(2, low, 4))
