"""What a report leaves for machines: every estimate, and where it comes from."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evalkit import __version__
from evalkit.errors import RecordError
from evalkit.outcomes import Report
from evalkit.present.headline import cautions
from evalkit.protocol import MADE, fingerprinted, identity, package_sha256
from evalkit.protocol.find import ENOUGH
from evalkit.record import Record

SCHEMA = 1


@dataclass(frozen=True)
class Provenance:
    """Where a report comes from.

    Parameters
    ----------
    made_at : str
        Time in UTC, ISO 8601, to the second.
    version, python : str
        Of evalkit and of Python.
    package_sha256 : str
        Fingerprint of evalkit's own code, as it was installed.
    notebook, notebook_sha256 : str
        File name and fingerprint of the notebook that was run.
    study_sha256, area_sha256, plan_sha256 : str
        Fingerprints of what was agreed.
    plan_status : str
        "draft", "frozen" or "retrospective".
    parameters : dict of str to str
        As the notebook received them.
    command : str
        Makes the report again, from any folder in which the study was run, or above which it
        lies: it names the study by its fingerprint.
    """

    made_at: str
    version: str
    package_sha256: str
    python: str
    notebook: str
    notebook_sha256: str
    study_sha256: str
    area_sha256: str
    plan_sha256: str
    plan_status: str
    parameters: dict[str, str]
    command: str


def provenance(report: Report, notebook: Path, parameters: dict[str, str]) -> Provenance:
    """Return where a report comes from, as of now.

    Parameters
    ----------
    report : Report
        Opened.
    notebook : Path
        The notebook that was run.
    parameters : dict of str to str
        As it received them; of a study that lies elsewhere the file's name is kept alone.
    """
    return Provenance(
        made_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        version=__version__,
        package_sha256=package_sha256(),
        python=platform.python_version(),
        notebook=notebook.name,
        notebook_sha256=sha256(notebook),
        study_sha256=sha256(report.study.path),
        area_sha256=sha256(report.area.path),
        plan_sha256=report.study.plan.hash,
        plan_status=report.study.plan.status,
        parameters={**parameters, "study": _named(parameters["study"], notebook)},
        command=_command(report, notebook),
    )


def _named(study: str, notebook: Path) -> str:
    # Folders of this machine stay here.
    home = notebook.parent.parent.resolve()
    inside = (notebook.parent / study).resolve().is_relative_to(home)
    return study if inside else Path(study).name


def _command(report: Report, notebook: Path) -> str:
    home = notebook.parent.parent
    # A study that lies elsewhere is named by its file: folders of this machine stay here.
    inside = report.study.path.resolve().is_relative_to(home.resolve())
    path = Path(os.path.relpath(report.study.path, home)) if inside else report.study.path.name
    study = shlex.quote(fingerprinted(Path(path).as_posix(), report.study.path, ENOUGH))
    return f"evalkit run --study {study} --area {report.area.code} --outcome {report.outcome}"


def write_results(path: Path, report: Report, record: Record, origin: Provenance) -> dict[str, Any]:
    """Write one report's estimates and provenance as JSON, and return them.

    When it was made stands in a file of its own beside it: the same results have the same
    fingerprint.

    Parameters
    ----------
    path : Path
        The file to write.
    report : Report
        Opened.
    record : Record
        Read back from the executed notebook.
    origin : Provenance
        Where the report comes from.
    """
    results = {
        "schema": SCHEMA,
        **identity(report.study, report.area, report.outcome),
        "headline": _headline(record),
        "cautions": _cautions(report, record),
        # What was decided, and not its fingerprint alone.
        "plan": asdict(report.plan),
        "provenance": {k: v for k, v in asdict(origin).items() if k != "made_at"},
        "estimates": [estimate.to_json() for estimate in record.estimates.values()],
    }
    text = json.dumps(results, ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
    made = json.dumps({"made_at": origin.made_at})
    path.with_name(MADE).write_text(made + "\n", encoding="utf-8")
    return results


def with_time(results: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return a report's results with the time at which it was made, from beside them.

    Parameters
    ----------
    results : dict
        What its results file holds; one that an older version wrote has the time itself.
    folder : Path
        The report's.

    Raises
    ------
    OSError, ValueError, LookupError, TypeError
        If neither says when it was made.
    """
    told: Mapping[str, Any] = results["provenance"]
    if "made_at" not in told:
        made = json.loads((folder / MADE).read_text(encoding="utf-8"))["made_at"]
        told = {**told, "made_at": made}
    return {**results, "provenance": told}


def _headline(record: Record) -> dict[str, str]:
    shown = [seen for seen in record.seen if seen.name == "headline"]
    if len(shown) != 1:
        raise RecordError("headline_count", path=record.called, count=str(len(shown)))
    return dict(shown[0].text)


def _cautions(report: Report, record: Record) -> list[dict[str, str]]:
    """Return what nobody may read the headline without, in every language."""
    seen = list(record.estimates.values())
    said = [cautions(report, seen, lang) for lang in report.languages]
    return [dict(zip(report.languages, lines, strict=True)) for lines in zip(*said, strict=True)]


def form_name(lang: str, ending: str, *, made_up: bool = False) -> str:
    """Return the file name of one form of a report in one language.

    Parameters
    ----------
    lang : str
        Language code.
    ending : {"html", "pdf", "docx", "xlsx"}
        Which form.
    made_up : bool
        Whether the study's data are made up: a file that is sent on says so by its name.
    """
    return f"report.{'made-up.' if made_up else ''}{lang}.{ending}"


def sha256(path: Path) -> str:
    """Return a file's fingerprint, in hexadecimal digits.

    Parameters
    ----------
    path : Path
        Of the file.
    """
    return hashlib.sha256(path.read_bytes()).hexdigest()
