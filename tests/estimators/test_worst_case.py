"""Bounds of a share whatever those would have said who did not answer."""

import numpy as np
import pytest
from scipy.stats import binom
from tests.helpers import agree

from evalkit.estimators.share import share
from evalkit.estimators.worst_case import worst_case


def test_every_answer_that_could_have_been_given_lies_within():
    """All ways in which those who are silent could have answered, for all small samples."""
    for asked in range(1, 7):
        for answered in range(asked + 1):
            for events in range(answered + 1):
                possible = [(events + more) / asked for more in range(asked - answered + 1)]

                found = worst_case(events, answered, asked)

                expected = min(possible), max(possible)
                agree("worst case", "all answers, tried", (found.least, found.most), expected)
                assert found.low <= found.least <= found.most <= found.high
                assert found.response == answered / asked


def test_where_all_answer_it_is_wilsons_interval():
    for events, n in ((0, 20), (81, 263), (20, 20)):
        known = share(events, n)

        found = worst_case(events, n, n)

        assert (found.least, found.most) == (known.value, known.value)
        assert (found.low, found.high) == (known.low, known.high)


def test_the_interval_covers_however_the_silent_differ():
    """Coverage by sums over the binomial, not by draws: 40 asked, any mixture of silence."""
    asked, truth = 40, 0.7
    for silent_yes, silent_no in ((0.5, 0.5), (0.0, 1.0), (1.0, 0.0)):
        # Chances that a person says yes, says no, or is silent.
        yes, no = truth * (1 - silent_yes), (1 - truth) * (1 - silent_no)
        chance = 0.0
        for events in range(asked + 1):
            left = np.arange(asked - events + 1)
            rest = binom.pmf(left, asked - events, no / (1 - yes) if yes < 1 else 0.0)
            hold = [
                (found := worst_case(events, events + int(k), asked)).low <= truth <= found.high
                for k in left
            ]
            chance += binom.pmf(events, asked, yes) * float(rest @ np.array(hold))
        assert chance >= 0.95, (silent_yes, silent_no)


@pytest.mark.parametrize("counts", [(3, 2, 5), (1, 6, 5), (-1, 2, 5), (0, 0, 0), (0.5, 2, 5)])
def test_impossible_counts_are_named(counts):
    with pytest.raises(ValueError, match="persons"):
        worst_case(*counts)


def test_nobody_answering_leaves_everything_possible():
    found = worst_case(0, 0, 50)

    assert (found.least, found.most, found.response) == (0.0, 1.0, 0.0)
    assert found.low == 0.0 and found.high == pytest.approx(1.0)
