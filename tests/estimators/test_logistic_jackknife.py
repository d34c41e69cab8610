"""The cluster jackknife of logistic regression, against refits without each cluster."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import expit
from scipy.stats import t as student
from tests.helpers import agree

from evalkit.errors import Refused
from evalkit.estimators.logistic import logistic
from evalkit.estimators.logistic_jackknife import logistic_jackknife


def made_up(random, clusters=None, effect=0.5):
    """Clusters of unlike size, half of them treated, and a covariate of persons."""
    clusters = clusters or int(random.integers(14, 22))
    cluster = np.repeat(np.arange(clusters), random.integers(5, 25, clusters))
    treated = (cluster % 2).astype(float)
    table = np.column_stack([treated, random.normal(size=cluster.size)])
    linear = 0.4 * random.normal(size=clusters)[cluster] + effect * treated + 0.5 * table[:, 1]
    return (random.random(cluster.size) < expit(linear - 0.5)).astype(int), table, cluster


def test_refits_without_each_cluster_give_the_same_for_200_random_inputs():
    random = np.random.default_rng(231)
    found, expected = [], []
    for _ in range(200):
        event, table, cluster = made_up(random)
        fit = logistic_jackknife(event, table, cluster)
        design = sm.add_constant(table)
        value = sm.Logit(event, design).fit(disp=0, tol=1e-12).params
        without = np.array([
            sm.Logit(event[cluster != code], design[cluster != code]).fit(disp=0, tol=1e-12).params
            for code in np.unique(cluster)
        ])  # fmt: skip
        groups = without.shape[0]
        se = np.sqrt((groups - 1) / groups * ((without - value) ** 2).sum(axis=0))
        found += [*fit.value, *fit.se, *fit.without.ravel()]
        expected += [*value, *se, *without.ravel()]

    # Both end where Newton's steps are in the tenth place; a coefficient may be near 0.
    agree(
        "logistic regression, cluster jackknife",
        "statsmodels Logit without each cluster, 200 random inputs",
        found, expected, rel=1e-7, abs=1e-9,
    )  # fmt: skip


def test_the_coefficients_are_those_of_the_logistic_regression_and_the_errors_near_them():
    event, table, cluster = made_up(np.random.default_rng(232), 60)

    made, known = logistic_jackknife(event, table, cluster), logistic(event, table, cluster=cluster)

    assert made.value == pytest.approx(known.value, rel=1e-12)
    # In large samples the two are one; with sixty clusters they differ by a few per cent.
    assert made.se == pytest.approx(known.se, rel=0.15)


def test_the_interval_and_p_are_those_of_t_with_clusters_less_one():
    made = logistic_jackknife(*made_up(np.random.default_rng(233), 16), level=0.9)

    half = student.ppf(0.95, 15) * made.se

    assert (made.df, made.clusters, made.without.shape) == (15, 16, (16, 3))
    assert made.low == pytest.approx(made.value - half, rel=1e-12)
    assert made.high == pytest.approx(made.value + half, rel=1e-12)
    assert made.p == pytest.approx(2 * student.cdf(-np.abs(made.value / made.se), 15))


def test_units_names_and_the_order_of_persons_do_not_matter():
    random = np.random.default_rng(234)
    event, table, cluster = made_up(random, 16)
    order = random.permutation(event.size)
    there = logistic_jackknife(event, table, cluster)

    back = logistic_jackknife(
        event[order], table[order] * [1, -1e4], [f"area {c}" for c in cluster[order]]
    )

    # Newton ends in the ninth place.
    assert back.value * [1, 1, -1e4] == pytest.approx(there.value, rel=1e-7)
    assert back.se * [1, 1, 1e4] == pytest.approx(there.se, rel=1e-7)


def test_who_has_no_event_in_place_of_who_has_one_changes_the_sign():
    event, table, cluster = made_up(np.random.default_rng(235), 16)

    there, back = (logistic_jackknife(e, table, cluster) for e in (event, 1 - event))

    assert back.value == pytest.approx(-there.value, rel=1e-7)
    assert back.se == pytest.approx(there.se, rel=1e-7)


def test_where_nothing_is_found_it_finds_no_more_than_it_says():
    random = np.random.default_rng(236)
    p = [logistic_jackknife(*made_up(random, 14, effect=0.0)).p[1] for _ in range(300)]

    # Four Monte Carlo errors of 5 % among 300 above it: 0.05 + 0.05.
    assert np.mean(np.array(p) < 0.05) < 0.10


CLUSTER = np.repeat(np.arange(14), 10)
ROW = np.random.default_rng(237).normal(size=140)
EVENT = (np.random.default_rng(238).random(140) < 0.4).astype(int)
# All events where the column is 1 are of one cluster, and so are all without it.
RESTS = ((np.arange(140) % 10 < 3) & (CLUSTER > 0)).astype(float)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"covariates": CLUSTER == 3}, "refuse_lone_cluster"),
        ({"covariates": CLUSTER < 5}, "refuse_few_clusters_on_a_side"),
        ({"cluster": CLUSTER // 7}, "refuse_few_clusters"),
        ({"cluster": CLUSTER // 4}, "refuse_few_degrees"),
        ({"covariates": np.column_stack([ROW, RESTS]),
          "outcome": np.where(RESTS == 1, (CLUSTER == 3) & (ROW > -9), EVENT)},
         "refuse_decisive_cluster"),
        ({"outcome": np.where(CLUSTER == 3, EVENT, 0)}, "refuse_decisive_cluster"),
        ({"outcome": np.zeros(140)}, "refuse_one_value"),
        ({"outcome": ROW > 0}, "refuse_separation"),
        ({"covariates": np.ones(140)}, "refuse_constant"),
        ({"covariates": np.column_stack([ROW, 3 * ROW])}, "refuse_collinear"),
        ({"covariates": np.where(ROW > 1, np.nan, ROW)}, "refuse_column_not_finite"),
        ({"cluster": np.where(CLUSTER == 3, np.nan, CLUSTER)}, "refuse_not_finite"),
        ({"outcome": [], "covariates": np.empty((0, 1)), "cluster": []}, "refuse_empty"),
    ],
)  # fmt: skip
def test_what_the_data_cannot_give_is_refused_by_name(change, key):
    rows = {"outcome": EVENT, "covariates": ROW, "cluster": CLUSTER}

    with pytest.raises(Refused) as caught:
        logistic_jackknife(**rows | change)

    assert caught.value.key == key


def test_a_caller_s_mistakes_are_no_refusals():
    with pytest.raises(ValueError, match="outcome, covariates must have the same length"):
        logistic_jackknife(EVENT[:50], ROW, CLUSTER)
    with pytest.raises(ValueError, match="outcome must be 0 or 1"):
        logistic_jackknife(EVENT + 1, ROW, CLUSTER)
