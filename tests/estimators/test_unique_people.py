"""Bounds of unique people, against every way in which they can have come."""

import itertools

import numpy as np
import pytest
from tests.helpers import agree

from evalkit import words
from evalkit.errors import Refused
from evalkit.estimators.unique_people import unique_people


def possible(headcounts, visits=(), most=None, population=None):
    """Each number of people that some way of coming to the sessions gives, one by one."""
    known, total = len(visits), sum(headcounts)
    # Strangers are interchangeable; more than there are counts is nobody.
    people = range(known + total)
    found = set()
    for sessions in itertools.product(
        *(itertools.combinations(people, count) for count in headcounts)
    ):
        came = [who for session in sessions for who in session]
        if most is not None and any(
            came.count(who) + (visits[who] if who < known else 0) > most for who in people
        ):
            continue
        number = known + len({who for who in came if who >= known})
        if population is None or number <= population:
            found.add(number)
    return found


def worlds():
    """Two hundred small worlds, half of them possible at all."""
    random = np.random.default_rng(17)
    for _ in range(200):
        headcounts = random.integers(0, 4, random.integers(1, 4)).tolist()
        visits = random.integers(1, 3, random.integers(0, 3)).tolist()
        most = None if random.random() < 0.4 else int(random.integers(1, 4))
        population = None if random.random() < 0.5 else int(random.integers(1, 6))
        # So few ways that all can be tried.
        if sum(headcounts) > 5:
            headcounts = headcounts[:2]
        yield headcounts, visits, most, population


def test_every_number_between_the_bounds_can_be_and_none_beyond():
    lows, highs, expected, refused = [], [], [], 0
    for headcounts, visits, most, population in worlds():
        beyond = most is not None and any(made > most for made in visits)
        numbers = set() if beyond else possible(headcounts, visits, most, population)
        try:
            found = unique_people(
                headcounts, visits=visits or None, most_visits=most, population=population
            )
        except Refused:
            # Nobody at all, or no way to come.
            refused += 1
            assert numbers <= {0}
            continue
        assert numbers == set(range(found.low, found.high + 1))
        assert found.known == len(visits)
        lows.append(found.low)
        highs.append(found.high)
        expected.append([min(numbers), max(numbers)])

    agree("unique people", "every way to come, 200 small worlds", np.array([lows, highs]).T,
          expected)  # fmt: skip
    assert 20 < refused < 100


def test_headcounts_alone_give_the_largest_and_the_sum():
    found = unique_people([30, 12, 25])

    assert (found.low, found.high, found.known) == (30, 67, 0)


def test_who_comes_twice_at_most_leaves_half_as_many():
    # 67 visits, at most two of each.
    assert unique_people([30, 12, 25], most_visits=2).low == 34
    assert unique_people([30, 12, 25], most_visits=1).low == 67
    assert unique_people([30, 12, 25], most_visits=3).low == 30


def test_people_known_by_their_ids_may_have_come_to_the_other_sessions_too():
    free = unique_people([30, 12], visits=[1] * 20)
    bound = unique_people([30, 12], visits=[1] * 20, most_visits=2)
    full = unique_people([30, 12], visits=[2] * 20, most_visits=2)

    assert (free.low, free.high, free.known) == (30, 62, 20)
    # Twenty visits of theirs are left for 42, and eleven strangers come twice.
    assert bound.low == 20 + 11
    assert (full.low, full.high) == (20 + 30, 62)


def test_a_population_bounds_from_above_only():
    found = unique_people([30, 12, 25], population=40)

    assert (found.low, found.high) == (30, 40)
    assert unique_people([30, 12], population=30) == unique_people([30], population=30)


def test_a_city_takes_no_time():
    random = np.random.default_rng(1)
    sessions, visits = random.integers(1, 3000, 20_000), random.integers(1, 9, 300_000)

    found = unique_people(sessions, visits=visits, most_visits=12, population=9_000_000)

    left = int((12 - visits).sum())
    assert found.low == 300_000 + -(-(int(sessions.sum()) - left) // 12)


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        ({"headcounts": [0, 0]}, "refuse_nobody_counted_in"),
        ({"headcounts": []}, "refuse_empty"),
        ({"headcounts": [3, np.nan]}, "refuse_not_finite"),
        ({"headcounts": [30, 12], "population": 29}, "refuse_beyond_population"),
        ({"headcounts": [30, 12], "most_visits": 1, "population": 41}, "refuse_beyond_population"),
        ({"headcounts": [3], "visits": [1, 3], "most_visits": 2}, "refuse_more_visits"),
    ],
)
def test_what_cannot_be_is_refused(arguments, key):
    with pytest.raises(Refused) as caught:
        unique_people(**arguments)

    assert caught.value.key == key
    assert words.sentence(caught.value, "en") != words.sentence(caught.value, "zh")


def test_a_contradiction_says_by_how_much():
    with pytest.raises(Refused, match="29 people could come, but at least 30 did"):
        unique_people([30, 12], population=29)
    with pytest.raises(Refused, match="2 persons came more often than the 2 times"):
        unique_people([3], visits=[1, 3, 4], most_visits=2)


def test_people_with_ids_are_somebody_even_where_nobody_else_was_counted():
    found = unique_people([0], visits=[1, 2])

    assert (found.low, found.high, found.known) == (2, 2, 2)


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({"headcounts": [3, -1]}, "headcounts must be whole"),
        ({"headcounts": [2.5]}, "headcounts must be whole"),
        ({"headcounts": [3], "visits": [0, 1]}, "visits must be at least 1"),
        ({"headcounts": [3], "most_visits": 0}, "most_visits must be at least 1"),
        ({"headcounts": [3], "most_visits": 1.5}, "most_visits must be a whole number"),
        ({"headcounts": [3], "population": -1}, "population must be a whole number"),
    ],
)
def test_impossible_counts_are_the_callers_mistake(arguments, match):
    with pytest.raises(ValueError, match=match):
        unique_people(**arguments)
