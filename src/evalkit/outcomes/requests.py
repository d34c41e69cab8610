"""The data to ask an area for, by the mechanisms that it says it has."""

from __future__ import annotations

from evalkit.estimate import Estimate
from evalkit.outcomes.report import Report, Result
from evalkit.protocol import Mechanism
from evalkit.words import Term


def requests(report: Report) -> Result:
    """Return the data to ask for: what every area owes, then mechanism by mechanism.

    Parameters
    ----------
    report : Report
        An opened report.

    Returns
    -------
    Result
        ``requests[item=...]``, each not assessable until supplied. Empty where
        the study already holds the area's data.
    """
    if report.spec is not None:
        return Result(report, ())
    items = [_general(report)]
    items += [
        _of(report, mechanism)
        for mechanism in report.area.mechanisms
        if report.outcome in mechanism.feeds and _lacking(report, mechanism)
    ]
    return Result(report, tuple(items))


def _lacking(report: Report, mechanism: Mechanism) -> bool:
    """Return whether a table of a mechanism was not handed in: of the others nothing is asked."""
    area = report.area.code
    return any(report.study.clean_table(area, name) is None for name in mechanism.tables)


def _general(report: Report) -> Estimate:
    return report.estimate(
        "requests",
        table=None,
        dims=(("item", "general"),),
        unit="none",
        verdict="not_assessable",
        group=report.term("request.general"),
        definition=report.term(f"request.{report.outcome}"),
        reason=report.term("reason.not_supplied"),
        would_pass=report.term(f"would_pass.{report.outcome}"),
    )


def _of(report: Report, mechanism: Mechanism) -> Estimate:
    tables = [report.term(f"table.{name}") for name in mechanism.tables]
    return report.estimate(
        "requests",
        table=None,
        dims=(("item", mechanism.name.code),),
        unit="none",
        verdict="not_assessable",
        group=mechanism.name,
        definition=mechanism.data,
        population=Term("+".join(mechanism.tables), _joined(report, tables)),
        reason=report.term("reason.not_supplied"),
        would_pass=report.term(f"would_pass.{report.outcome}"),
    )


def _joined(report: Report, terms: list[Term]) -> dict[str, str]:
    joint = report.term("format.list_separator").text
    return {lang: joint[lang].join(t.text[lang] for t in terms) for lang in report.languages}
