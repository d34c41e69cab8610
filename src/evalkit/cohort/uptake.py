"""The register of people, the steps of the service and its sites become one row a person.

Imports table.
"""

from __future__ import annotations

import pandas as pd

from evalkit.table import Table, made_from

REACHED = "started"
# Whoever is at a later step was at the earlier one, whether or not that is recorded. Screening
# and referral can be left out on the way; who left may have done so before anything began.
AFTER = ("completed", "followed_1m", "followed_3m", "followed_6m")
LATER = {
    "started": AFTER,
    "offered": (REACHED, *AFTER),
    "screened": ("positive",),
    "identified": (
        *("screened", "positive", "eligible", "offered", REACHED, "referred", "left"),
        *AFTER,
    ),
}


def at_step(steps: pd.DataFrame, stage: str) -> pd.DataFrame:
    """Return the rows that show that their person was at a step, or beyond it."""
    return steps[steps["stage"].isin((stage, *LATER.get(stage, ())))]


def uptake(people: Table, funnel: Table | None, sites: Table | None, stage: str = REACHED) -> Table:
    """Return one row a person of the target population.

    Parameters
    ----------
    people : Table
        Of the shape ``people``: the target population, whether or not they were reached.
    stage : str
        The step that counts as reached.

    Returns
    -------
    Table
        Of the shape ``uptake``: ``reached`` is 1 for those who were at the step and
        missing where there is no record of steps; ``recorded`` says whether any step of a
        person is; ``exposure`` is 1 for those in a township that had a site for most of the
        steps, and missing where it had one for fewer, or sites or the township are not known;
        ``cluster`` is the township.
    """
    frame = people.frame
    reached = pd.Series(float("nan"), index=frame.index)
    recorded = pd.Series(False, index=frame.index)
    if funnel is not None:
        steps = funnel.frame
        recorded = frame["person_id"].isin(steps["person_id"])
        reached = frame["person_id"].isin(at_step(steps, stage)["person_id"]).astype(float)
    exposure = pd.Series(float("nan"), index=frame.index)
    if sites is not None:
        ever, served = _open(sites, funnel)
        partly = frame["township"].isin(ever - served)
        known = frame["township"].notna() & ~partly
        exposure = frame["township"].isin(served).astype(float).where(known)
    made = pd.DataFrame(
        {
            "reached": reached,
            "recorded": recorded,
            "exposure": exposure,
            "cluster": frame["township"].fillna(""),
            "township": frame["township"].fillna(""),
            "age_band": frame["age_band"].fillna(""),
            "sex": frame["sex"].fillna(""),
            "groups": frame["groups"].fillna(""),
        }
    )
    there = [table for table in (people, funnel, sites) if table is not None]
    return made_from(there, "uptake", made)


def steps_of(orders: Table) -> Table:
    """Return the steps of the service that orders show: who had one finished was reached.

    Returns
    -------
    Table
        Of the shape ``funnel``: an order that was finished is the step ``started``, any other
        ``offered``. One without the number of a person is one that is found in no register:
        whoever placed it would be missed.
    """
    frame = orders.columns("person_id", "completed_at", "ordered_at")
    finished = frame["completed_at"].notna()
    nobody = "\x1f" + frame.index.astype(str)
    made = pd.DataFrame(
        {
            "person_id": frame["person_id"].where(
                frame["person_id"].notna(), pd.Series(nobody, index=frame.index)
            ),
            "stage": finished.map({True: REACHED, False: "offered"}),
            "date": frame["completed_at"].where(finished, frame["ordered_at"]).dt.normalize(),
        }
    )
    return made_from([orders], "funnel", made)


def known_steps(funnel: Table | None, orders: Table | None) -> Table | None:
    """Return the steps of the service that are known: from their own table, else from orders."""
    return steps_of(orders) if funnel is None and orders is not None else funnel


def _open(sites: Table, funnel: Table | None) -> tuple[set[str], set[str]]:
    """Return the townships with a site at some time of the steps, and for most of them."""
    rows = sites.frame
    if funnel is None or funnel.frame.empty:
        everywhere = set(rows["township"].dropna())
        return everywhere, everywhere
    dates = funnel.frame["date"]
    ever = rows[~(rows["closed_at"] < dates.min()) & ~(rows["opened_at"] > dates.max())]
    # A step before a site was there is none of its doing.
    middle = dates.quantile(0.5, interpolation="lower")
    mostly = ever[~(ever["closed_at"] < middle) & ~(ever["opened_at"] > middle)]
    return set(ever["township"].dropna()), set(mostly["township"].dropna())
