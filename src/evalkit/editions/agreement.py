"""Our numbers beside a partner's, by id: within the declared tolerance, or not.

Imports edition, partner and tolerance. A number that ours withholds or refuses is not printed,
whatever theirs is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from evalkit.bundle.listings import OPERATIONS
from evalkit.editions.edition import RELEASED, Edition, state_of
from evalkit.editions.partner import Partner, Result, exact
from evalkit.editions.scale import UNREAD
from evalkit.editions.tolerance import Tolerance
from evalkit.errors import CompareError

AGREES, DIFFERS, ONLY_OURS, ONLY_THEIRS = "agrees", "differs", "only_ours", "only_theirs"
UNLIKE = "unlike"
# In the order in which they are listed.
STATES = (DIFFERS, UNLIKE, ONLY_THEIRS, ONLY_OURS, AGREES)
SHOWN = 3
# What a partner may state per cent, where ours is a share.
SHARES, SHARED = ("share", "points"), ("value", "low", "high", "se")
# Their limits hold of an interval of one level alone.
LIMITS = ("low", "high")


@dataclass(frozen=True)
class Pair:
    """One number of ours and of theirs.

    Parameters
    ----------
    id, operation : str
        The estimate, and which of its numbers.
    state : str
        One of `STATES`.
    why : str
        Why two numbers cannot be compared: a code; empty where they can.
    ours, theirs : str
        As they were written; empty where there is none, or ours may not be shown.
    """

    id: str
    operation: str
    state: str
    why: str = ""
    ours: str = ""
    theirs: str = ""


@dataclass(frozen=True)
class Agreement:
    """How our numbers stand to a partner's.

    Parameters
    ----------
    ours : Edition
        Ours.
    theirs : Partner
        Theirs.
    tolerance : Tolerance
        As it was declared.
    pairs : tuple of Pair
        By state, then by id.
    unscaled : int
        Compared numbers of which theirs states no unit: it was taken to be ours.
    """

    ours: Edition
    theirs: Partner
    tolerance: Tolerance
    pairs: tuple[Pair, ...]
    unscaled: int = 0

    @property
    def counts(self) -> Counter[str]:
        """How many numbers are in each state."""
        return Counter(pair.state for pair in self.pairs)

    @property
    def made_up(self) -> bool:
        """Whether made-up data reach ours or theirs."""
        return self.ours.made_up or self.theirs.made_up

    @property
    def whole(self) -> bool:
        """Whether every number of both agrees."""
        unread = (*self.ours.unread, *self.ours.failed)
        return not unread and all(pair.state == AGREES for pair in self.pairs)


def agreement(ours: Edition, theirs: Partner, tolerance: Tolerance) -> Agreement:
    """Return how our numbers stand to a partner's.

    Parameters
    ----------
    tolerance : Tolerance
        Exact where it declares nothing of an operation.

    Raises
    ------
    CompareError
        If no id is in both.
    """
    held: dict[str, Mapping[str, Any]] = {}
    for report in ours.reports.values():
        for key, estimate in report.estimates.items():
            if held.setdefault(key, estimate) is not estimate:
                # Two studies of one folder may have an area of one name.
                raise CompareError("compare.id_twice", path=ours.name, id=key)
    named = {each.analysis for each in theirs.results}
    if not named & held.keys():
        shown = [sorted(names)[:SHOWN] for names in (held.keys(), named)]
        raise CompareError("compare.no_common_id", path=theirs.name, ours=shown[0], theirs=shown[1])
    pairs: dict[tuple[str, str], Pair] = {}
    others: list[Pair] = []
    unscaled = 0
    for each in theirs.results:
        found = held.get(each.analysis)
        if found is None:
            others.append(_alone(each))
            continue
        pair = _pair(each, found, tolerance)
        unscaled += not each.scale.unit and pair.state in (AGREES, DIFFERS)
        if each.operation not in OPERATIONS or (each.analysis, each.operation) in pairs:
            # No number of ours, or of the same analysis and another group: no id of ours.
            others.append(pair)
        else:
            pairs[each.analysis, each.operation] = pair
    for key, estimate in held.items():
        for operation in OPERATIONS:
            if estimate.get(operation) is not None and (key, operation) not in pairs:
                written = repr(estimate[operation])
                others.append(Pair(key, operation, ONLY_OURS, "", written))
    listed = sorted((*pairs.values(), *others), key=_order)
    return Agreement(ours, theirs, tolerance, tuple(listed), unscaled)


def _order(pair: Pair) -> tuple[int, str, str, str]:
    return STATES.index(pair.state), pair.id, pair.operation, pair.theirs


def _alone(each: Result) -> Pair:
    return Pair(each.analysis, each.operation, ONLY_THEIRS, "", "", each.raw or "")


def _pair(each: Result, estimate: Mapping[str, Any], tolerance: Tolerance) -> Pair:
    state, number = state_of(estimate), estimate.get(each.operation)
    if number is None and state != RELEASED:
        # Beside a number that is withheld no other one of the same is printed, whatever the
        # partner calls it.
        return Pair(each.analysis, each.operation, UNLIKE, state)
    if number is None:
        return _alone(each)
    ours, theirs = repr(number), each.raw or ""
    told = (each.analysis, each.operation)
    if why := _unlike(each, estimate):
        return Pair(*told, UNLIKE, why, ours, theirs)
    found = exact(each.raw)
    if found is None:
        return Pair(*told, UNLIKE, "no_number", ours, theirs)
    limit = tolerance.of(each.operation)
    agrees = limit.holds(Fraction(ours), found)
    share = each.operation in SHARED and estimate.get("unit") in SHARES and not each.scale.unit
    if share and not agrees and limit.holds(Fraction(ours), found / 100):
        return Pair(*told, UNLIKE, "percent", ours, theirs)
    return Pair(*told, AGREES if agrees else DIFFERS, "", ours, theirs)


def _unlike(each: Result, estimate: Mapping[str, Any]) -> str:
    """Return why two numbers of one id are not of the same; empty where they are."""
    unit, level = each.scale.unit, estimate.get("level")
    if unit and unit.casefold() != str(estimate.get("unit")).casefold():
        return "unit_unread" if unit == UNREAD else "unit"
    if each.operation in LIMITS:
        if each.scale.level_unread:
            return "level_unread"
        ours = None if level is None else Fraction(repr(level))
        if each.scale.level is not None and each.scale.level != ours:
            return "level"
    dims = {str(value) for _, value in estimate.get("dims", [])}
    return "groups" if {value for _, value in each.groups if value} - dims else ""
