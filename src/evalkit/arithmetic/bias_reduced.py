"""Errors in few clusters that are right on average, or on the safe side."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from evalkit.arithmetic.design import Array
from evalkit.arithmetic.least_squares import WHOLE, Fit, rows_by_cluster


def bias_reduced(fit: Fit) -> tuple[Array, Array]:
    """Return CR2 standard errors of coefficients and Satterthwaite's degrees of freedom.

    Parameters
    ----------
    fit : Fit
        A regression.

    Returns
    -------
    array of float, shape (k,)
        Standard errors, in the scale of ``fit.slope``.
    array of float, shape (k,)
        Degrees of freedom, at least 1, where all rows are independent and alike.

    Notes
    -----
    Bell and McCaffrey (2002), Survey Methodology 28(2), 169-181. With M = I - H, cluster g
    has the adjustment A_g, a symmetric inverse root of M_gg (of what is not null in it:
    Pustejovsky and Tipton 2018), and a_g = A_g X_g (X'X)^-1 e_j. The variance is the sum of
    (a_g'u_g)^2; with P_gh = a_g' M_gh a_h, the degrees of freedom are tr(P)^2 / tr(P^2).
    In orthonormal columns Q all of it needs Q_g'Q_g only: A_g Q_g = Q_g (I - Q_g'Q_g)^-1/2.
    """
    k, width = fit.loading.shape
    variance, square, fourth, mixed = np.zeros((4, k))
    outer = np.zeros((k, width, width))
    total = np.zeros(k)
    for own, directions, free, moved in _clusters(fit):
        turned = fit.loading @ directions / np.sqrt(free)
        variance += (turned @ moved) ** 2
        length = (turned**2) @ own
        shadow = turned * own @ directions.T
        square += length
        fourth += length**2
        mixed += length * (shadow**2).sum(axis=1)
        total += (shadow**2).sum(axis=1)
        outer += shadow[:, :, None] * shadow[:, None, :]
    trace = square - total
    trace_of_square = fourth - 2 * mixed + (outer**2).sum(axis=(1, 2))
    return np.sqrt(variance), trace**2 / trace_of_square


def jackknife(fit: Fit) -> Array:
    """Return CR3 standard errors of coefficients, as if each cluster were left out in turn.

    Parameters
    ----------
    fit : Fit
        A regression.

    Returns
    -------
    array of float, shape (k,)
        Standard errors, in the scale of ``fit.slope``.

    Notes
    -----
    Bell and McCaffrey (2002), Survey Methodology 28(2), 169-181: the adjustment is the
    inverse of M_gg, where CR2 takes its root. Where the model is no linear one, CR2 is too
    small by what the weights owe to the data; this is at least as large as it should be.
    """
    root: Array = np.sqrt((left_out(fit) ** 2).sum(axis=0))
    return root


def left_out(fit: Fit) -> Array:
    """Return how much each cluster moves the coefficients, beside their being had without it.

    Parameters
    ----------
    fit : Fit
        A regression.

    Returns
    -------
    array of float, shape (clusters, k)
        Coefficients less those without each cluster, in the scale of ``fit.slope``. What a
        cluster alone shows, such as its own dummy, is taken as it is.

    Notes
    -----
    (X'X)^-1 X_g' M_gg^-1 u_g: MacKinnon, Nielsen and Webb (2023), Stata Journal 23(4), 942-982.
    """
    parts = [
        fit.loading @ directions / free @ moved for _, directions, free, moved in _clusters(fit)
    ]
    return np.array(parts)


def _clusters(fit: Fit) -> Iterator[tuple[Array, Array, Array, Array]]:
    """Yield of each cluster the eigenvalues of Q_g'Q_g, its axes, 1 less these, and Q_g'u_g.

    What is null in M_gg has an infinite one, so that what is divided by it counts nothing.
    """
    for rows in rows_by_cluster(fit):
        basis = fit.basis[rows]
        own, directions = np.linalg.eigh(basis.T @ basis)
        free = np.where(own < WHOLE, 1 - own, np.inf)
        yield own, directions, free, directions.T @ (basis.T @ fit.residual[rows])
