"""Rates of events by several characteristics, with errors that hold for any variance."""

import math
from contextlib import suppress

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize
from tests.helpers import agree, gold, reference_data

from evalkit.errors import Refused
from evalkit.estimators.poisson import poisson


def made_up(random, n, k):
    """Characteristics, times at risk, and counts that depend on both."""
    table = random.normal(size=(n, k)) * 10.0 ** random.integers(-2, 3, k)
    time = random.uniform(0.1, 3, n)
    mean = time * np.exp(0.4 * (table / table.std(axis=0)).sum(axis=1) + random.normal() / 2)
    counts = random.poisson(mean * random.gamma(2, 0.5, n))
    counts[0] += 1
    return counts, time, table


@pytest.fixture
def bladder():
    data = pd.read_csv(reference_data("bladder_counts.csv"))
    treatment = data["treatment"]
    columns = [treatment == "pyridoxine", treatment == "thiotepa", data["number"]]
    return data["events"], data["months"], np.column_stack(columns).astype(float)


def test_r_gives_the_same_for_the_bladder_tumours(bladder):
    known = gold("bladder_poisson_offset_HC0")
    extra = known["extra"]

    model, robust = poisson(*bladder), poisson(*bladder, errors="hc0")

    agree(
        "Poisson regression", "R glm", [*model.value, *model.se],
        [*known["value"].values(), *known["se"].values()], rel=known["rel_tol"],
    )  # fmt: skip
    agree(
        "Poisson regression", "R glm", [model.dispersion, model.deviance],
        [extra["pearson_dispersion"], extra["deviance"]], rel=known["rel_tol"],
    )  # fmt: skip
    agree(
        "Poisson regression, robust", "R sandwich::sandwich", robust.se,
        list(extra["se_HC0"].values()), rel=known["rel_tol"],
    )  # fmt: skip


def test_r_and_a_textbook_give_the_same_for_the_car_insurance():
    known = gold("insurance_poisson_offset")
    data = pd.read_csv(reference_data("insurance.csv"))
    levels = [("District", [2, 3, 4]), ("Group", ["1-1.5l", "1.5-2l", ">2l"])]
    levels += [("Age", ["25-29", "30-35", ">35"])]
    table = np.column_stack([data[name] == x for name, some in levels for x in some])

    fit = poisson(data["Claims"], data["Holders"], table.astype(float))

    agree(
        "Poisson regression", "R glm", [*fit.value, *fit.se],
        [*known["value"].values(), *known["se"].values()], rel=known["rel_tol"],
    )  # fmt: skip
    # Printed to two places.
    agree("Poisson regression", "Venables & Ripley 2002, p. 190", fit.deviance, 51.42, abs=0.005)


def test_a_minimiser_of_the_likelihood_finds_the_same_for_200_random_inputs():
    random = np.random.default_rng(61)
    found, expected = [], []
    for _ in range(200):
        counts, time, table = made_up(random, int(random.integers(40, 150)), 1)
        fit = poisson(counts, time, table)
        unit = table.std(axis=0)
        scaled = np.column_stack([np.ones(counts.size), table / unit])

        def loss(b, scaled=scaled, counts=counts, time=time):
            return (time * np.exp(scaled @ b) - counts * (scaled @ b)).sum() / counts.sum()

        start = [math.log(counts.sum() / time.sum()), 0]
        best = minimize(loss, start, method="BFGS", options={"gtol": 1e-9}).x
        found += [fit.value[0], *(fit.value[1:] * unit)]
        expected += list(best)

    # The minimiser stops where the likelihood is flat to its last digits.
    agree(
        "Poisson regression", "independent slow way, 200 random inputs",
        found, expected, rel=1e-4, abs=1e-6,
    )  # fmt: skip


def test_another_library_gives_the_same_errors_for_200_random_inputs():
    random = np.random.default_rng(62)
    found, robust, clustered, expected = [], [], [], ([], [], [])
    for _ in range(200):
        n = int(random.integers(60, 200))
        counts, time, table = made_up(random, n, 2)
        cluster = random.integers(0, int(random.integers(8, 30)), n)
        groups = np.unique(cluster).size
        model = sm.GLM(
            counts, sm.add_constant(table), family=sm.families.Poisson(), offset=np.log(time)
        )
        words = {"groups": cluster, "use_correction": False}
        # The small-sample factor of least squares is not in its GLM: it is put there by hand.
        factor = math.sqrt(groups / (groups - 1) * (n - 1) / (n - 3))
        fit = model.fit(tol=1e-13)
        ours = poisson(counts, time, table)
        found += [*ours.value, *ours.se, ours.dispersion, ours.deviance]
        expected[0].extend([*fit.params, *fit.bse, fit.pearson_chi2 / (n - 3), fit.deviance])
        # Where a person or a cluster outweighs the others, ours refuse.
        with suppress(Refused):
            robust += [*poisson(counts, time, table, errors="hc0").se]
            expected[1].extend(model.fit(tol=1e-13, cov_type="HC0").bse)
        with suppress(Refused):
            clustered += [*poisson(counts, time, table, cluster=cluster).se]
            by_cluster = model.fit(tol=1e-13, cov_type="cluster", cov_kwds=words)
            expected[2].extend(by_cluster.bse * factor)

    assert min(len(robust), len(clustered)) > 450
    # Both stop when nothing moves in the ninth place; a coefficient may be nearly 0.
    agree("Poisson regression", "statsmodels GLM", found, expected[0], rel=1e-6, abs=1e-8)
    agree("Poisson regression, robust", "statsmodels GLM", robust, expected[1], rel=1e-6)
    agree("Poisson regression, cluster-robust", "statsmodels GLM", clustered, expected[2], rel=1e-6)


def test_two_groups_have_the_ratio_of_their_rates():
    random = np.random.default_rng(63)
    group = random.random(300) < 0.4
    time = random.uniform(0.5, 2, 300)
    counts = random.poisson(time)
    a, b = counts[group].sum(), counts[~group].sum()

    fit = poisson(counts, time, group.astype(float))

    assert fit.value[1] == pytest.approx(
        math.log(a / time[group].sum() * time[~group].sum() / b), rel=1e-12
    )
    assert fit.se[1] == pytest.approx(math.sqrt(1 / a + 1 / b), rel=1e-9)


def test_units_and_the_order_of_persons_do_not_matter():
    random = np.random.default_rng(64)
    counts, time, table = made_up(random, 150, 3)
    fit = poisson(counts, time, table)
    order = random.permutation(150)

    other = poisson(counts[order], time[order] * 1e50, table[order] * [1e6, 1e-6, -1] + [3, 0, 1e4])

    assert other.value[1:] * [1e6, 1e-6, -1] == pytest.approx(fit.value[1:], rel=1e-6)
    assert other.p[1:] == pytest.approx(fit.p[1:], rel=1e-6)
    assert other.deviance == pytest.approx(fit.deviance, rel=1e-9)


def test_a_person_s_time_may_be_cut_in_two():
    counts, time, table = made_up(np.random.default_rng(65), 150, 2)
    first = np.minimum(counts, 1)
    ids = np.arange(150)
    fit = poisson(counts, time, table, cluster=ids)

    cut = poisson(
        [*first, *(counts - first)],
        [*(0.3 * time), *(0.7 * time)],
        np.vstack([table, table]),
        cluster=[*ids, *ids],
    )

    assert cut.value == pytest.approx(fit.value, rel=1e-8)
    # The pieces of a person are one cluster; only the factor (n - 1) / (n - k) counts rows.
    assert cut.se == pytest.approx(fit.se * math.sqrt(299 / 297 * 147 / 149), rel=1e-8)


def test_as_many_rows_as_coefficients_have_no_dispersion_but_a_ratio():
    fit = poisson([30, 12], [1000, 900], [1, 0])

    assert fit.dispersion is None
    assert fit.deviance == pytest.approx(0, abs=1e-12)
    assert math.exp(fit.value[1]) == pytest.approx(30 / 1000 * 900 / 12, rel=1e-12)


def test_counts_of_very_different_size_are_fitted():
    fit = poisson([10**12, 3 * 10**12, 1, 4], [1, 1, 1, 1], [[0, 0], [0, 1], [1, 0], [1, 1]])

    # The ratio of the second column is that of the large counts.
    assert math.exp(fit.value[2]) == pytest.approx(3, rel=1e-9)
    assert math.exp(fit.value[0] + fit.value[1]) == pytest.approx(5 / 4, rel=1e-6)


ROW = np.arange(8.0)
EVENTS = [0, 1, 3, 0, 1, 2, 1, 0]
TIME = np.ones(8)
# Fitted to a million and a million million, it expects e^-800 events of the first row.
UNRELATED = [[62.5, -49], [12.5, 154], [-146, 88], [-32, 127], [-118, 6], [74, 63], [5, -106],
             [-10, -117]]  # fmt: skip
LAST = [0, 0, 0, 0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    ("events", "time", "table", "words", "key"),
    [
        ([0] * 8, TIME, ROW, {}, "refuse_no_events"),
        (EVENTS, TIME * 0, ROW, {}, "refuse_exposure"),
        (EVENTS, np.where(ROW == 2, -1, 1), ROW, {}, "refuse_exposure"),
        (EVENTS, np.where(ROW == 2, np.nan, 1), ROW, {}, "refuse_not_finite"),
        ([0, 1, 3, 0, 1, 2, 1, math.nan], TIME, ROW, {}, "refuse_not_finite"),
        (EVENTS, TIME, np.ones(8), {}, "refuse_constant"),
        (EVENTS, TIME, np.column_stack([ROW, 2 * ROW]), {}, "refuse_collinear"),
        (EVENTS, TIME, np.where(ROW == 3, np.inf, ROW), {}, "refuse_column_not_finite"),
        (EVENTS, TIME, [0, 1, 1, 0, 1, 1, 1, 0], {}, "refuse_rates_run_away"),
        (EVENTS, TIME, [5, 4, 4, 6, 4, 4, 4, 9], {}, "refuse_rates_run_away"),
        ([0, 0, 0, 2, 0, 0, 0, 0], TIME, -ROW[::-1] * (ROW > 2), {}, "refuse_rates_run_away"),
        (EVENTS, TIME, ROW, {"cluster": [1] * 8}, "refuse_one_cluster"),
        (EVENTS, TIME, ROW > 5, {"cluster": list("aabbccdd")}, "refuse_lone_cluster"),
        (EVENTS, TIME, ROW % 2, {"cluster": list("aaaabbbb")}, "refuse_few_clusters"),
        ([1, 2, 3, 1, 1, 2, 1, 2], TIME, LAST, {"errors": "hc0"}, "refuse_lone_person"),
        ([2, 2, 2, 2, 5, 5, 5, 5], TIME, ROW > 3, {"errors": "hc0"}, "refuse_no_variation"),
        (EVENTS, np.where(ROW == 2, 1e-16, 1), ROW, {}, "refuse_exposure"),
        ([1, 0, 10**6, 2, 0, 2, 10**12, 1], TIME, UNRELATED, {}, "refuse_never_expected"),
        ([], [], np.empty((0, 1)), {}, "refuse_empty"),
    ],
)
def test_what_the_data_cannot_give_is_refused_by_name(events, time, table, words, key):
    with pytest.raises(Refused) as caught:
        poisson(events, time, np.asarray(table, dtype=float), **words)

    assert caught.value.key == key


def test_columns_that_pick_out_people_without_events_only_together_are_refused():
    random = np.random.default_rng(66)
    area = np.repeat([0, 1, 2], 50)
    counts = np.where(area == 0, 0, 1 + random.poisson(1.0, 150))
    table = np.column_stack([area == 1, area == 2, random.normal(size=150)]).astype(float)

    with pytest.raises(Refused) as caught:
        poisson(counts, np.ones(150), table)

    assert caught.value.key == "refuse_rates_run_away"
    assert caught.value.values["columns"] == ["1", "2"]


def test_what_a_caller_got_wrong_is_said_plainly():
    with pytest.raises(ValueError, match="events, exposure, covariates must have the same"):
        poisson(EVENTS, TIME, ROW[:5])
    with pytest.raises(ValueError, match="events must be whole numbers, at least 0"):
        poisson([0.5, *EVENTS[1:]], TIME, ROW)
    with pytest.raises(ValueError, match="events must be whole numbers, at least 0"):
        poisson([-1, *EVENTS[1:]], TIME, ROW)
    with pytest.raises(ValueError, match="errors must be one of model, hc0"):
        poisson(EVENTS, TIME, ROW, errors="hc3")
