"""The note that a run leaves of what changed since the last edition."""

import json

import pytest

from evalkit.batch.run import RunPlan
from evalkit.cli.since import Since
from evalkit.editions.note import last_edition, note_changes
from evalkit.errors import CompareError, OutputError
from evalkit.export.changes import changes_of
from evalkit.export.counts import Tally

from .made import (
    PLACE,
    bundled,
    edition,
    estimate,
    event,
    results,
    verdict,
    withheld,
    written,
)

OLD = results(verdict("no_clear"), estimate("x", value=0.25), estimate("y", value=1.0))
NEW = results(verdict("improvement"), estimate("x", value=0.5), withheld("y"))
ALONE = results(verdict(), area="b")


def test_what_is_noted_is_what_is_told_of_each_report_in_both(tmp_path):
    root = written(tmp_path / "reports", NEW, ALONE, made_at="2026-11-29T00:00:00Z")
    old = last_edition(bundled(tmp_path / "o.zip", written(tmp_path / "o", OLD)), {PLACE})
    found = note_changes(old, root)
    (told,) = changes_of(root)

    assert found is not None and [r.place for r in found.both] == [PLACE]
    assert (told.study, told.area, told.outcome) == ("s", "a", "reach")
    assert (told.since, told.day, told.edition) == ("2026-11-28", "2026-11-29", "o.zip")
    assert (told.old, told.new) == ("no_clear", "improvement")
    assert told.tally == found.both[0].tally
    assert told.tally == Tally(0, 0, 1, {"moved": 1, "withheld": 1})


def test_an_edition_that_is_replaced_is_held_before(tmp_path):
    root = written(tmp_path / "reports", OLD)
    old = last_edition(root, {PLACE})
    (root / PLACE / "results.json").write_text(json.dumps(NEW), encoding="utf-8")
    note_changes(old, root)

    assert [each.verdict_moved for each in changes_of(root)] == [True]


def test_of_a_report_that_failed_since_nothing_is_noted(tmp_path):
    root = written(tmp_path / "reports", NEW, ALONE)
    (root / f"{PLACE}.failed.json").write_text("{}", encoding="utf-8")
    found = note_changes(edition(OLD, ALONE), root)

    assert [each.area for each in changes_of(root)] == ["b"]
    # Nor is the file of the earlier run counted.
    assert [r.place for r in found.both] == ["s/b/reach"] and found.new.failed == (PLACE,)
    assert (found.verdicts_changed, found.compared) == ([], 0)


def test_a_run_tells_what_failed_and_nothing_of_what_stands_there(tmp_path):
    root = written(tmp_path / "reports", NEW)
    (root / f"{PLACE}.failed.json").write_text("{}", encoding="utf-8")
    since = Since(None, RunPlan(None, (), {root: None}))
    since.old = edition(OLD)
    since.note()

    assert since.lines("en") == [
        "Reports that failed in this run and are not compared: 1 (s/a/reach)."
    ]


@pytest.mark.parametrize("inside", ["", "s/a/reach", "s/a/reach/results.json"])
def test_the_folder_that_a_run_writes_is_no_last_edition(inside, tmp_path):
    root = written(tmp_path / "reports", OLD)
    (tmp_path / "link").symlink_to(root)
    for path in (root / inside, tmp_path / "link" / inside):
        with pytest.raises(CompareError) as problem:
            last_edition(path, {PLACE}, [root])
        assert problem.value.key == "compare.since_itself"
    # A bundle stays what it is, wherever it lies; another folder is another edition.
    bundle = bundled(root / "o.zip", written(tmp_path / "o", OLD))
    assert last_edition(bundle, {PLACE}, [root]).reports.keys() == {PLACE}
    assert last_edition(tmp_path / "o", {PLACE}, [root]).reports.keys() == {PLACE}


def test_an_edition_of_other_reports_or_a_partners_file_is_refused_at_once(tmp_path):
    root = written(tmp_path / "reports", OLD)
    with pytest.raises(CompareError) as problem:
        last_edition(root, {"s/z/reach"})
    assert problem.value.key == "compare.no_common"
    file = tmp_path / "p.json"
    file.write_text(json.dumps(event(("x", {"n": "1"}))), encoding="utf-8")
    with pytest.raises(CompareError) as problem:
        last_edition(file, {PLACE})
    assert problem.value.key == "compare.foreign"


def test_a_folder_without_reports_has_nothing_to_note_and_a_closed_one_is_named(tmp_path):
    (tmp_path / "empty").mkdir()
    assert note_changes(edition(OLD), tmp_path / "empty") is None
    root = written(tmp_path / "reports", NEW)
    (root / "s" / "changes.json").mkdir()
    with pytest.raises(OutputError):
        note_changes(edition(OLD), root)
