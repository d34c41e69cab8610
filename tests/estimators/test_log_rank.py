"""The log-rank test, against R and against a slow one."""

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2
from tests.helpers import agree, gold, reference_data

from evalkit.errors import Refused
from evalkit.estimators.log_rank import log_rank


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
        ([1, 2], [1, 1], [True, True], "first: [02] of 2 persons have a 1"),
        ([1, 2], [1, 1], [False, False], "first: [02] of 2 persons have a 1"),
        ([1, 2], [0, 0], [True, False], "Among 2 persons there is no event while both"),
        ([1, 2], [1, 1], [True, False, True], "time, event, first must have the same length"),
        ([1, 2], [1], [True, False], "time, event, first must have the same length"),
        ([1, np.nan], [1, 1], [True, False], "time: 1 values are missing"),
        ([1, 2], [1, np.inf], [True, False], "event: 1 values are missing"),
        ([], [], [], "time: holds nobody"),
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
    with pytest.raises(ValueError, match=r"time: 1 times are below 0"):
        log_rank([-1, 2, 3], [1, 0, 1], [True, False, False])


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


def _exact(time, event, first):
    """The exact p-value, event time by event time, where fewer than 5 are expected."""
    chances, expected, seen = {0: Fraction(1)}, Fraction(0), 0
    for t in sorted({x for x, happened in zip(time, event, strict=True) if happened}):
        n, n1 = int((time >= t).sum()), int(((time >= t) & first).sum())
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
