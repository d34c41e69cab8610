"""Printed percentages: which base can give them, and what they imply."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from evalkit.outcomes.claims.finding import (
    Book,
    Finding,
    amount,
    counted,
    depends,
    judge,
    open_finding,
    printed_amount,
    range_words,
    span_words,
    unit_words,
    units_finding,
    zero_base,
)
from evalkit.protocol import Relation
from evalkit.quantity import Quantity, Span, Unit, UnitsDiffer, simplest_share
from evalkit.words import Phrase, phrase

RULE = "share_reachable"
ALL_OF_IT = Span(Fraction(0), Fraction(1))
# So many bases are tried one by one; a base that large gives nearly every share.
MOST_BASES = 100_000
PEOPLE = Unit("persons")
# Kinds of base whose number bounds those who can have answered.
ANSWERING = ("people", "visits", "households")


def reachable(share: Span, base: Span) -> Fraction | None:
    """Return a share k/n within a span, of a whole base n within another, or None.

    Parameters
    ----------
    share : Span
        Shares of 1.
    base : Span
        Counts.

    Returns
    -------
    Fraction or None
        In lowest terms; None where no whole count of any such base gives one.
    """
    inside = share & ALL_OF_IT
    if inside is None:
        return None
    simplest = simplest_share(inside)
    least, most = max(1, base.least_whole or 1), base.greatest_whole
    step = simplest.denominator
    first = -(-least // step) * step
    if most is None or first <= most:
        return simplest
    for n in range(least, min(most, least + MOST_BASES) + 1):
        k = (inside * Span.at(n)).least_whole
        if k is not None and Fraction(k, n) in inside:
            return Fraction(k, n)
    return None if most - least <= MOST_BASES else simplest


def share_of_base(book: Book, relation: Relation) -> list[Finding]:
    """Judge a printed percentage by the base, the count, or both that belong to it.

    Parameters
    ----------
    book : Book
        The area's figures.
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
    return [_of_base(relation, share, base)]


def _optional(book: Book, name: str | None) -> Quantity | None:
    return None if name is None else book.need(name)


def _counted(relation: Relation, share: Quantity, base: Quantity, count: Quantity) -> Finding:
    try:
        found = count.share_of(base)
    except UnitsDiffer as problem:
        return units_finding(relation, RULE, problem)
    verdict = judge(lambda reading: reading(found).meets(reading(share)), relation.stated)
    agrees = verdict == "agrees"
    return Finding(
        check=relation.code,
        rule=RULE,
        claims=relation.figures,
        verdict=verdict,
        arithmetic=phrase(
            "arith.share_counted",
            count=printed_amount(count),
            base=printed_amount(base),
            found=printed_amount(found),
            share=printed_amount(share),
        ),
        assumption=phrase("assume.share_counted" if relation.stated else "assume.beside"),
        otherwise=None if agrees else phrase("otherwise.other_base"),
        settle=depends(verdict, relation),
        can=phrase("can.fits" if agrees else "can.apart"),
        cannot=phrase("cannot.confirmed" if agrees else "cannot.one_of_them"),
        result=found,
        relation=relation,
    )


def _of_base(relation: Relation, share: Quantity, base: Quantity) -> Finding:
    # The people behind a percentage are at most the visits, or whatever stands beside it.
    bounded = not relation.stated or base.unit.kind == "visits"
    # Sessions or months printed beside a percentage bound nobody.
    bounds = relation.stated or base.unit.kind in ANSWERING
    verdict = _reach(share, base, bounded) if bounds else "cannot_verify"
    name = relation.one("share") or ""
    n, unit = amount(base.value, base.unit), unit_words(base.unit)
    words = {"share": amount(share.value, share.unit), "n": n, "unit": unit}
    agrees = verdict == "agrees"
    least = simplest_share(share.usual).denominator if share.usual.meets(ALL_OF_IT) else None
    otherwise = _otherwise(bounded, least)
    return Finding(
        check=relation.code,
        rule=RULE,
        claims=(name,) if verdict == "not_reachable" else relation.figures,
        verdict=verdict,
        arithmetic=_share_arithmetic(share, base, bounded, verdict),
        assumption=phrase(f"assume.share_{_basis(relation, base)}", n=n, unit=unit),
        otherwise=None if agrees else otherwise,
        settle=None if agrees else phrase("settle.answered"),
        can=phrase("can.share_printed", share=words["share"]),
        cannot=phrase("cannot.confirmed") if agrees else phrase("cannot.share_of_base", **words),
        relation=relation,
    )


def _otherwise(bounded: bool, least: int | None) -> Phrase:
    """Return the reading under which a percentage could be as printed after all."""
    if least is None:
        return phrase("otherwise.above_all")
    if not bounded:
        return phrase("otherwise.share_stated")
    return phrase("otherwise.share", least=amount(least, PEOPLE))


def _share_arithmetic(share: Quantity, base: Quantity, bounded: bool, verdict: str) -> Phrase:
    printed, n = printed_amount(share), amount(base.value, base.unit)
    inside = share.usual & ALL_OF_IT
    if inside is None:
        return phrase("arith.share_none", share=printed)
    simplest = simplest_share(inside)
    smallest = {
        "least": amount(simplest.denominator, PEOPLE),
        "k": amount(simplest.numerator, PEOPLE),
    }
    if verdict == "not_reachable":
        words = {**_neighbours(inside, base.value), **smallest, "n": n, "share": printed}
        return phrase("arith.share_gap_most" if bounded else "arith.share_gap", **words)
    if bounded:
        most = span_words(Span(Fraction(1), base.usual.high), base.unit)
        return phrase("arith.share_bounded", **smallest, n=most, share=printed)
    counts = inside * Span.at(base.value)
    if base.usual.single and counts.has_whole:
        ends = {"k1": counts.least_whole, "k2": counts.greatest_whole}
        shown = {key: amount(end or 0, PEOPLE) for key, end in ends.items()}
        return phrase("arith.share_fits", n=n, share=printed, **shown)
    return phrase("arith.share_fits_other", n=n, share=printed)


def _basis(relation: Relation, base: Quantity) -> str:
    if base.unit.kind == "visits":
        return "visits"
    return "stated" if relation.stated else "beside"


def _reach(share: Quantity, base: Quantity, bounded: bool) -> str:
    def possible(of: Span, within: Span) -> bool:
        if bounded:
            within = replace(within, low=Fraction(1), low_open=False)
        return reachable(of, within) is not None

    if not possible(share.firm, base.firm):
        return "not_reachable"
    if bounded or not possible(share.usual, base.usual):
        return "cannot_verify"
    return "agrees"


def _neighbours(share: Span, base: Fraction) -> dict[str, Phrase]:
    """Return the two shares of a base that lie next to a printed one."""
    assert share.low is not None
    n = max(1, math.floor(base))
    below = min(max(math.ceil(share.low * n) - 1, 0), n - 1)
    pairs = {"k1": below, "k2": below + 1}
    shown = {k: amount(v, PEOPLE) for k, v in pairs.items()}
    shares = {"s1": Fraction(below, n), "s2": Fraction(below + 1, n)}
    return shown | {k: amount(v, Unit("percent")) for k, v in shares.items()}


def _implied_base(relation: Relation, share: Quantity, count: Quantity) -> Finding:
    if share.value == 0:
        return open_finding(relation, "implied_base", "arith.zero_share", "settle.base")
    implied = Quantity(
        count.value / share.value,
        count.unit,
        count.usual / share.usual,
        count.firm / share.firm,
    )
    return Finding(
        check=relation.code,
        rule="implied_base",
        claims=relation.figures,
        verdict="derived",
        arithmetic=phrase(
            "arith.implied_base",
            count=printed_amount(count),
            share=printed_amount(share),
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


def count_of_base(book: Book, relation: Relation) -> list[Finding]:
    """Judge a count by the base that it is printed with, and give its share.

    Parameters
    ----------
    book : Book
        The area's figures.
    relation : Relation
        Of the kind ``count_of_base``.

    Returns
    -------
    list of Finding
        Whether the count fits into its base; then the share, derived. Of a zero,
        the upper bound that the base leaves open.
    """
    names = relation.one("count"), relation.one("base")
    count, base = (book.need(name) for name in names)
    if base.value == 0:
        return [zero_base(relation, "count_base")]
    if count.value == 0:
        return [bound_of_zero(book, relation, base)]
    try:
        share = count.share_of(base)
    except UnitsDiffer as problem:
        return [units_finding(relation, "count_base", problem)]
    verdict = judge(lambda reading: not reading(count).above(reading(base)), relation.stated)
    agrees = verdict == "agrees"
    words = {"count": printed_amount(count), "base": printed_amount(base)}
    fit = Finding(
        check=relation.code,
        rule="count_base",
        claims=relation.figures,
        verdict=verdict,
        arithmetic=phrase(_side(count, base), **words),
        assumption=phrase("assume.within_base" if relation.stated else "assume.beside"),
        otherwise=None if agrees else phrase("otherwise.other_base"),
        settle=depends(verdict, relation),
        # Where the two fit, the share below carries the wording.
        can=None if agrees else phrase("can.apart"),
        cannot=None if agrees else phrase("cannot.one_of_them"),
        relation=relation,
    )
    return [fit, _derived_share(relation, share, words)] if share.value <= 1 else [fit]


def _side(count: Quantity, base: Quantity) -> str:
    return "arith.count_over" if count.usual.above(base.usual) else "arith.count_fits"


def _derived_share(relation: Relation, share: Quantity, words: Mapping[str, Phrase]) -> Finding:
    # A count is never more than its base, whatever the ends of the two would allow.
    usual, firm = share.usual & ALL_OF_IT, share.firm & ALL_OF_IT
    within = replace(share, usual=usual or share.usual, firm=firm or share.firm)
    return Finding(
        check=f"{relation.code}:share",
        rule="derived_share",
        claims=relation.figures,
        verdict="derived",
        arithmetic=phrase("arith.share", **words, share=printed_amount(within)),
        assumption=phrase("assume.within_base" if relation.stated else "assume.beside"),
        can=phrase("can.share", share=range_words(within)),
        cannot=phrase("cannot.outcome_rate"),
        result=within,
        relation=relation,
    )


def bound_of_zero(book: Book, relation: Relation, base: Quantity) -> Finding:
    """Return the upper bound that a zero leaves open beside a base.

    Parameters
    ----------
    book : Book
        Holds the confidence level.
    relation : Relation
        The zero and its base.
    base : Quantity
        People, each followed once.

    Notes
    -----
    One-sided Clopper-Pearson bound of 0 of n, 1 - (1 - level)^(1/n), about 3/n at
    95 % (Hanley and Lippman-Hand 1983, JAMA 249(13), 1743-1745).
    """
    level = book.plan.level
    n = base.firm.low or Fraction(1)
    high = Fraction(upper_bound(float(n), level)).limit_denominator(10**6)
    span = Span(Fraction(0), high)
    return Finding(
        check=relation.code,
        rule="zero_bound",
        claims=(relation.one("count") or "",),
        verdict="cannot_verify",
        arithmetic=phrase(
            "arith.zero_bound",
            n=counted(n, base.unit),
            high=amount(high, Unit("percent")),
            level=level,
        ),
        assumption=phrase("assume.zero"),
        otherwise=phrase("otherwise.zero"),
        settle=phrase("settle.zero_named"),
        can=phrase("can.zero", n=counted(n, base.unit), high=amount(high, Unit("percent"))),
        cannot=phrase("cannot.zero"),
        result=Quantity(Fraction(0), Unit("percent"), span, span),
        relation=relation,
    )


def upper_bound(n: float, level: float) -> float:
    """Return the one-sided upper bound of a share of which 0 of n were seen.

    Parameters
    ----------
    n : float
        People, more than 0.
    level : float
        Confidence level, 0 < level < 1.
    """
    return float(-math.expm1(math.log1p(-level) / n))
