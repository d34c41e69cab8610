"""Whole months: those of which a list holds everything, as far as its own days tell."""

from __future__ import annotations

import pandas as pd

# A list in which something stands in the first and last week of a month holds the month.
WEEK = 7


def whole_months(days: pd.Series) -> pd.Index:
    """Return the months of which a list of dated rows is taken to hold everything.

    Parameters
    ----------
    days : pandas.Series of datetime
        Days on which anything stands in the list.

    Returns
    -------
    pandas.Index
        First days of the months, in order: of each the list holds something, and of the first
        and last one it does in their first or last week. A month without any row is not
        known: nothing happened, or nobody wrote it down.
    """
    there = pd.DatetimeIndex(sorted(set(days.dropna())))
    if there.empty:
        return there
    months = there.to_period("M").unique()
    first, last = there[0], there[-1]
    late = first.day > WEEK
    early = last.days_in_month - last.day >= WEEK
    kept = [
        month.start_time
        for month in months
        if not (late and month == months[0]) and not (early and month == months[-1])
    ]
    return pd.DatetimeIndex(kept)
