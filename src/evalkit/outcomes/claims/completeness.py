"""What each printed figure would need to be checked, and how many figures have it."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

from evalkit.intake.ledger import Claim
from evalkit.outcomes.printed import asked_of, lacks
from evalkit.protocol import Relation

# What a figure needs, and the codes of `outcomes.printed` that say it is not there.
NEEDS: dict[str, tuple[str, ...]] = {
    "date": ("date",),
    "start": ("date", "start"),
    "denominator": ("base", "base_size"),
    "instrument": ("instrument",),
    "n": ("n",),
    "follow_up": ("follow_up",),
    "comparison": ("comparison",),
}


@dataclass(frozen=True)
class Have:
    """How many figures of one outcome have one thing that they need.

    Parameters
    ----------
    outcome, need : str
        An outcome of the ledger; a key of `NEEDS`.
    have, of : int
        Figures that have it, out of all; 0 <= have <= of.
    """

    outcome: str
    need: str
    have: int
    of: int


def missing(claim: Claim, based: Container[str] = ()) -> list[str]:
    """Return the codes of what a printed figure lacks, for what it bears on.

    Parameters
    ----------
    based : container of str
        Figures whose base is another printed figure, by a relation.
    """
    codes = lacks(claim.outcome, claim)
    has_base = claim.claim_id in based
    given = (*NEEDS["denominator"], "exposure") if has_base else ()
    return [code for code in codes if code not in given]


def with_base(relations: Iterable[Relation]) -> set[str]:
    """Return the figures that a text gives a base for, which it prints too."""
    return {
        name
        for relation in relations
        if relation.stated and relation.one("base")
        for role in ("share", "count")
        if (name := relation.one(role))
    }


def needed(outcome: str) -> list[str]:
    """Return what figures of an outcome need."""
    codes = {*asked_of(outcome)}
    return [need for need, lacking in NEEDS.items() if codes & set(lacking)]


def completeness(claims: Iterable[Claim], based: Container[str] = ()) -> list[Have]:
    """Return how many figures have what they need, by outcome and need.

    Parameters
    ----------
    claims : iterable of Claim
        Printed figures, each counted once.
    """
    lacking: dict[str, list[set[str]]] = {}
    for claim in claims:
        lacking.setdefault(claim.outcome, []).append(set(missing(claim, based)))
    return [
        Have(
            outcome,
            need,
            sum(not codes & set(NEEDS[need]) for codes in figures),
            len(figures),
        )
        for outcome, figures in lacking.items()
        for need in needed(outcome)
    ]
