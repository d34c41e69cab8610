"""What guards an outcome's numbers guards a researcher's own.

A number about what became of people stands on the records that were found, however it is
called: behind a failed gate there is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_numeric_dtype

from evalkit.outcomes.analysis import Drawn, refused
from evalkit.outcomes.reach.alike import sided
from evalkit.outcomes.reach.gates import recorded
from evalkit.outcomes.reach.judged import as_they_are, comparable
from evalkit.outcomes.reach.target import Target
from evalkit.outcomes.recidivism.followed import Followed, later
from evalkit.outcomes.recidivism.gates import requirements
from evalkit.outcomes.requirements import failing, require
from evalkit.outcomes.satisfaction.answers import Answers
from evalkit.words import Term

Array = NDArray[np.float64]
# What a model can answer by its covariates, where a comparison of groups cannot.
ADJUSTED_FOR = ("alike_known", "alike_before", "unbalanced")
# Of a fit of one column by others, what is left where they determine it.
NOTHING = 1e-8


def tells(drawn: Drawn, column: str) -> bool:
    """Return whether a column may tell what became of people: any that the table does not have."""
    if isinstance(drawn, Followed):
        came_later = {*later(drawn.table)} - {"group"}
    else:
        came_later = {"reached", "recorded", "answer", "answered"}
    return column in came_later or column not in drawn.table.frame.columns


def require_sound(drawn: Drawn) -> None:
    """Stop where a requirement fails that guards every number about what became of people.

    Raises
    ------
    Refused
        With the reason that the outcome's own exhibits give.
    """
    report = drawn.report
    if isinstance(drawn, Followed):
        require(report, requirements(drawn), levels=True)
    if isinstance(drawn, Target):
        require(report, recorded(drawn))
    if isinstance(drawn, Answers) and not drawn.by_lot:
        raise refused(report, "sample_design")


def not_comparable(drawn: Drawn, by: str) -> Term | None:
    """Return why shares of a split are not to be compared; None where they may be.

    Parameters
    ----------
    by : str
        The column that splits them. It tells the sides of the comparison where each of its
        values lies on one of them.
    """
    if isinstance(drawn, Followed):
        column, judged = "group", requirements(drawn)
    elif isinstance(drawn, Target):
        column, judged = "exposure", as_they_are(drawn)
    else:
        return None
    rows = drawn.cohort.frame
    sides = rows[column].astype(object)
    apart = sides.groupby(rows[by].astype(object)).nunique().max() == 1
    unlike = failing(drawn.report, judged)
    if unlike is None or not apart or sides.nunique() < 2:
        return None
    return drawn.report.term("own.not_comparable", reason=unlike.values["reason"])


def require_model(
    drawn: Drawn, rows: pd.DataFrame, exog: Array, names: Sequence[str], groups: Any
) -> None:
    """Stop where a requirement fails that guards what a model says.

    Parameters
    ----------
    rows : pandas.DataFrame
        Those of them whom it was fitted to, in its order.
    exog : array of float, shape (n, k)
        Its columns.

    Raises
    ------
    Refused
        With the reason that the outcome's own exhibits give; of reach also where the errors
        are not from its clusters.
    """
    require_sound(drawn)
    report = drawn.report
    if isinstance(drawn, Followed):
        compares = _compares(exog, names, rows, rows["group"] == drawn.groups[0], "group")
        adjusted = all(name in rows and spans(exog, rows[name]) for name in report.plan.covariates)
        if compares and not adjusted:
            # A difference that its covariates do not explain away is the one that was refused.
            require(report, requirements(drawn))
    if isinstance(drawn, Target):
        compares = _compares(exog, names, rows, rows["exposure"].fillna(0) == 1, "exposure")
        judged = comparable(drawn) if _evened(drawn, rows, exog) else as_they_are(drawn)
        asked = judged if compares else [r for r in judged if r.code not in ADJUSTED_FOR]
        require(report, asked)
        if not _are(groups, rows["cluster"]):
            # Neighbours are alike: errors of persons would be too small.
            raise refused(report, "own_clusters")


def _evened(drawn: Target, rows: pd.DataFrame, exog: Array) -> bool:
    """Return whether a model's covariates hold all that the sides were made alike in."""
    found = sided(drawn, drawn.report.plan.covariates)
    table = pd.DataFrame(found.table, index=found.frame.index).reindex(rows.index)
    return all(spans(exog, table[column].fillna(0.0)) for column in table)


def _compares(
    exog: Array, names: Sequence[str], rows: pd.DataFrame, side: pd.Series, column: str
) -> bool:
    """Return whether a coefficient of a model can tell one side from the other.

    Its columns determine the side, or one of them within a side; or a term names a column
    that is one value on each side, whatever it is coded as.
    """
    if not side.any() or side.all():
        return False
    inside = side.to_numpy(dtype=float)
    parts = [inside, *(exog[:, i] * inside for i in range(exog.shape[1]))]
    if any(part.any() and spans(exog, pd.Series(part)) for part in parts):
        return True
    told = rows.astype(object).groupby(inside).nunique(dropna=False).max()
    whole = rows.nunique(dropna=False)
    marks = {str(c) for c in rows.columns if told[c] == 1 and whole[c] > 1} | {column}
    return any(marks & set(re.findall(r"\w+", name)) for name in names)


def spans(exog: Array, column: pd.Series) -> bool:
    """Return whether a model's columns together determine another.

    Parameters
    ----------
    exog : array of float, shape (n, k)
        Of the model.
    column : pandas.Series
        Of the same rows; words are taken value by value.
    """
    known = column.to_frame() if is_numeric_dtype(column.dtype) else pd.get_dummies(column)
    wanted = known.to_numpy(dtype=float)
    if not np.isfinite(wanted).all():
        return False
    left = wanted - exog @ np.linalg.lstsq(exog, wanted, rcond=None)[0]
    return bool((left**2).sum() <= NOTHING * max(float((wanted**2).sum()), 1.0))


def _are(groups: Any, clusters: pd.Series) -> bool:
    """Return whether the groups of a model's errors are the clusters of its people."""
    given = [] if groups is None else list(np.asarray(groups).ravel())
    if len(given) != len(clusters):
        return False
    theirs, ours = pd.factorize(pd.Series(given))[0], pd.factorize(clusters)[0]
    return bool(np.array_equal(theirs, ours))
