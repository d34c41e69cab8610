"""The names under which a bundle's parts lie, and what it says of itself.

Imports archive, inputs and errors.
"""

from __future__ import annotations

import json
import platform
import zlib
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from evalkit import __version__
from evalkit.batch.cache.fingerprints import digest
from evalkit.bundle.archive import Archive
from evalkit.bundle.crate import ReportFiles
from evalkit.bundle.inputs import StudyInputs
from evalkit.errors import BundleError
from evalkit.protocol import package_sha256

CONTENTS = "bundle.json"
SCHEMA = 1
REPORTS = "reports"
CODE = "code"
CODECHECK = "codecheck.yml"
LARGEST = 1 << 24
WRITERS = (
    *("babel", "fonttools", "jinja2", "latex2mathml", "lxml", "nbconvert", "nbformat"),
    *("openpyxl", "pypandoc_binary", "python-docx", "typst", "uharfbuzz", "xlsxwriter"),
)


def contents(inputs: Sequence[StudyInputs], reports: Sequence[ReportFiles], machine: str) -> bytes:
    """Return what a bundle says of itself.

    Parameters
    ----------
    machine : str
        Of the machine that made it, as `machine_sha256` gives it there.
    """
    told = {
        "schema": SCHEMA,
        "evalkit": __version__,
        "package_sha256": package_sha256(),
        "writers": writers_sha256(),
        "machine": machine,
        "studies": [each.to_json() for each in inputs],
        "reports": [report.folder for report in reports],
        "made_up": any(report.made_up for report in reports),
    }
    return as_json(told)


def writers_sha256() -> str:
    """Return a fingerprint of the packages that write pages; others may write them otherwise."""
    return digest([[name, version(name)] for name in WRITERS])


def machine_sha256() -> str:
    """Return a fingerprint of what decides how the same page is packed into bytes."""
    system = (platform.system(), platform.machine(), platform.python_version())
    return digest([writers_sha256(), *system, zlib.ZLIB_RUNTIME_VERSION])


def as_json(value: Any) -> bytes:
    """Return a value as the bundle's files of JSON have it."""
    text = json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False)
    return f"{text}\n".encode()


def read_contents(archive: Archive) -> Mapping[str, Any]:
    """Return what an opened bundle says of itself: "evalkit", "studies", "reports", "made_up".

    Raises
    ------
    BundleError
        If it does not, or a newer version made it.
    """
    try:
        told = json.loads(archive.read(CONTENTS, LARGEST))
        kinds = {"schema": int, "studies": list, "reports": list, "made_up": bool}
        kinds |= dict.fromkeys(("evalkit", "package_sha256", "writers", "machine"), str)
        known = all(isinstance(told[key], kind) for key, kind in kinds.items())
        known = known and all(isinstance(folder, str) for folder in told["reports"])
        inputs = [StudyInputs.from_json(each) for each in told["studies"]] if known else []
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise BundleError("bundle.contents", path=archive.path) from None
    if not known:
        raise BundleError("bundle.contents", path=archive.path)
    if told["schema"] > SCHEMA:
        raise BundleError("bundle.newer", path=archive.path, version=told["evalkit"][:20])
    return {**told, "studies": inputs}
