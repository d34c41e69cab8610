"""What must hold before a number may stand: all of it at once, and what would make it hold.

A requirement is judged by true counts and shown by released ones. What fails guards every
number that rests on it; the first that fails is the reason that is given for all.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evalkit.disclosure import Gate
from evalkit.errors import Refused
from evalkit.estimate import Estimate
from evalkit.outcomes.analysis import STATED
from evalkit.outcomes.deduction import Deduction
from evalkit.outcomes.report import Report
from evalkit.protocol.house import AMBER, looser
from evalkit.table import Table
from evalkit.words import Term

YES, NO, OPEN = "passed", "failed", "unknown"


@dataclass(frozen=True)
class Requirement:
    """One condition, and how it came out.

    Parameters
    ----------
    code : str
        Key under ``[gate]`` in the locale files.
    passed : bool
        By true counts.
    found, limit : Term
        What was found, as it may be shown, and what is asked.
    reason, would_pass : Term
        One sentence each, for where it fails.
    levels : bool
        Whether it guards each group's share too, or only what compares the groups.
    known : bool
        False where there is nothing by which it could be judged, which is told as not known:
        it guards nothing where a table was not handed in, and does not pass over nobody.
    """

    code: str
    passed: bool
    found: Term
    limit: Term
    reason: Term
    would_pass: Term
    levels: bool = True
    known: bool = True


def first_failed(
    requirements: Iterable[Requirement], *, levels: bool = False
) -> Requirement | None:
    """Return the first requirement that fails, or None; one that is known goes before.

    Parameters
    ----------
    requirements : iterable of Requirement
        In the order in which they are told.
    levels : bool
        Whether to look only at those that guard each group's share too.
    """
    failed = [r for r in requirements if not r.passed and (r.levels or not levels)]
    return next((r for r in failed if r.known), failed[0] if failed else None)


def failing(
    report: Report, requirements: Sequence[Requirement], *, levels: bool = False
) -> Refused | None:
    """Return the refusal of what failed requirements guard, or None.

    Parameters
    ----------
    requirements : sequence of Requirement
        All of them; the first that fails gives the reason, and all give what would pass.
    levels : bool
        Whether only those count that guard each group's share too.
    """
    first = first_failed(requirements, levels=levels)
    if first is None:
        return None
    # All at once: who mends the first should not be refused again for the next. What nobody is
    # there to be judged by is settled with what fails.
    asked = [r.would_pass for r in requirements if not r.passed and (r.known or r is first)]
    passes = functools.reduce(lambda a, b: report.term("would_pass.also", first=a, then=b), asked)
    return Refused(STATED, reason=first.reason, would_pass=passes)


def require(report: Report, requirements: Sequence[Requirement], *, levels: bool = False) -> None:
    """Stop an analysis where a requirement fails.

    Raises
    ------
    Refused
        With the reason of the first that fails, and what all that fail ask for.
    """
    refused = failing(report, requirements, levels=levels)
    if refused is not None:
        raise refused


def as_estimates(
    report: Report, table: Table | None, requirements: Sequence[Requirement]
) -> tuple[Estimate, ...]:
    """Return the requirements as the record holds them: ``gate[gate]``."""
    return tuple(
        report.estimate(
            "gate",
            table=table,
            dims=(("gate", r.code),),
            unit="none",
            definition=report.term(f"gate.{r.code}"),
            population=r.found,
            against=r.limit,
            method=report.term(f"gate_state.{_state(r)}"),
            reason=report.term(f"gate_state.{_state(r)}") if r.passed else r.reason,
            would_pass=None if r.passed else r.would_pass,
        )
        for r in requirements
    )


def _state(judged: Requirement) -> str:
    if not judged.known:
        return OPEN
    return YES if judged.passed else NO


def requirement(
    report: Report,
    code: str,
    passed: bool,
    found: Term,
    limit: Term,
    *,
    levels: bool = True,
    known: bool = True,
    over: Iterable[float] = (),
    **values: object,
) -> Requirement:
    """Return a requirement with its sentences out of the locale files.

    Parameters
    ----------
    passed : bool
        By true counts.
    found, limit : Term
        What was found, as it may be shown, and what is asked.
    levels : bool
        Whether it guards each group's share too.
    known : bool
        Whether there is anything to judge it by.
    over : iterable of float
        Of how many it is judged, part by part: over nobody nothing holds.
    """
    reason = report.term(f"reason.{code}", found=found, **values)
    passes = report.term(f"would_pass.{code}", **values)
    if not all(over):
        gate = report.term(f"gate.{code}")
        reason = report.term("reason.nobody_judged", gate=gate, found=found)
        passed, known = False, False
    return Requirement(code, passed, found, limit, reason, passes, levels, known)


def each(report: Report, found: Sequence[tuple[Term, Term]]) -> Term:
    """Return what was found in each group, as one text.

    Parameters
    ----------
    found : sequence of (Term, Term)
        Name of the group, and what was found there.
    """
    parts = [report.term("gate_found.group", group=group, found=what) for group, what in found]
    return report.term("gate_found.groups", parts=parts)


def counted(report: Report, gate: Gate, n: int) -> Term:
    """Return a count of people as it may be shown.

    Parameters
    ----------
    n : int
        True count.
    """
    if gate.hides([n]):
        return report.term("gate_found.few", threshold=gate.policy.threshold)
    return report.term("gate_found.count", n=gate.count(n))


def share_of(report: Report, gate: Gate, part: int, whole: int) -> Term:
    """Return a share of people as it may be shown: from rounded parts, to whole percents.

    Parameters
    ----------
    part, whole : int
        True counts, part <= whole.
    """
    if whole == 0:
        return report.term("gate_found.nobody")
    if gate.hides([part, whole, whole - part]):
        # Whether it is most or few is all that may be said.
        return report.term("gate_found.most" if 2 * part > whole else "gate_found.hardly_any")
    return report.term("gate_found.share", share=gate.count(part) / gate.count(whole))


def stamps(report: Report, left_out: Sequence[Term] = ()) -> tuple[Term, ...]:
    """Return what stands beside the verdict: limits looser than the house's, and gaps.

    Parameters
    ----------
    left_out : sequence of Term
        Characteristics of the house's rule that the plan does not name.
    """
    found = [
        report.term(
            "stamp.looser",
            limit=report.term(f"choice.{name}"),
            used=f"{used:g}",
            house=f"{house:g}",
        )
        for name, used, house in looser(report.plan)
    ]
    if left_out:
        found.append(report.term("stamp.left_out", names=list(left_out)))
    return tuple(found)


def stamp_estimates(
    report: Report, table: Table | None, said: Sequence[Term]
) -> tuple[Estimate, ...]:
    """Return what stands beside a verdict as the record holds it: ``stamp[stamp]``."""
    return tuple(
        report.estimate(
            "stamp", table=table, dims=(("stamp", str(i)),), unit="none", reason=sentence
        )
        for i, sentence in enumerate(said, start=1)
    )


def stamp_deduction(
    report: Report, said: Sequence[Term], largest_smd: float | None
) -> tuple[Deduction, ...]:
    """Return the level that a stamped limit, or amber balance, takes off: one for both.

    Parameters
    ----------
    largest_smd : float or None
        Largest absolute standardised mean difference of groups not randomised.
    """
    if said and all(one.code == "no_lot" for one in said):
        return (Deduction("stamp", 1, report.term("deduction.no_lot")),)
    if said:
        return (Deduction("stamp", 1, report.term("deduction.stamp")),)
    if largest_smd is not None and largest_smd > AMBER:
        return (Deduction("amber", 1, report.term("deduction.amber", smd=AMBER)),)
    return ()


def lost_deduction(report: Report, gate: Gate, lost: int, people: int) -> tuple[Deduction, ...]:
    """Return what people left out for want of a record take off: one level, or two.

    Parameters
    ----------
    lost, people : int
        True counts.
    """
    share = lost / people if people else 0.0
    if share <= 0.2:
        return ()
    words = report.term("deduction.lost", share=share_of(report, gate, lost, people))
    return (Deduction("lost", 2 if share > 0.4 else 1, words),)
