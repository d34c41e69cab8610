"""The loop of orders: what of an order is accepted, closed and rated, the same for every outcome.

Imports nothing of evalkit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis

# A wait that never ended, whatever its unit, and what lies between it and any that did.
NEVER, FAR = 1e12, 1e6


def states(orders: ibis.Table) -> dict[str, ibis.Value]:
    """Return whose each order is and how far it came; what is not known is no False.

    Parameters
    ----------
    orders : ibis.Table
        Of the shape ``tickets``.

    Returns
    -------
    dict of str to ibis.Value
        ``named``, the person, missing where nobody says; ``person``, the same with one of
        their own for each of these; ``accepted``, ``closed``; ``rated``, closed and rated
        after it was placed; ``marked``, whether it carries a rating or a time of one;
        ``early`` and ``open_rated``, ratings that count for nothing.
    """
    import ibis

    closed = orders.completed_at.notnull()
    given = orders.rating.notnull()
    # A rating from before its order is one of another order, or of a clock that is wrong.
    early = (given & (orders.rated_at < orders.ordered_at)).fill_null(False)
    alone = ibis.literal("\x1f") + orders.ticket_id
    return {
        "named": orders.person_id,
        # Whose person is not known is taken for one of their own.
        "person": ibis.coalesce(orders.person_id, alone),
        "accepted": orders.accepted_at.notnull() | closed,
        "closed": closed,
        "rated": closed & given & ~early,
        "marked": given | orders.rated_at.notnull(),
        "early": early,
        "open_rated": given & ~closed & ~early,
    }


def by_person(rows: ibis.Table, holds: Mapping[str, ibis.Value]) -> ibis.Table:
    """Return one row: the sum of each count, and ``people_<name>``, of how many it is above 0.

    Parameters
    ----------
    rows : ibis.Table
        With the column ``person``.
    holds : mapping of str to ibis.Value
        Counts of the rows of one person, by name.
    """
    # By person first: to count people apart in each is several times the work.
    each = rows.group_by("person").aggregate(**holds)
    sums = {name: each[name].sum() for name in holds}
    people = {f"people_{name}": each.count(where=each[name] > 0) for name in holds}
    return each.aggregate(**sums, **people)
