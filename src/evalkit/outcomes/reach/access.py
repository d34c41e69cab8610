"""How many people live near a site: from coordinates on a grid of the population, no network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from evalkit.arithmetic.coordinates import nearest, to_wgs84
from evalkit.cohort import Cohort
from evalkit.disclosure import NOBODY, part, ratio
from evalkit.errors import UsageError
from evalkit.outcomes.analysis import Drawn, Yielded, analysis, handed_in, lacking, measure
from evalkit.outcomes.report import Refusal, Report
from evalkit.table import Table

GRID, SITES = "grid", "sites"
MINUTES_OF_HOUR = 60
# Where both are in one county no cell is farther; one that is has swapped or foreign numbers.
FARTHEST = 500.0
WHOM = {"young": "young_residents", "everyone": "residents"}


@dataclass(frozen=True, kw_only=True)
class Access(Drawn):
    """The cells of the grid, with ``away``: kilometres to the nearest open site.

    Parameters
    ----------
    sites : pandas.DataFrame
        Open sites with coordinates: ``longitude``, ``latitude`` (WGS 84).
    untold : int
        Open sites without coordinates, or without the system that they are of.
    unplaced : int
        Cells of whose coordinates nobody says which system they are of.
    """

    sites: pd.DataFrame = field(repr=False)
    untold: int
    unplaced: int

    @property
    def tables(self) -> tuple[Table, ...]:
        """The grid and the list of sites."""
        listed = self.report.office(SITES)
        assert listed is not None
        return (self.table, listed)


def draw_access(report: Report) -> Access | Refusal:
    """Draw the grid of the population with the way to the nearest site.

    Parameters
    ----------
    report : Report
        An opened reach report.

    Returns
    -------
    Access or Refusal
        A refusal where the grid, the sites or their coordinates were not handed in, or lie
        so far from one another that one of them is wrong.
    """
    held = handed_in(report, GRID, SITES)
    if held is None:
        return lacking(report, "access_share", "no_grid")
    cells, sites = held
    open_now = sites.frame[sites.frame["closed_at"].isna()]
    placed = _placed(open_now)
    grid = _placed(cells.frame)
    if placed.empty or grid.empty:
        return lacking(report, "access_share", "no_coordinates")
    way = nearest(*(_numbers(f, c) for f in (grid, placed) for c in ("longitude", "latitude")))
    if way.min() > FARTHEST:
        return lacking(report, "access_share", "far_away")
    made = grid.assign(away=way).reset_index(drop=True)
    return Access(
        report=report,
        cohort=Cohort(made, (), cells),
        deviations=(),
        estimates=(),
        sites=placed,
        untold=len(open_now) - len(placed),
        unplaced=len(cells.frame) - len(grid),
    )


def _numbers(frame: pd.DataFrame, column: str) -> Any:
    return frame[column].to_numpy(dtype=float)


def _placed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose place is known, in WGS 84."""
    where = ["longitude", "latitude", "coordinate_system"]
    known = frame.dropna(subset=where)
    parts = []
    for system, rows in known.groupby("coordinate_system", sort=True):
        east, north = to_wgs84(rows["longitude"], rows["latitude"], str(system))
        parts.append(rows.assign(longitude=east, latitude=north))
    return pd.concat(parts) if parts else known


@analysis("access_share")
def access(drawn: Access, minutes: float, speed: float, detour: float) -> Iterator[Yielded]:
    """Return what share of the people lives within some minutes' way of a site.

    Parameters
    ----------
    drawn : Access or Refusal
        From `draw_access`.
    minutes : float
        Length of the way, above 0.
    speed : float
        Kilometres an hour, above 0.
    detour : float
        Length of a way over the straight line, at least 1.

    Returns
    -------
    Result or Refusal
        ``access_share[whom]`` of the "young" residents of the grid's cells and of "everyone";
        ``access_radius``, the straight line that stands for the way, in kilometres;
        ``access_sites``, open sites with a place, and ``access_fault[fault]``: open sites
        without one ("sites"), cells without a system ("cells"), and cells of which the young
        are not known ("young").

    Raises
    ------
    UsageError
        If a number is not in its range.
    """
    _check(minutes, speed, detour)
    frame = drawn.cohort.frame
    radius = minutes / MINUTES_OF_HOUR * speed / detour
    near = frame["away"] <= radius
    for whom, column in WHOM.items():
        known = frame[column].notna()
        inside, whole = (float(frame.loc[known & x, column].sum()) for x in (near, known))
        if whole <= 0:
            continue
        yield measure(
            "access_share",
            # A grid may hold parts of people, by a model.
            part(int(np.floor(inside)), int(np.ceil(whole))),
            by=ratio,
            unit="share",
            dims=(("whom", whom),),
            definition=drawn.report.term(f"access.{whom}"),
            method=drawn.report.term("method.access", minutes=minutes, speed=speed, detour=detour),
            table=drawn.tables,
        )
    # How far a way is, and how many sites there are, is about nobody.
    for name, value, unit, digits in (
        ("access_radius", radius, "km", 2), ("access_sites", float(len(drawn.sites)), "sites", 0),
    ):  # fmt: skip
        yield measure(name, NOBODY, by=_alone(value), unit=unit, digits=digits, table=drawn.tables)
    yield from _faults(drawn)


def _check(minutes: float, speed: float, detour: float) -> None:
    """Stop on a way that nobody walks."""
    choices = (
        ("minutes", minutes, 0 < minutes < FARTHEST, f"0 < x < {FARTHEST:g}"),
        ("speed", speed, 0 < speed < FARTHEST, f"0 < x < {FARTHEST:g}"),
        ("detour", detour, 1 <= detour < FARTHEST, f"1 <= x < {FARTHEST:g}"),
    )
    for name, value, holds, allowed in choices:
        if not holds:
            raise UsageError("choice_value", choice=name, found=f"{value:g}", allowed=allowed)


def _faults(drawn: Access) -> Iterator[Yielded]:
    """Yield how many sites and cells lack what would place or count them."""
    unknown = int(drawn.cohort.frame["young_residents"].isna().sum())
    for fault, many in (("sites", drawn.untold), ("cells", drawn.unplaced), ("young", unknown)):
        if many:
            yield measure(
                "access_fault", NOBODY, by=_alone(float(many)), unit="sites", digits=0,
                dims=(("fault", fault),), definition=drawn.report.term(f"access.fault_{fault}"),
                table=drawn.tables,
            )  # fmt: skip


def _alone(value: float) -> Any:
    return lambda: {"value": value}
