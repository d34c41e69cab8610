"""Volunteers who registered and who came, in one table."""

from __future__ import annotations

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.reach import Volunteers
from evalkit.present.content import Part, Row
from evalkit.present.flow import foot, words
from evalkit.present.numbers import interval_piece, level_of, value_piece, value_text
from evalkit.present.shown import Shown
from evalkit.present.statement import lacked
from evalkit.present.table import Layout, in_detail, row_of, shown_table
from evalkit.words import say


def volunteers_table(found: Result | Refusal, drawn: Volunteers | Refusal) -> Shown:
    """Return volunteers registered and active, their hours, and how far these are of a few.

    Parameters
    ----------
    found : Result or Refusal
        From `reach.volunteers`.
    drawn : Volunteers or Refusal
        From `reach.draw_volunteers`.
    """
    if isinstance(drawn, Refusal) or isinstance(found, Refusal):
        return lacked(found, "volunteers_table", "no_volunteers", "volunteers.none")
    counted, active = drawn, found.one("volunteer_active")
    others = [*found.of("hours_each"), *found.of("top_hours"), *found.of("hours_gini")]

    def layout(lang: str) -> Layout:
        rows = [_row(words(e, "definition", lang), e, lang) for e in found.of("volunteer_count")]
        rows.append(_row(say("volunteers.share", lang), active, lang, strong=True))
        rows += [_row(_called(e, lang), e, lang) for e in others]
        level = level_of(others, found.report.plan.level)
        return Layout(
            title=_title(found, lang),
            note=_rule(active, lang) + foot(counted, lang, "note.volunteers", level=level),
            heads=[say(f"head.{key}", lang) for key in ("counted", "amount", "interval")],
            rows=rows,
            folded=in_detail(rows),
        )

    return shown_table(found.report, "volunteers_table", layout, found.estimates)


def _rule(active: Estimate, lang: str) -> str:
    """Return who is active, or why that is not known."""
    if active.window is None:
        return say("volunteers.unknown", lang, reason=active.reason)
    return say("volunteers.rule", lang, window=active.window)


def _called(e: Estimate, lang: str) -> str:
    if e.estimand == "top_hours" and e.definition is not None:
        return say("volunteers.top_hours", lang, top=e.definition)
    return say(f"volunteers.{e.estimand}", lang)


def _row(name: str, e: Estimate, lang: str, *, strong: bool = False) -> Row:
    ends: Part = interval_piece(e, lang) if e.low is not None else say("shown.none", lang)
    return row_of(name, [value_piece(e, lang), ends], strong=strong)


def _title(found: Result, lang: str) -> str:
    registered, active = (
        found.one("volunteer_count", who="registered"),
        found.one("volunteer_active"),
    )
    if registered.value is None or active.value is None:
        return say("exhibit.volunteers_table", lang)
    return say("exhibit.volunteers_finding", lang, n=registered.value,
               share=value_text(active, lang))  # fmt: skip
