"""The choices that decide a report, as the plan states them."""

from __future__ import annotations

from evalkit.estimate import Estimate
from evalkit.landing import escape
from evalkit.outcomes import Result
from evalkit.present.flow import words
from evalkit.present.shown import Shown, tag
from evalkit.present.table import Layout, Row, table
from evalkit.words import say


def choices_table(chosen: Result) -> Shown:
    """Return every choice of the plan, beside the house's limit where there is one.

    Parameters
    ----------
    chosen : Result
        From `outcomes.choices`.
    """
    report, estimates = chosen.report, chosen.of("choice")

    def layout(lang: str) -> Layout:
        return Layout(
            title=say("exhibit.choices_table", lang),
            note=say("note.choices", lang),
            heads=[say(f"head.{key}", lang) for key in ("choice", "planned", "house")],
            rows=[_row(e, lang) for e in estimates],
            text_columns=(0, 1),
        )

    return table(report, "choices_table", layout, estimates)


def _row(choice: Estimate, lang: str) -> Row:
    planned = tag("span", escape(words(choice, "population", lang)), data_ek=choice.id)
    return Row(words(choice, "definition", lang), [planned, escape(words(choice, "against", lang))])
