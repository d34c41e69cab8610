"""What a printed figure can stand for, by the word beside it."""

import itertools
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import LAW

from evalkit.quantity import ROUNDINGS, Span, last_place, read_figure

FIVE_PERCENT = F(1, 20)
READ = [rounding for rounding in ROUNDINGS if rounding != "none"]
# Figure, word, unit of the last printed digit; then usual and firm span as by hand.
FIGURES = [
    ("150", "over", None, "[150, 160)", "[150, ...)"),
    ("5670000", "over", None, "[5670000, 5680000)", "[5670000, ...)"),
    ("5000", "over", None, "[5000, 6000)", "[5000, ...)"),
    ("30000", "over", None, "[30000, 40000)", "[30000, ...)"),
    ("4", "over", None, "[4, 5)", "[4, ...)"),
    ("0.9", "over", None, "[0.9, 1)", "[0.9, ...)"),
    ("3000", "nearly", None, "[2500, 3000)", "[0, 3000]"),
    ("3100", "nearly", None, "[3050, 3100)", "[0, 3100]"),
    ("3000", "approx", None, "[2850, 3150]", "[0, ...)"),
    ("488040", "last_digit", "10", "[488035, 488045)", "[488035, 488050)"),
    ("488040", "last_digit", None, "[488035, 488045)", "[488035, 488050)"),
    ("23.43", "last_digit", "0.01", "[23.425, 23.435)", "[23.425, 23.44)"),
    ("23.4", "last_digit", "0.01", "[23.395, 23.405)", "[23.395, 23.41)"),
    ("0", "last_digit", "0.1", "[0, 0.05)", "[0, 0.1)"),
    ("480000", "truncated", None, "[480000, 490000)", "[475000, ...)"),
    ("480000", "truncated", "1000", "[480000, 481000)", "[479500, ...)"),
    ("657", "exact", None, "[657, 657]", "[657, 657]"),
    ("50", "exact", None, "[50, 50]", "[45, 60)"),
    ("1200", "exact", None, "[1200, 1200]", "[1150, 1300)"),
    ("2.5", "exact", None, "[2.5, 2.5]", "[2.5, 2.5]"),
    ("0", "exact", None, "[0, 0]", "[0, 0]"),
]


def written(span):
    """Write a span with round brackets at open and missing ends."""
    low = f"{'(' if span.low_open else '['}{float(span.low):.10g}"
    if span.high is None:
        return f"{low}, ...)"
    return f"{low}, {float(span.high):.10g}{')' if span.high_open else ']'}"


def inside(inner, outer):
    """Say whether every number of one span, with a low end each, lies in the other."""
    low = inner.low > outer.low or (
        inner.low == outer.low and (inner.low_open or not outer.low_open)
    )
    if outer.high is None or inner.high is None:
        return low and outer.high is None
    closed = inner.high_open or not outer.high_open
    return low and (inner.high < outer.high or (inner.high == outer.high and closed))


@pytest.mark.parametrize(("figure", "rounding", "step", "usual", "firm"), FIGURES)
def test_a_figure_stands_for_what_its_word_says(figure, rounding, step, usual, firm):
    spans = read_figure(F(figure), rounding, step and F(step), FIVE_PERCENT)

    # Ten digits tell every end above apart, and round none of them.
    assert tuple(written(span) for span in spans) == (usual, firm)


@pytest.mark.parametrize("rounding", ["none", "", "Over", "about"])
def test_a_word_without_an_interval_is_refused_by_its_name(rounding):
    with pytest.raises(ValueError, match=f"^no interval belongs to the rounding '{rounding}'$"):
        read_figure(F(3), rounding, None, FIVE_PERCENT)


def check_figure(value, rounding, step, approx):
    usual, firm = read_figure(value, rounding, step, approx)
    case = (value, rounding, step, usual, firm)

    assert inside(usual, firm), case
    assert value in firm, case
    assert usual.low >= 0 and firm.low >= 0, case


@pytest.mark.parametrize("rounding", READ)
def test_the_usual_span_lies_in_the_firm_one_for_every_small_figure(rounding):
    steps = (None, F(1, 100), F(1), F(10), F(1000))
    for tenths, step in itertools.product(range(1, 1201), steps):
        check_figure(F(tenths, 10), rounding, step, FIVE_PERCENT)


@pytest.mark.parametrize("step", [None, F(1, 100), F(1), F(10)])
@pytest.mark.parametrize("rounding", READ)
def test_a_printed_zero_has_a_usual_span_inside_the_firm_one(rounding, step):
    check_figure(F(0), rounding, step, FIVE_PERCENT)


@LAW
@given(
    st.integers(1, 10**10),
    st.integers(-4, 6),
    st.sampled_from(READ),
    st.none() | st.integers(-6, 7),
    st.fractions(0, 1, max_denominator=100),
)
def test_the_usual_span_lies_in_the_firm_one_and_the_value_too(
    digits, power, rounding, step_power, approx
):
    step = None if step_power is None else F(10) ** step_power

    check_figure(digits * F(10) ** power, rounding, step, approx)


@pytest.mark.parametrize("step", [1, 5, 10, 100])
def test_every_number_lies_in_the_firm_span_of_its_own_rounding(step):
    for true in range(1, 1200):
        down, up = true // step * step, -(-true // step) * step
        half_up = (2 * true + step) // (2 * step) * step
        half_even = round(F(true, step)) * step
        for printed in {down, half_up, half_even}:
            assert true in read_figure(F(printed), "last_digit", F(step), FIVE_PERCENT)[1]
            assert true in read_figure(F(printed), "truncated", F(step), FIVE_PERCENT)[1]
        assert true in read_figure(F(half_up), "last_digit", F(step), FIVE_PERCENT)[0]
        assert true in read_figure(F(down), "truncated", F(step), FIVE_PERCENT)[0]
        assert true in read_figure(F(up), "nearly", None, FIVE_PERCENT)[1]


@pytest.mark.parametrize("step", [1, 10, 100])
def test_a_number_cut_to_a_place_lies_in_both_spans_of_more_than(step):
    for true in range(step, 1200):
        usual, firm = read_figure(F(true // step * step), "over", None, FIVE_PERCENT)

        assert true in usual and true in firm, true


@pytest.mark.parametrize("step", [10, 100])
def test_a_bare_round_number_may_have_been_rounded_or_cut_without_a_word(step):
    for true in range(step, 1200):
        for printed in (true // step * step, (2 * true + step) // (2 * step) * step):
            usual, firm = read_figure(F(printed), "exact", None, FIVE_PERCENT)

            assert usual == Span.at(printed)
            assert true in firm, (true, printed)


def place_by_reading(digits, power):
    """Return the place of the last digit that is not 0, read off the written number."""
    written_digits = str(digits)
    zeros = len(written_digits) - len(written_digits.rstrip("0"))
    return F(f"1e{power + zeros}")


def test_the_last_place_is_read_off_every_small_number():
    for digits, power in itertools.product(range(1, 1201), range(-3, 4)):
        place = last_place(F(f"{digits}e{power}"))

        assert place == place_by_reading(digits, power), (digits, power)


@LAW
@given(st.integers(1, 10**12), st.integers(-9, 9))
def test_the_last_place_is_read_off_the_written_number(digits, power):
    assert last_place(F(f"{digits}e{power}")) == place_by_reading(digits, power)


def test_the_last_place_of_zero_is_one():
    assert last_place(F(0)) == 1
