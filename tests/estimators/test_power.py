"""What a comparison of two shares can find."""

import numpy as np
import pytest
from scipy.stats import binom, norm
from tests.helpers import agree

from evalkit.errors import Refused
from evalkit.estimators.power import detection_power, number_per_group, smallest_difference


def test_the_examples_of_r_s_manual_are_met():
    # help(power.prop.test): n = 50, p1 = .50, p2 = .75 gives power 0.740; power .90 needs 76.7.
    agree(
        "power of two shares", "R, manual of power.prop.test",
        detection_power(0.5, 0.75, 50, 50), 0.740, abs=5e-4,
    )  # fmt: skip

    assert number_per_group(0.5, 0.75, power=0.9) == (77, 77)


def test_the_chance_is_what_the_tables_of_two_binomials_give():
    """Every pair of counts, its probability, and whether the test finds a difference."""
    random = np.random.default_rng(3)
    gaps = []
    for _ in range(200):
        n_a, n_b = (int(n) for n in random.integers(60, 160, 2))
        p_a, p_b = (float(p) for p in random.uniform(0.2, 0.8, 2))
        a, b = np.arange(n_a + 1)[:, None], np.arange(n_b + 1)[None, :]
        pooled = (a + b) / (n_a + n_b)
        spread = np.sqrt(np.maximum(pooled * (1 - pooled), 1e-300) * (1 / n_a + 1 / n_b))
        z = np.sign(p_a - p_b) * (a / n_a - b / n_b) / spread
        weight = binom.pmf(a, n_a, p_a) * binom.pmf(b, n_b, p_b)

        exact = weight[z > norm.ppf(0.975)].sum()

        gaps.append(detection_power(p_a, p_b, n_a, n_b) - exact)

    # The normal law stands for steps of 1/60 at the least: about three points.
    assert np.abs(gaps).max() < 0.035
    assert abs(np.mean(gaps)) < 0.005


def test_the_number_needed_has_the_power_and_one_fewer_has_not():
    random = np.random.default_rng(4)
    for _ in range(200):
        p_a, p_b = (float(p) for p in random.uniform(0.02, 0.98, 2))
        ratio, power = float(random.uniform(0.3, 3)), float(random.uniform(0.6, 0.97))

        n_a, _ = number_per_group(p_a, p_b, power=power, ratio=ratio)

        # The second group is not rounded here: it goes by the ratio.
        assert detection_power(p_a, p_b, n_a, n_a * ratio) >= power - 1e-9
        if n_a > 2:
            assert detection_power(p_a, p_b, n_a - 1, (n_a - 1) * ratio) < power


def test_the_smallest_difference_has_exactly_the_power():
    random = np.random.default_rng(5)
    for _ in range(200):
        p_b = float(random.uniform(0.2, 0.9))
        n_a, n_b = (float(n) for n in random.integers(80, 2000, 2))

        fall = smallest_difference(p_b, n_a, n_b)

        # The root is found to the twelfth place of the fall.
        assert detection_power(p_b - fall, p_b, n_a, n_b) == pytest.approx(0.8, abs=1e-8)


def test_more_people_and_larger_differences_are_found_more_often():
    by_size = [detection_power(0.2, 0.3, n, n) for n in (20, 50, 200, 1000, 10**6)]
    by_gap = [detection_power(0.3 - d, 0.3, 300, 300) for d in (0.01, 0.05, 0.1, 0.2, 0.3)]

    assert by_size == sorted(by_size) and by_size[-1] == pytest.approx(1)
    assert by_gap == sorted(by_gap)


def test_swapping_the_groups_changes_nothing():
    assert detection_power(0.2, 0.4, 30, 90) == pytest.approx(detection_power(0.4, 0.2, 90, 30))


def test_a_certain_difference_is_found_or_is_too_small_a_world():
    assert detection_power(0, 1, 10, 10) == 1
    assert detection_power(0, 1, 1, 1) == 0
    assert number_per_group(0, 1) == (2, 2)


def test_equal_shares_and_hopeless_groups_are_refused():
    with pytest.raises(Refused, match="no difference to find"):
        detection_power(0.3, 0.3, 50, 50)
    with pytest.raises(Refused, match="no difference to find"):
        number_per_group(0.3, 0.3)
    with pytest.raises(Refused, match="even a group without any event"):
        smallest_difference(0.05, 10, 10)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: detection_power(-0.1, 0.3, 9, 9), "a share lies between 0 and 1, not -0.1"),
        (lambda: detection_power(float("nan"), 0.3, 9, 9), "not nan"),
        (lambda: detection_power(0.1, 0.3, 0, 9), "at least one person"),
        (lambda: number_per_group(0.1, 0.3, power=1), "power lies between 0 and 1, not 1"),
        (lambda: number_per_group(0.1, 0.3, ratio=0), "lie between 1e-6 and 1e6, not 0"),
        (lambda: smallest_difference(0, 9, 9), "must be above 0 and at most 1, not 0"),
        (lambda: smallest_difference(0.5, 9, 9, power=0), "power lies between 0 and 1"),
    ],
)
def test_impossible_inputs_are_named(call, said):
    with pytest.raises(ValueError, match=said):
        call()
