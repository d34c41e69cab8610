"""What those who did not answer would have said, drawn many times from those like them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from evalkit.arithmetic.design import Array, columns, named, one_number, same_length, with_gaps
from evalkit.arithmetic.ordinal import Cumulative, fit_cumulative
from evalkit.errors import Refused

# For each coefficient of the model, at least so many answers.
FEWEST_EACH = 5


@dataclass(frozen=True)
class Imputed:
    """Answers of everybody, several times over.

    Parameters
    ----------
    answer : array of float, shape (draws, n)
        Each row is one completed data set: what was answered, and what was drawn for the
        others. To be estimated from one by one, and combined by `rubin`.
    missing : array of bool, shape (n,)
        Who did not answer.
    """

    answer: Array
    missing: NDArray[np.bool_]


@named
def impute(
    answer: ArrayLike,
    covariates: ArrayLike,
    *,
    draws: int,
    seed: int,
    shift: float = 0.0,
) -> Imputed:
    """Impute answers in order, or yes and no, several times.

    Parameters
    ----------
    answer : array_like of float, shape (n,)
        Each person's answer in a few steps; NaN of those who did not answer.
    covariates : array_like of float, shape (n, k)
        What the frame tells of everybody, without a column for the intercept; the strata,
        the weight and what will be compared belong to it.
    draws : int
        Completed data sets, at least 2.
    seed : int
        Of the random numbers: the same seed gives the same answers.
    shift : float
        By how much the log odds of a higher answer are raised for those who did not answer;
        0 takes them to be like those who did and have the same covariates.

    Returns
    -------
    Imputed

    Raises
    ------
    ValueError
        If lengths differ, or there are fewer than two draws.
    Refused
        If a covariate is missing, constant or collinear among those who answered, or
        divides their answers; or fewer than 5 answered for each coefficient, or all alike.

    Notes
    -----
    Rubin (1987), Multiple Imputation for Nonresponse in Surveys, section 5.3: each data set
    has its own coefficients, drawn from the normal that their likelihood nearly is, of a
    proportional-odds model (of two answers: a logistic one). The shift is the pattern mixture
    of his section 6.2.
    """
    given = with_gaps(answer, "answer", 1)
    table = columns(covariates)
    same_length(answer=given, covariates=table)
    one_number(shift, "shift")
    if draws < 2:
        raise ValueError("draws must be at least 2")
    missing = np.isnan(given)
    known, codes = np.unique(given[~missing], return_inverse=True)
    if known.size < 2:
        raise Refused("refuse_no_variation")
    needed = FEWEST_EACH * (known.size - 1 + table.shape[1])
    if codes.size < needed:
        raise Refused("refuse_few_to_impute", n=codes.size, needed=needed)
    free = np.zeros(table.shape[1], dtype=bool)
    fit = fit_cumulative(codes, table[~missing], free, np.ones(codes.size))
    random = np.random.default_rng(seed)
    filled: Array = np.repeat(given[None, :], draws, axis=0)
    for draw in range(draws):
        filled[draw, missing] = known[_drawn(fit, table[missing], shift, random)]
    return Imputed(filled, missing)


def _drawn(
    fit: Cumulative, table: Array, shift: float, random: np.random.Generator
) -> NDArray[np.int64]:
    """Return one draw of answers, by number, with coefficients of its own."""
    cuts = fit.cut.size
    middle = np.concatenate([fit.cut, fit.slope[0]])
    value = random.multivariate_normal(middle, fit.covariance, method="cholesky")
    # Cuts that a draw puts out of order leave nobody between them.
    cut = np.maximum.accumulate(value[:cuts])
    below = expit(cut - (table @ value[cuts:] + shift)[:, None])
    above: NDArray[np.bool_] = np.asarray(random.random(table.shape[0]))[:, None] > below
    found: NDArray[np.int64] = above.sum(axis=1)
    return found
