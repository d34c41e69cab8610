"""Sums over replicates, and what they say of a method."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from evalkit.validate.methods import Answer


@dataclass
class Tally:
    """Sums over replicates of one method in one setting.

    Parameters
    ----------
    tried : int
        Replicates.
    refused : dict of str to int
        How often the method refused, by the key of its refusal.
    known, truth : int, float
        Replicates with something to estimate; sum of its true values.
    valued, error, square : int, float, float
        Replicates with a value; sums of value less truth, and of its square.
    bounded, covered : int
        Replicates with an interval; those whose interval holds the truth.
    tested, rejected : int
        Replicates with a test of no effect; those that reject it.
    """

    tried: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    known: int = 0
    truth: float = 0.0
    valued: int = 0
    error: float = 0.0
    square: float = 0.0
    bounded: int = 0
    covered: int = 0
    tested: int = 0
    rejected: int = 0

    def add(self, answer: Answer) -> None:
        """Count one answer.

        Parameters
        ----------
        answer : Answer
            Of a replicate that was not refused.
        """
        self.tried += 1
        truth = answer.truth
        if truth is not None:
            self.known, self.truth = self.known + 1, self.truth + truth
        if truth is not None and answer.value is not None:
            error = answer.value - truth
            self.valued, self.error = self.valued + 1, self.error + error
            self.square += error**2
        if truth is not None and answer.low is not None and answer.high is not None:
            self.bounded += 1
            self.covered += answer.low <= truth <= answer.high
        if answer.rejects is not None:
            self.tested, self.rejected = self.tested + 1, self.rejected + answer.rejects

    def refuse(self, key: str) -> None:
        """Count one refusal."""
        self.tried += 1
        self.refused[key] += 1

    def to_json(self) -> dict[str, Any]:
        """Return the sums as plain data."""
        return {**vars(self), "refused": dict(sorted(self.refused.items()))}


def from_json(data: Mapping[str, Any]) -> Tally:
    """Return sums that were stored.

    Raises
    ------
    TypeError
        If it is something else.
    """
    return Tally(**{**data, "refused": Counter(data["refused"])})


def together(parts: Iterable[Tally]) -> Tally:
    """Add tallies up, in the order given: the same parts give the same last digit."""
    whole = Tally()
    for part in parts:
        for name, value in vars(part).items():
            setattr(whole, name, getattr(whole, name) + value)
    return whole


def performance(tally: Tally) -> dict[str, float | int | None]:
    """Return what the sums say, each with its Monte-Carlo standard error.

    Returns
    -------
    dict
        ``truth``, ``bias``, ``coverage`` and ``rejected``, the last three each with
        ``<name>_mcse``; None where the method gives no such thing, or was always refused.

    Notes
    -----
    Morris, White and Crowther (2019), table 6. Of a coverage or rejection near 0 or 1 the
    error is that formula's too, and 0 there.
    """
    made: dict[str, float | int | None] = dict.fromkeys(
        ("truth", "bias", "bias_mcse", "coverage", "coverage_mcse", "rejected", "rejected_mcse")
    )
    if tally.known:
        made["truth"] = tally.truth / tally.known
    if tally.valued:
        made["bias"] = tally.error / tally.valued
    if tally.valued > 1:
        spread = max(tally.square - tally.error**2 / tally.valued, 0.0) / (tally.valued - 1)
        made["bias_mcse"] = math.sqrt(spread / tally.valued)
    for name, yes, n in (
        ("coverage", tally.covered, tally.bounded),
        ("rejected", tally.rejected, tally.tested),
    ):
        if n:
            made[name] = yes / n
            made[f"{name}_mcse"] = math.sqrt(yes / n * (1 - yes / n) / n)
    return made
