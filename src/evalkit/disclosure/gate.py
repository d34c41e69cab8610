"""The one gate that every number about persons passes; it fails closed.

Imports cells, coarse, policy, estimate and words. Public tables pass unchanged and say so;
made-up data are treated as confidential, so that a demonstration shows what an office will see.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evalkit.disclosure.cells import Cells
from evalkit.disclosure.coarse import IN_UNIT, coarsen
from evalkit.disclosure.policy import Policy
from evalkit.estimate import NUMBERS, Disclosure, Estimate, withhold
from evalkit.words import Term, term

# What an analysis may give as numbers: one, several by name, or an estimator's result.
Given = Any


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

    def coarse(self, unit: str, value: float) -> float:
        """Return a number that a model gives as it goes into the record.

        Parameters
        ----------
        unit : str
            A code that the policy has decimals for.
        value : float
            From true rows.
        """
        return value if self.open else coarsen(self.policy, unit, {"value": value})["value"]

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

    def withholds(self, cells: Cells) -> bool:
        """Return whether the number behind which these persons stand may not be shown.

        Parameters
        ----------
        cells : Cells
            True counts.
        """
        if self.open:
            return False
        shares = any(self.hides_share(*pair) for pair in cells.harms)
        return cells.withheld or shares or self.hides(cells.few)

    def release(
        self,
        about: Mapping[str, Any],
        cells: Cells | None = None,
        by: Callable[..., Given] | None = None,
        model: Callable[[], Given] | None = None,
    ) -> Estimate:
        """Return an estimate that may be shown: with its numbers, or without.

        Parameters
        ----------
        about : mapping
            Fields of `Estimate`. A reason is dropped where there is a number.
        cells : Cells, optional
            The persons behind its numbers. Without them it may carry a number only of a
            table that is public.
        by : callable, optional
            Takes the counts of `cells` as they may be computed with, and returns the
            numbers: they are safe because what they come from is.
        model : callable, optional
            Returns numbers that come from true rows; they are coarsened. Beside `by` they
            give the interval alone, which moves with the value.

        Returns
        -------
        Estimate
            "public", "rounded", "passed" (no number in it) or "withheld".

        Raises
        ------
        ValueError
            If it carries a number of which is not known whom it is about, or a count that
            is not rounded.
        Refused
            If an estimator cannot give it.
        """
        about = {**about, "made_up": not self.open and self.status == "made_up"}
        if cells is not None and self.withholds(cells):
            bare = {name: x for name, x in about.items() if name not in NUMERIC}
            draft = Estimate(**bare | {"reason": self._reason()})
            return withhold(draft, self._reason(), self.policy.version)
        filled = Estimate(**_fields(about, self._numbers(about["unit"], cells, by, model)))
        self._check(filled, cells)
        return replace(filled, disclosure=self._state(filled), policy=self.policy.version)

    def _state(self, filled: Estimate) -> Disclosure:
        if self.open:
            return "public"
        counts = (filled.value, filled.n, filled.events, filled.denominator)
        return "passed" if all(x is None for x in counts) else "rounded"

    def _numbers(
        self,
        unit: str,
        cells: Cells | None,
        by: Callable[..., Given] | None,
        model: Callable[[], Given] | None,
    ) -> dict[str, Any]:
        counts = cells.counts if cells is not None else ()
        safe = as_numbers(by(*map(self.count, counts))) if by else {}
        if model is None:
            return safe
        given = as_numbers(model())
        if "value" in safe and "value" in given:
            given = _moved(given, safe["value"])
        if not self.open:
            rough = {name: x for name, x in given.items() if name in IN_UNIT}
            given = {**given, **coarsen(self.policy, unit, rough)}
        return _ordered({**given, **safe}, unit)

    def _check(self, filled: Estimate, cells: Cells | None) -> None:
        if self.open:
            return
        if cells is None and any(getattr(filled, name) is not None for name in NUMBERS):
            raise ValueError(f"{filled.id}: carries a number, and not whom it is about.")
        counts = [c for c in (filled.n, filled.events, filled.denominator) if c is not None]
        if any(c != self.count(c) for c in counts):
            raise ValueError(f"{filled.id}: carries a count that is not rounded.")
        # 5 is what 3 to 7 are rounded to: only a hidden count can have become it.
        spread = (self.policy.rounding - 1) // 2
        if any(0 < c <= self.policy.threshold - spread for c in counts):
            raise ValueError(f"{filled.id}: carries a count that only a hidden one gives.")

    def _reason(self) -> Term:
        return term("reason.withheld", self.languages, threshold=self.policy.threshold)


# What belongs to a number, and goes with it.
NUMERIC = (*NUMBERS, "interval", "se_scale")
# Between what the numbers of a unit lie.
LIMITS = {"share": (0.0, 1.0), "points": (-1.0, 1.0)}


def _fields(about: Mapping[str, Any], numbers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an estimate; what describes a number only where there is one."""
    fields = {**about, **numbers}
    if not numbers:
        return fields
    if fields.get("low") is None:
        fields |= {"interval": "none", "level": None}
    if fields.get("se") is None or about.get("se_scale") is None:
        # An error of which the scale is not said belongs to the interval alone.
        fields |= {"se": None, "se_scale": None}
    if any(fields.get(name) is not None for name in ("value", "low", "high")):
        fields["reason"] = None
    return fields


def as_numbers(given: Given) -> dict[str, Any]:
    """Return what an analysis gives as numbers, by the names that an estimate has for them.

    Parameters
    ----------
    given : float, mapping or dataclass
        One number is the value; of an estimator's result those are taken that an estimate
        has; what is None is left out.
    """
    if is_dataclass(given) and not isinstance(given, type):
        given = {name: x for name, x in asdict(given).items() if name in IN_UNIT}
    if not isinstance(given, Mapping):
        given = {"value": given}
    return {name: x for name, x in given.items() if x is not None}


def _moved(given: Mapping[str, float], value: float) -> dict[str, float]:
    """Return an interval that keeps its width and goes with another value."""
    shift = value - given["value"]
    ends = {name: given[name] + shift for name in ("low", "high") if name in given}
    return {**given, **ends, "value": value}


def _ordered(numbers: dict[str, Any], unit: str) -> dict[str, Any]:
    """Return numbers whose interval holds the value and ends where its unit does."""
    value = numbers.get("value")
    if value is None or "low" not in numbers or "high" not in numbers:
        return numbers
    least, most = LIMITS.get(unit, (-math.inf, math.inf))
    low = min(max(numbers["low"], least), value)
    high = max(min(numbers["high"], most), value)
    return {**numbers, "low": low, "high": high}
