"""People newly reached before and after sites opened, and elsewhere."""

from __future__ import annotations

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.present.content import Row
from evalkit.present.flow import note, words
from evalkit.present.numbers import count_piece, interval_text, value_piece, value_text
from evalkit.present.shown import Shown
from evalkit.present.statement import lacked, sentences
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import phrase, say


def opened_table(found: Result | Refusal) -> Shown:
    """Return the share newly reached before and after sites opened, beside other townships.

    Parameters
    ----------
    found : Result or Refusal
        From `reach.opened`.
    """
    if isinstance(found, Refusal):
        return lacked(found, "opened_table", "no_sites", "opened.none")
    report, gap = found.report, found.one("opened_difference")
    if gap.value is None:
        said = [phrase("agreement.withheld")]
        return sentences(report, "opened_table", said, found.estimates)
    rows = found.of("opened_share")

    def layout(lang: str) -> Layout:
        placebo, before = found.one("opened_placebo_p"), found.one("opened_before")
        foot = note(
            report, lang, "note.opened", window=gap.window, p=found.one("opened_p").value,
            placebo=placebo.value, before=value_text(before, lang),
            between=interval_text(before, lang),
        )  # fmt: skip
        return Layout(
            title=say("exhibit.opened_table", lang, month=gap.population,
                      gap=value_text(gap, lang), between=interval_text(gap, lang)),
            note=foot,
            heads=[say(f"head.{key}", lang) for key in
                   ("group", "target_people", "new_before", "share", "new_after", "share")],
            rows=[_row(rows, side, lang) for side in ("opened", "never")],
        )  # fmt: skip

    return shown_table(report, "opened_table", layout, found.estimates)


def _row(rows: list[Estimate], side: str, lang: str) -> Row:
    first, second = (e for e in rows if e.dim("sites") == side)
    cells = [count_piece(first, "n", lang)]
    for e in (first, second):
        cells += [count_piece(e, "events", lang), value_piece(e, lang)]
    return row_of(words(first, "group", lang), cells)
