"""What clusters and unequal weights cost."""

import numpy as np
import pytest
from tests.helpers import agree

from evalkit.errors import Refused
from evalkit.estimators.design_effect import design_effect, effective_size


def test_equal_clusters_give_the_textbook_formula():
    assert design_effect([20] * 7, 0.05) == pytest.approx(1 + 19 * 0.05)
    assert design_effect([1] * 7, 0.9) == 1
    assert design_effect([3, 8], 0) == 1


def test_it_is_the_variance_of_a_mean_over_that_without_clusters():
    random = np.random.default_rng(6)
    found, expected = [], []
    for _ in range(200):
        size = random.integers(1, 12, random.integers(1, 9))
        rho = float(random.uniform(0, 1))
        cluster = np.repeat(np.arange(size.size), size)
        # Each person's covariance with each other one, written out.
        covariance = np.where(cluster[:, None] == cluster, rho, 0.0)
        np.fill_diagonal(covariance, 1.0)
        found.append(design_effect(size, rho))
        expected.append(covariance.sum() / cluster.size)

    # Sums of at most 132 squared ones.
    agree("design effect", "independent slow way, 200 random inputs", found, expected, rel=1e-12)


def test_equal_weights_are_worth_everybody_and_one_heavy_weight_is_worth_one():
    assert effective_size([3.0] * 8) == pytest.approx(8)
    assert effective_size([1, 0, 0]) == 1
    assert effective_size([1, 3]) == pytest.approx(16 / 10)


def test_the_scale_of_the_weights_does_not_matter():
    weights = np.random.default_rng(7).uniform(0, 1, 50)

    for scale in (1e-50, 1, 1e50):
        assert effective_size(weights * scale) == pytest.approx(effective_size(weights), rel=1e-12)


@pytest.mark.parametrize("weights", [[0, 0], [1, -1, -2]])
def test_weights_that_are_none_are_refused(weights):
    with pytest.raises(Refused, match=f"; {sum(w < 0 for w in weights)} are below 0"):
        effective_size(weights)


@pytest.mark.parametrize(("size", "rho"), [([0, 3], 0.1), ([2, 3], 1.5), ([2, 3], -0.1)])
def test_impossible_clusters_are_refused(size, rho):
    with pytest.raises(ValueError):
        design_effect(size, rho)
