"""Results of several areas as one."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize_scalar
from tests.helpers import agree, gold, reference_data

from evalkit.errors import Refused
from evalkit.estimators.pooled import pooled


def vaccine():
    """Log risk ratios of the trials of BCG, and their standard errors."""
    data = pd.read_csv(reference_data("bcg.csv"))
    treated, control = data["tpos"] + data["tneg"], data["cpos"] + data["cneg"]
    value = np.log(data["tpos"] / treated / (data["cpos"] / control))
    variance = 1 / data["tpos"] - 1 / treated + 1 / data["cpos"] - 1 / control
    return value.to_numpy(), np.sqrt(variance.to_numpy())


def test_r_gives_the_same_for_the_trials_of_bcg():
    known = gold("bcg_reml_hk")

    found = pooled(*vaccine())

    extra = known["extra"]
    agree(
        "pooling (REML, Hartung-Knapp)", "R metafor::rma",
        (found.point.value, found.point.se, found.point.low, found.point.high, found.point.p,
         found.tau2, found.q, 100 * found.i2, *found.prediction),
        (known["value"], known["se"], *known["ci"], known["p_value"],
         extra["tau2"], extra["Q"], extra["I2"], *extra["pi_t_kminus2"]),
        rel=known["rel_tol"],
    )  # fmt: skip


def restricted(y, variance, tau2):
    """The restricted likelihood as that of k - 1 differences of the areas from the last."""
    contrast = np.column_stack([np.eye(y.size - 1), -np.ones(y.size - 1)])
    covariance = contrast @ np.diag(variance + tau2) @ contrast.T
    gaps = contrast @ y
    return np.linalg.slogdet(covariance)[1] + gaps @ np.linalg.solve(covariance, gaps)


def test_no_variance_between_areas_has_a_larger_likelihood_in_200_random_inputs():
    random = np.random.default_rng(34)
    found, expected = [], []
    for _ in range(200):
        k = int(random.integers(2, 15))
        se = random.uniform(0.05, 1.5, k)
        y = random.normal(0, float(random.choice([0, 0.3, 2])), k) + se * random.normal(size=k)
        made = pooled(y, se)
        grid = np.concatenate([[0], np.geomspace(1e-6, 100, 300)])
        losses = [restricted(y, se**2, tau2) for tau2 in grid]
        best = int(np.argmin(losses))
        between = (grid[max(best - 1, 0)], grid[min(best + 1, 300)])
        near = minimize_scalar(
            lambda t, y=y, v=se**2: restricted(y, v, t), bounds=between, method="bounded",
            options={"xatol": 1e-12},
        )  # fmt: skip
        found.append(restricted(y, se**2, made.tau2))
        expected.append(min(near.fun, losses[0]))
        w = 1 / (se**2 + made.tau2)
        mean = sum(w * y) / sum(w)
        assert made.point.value == pytest.approx(mean, rel=1e-9, abs=1e-12)
        assert made.point.se**2 == pytest.approx(
            sum(w * (y - mean) ** 2) / (k - 1) / sum(w), rel=1e-9
        )

    # The search by steps stops where nothing changes in the eighth place.
    agree(
        "pooling (REML, Hartung-Knapp)", "independent slow way, 200 random inputs",
        found, expected, rel=1e-7, abs=1e-7,
    )  # fmt: skip


def test_shift_scale_and_order_do_as_they_should():
    value, se = vaccine()
    there, order = pooled(value, se), np.argsort(value)

    back = pooled(3 - 10 * value[order], 10 * se[order])

    assert back.point.value == pytest.approx(3 - 10 * there.point.value, rel=1e-8)
    assert back.tau2 == pytest.approx(100 * there.tau2, rel=1e-8)
    assert back.point.low == pytest.approx(3 - 10 * there.point.high, rel=1e-8)


def test_two_areas_have_no_prediction_and_a_very_wide_interval():
    found = pooled([0.1, 0.3], [0.1, 0.1])

    assert found.prediction is None and found.areas == 2
    assert found.point.high - found.point.low > 2


def test_areas_without_spread_between_them_have_none():
    found = pooled([0.10, 0.11, 0.09, 0.10], [0.5] * 4)

    assert found.tau2 == 0 and found.i2 == 0
    assert found.point.value == pytest.approx(0.1)


def test_what_cannot_be_pooled_is_refused():
    with pytest.raises(Refused, match="pool at least 2 areas"):
        pooled([0.1], [0.1])
    with pytest.raises(Refused, match="1 areas have a standard error that is not above 0"):
        pooled([0.1, 0.2], [0.1, 0])
    with pytest.raises(Refused, match="the same result to the last digit"):
        pooled([0.1] * 3, [0.1] * 3)
    with pytest.raises(ValueError, match="must have the same length"):
        pooled([0.1, 0.2], [0.1])
    with pytest.raises(ValueError, match="1 are missing or infinite"):
        pooled([0.1, np.nan], [0.1, 0.1])
