"""Printed percentages: which base can give them, and what they imply."""

from __future__ import annotations

import math
from fractions import Fraction

from evalkit.intake.ledger import Claim
from evalkit.outcomes.claims.counts import ALL_OF_IT
from evalkit.outcomes.claims.finding import (
    ADVERSE,
    Book,
    Finding,
    depends,
    judge,
    open_finding,
    units_finding,
    zero_base,
)
from evalkit.outcomes.claims.said import (
    amount,
    counted,
    printed_amount,
    range_words,
    unit_words,
)
from evalkit.protocol import BEARS_ON, Relation
from evalkit.quantity import Quantity, Span, Unit, UnitsDiffer, simplest_share
from evalkit.words import Phrase, phrase

RULE = "share_reachable"
# So many bases are tried one by one; a base that large gives nearly every share.
MOST_BASES = 100_000
PEOPLE = Unit("persons")
# Kinds of base whose number bounds those who can have answered.
ANSWERING = ("people", "visits", "households")


def _answered(claim: Claim) -> bool:
    return claim.outcome in BEARS_ON and BEARS_ON[claim.outcome].answers


def reachable(share: Span, base: Span) -> tuple[int, int] | None:
    """Return a whole count and base whose share lies within a span, or None.

    Parameters
    ----------
    share : Span
        Shares of 1.
    base : Span
        Counts that the base may be.

    Returns
    -------
    (int, int) or None
        The count and the base; None where no whole count of any such base gives one.
        Beyond `MOST_BASES` bases tried, a share is taken to be reachable.
    """
    inside = share & ALL_OF_IT
    if inside is None:
        return None
    simplest = simplest_share(inside)
    least, most = max(1, base.least_whole or 1), base.greatest_whole
    step = simplest.denominator
    times = -(-least // step)
    if most is None or times * step <= most:
        return simplest.numerator * times, times * step
    for n in range(least, min(most, least + MOST_BASES) + 1):
        k = (inside * Span.at(n)).least_whole
        if k is not None and Fraction(k, n) in inside:
            return k, n
    return None if most - least <= MOST_BASES else (simplest.numerator, step)


def share_of_base(book: Book, relation: Relation) -> list[Finding]:
    """Judge a printed percentage by the base, the count, or both that belong to it.

    Parameters
    ----------
    relation : Relation
        Of the kind ``share_of``.

    Returns
    -------
    list of Finding
        One finding. Where the text names no base, the figure printed beside the
        percentage bounds it: no more people can have answered.
    """
    share = book.need(relation.one("share"))
    base, count = (_optional(book, relation.one(role)) for role in ("base", "count"))
    if base is None:
        assert count is not None
        return [_implied_base(relation, share, count)]
    if base.value == 0:
        return [zero_base(relation, RULE)]
    if count is not None:
        return [_counted(relation, share, base, count)]
    return [_of_base(book, relation, share, base)]


def _optional(book: Book, name: str | None) -> Quantity | None:
    return None if name is None else book.need(name)


def _counted(relation: Relation, share: Quantity, base: Quantity, count: Quantity) -> Finding:
    try:
        found = count.share_of(base)
    except UnitsDiffer as problem:
        return units_finding(relation, RULE, problem)
    verdict = judge(lambda reading: reading(found).meets(reading(share)), relation.stated)
    agrees, usual = verdict == "agrees", verdict not in ADVERSE
    return Finding(
        check=relation.code,
        rule=RULE,
        claims=relation.figures,
        verdict=verdict,
        arithmetic=phrase(
            "arith.share_counted",
            count=printed_amount(count, usual),
            base=printed_amount(base, usual),
            found=printed_amount(found, usual),
            share=printed_amount(share, usual),
        ),
        assumption=phrase("assume.share_counted" if relation.stated else "assume.beside"),
        otherwise=None if agrees else phrase("otherwise.other_base"),
        settle=depends(verdict, relation),
        can=phrase("can.fits" if agrees else "can.apart"),
        cannot=phrase("cannot.confirmed" if agrees else "cannot.one_of_them"),
        result=found,
        relation=relation,
        judges=None if usual else relation.roles["share"],
    )


def _of_base(book: Book, relation: Relation, share: Quantity, base: Quantity) -> Finding:
    if not base.unit.whole:
        # Of kilometres or hours there is a part of any size.
        return open_finding(relation, RULE, "arith.share_measured", "settle.measured")
    if not relation.stated and base.unit.kind not in ANSWERING:
        # Sessions beside a percentage bound nobody.
        return open_finding(relation, RULE, "arith.share_beside", "settle.answered")
    # The people behind a percentage are at most the visits, or whatever stands beside it.
    bounded = not relation.stated or base.unit.kind == "visits"
    claim = book.claims[relation.one("share") or ""]
    verdict = _reach(relation, share, base, bounded, _answered(claim))
    unit = unit_words(base.unit)
    words = {"share": book.said(relation.one("share")), "unit": unit}
    words["n"] = book.said(relation.one("base"))
    against, agrees = verdict in ADVERSE, verdict == "agrees"
    return Finding(
        check=relation.code,
        rule=RULE,
        claims=relation.figures,
        verdict=verdict,
        arithmetic=_share_arithmetic(share, base, bounded, against),
        assumption=phrase(f"assume.share_{_basis(relation, base)}", n=words["n"], unit=unit),
        otherwise=None if agrees else _otherwise(share, bounded, base.unit.kind == "visits"),
        settle=None if agrees else phrase("settle.answered"),
        can=phrase("can.share_of_base", **words),
        cannot=phrase("cannot.confirmed" if agrees else "cannot.share_of_base", **words),
        relation=relation,
        judges=relation.roles["share"] if against else None,
    )


def _reach(
    relation: Relation, share: Quantity, base: Quantity, bounded: bool, answered: bool
) -> str:
    def possible(of: Span, within: Span) -> bool:
        return reachable(of, _up_to(within) if bounded else within) is not None

    # Beside a percentage: a rate against a target is no share of people, and more than all
    # is none unless the text says that it is one.
    near = answered and share.firm.meets(ALL_OF_IT)
    if not relation.stated and not near:
        return "cannot_verify"
    if not possible(share.firm, base.firm):
        return "not_reachable"
    if bounded or not possible(share.usual, base.usual):
        return "cannot_verify"
    # A base that gives every percentage of this many digits tests nothing.
    return "cannot_verify" if _gives_all(share.usual, base.usual) else "agrees"


def _up_to(base: Span) -> Span:
    """Return how many can have answered beside a number: at least one."""
    most = base.greatest_whole
    return Span(Fraction(1), None if most is None else Fraction(max(1, most)))


def _gives_all(share: Span, base: Span) -> bool:
    assert share.high is not None and share.low is not None and base.low is not None
    return (share.high - share.low) * base.low >= 1


def _otherwise(share: Quantity, bounded: bool, visits: bool) -> Phrase:
    """Return the reading under which a percentage could be as printed after all."""
    inside = share.firm & ALL_OF_IT
    if inside is None:
        return phrase("otherwise.above_all")
    if not bounded:
        return phrase("otherwise.share_stated")
    least = amount(simplest_share(inside).denominator, PEOPLE)
    return phrase("otherwise.share" if visits else "otherwise.share_beside", least=least)


def _share_arithmetic(share: Quantity, base: Quantity, bounded: bool, against: bool) -> Phrase:
    if not share.firm.meets(ALL_OF_IT):
        return phrase("arith.share_none", share=printed_amount(share, usual=False))
    if against:
        return _gap(share, base, bounded)
    usual = reachable(share.usual, _up_to(base.usual) if bounded else base.usual)
    span = share.usual if usual else share.firm
    base_words = printed_amount(base, usual=not bounded or base.firm.high is not None)
    words = {"share": printed_amount(share, usual is not None), "n": base_words}
    if bounded:
        least = simplest_share(span & ALL_OF_IT or span)
        words |= {"k": amount(least.numerator, PEOPLE), "least": amount(least.denominator, PEOPLE)}
        most = (base.usual if usual else base.firm).greatest_whole
        if base.firm.high is None:
            return phrase("arith.share_bounded_open", **words)
        words["most"] = counted(most or 0, base.unit)
        return phrase("arith.share_bounded" if usual else "arith.share_bounded_wide", **words)
    if usual is None:
        found = reachable(share.firm, base.firm)
        assert found is not None
        words |= {"k": amount(found[0], PEOPLE), "least": amount(found[1], PEOPLE)}
        words |= {"wide": printed_amount(share, usual=False), "share": printed_amount(share)}
        return phrase("arith.share_fits_wide", **words)
    if not base.usual.single:
        words |= {"k": amount(usual[0], PEOPLE), "least": amount(usual[1], PEOPLE)}
        return phrase("arith.share_fits_some", **words)
    counts = (share.usual & ALL_OF_IT or share.usual) * Span.at(base.value)
    ends = (counts.least_whole or 0, counts.greatest_whole or 0)
    words |= {key: amount(end, PEOPLE) for key, end in zip(("k1", "k2"), ends, strict=True)}
    if _gives_all(share.usual, base.usual):
        return phrase("arith.share_fits_any", **words)
    return phrase("arith.share_fits_one" if ends[0] == ends[1] else "arith.share_fits", **words)


def _gap(share: Quantity, base: Quantity, bounded: bool) -> Phrase:
    """Return why no whole count gives a percentage, by the widest reading of both."""
    inside = share.firm & ALL_OF_IT
    assert inside is not None and inside.low is not None
    n = max(1, math.floor(base.value))
    below = min(max(math.ceil(inside.low * n) - 1, 0), n - 1)
    pairs = {"k1": below, "k2": below + 1}
    shares = {"s1": Fraction(below, n), "s2": Fraction(below + 1, n)}
    simplest = simplest_share(inside)
    pairs |= {"k": simplest.numerator, "least": simplest.denominator}
    least, most = max(1, base.firm.least_whole or 1), base.firm.greatest_whole
    assert most is not None
    words = {key: amount(value, PEOPLE) for key, value in pairs.items()}
    words |= {key: amount(value, Unit("percent")) for key, value in shares.items()}
    words |= {"n": amount(n, PEOPLE), "share": printed_amount(share, usual=False)}
    words |= {"low": amount(least, PEOPLE), "most": amount(most, PEOPLE)}
    rounded = "" if most == n and (bounded or least == n) else "_round"
    if bounded:
        return phrase("arith.share_gap_most_round" if rounded else "arith.share_gap_most", **words)
    return phrase("arith.share_gap_round" if rounded else "arith.share_gap", **words)


def _basis(relation: Relation, base: Quantity) -> str:
    if base.unit.kind == "visits":
        return "visits"
    return "stated" if relation.stated else "beside"


def _implied_base(relation: Relation, share: Quantity, count: Quantity) -> Finding:
    if share.value == 0:
        return open_finding(relation, "implied_base", "arith.zero_share", "settle.base")
    if count.firm.high == 0 and 0 in share.firm:
        return open_finding(relation, "implied_base", "arith.zero_count", "settle.base")
    usual, firm = (_base_of(count, share, of) for of in (True, False))
    if firm is None:
        return _no_base(relation, share, count)
    implied = Quantity(count.value / share.value, count.unit, usual or firm, firm)
    return Finding(
        check=relation.code,
        rule="implied_base",
        claims=relation.figures,
        verdict="derived",
        arithmetic=phrase(
            "arith.implied_base",
            count=printed_amount(count, usual is not None),
            share=printed_amount(share, usual is not None),
            base=printed_amount(implied),
            unit=unit_words(implied.unit),
        ),
        assumption=phrase("assume.share_of_it" if relation.stated else "assume.beside"),
        otherwise=phrase("otherwise.other_date"),
        can=phrase("can.implied_base", base=range_words(implied), unit=unit_words(implied.unit)),
        cannot=phrase("cannot.implied_base"),
        result=implied,
        relation=relation,
    )


def _base_of(count: Quantity, share: Quantity, usual: bool) -> Span | None:
    """Return the bases that a count and its share allow, whole where there are only whole ones."""
    of = (share.usual if usual else share.firm) & ALL_OF_IT
    over = count.usual if usual else count.firm
    if of is None or of.high == 0 or over.high == 0:
        return None
    bases = over / of
    if not count.unit.whole:
        return bases
    if not bases.has_whole:
        return None
    least, most = bases.least_whole, bases.greatest_whole
    return Span(Fraction(least or 0), None if most is None else Fraction(most))


def _no_base(relation: Relation, share: Quantity, count: Quantity) -> Finding:
    above_all = not share.firm.meets(ALL_OF_IT)
    words = {"count": printed_amount(count, usual=False), "share": printed_amount(share, False)}
    return Finding(
        check=relation.code,
        rule="implied_base",
        claims=relation.figures,
        verdict="not_reachable" if relation.stated else "cannot_verify",
        arithmetic=phrase("arith.share_none" if above_all else "arith.implied_none", **words),
        assumption=phrase("assume.share_of_it" if relation.stated else "assume.beside"),
        otherwise=phrase("otherwise.above_all" if above_all else "otherwise.other_date"),
        settle=None if relation.stated else phrase("settle.not_stated"),
        can=phrase("can.apart"),
        cannot=phrase("cannot.one_of_them"),
        relation=relation,
        judges=relation.roles["share"],
    )
