"""What tells one report from another, and the names under which its parts lie."""

from __future__ import annotations

from typing import Any

from evalkit.protocol.area import Area
from evalkit.protocol.study import Study

# In a report's folder: every estimate with its provenance, and the executed notebook.
RESULTS, EXECUTED = "results.json", "report.ipynb"
# Beside it: the folder of the area's one-page summary, and the note of a failure.
SUMMARY, FAILED = "summary", ".failed.json"


def identity(study: Study, area: Area, outcome: str) -> dict[str, Any]:
    """Return what the portal must know of a report, built or failed.

    Parameters
    ----------
    study : Study
        The study.
    area : Area
        The area.
    outcome : str
        The outcome's code.
    """
    return {
        "study": {
            "code": study.code,
            "name": dict(study.name.text),
            "people": study.people,
            "made_up": study.made_up,
            "assessment": {key: dict(said.text) for key, said in study.assessment.items()},
        },
        "area": {
            "code": area.code,
            "name": dict(area.name.text),
            "place": dict(area.place.text),
            "order": area.order,
        },
        # On what else the study reports here, so that the portal can tell what is not built.
        "outcomes": study.outcomes_of(area.code),
        "outcome": outcome,
        "languages": list(study.languages),
    }
