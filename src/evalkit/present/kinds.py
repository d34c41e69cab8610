"""Children, parents and others beside each other, never added up."""

from __future__ import annotations

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.satisfaction.kinds import KIND
from evalkit.present.content import Part
from evalkit.present.flow import note, words
from evalkit.present.numbers import count_piece, interval_piece, level_of, value_piece, value_text
from evalkit.present.shown import Shown
from evalkit.present.statement import refusal, sentences
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import phrase, say


def kinds_table(found: Result | Refusal) -> Shown:
    """Return the share of each kind of people who were asked, and its bounds.

    Parameters
    ----------
    found : Result or Refusal
        From `satisfaction.kinds`.
    """
    if isinstance(found, Refusal):
        return refusal(found, "kinds_table")
    report, rows = found.report, found.of("kind_share")
    if not rows:
        return sentences(report, "kinds_table", [phrase("kinds.one")], [], frame="absent")
    level = level_of(rows, report.plan.level)

    def layout(lang: str) -> Layout:
        told = [say("alt.share", lang, name=e.group, value=_short(e, lang)) for e in rows]
        return Layout(
            title=say("exhibit.kinds_table", lang, rows=told),
            note=note(report, lang, "note.kinds", level=level),
            heads=[
                say(f"head.{key}", lang)
                for key in ("who_answered", "n", "share", "interval", "of_all_asked")
            ],
            rows=[
                row_of(
                    words(e, "group", lang),
                    [
                        *_cells(e, lang),
                        _bounds(found.one("kind_bounds", **{KIND: e.dim(KIND) or ""}), lang),
                    ],
                )
                for e in rows
            ],
        )

    return shown_table(report, "kinds_table", layout, found.estimates)


def _short(e: Estimate, lang: str) -> str:
    return value_text(e, lang) if e.value is not None else say("kinds.no_share", lang)


def _cells(e: Estimate, lang: str) -> list[Part]:
    if e.value is None:
        dash = say("shown.none", lang)
        return [dash, value_piece(e, lang), dash]
    return [count_piece(e, "n", lang), value_piece(e, lang), interval_piece(e, lang)]


def _bounds(e: Estimate, lang: str) -> Part:
    return interval_piece(e, lang) if e.low is not None else value_piece(e, lang)
