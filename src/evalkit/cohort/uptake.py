"""The register of people, the steps of the service and its sites become one row a person.

Imports table.
"""

from __future__ import annotations

import pandas as pd

from evalkit.table import Table, made_from

REACHED = "started"


def uptake(people: Table, funnel: Table | None, sites: Table | None) -> Table:
    """Return one row a person of the target population.

    Parameters
    ----------
    people : Table
        Of the shape ``people``: the target population, whether or not they were reached.
    funnel, sites : Table or None
        Of these shapes.

    Returns
    -------
    Table
        Of the shape ``uptake``: ``reached`` is 1 for those who started the service and
        missing where there is no record of steps; ``recorded`` says whether any step of a
        person is; ``exposure`` is 1 for those in a
        township with a site and missing where sites or the township are not known;
        ``cluster`` is the township.
    """
    frame = people.frame
    reached = pd.Series(float("nan"), index=frame.index)
    recorded = pd.Series(False, index=frame.index)
    if funnel is not None:
        steps = funnel.frame
        recorded = frame["person_id"].isin(steps["person_id"])
        started = steps.loc[steps["stage"] == REACHED, "person_id"]
        reached = frame["person_id"].isin(started).astype(float)
    exposure = pd.Series(float("nan"), index=frame.index)
    if sites is not None:
        served = set(_open(sites, funnel)["township"].dropna())
        exposure = frame["township"].isin(served).astype(float).where(frame["township"].notna())
    made = pd.DataFrame(
        {
            "reached": reached,
            "recorded": recorded,
            "exposure": exposure,
            "cluster": frame["township"].fillna(""),
            "township": frame["township"].fillna(""),
            "age_band": frame["age_band"].fillna(""),
            "sex": frame["sex"].fillna(""),
        }
    )
    there = [table for table in (people, funnel, sites) if table is not None]
    return made_from(there, "uptake", made)


def _open(sites: Table, funnel: Table | None) -> pd.DataFrame:
    """Return the sites that were open at some time while steps were recorded."""
    rows = sites.frame
    if funnel is None or funnel.frame.empty:
        return rows
    dates = funnel.frame["date"]
    closed, late = rows["closed_at"] < dates.min(), rows["opened_at"] > dates.max()
    return rows[~closed & ~late]
