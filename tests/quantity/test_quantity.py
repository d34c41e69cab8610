"""Quantities: a number, its unit and all that it may stand for."""

import functools
import itertools
import operator
from fractions import Fraction as F

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.helpers import LAW

from evalkit.quantity import (
    ROUNDINGS,
    Quantity,
    Span,
    Unit,
    UnitsDiffer,
    parse_unit,
    quotient,
    read_figure,
    unit_codes,
)
from evalkit.quantity.quantity import add_up
from evalkit.quantity.units import legitimate

UNITS = [Unit(code) for code in unit_codes()]
ROUNDED = [rounding for rounding in ROUNDINGS if rounding != "none"]


def figure(value, unit, rounding="exact", step=None):
    """Return a printed figure as a quantity; "about" is five per cent."""
    spans = read_figure(F(value), rounding, step and F(step), F(1, 20))
    return Quantity(F(value), parse_unit(unit), *spans)


def outer(span):
    """Return a span's ends as a pair, to be compared with what was worked out by hand."""
    return span.low, span.high


@pytest.mark.parametrize("rounding", ROUNDED)
def test_only_an_exact_odd_figure_assumes_nothing(rounding):
    assert figure(657, "persons", rounding).assumed == (rounding != "exact")


def test_figures_of_one_unit_are_added_and_subtracted_with_their_spans():
    first, second = figure(150, "persons", "over"), figure(4, "persons", "over")

    summed, left = first + second, first - second
    assert (summed.value, summed.unit) == (154, Unit("persons"))
    assert (summed.usual, summed.firm) == (Span(F(154), F(165), high_open=True), Span(F(154), None))
    assert (left.value, left.unit) == (146, Unit("persons"))
    assert (left.usual, left.firm) == (Span(F(145), F(156), True, True), Span(None, None))


LIKE_ONLY = [
    operator.add,
    operator.sub,
    Quantity.share_of,
    Quantity.ratio_to,
    lambda left, right: add_up([left, left, right]),
]


@pytest.mark.parametrize("operation", LIKE_ONLY)
def test_unlike_units_are_neither_added_nor_subtracted_nor_compared(operation):
    for left, right in itertools.permutations(UNITS, 2):
        with pytest.raises(UnitsDiffer, match=f"^{left} and {right} are unlike units$") as caught:
            operation(figure(3, left.code), figure(2, right.code))
        assert (caught.value.left, caught.value.right) == (left, right)
        assert caught.value.possible == ()


@pytest.mark.parametrize("operation", LIKE_ONLY)
def test_a_rate_is_not_compared_with_its_plain_unit_or_another_rate(operation):
    rates = ["persons/sessions", "persons/classes", "persons", "sessions"]
    for left, right in itertools.permutations(rates, 2):
        with pytest.raises(UnitsDiffer, match=f"^{left} and {right} are unlike units$"):
            operation(figure(3, left), figure(2, right))


def test_a_quotient_of_unlike_units_has_the_unit_of_one_for_each_of_another():
    visits, sessions = figure(5000, "person_times", "over"), figure(50, "sessions")

    each = visits / sessions

    assert (each.value, each.unit.code) == (100, "person_times/sessions")
    assert each.usual == Span(F(100), F(120), high_open=True)
    # Fifty sessions may be anything from 45 to just under 60.
    assert each.firm == Span(F(5000, 60), None, low_open=True)


def test_units_that_do_not_divide_are_refused_with_what_would():
    for over, under in itertools.permutations(UNITS, 2):
        left, right = figure(3, over.code), figure(2, under.code)
        if quotient(over, under):
            assert (left / right).unit == Unit(over.code, under.code)
            continue
        with pytest.raises(UnitsDiffer) as caught:
            left / right
        assert (caught.value.left, caught.value.right) == (over, under)
        assert caught.value.possible == tuple(legitimate(under))


def test_people_for_each_session_are_refused_with_visits_for_each_session():
    with pytest.raises(UnitsDiffer, match=r"^persons and sessions are unlike units$") as caught:
        figure(657, "persons") / figure(12, "sessions")

    possible = ("CNY/sessions", "hours/sessions", "person_times/sessions")
    assert caught.value.possible == possible


def test_a_rate_times_what_it_is_counted_for_gives_the_unit_back():
    for over, under in itertools.permutations(UNITS, 2):
        if quotient(over, under):
            rate = figure(12, f"{over}/{under}", "over")
            product = rate * figure(5, under.code)

            assert (product.value, product.unit) == (60, over), rate.unit
            assert product.usual == Span(F(60), F(65), high_open=True)
            assert product.firm == Span(F(60), None)


@pytest.mark.parametrize("event", [u.code for u in UNITS if u.kind == "events"])
def test_people_for_each_event_times_events_are_visits(event):
    visits = figure(40, f"persons/{event}") * figure(12, event)

    assert (visits.value, visits.unit) == (480, Unit("person_times"))
    assert (visits.usual, visits.firm) == (Span.at(480), Span(F(420), F(600), high_open=True))


def test_a_quotient_times_its_divisor_has_the_unit_and_value_of_its_dividend():
    for over, under in itertools.permutations(UNITS, 2):
        if quotient(over, under):
            whole, base = figure(657, over.code), figure(12, under.code)

            assert (whole / base) * base == whole


def test_a_share_times_its_base_gives_the_unit_of_the_base():
    share = figure("0.7191", "percent", "last_digit", "0.0001")

    people = share * figure(89, "persons")

    assert (people.value, people.unit) == (F("63.9999"), Unit("persons"))
    assert people.usual == Span(F("63.99545"), F("64.00435"), high_open=True)
    assert people.firm == Span(F("63.99545"), F("64.0088"), high_open=True)
    assert (people.usual.least_whole, people.usual.greatest_whole) == (64, 64)


PRODUCTS_REFUSED = [
    ("persons", "sessions"),
    ("persons", "persons"),
    ("persons/households", "sessions"),
    ("persons/households", "persons"),
    ("persons/households", "persons/households"),
    ("households", "persons/households"),
    ("percent", "percent"),
    ("percent", "date"),
    ("percent", "rank"),
    ("percent_change", "persons"),
]


@pytest.mark.parametrize(("left", "right"), PRODUCTS_REFUSED)
def test_a_product_that_does_not_cancel_is_refused(left, right):
    with pytest.raises(UnitsDiffer) as caught:
        figure(3, left) * figure(2, right)

    assert (str(caught.value.left), str(caught.value.right)) == (left, right)
    assert caught.value.possible == ()


@pytest.mark.parametrize("code", ["persons", "CNY", "cases", "person_times/sessions"])
def test_a_share_and_a_ratio_are_taken_of_one_unit(code):
    part, base = figure(64, code), figure(89, code)

    share, ratio = part.share_of(base), part.ratio_to(base)

    over = parse_unit(code).over
    assert share == Quantity(F(64, 89), Unit("percent"), *[Span.at(F(64, 89))] * 2)
    assert ratio == Quantity(F(64, 89), Unit(over, over), *[Span.at(F(64, 89))] * 2)


def test_a_share_and_its_base_give_the_part_back():
    part, base = figure(64, "persons"), figure(89, "persons")

    assert part.share_of(base) * base == part
    assert part.ratio_to(base) * base == part


@pytest.mark.parametrize("rounding", ["exact", "last_digit", "over", "approx", "truncated"])
def test_a_zero_base_is_refused(rounding):
    people, visits = figure(3, "persons"), figure(3, "person_times")
    nobody = figure(0, "persons", rounding)

    for divide in (
        lambda: people.share_of(nobody),
        lambda: people.ratio_to(nobody),
        lambda: visits / nobody,
    ):
        with pytest.raises(ZeroDivisionError, match=r"^the base is zero$"):
            divide()


def test_nothing_out_of_a_base_is_zero():
    share = figure(0, "persons").share_of(figure(89, "persons"))

    assert (share.value, share.usual, share.firm) == (0, Span.at(0), Span.at(0))


@st.composite
def figures(draw, unit):
    """Make a printed figure above zero of any rounding."""
    value = draw(st.integers(1, 10**6)) * F(10) ** draw(st.integers(-2, 2))
    step = draw(st.sampled_from([None, F(1, 100), F(1), F(10)]))
    return figure(value, unit, draw(st.sampled_from(ROUNDED)), step)


@st.composite
def operands(draw):
    """Make an operation and two figures of which it takes the units."""
    name, first, second, combine = draw(st.sampled_from(OPERATIONS))
    return name, draw(figures(first)), draw(figures(second)), combine


OPERATIONS = [
    (operator.add, "persons", "persons", operator.add),
    (operator.sub, "persons", "persons", operator.sub),
    (operator.mul, "persons/households", "households", operator.mul),
    (operator.mul, "percent", "persons", operator.mul),
    (operator.truediv, "person_times", "persons", operator.truediv),
    (Quantity.share_of, "persons", "persons", operator.truediv),
    (Quantity.ratio_to, "persons", "persons", operator.truediv),
]
PARTS = st.fractions(0, 1, max_denominator=1000)


def member(span, part):
    """Return a number of a span: the part of the way through it, or far beyond its low end."""
    low, high = outer(span)
    found = low + part * ((high if high is not None else low + 10**9) - low)
    assume(found in span)
    return found


@LAW
@given(operands(), PARTS, PARTS, st.sampled_from(["usual", "firm"]))
def test_the_span_of_a_result_holds_the_result_of_any_members(case, left, right, which):
    operation, first, second, combine = case
    x, y = member(getattr(first, which), left), member(getattr(second, which), right)
    assume(combine is not operator.truediv or y != 0)

    result = operation(first, second)

    assert combine(x, y) in getattr(result, which)


@LAW
@given(operands(), PARTS)
def test_a_result_keeps_its_value_and_its_usual_span_in_the_firm_one(case, part):
    operation, first, second, combine = case

    result = operation(first, second)

    assert result.value == combine(first.value, second.value)
    assert result.value in result.firm
    usual, firm = result.usual, result.firm
    assert usual & firm == usual
    inner = [end for end in outer(usual) if end is not None]
    assert all(firm.low is None or end >= firm.low for end in inner)
    assert all(firm.high is None or end <= firm.high for end in inner)


@LAW
@given(st.lists(figures("persons"), min_size=1, max_size=6))
def test_adding_up_is_adding_one_after_another(parts):
    assert add_up(parts) == functools.reduce(operator.add, parts)
