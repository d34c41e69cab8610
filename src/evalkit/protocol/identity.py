"""What tells one report from another, and the names under which its parts lie."""

from __future__ import annotations

import functools
import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evalkit.files import file_sha256
from evalkit.protocol.area import Area
from evalkit.protocol.study import Study
from evalkit.protocol.workspace import PACKAGE

# In a report's folder: every estimate with its provenance, and the executed notebook.
RESULTS, EXECUTED = "results.json", "report.ipynb"
# Beside the page: the forms that somebody may take, and edit, by their endings.
FORMS = ("pdf", "docx", "xlsx")
# When it was made, apart: the same results have the same fingerprint whenever they are made.
MADE = "made.json"
# In a study's folder of reports: what outside reviewers said of them.
REVIEWED = "review.json"
# There too: what changed in them since the last edition.
CHANGED = "changes.json"
# Beside it: the folder of the area's one-page summary, and the note of a failure.
SUMMARY, FAILED = "summary", ".failed.json"


# A notebook has a fingerprint of its own on each page; in the wheel they lie in the package.
APART = ("__pycache__", "notebooks")


def utc_now() -> str:
    """Return the time in UTC, ISO 8601, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@functools.cache
def package_sha256() -> str:
    """Return the fingerprint of this package's own files, which tells one code from another.

    Returns
    -------
    str
        Of the lines that ``sha256sum`` prints for them, sorted by name; a shell gives the same
        (docs/reference/commands.md).
    """
    lines = []
    for folder, inner, names in os.walk(PACKAGE):
        inner[:] = [name for name in inner if name not in APART]
        for path in (Path(folder, name) for name in names if not name.startswith(".")):
            found = file_sha256(path)
            lines.append((f"./{path.relative_to(PACKAGE).as_posix()}", found))
    text = "".join(f"{found}  {name}\n" for name, found in sorted(lines))
    return hashlib.sha256(text.encode()).hexdigest()


def identity(study: Study, area: Area, outcome: str) -> dict[str, Any]:
    """Return what the portal must know of a report, built or failed."""
    return {
        "study": {
            "code": study.code,
            "name": dict(study.name.text),
            "people": study.people,
            "made_up": study.made_up,
            "assessment": {key: dict(said.text) for key, said in study.assessment.items()},
            **({"brand": study.brand.to_json()} if study.brand else {}),
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
