"""What changed since the last edition: said only of the very results that were noted."""

import hashlib
import json

import pytest

from evalkit.export.changes import MOST, Changed, changes_of

HELD = {
    "since": "2026-10-01", "day": "2026-11-01", "old": "no_clear", "new": "improvement",
    "compared": 40, "moved": 3, "other": 1,
}  # fmt: skip


def note(root, places=("a/reach",), study="s", **more):
    reports = {}
    for place in places:
        folder = root / study / place
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "results.json").write_text(place, encoding="utf-8")
        reports[place] = {**HELD, "sha256": hashlib.sha256(place.encode()).hexdigest()}
    told = {"schema": 1, "edition": "old.zip", "reports": reports} | more
    (root / study / "changes.json").write_text(json.dumps(told), encoding="utf-8")
    return told


def again(root, told, **more):
    told["reports"]["a/reach"] |= more
    (root / "s" / "changes.json").write_text(json.dumps(told), encoding="utf-8")
    return changes_of(root)


def test_a_change_is_told_with_its_day_its_area_and_its_counts(tmp_path):
    note(tmp_path)
    (found,) = changes_of(tmp_path)

    assert found == Changed(
        "s",
        "a",
        "reach",
        "2026-10-01",
        "2026-11-01",
        "old.zip",
        "no_clear",
        "improvement",
        40,
        3,
        1,
    )
    assert found.verdict_moved
    assert found.told.text("en") == (
        "The verdict changed from “no clear evidence” to “evidence of improvement”;"
        " 3 of 40 numbers moved, 1 came, went or cannot be compared."
    )
    assert found.told.text("zh").startswith("结论由“证据不明确”改为“有改善的证据”；40个数字")


def test_a_verdict_that_did_not_move_or_is_none_is_said_so(tmp_path):
    told = note(tmp_path)
    (same,) = again(tmp_path, told, old="improvement")
    assert not same.verdict_moved and same.told.text("en").startswith("The verdict is the same;")
    (none,) = again(tmp_path, told, old="<b>\u202e")
    assert "from “none” to" in none.told.text("en") and "\u202e" not in none.old


def test_of_a_report_that_was_built_again_nothing_is_said(tmp_path):
    note(tmp_path, ("a/reach", "b/reach"))
    (tmp_path / "s/a/reach/results.json").write_text("other", encoding="utf-8")
    assert [each.area for each in changes_of(tmp_path)] == ["b"]
    (tmp_path / "s/b/reach/results.json").unlink()
    assert changes_of(tmp_path) == ()


def test_the_latest_come_first_then_by_place(tmp_path):
    told = note(tmp_path, ("b/reach", "a/reach", "c/reach"))
    told["reports"]["c/reach"]["day"] = "2026-11-02"
    (tmp_path / "s" / "changes.json").write_text(json.dumps(told), encoding="utf-8")
    note(tmp_path, ("a/reach",), study="r")

    assert [(each.study, each.area) for each in changes_of(tmp_path)] == [
        ("s", "c"), ("r", "a"), ("s", "a"), ("s", "b"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"compared": -1}, {"moved": 1.5}, {"other": "1"}, {"old": None}, {"day": 3},
    ],
)  # fmt: skip
def test_a_note_that_is_none_says_nothing(change, tmp_path):
    assert again(tmp_path, note(tmp_path), **change) == ()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 1}', "[" * 100_000])
def test_a_broken_note_stops_nothing(text, tmp_path):
    note(tmp_path)
    (tmp_path / "s" / "changes.json").write_text(text, encoding="utf-8")

    assert changes_of(tmp_path) == ()


def test_a_note_of_another_form_a_link_or_a_place_outside_says_nothing(tmp_path):
    told = note(tmp_path, schema=2)
    assert changes_of(tmp_path) == ()
    told |= {"schema": 1, "reports": {"../../x": told["reports"]["a/reach"]}}
    (tmp_path / "s" / "changes.json").write_text(json.dumps(told), encoding="utf-8")
    assert changes_of(tmp_path) == ()
    note(tmp_path)
    (tmp_path / "s" / "changes.json").rename(tmp_path / "note")
    (tmp_path / "s" / "changes.json").symlink_to(tmp_path / "note")
    assert changes_of(tmp_path) == ()
    assert MOST >= 10_000


def test_names_lead_to_no_other_folder(tmp_path):
    told = note(tmp_path)
    other = tmp_path / "s" / "other"
    other.symlink_to(tmp_path / "outside")
    (tmp_path / "outside" / "reach").mkdir(parents=True)
    (tmp_path / "outside/reach/results.json").write_text("a/reach", encoding="utf-8")
    told["reports"] = {"other/reach": told["reports"]["a/reach"]}
    (tmp_path / "s" / "changes.json").write_text(json.dumps(told), encoding="utf-8")

    assert changes_of(tmp_path) == ()
