"""One quantity for each of another, and what a stated rule would give."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from evalkit.errors import StudyError
from evalkit.outcomes.claims.finding import (
    ADVERSE,
    Book,
    Finding,
    depends,
    judge,
    units_finding,
    zero_base,
)
from evalkit.outcomes.claims.said import printed_amount, range_words, unit_words
from evalkit.protocol import Relation
from evalkit.quantity import Quantity, Unit, UnitsDiffer
from evalkit.quantity.quantity import add_up
from evalkit.words import phrase


def per_unit(book: Book, relation: Relation, path: Path) -> list[Finding]:
    """Divide a total by what the text prints it for, and compare a printed quotient.

    Parameters
    ----------
    book : Book
        The area's figures.
    relation : Relation
        Of the kind ``per_unit``.
    path : Path
        The area file, for a message.

    Returns
    -------
    list of Finding
        The quotient, derived; before it, where the text prints one itself, whether
        it agrees.

    Raises
    ------
    StudyError
        If the quotient means nothing and the text does not print it: what could be
        divided instead is named.
    """
    total = book.need(relation.one("total"))
    printed = relation.one("printed")
    try:
        by = add_up([book.need(name) for name in relation.roles["by"]])
    except UnitsDiffer as problem:
        raise StudyError(
            "relation_sum",
            path=path,
            where=relation.where,
            left=problem.left.code,
            right=problem.right.code,
        ) from None
    try:
        if by.value == 0:
            return [zero_base(relation, "per_unit")]
        found = total.ratio_to(by) if total.unit == by.unit else total / by
    except UnitsDiffer as problem:
        if printed is not None:
            return [units_finding(relation, "per_unit", problem)]
        raise StudyError(
            "relation_quotient" if problem.possible else "relation_quotient_none",
            path=path,
            where=relation.where,
            over=problem.left.code,
            under=problem.right.code,
            known=problem.possible,
        ) from None
    derived = _quotient(relation, total, by, found)
    return [*_as_printed(book, relation, found), derived]


def _quotient(relation: Relation, total: Quantity, by: Quantity, found: Quantity) -> Finding:
    words = {"value": printed_amount(found), "unit": unit_words(found.unit)}
    return Finding(
        check=f"{relation.code}:quotient" if relation.one("printed") else relation.code,
        rule="per_unit",
        claims=relation.figures,
        verdict="derived",
        arithmetic=phrase(
            "arith.per_unit", total=printed_amount(total), by=printed_amount(by), **words
        ),
        assumption=phrase("assume.per_unit" if relation.stated else "assume.per_unit_beside"),
        otherwise=phrase("otherwise.per_unit"),
        can=phrase(
            "can.per_unit" if relation.stated else "can.per_unit_beside",
            value=range_words(found),
            unit=words["unit"],
        ),
        cannot=phrase("cannot.per_unit"),
        result=found,
        relation=relation,
    )


def _as_printed(book: Book, relation: Relation, found: Quantity) -> list[Finding]:
    if relation.one("printed") is None:
        return []
    printed = book.need(relation.one("printed"))
    if printed.unit != found.unit:
        return [units_finding(relation, "per_unit", UnitsDiffer(printed.unit, found.unit))]
    verdict = judge(lambda reading: reading(found).meets(reading(printed)), relation.stated)
    agrees, usual = verdict == "agrees", verdict not in ADVERSE
    return [
        Finding(
            check=relation.code,
            rule="per_unit",
            claims=relation.figures,
            verdict=verdict,
            arithmetic=phrase(
                "arith.quotient_printed",
                found=printed_amount(found, usual),
                printed=printed_amount(printed, usual),
                unit=unit_words(found.unit),
            ),
            assumption=phrase("assume.per_unit" if relation.stated else "assume.per_unit_beside"),
            otherwise=None if agrees else phrase("otherwise.per_unit"),
            settle=depends(verdict, relation),
            can=phrase("can.fits" if agrees else "can.apart"),
            cannot=phrase("cannot.confirmed" if agrees else "cannot.one_of_them"),
            result=found,
            relation=relation,
            judges=None if usual else relation.roles["printed"],
        )
    ]


def stated_rule(book: Book, relation: Relation) -> list[Finding]:
    """Hold a rule that the text states against the count that it reports.

    Parameters
    ----------
    book : Book
        The area's figures.
    relation : Relation
        Of the kind ``stated_rule``: so many for each, of how many, and the count.

    Returns
    -------
    list of Finding
        Without a count, what the rule would give; with one, whether it fits.
    """
    rule = book.need(relation.one("rule"))
    if rule.usual.single:
        # A rule is no average: nobody has rounded it.
        rule = replace(rule, firm=rule.usual)
    times, count = relation.one("times"), relation.one("count")
    try:
        due = rule * book.need(times) if times else _for_one(rule)
        if count is None:
            return [_due(relation, rule, due)]
        reported = book.need(count)
        if reported.unit != due.unit:
            raise UnitsDiffer(due.unit, reported.unit)
    except UnitsDiffer as problem:
        return [units_finding(relation, "stated_rule", problem)]
    # Only falling short counts: more than a rule asks for keeps it, by any reading.
    verdict = judge(lambda reading: not due.firm.above(reading(reported)), relation.stated)
    against, fits = verdict in ADVERSE, reported.usual.meets(due.firm)
    more = not fits and reported.usual.above(due.firm)
    if more and verdict == "agrees":
        verdict = "cannot_verify"
    agrees = verdict == "agrees"
    settle = phrase("settle.rule_more") if more else depends(verdict, relation)
    key = "arith.rule_fits" if fits else "arith.rule_exceeded" if more else "arith.rule_not_met"
    return [
        Finding(
            check=relation.code,
            rule="stated_rule",
            claims=relation.figures,
            verdict=verdict,
            arithmetic=phrase(
                key,
                due=printed_amount(due, usual=False),
                reported=printed_amount(reported, not against),
                unit=unit_words(due.unit),
            ),
            assumption=phrase("assume.rule" if relation.stated else "assume.rule_beside"),
            otherwise=None if agrees else phrase("otherwise.rule"),
            settle=settle,
            can=phrase("can.fits" if agrees else "can.rule"),
            cannot=phrase("cannot.confirmed" if agrees else "cannot.rule"),
            relation=relation,
            judges=_judges(relation, verdict, due),
        )
    ]


def _judges(relation: Relation, verdict: str, due: Quantity) -> tuple[str, ...] | None:
    if verdict in ADVERSE:
        return relation.roles["count"]
    # To reach what is only a least number makes no figure right.
    return () if due.firm.high is None else None


def _for_one(rule: Quantity) -> Quantity:
    return Quantity(rule.value, Unit(rule.unit.over), rule.usual, rule.firm)


def _due(relation: Relation, rule: Quantity, due: Quantity) -> Finding:
    words = {"due": printed_amount(due, usual=False), "unit": unit_words(due.unit)}
    return Finding(
        check=relation.code,
        rule="stated_rule",
        claims=relation.figures,
        verdict="derived",
        arithmetic=phrase("arith.rule_due", rule=printed_amount(rule, usual=False), **words),
        assumption=phrase("assume.rule" if relation.stated else "assume.rule_beside"),
        otherwise=phrase("otherwise.rule_due"),
        can=phrase("can.rule_due", **words),
        cannot=phrase("cannot.rule"),
        result=replace(due, usual=due.firm),
        relation=relation,
    )
