"""What an area printed about an outcome, and what is missing from it, by rule.

The rules read the ledger's coded fields; none names an area or a figure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from evalkit.estimate import Estimate
from evalkit.intake.ledger import Claim
from evalkit.outcomes.report import Report, Result
from evalkit.protocol import BEARS_ON, DECLARED
from evalkit.words import Term

# A printed figure can bear on an outcome only in these units.
PEOPLE_UNITS = ("persons", "percent")


@dataclass(frozen=True)
class Missing:
    """One thing that a printed figure lacks.

    Parameters
    ----------
    code : str
        Key under ``[missing]`` in the locale files.
    rule : callable
        Takes a claim; true where the thing is missing.
    """

    code: str
    rule: Callable[[Any], bool]


# What every printed figure is asked, whatever it bears on; `Outcome.asks` has the rest.
ALWAYS = ("unquantified", "date", "start")

RULES = (
    Missing("side_outcome", lambda row: row.outcome == "side_outcome"),
    Missing("unquantified", lambda row: row.rounding == "none"),
    Missing(
        "exposure",
        lambda row: row.rounding != "none" and row.value == "0" and row.base != "stated",
    ),
    Missing(
        "not_people",
        lambda row: row.rounding != "none" and str(row.unit) not in PEOPLE_UNITS,
    ),
    Missing("base", lambda row: row.base == "none"),
    Missing("base_size", lambda row: row.base == "named"),
    Missing("date", lambda row: row.dated == "no"),
    Missing("start", lambda row: row.dated == "partly"),
    Missing("instrument", lambda row: not row.instrument),
    Missing("n", lambda row: not row.n),
    Missing("follow_up", lambda row: not row.follow_up),
    Missing("comparison", lambda row: not row.comparison),
)


def asked_of(outcome: str) -> tuple[str, ...]:
    """Return the codes of what a printed figure is asked, by what it bears on."""
    return BEARS_ON[outcome].asks if outcome in BEARS_ON else ALWAYS


def printed(report: Report) -> Result:
    """Return every figure that the area printed about the outcome.

    Parameters
    ----------
    report : Report
        An opened report.

    Returns
    -------
    Result
        One estimate ``printed[claim=...]`` a figure, in the ledger's order.
        Printed figures are public and pass the gate unchanged. Empty where the
        study keeps no ledger.
    """
    return Result(report, tuple(printed_estimate(report, row) for row in _rows(report)))


def gaps(report: Report) -> Result:
    """Return what each printed figure lacks, and how many lack it.

    Parameters
    ----------
    report : Report
        An opened report.

    Returns
    -------
    Result
        ``gap[claim=...]`` (not assessable, with the reason) for each figure, then
        ``gaps[missing=...]`` (figures that lack it, out of all).
    """
    rows = _rows(report)
    lacking = {row.claim_id: lacks(report.outcome, row) for row in rows}
    each = tuple(_gap(report, row, lacking[row.claim_id]) for row in rows)
    counts = []
    for rule in RULES:
        count = sum(rule.code in codes for codes in lacking.values())
        if count:
            counts.append(_count(report, rule.code, count, len(rows)))
    return Result(report, (*each, *counts))


def lacks(outcome: str, row: Any) -> list[str]:
    """Return the codes of what one row of the ledger lacks for an outcome.

    Parameters
    ----------
    outcome : str
        What it is judged for: one of the ledger's outcomes.
    """
    asked = asked_of(outcome)
    return [rule.code for rule in RULES if rule.code in asked and rule.rule(row)]


def _rows(report: Report) -> list[Claim]:
    wanted = DECLARED[report.outcome].ledger
    return [claim for claim in report.claims if claim.outcome in wanted]


def printed_estimate(report: Report, claim: Claim) -> Estimate:
    """Return one printed figure as an estimate, with what the text says of it."""
    number = claim.number
    return report.estimate(
        "printed",
        table=report.ledger,
        dims=(("claim", claim.claim_id),),
        unit=claim.unit.code,
        value=None if number is None else float(number),
        digits=2 if number is not None and number.denominator != 1 else 0,
        population=claim.place,
        definition=claim.statement,
        window=claim.as_of,
        against=claim.denominator,
        method=report.term(f"rounding.{claim.rounding}"),
        reason=report.term("missing.unquantified") if number is None else None,
    )


def _gap(report: Report, row: Claim, codes: list[str]) -> Estimate:
    # A figure that lacks nothing is still only printed: nobody outside can check it.
    parts = [report.term(f"missing.{code}") for code in codes or ["checkable"]]
    joint = report.term("format.clause_separator").text
    text = {lang: joint[lang].join(p.text[lang] for p in parts) for lang in report.languages}
    return report.estimate(
        "gap",
        table=report.ledger,
        dims=(("claim", row.claim_id),),
        unit="none",
        verdict="not_assessable",
        reason=Term("+".join(codes or ["checkable"]), text),
        would_pass=report.term(f"would_pass.{report.outcome}"),
    )


def _count(report: Report, code: str, count: int, of: int) -> Estimate:
    return report.estimate(
        "gaps",
        table=report.ledger,
        dims=(("missing", code),),
        unit="figures",
        value=float(count),
        denominator=of,
        digits=0,
        definition=report.term(f"missing.{code}"),
    )
