"""What a report leaves for machines: every estimate, and where it comes from."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evalkit.errors import RecordError
from evalkit.present.headline import cautions
from evalkit.protocol import MADE
from evalkit.protocol.find import ENOUGH, marked
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


def provenance(record: Record) -> Provenance:
    """Return where a report comes from, as its executed notebook says.

    Raises
    ------
    RecordError
        If it does not say.
    """
    header, run = record.header, record.run
    return Provenance(
        made_at=run.made_at,
        version=header.version,
        package_sha256=header.package_sha256,
        python=header.python,
        notebook=run.notebook,
        notebook_sha256=run.notebook_sha256,
        study_sha256=header.study.sha256,
        area_sha256=header.area.sha256,
        plan_sha256=header.plan_sha256,
        plan_status=header.plan_status,
        parameters=dict(run.parameters),
        command=_command(record),
    )


def _command(record: Record) -> str:
    header = record.header
    study = shlex.quote(marked(record.run.study, header.study.sha256, ENOUGH))
    area = header.area_name.code
    return f"evalkit run --study {study} --area {area} --outcome {header.outcome}"


def write_results(path: Path, record: Record) -> dict[str, Any]:
    """Write one report's estimates and provenance as JSON, and return them.

    When it was made stands in a file of its own beside it: the same results have the same
    fingerprint.
    """
    header, origin = record.header, provenance(record)
    results = {
        "schema": SCHEMA,
        **header.about,
        "headline": _headline(record),
        "cautions": _cautions(record),
        # What was decided, and not its fingerprint alone.
        "plan": header.plan,
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


def _cautions(record: Record) -> list[dict[str, str]]:
    """Return what nobody may read the headline without, in every language."""
    header, seen = record.header, list(record.estimates.values())
    spoken = header.languages
    said = [
        cautions(header.outcome, header.plan, header.plan_status, seen, lang) for lang in spoken
    ]
    return [dict(zip(spoken, lines, strict=True)) for lines in zip(*said, strict=True)]


def form_name(lang: str, ending: str, *, made_up: bool = False) -> str:
    """Return the file name of one form of a report in one language.

    Parameters
    ----------
    made_up : bool
        Whether the study's data are made up: a file that is sent on says so by its name.
    """
    return f"report.{'made-up.' if made_up else ''}{lang}.{ending}"
