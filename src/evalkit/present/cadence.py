"""Activities of a kind, month by month, and how many of those planned were held."""

from __future__ import annotations

import statistics

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.reach import Cadence
from evalkit.present.figure import PHONE, Picture, shown_figure
from evalkit.present.flow import foot
from evalkit.present.numbers import value_text
from evalkit.present.run_chart import draw_run
from evalkit.present.shown import Shown
from evalkit.present.statement import lacked, sentences
from evalkit.words import phrase, say


def cadence_figure(found: Result | Refusal, drawn: Cadence | Refusal) -> Shown:
    """Return how many activities of a kind each month held, with the median of the months.

    Parameters
    ----------
    found : Result or Refusal
        From `reach.cadence`.
    drawn : Cadence or Refusal
        From `reach.draw_cadence`.
    """
    if isinstance(drawn, Refusal) or isinstance(found, Refusal):
        return lacked(found, "cadence_figure", "no_activities", "cadence.none")
    counted, met, months = drawn, found.one("cadence_met"), found.of("cadence_month")
    name = f"cadence_figure_{drawn.kind.code}"
    if len(months) < 2:
        why = met.reason if not months and met.reason else phrase("cadence.alone", kind=drawn.kind)
        return sentences(found.report, name, [phrase("cadence.said", why=why)], found.estimates)
    middle = statistics.median(e.value or 0.0 for e in months)

    def picture(lang: str) -> Picture:
        untold = "".join(
            say("staffing.unknown_note", lang, what=e.definition, n=e.value)
            for e in found.of("cadence_untold")
        )
        told = [say("alt.share", lang, name=e.window, value=value_text(e, lang)) for e in months]
        return Picture(
            title=_title(met, counted, lang),
            note=_plan(met, lang) + untold + foot(counted, lang, "note.cadence"),
            alt=say("alt.staffing", lang, months=told),
            draw=lambda drawing: _draw(drawing, months, middle, lang),
            size=(8.5, 2.6),
            phone=(PHONE, 2.8),
        )

    return shown_figure(found.report, name, picture, found.estimates)


def _title(met: Estimate, drawn: Cadence, lang: str) -> str:
    if met.value is None:
        return say("exhibit.cadence_figure", lang, kind=drawn.kind)
    return say("exhibit.cadence_finding", lang, kind=drawn.kind, share=value_text(met, lang),
               of=met.population)  # fmt: skip


def _plan(met: Estimate, lang: str) -> str:
    """Return what is planned, or why nothing is held to it."""
    if met.value is None:
        return say("cadence.unplanned", lang, reason=met.reason)
    return say("cadence.planned", lang, plan=met.definition)


def _draw(drawing: Figure, months: list[Estimate], middle: float, lang: str) -> None:
    values = [e.value or 0.0 for e in months]
    axes = draw_run(drawing, [e.dim("month") or "" for e in months], values, middle, lang)
    axes.set_ylim(0, max(1.0, 1.15 * max(values)))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylabel(say("axis.activities", lang))
