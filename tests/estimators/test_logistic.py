"""Odds of an event by several characteristics, with errors that hold in clusters."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize
from tests.helpers import agree, gold, reference_data

from evalkit.errors import Refused
from evalkit.estimators.logistic import logistic


def made_up(random, n, k):
    """Characteristics and an event that depends on them, but not by much."""
    table = random.normal(size=(n, k)) * 10.0 ** random.integers(-2, 3, k)
    odds = 0.4 * (table / table.std(axis=0)).sum(axis=1) + random.normal()
    event = random.random(n) < 1 / (1 + np.exp(-np.clip(odds, -1.5, 1.5)))
    event[:2] = True, False
    return event.astype(int), table


def test_r_gives_the_same_for_the_bacteria_in_clusters():
    known = gold("bacteria_logit_cluster")
    data = pd.read_csv(reference_data("bacteria.csv"))
    table = np.column_stack([data["trt"] == "drug", data["trt"] == "drug+", data["late"]])

    fit = logistic(data["y"], table.astype(float), cluster=data["id"])

    # In the order of the columns, the intercept first, as R lists them.
    agree(
        "logistic regression", "R glm", fit.value, list(known["value"].values()),
        rel=known["rel_tol"],
    )  # fmt: skip
    agree(
        "logistic regression, cluster-robust", "R sandwich::vcovCL", fit.se,
        list(known["se"].values()), rel=known["rel_tol"],
    )  # fmt: skip
    assert fit.clusters == known["extra"]["n_clusters"]


def test_a_minimiser_of_the_likelihood_finds_the_same_for_200_random_inputs():
    random = np.random.default_rng(11)
    found, expected = [], []
    for _ in range(200):
        event, table = made_up(random, int(random.integers(60, 200)), int(random.integers(1, 4)))
        try:
            fit = logistic(event, table)
        except Refused:
            continue
        scaled = np.column_stack([np.ones(event.size), table / table.std(axis=0)])

        sign = np.where(event == 1, -1, 1)

        def loss(b, scaled=scaled, sign=sign):
            return np.logaddexp(0, sign * (scaled @ b)).sum()

        best = minimize(loss, np.zeros(scaled.shape[1]), method="BFGS", options={"gtol": 1e-8}).x
        found += list(fit.value[1:] * table.std(axis=0))
        expected += list(best[1:])

    assert len(found) > 300
    # The minimiser stops where the likelihood is flat to its last digits.
    agree(
        "logistic regression", "independent slow way, 200 random inputs",
        found, expected, rel=1e-3, abs=1e-5,
    )  # fmt: skip


def test_another_library_gives_the_same_errors_in_clusters():
    random = np.random.default_rng(12)
    found, expected = [], []
    for _ in range(60):
        event, table = made_up(random, int(random.integers(80, 300)), 2)
        cluster = random.integers(0, int(random.integers(8, 30)), event.size)
        fit = logistic(event, table, cluster=cluster)
        model = sm.GLM(event, sm.add_constant(table), family=sm.families.Binomial())
        # The small-sample factor of least squares is not in its GLM: it is put there by hand.
        groups, n, k = np.unique(cluster).size, event.size, 3
        words = {"groups": cluster, "use_correction": False}
        other = model.fit(cov_type="cluster", cov_kwds=words, tol=1e-12, maxiter=100)
        factor = groups / (groups - 1) * (n - 1) / (n - k)
        found += [*fit.value, *fit.se]
        expected += [*other.params, *(other.bse * np.sqrt(factor))]

    # Both stop when nothing moves in the ninth place.
    agree("logistic regression, cluster-robust", "statsmodels GLM", found, expected, rel=1e-6)


def test_units_and_the_order_of_persons_do_not_matter():
    random = np.random.default_rng(13)
    event, table = made_up(random, 150, 3)
    fit = logistic(event, table)
    order = random.permutation(150)

    other = logistic(event[order], table[order] * [1e6, 1e-6, -1] + [3, 0, 1e4])

    assert other.value[1:] * [1e6, 1e-6, -1] == pytest.approx(fit.value[1:], rel=1e-6)
    assert other.p[1:] == pytest.approx(fit.p[1:], rel=1e-6)


def test_turning_the_event_round_turns_the_signs():
    event, table = made_up(np.random.default_rng(14), 150, 2)

    there, back = logistic(event, table), logistic(1 - event, table)

    assert there.value == pytest.approx(-back.value, rel=1e-8)
    assert there.low == pytest.approx(-back.high, rel=1e-8)


ROW = np.arange(8.0)
EVENT = [0, 1, 0, 1, 1, 0, 1, 0]


@pytest.mark.parametrize(
    ("event", "table", "cluster", "key"),
    [
        ([1] * 8, ROW, None, "refuse_one_value"),
        (EVENT, np.ones(8), None, "refuse_constant"),
        (EVENT, np.column_stack([ROW, 2 * ROW]), None, "refuse_collinear"),
        (EVENT, np.where(ROW == 3, np.nan, ROW), None, "refuse_column_not_finite"),
        (EVENT, np.where(ROW == 3, np.inf, ROW), None, "refuse_column_not_finite"),
        ([0, 0, 0, 0, 1, 1, 1, 1], ROW, None, "refuse_separation"),
        ([0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0, 1, 1], None, "refuse_separation"),
        (EVENT, ROW, [1] * 8, "refuse_one_cluster"),
        (EVENT, [0, 0, 0, 0, 0, 0, 1, 1], list("aabbccdd"), "refuse_lone_cluster"),
        (EVENT, [0, 1, 0, 1, 0, 1, 1, 1], list("aaaabbbb"), "refuse_few_clusters"),
        ([], np.empty((0, 1)), None, "refuse_empty"),
    ],
)
def test_what_the_data_cannot_give_is_refused_by_name(event, table, cluster, key):
    with pytest.raises(Refused) as caught:
        logistic(event, table, cluster=cluster)

    assert caught.value.key == key


def test_columns_that_separate_only_together_are_refused():
    random = np.random.default_rng(15)
    table = random.normal(size=(200, 2))
    event = (table.sum(axis=1) > 0.1).astype(int)

    with pytest.raises(Refused) as caught:
        logistic(event, table)

    assert caught.value.key == "refuse_separation_joint"
    assert caught.value.values["columns"] == ["1", "2"]


def test_lengths_that_differ_and_other_outcomes_are_a_caller_s_mistake():
    with pytest.raises(ValueError, match="outcome, covariates must have the same length"):
        logistic(EVENT, ROW[:5])
    with pytest.raises(ValueError, match="outcome must be 0 or 1"):
        logistic([0, 1, 2, 1, 0, 1, 0, 1], ROW)
