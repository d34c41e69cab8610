"""An event that nobody had."""

import pytest
from scipy.stats import binom
from tests.helpers import agree

from evalkit.estimators.no_events import upper_bound
from evalkit.estimators.share import share


def test_a_group_without_the_event_is_exactly_that_rare():
    sizes = [*range(1, 101), *range(110, 10_111, 100)]

    found = [binom.pmf(0, n, upper_bound(n)) for n in sizes]

    # A power and its root.
    agree("bound without events", "binomial law, 200 sizes", found, [0.05] * len(found), rel=1e-9)


def test_it_is_about_three_in_n():
    for n in (100, 657, 100_000):
        assert upper_bound(n) == pytest.approx(3 / n, rel=0.02)


def test_it_is_the_exact_interval_with_all_of_the_doubt_on_one_side():
    for n in (1, 7, 50, 657):
        both_sides = share(0, n, method="clopper_pearson", level=0.9).high

        assert upper_bound(n, level=0.95) == pytest.approx(both_sides, rel=1e-9)


def test_nobody_and_impossible_levels_are_refused():
    with pytest.raises(ValueError, match="a group of 0 persons has no share"):
        upper_bound(0)
    with pytest.raises(ValueError, match="lies between 0 and 1, not 1"):
        upper_bound(9, level=1)
