"""Steps of a service without a register: of those whom it recorded, who is at each."""

from __future__ import annotations

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.reach import Chain
from evalkit.present.figure import PHONE, Picture, shown_figure
from evalkit.present.flow import foot, words
from evalkit.present.numbers import count_piece, value_piece, value_text
from evalkit.present.shown import Shown
from evalkit.present.statement import lacked, sentences
from evalkit.present.steps import Steps, draw_steps
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import phrase, say


def chain_figure(found: Result | Refusal, drawn: Chain | Refusal) -> Shown:
    """Return the share of those first recorded at each step as bars.

    Parameters
    ----------
    found : Result or Refusal
        From `reach.chain`.
    drawn : Chain or Refusal
        From `reach.draw_chain`.
    """
    if isinstance(drawn, Refusal) or isinstance(found, Refusal):
        return lacked(found, "chain_figure", "no_chain", "chain.none")
    report, counted, steps = found.report, drawn, found.of("chain_share", of="first")
    known = [e for e in steps if e.value is not None]
    if len(known) < 2:
        return sentences(report, "chain_figure", [phrase("chain.alone")], found.estimates)
    kept = {e.dim("step"): e for e in found.of("chain_share", of="before")}
    told = Steps(steps, kept, _counted, "axis.share_first")

    def picture(lang: str) -> Picture:
        spoken = [say("alt.share", lang, name=e.definition, value=_counted(e, lang)) for e in steps]
        return Picture(
            title=say("exhibit.chain_figure", lang, share=value_text(known[-1], lang),
                      last=known[-1].definition, first=steps[0].definition),
            note=foot(counted, lang, "note.chain"),
            alt=say("alt.chain", lang, steps=spoken),
            draw=lambda drawing: draw_steps(drawing, told, lang),
            size=(8.5, 0.7 + 0.34 * len(steps)),
            phone=(PHONE, 0.8 + 0.6 * len(steps)),
        )  # fmt: skip

    return shown_figure(report, "chain_figure", picture, (*steps, *kept.values()))


def _counted(e: Estimate, lang: str) -> str:
    """Return how many people, and what share of those at the first step."""
    if e.value is None:
        return value_text(e, lang)
    return say("cascade.of_target", lang, n=e.events, share=value_text(e, lang))


def chain_table(found: Result | Refusal, drawn: Chain | Refusal) -> Shown:
    """Return people and shares at each step, and what cannot be of the records.

    Parameters
    ----------
    found : Result or Refusal
        From `reach.chain`.
    drawn : Chain or Refusal
        From `reach.draw_chain`.
    """
    if isinstance(drawn, Refusal) or isinstance(found, Refusal):
        return lacked(found, "chain_table", "no_chain", "chain.none")
    counted, steps = drawn, found.of("chain_share", of="first")
    before = {e.dim("step"): e for e in found.of("chain_share", of="before")}
    others = [*found.of("chain_entered"), *found.of("chain_fault")]

    def layout(lang: str) -> Layout:
        dash = say("shown.none", lang)
        rows = [
            row_of(
                words(e, "definition", lang),
                [count_piece(e, "events", lang), value_piece(e, lang),
                 value_piece(before[e.dim("step")], lang) if e.dim("step") in before else dash],
            )
            for e in steps
        ]  # fmt: skip
        rows += [
            row_of(words(e, "definition", lang), [value_piece(e, lang), dash, dash]) for e in others
        ]
        return Layout(
            title=say("exhibit.chain_table", lang),
            note=foot(counted, lang, "note.chain"),
            heads=[say(f"head.{key}", lang) for key in ("step", "n", "of_first", "of_before")],
            rows=rows,
            # A fault is told nowhere else.
            folded="drawn" if not others and sum(e.value is not None for e in steps) > 1 else "",
        )

    return shown_table(found.report, "chain_table", layout, found.estimates)
