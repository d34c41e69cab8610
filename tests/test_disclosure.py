"""The gate, exhaustively on small counts."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm
from tests.helpers import LAW

from evalkit.disclosure import (
    NOBODY,
    Cells,
    Gate,
    Policy,
    harm,
    harms,
    part,
    people,
    ratio,
    read_policy,
)
from evalkit.disclosure.gate import _ordered
from evalkit.errors import StudyError
from evalkit.estimate import NUMBERS
from evalkit.words import Term, term

LANGUAGES = ("en", "zh")
PEOPLE = ("minors", "adults")
# To a tenth of a point, of an SD to a hundredth: docs/explanation/disclosure.md.
DECIMALS = {
    "share": 3,
    "points": 3,
    "mean": 1,
    "smd": 2,
    "spread": 2,
    "chi2": 1,
    "p": 1,
    "coefficient": 1,
}
WHY = Term("nobody", {"en": "nobody", "zh": "无人"})


def a_gate(people="minors", status="confidential"):
    return Gate(read_policy(people), status, LANGUAGES)


def about(**changed):
    return dict(area="north", outcome="reach", estimand="risk", unit="share") | changed


BETWEEN = dict(interval="confidence", level=0.95)


def test_the_policy_is_the_one_that_was_agreed():
    # docs/explanation/disclosure.md: OpenSAFELY's 7, 5 and 6; stricter for minors.
    assert read_policy("adults") == Policy("2026-11-3", 7, 5, 6, 10, 12, DECIMALS)
    assert read_policy("minors") == Policy("2026-11-3", 10, 5, 11, 10, 12, DECIMALS)


def test_the_cells_of_a_share_are_those_in_it_all_and_the_rest():
    # Each is a number of persons that a reader of a share and its base could work out.
    assert part(3, 10) == Cells((3, 10), (3, 10, 7))
    assert part(0, 10).few == (0, 10, 10) and part(10, 10).few == (10, 10, 0)
    assert people(40, 7) == Cells((40, 7), (40, 7))
    assert harm(3, 10) == Cells((3, 10), harms=((3, 10),))


@pytest.mark.parametrize(
    ("unit", "low", "value", "high", "ends"),
    [
        ("points", -1.2, -0.95, -0.5, (-1.0, -0.5)),
        ("points", 0.5, 0.95, 1.2, (0.5, 1.0)),
        ("share", -0.1, 0.05, 0.2, (0.0, 0.2)),
        ("share", 0.8, 0.95, 1.1, (0.8, 1.0)),
        ("mean", -3.0, -2.0, 5.0, (-3.0, 5.0)),
        # An interval that was moved holds its value again.
        ("points", 0.2, 0.1, 0.4, (0.1, 0.4)),
        ("points", 0.1, 0.5, 0.4, (0.1, 0.5)),
    ],
)
def test_an_interval_ends_where_its_unit_does_and_holds_its_value(unit, low, value, high, ends):
    found = _ordered({"value": value, "low": low, "high": high}, unit)

    assert (found["low"], found["high"]) == ends and found["value"] == value


def test_there_is_no_policy_for_other_people():
    with pytest.raises(StudyError, match="dogs"):
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


def test_a_public_number_passes_unchanged_whoever_is_behind_it():
    shown = a_gate(status="public").release(about(), harm(1, 3), by=ratio)

    assert (shown.value, shown.n, shown.events) == (1 / 3, 3, 1)
    assert (shown.disclosure, shown.policy) == ("public", "2026-11-3")


def test_a_public_model_s_number_keeps_its_digits():
    shown = a_gate(status="public").release(about(), people(3), model=lambda: 0.123456)

    assert shown.value == 0.123456


def test_a_share_comes_from_rounded_counts_and_says_so():
    shown = a_gate().release(about(), harm(16, 61), by=ratio)

    assert (shown.value, shown.n, shown.events) == (15 / 60, 60, 15)
    assert (shown.disclosure, shown.policy, shown.made_up) == ("rounded", "2026-11-3", False)


def test_an_estimate_without_a_number_has_passed():
    assert a_gate().release(about(reason=WHY)).disclosure == "passed"


def test_a_reason_goes_where_there_is_a_number_and_stays_where_there_is_none():
    gate = a_gate()

    assert gate.release(about(reason=WHY), harm(20, 60), by=ratio).reason is None
    assert gate.release(about(reason=WHY), harm(0, 60), by=lambda e, n: {"n": n}).reason == WHY


def test_made_up_data_are_held_to_the_rule_and_stamped():
    gate = a_gate(status="made_up")

    assert gate.release(about(), harm(16, 61), by=ratio).made_up
    assert gate.release(about(), harm(3, 61), by=ratio).made_up
    assert gate.release(about(), harm(3, 61), by=ratio).value is None
    assert gate.count(62) == 60


def test_a_withheld_estimate_has_no_number_and_says_why_in_each_language():
    numbers = {"value": 0.2, "low": 0.1, "high": 0.4, "se": 0.05, "n": 60, "events": 5}

    shown = a_gate().release(
        about(**BETWEEN, se_scale="identity"), harm(5, 61), by=lambda *_: numbers
    )

    assert [getattr(shown, name) for name in NUMBERS] == [None] * len(NUMBERS)
    assert (shown.disclosure, shown.policy) == ("withheld", "2026-11-3")
    assert shown.reason == term("reason.withheld", LANGUAGES, threshold=10)
    assert all("10" in shown.reason.text[lang] for lang in LANGUAGES)


def test_what_is_withheld_is_not_even_computed():
    def never(*_):
        raise AssertionError("computed")

    assert a_gate().release(about(), harm(5, 61), by=never, model=never).value is None


def test_a_withheld_estimate_tells_no_verdict():
    shown = a_gate().release(about(verdict="worsening"), people(3))

    assert shown.verdict == "not_assessable"


@pytest.mark.parametrize("status", ["confidential", "made_up"])
@pytest.mark.parametrize("name", ["value", "n", "events", "denominator", "se"])
def test_a_number_of_which_nobody_says_whom_it_is_about_is_refused(name, status):
    # What was forgotten stops the report; it is never shown.
    given = about(**{"reason": WHY, "se_scale": "identity" if name == "se" else None, name: 60})

    with pytest.raises(ValueError, match=r"^north\.reach\.risk: carries a number, and not whom"):
        a_gate(status=status).release(given)
    assert getattr(a_gate(status="public").release(given), name) == 60


def test_a_unit_without_decimals_in_the_policy_is_refused():
    # The next outcome's kind of number is shown only when the policy says how.
    with pytest.raises(ValueError, match=r"no decimals for the unit 'hazard_ratio'"):
        a_gate().release(about(unit="hazard_ratio"), people(60), model=lambda: 1.2345)


# By hand; of p the normal deviate is rounded: 0.0312345678 has z = 2.154.
COARSE = [
    ("share", 0.123456, 0.123),
    ("points", -0.0456789, -0.046),
    ("mean", 14.567, 14.6),
    ("smd", 0.12345, 0.12),
    ("chi2", 3.84146, 3.8),
    ("p", 0.0312345678, 2 * norm.sf(2.2)),
    ("p", 1.0, 1.0),
    ("p", 1e-300, 2 * norm.sf(37.0)),
]


@pytest.mark.parametrize(("unit", "exact", "shown"), COARSE)
def test_a_model_s_number_goes_into_the_record_to_the_policy_s_decimals(unit, exact, shown):
    released = a_gate().release(about(unit=unit), people(60, 60), model=lambda: exact)

    # The last bit of two equal roundings.
    assert released.value == pytest.approx(shown, rel=1e-12)
    assert released.value > 0 or exact <= 0


@LAW
@given(
    st.integers(11, 300), st.integers(11, 300), st.lists(st.floats(0, 1), min_size=3, max_size=3)
)
def test_an_interval_holds_its_value_and_ends_where_its_unit_does(events, more, ends):
    low, value, high = sorted(ends)
    numbers = {"value": value, "low": low, "high": high}

    shown = a_gate().release(
        about(**BETWEEN), harm(events, events + more), by=ratio, model=lambda: numbers
    )

    assert 0 <= shown.low <= shown.value <= shown.high <= 1


def test_the_interval_of_a_model_goes_with_the_value_that_comes_from_rounded_counts():
    # 16 of 61 is 26.2 %, shown as 15 of 60: both ends move by 1.2 points down.
    numbers = {"value": 16 / 61, "low": 0.16, "high": 0.36}

    shown = a_gate().release(about(**BETWEEN), harm(16, 61), by=ratio, model=lambda: numbers)

    assert (shown.low, shown.value, shown.high) == (0.148, 0.25, 0.348)


def test_an_estimator_s_error_without_a_scale_is_not_in_the_record():
    numbers = {"value": 0.5, "se": 0.1}

    bare = a_gate().release(about(), people(60), model=lambda: numbers)
    scaled = a_gate().release(about(se_scale="identity"), people(60), model=lambda: numbers)

    assert (bare.se, bare.se_scale, scaled.se, scaled.se_scale) == (None, None, 0.1, "identity")


@pytest.mark.parametrize("name", ["n", "events", "denominator"])
@pytest.mark.parametrize("status", ["confidential", "made_up"])
def test_a_count_that_is_not_rounded_is_refused(name, status):
    with pytest.raises(ValueError, match=r"^north\.reach\.risk: carries a count that is not r"):
        a_gate(status=status).release(about(reason=WHY), people(61), by=lambda n: {name: 61})


@pytest.mark.parametrize("kind", PEOPLE)
@pytest.mark.parametrize("name", ["n", "events", "denominator"])
def test_a_round_count_that_only_a_hidden_one_can_give_is_refused(name, kind):
    gate = a_gate(kind)
    open_to_all = {gate.count(n) for n in range(100) if not gate.hides([n])}

    for rounded in {gate.count(n) for n in range(100)}:
        numbers = {name: rounded}
        if rounded in open_to_all:
            shown = gate.release(about(reason=WHY), NOBODY, by=lambda: numbers)  # noqa: B023
            assert getattr(shown, name) == rounded
        else:
            with pytest.raises(ValueError, match=r"carries a count that only a hidden one gives"):
                gate.release(about(reason=WHY), NOBODY, by=lambda: numbers)  # noqa: B023


def test_the_count_that_only_a_hidden_one_gives_is_5():
    # 5 is what 3 to 7 are rounded to, and each of those is hidden; 10 may be 11 or 12.
    with pytest.raises(ValueError, match="only a hidden one"):
        a_gate().release(about(reason=WHY), NOBODY, by=lambda: {"n": 60, "events": 5})
    shown = a_gate().release(about(reason=WHY), NOBODY, by=lambda: {"n": 60, "events": 10})
    assert shown.events == 10


CELLS = [
    (people(11, 60), False), (people(10, 60), True), (people(0), False),
    (part(60, 60), False), (part(0, 60), False), (part(55, 60), True), (part(11, 60), False),
    (harm(60, 60), True), (harm(0, 60), False), (harm(0, 9), True), (harm(55, 60), True),
    (harms([(20, 60), (20, 60)]), False), (harms([(20, 60), (5, 60)]), True),
    (Cells(withheld=True), True), (NOBODY, False), (people(11) + people(3), True),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "wanted"), CELLS)
def test_cells_say_whether_what_rests_on_them_may_be_shown(cells, wanted):
    assert a_gate().withholds(cells) == wanted
    assert not a_gate(status="public").withholds(cells)
