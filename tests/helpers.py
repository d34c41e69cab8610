"""What several tests share: reference results, data, and small study files."""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def gold(name):
    """Return one entry of tests/reference/gold.json."""
    text = (ROOT / "tests" / "reference" / "gold.json").read_text(encoding="utf-8")
    return next(entry for entry in json.loads(text)["entries"] if entry["id"] == name)


def reference_data(name):
    """Return the path of a data set whose results are printed."""
    return ROOT / "data" / "reference" / name
