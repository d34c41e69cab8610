"""Every rule on every figure of one area: findings, and one verdict a figure.

Knows no report and no file: figures and relations in, findings out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from evalkit.intake.ledger import Claim
from evalkit.outcomes.claims.alone import alone
from evalkit.outcomes.claims.cadence import cadence
from evalkit.outcomes.claims.counts import count_of_base
from evalkit.outcomes.claims.finding import (
    VERDICTS,
    Book,
    Finding,
    open_book,
    open_finding,
)
from evalkit.outcomes.claims.named import check_named
from evalkit.outcomes.claims.parts import parts_against_whole
from evalkit.outcomes.claims.places import place_inside
from evalkit.outcomes.claims.rates import per_unit, stated_rule
from evalkit.outcomes.claims.same import (
    counted_once,
    digits_asked,
    reprints,
    same_digits,
    same_quantity,
)
from evalkit.outcomes.claims.shares import share_of_base
from evalkit.protocol import ClaimsPlan, Relation
from evalkit.words import phrase

# A derived quantity is a row of its own; the figures behind it are not verified by it.
NOT_OF_FIGURES = ("derived",)


@dataclass(frozen=True)
class Checked:
    """What the rules say of one area.

    Parameters
    ----------
    book : Book
        Its figures.
    findings : tuple of Finding
        In the order of the relations, then of the figures.
    verdicts : mapping of str to str
        One of `finding.VERDICTS` for each figure.
    again : set of str
        Figures that repeat another and do not count again.
    """

    book: Book
    findings: tuple[Finding, ...]
    verdicts: dict[str, str]
    again: set[str]


def check(
    claims: Iterable[Claim],
    relations: Iterable[Relation],
    plan: ClaimsPlan,
    path: Path = Path("area.toml"),
) -> Checked:
    """Apply every rule to the figures of one area.

    Parameters
    ----------
    claims : iterable of Claim
        Its figures.
    relations : iterable of Relation
        What its text says of them.
    plan : ClaimsPlan
        The numbers by which figures are judged.
    path : Path
        The area file, for messages.

    Raises
    ------
    StudyError
        If a relation names a figure that does not exist, or asks for a quotient
        that means nothing.

    Examples
    --------
    >>> checked = claims.check(report.claims, report.area.relations, report.plan)
    """
    relations = list(relations)
    book = open_book(claims, plan)
    check_named(book, relations, path)
    findings: list[Finding] = []
    for relation in relations:
        findings += _related(book, relation, path)
    findings += [*reprints(book), *same_digits(book, relations), *alone(book, relations)]
    quoted = tuple(_quoting(book, finding) for finding in findings)
    return Checked(book, quoted, _verdicts(book, findings), counted_once(book, relations))


def _quoting(book: Book, finding: Finding) -> Finding:
    """Give a proposed wording the text's own statements, on which it is built."""
    if finding.can is None:
        return finding
    said = [book.claims[name].statement for name in finding.claims]
    return replace(finding, can=phrase(finding.can.key, **{**finding.can.values, "said": said}))


def _related(book: Book, relation: Relation, path: Path) -> list[Finding]:
    if any(book.quantities[name] is None for name in relation.figures):
        return [open_finding(relation, "no_number", "arith.no_number", "settle.unquantified")]
    if relation.kind == "per_unit":
        return per_unit(book, relation, path)
    return RULES[relation.kind](book, relation)


RULES = {
    "part_of": parts_against_whole,
    "share_of": share_of_base,
    "count_of_base": count_of_base,
    "same_quantity": same_quantity,
    "repeats": same_quantity,
    "stated_rule": stated_rule,
    "inside": place_inside,
    "same_digits": digits_asked,
    "cadence": cadence,
}


def _verdicts(book: Book, findings: Iterable[Finding]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, quantity in book.quantities.items():
        found[name] = "unquantified" if quantity is None else "cannot_verify"
    findings = list(findings)
    for finding in findings:
        if finding.verdict in NOT_OF_FIGURES:
            continue
        for name in finding.judged:
            if VERDICTS.index(finding.verdict) < VERDICTS.index(found[name]):
                found[name] = finding.verdict
    for group in _alike(findings):
        # A figure printed again is as good as where it was printed first, and as bad.
        gravest = min((found[name] for name in group), key=VERDICTS.index)
        found |= dict.fromkeys(group, gravest)
    return found


def _alike(findings: Iterable[Finding]) -> list[set[str]]:
    """Return the groups of figures that repeat one another, over any chain of repeats."""
    groups: list[set[str]] = []
    for finding in findings:
        if finding.rule == "repeats" and finding.verdict == "agrees":
            names = set(finding.claims)
            touched = [group for group in groups if group & names]
            groups = [group for group in groups if not group & names]
            groups.append(names.union(*touched))
    return groups
