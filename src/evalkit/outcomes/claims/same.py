"""The same quantity, the same figure, the same digits: printed more than once."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from evalkit.intake.ledger import Claim
from evalkit.outcomes.claims.finding import (
    ADVERSE,
    Book,
    Finding,
    depends,
    judge,
    units_finding,
)
from evalkit.outcomes.claims.said import printed_amount
from evalkit.protocol import Relation
from evalkit.quantity import Quantity, Span, UnitsDiffer
from evalkit.words import phrase


def same_quantity(book: Book, relation: Relation) -> list[Finding]:
    """Judge figures that the text gives for one quantity, or repeats."""
    rule = "repeats" if relation.kind == "repeats" else "same_quantity"
    figures = [book.need(name) for name in relation.roles["figures"]]
    for other in figures[1:]:
        if other.unit != figures[0].unit:
            problem = UnitsDiffer(figures[0].unit, other.unit)
            return [units_finding(relation, _two_definitions(figures, rule), problem)]

    verdict = judge(
        lambda reading: _common([reading(figure) for figure in figures]), relation.stated
    )
    agrees = verdict == "agrees"
    against = verdict in ADVERSE
    shown = [printed_amount(figure, not against) for figure in figures]
    common = not against and _common([figure.usual for figure in figures])
    equal = len({figure.usual for figure in figures}) == 1 and figures[0].usual.single
    key = "arith.equal" if equal else "arith.same" if common else "arith.not_same"
    return [
        Finding(
            check=relation.code,
            rule=rule,
            claims=relation.figures,
            verdict=verdict,
            arithmetic=phrase(key, figures=shown),
            assumption=phrase("assume.same" if relation.stated else "assume.beside"),
            otherwise=None if agrees else phrase("otherwise.same"),
            settle=depends(verdict, relation),
            can=phrase(f"can.{rule}" if agrees else "can.apart"),
            cannot=phrase("cannot.confirmed" if agrees else "cannot.one_of_them"),
            relation=relation,
            # A figure that stands twice is no righter than one that stands once.
            judges=() if agrees and rule == "repeats" else None,
        )
    ]


def _two_definitions(figures: Sequence[Quantity], rule: str) -> str:
    # One number for two things is a finding of its own.
    return "two_definitions" if len({figure.value for figure in figures}) == 1 else rule


def _common(spans: Iterable[Span]) -> bool:
    first, *rest = spans
    common: Span | None = first
    for span in rest:
        common = None if common is None else common & span
    return common is not None


def counted_once(book: Book, relations: Iterable[Relation]) -> set[str]:
    """Return the figures that repeat another and do not count again."""
    again = {
        name
        for relation in relations
        if relation.kind == "repeats"
        for name in relation.roles["figures"][1:]
    }
    return again | {c.claim_id for group in _reprints(book) for c in group[1:]}


def reprints(book: Book) -> list[Finding]:
    """Return the figures that stand alike in several texts: one source, counted once."""
    return [
        Finding(
            check=f"reprint:{group[0].claim_id}",
            rule="reprint",
            claims=tuple(claim.claim_id for claim in group),
            verdict="cannot_verify",
            arithmetic=phrase("arith.reprint", n=len({claim.source_id for claim in group})),
            assumption=phrase("assume.reprint"),
            otherwise=phrase("otherwise.reprint"),
            settle=phrase("settle.reprint"),
            can=phrase("can.repeats"),
            cannot=phrase("cannot.reprint"),
        )
        for group in _reprints(book)
    ]


def _reprints(book: Book) -> list[list[Claim]]:
    def same(claim: Claim) -> tuple[str, ...]:
        place = claim.place.text if claim.place else {}
        programme = claim.programme.text if claim.programme else {}
        texts = (*sorted(place.values()), "", *sorted(programme.values()))
        value = claim.value if claim.number is None else str(claim.number)
        return (claim.indicator, value, claim.unit.code, claim.rounding, *texts)

    groups: dict[tuple[str, ...], list[Claim]] = {}
    for claim in book.claims.values():
        groups.setdefault(same(claim), []).append(claim)
    return [g for g in groups.values() if len({claim.source_id for claim in g}) > 1]


def same_digits(book: Book, relations: Iterable[Relation]) -> list[Finding]:
    """Point out equal figures of different things, which a slip of copying would give.

    Parameters
    ----------
    relations : iterable of Relation
        Figures that a relation names together are explained by it.
    """
    related = {
        pair for relation in relations for pair in itertools.permutations(relation.figures, 2)
    }
    reprinted = {c.claim_id: i for i, group in enumerate(_reprints(book)) for c in group}
    groups: dict[Fraction, list[str]] = {}
    for name, quantity in book.quantities.items():
        if quantity is not None and significant(quantity.value) >= book.plan.same_digits:
            # A figure that is already explained by one of its group adds nothing.
            group = groups.setdefault(quantity.value, [])
            alike = any(
                (other, name) in related or reprinted.get(name, -1) == reprinted.get(other, -2)
                for other in group
            )
            if not alike:
                group.append(name)
    return [_equal(book, group) for group in groups.values() if len(group) > 1]


def digits_asked(book: Book, relation: Relation) -> list[Finding]:
    """Ask of equal figures in neighbouring lines whether one was copied from the other.

    Parameters
    ----------
    relation : Relation
        Of the kind ``same_digits``, for figures too short for `same_digits` to see.

    Returns
    -------
    list of Finding
        One question, never adverse: short figures are often equal by chance.
    """
    return [replace(_equal(book, relation.figures), check=relation.code, relation=relation)]


def _equal(book: Book, group: Sequence[str]) -> Finding:
    first = book.need(group[0])
    return Finding(
        check=f"digits:{group[0]}",
        rule="same_digits",
        claims=tuple(group),
        verdict="cannot_verify",
        arithmetic=phrase("arith.same_digits", value=printed_amount(first), n=len(group)),
        assumption=phrase("assume.same_digits"),
        otherwise=phrase("otherwise.same_digits"),
        settle=phrase("settle.same_digits"),
    )


@functools.lru_cache(maxsize=100_000)
def significant(value: Fraction) -> int:
    """Return the number of significant digits, without zeros at either end.

    Parameters
    ----------
    value : Fraction
        A decimal number, at least 0.
    """
    while value.denominator != 1:
        value *= 10
    return len(str(value.numerator).rstrip("0"))
