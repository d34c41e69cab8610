"""One executed notebook becomes one self-contained page in one language."""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from nbconvert import TemplateExporter
from nbformat import NotebookNode

from evalkit.export.branded import brand_style, branded
from evalkit.export.checks import read_page
from evalkit.export.exhibits import (
    FOOT_NOTES,
    Exhibit,
    by_name,
    check_twins,
    exhibit_list,
    in_language,
    number_exhibits,
    tags,
)
from evalkit.export.fonts import check_glyphs, font_css
from evalkit.export.foot_notes import MARKS, shared
from evalkit.export.mark import check_disclosure, check_drawings, check_estimates, check_page_mark
from evalkit.export.origin import all_results, origin_list, status_line, title
from evalkit.export.popover import results_of, screen_words
from evalkit.export.prose import Prose
from evalkit.export.reading import (
    left_out,
    name_deviations,
    name_left_out,
    says_nothing,
    without_empty_sections,
)
from evalkit.export.results import form_name
from evalkit.files import file_sha256
from evalkit.landing import css_string, script_json
from evalkit.language import language
from evalkit.present.headline import deviation_text
from evalkit.present.shown import stylesheet
from evalkit.protocol import FORMS, RESULTS, Brand
from evalkit.record import Record
from evalkit.words import say

TEMPLATES = Path(__file__).parent / "templates"
WORDS = (
    *FORMS,
    *("skip", "made_up", "languages", "portal", "status", "contents", "origin"),
    *("all_results", "all_results_note", "notes", "foot_notes", "exhibits", "tools"),
    *("code_switch", "in_full"),
)
SCRIPTS = ("page.js", "take.js")
LISTED = ("notes", FOOT_NOTES, "origin")
# What nbconvert's own template asks for: no kind of cell is left out.
EVERY_CELL = dict.fromkeys(("include_code", "include_markdown", "include_raw"), True)


@dataclass(frozen=True)
class Composed:
    """A report in one language, before any form of it is written.

    Parameters
    ----------
    lang : str
        Language code.
    name : str
        The page's file name.
    cells : tuple of notebook cells
        In reading order: Markdown as HTML, and outputs that keep their exhibits.
    page : dict
        Everything else that the page says.
    """

    lang: str
    name: str
    cells: tuple[Any, ...]
    page: dict[str, Any]


def compose(folder: Path, record: Record, lang: str) -> Composed:
    """Return a report in one language: its exhibits numbered and its prose rendered.

    Raises
    ------
    PageError
        If something of it may not leave the house.
    """
    header = record.header
    name = form_name(lang, "html", made_up=header.made_up)
    check_estimates(record)
    check_disclosure(record)
    check_drawings(record)
    check_twins(record.cells, header.languages, name)
    spared = left_out(record, lang)
    shown = [seen for seen in record.seen if not says_nothing(seen, record)]
    cells = without_empty_sections(_headline_first(in_language(record, shown, lang)), lang)
    name_deviations(cells, _deviations(record, lang), lang)
    name_left_out(cells, spared, lang)
    foot = shared(seen.content[lang] for seen in record.seen)
    exhibits = number_exhibits(cells, lang, name, foot)
    prose = Prose(lang, name, by_name([*exhibits, *chain.from_iterable(spared.values())]))
    for cell in cells:
        if cell.cell_type == "markdown":
            number = cell.metadata["evalkit"]["cell"]
            cell.source = prose.html(cell.source, number, cell.get("attachments"))
    prose.check_links()
    page = _page(folder, record, exhibits, lang) | _parts(prose, exhibits, foot, lang)
    return Composed(lang, name, tuple(cells), page)


def write_page(folder: Path, record: Record, made: Composed) -> Path:
    """Write a report's page in one language and return its path.

    Raises
    ------
    PageError
        If the page may not leave the house.
    """
    target, lang, page, header = folder / made.name, made.lang, made.page, record.header
    html = _rendered(made.cells, page)
    check_page_mark(html, record, lang, target.name, made_up=header.made_up)
    own = [*header.texts[lang], *_names(record)]
    read = read_page(html, lang, target.name, own=own)
    # What the script shows must have its glyphs too.
    check_glyphs(read.text + page["results_json"] + page["words_json"], target.name)
    target.write_text(read.html.replace("@@FONTS@@", font_css(read.html), 1), encoding="utf-8")
    return target


@functools.cache
def exporter() -> TemplateExporter:
    """Return what renders every page; its template is compiled once."""
    # Not nbconvert's exporter of HTML: it parses the page to write it anew, as the
    # checks do, and prepares styles of JupyterLab.
    return TemplateExporter(
        template_name="report",
        extra_template_basedirs=[str(TEMPLATES)],
        file_extension=".html",
        # It would validate the notebook anew for each, although all of them are off.
        default_preprocessors=[],
    )


def make_ready() -> None:
    """Compile the templates of every page: each is compiled when it is first rendered."""
    base = exporter()
    # What ours extends is looked for only then.
    for name in ("base/null.j2", base.template.name):
        base.environment.get_template(name)


def _rendered(cells: Iterable[Any], page: dict[str, Any]) -> str:
    # Not by the exporter's own method, which copies every node of the notebook for what may
    # change it on the way: nothing does.
    shown = NotebookNode(metadata=NotebookNode(), cells=list(cells))
    resources = {"evalkit": page, "global_content_filter": EVERY_CELL}
    return str(exporter().template.render(nb=shown, resources=resources)).lstrip("\r\n")


def _headline_first(cells: list[Any]) -> list[Any]:
    # The verdict is computed last and read first.
    first = [cell for cell in cells if "headline" in tags(cell)]
    return first + [cell for cell in cells if "headline" not in tags(cell)]


def _page(folder: Path, record: Record, exhibits: Iterable[Exhibit], lang: str) -> dict[str, Any]:
    header, brand = record.header, record.header.brand
    fingerprint = f"{RESULTS} sha256 {file_sha256(folder / RESULTS)}"
    words = {name: say(f"page.{name}", lang) for name in WORDS}
    # A page stays as it was built; what reviewers said of it since stands elsewhere.
    words["status"] = say("page.status_built", lang)
    made_up = header.made_up or record.made_up
    file = functools.partial(form_name, lang, made_up=header.made_up)
    script = "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in SCRIPTS)
    return {
        "lang": lang,
        "family": language(lang).family,
        "title": title(header, lang),
        "status": status_line(header, lang),
        "words": words,
        "css": page_style(brand),
        "brand": branded(brand, lang),
        "script": script,
        "policy": content_policy(script),
        "made_at": record.run.made_at,
        "made_up": made_up,
        "all_made_up": header.made_up,
        "portal": f"../../../{portal_name(lang, header.languages)}",
        "files": [(file(form), words[form]) for form in FORMS],
        "others": other_pages(header.languages, lang, made_up=header.made_up),
        "origin": origin_list(record, folder / RESULTS, lang),
        "fingerprint": fingerprint,
        "results": all_results(record, lang),
        "results_json": script_json(results_of(record, lang, exhibits)),
        "words_json": script_json(screen_words(record, fingerprint, lang)),
        "running": _running(record, fingerprint, lang),
    }


def page_style(brand: Brand | None, *more: str) -> str:
    """Return the style of a page: the family's, the page's own sheets, and its publisher's.

    Parameters
    ----------
    *more : str
        Names of sheets behind that of every page.
    """
    sheets = ((TEMPLATES / name).read_text(encoding="utf-8") for name in ("page.css", *more))
    return stylesheet() + "".join(sheets) + brand_style(brand)


def content_policy(script: str = "") -> str:
    """Return what a browser may load and run on a page: nothing but what is in it.

    Parameters
    ----------
    script : str
        The one script of the page, exactly as it stands there.
    """
    mark = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    runs = f"'sha256-{mark}'" if script else "'none'"
    return (
        "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; "
        f"script-src {runs}; base-uri 'none'; form-action 'none'"
    )


def _names(record: Record) -> set[str]:
    """Return names of places that offices wrote: they are the same in every language."""
    held = ((e.group, e.population) for e in record.estimates.values())
    texts = [term.text for pair in held for term in pair if term is not None]
    return {next(iter(text.values())) for text in texts if len(set(text.values())) == 1}


def _running(record: Record, fingerprint: str, lang: str) -> dict[str, str]:
    """Return what stands at the head and the foot of every printed page, as CSS strings."""
    made_up = record.header.made_up or record.made_up
    mark = say("page.made_up" if made_up else "page.status_built", lang)
    lines = {"left": title(record.header, lang), "right": mark, "foot": fingerprint}
    return {side: css_string(text) for side, text in lines.items()}


def _parts(prose: Prose, exhibits: list[Exhibit], foot: Sequence[str], lang: str) -> dict[str, Any]:
    """Return the contents, the notes and the list of exhibits."""
    listed = exhibit_list(exhibits, lang)
    there = {"notes": bool(prose.notes), FOOT_NOTES: bool(foot), "origin": True}
    said = list(zip(MARKS, foot, strict=False))
    contents = [asdict(section) for section in prose.sections]
    contents += [
        {"id": name, "text": say(f"page.{name}", lang), "parts": []}
        for name in LISTED
        if there[name]
    ]
    return {"contents": contents, "notes": prose.notes, FOOT_NOTES: said, "exhibits": listed}


def other_pages(
    languages: Iterable[str], lang: str, *, made_up: bool = False
) -> list[dict[str, str]]:
    """Return the same page in the other languages: code, file and name."""
    return [
        {
            "lang": other,
            "file": form_name(other, "html", made_up=made_up),
            "name": language(other).name,
        }
        for other in languages
        if other != lang
    ]


def portal_name(lang: str, languages: Iterable[str]) -> str:
    """Return the portal's file name: the first language is the plain index.

    Parameters
    ----------
    languages : iterable of str
        Every language of the portal, the default first.
    """
    return "index.html" if lang == next(iter(languages)) else f"index.{lang}.html"


def _deviations(record: Record, lang: str) -> list[str]:
    lines = {
        deviation_text(d.parameter, d.planned, d.used, lang): None
        for estimate in record.estimates.values()
        for d in estimate.deviations
    }
    verdict = next((e for e in record.estimates.values() if e.estimand == "verdict"), None)
    said = list(lines)
    if said and verdict is not None and not verdict.deviations:
        said.append(say("page.verdict_planned", lang))
    return said
