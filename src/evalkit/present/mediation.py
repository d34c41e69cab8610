"""Disputes by what became of them, in one table."""

from __future__ import annotations

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.reach import Mediation
from evalkit.present.content import Row
from evalkit.present.flow import foot, words
from evalkit.present.numbers import count_piece, value_piece, value_text
from evalkit.present.shown import Shown
from evalkit.present.statement import lacked
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import say

EVERY = "all"
HEADS = ("category", "received", "settled", "share_settled", "settled_within", "half_settled")


def mediation_table(found: Result | Refusal, drawn: Mediation | Refusal) -> Shown:
    """Return how many disputes of each category were received and settled, and how soon.

    Parameters
    ----------
    found : Result or Refusal
        From `reach.mediation`.
    drawn : Mediation or Refusal
        From `reach.draw_mediation`.
    """
    if isinstance(drawn, Refusal) or isinstance(found, Refusal):
        return lacked(found, "mediation_table", "no_mediation", "mediation.none")
    counted, again = drawn, found.one("dispute_reopened")
    rows = found.of("dispute_share", state="settled")
    window = found.one("dispute_within").window

    def layout(lang: str) -> Layout:
        more = say("mediation.again", lang, share=value_text(again, lang))
        more += "".join(
            say("mediation.fault", lang, what=e.definition, n=value_text(e, lang))
            for e in found.of("dispute_fault")
        )
        return Layout(
            title=_title(rows[0], lang),
            note=more + foot(counted, lang, "note.mediation", window=window),
            heads=[say(f"head.{key}", lang) for key in HEADS],
            rows=[_row(found, e, lang) for e in rows],
        )

    return shown_table(found.report, "mediation_table", layout, found.estimates)


def _title(e: Estimate, lang: str) -> str:
    if e.value is None:
        return say("exhibit.mediation_table", lang)
    return say("exhibit.mediation_finding", lang, n=e.n, share=value_text(e, lang))


def _row(found: Result, e: Estimate, lang: str) -> Row:
    code = e.dim("category") or ""
    soon, half = (found.one(name, category=code) for name in ("dispute_within", "dispute_days"))
    return row_of(
        words(e, "group", lang),
        [count_piece(e, "n", lang), count_piece(e, "events", lang),
         *(value_piece(x, lang) for x in (e, soon, half))],
        strong=code == EVERY,
    )  # fmt: skip
