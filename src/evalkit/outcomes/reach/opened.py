"""People newly reached before and after sites opened, beside townships where none did."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from evalkit.arithmetic.interval import Point
from evalkit.cohort.uptake import at_step
from evalkit.disclosure import Cells, harm, harms, ratio
from evalkit.errors import UsageError
from evalkit.estimators.difference_in_differences import difference_in_differences
from evalkit.estimators.randomisation import randomisation
from evalkit.outcomes.analysis import Yielded, analysis, measure, refused
from evalkit.outcomes.reach.calendar import whole_months
from evalkit.outcomes.reach.gates import EXPECTED, recorded
from evalkit.outcomes.reach.judged import PLACES, sites_known
from evalkit.outcomes.reach.target import Target
from evalkit.outcomes.requirements import require

# Of the rows of the step that counts, at most so many may lack a date.
UNDATED = 0.05
SIDES, PERIODS = ("opened", "never"), ("before", "after")


@dataclass(frozen=True)
class Wave:
    """The month in which most sites opened, and how townships stand to it.

    Parameters
    ----------
    month : pandas.Period
        It is in neither period.
    opened, never : set of str
        Townships that got their first site then, and those without one until the end.
    """

    month: pd.Period
    opened: set[str]
    never: set[str]


@analysis("opened_difference")
def opened(target: Target, months: int, level: float, draws: int, seed: int) -> Iterator[Yielded]:
    """Estimate by how much more the newly reached changed where sites opened than elsewhere.

    Parameters
    ----------
    target : Target or Refusal
        From `draw_target`.
    months : int
        Whole months before and after the month in which most sites opened, at least 3; a year
        has each season on both sides.
    level : float
        Confidence level, 0 < level < 1.
    draws, seed : int
        Of other townships in the place of the real ones, at least 99.

    Returns
    -------
    Result or Refusal
        ``opened_share[sites, period]``: the share of the target population first reached in
        the period, in townships whose first site opened in that month ("opened") and in those
        without one until the end ("never"); ``opened_difference`` and ``opened_p`` by
        difference-in-differences over townships; ``opened_placebo_p``, by other townships in
        the place of those that got a site; ``opened_before``, the same difference within the
        time before, where there can be none. Refused where fewer than six townships are on a
        side, or steps are not recorded through both periods.

    Raises
    ------
    UsageError
        If there are fewer than three months.
    """
    if months < 3:
        raise UsageError("choice_value", choice="months", found=str(months), allowed=">= 3")
    report = target.report
    wave = _wave(target, months)
    require(report, (*recorded(target), *sites_known(report)))
    frame = _newly(target, wave, months)
    counts = {(side, period): _counts(frame, side, period) for side in SIDES for period in PERIODS}
    _check_heard(target, counts)
    about: dict[str, Any] = dict(
        definition=target.label, window=report.term("opened.months", n=months),
        population=report.term("opened.month", month=f"{wave.month}"),
    )  # fmt: skip
    for (side, period), pair in counts.items():
        yield measure(
            "opened_share", harm(*pair), by=ratio, dims=(("sites", side), ("period", period)),
            group=report.term(f"opened.{side}", n=len(getattr(wave, side))), unit="share",
            **about,
        )  # fmt: skip
    given = _given(frame, PERIODS)
    cells = harms(list(counts.values()))
    made = difference_in_differences(*given, level=level)
    early = difference_in_differences(*_given(frame, ("first", "second")), level=level).point
    if (early.p or 0.0) <= report.plan.alpha and not early.low <= 0 <= early.high:
        # What already changed otherwise before is nothing that the sites made.
        raise refused(report, "opened_trend", months=months)
    yield from _told("opened_difference", "opened_p", made.point, cells, about, level)
    p = functools.partial(float, randomisation(*given, draws=draws, seed=seed).p)
    yield measure("opened_placebo_p", cells, model=p, unit="p", digits=4, **about)
    yield from _told("opened_before", "opened_before_p", early, cells, about, level)


def _told(
    estimand: str, named: str, point: Point, cells: Cells, about: dict[str, Any], level: float
) -> Iterator[Yielded]:
    ends = {name: getattr(point, name) for name in ("value", "low", "high")}
    yield measure(
        estimand, cells, model=functools.partial(dict, ends), unit="points",
        interval="confidence", level=level, **about,
    )  # fmt: skip
    yield measure(named, cells, model=functools.partial(_p, point), unit="p", digits=4, **about)


def _p(point: Point) -> float | None:
    return point.p


def _wave(target: Target, months: int) -> Wave:
    """Return the month in which most townships got their first site.

    Raises
    ------
    Refused
        If sites were not handed in, too few opened together, or too few townships had none.
    """
    report = target.report
    sites = report.office("sites") if report.from_offices else None
    if sites is None or not sites.n:
        raise refused(report, "no_sites")
    rows = sites.frame.dropna(subset=["township"])
    first = rows.groupby("township")["opened_at"].min()
    # Of a township of which one site has no date it is not known when the first opened.
    unknown = set(rows.loc[rows["opened_at"].isna(), "township"])
    closed = set(rows.loc[rows["closed_at"].notna(), "township"])
    dated = first[~first.index.isin(unknown | closed)].dt.to_period("M")
    if dated.empty:
        raise refused(report, "no_opening")
    month = dated.value_counts().sort_index().idxmax()
    there = set(target.cohort.frame["cluster"])
    later = set(dated.index[dated > month + months])
    opened = set(dated.index[dated == month]) & there
    never = (there - set(rows["township"])) | (later & there)
    if min(len(opened), len(never)) < PLACES:
        raise refused(report, "few_opened", n=PLACES, month=f"{month}")
    return Wave(month, opened, never)


def _newly(target: Target, wave: Wave, months: int) -> pd.DataFrame:
    """Return the people of both sorts of townships with the period in which they were reached.

    Raises
    ------
    Refused
        If steps are not recorded through both periods.
    """
    report, steps = target.report, target.report.steps
    register = report.office("people")
    assert steps is not None and register is not None
    rows = at_step(steps.frame, target.definition)
    if rows["date"].isna().sum() > UNDATED * len(rows):
        raise refused(report, "opened_undated", share=UNDATED)
    start, end = wave.month - months, wave.month + months
    # Of the step that counts, and not of any: each month of both periods must be there.
    held = {month.to_period("M") for month in whole_months(rows["date"])}
    if not {*pd.period_range(start, end, freq="M")} - {wave.month} <= held:
        raise refused(report, "opened_dates", month=f"{wave.month}", start=f"{start}", end=f"{end}")
    first = rows.groupby("person_id")["date"].min().dt.to_period("M")
    frame = target.cohort.frame
    person = register.frame["person_id"].reindex(frame.index)
    month = person.map(first)
    place = frame["cluster"]
    side = np.select([place.isin(wave.opened), place.isin(wave.never)], SIDES, "")
    made = pd.DataFrame({"place": place, "side": side, "month": month})
    kept = made[made["side"] != ""]
    gap = kept["month"].map(lambda one: (one - wave.month).n if pd.notna(one) else np.nan)
    half = -(months // 2)
    return kept.assign(
        before=gap.between(-months, -1),
        after=gap.between(1, months),
        # The time before in two halves: as if sites had opened at its middle.
        first=gap.between(2 * half, half - 1),
        second=gap.between(half, -1),
    )


def _check_heard(target: Target, counts: Mapping[tuple[str, str], tuple[int, int]]) -> None:
    """Stop where nobody is new on a side in a period in which some are expected.

    Raises
    ------
    Refused
        If so: such townships look as if nobody kept a record then.
    """
    for period in PERIODS:
        (one, n), (other, m) = (counts[side, period] for side in SIDES)
        if (not one and other / m * n >= EXPECTED) or (not other and one / n * m >= EXPECTED):
            raise refused(target.report, "opened_silent")


def _counts(frame: pd.DataFrame, side: str, period: str) -> tuple[int, int]:
    part = frame[frame["side"] == side]
    return int(part[period].sum()), len(part)


def _given(frame: pd.DataFrame, periods: tuple[str, str]) -> tuple[Any, ...]:
    """Return who was reached, their townships, periods and who had a site: a person twice.

    By persons and not by townships, or one of a handful of people would count as any other.
    """
    # What is drawn for each township may not hang on the order in which a table lies.
    frame = frame.sort_values("place", kind="stable")
    newly = np.concatenate([frame[period].to_numpy(dtype=float) for period in periods])
    late = np.repeat([0.0, 1.0], len(frame))
    served = np.tile((frame["side"] == SIDES[0]).to_numpy(dtype=float), 2)
    return newly, np.tile(frame["place"].to_numpy(), 2), late, late * served
