"""Parts against their whole, and the overlap that would reconcile them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from evalkit.outcomes.claims.finding import (
    ADVERSE,
    Book,
    Finding,
    depends,
    judge,
    units_finding,
)
from evalkit.outcomes.claims.said import amount, counted, printed_amount
from evalkit.protocol import Relation
from evalkit.quantity import Quantity, Span, UnitsDiffer
from evalkit.quantity.quantity import add_up
from evalkit.words import Phrase, phrase

RULE = "parts_whole"
# Kinds of which a mixed whole may be made up.
MIXED = ("people", "groups", "mixed")
Reading = Callable[[Quantity], Span]
Sums = dict[str, Phrase | list[Phrase]]


def parts_against_whole(book: Book, relation: Relation) -> list[Finding]:
    """Judge parts against the whole that they are printed with.

    Returns
    -------
    list of Finding
        One finding. Parts that may overlap never contradict by their sum: the
        smallest overlap that reconciles them is computed and asked for.
    """
    parts = [book.need(name) for name in relation.roles["parts"]]
    whole = book.need(relation.one("whole"))
    if whole.unit.kind == "mixed" and all(part.unit.kind in MIXED for part in parts):
        # People and organisations are made up of both.
        parts = [replace(part, unit=whole.unit) for part in parts]
    try:
        total = add_up(parts)
        if relation.flags["one_each"]:
            whole = replace(whole, unit=total.unit)
        over = total - whole
    except UnitsDiffer as problem:
        return [units_finding(relation, RULE, problem)]
    verdict = judge(lambda reading: _fits(reading, parts, total, whole, relation), relation.stated)
    # Against a figure the widest reading is shown, on which the verdict rests.
    usual = verdict not in ADVERSE
    sums: Sums = {
        "parts": [printed_amount(part, usual) for part in parts],
        "total": printed_amount(total, usual),
        "whole": printed_amount(whole, usual),
    }
    # An overlap reconciles only parts that each fit into the whole.
    overlap = (
        len(parts) > 1
        and not relation.flags["exclusive"]
        and total.usual.above(whole.usual)
        and not any(part.usual.above(whole.usual) for part in parts)
    )
    if overlap:
        return [_overlapping(relation, verdict, over, whole, total, sums)]
    return [_fitting(relation, verdict, parts, whole, total, sums)]


def _fits(
    reading: Reading, parts: list[Quantity], total: Quantity, whole: Quantity, relation: Relation
) -> bool:
    whole_span, total_span = reading(whole), reading(total)
    if any(reading(part).above(whole_span) for part in parts):
        return False
    if relation.flags["exclusive"] and total_span.above(whole_span):
        return False
    return not (relation.flags["complete"] and whole_span.above(total_span))


def _overlapping(
    relation: Relation,
    verdict: str,
    over: Quantity,
    whole: Quantity,
    total: Quantity,
    sums: Sums,
) -> Finding:
    # The sum is above the union by one for each time that one is counted again: who is
    # counted in k parts uses up k - 1 of what is too much, so that of three and more parts
    # the repeats are known and of those repeated only the least number.
    most_times = len(relation.roles["parts"]) - 1
    repeats, low = _least(over, 1), _least(over, most_times)
    several = most_times > 1
    key = "parts_overlap_several" if several else "parts_overlap"
    words = {"over": counted(repeats, over.unit), "least": counted(low, over.unit)}
    if several:
        # Twice over is a number of times, and no number of people.
        words["over"] = amount(repeats, over.unit)
    needed = Span.at(low) if over.usual.single and most_times == 1 else Span(low, None)
    return Finding(
        check=relation.code,
        rule=RULE,
        claims=relation.figures,
        verdict="cannot_verify" if verdict == "agrees" else verdict,
        arithmetic=phrase(f"arith.{key}", **sums, **words, k=most_times + 1, times=most_times),
        assumption=phrase("assume.parts_within" if relation.stated else "assume.parts_beside"),
        otherwise=phrase(f"otherwise.{key}", **words),
        settle=phrase("settle.overlap_several" if several else "settle.overlap"),
        can=phrase("can.apart"),
        cannot=phrase(
            "cannot.parts_sum",
            total=counted(total.value, total.unit),
            whole=counted(whole.value, whole.unit),
        ),
        result=Quantity(low, over.unit, needed, needed),
        relation=relation,
    )


def _least(over: Quantity, times: int) -> Fraction:
    """Return the least that, counted again so many times each, makes up what is too much."""
    share = over.usual / Span.at(times)
    least = share.least_whole if over.unit.whole else share.low
    assert least is not None
    return Fraction(least)


def _fitting(
    relation: Relation,
    verdict: str,
    parts: list[Quantity],
    whole: Quantity,
    total: Quantity,
    sums: Sums,
) -> Finding:
    against = verdict in ADVERSE
    spans = {id(q): q.firm if against else q.usual for q in (*parts, whole, total)}
    too_big = [part for part in parts if spans[id(part)].above(spans[id(whole)])]
    over = bool(too_big) or spans[id(total)].above(spans[id(whole)])
    under = spans[id(whole)].above(spans[id(total)])
    if too_big:
        part = printed_amount(too_big[0], not against)
        arithmetic = phrase("arith.part_over", part=part, whole=sums["whole"])
    elif len(parts) == 1:
        key = "arith.part_under" if under else "arith.part_fits"
        arithmetic = phrase(key, part=sums["total"], whole=sums["whole"])
    elif over:
        arithmetic = phrase("arith.parts_over", **sums)
    else:
        arithmetic = phrase("arith.parts_under" if under else "arith.parts_fit", **sums)
    agrees = verdict == "agrees"
    return Finding(
        check=relation.code,
        rule=RULE,
        claims=relation.figures,
        verdict=verdict,
        arithmetic=arithmetic,
        assumption=phrase(_assumption(relation, over)),
        otherwise=None if agrees else phrase(_otherwise(bool(too_big), over, under)),
        settle=depends(verdict, relation),
        can=phrase("can.fits" if agrees else "can.apart"),
        cannot=phrase(
            "cannot.confirmed" if agrees else "cannot.parts_sum",
            total=counted(total.value, total.unit),
            whole=counted(whole.value, whole.unit),
        ),
        relation=relation,
        judges=_judges(relation, verdict, parts, whole),
    )


def _otherwise(part: bool, over: bool, under: bool) -> str:
    if part:
        return "otherwise.part_over"
    if over:
        return "otherwise.parts_over"
    return "otherwise.parts_under" if under else "otherwise.parts"


def _judges(
    relation: Relation, verdict: str, parts: list[Quantity], whole: Quantity
) -> tuple[str, ...] | None:
    if verdict in ADVERSE:
        named = zip(relation.roles["parts"], parts, strict=True)
        over = [name for name, part in named if part.firm.above(whole.firm)]
        # Of two figures that exclude each other neither is the surer; where several
        # parts speak against one whole, it stands against all of them.
        return (*(over if len(over) == 1 else []), *relation.roles["whole"])
    # Parts that are less than their whole test no sum.
    return None if relation.flags["complete"] else ()


def _assumption(relation: Relation, over: bool) -> str:
    if not relation.stated:
        return "assume.parts_beside"
    if over and relation.flags["exclusive"]:
        return "assume.parts_exclusive"
    if relation.flags["complete"]:
        return "assume.parts_complete"
    return "assume.parts_exclusive" if relation.flags["exclusive"] else "assume.parts_within"
