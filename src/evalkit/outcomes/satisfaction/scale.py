"""How good the scale is: whether its questions go together, and mean the same to everybody."""

from __future__ import annotations

import functools
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from evalkit.arithmetic.interval import Point
from evalkit.cohort import ANSWERED, question_ends
from evalkit.disclosure import part, people, ratio
from evalkit.errors import Refused
from evalkit.estimators import scale as scales
from evalkit.estimators.invariance import invariance
from evalkit.outcomes.analysis import Yielded, analysis, measure, refused, terms
from evalkit.outcomes.report import Result
from evalkit.outcomes.satisfaction.answers import Answers, groups_of
from evalkit.words import Term

# Of all items those of a scale that the questionnaire's ends hold for.
ITEM = re.compile(r"item_\d+")
# Fewer items are no scale whose parts could go together.
FEWEST = 3


@dataclass(frozen=True)
class Scaled(Result):
    """A scale of several items.

    Parameters
    ----------
    against : tuple of Term
        Items that go against the others: one that asks the other way round and was not turned.
    same : bool or None
        Whether the items mean the same to all groups; None where there is one group.
    """

    against: tuple[Term, ...] = ()
    same: bool | None = None


@analysis("scale", result=Scaled)
def scale(answers: Answers, by: str, level: float) -> Generator[Yielded, None, Any]:
    """Describe the questions that make up the scale.

    Parameters
    ----------
    answers : Answers or Refusal
        From `draw_answers`.
    by : str
        Column whose groups are asked whether the items mean the same to them.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Result or Refusal
        ``item[item, what]``: of each, the share ``missing``, the share of the highest answer
        (``ceiling``) and the correlation with the ``rest``; ``scale[what]``: ``alpha``
        (Cronbach) and ``omega`` (McDonald) with their intervals, and ``invariance[step]`` as the
        p-value of each step, where there are groups. Nothing where fewer than three items on
        one scale were asked. Alpha and omega have a reason instead where an item goes against
        the others: their sum would say nothing.
    """
    report = answers.report
    items, ends = _items(answers)
    if items is None:
        return {}
    if not answers.silent_known:
        raise refused(report, "silent_subset")
    if len(items) < report.plan.min_people:
        raise refused(report, "fewer_people", n=report.plan.min_people)
    names = {name: _name(answers, str(name)) for name in items}
    whole = items.dropna()
    found = scales.scale(items.to_numpy(), lowest=ends[0], highest=ends[1], level=level)
    against = tuple(names[name] for name in _against(whole) if (found.item_rest < 0).any())
    for place, name in enumerate(items):
        yield from _item(answers, items[name], names[name], found, place, ends[1])
    yield from _together(answers, items, found.alpha, against, level)
    same = yield from _same(answers, items, by, len(whole))
    return {"against": against, "same": same}


def _against(whole: pd.DataFrame) -> list[str]:
    """Return the items that go against what most of them have in common.

    One that was not turned makes the sum of the others hardly go with any: each by itself then
    seems to go against the rest.
    """
    _, vectors = np.linalg.eigh(np.corrcoef(whole.to_numpy().T))
    first = vectors[:, -1] * np.sign(vectors[:, -1].sum() or 1.0)
    return [str(name) for name, loading in zip(whole, first, strict=True) if loading < 0]


def _items(answers: Answers) -> tuple[pd.DataFrame | None, tuple[float, float]]:
    """Return the answers to the items of one scale by those who answered at all, and its ends."""
    survey, table = answers.survey, answers.table.frame
    if survey is None or "last_wave" not in table:
        return None, (0.0, 0.0)
    inside = table["last_wave"] & table["disposition"].isin(ANSWERED)
    # Row by row, as the answers were made of the survey.
    frame = survey[inside.to_numpy()].reset_index(drop=True)
    if frame["instrument"].nunique() != 1 or frame["scale_min"].nunique() != 1:
        return None, (0.0, 0.0)
    asked = [c for c in map(str, frame) if ITEM.fullmatch(c) and frame[c].notna().any()]
    names = [name for name in asked if _on_the_scale(frame, name)]
    if len(names) < FEWEST or frame["scale_max"].nunique() != 1:
        return None, (0.0, 0.0)
    ends = (float(frame["scale_min"].dropna().iloc[0]), float(frame["scale_max"].dropna().iloc[0]))
    return frame[names].astype(float), ends


def _on_the_scale(frame: pd.DataFrame, name: str) -> bool:
    """Return whether a question has the questionnaire's ends, turned or not."""
    low, high = question_ends(frame, name)
    return bool((low == frame["scale_min"]).all() and (high == frame["scale_max"]).all())


def _name(answers: Answers, item: str) -> Term:
    report, number = answers.report, int(item.removeprefix("item_"))
    named = report.study.labels.get(item) or report.term("scale.item", n=number)
    survey = report.office("survey")
    assert survey is not None
    pairs = " ".join(survey.frame["item_scales"].dropna().astype(str).unique())
    said = re.findall(rf"(?<!\d){number}:\s*(\d+)-(\d+)", pairs)
    turned = any(int(first) > int(last) for first, last in said)
    return report.term("scale.turned", name=named) if turned else named


def _item(
    answers: Answers,
    column: pd.Series,
    name: Term,
    found: scales.Scale,
    place: int,
    highest: float,
) -> Iterator[Yielded]:
    report, given = answers.report, column.dropna()
    most = int((given == highest).sum())
    missing = len(column) - len(given)
    code = str(column.name)
    parts = {"missing": (missing, len(column)), "ceiling": (most, len(given))}
    for what, (part_of, whole) in parts.items():
        yield measure(
            "item",
            # Nobody and everybody may be told; a few may not.
            part(part_of, whole),
            by=ratio,
            dims=(("item", code), ("what", what)),
            unit="share",
            definition=name,
            row=True,
        )
    yield measure(
        "item",
        people(found.complete),
        model=functools.partial(float, found.item_rest[place]),
        dims=(("item", code), ("what", "rest")),
        unit="spread",
        digits=2,
        definition=name,
        method=report.term("method.item_rest"),
        row=True,
    )


def _together(
    answers: Answers, items: pd.DataFrame, alpha: Point, against: tuple[Term, ...], level: float
) -> Iterator[Yielded]:
    report, complete = answers.report, int(items.notna().all(axis=1).sum())
    for what in ("alpha", "omega"):
        about: dict[str, Any] = dict(
            dims=(("what", what),), unit="spread", digits=2, row=True,
            definition=report.term(f"scale.{what}"), method=report.term(f"method.{what}"),
        )  # fmt: skip
        if against:
            why = report.term("reason.item_against", names=list(against))
            yield measure("scale", **about | {"reason": why})
            continue
        try:
            point = alpha if what == "alpha" else scales.omega(items.to_numpy(), level=level).point
        except Refused as problem:
            reason, _ = terms(report, answers.table, problem)
            yield measure("scale", **about | {"reason": reason})
            continue
        yield measure(
            "scale",
            people(complete),
            by=lambda n: {"n": n},
            model=functools.partial(_ends, point),
            interval="confidence",
            level=level,
            **about,
        )


def _ends(point: Point) -> dict[str, float]:
    return {name: getattr(point, name) for name in ("value", "low", "high")}


def _same(
    answers: Answers, items: pd.DataFrame, by: str, complete: int
) -> Generator[Yielded, None, bool | None]:
    """Yield whether loadings and intercepts are the same in all groups that are large enough."""
    report = answers.report
    groups = _groups(answers, by)
    if groups is None:
        return None
    try:
        found = invariance(items.to_numpy(), groups)
    except Refused as problem:
        reason, _ = terms(report, answers.table, problem)
        yield measure(
            "invariance",
            dims=(("step", "scalar"),),
            unit="p",
            reason=reason,
            definition=report.term("scale.scalar"),
            row=True,
        )
        return None
    for step in found.steps[1:]:
        assert step.p is not None
        yield measure(
            "invariance",
            people(complete),
            by=lambda n: {"n": n},
            model=functools.partial(float, step.p),
            dims=(("step", step.name),),
            unit="p",
            digits=4,
            definition=report.term(f"scale.{step.name}"),
            method=report.term("method.invariance"),
            row=True,
        )
    return found.means_comparable


def _groups(answers: Answers, by: str) -> np.ndarray[Any, Any] | None:
    """Return the group of everybody who answered at all; None where there is one, or a small one.

    Who is in no group, or answered other questions only, stands in none.
    """
    table = answers.table.frame
    inside = table["last_wave"] & table["disposition"].isin(ANSWERED)
    frame = table[inside]
    if by not in frame or (frame[by].astype(str) == "").any() or frame[by].isna().any():
        return None
    sizes = [len(part) for _, part in groups_of(answers, by)[:-1]]
    if len(sizes) < 2 or min(sizes) < answers.report.plan.min_people:
        return None
    codes, _ = pd.factorize(frame[by])
    return np.asarray(codes)
