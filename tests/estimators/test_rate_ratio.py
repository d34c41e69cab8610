"""The ratio of two rates."""

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import binomtest, poisson
from tests.helpers import agree

from evalkit.errors import Refused
from evalkit.estimators.rate_ratio import rate_ratio


def tails(a, n, share):
    """The chances of at most and of at least so many of n, as exact fractions."""
    chance = [math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]
    return sum(chance[: a + 1]), sum(chance[a:])


def slow(a, b, relative, tail):
    """Halve, in the logarithm of the ratio, until a tail has its chance."""
    n = a + b

    def share(log_ratio):
        return math.exp(log_ratio) / (math.exp(log_ratio) + relative)

    def halve(too_high):
        low, high = -30.0, 30.0
        for _ in range(100):
            middle = (low + high) / 2
            low, high = (low, middle) if too_high(share(middle)) else (middle, high)
        return math.exp(low)

    low = halve(lambda s: tails(a, n, s)[1] > tail) if a else 0.0
    return low, halve(lambda s: tails(a, n, s)[0] < tail)


def test_the_lung_cancers_of_r_s_manual_are_met():
    # Shown by help(poisson.test) in R: 11 lung cancers among 800 in Fredericia, 21 among
    # 3,011 in three other cities, printed to seven places.
    found = rate_ratio(11, 800, 21, 1083 + 1050 + 878)

    agree(
        "rate ratio, exact", "R poisson.test", [found.value, found.low, found.high],
        [1.971488, 0.8584264, 4.2772659], abs=5.1e-7,
    )  # fmt: skip


def test_halving_exact_sums_gives_the_same_for_200_random_inputs():
    random = np.random.default_rng(52)
    found, expected = [], []
    for _ in range(200):
        a, b = int(random.integers(0, 12)), int(random.integers(1, 12))
        first, second = (int(k) for k in random.integers(1, 20, 2))
        level = float(random.choice([0.8, 0.95, 0.99]))
        point = rate_ratio(a, first, b, second, level=level)
        under, over = tails(a, a + b, Fraction(first, first + second))
        found += [point.value, point.low, point.high, point.p]
        low, high = slow(a, b, second / first, (1 - level) / 2)
        p = min(1.0, float(2 * min(under, over)))
        expected += [a * second / (b * first), low, high, p]

    # Sums of chances in floating point keep about twelve places.
    agree(
        "rate ratio, exact", "independent slow way, 200 random inputs",
        found, expected, rel=1e-10,
    )  # fmt: skip


def test_another_library_gives_the_same():
    found, expected = [], []
    for a, b, first, second in [(1, 1, 1, 1), (300, 200, 40, 50), (10**6, 10**6, 3.5, 3.4)]:
        point = rate_ratio(a, first, b, second)
        inside = binomtest(a, a + b, first / (first + second)).proportion_ci(method="exact")
        found += [point.low, point.high]
        expected += [x / (1 - x) * second / first for x in inside]

    # Its root is found to the twelfth place.
    agree("rate ratio, exact", "scipy binomtest", found, expected, rel=1e-9)


def test_swapping_the_groups_inverts_the_ratio():
    for a, b in [(1, 1), (3, 8), (500, 20), (10**9, 10**9)]:
        there, back = rate_ratio(a, 2.0, b, 3.0), rate_ratio(b, 3.0, a, 2.0)

        assert (back.value, back.low, back.high, back.p) == pytest.approx(
            (1 / there.value, 1 / there.high, 1 / there.low, there.p), rel=1e-9
        )


def test_the_p_value_is_small_exactly_where_the_interval_leaves_out_one():
    agreeing = [
        (point.p < 0.05) == (not point.low <= 1 <= point.high)
        for a in range(25)
        for b in range(1, 25)
        for point in [rate_ratio(a, 1.0, b, 1.3)]
    ]

    assert all(agreeing)


def test_another_unit_of_time_changes_nothing():
    there, back = rate_ratio(4, 2.0, 9, 3.0), rate_ratio(4, 2e90, 9, 3e90)

    assert (back.value, back.low, back.p) == pytest.approx(
        (there.value, there.low, there.p), rel=1e-12
    )


def test_the_interval_covers_at_least_as_often_as_it_says():
    bounds = {(a, b): rate_ratio(a, 1.0, b, 2.0) for a in range(40) for b in range(1, 60)}
    for rate, ratio in [(2.0, 1.0), (3.0, 2.5), (8.0, 0.4)]:
        covered = sum(
            poisson.pmf(a, rate * ratio) * poisson.pmf(b, 2 * rate)
            for (a, b), point in bounds.items()
            if point.low <= ratio <= point.high
        )

        # Where the second group has no event there is no interval to miss it.
        assert covered >= 0.95 * (1 - poisson.pmf(0, 2 * rate)) - 1e-6


def test_no_event_in_the_first_group_has_a_ratio_of_zero_and_an_upper_bound():
    found = rate_ratio(0, 10.0, 8, 10.0)

    # Of 8 events none in the first group: (1 - share)^8 = 0.025, as odds.
    assert (found.value, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(0.025 ** (-1 / 8) - 1, rel=1e-12)
    assert found.p == pytest.approx(2 * 0.5**8, rel=1e-12)


@pytest.mark.parametrize(
    ("case", "key"),
    [
        ((0, 5.0, 0, 5.0), "refuse_rates_no_events"),
        ((3, 5.0, 0, 5.0), "refuse_rates_no_reference"),
        ((3, 0.0, 2, 5.0), "refuse_exposure"),
        ((3, 5.0, 2, -5.0), "refuse_exposure"),
        ((3, 5.0, 2, math.nan), "refuse_exposure"),
        ((3, math.inf, 2, 5.0), "refuse_exposure"),
    ],
)
def test_what_the_data_cannot_give_is_refused_by_name(case, key):
    with pytest.raises(Refused) as caught:
        rate_ratio(*case)

    assert caught.value.key == key


def test_an_impossible_count_is_a_caller_s_mistake():
    for case in [(-1, 1.0, 2, 1.0), (1, 1.0, 2.5, 1.0), (1, 1.0, math.nan, 1.0)]:
        with pytest.raises(ValueError, match="are no whole number"):
            rate_ratio(*case)
