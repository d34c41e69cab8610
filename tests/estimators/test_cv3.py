"""The cluster jackknife of least squares, against refits without each cluster."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import t as student
from tests.helpers import agree

from evalkit.errors import Refused
from evalkit.estimators.cr2 import cr2
from evalkit.estimators.cv3 import cv3


def made_up(random):
    """Clusters of unlike size; one covariate of clusters, one of rows, and dummies."""
    clusters = int(random.integers(12, 20))
    cluster = np.repeat(np.arange(clusters), random.integers(1, 9, clusters))
    treated = np.isin(cluster, random.permutation(clusters)[: clusters // 2])
    table = np.column_stack([treated, random.normal(size=cluster.size) + cluster % 3])
    controls = None
    if random.random() < 0.5:
        # The dummies of clusters take the place of what is constant in them.
        table, controls = table[:, 1:], (cluster[:, None] == np.arange(1, clusters)) * 1.0
    outcome = random.normal(size=clusters)[cluster] + random.normal(size=cluster.size)
    return outcome, table, cluster, controls


def refits(outcome, table, cluster, controls):
    """Coefficients with all and without each cluster, by another library."""
    parts = [np.ones((outcome.size, 1)), table.reshape(outcome.size, -1)]
    design = np.column_stack(parts if controls is None else [*parts, controls])
    asked = slice(1, 1 + parts[1].shape[1])
    without = []
    for code in np.unique(cluster):
        rows = cluster != code
        # The dummy of the cluster that is left out has no row; without the first cluster
        # those of the others add up to the intercept.
        left = design[rows][:, design[rows].any(axis=0)]
        left = left[:, : np.linalg.matrix_rank(left)]
        without.append(sm.OLS(outcome[rows], left).fit().params[asked])
    return sm.OLS(outcome, design).fit().params[asked], np.array(without)


def test_refits_without_each_cluster_give_the_same_for_200_random_inputs():
    random = np.random.default_rng(211)
    found, expected = [], []
    made = 0
    while made < 200:
        world = made_up(random)
        try:
            fit = cv3(*world[:3], controls=world[3])
        except Refused as refusal:
            # Half of the rows may lie in one or two clusters.
            assert refusal.key == "refuse_few_degrees"
            continue
        made += 1
        value, without = refits(*world)
        groups = without.shape[0]
        se = np.sqrt((groups - 1) / groups * ((without - value) ** 2).sum(axis=0))
        found += [*fit.value, *fit.se, *fit.without.ravel()]
        expected += [*value, *se, *without.ravel()]

    # Its pseudo-inverse keeps some ten digits; a coefficient may be near 0.
    agree(
        "least squares, CV3", "statsmodels OLS without each cluster, 200 random inputs",
        found, expected, rel=1e-8, abs=1e-10,
    )  # fmt: skip


def test_rows_that_are_each_their_own_cluster_have_the_error_hc3():
    random = np.random.default_rng(212)
    table = random.normal(size=(40, 2))
    outcome = table[:, 0] + random.normal(size=40) * (1 + table[:, 1] ** 2)
    other = sm.OLS(outcome, sm.add_constant(table)).fit(cov_type="HC3")

    made = cv3(outcome, table, np.arange(40))

    # HC3 is without the factor (n - 1) / n.
    agree("least squares, CV3", "statsmodels HC3, clusters of one",
          made.se * np.sqrt(40 / 39), other.bse[1:], rel=1e-10)  # fmt: skip


def test_two_groups_of_alike_clusters_are_compared_by_their_means():
    # Leaving out one of m clusters moves their mean by 1 / (m - 1) of its distance from it.
    means = np.random.default_rng(213).normal(size=16)
    cluster, treated = np.repeat(np.arange(16), 3), np.arange(16) < 9
    outcome = means[cluster] + np.tile([-0.1, 0, 0.1], 16)

    made = cv3(outcome, treated[cluster], cluster)

    squares = [((means[some] - means[some].mean()) ** 2).sum() for some in (treated, ~treated)]
    known = np.sqrt(15 / 16 * (squares[0] / 8**2 + squares[1] / 6**2))
    # Nine and seven clusters; the same sums in another order.
    assert made.se[0] == pytest.approx(known, rel=1e-9)


def test_the_interval_and_p_are_those_of_t_with_clusters_less_one():
    outcome, table, cluster, _ = made_up(np.random.default_rng(214))
    made = cv3(outcome, table, cluster, level=0.9)

    half = student.ppf(0.95, made.df) * made.se

    assert made.df == made.clusters - 1 == np.unique(cluster).size - 1
    assert made.low == pytest.approx(made.value - half, rel=1e-12)
    assert made.high == pytest.approx(made.value + half, rel=1e-12)
    assert made.p == pytest.approx(2 * student.cdf(-np.abs(made.value / made.se), made.df))


def test_it_is_seldom_smaller_than_cr2():
    random = np.random.default_rng(215)
    smaller = 0
    for _ in range(100):
        outcome, table, cluster, _ = made_up(random)
        try:
            smaller += int((cv3(outcome, table, cluster).se < cr2(outcome, table, cluster).se)[0])
        except Refused:
            continue

    # MacKinnon, Nielsen and Webb (2023): the jackknife is the most conservative of the three.
    assert smaller < 10


def test_units_names_and_the_order_of_rows_do_not_matter():
    random = np.random.default_rng(216)
    cluster = np.arange(70) // 5
    table = np.column_stack([cluster % 2, random.normal(size=70)])
    outcome, order = random.normal(size=70) + cluster, random.permutation(70)
    there = cv3(outcome, table, cluster)

    back = cv3(
        5 - 1e6 * outcome[order], 3 + table[order] * [-1e6, 1e-6],
        [f"area {c}" for c in cluster[order]],
    )  # fmt: skip

    assert back.value * [1, -1e-12] == pytest.approx(there.value, rel=1e-7)
    assert back.se * [1, 1e-12] == pytest.approx(there.se, rel=1e-7)
    assert back.p == pytest.approx(there.p, rel=1e-6)
    # In the order in which clusters appear.
    _, first = np.unique(cluster[order], return_index=True)
    assert back.without[np.argsort(np.argsort(first)), 0] == pytest.approx(
        there.without[:, 0], rel=1e-7
    )


def test_a_control_leaves_the_result_that_a_covariate_leaves():
    random = np.random.default_rng(217)
    cluster, table = np.arange(70) // 5, random.normal(size=(70, 2))
    outcome = random.normal(size=70)

    both = cv3(outcome, table, cluster)
    one = cv3(outcome, table[:, 0], cluster, controls=table[:, 1])

    assert (one.value[0], one.se[0]) == pytest.approx((both.value[0], both.se[0]), rel=1e-12)


def test_where_nothing_is_found_it_finds_no_more_than_it_says():
    random = np.random.default_rng(218)
    sizes = np.array([2, 3, 4, 5, 6, 12] * 2)
    cluster, p = np.repeat(np.arange(12), sizes), []
    for _ in range(400):
        outcome = random.normal(size=12)[cluster] + random.normal(size=cluster.size)
        p.append(cv3(outcome, cluster < 6, cluster).p[0])

    # Four Monte Carlo errors of 5 % among 400 above it: 0.05 + 0.044.
    assert np.mean(np.array(p) < 0.05) < 0.094


CLUSTER = np.arange(60) // 5
ROW = np.random.default_rng(219).normal(size=60)
OUTCOME = np.random.default_rng(220).normal(size=60)
AREAS = (CLUSTER[:, None] == np.arange(1, 12)) * 1.0
AFTER = (np.arange(60) % 5 >= 3) * 1.0


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"covariates": CLUSTER == 3}, "refuse_lone_cluster"),
        ({"covariates": AFTER * (CLUSTER != 3), "controls": np.column_stack([AREAS, AFTER])},
         "refuse_decisive_cluster"),
        ({"covariates": CLUSTER < 5}, "refuse_few_clusters_on_a_side"),
        ({"covariates": ROW, "cluster": CLUSTER // 3}, "refuse_few_degrees"),
        ({"covariates": ROW * np.where(CLUSTER < 2, 100, 1)}, "refuse_few_degrees"),
        ({"covariates": np.ones(60)}, "refuse_constant"),
        ({"covariates": np.column_stack([ROW, 3 * ROW])}, "refuse_collinear"),
        ({"covariates": np.where(ROW > 1, np.nan, ROW)}, "refuse_column_not_finite"),
        ({"controls": np.where(ROW > 1, np.inf, ROW)}, "refuse_column_not_finite"),
        ({"outcome": np.where(ROW > 1, np.nan, ROW)}, "refuse_not_finite"),
        ({"outcome": np.full(60, 0.1)}, "refuse_no_variation"),
        ({"outcome": 2 + 3 * ROW}, "refuse_no_variation"),
        ({"cluster": np.zeros(60)}, "refuse_one_cluster"),
        ({"outcome": [], "covariates": np.empty((0, 1)), "cluster": []}, "refuse_empty"),
    ],
)  # fmt: skip
def test_what_the_data_cannot_give_is_refused_by_name(change, key):
    rows = {"outcome": OUTCOME, "covariates": ROW, "cluster": CLUSTER}

    with pytest.raises(Refused) as caught:
        cv3(**rows | change)

    assert caught.value.key == key


def test_lengths_that_differ_are_a_caller_s_mistake():
    with pytest.raises(ValueError, match="outcome, covariates, cluster must have the same"):
        cv3(OUTCOME[:5], ROW, CLUSTER)
