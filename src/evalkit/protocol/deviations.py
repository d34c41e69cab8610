"""What of the choices made differs from the plan.

Imports errors and estimate.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from evalkit.errors import UsageError
from evalkit.estimate import Deviation


def deviations(plan: Any, **used: Any) -> tuple[Deviation, ...]:
    """Return every choice that differs from the plan.

    Raises
    ------
    UsageError
        If the plan knows no such choice.
    """
    known = asdict(plan)
    found = []
    for name, value in used.items():
        if name not in known:
            raise UsageError("choice_unknown", choice=name, known=sorted(known))
        if _canonical(value) != _canonical(known[name]):
            found.append(Deviation(name, _canonical(known[name]), _canonical(value)))
    return tuple(found)


def _canonical(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value)
    # 365 and 365.0 are one choice.
    return f"{value:g}" if isinstance(value, float) else str(value)
