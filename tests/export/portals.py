"""A folder of constructed reports, and what its portal says."""

import json

from bs4 import BeautifulSoup

from evalkit.errors import DataError

VERDICT = {"estimand": "verdict", "verdict": "not_assessable", "made_up": False}
RATING = {"estimand": "rating", "value": 3, "reason": {"code": "x", "text": {"en": "one year"}}}


def report(root, area="north", name="North", **changes):
    folder = root / "tiny" / area / changes.get("outcome", "reach")
    folder.mkdir(parents=True)
    for lang in ("en", "zh"):
        (folder / f"report.{lang}.html").write_bytes(b"")
    texts = {"en": name, "zh": name}
    data = {
        "study": {"code": "tiny", "name": texts},
        "area": {"code": area, "name": texts, "place": texts, "order": 1},
        "outcome": "reach",
        "languages": ["en", "zh"],
        "headline": {"en": "No data.", "zh": "没有数据。"},
        "provenance": {"made_at": "2026-11-22T00:00:00Z"},
        "estimates": [VERDICT],
        **changes,
    }
    (folder / "results.json").write_text(json.dumps(data), encoding="utf-8")
    return folder


def failure(root, area="south", outcome="reach", **values):
    """Note a failure of an area that may have a report, as a batch does."""
    texts = {"en": area.title(), "zh": area}
    note = {
        "study": {"code": "tiny", "name": texts},
        "area": {"code": area, "name": texts, "place": texts, "order": 2},
        "outcome": outcome,
        "languages": ["en", "zh"],
        "error": DataError("file_missing", **({"path": "rows.csv"} | values)).to_json(),
        "at": "2026-11-23T10:00:00Z",
    }
    (root / "tiny" / area).mkdir(parents=True, exist_ok=True)
    path = root / "tiny" / area / f"{outcome}.failed.json"
    path.write_text(json.dumps(note), encoding="utf-8")


def change(path, **values):
    data = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(data | values), encoding="utf-8")


def page(root, name="index.html"):
    return (root / name).read_text(encoding="utf-8")


def soup(root, name="index.html"):
    return BeautifulSoup(page(root, name), "html.parser")


def text(element):
    return " ".join(element.get_text().split())
