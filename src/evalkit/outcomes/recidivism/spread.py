"""How unlike two groups are under many weights: the same numbers as one by one, in one table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalkit.outcomes.recidivism.balance import characteristics
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.recidivism.overlap import Alike, Numbers


@dataclass(frozen=True)
class Spread:
    """Characteristics of people, as they are compared under weights.

    Parameters
    ----------
    values : array of float, shape (n, k)
        By the cohort's rows; missing where it is not known.
    scale : array of float, shape (k,)
        Pooled standard deviation; infinite where everybody is alike, and missing where the
        difference is not known.
    """

    values: Numbers
    scale: Numbers


def spread_of(followed: Followed, covariates: tuple[str, ...], without: str) -> Spread:
    """Return the characteristics by which groups made alike are judged.

    Parameters
    ----------
    covariates : tuple of str
        Columns of the table; those of the house's rule are added.
    without : str
        One that is not looked at, because it is not known to whoever leaves it out.
    """
    key = ("spread", covariates)
    if key not in followed.alike:
        # Of places that stand as one row each counts by itself.
        found = [
            (each.column, one)
            for each in characteristics(followed, covariates)
            for one in (each.parts or (each,))
        ]
        index = followed.cohort.frame.index
        columns, scales = [], []
        for _, each in found:
            known = np.full(len(index), np.nan)
            for values in each.columns:
                known[index.get_indexer(values.index)] = values.to_numpy(dtype=float)
            columns.append(known)
            scales.append(_scale(each.constant, each.smd, each.columns))
        table = np.column_stack(columns) if columns else np.empty((len(index), 0))
        followed.alike[key] = ([column for column, _ in found], Spread(table, np.array(scales)))
    names, spread = followed.alike[key]
    kept = [name != without for name in names]
    return Spread(spread.values[:, kept], spread.scale[kept])


def _scale(constant: bool, smd: float | None, columns: list) -> float:
    if constant:
        return np.inf
    if smd is None or not np.isfinite(smd):
        return np.nan
    first, second = (values.to_numpy(dtype=float).var(ddof=1) for values in columns)
    return float(np.sqrt((first + second) / 2))


def largest_of(spread: Spread, alike: Alike) -> float | None:
    """Return the largest absolute standardised mean difference under weights.

    Returns
    -------
    float or None
        None where one is not known, or there is none.
    """
    if not spread.scale.size or np.isnan(spread.scale).any():
        return None
    known = ~np.isnan(spread.values)
    values, weight = np.where(known, spread.values, 0.0), alike.weight.to_numpy(dtype=float)
    means = []
    for side in (alike.treated, ~alike.treated):
        total = weight[side] @ known[side]
        if not (total > 0).all():
            return None
        means.append((weight[side] @ values[side]) / total)
    return float(np.abs((means[0] - means[1]) / spread.scale).max())
