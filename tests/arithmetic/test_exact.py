"""Exact tests where too few events are expected for a normal distribution."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import fisher_exact

from evalkit.arithmetic.exact import exactly, fisher, least_expected, no_likelier, stratified
from evalkit.arithmetic.interval import Point

SMALL = [(events, n) for n in range(1, 7) for events in range(n + 1)]


def test_another_library_gives_the_same_for_all_small_tables():
    for (a, n_a), (b, n_b) in product(SMALL, repeat=2):
        theirs = fisher_exact([[a, n_a - a], [b, n_b - b]]).pvalue

        # Sums of the same few probabilities.
        assert fisher(a, n_a, b, n_b) == pytest.approx(theirs, rel=1e-10), (a, n_a, b, n_b)


def test_one_stratum_is_fisher_s_test():
    for (a, n_a), (b, n_b) in product(SMALL, repeat=2):
        found = stratified(np.array([n_a]), np.array([n_a + n_b]), np.array([a + b]), a)

        assert found == pytest.approx(fisher(a, n_a, b, n_b), rel=1e-10)


def test_the_hypothesis_is_rejected_in_no_more_than_5_per_cent_of_all_tables():
    # One treated person among 200: chi-square rejects whenever that person has a rare event.
    for events in range(201):
        chance = events / 200
        rejected = chance * (fisher(1, 1, events - 1, 199) < 0.05 if events else 0)
        rejected += (1 - chance) * (fisher(0, 1, events, 199) < 0.05 if events < 200 else 0)

        assert rejected <= 0.05


def test_an_interval_holds_no_difference_where_the_exact_test_does_not_reject():
    # One event among 5 against 2 among 95: Newcombe's interval leaves out 0, p is 0.14.
    short = Point(0.179, 0.005, 0.6, p=0.02)

    point = exactly(short, (1, 5, 2, 95), 0.95, 0.0)

    assert (point.low, point.high) == (0.0, 0.6)
    assert point.p == pytest.approx(fisher_exact([[1, 4], [2, 93]]).pvalue, rel=1e-10)


def test_where_enough_are_expected_nothing_changes():
    point = Point(0.2, 0.05, 0.33, p=0.009)

    assert exactly(point, (56, 70, 48, 80), 0.95, 0.0) is point
    assert least_expected(56, 70, 48, 80) == pytest.approx(46 * 70 / 150)


def test_results_that_are_equally_likely_count_together():
    assert no_likelier(np.array([0.25, 0.5, 0.25]), 0) == pytest.approx(0.5)
    assert no_likelier(np.array([0.25, 0.5, 0.25]), 1) == 1.0


def test_thousands_of_event_times_take_less_than_a_few_seconds():
    # A small group of three among many: what is out of reach is left off.
    at_risk = np.arange(20_000, 15_000, -1)

    p = stratified(np.full(5_000, 3), at_risk, np.ones(5_000, dtype=int), 1)

    assert 0.5 < p <= 1.0
