"""A place inside a place."""

from __future__ import annotations

from evalkit.outcomes.claims.finding import (
    ADVERSE,
    Book,
    Finding,
    depends,
    judge,
    open_finding,
    units_finding,
)
from evalkit.outcomes.claims.said import printed_amount
from evalkit.protocol import Relation
from evalkit.quantity import UnitsDiffer
from evalkit.words import phrase

RULE = "place_inside"


def place_inside(book: Book, relation: Relation) -> list[Finding]:
    """Judge the figure of a place by that of the larger place it lies in.

    Parameters
    ----------
    relation : Relation
        Of the kind ``inside``; ``alike`` where the text counts the same thing over
        the same time in both.

    Returns
    -------
    list of Finding
        One finding; adverse only where the two are alike.
    """
    inner, outer = (book.need(relation.one(role)) for role in ("inner", "outer"))
    alike = relation.flags["alike"]
    if inner.unit != outer.unit:
        # Of unlike things nothing follows, unless the text says that they are alike.
        problem = UnitsDiffer(inner.unit, outer.unit)
        finding = units_finding(relation, RULE, problem)
        return [finding] if alike else []
    if inner.unit.under or inner.unit.kind in ("share", "change"):
        # Only counts grow with the place.
        return [open_finding(relation, RULE, "arith.inside_rate", "settle.alike")]
    verdict = judge(
        lambda reading: not reading(inner).above(reading(outer)), relation.stated and alike
    )
    agrees, against = verdict == "agrees", verdict in ADVERSE
    over = against or inner.usual.above(outer.usual)
    return [
        Finding(
            check=relation.code,
            rule=RULE,
            claims=relation.figures,
            verdict=verdict,
            arithmetic=phrase(
                "arith.inside_over" if over else "arith.inside_fits",
                inner=printed_amount(inner, not against),
                outer=printed_amount(outer, not against),
            ),
            assumption=phrase("assume.inside" if alike else "assume.inside_unlike"),
            otherwise=None if agrees else phrase("otherwise.inside"),
            settle=depends(verdict, relation) if alike else phrase("settle.alike"),
            can=phrase("can.fits" if agrees else "can.apart"),
            cannot=phrase("cannot.confirmed" if agrees else "cannot.inside"),
            relation=relation,
            # To be smaller makes neither of the two right.
            judges=None if against else (),
        )
    ]
