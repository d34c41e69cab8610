"""What a reproduction leaves: a certificate for people and for machines, results and a log.

Imports export and words, and reproduce for what came out.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evalkit import __version__
from evalkit.bundle.compare import TOLERANCE
from evalkit.bundle.contents import as_json
from evalkit.bundle.papers import CODECHECK
from evalkit.bundle.reproduce import RUNS, Reproduction
from evalkit.export.framed import framed
from evalkit.files import process_mark, replace_folder, staged_folder
from evalkit.language import whole_languages
from evalkit.words import number, say

RECORD, LOG, HASHES, CHECKED = "certificate.json", "run.log", "hashes.txt", "codecheck.yml"
SCHEMA = 1
# So many differences are listed on the page; the record has all.
LISTED = 200


def write_certificate(folder: Path, made: Reproduction) -> None:
    """Write everything that a reproduction leaves, whole or not at all.

    Parameters
    ----------
    folder : Path
        Its place. What lies there of an earlier one goes; other files stay.

    Raises
    ------
    OSError
        As the system says it.
    """
    run = process_mark()
    with staged_folder(folder.parent, folder.name, run) as staged:
        (staged / RECORD).write_bytes(as_json(record(made)))
        (staged / LOG).write_text("".join(f"{line}\n" for line in made.log), encoding="utf-8")
        (staged / HASHES).write_text(_hashes(made), encoding="utf-8")
        (staged / CHECKED).write_bytes(_codecheck(made))
        for number_, results in enumerate(made.results, start=1):
            for name, held in results.items():
                target = staged / f"run-{number_}" / f"{name.removeprefix('reports/')}.json"
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(as_json(held))
        for lang in whole_languages():
            (staged / page_name(lang)).write_text(_page(made, lang), encoding="utf-8")
        replace_folder(staged, folder, _ours)


def _ours(name: str) -> bool:
    pages = {page_name(lang) for lang in whole_languages()}
    return name in {RECORD, LOG, HASHES, CHECKED, *pages} or name.startswith("run-")


def page_name(lang: str) -> str:
    """Return the file name of the certificate in one language."""
    return f"certificate.{lang}.html"


def record(made: Reproduction) -> dict[str, Any]:
    """Return the certificate as plain data."""
    return {
        "schema": SCHEMA,
        "class": made.kind,
        "reasons": made.reasons,
        "mode": "witnessed" if made.witness else "re-executed",
        "witness": made.witness,
        "bundle": {
            "file": made.verdict.path.name,
            "list_sha256": made.verdict.sha256,
            "evalkit": made.verdict.version,
            "key": made.verdict.key.fingerprint if made.verdict.key else "",
            "made_up": made.verdict.made_up,
        },
        "runs": RUNS,
        "tolerance": {"floats": TOLERANCE, "counts": 0, "words": 0},
        "numbers": _sum(made, "numbers"),
        "equal": _sum(made, "equal"),
        "near": _sum(made, "near"),
        "reports": [asdict(report) for report in made.reports],
        "data": [asdict(place) for place in made.places],
        "began": made.began,
        "ended": made.ended,
        "python": made.python,
        "bundle_python": made.bundle_python,
        "system": made.system,
        "evalkit": __version__,
    }


def _sum(made: Reproduction, part: str) -> int:
    return sum(getattr(report, part) for report in made.reports)


def _hashes(made: Reproduction) -> str:
    """Return the fingerprints before and behind the runs, as ``sha256sum`` would print them."""
    lines = [f"{made.verdict.sha256}  {made.verdict.path.name}: manifest-sha256.txt"]
    for place in made.places:
        if place.before:
            lines.append(f"{place.before}  before: {place.study} {place.name}")
            lines.append(f"{place.after}  after: {place.study} {place.name}")
    return "".join(f"{line}\n" for line in lines)


def _codecheck(made: Reproduction) -> bytes:
    told = {
        "version": CODECHECK,
        "summary": " ".join([made.kind, *made.reasons]),
        "check_time": made.ended,
        "codechecker": [{"name": made.witness}] if made.witness else [],
        "certificate": made.verdict.sha256,
        "manifest": [
            {"file": r.folder, "comment": f"{r.reproduced}/{r.numbers}"} for r in made.reports
        ],
    }
    lines = (f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in told.items())
    return ("---\n" + "\n".join(lines) + "\n").encode()


def _page(made: Reproduction, lang: str) -> str:
    return framed(
        "certificate.html.j2",
        ("certificate.css",),
        {other: page_name(other) for other in whole_languages()},
        lang,
        made_up=made.verdict.made_up,
        kind=made.kind,
        what=say("certificate.what", lang, file=made.verdict.path.name, at=made.ended),
        counted=say(
            "certificate.counted", lang,
            n=_sum(made, "numbers"), equal=_sum(made, "equal"), near=_sum(made, "near"), runs=RUNS,
        ),
        reasons=[say(f"certificate.reason_{code}", lang) for code in made.reasons],
        mode=_mode(made, lang),
        report_heads=_heads(("report", "numbers", "equal", "near", "differ", "why"), lang),
        report_rows=[_row(report, lang) for report in made.reports],
        difference_heads=_heads(("id", "part", "before", "after", "run"), lang),
        differences=_differences(made, lang),
        left_out=_left_out(made, lang),
        places=[_place(place, lang) for place in made.places],
        facts=_facts(made, lang),
    )  # fmt: skip


def _heads(keys: tuple[str, ...], lang: str) -> list[str]:
    return [say(f"certificate.head_{key}", lang) for key in keys]


def _mode(made: Reproduction, lang: str) -> str:
    if made.witness:
        return say("certificate.witnessed", lang, who=made.witness)
    return say("certificate.executed", lang)


def _row(report: Any, lang: str) -> list[str]:
    counts = (report.numbers, report.equal, report.near, report.numbers - report.reproduced)
    return [
        report.folder,
        *(number(count, "int", lang) for count in counts),
        say("certificate.why_no_result", lang) if report.why == "no_result"
        else say("certificate.why", lang, key=report.why) if report.why else "",
    ]  # fmt: skip


def _differences(made: Reproduction, lang: str) -> list[list[str]]:
    rows = [difference for report in made.reports for difference in report.differences]
    return [[d.id, d.part, d.before, d.after, number(d.run, "int", lang)] for d in rows[:LISTED]]


def _left_out(made: Reproduction, lang: str) -> str:
    left = sum(len(report.differences) for report in made.reports) - LISTED
    return say("certificate.left_out", lang, n=left) if left > 0 else ""


def _place(place: Any, lang: str) -> str:
    told = {"study": place.study, "table": place.name}
    if not place.before:
        return say("certificate.place_absent", lang, **told)
    key = "place" if place.before == place.after else "place_changed"
    return say(f"certificate.{key}", lang, before=place.before, after=place.after, **told)


def _facts(made: Reproduction, lang: str) -> list[tuple[str, str]]:
    known = made.verdict.key.fingerprint if made.verdict.key else say("certificate.unsigned", lang)
    facts = {
        "list": made.verdict.sha256,
        "key": known,
        "began": made.began,
        "ended": made.ended,
        "python": f"{made.python} ({made.bundle_python})",
        "system": made.system,
        "tolerance": say("certificate.tolerance_told", lang, size=f"{TOLERANCE:g}"),
    }
    return [(say(f"certificate.fact_{key}", lang), value) for key, value in facts.items()]
