"""The gate, exhaustively on small counts."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import LAW

from evalkit.disclosure import Gate, Policy, read_policy
from evalkit.estimate import NUMBERS, Estimate
from evalkit.words import Term, term

LANGUAGES = ("en", "zh")
PEOPLE = ("minors", "adults")
WHY = Term("nobody", {"en": "nobody", "zh": "无人"})


def a_gate(people="minors", status="confidential"):
    return Gate(read_policy(people), status, LANGUAGES)


def an_estimate(**changed):
    known = dict(area="north", outcome="reach", estimand="risk", unit="share", value=0.25)
    return Estimate(**(known | changed))


def test_the_policy_is_the_one_that_was_agreed():
    # docs/explanation/disclosure.md: OpenSAFELY's 7, 5 and 6; stricter for minors.
    assert read_policy("adults") == Policy("2026-11-1", 7, 5, 6, 10)
    assert read_policy("minors") == Policy("2026-11-1", 10, 5, 11, 10)


def test_there_is_no_policy_for_other_people():
    with pytest.raises(KeyError, match="dogs"):
        read_policy("dogs")


@pytest.mark.parametrize(("people", "threshold"), [("minors", 10), ("adults", 7)])
def test_counts_from_1_to_the_threshold_are_hidden(people, threshold):
    gate = a_gate(people)

    for count in range(60):
        assert gate.hides([count]) == (1 <= count <= threshold), count
        assert gate.hides([100, count, 0]) == (1 <= count <= threshold), count
    assert not gate.hides([])


def test_counts_are_rounded_to_the_nearest_multiple_of_5():
    gate = a_gate()

    for count in range(200):
        rounded = gate.count(count)

        assert rounded % 5 == 0, count
        assert abs(rounded - count) <= 2, count
        assert isinstance(rounded, int)


def test_halves_are_rounded_up():
    # With 5 no whole number is half-way; with 10 each 5 is.
    gate = Gate(replace(read_policy("minors"), rounding=10), "confidential", LANGUAGES)

    assert [gate.count(n) for n in (4, 5, 14, 15, 25, 35)] == [0, 10, 10, 20, 30, 40]


def test_rounding_twice_changes_nothing_and_keeps_the_order():
    gate = a_gate()
    rounded = [gate.count(n) for n in range(200)]

    assert [gate.count(n) for n in rounded] == rounded
    assert rounded == sorted(rounded)


@pytest.mark.parametrize("people", PEOPLE)
def test_a_count_of_harms_is_hidden_by_the_rule_and_nothing_else(people):
    gate = a_gate(people)
    threshold = gate.policy.threshold

    for base in range(40):
        for events in range(base + 1):
            few = any(1 <= n <= threshold for n in (events, base, base - events))
            everybody = events == base
            wanted = base < 10 if events == 0 else few or everybody

            assert gate.hides_share(events, base) == wanted, (events, base)


def test_a_zero_of_a_harm_needs_a_base_of_10():
    gate = a_gate()

    assert [gate.hides_share(0, base) for base in (0, 1, 9, 10, 11, 1000)] == [
        True, True, True, False, False, False,
    ]  # fmt: skip


def test_everybody_with_a_harm_is_never_shown():
    assert all(a_gate().hides_share(base, base) for base in range(1, 2000))


def test_the_few_without_a_harm_are_hidden_behind_the_many_with_it():
    gate = a_gate()

    assert [gate.hides_share(100 - left, 100) for left in (0, 1, 10, 11)] == [
        True, True, True, False,
    ]  # fmt: skip


# By hand, from the rule: the middle of bins that begin at 1.
MIDPOINTS = [
    ("minors", 11, {0: 0, 1: 6, 11: 6, 12: 17, 22: 17, 23: 28, 33: 28}),
    ("adults", 6, {0: 0, 1: 3, 6: 3, 7: 9, 12: 9, 13: 15, 18: 15}),
]


@pytest.mark.parametrize(("people", "width", "known"), MIDPOINTS)
def test_cumulative_counts_become_the_midpoints_of_their_bins(people, width, known):
    gate = a_gate(people)

    assert gate.curve(list(known)).tolist() == list(known.values())
    for count in range(1, 200):
        first = (count - 1) // width * width + 1
        middle = sum(range(first, first + width)) / width

        # Exact for 11; for 6 the middle is a half, and the count below it is taken.
        assert gate.curve([count]).tolist() == [int(middle)], count


@LAW
@given(st.lists(st.integers(0, 300), max_size=30).map(sorted), st.sampled_from(PEOPLE))
def test_a_curve_that_never_falls_never_falls_afterwards(counts, people):
    shown = a_gate(people).curve(counts).tolist()

    assert all(before <= after for before, after in pairwise(shown))
    assert len(shown) == len(counts)
    assert [s == 0 for s in shown] == [c == 0 for c in counts]


@LAW
@given(st.lists(st.integers(0, 300), max_size=30).map(sorted), st.sampled_from(PEOPLE))
def test_a_curve_steps_only_once_in_a_bin(counts, people):
    gate = a_gate(people)

    jumps = np.diff(gate.curve([0, *counts]))

    # So that a step never says that fewer than a bin's width had the event.
    assert all(jump == 0 or jump >= gate.policy.midpoint // 2 for jump in jumps)


@pytest.mark.parametrize("people", PEOPLE)
def test_public_counts_pass_unchanged(people):
    gate = a_gate(people, "public")

    assert [gate.count(n) for n in range(60)] == list(range(60))
    assert gate.curve(range(60)).tolist() == list(range(60))
    assert not gate.hides(range(60))
    assert not any(gate.hides_share(e, b) for b in range(20) for e in range(b + 1))


def test_a_public_estimate_passes_unchanged_and_says_so():
    estimate = an_estimate(n=3, events=1, denominator=3)

    shown = a_gate(status="public").release(estimate, hidden=True)

    assert shown == replace(estimate, disclosure="public", policy="2026-11-1")


def test_a_rounded_estimate_is_released_and_says_so():
    shown = a_gate().release(an_estimate(n=60, events=15, denominator=60))

    assert (shown.disclosure, shown.policy, shown.made_up) == ("rounded", "2026-11-1", False)
    assert (shown.value, shown.n) == (0.25, 60)


def test_an_estimate_without_a_number_has_passed():
    assert a_gate().release(an_estimate(value=None, reason=WHY)).disclosure == "passed"


def test_made_up_data_are_held_to_the_rule_and_stamped():
    gate = a_gate(status="made_up")

    assert gate.release(an_estimate(n=60)).made_up
    assert gate.count(62) == 60
    assert gate.hides([3])


def test_a_hidden_estimate_has_no_number_and_says_why_in_each_language():
    whole = an_estimate(
        n=60, events=15, denominator=60, se=0.05,
        interval="confidence", low=0.1, high=0.4, level=0.95,
    )  # fmt: skip

    shown = a_gate().release(whole, hidden=True)

    assert [getattr(shown, name) for name in NUMBERS] == [None] * len(NUMBERS)
    assert (shown.disclosure, shown.policy) == ("withheld", "2026-11-1")
    assert shown.reason == term("reason.withheld", LANGUAGES, threshold=10)
    assert all("10" in shown.reason.text[lang] for lang in LANGUAGES)


@pytest.mark.parametrize("status", ["public", "confidential"])
@pytest.mark.parametrize("hidden", [True, False])
def test_an_estimate_is_released_once(status, hidden):
    gate = a_gate(status=status)
    shown = gate.release(an_estimate(n=60), hidden)

    with pytest.raises(ValueError, match=r"^north\.reach\.risk: already released\.$"):
        gate.release(shown)


@pytest.mark.parametrize("name", ["n", "events", "denominator"])
@pytest.mark.parametrize("status", ["confidential", "made_up"])
def test_a_count_that_is_not_rounded_is_refused(name, status):
    with pytest.raises(ValueError, match=r"^north\.reach\.risk: carries a count that is not r"):
        a_gate(status=status).release(an_estimate(**{name: 61}))


def test_a_hidden_estimate_of_made_up_data_is_stamped_too():
    assert a_gate(status="made_up").release(an_estimate(n=60), hidden=True).made_up


def test_a_hidden_estimate_tells_no_verdict():
    shown = a_gate().release(an_estimate(verdict="worsening"), hidden=True)

    assert shown.verdict in (None, "not_assessable")


@pytest.mark.parametrize("people", PEOPLE)
@pytest.mark.parametrize("name", ["n", "events", "denominator"])
def test_a_round_count_that_only_a_hidden_one_can_give_is_refused(name, people):
    gate = a_gate(people)
    open_to_all = {gate.count(n) for n in range(100) if not gate.hides([n])}

    for rounded in {gate.count(n) for n in range(100)}:
        estimate = an_estimate(**{name: rounded})

        if rounded in open_to_all:
            assert gate.release(estimate).disclosure == "rounded"
        else:
            with pytest.raises(ValueError, match=r"carries a count that only a hidden one gives"):
                gate.release(estimate)


def test_the_count_that_only_a_hidden_one_gives_is_5():
    # 5 is what 3 to 7 are rounded to, and each of those is hidden; 10 may be 11 or 12.
    with pytest.raises(ValueError, match="only a hidden one"):
        a_gate().release(an_estimate(n=60, events=5))
    assert a_gate().release(an_estimate(n=60, events=10)).events == 10
