"""Weights that give a survey the known totals of its population."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from evalkit.arithmetic.calibration import SAME, Calibrated, base_weights, calibrated
from evalkit.arithmetic.design import (
    SMALLEST,
    Array,
    as_names,
    columns,
    group_codes,
    numbers,
    one_number,
    same_length,
)
from evalkit.errors import Refused

METHODS = ("linear", "raking")


def calibrate(
    weight: ArrayLike,
    table: ArrayLike,
    totals: ArrayLike,
    *,
    method: str = "linear",
    farthest: float = 10.0,
) -> Calibrated:
    """Change weights as little as gives the sample known totals.

    Parameters
    ----------
    weight : array_like of float, shape (n,)
        Persons that each of the sample stands for by the design, above 0.
    table : array_like of float, shape (n, k)
        What is known of everybody; a column of 1 where the number of persons is known.
    totals : array_like of float, shape (k,)
        Sums of these columns over the population.
    method : {"linear", "raking"}
        Generalised regression, or factors that stay above 0.
    farthest : float
        By how many times a weight may grow or shrink beside all together, above 1.

    Returns
    -------
    Calibrated
        To be given to `survey_mean`, `survey_share` or `survey_ratio` as the weight, whose
        error then counts that the totals are known.

    Raises
    ------
    ValueError
        If lengths differ, a method is another word, or `farthest` is not above 1.
    Refused
        If a value is missing, a weight is not above 0 before or after, a column is 0 for
        everybody, no weights meet the totals, or some run away.

    Notes
    -----
    Deville and Särndal (1992), JASA 87, 376-382, as R survey's `calibrate` makes weights and
    errors.
    """
    if method not in METHODS:
        raise ValueError(f"a method must be one of {', '.join(METHODS)}")
    before, known, wanted = base_weights(weight), columns(table, "table"), numbers(totals, "totals")
    same_length(weight=before, table=known)
    if wanted.size != known.shape[1]:
        raise ValueError("totals must be as many as the columns of table")
    if (nothing := np.abs(known).max(axis=0) < SMALLEST).any():
        raise Refused("refuse_nobody_counted", n=int(nothing.sum()))
    return calibrated(before, known, wanted, raking=method == "raking", farthest=_limit(farthest))


def rake(
    weight: ArrayLike,
    margins: Sequence[ArrayLike],
    totals: Sequence[Mapping[object, float]],
    *,
    farthest: float = 10.0,
) -> Calibrated:
    """Rake weights to the known sizes of groups, one margin beside another.

    Parameters
    ----------
    weight : array_like of float, shape (n,)
        Persons that each of the sample stands for by the design, above 0.
    margins : sequence of array_like, each of shape (n,)
        The group of each person by each margin.
    totals : sequence of mapping
        For each margin the persons of each group in the population, at least 0.
    farthest : float
        By how many times a weight may grow or shrink beside all together, above 1.

    Returns
    -------
    Calibrated
        As of `calibrate`.

    Raises
    ------
    ValueError
        If lengths differ, there is no margin, a total is below 0, or `farthest` is not
        above 1.
    Refused
        If a group of the population has nobody in the sample, or one of the sample no
        total, the margins add up to different populations, no weights meet them all, or
        some run away.

    Notes
    -----
    Deming and Stephan (1940), Annals of Mathematical Statistics 11(4), 427-444, whose limit
    is found by Newton's method. The error is that of R survey's
    `calibrate(calfun="raking")`; its `rake` takes residuals without the weights of the
    design, which is the same where those are equal.
    """
    before = base_weights(weight)
    if not margins or len(margins) != len(totals):
        raise ValueError("margins must be as many as totals, at least one")
    tables, wanted = [], []
    for place, (margin, known) in enumerate(zip(margins, totals, strict=True), start=1):
        table, sizes = _margin(margin, known, place)
        same_length(weight=before, margins=table)
        tables.append(table)
        wanted.append(sizes)
    sums = np.array([sizes.sum() for sizes in wanted])
    if np.ptp(sums) > SAME * sums.max():
        raise Refused(
            "refuse_margins_differ", least=round(float(sums.min())), most=round(float(sums.max()))
        )
    # Their last digits would never be met both.
    even = np.concatenate(
        [sizes * (sums[0] / total) for sizes, total in zip(wanted, sums, strict=True)]
    )
    return calibrated(before, np.hstack(tables), even, raking=True, farthest=_limit(farthest))


def _limit(farthest: float) -> float:
    one_number(farthest, "farthest")
    if not farthest > 1:
        raise ValueError("farthest must be above 1")
    return farthest


def _margin(margin: ArrayLike, totals: Mapping[object, float], place: int) -> tuple[Array, Array]:
    """Return who is in which group, and the groups' sizes in the population."""
    codes, count = group_codes(margin, f"margin {place}")
    sizes = dict(zip(totals, numbers(list(totals.values()), f"totals {place}"), strict=True))
    if any(size < 0 for size in sizes.values()):
        raise ValueError("totals must not be below 0")
    # The first person of each group bears its name.
    first = np.unique(codes, return_index=True)[1]
    here = [sizes.pop(name, 0.0) for name in as_names(margin)[first].tolist()]
    if unknown := sum(1 for size in here if size == 0):
        raise Refused("refuse_margin_unknown", margin=place, n=unknown)
    if empty := sum(1 for size in sizes.values() if size > 0):
        raise Refused("refuse_margin_empty", margin=place, n=empty)
    return (codes[:, None] == np.arange(count)).astype(float), np.array(here)
