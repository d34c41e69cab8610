"""Quantiles and the checks that every estimator makes."""

import math

import numpy as np
import pytest

from evalkit.arithmetic.interval import check_count, quantile

# Any printed table of the normal distribution, to six places.
PRINTED = [(0.90, 1.644854), (0.95, 1.959964), (0.99, 2.575829)]


@pytest.mark.parametrize(("level", "z"), PRINTED)
def test_quantiles_are_those_of_the_printed_table(level, z):
    # Half a unit of the sixth place.
    assert quantile(level) == pytest.approx(z, abs=5e-7)


def test_a_higher_level_has_a_larger_quantile():
    quantiles = [quantile(level) for level in np.linspace(0.01, 0.99, 99)]

    assert quantiles == sorted(set(quantiles))


@pytest.mark.parametrize("level", [0, 1, -0.5, 95, math.nan])
def test_a_level_outside_0_and_1_is_refused_by_its_value(level):
    with pytest.raises(ValueError, match=f"lies between 0 and 1, not {level}$"):
        quantile(level)


def test_every_possible_count_passes_and_every_impossible_one_is_refused():
    for n in range(-2, 6):
        for events in range(-3, 8):
            if n >= 1 and 0 <= events <= n:
                check_count(events, n)
                continue
            message = f"a group of {n} persons" if n < 1 else f"{events} events among {n} persons"
            with pytest.raises(ValueError, match=f"^{message}"):
                check_count(events, n)


def test_a_missing_count_is_refused():
    with pytest.raises(ValueError, match=r"nan events among 3 persons"):
        check_count(math.nan, 3)
