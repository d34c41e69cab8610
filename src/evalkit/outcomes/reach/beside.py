"""Printed counts of people and person-times beside what the data handed in hold."""

from __future__ import annotations

from collections.abc import Iterator

from evalkit.estimate import Estimate
from evalkit.intake.ledger import Claim
from evalkit.outcomes.printed import lacks
from evalkit.outcomes.report import Refusal, Report, Result
from evalkit.protocol import DECLARED
from evalkit.words import Term

# What a printed count must say before it could be held against data: when, and from when on.
NEEDED = ("date", "start")
PERSON_TIMES, PERSONS = "person_times", "persons"
# A ledger's short name of what is counted tells volunteers from those whom they serve.
VOLUNTEERS = "volunteer"


def beside_printed(
    report: Report,
    visited: Result | Refusal,
    steps: Result | Refusal,
    volunteers: Result | Refusal,
) -> Result:
    """Return each printed count of people or person-times beside the data's of the same unit.

    Parameters
    ----------
    report : Report
        An opened report.
    visited : Result or Refusal
        From `visits`.
    steps : Result or Refusal
        From `cascade`.
    volunteers : Result or Refusal
        From `volunteers`.

    Returns
    -------
    Result
        ``printed_beside[claim]``: as its population what the data hold of the same unit, as
        its reason what stands in the way of comparing both. Persons and person-times are never
        held against each other. Empty where nothing of these units is printed, or the data
        hold nothing of them.
    """
    held = {
        (PERSON_TIMES, False): list(_visits(report, visited)),
        (PERSONS, False): [*_people(report, visited), *_steps(report, steps)],
        (PERSONS, True): list(_volunteers(report, volunteers)),
    }
    rows = []
    for claim in report.claims:
        if claim.outcome not in DECLARED[report.outcome].ledger or claim.number is None:
            continue
        found = held.get((claim.unit.code, VOLUNTEERS in claim.indicator))
        if found:
            rows.append(_row(report, claim, found))
    return Result(report, tuple(rows))


def _row(report: Report, claim: Claim, found: list[Term]) -> Estimate:
    lacking = [code for code in lacks(report.outcome, claim) if code in NEEDED]
    parts = [report.term(f"missing.{code}") for code in lacking]
    reason = report.term("beside.unsaid", what=parts) if parts else report.term("beside.same_unit")
    return report.estimate(
        "printed_beside",
        table=report.ledger,
        dims=(("claim", claim.claim_id),),
        unit="none",
        definition=claim.statement,
        population=report.term("beside.held", parts=found),
        reason=reason,
    )


def _told(report: Report, key: str, e: Estimate) -> Iterator[Term]:
    if e.value is not None:
        yield report.term(f"beside.{key}", n=e.value)


def _visits(report: Report, visited: Result | Refusal) -> Iterator[Term]:
    if isinstance(visited, Result):
        counts = {e.dim("of"): e for e in visited.of("visit_count")}
        yield from _told(report, "visits", counts.get("all", counts["named"]))


def _people(report: Report, visited: Result | Refusal) -> Iterator[Term]:
    if isinstance(visited, Result):
        yield from _told(report, "people", visited.one("people_count"))


def _steps(report: Report, steps: Result | Refusal) -> Iterator[Term]:
    if isinstance(steps, Result):
        for e in steps.of("cascade"):
            if e.dim("step") == report.plan.definition and e.events is not None:
                yield report.term("beside.at_step", step=e.definition, n=e.events)


def _volunteers(report: Report, volunteers: Result | Refusal) -> Iterator[Term]:
    if isinstance(volunteers, Result):
        for e in volunteers.of("volunteer_count"):
            if e.dim("who") in ("registered", "active"):
                yield from _told(report, f"volunteers_{e.dim('who')}", e)
