"""What changed between two waves: the same questions, of a frame that is the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from evalkit.arithmetic.interval import Point
from evalkit.cohort import ANSWERED, last_wave
from evalkit.disclosure import part
from evalkit.estimators.survey_difference import survey_difference
from evalkit.outcomes.analysis import Yielded, analysis, measure, refused
from evalkit.outcomes.labels import is_named, value_label
from evalkit.outcomes.report import Refusal, Result, refused_again
from evalkit.outcomes.requirements import (
    Requirement,
    as_estimates,
    counted,
    each,
    require,
    requirement,
)
from evalkit.outcomes.satisfaction.answers import Answers, top_of
from evalkit.outcomes.satisfaction.design import flags, share_of, whole
from evalkit.outcomes.satisfaction.response import INELIGIBLE, check_weights, frame_counts
from evalkit.protocol.outcomes.satisfaction import CHANGE
from evalkit.words import Term

# Of the units of either frame, those that must be in both.
OVERLAP = 0.8
# By how much the share of a stratum among those asked, weighted, may differ between the waves.
APART = 0.10
# Columns that must be the same in both waves, and the requirement that says so.
SAME = {
    "instrument": "same_instrument",
    "respondent_kind": "same_respondents",
    "scale_max": "same_scale",
}


@dataclass(frozen=True)
class Waves:
    """The last wave and the one before it.

    Parameters
    ----------
    names : tuple of (str, str)
        Before, and now.
    before, now : pandas.DataFrame
        Everyone sampled in each, as `evalkit.cohort.answers` has them.
    """

    names: tuple[str, str]
    before: pd.DataFrame
    now: pd.DataFrame

    @property
    def told(self) -> pd.DataFrame:
        """Those of both who answered, with ``now``: 1 in the last wave."""
        both = pd.concat([self.before.assign(now=0), self.now.assign(now=1)], ignore_index=True)
        found: pd.DataFrame = both[both["answered"]].reset_index(drop=True)
        return found


def waves_of(answers: Answers) -> Waves | None:
    """Return the last two waves; None where there is one."""
    frame = answers.table.frame
    if "last_wave" not in frame:
        return None
    now = frame[frame["last_wave"]]
    others = frame.loc[~frame["last_wave"], "wave"].unique()
    if now.empty or len(others) == 0:
        return None
    before = last_wave(others)
    names = (str(before), str(now["wave"].iloc[0]))
    return Waves(names, frame[frame["wave"] == before], now)


def wave_gates(answers: Answers | Refusal) -> Result | Refusal:
    """Return what must hold before two waves are compared, passed or not.

    Parameters
    ----------
    answers : Answers or Refusal
        From `draw_answers`.

    Returns
    -------
    Result or Refusal
        ``wave_gate[gate]``, or where the plan's verdict is on the change ``gate[gate]``; nothing
        where there is one wave alone.
    """
    if isinstance(answers, Refusal):
        return refused_again(answers, "wave_gate")
    waves = waves_of(answers)
    judged = requirements(answers, waves) if waves is not None else []
    found = as_estimates(answers.report, answers.table, judged)
    if answers.report.plan.primary != CHANGE:
        # Not what a verdict on a level lacks.
        found = tuple(replace(gate, estimand="wave_gate") for gate in found)
    return Result(answers.report, found, answers.deviations)


@analysis("wave_change")
def change(answers: Answers, top: tuple[str, ...], level: float) -> Iterator[Yielded]:
    """Estimate how far the share changed from the wave before to the last.

    Parameters
    ----------
    answers : Answers or Refusal
        From `draw_answers`.
    top : tuple of str
        Answers that count as satisfied.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Result or Refusal
        ``wave_share[wave]``, ``wave_change`` and ``wave_change_p``, with the error of both
        designs (a place that was drawn in both counts once), and ``wave_bounds``: the change if
        the silent of both waves were as much against it, or for it, as can be. Nothing where
        there is one wave; refused where anything fails of what `wave_gates` names.
    """
    report = answers.report
    top = top_of(answers, top)
    waves = waves_of(answers)
    if waves is None:
        return
    if not answers.silent_known:
        raise refused(report, "silent_subset")
    require(report, requirements(answers, waves))
    told = waves.told
    good = told["answer"].isin(top)
    about: dict[str, Any] = dict(
        definition=report.term("definition.top", answers=[report.study.label(a) for a in top]),
        population=report.study.label(answers.item),
        method=report.term("method.design"),
    )
    cells = []
    for side, wave in enumerate(waves.names):
        inside = told["now"] == side
        check_weights(answers, told[inside])
        cells.append((int((good & inside).sum()), int(inside.sum())))
        sample = whole(told[inside], (waves.before, waves.now)[side], told.loc[inside, "weight"])
        point = share_of(sample, good[inside], level)
        yield measure(
            "wave_share",
            part(*cells[-1]),
            by=lambda events, n: {"n": n, "events": events},
            model=_given(point),
            dims=(("wave", ("before", "now")[side]),),
            unit="share",
            interval="confidence",
            level=level,
            group=_named(answers, wave),
            **about,
        )
    yield from _change(pd.concat([waves.before, waves.now]), told, good, cells, about, level)
    yield _bounds(answers, waves, top, cells, about)


def _given(point: Point) -> Any:
    return lambda: {name: getattr(point, name) for name in ("value", "low", "high", "se")}


def _change(
    drawn: pd.DataFrame,
    told: pd.DataFrame,
    good: pd.Series,
    cells: list[tuple[int, int]],
    about: dict[str, Any],
    level: float,
) -> Iterator[Yielded]:
    # A place that was drawn in both waves has one name, and brings its likeness into the error.
    sample = whole(told, drawn, told["weight"])
    point = survey_difference(
        flags(sample, good),
        flags(sample, told["now"] == 1),
        flags(sample, told["now"] == 0),
        sample["weight"],
        sample["stratum"],
        sample["unit"],
        level=level,
    ).point
    both = part(*cells[0]) + part(*cells[1])
    yield measure(
        "wave_change",
        both,
        by=lambda a, n, b, m: {"n": n + m, "events": a + b},
        model=_given(point),
        unit="points",
        interval="confidence",
        level=level,
        se_scale="identity",
        **about,
    )
    yield measure("wave_change_p", both, model=lambda: point.p, unit="p", digits=4, **about)


def _bounds(
    answers: Answers,
    waves: Waves,
    top: tuple[str, ...],
    cells: list[tuple[int, int]],
    about: dict[str, Any],
) -> Yielded:
    """Return the change with the silent of both waves as far for and against it as can be."""
    ends = [_ends(frame, top) for frame in (waves.before, waves.now)]
    before, now = ends
    about = about | {"method": answers.report.term("method.bounds_weighted")}
    return measure(
        "wave_bounds",
        part(*cells[0]) + part(*cells[1]),
        model=lambda: {"low": now[0] - before[1], "high": now[1] - before[0]},
        unit="points",
        interval="bounds",
        **about,
    )


def _ends(frame: pd.DataFrame, top: tuple[str, ...]) -> tuple[float, float]:
    """Return the share of all asked with none, and with all, of the silent satisfied."""
    asked = frame[frame["disposition"] != INELIGIBLE]
    weight = asked["weight"]
    good = weight[asked["answered"] & asked["answer"].isin(top)].sum()
    silent = weight[~asked["answered"]].sum()
    return float(good / weight.sum()), float((good + silent) / weight.sum())


def requirements(answers: Answers, waves: Waves) -> list[Requirement]:
    """Return what must hold before two waves are compared."""
    report, gate = answers.report, answers.report.gate(answers.table)
    # The office's own names of its waves are no words of every language.
    names = [report.term(f"waves.{which}") for which in ("before", "last")]
    sides = (waves.before, waves.now)
    told = [frame[frame["answered"]] for frame in sides]
    held = [
        requirement(
            report,
            "enough_answers",
            min(map(len, told)) >= report.plan.min_people,
            each(
                report,
                [
                    (name, counted(report, gate, len(one)))
                    for name, one in zip(names, told, strict=True)
                ],
            ),
            report.term("gate_limit.at_least", n=report.plan.min_people),
            n=report.plan.min_people,
        )
    ]
    held += [_same(answers, told, column, code) for column, code in SAME.items()]
    held += [_answers(answers, told), _items(answers, waves), _others(answers, waves)]
    held += [_weights(answers, sides), _asked(answers, waves)]
    return [*held, _frames(answers, waves), _strata(answers, sides)]


def _yes(answers: Answers, code: str, passed: bool, known: bool = True) -> Requirement:
    """Return a requirement that is answered by yes or no."""
    report = answers.report
    word = ("yes" if passed else "no") if known else "unknown"
    found = report.term(f"wave_found.{word}")
    limit = report.term("wave_found.yes")
    return requirement(report, code, passed, found, limit, known=known)


def _same(answers: Answers, told: Sequence[pd.DataFrame], column: str, code: str) -> Requirement:
    values = [set(frame[column].fillna("").astype(str)) for frame in told]
    if column == "scale_max":
        low = [set(frame["scale_min"].fillna("").astype(str)) for frame in told]
        return _yes(answers, code, values[0] == values[1] and low[0] == low[1])
    return _yes(answers, code, values[0] == values[1] and len(values[0]) == 1)


def _answers(answers: Answers, told: Sequence[pd.DataFrame]) -> Requirement:
    """Return whether every answer of both waves is one of the plan's: of the last it is known."""
    known = [bool(frame["answer"].isin(answers.categories).all()) for frame in told]
    return _yes(answers, "known_answers", all(known))


def _others(answers: Answers, waves: Waves) -> Requirement:
    """Return whether other people were asked: of the same a change is told person by person."""
    survey = answers.survey
    assert survey is not None
    ids = [set(survey.loc[survey["wave"] == wave, "respondent_id"]) for wave in waves.names]
    return _yes(answers, "other_people", not ids[0] & ids[1])


def _strata(answers: Answers, sides: Sequence[pd.DataFrame]) -> Requirement:
    """Return whether those asked stand for the same parts of the population in both waves."""
    report = answers.report
    shares = [f.groupby("stratum")["weight"].sum() / f["weight"].sum() for f in sides]
    apart = float((shares[1].subtract(shares[0], fill_value=0.0)).abs().max())
    apart = apart if np.isfinite(apart) else 1.0
    return requirement(
        report,
        "same_strata",
        apart <= APART,
        report.term("gate_found.share", share=apart),
        report.term("gate_limit.at_most_share", share=APART),
        share=APART,
    )


def _items(answers: Answers, waves: Waves) -> Requirement:
    """Return whether both waves asked the same questions: others around it move an answer."""
    survey = answers.survey
    assert survey is not None
    columns = [c for c in survey.columns if c == "overall" or c.startswith("item_")]
    columns = [c for c in columns if c != "item_scales"]
    given = survey[survey["disposition"].isin(ANSWERED)]
    asked = [
        {c for c in columns if given.loc[given["wave"] == wave, c].notna().any()}
        for wave in waves.names
    ]
    return _yes(answers, "same_items", asked[0] == asked[1])


def _weights(answers: Answers, sides: Sequence[pd.DataFrame]) -> Requirement:
    return _yes(answers, "weights_there", all((f["weight"] > 0).all() for f in sides))


def _asked(answers: Answers, waves: Waves) -> Requirement:
    """Return whether both waves hold those who did not answer, so that they can be bounded."""
    named = answers.report.table.frame["wave"]
    there = []
    for name, frame in zip(waves.names, (waves.before, waves.now), strict=True):
        counts = frame_counts(answers, named == name)
        whole = counts is None or counts[0] is None or counts[0] == counts[1]
        there.append(whole and bool((~frame["disposition"].isin(ANSWERED)).any()))
    return _yes(answers, "silent_there", all(there))


def _frames(answers: Answers, waves: Waves) -> Requirement:
    """Return whether both waves were drawn from the same places."""
    report = answers.report
    limit = report.term("gate_limit.at_least_share", share=OVERLAP)
    table = report.office("survey_frame")
    units = [set[str](), set[str]()]
    if table is not None:
        # Two places of one name in two strata are two.
        named = (table.frame["stratum"].fillna("") + "\x1f" + table.frame["psu"]).dropna()
        units = [set(named[table.frame["wave"] == wave]) for wave in waves.names]
    if not all(units):
        found = report.term("wave_found.no_frame")
        return requirement(report, "same_frame", False, found, limit, share=OVERLAP)
    share = len(units[0] & units[1]) / len(units[0] | units[1])
    found = report.term("gate_found.share", share=share)
    return requirement(report, "same_frame", share >= OVERLAP, found, limit, share=OVERLAP)


def _named(answers: Answers, wave: str) -> Term:
    """Return a wave's name: the office wrote it, and it is released as any name is."""
    report, frame = answers.report, answers.table.frame
    gate = report.gate(answers.table)
    if is_named(report, wave, "wave", wave) or not gate.hides([int((frame["wave"] == wave).sum())]):
        return value_label(report, wave, "wave", wave)
    return report.term("group.pooled")
