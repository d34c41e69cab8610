"""English figures are read right, or refused; none is read wrong."""

from fractions import Fraction

import pytest

from evalkit.intake.figure_text import PrintedFigure, parse_figure

# Text; value, step, rounding, unit, read by hand. A share holds the number in per cent; what
# is said as a part of a whole is rounded as coarsely as it is said.
READ = [
    ("3,182 unique responses", 3182, 1, "exact", None),
    ("3182 responses", 3182, 1, "exact", None),
    ("2,024 responses", 2024, 1, "exact", None),
    ("over 1.2 million", 1_200_000, 100_000, "over", None),
    ("over 1.2 million people", 1_200_000, 100_000, "over", "persons"),
    ("2.5 million visits", 2_500_000, 100_000, "last_digit", "person_times"),
    ("RMB 1.2 million", 1_200_000, 100_000, "last_digit", "CNY"),
    ("about 1.25 billion yuan", 1_250_000_000, 10_000_000, "approx", "CNY"),
    ("5 hundred people", 500, 100, "last_digit", "persons"),
    ("at least 120 hours", 120, 1, "over", "hours"),
    ("no fewer than 40 teams", 40, 1, "over", "teams"),
    ("300+ people", 300, 1, "over", "persons"),
    ("just under 3,000 people", 3000, 1, "nearly", "persons"),
    ("some 300 people", 300, 1, "approx", "persons"),
    ("around 1,500 young people", 1500, 1, "approx", "persons"),
    ("200 volunteer hours", 200, 1, "exact", None),
    ("4.5 stars", "4.5", "0.1", "last_digit", None),
    ("300 people.", 300, 1, "exact", "persons"),
    ("23.4 per cent", "23.4", "0.1", "last_digit", "percent"),
    ("95 percent of parents", 95, 1, "last_digit", "percent"),
    ("about 95% of all the parents", 95, 1, "approx", "percent"),
    ("nearly half", 50, 10, "nearly", "percent"),
    ("more than half", 50, 10, "over", "percent"),
    ("almost half of all pupils", 50, 10, "nearly", "percent"),
    ("a quarter of parents", 25, 5, "last_digit", "percent"),
    ("three quarters of residents", 75, 5, "last_digit", "percent"),
    ("two fifths of the pupils", 40, 5, "last_digit", "percent"),
    ("1 in 5", 20, 5, "last_digit", "percent"),
    ("one in five children", 20, 5, "last_digit", "percent"),
    ("9 out of 10 parents", 90, 10, "last_digit", "percent"),
    ("1 in 100 children", 1, 1, "last_digit", "percent"),
]
REFUSED = {
    "a part without an end as a decimal": "about two thirds|one third|2 in 3|1 in 3",
    "no number": "a dozen|hundreds of people|dozens|"
        "several people|2 dozen people|3 score|a million",
    "a range": "10-15|10-15 people|10–15 people|"
        "10 to 15 people|between 10 and 15|1.2 to 1.3 million",
    "an ordinal or a name": "3rd|the third session|first 100 people|Grade 3|No. 5|COVID-19|24/7",
    "a year or a date": "2025|1950 responses|in 2024|2024 survey responses|"
        "12 May|May 12|12 June 2024|10 am",
    "a change": "3 percentage points|23% increase|up 23%|50 per cent points|23% of growth points",
    "a rate": "3 sessions per month|30 minutes a day|"
        "3 in 10 days|1 in 5 sessions a week|10 people/day",
    "an upper limit": "up to 50 people|fewer than 10|under 30|no more than 5 people|at most 3",
    "another number": "half a million people|half an hour|100 times|"
        "5% of 300|50 of 60 parents|4.5 out of 5",
    "several things": "3,182 people and 20 teams|30 people hours|"
        "300 people or more|more than over 5 people",
    "a measure": "5 star hotels|3 day course|20 years old|20-year-old|24 hour hotline",
    "a time": "more than a quarter|a quarter of the year|half of the day|half time",
    "badly written": "1,2 million|1,00,000 people|007 people|3 182 people|"
        "-5 people|10k people|1.2m|½ of them",
    "other money": "$1.2 million|RMB 5 people|¥500 a head|5 million dollars|20 cents",
    "not a tenth of one": "1.23456 thousand people|1 million million",
}  # fmt: skip


@pytest.mark.parametrize(("text", "value", "step", "rounding", "unit"), READ)
def test_a_figure_in_english_is_read_as_it_is_meant(text, value, step, rounding, unit):
    found = PrintedFigure(Fraction(value), Fraction(step), rounding, unit)

    assert parse_figure(text) == found
    assert parse_figure(text.upper()) == found
    assert parse_figure(f"  {text.replace(' ', '  ')} ") == found


@pytest.mark.parametrize("text", [t for texts in REFUSED.values() for t in texts.split("|")])
def test_what_is_not_wholly_one_figure_is_refused(text):
    assert parse_figure(text) is None
