"""What a page shows: numbered, anchored, listed, with the code that made it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from nbformat import NotebookNode

from evalkit.errors import PageError
from evalkit.export.joints import joined
from evalkit.export.maths import in_captions
from evalkit.landing import escape
from evalkit.present.shown import MIMES
from evalkit.words import catalogue, say

NUMBER = '<span class="ek-no"></span>'
TITLE = re.compile(r"(<(?:caption|figcaption)\b[^>]*>\s*<strong>)(.*?)(</strong>)", re.DOTALL)


@dataclass(frozen=True)
class Exhibit:
    """One shown thing that a text can refer to.

    Parameters
    ----------
    name : str
        As in `evalkit.present.Shown`.
    id : str
        Its anchor on the page.
    label : str
        "Table 4"; of a refused one, what it would have been.
    title : str
        Its title; empty where it was refused.
    cell : int
        Number of its cell in the notebook.
    """

    name: str
    id: str
    label: str
    title: str
    cell: int


def in_language(cells: Iterable[Any], lang: str) -> list[Any]:
    """Return copies of the cells that a page of one language shows, each with its number.

    Parameters
    ----------
    cells : iterable of notebook cells
        Of the executed notebook; they stay as they are.
    lang : str
        Language code.
    """
    # Papermill adds a cell of its own; people count those of the notebook they edit.
    own = [cell for cell in cells if "injected-parameters" not in tags(cell)]
    kept = []
    for position, cell in enumerate(own, start=1):
        spoken = [tag for tag in tags(cell) if tag.startswith("lang-")]
        if (spoken and f"lang-{lang}" not in spoken) or "jupyter-only" in tags(cell):
            continue
        ours: dict[str, Any] = {"cell": position}
        made = NotebookNode(cell)
        if cell.cell_type == "code":
            made.outputs = [_output(output, lang) for output in cell.outputs]
            if not made.outputs:
                continue
            ours["code"] = say("page.code", lang, cell=position)
        made.metadata = NotebookNode({**cell.metadata, "evalkit": ours})
        kept.append(made)
    return kept


def check_twins(cells: Iterable[Any], languages: Iterable[str], page: str) -> None:
    """Stop where a cell speaks one language and has no twin in another.

    Parameters
    ----------
    cells : iterable of notebook cells
        Of the executed notebook.
    languages : iterable of str
        Every language of the study.
    page : str
        Names the page in the message.

    Raises
    ------
    PageError
        With the number of cells of each language.
    """
    spoken = Counter(tag for cell in cells for tag in tags(cell))
    counts = {lang: spoken[f"lang-{lang}"] for lang in languages}
    if len(set(counts.values())) > 1:
        raise PageError("lang_twins", page=page, known=[f"{k} {n}" for k, n in counts.items()])


def tags(cell: Any) -> list[str]:
    """Return the tags of a cell.

    Parameters
    ----------
    cell : notebook cell
        Any.
    """
    return list(cell.metadata.get("tags", []))


def _output(output: Any, lang: str) -> Any:
    noun = next(output.data[kind] for kind in MIMES if kind in output.data)
    return NotebookNode(
        output_type="display_data",
        data=NotebookNode({"text/html": noun["html"][lang]}),
        metadata=NotebookNode(name=noun["name"]),
    )


def number_exhibits(cells: Iterable[Any], lang: str, page: str) -> list[Exhibit]:
    """Give what the cells show numbers and anchors, and return what can be referred to.

    Parameters
    ----------
    cells : iterable of notebook cells
        From `in_language`, in the page's order.
    lang : str
        Language code.
    page : str
        Names the page in messages.
    """
    counts = {"table": 0, "figure": 0}
    found: list[Exhibit] = []
    for cell in cells:
        for output in cell.get("outputs", []):
            html, name = output.data["text/html"], output.metadata["name"]
            at = cell.metadata["evalkit"]["cell"]
            kind = "figure" if "<figure" in html else "table"
            if NUMBER in html:
                counts[kind] += 1
                label = say(f"shown.{kind}_label", lang, n=counts[kind])
                title = _title(html)
                found.append(Exhibit(name, f"{kind}-{counts[kind]}", label, title, at))
                mark = say(f"shown.{kind}_number", lang, n=counts[kind])
                html = html.replace(NUMBER, f'<span class="ek-no">{escape(mark)}</span>', 1)
                html = _anchored(in_captions(html, page), kind, found[-1], lang)
            elif f"refused.{name}" in catalogue(lang):
                label = say(f"refused.{name}", lang)
                found.append(Exhibit(name, f"refused-{len(found) + 1}", label, "", at))
                html = re.sub(r"^<\w+", rf'\g<0> id="{found[-1].id}"', html, count=1)
            output.data["text/html"] = joined(html)
    return found


def _title(html: str) -> str:
    match = TITLE.search(html)
    inner = match.group(2) if match else ""
    return unescape(re.sub(r"<[^>]+>", "", inner)).strip()


def _anchored(html: str, kind: str, exhibit: Exhibit, lang: str) -> str:
    name = escape(say("page.link_to", lang, what=exhibit.label))
    link = f'<a class="ek-permalink ek-screen" href="#{exhibit.id}" aria-label="{name}">#</a>'
    html = TITLE.sub(rf"\g<0> {link}", html, count=1)
    return re.sub(rf"<{kind}\b", rf'\g<0> id="{exhibit.id}"', html, count=1)


def exhibit_list(exhibits: Iterable[Exhibit], lang: str) -> dict[str, Any]:
    """Return the list of figures and tables: number, title, notebook cell.

    Parameters
    ----------
    exhibits : iterable of Exhibit
        From `number_exhibits`.
    lang : str
        Language code.
    """
    return {
        "heads": [say(f"head.{key}", lang) for key in ("exhibit", "exhibit_title", "cell")],
        "rows": [
            {"id": e.id, "label": e.label, "title": e.title, "cell": str(e.cell)}
            for e in exhibits
            if e.title
        ],
    }


def by_name(exhibits: Iterable[Exhibit]) -> Mapping[str, list[Exhibit]]:
    """Return the exhibits by name; a name may stand for several.

    Parameters
    ----------
    exhibits : iterable of Exhibit
        From `number_exhibits`.
    """
    found: dict[str, list[Exhibit]] = {}
    for exhibit in exhibits:
        found.setdefault(exhibit.name, []).append(exhibit)
    return found
