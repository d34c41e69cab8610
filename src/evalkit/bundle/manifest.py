"""The list of a bundle's files with their fingerprints: what is signed.

Imports errors, and archive for its order. `sha256sum -c manifest-sha256.txt` checks an unpacked
bundle without us.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from evalkit.bundle.archive import ordered
from evalkit.errors import BundleError

MANIFEST = "manifest-sha256.txt"
SIGNATURE = f"{MANIFEST}.sig"
STAMP = f"{MANIFEST}.tsr"
# They are made of the list, so they do not stand in it.
UNLISTED = (MANIFEST, SIGNATURE, STAMP)
LINE = re.compile(r"([0-9a-f]{64})  ([^\n]+)\n")


def manifest_of(digests: Mapping[str, str]) -> bytes:
    r"""Return the list of a bundle's files as ``sha256sum`` prints it.

    Parameters
    ----------
    digests : mapping of str to str
        SHA-256 of each file by its path.

    Examples
    --------
    >>> manifest_of({"a": "0" * 64})[62:].decode()
    '00  a\n'
    """
    lines = (f"{digests[name]}  {name}\n" for name in ordered(digests))
    return "".join(lines).encode()


def read_manifest(raw: bytes, path: Path) -> dict[str, str]:
    """Return the fingerprints that a bundle lists, by path.

    Raises
    ------
    BundleError
        If it is not, byte for byte, what `manifest_of` writes.
    """
    try:
        found = dict(reversed(pair) for pair in LINE.findall(raw.decode("utf-8")))
    except UnicodeDecodeError:
        raise BundleError("bundle.manifest", path=path) from None
    if manifest_of(found) != raw:
        raise BundleError("bundle.manifest", path=path)
    return found
