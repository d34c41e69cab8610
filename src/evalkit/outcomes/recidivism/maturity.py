"""When a cohort will have been followed long enough: by its own dates, never by today's."""

from __future__ import annotations

import pandas as pd

from evalkit import cohort as people
from evalkit.outcomes.recidivism.followed import Followed, rules_of

# Steps of the flow that lose people to the calendar.
AWAITED = ("mature", "followed")


def matures_on(followed: Followed, n: int) -> str | None:
    """Return the date that records must reach for so many of each group to be followed up.

    Parameters
    ----------
    n : int
        People in each group.

    Returns
    -------
    str or None
        The last day of a month, so that it is nobody's index date, as ISO writes it; None
        where no date is known, or waiting alone does not suffice.
    """
    report = followed.report
    cases = followed.cases
    if cases is None:
        return None
    rules = rules_of(report, followed.table, followed.definition, followed.subset)
    frame = followed.table.frame
    count = pd.Series(True, index=frame.index)
    for rule in rules:
        count &= rule.mask(frame) if rule.code not in AWAITED else True
    waited = followed.window
    waited += people.WAITING if followed.definition == people.PROVEN else 0
    # Row by row, as the follow-up was made of the case files.
    dates = cases.frame["index_date"].reset_index(drop=True)
    last = []
    for code in followed.groups:
        began = dates[count & (frame["group"] == code)].dropna().sort_values()
        if len(began) < n:
            return None
        last.append(began.iloc[n - 1] + pd.Timedelta(days=waited))
    return (max(last) + pd.offsets.MonthEnd(0)).date().isoformat()
