"""The code that made the reports, as a wheel: whoever has it can run them again.

Imports protocol and archive's order. It is made of what is installed here, file by file, so it is
the code whose fingerprint the reports print, also in a checkout that somebody changed.
"""

from __future__ import annotations

import base64
import hashlib
import zipfile
from importlib.metadata import distribution
from io import BytesIO
from pathlib import Path

from evalkit import __version__
from evalkit.bundle.archive import ordered
from evalkit.errors import BundleError
from evalkit.files import files_in
from evalkit.protocol import own_notebooks
from evalkit.protocol.workspace import PACKAGE, checkout

NAME = f"evalkit-{__version__}-py3-none-any.whl"
INFO = f"evalkit-{__version__}.dist-info"
LOCK = "requirements.lock"
# Beside the package and not in it: its fingerprint is the same wherever it is installed.
EXTRA = f"extra_metadata/{LOCK}"
PYODIDE = tuple(f"src/evalkit/bundle/pyodide/LICENSE.{n}.txt" for n in ("MPL-2.0", "Python"))
LICENCES = ("LICENSE", "src/evalkit/fonts/OFL.txt", *PYODIDE)
LEFT_OUT = ("__pycache__", "notebooks")
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
WHEEL = "Wheel-Version: 1.0\nGenerator: evalkit\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def wheel() -> bytes:
    """Return the installed package as a wheel, with the same bytes each time."""
    files = {f"evalkit/{name}": path.read_bytes() for name, path in _code().items()}
    files |= {f"evalkit/notebooks/{p.name}": p.read_bytes() for p in _notebooks()}
    files |= {f"{INFO}/{name}": content for name, content in _metadata().items()}
    files[f"{INFO}/{EXTRA}"] = lock()
    files[f"{INFO}/WHEEL"] = WHEEL.encode()
    record = [f"{name},sha256={_digest(files[name])},{len(files[name])}" for name in ordered(files)]
    record.append(f"{INFO}/RECORD,,")
    files[f"{INFO}/RECORD"] = "".join(f"{line}\n" for line in record).encode()
    return _zipped(files)


def lock() -> bytes:
    """Return the versions and fingerprints of every package, as the environment was made.

    Raises
    ------
    BundleError
        If this installation came without them.
    """
    if (checkout() / "pyproject.toml").is_file() and (checkout() / LOCK).is_file():
        return (checkout() / LOCK).read_bytes()
    found = distribution("evalkit").read_text(EXTRA)
    if found is None:
        raise BundleError("bundle.no_lock", path=PACKAGE)
    return found.encode()


def _metadata() -> dict[str, bytes]:
    """Return what the installation says of the package, without what is of this machine."""
    told = distribution("evalkit")
    names = ["METADATA", "entry_points.txt", *(f"licenses/{name}" for name in LICENCES)]
    found = {name: told.read_text(name) for name in names}
    return {name: text.encode() for name, text in found.items() if text is not None}


def _code() -> dict[str, Path]:
    found = files_in(PACKAGE)
    return {
        name: path
        for name, path in found.items()
        if not any(part in LEFT_OUT or part.startswith(".") for part in name.split("/"))
    }


def _notebooks() -> list[Path]:
    return sorted(own_notebooks().glob("*.ipynb"))


def _digest(content: bytes) -> str:
    raw = hashlib.sha256(content).digest()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _zipped(files: dict[str, bytes]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name in ordered(files):
            told = zipfile.ZipInfo(name, FIRST_DAY)
            told.create_system, told.external_attr = 3, 0o100644 << 16
            archive.writestr(told, files[name])
    return made.getvalue()
