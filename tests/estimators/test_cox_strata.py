"""Hazard ratios within strata, against another library and risk sets written out one by one."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from statsmodels.duration.hazard_regression import PHReg
from tests.helpers import agree, reference_data

from evalkit.errors import Refused
from evalkit.estimators.cox import cox


def made_up(random, n=None):
    """Three strata with baseline hazards of their own; few distinct times, so that they tie."""
    n = n or int(random.integers(60, 100))
    strata = random.integers(0, 3, n)
    table = random.normal(size=(n, 2)) * 10.0 ** random.integers(-2, 3, 2)
    table[:, 0] += strata * table[:, 0].std()
    linear = 0.5 * (table / table.std(axis=0)).sum(axis=1)
    time = np.ceil(random.exponential(4 + 4 * strata, n) * np.exp(-linear)).clip(1, 14)
    return time, (random.random(n) < 0.75).astype(int), table, strata


def risk_sets(time, event, strata, efron):
    """Each event of each stratum with those tied with it and each person's share in the risk."""
    for stratum in np.unique(strata):
        inside = strata == stratum
        for moment in np.unique(time[inside & (event == 1)]):
            tied = inside & (time == moment) & (event == 1)
            there = (inside & (time >= moment)).astype(float)
            for rank in range(tied.sum()):
                yield tied, np.where(tied, 1 - (rank / tied.sum() if efron else 0.0), there)


def slow(time, event, table, strata, efron):
    """The maximum by a minimiser; information and scores by their definitions."""
    unit = table.std(axis=0)
    scaled, sets = table / unit, list(risk_sets(time, event, strata, efron))

    def loss(beta):
        linear = scaled @ beta
        total = linear[event == 1].sum()
        return -(total - sum(np.log(share @ np.exp(linear)) for _, share in sets))

    def parts(beta):
        information, scores = np.zeros((unit.size, unit.size)), np.zeros_like(scaled)
        for tied, share in sets:
            weight = share * np.exp(scaled @ beta)
            weight /= weight.sum()
            gap = scaled - weight @ scaled
            information += (weight[:, None] * gap).T @ gap
            scores += (tied / tied.sum() - weight)[:, None] * gap
        return information, scores

    beta = minimize(loss, np.zeros(unit.size), method="BFGS").x
    for _ in range(3):
        # The minimiser stops where the likelihood is flat; its scores are not yet 0.
        information, scores = parts(beta)
        beta = beta + np.linalg.solve(information, scores.sum(axis=0))
    information, scores = parts(beta)
    return beta, np.linalg.inv(information), scores, unit


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_risk_sets_one_by_one_give_the_same_for_200_random_inputs(ties):
    random = np.random.default_rng(161)
    found, expected, plain, by_hand, made = [], [], [], [], 0
    while made < 200:
        time, event, table, strata = made_up(random)
        cluster = random.integers(0, 14, time.size)
        try:
            fit = cox(time, event, table, ties=ties, strata=strata)
            robust = cox(time, event, table, ties=ties, strata=strata, robust=True)
            grouped = cox(time, event, table, ties=ties, strata=strata, cluster=cluster)
        except Refused:
            continue
        made += 1
        beta, inverse, scores, unit = slow(time, event, table, strata, ties == "efron")
        moved = scores @ inverse
        sums = pd.DataFrame(moved).groupby(cluster).sum().to_numpy()
        factor = sums.shape[0] / (sums.shape[0] - 1)
        plain += [*(fit.value * unit), *(fit.se * unit)]
        by_hand += [*beta, *np.sqrt(np.diagonal(inverse))]
        found += [*(robust.se * unit), *(grouped.se * unit)]
        expected += [
            *np.sqrt((moved**2).sum(axis=0)), *np.sqrt((sums**2).sum(axis=0) * factor)
        ]  # fmt: skip

    # Newton's last step is below 1e-9; a coefficient may be near 0.
    reference = "independent slow way, 200 random inputs"
    agree("Cox regression in strata", reference, plain, by_hand, rel=1e-7, abs=1e-9)
    agree("Cox regression in strata, robust", reference, found, expected, rel=1e-7)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_another_library_gives_the_same_in_strata(ties):
    random = np.random.default_rng(162)
    found, expected = [], []
    for _ in range(60):
        time, event, table, strata = made_up(random, 120)
        table = table / table.std(axis=0)
        fit = cox(time, event, table, ties=ties, strata=strata)
        other = PHReg(time, table, status=event, strata=strata, ties=ties).fit(disp=0)
        found += [*fit.value, *fit.se, fit.log_likelihood]
        expected += [*other.params, *other.bse, other.llf]

    # Its optimiser stops when the gradient is below 1e-5 or so.
    agree("Cox regression in strata", "statsmodels PHReg", found, expected, rel=1e-4, abs=1e-6)


def test_one_stratum_is_none():
    life = pd.read_csv(reference_data("rossi.csv"))
    columns = life["week"], life["arrest"], life[["fin", "age", "prio"]]

    for how in ({}, {"robust": True}, {"cluster": life["age"]}):
        there, back = cox(*columns, **how), cox(*columns, strata=np.ones(432), **how)

        assert back.strata == 1
        # The covariates are centred twice.
        for part in ("value", "se", "low", "high", "p", "log_likelihood"):
            assert getattr(back, part) == pytest.approx(getattr(there, part), rel=1e-9)


def test_the_order_of_persons_units_and_names_of_strata_do_not_matter():
    random = np.random.default_rng(163)
    time, event, table, strata = made_up(random, 120)
    order, unit = random.permutation(120), np.array([1e4, -1e-4])
    there = cox(time, event, table, strata=strata, robust=True)

    back = cox(
        7 * time[order] + 1, event[order], table[order] * unit + 5,
        strata=np.array(["north", "east", "south"])[strata[order]], robust=True,
    )  # fmt: skip

    assert back.value * unit == pytest.approx(there.value, rel=1e-7)
    assert back.se * np.abs(unit) == pytest.approx(there.se, rel=1e-7)
    assert back.p == pytest.approx(there.p, rel=1e-6)
    assert back.strata == 3


def test_where_a_column_begins_does_not_matter_to_its_interval():
    # A column of years has a mean of a thousand deviations; this one of millions.
    time, event, table, _ = made_up(np.random.default_rng(168), 120)
    there = cox(time, event, table, robust=True)

    back = cox(time, event, table * [1e4, -1e-4] + 5, robust=True)

    # Taking 5 from 5 and a millionth leaves ten digits.
    assert back.p == pytest.approx(there.p, rel=1e-6)


def test_each_stratum_may_have_its_own_scale_of_time_and_place_of_covariates():
    time, event, table, strata = made_up(np.random.default_rng(164), 120)
    there = cox(time, event, table, strata=strata, robust=True)

    back = cox(
        time * 10.0**strata, event, table + 100 * strata[:, None] * table.std(axis=0),
        strata=strata, robust=True,
    )  # fmt: skip

    # Only the order of times within a stratum counts, and gaps between covariates.
    assert back.value == pytest.approx(there.value, rel=1e-7)
    assert back.se == pytest.approx(there.se, rel=1e-7)


def test_a_stratum_without_events_changes_nothing():
    random = np.random.default_rng(165)
    time, event, table, strata = made_up(random, 120)
    there = cox(time, event, table, strata=strata, robust=True)

    back = cox(
        np.concatenate([time, np.arange(20.0)]), np.concatenate([event, np.zeros(20)]),
        np.vstack([table, random.normal(size=(20, 2))]),
        strata=np.concatenate([strata, np.repeat(9, 20)]), robust=True,
    )  # fmt: skip

    assert back.value == pytest.approx(there.value, rel=1e-7)
    assert back.se == pytest.approx(there.se, rel=1e-7)
    assert (back.n, back.strata) == (140, 4)


def test_strata_take_out_what_would_else_bias_the_hazard_ratio():
    # One group lives mostly in the stratum with the high hazard; its own ratio is 1.
    random = np.random.default_rng(166)
    strata = np.repeat([0, 1], 1000)
    group = (random.random(2000) < np.where(strata == 1, 0.8, 0.2)).astype(float)
    time = random.exponential(np.where(strata == 1, 1, 5))

    crude, within = (cox(time, np.ones(2000), group, **how) for how in ({}, {"strata": strata}))

    assert crude.low[0] > 0.5
    assert within.low[0] < 0 < within.high[0]


STRATA = np.arange(60) % 3
COLUMN = np.random.default_rng(167).normal(size=60)


@pytest.mark.parametrize(
    ("covariates", "strata", "key"),
    [
        (STRATA == 1, STRATA, "refuse_constant_in_strata"),
        (np.column_stack([COLUMN, 0.1 * STRATA]), STRATA, "refuse_constant_in_strata"),
        (np.column_stack([COLUMN, 2 * COLUMN + STRATA]), STRATA, "refuse_collinear"),
        (COLUMN, np.where(STRATA == 1, np.nan, STRATA), "refuse_not_finite"),
        # In each stratum whoever has the event is the highest of all at risk.
        (60.0 - np.arange(60), STRATA, "refuse_monotone"),
    ],
)
def test_what_strata_cannot_give_is_refused_by_name(covariates, strata, key):
    with pytest.raises(Refused) as caught:
        cox(np.arange(60) + 1, np.ones(60), covariates, strata=strata)

    assert caught.value.key == key


def test_strata_of_other_length_are_a_caller_s_mistake():
    with pytest.raises(ValueError, match="time, strata must have the same length"):
        cox(np.arange(60), np.ones(60), COLUMN, strata=STRATA[:9])
