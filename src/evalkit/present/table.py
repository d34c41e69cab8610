"""Tables: a caption that says what is in them, heads with scope, figures to the right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from evalkit.estimate import Estimate
from evalkit.landing import escape
from evalkit.outcomes import Report
from evalkit.present.shown import Shown, shown, tag


@dataclass(frozen=True)
class Row:
    """One row: its head, and its cells as inner HTML.

    Parameters
    ----------
    head : str
        Plain text of the row's head.
    cells : sequence of str
        Inner HTML, already escaped.
    strong : bool
        Whether it is the headline row.
    """

    head: str
    cells: Sequence[str]
    strong: bool = False


@dataclass(frozen=True)
class Layout:
    """A table in one language.

    Parameters
    ----------
    title, note : str
        The finding; then n, unit, period, source, disclosure rule.
    heads : sequence of str
        Column heads, the row head's first; none may be empty.
    rows : sequence of Row
        Each with as many cells as there are heads but one.
    text_columns : sequence of int
        Cells (from 0) that hold words and stand to the left.
    """

    title: str
    note: str
    heads: Sequence[str]
    rows: Sequence[Row]
    text_columns: Sequence[int] = field(default_factory=tuple)


def table(
    report: Report,
    name: str,
    layout: Callable[[str], Layout],
    estimates: Iterable[Estimate],
) -> Shown:
    """Return a table in every language.

    Parameters
    ----------
    report : Report
        Where it belongs.
    name : str
        Names it within its report.
    layout : callable
        Takes a language and returns its `Layout`.
    estimates : iterable of Estimate
        Every estimate that it draws.
    """

    def build(lang: str) -> tuple[str, str]:
        made = layout(lang)
        return _html(made), f"{made.title}\n{made.note}"

    return shown("table", name, report.lang, report.languages, build, estimates)


def _html(made: Layout) -> str:
    caption = tag("strong", '<span class="ek-no"></span>' + escape(made.title))
    caption = tag("caption", caption + tag("span", escape(made.note), class_="ek-note"))
    words = {0, *(i + 1 for i in made.text_columns)}
    heads = [
        tag("th", escape(head), scope="col", class_="ek-words" if i in words else "ek-figures")
        for i, head in enumerate(made.heads)
    ]
    head = tag("thead", tag("tr", "".join(heads)))
    body = tag("tbody", "".join(_row(row, made) for row in made.rows))
    return tag("table", caption + head + body, class_="ek-table")


def _row(row: Row, made: Layout) -> str:
    cells = [tag("th", escape(row.head), scope="row")]
    for i, cell in enumerate(row.cells):
        kind = "ek-words" if i in made.text_columns else "ek-figures"
        # On a phone a row becomes a card: each cell then needs its head beside it.
        cells.append(tag("td", cell, class_=kind, data_head=made.heads[i + 1]))
    return tag("tr", "".join(cells), **({"class_": "ek-strong"} if row.strong else {}))
