"""Units beside a target, and the limits of a funnel."""

import csv
import math

import numpy as np
import pytest
from scipy.stats import binom, chi2, norm, poisson
from tests.helpers import ROOT, agree
from tests.reference.reached import SETS, made

from evalkit import words
from evalkit.errors import Refused
from evalkit.estimators.funnel_limits import funnel_of_rates, funnel_of_shares


@pytest.fixture(scope="module")
def known():
    with open(ROOT / "tests" / "reference" / "reached.csv", encoding="utf-8", newline="") as file:
        return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]


def units(number):
    _, _, _, events, size = made(number)
    return events, size


def test_r_gives_the_same_test_and_spread_for_200_random_inputs(known):
    found = [funnel_of_shares(*units(k)) for k in range(SETS)]

    # R's numbers have twelve digits; a p-value of 1e-100 has fewer right ones.
    agree("funnel, units alike", "R chisq.test, 200 random inputs", [f.p for f in found],
          [row["p"] for row in known], rel=1e-9)  # fmt: skip
    agree("funnel, phi and tau2", "R, formulas of the paper, 200 random inputs",
          [[f.phi, f.tau2] for f in found], [[row["phi"], row["tau2"]] for row in known],
          rel=1e-9, abs=1e-12)  # fmt: skip


def test_r_gives_the_same_exact_limits_for_200_random_inputs(known):
    found, expected = [], []
    for number in range(SETS):
        events, size = units(number)
        shares, rates = funnel_of_shares(events, size), funnel_of_rates(events, size)
        row = known[number]
        found += [shares.limits[0].low @ size, shares.limits[1].high @ size,
                  rates.limits[1].low @ size, rates.limits[0].high @ size]  # fmt: skip
        expected += [row[k] for k in ("share_low", "share_high", "rate_low", "rate_high")]

    # R's numbers have twelve digits.
    agree("funnel, exact limits", "R qbinom and qpois, 200 random inputs", found, expected,
          rel=1e-10)  # fmt: skip


def between(tail, chance_of):
    """Add up chances until the tail is passed, and go back by what is too much."""
    total, count = 0.0, -1
    while total < tail:
        count += 1
        total += chance_of(count)
    return max(0.0, count - (total - tail) / chance_of(count))


def binomial(n, p):
    return lambda k: math.comb(n, k) * p**k * (1 - p) ** (n - k)


def rare(mean):
    return lambda k: math.exp(-mean) * mean**k / math.factorial(k)


def test_adding_up_chances_gives_the_same_limits():
    random, found, expected = np.random.default_rng(3), [], []
    for _ in range(20):
        size, target = random.integers(1, 60, 10), float(random.uniform(0.1, 0.9))
        events = random.binomial(size, 0.4)
        events[0] = size[0]
        shares = funnel_of_shares(events, size, target=target)
        rates = funnel_of_rates(events, size, target=2 * target)
        for funnel, law, on in ((shares, binomial, target), (rates, rare, None)):
            assert [limits.level for limits in funnel.limits] == [0.95, 0.998]
            for limits in funnel.limits:
                for bound, tail in ((limits.low, (1 - limits.level) / 2),
                                    (limits.high, (1 + limits.level) / 2)):  # fmt: skip
                    found += bound.tolist()
                    expected += [
                        between(tail, law(n, on) if on else law(2 * target * n)) / n
                        for n in size.tolist()
                    ]

    # A sum of chances up to 0.999 keeps 13 digits, and is divided by the last one.
    agree("funnel, exact limits", "chances added up, 200 random units", found, expected,
          rel=1e-9, abs=1e-10)  # fmt: skip


def test_units_that_chance_alone_makes_differ_are_outside_as_often_as_the_limits_say():
    size = np.full(20_000, 80)
    events = np.random.default_rng(9).binomial(size, 0.35)
    shares = funnel_of_shares(events, size, target=0.35)
    rates = funnel_of_rates(np.random.default_rng(9).poisson(28, 20_000), size, target=0.35)

    for found in (shares, rates):
        # Whole numbers leave out a little more or less than the interpolated limits say.
        for limits, most in zip(found.limits, (0.06, 0.004), strict=True):
            assert most / 3 < (limits.outside != 0).mean() < most


@pytest.mark.parametrize("target", [0.2, 0.5])
def test_limits_of_very_many_people_are_the_exact_ones(target):
    size = np.array([1, 3, 5, 7, 9, 11, 13, 15, 17, 10**10]) * 10**8
    events = size // 3

    funnels = (
        (funnel_of_shares(events, size, target=target), binom(size[:9], target)),
        (funnel_of_rates(events, size, target=target), poisson(size[:9] * target)),
    )

    for found, law in funnels:
        for limits in found.limits:
            for bound, tail in ((limits.low, 0.5 - limits.level / 2),
                                (limits.high, 0.5 + limits.level / 2)):  # fmt: skip
                assert np.isfinite(bound).all()
                least = law.ppf(tail)
                exact = least - (law.cdf(least) - tail) / law.pmf(least)
                # A ten thousandth of a person, of those that a machine can do.
                np.testing.assert_allclose((bound * size)[:9], exact, rtol=0, atol=2e-4)
                # Of a million times a million times a million a normal distribution.
                deviation = law.std()[0] * 1e5 / size[9]
                far = target + norm.ppf(tail) * deviation
                assert bound[9] - target == pytest.approx(far - target, rel=1e-5)


def example():
    """Twelve villages, of which the third reaches nearly everybody and the last nobody."""
    size = np.array([40, 60, 50, 80, 30, 45, 70, 55, 65, 90, 20, 50])
    events = np.array([12, 20, 49, 25, 8, 15, 22, 17, 20, 28, 7, 0])
    return events, size


def test_units_keep_their_order_and_those_beyond_are_marked():
    found = funnel_of_shares(*example())

    events, size = example()
    np.testing.assert_allclose(found.value, events / size)
    assert found.target == pytest.approx(events.sum() / size.sum())
    expected = (events / size - found.target) / np.sqrt(found.target * (1 - found.target) / size)
    np.testing.assert_allclose(found.z, expected)
    marks = [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, -1]
    assert [limits.outside.tolist() for limits in found.limits] == [marks, marks]
    for limits in found.limits:
        assert ((limits.low < found.target) & (found.target < limits.high)).all()
    turned = funnel_of_shares(*(x[::-1] for x in example()))
    assert turned.limits[1].outside.tolist() == marks[::-1]
    assert (turned.p, turned.phi, turned.tau2) == pytest.approx((found.p, found.phi, found.tau2))


def test_a_unit_exactly_at_its_limit_is_not_outside():
    # Of one person each a share is 0 or 1, the ends of what there is.
    events, size = np.tile([0, 1], 10), np.ones(20)

    for limits in funnel_of_shares(events, size, spread="multiplicative").limits:
        assert (limits.low.max(), limits.high.min()) == (0, 1)
        assert not limits.outside.any()


def test_ten_units_drawn_in_lose_their_extremes():
    found = funnel_of_shares(*example())

    low, high = np.percentile(found.z, [10, 90])
    drawn = np.minimum(np.maximum(found.z, low), high)
    assert found.phi == pytest.approx(np.mean(drawn**2))
    assert found.phi < np.mean(found.z**2) / 2


@pytest.mark.parametrize("funnel", [funnel_of_shares, funnel_of_rates])
def test_a_spread_of_their_own_widens_the_limits_by_what_was_found(funnel):
    random = np.random.default_rng(11)
    size = random.integers(200, 900, 30)
    events = random.binomial(size, np.clip(random.normal(0.5, 0.12, 30), 0.1, 0.9))
    plain = funnel(events, size)
    square = plain.target * ((1 - plain.target) if funnel is funnel_of_shares else 1) / size

    assert plain.phi > 3 and plain.p < 1e-10
    wide = {"multiplicative": np.sqrt(plain.phi * square), "additive": np.sqrt(square + plain.tau2)}
    for spread, deviation in wide.items():
        found = funnel(events, size, spread=spread)
        assert (found.phi, found.tau2, found.p) == (plain.phi, plain.tau2, plain.p)
        for limits, level in zip(found.limits, (0.95, 0.998), strict=True):
            reach = norm.ppf((1 + level) / 2) * deviation
            # So wide that the exact limits are within.
            np.testing.assert_allclose(limits.low, np.maximum(plain.target - reach, 0))
            most = 1 if funnel is funnel_of_shares else np.inf
            np.testing.assert_allclose(limits.high, np.minimum(plain.target + reach, most))
        assert np.abs(found.limits[0].outside).sum() < np.abs(plain.limits[0].outside).sum()


def test_units_more_alike_than_by_chance_do_not_narrow_the_limits():
    events, size = np.full(12, 30), np.array([99, 100, 101] * 4)

    for spread in ("multiplicative", "additive"):
        found = funnel_of_shares(events, size, spread=spread)
        assert found.phi < 0.1 and found.tau2 == 0 and found.p > 0.99
        exact = funnel_of_shares(events, size).limits
        for limits, level, plain in zip(found.limits, (0.95, 0.998), exact, strict=True):
            reach = norm.ppf((1 + level) / 2) * np.sqrt(found.target * (1 - found.target) / size)
            np.testing.assert_allclose(limits.high, np.maximum(found.target + reach, plain.high))
            np.testing.assert_allclose(limits.low, np.minimum(found.target - reach, plain.low))
            assert (limits.high > plain.high).any() or (limits.low < plain.low).any()


@pytest.mark.parametrize("spread", ["multiplicative", "additive"])
def test_small_units_keep_the_exact_limits_where_those_are_wider(spread):
    # Half an event of each is expected; the normal limit would be passed by three.
    events, size = np.tile([0, 1], 20), np.full(40, 10)

    found, exact = (funnel_of_rates(events, size, spread=word) for word in (spread, "none"))

    assert found.phi < 1.1 and found.tau2 < 1e-3
    np.testing.assert_array_equal(found.limits[1].high, exact.limits[1].high)
    assert 10 * exact.limits[1].high[0] > 3


def test_without_events_enough_there_is_no_chi_square():
    # Two events a unit, or persons without one, are enough.
    few, enough = np.append(np.full(9, 2), 1), np.full(10, 2)

    for size in (4, 400):
        assert funnel_of_shares(few, np.full(10, size)).p is None
        assert funnel_of_shares(enough, np.full(10, size)).p == pytest.approx(1)
        assert funnel_of_rates(few, np.full(10, size)).p is None
        assert funnel_of_rates(enough, np.full(10, size)).p == pytest.approx(1)
    assert funnel_of_shares(400 - few, np.full(10, 400)).p is None
    assert funnel_of_shares([1] * 10, [400] * 10, target=0.005).p is not None


def test_the_chi_square_of_units_with_two_events_each_keeps_its_word():
    random = np.random.default_rng(12)
    size = random.integers(5, 75, 15)

    small = [funnel_of_rates(random.poisson(size / 20), size).p for _ in range(2000)]

    # About half of the averages are below two by chance.
    known = [p for p in small if p is not None]
    assert len(known) > 800
    assert np.mean(np.array(known) < 0.05) < 0.065


def test_a_target_from_outside_has_a_degree_of_freedom_more():
    events, size = example()
    found = funnel_of_shares(events, size, target=0.4)
    rates = funnel_of_rates(events, size, target=0.4)

    z = (events / size - 0.4) / np.sqrt(0.24 / size)
    assert found.target == 0.4 and found.p == pytest.approx(chi2.sf(z @ z, 12))
    np.testing.assert_allclose(rates.z, (events / size - 0.4) / np.sqrt(0.4 / size))
    assert rates.p == pytest.approx(chi2.sf(rates.z @ rates.z, 12))


def test_another_unit_of_time_changes_the_unit_only():
    events, size = example()
    one, other = (funnel_of_rates(events, size * unit, spread="additive") for unit in (1, 365.25))

    assert (one.phi, one.p, one.tau2) == pytest.approx((other.phi, other.p, other.tau2 * 365.25**2))
    np.testing.assert_allclose(one.limits[1].high, other.limits[1].high * 365.25)


def test_ten_units_are_enough_and_nine_are_not():
    assert funnel_of_shares([3] * 10, [9] * 10).target == pytest.approx(1 / 3)
    for funnel in (funnel_of_shares, funnel_of_rates):
        with pytest.raises(Refused, match=r"9 units, too few .* at least 10"):
            funnel([3] * 9, [9] * 9)


@pytest.mark.parametrize(
    ("call", "key"),
    [
        (lambda: funnel_of_shares([0] * 10, [5] * 10), "refuse_one_value"),
        (lambda: funnel_of_shares([5] * 10, [5] * 10), "refuse_one_value"),
        (lambda: funnel_of_rates([0] * 10, [5] * 10), "refuse_no_events"),
        (lambda: funnel_of_rates([1] * 10, [5] * 9 + [0]), "refuse_exposure"),
        (lambda: funnel_of_shares([1] * 10, [5] * 9 + [np.nan]), "refuse_not_finite"),
        (lambda: funnel_of_shares([1] * 10, [5] * 10, target="half"), "refuse_text"),
        (lambda: funnel_of_rates([1] * 9, [5] * 9), "refuse_few_units"),
    ],
)
def test_what_shows_nothing_is_refused(call, key):
    with pytest.raises(Refused) as caught:
        call()

    assert caught.value.key == key
    assert words.sentence(caught.value, "en") != words.sentence(caught.value, "zh")


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: funnel_of_shares([6] * 10, [5] * 10), "must be from 0 to n"),
        (lambda: funnel_of_shares([0] * 10, [5] * 9 + [0]), "n at least 1"),
        (lambda: funnel_of_shares([1] * 10, [5] * 9), "same length"),
        (lambda: funnel_of_rates([1] * 10, [5] * 9), "same length"),
        (lambda: funnel_of_shares([1] * 10, [5] * 10, target=0), "above 0 and below 1"),
        (lambda: funnel_of_shares([1] * 10, [5] * 10, target=1), "above 0 and below 1"),
        (lambda: funnel_of_rates([1] * 10, [5] * 10, target=0), "above 0 and below inf"),
        (lambda: funnel_of_rates([1] * 10, [5] * 10, spread="wide"), "none, multiplicative, add"),
    ],
)
def test_impossible_input_is_the_callers_mistake(call, match):
    with pytest.raises(ValueError, match=match):
        call()
