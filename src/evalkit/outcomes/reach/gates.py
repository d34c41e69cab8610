"""What must hold before a share reached may stand: that its records could be found."""

from __future__ import annotations

import pandas as pd

from evalkit.cohort import matched
from evalkit.cohort.uptake import at_step
from evalkit.outcomes.reach.target import Target
from evalkit.outcomes.requirements import (
    Requirement,
    counted,
    requirement,
    share_of,
)
from evalkit.words import Term

# Of the persons with a step, and of the sites, those who must be found in the register.
MATCHED = 0.95
# Of the people of a side, at most so many in townships without any recorded step: more look
# like townships that keep no record. A township counts where so many steps are expected.
SILENT, EXPECTED = 0.2, 3.0


def recorded(target: Target) -> list[Requirement]:
    """Return what must hold before a share may stand: that its records could be found."""
    report = target.report
    if not report.from_offices:
        return []
    funnel, register = report.steps, report.office("people")
    assert register is not None
    there = report.term("gate_found.handed_in" if funnel is not None else "gate_found.missing")
    handed = report.term("gate_limit.handed_in")
    found = [requirement(report, "funnel_there", funnel is not None, there, handed)]
    if funnel is None:
        return found
    gate = report.gate(funnel)
    # The step that counts by itself: others may link where it does not.
    counting = funnel.with_frame(at_step(funnel.frame, target.definition))
    part, whole = matched(counting if len(counting.frame) else funnel, register)
    found.append(
        requirement(
            report,
            "funnel_matched",
            whole > 0 and part >= MATCHED * whole,
            share_of(report, gate, part, whole),
            report.term("gate_limit.at_least_share", share=MATCHED),
            share=MATCHED,
        )
    )
    started = counting.frame["person_id"].nunique()
    words = counted(report, gate, started) if started else report.term("gate_found.nobody_found")
    some = report.term("gate_limit.somebody")
    label = target.label
    found.append(requirement(report, "step_found", started > 0, words, some, definition=label))
    part, whole, judged = silent(target)
    limit = report.term("gate_limit.at_most_share", share=SILENT)
    said = share_of(report, gate, part, whole)
    passed = part <= SILENT * whole
    # Nobody in a township where steps are expected: none can be missed there.
    code = "steps_everywhere"
    found.append(requirement(report, code, passed, said, limit, known=judged, share=SILENT))
    return found


def silent(target: Target) -> tuple[int, int, bool]:
    """Return how many people are in townships where steps are expected and none is recorded.

    Out of how many: of the side on which they are the larger part, or of all. And whether
    steps are expected anywhere.
    """
    frame = target.cohort.frame
    towns = frame.groupby("cluster")["recorded"].agg(["sum", "size"])
    expected = towns["size"] * float(frame["recorded"].mean())
    silent = towns.index[(towns["sum"] == 0) & (expected >= EXPECTED)]
    parts = [part for part in (frame, *sides(target)) if len(part)]
    counts = [(int(part["cluster"].isin(silent).sum()), len(part)) for part in parts]
    most = max(counts, key=lambda pair: pair[0] / pair[1], default=(0, 0))
    return (*most, bool((expected >= EXPECTED).any()))


def sides(target: Target) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the people exposed and the others; who is neither known is in none."""
    frame = target.cohort.frame
    return frame[frame["exposure"] == 1], frame[frame["exposure"] == 0]


def unrecorded(target: Target, part: pd.DataFrame) -> Term | None:
    """Return why a group has no share although everybody's does: no step of it is recorded."""
    if "recorded" not in part or part["recorded"].any():
        return None
    return target.report.term("reason.no_steps_of_group")
