"""Points of a scheme: earned and spent, by whom, and how far they are those of a few."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evalkit.cohort import Cohort
from evalkit.disclosure import Cells, counted, part, people, ratio
from evalkit.outcomes.analysis import (
    Absent,
    Drawn,
    Yielded,
    analysis,
    handed_in,
    lacking,
    measure,
    refused,
)
from evalkit.outcomes.reach.uneven import Uneven, uneven
from evalkit.outcomes.report import Refusal, Report
from evalkit.table import ask

POINTS = "points"
# Points are told apart to a hundredth: no scheme gives finer ones.
FINE = 2


@dataclass(frozen=True, kw_only=True)
class Points(Drawn):
    """The points of an area; the cohort's rows are how many ``persons`` ``earned`` so many.

    And ``spent`` so many: sums of all their entries.

    Parameters
    ----------
    told : mapping of str to int
        Entries that tell how many points were "earned", and "spent"; a scheme's list may
        leave either empty where there were none.
    idle : int
        People with an entry by which nothing was earned or spent.
    """

    told: Mapping[str, int] = field(repr=False)
    idle: int

    def persons(self, column: str) -> int:
        """Return how many people have more than nothing of a column."""
        frame = self.cohort.frame
        return int(frame.loc[frame[column] > 0, "persons"].sum())


def draw_points(report: Report) -> Points | Refusal:
    """Draw the points of an area.

    Parameters
    ----------
    report : Report
        An opened reach report.

    Returns
    -------
    Points or Refusal
        A refusal where the area handed in no list of points.
    """
    held = handed_in(report, POINTS)
    if held is None:
        return lacking(report, "point_people", "no_points")
    (table,) = held
    rows = table.expression()
    told = ask(rows.aggregate(earned=rows.earned.count(), spent=rows.spent.count())).iloc[0]
    earned, spent = rows.earned.fill_null(0), rows.spent.fill_null(0)
    each = rows.group_by("person_id").aggregate(
        earned=earned.sum().round(FINE), spent=spent.sum().round(FINE),
        idle=((earned == 0) & (spent == 0)).any(),
    )  # fmt: skip
    cube = ask(each.group_by(["earned", "spent", "idle"]).aggregate(persons=each.count()))
    made = cube.groupby(["earned", "spent"], sort=True)["persons"].sum().reset_index()
    return Points(
        report=report,
        cohort=Cohort(made, (), table),
        deviations=(),
        estimates=(),
        told={name: int(told[name]) for name in ("earned", "spent")},
        idle=int(cube.loc[cube["idle"], "persons"].sum()),
    )


@analysis("point_people")
def points(drawn: Points, top: Sequence[float], level: float) -> Iterator[Yielded]:
    """Count points and those who earned and spent them.

    Parameters
    ----------
    drawn : Points or Refusal
        From `draw_points`.
    top : sequence of float
        Shares of those who earned any, each between 0 and 1.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Result or Refusal
        ``point_people[of]`` and ``point_sum[of]``, people with points and their points, of
        those "earned" and "spent"; ``point_unspent``, the share of those who earned any and
        spent none; ``top_points[top]`` and ``points_gini``, how far the points earned are
        those of a few; ``point_fault[fault]``: people who spent more than they earned
        ("overdrawn"), or with an entry of nothing ("idle"). What is spent is absent where no
        entry tells it. Refused where no entry tells points earned.
    """
    report, frame = drawn.report, drawn.cohort.frame
    earners = frame[frame["earned"] > 0]
    if not drawn.told["earned"] or earners.empty:
        raise refused(report, "none_earned")
    spending = bool(drawn.told["spent"])
    for of in ("earned", "spent") if spending else ("earned",):
        whom = drawn.persons(of)
        total = round(float((frame[of] * frame["persons"]).sum()))
        about: dict[str, Any] = dict(
            dims=(("of", of),), digits=0, definition=report.term(f"points.{of}")
        )
        yield measure("point_people", people(whom), by=counted, unit="persons", **about)
        yield measure(
            "point_sum", Cells((total,), (whom,)), by=lambda n: {"value": float(n)},
            unit="credits", **about,
        )  # fmt: skip
    if spending:
        unspent = int(earners.loc[earners["spent"] == 0, "persons"].sum())
        whole = int(earners["persons"].sum())
        yield measure("point_unspent", part(unspent, whole), by=ratio, unit="share")
    else:
        yield Absent("point_unspent", refused(report, "none_spent"))
    told = Uneven(
        earners["earned"], earners["persons"], top="top_points", index="points_gini",
        named="points.top", method="method.gini_points",
    )  # fmt: skip
    yield from uneven(drawn, told, top, level)
    over = int(frame.loc[frame["spent"] > frame["earned"], "persons"].sum())
    for fault, many in (("overdrawn", over), ("idle", drawn.idle)):
        if many:
            yield measure(
                "point_fault", people(many), by=counted, unit="persons", digits=0,
                dims=(("fault", fault),), definition=report.term(f"points.{fault}"),
            )  # fmt: skip
