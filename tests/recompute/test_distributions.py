"""Tails and quantiles beside scipy's, over random places; to 1e-12 where both keep digits."""

import numpy as np
import pytest
from scipy import special, stats

from evalkit.recompute import distributions as ours

RANDOM = np.random.default_rng(36)


def test_the_normal_law_has_the_values_of_every_table():
    assert ours.normal_tail(1.959963984540054) == pytest.approx(0.025, rel=1e-12)
    assert ours.normal_deviate(0.025) == pytest.approx(1.959963984540054, rel=1e-12)
    assert ours.normal_deviate(0.5) == pytest.approx(0.0, abs=1e-12)
    assert ours.normal_tail(10.0) == pytest.approx(stats.norm.sf(10), rel=1e-12)


def test_the_gamma_tail_is_scipy_s_on_both_sides_of_its_shape():
    for shape, x in RANDOM.uniform(0.05, 60, (300, 2)):
        # scipy's own digits near the shape are 1e-13.
        assert ours.gamma_upper(shape, x) == pytest.approx(special.gammaincc(shape, x), rel=1e-10)
    assert ours.gamma_upper(2.0, 0.0) == 1.0


def test_the_beta_function_is_scipy_s_and_whole_at_its_ends():
    for a, b, x in np.c_[RANDOM.uniform(0.1, 90, (300, 2)), RANDOM.uniform(0, 1, 300)]:
        wanted = special.betainc(a, b, x)
        assert ours.beta_lower(a, b, x) == pytest.approx(wanted, rel=1e-9, abs=1e-13)
    assert ours.beta_lower(3, 4, 0.0) == 0.0 and ours.beta_lower(3, 4, 1.0) == 1.0


def test_chi_square_and_t_are_scipy_s():
    for value, df in zip(RANDOM.uniform(0, 40, 100), RANDOM.integers(1, 9, 100), strict=True):
        wanted = stats.chi2.sf(value, df)
        assert ours.chi_square_tail(value, int(df)) == pytest.approx(wanted, rel=1e-10)
    for t, df in zip(RANDOM.uniform(0, 9, 100), RANDOM.uniform(2, 500, 100), strict=True):
        assert ours.t_tails(t, df) == pytest.approx(2 * stats.t.sf(t, df), rel=1e-9)


def test_halving_stops_at_the_last_digit():
    assert ours.bisect(lambda x: x * x - 2, 0.0, 2.0) == pytest.approx(2**0.5, rel=1e-15)
