"""The loop of orders: how many come to each step, and how long each step takes."""

from __future__ import annotations

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.reach import Tickets
from evalkit.present.content import Part, Row
from evalkit.present.figure import PHONE, Picture, shown_figure
from evalkit.present.flow import foot, words
from evalkit.present.numbers import interval_piece, value_piece, value_text
from evalkit.present.shown import Shown
from evalkit.present.statement import lacked, sentences
from evalkit.present.steps import Steps, draw_steps
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import phrase, say

FIRST = "ordered"


def tickets_figure(found: Result | Refusal, drawn: Tickets | Refusal) -> Shown:
    """Return the share of the orders at each step as bars, with the share of the step before.

    Parameters
    ----------
    found : Result or Refusal
        From `reach.tickets`.
    drawn : Tickets or Refusal
        From `reach.draw_tickets`.
    """
    if isinstance(drawn, Refusal) or isinstance(found, Refusal):
        return lacked(found, "tickets_figure", "no_tickets", "tickets.none")
    report, counted = found.report, drawn
    whole, steps = found.one("order_step", step=FIRST), found.of("order_share", of="all")
    if not any(e.value is not None for e in steps):
        said = [phrase("agreement.withheld")]
        return sentences(report, "tickets_figure", said, found.estimates)
    kept = {e.dim("step"): e for e in found.of("order_share", of="before")}
    told = Steps(steps, kept, _counted, "axis.share_orders")

    def picture(lang: str) -> Picture:
        spoken = [say("alt.share", lang, name=e.definition, value=_counted(e, lang)) for e in steps]
        return Picture(
            title=_title(found, lang),
            note=_untold(found, lang) + foot(counted, lang, "note.tickets"),
            alt=say("alt.tickets", lang, n=value_text(whole, lang), steps=spoken),
            draw=lambda drawing: draw_steps(drawing, told, lang),
            size=(8.5, 0.9 + 0.5 * len(steps)),
            phone=(PHONE, 0.9 + 0.6 * len(steps)),
        )

    return shown_figure(report, "tickets_figure", picture, (whole, *steps, *kept.values()))


def _counted(e: Estimate, lang: str) -> str:
    """Return how many orders, and what share of all."""
    if e.value is None:
        return value_text(e, lang)
    return say("tickets.of_all", lang, n=e.events, share=value_text(e, lang))


def _title(found: Result, lang: str) -> str:
    """Return how far the orders come, and before which step most of them stop."""
    steps, before = found.of("order_share", of="all"), found.of("order_share", of="before")
    last = steps[-1]
    if any(e.value is None for e in (*steps, *before)):
        return say("exhibit.tickets_figure", lang)
    lost = max(before, key=lambda e: (e.n or 0) - (e.events or 0))
    if lost.dim("step") == last.dim("step"):
        return say("exhibit.tickets_last", lang, n=last.n, share=value_text(last, lang),
                   last=last.definition)  # fmt: skip
    return say("exhibit.tickets_finding", lang, n=last.n, share=value_text(last, lang),
               last=last.definition, step=lost.definition)  # fmt: skip


def _untold(found: Result, lang: str) -> str:
    """Return which steps no order bears a time of."""
    names = [e.definition for e in found.of("order_step") if e.reason is not None and
             e.reason.code == "step_untimed"]  # fmt: skip
    return say("tickets.untold", lang, steps=names) if names else ""


def tickets_table(found: Result | Refusal, drawn: Tickets | Refusal) -> Shown:
    """Return orders and people at each step, hours from the step before, and what cannot be.

    Parameters
    ----------
    found : Result or Refusal
        From `reach.tickets`.
    drawn : Tickets or Refusal
        From `reach.draw_tickets`.
    """
    if isinstance(drawn, Refusal) or isinstance(found, Refusal):
        return lacked(found, "tickets_table", "no_tickets", "tickets.none")
    counted = drawn
    steps = [e for e in found.of("order_step") if found.of("order_people", step=_step(e))]
    shares = list(dict.fromkeys(e.dim("share") or "" for e in found.of("order_hours")))

    def layout(lang: str) -> Layout:
        first = [found.of("order_hours", share=share)[0] for share in shares]
        return Layout(
            title=say("exhibit.tickets_table", lang),
            note=_reasons(found, lang) + foot(counted, lang, "note.tickets_table"),
            heads=[*(say(f"head.{key}", lang) for key in ("step", "orders", "n")),
                   *(words(e, "method", lang) for e in first)],
            rows=[
                *(_row(found, e, shares, lang) for e in steps),
                *(row_of(words(e, "definition", lang),
                         [value_piece(e, lang), *[say("shown.none", lang)] * (1 + len(shares))])
                  for e in found.of("order_fault")),
            ],
        )  # fmt: skip

    return shown_table(found.report, "tickets_table", layout, found.estimates)


def _step(e: Estimate) -> str:
    return e.dim("step") or ""


def _row(found: Result, e: Estimate, shares: list[str], lang: str) -> Row:
    whose, dash = found.one("order_people", step=_step(e)), say("shown.none", lang)
    people: Part = (
        interval_piece(whose, lang) if whose.low is not None else value_piece(whose, lang)
    )
    hours = [found.of("order_hours", step=_step(e), share=share) for share in shares]
    cells = [value_piece(one[0], lang) if one else dash for one in hours]
    return row_of(words(e, "definition", lang), [value_piece(e, lang), people, *cells])


def _reasons(found: Result, lang: str) -> str:
    """Return why some hours are not told, each reason once."""
    whys = [e.reason.text[lang] for e in found.of("order_hours")
            if e.value is None and e.reason is not None and e.disclosure != "withheld"]  # fmt: skip
    return "".join(say("tickets.untold_hours", lang, why=why) for why in dict.fromkeys(whys))
