"""A finding: what one rule says of some printed figures, and under which assumption."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from evalkit.intake.ledger import Claim
from evalkit.outcomes.claims.said import as_said, unit_words
from evalkit.protocol import ClaimsPlan, Relation
from evalkit.quantity import Quantity, Span, UnitsDiffer
from evalkit.words import Phrase, phrase

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
        The figures that it is about.
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
    judges : tuple of str or None
        The figures that take its verdict as their own; None for all that it is about.
        One wrong whole must not brand its parts, and to stand twice or to be smaller
        than another makes no figure right.
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
    judges: tuple[str, ...] | None = None

    @property
    def judged(self) -> tuple[str, ...]:
        """The figures that take its verdict as their own."""
        return self.claims if self.judges is None else self.judges

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

    def said(self, name: str | None) -> Phrase:
        """Return a figure that is known to be a number, as the text prints it."""
        return as_said(self.claims[name or ""], self.need(name))


def open_book(claims: Iterable[Claim], plan: ClaimsPlan) -> Book:
    """Return the figures of one area with what each can stand for."""
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
    """Return what would settle a finding that cannot be verified, or None."""
    if verdict != "cannot_verify":
        return None
    return phrase("settle.assumed_end" if relation.stated else "settle.not_stated")


def units_finding(relation: Relation, rule: str, problem: UnitsDiffer) -> Finding:
    """Return the finding that a text relates figures of unlike units.

    Parameters
    ----------
    rule : str
        The rule that could not be applied.
    problem : UnitsDiffer
        The two units.
    """
    about = rule if rule == "two_definitions" else "units"
    # Hours and minutes, or crimes and cases, may well be meant as one; and the press says
    # people for those who come to each session, and for all comings together.
    kinds = {problem.left.kind, problem.right.kind}
    loose = rule in ("stated_rule", "per_unit")
    # People and organisations hold people, and organisations, as their parts.
    loose = loose or ("mixed" in kinds and rule not in ("two_definitions", "same_quantity"))
    against = relation.stated and len(kinds) > 1 and kinds != {"time", "labour"} and not loose
    settle = "settle.units" if relation.stated else "settle.not_stated"
    return Finding(
        check=relation.code,
        rule=rule,
        claims=relation.figures,
        verdict="units_differ" if against else "cannot_verify",
        arithmetic=phrase(
            "arith.units", left=unit_words(problem.left), right=unit_words(problem.right)
        ),
        assumption=phrase(f"assume.{about}" if relation.stated else "assume.beside"),
        otherwise=phrase(f"otherwise.{about}"),
        settle=None if against else phrase(settle),
        can=phrase("can.apart"),
        cannot=phrase("cannot.units"),
        relation=relation,
    )


def open_finding(relation: Relation, rule: str, why: str, settle: str) -> Finding:
    """Return the finding that a rule has nothing to work with.

    Parameters
    ----------
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
    rule : str
        The rule that could not be applied.
    """
    return open_finding(relation, rule, "arith.zero_base", "settle.zero_base")
