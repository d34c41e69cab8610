"""What was known before the programme as a model takes it, and the weights that it gives.

Nothing here has seen an outcome: who is to be compared with whom is settled before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.arithmetic.overlap import balancing_weights
from evalkit.estimators.balance import standardised_mean_difference
from evalkit.estimators.propensity import common_support, propensity
from evalkit.outcomes.analysis import refused
from evalkit.outcomes.labels import closed_list
from evalkit.outcomes.recidivism.balance import Characteristic, characteristics, left_out
from evalkit.outcomes.recidivism.followed import Followed

Numbers = NDArray[np.float64]
OVERLAP = "overlap_weights"
# Whom the weights of each adjustment make alike: those in the programme, or those who could
# have been in either group.
ESTIMANDS = {"doubly_robust": "att", "att_weights": "att", OVERLAP: "ato"}


@dataclass(frozen=True)
class Alike:
    """Two groups, made alike by weights.

    Parameters
    ----------
    treated : array of bool, shape (n,)
        Who was in the programme.
    covariates : array of float, shape (n, k)
        What the model of the groups rests on.
    weight : pandas.Series
        Each person's, by the cohort's rows.
    linear : array of float, shape (n,)
        Log odds of being in the programme.
    outside : int
        People of the programme like whom nobody was compared: their propensity score lies
        beyond the range that both groups have.
    """

    treated: NDArray[np.bool_]
    covariates: Numbers
    weight: pd.Series
    linear: Numbers
    outside: int

    def of(self, group: bool) -> Numbers:
        """Return the weights of one group: the programme's, or the other's."""
        return self.weight.to_numpy()[self.treated == group]


def make_alike(
    followed: Followed, adjustment: str, covariates: tuple[str, ...], without: str = ""
) -> Alike:
    """Return weights that make the groups alike in what was known before.

    Parameters
    ----------
    adjustment : {"doubly_robust", "att_weights", "overlap_weights"}
        The first two weigh the comparison group to be like the programme's, by the odds of
        the propensity score; the last weighs both to those who could have been in either.
    covariates : tuple of str
        Columns of the table; those of the house's rule that it has are added.
    without : str
        One of them that is left out all the same, to see what that changes.

    Raises
    ------
    Refused
        If nobody differs in anything that was known, the propensity score has no finite fit,
        or the groups' scores do not meet.
    """
    frame = followed.cohort.frame
    key = ("scores", tuple(covariates), without)
    if key not in followed.alike:
        followed.alike[key] = _scores(followed, covariates, without)
    treated, table, linear, outside = followed.alike[key]
    weight, _ = balancing_weights(linear, treated, ESTIMANDS[adjustment])
    return Alike(treated, table, pd.Series(weight, index=frame.index), linear, outside)


def _scores(
    followed: Followed, covariates: tuple[str, ...], without: str
) -> tuple[NDArray[np.bool_], Numbers, Numbers, int]:
    """Return who was in the programme, the model's columns, the scores, and who is outside."""
    frame = followed.cohort.frame
    treated = (frame["group"] == followed.report.plan.programme).to_numpy()
    names = [name for name in (*covariates, *left_out(followed, covariates)) if name != without]
    columns = list(_columns(followed, names))
    if not columns:
        raise refused(followed.report, "nothing_differs")
    table = np.column_stack(columns)
    linear = propensity(treated, table).linear
    outside = int((common_support(linear, treated).outside & treated).sum())
    return treated, table, linear, outside


def _columns(followed: Followed, names: Sequence[str]) -> Iterator[Numbers]:
    """Yield the columns of the model; one that is the same for everybody tells nothing.

    A number stands with its square; one that is missing is the mean of those known, and that
    it is missing is a column of its own. Of a closed list each value but the commonest is a
    column, unknown among them.
    """
    frame = followed.cohort.frame
    for name in names:
        values = frame[name]
        if pd.api.types.is_numeric_dtype(values):
            known = values.astype(float)
            apart = (known - known.mean()).fillna(0.0)
            found = [apart, known.isna().astype(float)]
            # A straight line leaves the many with none and the few with most unlike.
            found += [apart**2] if known.nunique() > 2 else []
        else:
            words = values.fillna("").astype(str)
            there = [v for v in (*closed_list(followed.report, name), "") if (words == v).any()]
            commonest = max(there, key=lambda value: int((words == value).sum()), default="")
            found = [(words == value).astype(float) for value in there if value != commonest]
        yield from (
            np.asarray(column, dtype=np.float64) for column in found if column.nunique() > 1
        )


def weighted_gaps(
    followed: Followed, alike: Alike, covariates: tuple[str, ...]
) -> list[tuple[Characteristic, float | None]]:
    """Return each characteristic and its standardised mean difference under the weights.

    Parameters
    ----------
    covariates : tuple of str
        Columns of the table; those of the house's rule are added.

    Returns
    -------
    list of (Characteristic, float or None)
        None where one has no spread, or is known of too few.
    """
    return [(each, _gap(each, alike.weight)) for each in characteristics(followed, covariates)]


def _gap(each: Characteristic, weight: pd.Series) -> float | None:
    before = each.smd
    if before is None or not np.isfinite(before) or each.constant:
        return 0.0 if each.constant else None
    first, second = each.columns
    weights = {
        "first_weight": weight.loc[first.index].to_numpy(),
        "second_weight": weight.loc[second.index].to_numpy(),
    }
    return standardised_mean_difference(first, second, **weights)
