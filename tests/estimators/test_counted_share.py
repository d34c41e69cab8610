"""A share of units in clusters, from a table of counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import LAW, agree

from evalkit.errors import Refused
from evalkit.estimators.counted_share import counted_share
from evalkit.estimators.survey_share import survey_share

ROWS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(1, 4)), min_size=2, max_size=8
)


def one_by_one(rows):
    """The slow way: a row for each unit, through the design estimator that meets R's."""
    answers, units, unit = [], [], 0
    for events, more, many in rows:
        for _ in range(many):
            answers += [1] * events + [0] * more
            units += [unit] * (events + more)
            unit += 1
    ones = np.ones(len(answers))
    return survey_share(np.array(answers), ones, ones, np.array(units)).point


@LAW
@given(ROWS)
def test_counts_give_what_the_design_estimator_gives_for_each_unit(rows):
    events, more, many = map(np.array, zip(*rows, strict=True))
    if (many * (events + more > 0)).sum() < 2:
        return

    found, slow = counted_share(events, events + more, many), one_by_one(rows)

    # The same sums in another order; the log odds lose a few digits near 0 and 1.
    agree("counted share", "ours, unit by unit", (found.value, found.low, found.high),
          (slow.value, slow.low, slow.high), rel=1e-8, abs=1e-9)  # fmt: skip
    assert (found.se is None) == (slow.se is None)


def test_a_row_of_several_clusters_is_as_many_rows():
    whole = counted_share([1, 3], [4, 4], [6, 2])
    apart = counted_share([1] * 6 + [3] * 2, [4] * 8, [1] * 8)

    assert whole == pytest.approx(apart)


def test_one_who_orders_a_hundred_times_is_not_a_hundred_people():
    many = counted_share([90, 0, 1], [100, 1, 1], [1, 50, 50])
    alone = counted_share([0, 1], [1, 1], [60, 140])

    assert many.value == pytest.approx(alone.value)
    assert many.high - many.low > 3 * (alone.high - alone.low)


@pytest.mark.parametrize(("events", "value"), [(0, 0.0), (5, 1.0)])
def test_of_one_mind_the_interval_is_that_of_what_the_clusters_are_worth(events, value):
    found = counted_share([events], [5], [10])

    # Ten clusters of one size are worth ten units: 1 - 0.025 ** (1 / 10).
    other = found.high if value == 0 else 1 - found.low
    assert found.value == value and found.se is None
    assert other == pytest.approx(1 - 0.025**0.1)


def test_one_cluster_shows_no_error():
    with pytest.raises(Refused, match="All 5 rows lie in one cluster"):
        counted_share([3, 0], [5, 0], [1, 9])


@pytest.mark.parametrize("counts", [([2], [1], [3]), ([-1], [1], [3]), ([1], [2], [-3])])
def test_impossible_counts_are_the_callers_mistake(counts):
    with pytest.raises(ValueError, match="must be from 0 to base"):
        counted_share(*counts)
