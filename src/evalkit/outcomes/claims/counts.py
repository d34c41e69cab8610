"""A count beside its base: whether it fits, its share, and what a zero leaves open."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

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
from evalkit.outcomes.claims.said import amount, counted, printed_amount, range_words
from evalkit.protocol import Relation
from evalkit.quantity import Quantity, Span, Unit, UnitsDiffer
from evalkit.quantity.quantity import WHOLE
from evalkit.words import Phrase, phrase

RULE = "count_base"
ALL_OF_IT = WHOLE
# Kinds of which one is counted once, so that a zero among them is a share of none.
COUNTED_ONCE = ("people", "households", "groups", "places", "cases", "things", "mixed")


def count_of_base(book: Book, relation: Relation) -> list[Finding]:
    """Judge a count by the base that it is printed with, and give its share.

    Returns
    -------
    list of Finding
        Whether the count fits into its base; then the share, derived. Of a zero,
        the upper bound that the base leaves open.
    """
    names = relation.one("count"), relation.one("base")
    count, base = (book.need(name) for name in names)
    if base.value == 0:
        return [zero_base(relation, RULE)]
    if count.value == 0:
        return [bound_of_zero(book, relation, base)]
    try:
        share = count.share_of(base)
    except UnitsDiffer as problem:
        return [units_finding(relation, RULE, problem)]
    verdict = judge(lambda reading: not reading(count).above(reading(base)), relation.stated)
    against = verdict in ADVERSE
    words = {"count": printed_amount(count, not against), "base": printed_amount(base, not against)}
    over = against or count.usual.above(base.usual)
    agrees = verdict == "agrees"
    fit = Finding(
        check=relation.code,
        rule=RULE,
        claims=relation.figures,
        verdict=verdict,
        arithmetic=phrase("arith.count_over" if over else "arith.count_fits", **words),
        assumption=_assumption(relation),
        otherwise=None if agrees else phrase("otherwise.other_base"),
        settle=depends(verdict, relation),
        # Where the two fit, the share below carries the wording.
        can=None if agrees else phrase("can.apart"),
        cannot=None if agrees else phrase("cannot.one_of_them"),
        relation=relation,
        # To be no more than its base makes neither of the two right.
        judges=None if against else (),
    )
    return [fit, _derived_share(relation, share, words)] if share.value <= 1 else [fit]


def _assumption(relation: Relation) -> Phrase:
    return phrase("assume.within_base" if relation.stated else "assume.beside")


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
        assumption=_assumption(relation),
        can=phrase("can.share", share=range_words(within)),
        cannot=phrase("cannot.outcome_rate"),
        result=within,
        relation=relation,
    )


def bound_of_zero(book: Book, relation: Relation, base: Quantity) -> Finding:
    """Return the upper bound that a zero leaves open beside a base.

    Parameters
    ----------
    base : Quantity
        What could have had the event, each counted once.

    Notes
    -----
    One-sided Clopper-Pearson bound of 0 of n, 1 - (1 - level)^(1/n), about 3/n at
    95 % (Hanley and Lippman-Hand 1983, JAMA 249(13), 1743-1745), at the fewest that
    the base is usually read as.
    """
    if base.unit.kind not in COUNTED_ONCE:
        return open_finding(relation, "zero_bound", "arith.zero_unit", "settle.people")
    n = Fraction(max(1, base.usual.least_whole or 1))
    level = book.plan.level
    high = Fraction(upper_bound(float(n), level)).limit_denominator(10**6)
    span = Span(Fraction(0), high)
    words = {"n": counted(n, base.unit), "high": amount(high, Unit("percent"))}
    key = "arith.zero_bound" if base.usual.single else "arith.zero_bound_least"
    return Finding(
        check=relation.code,
        rule="zero_bound",
        claims=relation.figures,
        verdict="cannot_verify",
        arithmetic=phrase(key, **words, printed=book.said(relation.one("base")), level=level),
        assumption=phrase("assume.zero" if relation.stated else "assume.zero_beside"),
        otherwise=phrase("otherwise.zero"),
        settle=phrase("settle.zero_named"),
        can=phrase("can.zero", **words),
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
