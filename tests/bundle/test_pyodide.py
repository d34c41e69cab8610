"""Python in the page: the files as they were published, each with its fingerprint."""

import gzip
import hashlib
import json
import re

from evalkit.bundle.check_page import LIBRARY, LICENCES, PACKED, PYODIDE

README = (PYODIDE / "README.md").read_text(encoding="utf-8")


def test_each_file_is_the_one_that_was_published():
    told = dict(re.findall(r"^\| (\S+) \| [\d,]+ \| `([0-9a-f]{64})` \|$", README, re.MULTILINE))
    files = {name: gzip.decompress((PYODIDE / f"{name}.gz").read_bytes()) for name in PACKED}
    files[LIBRARY] = (PYODIDE / LIBRARY).read_bytes()

    assert {name: hashlib.sha256(data).hexdigest() for name, data in files.items()} == told


def test_its_licences_lie_beside_it_and_its_version_is_named():
    lock = json.loads((PYODIDE / "lock.json").read_text(encoding="utf-8"))
    mozilla, python = (file.read_text(encoding="utf-8") for file in LICENCES)

    assert mozilla.startswith("Mozilla Public License Version 2.0")
    assert "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2" in python
    assert README.startswith("# Pyodide 314.0.7\n") and lock["info"]["python"] in README
    assert lock["packages"] == {}
