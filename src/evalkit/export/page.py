"""One executed notebook becomes one self-contained page in one language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from nbconvert import HTMLExporter

from evalkit.export.checks import check_page
from evalkit.export.docx import docx_name
from evalkit.export.fonts import check_glyphs, font_css
from evalkit.export.origin import all_results, origin_list, status_line, title
from evalkit.export.pdf import pdf_name
from evalkit.export.results import RESULTS, Provenance
from evalkit.export.workbook import workbook_name
from evalkit.outcomes import Report
from evalkit.present.headline import deviation_text
from evalkit.present.shown import MIMES, stylesheet
from evalkit.record import Record
from evalkit.words import catalogue, say

TEMPLATES = Path(__file__).parent / "templates"
NUMBER = '<span class="ek-no"></span>'


def page_name(lang: str) -> str:
    """Return the file name of a report's page in one language.

    Parameters
    ----------
    lang : str
        Language code.
    """
    return f"report.{lang}.html"


def write_page(folder: Path, report: Report, record: Record, origin: Provenance, lang: str) -> Path:
    """Write a report's page in one language and return its path.

    Parameters
    ----------
    folder : Path
        Where the page goes.
    report : Report
        Opened.
    record : Record
        Read back from the executed notebook.
    origin : Provenance
        Where the report comes from.
    lang : str
        One of the study's languages.

    Raises
    ------
    PageError
        If the page may not leave the house.
    """
    notebook = nbformat.read(record.path, as_version=4)
    notebook.cells = _numbered(_headline_first(_in_language(notebook.cells, lang)), lang)
    target = folder / page_name(lang)
    exporter = HTMLExporter(
        template_name="report",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_anchor_links=True,
    )
    resources = {"evalkit": _page(folder, report, record, origin, notebook, lang)}
    html, _ = exporter.from_notebook_node(notebook, resources=resources)
    text = check_page(html, lang, target.name)
    check_glyphs(text, target.name)
    target.write_text(html.replace("@@FONTS@@", font_css(html), 1), encoding="utf-8")
    return target


def _tags(cell: Any) -> list[str]:
    return list(cell.metadata.get("tags", []))


def _in_language(cells: Iterable[Any], lang: str) -> list[Any]:
    kept = []
    for cell in cells:
        spoken = [tag for tag in _tags(cell) if tag.startswith("lang-")]
        if (spoken and f"lang-{lang}" not in spoken) or "jupyter-only" in _tags(cell):
            continue
        if cell.cell_type == "code":
            cell.outputs = [_html_of(output, lang) for output in cell.outputs]
            if not cell.outputs:
                continue
        kept.append(cell)
    return kept


def _html_of(output: Any, lang: str) -> Any:
    noun = next(output.data[kind] for kind in MIMES if kind in output.data)
    return nbformat.v4.new_output("display_data", {"text/html": noun["html"][lang]})


def _headline_first(cells: list[Any]) -> list[Any]:
    # The verdict is computed last and read first.
    first = [cell for cell in cells if "headline" in _tags(cell)]
    return first + [cell for cell in cells if "headline" not in _tags(cell)]


def _numbered(cells: list[Any], lang: str) -> list[Any]:
    counts = {"table": 0, "figure": 0}
    for cell in cells:
        for output in cell.get("outputs", []):
            html = output.data["text/html"]
            kind = "figure" if "<figure" in html else "table"
            if NUMBER in html:
                counts[kind] += 1
                label = say(f"shown.{kind}_number", lang, n=counts[kind])
                mark = f'<span class="ek-no">{escape(label)}</span>'
                output.data["text/html"] = html.replace(NUMBER, mark, 1)
    return cells


def _page(
    folder: Path, report: Report, record: Record, origin: Provenance, notebook: Any, lang: str
) -> dict[str, Any]:
    names = ("skip", "made_up", "languages", "portal", "status", "contents", "deviations",
             "origin", "all_results", "workbook", "pdf", "docx")  # fmt: skip
    words = {name: say(f"page.{name}", lang) for name in names}
    return {
        "lang": lang,
        "title": title(report, lang),
        "status": status_line(report, lang),
        "words": words,
        "css": stylesheet() + (TEMPLATES / "page.css").read_text(encoding="utf-8"),
        "made_at": origin.made_at,
        "made_up": record.made_up,
        "portal": f"../../../{portal_name(lang, report.languages)}",
        "files": [
            (pdf_name(lang), words["pdf"]),
            (docx_name(lang), words["docx"]),
            (workbook_name(lang), words["workbook"]),
        ],
        "others": [
            {"lang": other, "file": page_name(other), "name": catalogue(other)["language.name"]}
            for other in report.languages
            if other != lang
        ],
        "contents": _contents(notebook),
        "deviations": _deviations(record, lang),
        "origin": origin_list(report, record, origin, folder / RESULTS, lang),
        "results": all_results(record, lang),
    }


def portal_name(lang: str, languages: Iterable[str]) -> str:
    """Return the portal's file name: the first language is the plain index.

    Parameters
    ----------
    lang : str
        Language code.
    languages : iterable of str
        Every language of the portal, the default first.
    """
    return "index.html" if lang == next(iter(languages)) else f"index.{lang}.html"


def _contents(notebook: Any) -> list[dict[str, str]]:
    """Give every section an anchor, and return the sections in order."""
    found: list[dict[str, str]] = []

    def anchor(match: re.Match[str]) -> str:
        text = match.group(1).strip()
        found.append({"text": text, "id": f"section-{len(found) + 1}"})
        return f'<h2 id="{found[-1]["id"]}">{escape(text)}</h2>'

    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"^## +(.+)$", anchor, cell.source, flags=re.MULTILINE)
    return found


def _deviations(record: Record, lang: str) -> list[str]:
    lines = {
        deviation_text(d.parameter, d.planned, d.used, lang): None
        for estimate in record.estimates.values()
        for d in estimate.deviations
    }
    return list(lines)
