"""Rates with intervals that may be looked at after each period."""

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import gammaln
from tests.helpers import agree

from evalkit import words
from evalkit.errors import Refused
from evalkit.estimators.confidence_sequence import rate_sequence
from evalkit.estimators.rate import rate


def log_mixture(seen, expected, prior, least=0.0):
    """The likelihood ratio of so many events, integrated over a gamma prior from `least` on."""

    def log_height(ratio):
        log_prior = prior * math.log(prior) - gammaln(prior)
        return (
            log_prior
            + (prior - 1 + seen) * math.log(ratio)
            - prior * ratio
            - (ratio - 1) * expected
        )

    # Around its highest point, so that it neither overflows nor vanishes.
    peak = max((prior - 1 + seen) / (prior + expected), least, 1e-9)
    width = math.sqrt(prior + seen + 1) / (prior + expected)
    top = log_height(peak)

    def height(ratio):
        return math.exp(log_height(ratio) - top) if ratio > 0 else 0.0

    ends = [max(least, peak - 40 * width), peak, peak + 40 * width + 40 / (prior + expected)]
    area = sum(quad(height, a, b, epsabs=0, epsrel=1e-12, limit=400)[0]
               for a, b in pairwise(ends) if b > a)  # fmt: skip
    whole = 1.0
    if least:
        whole = quad(
            lambda r: math.exp(prior * math.log(prior * r) - prior * r - gammaln(prior)) / r,
            least, 60, epsabs=0, epsrel=1e-12, limit=400,
        )[0]  # fmt: skip
    return top + math.log(area / whole)


def test_the_published_prior_is_met():
    # confseq's tests (Howard and others): optimised for an intrinsic time of 100 at 5 %.
    found = rate_sequence([3], [1], planned=100).prior

    agree("rate sequence", "confseq, best_rho", found, 12.60056, abs=5e-6)


def test_the_slow_mixture_is_the_published_one():
    # confseq's gamma-Poisson mixture, one-sided: its prior begins at 1. There at 100 with
    # jumps of 2 and a sum of 10: 25 events expected and 30 seen. One-sided, its prior is that
    # of twice the error.
    prior = 100 / (2 * math.log(10) + math.log(1 + 2 * math.log(10))) / 4

    assert log_mixture(30, 25, prior, least=1) == pytest.approx(-0.06991219, abs=5e-8)


def test_the_integrated_mixture_passes_the_threshold_at_each_bound_of_200_random_inputs():
    random, found, expected = np.random.default_rng(8), [], []
    for number in range(200):
        seen, planned = int(random.integers(0, 300)), float(10 ** random.uniform(0.1, 3))
        level = (0.8, 0.95, 0.99)[number % 3]
        sequence = rate_sequence([seen], [2.0], planned=planned, level=level)
        low, high, prior = 2 * sequence.low[0], 2 * sequence.high[0], sequence.prior
        threshold = -math.log(1 - level)
        # It falls up to the events seen and rises from there: one bound on either side.
        assert low <= seen < high and (low < seen or not seen)
        found.append(log_mixture(seen, high, prior))
        expected.append(threshold)
        if low > 0:
            found.append(log_mixture(seen, low, prior))
            expected.append(threshold)
        else:
            # Even no event expected has too little against it.
            assert log_mixture(seen, 0.0, prior) <= threshold + 1e-9

    # Integrals to ten digits.
    agree("rate sequence", "prior integrated, 200 random inputs", found, expected, rel=1e-8)


def paths(count, rates, seed):
    return np.random.default_rng(seed).poisson(rates, (count, len(rates)))


def ever_wrong(counts, rates, level, interval):
    """Share of paths whose interval does not hold the mean rate after some period."""
    mean = np.cumsum(rates) / np.arange(1, len(rates) + 1)
    wrong = 0
    for row in counts:
        low, high = interval(row)
        wrong += bool(((low > mean) | (high < mean)).any())
    return wrong / len(counts)


def ours(level):
    def interval(row):
        found = rate_sequence(row, np.ones(row.size), planned=100, level=level)
        return found.low, found.high

    return interval


def naive(row):
    points = [rate(int(n), k) for k, n in enumerate(np.cumsum(row), start=1)]
    return np.array([p.low for p in points]), np.array([p.high for p in points])


def test_it_holds_at_all_times_and_the_interval_of_one_time_does_not():
    rates = np.full(120, 5.0)

    wrong = ever_wrong(paths(2000, rates, 1), rates, 0.95, ours(0.95))
    looked = ever_wrong(paths(200, rates, 1), rates, 0.95, naive)

    # The chance is 5 % at most without an end; a part of it falls into ten years.
    assert 0.01 < wrong <= 0.05
    assert looked > 0.2


def test_an_interval_of_80_per_cent_is_wrong_more_often_and_within_its_word():
    rates = np.full(120, 5.0)

    wrong = ever_wrong(paths(2000, rates, 2), rates, 0.8, ours(0.8))

    assert 0.08 < wrong <= 0.2


def test_it_holds_the_mean_so_far_where_the_rate_changes():
    rates = 6 + 5 * np.sin(np.arange(120) / 2) + np.arange(120) / 20

    assert ever_wrong(paths(2000, rates, 3), rates, 0.95, ours(0.95)) <= 0.05


def test_what_comes_later_changes_nothing_before():
    counts, months = paths(1, np.full(20, 3.0), 4)[0], np.linspace(0.5, 2, 20)
    whole, part = (rate_sequence(counts[:k], months[:k], planned=50) for k in (20, 7))

    np.testing.assert_array_equal(part.high, whole.high[:7])
    np.testing.assert_array_equal(part.low, whole.low[:7])
    np.testing.assert_allclose(whole.value, np.cumsum(counts) / np.cumsum(months))


def test_another_unit_of_time_changes_the_unit_only():
    years, days = (rate_sequence([3, 9, 30], unit * np.array([1, 2, 2.5]), planned=40)
                   for unit in (1, 365.25))  # fmt: skip

    np.testing.assert_allclose(days.low * 365.25, years.low)
    np.testing.assert_allclose(days.high * 365.25, years.high)


def test_it_is_about_the_narrowest_at_the_events_that_were_planned():
    at = {planned: rate_sequence([400], [1], planned=planned) for planned in (4, 40, 400, 4000)}
    width = {planned: float(found.high[0] - found.low[0]) for planned, found in at.items()}

    assert min(width, key=width.get) == 400
    # Beside the interval of one time, which is 3.9 standard deviations of 20 wide.
    single = rate(400, 1)
    assert 1.3 < width[400] / (single.high - single.low) < 1.6


def test_without_an_event_there_is_an_upper_bound_that_falls():
    found = rate_sequence([0, 0, 0], [1, 1, 1], planned=10)

    assert found.value.tolist() == [0, 0, 0] and found.low.tolist() == [0, 0, 0]
    # (prior / (prior + m)) ** prior * exp(m) is 20 there.
    m = found.high * [1, 2, 3]
    np.testing.assert_allclose(m - found.prior * np.log1p(m / found.prior), math.log(20))


def test_very_many_events_keep_an_interval_of_some_width():
    found = rate_sequence([10**12], [1], planned=1e12)
    smaller = rate_sequence([10**6], [1], planned=1e6)

    # In standard deviations the two are as wide; Stirling's series has twelve digits there.
    for one, other in ((found.low, smaller.low), (found.high, smaller.high)):
        assert (one[0] - 1e12) / 1e6 == pytest.approx((other[0] - 1e6) / 1e3, rel=2e-3)


@pytest.mark.parametrize("seen", [990, 1010])
def test_the_series_meets_the_function(seen):
    found = rate_sequence([seen], [1], planned=30)

    for m in (found.low[0], found.high[0]):
        assert log_mixture(seen, m, found.prior) == pytest.approx(math.log(20), abs=1e-9)


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"events": [3, np.nan]}, "refuse_not_finite"),
        ({"events": []}, "refuse_empty"),
        ({"exposure": [1, 0]}, "refuse_exposure"),
        ({"planned": "100"}, "refuse_text"),
    ],
)
def test_what_is_missing_is_refused(changed, key):
    world = {"events": [3, 4], "exposure": [1, 1], "planned": 50}
    with pytest.raises(Refused) as caught:
        rate_sequence(**{**world, **changed})

    assert caught.value.key == key
    assert words.sentence(caught.value, "en") != words.sentence(caught.value, "zh")


@pytest.mark.parametrize(
    ("changed", "match"),
    [
        ({"events": [3, -1]}, "events must be whole numbers"),
        ({"events": [3]}, "same length"),
        ({"planned": 0.99}, "planned must be at least 1"),
        ({"planned": math.inf}, "planned must be at least 1"),
        ({"planned": math.nan}, "planned must be at least 1"),
        ({"level": 95}, "between 0 and 1"),
    ],
)
def test_impossible_input_is_the_callers_mistake(changed, match):
    world = {"events": [3, 4], "exposure": [1, 1], "planned": 50}
    with pytest.raises(ValueError, match=match):
        rate_sequence(**{**world, **changed})


def test_one_planned_event_is_allowed():
    assert rate_sequence([0], [1], planned=1).high[0] > 3
