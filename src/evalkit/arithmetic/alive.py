"""Expected events and expected time at risk up to a horizon, and who moves them how much."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from evalkit.arithmetic.design import Array
from evalkit.arithmetic.survival import SAME, risk_counts, time_codes


class Spans(NamedTuple):
    """What belongs to persons by their position: times of events, or spells.

    Parameters
    ----------
    person : array of int, shape (m,)
        Whose.
    start, end : array of float, shape (m,)
        From when until when; the same of an event.
    """

    person: NDArray[np.int64]
    start: Array
    end: Array


class Mean(NamedTuple):
    """A mean per person up to the horizon.

    Parameters
    ----------
    value : float
        Events, or units of time.
    influence : array of float, shape (n,)
        How much each person moves it, with mean zero.
    """

    value: float
    influence: Array


class Followed:
    """The persons of a group, who die or leave.

    Parameters
    ----------
    time : array of float, shape (n,)
        Until when each is followed.
    died : array of bool, shape (n,)
        Whether that was a death, or another end of being at risk for good.
    tau : float
        The horizon; somebody is followed to it, or the last one died.

    Notes
    -----
    With S the Kaplan-Meier share alive and Y the number followed, the mean of what persons
    gather is the sum of S(u-) / Y(u) times what they gather at u (Ghosh and Lin 2000,
    Biometrics 56(2), 554-562). Influence is the derivative by a person's weight.
    """

    def __init__(self, time: Array, died: NDArray[np.bool_], tau: float) -> None:
        self.n, self.tau = time.size, tau
        # Ends at tau and beyond are one: nothing after it counts.
        self.knot, place = time_codes(np.minimum(time, tau))
        died = died & (time <= tau)
        at_risk = risk_counts(place, self.knot.size)[1].astype(float)
        hazard = np.bincount(place[died], minlength=self.knot.size) / at_risk
        self.place, self.died, self.hazard, self.at_risk = place, died, hazard, at_risk
        # Up to each knot, from the one before: who is followed, and the share alive.
        self.rate = np.concatenate([[1.0], np.cumprod(1 - hazard)[:-1]]) / at_risk

    def leaves_early(self) -> bool:
        """Return whether what comes after the last one's end, before tau, is not known."""
        return bool(self.knot[-1] < self.tau * (1 - SAME) and self.hazard[-1] < 1)

    def events(self, events: Spans) -> Mean:
        """Return the expected number of events.

        Parameters
        ----------
        events : Spans
            At times of at least 0, each no later than its person's end.
        """
        some = events.start <= self.tau
        person, at = events.person[some], events.start[some]
        of = self._knot(at)
        own: Array = np.bincount(person, self.rate[of], self.n).astype(float)
        gathered = np.bincount(of, minlength=self.knot.size).astype(float)
        return self._mean(own, gathered)

    def time_at_risk(self, away: Spans) -> Mean:
        """Return the expected time alive and not away.

        Parameters
        ----------
        away : Spans
            Spells that do not overlap within a person and end by that person's end.
        """
        width = np.diff(self.knot, prepend=0.0)
        # Integrals from 0 to each knot of the rate, and of the rate over who is followed.
        once = np.concatenate([[0.0], np.cumsum(self.rate * width)])
        own = once[self.place + 1]
        start, end = (np.minimum(part, self.tau) for part in (away.start, away.end))
        grid = np.concatenate([[0.0], self.knot])
        lost = np.interp(end, grid, once) - np.interp(start, grid, once)
        own = own - np.bincount(away.person, lost, self.n)
        present = self.at_risk * width - self._away(start, end)
        return self._mean(own, present)

    def _knot(self, at: Array) -> NDArray[np.int64]:
        """Return the first knot that is no earlier than each time."""
        slack = SAME * self.tau
        return np.minimum(np.searchsorted(self.knot, at - slack), self.knot.size - 1)

    def _away(self, start: Array, end: Array) -> Array:
        """Return the time that all together are away up to each knot, from the one before."""
        # A spell from a to b adds max(0, t - a) - max(0, t - b) up to t.
        found = np.zeros(self.knot.size)
        for sign, at in ((1, np.sort(start)), (-1, np.sort(end))):
            sums = np.concatenate([[0.0], np.cumsum(at)])
            begun = np.searchsorted(at, self.knot)
            found += sign * (begun * self.knot - sums[begun])
        away: Array = np.diff(found, prepend=0.0)
        return away

    def _mean(self, own: Array, gathered: Array) -> Mean:
        """Return the mean of what persons gather, given each one's own and all's by knot."""
        pieces = self.rate * gathered
        # Up to the own end: what is divided by how many are followed, the own person too.
        shared = np.cumsum(pieces / self.at_risk)
        # A death takes away what is gathered after it; after the last one there is nothing.
        to_come = np.cumsum(pieces[::-1])[::-1] - pieces
        left = self.at_risk * (1 - self.hazard)
        by = np.divide(to_come, left, out=np.zeros_like(left), where=left > 0)
        deaths = self.died * by[self.place] - np.cumsum(self.hazard * by)[self.place]
        return Mean(float(pieces.sum()), self.n * (own - shared[self.place] - deaths))
