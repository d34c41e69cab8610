"""Hidden bias that a result of matched pairs survives."""

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from scipy.stats import binomtest, wilcoxon
from tests.helpers import agree

from evalkit.errors import Refused
from evalkit.estimators.rosenbaum import binary_bound, binary_gamma, rank_bound, rank_gamma


def test_the_exact_bounds_lie_near_the_printed_ones_for_heavy_smokers():
    # Rosenbaum (2002), section 4.3.2: Hammond's pairs, 122 of them discordant, in 110 the
    # heavy smoker died of lung cancer. Printed: below 0.0001 at 1, then 0.0036, 0.03, 0.1
    # from a normal approximation, which exceeds the exact 0.0020, 0.0232, 0.0969.
    found = [binary_bound(110, 12, gamma) for gamma in (1, 4, 5, 6)]

    assert found == pytest.approx([0, 0.0036, 0.03, 0.1], abs=0.007)
    assert found[0] < 0.0001


# Blood lead of 33 exposed children and of the children they were matched to (Morton and
# others 1982, as printed in Rosenbaum 2002, section 3.2.4).
EXPOSED = [38, 23, 41, 18, 37, 36, 23, 62, 31, 34, 24, 14, 21, 17, 16, 20, 15, 10, 45, 39, 22,
           35, 49, 48, 44, 35, 43, 39, 34, 13, 73, 25, 27]  # fmt: skip
MATCHED = [16, 18, 18, 24, 19, 11, 10, 15, 16, 18, 18, 13, 19, 10, 16, 16, 24, 13, 9, 14, 21,
           19, 7, 18, 19, 12, 11, 22, 25, 16, 13, 11, 13]  # fmt: skip
LEAD = np.subtract(EXPOSED, MATCHED)


def test_the_printed_bounds_for_lead_in_children_are_met():
    # Rosenbaum (2002), section 4.3.3, printed to four places.
    found = [rank_bound(LEAD, gamma) for gamma in (2, 3, 4, 4.25, 5)]

    agree(
        "hidden bias, signed ranks", "Rosenbaum 2002, section 4.3.3",
        found, [0.0018, 0.0136, 0.0388, 0.0468, 0.0740], abs=5e-5,
    )  # fmt: skip
    assert 4.25 < rank_gamma(LEAD).gamma < 4.35
    # One of the 33 pairs has no difference.
    assert rank_gamma(LEAD).pairs == 32


def tail(successes, trials, chance):
    """The chance of at least so many, as a fraction."""
    return sum(
        math.comb(trials, k) * chance**k * (1 - chance) ** (trials - k)
        for k in range(successes, trials + 1)
    )


def halve(bound, alpha):
    """The gamma at which a bound reaches alpha."""
    low, high = 0.0, 40.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if bound(math.exp(middle)) > alpha else (middle, high)
    return math.exp(low)


def test_sums_of_fractions_give_the_same_for_200_random_inputs():
    random = np.random.default_rng(91)
    found, expected, gammas = [], [], ([], [])
    for _ in range(200):
        first, second = int(random.integers(0, 40)), int(random.integers(0, 20)) + 1
        gamma = Fraction(int(random.integers(10, 60)), 10)
        found.append(binary_bound(first, second, float(gamma)))
        expected.append(float(tail(first, first + second, gamma / (1 + gamma))))
        if tail(first, first + second, Fraction(1, 2)) < 0.05:
            gammas[0].append(binary_gamma(first, second).gamma)
            shares = halve(lambda g, a=first, n=first + second: tail(a, n, g / (1 + g)), 0.05)
            gammas[1].append(shares)

    assert len(gammas[0]) > 80
    agree(
        "hidden bias, binary outcome", "independent slow way, 200 random inputs",
        found, expected, rel=1e-11,
    )  # fmt: skip
    # Sums of floating chances keep about twelve places.
    agree(
        "hidden bias, largest gamma, binary outcome", "independent slow way, 200 random inputs",
        *gammas, rel=1e-9,
    )  # fmt: skip


def mid_ranks(sizes):
    """Of each size, one more than the smaller ones and half the others of its size."""
    return [
        sum(other < size for other in sizes) + (sum(other == size for other in sizes) + 1) / 2
        for size in sizes
    ]


def chance(gaps, ranks, gamma):
    """Each pair's rank, chance and variance, one after the other, as a normal tail."""
    positive = mean = variance = 0.0
    for gap, rank in zip(gaps, ranks, strict=True):
        if gap != 0:
            positive += rank * (gap > 0)
            mean += rank * gamma / (1 + gamma)
            variance += rank**2 * gamma / (1 + gamma) ** 2
    return math.erfc((positive - mean) / math.sqrt(2 * variance)) / 2


def test_pair_by_pair_the_same_comes_out_for_200_random_inputs():
    random = np.random.default_rng(92)
    found, expected, gammas = [], [], ([], [])
    for _ in range(200):
        gaps = random.integers(-4, 12, int(random.integers(20, 60))).tolist()
        ranks = mid_ranks([abs(gap) for gap in gaps])
        gamma = float(random.uniform(1, 5))
        found.append(rank_bound(gaps, gamma))
        expected.append(chance(gaps, ranks, gamma))
        if rank_bound(gaps, 1) < 0.05:
            gammas[0].append(rank_gamma(gaps).gamma)
            gammas[1].append(halve(lambda g, d=gaps, r=ranks: chance(d, r, g), 0.05))

    assert len(gammas[0]) > 150
    agree(
        "hidden bias, signed ranks", "independent slow way, 200 random inputs",
        found, expected, rel=1e-9,
    )  # fmt: skip
    agree(
        "hidden bias, largest gamma, signed ranks", "independent slow way, 200 random inputs",
        *gammas, rel=1e-9,
    )  # fmt: skip


def test_all_signs_of_fourteen_pairs_give_nearly_the_same_chance():
    random = np.random.default_rng(93)
    signs = np.array(list(product([0, 1], repeat=14)))
    exact, found = [], []
    for gamma in (1, 1.5, 2, 3):
        weight = (gamma / (1 + gamma)) ** signs.sum(1) / (1 + gamma) ** (14 - signs.sum(1))
        for _ in range(10):
            gaps = random.normal(0.7, 1, 14)
            ranks = np.array(mid_ranks(list(abs(gaps))))
            above = signs @ ranks - ranks[gaps > 0].sum()
            # Without a continuity correction a normal tail begins in the middle of a step.
            exact.append(weight[above > 0.1].sum() + weight[abs(above) < 0.1].sum() / 2)
            found.append(rank_bound(gaps, gamma))

    # A normal distribution in place of a skewed sum of fourteen terms: worst in the middle.
    assert found == pytest.approx(exact, abs=0.03)
    tails = [(a, b) for a, b in zip(found, exact, strict=True) if b < 0.06]
    # Where it decides, it errs on the side of caution, or by less than a fifth of a point.
    assert len(tails) > 15
    assert min(a - b for a, b in tails) > -0.002


def test_without_hidden_bias_both_are_the_usual_tests():
    # Pratt's zeros, no continuity correction, as ours.
    words = {"alternative": "greater", "zero_method": "pratt", "correction": False}
    known = wilcoxon(LEAD, method="asymptotic", **words).pvalue

    agree("hidden bias, signed ranks", "scipy wilcoxon", rank_bound(LEAD, 1), known, rel=1e-9)
    agree(
        "hidden bias, binary outcome", "scipy binomtest", binary_bound(30, 14, 1),
        binomtest(30, 44, alternative="greater").pvalue, rel=1e-12,
    )  # fmt: skip


def test_the_bound_reaches_alpha_at_the_largest_gamma():
    for alpha in (0.001, 0.05, 0.2):
        binary, ranks = binary_gamma(110, 12, alpha=alpha), rank_gamma(LEAD, alpha=alpha)

        assert binary_bound(110, 12, binary.gamma) == pytest.approx(alpha, rel=1e-9)
        assert rank_bound(LEAD, ranks.gamma) == pytest.approx(alpha, rel=1e-9)


def test_a_stronger_bias_explains_more():
    gammas = np.linspace(1, 20, 100)
    for bounds in ([binary_bound(40, 9, g) for g in gammas], [rank_bound(LEAD, g) for g in gammas]):
        assert (np.diff(bounds) > 0).all()


def test_units_order_and_pairs_that_do_not_differ_change_nothing():
    order = np.random.default_rng(94).permutation(33)
    known = rank_gamma(LEAD)

    for scale in (1e-150, 7.0, 1e50):
        assert rank_gamma(LEAD[order] * scale) == known


def test_pairs_that_all_agree_still_have_a_finite_gamma():
    # 0.05 is the fifth power of gamma / (1 + gamma).
    share = 0.05 ** (1 / 5)

    assert binary_gamma(5, 0).gamma == pytest.approx(share / (1 - share), rel=1e-12)
    # A million equal ranks: n / z^2.
    assert rank_gamma(np.ones(10**6)).gamma == pytest.approx(1e6 / 1.6448536**2, rel=1e-6)


@pytest.mark.parametrize(
    ("call", "key"),
    [
        (lambda: binary_gamma(0, 0), "refuse_no_discordant"),
        (lambda: binary_bound(0, 0, 2), "refuse_no_discordant"),
        (lambda: binary_gamma(10, 12), "refuse_weak_pairs"),
        (lambda: binary_gamma(0, 12), "refuse_weak_pairs"),
        (lambda: binary_gamma(4, 0), "refuse_weak_pairs"),
        (lambda: rank_gamma(-LEAD), "refuse_weak_pairs"),
        (lambda: rank_gamma(LEAD[:9]), "refuse_few_pairs"),
        (lambda: rank_gamma(np.zeros(50)), "refuse_few_pairs"),
        (lambda: rank_bound([*LEAD, math.nan], 2), "refuse_not_finite"),
        (lambda: rank_bound([*LEAD, math.inf], 2), "refuse_not_finite"),
        (lambda: rank_bound([], 2), "refuse_empty"),
    ],
)
def test_what_the_data_cannot_give_is_refused_by_name(call, key):
    with pytest.raises(Refused) as caught:
        call()

    assert caught.value.key == key


def test_what_a_caller_got_wrong_is_said_plainly():
    for count in (-1, 2.5, math.nan):
        with pytest.raises(ValueError, match="pairs are no whole number"):
            binary_bound(count, 3, 2)
    for gamma in (0.5, math.inf, math.nan):
        with pytest.raises(ValueError, match="gamma is at least 1"):
            rank_bound(LEAD, gamma)
    for alpha in (0, 0.5, 95):
        with pytest.raises(ValueError, match="alpha lies between 0 and a half"):
            binary_gamma(110, 12, alpha=alpha)
