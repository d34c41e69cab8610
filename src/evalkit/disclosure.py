"""The disclosure policy, and the one gate that every shown count of people passes.

Imports estimate, words and errors; knows no files but its own policy. Public
tables pass unchanged and say so; made-up data are treated as confidential, so
that a demonstration shows what an office will see.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from evalkit.estimate import Disclosure, Estimate, withhold
from evalkit.words import Term, term


@dataclass(frozen=True)
class Policy:
    """Thresholds for one kind of people.

    Parameters
    ----------
    version : str
        Version of the policy file.
    threshold : int
        Counts from 1 to this are withheld.
    rounding : int
        The others become a multiple of this.
    midpoint : int
        Width of the bins for cumulative counts.
    zero_base : int
        Smallest base beside which a zero of a harm may be shown.
    """

    version: str
    threshold: int
    rounding: int
    midpoint: int
    zero_base: int


@functools.cache
def read_policy(people: str) -> Policy:
    """Return the policy for "minors" or "adults".

    Parameters
    ----------
    people : {"minors", "adults"}
        As the study declares.
    """
    file = resources.files("evalkit") / "disclosure.toml"
    values = tomllib.loads(file.read_text(encoding="utf-8"))
    return Policy(version=values["version"], **values[people])


@dataclass(frozen=True)
class Gate:
    """The gate of one report.

    Parameters
    ----------
    policy : Policy
        The thresholds.
    status : {"public", "confidential", "made_up"}
        Of the table behind the counts.
    languages : tuple of str
        The languages in which a reason is given.
    """

    policy: Policy
    status: str
    languages: tuple[str, ...]

    @property
    def open(self) -> bool:
        """Whether counts pass unchanged."""
        return self.status == "public"

    def count(self, n: int) -> int:
        """Return a count as it may be computed with: rounded, unless public.

        Parameters
        ----------
        n : int
            Persons, at least 0.
        """
        if self.open:
            return n
        step = self.policy.rounding
        return int(step * np.floor(n / step + 0.5))

    def hides(self, cells: Iterable[int]) -> bool:
        """Return whether a cell of 1 to the threshold lies behind a result.

        Parameters
        ----------
        cells : iterable of int
            True counts of persons.
        """
        return not self.open and any(0 < cell <= self.policy.threshold for cell in cells)

    def hides_share(self, events: int, base: int) -> bool:
        """Return whether a count of harms within a base must be withheld.

        A zero may be shown beside a base that is large enough; everybody (100 %)
        never, nor a remainder so small that it names the few who are left.

        Parameters
        ----------
        events, base : int
            True counts, 0 <= events <= base.
        """
        if self.open:
            return False
        if events == 0:
            return base < self.policy.zero_base
        return self.hides([events, base, base - events]) or events == base

    def curve(self, cumulative: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
        """Return cumulative counts of a curve by midpoints of bins, unless public.

        Parameters
        ----------
        cumulative : array of int
            Non-decreasing counts from 0.

        Returns
        -------
        array of int
            0 stays 0; with bins of 11, 1-11 becomes 6 and 12-22 becomes 17.
        """
        counts = np.asarray(cumulative, dtype=np.int64)
        if self.open:
            return counts
        width = self.policy.midpoint
        return np.where(counts == 0, 0, -(-counts // width) * width - width // 2)

    def release(self, estimate: Estimate, hidden: bool = False) -> Estimate:
        """Return an estimate that may be shown: as it is, or without its numbers.

        Parameters
        ----------
        estimate : Estimate
            In the state "unchecked", computed from counts that passed `count`.
        hidden : bool
            Whether a cell behind it must be withheld (`hides`, `hides_share`).

        Raises
        ------
        ValueError
            If it was released before, or carries a count that `count` did not
            round.
        """
        if estimate.disclosure != "unchecked":
            raise ValueError(f"{estimate.id}: already released.")
        version = self.policy.version
        if self.open:
            return replace(estimate, disclosure="public", policy=version)
        estimate = replace(estimate, made_up=self.status == "made_up")
        if hidden:
            return withhold(estimate, self._reason(), version)
        counts = (estimate.n, estimate.events, estimate.denominator)
        if any(c is not None and c != self.count(c) for c in counts):
            raise ValueError(f"{estimate.id}: carries a count that is not rounded.")
        # 5 is what 3 to 7 are rounded to: only a hidden count can have become it.
        spread = (self.policy.rounding - 1) // 2
        if any(c is not None and 0 < c <= self.policy.threshold - spread for c in counts):
            raise ValueError(f"{estimate.id}: carries a count that only a hidden one gives.")
        has_number = estimate.value is not None or any(c is not None for c in counts)
        state: Disclosure = "rounded" if has_number else "passed"
        return replace(estimate, disclosure=state, policy=version)

    def _reason(self) -> Term:
        return term("reason.withheld", self.languages, threshold=self.policy.threshold)
