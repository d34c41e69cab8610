"""The same comparison by every definition of the event that the table knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from evalkit.disclosure.gate import as_numbers
from evalkit.outcomes.analysis import Measure, Yielded, analysis, measure
from evalkit.outcomes.labels import event_label
from evalkit.outcomes.recidivism.compared import (
    alike,
    behind,
    events_by,
    fitted,
    of_a_curve,
    pairs,
)
from evalkit.outcomes.recidivism.followed import Followed, same_people
from evalkit.outcomes.recidivism.gates import common, of_other_event
from evalkit.outcomes.recidivism.judged import judge, judge_weights
from evalkit.outcomes.requirements import Requirement, first_failed
from evalkit.table import definitions as known
from evalkit.words import Term

# From the first contact to the proof; what a study names itself stands behind.
ORDER = ("police_contact", "case_opened", "prosecuted", "convicted", "proven_reoffence", "revoked")


@analysis("definition_difference")
def definitions(
    followed: Followed,
    adjustment: str,
    covariates: tuple[str, ...],
    level: float,
    subset: str,
) -> Iterator[Yielded]:
    """Estimate the adjusted difference by each definition of the event, side by side.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    adjustment : str
        As `adjust` takes it.
    covariates : tuple of str
        As `adjust` takes them.
    level : float
        Confidence level, 0 < level < 1.
    subset : str
        The condition by which the people were drawn.

    Returns
    -------
    Result or Refusal
        ``definition_difference[definition]`` from the first contact to the proof: of the same
        people with the same weights, but for what only some can have (a revoked decision).
        Each is judged by itself, and one that fails has a reason in place of a number. Who
        moved away is followed until then (pseudo-values). Refused where the
        planned one is; nothing where the table tells of one kind of event.
    """
    alike(followed, adjustment, covariates)
    named = sorted(known(followed.cohort.table.frame.columns), key=_place)
    if len(named) < 2:
        return
    for name in named:
        same = name == followed.definition
        other = followed if same else same_people(followed, name, subset)
        yield _one(followed, other, adjustment, covariates, level)


def _place(name: str) -> tuple[int, str]:
    return (ORDER.index(name) if name in ORDER else len(ORDER), name)


def _one(
    planned: Followed,
    other: Followed,
    adjustment: str,
    covariates: tuple[str, ...],
    level: float,
) -> Measure:
    report = other.report
    about: dict[str, Any] = dict(
        dims=(("definition", other.definition), ("window", other.window_code)),
        window=other.window_term,
        definition=event_label(report, other.definition),
        method=report.term(f"method.{adjustment}"),
        unit="points",
    )
    # What says that nothing can be counted is asked before anything is fitted.
    own = common(other) if other is planned else of_other_event(other)
    why = _failing(other, own)
    judged = judge(planned, adjustment, covariates)
    if why is None and other.cohort.n != planned.cohort.n:
        # Others than the planned people have weights of their own.
        judged = judge_weights(other, adjustment, covariates)
        why = _failing(other, judged.requirements)
    if why is not None:
        return measure("definition_difference", **about, reason=why)

    def model() -> dict[str, float]:
        groups = fitted(other, judged, adjustment, covariates)
        event = events_by(other, [float(other.window)])[:, 0]
        numbers = as_numbers(groups.compare(event, level=level).point)
        return {key: numbers[key] for key in ("value", "low", "high", "se")}

    return measure(
        "definition_difference",
        behind(other),
        by=lambda a, n, b, m: {"n": n + m, "events": a + b},
        model=model,
        row=True,
        **about,
        interval="confidence",
        level=level,
        se_scale="identity",
        group=report.study.label(report.plan.programme),
        against=report.study.label(report.plan.comparison),
    )


def _failing(other: Followed, judged: Sequence[Requirement]) -> Term | None:
    """Return in a word why a definition has no number, or None."""
    report, least = other.report, other.report.plan.min_events
    failed = first_failed(of_a_curve(judged))
    if failed is not None:
        return report.term("reason.gate_failed", gate=report.term(f"gate.{failed.code}"))
    if min(events for events, _ in pairs(other)) < least:
        return report.term("reason.fewer_events", n=least)
    return None
