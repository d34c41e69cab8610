"""Villages with a title for having no cases: what came after it, beside other villages."""

from __future__ import annotations

import functools
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from evalkit.arithmetic.interval import Point
from evalkit.cohort import Cohort
from evalkit.disclosure import Cells
from evalkit.errors import Refused
from evalkit.estimators.difference_in_differences import difference_in_differences
from evalkit.estimators.interrupted_series import interrupted_series
from evalkit.estimators.no_events import upper_bound
from evalkit.estimators.randomisation import randomisation
from evalkit.estimators.rate import rate
from evalkit.outcomes.analysis import Absent, Drawn, Measure, Yielded, analysis, measure, refused
from evalkit.outcomes.report import Refusal, Report, Result, refuse
from evalkit.words import Term

# Rates are told of so many young people and a year.
PER, MONTHS = 1000, 12
# Months over which errors of a series are related.
LAG = 3
AWARDED = "awarded"


@dataclass(frozen=True, kw_only=True)
class Villages(Drawn):
    """The months of villages whose young people and cases were counted.

    The rows have ``place``, ``month`` (as a whole number), ``young``, ``cases``, ``titled``
    (whether the village ever has the title), ``since`` (month of its title, missing without one)
    and ``after`` (whether that is over; months after a title was taken back are in none).

    Parameters
    ----------
    start : int or None
        Month of the first title; None where there is none.
    lacking : int
        Months of villages left out because a count is missing: nothing says that it is 0.
    """

    start: int | None
    lacking: int


def draw_villages(report: Report) -> Villages | Refusal:
    """Draw the months of villages that were counted, before and after a title.

    Parameters
    ----------
    report : Report
        An opened recidivism report; case files are not needed.

    Returns
    -------
    Villages or Refusal
        A refusal where the area handed in no counts of villages.
    """
    return drawn_by(report, AWARDED)


def drawn_by(report: Report, status: str) -> Villages | Refusal:
    """Draw the months of places that were counted, before and after a status.

    Parameters
    ----------
    status : str
        Of the table of counts; ``titled`` are the places that ever have it.
    """
    table = report.office("area_counts")
    if table is None:
        reason, passes = (report.term(f"{k}.no_area_counts") for k in ("reason", "would_pass"))
        return refuse(report, "village_rate", reason, passes)
    rows = _months(table.frame, status)
    known = rows["young"].notna() & rows["cases"].notna()
    frame = rows[known & (rows["young"] > 0)].reset_index(drop=True)
    starts = frame.loc[frame["after"] & frame["titled"], "month"]
    return Villages(
        report=report,
        cohort=Cohort(frame, (), table),
        deviations=(),
        estimates=(),
        start=int(starts.min()) if len(starts) else None,
        lacking=int((~known).sum()),
    )


def _months(frame: pd.DataFrame, status: str) -> pd.DataFrame:
    """Return each village's months, with when its title begins and ends."""
    month = frame["month"].dt.year * MONTHS + frame["month"].dt.month
    there = "status" in frame.columns
    titled = frame["status"].eq(status).fillna(False) if there else pd.Series(False, frame.index)
    dated = frame["status_date"].where(titled) if there else pd.Series(pd.NaT, frame.index)
    since = (dated.dt.year * MONTHS + dated.dt.month).fillna(month).where(titled)
    first = since.groupby(frame["place"]).transform("min")
    after = (month >= first) & (titled | first.isna())
    # What comes after a title that was taken back is neither before it nor under it.
    lost = first.notna() & (month >= first) & ~titled
    made = pd.DataFrame(
        {
            "place": frame["place"].astype(str),
            "month": month.astype(int),
            "young": frame["young_people"].astype(float),
            "cases": frame["cases"].astype(float),
            "titled": first.notna().astype(bool),
            "since": first.astype(float),
            "after": after.astype(bool),
        }
    )
    kept = made[~lost.to_numpy(dtype=bool)]
    common = kept.loc[kept["after"], "month"].min()
    # Villages without a title have the time before and after that of the first title.
    return kept.assign(after=kept["after"] | (~kept["titled"] & (kept["month"] >= common)))


@dataclass(frozen=True)
class Counted(Result):
    """Cases of villages before and after a title.

    Parameters
    ----------
    chosen : bool
        Whether no village had a case before its title: for that it was chosen.
    """

    chosen: bool = False


@analysis("village_rate", result=Counted)
def villages(drawn: Villages, level: float, draws: int, seed: int) -> Generator[Yielded, None, Any]:
    """Estimate how many cases came after the title, and what other villages had meanwhile.

    Parameters
    ----------
    drawn : Villages or Refusal
        From `draw_villages`.
    level : float
        Confidence level, 0 < level < 1.
    draws : int
        Of other villages in the place of those with the title, at least 99.
    seed : int
        Of the draws.

    Returns
    -------
    Result or Refusal
        ``village_rate[period, villages]``: cases per 1,000 young people and year, with the
        exact interval, or where there were none the one-sided upper bound;
        ``village_bound``, of a year without a case in a village of the middle size;
        ``village_difference`` and ``village_placebo_p``, by difference-in-differences and by
        placebo villages, or where all have the title by an interrupted series of months;
        ``village_regression[period]``, of villages without a title that had none for a while
        all the same.

    Notes
    -----
    Villages that are chosen because they had none have a time before that is no measure of
    what they have: a rise after it is what any such choice gives (Galton's regression), and
    the difference-in-differences holds it.
    """
    report, frame = drawn.report, drawn.cohort.frame
    if drawn.start is None:
        raise refused(report, "no_title")
    for code, titled in (("titled", True), ("others", False)):
        for period, after in (("before", False), ("after", True)):
            part = frame[(frame["titled"] == titled) & (frame["after"] == after)]
            if len(part):
                dims = {"villages": code, "period": period}
                named = report.term(f"village.{code}_{period}")
                yield rate_of(drawn, part, dims, named, level)
    yield _bound(drawn, level)
    yield from _difference(drawn, level, draws, seed)
    yield from _regression(drawn, level)
    return {"chosen": _was_none(drawn)}


def _about(drawn: Villages, dims: Mapping[str, str], named: Term) -> dict[str, Any]:
    return dict(
        dims=tuple(dims.items()),
        unit="rate",
        digits=1,
        definition=named,
        table=drawn.table,
        row=True,
    )


def _years(part: pd.DataFrame) -> float:
    return float(part["young"].sum()) / MONTHS


def rate_of(
    drawn: Villages,
    part: pd.DataFrame,
    dims: Mapping[str, str],
    named: Term,
    level: float,
    counted: str = "village.places",
) -> Measure:
    """Return cases of a thousand young people and a year, with the exact interval.

    Parameters
    ----------
    part : pandas.DataFrame
        Months of places.
    dims : mapping of str to str
        Of the estimate, whose words are `named`.
    counted : str
        Key of the words for so many places.
    """
    report = drawn.report
    cases, years = int(part["cases"].sum()), round(_years(part))
    places = report.term(counted, n=int(part["place"].nunique()))
    return measure(
        "village_rate",
        # More than one case of a person is possible: years are the base that a zero needs.
        Cells((cases, years), (cases,) if cases else (years,)),
        by=functools.partial(_of, level),
        interval="confidence",
        level=level,
        population=places,
        method=report.term("method.one_sided" if not cases else "method.poisson"),
        **_about(drawn, dims, named),
    )


def _of(level: float, cases: int, years: int) -> dict[str, float]:
    """Return the rate of a thousand and a year, with its interval; one-sided without any."""
    counts = {"events": cases, "denominator": years}
    if not cases:
        return {"value": 0.0, "low": 0.0, "high": PER * upper_bound(years, level=level), **counts}
    found = rate(cases, years, level=level)
    return {name: PER * getattr(found, name) for name in ("value", "low", "high")} | counts


def _bound(drawn: Villages, level: float) -> Yielded:
    """Return how common cases may be in a village of the middle size that has none in a year."""
    report, frame = drawn.report, drawn.cohort.frame
    sizes = frame[frame["titled"]].groupby("place")["young"].mean()
    years = max(round(float(sizes.median())), 1)
    return measure(
        "village_bound",
        Cells((years,), (years,)),
        by=lambda n: {"value": PER * upper_bound(max(n, 1), level=level), "denominator": n},
        method=report.term("method.one_sided"),
        **_about(drawn, {}, report.term("village.bound")),
    )


def halves_of(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one row a village before and one after: its rate of a thousand and a year."""
    sums = frame.groupby(["place", "titled", "after"], as_index=False)[["cases", "young"]].sum()
    both = sums.groupby("place")["after"].transform("nunique") == 2
    sums = sums[both]
    return sums.assign(rate=PER * MONTHS * sums["cases"] / sums["young"])


def _difference(drawn: Villages, level: float, draws: int, seed: int) -> Iterator[Yielded]:
    report, halves = drawn.report, halves_of(drawn.cohort.frame)
    if drawn.cohort.frame["titled"].all():
        yield _series(drawn, level)
        return
    # By the date of the title: the first month with a count may be a later one.
    if drawn.cohort.frame["since"].nunique() > 1:
        yield Absent("village_difference", refused(report, "titles_apart"))
        return
    if halves["titled"].nunique() < 2:
        yield Absent("village_difference", refused(report, "villages_one_sided"))
        return
    now = (halves["titled"] & halves["after"]).to_numpy(dtype=float)
    given = (halves["rate"], halves["place"], halves["after"].astype(float), now)
    cells = cells_of(drawn.cohort.frame)
    kind = "chosen_difference" if _was_none(drawn) else "difference"
    # Of the villages' rates the mean: that of a model, and no count of cases over years.
    about = _about(drawn, {}, report.term(f"village.{kind}")) | {"unit": "mean"}
    try:
        made = difference_in_differences(*given, level=level)
        placebos = randomisation(*given, draws=draws, seed=seed)
    except Refused as problem:
        yield Absent("village_difference", problem)
        return
    yield measure(
        "village_difference",
        cells,
        model=functools.partial(_numbers, made.point),
        interval="confidence",
        level=level,
        population=report.term("village.both", n=made.treated, m=made.untreated),
        method=report.term("method.differences"),
        **about,
    )
    about |= {"unit": "p", "digits": 3, "definition": report.term("village.placebo_p")}
    yield measure(
        "village_placebo_p",
        cells,
        model=functools.partial(float, placebos.p),
        method=report.term("method.placebo_villages"),
        **about,
    )


def _dated(problem: Refused) -> Refused:
    """Return a refusal with the month that it names by a number as people write it."""
    values = dict(problem.values)
    if "start" in values:
        year, month = divmod(int(values["start"]) - 1, MONTHS)
        values["start"] = f"{year}-{month + 1:02d}"
    return Refused(problem.key, **values)


def _was_none(drawn: Villages) -> bool:
    """Return whether no village had a case before its title: for that it was chosen."""
    frame = drawn.cohort.frame
    before = frame.loc[frame["titled"] & ~frame["after"], "cases"]
    return len(before) > 0 and not before.any()


def _series(drawn: Villages, level: float) -> Yielded:
    """Return how far the months after lie above the trend before, where there is no comparison."""
    frame, start = drawn.cohort.frame, drawn.start
    assert start is not None
    months = frame.groupby("month")[["cases", "young"]].sum()
    monthly = PER * MONTHS * months["cases"] / months["young"]
    try:
        made = interrupted_series(monthly, months.index, start=start, lag=LAG, level=level)
    except Refused as problem:
        return Absent("village_difference", _dated(problem))
    return measure(
        "village_difference",
        cells_of(frame),
        model=functools.partial(_numbers, made.level),
        interval="confidence",
        level=level,
        method=drawn.report.term("method.interrupted"),
        **_about(drawn, {}, drawn.report.term("village.step")) | {"unit": "mean"},
    )


def _numbers(point: Point) -> dict[str, float]:
    return {name: getattr(point, name) for name in ("value", "low", "high")}


def cells_of(frame: pd.DataFrame) -> Cells:
    """Return the cases behind a difference; a zero of one part hides nobody."""
    sums = frame.groupby(["titled", "after"])["cases"].sum().astype(int)
    return Cells((), tuple(int(n) for n in sums if n))


def _regression(drawn: Villages, level: float) -> Iterator[Yielded]:
    """Yield what villages without a title had, that had none in the first half of the time."""
    frame = drawn.cohort.frame
    rows = frame[~frame["titled"] & frame["after"]]
    months = np.sort(rows["month"].unique())
    if len(months) < 2:
        return
    middle = months[len(months) // 2]
    early = rows[rows["month"] < middle].groupby("place")["cases"].sum()
    chosen = rows[rows["place"].isin(early.index[early == 0])]
    if chosen.empty:
        return
    for period, part in (
        ("before", chosen[chosen["month"] < middle]),
        ("after", chosen[chosen["month"] >= middle]),
    ):
        if len(part):
            named = drawn.report.term(f"village.chosen_{period}")
            dims = {"villages": "chosen", "period": period}
            found = rate_of(drawn, part, dims, named, level)
            yield replace(found, estimand="village_regression")
