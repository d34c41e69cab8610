"""What a page shows: numbered, anchored, listed, with the code that made it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nbformat import NotebookNode

from evalkit.errors import PageError
from evalkit.export.foot_notes import lightened
from evalkit.export.joints import page_text
from evalkit.export.maths import in_caption
from evalkit.landing import escape
from evalkit.language import cell_text, language
from evalkit.present.content import Content, Statement, Table
from evalkit.present.markup import Writing, html
from evalkit.record import Record, Seen
from evalkit.words import catalogue, say

# Tags a cell with the language that it is in.
SPOKEN = "lang-"
# Anchor of the foot notes.
FOOT_NOTES = "foot_notes"


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
    content : Table, Drawing or Statement
        What it holds.
    mark : str
        "Table 4. "; empty for sentences.
    see : str
        "Notes a, b.": the foot notes that hold for it; empty where there are none.
    elsewhere : str
        Where a table is that paper has only the title of; empty where paper has it.
    """

    name: str
    id: str
    label: str
    title: str
    cell: int
    content: Content
    mark: str = ""
    see: str = ""
    elsewhere: str = ""


def in_language(record: Record, shown: Iterable[Seen], lang: str) -> list[Any]:
    """Return copies of the cells that a page of one language shows, each with its number.

    Parameters
    ----------
    record : Record
        Read back from the executed notebook; its cells stay as they are.
    shown : iterable of Seen
        Those of its exhibits that the page has.
    """
    # Papermill adds a cell of its own; people count those of the notebook they edit.
    own = [cell for cell in record.cells if "injected-parameters" not in tags(cell)]
    taken, shown = _taken(own, lang), list(shown)
    kept = []
    for position, cell in enumerate(own, start=1):
        spoken = [tag for tag in tags(cell) if tag.startswith(SPOKEN)]
        if (spoken and SPOKEN + taken not in spoken) or "jupyter-only" in tags(cell):
            continue
        ours: dict[str, Any] = {"cell": position}
        made = NotebookNode(cell)
        if spoken and taken != lang:
            made.source = cell_text(cell.source, lang)
        if cell.cell_type == "code":
            made.outputs = [_output(seen, lang) for seen in shown if seen.cell == position]
            if not made.outputs:
                continue
            ours["code"] = say("page.code", lang, cell=position)
        made.metadata = NotebookNode({**cell.metadata, "evalkit": ours})
        kept.append(made)
    return kept


def _taken(cells: Iterable[Any], lang: str) -> str:
    """Return whose Markdown cells a page in a language shows."""
    own = any(SPOKEN + lang in tags(cell) for cell in cells)
    return lang if own else language(lang).cells


def check_twins(cells: Iterable[Any], languages: Iterable[str], page: str) -> None:
    """Stop where a cell speaks one language and has no twin in another.

    Raises
    ------
    PageError
        With the number of cells of each language.
    """
    cells = list(cells)
    spoken = Counter(tag for cell in cells for tag in tags(cell))
    counts = {lang: spoken[SPOKEN + _taken(cells, lang)] for lang in languages}
    if len(set(counts.values())) > 1:
        raise PageError("lang_twins", page=page, known=[f"{k} {n}" for k, n in counts.items()])


def tags(cell: Any) -> list[str]:
    """Return the tags of a cell."""
    return list(cell.metadata.get("tags", []))


def _output(seen: Seen, lang: str) -> Any:
    about = NotebookNode(name=seen.name, content=seen.content[lang])
    return NotebookNode(output_type="display_data", data=NotebookNode(), metadata=about)


def number_exhibits(
    cells: Iterable[Any], lang: str, page: str, foot: Sequence[str] = ()
) -> list[Exhibit]:
    """Give what the cells show numbers and anchors, and return what can be referred to.

    Parameters
    ----------
    cells : iterable of notebook cells
        From `in_language`, in the page's order; each output keeps its `Exhibit`.
    foot : sequence of str
        Sentences that stand at the foot of the page: each exhibit has their marks instead.
    """
    counts = {"table": 0, "figure": 0}
    found: list[Exhibit] = []
    for cell in cells:
        for output in cell.get("outputs", []):
            at = cell.metadata["evalkit"]["cell"]
            content, marks = lightened(output.metadata["content"], foot)
            made = _numbered(output.metadata["name"], content, at, counts, lang)
            see = say("page.see_notes", lang, marks=marks) if marks else ""
            made = replace(made, see=see)
            if not made.id and f"refused.{made.name}" in catalogue(lang):
                label = say(f"refused.{made.name}", lang)
                made = replace(made, id=f"refused-{len(found) + 1}", label=label)
            made = replace(made, id=output.metadata.get("anchor", made.id))
            found += [made] if made.id else []
            output.metadata["exhibit"] = made
            output.data["text/html"] = html(made.content, lang, _writing(made, lang, page))
    return found


def _numbered(name: str, content: Content, cell: int, counts: dict[str, int], lang: str) -> Exhibit:
    if isinstance(content, Statement):
        return Exhibit(name, "", "", "", cell, content)
    kind = "table" if isinstance(content, Table) else "figure"
    counts[kind] += 1
    n = counts[kind]
    label, mark = (say(f"shown.{kind}_{key}", lang, n=n) for key in ("label", "number"))
    folded = isinstance(content, Table) and content.folded
    elsewhere = say("page.elsewhere", lang) if folded else ""
    return Exhibit(
        name, f"{kind}-{n}", label, content.title, cell, content, mark, elsewhere=elsewhere
    )


def _writing(exhibit: Exhibit, lang: str, page: str) -> Writing:
    """Return how a page writes an exhibit: with its number, its anchor and a link to it."""
    name = escape(say("page.link_to", lang, what=exhibit.label)) if exhibit.title else ""
    link = f' <a class="ek-permalink ek-screen" href="#{exhibit.id}" aria-label="{name}">#</a>'
    return Writing(
        text=page_text,
        caption=lambda text: in_caption(text, page, page_text),
        id=exhibit.id,
        mark=exhibit.mark,
        notes=f'<a href="#{FOOT_NOTES}">{escape(exhibit.see)}</a>' if exhibit.see else "",
        link=link if exhibit.title else "",
    )


def exhibit_list(exhibits: Iterable[Exhibit], lang: str) -> dict[str, Any]:
    """Return the list of figures and tables: number, title, notebook cell."""
    return {
        "heads": [say(f"head.{key}", lang) for key in ("exhibit", "exhibit_title", "cell")],
        "rows": [
            {"id": e.id, "label": e.label, "title": e.title, "cell": str(e.cell)}
            for e in exhibits
            if e.title
        ],
    }


def by_name(exhibits: Iterable[Exhibit]) -> Mapping[str, list[Exhibit]]:
    """Return the exhibits by name; a name may stand for several."""
    found: dict[str, list[Exhibit]] = {}
    for exhibit in exhibits:
        found.setdefault(exhibit.name, []).append(exhibit)
    return found
