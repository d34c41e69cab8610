"""What each person adds to a cumulative incidence."""

import numpy as np
import pytest

from evalkit.errors import Refused
from evalkit.estimators.aalen_johansen import aalen_johansen
from evalkit.estimators.pseudo_values import pseudo_values

AT = [3.0, 7.0, 20.0]


def made_up(seed, n=60):
    random = np.random.default_rng(seed)
    cause = random.integers(0, 3, n)
    cause[:5] = 1
    return random.integers(1, 12, n).astype(float), cause


def incidence(time, cause, at):
    """The share with cause 1 by a time, by the estimator of a whole curve."""
    curve = aalen_johansen(time, cause)
    place = np.searchsorted(curve.time, at, side="right") - 1
    return curve.value[place] if place >= 0 else 0.0


@pytest.mark.parametrize("seed", range(10))
def test_they_are_what_leaving_each_person_out_gives(seed):
    time, cause = made_up(seed)

    found = pseudo_values(time, cause, AT)

    n = time.size
    for k, at in enumerate(AT):
        whole = incidence(time, cause, at)
        for i in range(n):
            rest = incidence(np.delete(time, i), np.delete(cause, i), at)
            # n times a difference of shares: digits are lost n-fold.
            assert found[i, k] == pytest.approx(n * whole - (n - 1) * rest, abs=1e-10)


def test_where_all_are_followed_they_are_who_had_the_event():
    time, cause = made_up(1)
    cause = np.where(cause == 0, 2, cause)

    found = pseudo_values(time, cause, [7.0])

    assert found[:, 0] == pytest.approx(((cause == 1) & (time <= 7)).astype(float), abs=1e-10)


def test_before_the_first_event_and_without_any_they_are_nought():
    time, cause = made_up(2)

    assert pseudo_values(time, cause, [0.5]) == pytest.approx(0)
    assert pseudo_values(time, np.zeros(time.size), AT) == pytest.approx(0)


def test_a_table_in_parts_gives_the_same(monkeypatch):
    time, cause = made_up(3)
    whole = pseudo_values(time, cause, AT)

    monkeypatch.setattr("evalkit.estimators.pseudo_values.BLOCK", 25)

    assert pseudo_values(time, cause, AT) == pytest.approx(whole)


def test_what_is_no_time_or_no_cause_is_refused():
    time, cause = made_up(4)

    with pytest.raises(Refused):
        pseudo_values(-time, cause, AT)
    with pytest.raises(ValueError, match="length"):
        pseudo_values(time[:-1], cause, AT)
    with pytest.raises(ValueError, match="cause"):
        pseudo_values(time, cause + 0.5, AT)
