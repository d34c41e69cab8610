"""A value is printed inside the interval that stands beside it."""

import pytest

from evalkit.estimate import Estimate
from evalkit.present.numbers import interval_text, value_piece, value_text


@pytest.mark.parametrize(
    ("unit", "value", "low", "high", "printed", "beside"),
    [
        # Rounded by itself it would stand below its own interval: 0.00 in 0.003 to 0.004.
        ("coefficient", 0.0034, 0.0030, 0.0038, "0.003", "0.003 to 0.004"),
        ("coefficient", 0.0494, -0.0021, 0.1, "0.05", "−0.002 to 0.100"),
        ("coefficient", 0.25, 0.10, 0.40, "0.25", "0.10 to 0.40"),
        # One decimal of a difference, two of the end that would else be printed as zero.
        ("points", -0.083, -0.165, -0.0002, "−8.3", "−16.50 to −0.02"),
        ("points", -0.0004, -0.0007, -0.0002, "−0.04", "−0.07 to −0.02"),
    ],
)
def test_a_value_is_printed_inside_its_interval(unit, value, low, high, printed, beside):
    digits = 2 if unit == "coefficient" else 1
    estimate = Estimate(
        area="a", outcome="recidivism", estimand="x", unit=unit, value=value, low=low, high=high,
        interval="confidence", level=0.95, digits=digits, disclosure="passed",
    )  # fmt: skip

    assert (value_text(estimate, "en"), interval_text(estimate, "en")) == (printed, beside)
    assert value_piece(estimate, "en").text == printed
