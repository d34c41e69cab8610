"""School and work of the young people: an overlap table, never a sum, and never recidivism."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from evalkit.disclosure import counted, people
from evalkit.outcomes.analysis import Yielded, analysis, measure
from evalkit.outcomes.recidivism.followed import Followed

# What counts as being at school, and as being in work; training is neither.
AT = {"school": ("enrolled", "returned"), "work": ("employed",)}
STATES = ("yes", "no", "unrecorded")


@analysis("milestone")
def milestones(followed: Followed, window: int) -> Iterator[Yielded]:
    """Count who was at school, in work, both or neither, by the last record of each.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    window : int
        Days after the index date up to which a record counts.

    Returns
    -------
    Result or Refusal
        ``milestone[group, school, work]``: people with a case file and consent, each in one
        cell ("yes", "no" or "unrecorded"), of each group of which anything is recorded.
        Nothing where no table of school and work was handed in, or of fewer people in a
        group than the plan asks for.
    """
    report = followed.report
    cases = followed.cases
    rows = report.office("milestones") if report.from_offices else None
    if cases is None or rows is None:
        return
    frame = cases.frame.set_index("person_id")
    frame = frame[frame["consent"].fillna(False).astype(bool)]
    last = {kind: _last(frame, rows.frame, kind, window) for kind in AT}
    for code in followed.groups:
        some = frame["assigned"] == code
        state = {kind: found[some] for kind, found in last.items()}
        # Of few people each cell but one would name somebody.
        if int(some.sum()) < report.plan.min_people:
            continue
        if all((found == "unrecorded").all() for found in state.values()):
            continue
        for school in STATES:
            for work in STATES:
                n = int(((state["school"] == school) & (state["work"] == work)).sum())
                yield measure(
                    "milestone",
                    people(n),
                    by=counted,
                    dims=(("group", code), ("school", school), ("work", work)),
                    unit="persons",
                    digits=0,
                    group=report.study.label(code),
                    window=report.term("window.day", n=window),
                )


def _last(frame: pd.DataFrame, rows: pd.DataFrame, kind: str, window: int) -> pd.Series:
    """Return each person's state by the last record of a kind from the index date on."""
    own = rows[(rows["kind"] == kind) & rows["person_id"].isin(frame.index)]
    day = (own["date"] - own["person_id"].map(frame["index_date"])).dt.days
    own = own[(day >= 0) & (day <= window)].sort_values("date", kind="stable")
    status = own.drop_duplicates("person_id", keep="last").set_index("person_id")["status"]
    status = status.reindex(frame.index)
    found = status.isin(AT[kind]).map({True: "yes", False: "no"})
    return found.where(status.notna(), "unrecorded")
