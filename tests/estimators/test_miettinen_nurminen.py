"""The score interval of a difference of two risks."""

import math
from itertools import product

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import xlogy
from scipy.stats import chi2, norm
from tests.helpers import agree, gold

from evalkit.arithmetic.exact import FEWEST, fisher, least_expected
from evalkit.estimators.miettinen_nurminen import miettinen_nurminen

SMALL_GROUPS = [(events, n) for n in (1, 2, 3, 5, 13) for events in range(n + 1)]


def test_r_and_the_published_table_give_the_same_for_56_of_70_against_48_of_80():
    known = gold("rd_mn_56_70_48_80")

    point = miettinen_nurminen(56, 70, 48, 80)

    found = (point.value, point.low, point.high)
    agree(
        "Miettinen-Nurminen risk difference", "R, formulas of the paper",
        found, (known["value"], *known["ci"]), rel=known["rel_tol"],
    )  # fmt: skip
    # Newcombe (1998), Table II, method 6; printed to four places.
    agree(
        "Miettinen-Nurminen risk difference", "Newcombe (1998), Table II",
        (point.low, point.high), (0.0528, 0.3382), abs=5e-5,
    )  # fmt: skip


def slow_score(a, n_a, b, n_b, difference):
    """The score by maximising the likelihood under a difference in steps, without its cubic."""
    low, high = max(0.0, -difference), min(1.0, 1.0 - difference)

    def loss(p):
        q = min(max(p + difference, 0.0), 1.0)
        return -(xlogy(a, q) + xlogy(n_a - a, 1 - q) + xlogy(b, p) + xlogy(n_b - b, 1 - p))

    p = minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-12}).x
    p = min((low, high, p), key=loss)
    q = min(max(p + difference, 0.0), 1.0)
    variance = (q * (1 - q) / n_a + p * (1 - p) / n_b) * (n_a + n_b) / (n_a + n_b - 1)
    return (a / n_a - b / n_b - difference) / math.sqrt(variance) if variance > 1e-12 else math.nan


def test_at_its_bounds_the_score_found_by_maximising_is_the_quantile():
    random = np.random.default_rng(1)
    found, expected = [], []
    for _ in range(400):
        n_a, n_b = random.integers(2, 80, 2)
        a, b = random.integers(0, n_a + 1), random.integers(0, n_b + 1)
        if least_expected(int(a), int(n_a), int(b), int(n_b)) < FEWEST:
            continue
        point = miettinen_nurminen(int(a), int(n_a), int(b), int(n_b))
        for bound, sign in ((point.low, 1), (point.high, -1)):
            if abs(bound) < 1 and not math.isnan(s := slow_score(a, n_a, b, n_b, bound)):
                found.append(s)
                expected.append(sign * norm.ppf(0.975))

    # The maximum is flat: the search finds its place to half of the machine's digits.
    assert len(found) > 380
    agree(
        "Miettinen-Nurminen risk difference", "independent slow way, 200 random inputs",
        found, expected, rel=2e-5,
    )  # fmt: skip


def test_the_score_of_no_difference_is_pearson_s_with_the_factor():
    for (a, n_a), (b, n_b) in product(SMALL_GROUPS, repeat=2):
        pooled, n = (a + b) / (n_a + n_b), n_a + n_b
        if pooled in (0, 1):
            continue
        variance = pooled * (1 - pooled) * (1 / n_a + 1 / n_b) * n / (n - 1)

        p = miettinen_nurminen(a, n_a, b, n_b).p

        expected = chi2.sf((a / n_a - b / n_b) ** 2 / variance, 1)
        if least_expected(a, n_a, b, n_b) < FEWEST:
            expected = fisher(a, n_a, b, n_b)
        # Two ways to the same tail.
        assert p == pytest.approx(expected, rel=1e-9), (a, n_a, b, n_b)


def test_swapping_the_groups_mirrors_the_interval():
    for first, second in product(SMALL_GROUPS, repeat=2):
        there = miettinen_nurminen(*first, *second)
        back = miettinen_nurminen(*second, *first)

        # Bounds are found to the twelfth place.
        assert (there.value, there.low, there.high, there.p) == pytest.approx(
            (-back.value, -back.high, -back.low, back.p), abs=1e-9
        ), (first, second)


def test_the_interval_holds_the_value_and_stays_between_minus_1_and_1():
    for first, second in product(SMALL_GROUPS, repeat=2):
        point = miettinen_nurminen(*first, *second)

        assert -1 <= point.low <= point.value <= point.high <= 1, (first, second)
        assert point.low < point.high


def test_without_any_event_the_interval_is_open_to_both_sides():
    point = miettinen_nurminen(0, 10, 0, 10)

    assert (point.value, point.p) == (0, 1)
    assert point.low == pytest.approx(-point.high, abs=1e-9)
    # A share that 10 persons without an event leave open: about 1.96^2 / (10 + 1.96^2).
    assert 0.2 < point.high < 0.35


def test_a_province_does_not_overflow():
    point = miettinen_nurminen(180_000, 1_000_000, 200_000, 1_000_000)

    # With so many, every interval is the textbook one.
    half = norm.ppf(0.975) * math.sqrt((0.18 * 0.82 + 0.2 * 0.8) / 1e6)
    assert (point.low, point.high) == pytest.approx((-0.02 - half, -0.02 + half), abs=1e-6)


def test_impossible_counts_are_refused_by_name():
    with pytest.raises(ValueError, match=r"^12 events among 10 persons$"):
        miettinen_nurminen(12, 10, 3, 10)
