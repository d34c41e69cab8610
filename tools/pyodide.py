"""Bring Pyodide's core files into src/evalkit/bundle/pyodide, as they were published.

Leans on the standard library, and on npm to fetch. It never runs in a test; what it wrote is
held to its fingerprints by tests/bundle/test_pyodide.py.

    python tools/pyodide.py 314.0.7
"""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "src" / "evalkit" / "bundle" / "pyodide"
# What a page needs to start Python: the loader, the interpreter and its library. Of the list of
# further packages that is published beside them only what the interpreter is stays: none is
# loaded.
PACKED = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")
WHOLE = ("python_stdlib.zip",)

README = """\
# Pyodide {version}

Python {python}, compiled for browsers: the core files of the npm package `pyodide`, as they were
published. `tools/pyodide.py` brings them here; nobody edits them. Three are packed with gzip and
the library is a zip already; `lock.json` says for which Python they are, and of no package. The
page check.html holds all of it and starts it without a network
([ADR 0036](../../../../docs/adr/0036-recomputed-in-the-page.md)).

Pyodide is under the Mozilla Public License 2.0 (`LICENSE.MPL-2.0.txt`), Python and its library
under the Python Software Foundation License (`LICENSE.Python.txt`). The source of Pyodide is the
tag {version} of the repository pyodide/pyodide on GitHub.

SHA-256 of each file as it was published:

| file | bytes | SHA-256 |
|---|---|---|
{rows}
"""


def fetch(version: str, folder: Path) -> Path:
    """Return the folder of the package that npm packs."""
    words = ["npm", "pack", f"pyodide@{version}", "--silent"]
    name = subprocess.run(words, cwd=folder, check=True, capture_output=True, text=True).stdout
    with tarfile.open(folder / name.strip().splitlines()[-1]) as packed:
        packed.extractall(folder, filter="data")
    return folder / "package"


def bring(package: Path) -> None:
    """Write the files and what they are."""
    about = json.loads((package / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((package / "pyodide-lock.json").read_text(encoding="utf-8"))
    rows = []
    for name in (*PACKED, *WHOLE):
        data = (package / name).read_bytes()
        rows.append(f"| {name} | {len(data):,} | `{hashlib.sha256(data).hexdigest()}` |")
        if name in PACKED:
            (HOME / f"{name}.gz").write_bytes(gzip.compress(data, 9, mtime=0))
        else:
            (HOME / name).write_bytes(data)
    about_python = json.dumps({"info": lock["info"], "packages": {}}, indent=1)
    (HOME / "lock.json").write_text(about_python + "\n", encoding="utf-8")
    told = README.format(
        version=about["version"], python=lock["info"]["python"], rows="\n".join(rows)
    )
    (HOME / "README.md").write_text(told, encoding="utf-8")


def main() -> None:
    """Bring the version that is asked for."""
    with tempfile.TemporaryDirectory() as folder:
        bring(fetch(sys.argv[1], Path(folder)))


if __name__ == "__main__":
    main()
