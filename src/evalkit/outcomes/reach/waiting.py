"""Within what time a share of everything was done, what is not done counted as longer than any."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis

# A tenth of 250 is not 25 on a machine.
ROUNDING = 1e-9


def ranked(rows: ibis.Table, by: str = "") -> ibis.Table:
    """Return rows with the place of their ``waited`` among all, and of how many.

    Parameters
    ----------
    by : str
        Column that splits them; all are one where it is empty.
    """
    import ibis

    group = [by] if by else []
    place = ibis.row_number().over(group_by=group, order_by=rows.waited) + 1
    return rows.mutate(place=place, of=rows.waited.count().over(group_by=group))


def earliest(rows: ibis.Table, share: float) -> ibis.Value:
    """Return the shortest time within which at least this share was done.

    Exactly half is half: nothing lies between two times of which one is never.

    Parameters
    ----------
    rows : ibis.Table
        From `ranked`.
    share : float
        0 < share < 1.
    """
    return rows.waited.min(where=rows.place >= share * rows.of - ROUNDING)
