"""Whether weights make two groups alike."""

import numpy as np
import pytest

from evalkit.arithmetic.overlap import refuse_apart
from evalkit.errors import Refused
from evalkit.estimators.doubly_robust import doubly_robust
from evalkit.estimators.weighting import weighting

GROUP = np.arange(40) < 20
SPREAD = np.tile([-1.0, 1.0], 20)


def test_half_a_standard_deviation_is_allowed_and_no_more():
    refuse_apart(SPREAD + 0.5 * GROUP, GROUP, np.ones(40))
    with pytest.raises(Refused, match=r"still 0\.51 standard deviations"):
        refuse_apart(SPREAD + 0.51 * GROUP, GROUP, np.ones(40))


def test_weights_count_and_the_spread_is_that_before_them():
    apart = SPREAD + GROUP
    inclined = np.where(~GROUP & (SPREAD > 0), 3.0, 1.0)

    # Weights of 3 move the mean of the untreated to 0.5: half a deviation is left.
    refuse_apart(apart, GROUP, inclined)
    with pytest.raises(Refused):
        refuse_apart(apart, GROUP, np.ones(40))


def test_scores_that_are_all_the_same_are_not_apart():
    refuse_apart(np.zeros(40), GROUP, np.ones(40))


@pytest.mark.parametrize("estimate", [weighting, doubly_robust])
def test_groups_that_hardly_overlap_are_refused_by_both_estimators(estimate):
    random = np.random.default_rng(9)
    refused = 0
    for _ in range(40):
        x = random.normal(size=300)
        treated = random.random(300) < 1 / (1 + np.exp(-6 * x))
        try:
            estimate(random.normal(size=300), treated, x[:, None])
        except Refused as refusal:
            refused += refusal.key in ("refuse_apart", "refuse_few_weigh")

    # Of 40: without the rule half were answered; with it one in thirty.
    assert refused >= 35


def test_groups_whose_scores_are_the_same_but_for_rounding_are_not_apart():
    noise = np.where(GROUP, 1e-16, -1e-16) + 1e-17 * SPREAD

    refuse_apart(noise, GROUP, np.ones(40))
    with pytest.raises(Refused):
        refuse_apart(1e8 * noise, GROUP, np.ones(40))
