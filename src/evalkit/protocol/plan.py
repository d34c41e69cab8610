"""The plan: choices agreed beforehand, and what differs from them.

Every number that decides something is here, read from the study file; none is
a constant in the code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from importlib import resources
from pathlib import Path
from typing import Any

from evalkit.errors import StudyError
from evalkit.protocol.mistakes import Mistakes
from evalkit.protocol.outcomes import DECLARED, faults
from evalkit.protocol.strict import Section, as_toml, fill, read_toml

STATUSES = ("draft", "frozen", "retrospective")


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
    """Return the choices of one outcome's plan, without those left at their defaults."""
    # An empty section is one that was left out.
    defaults: dict[str, Any] = {
        f.name: {} if callable(f.default_factory) else f.default for f in fields(part)
    }
    return {k: v for k, v in asdict(part).items() if v != defaults[k]}


def read_plan(section: Section) -> Plan:
    """Return the plan out of a study file's ``[plan]``."""
    mistakes = Mistakes()
    mistakes.of(section.check, ("status",), tuple(DECLARED))
    status = mistakes.of(section.choice, "status", STATUSES) if "status" in section.values else ""
    parts = {name: mistakes.of(_part, section, name) for name in DECLARED if name in section.values}
    mistakes.end()
    return Plan(str(status), parts)


def _part(section: Section, name: str) -> Any:
    """Return one outcome's part of a plan."""
    inner = section.section(name)
    part = fill(DECLARED[name].plan, inner)
    mistakes = Mistakes()
    for key, found, allowed in faults(part):
        mistakes.of(_refuse, inner, key, found, allowed)
    mistakes.end()
    return part


def default_claims_plan() -> Plan:
    """Return the plan of an audit that no study file plans: an area file with its ledger."""
    path = Path(str(resources.files("evalkit.protocol") / "claims_plan.toml"))
    return read_plan(Section(path, "plan", read_toml(path)))


def _refuse(section: Section, key: str, found: Any, allowed: tuple[str, ...]) -> None:
    raise StudyError(
        "value_range",
        path=section.path,
        where=section.label,
        key=key,
        found=found if isinstance(found, str) else as_toml(found),
        allowed=", ".join(allowed),
    )
