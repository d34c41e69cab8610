"""What those who did not answer would have to say for a finding to turn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from evalkit.arithmetic.calibration import Calibrated
from evalkit.arithmetic.design import one_number, same_length
from evalkit.arithmetic.interval import flags
from evalkit.arithmetic.sampling import sampling
from evalkit.arithmetic.share_interval import within_nought_and_one
from evalkit.arithmetic.surveyed import linearised
from evalkit.errors import Refused


@dataclass(frozen=True)
class Tipping:
    """How different the silent would have to be to bring a share to a threshold.

    Parameters
    ----------
    share : float or None
        Share of the silent with which the share of all asked is the threshold; None where
        no share between 0 and 1 gives it: the finding then stands whatever the silent say.
    difference : float or None
        That share less the one of those who answered, in [-1, 1].
    least, most : float
        Share of all asked if none, and if all, of the silent had the answer.
    """

    share: float | None
    difference: float | None
    least: float
    most: float


def tipping(share: float, response: float, threshold: float) -> Tipping:
    """Find the share of the silent at which a finding turns.

    Parameters
    ----------
    share : float
        Share with the answer among those who answered, 0 to 1; a bound of its interval
        tells it of the bound.
    response : float
        Share of those asked who answered, above 0 and below 1, by the same weights.
    threshold : float
        Share of all asked at which the finding turns, 0 to 1.

    Returns
    -------
    Tipping

    Raises
    ------
    ValueError
        If a number is not between 0 and 1.
    Refused
        If nobody answered, or everybody did.

    Notes
    -----
    The identity of Manski (1989), Journal of Human Resources 24(3), 343-360, solved for
    the silent.
    """
    for name, value in {"share": share, "response": response, "threshold": threshold}.items():
        one_number(value, name)
        if not 0 <= value <= 1:
            raise ValueError(f"{name} must be between 0 and 1")
    if response == 0:
        raise Refused("refuse_nobody_answered")
    if response == 1:
        raise Refused("refuse_nobody_silent")
    least = share * response
    most = least + 1 - response
    if not least <= threshold <= most:
        return Tipping(None, None, least, most)
    needed = (threshold - least) / (1 - response)
    return Tipping(needed, needed - share, least, most)


@dataclass(frozen=True)
class Bounds:
    """Bounds of a share under non-response, with the error of the design added.

    Parameters
    ----------
    least, most : float
        Share among those asked if none, and if all, of the silent had the answer.
    low, high : float
        The same bounds with room for chance, in [0, 1].
    response : float
        Share of those asked who answered.
    n, answered : int
        Persons asked (of the domain), and of these who answered.
    """

    least: float
    most: float
    low: float
    high: float
    response: float
    n: int
    answered: int


def survey_bounds(
    answer: ArrayLike,
    answered: ArrayLike,
    weight: ArrayLike | Calibrated,
    stratum: ArrayLike,
    psu: ArrayLike,
    *,
    domain: ArrayLike | None = None,
    units: ArrayLike | None = None,
    level: float = 0.95,
) -> Bounds:
    """Bound a share of a population when some of the sample did not answer.

    Parameters
    ----------
    answer : array_like of {0, 1}, shape (n,)
        1 for those who are counted; of the silent either.
    answered : array_like of {0, 1}, shape (n,)
        1 for those who answered. All who were asked are in the rows.
    weight, stratum, psu, domain, units
        Of everybody asked, as in `survey_share`.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Bounds

    Raises
    ------
    ValueError
        If an answer is neither 0 nor 1, or as in `survey_share`.
    Refused
        As `survey_share`.

    Notes
    -----
    Horowitz and Manski (2000), JASA 95, 77-84: the outer ends of the intervals of both
    bounds, of the design and symmetric in the log odds, cover all that is possible.
    """
    said, spoke = flags(answer, "answer"), flags(answered, "answered")
    same_length(answer=said, answered=spoke)
    drawn = sampling(stratum, psu, units=units)
    ends = []
    for guess in (said * spoke, np.where(spoke == 1, said, 1.0), spoke):
        found = linearised(guess, np.ones(guess.size), weight, drawn, domain, level)
        ends.append(within_nought_and_one(found, "logit", level))
    low, high, response = (end.point for end in ends)
    inside = np.ones(said.size) if domain is None else flags(domain, "domain")
    return Bounds(
        least=low.value,
        most=high.value,
        low=low.low,
        high=high.high,
        response=response.value,
        n=ends[0].n,
        answered=int((spoke * inside).sum()),
    )
