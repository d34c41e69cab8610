"""Rules that need one figure and nothing beside it."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from evalkit.intake.ledger import Claim
from evalkit.outcomes.claims.counts import ALL_OF_IT, upper_bound
from evalkit.outcomes.claims.finding import Book, Finding
from evalkit.outcomes.claims.said import amount, printed_amount
from evalkit.outcomes.claims.shares import PEOPLE
from evalkit.protocol import Relation
from evalkit.quantity import Span, Unit, simplest_share
from evalkit.words import phrase


def alone(book: Book, relations: Iterable[Relation]) -> list[Finding]:
    """Return what can be said of each figure by itself.

    Parameters
    ----------
    relations : iterable of Relation
        A share with a base, and a zero with an exposure, are judged by these.
    """
    relations = list(relations)
    based = {n for r in relations for role in ("share", "count") if (n := r.one(role))}
    found: list[Finding] = []
    for claim in book.claims.values():
        found += _number(book, claim, claim.claim_id in based)
        if claim.tag:
            found.append(_superlative(claim))
    return found


def _number(book: Book, claim: Claim, based: bool) -> list[Finding]:
    quantity = book.quantities[claim.claim_id]
    if quantity is None:
        return [_unquantified(claim)] if claim.rounding == "none" else []
    if quantity.unit.code == "percent" and not based:
        low = quantity.usual.low or 0
        above = low > 1 or (low == 1 and claim.rounding == "over")
        return [_above_all(book, claim) if above else _smallest_base(book, claim)]
    if quantity.value == 0 and quantity.unit.kind in ("cases", "people") and not based:
        return [_zero(book, claim)]
    # One visit is one person's.
    several = quantity.unit.kind == "visits" and quantity.value > 1
    return [_visits(book, claim)] if several else []


def _above_all(book: Book, claim: Claim) -> Finding:
    # A rate against a target, or a rise, is above 100 % rightly: only a text that calls it
    # a share can be wrong, and that is what a relation says.
    share = book.need(claim.claim_id)
    return Finding(
        check=f"above_all:{claim.claim_id}",
        rule="above_all",
        claims=(claim.claim_id,),
        verdict="cannot_verify",
        arithmetic=phrase("arith.above_all", share=printed_amount(share)),
        assumption=phrase("assume.above_all"),
        otherwise=phrase("otherwise.above_all"),
        settle=phrase("settle.above_all"),
        can=phrase("can.share_printed", share=book.said(claim.claim_id)),
        cannot=phrase("cannot.above_all"),
    )


def _smallest_base(book: Book, claim: Claim) -> Finding:
    share = book.need(claim.claim_id)
    least = simplest_share(share.usual & ALL_OF_IT or share.usual)
    said, given = book.said(claim.claim_id), claim.base == "stated"
    return Finding(
        check=f"smallest_base:{claim.claim_id}",
        rule="smallest_base",
        claims=(claim.claim_id,),
        verdict="cannot_verify",
        arithmetic=phrase(
            "arith.smallest_base",
            share=printed_amount(share),
            least=amount(least.denominator, PEOPLE),
            k=amount(least.numerator, PEOPLE),
        ),
        assumption=phrase("assume.smallest_base"),
        settle=phrase("settle.base"),
        can=phrase("can.share_printed" if given else "can.share_alone", share=said),
        cannot=phrase("cannot.no_base", share=said),
    )


def _zero(book: Book, claim: Claim) -> Finding:
    n, level = book.plan.zero_base, book.plan.level
    high = Fraction(upper_bound(n, level)).limit_denominator(10**6)
    return Finding(
        check=f"zero:{claim.claim_id}",
        rule="zero",
        claims=(claim.claim_id,),
        verdict="cannot_verify",
        arithmetic=phrase("arith.zero", n=n, high=amount(high, Unit("percent")), level=level),
        assumption=phrase("assume.zero"),
        settle=phrase("settle.zero"),
        can=phrase("can.zero_printed"),
        cannot=phrase("cannot.zero"),
    )


def _visits(book: Book, claim: Claim) -> Finding:
    visits = book.need(claim.claim_id)
    # Where a word leaves the upper end open, nothing is said of it.
    most = None if visits.firm.high is None else visits.usual.greatest_whole
    people = Span(Fraction(1), None if most is None else Fraction(max(1, most)))
    return Finding(
        check=f"visits:{claim.claim_id}",
        rule="visits",
        claims=(claim.claim_id,),
        verdict="cannot_verify",
        arithmetic=phrase(
            "arith.visits" if people.high else "arith.visits_open",
            visits=book.said(claim.claim_id),
            most=amount(people.high or 1, PEOPLE),
        ),
        assumption=phrase("assume.visits"),
        settle=phrase("settle.people"),
        can=phrase("can.visits"),
        cannot=phrase("cannot.visits", most=book.said(claim.claim_id)),
    )


def _unquantified(claim: Claim) -> Finding:
    return Finding(
        check=f"unquantified:{claim.claim_id}",
        rule="unquantified",
        claims=(claim.claim_id,),
        verdict="unquantified",
        arithmetic=phrase("arith.unquantified"),
        settle=phrase("settle.unquantified"),
        can=phrase("can.unquantified"),
        cannot=phrase("cannot.unquantified"),
    )


def _superlative(claim: Claim) -> Finding:
    return Finding(
        check=f"tag:{claim.claim_id}",
        rule="superlative",
        claims=(claim.claim_id,),
        verdict="cannot_verify" if claim.rounding != "none" else "unquantified",
        arithmetic=phrase("arith.superlative", what=phrase(f"tag.{claim.tag}")),
        settle=phrase("settle.superlative"),
        can=phrase("can.superlative"),
        cannot=phrase("cannot.superlative"),
    )
