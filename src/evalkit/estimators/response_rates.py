"""How many of those asked answered, refused and were reached, by AAPOR's definitions."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.arithmetic.design import one_number
from evalkit.errors import Refused

RATES = tuple(
    f"{kind}{number}"
    for kind, many in {"rr": 6, "coop": 4, "ref": 3, "con": 3}.items()
    for number in range(1, many + 1)
)


@dataclass(frozen=True)
class ResponseRates:
    """Outcome rates of a survey, each in [0, 1], or None where nobody is below its line.

    Parameters
    ----------
    rr1, rr2, rr3, rr4, rr5, rr6 : float or None
        Response rates; of each pair the second counts partial interviews too. The first
        pair takes all whose eligibility is unknown as eligible, the second a share of them,
        the third none.
    coop1, coop2, coop3, coop4 : float or None
        Cooperation rates among those who were reached; the last two without those who could
        not answer.
    ref1, ref2, ref3 : float or None
        Refusal rates with all, a share or none of those whose eligibility is unknown.
    con1, con2, con3 : float or None
        Contact rates, in the same way.
    eligible : float or None
        Share of those of unknown eligibility who are taken as eligible; None where it is
        not known, and with it `rr3`, `rr4`, `ref2` and `con2`.
    asked : int
        All who were drawn, those found not eligible included.
    """

    rr1: float | None
    rr2: float | None
    rr3: float | None
    rr4: float | None
    rr5: float | None
    rr6: float | None
    coop1: float | None
    coop2: float | None
    coop3: float | None
    coop4: float | None
    ref1: float | None
    ref2: float | None
    ref3: float | None
    con1: float | None
    con2: float | None
    con3: float | None
    eligible: float | None
    asked: int


def response_rates(
    *,
    complete: int,
    partial: int,
    refusal: int,
    no_contact: int,
    other: int,
    unknown: int,
    not_eligible: int = 0,
    asked: int | None = None,
    eligible: float | None = None,
) -> ResponseRates:
    """Return AAPOR's outcome rates of a survey from its final dispositions.

    Parameters
    ----------
    complete, partial : int
        Interviews (I) and partial interviews (P).
    refusal, no_contact, other : int
        Eligible persons who refused or broke off (R), were not reached (NC), or could not
        answer (O).
    unknown : int
        Persons of whom nobody knows whether they were eligible (UH and UO together).
    not_eligible : int
        Persons found not to be eligible.
    asked : int, optional
        How many were drawn, to hold the dispositions to it.
    eligible : float, optional
        Share of `unknown` who are eligible (AAPOR's e), 0 to 1. Without it, it is that of
        those whose eligibility is known, as CASRO does, if somebody was not eligible.

    Returns
    -------
    ResponseRates

    Raises
    ------
    ValueError
        If a count is no whole number, or `eligible` is not between 0 and 1.
    Refused
        If a count is below 0, nobody was asked, or the dispositions do not add up to
        `asked`.

    Notes
    -----
    American Association for Public Opinion Research (2023), Standard Definitions, 10th ed.
    """
    counts = _counts(
        complete=complete,
        partial=partial,
        refusal=refusal,
        no_contact=no_contact,
        other=other,
        unknown=unknown,
        not_eligible=not_eligible,
    )
    told = sum(counts.values())
    if asked is not None and told != _counts(asked=asked)["asked"]:
        raise Refused("refuse_dispositions", told=told, asked=asked)
    if told == 0:
        raise Refused("refuse_nobody_asked")
    reached = sum(counts[name] for name in ("complete", "partial", "refusal", "other"))
    known = reached + counts["no_contact"]
    share = _eligible(eligible, known, counts["not_eligible"], counts["unknown"])
    found = _rates(counts, reached, known, share)
    return ResponseRates(eligible=share, asked=told, **dict(zip(RATES, found, strict=True)))


def _rates(
    counts: dict[str, int], reached: int, known: int, share: float | None
) -> list[float | None]:
    """Return all rates in the order of their names."""
    pair = counts["complete"], counts["complete"] + counts["partial"]
    unsure, able = counts["unknown"], reached - counts["other"]
    bases = (known + unsure, None if share is None else known + share * unsure, known)
    return [
        *(_rate(n, base) for base in bases for n in pair),
        *(_rate(n, base) for base in (reached, able) for n in pair),
        *(_rate(counts["refusal"], base) for base in bases),
        *(_rate(reached, base) for base in bases),
    ]


def _counts(**given: int) -> dict[str, int]:
    for name, count in given.items():
        one_number(count, name)
        if count % 1 != 0:
            raise ValueError(f"{name} must be a whole number")
    if negative := [name for name, count in given.items() if count < 0]:
        raise Refused("refuse_negative_disposition", n=len(negative))
    return {name: int(count) for name, count in given.items()}


def _eligible(given: float | None, known: int, not_eligible: int, unknown: int) -> float | None:
    if given is not None:
        one_number(given, "eligible")
        if not 0 <= given <= 1:
            raise ValueError("eligible must be between 0 and 1")
        return float(given)
    if not_eligible:
        return known / (known + not_eligible)
    # Where eligibility is known of everybody nothing has to be guessed.
    return None if unknown else 1.0


def _rate(count: int, base: float | None) -> float | None:
    return count / base if base else None
