"""What the plan decides of one outcome, so that it stands on the page and in the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from evalkit.outcomes.labels import header_of
from evalkit.outcomes.report import Report, Result
from evalkit.protocol.house import AT_LEAST, AT_MOST
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
NAMED = {"estimator": "method", "adjustment": "method", "design": "design_of"}


# Choices that list columns of the table.
OF_COLUMNS, COLUMN = ("covariates", "by", "subgroups", "known", "rake", "groups"), "column"


def _said(report: Report, value: Any, name: str = "") -> Term:
    """Return a choice in words: the study's labels where it has them."""
    if name == "cluster" and not value:
        return report.term("chosen.township")
    if name in NAMED:
        return report.term(f"{NAMED[name]}.{value}")
    if isinstance(value, Mapping):
        bands = [f"{key}: {', '.join(f'{x:g}' for x in edges)}" for key, edges in value.items()]
        return _plain(report, "; ".join(bands)) if bands else report.term("chosen.none")
    if isinstance(value, (list, tuple)):
        parts = [_said(report, item, COLUMN if name in OF_COLUMNS else "") for item in value]
        return report.term("chosen.several", parts=parts) if parts else report.term("chosen.none")
    if isinstance(value, str):
        if not value:
            return report.term("chosen.none")
        named = report.study.labels.get(value)
        if named is None and name == COLUMN:
            named = header_of(report, value)
        return named or _plain(report, value)
    return _plain(report, f"{value:g}")


def _plain(report: Report, text: str) -> Term:
    return Term(text, dict.fromkeys(report.languages, text))
