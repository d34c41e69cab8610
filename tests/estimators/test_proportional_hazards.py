"""The test that hazard ratios do not change, against R and its definition."""

import numpy as np
import pandas as pd
import pytest
from tests.estimators.test_cox import draws, made_up
from tests.helpers import agree, gold, reference_data

from evalkit.errors import Refused
from evalkit.estimators.cox import cox
from evalkit.estimators.proportional_hazards import proportional_hazards


@pytest.mark.parametrize("scale", ["km", "identity"])
def test_the_life_experiment_gives_what_r_gives(scale):
    known = gold("rossi_coxzph_km")
    statistic, p = known["value"], known["p_value"]
    if scale == "identity":
        statistic, p = known["extra"]["identity_chisq"], known["extra"]["identity_p"]
    life = pd.read_csv(reference_data("rossi.csv"))

    found = proportional_hazards(
        life["week"], life["arrest"], life[["fin", "age", "prio"]], scale=scale
    )

    agree(
        "test of proportional hazards", "R survival::cox.zph",
        [*found.chi2, found.overall, *found.p, found.overall_p],
        [*statistic.values(), *p.values()], rel=known["rel_tol"],
    )  # fmt: skip


def slow(time, event, table, scale):
    """The score test of covariates times the axis, event by event."""
    beta = cox(time, event, table).value
    moments = np.unique(time)
    survival = np.cumprod([1 - event[time == t].sum() / (time >= t).sum() for t in moments])
    share = dict(zip(moments, 1 - np.concatenate([[1.0], survival[:-1]]), strict=True))
    k = table.shape[1]
    score, information = np.zeros(2 * k), np.zeros((2 * k, 2 * k))
    for moment, tied, part in draws(time, event):
        axis = share[moment] if scale == "km" else moment
        weight = part * np.exp(table @ beta)
        weight /= weight.sum()
        gap = table - weight @ table
        spread = (weight[:, None] * gap).T @ gap
        moved = (tied / tied.sum()) @ gap
        score += np.concatenate([moved, axis * moved])
        information += np.kron([[1, axis], [axis, axis**2]], spread)
    each = []
    for j in range(k):
        part = [*range(k), k + j]
        own = score[part]
        each.append(own @ np.linalg.solve(information[np.ix_(part, part)], own))
    return each, score @ np.linalg.solve(information, score)


@pytest.mark.parametrize("scale", ["km", "identity"])
def test_event_by_event_it_is_the_same_for_200_random_inputs(scale):
    random = np.random.default_rng(71)
    found, expected = [], []
    for _ in range(200):
        time, event, table = made_up(random)
        table = table / table.std(axis=0)
        try:
            test = proportional_hazards(time, event, table, scale=scale)
        except Refused:
            continue
        each, overall = slow(time, event, table, scale)
        found += [*test.chi2, test.overall]
        expected += [*each, overall]

    assert len(found) > 400
    # The slow way solves with an axis that is not centred, and loses digits by it.
    agree(
        "test of proportional hazards", "independent slow way, 200 random inputs",
        found, expected, rel=1e-6, abs=1e-8,
    )  # fmt: skip


def test_units_do_not_matter():
    time, event, table = made_up(np.random.default_rng(72), 80)

    there = proportional_hazards(time, event, table, scale="identity")
    back = proportional_hazards(30 + 365 * time, event, 9 - 1e5 * table, scale="identity")

    assert back.chi2 == pytest.approx(there.chi2, rel=1e-6)
    assert back.overall == pytest.approx(there.overall, rel=1e-6)


def test_a_hazard_ratio_that_turns_round_is_found_and_a_steady_one_is_not():
    random = np.random.default_rng(73)
    group = np.repeat([0.0, 1.0], 400)
    steady = random.exponential(size=800) * np.exp(0.5 * group)
    # The first group has a falling hazard, the second a rising one.
    turning = random.weibull(np.where(group == 1, 2.0, 0.7))

    assert proportional_hazards(steady, np.ones(800), group).overall_p > 0.01
    assert proportional_hazards(turning, np.ones(800), group).overall_p < 1e-6


@pytest.mark.parametrize(
    ("time", "key"),
    [([1, 1, 1, 1, 2, 3], "refuse_one_event_time"), ([1, 1, 2, 2, 3, 3], "refuse_few_events")],
)
def test_events_at_too_few_times_are_refused(time, key):
    event = [1, 1, 1, 0, 0, 0] if key == "refuse_one_event_time" else [1, 0, 1, 0, 1, 0]
    table = np.array([[1, 2], [2, 1], [3, 3], [4, 1], [2, 2], [4, 5.0]])
    if key == "refuse_one_event_time":
        table = table[:, :1]

    with pytest.raises(Refused) as caught:
        proportional_hazards(time, event, table)

    assert caught.value.key == key


def test_an_unknown_scale_is_refused_with_the_list():
    with pytest.raises(ValueError, match="one of km, identity"):
        proportional_hazards([1, 2, 3], [1, 1, 1], [1, 3, 2], scale="rank")
