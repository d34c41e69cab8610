"""The portal stands whatever lies in the folder of reports."""

import json

import pytest
from tests.helpers import STUDY, write_study

from evalkit.errors import DataError, StudyError
from evalkit.export import write_portal
from evalkit.protocol import read_study


def report(root, area="north", name="North", **changes):
    folder = root / "tiny" / area / "reach"
    folder.mkdir(parents=True)
    texts = {"en": name, "zh": name}
    estimate = {"estimand": "verdict", "verdict": "not_assessable", "made_up": False}
    data = {
        "study": {"code": "tiny", "name": texts},
        "area": {"code": area, "name": texts, "place": texts, "order": 1},
        "outcome": "reach",
        "languages": ["en", "zh"],
        "headline": {"en": "No data.", "zh": "没有数据。"},
        "provenance": {"made_at": "2026-11-22T00:00:00Z"},
        "estimates": [estimate],
        **changes,
    }
    (folder / "results.json").write_text(json.dumps(data), encoding="utf-8")
    return folder


def page(root):
    return (root / "index.html").read_text(encoding="utf-8")


def test_a_report_is_listed_with_its_sentence_and_links(tmp_path):
    report(tmp_path)

    pages = write_portal(tmp_path)

    assert [p.name for p in pages] == ["index.html", "index.zh.html"]
    assert "No data." in page(tmp_path) and "tiny/north/reach/report.zh.html" in page(tmp_path)


def test_what_was_not_asked_for_is_not_said_to_be_no_part_of_the_study(tmp_path):
    report(tmp_path, outcomes=["reach", "claims"])

    write_portal(tmp_path)

    assert page(tmp_path).count("not built in this folder") == 1
    assert page(tmp_path).count("not part of this study") == 2


def test_a_workbook_is_linked_where_there_is_one(tmp_path):
    folder = report(tmp_path)
    write_portal(tmp_path)
    assert "xlsx" not in page(tmp_path)

    (folder / "report.zh.xlsx").write_bytes(b"")
    write_portal(tmp_path)
    assert "tiny/north/reach/report.zh.xlsx" in page(tmp_path)


@pytest.mark.parametrize("content", ['{"trunc', "[]", "{}", "\ufffe"])
def test_a_broken_file_is_no_report_and_stops_nothing(tmp_path, content):
    report(tmp_path)
    other = tmp_path / "tiny" / "south" / "reach"
    other.mkdir(parents=True)
    (other / "results.json").write_text(content, encoding="utf-8")

    write_portal(tmp_path)

    assert "tiny/north" in page(tmp_path) and "tiny/south" not in page(tmp_path)


def test_a_name_without_a_glyph_is_spelled(tmp_path):
    report(tmp_path, name="彝良𠮷")

    write_portal(tmp_path)

    assert "彝良(U+20BB7)" in page(tmp_path)


def test_names_and_failures_are_escaped(tmp_path):
    report(tmp_path, name="<script>alert(1)</script>{{ 7 * 7 }}")
    note = json.loads((tmp_path / "tiny/north/reach/results.json").read_text())
    note["error"] = DataError("file_missing", path="<img src=x onerror=alert(1)>").to_json()
    note["area"]["code"] = "south"
    (tmp_path / "tiny" / "south").mkdir()
    (tmp_path / "tiny/south/reach.failed.json").write_text(json.dumps(note), encoding="utf-8")

    write_portal(tmp_path)

    assert "<script>" not in page(tmp_path) and "<img" not in page(tmp_path)
    assert "{{ 7 * 7 }}" in page(tmp_path)


@pytest.mark.parametrize("code", ["../north", "North", "a b", "", "a.b", "北"])
def test_an_area_code_that_cannot_be_a_folder_is_refused(tmp_path, code):
    text = STUDY.replace('areas = ["north", "south"]', f'areas = ["{code}", "south"]')

    with pytest.raises(StudyError, match="must be small letters, digits"):
        read_study(write_study(tmp_path, text))
