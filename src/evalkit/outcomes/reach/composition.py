"""Whether those who are reached are like those whom the service is meant for, and who is missed."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from evalkit.disclosure import harm, people, ratio
from evalkit.outcomes.analysis import Yielded, analysis, chosen, measure, refused
from evalkit.outcomes.labels import column_label, group_code
from evalkit.outcomes.population import WHOLE, Twice, Unread, counted_once, ends_of
from evalkit.outcomes.reach.alike import REGISTER as REGISTERED
from evalkit.outcomes.reach.alike import told
from evalkit.outcomes.reach.gates import MATCHED, recorded, unrecorded
from evalkit.outcomes.reach.shares import EVERYONE, groups_of, in_order, label_of, splits
from evalkit.outcomes.reach.target import Target
from evalkit.outcomes.requirements import require
from evalkit.table import Table
from evalkit.words import Term

COUNTS = "population"
# A count so many years older than the last step says little of the people of today.
OLD = 5


@analysis("served_share")
def composition(target: Target, by: Sequence[str]) -> Iterator[Yielded]:
    """Return the make-up of those who were reached beside that of the target population.

    Parameters
    ----------
    target : Target or Refusal
        From `draw_target`.
    by : sequence of str
        Columns that split the people; a numeric one is cut into the plan's bands. What an
        office's register says of people is added.

    Returns
    -------
    Result or Refusal
        ``target_share[by, group]`` and ``served_share[by, group]``: the group's share of the
        target population and of those who were reached; ``missed_count[by, group]``: people of
        the group who were not reached. A group of which nobody's step is recorded has a reason.
        Refused where the steps are not recorded as `gates` asks for.
    """
    report = target.report
    require(report, recorded(target))
    if len(target.cohort.frame) < report.plan.min_people:
        raise refused(report, "fewer_people", n=report.plan.min_people)
    frame = target.cohort.frame
    reached = int(frame["reached"].sum())
    if not reached:
        raise refused(report, "nobody_reached")
    named = [chosen("by", name, splits(target)) for name in by]
    if report.from_offices:
        named += [name for name in REGISTERED if name not in by and told(frame[name])]
    for name in named:
        for code, part in groups_of(target, name)[:-1]:
            inside = int(part["reached"].sum())
            about: dict[str, Any] = dict(
                dims=((name, code),), group=label_of(target, name, code), row=True,
                definition=target.label, population=column_label(report, name),
            )  # fmt: skip
            yield measure(
                "target_share", people(len(part), len(frame)), by=ratio, unit="share", **about
            )
            if (why := unrecorded(target, part)) is not None:
                yield measure("served_share", unit="share", reason=why, **about)
                continue
            yield measure("served_share", people(inside, reached), by=ratio, unit="share", **about)
            yield measure(
                "missed_count", people(len(part) - inside), by=lambda n: {"value": float(n)},
                unit="persons", digits=0, **about,
            )  # fmt: skip


@dataclass(frozen=True)
class Counted:
    """People who live in an area, by one column, as a table of population counts has them.

    Parameters
    ----------
    table : Table
        The table.
    persons, error : mapping of Hashable to float
        By the class; an error is NaN where the table states none.
    source : Term
        Who counted, as the office wrote it.
    as_of : pandas.Timestamp
        The day to which the counts apply.
    """

    table: Table
    persons: Mapping[Hashable, float]
    error: Mapping[Hashable, float]
    source: Term
    as_of: pd.Timestamp


@analysis("coverage")
def coverage(target: Target, by: str) -> Iterator[Yielded]:
    """Return how many of those who live in an area were reached, by the counts of its population.

    Parameters
    ----------
    target : Target or Refusal
        From `draw_target`.
    by : {"township", "age_band", "sex", "groups"}
        Column of the table of population counts.

    Returns
    -------
    Result or Refusal
        ``counted_people[by, group]`` with the counts' own margin of error as bounds;
        ``registered_people[by, group]``, people of the register; ``coverage[by, group]``, of
        those counted the share that was reached, from the counts' upper to their lower end;
        for each group in order, then for everyone. A group without people, or of which more
        were reached than can live there, has a reason. Refused where no counts were handed in,
        where these count somebody twice, or where more than one in twenty of those reached are
        in no group of theirs.

    Notes
    -----
    The errors of groups are added up, as if all were wrong in the same direction: a census
    that misses people misses them everywhere.
    """
    report = target.report
    chosen("by", by, tuple(WHOLE))
    counted = _counted(target, by)
    groups = _matched(target, by, counted)
    about: dict[str, Any] = dict(
        table=(target.table, counted.table),
        population=counted.source,
        window=_as_of(target, counted),
    )
    whole = [0.0, 0.0, 0.0, 0.0]
    for key, (code, part) in groups.items():
        inside = 0 if part is None else int(part["reached"].sum())
        n = 0 if part is None else len(part)
        row = (n, inside, counted.persons[key], counted.error[key])
        whole = [a + b for a, b in zip(whole, row, strict=True)]
        yield from _row(target, by, code, _named(target, by, code, str(key)), *row, about)
    if by == "groups":
        # Somebody is in no group, or in several: they add up to nobody's number.
        return
    people_of, reached, persons, error = whole
    if reached > persons + (error if error == error else 0.0):
        raise refused(report, "reached_beyond")
    everyone = report.term("group.all")
    counts = (int(people_of), int(reached), persons, error)
    yield from _row(target, by, EVERYONE, everyone, *counts, about)


def _as_of(target: Target, counted: Counted) -> Term:
    """Return the day of the counts, and how old they are where that is long."""
    report, steps, day = target.report, target.report.steps, f"{counted.as_of:%Y-%m-%d}"
    last = steps.columns("date")["date"].max() if steps is not None and steps.n else pd.NaT
    years = (last - counted.as_of).days / 365.25 if pd.notna(last) else 0.0
    if years <= OLD:
        return report.term("coverage.as_of", date=day)
    return report.term("coverage.as_of_old", date=day, years=years)


def _named(target: Target, by: str, code: str, name: str) -> Term:
    """Return the name of a group; of one that the register lacks the counts' own."""
    if code:
        return label_of(target, by, code)
    return Term(f"{by}_{group_code(name)}", dict.fromkeys(target.report.languages, name))


def _row(
    target: Target,
    by: str,
    code: str,
    group: Term,
    n: int,
    inside: int,
    persons: float,
    error: float,
    about: Mapping[str, Any],
) -> Iterator[Yielded]:
    report = target.report
    own: dict[str, Any] = dict(dims=((by, code or group.code),), group=group, row=True, **about)
    known = error == error
    ends = {"low": max(persons - error, 0.0), "high": persons + error} if known else {}
    yield measure(
        "counted_people", people(int(persons)), by=lambda k: {"value": float(k)} | _around(k, ends),
        unit="persons", digits=0, interval="bounds" if known else "none", **own,
    )  # fmt: skip
    yield measure(
        "registered_people", people(n), by=lambda k: {"value": float(k)}, unit="persons",
        digits=0, **own,
    )  # fmt: skip
    if persons <= 0 or inside > persons + (error if known else 0.0):
        word = "nobody_counted" if persons <= 0 else "reached_beyond"
        yield measure("coverage", unit="share", reason=report.term(f"reason.{word}"), **own)
        return

    def bounded(x: int, k: int) -> dict[str, Any]:
        value = min(x / k, 1.0) if k else 0.0
        if not known:
            return {"value": value, "n": k, "events": x}
        high = min(x / ends["low"], 1.0) if ends["low"] > 0 else 1.0
        low = min(x / ends["high"], 1.0)
        return {"value": value, "n": k, "events": x,
                "low": min(low, value), "high": max(high, value)}  # fmt: skip

    yield measure(
        "coverage", harm(min(inside, int(persons)), int(persons)), by=bounded, unit="share",
        interval="bounds" if known else "none", definition=target.label, **own,
    )  # fmt: skip


def _around(k: int, ends: Mapping[str, float]) -> dict[str, float]:
    """Return the ends of a count that was rounded: it lies within them."""
    if not ends:
        return {}
    return {"low": min(ends["low"], float(k)), "high": max(ends["high"], float(k))}


def _counted(target: Target, by: str) -> Counted:
    """Return the counts of the population by a column, of the last day that they apply to.

    Raises
    ------
    Refused
        If there are none, or they count people twice.
    """
    report = target.report
    table = report.office(COUNTS) if report.from_offices else None
    if table is None or not table.n:
        raise refused(report, "no_population")
    # Without steps nobody is drawn, and the counts would seem to be of others.
    require(report, recorded(target))
    every = table.frame
    as_of = every["as_of"].max()
    rows = every[every["as_of"] == as_of]
    label = column_label(report, by)
    try:
        rows = counted_once(rows, by, tuple(WHOLE))
    except Unread:
        raise refused(report, "counts_bands") from None
    except Twice:
        raise refused(report, "counts_twice", name=label) from None
    if rows.empty:
        raise refused(report, "counts_not_by", name=label)
    _check_of_same(target, rows, by)
    sums = rows.groupby(by)[["persons", "error"]].sum(min_count=1)
    # Of a class of which one row states no error the error is not known.
    unknown = rows.groupby(by)["error"].apply(lambda column: bool(column.isna().any()))
    error = sums["error"].astype(float).mask(unknown)
    who = sorted({str(name) for name in rows["source"]})
    # Names that the office wrote are the same in every language.
    text = dict.fromkeys(report.languages, " / ".join(who))
    return Counted(
        table, sums["persons"].astype(float).to_dict(), error.to_dict(), Term("source", text), as_of
    )


def _check_of_same(target: Target, rows: pd.DataFrame, by: str) -> None:
    """Stop where counts are of other people than the register: a part of them, or more.

    Raises
    ------
    Refused
        If more than one in twenty of the register are in no class that was counted, or more
        than one in twenty of those counted in none that the register has.
    """
    report, frame = target.report, target.cohort.frame
    for name in WHOLE:
        values = rows[name].astype(str)
        if name == by == "groups" or (values == WHOLE[name]).all():
            continue
        label = column_label(report, name)
        if name == "groups":
            # Who is in a group of special need is not everybody.
            raise refused(report, "counts_groups", name=label)
        there = frame[name].astype(str)
        counted = pd.Series([str(_key(name, value)) for value in values], index=rows.index)
        known = pd.Series([str(_key(name, value)) for value in there[there != ""]], dtype=object)
        if known.isin({*counted}).sum() < MATCHED * len(known):
            raise refused(report, "counts_part", name=label, share=1 - MATCHED)
        strange = rows.loc[~counted.isin({*known}), "persons"].sum()
        if strange > (1 - MATCHED) * rows["persons"].sum():
            raise refused(report, "counts_more", name=label, share=1 - MATCHED)


def _key(by: str, value: str) -> Hashable:
    """Return what tells a class: of an age band its ends, however it is written."""
    return (ends_of(value) or value) if by == "age_band" else value


def _matched(
    target: Target, by: str, counted: Counted
) -> dict[Hashable, tuple[str, pd.DataFrame | None]]:
    """Return the people of the register in each class of the counts, in order.

    Raises
    ------
    Refused
        If more than one in twenty of those reached are in no class.
    """
    frame = target.cohort.frame
    there = {_key(by, str(name)): name for name in counted.persons}
    if by == "groups":
        # Most people are in no group of special need.
        frame = frame[frame[by] != ""]
    keys = frame[by].astype(str).map(lambda value: there.get(_key(by, value)))
    inside = frame["reached"].astype(float)
    lost, whole = float(inside[keys.isna()].sum()), float(inside.sum())
    if lost > (1 - MATCHED) * whole:
        label = column_label(target.report, by)
        raise refused(target.report, "counts_unmatched", name=label, share=1 - MATCHED)
    found: dict[Hashable, tuple[str, pd.DataFrame | None]] = {}
    for name in sorted(counted.persons, key=in_order):
        part = frame[keys == name]
        code = f"{by}_{group_code(str(part[by].iloc[0]))}" if len(part) else ""
        found[name] = (code, part if len(part) else None)
    return found
