"""Everything that must hold before reach may be told, or compared."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from evalkit.cohort import matched
from evalkit.cohort.uptake import at_step
from evalkit.outcomes.deduction import Deduction
from evalkit.outcomes.reach.target import Target
from evalkit.outcomes.report import Refusal, Report, Result, refused_again
from evalkit.outcomes.requirements import (
    Requirement,
    as_estimates,
    counted,
    each,
    lost_deduction,
    requirement,
    share_of,
    stamp_deduction,
    stamps,
)
from evalkit.words import Term

# Of the persons with a step, and of the sites, those who must be found in the register.
MATCHED = 0.95
# Of the people of a side, at most so many in townships without any recorded step: more look
# like townships that keep no record. A township counts where so many steps are expected.
SILENT, EXPECTED = 0.2, 3.0
LOST = ("exposure_known", "township_known", "result_known", "cluster_known")


def gates(target: Target | Refusal) -> Result | Refusal:
    """Return every requirement of a comparison, passed or not.

    Parameters
    ----------
    target : Target or Refusal
        From `draw_target`.

    Returns
    -------
    Result or Refusal
        ``gate[gate]``, in the order in which they are asked.
    """
    if isinstance(target, Refusal):
        return refused_again(target, "gate")
    judged = (*recorded(target), *comparable(target))
    estimates = as_estimates(target.report, target.cohort.table, judged)
    return Result(target.report, estimates, target.deviations)


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
    part, whole, judged = _silent(target)
    limit = report.term("gate_limit.at_most_share", share=SILENT)
    said = share_of(report, gate, part, whole)
    passed = part <= SILENT * whole
    # Nobody in a township where steps are expected: none can be missed there.
    code = "steps_everywhere"
    found.append(requirement(report, code, passed, said, limit, known=judged, share=SILENT))
    return found


def _silent(target: Target) -> tuple[int, int, bool]:
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


def comparable(target: Target) -> tuple[Requirement, ...]:
    """Return what must hold before those exposed and the others may be compared."""
    return tuple(_comparable(target))


def _comparable(target: Target) -> Iterator[Requirement]:
    report, plan, frame = target.report, target.report.plan, target.cohort.frame
    gate = report.gate(target.cohort.table)
    yield from _sites(report)
    parts = sides(target)
    names = _names(target)
    if report.from_offices and "recorded" in frame:
        seen = [int(part["reached"].sum()) for part in parts]
        nobody = report.term("gate_found.nobody_found")
        words = [counted(report, gate, n) if n else nobody for n in seen]
        yield requirement(
            report,
            "steps_of_both",
            min(seen) > 0,
            each(report, list(zip(names, words, strict=True))),
            report.term("gate_limit.somebody"),
            levels=False,
        )
    people = [counted(report, gate, len(part)) for part in parts]
    yield requirement(
        report,
        "too_few",
        min(map(len, parts)) >= plan.min_people,
        each(report, list(zip(names, people, strict=True))),
        report.term("gate_limit.at_least", n=plan.min_people),
        levels=False,
        n=plan.min_people,
    )
    # How many townships or sites there are is about nobody.
    clusters = [part["cluster"].nunique() for part in parts]
    many = [report.term("gate_found.count", n=n) for n in clusters]
    yield requirement(
        report,
        "too_few_clusters",
        min(clusters) >= plan.min_clusters,
        each(report, list(zip(names, many, strict=True))),
        report.term("gate_limit.at_least", n=plan.min_clusters),
        levels=False,
        n=plan.min_clusters,
    )
    lot = plan.design == "randomised"
    yield requirement(
        report,
        "not_by_lot",
        lot,
        report.term(f"gate_found.{plan.design}"),
        report.term("gate_limit.randomised"),
        levels=False,
    )


def _names(target: Target) -> list[Term]:
    """Return the names of both sides: the study's, where it has any."""
    report, exposure = target.report, target.exposure
    labels = report.study.labels
    return [
        labels.get(f"{exposure}_{side}") or report.term(f"group.{word}")
        for side, word in ((1, "exposed"), (0, "others"))
    ]


def _sites(report: Report) -> Iterator[Requirement]:
    if not report.from_offices:
        return
    sites, register = report.office("sites"), report.office("people")
    there = report.term("gate_found.handed_in" if sites is not None else "gate_found.missing")
    handed = report.term("gate_limit.handed_in")
    yield requirement(report, "sites_there", sites is not None, there, handed, levels=False)
    if sites is None or register is None:
        return
    whole = sites.frame["township"].isna().sum() + sites.frame["township"].nunique()
    part, _ = matched(sites, register, "township")
    yield requirement(
        report,
        "sites_matched",
        whole > 0 and part >= MATCHED * whole,
        report.term("gate_found.of", n=part, of=int(whole)),
        report.term("gate_limit.at_least_share", share=MATCHED),
        levels=False,
        share=MATCHED,
    )


def sides(target: Target) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the people exposed and the others; who is neither known is in none."""
    frame = target.cohort.frame
    return frame[frame["exposure"] == 1], frame[frame["exposure"] == 0]


def unrecorded(target: Target, part: pd.DataFrame) -> Term | None:
    """Return why a group has no share although everybody's does: no step of it is recorded."""
    if "recorded" not in part or part["recorded"].any():
        return None
    return target.report.term("reason.no_steps_of_group")


def deductions(target: Target) -> tuple[Deduction, ...]:
    """Return what takes levels off a verdict on this comparison."""
    report, table = target.report, target.cohort.table
    drawn = {step.code: step for step in target.cohort.flow}
    lost = sum(drawn[code].left_out for code in LOST if code in drawn)
    return (
        *lost_deduction(report, report.gate(table), lost, drawn["all"].kept),
        *stamp_deduction(report, stamps(report), None),
    )
