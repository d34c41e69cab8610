"""What a stated cost asks of a programme, in sentences."""

from __future__ import annotations

from evalkit.outcomes import Refusal, Result
from evalkit.present.content import Statement
from evalkit.present.numbers import interval_text, value_text
from evalkit.present.shown import Shown, shown
from evalkit.present.statement import paragraph, refusal, sentences
from evalkit.words import phrase, say


def break_even_statement(worth: Result | Refusal) -> Shown:
    """Return what each event that was avoided cost, and the chance that it was worth it.

    Parameters
    ----------
    worth : Result or Refusal
        From `recidivism.break_even`.
    """
    if isinstance(worth, Refusal):
        reason = worth.estimate.reason
        if reason is not None and reason.code == "no_cost":
            return sentences(
                worth.report, "break_even_statement", [phrase("break_even.no_cost")], []
            )
        return refusal(worth, "break_even_statement")
    report, price = worth.report, worth.one("cost_per_avoided")
    needed, chance = worth.of("break_even"), worth.of("break_even_chance")

    def build(lang: str) -> tuple[Statement, str]:
        if price.value is None:
            lines = [say("break_even.none", lang, reason=price.reason)]
        else:
            ends = interval_text(price, lang)
            lines = [say("break_even.price", lang, value=value_text(price, lang), ends=ends)]
        if needed and chance and chance[0].value is not None and needed[0].value is not None:
            impossible = needed[0].value > 1
            key = "break_even.never" if impossible else "break_even.needed"
            share = value_text(chance[0], lang)
            lines.append(say(key, lang, n=100 * needed[0].value, chance=share))
        blocks = tuple(paragraph(line) for line in lines)
        return Statement(blocks, "statement"), "\n".join(lines)

    return shown(
        "statement", "break_even_statement", report.lang, report.languages, build, worth.estimates
    )
