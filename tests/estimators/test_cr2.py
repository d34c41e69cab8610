"""Least squares in few clusters."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import t as student
from tests.helpers import agree, gold, reference_data

from evalkit.arithmetic.bias_reduced import bias_reduced
from evalkit.arithmetic.least_squares import fit_in_clusters
from evalkit.errors import Refused
from evalkit.estimators.cr2 import cr2


def organ():
    """Donor rates by state and quarter, California's change, and dummies of the others."""
    data = pd.read_csv(reference_data("organ_donations.csv"))
    period = data["Quarter_Num"].to_numpy()
    now = (data["State"] == "California").to_numpy() & (period >= 4)
    dummies = pd.get_dummies(data[["State", "Quarter_Num"]].astype(str), drop_first=True)
    return data["Rate"].to_numpy(), now.astype(float), data["State"], dummies.to_numpy(float)


def made_up(random):
    """Clusters of unlike size; one covariate of clusters, one of rows, and dummies."""
    clusters = int(random.integers(6, 13))
    cluster = np.repeat(np.arange(clusters), random.integers(1, 9, clusters))
    treated = np.isin(cluster, random.permutation(clusters)[: int(random.integers(2, 5))])
    table = np.column_stack([treated, random.normal(size=cluster.size) + cluster % 3])
    controls = None
    if random.random() < 0.5:
        # The dummies of clusters take the place of what is constant in them.
        table, controls = table[:, 1:], (cluster[:, None] == np.arange(1, clusters)) * 1.0
    outcome = random.normal(size=clusters)[cluster] + random.normal(size=cluster.size)
    return outcome, table, cluster, controls


def by_definition(outcome, table, cluster, controls):
    """CR2 and its degrees of freedom with full matrices, row by row and column by column."""
    parts = [np.ones((outcome.size, 1)), table.reshape(outcome.size, -1)]
    design = np.column_stack(parts if controls is None else [*parts, controls])
    bread = np.linalg.inv(design.T @ design)
    annihilator = np.eye(outcome.size) - design @ bread @ design.T
    residual, value = annihilator @ outcome, bread @ design.T @ outcome
    se, df = [], []
    for place in range(1, 1 + parts[1].shape[1]):
        variance, columns = 0.0, []
        for code in np.unique(cluster):
            rows = np.flatnonzero(cluster == code)
            own, vectors = np.linalg.eigh(annihilator[np.ix_(rows, rows)])
            root = np.zeros((rows.size, rows.size))
            for size, vector in zip(own, vectors.T, strict=True):
                if size > 1e-9:
                    root += np.outer(vector, vector) / np.sqrt(size)
            weight = root @ design[rows] @ bread[:, place]
            variance += (weight @ residual[rows]) ** 2
            columns.append(annihilator[:, rows] @ weight)
        product = np.array([[one @ other for other in columns] for one in columns])
        se.append(np.sqrt(variance))
        df.append(np.trace(product) ** 2 / np.trace(product @ product))
    return value[1 : 1 + len(se)], np.array(se), np.array(df)


def test_clubsandwich_gives_the_same_error_and_degrees_for_the_organ_donors():
    known = gold("organ_did_2x2")

    # The parts, not the whole: one state is treated, so that the whole refuses.
    fit = fit_in_clusters(*organ())
    se, df = bias_reduced(fit)

    agree(
        "least squares, CR2 and Satterthwaite", "R clubSandwich::coef_test",
        (fit.slope[0] * fit.unit[0], se[0] * fit.unit[0], df[0]),
        (known["value"], known["extra"]["CR2_se"], known["extra"]["CR2_satt_df"]),
        rel=known["rel_tol"],
    )  # fmt: skip


def test_one_treated_state_is_refused_although_its_degrees_look_like_many():
    with pytest.raises(Refused) as caught:
        outcome, now, state, dummies = organ()
        cr2(outcome, now, state, controls=dummies)

    assert caught.value.key == "refuse_lone_cluster"


def test_full_matrices_give_the_same_for_200_random_inputs():
    random = np.random.default_rng(81)
    found, expected = [], []
    for _ in range(200):
        outcome, table, cluster, controls = made_up(random)
        fit = fit_in_clusters(outcome, table, cluster, controls)
        se, df = bias_reduced(fit)
        found.append(np.concatenate([fit.slope * fit.unit, se * fit.unit, df]))
        expected.append(np.concatenate(by_definition(outcome, table, cluster, controls)))

    # Roots of what is nearly null lose up to half of the digits.
    agree(
        "least squares, CR2 and Satterthwaite", "independent slow way, 200 random inputs",
        np.concatenate(found), np.concatenate(expected), rel=1e-7, abs=1e-10,
    )  # fmt: skip


def test_the_interval_and_p_are_those_of_t_with_each_coefficient_s_own_degrees():
    random = np.random.default_rng(82)
    cluster = np.repeat(np.arange(14), 6)
    table = np.column_stack([cluster % 2, random.normal(size=84)])
    outcome = random.normal(size=14)[cluster] + random.normal(size=84)
    value, se, df = by_definition(outcome, table, cluster, None)

    made = cr2(outcome, table, cluster, level=0.9)

    assert made.df == pytest.approx(df, rel=1e-9)
    assert made.low == pytest.approx(value - student.ppf(0.95, df) * se, rel=1e-9)
    assert made.high == pytest.approx(value + student.ppf(0.95, df) * se, rel=1e-9)
    assert made.p == pytest.approx(2 * student.cdf(-np.abs(value / se), df), rel=1e-9)
    assert (made.n, made.clusters) == (84, 14)


def test_rows_that_are_each_their_own_cluster_have_the_error_hc2():
    random = np.random.default_rng(83)
    table = random.normal(size=(40, 2))
    outcome = table[:, 0] + random.normal(size=40) * (1 + table[:, 1] ** 2)
    other = sm.OLS(outcome, sm.add_constant(table)).fit(cov_type="HC2")

    made = cr2(outcome, table, np.arange(40))

    agree("least squares, CR2 and Satterthwaite", "statsmodels HC2, clusters of one",
          [*made.value, *made.se], [*other.params[1:], *other.bse[1:]], rel=1e-10)  # fmt: skip


# For two groups CR2 is Welch's variance of cluster means, whose degrees of freedom where all
# are alike are Satterthwaite's (1946), Biometrics Bulletin 2(6), 110-114.
@pytest.mark.parametrize("size", [1, 4])
@pytest.mark.parametrize(("one", "other"), [(3, 27), (5, 9), (8, 8), (2, 4)])
def test_two_groups_of_alike_clusters_have_satterthwaite_s_degrees(one, other, size):
    cluster = np.repeat(np.arange(one + other), size)
    outcome = np.random.default_rng(84).normal(size=cluster.size)

    _, df = bias_reduced(fit_in_clusters(outcome, cluster < one, cluster, None))

    parts = 1 / one, 1 / other
    known = sum(parts) ** 2 / (parts[0] ** 2 / (one - 1) + parts[1] ** 2 / (other - 1))
    assert df[0] == pytest.approx(known, rel=1e-9)


def test_the_variance_is_right_on_average_where_rows_are_alike():
    # Unbiased for each design, so that the mean over unit vectors of the outcome is exact.
    cluster = np.repeat(np.arange(6), [1, 2, 3, 4, 5, 9])
    table = np.column_stack([cluster % 2, np.sin(np.arange(24))])
    total = np.zeros(2)
    for row in np.eye(24):
        fit = fit_in_clusters(row, table, cluster, None)
        total += (bias_reduced(fit)[0] * fit.unit) ** 2

    design = np.column_stack([np.ones(24), table])
    assert total == pytest.approx(np.diag(np.linalg.inv(design.T @ design))[1:], rel=1e-9)


@pytest.mark.parametrize("unit", [1e-50, 1e-6, -3.0, 1e6, 1e50])
def test_it_follows_the_unit_of_the_outcome(unit):
    outcome, cluster = np.random.default_rng(85).normal(size=60), np.arange(60) // 5
    there = cr2(outcome, cluster % 2, cluster)

    back = cr2(outcome * unit, cluster % 2, cluster)

    assert back.value == pytest.approx(there.value * unit, rel=1e-9)
    assert back.se == pytest.approx(there.se * abs(unit), rel=1e-9)
    assert back.df == pytest.approx(there.df, rel=1e-9)


def test_units_of_covariates_names_and_the_order_of_rows_do_not_matter():
    random = np.random.default_rng(86)
    cluster = np.arange(60) // 5
    table = np.column_stack([cluster % 2, random.normal(size=60)])
    outcome = random.normal(size=60) + cluster
    order = random.permutation(60)
    there = cr2(outcome, table, cluster)

    back = cr2(
        outcome[order], 3 + table[order] * [-1e6, 1e-6], [f"area {c}" for c in cluster[order]]
    )

    assert back.value * [-1e6, 1e-6] == pytest.approx(there.value, rel=1e-7)
    assert back.df == pytest.approx(there.df, rel=1e-7)
    assert back.p == pytest.approx(there.p, rel=1e-7)


def test_a_control_leaves_the_result_that_a_covariate_leaves():
    random = np.random.default_rng(87)
    cluster, table = np.arange(60) // 5, random.normal(size=(60, 2))
    outcome = random.normal(size=60)

    both, one = (
        cr2(outcome, table, cluster),
        cr2(outcome, table[:, 0], cluster, controls=table[:, 1]),
    )

    assert (one.value[0], one.se[0], one.df[0]) == pytest.approx(
        (both.value[0], both.se[0], both.df[0]), rel=1e-12
    )


CLUSTER = np.arange(60) // 5
ROW = np.random.default_rng(88).normal(size=60)
OUTCOME = np.random.default_rng(89).normal(size=60)
AREAS = (CLUSTER[:, None] == np.arange(1, 12)) * 1.0
AFTER = (np.arange(60) % 5 >= 3) * 1.0


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"covariates": CLUSTER == 3}, "refuse_lone_cluster"),
        ({"covariates": CLUSTER != 3}, "refuse_lone_cluster"),
        ({"covariates": np.column_stack([ROW, CLUSTER == 3])}, "refuse_lone_cluster"),
        # All but one area begin at one time: the one alone shows the change of time.
        ({"covariates": AFTER * (CLUSTER != 3), "controls": np.column_stack([AREAS, AFTER])},
         "refuse_decisive_cluster"),
        ({"covariates": np.isin(CLUSTER, [1, 2])}, "refuse_few_degrees"),
        ({"covariates": np.ones(60)}, "refuse_constant"),
        ({"covariates": np.column_stack([ROW, 3 * ROW])}, "refuse_collinear"),
        ({"covariates": CLUSTER % 2, "controls": AREAS}, "refuse_collinear"),
        ({"covariates": np.where(ROW > 1, np.nan, ROW)}, "refuse_column_not_finite"),
        ({"controls": np.where(ROW > 1, np.inf, ROW)}, "refuse_column_not_finite"),
        ({"outcome": np.where(ROW > 1, np.nan, ROW)}, "refuse_not_finite"),
        ({"outcome": np.full(60, 0.1)}, "refuse_no_variation"),
        ({"outcome": 2 + 3 * ROW}, "refuse_no_variation"),
        ({"cluster": np.zeros(60)}, "refuse_one_cluster"),
        ({"cluster": np.where(CLUSTER == 3, np.nan, CLUSTER)}, "refuse_not_finite"),
        ({"outcome": OUTCOME[:3], "covariates": np.eye(3)[:, :2], "cluster": [1, 2, 3]},
         "refuse_few_rows"),
        ({"outcome": [], "covariates": np.empty((0, 1)), "cluster": []}, "refuse_empty"),
    ],
)  # fmt: skip
def test_what_the_data_cannot_give_is_refused_by_name(change, key):
    rows = {"outcome": OUTCOME, "covariates": ROW, "cluster": CLUSTER}

    with pytest.raises(Refused) as caught:
        cr2(**rows | change)

    assert caught.value.key == key


def test_lengths_that_differ_are_a_caller_s_mistake():
    with pytest.raises(ValueError, match="outcome, covariates, cluster must have the same"):
        cr2(OUTCOME[:5], ROW, CLUSTER)
    with pytest.raises(ValueError, match="outcome, controls must have the same"):
        cr2(OUTCOME, ROW, CLUSTER, controls=ROW[:5])
