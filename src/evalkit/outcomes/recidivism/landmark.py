"""Whether a landmark leaves anybody to compare, and which one would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from evalkit import cohort as people
from evalkit.outcomes.recidivism.followed import TRIAL, Followed
from evalkit.outcomes.requirements import Requirement, counted, each, requirement

# Days after the index date that are tried where the plan's leaves too few.
DAYS = (30, 60, 90, 120, 180, 270, 365)


def at_the_landmark(followed: Followed) -> Iterator[Requirement]:
    """Yield whether enough of both classes are there at the landmark, and if not, which would do.

    Nothing without a landmark, and of people of several: those are judged one by one.
    """
    report, least = followed.report, followed.report.plan.min_people
    if not followed.landmark or TRIAL in followed.cohort.frame:
        return
    sizes = _sizes(followed, followed.landmark)
    words = [(report.study.label(c), counted(report, followed.gate, n)) for c, n in sizes.items()]
    found, limit = each(report, words), report.term("gate_limit.at_least", n=least)
    passed = min(sizes.values()) >= least
    at = {} if passed else {day: min(_sizes(followed, day).values()) for day in DAYS}
    days = [str(day) for day, n in at.items() if n >= least]
    values = {"n": least, "day": followed.landmark, "days": days or [str(day) for day in DAYS]}
    judged = requirement(report, "landmark_reached", passed, found, limit, **values)
    if not passed and not days:
        judged = replace(judged, would_pass=report.term("would_pass.landmark_none", **values))
    few = [code for code, n in sizes.items() if n < least]
    if len(few) == 1:
        side = "early" if few[0] == followed.groups[0] else "late"
        reason = report.term(f"reason.landmark_{side}", found=found, **values)
        judged = replace(judged, reason=reason)
    yield judged


def _sizes(followed: Followed, day: int) -> dict[str, int]:
    """Return how many of each class are still followed, and free of any contact, on a day."""
    cases = followed.report.tables.cases(day)
    assert cases is not None
    there = cases.frame[cases.frame[people.REACHED]]
    return {code: int((there["assigned"] == code).sum()) for code in followed.groups}
