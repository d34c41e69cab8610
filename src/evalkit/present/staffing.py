"""Whether activities were staffed by the rule, month by month."""

from __future__ import annotations

import statistics

from matplotlib.figure import Figure

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.reach import Staffing
from evalkit.present.figure import PHONE, Picture, shown_figure
from evalkit.present.flow import foot
from evalkit.present.numbers import value_text
from evalkit.present.run_chart import draw_run
from evalkit.present.shown import Shown
from evalkit.present.statement import lacked, sentences
from evalkit.words import phrase, say


def staffing_figure(found: Result | Refusal, drawn: Staffing | Refusal) -> Shown:
    """Return the share of activities staffed by the rule, month by month, with their median.

    Parameters
    ----------
    found : Result or Refusal
        From `reach.staffing`.
    drawn : Staffing or Refusal
        From `reach.draw_staffing`.
    """
    if isinstance(drawn, Refusal) or isinstance(found, Refusal):
        return lacked(found, "staffing_figure", "no_roster", "staffing.none")
    counted, whole, months = drawn, found.one("staffed_share"), found.of("staffed_month")
    if len(months) < 2:
        said = [phrase("staffing.alone", share=whole.value, rule=whole.definition,
                       of=whole.population)]  # fmt: skip
        return sentences(found.report, "staffing_figure", said, found.estimates)
    middle = statistics.median(100 * (e.value or 0.0) for e in months)

    def picture(lang: str) -> Picture:
        unknown = "".join(
            say("staffing.unknown_note", lang, what=e.definition, n=e.value)
            for e in found.of("staffed_unknown")
        )
        told = [say("alt.share", lang, name=e.window, value=value_text(e, lang)) for e in months]
        return Picture(
            title=say("exhibit.staffing_figure", lang, rule=whole.definition,
                      share=value_text(whole, lang), of=whole.population),
            note=unknown + foot(counted, lang, "note.staffing"),
            alt=say("alt.staffing", lang, months=told),
            draw=lambda drawing: _draw(drawing, months, middle, lang),
            size=(8.5, 2.4),
            phone=(PHONE, 3.0),
        )  # fmt: skip

    return shown_figure(found.report, "staffing_figure", picture, found.estimates)


def _draw(drawing: Figure, months: list[Estimate], middle: float, lang: str) -> None:
    values = [100 * (e.value or 0.0) for e in months]
    axes = draw_run(drawing, [e.dim("month") or "" for e in months], values, middle, lang)
    axes.set_ylim(0, 100)
    axes.set_ylabel(say("axis.share_activities", lang))
