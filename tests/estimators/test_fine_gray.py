"""Subdistribution hazards, against R and against weights written out one by one."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import t as student
from tests.helpers import agree, gold, reference_data

from evalkit.errors import Refused
from evalkit.estimators.aalen_johansen import aalen_johansen
from evalkit.estimators.cox import cox
from evalkit.estimators.fine_gray import fine_gray


def test_the_melanoma_patients_give_what_r_gives():
    known = gold("melanoma_finegray")
    data = pd.read_csv(reference_data("melanoma.csv"))
    cause = data["status"].map({1: 1, 2: 0, 3: 2})

    fit = fine_gray(data["time"], cause, data[["sex", "age", "ulcer"]])

    agree(
        "Fine-Gray regression", "R cmprsk::crr", [*fit.value, *fit.se],
        [*known["value"].values(), *known["se"]], rel=known["rel_tol"],
    )  # fmt: skip
    assert (fit.n, fit.events, fit.competing) == (205, 57, 14)


def made_up(random, n=None):
    """Two causes and ends of follow-up at few distinct times, so that all of them tie."""
    n = n or int(random.integers(60, 100))
    table = random.normal(size=(n, 2)) * 10.0 ** random.integers(-2, 3, 2)
    linear = 0.5 * (table / table.std(axis=0)).sum(axis=1)
    one, two = random.exponential(8 * np.exp(-linear)), random.exponential(12, n)
    end = np.minimum(random.exponential(20, n), 12)
    time = np.ceil(np.minimum(np.minimum(one, two), end))
    return time, np.where(end < np.minimum(one, two), 0, np.where(one < two, 1, 2)), table


def slow(time, cause, table):
    """The maximum by a minimiser; weights, scores and their correction person by person."""
    unit, n = table.std(axis=0), time.size
    scaled = table / unit

    def followed(at):
        """The share whose follow-up has not ended before a time."""
        share = 1.0
        for u in np.unique(time[(cause == 0) & (time < at)]):
            share *= 1 - ((time == u) & (cause == 0)).sum() / (time >= u).sum()
        return share

    moments = np.unique(time[cause == 1])
    weight = np.zeros((n, moments.size))
    for i in range(n):
        for m, t in enumerate(moments):
            if time[i] >= t:
                weight[i, m] = 1
            elif cause[i] == 2:
                weight[i, m] = followed(t) / followed(time[i])
    events = np.array([((time == t) & (cause == 1)).sum() for t in moments])

    def loss(beta):
        linear = scaled @ beta
        return -(linear[cause == 1].sum() - events @ np.log(weight.T @ np.exp(linear)))

    def parts(beta):
        risk = weight * np.exp(scaled @ beta)[:, None]
        mean = (risk.T @ scaled) / risk.sum(axis=0)[:, None]
        hazard = events / risk.sum(axis=0)
        information, score = np.zeros((unit.size, unit.size)), np.zeros((n, unit.size))
        for m, t in enumerate(moments):
            gap = scaled - mean[m]
            information += hazard[m] * (risk[:, m, None] * gap).T @ gap
            own = (time == t) & (cause == 1)
            score += gap * (own - risk[:, m] * hazard[m])[:, None]
        return risk, mean, hazard, information, score

    beta = minimize(loss, np.zeros(unit.size), method="BFGS").x
    for _ in range(3):
        # The minimiser stops where the likelihood is flat; its scores are not yet 0.
        *_, information, score = parts(beta)
        beta = beta + np.linalg.solve(information, score.sum(axis=0))
    risk, mean, hazard, information, score = parts(beta)
    for u in np.unique(time[cause == 0]):
        # What rests on the weights of those with another cause by u, at events after it.
        q = np.zeros(unit.size)
        for i in np.flatnonzero((cause == 2) & (time <= u)):
            for m in np.flatnonzero(moments > u):
                q += (scaled[i] - mean[m]) * risk[i, m] * hazard[m]
        left = (time >= u).sum()
        ends = (time == u) & (cause == 0)
        score += np.outer(ends - (time >= u) * ends.sum() / left, q / left)
    inverse = np.linalg.inv(information)
    moved = score @ inverse
    return beta, np.sqrt((moved**2).sum(axis=0)), unit


def test_weights_one_by_one_give_the_same_for_200_random_inputs():
    random = np.random.default_rng(171)
    values, errors, by_hand, errors_by_hand = [], [], [], []
    made = 0
    while made < 200:
        world = made_up(random)
        try:
            fit = fine_gray(*world)
        except Refused:
            continue
        made += 1
        beta, se, unit = slow(*world)
        values += list(fit.value * unit)
        errors += list(fit.se * unit)
        by_hand += list(beta)
        errors_by_hand += list(se)

    # Newton's last step is below 1e-9; a coefficient may be near 0.
    reference = "independent slow way, 200 random inputs"
    agree("Fine-Gray regression", reference, values, by_hand, rel=1e-7, abs=1e-9)
    agree("Fine-Gray regression, errors", reference, errors, errors_by_hand, rel=1e-7)


def test_without_another_cause_it_is_a_cox_regression():
    time, cause, table = made_up(np.random.default_rng(172), 120)
    event = (cause == 1).astype(int)

    found = fine_gray(time, event, table)
    known = cox(time, event, table, ties="breslow", robust=True)

    for part in ("value", "se", "low", "high", "p", "log_likelihood", "null"):
        assert getattr(found, part) == pytest.approx(getattr(known, part), rel=1e-9)


def test_where_all_are_followed_to_one_end_who_has_another_cause_is_followed_to_it():
    random = np.random.default_rng(173)
    time, cause, table = made_up(random, 120)
    time, cause = np.where(cause == 0, 12, time), np.where(time == 12, 0, cause)

    found = fine_gray(time, cause, table)
    known = cox(
        np.where(cause == 2, 13, time), cause == 1, table, ties="breslow", robust=True
    )  # fmt: skip

    # No weight is estimated: the other cause is a stay until the end.
    for part in ("value", "se", "low", "high", "p", "log_likelihood"):
        assert getattr(found, part) == pytest.approx(getattr(known, part), rel=1e-9)


def test_the_interval_is_no_narrower_than_a_normal_one():
    fit = fine_gray(*made_up(np.random.default_rng(174), 120), level=0.9)

    assert (fit.high - fit.value > student.ppf(0.95, 1e6) * fit.se).all()
    assert fit.high - fit.value == pytest.approx(fit.value - fit.low)


def test_units_and_the_order_of_persons_do_not_matter():
    random = np.random.default_rng(175)
    time, cause, table = made_up(random, 120)
    order, unit = random.permutation(120), np.array([1e4, -1e-4])
    there = fine_gray(time, cause, table)

    back = fine_gray(7 * time[order] + 2, 3 * cause[order], table[order] * unit + 5, of=3)

    assert back.value * unit == pytest.approx(there.value, rel=1e-7)
    assert back.se * np.abs(unit) == pytest.approx(there.se, rel=1e-7)
    assert back.p == pytest.approx(there.p, rel=1e-6)


def test_only_the_order_of_times_matters():
    time, cause, table = made_up(np.random.default_rng(176), 120)

    there, back = fine_gray(time, cause, table), fine_gray(np.exp(time / 3) + 0.5, cause, table)

    assert back.value == pytest.approx(there.value, rel=1e-9)
    assert back.se == pytest.approx(there.se, rel=1e-9)


def test_who_had_another_cause_before_the_first_event_counts():
    time, cause, table = made_up(np.random.default_rng(177), 120)
    there = fine_gray(time + 1, cause, table)

    gone = fine_gray([*(time + 1), *([0.5] * 9)], [*cause, *([0] * 9)],
                     np.vstack([table, np.full((9, 2), table.max())]))  # fmt: skip
    other = fine_gray([*(time + 1), *([0.5] * 9)], [*cause, *([2] * 9)],
                      np.vstack([table, np.full((9, 2), table.max())]))  # fmt: skip

    # Who left before the first event says nothing; who had the other cause never had this one.
    assert gone.value == pytest.approx(there.value, rel=1e-7)
    assert (np.abs(other.value - there.value) > 0.01 * np.abs(there.value)).any()


def test_it_moves_as_the_cumulative_incidence_does():
    # The group is spared the other cause alone, so that more live to have this one.
    random = np.random.default_rng(178)
    group = np.repeat([0.0, 1.0], 1000)
    one, two = random.exponential(10, 2000), random.exponential(np.where(group == 1, 40, 5))
    time = np.minimum(np.minimum(one, two), 15)
    cause = np.where(time == 15, 0, np.where(one < two, 1, 2))

    ends = [aalen_johansen(time[group == g], cause[group == g]).value[-1] for g in (0, 1)]

    assert ends[1] > ends[0] + 0.1
    assert fine_gray(time, cause, group).low[0] > 0.3
    # The hazard of the cause itself is the same, and the ratio of hazards says so.
    assert abs(cox(time, cause == 1, group).value[0]) < 0.3


def test_where_the_column_means_nothing_it_is_found_as_often_as_it_says():
    random = np.random.default_rng(179)
    p = []
    for _ in range(400):
        one, two, end = random.exponential([[8], [12], [15]], (3, 120))
        time = np.minimum(np.minimum(one, two), end).round(1)
        cause = np.where(end <= np.minimum(one, two), 0, np.where(one < two, 1, 2))
        p.append(fine_gray(time, cause, np.arange(120) % 2).p[0])

    # Four Monte Carlo errors of 5 % among 400: 0.05 +- 0.044.
    assert abs(np.mean(np.array(p) < 0.05) - 0.05) < 0.044


ROW = np.arange(60) + 1.0
CAUSE = np.arange(60) % 3
COLUMN = np.random.default_rng(180).normal(size=60)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"cause": 2 * (CAUSE > 0)}, "refuse_no_cause"),
        ({"cause": (ROW == 9) * 1}, "refuse_few_events"),
        ({"covariates": np.ones(60)}, "refuse_constant"),
        ({"covariates": np.column_stack([COLUMN, 2 * COLUMN])}, "refuse_collinear"),
        ({"covariates": -ROW, "cause": CAUSE % 2}, "refuse_monotone"),
        ({"covariates": ROW < 5}, "refuse_few_on_a_side"),
        ({"covariates": np.arange(60) % 4 == 0, "cause": np.where(CAUSE == 1, 2, CAUSE > 1)
          * (np.arange(60) % 2 + 1)}, "refuse_few_events_on_a_side"),
        ({"covariates": np.where(ROW == 9, np.nan, COLUMN)}, "refuse_column_not_finite"),
        ({"time": -ROW}, "refuse_negative_time"),
        ({"time": [], "cause": [], "covariates": np.empty((0, 1))}, "refuse_empty"),
    ],
)  # fmt: skip
def test_what_the_data_cannot_give_is_refused_by_name(change, key):
    with pytest.raises(Refused) as caught:
        fine_gray(**{"time": ROW, "cause": CAUSE, "covariates": COLUMN} | change)

    assert caught.value.key == key


def test_a_caller_s_mistakes_are_no_refusals():
    with pytest.raises(ValueError, match="time, cause, covariates must have the same length"):
        fine_gray(ROW, CAUSE, COLUMN[:9])
    with pytest.raises(ValueError, match="cause must be 0 for none"):
        fine_gray(ROW, CAUSE - 1, COLUMN)
