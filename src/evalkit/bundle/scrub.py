"""An executed notebook as it travels: what was shown, and nothing of the machine that ran it.

Imports errors. Times of single cells, users, folders and widgets' states tell of a machine and of
a person; the pages are made without them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from evalkit.errors import BundleError

# Of a notebook's metadata, what its pages are made from, and what opens it.
KEPT = ("evalkit", "kernelspec", "language_info")
KEPT_OF_CELL = ("tags", "evalkit")
# Folders of a person or of a machine, as the three systems write them.
FOLDER = re.compile(
    r"(?:file://)?/(?:home|root|Users|private|tmp|var|mnt|srv|opt)/[^\s\"'<>]*|[A-Za-z]:\\\\?Users\\"
)


def scrubbed(raw: bytes, path: Path) -> bytes:
    """Return an executed notebook without what tells of the machine.

    Raises
    ------
    BundleError
        If it is no notebook, or a cell or what it shows names a folder of this machine.
    """
    try:
        notebook = json.loads(raw)
        cells = notebook["cells"]
        notebook["metadata"] = _only(notebook["metadata"], KEPT)
        for cell in cells:
            cell["metadata"] = _only(cell["metadata"], KEPT_OF_CELL)
    except (ValueError, LookupError, TypeError, AttributeError):
        raise BundleError("bundle.no_notebook", path=path) from None
    for position, cell in enumerate(cells, start=1):
        if FOLDER.search(json.dumps([cell.get("source", ""), cell.get("outputs", [])])):
            raise BundleError("bundle.folder_shown", path=path, cell=str(position))
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()


def _only(metadata: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: metadata[name] for name in names if name in metadata}
