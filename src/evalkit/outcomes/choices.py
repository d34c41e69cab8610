"""What the plan decides of one outcome, so that it stands on the page and in the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from evalkit.outcomes.labels import header_of
from evalkit.outcomes.report import Report, Result
from evalkit.protocol import DECLARED
from evalkit.protocol.house import AT_LEAST, AT_MOST
from evalkit.schema import load_schema
from evalkit.words import Term

# What is said elsewhere of every estimate, or is a list of what is shown.
UNTOLD = ("estimands",)


def choices(report: Report) -> Result:
    """Return every choice of the plan that decides this report: who counts, limits, methods.

    Parameters
    ----------
    report : Report
        An opened report.

    Returns
    -------
    Result
        ``choice[choice]``, in the order of the plan; where the house has a limit, with it.
    """
    table = report.table if report.spec else None
    found = []
    for name, value in asdict(report.plan).items():
        if name in UNTOLD:
            continue
        said = _said(report, value, name)
        house = AT_MOST.get(name, AT_LEAST.get(name))
        found.append(
            report.estimate(
                "choice",
                table=table,
                dims=(("choice", name),),
                unit="none",
                definition=report.term(f"choice.{name}"),
                population=said,
                against=_plain(report, f"{house:g}") if house is not None else None,
                reason=said,
            )
        )
    return Result(report, tuple(found))


# Sections of the locale files that name the values of some choices.
NAMED = {
    **{"estimator": "method", "adjustment": "method", "design": "design_of"},
    **{"primary": "primary_of", "curve_interval": "curve_of", "window_unit": "unit_of"},
}


# Choices that name columns of the table, or list them.
OF_COLUMNS = (
    *("covariates", "by", "subgroups", "known", "rake", "groups", "cluster", "exposure"),
    *("bands", "item"),
)
# By the table of the persons: the office's table whose closed list names what is counted.
OF_EVENTS = {"cases": ("events", "definition"), "people": ("funnel", "stage")}


def _said(report: Report, value: Any, name: str = "") -> Term:
    """Return a choice in words: the study's labels where it has them, else the offices'."""
    if name == "cluster" and not value:
        return report.term("chosen.township")
    if name == "primary":
        return _coded(report, value, report.term(f"primary_of.{value}"))
    if name in NAMED:
        return report.term(f"{NAMED[name]}.{value}")
    if isinstance(value, Mapping):
        parts = [
            report.term(
                "chosen.bands",
                column=_said(report, key, name),
                edges=_plain(report, ", ".join(f"{x:g}" for x in edges)),
            )
            for key, edges in value.items()
        ]
        return report.term("chosen.several", parts=parts) if parts else report.term("chosen.none")
    if isinstance(value, (list, tuple)):
        parts = [_said(report, item, name) for item in value]
        return report.term("chosen.several", parts=parts) if parts else report.term("chosen.none")
    if isinstance(value, str):
        return _named(report, value, name) if value else report.term("chosen.none")
    return _plain(report, f"{value:g}")


def _named(report: Report, value: str, name: str) -> Term:
    """Return a code in words, with the code behind words that are not the study's own."""
    labels = report.study.labels
    if value in labels:
        return labels[value]
    found = header_of(report, value) if name in OF_COLUMNS else None
    counted = OF_EVENTS.get(DECLARED[report.outcome].persons)
    if name == "definition" and counted:
        shape, column = counted
        choice = load_schema(shape).columns[column].choices.get(value)
        found = choice.label if choice is not None else None
    return _coded(report, value, found) if found else _plain(report, value)


def _coded(report: Report, code: str, name: Term) -> Term:
    return Term(code, report.term("chosen.coded", name=name, code=code).text)


def _plain(report: Report, text: str) -> Term:
    return Term(text, dict.fromkeys(report.languages, text))
