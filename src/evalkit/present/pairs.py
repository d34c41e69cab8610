"""Pairings and their visits, held to a rule, in one table."""

from __future__ import annotations

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.reach import Pairs
from evalkit.present.content import Piece, Row
from evalkit.present.flow import foot, words
from evalkit.present.numbers import number, said_piece, value_piece, value_text
from evalkit.present.shown import Shown
from evalkit.present.statement import lacked
from evalkit.present.table import Layout, in_detail, row_of, shown_table
from evalkit.words import say


def pairs_table(found: Result | Refusal, drawn: Pairs | Refusal) -> Shown:
    """Return pairings, their visits beside those that a rule asks for, and what cannot be.

    Parameters
    ----------
    found : Result or Refusal
        From `reach.pairs`.
    drawn : Pairs or Refusal
        From `reach.draw_pairs`.
    """
    if isinstance(drawn, Refusal) or isinstance(found, Refusal):
        return lacked(found, "pairs_table", "no_pairs", "pairs.none")
    counted, kept = drawn, found.one("pair_kept")

    def layout(lang: str) -> Layout:
        named = [*(found.one(name) for name in ("pair_count", "pair_people", "pair_none")),
                 *found.of("pair_over"), kept]  # fmt: skip
        rows = [_row(say(f"pairs.{e.estimand}", lang), e, lang) for e in named[:3]]
        visits = [*found.of("pair_visits"), *found.of("pair_fault")]
        rows += [_row(words(e, "definition", lang), e, lang) for e in found.of("pair_visits")]
        rows += [_row(say(f"pairs.{e.estimand}", lang), e, lang) for e in named[3:]]
        rows += [
            _row(words(e, "definition", lang), e, lang)
            for e in visits
            if e.estimand == "pair_fault"
        ]
        return Layout(
            title=_title(kept, lang),
            note=_rule(counted, kept, lang) + foot(counted, lang, "note.pairs"),
            heads=[say(f"head.{key}", lang) for key in ("counted", "amount")],
            rows=rows,
            folded=in_detail(rows),
        )

    return shown_table(found.report, "pairs_table", layout, found.estimates)


def _row(name: str, e: Estimate, lang: str) -> Row:
    return row_of(name, [_piece(e, lang)], strong=e.estimand == "pair_kept")


def _piece(e: Estimate, lang: str) -> Piece:
    if e.interval != "bounds":
        return value_piece(e, lang)
    return said_piece(e, say("pairs.at_most", lang, high=_high(e, lang)), "number")


def _high(e: Estimate, lang: str) -> str:
    return number(e.high or 0.0, "pct1" if e.unit == "share" else "num2", lang)


def _title(kept: Estimate, lang: str) -> str:
    if kept.value is None and kept.high is None:
        return say("exhibit.pairs_table", lang)
    if kept.value is None:
        return say("exhibit.pairs_most", lang, n=kept.n, share=_high(kept, lang))
    return say("exhibit.pairs_finding", lang, n=kept.n, share=value_text(kept, lang))


def _rule(drawn: Pairs, kept: Estimate, lang: str) -> str:
    """Return what the rule asks for and up to when, or why nothing is held to it."""
    if kept.definition is None:
        return say("pairs.unruled", lang, reason=kept.reason)
    said = say("pairs.ruled", lang, rule=kept.definition)
    return said if drawn.whole else said + say("pairs.at_least", lang)
