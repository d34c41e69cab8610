"""The noun: one number with everything that must be known to trust it.

Imports words and errors. Frozen, complete, honest about what is absent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from evalkit.words import Term

Interval = Literal["confidence", "bounds", "rounding", "none"]
PlanState = Literal["planned", "deviation", "exploratory"]
Disclosure = Literal["unchecked", "public", "passed", "rounded", "withheld"]
Verdict = Literal[
    "improvement",
    "worsening",
    "no_clear",
    "measured",
    "not_assessable",
    "audited",
    "agrees",
    "contradicts",
    "not_reachable",
    "units_differ",
    "cannot_verify",
    "derived",
    "unquantified",
]

STATES: dict[str, tuple[str, ...]] = {
    "interval": ("confidence", "bounds", "rounding", "none"),
    "plan": ("planned", "deviation", "exploratory"),
    "disclosure": ("unchecked", "public", "passed", "rounded", "withheld"),
}
# What a report says of an outcome, or that it checked what was printed.
OUTCOME_VERDICTS = ("improvement", "worsening", "no_clear", "measured", "not_assessable", "audited")
# What the audit says of a printed figure.
FIGURE_VERDICTS = (
    *("agrees", "contradicts", "not_reachable", "units_differ"),
    *("cannot_verify", "derived", "unquantified"),
)
VERDICTS = (*OUTCOME_VERDICTS, *FIGURE_VERDICTS)


@dataclass(frozen=True)
class Deviation:
    """One choice that differs from the plan.

    Parameters
    ----------
    parameter : str
        The plan's key.
    planned, used : str
        Both values as text.
    """

    parameter: str
    planned: str
    used: str


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """One result: a value, or a stated absence of one.

    Parameters
    ----------
    area, outcome, estimand : str
        Codes; together with `dims` they make the `id`.
    dims : tuple of (str, str)
        Dimensions and their values, in any order; the id sorts them.
    population, definition, window, group, against, method, design : Term or None
        What was estimated, in whom and how, in every language of the study.
    value, low, high : float or None
        Finite. Absent where a bound, a refusal or a withheld cell is the result.
    low_unbounded, high_unbounded : bool
        A side of the interval without a limit; never written as infinity.
    low_open, high_open : bool
        Whether the limit itself lies outside, as with "under 160".
    interval : {"confidence", "bounds", "rounding", "none"}
        What `low` and `high` mean.
    level : float or None
        Confidence level in (0, 1); present exactly when `interval` is "confidence".
    se : float or None
        Standard error on `se_scale`.
    se_scale : str or None
        "identity", "log", "logit" or "log-log".
    n, events, denominator : int or None
        Persons (or the stated unit) behind the value.
    unit : str
        A code under ``[unit]`` in the locale files.
    digits : int
        Decimals to print.
    plan : {"planned", "deviation", "exploratory"}
        Where the choice comes from.
    deviations : tuple of Deviation
        Every choice that differs from the plan.
    data : tuple of (str, str)
        Table name and SHA-256 of each file behind the value.
    made_up : bool
        True where sample data reach it.
    disclosure : {"unchecked", "public", "passed", "rounded", "withheld"}
        Set by `evalkit.disclosure` alone. "unchecked" may not be shown.
    policy : str or None
        Version of the disclosure policy.
    verdict : str or None
        One of `VERDICTS`, for estimands that are verdicts.
    reason, would_pass : Term or None
        Why there is no value, and what would give one; of a finding its arithmetic,
        and what would settle it.
    assumption, otherwise : Term or None
        Under what a finding holds, and the reading under which it would not.

    Raises
    ------
    ValueError
        If the fields contradict each other, or a number is not finite.
    """

    area: str
    outcome: str
    estimand: str
    unit: str
    dims: tuple[tuple[str, str], ...] = ()
    population: Term | None = None
    definition: Term | None = None
    window: Term | None = None
    group: Term | None = None
    against: Term | None = None
    method: Term | None = None
    design: Term | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    low_unbounded: bool = False
    high_unbounded: bool = False
    low_open: bool = False
    high_open: bool = False
    interval: Interval = "none"
    level: float | None = None
    se: float | None = None
    se_scale: str | None = None
    n: int | None = None
    events: int | None = None
    denominator: int | None = None
    digits: int = 1
    plan: PlanState = "planned"
    deviations: tuple[Deviation, ...] = ()
    data: tuple[tuple[str, str], ...] = ()
    made_up: bool = False
    disclosure: Disclosure = "unchecked"
    policy: str | None = None
    verdict: Verdict | None = None
    reason: Term | None = None
    would_pass: Term | None = None
    assumption: Term | None = None
    otherwise: Term | None = None

    def __post_init__(self) -> None:
        numbers = {name: getattr(self, name) for name in NUMBERS}
        for name, number in numbers.items():
            # Jupyter writes NaN into a notebook as the text "nan", with only a
            # warning; read back, it would no longer be a number at all.
            if number is not None and (
                not isinstance(number, int | float) or not math.isfinite(number)
            ):
                raise ValueError(f"{self.id}: {name} must be finite or absent.")
        for name, allowed in STATES.items():
            if getattr(self, name) not in allowed:
                raise ValueError(f"{self.id}: {name} must be one of {', '.join(allowed)}.")
        self._check_interval()
        if self.disclosure == "withheld" and any(x is not None for x in numbers.values()):
            raise ValueError(f"{self.id}: a withheld estimate may carry no number.")
        if self.verdict is not None and self.verdict not in VERDICTS:
            raise ValueError(f"{self.id}: verdict must be one of {', '.join(VERDICTS)}.")
        absent = self.value is None and self.low is None and self.high is None
        if absent and self.verdict is None and self.reason is None:
            raise ValueError(f"{self.id}: an estimate without a value must say why.")
        if bool(self.deviations) != (self.plan == "deviation"):
            raise ValueError(f"{self.id}: a deviation must be listed, and only then stamped.")

    def _check_interval(self) -> None:
        if (self.interval == "confidence") != (self.level is not None):
            raise ValueError(f"{self.id}: a level belongs to a confidence interval.")
        sides = (
            self.low is not None or self.low_unbounded,
            self.high is not None or self.high_unbounded,
        )
        if (self.interval == "none") == any(sides) or any(sides) != all(sides):
            raise ValueError(f"{self.id}: an interval has two sides, 'none' has neither.")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"{self.id}: the interval is the wrong way round.")
        ends = [x for x in (self.low, self.value, self.high) if x is not None]
        if self.value is not None and ends != sorted(ends):
            raise ValueError(f"{self.id}: the value lies outside its own interval.")
        for missing, bound in (
            (self.low_unbounded, self.low),
            (self.high_unbounded, self.high),
        ):
            if missing and bound is not None:
                raise ValueError(f"{self.id}: an unbounded side carries no number.")
        if (self.low_open and self.low is None) or (self.high_open and self.high is None):
            raise ValueError(f"{self.id}: only a limit that is there can be open.")

    @property
    def id(self) -> str:
        """Stable name: ``<area>.<outcome>.<estimand>[dim=value,...]``, dimensions sorted."""
        inner = ",".join(f"{name}={value}" for name, value in sorted(self.dims))
        return f"{self.area}.{self.outcome}.{self.estimand}" + (f"[{inner}]" if inner else "")

    def dim(self, name: str) -> str | None:
        """Return the value of one dimension, or None."""
        return dict(self.dims).get(name)

    def to_json(self) -> dict[str, Any]:
        """Return the estimate as plain data, with its id."""
        return {"id": self.id} | {f.name: _out(getattr(self, f.name)) for f in fields(self)}


NUMBERS = ("value", "low", "high", "level", "se", "n", "events", "denominator")
_TERMS = (
    "population",
    "definition",
    "window",
    "group",
    "against",
    "method",
    "design",
    "reason",
    "would_pass",
    "assumption",
    "otherwise",
)


def withhold(estimate: Estimate, reason: Term, policy: str) -> Estimate:
    """Return the estimate without any number, in the state "withheld".

    Parameters
    ----------
    estimate : Estimate
        The result that may not be shown.
    """
    return replace(
        estimate,
        value=None,
        low=None,
        high=None,
        low_unbounded=False,
        high_unbounded=False,
        low_open=False,
        high_open=False,
        interval="none",
        level=None,
        se=None,
        n=None,
        events=None,
        denominator=None,
        # A word such as "worsening" tells what the numbers would have told.
        verdict=None if estimate.verdict is None else "not_assessable",
        disclosure="withheld",
        policy=policy,
        reason=reason,
    )


def estimate_from_json(data: Mapping[str, Any]) -> Estimate:
    """Return the estimate that `Estimate.to_json` wrote.

    Raises
    ------
    ValueError
        If a field is unknown or missing, or the id does not fit the fields.
    """
    known = {f.name for f in fields(Estimate)}
    given = set(data) - {"id"}
    if given != known:
        raise ValueError(f"estimate fields differ: {sorted(given ^ known)}")
    values = {name: data[name] for name in known}
    for name in _TERMS:
        if values[name] is not None:
            values[name] = Term(values[name]["code"], values[name]["text"])
    values["dims"] = tuple((name, value) for name, value in values["dims"])
    values["data"] = tuple((name, value) for name, value in values["data"])
    values["deviations"] = tuple(Deviation(**item) for item in values["deviations"])
    estimate = Estimate(**values)
    if estimate.id != data.get("id"):
        raise ValueError(f"estimate id {data.get('id')!r} does not fit its fields")
    return estimate


def _out(value: Any) -> Any:
    if isinstance(value, Term):
        return {"code": value.code, "text": dict(value.text)}
    if isinstance(value, tuple):
        return [_out(item) for item in value]
    if isinstance(value, Deviation):
        return {"parameter": value.parameter, "planned": value.planned, "used": value.used}
    return value
