"""What changed since the last edition: said only of the very results that were noted."""

import hashlib
import json

import pytest
from tests.export.portals import report, soup, text

from evalkit.export import write_portal
from evalkit.export.changes import MOST, Changed, changes_of
from evalkit.export.counts import OTHERS, Tally, counted, counts_of

HELD = {
    "since": "2026-10-01", "day": "2026-11-01", "old": "no_clear", "new": "improvement",
    "figures": 0, "judged": 0, "compared": 40, "kinds": {"moved": 3, "gone": 1},
}  # fmt: skip


def note(root, places=("a/reach",), study="s", **more):
    reports = {}
    for place in places:
        folder = root / study / place
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "results.json").write_text(place, encoding="utf-8")
        reports[place] = {**HELD, "sha256": hashlib.sha256(place.encode()).hexdigest()}
    told = {"schema": 2, "edition": "old.zip", "reports": reports} | more
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
        Tally(0, 0, 40, {"moved": 3, "gone": 1}),
    )
    assert found.verdict_moved
    assert found.told.text("en") == (
        "The verdict changed from “no clear evidence” to “evidence of improvement”;"
        " 3 of 40 numbers moved; 1 gone."
    )
    assert found.told.text("zh").startswith("结论由“证据不明确”改为“有改善的证据”；40个数字")


def test_a_verdict_that_did_not_move_or_is_none_is_said_so(tmp_path):
    told = note(tmp_path)
    (same,) = again(tmp_path, told, old="improvement")
    assert not same.verdict_moved and same.told.text("en").startswith("The verdict is the same;")
    (none,) = again(tmp_path, told, old="<b>\u202e")
    assert "from “none” to" in none.told.text("en") and "\u202e" not in none.old


def test_what_came_went_or_cannot_be_compared_is_told_apart_and_in_order(tmp_path):
    kinds = {kind: n for n, kind in enumerate(reversed(OTHERS), start=2)}
    (found,) = again(tmp_path, note(tmp_path), kinds=kinds, old="improvement")

    assert found.differs
    assert found.told.text("en") == (
        "The verdict is the same; 0 of 40 numbers moved; 9 cannot be compared; 8 with the same"
        " number and another meaning; 7 now withheld; 6 now refused; 5 now released; 4 new;"
        " 3 gone; 2 with other words."
    )


def test_the_verdicts_of_figures_are_counted_and_a_change_of_one_differs(tmp_path):
    told = note(tmp_path)
    (found,) = again(tmp_path, told, figures=47, judged=5, kinds={}, old="improvement")
    assert found.differs
    assert found.told.text("en") == (
        "The verdict is the same; 5 of 47 figure verdicts changed; 0 of 40 numbers moved."
    )
    (same,) = again(tmp_path, told, judged=0)
    assert not same.differs and "0 of 47 figure verdicts changed" in same.told.text("en")


@pytest.mark.parametrize(
    ("what", "held", "changed"),
    [
        ("verdicts", "唯一的结论没有改变", "唯一的结论改变了"),
        ("figures", "唯一的报道数字核对结论没有改变", "唯一的报道数字核对结论改变了"),
        ("moved", "唯一的数字没有变动", "唯一的数字变动了"),
    ],
)
def test_one_is_told_as_one(what, held, changed):
    assert [counted(what, n, 1).text("zh") for n in (0, 1)] == [held, changed]
    assert [counted(what, n, 1).text("en")[:6] for n in (0, 1)] == ["0 of 1", "1 of 1"]
    assert counted(what, 0, 0).text("en").startswith("0 of 0")
    assert counted(what, 1, 2).text("zh").startswith("2个")
    assert len(counts_of(Tally(0, 0, 3))) == 1


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
        {"compared": -1}, {"figures": 1.5}, {"judged": "1"}, {"old": None}, {"day": 3},
        {"kinds": {"moved": True}}, {"kinds": {"moved": -1}}, {"kinds": {"else": 1}}, {"kinds": 1},
    ],
)  # fmt: skip
def test_a_note_that_is_none_says_nothing(change, tmp_path):
    assert again(tmp_path, note(tmp_path), **change) == ()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 2}', "[" * 100_000])
def test_a_broken_note_stops_nothing(text, tmp_path):
    note(tmp_path)
    (tmp_path / "s" / "changes.json").write_text(text, encoding="utf-8")

    assert changes_of(tmp_path) == ()


def test_a_note_of_another_form_a_link_or_a_place_outside_says_nothing(tmp_path):
    told = note(tmp_path, schema=1)
    assert changes_of(tmp_path) == ()
    told |= {"schema": 2, "reports": {"../../x": told["reports"]["a/reach"]}}
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


def test_the_portal_names_the_edition_compared_with(tmp_path):
    made = report(tmp_path)
    results = made / "results.json"
    held = {**HELD, "sha256": hashlib.sha256(results.read_bytes()).hexdigest()}
    told = {"schema": 2, "edition": "bundle.2026-10.zip", "reports": {"north/reach": held}}
    (tmp_path / "tiny" / "changes.json").write_text(json.dumps(told), encoding="utf-8")
    write_portal(tmp_path)

    said = text(soup(tmp_path).select_one("section[aria-labelledby=what-changed]"))
    assert "Compared with: bundle.2026-10.zip (tiny)." in said and "1 gone." in said
