"""A share of people and its interval."""

import pytest
from tests.helpers import gold

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
METHODS = ("wilson", "clopper_pearson")
SMALL = [(events, n) for n in range(1, 13) for events in range(n + 1)]


@pytest.mark.parametrize(("method", "events", "n", "low", "high"), PUBLISHED)
def test_the_published_examples_are_met(method, events, n, low, high):
    point = share(events, n, method=method)

    assert (point.low, point.high) == pytest.approx((low, high), abs=5e-5)
    assert point.value == events / n


@pytest.mark.parametrize(("name", "method", "events", "n"), IN_R)
def test_r_gives_the_same(name, method, events, n):
    known = gold(name)

    point = share(events, n, method=method, level=known["ci_level"])

    # The entry's tolerance; the absolute one is for the bound at zero.
    assert (point.low, point.high) == pytest.approx(
        tuple(known["ci"]), rel=known["rel_tol"], abs=1e-12
    )


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
