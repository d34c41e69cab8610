"""Money by where it came from, and beside people and visits where that can be."""

from __future__ import annotations

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.reach import Spend
from evalkit.present.flow import foot, words
from evalkit.present.numbers import value_piece
from evalkit.present.shown import Shown
from evalkit.present.statement import lacked
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import say

EVERY = "all"
PARTS = ("paid", "refunded", "net")


def spend_table(found: Result | Refusal, drawn: Spend | Refusal) -> Shown:
    """Return the yuan of each source, and the yuan for each person and visit.

    Parameters
    ----------
    found : Result or Refusal
        From `reach.spend`.
    drawn : Spend or Refusal
        From `reach.draw_spend`.
    """
    if isinstance(drawn, Refusal) or isinstance(found, Refusal):
        return lacked(found, "spend_table", "no_spend", "spend.none")
    counted, per = drawn, found.of("spend_per")
    sources = list(dict.fromkeys(e.dim("source") or "" for e in found.of("spend_yuan")))
    whole = found.one("spend_yuan", part="net", source=EVERY)

    def layout(lang: str) -> Layout:
        dash, rows = say("shown.none", lang), []
        for source in sources:
            own = [found.one("spend_yuan", part=part, source=source) for part in PARTS]
            rows.append(row_of(words(own[0], "group", lang), [value_piece(e, lang) for e in own],
                               strong=source == EVERY))  # fmt: skip
        rows += [
            row_of(words(e, "definition", lang), [dash, dash, value_piece(e, lang)])
            for e in per
            if e.definition is not None
        ]
        return Layout(
            title=say("exhibit.spend_table", lang, n=whole.value, window=whole.window),
            note=_apart(per, lang) + foot(counted, lang, "note.spend"),
            heads=[say(f"head.{key}", lang) for key in ("money_source", *PARTS)],
            rows=rows,
        )

    return shown_table(found.report, "spend_table", layout, found.estimates)


def _apart(per: list[Estimate], lang: str) -> str:
    """Return of which months money and visits are set beside one another, or why they are not."""
    told = next((e for e in per if e.window is not None), None)
    if told is None:
        return say("spend.apart", lang, reason=per[0].reason)
    said = say("spend.beside", lang, window=told.window)
    return said if told.reason is None else said + say("spend.apart", lang, reason=told.reason)
