"""Mean time without the event, against R, a published example and a sum of strips."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from tests.helpers import agree, gold, reference_data

from evalkit.errors import Refused
from evalkit.estimators.restricted_mean import restricted_mean


def test_r_and_the_published_example_give_the_same():
    known, extra = gold("pbc_rmst10"), gold("pbc_rmst10")["extra"]
    data = pd.read_csv(reference_data("pbc312.csv"))

    found = restricted_mean(data["time"], data["status"], data["arm"], tau=10)

    point, z = found.difference, norm.ppf(0.975)
    agree(
        "restricted mean time", "R survRM2",
        (point.value, point.se, point.value - z * point.se, point.value + z * point.se,
         found.first, found.first_se, found.second, found.second_se),
        (known["value"], known["se"], *known["ci"], extra["rmst1"], extra["se1"],
         extra["rmst0"], extra["se0"]),
        rel=known["rel_tol"],
    )  # fmt: skip
    # As the vignette of survRM2 prints it, whose interval is that of large samples; ours has
    # Student's t with some 300 degrees of freedom, which is wider by half a per cent.
    assert [round(x, 3) for x in (point.value, point.value - z * point.se)] == [-0.137, -0.939]
    assert 1 < (point.high - point.value) / (z * point.se) < 1.01


def made_up(random):
    n = int(random.integers(80, 140))
    time = random.integers(0, 15, n).astype(float)
    event = (random.random(n) < 0.6).astype(int)
    group = (random.random(n) < 0.5).astype(int)
    group[:2], event[:2], time[:2] = (0, 1), 1, (3, 4)
    return time, event, group, float(random.integers(6, 12))


def curve(time, event, moment):
    """The share without the event just after a moment."""
    share = 1.0
    for t in np.unique(time[(event == 1) & (time <= moment)]):
        share *= 1 - ((time == t) & (event == 1)).sum() / (time >= t).sum()
    return share


def slow(time, event, tau):
    """The area in strips of one unit, as times are whole, and Greenwood's variance."""
    height = [curve(time, event, moment) for moment in range(int(tau))]
    variance = 0.0
    for t in np.unique(time[(event == 1) & (time <= tau)]):
        deaths, at_risk = ((time == t) & (event == 1)).sum(), (time >= t).sum()
        if at_risk > deaths:
            variance += sum(height[int(t) :]) ** 2 * deaths / (at_risk * (at_risk - deaths))
    return sum(height), variance


def test_strips_give_the_same_for_200_random_inputs():
    random = np.random.default_rng(81)
    found, expected = [], []
    for _ in range(300):
        time, event, group, tau = made_up(random)
        try:
            made = restricted_mean(time, event, group, tau=tau)
        except Refused:
            continue
        one = slow(time[group == 1], event[group == 1], tau)
        two = slow(time[group == 0], event[group == 0], tau)
        found += [made.difference.value, made.difference.se, made.first]
        expected += [one[0] - two[0], np.sqrt(one[1] + two[1]), one[0]]

    assert len(found) >= 600
    # Sums of at most fifteen terms in another order.
    agree(
        "restricted mean time", "independent slow way, 200 random inputs",
        found, expected, rel=1e-10, abs=1e-12,
    )  # fmt: skip


def test_without_censoring_it_is_the_mean_of_the_cut_times():
    random = np.random.default_rng(82)
    time, group = random.exponential(5, 120), np.arange(120) % 2

    found = restricted_mean(time, np.ones(120), group, tau=6)

    cut = np.minimum(time, 6)
    assert found.first == pytest.approx(cut[group == 1].mean(), rel=1e-12)
    assert found.difference.se == pytest.approx(
        np.sqrt(cut[group == 1].var() / 60 + cut[group == 0].var() / 60), rel=1e-12
    )


def test_turning_the_groups_round_turns_the_sign_and_units_stretch_it():
    time, event, group, tau = made_up(np.random.default_rng(83))
    there = restricted_mean(time, event, group, tau=tau).difference

    back = restricted_mean(365 * time, event, 1 - group, tau=365 * tau).difference

    assert (back.value, back.se, back.p) == pytest.approx(
        (-365 * there.value, 365 * there.se, there.p), rel=1e-9
    )


@pytest.mark.parametrize(
    ("time", "event", "first", "tau", "key"),
    [
        ([1, 2, 3, 4], [1, 0, 1, 0], [1, 1, 0, 0], 5, "refuse_after_follow_up"),
        ([5, 6, 7, 8], [1, 1, 1, 1], [1, 1, 0, 0], 4, "refuse_no_variation"),
        ([1, 2, 3, 4], [1, 0, 1, 0], [1, 1, 1, 1], 2, "refuse_one_value"),
        ([1, np.nan], [1, 1], [1, 0], 1, "refuse_not_finite"),
        ([1, -2], [1, 1], [1, 0], 1, "refuse_negative_time"),
        ([], [], [], 1, "refuse_empty"),
    ],
)
def test_what_the_data_cannot_give_is_refused_by_name(time, event, first, tau, key):
    with pytest.raises(Refused) as caught:
        restricted_mean(time, event, first, tau=tau)

    assert caught.value.key == key


@pytest.mark.parametrize("tau", [0, -1, np.inf, np.nan])
def test_a_time_that_is_none_is_a_caller_s_mistake(tau):
    with pytest.raises(ValueError, match="tau must be above 0"):
        restricted_mean([1, 2], [1, 1], [0, 1], tau=tau)


def test_who_never_has_the_event_waits_until_tau():
    time, group = np.tile([1, 3, 2, 4], 12), np.tile([1, 1, 0, 0], 12)
    time, group = np.append(time, [11, 11]), np.append(group, [1, 0])

    found = restricted_mean(time, time < 11, group, tau=10)

    # Of each group 24 wait for 2 or 3 on average, and one of 25 until the end.
    assert (found.first, found.second) == pytest.approx((58 / 25, 82 / 25), rel=1e-12)
