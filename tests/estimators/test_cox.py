"""Hazard ratios, against R and against risk sets written out one by one."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from statsmodels.duration.hazard_regression import PHReg
from tests.helpers import agree, gold, reference_data

from evalkit.arithmetic.hazards import RiskSets, fit_hazards
from evalkit.errors import Refused
from evalkit.estimators.cox import cox

ALL = ["fin", "age", "race", "wexp", "mar", "paro", "prio"]


@pytest.fixture
def life():
    return pd.read_csv(reference_data("rossi.csv"))


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_the_life_experiment_gives_what_r_gives(life, ties):
    known = gold(f"rossi_cox_{ties}")

    fit = cox(life["week"], life["arrest"], life[ALL], ties=ties)

    agree(
        f"Cox regression ({ties.title()})", "R survival::coxph", [*fit.value, *fit.se],
        [*known["value"].values(), *known["se"].values()], rel=known["rel_tol"],
    )  # fmt: skip
    if ties == "efron":
        extra = known["extra"]
        assert fit.log_likelihood == pytest.approx(extra["loglik"], rel=1e-12)
        assert 2 * (fit.log_likelihood - fit.null) == pytest.approx(extra["lr"], rel=1e-9)


def test_the_life_experiment_gives_the_robust_errors_of_r(life):
    known = gold("rossi_cox_robust")

    fit = cox(life["week"], life["arrest"], life[["fin", "age", "prio"]], robust=True)

    agree(
        "Cox regression, robust", "R survival::coxph", [*fit.value, *fit.se],
        [*known["value"].values(), *known["se"].values()], rel=known["rel_tol"],
    )  # fmt: skip


def test_the_life_experiment_gives_the_errors_of_r_in_clusters(life):
    known = gold("rossi_cox_cluster")

    fit = cox(life["week"], life["arrest"], life[["fin", "age", "prio"]], cluster=life["age"])

    # R leaves out the factor of few clusters.
    factor = np.sqrt(fit.clusters / (fit.clusters - 1))
    assert fit.clusters == known["extra"]["n_clusters"]
    agree(
        "Cox regression, cluster-robust", "R survival::coxph", fit.se / factor,
        list(known["se"].values()), rel=known["rel_tol"],
    )  # fmt: skip


def test_a_person_who_left_before_the_first_event_may_be_far_away():
    random = np.random.default_rng(60)
    time, event, table = random.exponential(size=200) + 1, random.random(200) < 0.7, None
    table = random.normal(size=(200, 1))
    there = cox(time, event, table)

    back = cox([0.5, *time], [0, *event], [[1e8], *table])

    assert back.value == pytest.approx(there.value, rel=1e-9)


def test_errors_that_are_zero_on_paper_are_refused():
    table, cluster = np.tile([1.0, -1], 20), np.repeat(range(20), 2)

    with pytest.raises(Refused) as caught:
        cox(np.repeat(np.arange(1, 21.0), 2), np.ones(40), table, cluster=cluster)

    assert caught.value.key == "refuse_no_variation"


def test_times_that_differ_in_the_last_digit_tie_as_in_r():
    time = [0.1 + 0.2, 0.3, 0.5, 0.7, 1.1, 1.3, 0.9, 0.4]

    event, column = np.array([1, 1, 1, 0, 1, 1, 1, 1.0]), np.array([1, 0, 0, 1, 1, 0, 1, 0.0])
    # So few are refused an interval: the fit itself is held to R.
    fit = fit_hazards(RiskSets(np.array(time), event, column[:, None], efron=True))

    # R 4.2.2, survival 3.5.3, whose timefix does the same; printed to four places.
    assert fit.beta[0] / fit.sets.deviation[0] == pytest.approx(-0.1815, abs=5e-5)


def made_up(random, n=None):
    """Few distinct times, so that events and ends of follow-up tie."""
    n = n or int(random.integers(40, 80))
    k = int(random.integers(1, 4))
    table = random.normal(size=(n, k)) * 10.0 ** random.integers(-2, 3, k)
    linear = 0.5 * (table / table.std(axis=0)).sum(axis=1)
    time = np.ceil(random.exponential(6, n) * np.exp(-linear)).clip(0, 12)
    return time, (random.random(n) < 0.7).astype(int), table


def draws(time, event, efron=True):
    """Each event with its time, those tied with it, and each person's share in the risk."""
    for moment in np.unique(time[event == 1]):
        tied = (time == moment) & (event == 1)
        for rank in range(tied.sum()):
            share = rank / tied.sum() if efron else 0.0
            yield moment, tied, np.where(tied, 1 - share, (time >= moment).astype(float))


def slow(time, event, table, efron):
    """The maximum by a minimiser; information and scores by their definitions."""
    scaled = table / table.std(axis=0)
    sets = list(draws(time, event, efron))

    def loss(beta):
        linear = scaled @ beta
        total = linear[event == 1].sum()
        return -(total - sum(np.log(share @ np.exp(linear)) for _, _, share in sets))

    beta = minimize(loss, np.zeros(table.shape[1]), method="BFGS", options={"gtol": 1e-9}).x
    information = np.zeros((beta.size, beta.size))
    scores = np.zeros_like(scaled)
    for _, tied, share in sets:
        weight = share * np.exp(scaled @ beta)
        weight /= weight.sum()
        gap = scaled - weight @ scaled
        information += (weight[:, None] * gap).T @ gap
        scores += (tied / tied.sum() - weight)[:, None] * gap
    return beta / table.std(axis=0), np.linalg.inv(information), scores, table.std(axis=0)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_risk_sets_one_by_one_give_the_same_for_200_random_inputs(ties):
    random = np.random.default_rng(61)
    found, expected, plain, by_hand = [], [], [], []
    for _ in range(200):
        time, event, table = made_up(random)
        try:
            fit = cox(time, event, table, ties=ties)
            robust = cox(time, event, table, ties=ties, robust=True)
        except Refused:
            continue
        beta, inverse, scores, unit = slow(time, event, table, ties == "efron")
        moved = scores @ inverse
        found += [*(fit.value * unit), *(robust.se * unit)]
        expected += [*(beta * unit), *np.sqrt((moved**2).sum(axis=0))]
        plain += list(fit.se * unit)
        by_hand += list(np.sqrt(np.diagonal(inverse)))

    assert len(plain) > 300
    # The minimiser stops where the likelihood is flat to its last digits.
    name = f"Cox regression ({ties.title()})"
    agree(name, "independent slow way, 200 random inputs", plain, by_hand, rel=1e-5)
    agree(
        "Cox regression, robust", "independent slow way, 200 random inputs",
        found, expected, rel=1e-3, abs=1e-5,
    )  # fmt: skip


def test_clusters_add_up_the_scores_of_their_persons():
    random = np.random.default_rng(62)
    found, expected = [], []
    for _ in range(60):
        time, event, table = made_up(random)
        cluster = random.integers(0, 12, time.size)
        try:
            fit = cox(time, event, table, cluster=cluster)
        except Refused:
            continue
        _, inverse, scores, unit = slow(time, event, table, True)
        moved = pd.DataFrame(scores @ inverse).groupby(cluster).sum().to_numpy()
        groups = moved.shape[0]
        found += list(fit.se * unit)
        expected += list(np.sqrt((moved**2).sum(axis=0) * groups / (groups - 1)))

    assert len(found) > 60
    agree("Cox regression, cluster-robust", "independent slow way", found, expected, rel=1e-3)


def test_another_library_gives_the_same_where_no_events_tie():
    random = np.random.default_rng(63)
    found, expected = [], []
    for _ in range(40):
        n = int(random.integers(40, 90))
        table = random.normal(size=(n, 2))
        time, event = random.exponential(5, n), random.random(n) < 0.7
        fit = cox(time, event, table)
        other = PHReg(time, table, status=event, ties="efron").fit(disp=0)
        found += [*fit.value, *fit.se]
        expected += [*other.params, *other.bse]

    # Its optimiser stops when the gradient is below 1e-5 or so.
    agree("Cox regression (Efron)", "statsmodels PHReg", found, expected, rel=1e-4, abs=1e-6)


def test_units_and_the_order_of_persons_do_not_matter():
    random = np.random.default_rng(64)
    time, event, table = made_up(random, 80)
    there = cox(time, event, table, robust=True)
    order = random.permutation(80)
    unit = np.array([1e6, -1e-6, 3][: table.shape[1]])

    back = cox(7 * time[order], event[order], table[order] * unit + 5, robust=True)

    assert back.value * unit == pytest.approx(there.value, rel=1e-7)
    assert back.se * np.abs(unit) == pytest.approx(there.se, rel=1e-7)


def test_only_the_order_of_times_matters():
    time, event, table = made_up(np.random.default_rng(65), 80)

    there, back = cox(time, event, table), cox(np.exp(time / 3) + 0.5, event, table)

    assert back.value == pytest.approx(there.value, rel=1e-9)
    assert back.se == pytest.approx(there.se, rel=1e-9)


def test_who_left_before_the_first_event_changes_nothing():
    time, event, table = made_up(np.random.default_rng(66), 80)
    time = time + 1
    early = np.random.default_rng(67).normal(size=(30, table.shape[1]))

    there = cox(time, event, table, robust=True)
    back = cox(
        np.concatenate([time, np.full(30, 0.5)]),
        np.concatenate([event, np.zeros(30)]),
        np.vstack([table, early]),
        robust=True,
    )

    assert back.value == pytest.approx(there.value, rel=1e-7)
    assert back.se == pytest.approx(there.se, rel=1e-7)


def test_a_person_entered_twice_with_the_copy_as_a_cluster_adds_nothing():
    random = np.random.default_rng(68)
    time, event, table = random.exponential(size=60), random.random(60) < 0.7, None
    table = random.normal(size=(60, 2))
    ids = np.arange(60)
    twice = [np.concatenate([part, part]) for part in (time, event, table)]

    once = cox(time, event, table, ties="breslow", cluster=ids)
    both = cox(*twice, ties="breslow", cluster=np.concatenate([ids, ids]))

    assert both.value == pytest.approx(once.value, rel=1e-9)
    assert both.se == pytest.approx(once.se, rel=1e-9)


def test_a_million_ties_are_counted_not_paired():
    random = np.random.default_rng(69)
    table = random.normal(size=(1_000_000, 1))
    event = random.random(1_000_000) < 0.5 + 0.05 * np.sign(table[:, 0])

    fit = cox(np.ones(1_000_000), event, table)

    assert fit.events == event.sum()
    assert 0 < fit.value[0] < 0.3


ROW = np.arange(8.0)
EVENT = [0, 1, 0, 1, 1, 0, 1, 0]
COLUMN = [2, 1, 5, 3, 2, 7, 1, 4.0]


@pytest.mark.parametrize(
    ("time", "event", "table", "cluster", "key"),
    [
        (ROW, [0] * 8, COLUMN, None, "refuse_no_events"),
        (ROW, [0, 1, 0, 0, 0, 0, 0, 0], COLUMN, None, "refuse_few_events"),
        (ROW, EVENT, np.ones(8), None, "refuse_constant"),
        (ROW, EVENT, np.column_stack([COLUMN, COLUMN]), None, "refuse_collinear"),
        (ROW, EVENT, np.where(ROW == 3, np.nan, ROW), None, "refuse_column_not_finite"),
        (ROW, EVENT, np.where(ROW == 3, np.inf, ROW), None, "refuse_column_not_finite"),
        (-ROW, EVENT, COLUMN, None, "refuse_negative_time"),
        (np.where(ROW == 3, np.nan, ROW), EVENT, COLUMN, None, "refuse_not_finite"),
        ([], [], np.empty((0, 1)), None, "refuse_empty"),
        (ROW, EVENT, ROW, None, "refuse_monotone"),
        (ROW, [1] * 8, -ROW, None, "refuse_monotone"),
        # It differs only among those who left before the first event.
        (ROW + 1, EVENT, [3, 1, 1, 1, 1, 1, 1, 1], None, "refuse_monotone"),
        (ROW, EVENT, COLUMN, [1] * 8, "refuse_one_cluster"),
        (ROW, EVENT, [0, 0, 0, 0, 0, 0, 1, 1], list("aabbccdd"), "refuse_lone_cluster"),
        (ROW, EVENT, np.column_stack([COLUMN, ROW % 3]), list("aaaabbbb"), "refuse_few_clusters"),
    ],
)
def test_what_the_data_cannot_give_is_refused_by_name(time, event, table, cluster, key):
    with pytest.raises(Refused) as caught:
        cox(time, event, table, cluster=cluster)

    assert caught.value.key == key


def test_a_group_without_events_is_refused_and_named():
    random = np.random.default_rng(70)
    spared = np.repeat([0.0, 1.0], 50)
    time = random.exponential(size=100)
    event = (random.random(100) < 0.6) & (spared == 0)

    with pytest.raises(Refused) as caught:
        cox(time, event, np.column_stack([random.normal(size=100), spared]))

    assert caught.value.key == "refuse_monotone"
    assert caught.value.values["columns"] == ["2"]


def test_a_caller_s_mistakes_are_no_refusals():
    with pytest.raises(ValueError, match="must have the same length"):
        cox(ROW, EVENT, COLUMN[:5])
    with pytest.raises(ValueError, match="event must be 0 or 1"):
        cox(ROW, [0, 2, 0, 1, 1, 0, 1, 0], COLUMN)
    with pytest.raises(ValueError, match="one of efron, breslow"):
        cox(ROW, EVENT, COLUMN, ties="exact")
