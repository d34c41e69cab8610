"""Who was asked, and what the silent could make of the share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from evalkit.cohort import ANSWERED
from evalkit.disclosure import Cells, people
from evalkit.errors import Refused, UsageError
from evalkit.estimators.silent import tipping
from evalkit.outcomes.analysis import (
    STATED,
    Measure,
    Yielded,
    analysis,
    measure,
    refused,
)
from evalkit.outcomes.satisfaction.answers import Answers, top_of

INELIGIBLE = "not_eligible"
# As many people as weighted answers must be worth.
WORTH = 30


@analysis("silent_bounds")
def silent(answers: Answers, top: tuple[str, ...], threshold: float = 0.5) -> Iterator[Yielded]:
    """Return what the share could be, whatever those would say who did not answer.

    Parameters
    ----------
    answers : Answers or Refusal
        From `draw_answers`.
    top : tuple of str
        Answers that count as satisfied.
    threshold : float
        Share of all asked at which the finding turns, above 0 and below 1.

    Returns
    -------
    Result or Refusal
        ``silent_share`` of those asked who did not answer the question, and
        ``silent_bounds``: the share among all of them if none, and if all, of the silent
        were satisfied (Manski 1989); ``tipping``: the share of the silent that would have to be
        satisfied for the share of all to be the threshold, or that none would; all weighted
        where the answers are and all asked have a weight. Refused where the data do not hold
        who was asked.
    """
    report = answers.report
    top = top_of(answers, top)
    if not 0 < threshold < 1:
        raise UsageError(
            "choice_value", choice="threshold", found=f"{threshold:g}", allowed="0 < x < 1"
        )
    asked = asked_of(answers)
    if not answers.silent_known:
        raise refused(report, "silent_subset")
    told = asked["answered"] if "answered" in asked else asked["disposition"].isin(ANSWERED)
    good = told & asked["answer"].isin(top)
    groups = (good, told & ~good, ~told)
    counts = [int(group.sum()) for group in groups]
    # Of everyone asked: who is silent may stand for other numbers than who answered.
    weighted = "weight" in asked and bool(asked["weight"].nunique(dropna=False) > 1)
    check_weights(answers, asked)
    gate = report.gate(answers.table)
    weights = [float(asked["weight"][group].sum()) for group in groups] if weighted else []
    good_part, _, unknown = weights or [gate.count(n) for n in counts]
    whole = sum(weights or [gate.count(n) for n in counts])
    about: dict[str, Any] = dict(
        unit="share",
        population=report.study.label(answers.item),
        method=report.term("method.bounds_weighted" if weighted else "method.bounds"),
    )
    # What stands behind both, and how many were asked in all.
    cells = people(*counts) + Cells(counts=(len(asked),))
    yield measure("silent_share", cells, by=_asked_in_all, model=lambda: unknown / whole, **about)
    yield measure(
        "silent_bounds",
        cells,
        by=_asked_in_all,
        model=lambda: {"low": good_part / whole, "high": (good_part + unknown) / whole},
        **about,
        interval="bounds",
    )
    yield _tipping(answers, cells, (good_part, unknown, whole), threshold, about)


def _tipping(
    answers: Answers,
    cells: Cells,
    sums: tuple[float, float, float],
    threshold: float,
    about: dict[str, Any],
) -> Measure:
    """Return how many of the silent would have to be satisfied to bring all to a threshold."""
    report, (good, unknown, whole) = answers.report, sums
    about = about | {
        "dims": (("threshold", f"{threshold:g}"),),
        "definition": report.term("tipping.threshold", share=threshold),
        "row": True,
    }
    if report.gate(answers.table).withholds(cells):
        return measure("tipping", cells, model=lambda: threshold, **about)
    told = whole - unknown
    found = tipping(good / told, told / whole, threshold) if 0 < unknown < whole else None
    if found is not None and found.share is not None:
        return measure("tipping", cells, by=_asked_in_all, model=lambda: found.share, **about)
    side = "above" if good > threshold * whole else "below"
    side = "nobody" if found is None else side
    stands = report.term(f"tipping.{side}", share=threshold)
    return measure("tipping", **about | {"reason": stands})


def _asked_in_all(*counts: int) -> dict[str, int]:
    return {"n": counts[-1]}


def check_weights(answers: Answers, people: pd.DataFrame) -> None:
    """Refuse weights that are missing, stand for nobody, or of which a few hold nearly all.

    An office that weights those who answered writes 0 for the silent, who would then count for
    nothing. One weight with a slip of its point is the whole population.

    Notes
    -----
    As many people as weighted answers are worth: Kish (1965), Survey Sampling, section 11.7. At
    least 30: Parker et al. (2017), Vital and Health Statistics 2(175), of shares.
    """
    if "weight" not in people:
        return
    report, weight = answers.report, people["weight"]
    if weight.isna().any():
        raise refused(report, "weights_missing")
    if none := int((weight <= 0).sum()):
        raise Refused("refuse_survey_weights", n=none)
    # Fewer than the plan asks for are refused as such.
    worth = weight.sum() ** 2 / (weight**2).sum()
    if len(people) >= report.plan.min_people and worth < WORTH:
        raise refused(report, "weights_few", n=WORTH)


def asked_of(answers: Answers) -> pd.DataFrame:
    """Return everyone sampled in the last wave who may be eligible; refused where not known."""
    table = answers.table
    if "disposition" not in table.frame:
        raise _not_known(answers, "no_dispositions")
    asked = table.frame[table.frame["disposition"] != INELIGIBLE]
    if "last_wave" in table.rules:
        asked = asked[asked["last_wave"]]
    if asked["disposition"].isin(ANSWERED).all():
        # A file of respondents alone says nothing of those who were asked besides them.
        raise _not_known(answers, "only_respondents")
    lacking = _lacking(answers)
    if lacking is not None:
        raise lacking
    return asked


def _lacking(answers: Answers) -> Refused | None:
    """Return that the frame says of more, or fewer, that they were asked than the file holds.

    Who was asked and has no row is silent too, and nobody would count them.
    """
    report, frame = answers.report, answers.report.table.frame
    if "last_wave" not in frame:
        return None
    counts = frame_counts(answers, frame["last_wave"])
    if counts is None:
        return None
    asked, found = counts
    if asked is None:
        why = (report.term(f"{k}.frame_unlike") for k in ("reason", "would_pass"))
        reason, passes = why
        return Refused(STATED, reason=reason, would_pass=passes)
    if asked == found:
        return None
    gate = report.gate(answers.table)
    numbers = {"asked": gate.count(asked), "found": gate.count(found)}
    why = (report.term(f"{k}.dispositions_lacking", **numbers) for k in ("reason", "would_pass"))
    reason, passes = why
    return Refused(STATED, reason=reason, would_pass=passes)


def frame_counts(answers: Answers, wave: pd.Series) -> tuple[int | None, int] | None:
    """Return how many were asked in a wave by the frame, and how many the file holds of them.

    Parameters
    ----------
    wave : pandas.Series of bool
        Who of the report's table is of the wave.

    Returns
    -------
    tuple of (int or None, int) or None
        None where nothing is said; the first None where the frame is one of other waves or
        questionnaires alone. Places of which the frame does not say how many are left out of both.
    """
    # Of its instruments, and not of those alone who are meant: the frame counts everyone.
    report, meant = answers.report, answers.table.frame["instrument"]
    sampled = report.office("survey_frame") if report.from_offices else None
    if sampled is None or sampled.frame.empty:
        return None
    people = report.table.frame[wave & report.table.frame["instrument"].isin(meant)]
    rows = sampled.frame
    rows = rows[rows["wave"].isin(people["wave"]) & rows["instrument"].isin(people["instrument"])]
    if rows.empty:
        return None, len(people)
    untold = rows["sampled"].isna()
    if untold.all():
        return None
    there = people[~people["psu"].isin(rows.loc[untold, "psu"])]
    return int(rows["sampled"].sum()), len(there)


def _not_known(answers: Answers, key: str) -> Refused:
    report = answers.report
    passes = report.term("would_pass.no_dispositions")
    return Refused(STATED, reason=report.term(f"reason.{key}"), would_pass=passes)
