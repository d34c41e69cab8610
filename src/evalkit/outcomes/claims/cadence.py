"""A cadence that a text promises, beside the number that it reports as held."""

from __future__ import annotations

import math

from evalkit.outcomes.claims.finding import ADVERSE, Book, Finding, depends, judge
from evalkit.outcomes.claims.said import amount, counted, printed_amount
from evalkit.protocol import Relation
from evalkit.protocol.relations import Spell
from evalkit.quantity import Span, Unit
from evalkit.words import Phrase, phrase

RULE = "cadence"


def cadence(book: Book, relation: Relation) -> list[Finding]:
    """Hold what is reported as held against a cadence that the text promises.

    Returns
    -------
    list of Finding
        One finding. Only falling short counts: more than a cadence asks keeps it.

    Notes
    -----
    A time of m months holds at least floor(m / s) - 1 whole spells of s months wherever it
    begins, and touches at most ceil(m / s) + 1 of them.
    """
    spell, held = relation.spell, book.need(relation.one("held"))
    assert spell is not None
    least = max(0, math.floor(spell.least / spell.months) - 1)
    most = math.ceil(spell.most / spell.months) + 1
    verdict = judge(lambda reading: not Span.at(least).above(reading(held)), relation.stated)
    against = verdict in ADVERSE
    short = against or Span.at(least).above(held.usual)
    return [
        Finding(
            check=relation.code,
            rule=RULE,
            claims=relation.figures,
            verdict=verdict,
            arithmetic=phrase(
                "arith.cadence_short" if short else "arith.cadence_kept",
                every=phrase(f"every.{spell.every}"),
                least=counted(least, held.unit),
                most=counted(most, held.unit),
                months=_months(spell),
                held=printed_amount(held, not against),
            ),
            assumption=phrase("assume.cadence" if relation.stated else "assume.cadence_beside"),
            otherwise=phrase("otherwise.cadence"),
            settle=depends(verdict, relation) and phrase("settle.cadence"),
            can=phrase("can.rule"),
            cannot=phrase("cannot.rule"),
            relation=relation,
            # To hold as many as promised makes no figure right.
            judges=None if against else (),
        )
    ]


def _months(spell: Spell) -> Phrase:
    low, high = (amount(n, Unit("months")) for n in (spell.least, spell.most))
    return low if spell.least == spell.most else phrase("figure.range", low=low, high=high)
