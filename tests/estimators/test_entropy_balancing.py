"""Weights that give the untreated the means of the treated, and the effect under them."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize
from scipy.special import expit
from tests.helpers import agree, reference_data

from evalkit.errors import Refused
from evalkit.estimators.doubly_robust import doubly_robust
from evalkit.estimators.entropy_balancing import entropy_balancing

KNOWN = ["age", "educ", "black", "hispan", "married", "nodegree", "re74", "re75"]


def made_up(random):
    n = int(random.integers(80, 250))
    table = random.normal(size=(n, int(random.integers(1, 4))))
    treated = random.random(n) < expit(0.5 * table.sum(axis=1))
    treated[:10], treated[10:20] = True, False
    outcome = table.sum(axis=1) ** 2 + 0.7 * treated + random.normal(size=n)
    return outcome, treated, table


def slow(outcome, treated, table):
    """The dual by a general minimiser, and the sandwich of all equations by differences."""
    design = sm.add_constant(table)
    total = design[treated].sum(axis=0)

    def dual(b):
        weight = np.exp(design[~treated] @ b)
        return weight.sum() - total @ b, design[~treated].T @ weight - total

    b = minimize(dual, np.zeros(design.shape[1]), jac=True, method="BFGS",
                 options={"gtol": 1e-9}).x  # fmt: skip

    def equations(theta):
        b, first, second = theta[:-2], theta[-2], theta[-1]
        weight = np.where(treated, 0.0, np.exp(design @ b))
        return np.column_stack([
            (weight - treated)[:, None] * design,
            treated * (outcome - first),
            weight * (outcome - second),
        ])  # fmt: skip

    weight = np.exp(design[~treated] @ b)
    second = weight @ outcome[~treated] / weight.sum()
    theta = np.concatenate([b, [outcome[treated].mean(), second]])
    bread = np.empty((theta.size, theta.size))
    for i in range(theta.size):
        step = np.zeros(theta.size)
        step[i] = 1e-5 * max(1.0, abs(theta[i]))
        ends = [equations(theta + s).sum(axis=0) for s in (step, -step)]
        bread[:, i] = (ends[0] - ends[1]) / (2 * step[i])
    moved = np.linalg.solve(bread, equations(theta).T)
    covariance = moved @ moved.T
    se = np.sqrt(covariance[-2, -2] + covariance[-1, -1] - 2 * covariance[-2, -1])
    return theta[-2] - theta[-1], se


def test_a_minimiser_and_all_equations_by_differences_give_the_same_for_100_random_inputs():
    random, found, expected = np.random.default_rng(71), [], []
    for _ in range(100):
        data = made_up(random)
        point = entropy_balancing(*data).point
        found += [point.value, point.se]
        expected += slow(*data)

    # The minimiser stops at a gradient of 1e-9, and differences lose half the digits.
    agree("entropy balancing", "scipy minimize, stacked equations", found, expected, rel=2e-5,
          abs=1e-6)  # fmt: skip


def test_means_of_lalonde_are_those_of_the_treated_and_weights_their_number():
    data = pd.read_csv(reference_data("lalonde.csv"))
    treated = data["treat"].to_numpy() == 1

    made = entropy_balancing(data["re78"], treated, data[KNOWN])

    weight, table = made.weight[~treated], data[KNOWN].to_numpy(dtype=float)
    means = weight @ table[~treated] / weight.sum()
    assert means == pytest.approx(table[treated].mean(axis=0), rel=1e-8)
    assert weight.sum() == pytest.approx(treated.sum()) and weight.min() > 0


def test_weights_are_the_nearest_to_equal_of_all_that_balance():
    random = np.random.default_rng(5)
    outcome, treated, table = made_up(random)
    weight = entropy_balancing(outcome, treated, table).weight[~treated]
    design = sm.add_constant(table[~treated])
    # Moves that keep every sum; none makes the weights more alike by entropy.
    null = np.linalg.svd(design.T)[2][design.shape[1] :]

    def entropy(w):
        return float(w @ np.log(w))

    for direction in null[:20]:
        for sign in (1e-3, -1e-3):
            moved = weight + sign * direction * weight.min() / np.abs(direction).max()
            assert entropy(moved) >= entropy(weight) - 1e-12


def test_an_outcome_that_is_linear_gives_the_effect_whatever_made_the_groups():
    random = np.random.default_rng(8)
    table = random.normal(size=(400, 2))
    treated = random.random(400) < expit(table[:, 0] ** 3 - table[:, 1] ** 2)
    noise = 0.1 * random.normal(size=400)

    made = entropy_balancing(3 + table @ [1.0, -2.0] + 0.5 * treated + noise, treated, table)

    left = made.weight[~treated] @ noise[~treated] / made.weight[~treated].sum()
    by_hand = (3 + table[treated] @ [1.0, -2.0]).mean()
    # Beside the noise that was drawn nothing but arithmetic is off.
    assert made.control - left == pytest.approx(by_hand, abs=1e-9)


def test_of_groups_by_a_logit_it_agrees_with_the_doubly_robust_estimate():
    random = np.random.default_rng(9)
    table = random.normal(size=(4000, 2))
    treated = random.random(4000) < expit(table @ [0.5, 0.3])
    outcome = (random.random(4000) < expit(table[:, 0] - 0.4 * treated)).astype(float)

    one = entropy_balancing(outcome, treated, table).point
    other = doubly_robust(outcome, treated, table).point

    # Both are right here; they differ by less than a tenth of their error.
    assert abs(one.value - other.value) < 0.1 * other.se
    assert one.se == pytest.approx(other.se, rel=0.05)


def test_means_that_no_weights_give_are_refused():
    treated = np.repeat([True, False], 50)
    table = np.where(treated, 5.0, np.linspace(0, 4, 100))
    table[:50] += np.linspace(0, 0.1, 50)

    with pytest.raises(Refused):
        entropy_balancing(np.arange(100) % 2, treated, table)


def test_lengths_and_groups_that_cannot_be_are_told():
    with pytest.raises(ValueError, match="same length"):
        entropy_balancing([0, 1, 0], [1, 0], [[1.0], [2.0], [3.0]])
    with pytest.raises(ValueError):
        entropy_balancing([0, 1, 0], [2, 0, 1], [[1.0], [2.0], [3.0]])


def test_a_covariate_that_none_of_the_untreated_has_is_named():
    # All the treated have it and none of the others: no step is taken at all.
    treated = np.repeat([1, 0], 40)
    both = np.tile([0.0, 1.0], 40)

    with pytest.raises(Refused) as caught:
        entropy_balancing(np.tile([0, 1, 1, 0], 20), treated, np.column_stack([both, treated]))

    assert caught.value.key == "refuse_unbalanceable"
    assert caught.value.values["columns"] == ["2"]
