"""How many are left at each step of the service, and who is lost where most are."""

from __future__ import annotations

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.reach import Cascade
from evalkit.present.figure import PHONE, Picture, shown_figure
from evalkit.present.flow import note, words
from evalkit.present.numbers import count_piece, value_piece, value_text
from evalkit.present.shown import Shown
from evalkit.present.statement import refusal, sentences
from evalkit.present.steps import Steps, draw_steps
from evalkit.present.table import Layout, in_detail, row_of, shown_table
from evalkit.words import phrase, say


def cascade_figure(found: Result | Refusal) -> Shown:
    """Return the share of the target at each step as bars, with the share of the step before.

    Parameters
    ----------
    found : Cascade or Refusal
        From `reach.cascade`.
    """
    if isinstance(found, Refusal):
        return _refused(found, "cascade_figure")
    report, steps = found.report, found.of("cascade")
    known = [e for e in steps if e.value is not None]
    if len(known) < 2:
        return sentences(report, "cascade_figure", [phrase("agreement.withheld")], found.estimates)
    kept = {e.dim("step"): e for e in found.of("cascade_kept")}
    drawn = Steps(steps, kept, _counted, "axis.share_target")

    def picture(lang: str) -> Picture:
        told = [say("alt.share", lang, name=e.definition, value=_counted(e, lang)) for e in steps]
        return Picture(
            title=_title(found, lang),
            note=note(report, lang, "note.cascade"),
            alt=say("alt.cascade", lang, steps=told),
            draw=lambda drawing: draw_steps(drawing, drawn, lang),
            size=(8.5, 0.7 + 0.34 * len(steps)),
            phone=(PHONE, 0.8 + 0.6 * len(steps)),
        )

    return shown_figure(report, "cascade_figure", picture, (*steps, *kept.values()))


def _counted(e: Estimate, lang: str) -> str:
    """Return how many, and what share of the target."""
    if e.value is None:
        return value_text(e, lang)
    n = e.events if e.events is not None else e.n
    return say("cascade.of_target", lang, n=n, share=value_text(e, lang))


def _refused(found: Refusal, name: str) -> Shown:
    """Return why there are no steps; of a table of one's own nothing is missing."""
    if found.report.spec is not None and not found.report.from_offices:
        return sentences(found.report, name, [phrase("cascade.own")], [], frame="absent")
    return refusal(found, name)


def _title(found: Result, lang: str) -> str:
    """Return between which two steps most are lost, as the finding."""
    worst = found.worst if isinstance(found, Cascade) else ()
    last = next(e for e in reversed(found.of("cascade")) if e.value is not None)
    if not worst:
        return say("exhibit.cascade_figure", lang)
    first, second = (found.one("cascade", step=step).definition for step in worst)
    return say(
        "exhibit.cascade_finding", lang, last=last.definition, share=value_text(last, lang),
        first=first, second=second,
    )  # fmt: skip


def cascade_table(found: Result | Refusal) -> Shown:
    """Return who is lost at the step at which most are, group by group.

    Parameters
    ----------
    found : Cascade or Refusal
        From `reach.cascade`.
    """
    if isinstance(found, Refusal):
        return _refused(found, "cascade_table")
    report, rows = found.report, found.of("cascade_lost")
    worst = found.worst if isinstance(found, Cascade) else ()
    if not rows or not worst:
        return sentences(report, "cascade_table", [phrase("cascade.nobody_lost")], found.estimates)

    def layout(lang: str) -> Layout:
        first, second = (found.one("cascade", step=step).definition for step in worst)
        made = [
            row_of(
                words(e, "group", lang),
                [count_piece(e, "n", lang), count_piece(e, "events", lang), value_piece(e, lang)],
                strong=e.dims[0][1] == "all",
            )
            for e in _once(rows)
        ]
        return Layout(
            title=say("exhibit.cascade_table", lang, first=first, second=second),
            note=note(report, lang, "note.cascade_lost"),
            heads=[say(f"head.{key}", lang) for key in ("group", "at_step", "lost", "share")],
            rows=made,
            folded=in_detail(made),
        )

    return shown_table(report, "cascade_table", layout, rows)


def _once(rows: list[Estimate]) -> list[Estimate]:
    """Return the groups, and everyone once at the end."""
    groups = [e for e in rows if e.dims[0][1] != "all"]
    return [*groups, *[e for e in rows if e.dims[0][1] == "all"][:1]]
