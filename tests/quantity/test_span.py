"""Spans: what they hold, how they compare, their arithmetic, and the simplest share inside."""

import itertools
import operator
from fractions import Fraction as F

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.helpers import LAW

from evalkit.quantity import Span, simplest_share
from evalkit.quantity import span as span_module
from evalkit.quantity.span import total

FLAGS = (False, True)
# How near to an end a sampled number lies, and how far out where there is no end.
HAIR, FAR = F(1, 10**15), F(10**15)
# The ends below are at most 20, with denominators up to 12: a hair at an operand moves
# a result by less than a millionth of NEAR, and two possible ends differ by more than it.
NEAR, MANY = F(1, 10**8), F(10**8)


def small_world(*ends):
    """Return every span with these ends: open, closed and missing ones."""
    world = []
    for low, high in itertools.product((None, *ends), repeat=2):
        for low_open, high_open in itertools.product(FLAGS, repeat=2):
            missing = (low is None and low_open) or (high is None and high_open)
            both = low is not None and high is not None
            empty = both and (low > high or (low == high and (low_open or high_open)))
            if not missing and not empty:
                world.append(Span(low, high, low_open, high_open))
    return world


SIGNED = small_world(F(-1), F(0), F(1, 2), F(2))
COUNTED = [s for s in small_world(F(0), F(1, 2), F(1), F(3)) if s.low is not None]
# Every end of SIGNED, two numbers between each two, and two beyond on either side.
GRID = [F(n, 6) for n in (-8, -7, -6, -4, -2, 0, 1, 2, 3, 5, 7, 12, 13, 14)]


def holds(span, x):
    """Say by the definition whether a number lies in a span."""
    if span.low is not None and (x < span.low or (span.low_open and x == span.low)):
        return False
    return span.high is None or x < span.high or (x == span.high and not span.high_open)


def members(span):
    """Return closed ends, numbers a hair beside each end, the middle, and far numbers."""
    low = span.low if span.low is not None else (span.high or 0) - FAR
    high = span.high if span.high is not None else (span.low or 0) + FAR
    points = {low, low + HAIR, low + 1, (low + high) / 2, high - 1, high - HAIR, high}
    return [x for x in points if holds(span, x)]


def check_exact(operation, left, right):
    """Hold the span of the results to its members: none lies outside, no end is too far out."""
    found = operation(left, right)
    values = [
        operation(x, y)
        for x, y in itertools.product(members(left), members(right))
        if y != 0 or operation is not operator.truediv
    ]
    case = (operation.__name__, left, right, found)
    least, most = min(values), max(values)

    assert all(holds(found, value) for value in values), case
    if found.low is None:
        assert least < -MANY, case
    else:
        assert least < found.low + NEAR if found.low_open else least == found.low, case
    if found.high is None:
        assert most > MANY, case
    else:
        assert most > found.high - NEAR if found.high_open else most == found.high, case


@st.composite
def spans(draw, least=-20):
    """Make a span of small fractions; without an end below only if it may be negative."""
    ends = st.fractions(least, 20, max_denominator=12)
    low = draw(ends if least == 0 else st.none() | ends)
    high = draw(st.none() | ends)
    if low is not None and high is not None:
        low, high = min(low, high), max(low, high)
    low_open, high_open = low is not None and draw(st.booleans()), False
    if high is not None and low != high:
        high_open = draw(st.booleans())
    return Span(low, high, low_open and low != high, high_open)


@pytest.mark.parametrize("operation", [operator.add, operator.sub])
def test_sums_and_differences_are_exact_in_a_small_world(operation):
    for left, right in itertools.product(SIGNED, repeat=2):
        check_exact(operation, left, right)


def test_products_are_exact_in_a_small_world():
    for left, right in itertools.product(COUNTED, repeat=2):
        check_exact(operator.mul, left, right)


def test_quotients_are_exact_in_a_small_world_and_leave_out_a_zero_divisor():
    for left, right in itertools.product(COUNTED, repeat=2):
        if right != Span.at(0):
            check_exact(operator.truediv, left, right)


@LAW
@given(st.sampled_from([operator.add, operator.sub]), spans(), spans())
def test_sums_and_differences_are_exact(operation, left, right):
    check_exact(operation, left, right)


@LAW
@given(st.sampled_from([operator.mul, operator.truediv]), spans(0), spans(0))
def test_products_and_quotients_are_exact(operation, left, right):
    assume(operation is operator.mul or right != Span.at(0))

    check_exact(operation, left, right)


@pytest.mark.parametrize("left", COUNTED)
def test_a_quotient_by_zero_alone_is_refused(left):
    with pytest.raises(ZeroDivisionError, match=r"^the base is zero$"):
        left / Span.at(0)


@pytest.mark.parametrize("operation", [operator.mul, operator.truediv])
@pytest.mark.parametrize("negative", [s for s in SIGNED if s.low is None or s.low < 0])
def test_what_may_be_below_zero_is_neither_multiplied_nor_divided(negative, operation):
    for left, right in [(negative, Span.at(2)), (Span.at(0), negative), (negative, negative)]:
        with pytest.raises(
            ValueError,
            match=r"^products and quotients are for what is counted, never below zero$",
        ):
            operation(left, right)


def test_several_spans_are_added_to_one_and_none_to_zero():
    assert total([]) == Span.at(0)
    assert total(iter([Span(F(1), F(2)), Span(F(3), None), Span(F(1, 2), F(1), True)])) == Span(
        F(9, 2), None, True
    )


def test_what_two_spans_share_is_exact_in_a_small_world():
    by_members = {tuple(holds(span, x) for x in GRID): span for span in SIGNED}
    assert len(by_members) == len(SIGNED)

    for left, right in itertools.product(SIGNED, repeat=2):
        common = tuple(holds(left, x) and holds(right, x) for x in GRID)
        assert left & right == (by_members[common] if any(common) else None), (left, right)


def test_comparisons_agree_with_comparing_every_member_in_a_small_world():
    held = {span: [x for x in GRID if holds(span, x)] for span in SIGNED}

    for left, right in itertools.product(SIGNED, repeat=2):
        ours, theirs = held[left], held[right]
        # GRID goes beyond every end, so a missing end is seen as two members too many.
        endless = left.low is None or right.high is None
        assert left.above(right) == (not endless and min(ours) > max(theirs)), (left, right)
        endless = left.high is None or right.low is None
        assert left.at_most(right) == (not endless and max(ours) <= min(theirs)), (left, right)
        assert left.meets(right) == (not set(ours).isdisjoint(theirs)), (left, right)


@LAW
@given(spans(), spans())
def test_two_spans_meet_or_one_is_above_the_other(left, right):
    assert [left.meets(right), left.above(right), right.above(left)].count(True) == 1
    assert left.meets(right) == ((left & right) is not None)


def test_a_span_holds_what_lies_between_its_ends_in_a_small_world():
    for span, x in itertools.product(SIGNED, GRID):
        assert (x in span) == holds(span, x), (span, x)


def test_whole_numbers_are_found_as_by_trying_each_in_a_small_world():
    wholes = range(-9, 10)

    for span in SIGNED:
        inside = [n for n in wholes if holds(span, n)]
        above = [n for n in wholes if not any(x >= n for x in GRID if holds(span, x))]
        below = [n for n in wholes if not any(x <= n for x in GRID if holds(span, x))]
        assert span.least_whole == (None if span.low is None else min(inside + above)), span
        assert span.greatest_whole == (None if span.high is None else max(inside + below)), span
        assert span.has_whole == bool(inside), span


@LAW
@given(spans())
def test_the_least_and_greatest_whole_numbers_are_the_outermost_in_any_span(span):
    inside = [n for n in range(-25, 26) if holds(span, n)]

    assert span.has_whole == bool(inside)
    if inside and span.low is not None:
        assert span.least_whole == inside[0]
    if inside and span.high is not None:
        assert span.greatest_whole == inside[-1]


def test_only_a_span_of_one_number_is_single():
    assert [span for span in SIGNED if span.single] == [Span.at(x) for x in (-1, 0, F(1, 2), 2)]


@pytest.mark.parametrize("ends", [(None, F(1), True, False), (F(1), None, False, True)])
def test_a_missing_end_cannot_be_open(ends):
    with pytest.raises(ValueError, match=r"^a missing end is neither open nor closed$"):
        Span(*ends)


@pytest.mark.parametrize(
    ("ends", "text"),
    [
        ((F(2), F(1)), "no number lies between 2 and 1"),
        ((F(1, 2), F(1, 2), True), "no number lies between 1/2 and 1/2"),
        ((F(1), F(1), False, True), "no number lies between 1 and 1"),
        ((F(0), F(0), True, True), "no number lies between 0 and 0"),
    ],
)
def test_a_span_without_a_number_is_refused_by_its_ends(ends, text):
    with pytest.raises(ValueError, match=f"^{text}$"):
        Span(*ends)


def share_by_trying(low, high, scale, low_open, high_open):
    """Return the first k/n between two whole ends over a scale, trying n = 1, 2, ..."""
    for base in itertools.count(1):
        count = -(-low * base // scale)
        count += low_open and count * scale == low * base
        if count * scale < high * base or (not high_open and count * scale == high * base):
            return F(count, base)


@pytest.mark.parametrize(("decimals", "every"), [(0, 1), (1, 1), (2, 37)])
@pytest.mark.parametrize("low_open", FLAGS)
@pytest.mark.parametrize("high_open", FLAGS)
def test_the_simplest_share_is_that_of_trying_every_base(decimals, every, low_open, high_open):
    scale = 2 * 10 ** (decimals + 2)
    for printed in range(0, scale // 2 + 1, every):
        low, high = max(2 * printed - 1, 0), 2 * printed + 1
        tried = share_by_trying(low, high, scale, low_open, high_open)

        found = simplest_share(Span(F(low, scale), F(high, scale), low_open, high_open))

        assert found == tried, (printed, decimals)


@LAW
@given(
    st.fractions(0, 3, max_denominator=100),
    st.integers(0, 300),
    st.integers(1, 300),
    st.booleans(),
    st.booleans(),
)
def test_the_simplest_share_of_any_span_is_that_of_trying_every_base(
    low, width, parts, low_open, high_open
):
    assume(width > 0 or not (low_open or high_open))
    high = low + F(width, parts)
    scale = low.denominator * high.denominator
    tried = share_by_trying(int(low * scale), int(high * scale), scale, low_open, high_open)

    assert simplest_share(Span(low, high, low_open, high_open)) == tried


@pytest.mark.parametrize(
    ("low", "high", "share"),
    [("0.985", "0.995", F(66, 67)), ("0.71905", "0.71915", F(64, 89)), ("0", "0.005", 0)],
)
def test_a_printed_percentage_needs_the_base_worked_out_by_hand(low, high, share):
    found = simplest_share(Span(F(low), F(high), high_open=True))

    assert (found, found.denominator) == (share, F(share).denominator)


@pytest.mark.parametrize(
    ("span", "share"),
    [
        (Span(F(2, 3), None), 1),
        (Span(F(0), None, True), 1),
        (Span(None, F(1)), 0),
        (Span(None, None), 0),
        (Span(F(-1), F(0)), 0),
        (Span(F(1), F(2), True, True), F(3, 2)),
        (Span.at(F(3, 7)), F(3, 7)),
    ],
)
def test_the_simplest_share_knows_missing_ends_and_single_numbers(span, share):
    assert simplest_share(span) == share


TINY = F(1, 10**30)
# A quotient of neighbouring Fibonacci numbers: its continued fraction is the slowest.
GOLDEN = F(5358359254990966640871840, 8670007398507948658051921)
NARROW = [
    Span(F(1, 3) - TINY, F(1, 3) - TINY / 10),
    Span(F(1, 3) - TINY, F(1, 3), True, True),
    Span(F(1, 3), F(1, 3) + TINY, True, True),
    Span(F(1, 3) - TINY, F(1, 3) + TINY),
    Span(TINY, 2 * TINY),
    Span(F(0), TINY, True, True),
    Span(1 - TINY, F(1), True, True),
    Span(F(1), 1 + TINY, True, True),
    Span(GOLDEN - TINY, GOLDEN + TINY, True, True),
    Span(GOLDEN, GOLDEN + TINY, True),
]


@pytest.mark.parametrize("span", NARROW)
def test_the_simplest_share_of_a_narrow_span_is_found_in_few_steps(span, monkeypatch):
    steps, step = [], span_module._simplest
    monkeypatch.setattr(span_module, "_simplest", lambda s: steps.append(s) or step(s))

    share = simplest_share(span)

    assert holds(span, share)
    # A continued fraction gains a factor of at least 2.6 in width a term: 72 for 1e-30.
    assert 1 <= len(steps) <= 100
