"""Risk sets of one cause in which who has had another one stays, with less and less weight."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evalkit.arithmetic.design import Array
from evalkit.arithmetic.hazards import RiskSets, Sums
from evalkit.arithmetic.survival import risk_counts, time_codes


class SubdistributionSets(RiskSets):
    """Persons at risk of one cause, as Fine and Gray count them.

    Who has had another cause at X is still at risk at t > X, with the weight G(t-) / G(X-),
    where G is the Kaplan-Meier share of those whose follow-up has not ended: the chance that
    one would still have been followed. Ties by Breslow.

    Parameters
    ----------
    time : array of float, shape (n,)
        Times of at least 0.
    codes : array of int, shape (n,)
        0 where follow-up ended, 1 for the cause, 2 for another one.
    covariates : array of float, shape (n, k)
        Finite.

    Raises
    ------
    Refused
        As `evalkit.arithmetic.hazards.RiskSets`.

    Notes
    -----
    Fine and Gray (1999), JASA 94, 496-509.
    """

    def __init__(self, time: Array, codes: NDArray[np.int8], covariates: Array) -> None:
        super().__init__(
            time, (codes == 1).astype(float), covariates, efron=False, stays=codes == 2
        )
        moment, self.place = time_codes(time)
        _, at_risk = risk_counts(self.place, moment.size)
        self.lost = codes == 0
        leaving = np.bincount(self.place[self.lost], minlength=moment.size)
        self.at_risk, self.ended = at_risk, leaving / at_risk
        before = np.concatenate([[1.0], np.cumprod(1 - self.ended)[:-1]])
        # The weight at each event time, and what each person's is divided by.
        self.at = np.flatnonzero(np.bincount(self.place[codes == 1]))
        self.follow = before[self.at]
        other = (codes == 2)[self.order]
        self.other = np.flatnonzero(other)
        self.worth = 1 / before[self.place[self.order[self.other]]]
        # The events that come after a person's own time.
        self.next = self.last[self.other] + 1

    def scores(self, sums: Sums, expected: Array) -> Array:
        """Return how much each person moves the estimating function, by the weights too.

        Parameters
        ----------
        sums : Sums
            At the estimate.
        expected : array of float, shape (n',)
            From `expected`.

        Returns
        -------
        array of float, shape (n, k)
            In the order in which persons were given.
        """
        return super().scores(sums, expected) + self._by_weights(sums)

    def _by_weights(self, sums: Sums) -> Array:
        """Return the part of each person's score that comes by the estimated weights.

        With u a time at which follow-up ends, it is q(u) / Y(u) times what was seen of that
        end less expected; q(u) adds up, over those with another cause by u and the events
        after it, the score that rests on the weight (Fine and Gray 1999, section 4).
        """
        size = self.at_risk.size
        worth = self.worth * sums.risk[self.other]
        own = self.place[self.order[self.other]]
        found = np.empty((self.n, self.design.shape[0]))
        hazard = _after(self.at, self.follow * sums.a, size)
        total = np.cumsum(np.bincount(own, worth, size))
        for k, column in enumerate(self.design):
            mean = _after(self.at, self.follow * sums.first[:, k] * sums.q0, size)
            sum_ = np.cumsum(np.bincount(own, worth * column[self.other], size))
            by = (sum_ * hazard - total * mean) / self.at_risk
            found[:, k] = self.lost * by[self.place] - np.cumsum(by * self.ended)[self.place]
        return found

    def _over_risk_set(self, values: Array) -> Array:
        whole = super()._over_risk_set(values)
        gone = np.bincount(self.next, self.worth * values[self.other], whole.size + 1)
        found: Array = whole + self.follow * np.cumsum(gone)[:-1]
        return found

    def _lived(self, values: Array) -> Array:
        summed = np.concatenate([[0.0], np.cumsum(values)])
        found: Array = summed[self.last + 1]
        to_come = np.concatenate([np.cumsum((self.follow * values)[::-1])[::-1], [0.0]])
        found[self.other] += self.worth * to_come[self.next]
        return found


def _after(places: NDArray[np.int64], values: Array, size: int) -> Array:
    """Return the sum of the values at places beyond each of 0 to ``size - 1``."""
    at: Array = np.bincount(places, values, size).astype(float)
    found: Array = np.cumsum(at[::-1])[::-1] - at
    return found
