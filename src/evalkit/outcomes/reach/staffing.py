"""Whether activities were staffed by the rule: social workers and volunteers who were there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from evalkit.cohort import Cohort
from evalkit.disclosure import NOBODY
from evalkit.errors import UsageError
from evalkit.outcomes.analysis import Drawn, Yielded, analysis, handed_in, lacking, measure, refused
from evalkit.outcomes.reach.dated import served_sessions
from evalkit.outcomes.report import Refusal, Report
from evalkit.table import Table, ask

SESSIONS, ROSTER = "sessions", "roster"
WORKERS, HELPERS = "social_worker", "volunteer"
# A month of fewer activities shows chance.
FEWEST = 5


@dataclass(frozen=True, kw_only=True)
class Staffing(Drawn):
    """The activities of an area; the cohort's rows are how many ``activities`` a ``month`` held.

    With so many ``workers`` and ``helpers`` present.

    Parameters
    ----------
    unlisted : int
        Activities of which no list says who was on duty, or whether they were there.
    """

    unlisted: int

    @property
    def tables(self) -> tuple[Table, ...]:
        """The list of activities and that of duty."""
        roster = self.report.office(ROSTER)
        assert roster is not None
        return (self.table, roster)


def draw_staffing(report: Report) -> Staffing | Refusal:
    """Draw the activities of an area with who was on duty.

    Parameters
    ----------
    report : Report
        An opened reach report.

    Returns
    -------
    Staffing or Refusal
        A refusal where activities or the duty list were not handed in.
    """
    held = handed_in(report, SESSIONS, ROSTER)
    if held is None:
        return lacking(report, "staffed_share", "no_roster")
    sessions, roster = held
    duty = roster.expression()
    there = {
        role: duty.count(where=duty.present & (duty.role == role)) for role in (WORKERS, HELPERS)
    }
    each = duty.group_by("session_id").aggregate(
        workers=there[WORKERS], helpers=there[HELPERS],
        # Where it is not known of somebody, it is not of the activity.
        known=duty.present.notnull().all() & duty.role.notnull().all(),
    )  # fmt: skip
    # Trainings and supervision are of staff alone, and follow no rule of this kind.
    own = served_sessions(report)
    assert own is not None
    own = own.select("session_id", "date")
    both = own.left_join(each, "session_id")
    told = both.mutate(month=both.date.truncate("M"), known=both.known.fill_null(False))
    cube = ask(
        told.group_by(["month", "workers", "helpers", "known"]).aggregate(activities=told.count())
    )
    known = cube[cube["known"]].drop(columns="known").astype({"workers": int, "helpers": int})
    made = known.sort_values(["month", "workers", "helpers"], ignore_index=True)
    return Staffing(
        report=report,
        cohort=Cohort(made, (), sessions),
        deviations=(),
        estimates=(),
        unlisted=int(cube.loc[~cube["known"], "activities"].sum()),
    )


@analysis("staffed_share")
def staffing(drawn: Staffing, workers: int, helpers: int) -> Iterator[Yielded]:
    """Return the share of activities that were staffed by the rule.

    Parameters
    ----------
    drawn : Staffing or Refusal
        From `draw_staffing`.
    workers, helpers : int
        Social workers and volunteers who must be there, each at least 0.

    Returns
    -------
    Result or Refusal
        ``staffed_share`` of all activities of which it is known: counted, and no sample;
        ``staffed_month[month]`` of each month with at least 5 of them, in order;
        ``staffed_unknown``, activities of which it is not known. Activities are nobody's: they
        are counted and not rounded. Refused where it is known of none.

    Raises
    ------
    UsageError
        If a number is below 0.
    """
    for name, number in (("workers", workers), ("helpers", helpers)):
        if number < 0:
            raise UsageError("choice_value", choice=name, found=str(number), allowed=">= 0")
    report, frame = drawn.report, drawn.cohort.frame
    kept = frame["activities"].where(
        (frame["workers"] >= workers) & (frame["helpers"] >= helpers), 0
    )
    whole = int(frame["activities"].sum())
    if not whole:
        raise refused(report, "roster_unmatched")
    rule = report.term("staffing.rule", workers=workers, helpers=helpers)
    about: dict[str, Any] = dict(unit="share", definition=rule, table=drawn.tables)
    yield measure(
        "staffed_share", NOBODY, by=_alone(int(kept.sum()) / whole),
        population=report.term("staffing.of", n=whole), **about,
    )  # fmt: skip
    by_month = pd.DataFrame({"kept": kept, "n": frame["activities"]}).groupby(frame["month"]).sum()
    for month, row in by_month[by_month["n"] >= FEWEST].iterrows():
        part = float(row["kept"] / row["n"])
        yield measure(
            "staffed_month", NOBODY, by=_alone(part), dims=(("month", f"{month:%Y-%m}"),),
            window=report.term("staffing.month", month=f"{month:%Y-%m}"), **about,
        )  # fmt: skip
    if drawn.unlisted:
        yield measure(
            "staffed_unknown", NOBODY, by=_alone(float(drawn.unlisted)), unit="sessions", digits=0,
            definition=report.term("staffing.unknown"), table=drawn.tables,
        )  # fmt: skip


def _alone(value: float) -> Any:
    return lambda: {"value": value}
