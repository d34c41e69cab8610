"""The formulas beside printed numbers, and beside the estimators over random counts to 1e-9."""

import numpy as np
import pytest
from scipy import stats

from evalkit.arithmetic.interval import Point
from evalkit.estimators.adjusted_p import adjusted_p
from evalkit.estimators.balance import standardised_mean_difference
from evalkit.estimators.e_value import e_value
from evalkit.estimators.funnel_limits import funnel_of_shares
from evalkit.estimators.kaplan_meier import cumulative_incidence, life_table
from evalkit.estimators.log_rank import log_rank
from evalkit.estimators.no_events import upper_bound
from evalkit.estimators.power import smallest_difference
from evalkit.estimators.rate import rate
from evalkit.estimators.response_rates import response_rates
from evalkit.estimators.risk_difference import risk_difference
from evalkit.estimators.share import share
from evalkit.recompute import funnel, methods, shares

RANDOM = np.random.default_rng(360)
CLOSE = {"rel": 1e-9, "abs": 1e-12}  # what a reader of the page is promised


def tables(n=200, most=300):
    for n_a, n_b in RANDOM.integers(2, most, (n, 2)):
        yield int(RANDOM.integers(0, n_a + 1)), int(n_a), int(RANDOM.integers(0, n_b + 1)), int(n_b)


def test_wilson_as_newcombe_printed_it():
    # Newcombe (1998), Statistics in Medicine 17(8), 857-872, table I: method 3.
    assert methods.wilson(81, 263, 0.95) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert methods.wilson(15, 148, 0.95) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert methods.wilson(0, 20, 0.95) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert methods.wilson(1, 29, 0.95) == pytest.approx((0.0061, 0.1718), abs=5e-5)
    assert methods.wilson(29, 29, 0.95)[1] == 1.0


def test_the_difference_as_newcombe_printed_it():
    # Newcombe (1998), Statistics in Medicine 17(8), 873-890, table II: method 10.
    assert methods.newcombe(56, 70, 48, 80, 0.95) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert methods.newcombe(9, 10, 3, 10, 0.95) == pytest.approx((0.1705, 0.8090), abs=5e-5)
    assert methods.newcombe(10, 10, 0, 20, 0.95) == pytest.approx((0.6791, 1.0), abs=5e-5)


def test_both_intervals_of_a_share_are_the_estimators():
    for a, n, *_ in tables():
        for level in (0.9, 0.95):
            for name, ends in (
                ("wilson", methods.wilson(a, n, level)),
                ("clopper_pearson", shares.exact_limits(a, n, level)),
            ):
                point = share(a, n, method=name, level=level)
                assert ends == pytest.approx((point.low, point.high), **CLOSE)


@pytest.mark.parametrize("method", ["newcombe", "wald"])
def test_a_difference_and_its_test_are_the_estimator_s_in_small_tables_too(method):
    for a, n, b, m in [*tables(), *tables(200, 25)]:
        point = risk_difference(a, n, b, m, method=method)
        made = methods.difference(a, n, b, m, 0.95, method)
        assert made == pytest.approx((point.value, point.low, point.high, point.p), **CLOSE)


def test_fisher_s_tea():
    # Fisher (1935), The Design of Experiments: three of four cups right.
    assert methods.fisher(3, 4, 1, 4) == pytest.approx(34 / 70, rel=1e-12)


def test_the_poisson_interval_as_garwood_and_the_estimator_have_it():
    assert methods.poisson_limits(5, 0.025) == pytest.approx((1.6235, 11.6683), abs=5e-5)
    assert methods.poisson_limits(0, 0.025) == pytest.approx((0.0, 3.6889), abs=5e-5)
    for events in (0, 1, 2, 30, 400):
        point = rate(events, 1.0)
        assert methods.poisson_limits(events, 0.025) == pytest.approx(
            (point.low, point.high), **CLOSE
        )
    assert upper_bound(130) == pytest.approx(1 - 0.05 ** (1 / 130), rel=1e-12)


def test_the_e_value_as_printed():
    # VanderWeele and Ding (2017): a risk ratio of 3.9.
    assert methods.e_value(3.9) == pytest.approx(7.26, abs=5e-3)
    assert methods.e_value(1 / 3.9) == pytest.approx(methods.e_value(3.9), rel=1e-12)
    assert methods.e_value(1.7) == pytest.approx(e_value(Point(1.7, 1.2, 2.0)).value, **CLOSE)


def test_holm_is_the_estimator_s_with_ties():
    for n in range(1, 7):
        p = np.round(RANDOM.uniform(0, 0.5, n), 2)
        assert methods.holm(list(p)) == pytest.approx(list(adjusted_p(p)), **CLOSE)


def test_the_smallest_difference_is_the_estimator_s():
    for q, n, m in [(0.3, 216, 216), (0.35, 672.0, 409.0), (0.18, 475, 585)]:
        wanted = smallest_difference(q, n, m)
        # The estimator stops its search at 1e-12 of the difference.
        assert methods.smallest_difference(q, n, m, 0.8, 0.95) == pytest.approx(wanted, rel=1e-9)


def test_curves_and_their_test_are_the_estimators_where_nobody_leaves():
    time = np.minimum(RANDOM.integers(1, 60, 200), 40)
    event, first = time < 40, np.arange(200) < 90
    made = []
    for group in (first, ~first):
        times, counts = np.unique(time[event & group], return_counts=True)
        made.append(dict(zip(times.tolist(), counts.tolist(), strict=True)))
    wanted = log_rank(time, event, first)
    statistic, expected = methods.log_rank(*made, 90, 110)
    assert statistic == pytest.approx(wanted.chi2, **CLOSE)
    assert 0 < expected < event.sum() / 2
    for scale in ("log-log", "log", "plain"):
        curve = cumulative_incidence(life_table(time[first], event[first]), interval=scale)
        for i, so_far in enumerate(curve.events.tolist()):
            if 0 < so_far < 90:
                se, ends = methods.curve_limits(so_far, 90, 0.95, scale)
                told = (curve.se[i], curve.low[i], curve.high[i])
                assert (se, *ends) == pytest.approx(told, **CLOSE)


def test_a_standardized_difference_of_shares_is_the_estimator_s():
    for a, n, b, m in tables(50):
        if 0 < a < n and 0 < b < m:
            values = np.r_[np.arange(n) < a, np.arange(m) < b].astype(float)
            wanted = standardised_mean_difference(values[:n], values[n:])
            assert methods.smd(a / n, n, b / m, m) == pytest.approx(wanted, **CLOSE)


def test_response_rates_are_the_estimator_s():
    counts = dict(partial=15, refusal=30, no_contact=40, other=5, unknown=12)
    made = methods.response_rates(interview=195, **counts)
    wanted = response_rates(complete=195, not_eligible=3, **counts)
    for name, value in made.items():
        assert value == pytest.approx(getattr(wanted, name), **CLOSE)


def test_a_p_value_and_its_interval_tell_the_degrees_of_freedom():
    for df in (4.5, 12.0, 61.0, 381.46):
        for t in (0.4, 2.5):
            half = stats.t.isf(0.025, df)
            p = 2 * stats.t.sf(t, df)
            assert methods.p_of_ratio(t / half, 0.95, df) == pytest.approx(p, rel=1e-9)
            assert methods.p_freedom(t / half, 0.95, p) == pytest.approx(df, rel=1e-6)
    assert methods.p_of_ratio(1.0, 0.95) == pytest.approx(0.05, rel=1e-12)
    assert methods.p_freedom(0.5, 0.95, 0.9) is None


def test_limits_of_places_are_the_estimator_s():
    n = RANDOM.integers(3, 120, 30)
    for truth in (RANDOM.beta(6, 3, 30), np.full(30, 0.3)):
        events = RANDOM.binomial(n, truth)
        wanted = funnel_of_shares(events, n, spread="additive")
        made = funnel.funnel(events.tolist(), n.tolist())
        assert made.spread == pytest.approx(wanted.tau2**0.5, rel=1e-9, abs=1e-9)
        for limits in wanted.limits:
            for i, pair in enumerate(zip(limits.low, limits.high, strict=True)):
                assert made.limits(i, limits.level) == pytest.approx(pair, rel=1e-8, abs=1e-9)
