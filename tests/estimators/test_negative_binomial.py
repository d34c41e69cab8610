"""Rates of events that differ between people by more than is known of them."""

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize
from scipy.special import gammaln, xlogy
from tests.helpers import agree, gold, reference_data

from evalkit.errors import Refused
from evalkit.estimators.negative_binomial import negative_binomial
from evalkit.estimators.poisson import poisson


def made_up(random, n, alpha):
    """A characteristic, times at risk, and counts whose rates differ between people."""
    table = random.normal(size=(n, 1)) * 10.0 ** random.integers(-2, 3)
    time = random.uniform(0.1, 3, n)
    mean = 2 * time * np.exp(0.4 * table[:, 0] / table.std() + random.normal() / 2)
    counts = random.poisson(mean * random.gamma(1 / alpha, alpha, n))
    counts[0] += 1
    return counts, time, table


def test_r_gives_the_same_for_the_bladder_tumours():
    known = gold("bladder_nb_offset")
    data = pd.read_csv(reference_data("bladder_counts.csv"))
    treatment = data["treatment"]
    table = [treatment == "pyridoxine", treatment == "thiotepa", data["number"]]

    fit = negative_binomial(data["events"], data["months"], np.column_stack(table).astype(float))

    agree(
        "negative binomial regression", "R MASS::glm.nb",
        [*fit.value, *fit.se, 1 / fit.alpha, fit.loglik],
        [*known["value"].values(), *known["se"].values(), known["extra"]["theta"],
         known["extra"]["loglik"]],
        rel=known["rel_tol"],
    )  # fmt: skip
    assert fit.overdispersed


def test_r_gives_the_same_for_the_days_that_children_missed_school():
    known = gold("quine_nb")
    data = pd.read_csv(reference_data("quine.csv"))
    levels = [("Eth", "N"), ("Sex", "M"), ("Age", "F1"), ("Age", "F2"), ("Age", "F3")]
    table = np.column_stack([data[name] == x for name, x in [*levels, ("Lrn", "SL")]])

    fit = negative_binomial(data["Days"], np.ones(len(data)), table.astype(float))

    agree(
        "negative binomial regression", "R MASS::glm.nb",
        [*fit.value, *fit.se, 1 / fit.alpha],
        [*known["value"].values(), *known["se"].values(), known["extra"]["theta"]],
        rel=known["rel_tol"],
    )  # fmt: skip


def slow(counts, time, table):
    """The best of the whole likelihood, from three dispersions on."""
    scaled = np.column_stack([np.ones(counts.size), table / table.std(axis=0)])

    def loss(theta):
        mean, size = time * np.exp(scaled @ theta[:-1]), math.exp(-theta[-1])
        chance = gammaln(counts + size) - gammaln(size) - gammaln(counts + 1)
        chance += size * np.log(size / (size + mean)) + xlogy(counts, mean / (size + mean))
        return -chance.sum()

    start = math.log(counts.sum() / time.sum())
    starts = [[start, 0, log_alpha] for log_alpha in (-3, 1)]
    return min((minimize(loss, s, method="BFGS") for s in starts), key=lambda made: made.fun)


def test_a_minimiser_of_the_likelihood_finds_the_same_for_200_random_inputs():
    random = np.random.default_rng(71)
    found, expected, alphas, near, limits = [], [], ([], []), [], 0
    for _ in range(200):
        alpha = float(random.choice([0.05, 0.5, 2]))
        counts, time, table = made_up(random, int(random.integers(40, 120)), alpha)
        fit = negative_binomial(counts, time, table)
        best = slow(counts, time, table)
        near.append(fit.loglik + best.fun)
        if not fit.overdispersed:
            limits += 1
            continue
        found += [fit.value[0], fit.value[1] * table.std()]
        expected += list(best.x[:-1])
        # What the dispersion makes of the variance where one event is expected.
        alphas[0].append(1 + fit.alpha)
        alphas[1].append(1 + math.exp(best.x[-1]))

    # A minimiser with slopes by differences is right to the fourth place, where a small
    # dispersion hardly moves the likelihood to the third. Nowhere may it have found a
    # better likelihood, be it on another hill.
    name = "independent slow way, 200 random inputs"
    agree("negative binomial regression", name, found, expected, rel=1e-3, abs=1e-4)
    agree("negative binomial dispersion", name, *alphas, rel=1e-3)
    assert min(near) > -1e-5
    assert 5 < limits < 60


def sandwich(counts, time, design, cluster, fit):
    """Errors from clusters with the expected information, person by person."""
    information, sums = np.zeros((2, 2)), {}
    for y, t, row, code in zip(counts, time, design, cluster, strict=True):
        mean = t * math.exp(row @ fit.value)
        information += np.outer(row, row) * mean / (1 + fit.alpha * mean)
        sums[code] = sums.get(code, 0) + row * (y - mean) / (1 + fit.alpha * mean)
    bread = np.linalg.inv(information)
    return np.sqrt(np.diagonal(sum(np.outer(bread @ s, bread @ s) for s in sums.values())))


def test_another_library_gives_the_same_likelihood_and_errors_in_clusters():
    random = np.random.default_rng(72)
    value, likelihood, errors, expected = [], [], [], ([], [], [])
    for _ in range(40):
        n = int(random.integers(80, 200))
        counts, time, table = made_up(random, n, 1.0)
        design = sm.add_constant(table / table.std())
        other = sm.NegativeBinomial(counts, design, offset=np.log(time))
        other = other.fit(disp=0, method="bfgs", maxiter=500, gtol=1e-8)
        fit = negative_binomial(counts, time, table / table.std())
        value += [*fit.value, fit.alpha]
        expected[0].extend(other.params)
        likelihood.append(fit.loglik)
        expected[1].append(other.llf)
        cluster = random.integers(0, 15, n)
        groups = np.unique(cluster).size
        errors += [*negative_binomial(counts, time, table / table.std(), cluster=cluster).se]
        factor = groups / (groups - 1) * (n - 1) / (n - 2)
        expected[2].extend(sandwich(counts, time, design, cluster, fit) * math.sqrt(factor))

    # Its minimiser ends when the likelihood is flat to the eighth place.
    agree(
        "negative binomial regression", "statsmodels NegativeBinomial", value, expected[0],
        rel=1e-4, abs=1e-5,
    )  # fmt: skip
    agree(
        "negative binomial regression", "statsmodels NegativeBinomial", likelihood, expected[1],
        rel=1e-9,
    )  # fmt: skip
    agree(
        "negative binomial regression, cluster-robust", "independent slow way, 40 random inputs",
        errors, expected[2], rel=1e-9,
    )  # fmt: skip


def test_counts_that_vary_no_more_than_poisson_counts_have_the_poisson_fit():
    random = np.random.default_rng(73)
    table = random.normal(size=(100, 2))
    counts = 2 + (random.random(100) < 0.5)

    fit, limit = (f(counts, np.ones(100), table) for f in (negative_binomial, poisson))

    assert (fit.alpha, fit.overdispersed) == (0.0, False)
    assert fit.value == pytest.approx(limit.value, rel=1e-12)
    assert fit.se == pytest.approx(limit.se, rel=1e-12)


def test_a_dispersion_that_falls_to_zero_falls_to_the_poisson_likelihood():
    # Two groups of equal means; one count moved outwards makes it more than Poisson.
    counts = np.tile([0, 1, 2, 1, 1, 1, 0, 2, 3, 0], 4)
    group = np.repeat([0.0, 1.0], 20)
    square = ((counts - counts.mean()) ** 2).sum() - counts.sum()
    assert -10 < square < 0

    for more in range(1, 6):
        moved = counts.copy()
        moved[[8, 38]] += more
        fit = negative_binomial(moved, np.ones(40), group)
        limit = poisson(moved, np.ones(40), group)

        over = ((moved - moved.mean()) ** 2).sum() > moved.sum()
        # One group of equal means: the sign of this sum decides (Anscombe 1950).
        assert fit.overdispersed == over, more
        assert fit.value == pytest.approx(limit.value, abs=1e-9)


def test_units_and_the_order_of_persons_do_not_matter():
    random = np.random.default_rng(74)
    counts, time, table = made_up(random, 150, 1.0)
    fit = negative_binomial(counts, time, table)
    order = random.permutation(150)

    other = negative_binomial(counts[order], time[order] * 1e50, table[order] * -1e6 + 1e4)

    assert other.value[1] * -1e6 == pytest.approx(fit.value[1], rel=1e-6)
    assert (other.p[1], other.alpha) == pytest.approx((fit.p[1], fit.alpha), rel=1e-6)
    assert other.loglik == pytest.approx(fit.loglik, rel=1e-10)


def test_everybody_entered_twice_has_the_same_dispersion_and_half_the_variance():
    counts, time, table = made_up(np.random.default_rng(75), 150, 1.0)
    ids = np.arange(150)
    once = negative_binomial(counts, time, table)
    alone = negative_binomial(counts, time, table, cluster=ids)
    twice = [*counts, *counts], [*time, *time], np.vstack([table, table])

    both = negative_binomial(*twice)
    held = negative_binomial(*twice, cluster=[*ids, *ids])

    assert (both.alpha, *both.value) == pytest.approx((once.alpha, *once.value), rel=1e-8)
    assert both.se == pytest.approx(once.se / math.sqrt(2), rel=1e-8)
    # As clusters the copies add nothing but rows to the factor (n - 1) / (n - k).
    assert held.se == pytest.approx(alone.se * math.sqrt(299 / 298 * 148 / 149), rel=1e-8)


def test_one_person_with_almost_all_events_has_a_finite_fit():
    counts = np.zeros(60)
    counts[[3, 7, 40, 55]] = 1, 2, 10**6, 1

    fit = negative_binomial(counts, np.ones(60), np.arange(60.0) % 7)

    assert 10 < fit.alpha < 1000
    assert np.isfinite(fit.se).all()


ROW = np.arange(8.0)
EVENTS = [0, 1, 9, 0, 1, 2, 1, 0]
TIME = np.ones(8)


@pytest.mark.parametrize(
    ("events", "time", "table", "cluster", "key"),
    [
        ([0] * 8, TIME, ROW, None, "refuse_no_events"),
        ([10**8, *EVENTS[1:]], TIME, ROW, None, "refuse_large_counts"),
        (EVENTS, -TIME, ROW, None, "refuse_exposure"),
        (EVENTS, TIME * np.nan, ROW, None, "refuse_not_finite"),
        (EVENTS, TIME, np.ones(8), None, "refuse_constant"),
        (EVENTS, TIME, np.column_stack([ROW, 2 * ROW]), None, "refuse_collinear"),
        (EVENTS, TIME, np.where(ROW == 3, np.nan, ROW), None, "refuse_column_not_finite"),
        (EVENTS, TIME, [0, 1, 1, 0, 1, 1, 1, 0], None, "refuse_rates_run_away"),
        (EVENTS, TIME, ROW, [1] * 8, "refuse_one_cluster"),
        (EVENTS, TIME, ROW > 5, list("aabbccdd"), "refuse_lone_cluster"),
        (EVENTS, TIME, ROW % 2, list("aaaabbbb"), "refuse_few_clusters"),
        ([], [], np.empty((0, 1)), None, "refuse_empty"),
    ],
)
def test_what_the_data_cannot_give_is_refused_by_name(events, time, table, cluster, key):
    with pytest.raises(Refused) as caught:
        negative_binomial(events, time, np.asarray(table, dtype=float), cluster=cluster)

    assert caught.value.key == key


def test_what_a_caller_got_wrong_is_said_plainly():
    with pytest.raises(ValueError, match="events, exposure, covariates must have the same"):
        negative_binomial(EVENTS, TIME, ROW[:5])
    with pytest.raises(ValueError, match="events must be whole numbers, at least 0"):
        negative_binomial([0.5, *EVENTS[1:]], TIME, ROW)
