"""The design of a survey's sample, with the units in which nobody's answer counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from evalkit.arithmetic.calibration import Calibrated
from evalkit.arithmetic.interval import Point
from evalkit.errors import Refused
from evalkit.estimators.survey_share import survey_share


def units_of(frame: pd.DataFrame) -> pd.Series:
    """Return the first-stage unit of each person.

    Who was not drawn through a village or class is a unit of their own, under a name that no
    village has; pandas drops a NUL in front.
    """
    alone = pd.Series("\x1f" + frame.index.astype(str), index=frame.index)
    found: pd.Series = frame["psu"].where(frame["psu"] != "", alone)
    return found


def whole(told: pd.DataFrame, drawn: pd.DataFrame, weight: ArrayLike) -> pd.DataFrame:
    """Return those who answered as a sample, with every unit that was drawn.

    A design without the units in which nobody answered is another one: its strata have fewer
    units, and its error is too small.

    Parameters
    ----------
    told, drawn : pandas.DataFrame
        Those whose answers count, and everyone sampled; with ``stratum`` and ``psu``.
    weight : array_like of float
        Of those who answered.

    Returns
    -------
    pandas.DataFrame
        ``weight``, ``stratum``, ``unit`` and ``inside``: 1 for those who answered, in their order
        and first; 0 for one row of each other unit, whose weight counts for nothing.

    Raises
    ------
    Refused
        If someone who answered has no finite weight, or all weights are 0.
    """
    given = np.asarray(weight, dtype=float)
    if not np.isfinite(given).all() or not given.any():
        raise Refused("weights_missing")
    people = pd.DataFrame(
        {"weight": weight, "stratum": told["stratum"], "unit": units_of(told), "inside": 1}
    )
    units = drawn.loc[drawn["psu"] != "", ["stratum", "psu"]].drop_duplicates()
    there = pd.MultiIndex.from_frame(told[["stratum", "psu"]])
    lost = units[~pd.MultiIndex.from_frame(units).isin(there)].rename(columns={"psu": "unit"})
    return pd.concat([people, lost.assign(weight=1.0, inside=0)], ignore_index=True)


def flags(sample: pd.DataFrame, some: ArrayLike) -> pd.Series:
    """Return flags of those who answered as flags of the whole sample, 0 for the others."""
    given = pd.Series(some).reset_index(drop=True).astype(int)
    found: pd.Series = given.reindex(range(len(sample)), fill_value=0)
    return found


def share_of(
    sample: pd.DataFrame,
    good: ArrayLike,
    level: float,
    domain: ArrayLike | None = None,
    weight: Calibrated | None = None,
) -> Point:
    """Return the share of those who answered, or of some of them, with the error of the design.

    Parameters
    ----------
    sample : pandas.DataFrame
        From `whole`.
    good, domain : array_like of bool
        Of those who answered: who is counted, and of whom the share is; of all when absent.
    weight : Calibrated, optional
        Raked weights of every row, instead of the sample's.
    """
    inside = sample["inside"] if domain is None else flags(sample, domain)
    return survey_share(
        flags(sample, good),
        sample["weight"] if weight is None else weight,
        sample["stratum"],
        sample["unit"],
        domain=inside,
        level=level,
    ).point
