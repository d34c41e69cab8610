"""Shares and differences when people come in villages."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student
from tests.helpers import agree, reference_data

from evalkit.errors import Refused
from evalkit.estimators.clustered import clustered_difference, clustered_share
from evalkit.estimators.cr2 import cr2
from evalkit.estimators.share import share as plain_share


@pytest.fixture(scope="module")
def malawi():
    """Thornton's people with an offer, a result and a village on record."""
    table = pd.read_csv(reference_data("thornton_hiv.csv"))
    return table.dropna(subset=["got", "any", "villnum"])


def test_the_malawi_experiment_gives_what_its_paper_printed(malawi):
    none = malawi[malawi["any"] == 0]

    point = clustered_share(none["got"], none["villnum"])

    # Thornton (2008), American Economic Review 98(5), abstract: "without any
    # incentive, 34 percent". Whole per cent, so half a per cent.
    assert point.value == pytest.approx(0.34, abs=0.005)


def test_the_malawi_experiment_gives_what_the_reference_study_prints(malawi):
    none = malawi[malawi["any"] == 0]

    gap = clustered_difference(malawi["got"], malawi["any"], malawi["villnum"])
    alone = clustered_share(none["got"], none["villnum"])

    assert (len(malawi), malawi["villnum"].nunique()) == (2830, 119)
    # Printed to four places: half a unit of the fourth place. The paper's own
    # 0.431 (0.023) in Table 4 is adjusted for covariates.
    agree(
        "difference in clusters", "Thornton 2008, reanalysis",
        (gap.value, gap.se, alone.value), (0.4520, 0.0227, 0.3387), abs=5e-5,
    )  # fmt: skip


def test_a_slow_sandwich_gives_the_same_on_the_malawi_experiment(malawi):
    outcome, group = malawi["got"].to_numpy(), malawi["any"].to_numpy()
    village = malawi["villnum"].to_numpy()

    point = clustered_difference(outcome, group, village)
    value, se = _sandwich(outcome, _with_constant(group), village)

    # Sums of 2,830 terms in another order.
    assert (point.value, point.se) == pytest.approx((value, se), rel=1e-9)
    # Interval and p-value are those of CR2: a little wider than t(118) with CR1.
    apart = cr2(outcome, group[:, None], village)
    assert (point.low, point.high) == pytest.approx((apart.low[0], apart.high[0]), rel=1e-9)
    assert point.p == pytest.approx(apart.p[0], rel=1e-6)
    assert 1 < (point.high - point.value) / (student.ppf(0.975, 118) * se) < 1.02


def test_a_slow_sandwich_gives_the_same_on_random_people():
    found, expected = [], []
    for outcome, group, cluster in _random_worlds(200):
        gap = clustered_difference(outcome, group, cluster)
        alone = clustered_share(outcome, cluster)
        found += [gap.value, gap.se, alone.value, alone.se]
        expected += _sandwich(outcome, _with_constant(group), cluster)
        expected += _sandwich(outcome, np.ones((outcome.size, 1)), cluster)

    # Sums of at most 160 terms in another order; the root of a sum that is zero on
    # paper can be 1e-8, the root of an ulp.
    agree(
        "difference in clusters", "independent slow way, 200 random inputs",
        found, expected, rel=1e-9, abs=1e-7,
    )  # fmt: skip


def test_the_values_are_the_plain_shares():
    for outcome, group, cluster in _random_worlds(50):
        gap = clustered_difference(outcome, group, cluster)
        plain = outcome[group == 1].mean() - outcome[group == 0].mean()

        # Least squares against two divisions.
        assert gap.value == pytest.approx(plain, abs=1e-12)
        assert clustered_share(outcome, cluster).value == pytest.approx(outcome.mean(), abs=1e-12)


def test_people_alone_in_their_clusters_give_hc1():
    # MacKinnon and White (1985): n / (n - k) times the squared residuals. The
    # factor n / (n - 1) * (n - 1) / (n - k) of CR1 is the same number.
    for outcome, group, _ in _random_worlds(50):
        design = _with_constant(group)
        bread = np.linalg.inv(design.T @ design)
        residual = outcome - design @ bread @ design.T @ outcome
        meat = design.T @ (design * (residual**2)[:, None])
        n, k = design.shape
        hc1 = math.sqrt((bread @ meat @ bread)[0, 0] * n / (n - k))

        point = clustered_difference(outcome, group, np.arange(n))

        assert point.se == pytest.approx(hc1, rel=1e-9, abs=1e-7)


def test_names_of_clusters_do_not_matter():
    for outcome, group, cluster in _random_worlds(20):
        named = [f"village {c}" for c in cluster]

        assert clustered_difference(outcome, group, named) == clustered_difference(
            outcome, group, cluster
        )


def test_swapping_the_groups_turns_the_difference_round():
    for outcome, group, cluster in _random_worlds(50):
        there = clustered_difference(outcome, group, cluster)
        back = clustered_difference(outcome, 1 - group, cluster)

        # Another regressor, the same fit within rounding; roots of ulps as above.
        assert (there.value, there.low, there.high, there.se) == pytest.approx(
            (-back.value, -back.high, -back.low, back.se), abs=1e-7
        )


def test_intervals_are_cut_where_no_share_can_be():
    share = clustered_share([0, 0, 0, 1, 1, 1], ["a", "a", "a", "b", "b", "b"])

    assert (share.low, share.high) == (0.0, 1.0)


@pytest.mark.parametrize("all_of_them", [0, 1])
def test_a_share_of_nobody_or_everybody_is_exact_for_as_many_persons_as_clusters(all_of_them):
    point = clustered_share(np.full(60, all_of_them), np.repeat(np.arange(6), 10))

    exact = plain_share(6 * all_of_them, 6, method="clopper_pearson")
    # Of six villages: 0 to 46 %, or 54 to 100 %; never an interval of no width.
    assert (point.value, point.low, point.high) == (all_of_them, exact.low, exact.high)
    assert point.se is None and point.high - point.low > 0.4


def test_a_share_that_is_the_same_in_each_cluster_is_not_certain():
    point = clustered_share([1, 0] * 20, np.repeat(np.arange(20), 2))

    assert point.value == 0.5 and point.low < 0.3 and point.high > 0.7


VILLAGES, HALF = np.repeat(np.arange(20), 10), np.repeat([1.0, 0.0], 100)


def test_where_nobody_was_reached_the_difference_is_as_open_as_the_two_shares():
    point = clustered_difference(np.zeros(200), HALF, VILLAGES)

    one = clustered_share(np.zeros(100), VILLAGES[:100])
    assert (point.value, point.se, point.p) == (0.0, None, None)
    assert (point.low, point.high) == pytest.approx((-one.high, one.high), rel=1e-12)


def test_a_group_of_which_everybody_was_reached_adds_its_own_uncertainty():
    reached = np.concatenate([np.ones(100), np.tile([1, 0], 50)])

    point = clustered_difference(reached, HALF, VILLAGES)

    # 50 points apart, with ten villages each; the first group's share is 69 % or more.
    assert point.value == 0.5 and point.se is None
    assert 0.05 < point.low < 0.25 and 0.5 < point.high < 0.9


def test_an_outcome_of_which_there_are_too_few_has_no_error_of_its_own():
    reached = np.zeros(200)
    reached[[3, 150]] = 1

    point = clustered_difference(reached, HALF, VILLAGES)

    assert (point.value, point.se, point.p) == (0.0, None, None)
    assert point.low < -0.01 and point.high > 0.01


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_fewer_than_six_clusters_of_a_group_are_refused(count):
    outcome = np.tile([1, 0], 100)

    with pytest.raises(Refused) as caught:
        clustered_difference(outcome, count > VILLAGES, VILLAGES)

    assert caught.value.key == "refuse_few_group_clusters"


@pytest.mark.parametrize(
    ("reached", "exposed", "cluster", "message"),
    [
        ([1, 0], [1, 1], [1, 2], "All 2 persons are in one group"),
        ([1, 0], [0, 0], [1, 2], "All 2 persons are in one group"),
        ([1, 0], [1, 0], [1, 1], "All 2 rows lie in one cluster"),
        ([1, 0], [1, 0, 1], [1, 2], "reached and exposed must have the same length"),
        ([1, 0], [1, 0], [1, 2, 3], "reached, cluster must have the same length"),
        ([], [], [], "“reached” holds nobody"),
        ([1, math.nan], [1, 0], [1, 2], "Of the values of “reached” 1 are missing"),
        ([1, 0], [1, math.nan], [1, 2], "Of the values of “exposed” 1 are missing"),
    ],
)
def test_what_has_no_clustered_difference_is_refused(reached, exposed, cluster, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        clustered_difference(reached, exposed, cluster)


def test_a_share_in_one_cluster_is_refused():
    with pytest.raises(ValueError, match=r"^All 3 rows lie in one cluster"):
        clustered_share([1, 0, 1], ["a", "a", "a"])


def test_residuals_that_cancel_in_each_village_are_refused():
    # In each village one person of each group, both reached or both not.
    reached = np.repeat(np.tile([1, 0], 15), 2)

    with pytest.raises(Refused) as caught:
        clustered_difference(reached, np.tile([0, 1], 30), np.repeat(np.arange(30), 2))

    assert caught.value.key == "refuse_no_variation"


def test_where_everybody_was_reached_there_is_no_evidence_of_a_difference():
    people = np.arange(400)

    point = clustered_difference(np.ones(400), people % 3 == 0, people % 25)

    assert point.p is None and point.low < 0 < point.high


def test_an_impossible_level_is_refused():
    with pytest.raises(ValueError, match=r"lies between 0 and 1, not 2"):
        clustered_share([1, 0, 1, 1], [1, 1, 2, 2], level=2)


def test_a_person_reached_five_times_is_refused():
    with pytest.raises(ValueError, match=r"reached must be 0 or 1"):
        clustered_share([5, 0, 1, 1], [1, 1, 2, 2])


def test_people_without_a_cluster_are_refused():
    with pytest.raises(ValueError, match=r"cluster"):
        clustered_share([1, 0, 1, 1], [1, 2, math.nan, math.nan])


def _random_worlds(count):
    random = np.random.default_rng(1986)
    for _ in range(count):
        n = int(random.integers(60, 160))
        group = random.permutation(np.arange(n) % 2).astype(float)
        cluster = random.permutation(np.arange(n) % int(random.integers(8, 16)))
        yield random.integers(0, 2, n).astype(float), group, cluster


def _with_constant(group):
    return np.column_stack([group, np.ones(group.size)])


def _sandwich(outcome, design, cluster):
    """First coefficient and its CR1 standard error, cluster by cluster."""
    bread = np.linalg.inv(design.T @ design)
    beta = bread @ design.T @ outcome
    residual = outcome - design @ beta
    meat = np.zeros_like(bread)
    names = set(cluster.tolist())
    for name in names:
        score = design[cluster == name].T @ residual[cluster == name]
        meat += np.outer(score, score)
    (n, k), g = design.shape, len(names)
    factor = g / (g - 1) * (n - 1) / (n - k)
    return beta[0], math.sqrt((factor * bread @ meat @ bread)[0, 0])
