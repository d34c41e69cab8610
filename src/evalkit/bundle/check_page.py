"""check.html: one file in which a reader's browser finds every number again, without a network.

Imports recompute, export and what is below them. Python itself is in the file (Pyodide), beside
the results and the second implementation as text: docs/adr/0036-recomputed-in-the-page.md.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evalkit import recompute
from evalkit.export.fonts import font_css
from evalkit.export.page import TEMPLATES as PAGES
from evalkit.export.page import content_policy
from evalkit.export.templating import environment
from evalkit.landing import script_json
from evalkit.language import language
from evalkit.present.shown import stylesheet
from evalkit.words import catalogue, say

HERE = Path(__file__).parent
TEMPLATES, PYODIDE = HERE / "templates", HERE / "pyodide"
LICENCES = (PYODIDE / "LICENSE.MPL-2.0.txt", PYODIDE / "LICENSE.Python.txt")
# The loader, the interpreter and its library: what they are called where they ask for one another.
PACKED = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")
LIBRARY = "python_stdlib.zip"
# Sections of the locale files that are said whole, and what is said of the page's own.
NAMED = ("outcome", "verdict", "places", "gate_state")
PAGE = (
    *("title", "lead", "languages", "made_up", "made_up_some", "made_up_report", "starting"),
    *("running", "old", "failed", "no_script", "done_good", "done_bad", "seconds"),
    *("first_good", "first_bad", "totals", "kind", "number", "show", "show_all"),
    *("show_first", "show_wrong", "show_cannot", "own", "own_note", "own_bad", "reports"),
    *("column_what", "column_printed", "column_found", "column_state", "column_how"),
    *("none_shown", "summary", "change", "changing", "changing_note", "changing_many"),
    *("changing_still", "changing_impossible", "reset", "close", "column_is", "column_would"),
    *("within", "between", "licences", "licences_note", "source", "files", "headline"),
    *("report", "points", "per_cent", "named", "spoken"),
)
STATE = (*("agrees", "given", "differs", "cannot"),)
KIND = (*("exact", "rounded", "held", "given", "differs", "cannot"),)
FIELD = (
    *("p", "state", "low_end", "high_end"),
    *("value", "interval", "se", "n", "events", "level", "denominator", "verdict", "side"),
    "count",
)
# Rules of the second implementation, and reasons why there is none.
HOW = (
    *("share", "wilson", "clopper_pearson", "events", "n", "whole", "gap", "newcombe"),
    *("wald", "sums", "pearson", "unweighted", "e_value", "holm", "inverse", "curve"),
    *("greenwood", "log_rank", "rate", "one_sided", "poisson", "power", "smd", "chi_square"),
    *("same", "missed", "coverage", "everybody", "step", "at_most", "at_least", "judged"),
    *("tally", "spread", "funnel", "side", "side_rounded", "each", "sum", "either"),
    *("chapman", "rr1", "coop1", "ref1", "con1", "answers", "silent", "unrated", "read_as"),
    *(
        "quotient",
        "base",
        "audited",
        "level",
        "verdict",
        "at_least_parts",
        "cautious",
        "limit",
        "gates",
        "rating",
        "design",
        "late",
    ),
    *("departed", "turned", "reason", "sentence", "middle", "p_range", "p_freedom"),
    *("ordered", "empty", "broken", "ids", "flow"),
)
WHY = (
    *("figure", "ledger", "rated", "resampled", "weighted", "clustered", "model", "persons"),
    *("count", "rounded", "unknown"),
)


def write_check(path: Path, reports: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """Write the page that checks reports in a reader's browser.

    Parameters
    ----------
    path : Path
        Of the HTML file.
    reports : sequence of (str, mapping)
        Of each report its folder, as a bundle names it, and the content of its results.json.

    Notes
    -----
    The same reports give the same bytes.
    """
    told = [_report(folder, results) for folder, results in reports]
    langs = tuple(dict.fromkeys(lang for _, r in reports for lang in r["languages"]))
    script = _text(TEMPLATES / "check.js")
    html = (
        environment(TEMPLATES)
        .get_template("check.html.j2")
        .render(
            langs=langs,
            family=language(langs[0]).family,
            say=say,
            css=stylesheet() + _text(PAGES / "page.css") + _text(TEMPLATES / "check.css"),
            policy=_policy(script),
            script=script,
            words=script_json({lang: _words(lang) for lang in langs}),
            spoken=[{"lang": lang, "name": language(lang).name} for lang in langs],
            reports=told,
            listed=script_json([{k: r[k] for k in ("folder", "sha256", "made_up")} for r in told]),
            files={name: _text64(PYODIDE / f"{name}.gz") for name in PACKED}
            | {LIBRARY: _text64(PYODIDE / LIBRARY)},
            lock=_lock(),
            version=_version(),
            source=_source(),
            licences=[(file.name, _text(file)) for file in LICENCES],
            made_up=_made_up([r["made_up"] for r in told]),
        )
    )
    said = html.split("<!-- packed -->")[0] + _spoken(reports)
    path.write_text(html.replace("@@FONTS@@", font_css(said), 1), encoding="utf-8")


def _report(folder: str, results: Mapping[str, Any]) -> dict[str, Any]:
    """Return one report for the page: packed, and by which fingerprint its file is known."""
    text = json.dumps(results, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    made_up = any(e["made_up"] for e in results["estimates"])
    return {
        "folder": folder,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "packed": base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode(),
        "made_up": made_up or results["study"].get("made_up") is True,
    }


def _made_up(reports: Sequence[bool]) -> str:
    """Return the name of the sentence on made-up data; empty where there are none."""
    return "made_up" if all(reports) else "made_up_some" if any(reports) else ""


def _policy(script: str) -> str:
    """Return what a browser may do on the page: run what is in it, and ask for nothing."""
    # Python's own modules are unpacked in the page and started from there.
    return content_policy(script).replace("; base-uri", " blob: 'wasm-unsafe-eval'; base-uri")


def _words(lang: str) -> dict[str, Any]:
    """Return everything that the page says in one language, by section and name."""
    known = catalogue(lang)
    found: dict[str, Any] = {"name": language(lang).name, "family": language(lang).family}
    for key, text in known.items():
        section, name = key.split(".", 1)
        if section in NAMED:
            found.setdefault(section, {})[name] = text
    return found | {
        "recheck": {name: known[f"recheck.{name}"] for name in PAGE},
        "recheck_state": {name: known[f"recheck_state.{name}"] for name in STATE},
        "recheck_kind": {name: known[f"recheck_kind.{name}"] for name in KIND},
        "recheck_field": {name: known[f"recheck_field.{name}"] for name in FIELD},
        "recheck_how": {name: known[f"recheck_how.{name}"] for name in HOW},
        "recheck_why": {name: known[f"recheck_why.{name}"] for name in WHY},
    }


def _source() -> dict[str, str]:
    """Return the second implementation: its files' texts by name."""
    folder = Path(recompute.__file__).parent
    return {file.name: _text(file) for file in sorted(folder.glob("*.py"))}


def _spoken(reports: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """Return all text of results that the page may show, for its font."""
    found: set[str] = set()
    left: list[Any] = [dict(results) for _, results in reports]
    while left:
        value = left.pop()
        if isinstance(value, str):
            found.update(value)
        elif isinstance(value, dict):
            left += value.values()
        elif isinstance(value, list):
            left += value
    return "".join(sorted(found))


def _lock() -> str:
    return script_json(json.loads(_text(PYODIDE / "lock.json")))


def _version() -> str:
    return _text(PYODIDE / "README.md").split("\n", 1)[0].split()[-1]


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _text64(file: Path) -> str:
    return base64.b64encode(file.read_bytes()).decode()
