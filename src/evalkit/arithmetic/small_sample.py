"""What few rows or clusters take from the robust error of a regression's coefficients."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from evalkit.arithmetic.bias_reduced import bias_reduced, jackknife
from evalkit.arithmetic.design import Array, ordinals
from evalkit.arithmetic.least_squares import Fit
from evalkit.arithmetic.thin import FEWEST_CLUSTERS, FEWEST_PERSONS, FEWEST_UNLIKE
from evalkit.errors import Refused

# Below this Student's t no longer fits what it stands for (Tipton 2015).
FEWEST_DEGREES = 4.0
# Events expected on each side of a column, where errors come from a model.
FEWEST_EVENTS = 5.0
# Whose leverage is this near to 1 is fitted exactly.
WHOLE = 1 - 1e-7


class Reaches(NamedTuple):
    """How far intervals of coefficients reach, beside robust errors of large samples.

    Parameters
    ----------
    df, widen : array of float, shape (k,)
        Degrees of freedom of Student's t; factor on the standard error, at least 1.
    """

    df: Array
    widen: Array


def reaches(
    design: Array,
    weight: Array,
    residual: Array,
    se: Array,
    codes: NDArray[np.int64] | None,
) -> Reaches:
    """Return how far the intervals of coefficients with robust errors reach.

    Parameters
    ----------
    design : array of float, shape (n, k)
        All columns, that of 1 among them.
    weight : array of float, shape (n,)
        Of each row in the information: its variance under the model.
    residual : array of float, shape (n,)
        Derivative of the likelihood by each row's linear predictor.
    se : array of float, shape (k,)
        Robust errors of large samples.
    codes : array of int, shape (n,), or None
        Each row's cluster.

    Raises
    ------
    Refused
        If a coefficient has fewer than 4 degrees of freedom.

    Notes
    -----
    CR2 (of rows: HC2; of clusters where the weights come from the fit: CR3) with the degrees
    of freedom of CR2, in the weighted regression that the last step of the fit is, with the
    model as the working one: McCaffrey and Bell (2006), Statistics in Medicine 25(23),
    4081-4098, on Bell and McCaffrey (2002), Survey Methodology 28(2), 169-181. The standard
    errors themselves stay those of Stata and R; where the corrected one is larger, the
    interval is its. At least 4 degrees: Tipton (2015), Psychological Methods 20(3), 375-393.
    """
    root = np.sqrt(np.maximum(weight, 0.0))
    scale = np.linalg.norm(root[:, None] * design, axis=0)
    basis, triangle = np.linalg.qr(root[:, None] * design / scale)
    loading = solve_triangular(triangle, np.eye(scale.size)) / scale[:, None]
    left = np.divide(residual, root, out=np.zeros_like(residual), where=root > 0)
    if codes is None:
        found, df = _by_row(basis, loading, left)
    else:
        unit = np.ones(scale.size)
        clusters = int(codes.max()) + 1
        fit = Fit(design, basis, loading, unit, unit, left, codes, clusters)
        found, df = bias_reduced(fit)
        if np.ptp(weight) > 0:  # of a model that is no linear one
            found = jackknife(fit)
    if codes is not None:
        refuse_few_degrees(df[1:], int(codes.max()) + 1)
    elif (few := df[1:] < FEWEST_DEGREES).any():
        words = {"columns": ordinals(few), "df": f"{df[1:].min():.1f}"}
        raise Refused("refuse_few_rows_decide", **words)
    return Reaches(np.maximum(df, 1.0), np.maximum(found / se, 1.0))


def refuse_few_degrees(df: Array, clusters: int) -> None:
    """Refuse coefficients whose errors in clusters rest on too little.

    Parameters
    ----------
    df : array of float, shape (k,)
        Degrees of freedom of each.
    clusters : int
        How many there are.

    Raises
    ------
    Refused
        If one has fewer than 4; with its place.
    """
    if (few := df < FEWEST_DEGREES).any():
        words = {"columns": ordinals(few), "df": f"{df.min():.1f}"}
        raise Refused("refuse_few_degrees", clusters=clusters, **words)


def refuse_sparse(
    covariates: Array,
    expected: Array,
    *,
    needed: float = FEWEST_UNLIKE,
    robust: bool,
    codes: NDArray[np.int64] | None = None,
) -> None:
    """Refuse a column of two values one of which has too few persons, clusters or events.

    Parameters
    ----------
    covariates : array of float, shape (n, k)
        Without a column of 1.
    expected : array of float, shape (n,)
        Events expected of each person if no column mattered.
    needed : float
        Events to be expected on each side.
    robust : bool
        Whether the errors come from the rows themselves, which takes 10 on each side.
    codes : array of int, shape (n,), optional
        Each person's cluster; 6 are then needed on each side.

    Raises
    ------
    Refused
        With the column.
    """
    for place, column in enumerate(covariates.T, start=1):
        if not (sides := _sides(column)):
            continue
        if (
            robust
            and codes is None
            and (least := min(int(s.sum()) for s in sides)) < (FEWEST_PERSONS)
        ):
            raise Refused(
                "refuse_few_on_a_side", columns=[str(place)], n=least, needed=FEWEST_PERSONS
            )
        if codes is not None:
            _refuse_few_clusters(place, sides, codes)
        events = min(float(expected[side].sum()) for side in sides)
        if events < needed:
            raise Refused(
                "refuse_few_events_on_a_side",
                **{"columns": [str(place)], "expected": f"{events:.1f}", "needed": int(needed)},
            )


def refuse_few_clusters_on_a_side(covariates: Array, codes: NDArray[np.int64]) -> None:
    """Refuse a column of two values one of which is in fewer than 6 clusters.

    Parameters
    ----------
    covariates : array of float, shape (n, k)
        Without a column of 1.
    codes : array of int, shape (n,)
        Each person's cluster.

    Raises
    ------
    Refused
        With the column.
    """
    for place, column in enumerate(covariates.T, start=1):
        if sides := _sides(column):
            _refuse_few_clusters(place, sides, codes)


def _sides(column: Array) -> list[NDArray[np.bool_]]:
    """Return who has each of two values; nothing where there are more."""
    lower = column == column.min()
    return [lower, ~lower] if (lower | (column == column.max())).all() else []


def _refuse_few_clusters(
    place: int, sides: list[NDArray[np.bool_]], codes: NDArray[np.int64]
) -> None:
    least = min(int(np.unique(codes[side]).size) for side in sides)
    if least < FEWEST_CLUSTERS:
        raise Refused(
            "refuse_few_clusters_on_a_side",
            **{"columns": [str(place)], "n": least, "needed": FEWEST_CLUSTERS},
        )


def _by_row(basis: Array, loading: Array, residual: Array) -> tuple[Array, Array]:
    """Return HC2 errors and Bell and McCaffrey's degrees of freedom of rows by themselves."""
    leverage = (basis**2).sum(axis=1)
    free = np.maximum(1 - leverage, 1 - WHOLE)
    moved = basis @ loading.T / np.sqrt(free)[:, None]
    square = moved**2
    error = np.sqrt((square * (residual**2)[:, None]).sum(axis=0))
    trace = (square * free[:, None]).sum(axis=0)
    own = (square**2 * (free**2 - leverage**2)[:, None]).sum(axis=0)
    mixed = np.array([((basis.T @ (column[:, None] * basis)) ** 2).sum() for column in square.T])
    return error, trace**2 / (own + mixed)
