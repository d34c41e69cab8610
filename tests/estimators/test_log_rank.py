"""The log-rank test, against R and against a slow one."""

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2
from statsmodels.duration.survfunc import survdiff
from tests.helpers import agree, gold, reference_data

from evalkit.errors import Refused
from evalkit.estimators.log_rank import log_rank, log_rank_of_groups


def test_the_life_experiment_gives_what_r_gives():
    known = gold("rossi_logrank")
    life = pd.read_csv(reference_data("rossi.csv"))

    result = log_rank(life["week"], life["arrest"], life["fin"] == 1)

    agree(
        "log-rank test", "R survival::survdiff", (result.chi2, result.p),
        (known["value"], known["p_value"]), rel=known["rel_tol"],
    )  # fmt: skip
    assert (round(result.chi2, 4), round(result.p, 4)) == (3.8376, 0.0501)


def test_a_slow_one_gives_the_same_on_random_people():
    found, expected, worked_out = [], [], 0
    for time, event, first in _random_worlds(200):
        result = log_rank(time, event, first)
        statistic, exact = _slow(time, event, first), _exact(time, event, first)
        found += [result.chi2, result.p]
        expected += [statistic, chi2.sf(statistic, 1) if exact is None else exact]
        worked_out += exact is not None

    assert 50 < worked_out < 180
    # At most forty terms, added in another order; p inherits it.
    agree(
        "log-rank test", "independent slow way, 200 random inputs",
        found, expected, rel=1e-6, abs=1e-9,
    )  # fmt: skip


def test_it_is_symmetric_in_the_groups():
    for time, event, first in _random_worlds(50):
        there = log_rank(time, event, first)
        back = log_rank(time, event, ~first)

        # The same sum with the other sign, squared.
        assert there.chi2 == pytest.approx(back.chi2, rel=1e-9, abs=1e-9)


def test_only_the_order_of_the_times_matters():
    for time, event, first in _random_worlds(50):
        there = log_rank(time, event, first)
        stretched = log_rank(np.exp(time) + 5, event, first)

        # The same ranks, so the same counts and the same sums.
        assert there.chi2 == pytest.approx(stretched.chi2, rel=1e-12, abs=1e-12)


def test_a_two_person_world_worked_out_by_hand():
    # At time 1: one event, one of two at risk in the first group. Observed 1,
    # expected 1/2, variance 1/4; at time 2 only the second is left: no variance.
    # Divisions by powers of two are exact; one ulp for the solver.
    assert log_rank([1, 2], [1, 1], [True, False]).chi2 == pytest.approx(1.0, rel=1e-15)


@pytest.mark.parametrize(
    ("time", "event", "first", "message"),
    [
        ([1, 2], [1, 1], [True, True], "Of the 2 values of “first” [02] are a 1"),
        ([1, 2], [1, 1], [False, False], "Of the 2 values of “first” [02] are a 1"),
        ([1, 2], [0, 0], [True, False], "Among 2 persons there is no event while both"),
        ([1, 2], [1, 1], [True, False, True], "time, event, first must have the same length"),
        ([1, 2], [1], [True, False], "time, event, first must have the same length"),
        ([1, np.nan], [1, 1], [True, False], "Of the values of “time” 1 are missing"),
        ([1, 2], [1, np.inf], [True, False], "Of the values of “event” 1 are missing"),
        ([], [], [], "“time” holds nobody"),
    ],
)
def test_what_cannot_be_compared_is_refused(time, event, first, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        log_rank(time, event, first)


def test_groups_never_at_risk_together_are_refused():
    # The first group has left before the first event of the second: no variance.
    with pytest.raises(ValueError, match=r"nothing to compare"):
        log_rank([1, 1, 5, 6], [0, 0, 1, 1], [True, True, False, False])


def test_events_of_all_who_are_left_are_refused():
    # No variance: whoever is at risk has the event, in either group.
    with pytest.raises(Refused) as caught:
        log_rank([0, 0, 1, 1], [0, 0, 1, 1], [True, False, True, False])

    assert caught.value.key == "refuse_no_events_together"


def test_an_event_of_2_is_refused():
    with pytest.raises(ValueError, match=r"event must be 0 or 1"):
        log_rank([1, 2, 3], [2, 0, 1], [True, False, False])


def test_a_negative_time_is_refused():
    with pytest.raises(ValueError, match=r"Of the times of follow-up 1 are below 0"):
        log_rank([-1, 2, 3], [1, 0, 1], [True, False, False])


def test_another_library_gives_the_same_for_several_groups_and_in_strata():
    random = np.random.default_rng(1972)
    found, expected = [], []
    for _ in range(60):
        time, event, group, strata = _groups(random, int(random.integers(2, 6)), 150)
        for how in ({}, {"strata": strata}):
            made = log_rank_of_groups(time, event, group, **how)
            other = survdiff(time, event, group, **how)
            if made.df > 1:
                assert made.p == pytest.approx(other[1], abs=1e-12)
            found.append(made.chi2)
            expected.append(other[0])

    assert len(found) == 120
    # Sums of a hundred terms, and equations solved without its last group.
    agree("log-rank test, groups and strata", "statsmodels survdiff", found, expected, rel=1e-9)


def test_events_one_by_one_give_the_same_for_200_random_inputs():
    random = np.random.default_rng(1973)
    found, expected = [], []
    for _ in range(200):
        world = _groups(random, int(random.integers(2, 5)), 120)
        made = log_rank_of_groups(*world[:3], strata=world[3])
        slow = _slow_of_groups(*world)
        found += [made.chi2, made.p] if made.df > 1 else [made.chi2]
        expected += [slow, chi2.sf(slow, made.df)] if made.df > 1 else [slow]

    # As above; the slow way leaves out the first group in place of the last.
    agree(
        "log-rank test, groups and strata", "independent slow way, 200 random inputs",
        found, expected, rel=1e-8, abs=1e-10,
    )  # fmt: skip


def test_few_events_in_strata_are_worked_out_exactly():
    random = np.random.default_rng(1974)
    found, expected = [], []
    while len(found) < 60:
        time, event, group, strata = _groups(random, 2, 16)
        try:
            made = log_rank(time, event, group == 1, strata=strata)
        except Refused:
            continue
        # What is apart in time is apart in the exact test too.
        exact = _exact(time + 100 * strata, event, group == 1, strata)
        if exact is not None:
            found.append(made.p)
            expected.append(exact)

    # Chances of a convolution, against fractions.
    agree("log-rank test, exact in strata", "fractions, stratum by stratum", found, expected,
          rel=1e-9)  # fmt: skip


def test_two_groups_without_strata_have_one_answer_however_they_are_given():
    for time, event, first in _random_worlds(50):
        there = log_rank(time, event, first)
        names = np.where(first, "aid", "none")

        for back in (
            log_rank_of_groups(time, event, names),
            log_rank(time, event, first, strata=np.ones(time.size)),
        ):
            # The same sums, perhaps of the other group.
            assert (back.chi2, back.df) == pytest.approx((there.chi2, 1), rel=1e-9, abs=1e-9)
            assert back.p == pytest.approx(there.p, rel=1e-9)


def test_names_of_groups_the_order_of_persons_and_the_unit_of_time_do_not_matter():
    random = np.random.default_rng(1975)
    time, event, group, strata = _groups(random, 4, 150)
    order, names = random.permutation(150), np.array(["d", "a", "c", "b"])
    there = log_rank_of_groups(time, event, group, strata=strata)

    back = log_rank_of_groups(
        7 * time[order] + 0.5, event[order], names[group[order]], strata=9 - strata[order]
    )

    assert (back.chi2, back.p) == pytest.approx((there.chi2, there.p), rel=1e-9)
    assert back.df == there.df == 3


def test_a_stratum_without_events_or_with_one_group_changes_nothing():
    random = np.random.default_rng(1976)
    time, event, group, strata = _groups(random, 3, 150)
    there = log_rank_of_groups(time, event, group, strata=strata)

    back = log_rank_of_groups(
        np.concatenate([time, [1, 2, 3, 4]]),
        np.concatenate([event, [0, 0, 1, 1]]),
        np.concatenate([group, [0, 1, 2, 2]]),
        strata=np.concatenate([strata, [7, 7, 8, 8]]),
    )

    assert back.chi2 == pytest.approx(there.chi2, rel=1e-12)


def test_what_strata_explain_is_no_difference_of_groups():
    # In each stratum the groups are alike; the group of the slow stratum has few events.
    random = np.random.default_rng(1977)
    strata = np.repeat([0, 1], 300)
    group = random.random(600) < np.where(strata == 1, 0.8, 0.2)
    time = random.exponential(np.where(strata == 1, 10, 2))

    assert log_rank(time, np.ones(600), group).p < 1e-6
    assert log_rank(time, np.ones(600), group, strata=strata).p > 0.01


def test_where_groups_do_not_differ_three_are_told_apart_as_often_as_it_says():
    random = np.random.default_rng(1978)
    p = []
    for _ in range(400):
        strata = np.arange(120) % 2
        time = np.minimum(random.exponential(5 + 5 * strata), 12).round(1)
        p.append(log_rank_of_groups(time, time < 12, np.arange(120) % 3, strata=strata).p)

    # Four Monte Carlo errors of 5 % among 400: 0.05 +- 0.044.
    assert abs(np.mean(np.array(p) < 0.05) - 0.05) < 0.044


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"group": np.zeros(60)}, "refuse_one_group"),
        ({"event": np.zeros(60)}, "refuse_no_events_together"),
        # Nobody is ever compared with another group.
        ({"strata": np.arange(60) % 3}, "refuse_no_events_together"),
        # One group has left before anybody's first event.
        ({"time": np.where(np.arange(60) % 3 == 1, 0.5, np.arange(60) + 1),
          "event": np.arange(60) % 3 != 1}, "refuse_no_events_together"),
        ({"event": np.arange(60) % 4 == 0, "group": np.minimum(np.arange(60), 2)},
         "refuse_few_expected_in_group"),
        ({"strata": np.where(np.arange(60) == 3, np.nan, 1.0)}, "refuse_not_finite"),
        ({"group": [None, *range(59)]}, "refuse_not_finite"),
        ({"time": -np.ones(60)}, "refuse_negative_time"),
        ({"time": [], "event": [], "group": []}, "refuse_empty"),
    ],
)  # fmt: skip
def test_what_several_groups_cannot_give_is_refused_by_name(change, key):
    world = {"time": np.arange(60) + 1, "event": np.ones(60), "group": np.arange(60) % 3}

    with pytest.raises(Refused) as caught:
        log_rank_of_groups(**world | change)

    assert caught.value.key == key


def test_strata_of_other_length_are_a_caller_s_mistake():
    with pytest.raises(ValueError, match="time, strata must have the same length"):
        log_rank([1, 2], [1, 1], [True, False], strata=[1])


def _groups(random, groups, n):
    """Groups in three strata with hazards of their own; times tie, and the last are censored."""
    strata = random.integers(0, 3, n)
    group = random.integers(0, groups, n)
    group[:groups] = np.arange(groups)
    time = np.ceil(random.exponential(4 + 2 * strata + 0.5 * group)).clip(1, 12)
    event = (random.random(n) < 0.8) & (time < 12)
    # Somebody of each stratum is left, since the other library divides by who is left less 1.
    return time, event.astype(int), group, strata


def _slow_of_groups(time, event, group, strata):
    """Mantel's score and the covariance of a multivariate hypergeometric, event by event."""
    names = np.unique(group)
    score, covariance = np.zeros(names.size), np.zeros((names.size, names.size))
    for stratum in np.unique(strata):
        inside = strata == stratum
        for t in np.unique(time[inside & (event == 1)]):
            at_risk = inside & (time >= t)
            n, d = at_risk.sum(), (at_risk & (time == t) & (event == 1)).sum()
            share = np.array([(at_risk & (group == g)).sum() / n for g in names])
            having = [(at_risk & (group == g) & (time == t) & (event == 1)).sum() for g in names]
            score += having - d * share
            if n > 1:
                spread = d * (n - d) / (n - 1)
                for i in range(names.size):
                    for j in range(names.size):
                        covariance[i, j] += spread * share[i] * ((i == j) - share[j])
    return score[1:] @ np.linalg.solve(covariance[1:, 1:], score[1:])


def _random_worlds(count):
    random = np.random.default_rng(1966)
    made = 0
    while made < count:
        n = int(random.integers(2, 40))
        # Few distinct times, so that events and censorings tie.
        time, event = random.integers(1, 9, n).astype(float), random.integers(0, 2, n)
        first = random.integers(0, 2, n).astype(bool)
        if first.any() and not first.all() and _parts(time, event, first)[1] > 0:
            made += 1
            yield time, event, first


def _slow(time, event, first):
    surplus, variance = _parts(time, event, first)
    return surplus**2 / variance


def _exact(time, event, first, strata=None):
    """The exact p-value, event time by event time, where fewer than 5 are expected."""
    chances, expected, seen = {0: Fraction(1)}, Fraction(0), 0
    for t in sorted({x for x, happened in zip(time, event, strict=True) if happened}):
        there = time >= t if strata is None else (time >= t) & (strata == t // 100)
        n, n1 = int(there.sum()), int((there & first).sum())
        d = int(((time == t) & (event == 1)).sum())
        seen += int(((time == t) & (event == 1) & first).sum())
        expected += Fraction(d * n1, n)
        after = {}
        for before, chance in chances.items():
            for more in range(max(0, d - n + n1), min(d, n1) + 1):
                ways = Fraction(math.comb(n1, more) * math.comb(n - n1, d - more), math.comb(n, d))
                after[before + more] = after.get(before + more, 0) + chance * ways
        chances = after
    if min(expected, int(event.sum()) - expected) >= 5:
        return None
    return float(sum(c for c in chances.values() if c <= chances[seen]))


def _parts(time, event, first):
    """Observed minus expected events of the first group, and its variance (Mantel 1966)."""
    surplus = variance = 0.0
    for t in sorted({x for x, happened in zip(time, event, strict=True) if happened}):
        at_risk = [bool(g) for x, g in zip(time, first, strict=True) if x >= t]
        having = [bool(g) for x, e, g in zip(time, event, first, strict=True) if x == t and e == 1]
        n, n1, d = len(at_risk), sum(at_risk), len(having)
        surplus += sum(having) - d * n1 / n
        if n > 1:
            variance += d * (n1 / n) * (1 - n1 / n) * (n - d) / (n - 1)
    return surplus, variance
