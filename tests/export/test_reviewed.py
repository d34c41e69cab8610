"""What portal and summary say of a review: only of the very results that were reviewed."""

import hashlib
import json

import pytest
from tests.export.portals import report, soup

from evalkit.export import write_portal
from evalkit.export.reviewed import review_of, status


def note(root, **changes):
    results = {
        "/".join(path.parts[-3:-1]): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.glob("tiny/*/*/results.json")
    }
    told = {
        "schema": 1, "state": "approved", "at": "2026-11-29T10:00:00Z", "names": ["Zhang <b>"],
        "unnamed": 1, "binding": "a" * 64, "record": "b" * 64, "results": results,
    }  # fmt: skip
    (root / "tiny" / "review.json").write_text(json.dumps(told | changes), encoding="utf-8")


@pytest.fixture
def results(tmp_path):
    return report(tmp_path) / "results.json"


def cell(root, name="index.html"):
    write_portal(root)
    read = soup(root, name)
    # The pill points to the sentence among the notes under the table.
    pointed = [sup.get_text() for sup in read.select("td.when .see")]
    said = [item.get_text() for item in read.select("ol.notes li")]
    assert len(pointed) == len(said)
    return said[0] if said else ""


def test_an_approval_of_these_results_is_said_with_who_agreed_to_be_named(results, tmp_path):
    note(tmp_path)

    said = "Approved by outside reviewers (Zhang <b>, a reviewer who declined to be named)"
    assert cell(tmp_path) == f"{said}, 2026-11-29."
    assert "外部评审者已同意" in cell(tmp_path, "index.zh.html")
    assert status([results], "en") == "Approved by outside reviewers, 2026-11-29"
    assert soup(tmp_path).select_one("td.when .pill").get_text() == "Approved"


def test_one_changed_byte_and_it_has_lapsed(results, tmp_path):
    note(tmp_path)
    results.write_bytes(results.read_bytes() + b" ")

    assert "it has lapsed" in cell(tmp_path)
    assert soup(tmp_path).select_one("td.when .pill").get_text() == "Approval lapsed"
    assert status([results], "en") == "Approval lapsed"


@pytest.mark.parametrize("state", ["open", "answered", "closed", "rejected"])
def test_what_is_no_approval_is_said_of_these_results_only(results, tmp_path, state):
    note(tmp_path, state=state)

    assert "pproved" not in cell(tmp_path)
    assert cell(tmp_path).startswith("Rejected" if state == "rejected" else "Under review")
    results.write_bytes(results.read_bytes() + b" ")
    assert cell(tmp_path) == ""
    assert soup(tmp_path).select_one("td.when .pill").get_text() == "Draft"
    assert status([results], "en") == "Draft, not reviewed"


def test_a_review_that_lapsed_is_so_also_of_the_same_results(results, tmp_path):
    note(tmp_path, state="lapsed")

    assert review_of(results).state == "lapsed"


@pytest.mark.parametrize(
    "broken",
    [{"schema": 2}, {"names": 3}, {"names": [1]}, {"results": []}, {"results": {}}, {"at": 1},
     {"state": None}, {"unnamed": "x"}, {"names": ["x"] * 21}],
)  # fmt: skip
def test_a_note_of_another_form_says_nothing(results, tmp_path, broken):
    note(tmp_path, **broken)

    assert review_of(results) is None
    assert cell(tmp_path) == ""


def test_no_note_and_a_note_elsewhere_say_nothing(results, tmp_path):
    assert review_of(results) is None
    note(tmp_path)
    path = tmp_path / "tiny" / "review.json"
    path.rename(tmp_path / "other.json")
    path.symlink_to(tmp_path / "other.json")
    assert review_of(results) is None


def test_of_several_reports_the_least_is_said(tmp_path):
    first = report(tmp_path) / "results.json"
    note(tmp_path)
    second = report(tmp_path, outcome="recidivism") / "results.json"

    assert status([first, second], "en") == "Approved in part"
    assert cell(tmp_path) and soup(tmp_path).select_one(".pill").get_text() == "Approved in part"
    note(tmp_path)
    assert status([first, second], "en") == "Approved by outside reviewers, 2026-11-29"
    second.write_bytes(second.read_bytes() + b" ")
    assert status([first, second], "en") == "Approval lapsed"
