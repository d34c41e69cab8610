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
from evalkit.outcomes.claims.said import printed_amount, range_words, span_words, unit_words
from evalkit.protocol import Relation
from evalkit.quantity import Quantity, Span, Unit, UnitsDiffer
from evalkit.quantity.quantity import OCCASIONS, add_up
from evalkit.words import Phrase, phrase

# Kinds of which one may belong to several at once, so that no sum over them is sure.
SHARED = ("people", "mixed", "households", "groups")


def per_unit(book: Book, relation: Relation, path: Path) -> list[Finding]:
    """Divide a total by what the text prints it for, and compare a printed quotient.

    Parameters
    ----------
    relation : Relation
        Of the kind ``per_unit``.

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
        if printed is not None and _each_coming(total, by, book.need(printed)):
            return [_at_least(relation, total, by, book.need(printed))]
        came = total.unit.kind == "visits" and by.unit.kind == "people"
        if came and printed is None and by.usual.above(total.usual):
            return [_fewer_visits(relation, total, by)]
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


def _fewer_visits(relation: Relation, visits: Quantity, people: Quantity) -> Finding:
    """Judge fewer comings than people who came: whoever came did so once at least."""
    verdict = judge(lambda reading: not reading(people).above(reading(visits)), relation.stated)
    against = verdict in ADVERSE
    return Finding(
        check=relation.code,
        rule="visits_people",
        claims=relation.figures,
        verdict=verdict,
        arithmetic=phrase(
            "arith.visits_fewer",
            visits=printed_amount(visits, not against),
            people=printed_amount(people, not against),
        ),
        assumption=phrase("assume.per_unit" if relation.stated else "assume.visits_beside"),
        otherwise=phrase("otherwise.visits_fewer"),
        settle=depends(verdict, relation),
        can=phrase("can.apart"),
        cannot=phrase("cannot.one_of_them"),
        relation=relation,
    )


def _each_coming(total: Quantity, by: Quantity, printed: Quantity) -> bool:
    """Tell whether people are divided by occasions: each coming counts in the quotient."""
    people = total.unit.code == "persons" and by.unit.kind in OCCASIONS
    return people and printed.unit in (
        Unit("persons", by.unit.code),
        Unit("person_times", by.unit.code),
    )


def _at_least(relation: Relation, total: Quantity, by: Quantity, printed: Quantity) -> Finding:
    """Judge people for each occasion by the least that so many different people give."""
    visits = replace(total, unit=Unit("person_times"))
    least = visits / by
    verdict = judge(lambda reading: not reading(least).above(reading(printed)), relation.stated)
    against = verdict in ADVERSE
    return Finding(
        check=relation.code,
        rule="per_unit",
        claims=relation.figures,
        verdict="contradicts" if against else "cannot_verify",
        arithmetic=phrase(
            "arith.people_each",
            found=printed_amount(least, not against),
            printed=printed_amount(printed, not against),
            unit=unit_words(least.unit),
        ),
        assumption=phrase("assume.per_unit" if relation.stated else "assume.per_unit_beside"),
        otherwise=phrase("otherwise.per_unit"),
        settle=None if against else phrase("settle.people_each"),
        can=phrase("can.apart"),
        cannot=phrase("cannot.one_of_them"),
        relation=relation,
        judges=relation.roles["printed"] if against else (),
    )


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
    # One person may be in several teams, and some in none.
    apart = Unit(found.unit.over).kind not in SHARED
    verdict = judge(
        lambda reading: reading(found).meets(reading(printed)), relation.stated and apart
    )
    agrees, usual = verdict == "agrees", verdict not in ADVERSE
    return [
        Finding(
            check=relation.code,
            rule="per_unit",
            claims=relation.figures,
            verdict=verdict,
            arithmetic=phrase(
                "arith.quotient_printed",
                found=printed_amount(found, usual, fine=not usual),
                printed=printed_amount(printed, usual),
                unit=unit_words(found.unit),
            ),
            assumption=phrase("assume.per_unit" if relation.stated else "assume.per_unit_beside"),
            otherwise=None if agrees else phrase("otherwise.per_unit"),
            settle=_mean_settles(relation, verdict, apart),
            can=phrase("can.fits" if agrees else "can.apart"),
            cannot=phrase("cannot.confirmed" if agrees else "cannot.one_of_them"),
            result=found,
            relation=relation,
            judges=None if usual else relation.roles["printed"],
        )
    ]


def _mean_settles(relation: Relation, verdict: str, apart: bool) -> Phrase | None:
    if relation.stated and not apart:
        return phrase("settle.shared")
    return depends(verdict, relation)


def stated_rule(book: Book, relation: Relation) -> list[Finding]:
    """Hold a rule that the text states against the count that it reports.

    Parameters
    ----------
    relation : Relation
        Of the kind ``stated_rule``: so many for each, of how many, and the count.

    Returns
    -------
    list of Finding
        Without a count, what the rule would give; with one, whether it fits.
    """
    rule = book.need(relation.one("rule"))
    times, count = relation.one("times"), relation.one("count")
    try:
        due = rule * book.need(times) if times else _for_one(rule)
        if count is None:
            return [_due(relation, rule, due)]
        reported = book.need(count)
        least = _for_one(rule)
        held = _one_is_held(rule, book.need(times) if times else None)
        if held and _too_few(relation, least, reported):
            return [_not_even_one(relation, least, reported)]
        if reported.unit != due.unit:
            raise UnitsDiffer(due.unit, reported.unit)
    except UnitsDiffer as problem:
        return [units_finding(relation, "stated_rule", problem)]
    return [_reported(relation, due, reported)]


def _one_is_held(rule: Quantity, times: Quantity | None) -> bool:
    """Tell whether the rule asks that all be there at once, at one session at least.

    At each of many sessions the rule asks for all of them; who is paired with each of many
    places may be so on paper, one place after the other.
    """
    if times is None or times.firm == Span.at(1):
        return True
    at_once = Unit(rule.unit.under).kind == "events"
    return at_once and times.firm.low is not None and times.firm.low >= 1


def _too_few(relation: Relation, least: Quantity, reported: Quantity) -> bool:
    """Tell whether all who are reported are too few for a single session.

    Who serves several sessions is still one person at each: four at every one cannot be
    three people in all. Only a text by which one counts for several at once (``shared``)
    undoes that.
    """
    alike = least.unit == reported.unit and least.unit.kind in SHARED
    shared = relation.flags.get("shared", False)
    return relation.stated and alike and not shared and least.firm.above(reported.firm)


def _not_even_one(relation: Relation, least: Quantity, reported: Quantity) -> Finding:
    return Finding(
        check=relation.code,
        rule="stated_rule",
        claims=relation.figures,
        verdict="contradicts",
        arithmetic=phrase(
            "arith.rule_not_one",
            due=span_words(_asked(least), least.unit),
            reported=printed_amount(reported, usual=False),
            unit=unit_words(least.unit),
        ),
        assumption=phrase("assume.rule_one"),
        otherwise=phrase("otherwise.rule_one"),
        can=phrase("can.rule"),
        cannot=phrase("cannot.rule"),
        relation=relation,
        judges=relation.roles["count"],
    )


def _reported(relation: Relation, due: Quantity, reported: Quantity) -> Finding:
    # Only falling short counts: more than a rule asks for keeps it, by any reading. And
    # people or organisations may serve several at once.
    apart = due.unit.kind not in SHARED and not relation.flags.get("shared", False)
    verdict = judge(
        lambda reading: not reading(due).above(reading(reported)), relation.stated and apart
    )
    against, asked = verdict in ADVERSE, _asked(due)
    fits = reported.usual.meets(asked)
    more = not fits and reported.usual.above(asked)
    if not fits and verdict == "agrees":
        verdict = "cannot_verify"
    agrees = verdict == "agrees"
    key = "arith.rule_fits" if fits else "arith.rule_exceeded" if more else "arith.rule_not_met"
    return Finding(
        check=relation.code,
        rule="stated_rule",
        claims=relation.figures,
        verdict=verdict,
        arithmetic=phrase(
            key,
            due=printed_amount(due, usual=False) if against else span_words(asked, due.unit),
            reported=printed_amount(reported, not against),
            unit=unit_words(due.unit),
        ),
        assumption=_rule_holds(relation, due),
        otherwise=None if agrees else phrase("otherwise.rule"),
        settle=_rule_settles(relation, verdict, more, apart),
        can=phrase("can.fits" if agrees else "can.rule"),
        cannot=phrase("cannot.confirmed" if agrees else "cannot.rule"),
        relation=relation,
        judges=_judges(relation, verdict, due),
    )


def _rule_settles(relation: Relation, verdict: str, more: bool, apart: bool) -> Phrase | None:
    if verdict == "cannot_verify" and relation.stated and (more or not apart):
        return phrase("settle.rule_more" if more else "settle.rule_shared")
    return depends(verdict, relation)


def _asked(due: Quantity) -> Span:
    """Return what a rule asks for in all: "at least" has no upper end."""
    if due.firm.high is not None:
        return due.usual
    return Span(due.usual.low, None, due.usual.low_open)


def _rule_holds(relation: Relation, due: Quantity) -> Phrase:
    if not relation.stated:
        return phrase("assume.rule_beside")
    return phrase("assume.rule_apart" if due.unit.kind in SHARED else "assume.rule")


def _judges(relation: Relation, verdict: str, due: Quantity) -> tuple[str, ...] | None:
    if verdict in ADVERSE:
        return relation.roles["count"]
    # To reach what is only a least number makes no figure right.
    return () if due.firm.high is None else None


def _for_one(rule: Quantity) -> Quantity:
    return Quantity(rule.value, Unit(rule.unit.over), rule.usual, rule.firm)


def _due(relation: Relation, rule: Quantity, due: Quantity) -> Finding:
    asked = _asked(due)
    words = {"due": span_words(asked, due.unit), "unit": unit_words(due.unit)}
    return Finding(
        check=relation.code,
        rule="stated_rule",
        claims=relation.figures,
        verdict="derived",
        arithmetic=phrase("arith.rule_due", rule=span_words(_asked(rule), rule.unit), **words),
        assumption=_rule_holds(relation, due),
        otherwise=phrase("otherwise.rule_due"),
        can=phrase("can.rule_due", **words),
        cannot=phrase("cannot.rule"),
        result=replace(due, usual=asked),
        relation=relation,
    )
