"""Events per person-time."""

import math

import numpy as np
import pytest
from scipy.stats import poisson
from statsmodels.stats.rates import confint_poisson
from tests.helpers import agree

from evalkit.errors import Refused
from evalkit.estimators.rate import rate


def sum_to(events, mean):
    """The chance of that many events or fewer, added up one by one."""
    term = total = math.exp(-mean)
    for k in range(1, events + 1):
        term *= mean / k
        total += term
    return total


def slow(events, tail):
    """Halve until the chance of so few, or so many, events is the tail."""

    def halve(high_enough):
        low, high = 0.0, 10.0 * events + 50
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (low, middle) if high_enough(middle) else (middle, high)
        return high

    upper = halve(lambda mean: sum_to(events, mean) < tail)
    if events == 0:
        return 0.0, upper
    return halve(lambda mean: 1 - sum_to(events - 1, mean) > tail), upper


# Garwood (1936), Biometrika 28, 437-442: limits of 95 % for so many events, as printed in
# many textbooks to two or three places.
PUBLISHED = [(0, 0.0, 3.69), (1, 0.0253, 5.57), (5, 1.62, 11.67), (10, 4.80, 18.39)]


@pytest.mark.parametrize(("events", "low", "high"), PUBLISHED)
def test_the_printed_limits_are_met(events, low, high):
    found = rate(events, 1)

    # Half a unit of the last printed place.
    agree("rate, exact", "Garwood 1936", [found.low, found.high], [low, high], abs=0.0051)


def test_the_nickel_workers_of_r_s_manual_are_met():
    # Shown by help(poisson.test) in R: Welsh nickel workers, 137 deaths where 24.19893
    # were expected, printed to six places.
    found = rate(137, 24.19893)

    agree(
        "rate, exact", "R poisson.test", [found.value, found.low, found.high],
        [5.661407, 4.753125, 6.692709], abs=6e-7,
    )  # fmt: skip


def test_halving_sums_gives_the_same_for_200_random_inputs():
    random = np.random.default_rng(51)
    found, expected = [], []
    for _ in range(200):
        events, years = int(random.integers(0, 60)), float(10 ** random.uniform(-3, 4))
        level = float(random.choice([0.8, 0.9, 0.95, 0.99]))
        point = rate(events, years, level=level)
        found += [point.value, point.low, point.high]
        expected += [events / years, *(x / years for x in slow(events, (1 - level) / 2))]

    # One minus a sum of chances keeps about twelve places.
    agree("rate, exact", "independent slow way, 200 random inputs", found, expected, rel=1e-11)


def test_another_library_gives_the_same():
    counts = [0, 1, 2, 17, 400, 10**6]
    points = [rate(k, 7.5, level=0.9) for k in counts]

    known = [confint_poisson(k, 7.5, method="exact-c", alpha=0.1) for k in counts]

    # It gives NaN as the lower bound of no event, which is 0.
    agree(
        "rate, exact", "statsmodels confint_poisson", [[p.low, p.high] for p in points],
        np.nan_to_num(known), rel=1e-9,
    )  # fmt: skip


def test_the_interval_covers_at_least_as_often_as_it_says():
    counts = np.arange(0, 120)
    bounds = np.array([(p.low, p.high) for p in (rate(int(k), 1) for k in counts)])
    for mean in np.linspace(0.1, 40, 200):
        inside = (bounds[:, 0] <= mean) & (mean <= bounds[:, 1])

        # Beyond 120 events there is no chance left that counts.
        assert poisson.pmf(counts[inside], mean).sum() >= 0.95 - 1e-9


def test_another_unit_of_time_changes_the_unit_only():
    for events in (0, 3, 10**9):
        years, days = rate(events, 2.0), rate(events, 2.0 * 365.25)

        assert (days.value * 365.25, days.low * 365.25, days.high * 365.25) == pytest.approx(
            (years.value, years.low, years.high), rel=1e-14
        )


def test_a_very_large_count_has_the_interval_of_a_normal():
    found = rate(10**12, 1)

    # The skewness of the Poisson at 1e12 events is 1e-6.
    assert (found.high - found.value) / 1e6 == pytest.approx(1.959964, rel=1e-5)


@pytest.mark.parametrize("exposure", [0, -1, math.nan, math.inf, 1e-300])
def test_a_time_that_nobody_could_be_observed_for_is_refused(exposure):
    with pytest.raises(Refused) as caught:
        rate(3, exposure)

    assert caught.value.key == "refuse_exposure"


@pytest.mark.parametrize("events", [-1, 2.5, math.nan, math.inf])
def test_an_impossible_count_is_a_caller_s_mistake(events):
    with pytest.raises(ValueError, match=f"^{events} events are no whole number"):
        rate(events, 1)


def test_an_impossible_level_is_a_caller_s_mistake():
    with pytest.raises(ValueError, match="between 0 and 1"):
        rate(3, 1, level=95)
