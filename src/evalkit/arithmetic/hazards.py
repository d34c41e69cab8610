"""Proportional hazards by sums over risk sets, with ties by Efron or Breslow.

Persons are sorted by the last event time at which they are at risk, so that every sum
over a risk set is a sum of whole blocks; nothing is kept for each pair of a person and a
time.

Efron (1977), JASA 72, 557-565; Breslow (1974), Biometrics 30(1), 89-99.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from evalkit.arithmetic.design import CONSTANT, Array, ordinals, standardise
from evalkit.arithmetic.survival import stratum_times
from evalkit.errors import Refused

ROUNDS, HALVINGS = 60, 30
# Newton doubles the right digits in each round: a last step of this size leaves none wrong.
SMALL_STEP = 1e-9
# Covariates are in standard deviations. Information of an event below this means that a
# hazard ratio went beyond exp(16) and was still growing.
FLAT = 1e-7


@dataclass(frozen=True)
class Sums:
    """Sums over the risk set and the events of each event time.

    Parameters
    ----------
    risk : array of float, shape (n,)
        Each person's relative hazard.
    first, dying : array of float, shape (m, k)
        Of covariates times hazards: over the risk set, over those with the event.
    q0, q1, q2 : array of float, shape (m,)
        Over the tied events of a time, 1 / d^2 times 1, c and c^2, where d is what is
        left of the risk set after the share c of those with the event.
    a, b : array of float, shape (m,)
        The same of 1 / d, times 1 and c.
    """

    risk: Array
    first: Array
    dying: Array
    q0: Array
    q1: Array
    q2: Array
    a: Array
    b: Array


class RiskSets:
    """Persons in the order of their last risk set, with standardised covariates.

    Parameters
    ----------
    time, event : array of float, shape (n,)
        Times of at least 0; 1 where the event happened.
    covariates : array of float, shape (n, k)
        Finite.
    efron : bool
        Ties by Efron, otherwise by Breslow.
    strata : array of int, shape (n,), optional
        Each person's stratum, from 0; who is at risk is counted in each by itself.
    stays : array of bool, shape (n,), optional
        Who is kept though follow-up ended before the first event.

    Raises
    ------
    Refused
        If there is no event, no more events than covariates, or a covariate is constant
        (in all, or in each stratum) or collinear.
    """

    def __init__(
        self,
        time: Array,
        event: Array,
        covariates: Array,
        *,
        efron: bool,
        strata: NDArray[np.int64] | None = None,
        stays: NDArray[np.bool_] | None = None,
    ) -> None:
        moment, codes, begins = stratum_times(time, strata)
        dead = event == 1
        events = np.bincount(codes[dead], minlength=moment.size)
        if not events.any():
            raise Refused("refuse_no_events", n=time.size)
        width = covariates.shape[1]
        if events.sum() <= width:
            raise Refused("refuse_few_events", n=int(events.sum()), coefficients=width)
        standardise(covariates)
        if strata is not None:
            covariates = _centred(covariates, strata)
        eventful = events > 0
        self.moment, self.events = moment[eventful], events[eventful]
        # How many event times a person lives to see; who sees none moves nothing.
        so_far = np.concatenate([[0], np.cumsum(eventful)])
        self.begins, seen = so_far[begins], so_far[1:][codes]
        kept = seen > (self.begins[0] if strata is None else self.begins[strata])
        if stays is not None:
            kept |= stays
        self.order = np.argsort(_small(seen, self.moment.size), kind="stable")
        self.order = self.order[kept[self.order]]
        # Whose follow-up ended before the first event says nothing, however far away.
        scaled, _, self.deviation = _standardised(covariates[self.order])
        self.last = seen[self.order] - 1
        self.dead = dead[self.order]
        self.design = np.ascontiguousarray(scaled.T)
        self.start = np.searchsorted(self.last, np.arange(self.moment.size))
        self.at_death = np.ascontiguousarray(self.design[:, self.dead])
        self.death = self.last[self.dead]
        self.n = time.size
        # For each event its own share of those it is tied with.
        before = np.repeat(np.cumsum(self.events) - self.events, self.events)
        self.tie = np.repeat(np.arange(self.moment.size), self.events)
        rank = np.arange(self.tie.size) - before
        self.share = rank / self.events[self.tie] if efron else np.zeros(self.tie.size)
        self.first_tie = np.cumsum(self.events) - self.events

    def sums(self, beta: Array) -> tuple[float, Sums]:
        """Return the log partial likelihood and the sums at some coefficients.

        Parameters
        ----------
        beta : array of float, shape (k,)
            Log hazard ratios of a standard deviation.
        """
        # A step too far gives no number, and is halved.
        with np.errstate(all="ignore"):
            linear = beta @ self.design
            top = float(linear.max())
            risk = np.exp(linear - top)
            size = self.moment.size
            whole = self._over_risk_set(risk)
            dying = np.bincount(self.death, risk[self.dead], size)
            left = whole[self.tie] - self.share * dying[self.tie]
            value = float(linear[self.dead].sum() - np.log(left).sum() - top * left.size)
            inverse = 1 / left
            parts = [inverse, self.share * inverse]
            squares = [inverse**2, self.share * inverse**2, self.share**2 * inverse**2]
            a, b = (np.add.reduceat(part, self.first_tie) for part in parts)
            q0, q1, q2 = (np.add.reduceat(part, self.first_tie) for part in squares)
            first = np.column_stack([self._over_risk_set(risk * column) for column in self.design])
            at_death = risk[self.dead] * self.at_death
            own: Array = np.column_stack([np.bincount(self.death, row, size) for row in at_death])
            return value, Sums(risk, first, own, q0, q1, q2, a, b)

    def expected(self, sums: Sums, of_time: Array | None = None) -> Array:
        """Return the events expected of each person; with a weight of each event time.

        Parameters
        ----------
        sums : Sums
            At some coefficients.
        of_time : array of float, shape (m,), optional
            Weights; 1 where not given.

        Returns
        -------
        array of float, shape (n',)
            In the order of this object.
        """
        weight = np.ones(self.moment.size) if of_time is None else of_time
        hazard = self._lived(weight * sums.a)
        hazard[self.dead] -= (weight * sums.b)[self.death]
        return sums.risk * hazard

    def information(self, sums: Sums, expected: Array, of_time: Array | None = None) -> Array:
        """Return the information about the coefficients; with a weight of each event time.

        Parameters
        ----------
        sums : Sums
            At some coefficients.
        expected : array of float, shape (n',)
            From `expected`, with the same weights.
        of_time : array of float, shape (m,), optional
            Weights; 1 where not given.

        Returns
        -------
        array of float, shape (k, k)
        """
        weight = np.ones(self.moment.size) if of_time is None else of_time
        cross = sums.first.T @ ((weight * sums.q1)[:, None] * sums.dying)
        means = (
            sums.first.T @ ((weight * sums.q0)[:, None] * sums.first)
            - (cross + cross.T)
            + sums.dying.T @ ((weight * sums.q2)[:, None] * sums.dying)
        )
        found: Array = (self.design * expected) @ self.design.T - means
        return found

    def scores(self, sums: Sums, expected: Array) -> Array:
        """Return how much each person moves the estimating function.

        Parameters
        ----------
        sums : Sums
            At the estimate.
        expected : array of float, shape (n',)
            From `expected`.

        Returns
        -------
        array of float, shape (n, k)
            In the order in which persons were given; zero for who saw no event.

        Notes
        -----
        Score residuals: Therneau, Grambsch and Fleming (1990), Biometrika 77(1), 147-160;
        those with ties by Efron share their risk sets.
        """
        size = self.events[:, None]
        mean = (sums.first * sums.a[:, None] - sums.dying * sums.b[:, None]) / size
        alive = sums.first * sums.q0[:, None] - sums.dying * sums.q1[:, None]
        tied = sums.first * sums.q1[:, None] - sums.dying * sums.q2[:, None]
        own = np.empty((self.last.size, self.design.shape[0]))
        for k, column in enumerate(self.design):
            shift = self._lived(alive[:, k])
            shift[self.dead] -= tied[self.death, k]
            own[:, k] = sums.risk * shift - column * expected
            own[self.dead, k] += column[self.dead] - mean[self.death, k]
        found = np.zeros((self.n, self.design.shape[0]))
        found[self.order] = own
        return found

    def _over_risk_set(self, values: Array) -> Array:
        """Return the sum over the risk set of each event time."""
        blocks = np.add.reduceat(values, self.start)
        summed = np.empty_like(blocks)
        for first, end in pairwise(self.begins.tolist()):
            summed[first:end] = np.cumsum(blocks[first:end][::-1])[::-1]
        return summed

    def _lived(self, values: Array) -> Array:
        """Return the sum over the event times at which each person was at risk."""
        summed = np.empty_like(values)
        for first, end in pairwise(self.begins.tolist()):
            summed[first:end] = np.cumsum(values[first:end])
        found: Array = summed[self.last]
        return found


@dataclass(frozen=True)
class Hazards:
    """Fitted log hazard ratios of a standard deviation of each covariate.

    Parameters
    ----------
    sets : RiskSets
        What was fitted.
    beta : array of float, shape (k,)
        Log hazard ratios.
    inverse : array of float, shape (k, k)
        Inverse of the information.
    sums : Sums
        At the estimate.
    expected : array of float, shape (n',)
        Events expected of each person.
    log_likelihood, null : float
        Log partial likelihood at the estimate, and without covariates.
    """

    sets: RiskSets
    beta: Array
    inverse: Array
    sums: Sums
    expected: Array
    log_likelihood: float
    null: float


def fit_hazards(sets: RiskSets) -> Hazards:
    """Fit proportional hazards by Newton's method.

    Parameters
    ----------
    sets : RiskSets
        Persons and covariates.

    Raises
    ------
    Refused
        If some combination of covariates puts all events on one side of their risk sets,
        so that no maximum exists.

    Notes
    -----
    Cox (1972), JRSS B 34(2), 187-220; existence: Bryson and Johnson (1981), Technometrics
    23(4), 381-383.
    """
    beta = np.zeros(sets.design.shape[0])
    value, sums = sets.sums(beta)
    null, step = value, beta
    for _ in range(ROUNDS):
        expected = sets.expected(sums)
        inverse = _inverse(sets.information(sums, expected), sets.tie.size, step)
        step = inverse @ (sets.design @ (sets.dead - expected))
        if np.abs(step).max() <= SMALL_STEP * (1 + np.abs(beta).max()):
            return Hazards(sets, beta + step, inverse, sums, expected, value, null)
        for _ in range(HALVINGS):
            ahead, there = sets.sums(beta + step)
            # The last digits of a sum over many persons are noise.
            if ahead >= value - 1e-12 * (1 + abs(value)):
                break
            step = step / 2
        beta, value, sums = beta + step, ahead, there
    raise _monotone(step)


def _inverse(information: Array, events: int, step: Array) -> Array:
    size = np.diagonal(information) / events
    if not (size > FLAT).all():
        raise _monotone(step)
    root = np.sqrt(np.diagonal(information))
    scaled = information / np.outer(root, root)
    if not np.linalg.eigvalsh(scaled)[0] > FLAT:
        raise _monotone(step)
    return cho_solve(cho_factor(scaled), np.eye(root.size)) / np.outer(root, root)


def _monotone(step: Array) -> Refused:
    size = np.abs(step)
    return Refused("refuse_monotone", columns=ordinals(size >= 0.01 * size.max(initial=0.0)))


def _centred(covariates: Array, strata: NDArray[np.int64]) -> Array:
    """Return covariates less their means in each stratum, about which it says nothing."""
    persons = np.bincount(strata)
    means = np.column_stack([np.bincount(strata, column) / persons for column in covariates.T])
    centred: Array = covariates - means[strata]
    most = np.abs(centred).max(axis=0)
    if (flat := most <= CONSTANT * np.abs(covariates).max(axis=0)).any():
        raise Refused("refuse_constant_in_strata", columns=ordinals(flat), strata=persons.size)
    standardise(centred)
    return centred


def _standardised(covariates: Array) -> tuple[Array, Array, Array]:
    try:
        return standardise(covariates)
    except Refused as refusal:
        # Among all persons it did vary; among those at risk of an event it does not.
        raise Refused("refuse_monotone", columns=refusal.values["columns"]) from None


def _small(values: NDArray[np.integer], top: int) -> NDArray[np.integer]:
    # Two bytes are sorted by counting, which is many times faster.
    return values.astype(np.uint16) if top < 2**16 else values
