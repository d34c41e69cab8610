"""p-values of a family."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from tests.helpers import agree, gold

from evalkit.estimators.adjusted_p import METHODS, adjusted_p

NAMES = {
    "holm": "Holm", "hochberg": "Hochberg", "hommel": "Hommel",
    "benjamini_hochberg": "Benjamini-Hochberg", "benjamini_yekutieli": "Benjamini-Yekutieli",
}  # fmt: skip
R = {
    "holm": "holm", "hommel": "hommel", "benjamini_hochberg": "BH", "benjamini_yekutieli": "BY",
}  # fmt: skip


@pytest.mark.parametrize("method", R)
def test_r_gives_the_same_for_the_values_of_benjamini_and_hochberg(method):
    known = gold("padjust_bh1995")

    found = adjusted_p(known["extra"]["pvalues"], method=method)

    agree(
        f"adjusted p ({NAMES[method]})", "R p.adjust", found, known["value"][R[method]],
        rel=known["rel_tol"],
    )  # fmt: skip


def slow(p, method):
    """By the definitions: steps for two of them, every set of hypotheses for Hommel."""
    m, order = len(p), np.argsort(p)
    made = np.empty(m)
    if method == "holm":
        worst = 0.0
        for rank, place in enumerate(order):
            worst = max(worst, (m - rank) * p[place])
            made[place] = min(worst, 1)
    elif method != "hommel":
        best, however = 1.0, sum(1 / k for k in range(1, m + 1))
        for rank, place in reversed(list(enumerate(order, start=1))):
            times = {
                "hochberg": m + 1 - rank,
                "benjamini_hochberg": m / rank,
                "benjamini_yekutieli": m / rank * however,
            }[method]
            best = min(best, times * p[place])
            made[place] = best
    else:
        # Closed testing: each hypothesis falls when every set with it falls by Simes.
        made[:] = 0
        for size in range(1, m + 1):
            for chosen in combinations(range(m), size):
                ranked = np.sort(p[list(chosen)])
                simes = min(1.0, min(size * ranked / np.arange(1, size + 1)))
                made[list(chosen)] = np.maximum(made[list(chosen)], simes)
    return made


@pytest.mark.parametrize("method", METHODS)
def test_the_definitions_give_the_same_for_200_random_families(method):
    random = np.random.default_rng(32)
    found, expected = [], []
    for _ in range(200):
        # With ties, zeros and ones among them.
        p = np.round(random.random(int(random.integers(1, 8))) ** 2, int(random.integers(1, 6)))
        found += list(adjusted_p(p, method=method))
        expected += list(slow(p, method))

    # Products and quotients of the same few numbers.
    agree(
        f"adjusted p ({NAMES[method]})", "independent slow way, 200 random inputs",
        found, expected, rel=1e-12, abs=1e-15,
    )  # fmt: skip


@pytest.mark.parametrize("method", METHODS)
def test_one_result_stays_and_order_does_not_matter(method):
    p = np.array([0.2, 0.01, 0.04, 0.01])

    assert adjusted_p([0.03], method=method) == [0.03]
    assert (
        adjusted_p(p[::-1], method=method).tolist() == adjusted_p(p, method=method)[::-1].tolist()
    )


def test_hochberg_finds_what_is_printed_for_the_values_of_benjamini_and_hochberg():
    # The paper: three of the fifteen at 0.05, and four by the share of false findings.
    known = gold("padjust_bh1995")["extra"]["pvalues"]

    assert (adjusted_p(known, method="hochberg") <= 0.05).sum() == 3
    assert (adjusted_p(known, method="benjamini_hochberg") <= 0.05).sum() == 4


def test_who_assumes_less_finds_no_more():
    random = np.random.default_rng(33)
    for _ in range(50):
        p = random.random(6) ** 2
        by = {method: adjusted_p(p, method=method) for method in METHODS}

        order = ["holm", "hochberg", "hommel"], ["benjamini_yekutieli", "benjamini_hochberg"]
        for family in order:
            for cautious, bold in pairwise(family):
                # Of the same products in another order, the last digit may differ.
                assert (by[cautious] >= by[bold] - 1e-15).all(), (cautious, bold)


def test_a_missing_or_impossible_value_is_refused():
    with pytest.raises(ValueError, match="Of the values of “p” 1 are missing"):
        adjusted_p([0.1, np.nan])
    with pytest.raises(ValueError, match="lies between 0 and 1"):
        adjusted_p([0.1, 1.2])
    with pytest.raises(ValueError, match="“p” holds nobody"):
        adjusted_p([])
    with pytest.raises(ValueError, match="one of benjamini_hochberg, benjamini_yek"):
        adjusted_p([0.1], method="fdr")
