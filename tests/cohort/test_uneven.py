"""How likely it is that one group's contacts are missing where the other's are found."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency

from evalkit.cohort.uneven import MONTH, Part, by_months, by_value, uneven, uneven_runs

# Of as many people and contacts as in the other group.
REST = Part(40, 40, 200, 200)


def near(value):
    # The same sums in another order: a few units in the last place of a double.
    return pytest.approx(value, rel=1e-12)


def test_a_part_without_contacts_is_as_likely_as_so_many_coins_of_one_side():
    # Of 20 contacts there each is one group's or the other's by a coin; one of two parts.
    assert uneven([Part(0, 20, 100, 100), REST]) == near(2 * 0.5**20)


@pytest.mark.parametrize(("theirs", "chance"), [(10, 2 * 0.5**10), (9, 1.0)])
def test_fewer_than_five_expected_tell_nothing(theirs, chance):
    # Half of the contacts of a part are expected to be the group's.
    assert uneven([Part(0, theirs, 100, 100), REST]) == near(chance)


@pytest.mark.parametrize(
    ("mine", "theirs", "chance"),
    [
        # Ten are expected of 20: two are less than a quarter.
        (2, 18, 2 * (1 + 20 + 190) * 0.5**20),
        # Eight are expected of 16: two are a quarter, one is less.
        (2, 14, 1.0),
        (1, 15, 2 * (1 + 16) * 0.5**16),
    ],
)
def test_nearly_none_is_less_than_a_quarter_of_what_is_expected(mine, theirs, chance):
    assert uneven([Part(mine, theirs, 100, 100), REST]) == near(chance)


def test_what_is_expected_follows_the_rates_outside_the_part():
    # Half the rate outside: of each contact in the part a third is the group's.
    assert uneven([Part(0, 20, 100, 100), Part(20, 40, 200, 200)]) == near(2 * (2 / 3) ** 20)
    # Twice the people of the group in the part: two thirds.
    assert uneven([Part(0, 20, 200, 100), REST]) == near(2 * (1 / 3) ** 20)
    # Outside it is found in half the people: its rate there is twice the other's.
    assert uneven([Part(0, 20, 100, 100), Part(40, 40, 100, 200)]) == near(2 * (1 / 3) ** 20)


@pytest.mark.parametrize(
    "parts",
    [
        [Part(0, 20, 0, 100), REST],
        [Part(0, 20, 100, 100), Part(0, 40, 200, 200)],
        [Part(0, 20, 100, 100), Part(40, 0, 200, 200)],
        [Part(0, 20, 100, 100), Part(40, 40, 0, 200)],
        [Part(0, 20, 100, 100), Part(40, 40, 200, 0)],
        [Part(0, 0, 100, 100), Part(0, 0, 200, 200)],
    ],
)
def test_where_there_is_nothing_to_compare_with_nothing_is_told(parts):
    assert uneven(parts) == 1.0


def several(mine, theirs, my_size=100, their_size=100):
    return [Part(*pair, my_size, their_size) for pair in zip(mine, theirs, strict=True)]


def likelihood_ratio(mine, theirs):
    """The p-value of a table of counts by the likelihood ratio, of another library."""
    return chi2_contingency([mine, theirs], correction=False, lambda_="log-likelihood").pvalue


def test_several_parts_that_are_thin_are_judged_together_by_a_stricter_limit():
    mine, theirs = (4, 4, 4, 38), (13, 13, 13, 11)
    p = likelihood_ratio(mine, theirs)

    # A tenth of the limit: so the chance counts ten times.
    assert uneven(several(mine, theirs)) == near(10 * p)
    # Half the people and twice the rate: the same is expected.
    assert uneven(several(mine, theirs, 100, 200)) == near(10 * p)


def test_parts_of_half_of_what_is_expected_are_not_thin():
    assert uneven(several((5, 5, 5, 25), (15, 15, 5, 5))) == 1.0


def test_a_part_without_any_of_the_group_adds_nothing_for_it():
    mine, theirs = (0, 4, 4, 42), (8, 13, 13, 16)
    p = likelihood_ratio(mine, theirs)

    assert uneven(several(mine, theirs)) == near(10 * p)


def test_of_two_parts_each_is_judged_by_itself_only():
    # Less than half of what is expected, and more than a quarter.
    assert uneven(several((4, 36), (14, 26))) == 1.0
    assert uneven(several((4, 4, 32), (14, 14, 12))) < 0.01


def test_a_part_without_contacts_of_anybody_is_none_of_several():
    assert uneven(several((4, 36, 0), (14, 26, 0))) == 1.0


@pytest.mark.parametrize(("runs", "own"), [(2, 4.0), (8, 8.0), (50, 20.0)])
def test_of_overlapping_runs_few_are_of_their_own(runs, own):
    whole, run = Part(40, 60, 300, 300), Part(0, 20, 100, 100)

    # Twice the root of twice as many.
    assert uneven_runs(whole, [run] * runs) == near(own * 0.5**20)


def test_no_run_tells_nothing():
    assert uneven_runs(REST, []) == 1.0


def test_who_has_no_value_is_a_part():
    values = pd.Series(["a", "a", None, "b", None], dtype=object)
    mine = pd.Series([True, False, True, True, False])
    found = pd.Series([True, True, False, True, True])

    parts = by_value(values, mine, found)

    assert parts == [Part(0, 1, 1, 1), Part(1, 1, 1, 1), Part(1, 0, 1, 0)]


def test_months_hold_the_days_at_risk_and_the_contacts_of_both_groups():
    # Five months; the second person comes a month later, the third is lost after two.
    day = pd.Timestamp("2023-01-01")
    start = pd.Series([day, day + pd.Timedelta(days=31), day])
    days = pd.Series([150.0, 120.0, 60.0])
    mine = pd.Series([True, True, False])
    contact = pd.Series([45.0, np.nan, 10.0])

    whole, runs = by_months(start, days, mine, contact)

    assert whole == Part(1, 1, 270, 60)
    # Of three months and of four: what is shorter may well be empty, five are everything.
    assert len(runs) == 5
    first = runs[0]
    assert (first.mine, first.theirs) == (1, 1)
    assert (first.my_size, first.their_size) == (near(6 * MONTH - 31), 60)
    from_the_second = runs[2]
    assert (from_the_second.mine, from_the_second.theirs) == (1, 0)
    assert from_the_second.their_size == near(60 - MONTH)


def test_nobody_makes_no_months():
    nothing = pd.Series(dtype=float)
    dates = pd.Series(dtype="datetime64[ns]")

    whole, runs = by_months(dates, nothing, pd.Series(dtype=bool), nothing)

    assert whole == Part(0, 0, 0, 0) and runs == []
