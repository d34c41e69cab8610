"""The plan: choices agreed beforehand, and what differs from them.

Every number that decides something is here, read from the study file; none is
a constant in the code.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from importlib import resources
from pathlib import Path
from typing import Any

from evalkit.errors import StudyError
from evalkit.protocol.mistakes import Mistakes
from evalkit.protocol.strict import Section, as_toml, fill, read_toml
from evalkit.protocol.tables import UNITS

STATUSES = ("draft", "frozen", "retrospective")


@dataclass(frozen=True)
class RecidivismPlan:
    """Choices for recidivism.

    Parameters
    ----------
    definition : str
        Label of the event that counts.
    window : int
        Follow-up in `window_unit` after the index date.
    window_unit : str
        "day", "week" or "month".
    programme, comparison : str
        Labels of the two groups.
    design : str
        Label under ``[design]`` in the locale files.
    primary : str
        The estimand that decides the verdict.
    estimands : tuple of str
        Everything planned; the rest is exploratory.
    subset : str
        A condition on the table's columns; empty for everyone.
    covariates : tuple of str
        Columns for the balance table.
    estimator, curve_interval : str
        Method of the risk difference; interval of the cumulative incidence.
    level, alpha : float
        Confidence level and the threshold of the decision.
    min_people, min_events : int
        Gates of the UK Justice Data Lab.
    max_smd : float
        Largest standardised mean difference of a group that was not drawn by lot.
    max_away : float
        Largest difference between the groups' shares of time in custody, special school or
        hospital.
    max_unlinked : float
        Largest share of a group's case files whose records were not searched.
    """

    definition: str
    window: int
    window_unit: str
    programme: str
    comparison: str
    design: str
    primary: str
    estimands: tuple[str, ...]
    subset: str
    covariates: tuple[str, ...]
    estimator: str
    curve_interval: str
    level: float
    alpha: float
    min_people: int
    min_events: int
    max_smd: float
    max_away: float = 0.05
    max_unlinked: float = 0.40


@dataclass(frozen=True)
class SatisfactionPlan:
    """Choices for satisfaction.

    Parameters
    ----------
    item : str
        Label of the question.
    categories, top : tuple of str
        Answers from lowest to highest, and those counted as satisfied.
    by : str
        Column that splits the respondents.
    primary : str
        The estimand in the headline.
    estimands : tuple of str
        Everything planned.
    subset : str
        A condition on the table's columns; empty for everyone.
    estimator : str
        Interval of a share.
    level : float
        Confidence level.
    min_people : int
        Fewest respondents in a group whose share is printed.
    bands : mapping of str to tuple of float
        For a numeric column, the lower edges of its bands, ascending.
    """

    item: str
    categories: tuple[str, ...]
    top: tuple[str, ...]
    by: str
    primary: str
    estimands: tuple[str, ...]
    subset: str
    estimator: str
    level: float
    min_people: int
    bands: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class ReachPlan:
    """Choices for reach.

    Parameters
    ----------
    definition : str
        Label of what counts as reached.
    exposure : str
        Column with 1 for those offered the programme and 0 for the comparison.
    by : tuple of str
        Columns that split the people.
    bands : mapping of str to tuple of float
        For a numeric column, the lower edges of its bands, ascending. Band i of
        column c is named by the label ``c_i``.
    cluster : str
        Column of the sampling or assignment units.
    design : str
        Label under ``[design]`` in the locale files.
    primary : str
        The estimand that decides the verdict.
    estimands : tuple of str
        Everything planned.
    subset : str
        A condition on the table's columns; empty for everyone.
    estimator : str
        Method of the difference.
    level, alpha : float
        Confidence level and the threshold of the decision.
    min_people, min_clusters : int
        Fewest people in a group, and fewest clusters for a clustered interval.
    """

    definition: str
    exposure: str
    by: tuple[str, ...]
    bands: Mapping[str, tuple[float, ...]]
    cluster: str
    design: str
    primary: str
    estimands: tuple[str, ...]
    subset: str
    estimator: str
    level: float
    alpha: float
    min_people: int
    min_clusters: int


@dataclass(frozen=True)
class ClaimsPlan:
    """Choices for the audit of printed figures.

    Parameters
    ----------
    estimands : tuple of str
        Everything planned; the rest is exploratory.
    approx : float
        Half-width of "about", as a share of the figure.
    same_digits : int
        Fewest significant digits for two equal figures to be pointed out.
    zero_base : int
        People in the example that shows what a zero leaves open.
    level : float
        Confidence level of the upper bound of a zero, one-sided.
    """

    estimands: tuple[str, ...]
    approx: float
    same_digits: int
    zero_base: int
    level: float


@dataclass(frozen=True)
class QualityPlan:
    """Choices for the report on the tables that the offices handed in.

    Parameters
    ----------
    estimands : tuple of str
        Everything planned; the rest is exploratory.
    window, waiting : int
        Days of follow-up after the index date, and for proof after these, that a case
        file must have.
    """

    estimands: tuple[str, ...]
    window: int
    waiting: int


PLANS: dict[str, type] = {
    "recidivism": RecidivismPlan,
    "satisfaction": SatisfactionPlan,
    "reach": ReachPlan,
    "claims": ClaimsPlan,
    "quality": QualityPlan,
}


# What each outcome can do; a test holds these equal to the outcomes' own lists.
DESIGNS = ("randomised", "observational")
CHOICES: dict[str, dict[str, tuple[str, ...]]] = {
    "recidivism": {
        "window_unit": UNITS,
        "design": DESIGNS,
        "primary": ("risk_difference",),
        "estimator": ("newcombe", "wald"),
        "curve_interval": ("log-log", "log", "plain"),
    },
    "satisfaction": {"primary": ("top_box",), "estimator": ("clopper_pearson", "design", "wilson")},
    "reach": {
        "design": DESIGNS,
        "primary": ("reach_difference",),
        "estimator": ("clustered",),
    },
    "claims": {},
    "quality": {},
}
LEAST_ONE = (
    *("window", "waiting", "min_people", "min_events"),
    *("min_clusters", "same_digits", "zero_base"),
)


@dataclass(frozen=True)
class Plan:
    """The study's plan, one part an outcome.

    Parameters
    ----------
    status : {"draft", "frozen", "retrospective"}
        "retrospective" where it was written with the results known.
    parts : mapping of str to plan
        `RecidivismPlan`, `SatisfactionPlan`, `ReachPlan`, `ClaimsPlan`, `QualityPlan`, by
        outcome.
    """

    status: str
    parts: Mapping[str, Any]

    @property
    def hash(self) -> str:
        """SHA-256 of `text`, as every report on the plan prints it."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def text(self) -> str:
        """The plan in canonical form: JSON with sorted keys, all in ASCII.

        A choice that may be left out, at its default, is no part of it: a plan that was
        frozen before there was such a choice keeps its hash.
        """
        parts = {name: stated(part) for name, part in self.parts.items()}
        return json.dumps({"status": self.status, "parts": parts}, sort_keys=True)


def stated(part: Any) -> dict[str, Any]:
    """Return the choices of one outcome's plan, without those left at their defaults.

    Parameters
    ----------
    part : RecidivismPlan, SatisfactionPlan, ReachPlan, ClaimsPlan or QualityPlan
        What was agreed.
    """
    # An empty section is one that was left out.
    defaults: dict[str, Any] = {
        f.name: {} if callable(f.default_factory) else f.default for f in fields(part)
    }
    return {k: v for k, v in asdict(part).items() if v != defaults[k]}


def read_plan(section: Section) -> Plan:
    """Return the plan out of a study file's ``[plan]``.

    Parameters
    ----------
    section : Section
        ``[plan]``.
    """
    mistakes = Mistakes()
    mistakes.of(section.check, ("status",), tuple(PLANS))
    status = mistakes.of(section.choice, "status", STATUSES) if "status" in section.values else ""
    parts = {name: mistakes.of(_part, section, name) for name in PLANS if name in section.values}
    mistakes.end()
    return Plan(str(status), parts)


def _part(section: Section, name: str) -> Any:
    """Return one outcome's part of a plan."""
    inner = section.section(name)
    part = fill(PLANS[name], inner)
    mistakes = Mistakes()
    mistakes.of(_check_choices, inner, name, part)
    for key in ("level", "alpha", "approx"):
        share = getattr(part, key, 0.5)
        mistakes.of(_refuse_unless, 0 < share < 1, inner, key, share, ("0 < x < 1",))
    mistakes.end()
    return part


def default_claims_plan() -> Plan:
    """Return the plan of an audit that no study file plans: an area file with its ledger."""
    path = Path(str(resources.files("evalkit.protocol") / "claims_plan.toml"))
    return read_plan(Section(path, "plan", read_toml(path)))


def _check_choices(section: Section, name: str, part: Any) -> None:
    mistakes = Mistakes()
    for key, allowed in CHOICES[name].items():
        mistakes.of(section.choice, key, allowed)

    def need(holds: bool, key: str, found: Any, allowed: tuple[str, ...]) -> None:
        mistakes.of(_refuse_unless, holds, section, key, found, allowed)

    if name == "satisfaction":
        for answer in part.top:
            need(answer in part.categories, "top", answer, part.categories)
    for key in LEAST_ONE:
        value = getattr(part, key, 1)
        need(value >= 1, key, value, (">= 1",))
    smd = getattr(part, "max_smd", 0.1)
    need(0 < smd < 10, "max_smd", smd, ("> 0",))
    for key in ("max_away", "max_unlinked"):
        most = getattr(part, key, 0.0)
        need(0 <= most < 1, key, most, ("0 <= x < 1",))
    for column, edges in getattr(part, "bands", {}).items():
        rising = all(low < high for low, high in itertools.pairwise(edges))
        need(rising and bool(edges), f"bands.{column}", list(edges), ("a < b < c",))
    mistakes.end()


def _refuse_unless(
    holds: bool, section: Section, key: str, found: Any, allowed: tuple[str, ...]
) -> None:
    if not holds:
        raise StudyError(
            "value_range",
            path=section.path,
            where=section.label,
            key=key,
            found=found if isinstance(found, str) else as_toml(found),
            allowed=", ".join(allowed),
        )
