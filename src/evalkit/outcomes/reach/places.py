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
from evalkit.outcomes.labels import POOLED, UNKNOWN
from evalkit.outcomes.reach.gates import recorded
from evalkit.outcomes.reach.shares import groups_of, label_of
from evalkit.outcomes.reach.target import Target
from evalkit.outcomes.requirements import require

TOWNSHIP = "township"
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
        ``place_share[township]`` in the order of their names, each with how it lies to the
        limits as its method; ``place_target``, the share of all of them; ``place_spread``, the
        standard deviation between townships beyond chance, which the limits allow for; and
        ``place_count[side]``, townships below, within and above the limits of 95 and 99.8 %.
        Refused with fewer than ten townships, or where steps are not recorded as `gates` asks.
    """
    report, parts = target.report, _parts(target)
    counts = [(int(part["reached"].sum()), len(part)) for _, part in parts]
    events, n = (np.array(column) for column in zip(*counts, strict=True))
    found = funnel_of_shares(events, n, spread=SPREAD)
    sides = _sides(found)
    about: dict[str, Any] = dict(definition=target.label, unit="share")
    for (code, _), pair, side in zip(parts, counts, sides, strict=True):
        yield measure(
            "place_share", harm(*pair), by=ratio, row=True, dims=((TOWNSHIP, code),),
            group=label_of(target, TOWNSHIP, code),
            method=report.term(f"places.{SIDES[side]}"), **about,
        )  # fmt: skip
    whole = Cells((int(events.sum()), int(n.sum())))
    yield measure("place_target", whole, by=ratio, **about)
    spread = functools.partial(float, found.tau2**0.5)
    yield measure("place_spread", whole, model=spread, unit="points", definition=target.label)
    for side, word in SIDES.items():
        # How many townships there are is about nobody.
        many = functools.partial(_many, sides.count(side))
        yield measure(
            "place_count", whole, by=many, dims=(("side", word),), unit="units", digits=0,
            definition=report.term(f"places.{word}"),
        )  # fmt: skip


def _parts(target: Target) -> list[tuple[str, pd.DataFrame]]:
    """Return the people of each township that stands by itself."""
    report = target.report
    require(report, recorded(target))
    if TOWNSHIP not in target.cohort.frame:
        raise refused(report, "no_townships")
    lumped = {f"{TOWNSHIP}_{word}" for word in (POOLED, UNKNOWN)}
    found = groups_of(target, TOWNSHIP)[:-1]
    parts = [(code, part) for code, part in found if code not in lumped]
    if not parts:
        raise refused(report, "no_townships")
    return parts


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
        reached more, with an error that respects townships. Refused with fewer than six
        townships, where no group is recorded of anybody, or where steps are not recorded as
        `gates` asks.
    """
    report = target.report
    parts = _parts(target)
    frame = pd.concat([part.assign(place=code) for code, part in parts])
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
