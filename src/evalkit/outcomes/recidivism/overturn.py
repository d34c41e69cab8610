"""What could overturn a difference: a hidden cause, people not searched, a single township."""

from __future__ import annotations

import functools
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from evalkit.arithmetic.interval import Point
from evalkit.arithmetic.least_squares import telling
from evalkit.disclosure import NOBODY, harms, people
from evalkit.errors import Refused
from evalkit.estimators.e_value import e_value
from evalkit.estimators.matching import match
from evalkit.estimators.rosenbaum import binary_gamma
from evalkit.outcomes.analysis import Absent, Yielded, analysis, measure, refused
from evalkit.outcomes.by_place import Finding, finding
from evalkit.outcomes.deduction import Deduction
from evalkit.outcomes.recidivism.compared import pairs
from evalkit.outcomes.recidivism.fitted import (
    ENDS,
    Numbers,
    ends_of,
    outcome_of,
    point_of,
    require_shown,
    shares_of,
)
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.recidivism.judged import judge
from evalkit.outcomes.recidivism.overlap import Alike
from evalkit.outcomes.recidivism.places import places_of
from evalkit.outcomes.report import Result
from evalkit.outcomes.requirements import require, share_of


@dataclass(frozen=True)
class Fit:
    """A difference that is to be overturned, and what it was made with.

    Parameters
    ----------
    followed : Followed
        The people.
    alike : Alike
        Their weights.
    adjustment : str
        How they were made alike.
    point : Point
        The difference, as it is shown.
    cells : list of (int, int)
        True counts of each group: those with the event, and all.
    """

    followed: Followed
    alike: Alike
    adjustment: str
    point: Point
    cells: list[tuple[int, int]]

    @property
    def finding(self) -> Finding:
        """What the difference says."""
        return finding(self.point, self.followed.report.plan.alpha)

    def state(self, point: Point) -> str:
        """Return what becomes of the finding with another difference in its place."""
        other = finding(point, self.followed.report.plan.alpha)
        if point.value * self.point.value < 0 and self.finding.clear:
            return "turns"
        if other == self.finding:
            return "holds"
        return "weakens" if self.finding.clear else "appears"


@dataclass(frozen=True)
class Overturned(Result):
    """What could overturn a difference.

    Parameters
    ----------
    clear : bool
        Whether there is a finding to overturn.
    """

    clear: bool = False


@analysis("e_value", result=Overturned)
def overturn(
    followed: Followed,
    adjustment: str,
    covariates: tuple[str, ...],
    level: float,
    caliper: float,
    cluster: str,
) -> Generator[Yielded, None, Any]:
    """Ask what it would take to overturn the difference between groups that were made alike.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    adjustment, covariates, level
        As `adjust` takes them.
    caliper : float
        Largest distance of a matched pair, in standard deviations of the log odds of being
        in the programme, above 0.
    cluster : str
        The column of townships, villages or sites; empty: the township, where it is known.

    Returns
    -------
    Result or Refusal
        ``e_value[end]``, ``gamma``, ``unlinked_bounds``, ``unlinked_turns``,
        ``left_out_difference[which]`` and ``left_out_turns``. Refused where anything fails of
        what `gates` names.

    Notes
    -----
    The share of the programme's group is taken as it is in the risk ratios behind an
    E-value, and what the comparison would have had moves with the interval.
    """
    judged = judge(followed, adjustment, covariates)
    require(followed.report, judged.requirements)
    alike = judged.alike
    assert alike is not None
    require_shown(followed)
    given = (outcome_of(followed), alike.treated, alike.covariates)
    point = _coarse(followed, point_of(*given, adjustment, level))
    fit = Fit(followed, alike, adjustment, point, pairs(followed))
    found = [*_hidden(fit), *_pairs(fit, caliper), *_unlinked(fit)]
    found += _without_each(fit, cluster, level)
    if all(isinstance(one, Absent) for one in found):
        raise refused(followed.report, "nothing_tried")
    yield from found
    return {"clear": fit.finding.clear}


def _coarse(followed: Followed, point: Point) -> Point:
    """Return a difference as the page shows it: what is derived from it can be checked."""
    ends = {name: followed.gate.coarse("points", getattr(point, name)) for name in ENDS}
    return replace(point, **ends)


def _as_shown(value: float, *_: int) -> float:
    """Return what was derived from numbers as they are shown, whatever the counts are."""
    return value


def _about(fit: Fit, check: str, state: str, **more: Any) -> dict[str, Any]:
    report = fit.followed.report
    return dict(
        definition=report.term(f"overturn.{check}"),
        against=report.term(f"overturn_state.{state}"),
        window=fit.followed.window_term,
        **more,
    )


def _hidden(fit: Fit) -> Iterator[Yielded]:
    """Yield how strong a cause that nobody recorded would have to be."""
    followed, cells = fit.followed, harms(fit.cells)
    if followed.report.plan.design == "randomised":
        yield Absent("e_value", refused(followed.report, "hidden_by_lot"))
        return
    own, _ = shares_of(followed, fit.alike, fit.adjustment, fit.point.value)
    expected = {name: own - getattr(fit.point, name) for name in ENDS}
    if own <= 0 or min(expected.values()) <= 0:
        yield Absent("e_value", refused(followed.report, "no_ratio"))
        return
    ratio = Point(**{name: own / share for name, share in expected.items()})
    found = e_value(ratio)
    state = "stronger" if fit.finding.clear else "nothing"
    ends = ("estimate", "e_value_estimate", found.value), ("limit", "e_value_limit", found.limit)
    for end, check, value in ends:
        yield measure(
            "e_value",
            cells,
            by=functools.partial(_as_shown, value),
            dims=(("end", end),),
            unit="ratio",
            digits=1,
            method=followed.report.term("method.e_value"),
            **_about(fit, check, state),
        )


def _pairs(fit: Fit, caliper: float) -> Iterator[Yielded]:
    """Yield the hidden bias that matched pairs survive."""
    followed, report = fit.followed, fit.followed.report
    if report.plan.design == "randomised" or not fit.finding.clear:
        key = "nothing_clear" if report.plan.design != "randomised" else "hidden_by_lot"
        yield Absent("gamma", refused(report, key))
        return
    try:
        pairs = match(fit.alike.linear, fit.alike.treated, caliper=caliper)
    except Refused as problem:
        yield Absent("gamma", problem)
        return
    outcome = outcome_of(followed)
    ours, theirs = outcome[pairs.treated] == 1, outcome[pairs.control] == 1
    only = (int((ours & ~theirs).sum()), int((theirs & ~ours).sum()))
    if fit.point.value < 0:
        # The test asks for more in its first group.
        only = only[::-1]
    try:
        survived = binary_gamma(*map(followed.gate.count, only), alpha=report.plan.alpha / 2)
    except Refused:
        yield Absent("gamma", refused(report, "weak_pairs"))
        return
    yield measure(
        "gamma",
        people(*only),
        by=functools.partial(_as_shown, survived.gamma),
        row=True,
        unit="ratio",
        digits=1,
        method=report.term("method.rosenbaum", caliper=caliper),
        **_about(fit, "gamma", "stronger"),
    )


def _unlinked(fit: Fit) -> Iterator[Yielded]:
    """Yield what the people whose records were not searched could do to the difference."""
    followed, report = fit.followed, fit.followed.report
    frame = followed.table.frame
    if "linked" not in frame:
        yield Absent("unlinked_bounds", refused(report, "linked_untold"))
        return
    files = [frame[frame["group"] == code] for code in followed.groups]
    unlinked = [int((~part["linked"].astype(bool)).sum()) for part in files]
    if not any(unlinked):
        yield Absent("unlinked_bounds", refused(report, "all_linked"))
        return
    parts = [n / len(part) for n, part in zip(unlinked, files, strict=True)]
    low, high, turns = _bounds(fit, parts)
    worst = high if fit.point.value < 0 else low
    moved = replace(fit.point, **{e: getattr(fit.point, e) + worst - fit.point.value for e in ENDS})
    cells, shares = people(*unlinked) + harms(fit.cells), [
        report.term(
            "gate_found.group",
            group=report.study.label(code),
            found=share_of(report, followed.gate, n, len(part)),
        )
        for code, n, part in zip(followed.groups, unlinked, files, strict=True)
    ]  # fmt: skip
    about = _about(fit, "unlinked", fit.state(moved) if fit.finding.clear else "nothing")
    about |= dict(population=report.term("gate_found.groups", parts=shares))
    yield measure(
        "unlinked_bounds",
        cells,
        model=lambda: {"low": low, "high": high},
        unit="points",
        interval="bounds",
        method=report.term("method.worst_case"),
        row=True,
        **about,
    )
    if not fit.finding.clear:
        return
    about["definition"] = report.term("overturn.share_turns")
    # What becomes of the finding is told of the bounds.
    about["against"] = None
    if turns is None:
        about["reason"] = report.term("reason.unlinked_never")
        yield measure("unlinked_turns", unit="share", **about)
        return
    yield measure(
        "unlinked_turns", cells, model=lambda: turns, unit="share", digits=0, row=True, **about
    )


def _bounds(fit: Fit, parts: list[float]) -> tuple[float, float, float | None]:
    """Return the least and the most that the difference can be, and what would undo it.

    The last is the share of the programme's unlinked with the event at which the difference
    is none, the others' unlinked being like those who were found; of a difference above
    zero the same of the comparison's. None where not even all of them suffice.
    """
    own, other = shares_of(fit.followed, fit.alike, fit.adjustment, fit.point.value)
    known = (1 - parts[0]) * own, (1 - parts[1]) * other
    low = known[0] - known[1] - parts[1]
    high = known[0] + parts[0] - known[1]
    lower, part = (own, parts[0]) if fit.point.value < 0 else (other, parts[1])
    needed = lower + abs(fit.point.value) / part if part else 2.0
    return low, high, needed if needed <= 1 else None


def _without_each(fit: Fit, cluster: str, level: float) -> Iterator[Yielded]:
    """Yield the lowest and the highest difference without one township, and how many turn it."""
    followed, report = fit.followed, fit.followed.report
    places = places_of(followed, cluster)
    if places is None or np.unique(places).size < 2:
        yield Absent("left_out_difference", refused(report, "no_townships"))
        return
    names = np.unique(places)
    points = [_without(fit, places != name, level) for name in names]
    known = [point for point in points if point is not None]
    # Two townships of which one is needed leave nothing to be compared.
    if len(known) < len(points):
        yield Absent("left_out_difference", refused(report, "township_needed"))
        return
    by_size = sorted(known, key=lambda point: point.value)
    said = report.term("overturn.townships", n=len(names))
    ends = ("lowest", "left_out_lowest", by_size[0]), ("highest", "left_out_highest", by_size[-1])
    for which, check, point in ends:
        yield measure(
            "left_out_difference",
            harms(fit.cells),
            model=functools.partial(ends_of, point),
            dims=(("which", which),),
            unit="points",
            interval="confidence",
            level=level,
            population=said,
            method=report.term(f"method.{fit.adjustment}"),
            **_about(fit, check, fit.state(_coarse(followed, point))),
        )
    states = [fit.state(_coarse(followed, point)) for point in known]
    turned = sum(state != "holds" for state in states)
    yield measure(
        "left_out_turns",
        NOBODY,
        by=lambda: float(turned),
        unit="units",
        digits=0,
        population=said,
        **_about(fit, "townships_turn", _all_of(fit, turned)),
    )
    if turned:
        yield Deduction("one_choice", 1, report.term("deduction.one_township"))


def _all_of(fit: Fit, turned: int) -> str:
    if not fit.finding.clear:
        return "appears" if turned else "nothing"
    return "weakens" if turned else "holds"


def _without(fit: Fit, kept: np.ndarray, level: float) -> Point | None:
    covariates: Numbers = fit.alike.covariates[kept]
    # What only those left out differed in tells nothing any more, nor the last of the others.
    covariates = covariates[:, telling(covariates)]
    try:
        return point_of(
            outcome_of(fit.followed)[kept], fit.alike.treated[kept], covariates,
            fit.adjustment, level,
        )  # fmt: skip
    except Refused:
        return None
