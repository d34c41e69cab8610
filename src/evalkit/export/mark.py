"""What made-up data reach carries the mark, or is not published.

The mark is set where a table is read, by what stands in its file; here it is asked for
again, so that losing it on the way stops the report instead of passing for real data.
"""

from __future__ import annotations

from evalkit.errors import PageError
from evalkit.present.content import Drawing
from evalkit.record import Record
from evalkit.words import say


def check_estimates(record: Record) -> None:
    """Stop on a result of made-up data that does not say so.

    Raises
    ------
    PageError
        With the id of the first.
    """
    marked = set(record.header.marked)
    for estimate in record.estimates.values():
        names = {name.partition("[")[0] for name, _ in estimate.data}
        if not estimate.made_up and names & marked:
            raise PageError("mark_lost", estimate=estimate.id)


def check_disclosure(record: Record) -> None:
    """Stop on a result that passed as public and rests on a table that is not.

    A cell that calls a table public in memory finds the disclosure rules open: what the
    report's header, and the study behind it, say of the table is asked here.

    Raises
    ------
    PageError
        With the id of the first.
    """
    header = record.header
    held = {table.name.partition("[")[0]: table.status for table in header.tables}
    others = header.offices.status if header.offices else ""
    for estimate in record.estimates.values():
        names = {name.partition("[")[0] for name, _ in estimate.data}
        if estimate.disclosure == "public" and any(held.get(n, others) != "public" for n in names):
            raise PageError("disclosure_lost", estimate=estimate.id)


def check_drawings(record: Record) -> None:
    """Stop on a drawing of made-up data that does not carry the mark itself.

    Raises
    ------
    PageError
        With the figure's name.
    """
    for seen in record.seen:
        if not any(e.made_up for e in seen.estimates):
            continue
        for lang, held in seen.content.items():
            mark = say("page.made_up", lang)
            if isinstance(held, Drawing) and not (mark in held.wide and mark in held.narrow):
                raise PageError("mark_missing_figure", figure=seen.name)


def check_page_mark(
    html: str, record: Record, lang: str, page: str, *, made_up: bool = False
) -> None:
    """Stop on a page of made-up data that does not begin with the mark.

    Parameters
    ----------
    made_up : bool
        Whether all of its study is, so that a page without data carries the mark too.

    Raises
    ------
    PageError
        If the mark is not in its header.
    """
    header = html.partition("<header")[2].partition("</header>")[0]
    if (record.made_up or made_up) and say("page.made_up", lang) not in header:
        raise PageError("mark_missing", page=page)
