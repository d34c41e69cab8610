"""A finding: what one rule says of some printed figures, and under which assumption."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from evalkit.errors import StudyError
from evalkit.intake.ledger import Claim
from evalkit.protocol import ClaimsPlan, Relation
from evalkit.quantity import Quantity, Span, Unit, UnitsDiffer
from evalkit.words import Phrase, Term, phrase

ADVERSE = ("contradicts", "not_reachable", "units_differ")
# From the gravest to the mildest: of several findings on a figure the first counts.
VERDICTS = (*ADVERSE, "agrees", "derived", "cannot_verify", "unquantified")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one rule says.

    Parameters
    ----------
    check : str
        Names it within its area: the relation's code, or the rule and the figure.
    rule : str
        The rule's code, under ``[rule]`` in the locale files.
    claims : tuple of str
        The figures that it judges.
    verdict : str
        One of `VERDICTS`.
    arithmetic : Phrase
        The numbers and what follows from them.
    assumption, otherwise : Phrase or None
        Under what it holds, and the reading of the text under which it would not.
    settle : Phrase or None
        What is missing for a verdict, or would settle it.
    can, cannot : Phrase or None
        A wording that the figures support, and one that they do not.
    result : Quantity or None
        What was computed: an overlap, a share, a quotient, an implied base.
    relation : Relation or None
        The fact of the text behind it.
    """

    check: str
    rule: str
    claims: tuple[str, ...]
    verdict: str
    arithmetic: Phrase
    assumption: Phrase | None = None
    otherwise: Phrase | None = None
    settle: Phrase | None = None
    can: Phrase | None = None
    cannot: Phrase | None = None
    result: Quantity | None = None
    relation: Relation | None = None

    @property
    def adverse(self) -> bool:
        """Whether it says that something printed cannot be as printed."""
        return self.verdict in ADVERSE


@dataclass(frozen=True)
class Book:
    """The figures of one area, found by their ids.

    Parameters
    ----------
    claims : mapping of str to Claim
        By id, in the ledger's order.
    quantities : mapping of str to Quantity or None
        By id; None for what is no number.
    plan : ClaimsPlan
        The numbers by which figures are judged.
    """

    claims: Mapping[str, Claim]
    quantities: Mapping[str, Quantity | None]
    plan: ClaimsPlan

    def need(self, name: str | None) -> Quantity:
        """Return a figure that is known to be a number."""
        quantity = self.quantities[name or ""]
        assert quantity is not None
        return quantity

    def said(self, name: str | None) -> Term:
        """Return what the text says, in words."""
        return self.claims[name or ""].statement


def open_book(claims: Iterable[Claim], plan: ClaimsPlan) -> Book:
    """Return the figures of one area with what each can stand for.

    Parameters
    ----------
    claims : iterable of Claim
        Of one area.
    plan : ClaimsPlan
        The numbers by which figures are judged.
    """
    by_id = {claim.claim_id: claim for claim in claims}
    return Book(by_id, {n: c.quantity(plan.approx) for n, c in by_id.items()}, plan)


def judge(fits: Callable[[Callable[[Quantity], Span]], bool], stated: bool) -> str:
    """Return the verdict on figures that should fit one another.

    Parameters
    ----------
    fits : callable
        Takes the choice of a span (usual or firm) and says whether the figures fit.
    stated : bool
        Whether the text itself says that they belong together.

    Returns
    -------
    str
        "contradicts" only where no reading of the printed words lets them fit and
        the text itself relates them; "agrees" where the usual reading does;
        "cannot_verify" wherever it depends.
    """
    if not stated:
        return "cannot_verify"
    if not fits(_firm):
        return "contradicts"
    return "agrees" if fits(_usual) else "cannot_verify"


def _usual(quantity: Quantity) -> Span:
    return quantity.usual


def _firm(quantity: Quantity) -> Span:
    return quantity.firm


def depends(verdict: str, relation: Relation) -> Phrase | None:
    """Return what would settle a finding that cannot be verified, or None.

    Parameters
    ----------
    verdict : str
        Its verdict.
    relation : Relation
        The fact of the text behind it.
    """
    if verdict != "cannot_verify":
        return None
    return phrase("settle.assumed_end" if relation.stated else "settle.not_stated")


def units_finding(relation: Relation, rule: str, problem: UnitsDiffer) -> Finding:
    """Return the finding that a text relates figures of unlike units.

    Parameters
    ----------
    relation : Relation
        The fact of the text.
    rule : str
        The rule that could not be applied.
    problem : UnitsDiffer
        The two units.
    """
    about = rule if rule == "two_definitions" else "units"
    # Hours and minutes, or crimes and cases, may well be meant as one; people a rule asks
    # for in each session may be counted as people.
    kinds = {problem.left.kind, problem.right.kind}
    unlike = len(kinds) > 1 and kinds != {"time", "labour"} and rule != "stated_rule"
    return Finding(
        check=relation.code,
        rule=rule,
        claims=relation.figures,
        verdict="units_differ" if relation.stated and unlike else "cannot_verify",
        arithmetic=phrase(
            "arith.units", left=unit_words(problem.left), right=unit_words(problem.right)
        ),
        assumption=phrase(f"assume.{about}"),
        otherwise=phrase(f"otherwise.{about}"),
        settle=None if relation.stated and unlike else phrase("settle.not_stated"),
        can=phrase("can.apart"),
        cannot=phrase("cannot.units"),
        relation=relation,
    )


def open_finding(relation: Relation, rule: str, why: str, settle: str) -> Finding:
    """Return the finding that a rule has nothing to work with.

    Parameters
    ----------
    relation : Relation
        The fact of the text.
    rule : str
        The rule that could not be applied.
    why, settle : str
        Keys of the sentences: what stands in the way, what would settle it.
    """
    return Finding(
        check=relation.code,
        rule=rule,
        claims=relation.figures,
        verdict="cannot_verify",
        arithmetic=phrase(why),
        settle=phrase(settle),
        relation=relation,
    )


def zero_base(relation: Relation, rule: str) -> Finding:
    """Return the finding that nothing can be a share of a base of zero.

    Parameters
    ----------
    relation : Relation
        The fact of the text.
    rule : str
        The rule that could not be applied.
    """
    return open_finding(relation, rule, "arith.zero_base", "settle.zero_base")


def unit_words(unit: Unit) -> Phrase:
    """Return a unit in words: "visits", or "visits per person".

    Parameters
    ----------
    unit : Unit
        Any unit.
    """
    if unit.under == unit.over and unit.under:
        return phrase("figure.to_one")
    if unit.under:
        over, under = phrase(f"unit.{unit.over}"), phrase(f"unit_one.{unit.under}")
        return phrase("figure.per", over=over, under=under)
    return phrase(f"unit.{unit.over}")


def amount(value: Fraction | int, unit: Unit) -> Phrase:
    """Return a number as its unit is written: a share in per cent, others plainly.

    Parameters
    ----------
    value : Fraction or int
        The number; a share as a fraction of 1.
    unit : Unit
        Its type.
    """
    return phrase("figure.percent" if unit.code == "percent" else "figure.plain", x=value)


def counted(value: Fraction | int, unit: Unit) -> Phrase:
    """Return a number with its unit behind it: "13 people".

    Parameters
    ----------
    value : Fraction or int
        The number; a share as a fraction of 1.
    unit : Unit
        Its type.
    """
    if unit.code == "percent":
        return amount(value, unit)
    return phrase("figure.counted", x=amount(value, unit), unit=unit_words(unit))


def range_words(quantity: Quantity) -> Phrase:
    """Return a computed quantity as it is said: one number, or "11.6 to 11.7".

    Parameters
    ----------
    quantity : Quantity
        The result.
    """
    span, unit = quantity.usual, quantity.unit
    if span.low is None or span.high is None or span.single:
        return span_words(span, unit)
    return phrase("figure.range", low=amount(span.low, unit), high=amount(span.high, unit))


def printed_amount(quantity: Quantity, usual: bool = True) -> Phrase:
    """Return a figure with all that it can stand for, by the usual or the widest reading.

    Parameters
    ----------
    quantity : Quantity
        The figure.
    usual : bool
        Whether by the usual reading.
    """
    return span_words(quantity.usual if usual else quantity.firm, quantity.unit)


def span_words(span: Span, unit: Unit) -> Phrase:
    """Return an interval in words: square brackets hold their end, round ones do not.

    Parameters
    ----------
    span : Span
        The interval.
    unit : Unit
        Its type.
    """
    if span.low is None:
        return phrase("figure.any")
    low = amount(span.low, unit)
    if span.high is None:
        return phrase("figure.above" if span.low_open else "figure.at_least", low=low)
    if span.single:
        return low
    left, right = "(" if span.low_open else "[", ")" if span.high_open else "]"
    return phrase("figure.span", left=left, low=low, high=amount(span.high, unit), right=right)


def check_named(book: Book, relations: Iterable[Relation], path: object) -> None:
    """Stop on a relation to a figure that is not in the ledger of its area.

    Parameters
    ----------
    book : Book
        The area's figures.
    relations : iterable of Relation
        The area's relations.
    path : Path
        The area file, for the message.
    """
    import difflib

    for relation in relations:
        for name in relation.figures:
            if name not in book.claims:
                known = difflib.get_close_matches(name, book.claims, n=3, cutoff=0.5)
                raise StudyError(
                    "relation_unknown" if book.claims else "relation_no_figures",
                    path=path,
                    where=relation.where,
                    figure=name,
                    known=known or list(book.claims)[:3],
                )
        _check_units(book, relation, path)


def _check_units(book: Book, relation: Relation, path: object) -> None:
    """Stop where a figure cannot play its role: that is a slip of the relation, not of the text."""
    share, rule = relation.one("share"), relation.one("rule")
    wrong = None
    if share and book.claims[share].unit.code != "percent":
        wrong = ("relation_share_unit", share)
    if rule and not book.claims[rule].unit.under:
        wrong = ("relation_rule_unit", rule)
    if wrong and book.quantities[wrong[1]] is not None:
        key, name = wrong
        found = book.claims[name].unit.code
        raise StudyError(key, path=path, where=relation.where, figure=name, found=found)
