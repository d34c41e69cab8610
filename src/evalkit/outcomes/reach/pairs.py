"""Pairings: whether each was visited as often as a stated rule asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from evalkit.cohort import Cohort
from evalkit.disclosure import Cells, counted, people
from evalkit.errors import UsageError
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
from evalkit.outcomes.report import Refusal, Report

PAIRS = "pairs"
MONTHS_OF_DAY = 12 / 365.25
# Twelve months of a leap year are no 11.99 on a machine.
ROUNDING = 1e-9
FAULTS = ("short", "untold", "later")


@dataclass(frozen=True, kw_only=True)
class Pairs(Drawn):
    """The pairings of an area, one row each.

    The cohort's rows have ``person``, the child; ``months``, how long the pairing has lasted;
    ``visits``; and the faults ``short`` (fewer visits in all than home and school visits
    together), ``untold`` (no number of visits) and ``later`` (begun after the last day).

    Parameters
    ----------
    until : pandas.Timestamp
        Day up to which a pairing is counted: the one given, or the last on which one began.
    whole : bool
        Whether the months are all that a pairing has lasted, and not only at least so many:
        the day was given, or every pairing had ended by then.
    """

    until: pd.Timestamp
    whole: bool

    @property
    def sound(self) -> pd.DataFrame:
        """The pairings without a fault."""
        frame = self.cohort.frame
        return frame[~frame[list(FAULTS)].any(axis=1)]


def draw_pairs(report: Report, until: str = "") -> Pairs | Refusal:
    """Draw the pairings of an area.

    Parameters
    ----------
    report : Report
        An opened reach report.
    until : str
        Day on which the list was drawn up, as 2025-06-30. Where it is not given a pairing is
        counted up to the last day on which one of the list began: it has lasted at least so
        long, so that the rule is kept by at most as many as are told.

    Returns
    -------
    Pairs or Refusal
        A refusal where the area handed in no list of pairings.

    Raises
    ------
    UsageError
        If the day is none.
    """
    day = _day(until)
    held = handed_in(report, PAIRS)
    if held is None:
        return lacking(report, "pair_kept", "no_pairs")
    (table,) = held
    rows = table.frame
    last = day if day is not None else pd.Timestamp(rows["start"].max())
    ended = rows["end"].where(rows["end"] < last, last)
    parts = rows["home_visits"].fillna(0) + rows["school_visits"].fillna(0)
    told = parts.astype(float).where(rows[["home_visits", "school_visits"]].notna().all(axis=1))
    made = pd.DataFrame(
        {
            "person": rows["person_id"],
            "months": (ended - rows["start"]).dt.days * MONTHS_OF_DAY,
            # Where no sum is given, home and school visits are all that is told.
            "visits": rows["visits"].astype(float).fillna(told),
            "short": (rows["visits"] < parts).fillna(False).astype(bool),
            "untold": rows["visits"].isna() & told.isna(),
            "later": rows["start"] > last,
        }
    ).reset_index(drop=True)
    return Pairs(
        report=report,
        cohort=Cohort(made, (), table),
        deviations=(),
        estimates=(),
        until=last,
        whole=day is not None or bool((rows["end"] <= last).all()),
    )


def _day(until: str) -> pd.Timestamp | None:
    if not until:
        return None
    try:
        day = date.fromisoformat(until)
    except ValueError:
        day = date.max
    if day > date.today():
        # Nobody has drawn up a list of days to come.
        raise UsageError("choice_value", choice="until", found=until, allowed="YYYY-MM-DD")
    return pd.Timestamp(day)


@analysis("pair_kept")
def pairs(drawn: Pairs, per_month: float) -> Iterator[Yielded]:
    """Return how many pairings were visited as often as a rule asks for.

    Parameters
    ----------
    drawn : Pairs or Refusal
        From `draw_pairs`.
    per_month : float
        Visits that the rule asks for in a month of a pairing, above 0.

    Returns
    -------
    Result or Refusal
        ``pair_count``, pairings, and ``pair_people``, children; ``pair_none``, the share of
        pairings never visited; of those that have lasted long enough for a visit to be asked
        for: ``pair_visits[of]``, visits "made" and "asked", ``pair_over``, made for each one
        asked, and ``pair_kept``, the share with as many as asked. Where the months are at
        least so many, each of both is an upper bound, and of all pairings.
        ``pair_fault[fault]``, pairings that are left out of all these: with fewer visits in
        all than home and school visits ("short"), without a number of visits ("untold"), begun
        after the last day ("later"). Refused where none is left.

    Raises
    ------
    UsageError
        If no visit is asked for.
    """
    if not 0 < per_month < np.inf:
        raise UsageError(
            "choice_value", choice="per_month", found=f"{per_month:g}", allowed="x > 0"
        )
    report, frame, sound = drawn.report, drawn.cohort.frame, drawn.sound
    if sound.empty:
        raise refused(report, "no_pair_visits")
    whom = frame["person"].nunique()
    yield measure(
        "pair_count", Cells((len(frame),), (whom,)), by=counted, unit="pairings", digits=0
    )
    yield measure("pair_people", people(whom), by=counted, unit="persons", digits=0)
    yield measure("pair_none", _part(sound, sound["visits"] == 0), by=_share, unit="share")
    yield from _ruled(drawn, per_month)
    for fault in FAULTS:
        wrong = frame[frame[fault]]
        if len(wrong):
            yield measure(
                "pair_fault", Cells((len(wrong),), (wrong["person"].nunique(),)), by=counted,
                dims=(("fault", fault),), unit="pairings", digits=0,
                definition=report.term(f"pairs.{fault}"),
            )  # fmt: skip


def _ruled(drawn: Pairs, per_month: float) -> Iterator[Yielded]:
    """Yield what the rule asks for, and how far it was kept."""
    report, sound = drawn.report, drawn.sound
    asked = np.floor(per_month * sound["months"] + ROUNDING)
    rule = report.term("pairs.rule", per_month=per_month, until=f"{drawn.until:%Y-%m-%d}")
    if not (asked >= 1).any():
        key = "none_due" if drawn.whole else "none_due_known"
        yield Absent("pair_kept", refused(report, key))
        return
    # Later more pairings are due, and of these more may have been visited: at most all of them.
    counts = asked >= 1 if drawn.whole else asked >= 0
    due, asked = sound[counts], asked[counts]
    whom = due["person"].nunique()
    made, wanted = int(due["visits"].sum()), int(asked.sum())
    for of, many in (("made", made), ("asked", wanted)):
        yield measure(
            "pair_visits", Cells((many,), (whom,)), by=lambda n: {"value": float(n)},
            unit="visits", digits=0, dims=(("of", of),), definition=report.term(f"pairs.{of}"),
        )  # fmt: skip
    about: dict[str, Any] = dict(definition=rule)
    over, kept = (_over, _share) if drawn.whole else (_most_over, _most)
    if not drawn.whole:
        about["interval"] = "bounds"
    yield measure(
        "pair_over", Cells((made, wanted), (whom,)), by=over, unit="spread", digits=2, **about
    )
    yield measure("pair_kept", _part(due, due["visits"] >= asked), by=kept, unit="share", **about)


def _part(frame: pd.DataFrame, inside: pd.Series) -> Cells:
    """Return the cells of a share of pairings, behind which stand children."""
    sides = (frame["person"], frame.loc[inside, "person"], frame.loc[~inside, "person"])
    return Cells((int(inside.sum()), len(frame)), tuple(side.nunique() for side in sides))


def _share(part: int, whole: int) -> dict[str, Any]:
    return {"value": part / whole, "n": whole, "events": part}


def _most(part: int, whole: int) -> dict[str, Any]:
    return {"low": 0.0, "high": part / whole, "n": whole}


def _over(made: int, asked: int) -> dict[str, Any]:
    return {"value": made / asked}


def _most_over(made: int, asked: int) -> dict[str, Any]:
    return {"low": 0.0, "high": made / asked}
