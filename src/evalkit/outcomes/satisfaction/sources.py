"""What the public, a third party and departments say, each by itself and never added up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from evalkit.cohort import Cohort
from evalkit.disclosure import NOBODY, Cells, ratio
from evalkit.estimators.counted_share import counted_share
from evalkit.estimators.worst_case import worst_case
from evalkit.outcomes.analysis import Drawn, Measure, Yielded, analysis, measure
from evalkit.outcomes.report import Refusal, Report, refuse
from evalkit.schema import load_schema
from evalkit.words import Term

ASSESSMENTS = "assessments"


@dataclass(frozen=True, kw_only=True)
class Assessed(Drawn):
    """The assessments of an area, one row each."""


def draw_sources(report: Report) -> Assessed | Refusal:
    """Draw the assessments of an area.

    Parameters
    ----------
    report : Report
        An opened satisfaction report; a survey is not needed.

    Returns
    -------
    Assessed or Refusal
        A refusal where the area handed in none.
    """
    table = report.office(ASSESSMENTS)
    if table is None or not table.n:
        reason, passes = (report.term(f"{k}.no_assessments") for k in ("reason", "would_pass"))
        return refuse(report, "source_count", reason, passes)
    cohort = Cohort(table.frame.reset_index(drop=True), (), table)
    return Assessed(report=report, cohort=cohort, deviations=(), estimates=())


@analysis("source_count")
def sources(assessed: Assessed, level: float) -> Iterator[Yielded]:
    """Return what each source says: how many were asked, answered and satisfied; its scores.

    Parameters
    ----------
    assessed : Assessed or Refusal
        From `draw_sources`.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Result or Refusal
        Of each source that the data have: ``source_count[source]`` assessments;
        ``source_good[source]``, satisfied out of those who answered, with an interval that
        takes an assessment's people as one cluster; ``source_bounds[source]``, of all who were
        asked if none and if all of the silent were satisfied; ``source_score[source]``, the
        median score where all are on one scale. No number is of two sources.
    """
    frame = assessed.cohort.frame
    for code, choice in load_schema(ASSESSMENTS).columns["assessed_by"].choices.items():
        part = frame[frame["assessed_by"] == code]
        if part.empty:
            continue
        text = {lang: choice.label.text[lang] for lang in assessed.report.languages}
        about: dict[str, Any] = dict(dims=(("source", code),), group=Term(code, text))
        n = float(len(part))
        yield measure("source_count", NOBODY, value=n, unit="rows", digits=0, **about)
        yield _good(assessed, part, level, about)
        yield _bounds(assessed, part, about)
        yield _score(assessed, part, about)


def _good(
    assessed: Assessed, part: pd.DataFrame, level: float, about: Mapping[str, Any]
) -> Measure:
    report = assessed.report
    known = part[part["good"].notna() & part["answered"].notna()].astype(
        {"good": int, "answered": int}
    )
    good, answered = int(known["good"].sum()), int(known["answered"].sum())
    described = {**about, "unit": "share"}
    if answered < report.plan.min_people:
        key = "source_no_answers" if not answered else "fewer_people"
        return measure(
            "source_good",
            **described,
            reason=report.term(f"reason.{key}", n=report.plan.min_people),
        )
    each = [1] * len(known)
    return measure(
        "source_good",
        Cells((good, answered), (good, answered, answered - good)),
        by=ratio,
        model=lambda: counted_share(known["good"], known["answered"], each, level=level),
        row=True,
        **described,
        interval="confidence",
        level=level,
        method=report.term("method.source_share"),
    )


def _bounds(assessed: Assessed, part: pd.DataFrame, about: Mapping[str, Any]) -> Measure:
    report = assessed.report
    columns = ["asked", "answered", "good"]
    known = part[part[columns].notna().all(axis=1)]
    asked, answered, good = (int(known[name].sum()) for name in columns)
    described = {**about, "unit": "share"}
    # Of some of the assessments alone they would be bounds of another share.
    if answered < report.plan.min_people or len(known) < int(part["good"].notna().sum()):
        return measure("source_bounds", **described, reason=report.term("reason.source_not_asked"))
    return measure(
        "source_bounds",
        Cells((good, answered, asked), (good, answered - good, asked - answered)),
        by=_ends,
        **described,
        interval="bounds",
        method=report.term("method.bounds"),
    )


def _ends(good: int, answered: int, asked: int) -> dict[str, Any]:
    found = worst_case(good, answered, asked)
    return {"low": found.least, "high": found.most, "n": asked, "events": answered}


def _score(assessed: Assessed, part: pd.DataFrame, about: Mapping[str, Any]) -> Measure:
    report, scored = assessed.report, part[part["score"].notna()]
    scales = scored[["scale_min", "scale_max"]].drop_duplicates()
    described = {**about, "unit": "mean", "digits": 1}
    if scored.empty or len(scales) > 1 or bool(scales.isna().any(axis=None)):
        key = "source_scales" if len(scored) else "source_no_scores"
        return measure("source_score", **described, reason=report.term(f"reason.{key}"))
    low, high = (float(x) for x in scales.iloc[0])
    return measure(
        "source_score",
        NOBODY,
        value=float(scored["score"].median()),
        **described,
        definition=report.term("sources.scale", low=low, high=high),
    )
