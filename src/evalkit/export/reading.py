"""What a reader is spared: the verdict's reason said again, and our headings over nothing.

Nothing is hidden: what was not produced is named once, under the verdict, and every result
stands in the workbook, in the results file and behind the page's fold.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nbformat import NotebookNode, reads

from evalkit.estimate import Estimate
from evalkit.export.exhibits import Exhibit
from evalkit.language import cell_text
from evalkit.present.content import Block, Line, Piece, Statement
from evalkit.present.statement import paragraph
from evalkit.protocol import own_notebooks
from evalkit.record import Record, Seen
from evalkit.words import catalogue, say

# Where the page names what was not produced.
LEFT_OUT, HEADLINE = "not-produced", "headline"
# So many exhibits are named; of more the first, and how many more there are.
MOST, FIRST = 8, 4
HEADING = re.compile(r"(#{2,6})\s[^\n]*\s*")


def says_nothing(seen: Seen, record: Record) -> bool:
    """Return whether a page says no less without an exhibit."""
    held = next(iter(seen.content.values()))
    if not isinstance(held, Statement) or held.frame not in ("absent", "refusal"):
        return False
    if seen.estimates and f"refused.{seen.name}" not in catalogue(next(iter(seen.content))):
        # What a researcher made has a name that only its own refusal tells.
        return False
    return held.frame == "absent" or _repeats(seen, record) or _above(seen, record) is not None


def _above(seen: Seen, record: Record) -> Seen | None:
    """Return the first exhibit above that is refused for the same reason, or None."""
    if len(seen.estimates) != 1 or seen.estimates[0].verdict != "not_assessable":
        return None
    one = seen.estimates[0]
    for other in record.seen[: record.seen.index(seen)]:
        held = next(iter(other.content.values()))
        if isinstance(held, Statement) and held.frame == "refusal" and len(other.estimates) == 1:
            first = other.estimates[0]
            if (first.reason, first.would_pass) == (one.reason, one.would_pass):
                return other
    return None


def _verdict(record: Record) -> Estimate | None:
    found = (e for e in record.estimates.values() if e.estimand == "verdict")
    return next(found, None)


def _repeats(seen: Seen, record: Record) -> bool:
    """Return whether a refusal gives the verdict's own reason, and what would pass."""
    verdict = _verdict(record)
    if verdict is None or len(seen.estimates) != 1:
        return False
    one = seen.estimates[0]
    return (one.reason, one.would_pass) == (verdict.reason, verdict.would_pass)


def left_out(record: Record, lang: str) -> dict[str, list[Exhibit]]:
    """Return the exhibits that were not produced for a reason told elsewhere on the page.

    Returns
    -------
    dict of str to list of Exhibit
        By the name of the exhibit that tells the reason, the verdict's among them.
    """
    found: dict[str, list[Exhibit]] = {}
    for seen in record.seen:
        known = f"refused.{seen.name}" in catalogue(lang)
        if not (known and seen.estimates and says_nothing(seen, record)):
            continue
        above = None if _repeats(seen, record) else _above(seen, record)
        teller = above.name if above else HEADLINE
        anchor = f"{LEFT_OUT}-{teller}" if above else LEFT_OUT
        label = say(f"refused.{seen.name}", lang)
        made = Exhibit(seen.name, anchor, label, "", seen.cell, seen.content[lang])
        found.setdefault(teller, []).append(made)
    return found


def name_left_out(cells: Iterable[Any], found: Mapping[str, Sequence[Exhibit]], lang: str) -> None:
    """Say under the verdict, and under each refusal, what was not produced for its reason.

    Parameters
    ----------
    cells : iterable of notebook cells
        From `exhibits.in_language`; the one that tells a reason gets one more output.
    found : mapping of str to sequence of Exhibit
        From `left_out`.
    """
    for cell in cells:
        outputs = cell.get("outputs", [])
        for teller in [o.metadata["name"] for o in outputs if o.metadata["name"] in found]:
            exhibits = found[teller]
            named = list(dict.fromkeys(e.label for e in exhibits))
            more = len(named) - FIRST
            said = say("page.not_produced", lang, what=named)
            if len(named) > MOST:
                said = say("page.not_produced_many", lang, what=named[:FIRST], n=more)
            held = Statement((paragraph(said),), "absent")
            about = NotebookNode(name="", content=held, anchor=exhibits[0].id)
            outputs.append(
                NotebookNode(output_type="display_data", data=NotebookNode(), metadata=about)
            )


def name_deviations(cells: Iterable[Any], deviations: Sequence[str], lang: str) -> None:
    """Say under the verdict in what a report deviates from its plan.

    Parameters
    ----------
    cells : iterable of notebook cells
        From `exhibits.in_language`.
    deviations : sequence of str
        One sentence for each.
    """
    verdicts = (
        c for c in cells if any(o.metadata["name"] == HEADLINE for o in c.get("outputs", []))
    )
    cell = next(verdicts, None)
    if cell is None or not deviations:
        return
    named = paragraph(Piece(say("page.deviations", lang), "strong"))
    points = Block(tuple(Line((Piece(line),)) for line in deviations), "points")
    about = NotebookNode(name="", content=Statement((named, points), "refusal"))
    cell.outputs.append(
        NotebookNode(output_type="display_data", data=NotebookNode(), metadata=about)
    )


def _tells_verdict(cell: Any) -> bool:
    return any(o.metadata["name"] == HEADLINE for o in cell.get("outputs", []))


def without_empty_sections(cells: Sequence[Any], lang: str) -> list[Any]:
    """Return the cells without our own headings that have nothing under them.

    Parameters
    ----------
    lang : str
        Its language. What a person wrote stays, whatever came of what was meant to stand
        under it.
    """
    ours = _our_headings(lang)
    kept: list[Any] = []
    # From the end: what stands under a heading is known when it is met.
    filled = False
    for cell in reversed(cells):
        level = _level(cell)
        if not level:
            kept.append(cell)
            filled = True
        elif filled or cell.source not in ours or _over(kept, level):
            kept.append(cell)
            filled = False
    return kept[::-1]


@functools.cache
def _our_headings(lang: str) -> frozenset[str]:
    """Return the headings of the package's own notebooks, as a page in a language has them."""
    notebooks = own_notebooks().glob("*.ipynb")
    cells = [cell for path in notebooks for cell in reads(path.read_text("utf-8"), 4).cells]
    sources = [cell.source for cell in cells if _level(cell)]
    return frozenset(said for text in sources for said in (text, cell_text(text, lang)))


def _level(cell: Any) -> int:
    """Return the level of a cell that is a heading and nothing else; 0 for all others."""
    found = HEADING.fullmatch(cell.source) if cell.cell_type == "markdown" else None
    return len(found[1]) if found else 0


def _over(kept: Sequence[Any], level: int) -> bool:
    """Return whether a heading stands over a lower one that was kept."""
    return bool(kept) and _level(kept[-1]) > level
