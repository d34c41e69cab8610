"""Whether the items of a scale mean the same to two groups or more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import chi2 as chi_square

from evalkit.arithmetic.design import group_codes, named, same_length
from evalkit.arithmetic.factor import Structure, baseline, fit_factor, moments_of
from evalkit.arithmetic.items import whole_rows
from evalkit.errors import Refused

# Beyond it the comparative fit of a stricter model has fallen (Cheung and Rensvold 2002).
MOST_FALLEN = 0.01
# Name, and whether loadings and intercepts are the same.
STEPS = (("configural", False, False), ("metric", True, False), ("scalar", True, True))


@dataclass(frozen=True)
class Step:
    """One model of a scale in several groups.

    Parameters
    ----------
    name : {"configural", "metric", "scalar"}
        One factor in each; with the same loadings; with the same intercepts too.
    chi2, df : float and int
        How far the answers are from the model.
    cfi : float
        Comparative fit index, 0 to 1.
    worse, worse_df : float and int
        Chi-square beside the step before; 0 of the first.
    p : float or None
        Of that, None of the first.
    fallen : float
        By how much the comparative fit fell beside the step before; 0 of the first.
    holds : bool
        Whether it fell by at most 0.01, and all before it hold.
    """

    name: str
    chi2: float
    df: int
    cfi: float
    worse: float
    worse_df: int
    p: float | None
    fallen: float
    holds: bool


@dataclass(frozen=True)
class Invariance:
    """What of a scale is the same in all groups.

    Parameters
    ----------
    steps : tuple of Step
        From the laxest to the strictest.
    means_comparable : bool
        Whether the strictest holds: without it a difference of means may be one of how items
        are understood.
    n, complete, groups : int
        Persons, those who answered all items, who are used, and groups.
    """

    steps: tuple[Step, ...]
    means_comparable: bool
    n: int
    complete: int
    groups: int


@named
def invariance(items: ArrayLike, group: ArrayLike) -> Invariance:
    """Test whether a scale of one factor is the same in several groups.

    Parameters
    ----------
    items : array_like of float, shape (n, k)
        One row a person, one column an item, k at least 3; NaN where there is no answer.
    group : array_like, shape (n,)
        Each person's group, or the form that each was given; two at least.

    Returns
    -------
    Invariance

    Raises
    ------
    ValueError
        If there are fewer than three items, or lengths differ.
    Refused
        If a person has no group, there is one group, too few persons of a group answered
        all items, an item is the same for all of these or follows from those before it, or
        one factor cannot be fitted.

    Notes
    -----
    Meredith (1993), Psychometrika 58(4), 525-543, by maximum likelihood as lavaan; the rule
    of Cheung and Rensvold (2002), Structural Equation Modeling 9(2), 233-255, since
    chi-square finds any difference if people are many.
    """
    codes, groups = group_codes(group, "group")
    if groups < 2:
        raise Refused("refuse_one_group", n=codes.size)
    whole, table = whole_rows(items, least=3)
    same_length(items=table, group=codes)
    moments = [moments_of(whole_rows(table[codes == g], least=3)[0]) for g in range(groups)]
    none, none_df = baseline(moments)
    found: list[Step] = []
    for name, *shared in STEPS:
        fit = fit_factor(moments, Structure(groups, table.shape[1], *shared))
        away = max(fit.chi2 - fit.df, 0.0)
        cfi = 1 - away / max(none - none_df, away) if away > 0 else 1.0
        found.append(_step(name, fit.chi2, fit.df, cfi, found[-1] if found else None))
    return Invariance(tuple(found), found[-1].holds, table.shape[0], whole.shape[0], groups)


def _step(name: str, chi2: float, df: int, cfi: float, before: Step | None) -> Step:
    if before is None:
        return Step(name, chi2, df, cfi, 0.0, 0, None, 0.0, True)
    worse, more = max(chi2 - before.chi2, 0.0), df - before.df
    fallen = before.cfi - cfi
    # The last digits of a fit are noise.
    holds = before.holds and bool(np.round(fallen, 9) <= MOST_FALLEN)
    p = float(chi_square.sf(worse, more))
    return Step(name, chi2, df, cfi, worse, more, p, fallen, holds)
