"""Points earned and spent, and by how many people, in one table."""

from __future__ import annotations

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.reach import Points
from evalkit.present.content import Part, Row
from evalkit.present.flow import foot, words
from evalkit.present.numbers import interval_piece, level_of, value_piece, value_text
from evalkit.present.shown import Shown
from evalkit.present.statement import lacked
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import say


def points_table(found: Result | Refusal, drawn: Points | Refusal) -> Shown:
    """Return points earned and spent, the people behind them, and how far they are of a few.

    Parameters
    ----------
    found : Result or Refusal
        From `reach.points`.
    drawn : Points or Refusal
        From `reach.draw_points`.
    """
    if isinstance(drawn, Refusal) or isinstance(found, Refusal):
        return lacked(found, "points_table", "no_points", "points.none")
    counted, unspent = drawn, found.one("point_unspent")
    uneven = [*found.of("top_points"), *found.of("points_gini")]

    def layout(lang: str) -> Layout:
        rows = []
        for e in found.of("point_people"):
            of = e.dim("of") or ""
            total = found.one("point_sum", of=of)
            rows += [_row(say(f"points.people_{of}", lang), e, lang),
                     _row(words(total, "definition", lang), total, lang)]  # fmt: skip
        rows.append(_row(say("points.unspent", lang), unspent, lang, strong=True))
        rows += [_row(_called(e, lang), e, lang) for e in uneven]
        rows += [_row(words(e, "definition", lang), e, lang) for e in found.of("point_fault")]
        level = level_of(uneven, found.report.plan.level)
        return Layout(
            title=_title(found, lang),
            note=_untold(unspent, lang) + foot(counted, lang, "note.points", level=level),
            heads=[say(f"head.{key}", lang) for key in ("counted", "amount", "interval")],
            rows=rows,
        )

    return shown_table(found.report, "points_table", layout, found.estimates)


def _untold(unspent: Estimate, lang: str) -> str:
    if unspent.value is None and unspent.disclosure != "withheld":
        return say("points.untold", lang, reason=unspent.reason)
    return ""


def _called(e: Estimate, lang: str) -> str:
    if e.estimand == "top_points":
        return say("points.top_points", lang, top=e.definition)
    return say("points.gini", lang)


def _row(name: str, e: Estimate, lang: str, *, strong: bool = False) -> Row:
    ends: Part = interval_piece(e, lang) if e.low is not None else say("shown.none", lang)
    return row_of(name, [value_piece(e, lang), ends], strong=strong)


def _title(found: Result, lang: str) -> str:
    earned, unspent = found.one("point_people", of="earned"), found.one("point_unspent")
    if earned.value is None or unspent.value is None:
        return say("exhibit.points_table", lang)
    return say("exhibit.points_finding", lang, n=earned.value, share=value_text(unspent, lang))
