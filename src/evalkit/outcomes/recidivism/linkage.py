"""Whether later contacts could be found at all: judged of each group, before any outcome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evalkit.cohort import UNEVEN, UNLIKELY, Loss, Search, losses, matched, searches
from evalkit.disclosure import Gate
from evalkit.outcomes.labels import event_label
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.report import Report
from evalkit.outcomes.requirements import Requirement, counted, each, requirement, share_of
from evalkit.words import Term

# Of the persons in the table of later contacts, those who must have a case file; and of
# the persons at a stage, those whose date may be missing.
MATCHED, UNDATED = 0.95, 0.05
# By how much the shares lost may differ: beyond it groups that were alike are so no longer (the
# cautious boundary of the What Works Clearinghouse, Standards Handbook 4.1, allows 4 to 6
# points where up to three in ten are lost).
APART = 0.05


def linkage(followed: Followed) -> list[Requirement]:
    """Return what must hold before nobody found may mean that there was nothing to find.

    Parameters
    ----------
    followed : Followed
        Of an area whose offices handed in their tables; of a linked table nothing can be
        told, and its flags are taken as they are.
    """
    report = followed.report
    if not report.from_offices:
        return []
    cases, events = followed.cases, report.office("events")
    assert cases is not None
    there = requirement(
        report,
        "events_there",
        events is not None,
        _said(report, events is not None),
        report.term("gate_limit.handed_in"),
    )
    if events is None:
        return [there]
    found = searches(cases, events, *_of(followed))
    found = [s for code in followed.groups for s in found if s.group == code]
    return [
        there,
        *_matches(followed, "events"),
        *_searched(followed, found),
        *_ended(followed, found),
        *_lost(followed, losses(cases, events, report.office("absences"), *_of(followed))),
        *_found(followed, found),
        *_matches(followed, "absences"),
    ]


def of_stage(followed: Followed) -> list[Requirement]:
    """Return what must hold of the records of one stage, where the search itself was judged."""
    report = followed.report
    cases, events = (
        (followed.cases, report.office("events")) if report.from_offices else (None, None)
    )
    if cases is None or events is None:
        return []
    found = searches(cases, events, *_of(followed), again=True)
    return list(_found(followed, [s for code in followed.groups for s in found if s.group == code]))


def _of(followed: Followed) -> tuple[str, int]:
    return followed.definition, followed.window


def _lost(followed: Followed, found: Sequence[Loss]) -> Iterator[Requirement]:
    """Yield that as many were lost in both groups, and nobody who was found is called unfound."""
    report, gate, label = followed.report, followed.gate, followed.report.study.label
    found = [loss for code in followed.groups for loss in found if loss.group == code]
    words = [(label(s.group), share_of(report, gate, s.lost, s.files)) for s in found]
    shares, over = [s.lost / s.files for s in found], _files(followed, found)
    limit = report.term("gate_limit.differ_by", share=APART)
    passed = max(shares, default=0.0) - min(shares, default=0.0) <= APART
    told = each(report, words)
    yield requirement(report, "lost_alike", passed, told, limit, over=over, share=APART)
    words = [(label(s.group), counted(report, gate, s.contradicted)) for s in found]
    nobody = report.term("gate_limit.nobody")
    passed = not any(s.contradicted for s in found)
    yield requirement(report, "searched_truly", passed, each(report, words), nobody, over=over)


def _files(followed: Followed, found: Sequence[Loss] | Sequence[Search]) -> list[int]:
    """Return how many case files there are of each group; a group without any has no row."""
    return [sum(one.files for one in found if one.group == code) for code in followed.groups]


def _said(report: Report, there: bool) -> Term:
    return report.term("gate_found.handed_in" if there else "gate_found.missing")


def _matches(followed: Followed, shape: str) -> Iterator[Requirement]:
    report = followed.report
    table, cases = report.office(shape), followed.cases
    if table is None or cases is None:
        return
    part, whole = matched(table, cases)
    # Nobody need have been away; of later contacts that is judged in each group below.
    passed = part >= MATCHED * whole
    found = share_of(report, report.gate(table), part, whole)
    limit, known = report.term("gate_limit.at_least_share", share=MATCHED), whole > 0
    code = f"{shape}_matched"
    yield requirement(report, code, passed, found, limit, known=known, share=MATCHED)


def _searched(followed: Followed, found: Sequence[Search]) -> Iterator[Requirement]:
    report, least = followed.report, 1 - followed.report.plan.max_unlinked
    gate = followed.gate
    words = [(s, share_of(report, gate, s.searched, s.files)) for s in found]
    yield requirement(
        report,
        "searched",
        _both(followed, found) and all(s.searched >= least * s.files > 0 for s in found),
        _each(followed, words),
        report.term("gate_limit.at_least_share", share=least),
        share=least,
    )


def _ended(followed: Followed, found: Sequence[Search]) -> Iterator[Requirement]:
    report, least = followed.report, 1 - followed.report.plan.max_unlinked
    words = [(s, share_of(report, followed.gate, s.ended, s.files)) for s in found]
    limit = report.term("gate_limit.at_least_share", share=least)
    passed, told = all(s.ended >= least * s.files for s in found), _each(followed, words)
    over = _files(followed, found)
    yield requirement(report, "end_known", passed, told, limit, over=over, share=least)


def _found(followed: Followed, found: Sequence[Search]) -> Iterator[Requirement]:
    report, gate = followed.report, followed.gate
    stage = event_label(report, followed.definition)
    some = report.term("gate_limit.somebody")
    over = _files(followed, found)
    told = _each(followed, [(s, _somebody(report, gate, s.found)) for s in found])
    yield requirement(report, "found", all(s.found for s in found), told, some, over=over)
    told = _each(followed, [(s, _somebody(report, gate, s.at_stage)) for s in found])
    known = all(s.at_stage for s in found)
    yield requirement(report, "stage_found", known, told, some, over=over, definition=stage)
    if not (known and all(over)):
        return
    words = [(s, share_of(report, gate, s.at_stage - s.undated, s.at_stage)) for s in found]
    yield requirement(
        report,
        "dated",
        all(s.undated <= UNDATED * s.at_stage for s in found),
        _each(followed, words),
        report.term("gate_limit.at_least_share", share=1 - UNDATED),
        share=1 - UNDATED,
    )
    whole = [s.nowhere >= UNLIKELY and s.uneven >= UNEVEN for s in found]
    here = [(s, "everywhere" if w else "not_everywhere") for s, w in zip(found, whole, strict=True)]
    yield requirement(
        report,
        "found_everywhere",
        all(whole),
        _each(followed, [(s, report.term(f"gate_found.{key}")) for s, key in here]),
        report.term("gate_limit.everywhere"),
    )
    words = [(s, report.term(f"gate_found.{_reach(s)}")) for s in found]
    yield requirement(
        report,
        "searched_to_the_end",
        all(s.chance >= UNLIKELY for s in found),
        _each(followed, words),
        report.term("gate_limit.to_the_end"),
        window=followed.window_term,
    )


def _reach(search: Search) -> str:
    return "to_the_end" if search.chance >= UNLIKELY else "stops_early"


def _somebody(report: Report, gate: Gate, n: int) -> Term:
    return counted(report, gate, n) if n else report.term("gate_found.nobody_found")


def _both(followed: Followed, found: Sequence[Search]) -> bool:
    return {s.group for s in found} == set(followed.groups)


def _each(followed: Followed, words: Sequence[tuple[Search, Term]]) -> Term:
    label = followed.report.study.label
    return each(followed.report, [(label(s.group), said) for s, said in words])
