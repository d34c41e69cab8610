"""Where a page comes from, in words, and the list of every result on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from evalkit.estimate import Estimate
from evalkit.export.results import provenance
from evalkit.files import file_sha256
from evalkit.present.header import Agreed, ReportHeader, Source
from evalkit.present.numbers import brackets_text, interval_text, number, value_text
from evalkit.protocol.study import ASSESSMENT
from evalkit.record import Record
from evalkit.words import Term, phrase, say

LONGEST = 240


def title(header: ReportHeader, lang: str) -> str:
    """Return what a report is called: its area and outcome."""
    outcome = say(f"outcome.{header.outcome}", lang)
    return say("page.title", lang, area=header.area_name, outcome=outcome)


def clipped(text: str) -> str:
    """Return a text as long as Word's properties and Excel's print heads hold.

    Parameters
    ----------
    text : str
        A title, which the document itself has in full.
    """
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def status_line(header: ReportHeader, lang: str) -> str:
    """Return the study and the state of its plan."""
    plan = phrase(f"plan.{header.plan_status}")
    return say("page.status_line", lang, study=header.study_name, plan=plan)


def origin_list(record: Record, results: Path, lang: str) -> list[dict[str, Any]]:
    """Return the lines of "where this page comes from".

    Each has a name, a value to compare copies by, and what a reader is told of it without its
    fingerprint; empty where that is nothing.

    Parameters
    ----------
    results : Path
        The report's results, which every form of it names by their fingerprint.
    """
    header, origin = record.header, provenance(record)
    code = f"evalkit {header.version}"
    plan = say(f"plan.{header.plan_status}", lang)
    policy = say("page.policy", lang, version=header.policy, rule=header.rule)
    # The notebook ran in one language; this page may be in another.
    given = [f"{k}={v}" for k, v in origin.parameters.items() if k != "lang"]
    # Name, what is compared, and what a reader is told.
    lines = [_stated(header, key, lang) for key in ASSESSMENT]
    open_ = [say(f"origin.{key}", lang) for key in ASSESSMENT if header.stated(key) is None]
    if header.brand is not None:
        name = header.brand.name.text[lang]
        lines.append(("published_by", name, name))
    lines += [("lacking", "", say("origin.lacks", lang, what=open_))] if open_ else []
    lines += [
        ("made_at", origin.made_at, origin.made_at),
        ("version", _version(header), f"{code}, Python {header.python}"),
        ("parameters", ", ".join(given), ""),
        ("notebook", f"{origin.notebook}, sha256 {origin.notebook_sha256}", ""),
        ("study", _file(header.study, lang), ""),
        ("area", _file(header.area, lang), ""),
        ("plan", _plan(header, lang), plan),
        ("policy", policy, policy),
        *(("data", *told) for told in _data_lines(record, lang)),
        ("results_file", f"{results.name}, sha256 {file_sha256(results)}", ""),
        ("rerun", origin.command, ""),
        ("results", number(len(record.estimates), "int", lang), ""),
    ]
    return [
        {"name": say(f"origin.{name}", lang), "value": value, "told": told}
        for name, value, told in lines
    ]


def _stated(header: ReportHeader, key: str, lang: str) -> tuple[str, str, str]:
    said = header.stated(key)
    return key, stated(said, lang), said.text[lang] if said else ""


def _version(header: ReportHeader) -> str:
    code = f"evalkit {header.version}, sha256 {header.package_sha256}"
    return f"{code}, Python {header.python}"


def _plan(header: ReportHeader, lang: str) -> str:
    status = say(f"plan.{header.plan_status}", lang)
    return say("page.plan_line", lang, status=status, fingerprint=header.plan_sha256)


def _file(file: Agreed, lang: str) -> str:
    return say("page.copied", lang, name=file.name, fingerprint=file.sha256, copy=file.copy)


def stated(said: Term | None, lang: str) -> str:
    """Return what a study states of its assessment, or that it does not."""
    return said.text[lang] if said is not None else say("origin.not_stated", lang)


def _behind(record: Record) -> Iterator[Source]:
    """Yield every table behind the page; which an office handed in, the results tell."""
    yield from record.header.tables
    if offices := record.header.offices:
        pairs = dict.fromkeys(pair for e in record.estimates.values() for pair in e.data)
        for name, fingerprint in pairs:
            yield replace(offices, name=name, fingerprint=fingerprint)


def _data_lines(record: Record, lang: str) -> Iterator[tuple[str, str]]:
    """Yield a line for each table behind the page, with its fingerprint and without.

    Without it, tables of one source, status and licence are told together, with the first.
    """
    alike: dict[tuple[str, str, str], list[str]] = {}

    def kind(table: Source) -> tuple[str, str, str]:
        return table.status, table.source.text[lang], table.licence

    tables = list(_behind(record))
    for table in tables:
        alike.setdefault(kind(table), []).append(table.name)
    for table in tables:
        about = {
            "status": say(f"status.{table.status}", lang),
            "source": table.source,
            "licence": table.licence,
        }
        fingerprint = table.fingerprint or say("origin.no_fingerprint", lang)
        whole = say("page.data", lang, **about, name=table.name, fingerprint=fingerprint)
        names = alike.pop(kind(table), [])
        yield whole, say("page.data_plain", lang, **about, names=names) if names else ""


def all_results(record: Record, lang: str) -> dict[str, Any]:
    """Return every result of a page: id, value, interval, n, plan state.

    Returns
    -------
    dict
        Heads and rows; with the verdict behind the interval where a page has results
        with both a value and a verdict, as printed figures have.
    """
    # Choices and requirements are no results: their tables have them whole.
    told = ("choice", "gate", "case_gate")
    results = [e for e in record.estimates.values() if e.estimand not in told]
    both = any(e.verdict is not None and e.value is not None for e in results)
    keys = ("result", "value", "interval", *(("verdict",) if both else ()), "n", "plan_state")
    return {
        "heads": [say(f"head.{key}", lang) for key in keys],
        "rows": [_row(estimate, both, lang) for estimate in results],
    }


def _row(estimate: Estimate, both: bool, lang: str) -> list[str]:
    none = say("shown.none", lang)
    n = number(estimate.n, "int", lang) if estimate.n is not None else none
    verdict = say(f"verdict.{estimate.verdict}", lang) if estimate.verdict else none
    value = result_value(estimate, lang)
    if both and estimate.verdict and estimate.value is None:
        value = none
    return [
        estimate.id,
        value,
        result_interval(estimate, lang),
        *([verdict] if both else []),
        n,
        say(f"plan_state.{estimate.plan}", lang),
    ]


def result_interval(estimate: Estimate, lang: str) -> str:
    """Return the interval of a result as the page prints it, or the sign for none."""
    if estimate.disclosure == "withheld":
        return say("shown.withheld", lang)
    exact = estimate.low is not None and estimate.low == estimate.high
    if estimate.interval == "none" or (exact and estimate.interval == "rounding"):
        return say("shown.none", lang)
    if estimate.interval == "rounding":
        return brackets_text(estimate, lang)
    return interval_text(estimate, lang)


def result_value(estimate: Estimate, lang: str) -> str:
    """Return the value of a result, or the words of its verdict where it has none."""
    if estimate.verdict is not None and estimate.value is None:
        return say(f"verdict.{estimate.verdict}", lang)
    return value_text(estimate, lang)
