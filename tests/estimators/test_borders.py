"""Numbers just at a border of an estimator, where one side is another result."""

import importlib

import numpy as np
import pytest

from evalkit.errors import Refused
from evalkit.estimators.exact_matching import exact_matching
from evalkit.estimators.kaplan_meier import cumulative_incidence, life_table
from evalkit.estimators.matching import match
from evalkit.estimators.miettinen_nurminen import miettinen_nurminen
from evalkit.estimators.negative_binomial import negative_binomial
from evalkit.estimators.poisson import poisson
from evalkit.estimators.wild_bootstrap import wild_bootstrap


def within(distance, score, treated):
    """Matched within so large a distance, in the score's own unit."""
    spread = float(np.std(score, ddof=1))
    # A hundredth of a step of the rounding more, or the quotient might fall below it.
    return match(score, treated, caliper=(distance + 1e-12) / spread)


@pytest.mark.parametrize("side", [-1, 1])
def test_a_pair_exactly_a_caliper_apart_is_a_pair(side):
    score = [1.0, 5.0, 1.0 + side * 0.5, 5.0]

    pairs = within(0.5, score, [1, 1, 0, 0])

    assert (len(pairs.treated), pairs.unmatched) == (2, 0)
    assert sorted(pairs.distance) == [0, 0.5]


@pytest.mark.parametrize("side", [-1, 1])
def test_a_pair_one_step_more_than_a_caliper_apart_is_none(side):
    score = [1.0, 5.0, 9.0, 1.0 + side * (0.5 + 1e-10), 5.0, 9.0]

    pairs = within(0.5, score, [1, 1, 1, 0, 0, 0])

    assert (len(pairs.treated), pairs.unmatched) == (2, 1)


def test_somebody_near_on_one_side_only_is_matched_on_that_side():
    score = [1.0, 5.0, 1.25, -3.0, 5.0]

    pairs = within(0.5, score, [1, 1, 0, 0, 0])

    assert dict(zip(pairs.treated.tolist(), pairs.control.tolist(), strict=True)) == {0: 2, 1: 4}


@pytest.mark.parametrize(("clusters", "smallest"), [(3, "0.250"), (4, "0.125"), (5, "0.062")])
def test_so_few_clusters_are_told_the_smallest_p_that_they_can_give(clusters, smallest):
    # Of G clusters there are 2 ** (G - 1) different choices of signs.
    random = np.random.default_rng(1)
    cluster = np.repeat(np.arange(clusters), 10)
    covariate = random.normal(size=cluster.size)

    with pytest.raises(Refused) as caught:
        wild_bootstrap(covariate + random.normal(size=cluster.size), covariate, cluster)

    assert caught.value.key == "refuse_few_signs"
    assert caught.value.values == {"clusters": clusters, "smallest": smallest}


def test_six_clusters_can_be_below_five_per_cent():
    random = np.random.default_rng(1)
    cluster = np.repeat(np.arange(6), 10)
    covariate = random.normal(size=cluster.size)

    found = wild_bootstrap(covariate + random.normal(size=cluster.size), covariate, cluster)

    # All choices of signs are taken, and each comes with its opposite.
    assert found.exhaustive and (found.smallest, found.draws) == (1 / 32, 64)


def test_drawn_signs_can_give_one_in_all_of_them_and_the_data():
    random = np.random.default_rng(1)
    cluster = np.repeat(np.arange(13), 4)
    covariate = random.normal(size=cluster.size)
    outcome = covariate + random.normal(size=cluster.size)

    found = wild_bootstrap(outcome, covariate, cluster, draws=99)

    assert not found.exhaustive and (found.smallest, found.draws) == (1 / 100, 99)


# Most have nothing and one has very many: by moments the dispersion is far too large.
HEAVY = [
    *(55, 0, 0, 2, 2, 0, 1, 0, 1, 0, 1, 0, 0, 2, 1, 0, 2, 0, 0, 0, 1, 0, 0, 2, 0, 0, 2, 7, 0, 0),
    *(3, 0, 1, 0, 7, 0, 0, 0, 0, 1, 1, 0, 2, 0, 1, 0, 0, 0, 0, 3, 3, 0, 1, 1, 1, 1, 0, 1, 0, 1),
]


def test_a_dispersion_far_below_that_of_the_moments_is_found():
    half = (np.arange(len(HEAVY)) % 2).astype(float)

    found = negative_binomial(HEAVY, np.ones(len(HEAVY)), half[:, None])

    # Each half has its own mean whatever the dispersion.
    means = np.array([np.mean(HEAVY[0::2]), np.mean(HEAVY[1::2])])
    gaps = np.array(HEAVY) - means[half.astype(int)]
    moments = (gaps @ gaps - sum(HEAVY)) / (30 * (means @ means))
    assert moments > np.e * found.alpha
    assert found.loglik > max(_loglik(means[half.astype(int)], found.alpha * f) for f in (0.9, 1.1))


def _loglik(mean, alpha):
    """The log-likelihood by the textbook's sum of gamma functions."""
    from scipy.stats import nbinom

    return float(nbinom.logpmf(HEAVY, 1 / alpha, 1 / (1 + alpha * mean)).sum())


@pytest.mark.parametrize("fit", [negative_binomial, poisson])
def test_without_clusters_no_cluster_is_counted(fit):
    covariate = (np.arange(60) % 2).astype(float)[:, None]

    assert fit(HEAVY, np.ones(60), covariate).clusters == 0


@pytest.mark.parametrize("level", [0.3, 0.5, 0.6827, 0.95])
def test_a_score_interval_of_any_level_holds_its_difference_between_its_ends(level):
    point = miettinen_nurminen(30, 100, 20, 100, level=level)
    wider = miettinen_nurminen(30, 100, 20, 100, level=level + 0.02)

    assert wider.low < point.low < 0.1 < point.high < wider.high


@pytest.mark.parametrize("replicates", [7, 8, 9])
def test_draws_in_blocks_are_as_many_as_were_asked_for(replicates, monkeypatch):
    # Blocks of four: of the last one only as many as are missing.
    rows = np.array([[3, 1, 0, 0], [2, 2, 0, 0]])
    bootstrap = importlib.import_module("evalkit.estimators.bootstrap")
    monkeypatch.setattr(bootstrap, "AT_ONCE", 8)

    drawn = bootstrap._drawn(rows, np.random.default_rng(1), replicates)

    assert drawn.shape == (replicates, 4)
    assert (drawn.sum(axis=1) == 8).all()


def test_one_row_of_characteristics_for_several_people_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="must have the same"):
        exact_matching([1.0, 0.0, 1.0, 0.0], [1, 1, 0, 0], [["a"]])


@pytest.mark.parametrize("interval", ["plain", "log", "log-log"])
def test_where_nobody_is_left_without_an_event_the_share_and_both_ends_are_known(interval):
    curve = cumulative_incidence(life_table([1, 2, 3, 4], [1, 1, 1, 1]), interval=interval)

    assert curve.value[-1] == 1
    assert np.isfinite(curve.high[-1]) and curve.high[-1] == 1
    assert (curve.low[:-1] <= curve.value[:-1]).all() and (curve.value <= curve.high).all()


def test_one_person_more_than_coefficients_has_a_dispersion_and_as_many_have_none():
    one_free = poisson([30, 40, 70], np.ones(3), np.array([[0.0], [1.0], [2.0]]))
    none_free = poisson([30, 40], np.ones(2), np.array([[0.0], [1.0]]))

    # Pearson's statistic over one degree of freedom: near the deviance where neither is large.
    assert one_free.dispersion == pytest.approx(one_free.deviance, rel=0.05)
    assert none_free.dispersion is None
