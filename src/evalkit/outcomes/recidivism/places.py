"""The township, village or site of each person."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from evalkit.outcomes.analysis import chosen
from evalkit.outcomes.recidivism.followed import Followed

TOWNSHIP = "township"


def places_of(followed: Followed, cluster: str) -> NDArray[Any] | None:
    """Return each person's township; None where the table has none.

    Parameters
    ----------
    cluster : str
        Its column; empty: the township, where it is known. Who has none is of one of their own.

    Raises
    ------
    UsageError
        If the table has no such column.
    """
    frame, name = followed.cohort.frame, cluster or TOWNSHIP
    if cluster:
        chosen("cluster", cluster, sorted({*map(str, followed.table.frame.columns)}))
    if name not in frame or not (frame[name].fillna("").astype(str) != "").any():
        return None
    return frame[name].fillna("").astype(str).to_numpy(dtype=object)
