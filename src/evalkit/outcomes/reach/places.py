"""Small areas: which townships lie beyond chance, and whether those in need are reached more."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from evalkit.disclosure import Cells, harm, people, ratio
from evalkit.estimators.concentration import concentration_index
from evalkit.estimators.funnel_limits import Funnel, funnel_of_shares
from evalkit.outcomes.analysis import Yielded, analysis, measure, refused
from evalkit.outcomes.labels import group_code, group_value
from evalkit.outcomes.reach.gates import recorded
from evalkit.outcomes.reach.shares import groups_of, in_order, label_of, plain
from evalkit.outcomes.reach.target import Target
from evalkit.outcomes.requirements import require
from evalkit.words import Term

# An office's register names townships; of another table the plan's clusters are the places.
TOWNSHIP, CLUSTER = "township", "cluster"
# Units differ for reasons of their own, which is no fault of any.
SPREAD = "additive"
# How a place lies to the limits of 95 % and of 99.8 %, by the sum of both.
SIDES = {-2: "far_below", -1: "below", 0: "within", 1: "above", 2: "far_above"}


@analysis("place_share")
def places(target: Target) -> Iterator[Yielded]:
    """Hold the share reached in each township to that of all, by funnel limits; without ranks.

    Parameters
    ----------
    target : Target or Refusal
        From `draw_target`.

    Returns
    -------
    Result or Refusal
        ``place_share[township]`` (or ``[cluster]``) in the order of their names, each with how
        it lies to the limits as its method; ``place_limit[township, level]``, within which a
        place of its size lies by chance and by what places differ in; ``place_target``, the
        share of all of them; ``place_spread``, the standard deviation between places beyond
        chance, which the limits allow for; and ``place_count[side]``, places below, within and
        above the limits of 95 and 99.8 %, and those of which nothing is told ("untold"),
        which count in all the rest.
        Refused with fewer than ten townships, or where steps are not recorded as `gates` asks.
    """
    report, units = target.report, _units(target)
    column, gate = _column(target), report.gate(target.table)
    counts = [(int(unit["reached"].sum()), len(unit)) for unit in units.values()]
    events, n = (np.array(each) for each in zip(*counts, strict=True))
    found = funnel_of_shares(events, n, spread=SPREAD)
    sides = dict(zip(units, _sides(found), strict=True))
    alone = _alone(target)
    pairs = {code: pair for code, pair in zip(units, counts, strict=True) if code in alone}
    # Of whom nothing is told, how they lie is not told either, and nobody can count it out.
    told = [code for code, pair in pairs.items() if not gate.withholds(harm(*pair))]
    about: dict[str, Any] = dict(definition=target.label, unit="share")
    for code, pair in pairs.items():
        # A method stays beside a number that is withheld.
        side = SIDES[sides[code]] if code in told else "untold"
        yield measure(
            "place_share", harm(*pair), by=ratio, row=True, dims=((column, code),),
            group=_named(target, column, code), method=report.term(f"places.{side}"), **about,
        )  # fmt: skip
    whole = Cells((int(events.sum()), int(n.sum())))
    for limit in found.limits:
        for code, low, high in zip(units, limit.low, limit.high, strict=True):
            ends = {"low": max(float(low), 0.0), "high": min(float(high), 1.0)}
            if code in told:
                yield measure(
                    "place_limit", whole, model=functools.partial(dict, ends), interval="bounds",
                    dims=((column, code), ("level", f"{limit.level:g}")), **about,
                )  # fmt: skip
    yield measure("place_target", whole, by=ratio, **about)
    spread = functools.partial(float, found.tau2**0.5)
    yield measure("place_spread", whole, model=spread, unit="points", definition=target.label)
    shown = [sides[code] for code in told]
    counted = {word: shown.count(side) for side, word in SIDES.items()}
    for word, many in (*counted.items(), ("untold", len(units) - len(told))):
        # How many townships there are is about nobody.
        yield measure(
            "place_count", whole, by=functools.partial(_many, many), dims=(("side", word),),
            unit="units", digits=0, definition=report.term(f"places.{word}"),
        )  # fmt: skip


def _column(target: Target) -> str:
    return TOWNSHIP if TOWNSHIP in target.cohort.frame else CLUSTER


def _named(target: Target, column: str, code: str) -> Term:
    """Return the name of a place; of a cluster what the table calls it."""
    if column == TOWNSHIP:
        return label_of(target, column, code)
    name = group_value(code.removeprefix(f"{column}_"))
    return Term(code, dict.fromkeys(target.report.languages, name))


def _units(target: Target) -> dict[str, pd.DataFrame]:
    """Return the people of each place, by its code, in order: of the smallest too."""
    report = target.report
    require(report, recorded(target))
    column, frame = _column(target), target.cohort.frame
    named = frame[frame[column].notna() & (frame[column].astype(str) != "")]
    found = sorted(named.groupby(column), key=lambda pair: in_order(pair[0]))
    if not found:
        raise refused(report, "no_townships")
    return {f"{column}_{group_code(plain(name))}": part for name, part in found}


def _alone(target: Target) -> set[str]:
    """Return the codes of the places that are large enough to have a row of their own."""
    return {code for code, _ in groups_of(target, _column(target))[:-1]}


def _sides(found: Funnel) -> list[int]:
    """Return how each place lies: -2 below both limits, to 2 above both."""
    near, far = found.limits
    return [int(side) for side in near.outside + far.outside]


def _many(n: int, *_: int) -> dict[str, float]:
    return {"value": float(n)}


@analysis("need_gradient")
def gradient(target: Target, level: float) -> Iterator[Yielded]:
    """Estimate whether townships where more are in a group of special need are reached more.

    Parameters
    ----------
    target : Target or Refusal
        From `draw_target`.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Result or Refusal
        ``need_gradient``: the concentration index of being reached over townships ranked by
        the share of their people in a group of special need; above 0 where those with more are
        reached more, with an error allowing for townships. Refused with fewer than six
        townships, where no group is recorded of anybody, or where steps are not recorded as
        `gates` asks.
    """
    report = target.report
    frame = pd.concat([part.assign(place=code) for code, part in _units(target).items()])
    in_need = frame["groups"].astype(str) != "" if "groups" in frame else pd.Series(dtype=bool)
    if not in_need.any():
        raise refused(report, "no_groups")
    rank = in_need.groupby(frame["place"]).transform("mean")
    point = concentration_index(rank, frame["reached"], cluster=frame["place"], level=level)
    yield measure(
        "need_gradient", harm(int(frame["reached"].sum()), len(frame)) + people(int(in_need.sum())),
        by=lambda events, n, *_: {"n": n, "events": events}, model=lambda: point,
        unit="spread", digits=2, interval="confidence", level=level, definition=target.label,
        method=report.term("method.concentration_index"),
    )  # fmt: skip
