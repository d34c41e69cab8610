"""A share of people and its interval."""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import binom, norm
from tests.helpers import agree, gold

from evalkit.estimators.share import share

# Newcombe (1998), Statistics in Medicine 17(8), 857-872, Table I, methods 3 and
# 5. Printed to four places, so half a unit of the fourth place is the tolerance.
PUBLISHED = [
    ("wilson", 81, 263, 0.2553, 0.3662),
    ("wilson", 15, 148, 0.0624, 0.1605),
    ("wilson", 0, 20, 0.0000, 0.1611),
    ("wilson", 1, 29, 0.0061, 0.1718),
    ("clopper_pearson", 81, 263, 0.2527, 0.3676),
    ("clopper_pearson", 15, 148, 0.0578, 0.1617),
    ("clopper_pearson", 0, 20, 0.0000, 0.1684),
    ("clopper_pearson", 1, 29, 0.0009, 0.1776),
]
IN_R = [
    ("prop_wilson_81_263", "wilson", 81, 263),
    ("prop_wilson_0_20", "wilson", 0, 20),
    ("prop_clopper_81_263", "clopper_pearson", 81, 263),
]
NAMES = {"wilson": "share (Wilson)", "clopper_pearson": "share (Clopper-Pearson)"}
METHODS = ("wilson", "clopper_pearson")
SMALL = [(events, n) for n in range(1, 13) for events in range(n + 1)]


@pytest.mark.parametrize(("method", "events", "n", "low", "high"), PUBLISHED)
def test_the_published_examples_are_met(method, events, n, low, high):
    point = share(events, n, method=method)

    agree(NAMES[method], "Newcombe 1998, Table I", (point.low, point.high), (low, high), abs=5e-5)
    assert point.value == events / n


@pytest.mark.parametrize(("name", "method", "events", "n"), IN_R)
def test_r_gives_the_same(name, method, events, n):
    known = gold(name)

    point = share(events, n, method=method, level=known["ci_level"])

    # The entry's tolerance; the absolute one is for the bound at zero.
    agree(
        NAMES[method], "R prop.test, binom.test", (point.low, point.high), known["ci"],
        rel=known["rel_tol"], abs=1e-12,
    )  # fmt: skip


@pytest.mark.parametrize("method", METHODS)
def test_the_interval_holds_the_value_and_stays_between_0_and_1(method):
    for events, n in SMALL:
        point = share(events, n, method=method)

        assert 0 <= point.low <= point.value <= point.high <= 1, (events, n)


@pytest.mark.parametrize("method", METHODS)
def test_those_without_the_event_have_the_mirrored_interval(method):
    for events, n in SMALL:
        there = share(events, n, method=method)
        back = share(n - events, n, method=method)

        # The two bounds are computed by different branches: a few ulps apart.
        assert (there.low, there.high) == pytest.approx((1 - back.high, 1 - back.low), abs=1e-12)


def test_the_exact_interval_never_covers_too_little():
    # By counting: the chance that the interval holds the true share is at least 95 %.
    for n in range(1, 13):
        points = [share(events, n, method="clopper_pearson") for events in range(n + 1)]
        for true in [i / 40 for i in range(1, 40)]:
            covered = sum(
                _chance(events, n, true)
                for events, point in enumerate(points)
                if point.low <= true <= point.high
            )

            # The chances add up to 1 within a few ulps.
            assert covered >= 0.95 - 1e-12, (n, true)


@pytest.mark.parametrize("method", METHODS)
def test_a_higher_level_gives_a_wider_interval(method):
    for events, n in SMALL:
        narrow = share(events, n, method=method, level=0.8)
        wide = share(events, n, method=method, level=0.99)

        assert wide.low <= narrow.low and narrow.high <= wide.high, (events, n)
        assert wide.high - wide.low > narrow.high - narrow.low, (events, n)


@pytest.mark.parametrize("method", METHODS)
def test_impossible_counts_are_refused_by_name(method):
    with pytest.raises(ValueError, match=r"^12 events among 10 persons$"):
        share(12, 10, method=method)
    with pytest.raises(ValueError, match=r"^-1 events among 10 persons$"):
        share(-1, 10, method=method)
    with pytest.raises(ValueError, match=r"^a group of 0 persons has no share$"):
        share(0, 0, method=method)


def test_an_unknown_method_is_refused_with_the_list():
    with pytest.raises(ValueError, match=r"^method must be one of clopper_pearson, wilson$"):
        share(1, 10, method="wald")


def test_an_impossible_level_is_refused():
    with pytest.raises(ValueError, match=r"^a confidence level lies between 0 and 1, not 95$"):
        share(1, 10, level=95)


def _chance(events, n, true):
    ways = 1
    for i in range(events):
        ways = ways * (n - i) // (i + 1)
    return ways * true**events * (1 - true) ** (n - events)


def slow(events, n, method):
    """The shares at which the test of each method just does not reject."""
    if method == "wilson":
        z = norm.ppf(0.975)

        def gap(p):
            return (events / n - p) ** 2 - z**2 * p * (1 - p) / n

        # At 0 and 1 the test has no spread, and the equation another root.
        middle = min(max(events / n, 1e-9), 1 - 1e-9)
        low = brentq(gap, 0, middle) if events else 0.0
        return low, brentq(gap, middle, 1) if events < n else 1.0
    low = brentq(lambda p: binom.sf(events - 1, n, p) - 0.025, 0, 1) if events else 0.0
    return low, brentq(lambda p: binom.cdf(events, n, p) - 0.025, 0, 1) if events < n else 1.0


@pytest.mark.parametrize("method", METHODS)
def test_turning_the_test_round_gives_the_same_for_200_random_inputs(method):
    random = np.random.default_rng(31)
    found, expected = [], []
    for _ in range(200):
        n = int(random.integers(1, 300))
        events = int(random.integers(0, n + 1))
        point = share(events, n, method=method)
        found += [point.low, point.high]
        expected += slow(events, n, method)

    # The root finder stops within 2e-12.
    agree(NAMES[method], "independent slow way, 200 random inputs", found, expected, abs=1e-10)
