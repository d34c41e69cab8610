"""What a bundle says to people: its title, a page to read first, how to run it again.

Imports words, and crate and inputs for what they list.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence

from evalkit.bundle.crate import ReportFiles
from evalkit.bundle.inputs import FOLDER, StudyInputs
from evalkit.bundle.wheel import LOCK
from evalkit.words import say

READMES = {"en": "README.md", "zh": "README.zh.md"}
CODECHECK = "https://codecheck.org.uk/spec/config/1.0/"


def title(reports: Sequence[ReportFiles], languages: Sequence[str]) -> str:
    """Return what a bundle is called, in each of its languages."""
    return " / ".join(_title(reports, lang) for lang in languages)


def _title(reports: Sequence[ReportFiles], lang: str) -> str:
    studies = {r.results["study"]["code"]: r.results["study"]["name"] for r in reports}
    names = [_in(name, lang) for name in studies.values()]
    return say("bundle.title", lang, studies=names)


def about(reports: Sequence[ReportFiles], languages: Sequence[str]) -> str:
    """Return what a bundle holds, in each of its languages."""
    return " / ".join(say("bundle.about", lang, n=len(reports)) for lang in languages)


def _in(texts: dict[str, str], lang: str) -> str:
    return texts.get(lang) or next(iter(texts.values()))


def readme(reports: Sequence[ReportFiles], inputs: Sequence[StudyInputs], lang: str) -> bytes:
    """Return the page that a receiver reads first."""
    held = [
        say(
            "bundle.readme_report",
            lang,
            folder=report.folder,
            headline=_in(report.results["headline"], lang).replace("\n", " "),
        )
        for report in reports
    ]
    stays = [
        say("bundle.readme_stays", lang, study=each.code, table=table["name"])
        for each in inputs
        for table in each.withheld
    ]
    made_up = any(report.made_up for report in reports)
    parts = [
        f"# {_title(reports, lang)}",
        *([say("bundle.readme_made_up", lang)] if made_up else []),
        say("bundle.readme_first", lang),
        say("bundle.readme_check", lang),
        say("bundle.readme_reports", lang, n=len(reports)),
        "\n".join(held),
        *([say("bundle.readme_data", lang), "\n".join(stays)] if stays else []),
        say("bundle.readme_files", lang),
    ]
    return ("\n\n".join(parts) + "\n").encode()


def run_again(inputs: Sequence[StudyInputs], wheel: str) -> bytes:
    """Return a script that makes every report again, from the bundle's own folder."""
    studies = " ".join(f"--study {shlex.quote(f'{FOLDER}/{i.code}/{i.file}')}" for i in inputs)
    lines = [
        "#!/bin/sh",
        "# Makes the reports again, into the folder again/, with Python 3.11 to 3.13.",
        "# `evalkit reproduce` does it twice, and compares every number.",
        "set -eu",
        'cd "$(dirname "$0")/.."',
        "python3 -m venv again/.venv",
        f"again/.venv/bin/python -m pip install --require-hashes -r code/{LOCK}",
        f"again/.venv/bin/python -m pip install --no-deps code/{wheel}",
        f"again/.venv/bin/evalkit run {studies} --reports again/reports",
    ]
    return ("\n".join(lines) + "\n").encode()


def codecheck(reports: Sequence[ReportFiles], languages: Sequence[str]) -> bytes:
    """Return the form of a CODECHECK, filled as far as who hands over can fill it.

    Notes
    -----
    The codechecker's own parts are left to them: who checked, when, and with what result.
    """
    lines = ["---", f"version: {CODECHECK}", "", "paper:"]
    # JSON's strings are YAML's too.
    lines += [
        f"  title: {json.dumps(title(reports, languages), ensure_ascii=False)}",
        "  authors: []",
    ]
    lines += ["", "manifest:"]
    for report in reports:
        for name in report.names:
            if name.endswith(("results.json", ".html", ".pdf")):
                lines += [f"  - file: {json.dumps(name, ensure_ascii=False)}"]
                lines += [f"    comment: {json.dumps(report.folder, ensure_ascii=False)}"]
    lines += ["", "codechecker: []", "summary: ''", "report: ''", "check_time: ''"]
    return ("\n".join(lines) + "\n").encode()
