"""What could overturn a difference, in one table whose title says whether it stands."""

from __future__ import annotations

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.recidivism import Overturned
from evalkit.present.content import Part, Row
from evalkit.present.flow import note, words
from evalkit.present.numbers import interval_piece, level_of, said_piece, value_piece, value_text
from evalkit.present.shown import Shown
from evalkit.present.statement import refusal
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import say

# States of a finding that is not what it was.
UNDONE = ("turns", "weakens", "appears")


def overturn_table(overturned: Result | Refusal) -> Shown:
    """Return what it would take to overturn the difference, check by check.

    Parameters
    ----------
    overturned : Result or Refusal
        From `recidivism.overturn`.
    """
    if isinstance(overturned, Refusal):
        reason = overturned.estimate.reason
        own = reason is not None and reason.code == "nothing_tried"
        # Behind a failed gate it is the adjusted difference that is lacking, told once.
        title = {lang: say("overturn.title", lang) for lang in overturned.report.languages}
        return refusal(overturned, "overturn_table", title if own else None)
    report, estimates = overturned.report, overturned.estimates

    def layout(lang: str) -> Layout:
        return Layout(
            title=_title(overturned, lang),
            note=note(report, lang, "note.overturn", level=level_of(estimates, report.plan.level)),
            heads=[say(f"head.{key}", lang) for key in HEADS],
            rows=[_row(e, lang) for e in estimates],
            text_columns=(0, 3),
        )

    return shown_table(report, "overturn_table", layout, estimates)


HEADS = ("tried", "of_whom", "found", "interval", "of_the_finding")


def _row(e: Estimate, lang: str) -> Row:
    dash = say("shown.none", lang)
    name = words(e, "definition", lang) if e.definition else say(f"overturn.{e.estimand}", lang)
    if e.value is None and e.low is None:
        return row_of(name, [dash, dash, dash, said_piece(e, words(e, "reason", lang))])
    # Bounds have no value between them.
    value: Part = value_piece(e, lang) if e.value is not None else dash
    ends: Part = interval_piece(e, lang) if e.low is not None else dash
    return row_of(name, [words(e, "population", lang), value, ends, words(e, "against", lang)])


def _title(overturned: Result, lang: str) -> str:
    """Return whether the finding stands, with what it would take."""
    states = {e.estimand: e.against.code for e in overturned.estimates if e.against is not None}
    # The last of several rows on one thing says what becomes of the finding.
    what = [say(f"overturn.{part}", lang) for part, state in states.items() if state in UNDONE]
    if what:
        weak = {*states.values()} & {*UNDONE} == {"weakens"}
        key = "exhibit.overturn_weakened" if weak else "exhibit.overturn_undone"
        return say(key, lang, what=what)
    clear = isinstance(overturned, Overturned) and overturned.clear
    strong = [e for e in overturned.of("e_value", end="limit") if e.value is not None]
    if clear and strong:
        return say("exhibit.overturn_hidden", lang, e=value_text(strong[0], lang))
    return say("exhibit.overturn_holds" if clear else "exhibit.overturn_nothing", lang)
