"""What was known before the programme as a model takes it, and the weights that it gives.

Nothing here has seen an outcome: who is to be compared with whom is settled before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.arithmetic.calibrated import calibrate
from evalkit.arithmetic.least_squares import telling
from evalkit.arithmetic.overlap import balancing_weights
from evalkit.errors import Refused
from evalkit.estimators.balance import standardised_mean_difference
from evalkit.estimators.matching import Pairs, match
from evalkit.estimators.propensity import Propensity, common_support, propensity
from evalkit.outcomes.analysis import refused
from evalkit.outcomes.labels import column_label
from evalkit.outcomes.recidivism.balance import (
    Characteristic,
    characteristics,
    largest_gap,
    left_out,
)
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.recidivism.places import LEAST, PLACES, parts

Numbers = NDArray[np.float64]
OVERLAP, BALANCED, MATCHED = "overlap_weights", "entropy_balancing", "matching"
# Whom the weights of each adjustment make alike: those in the programme, or those who could
# have been in either group.
ESTIMANDS = {BALANCED: "att", "doubly_robust": "att", "att_weights": "att", OVERLAP: "ato"}


@dataclass(frozen=True)
class Alike:
    """Two groups, made alike by weights.

    Parameters
    ----------
    treated : array of bool, shape (n,)
        Who was in the programme.
    covariates : array of float, shape (n, k)
        What the model of the groups rests on.
    score : array of float, shape (n,)
        Each person's chance of being in the programme, by what was known before.
    weight : pandas.Series
        Each person's, by the cohort's rows; of matched groups 1 for who is in a pair.
    linear : array of float, shape (n,)
        Log odds of being in the programme.
    outside : int
        People of the programme like whom nobody was compared: their propensity score lies
        beyond the range that both groups have.
    pairs : Pairs or None
        Who was matched with whom; None where people are weighed.
    """

    treated: NDArray[np.bool_]
    covariates: Numbers
    score: Numbers
    weight: pd.Series
    linear: Numbers
    outside: int
    pairs: Pairs | None = None

    def of(self, group: bool) -> Numbers:
        """Return the weights of one group: the programme's, or the other's."""
        return self.weight.to_numpy()[self.treated == group]


def make_alike(
    followed: Followed, adjustment: str, covariates: tuple[str, ...], without: str = ""
) -> Alike:
    """Return weights that make the groups alike in what was known before.

    Parameters
    ----------
    adjustment : str
        As `adjust` takes it. Overlap weights weigh both groups to those who could have been in
        either, matching takes pairs with log odds within a fifth of a standard deviation by the
        rule of `evalkit.estimators.matching`, and the others weigh the comparison group to be
        like the programme's.
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
    scores: _Scores = followed.alike[key]
    linear, outside = scores.fit.linear, scores.outside
    try:
        pairs = match(linear, scores.treated) if adjustment == MATCHED else None
        weight = _weights(scores, adjustment, pairs)
    except Refused as problem:
        raise _named(followed, problem, scores.names) from None
    held = pd.Series(weight, index=frame.index)
    return Alike(scores.treated, scores.table, scores.fit.score, held, linear, outside, pairs)


class _Scores(NamedTuple):
    """Who was in the programme, the model's columns by their names, and the scores.

    Parameters
    ----------
    outside : int
        People of the programme beyond the range that both groups have.
    """

    treated: NDArray[np.bool_]
    names: list[str]
    table: Numbers
    fit: Propensity
    outside: int


def _scores(followed: Followed, covariates: tuple[str, ...], without: str) -> _Scores:
    frame = followed.cohort.frame
    treated = (frame["group"] == followed.report.plan.programme).to_numpy()
    wanted = [name for name in (*covariates, *left_out(followed, covariates)) if name != without]
    names, table = _apart(list(_columns(followed, wanted)), len(frame))
    if not names:
        raise refused(followed.report, "nothing_differs")
    try:
        fit = propensity(treated, table)
        support = common_support(fit.linear, treated)
    except Refused as problem:
        raise _named(followed, problem, names) from None
    outside = int((support.outside & treated).sum())
    return _Scores(treated, names, table, fit, outside)


def _weights(scores: _Scores, adjustment: str, pairs: Pairs | None) -> Numbers:
    treated = scores.treated
    if pairs is not None:
        inside = np.zeros(treated.size)
        inside[np.concatenate([pairs.treated, pairs.control])] = 1.0
        return inside
    if adjustment == BALANCED:
        return calibrate(treated, scores.table).weight
    return balancing_weights(scores.fit.linear, treated, ESTIMANDS[adjustment])[0]


# Refusals of a fit that name columns, and what a reader is told in their place.
SEPARATE = {
    "refuse_separation": "separated",
    "refuse_separation_joint": "separated",
    "refuse_unbalanceable": "unbalanceable",
}


def _apart(columns: list[tuple[str, Numbers]], n: int) -> tuple[list[str], Numbers]:
    """Return the columns without those that the ones before tell: one decision, one class."""
    if not columns:
        return [], np.empty((n, 0))
    table = np.column_stack([column for _, column in columns])
    own = telling(table)
    kept: Numbers = table[:, own]
    return [name for (name, _), yes in zip(columns, own, strict=True) if yes], kept


def _named(followed: Followed, problem: Refused, names: list[str]) -> Refused:
    """Return a refusal that names characteristics, where it counts columns of the model."""
    if problem.key not in SEPARATE:
        return problem
    places = [int(place) - 1 for place in problem.values["columns"]]
    told = dict.fromkeys(names[place] for place in places)
    report = followed.report
    return refused(
        report, SEPARATE[problem.key], names=[column_label(report, name) for name in told]
    )


def _columns(followed: Followed, names: Sequence[str]) -> Iterator[tuple[str, Numbers]]:
    """Yield the columns of the model, each with its characteristic.

    One that is the same for everybody tells nothing. A number stands with its square; one that
    is missing is the mean of those known, and that it is missing is a column of its own. Of a
    column of words each part but the commonest is a column, unknown among them.
    """
    frame = followed.cohort.frame
    for name in names:
        values = frame[name]
        if pd.api.types.is_numeric_dtype(values) and name not in PLACES:
            known = values.astype(float)
            apart = (known - known.mean()).fillna(0.0)
            found = [apart, known.isna().astype(float)]
            # A straight line leaves the many with none and the few with most unlike.
            found += [apart**2] if _bends(known, frame["group"]) else []
        else:
            words, there = parts(followed, name)
            commonest = max(there, key=lambda value: int((words == value).sum()), default="")
            found = [(words == value).astype(float) for value in there if value != commonest]
        yield from (
            (name, np.asarray(column, dtype=np.float64)) for column in found if _counts(column)
        )


def _counts(column: pd.Series) -> bool:
    """Return whether a column tells people apart: not one that few alone have, or lack.

    Who is one of a handful cannot be balanced, and moves nothing; the model would be refused
    for them. How unlike the groups are in it is judged all the same.
    """
    if column.nunique() != 2:
        return bool(column.nunique() > 1)
    return bool(column.value_counts().min() >= LEAST)


def _bends(known: pd.Series, group: pd.Series) -> bool:
    """Return whether a number has values enough for a curve.

    The square of three values tells apart who has the third: it must be many of each group.
    """
    if known.nunique() != 3:
        return bool(known.nunique() > 3)
    third = known == known.value_counts().index[-1]
    return bool(third.groupby(group).sum().min() >= LEAST)


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
    if each.parts:
        return largest_gap([_gap(part, weight) for part in each.parts])
    before = each.smd
    if before is None or not np.isfinite(before) or each.constant:
        return 0.0 if each.constant else None
    first, second = each.columns
    weights = {
        "first_weight": weight.loc[first.index].to_numpy(),
        "second_weight": weight.loc[second.index].to_numpy(),
    }
    return standardised_mean_difference(first, second, **weights)
