"""Whether weights make two groups alike."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from evalkit.arithmetic.design import Array
from evalkit.errors import Refused

# Rubin (2001): in standard deviations of the score.
FARTHEST = 0.5


def refuse_apart(score: Array, group: NDArray[np.bool_], weight: Array) -> None:
    """Refuse weights that leave the groups apart.

    Parameters
    ----------
    score : array of float, shape (n,)
        Log odds of being treated.
    group : array of bool, shape (n,)
        Who is treated.
    weight : array of float, shape (n,)
        Each person's weight in the own group's mean, at least 0.

    Raises
    ------
    Refused
        If the weighted means of the score differ by more than half a standard deviation.

    Notes
    -----
    Rubin (2001), Health Services and Outcomes Research Methodology 2, 169-188: where the
    means of the score are that far apart, what is found rests on the form of the model. The
    standard deviation is that within the groups before weighting. Asking for more persons
    behind the weights in place of this makes poor overlap worse: who has them has left
    the likes of the treated out by chance (docs/reference/type-one.md).
    """
    first, second = (
        float(weight[some] @ score[some] / weight[some].sum()) for some in (group, ~group)
    )
    within = math.sqrt((score[group].var() + score[~group].var()) / 2)
    if abs(first - second) > FARTHEST * within:
        raise Refused(
            "refuse_apart", apart=f"{abs(first - second) / within:.2f}", most=f"{FARTHEST:g}"
        )
