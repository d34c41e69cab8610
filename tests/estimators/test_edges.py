"""What lies exactly on a limit, and what is taken where nothing is said."""

import numpy as np
import pytest

from evalkit.arithmetic.survival import SAME
from evalkit.errors import Refused
from evalkit.estimators.log_rank import log_rank_of_groups
from evalkit.estimators.power import detection_power
from evalkit.estimators.while_alive import while_alive


def all_at_once(events):
    """Three groups of fifty; the events happen at one time, to the first of all persons."""
    group = np.repeat([0, 1, 2], 50)
    event = (np.arange(150) % 50 < events // 3).astype(int)
    return np.where(event == 1, 1.0, 2.0), event, group


def test_five_expected_events_are_enough_for_the_test_of_several_groups():
    # Fifteen events among three groups of one size: five expected in each.
    assert log_rank_of_groups(*all_at_once(15)).p == pytest.approx(1.0)
    with pytest.raises(Refused, match=r"4\.0 events are expected"):
        log_rank_of_groups(*all_at_once(12))


def test_the_power_is_that_of_a_test_at_five_per_cent_where_nothing_is_said():
    assert detection_power(0.3, 0.2, 200, 200) == detection_power(0.3, 0.2, 200, 200, level=0.95)


def followed(spells):
    """A hundred persons for 400 days in two groups, a third of them with an event."""
    n, person = 100, np.arange(0, 100, 3)
    return while_alive(
        np.full(n, 400.0), np.zeros(n, int), np.arange(n) % 2, person, 50.0 + person,
        tau=400.0, away=spells,
    )  # fmt: skip


def test_spells_that_meet_in_the_last_digit_do_not_overlap():
    touch = 0.5 * SAME * 400

    one = followed(([3, 3], [100.0, 120.0 - touch], [120.0, 140.0]))
    whole = followed(([3], [100.0], [140.0]))

    assert one.difference.value == pytest.approx(whole.difference.value, rel=1e-6)
    with pytest.raises(Refused, match="overlap"):
        followed(([3, 3], [100.0, 119.0], [120.0, 140.0]))


def test_a_spell_may_end_with_the_follow_up_to_the_last_digit():
    assert followed(([3], [100.0], [400.0 + SAME * 400.0])) is not None
    with pytest.raises(Refused, match="follow-up"):
        followed(([3], [100.0], [401.0]))
