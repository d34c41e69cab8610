"""Those who answered beside the frame from which they were drawn."""

from __future__ import annotations

import functools
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from evalkit.disclosure import part
from evalkit.disclosure.safe import ratio
from evalkit.outcomes.analysis import Yielded, analysis, measure
from evalkit.outcomes.labels import Part, pool_few, value_label
from evalkit.outcomes.report import Result
from evalkit.outcomes.satisfaction.answers import Answers
from evalkit.words import Term

# By how much the weights may stand for more or fewer people than the frame holds.
APART = 0.10
OF = ("frame", "asked", "answered", "weighted")


@dataclass(frozen=True)
class Represented(Result):
    """Respondents beside the frame.

    Parameters
    ----------
    largest : float or None
        Largest difference of shares between those who answered, weighted, and the frame.
    stood_for : float or None
        People that the weights of everyone asked stand for, over the frame's.
    """

    largest: float | None = None
    stood_for: float | None = None


@analysis("frame_share", result=Represented)
def represented(answers: Answers) -> Generator[Yielded, None, Any]:
    """Compare who answered with the frame, stratum by stratum.

    Parameters
    ----------
    answers : Answers or Refusal
        From `draw_answers`.

    Returns
    -------
    Result or Refusal
        ``frame_share[of, stratum]``: shares of the people of the frame, of those asked, of those
        who answered, and of these as weighted. Nothing where the frame, or the stratum of
        those asked, was not handed in, or a part of those asked was chosen: the frame counts
        the others too. ``frame_missed`` is the share of the frame's people in strata from which
        nobody was asked, where there are such.
    """
    frame = _frame(answers) if answers.whole_sample else None
    if frame is None:
        return {}
    table = answers.table
    last = table.frame[table.frame["last_wave"]]
    if not (last["weight"] > 0).all():
        return {}
    told = last[last["answered"]]
    whole = float(frame["persons"].sum())
    weighted = float(told["weight"].sum())
    if not weighted > 0:
        return {}
    gaps = []
    for stratum, name, inside in _strata(answers, frame, last):
        place = frame["stratum"].isin(inside)
        persons = int(frame.loc[place, "persons"].sum())
        asked, answered = (int(f["stratum"].isin(inside).sum()) for f in (last, told))
        stands = float(told.loc[told["stratum"].isin(inside), "weight"].sum()) / weighted
        gaps.append(abs(stands - persons / whole))
        about: dict[str, Any] = dict(
            unit="share",
            definition=name,
            population=answers.report.study.label(answers.item),
        )
        counts = {
            "frame": (persons, int(whole)),
            "asked": (asked, len(last)),
            "answered": (answered, len(told)),
        }
        for of, (n, base) in counts.items():
            dims = (("of", of), ("stratum", stratum))
            yield measure("frame_share", part(n, base), by=ratio, dims=dims, **about)
        yield measure(
            "frame_share",
            part(answered, len(told)),
            model=functools.partial(float, stands),
            dims=(("of", "weighted"), ("stratum", stratum)),
            **about,
        )
    yield from _missed(answers, frame, last)
    return {
        # Of one stratum alone, or of several joined to one, everybody is of it.
        "largest": max(gaps) if len(gaps) > 1 else None,
        "stood_for": float(last["weight"].sum()) / whole if answers.weighted else None,
    }


def _missed(answers: Answers, frame: pd.DataFrame, last: pd.DataFrame) -> Iterator[Yielded]:
    """Yield what part of the frame's people live in strata from which nobody was asked."""
    missed = int(frame.loc[~frame["stratum"].isin(last["stratum"]), "persons"].sum())
    if missed > 0:
        yield measure(
            "frame_missed",
            part(missed, int(frame["persons"].sum())),
            by=ratio,
            unit="share",
            population=answers.report.study.label(answers.item),
        )


def _frame(answers: Answers) -> pd.DataFrame | None:
    """Return the units of the last wave's frame; None where it does not hold them all."""
    report, table = answers.report, answers.table.frame
    found = report.office("survey_frame") if report.from_offices else None
    if found is None or "last_wave" not in table:
        return None
    last = table[table["last_wave"]]
    rows = found.frame
    rows = rows[rows["wave"].isin(last["wave"]) & rows["instrument"].isin(last["instrument"])]
    whole = len(rows) and rows["stratum"].notna().all() and rows["persons"].notna().all()
    # Strata under other names would be strata that nobody was asked from.
    named = last["stratum"].isin(rows["stratum"]).all()
    return rows if whole and named and rows["persons"].sum() > 0 else None


def _strata(
    answers: Answers, frame: pd.DataFrame, last: pd.DataFrame
) -> list[tuple[str, Term, list[str]]]:
    """Return code, name and values of each stratum; those with few people are one."""
    report = answers.report
    parts = [Part(str(v), str(v), group) for v, group in last.groupby("stratum", sort=True)]
    pooled = pool_few(report, answers.table, "stratum", parts)
    named = [one for one in pooled if one.value]
    # A name that an office wrote is no code: in another language it would be a foreign word.
    found = [
        (f"stratum_{place}", value_label(report, p.code, "stratum", p.value), [p.value])
        for place, p in enumerate(named, start=1)
    ]
    every = set(frame["stratum"]) | set(last["stratum"])
    rest = sorted(every - {one.value for one in named})
    if rest:
        found.append(("others", report.term("group.pooled"), rest))
    return found
