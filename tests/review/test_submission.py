"""A reviewer's file: what is not as the form saves it is refused in one sentence."""

import json

import pytest

from evalkit.errors import ReviewError
from evalkit.review.lists import ITEMS, LONGEST, orcid_checks
from evalkit.review.submission import read_form
from evalkit.words import sentence

from .made import FOLDER, NASTY, ORCIDS, RESULT, WHEN, comment, form, item, private_key, subject


@pytest.fixture
def key(tmp_path):
    return private_key(tmp_path / "key")[1]


@pytest.fixture
def read(tmp_path, key):
    def from_form(change=lambda made: None, raw=None, **about):
        made = form(1, key, **about)
        change(made)
        path = tmp_path / "form.json"
        path.write_bytes(json.dumps(made).encode() if raw is None else raw)
        return read_form(path, subject())

    return from_form


def put(*path, value):
    def change(made):
        for name in path[:-1]:
            made = made[name]
        made[path[-1]] = value

    return change


def drop(*path):
    def change(made):
        for name in path[:-1]:
            made = made[name]
        del made[path[-1]]

    return change


def rating(level="3", first=None, shown="", bias=None):
    return {"level": level, "reason": "why", "bias": bias or {}, "shown": shown,
            "first": first or {}}  # fmt: skip


FIRST = {"level": "3", "reason": "why", "bias": {"missing": "low"}}
LONG = "字" * (LONGEST["comment"] + 1)
FAULTS = {
    "extra": (put("more", value=1), "not_form"),
    "missing": (drop("items"), "not_form"),
    "kind": (put("kind", value="a letter"), "not_form"),
    "true for a number": (put("version", value=True), "not_form"),
    "version 0": (put("version", value=0), "not_form"),
    "review id": (put("review", value="../../x"), "not_form"),
    "time": (put("saved", value="yesterday"), "not_form"),
    "time without zone": (put("opened", value="2026-11-29T10:00:00"), "not_form"),
    "person": (drop("reviewer", "unit"), "not_form"),
    "role": (put("reviewer", "role", value="chair"), "not_form"),
    "material": (put("reviewer", "materials", value=["all"]), "not_form"),
    "material twice": (put("reviewer", "materials", value=["code", "code"]), "not_form"),
    "hours": (put("reviewer", "hours", value="many"), "not_form"),
    "item unknown": (put("items", "weather", value=item("met")), "not_form"),
    "item shape": (put("items", "cohort", value="met"), "not_form"),
    "found": (put("items", "cohort", value=item("good")), "not_form"),
    "severity": (put("items", "cohort", value=item("partly", "fatal", "x")), "not_form"),
    "comment id": (put("comments", value=[{**comment(1), "id": "R1"}]), "not_form"),
    "comment twice": (put("comments", value=[comment(1), comment(1)]), "not_form"),
    "comment kind": (put("comments", value=[comment(1, kind="page")]), "not_form"),
    "comment text": (put("comments", value=["x"]), "not_form"),
    "comment mild": (put("comments", value=[comment(1, severity="")]), "not_form"),
    "too many": (put("comments", value=[comment(n) for n in range(1, 502)]), "not_form"),
    "class": (put("execution", "class", value="best"), "not_form"),
    "codes": (put("execution", "codes", value=["moon"]), "not_form"),
    "word": (put("verdict", "word", value="maybe"), "not_form"),
    "level": (put("ratings", value={FOLDER: rating("6")}), "not_form"),
    "domain": (put("ratings", value={FOLDER: rating(bias={"luck": "low"})}), "not_form"),
    "judgement": (put("ratings", value={FOLDER: rating(bias={"missing": "some_concerns"})}),
                  "not_form"),
    "shown without a first": (put("ratings", value={FOLDER: rating(shown=WHEN)}), "not_form"),
    "first without shown": (put("ratings", value={FOLDER: rating(first=FIRST)}), "not_form"),
    "newer": (put("schema", value=2), "newer"),
    "edition": (put("bundle", "manifest", value="e" * 64), "other_edition"),
    "binding": (put("bundle", "binding", value="e" * 64), "other_edition"),
    "long item": (put("items", "cohort", value=item("met", "", LONG)), "too_long"),
    "long value": (
        put("comments", value=[comment(1, kind="result", on=RESULT, obtained="9" * 301)]),
        "too_long",
    ),
    "value of no result": (put("comments", value=[comment(1, obtained="9")]), "not_form"),
    "long comment": (put("comments", value=[comment(1, text=LONG)]), "too_long"),
    "long dissent": (put("verdict", "dissent", value=LONG), "too_long"),
    "long conflict": (put("conflict", value=LONG), "too_long"),
    "long reason": (put("ratings", value={FOLDER: {**rating(), "reason": LONG}}), "too_long"),
    "long class": (put("execution", "comment", value=LONG), "too_long"),
    "long name": (put("reviewer", "name", value="x" * 301), "too_long"),
    "long evidence": (put("items", "cohort", value=item("met", "", "", "x " * 2001)), "too_long"),
    "draft": (put("finished", value=False), "lacking"),
    "nobody": (put("reviewer", "name", value=""), "lacking"),
    "no unit": (put("reviewer", "unit", value=""), "lacking"),
    "no role": (put("reviewer", "role", value=""), "lacking"),
    "no hours": (put("reviewer", "hours", value=""), "lacking"),
    "no material": (put("reviewer", "materials", value=[]), "lacking"),
    "no key": (put("reviewer", "key", value=""), "lacking"),
    "no conflict statement": (put("conflict", value=" "), "lacking"),
    "item left": (put("items", "cohort", value=item("")), "lacking"),
    "item gone": (drop("items", "cohort"), "lacking"),
    "no severity": (put("items", "cohort", value=item("not_met", "", "x")), "lacking"),
    "no reason": (put("items", "cohort", value=item("partly", "blocking", " ")), "lacking"),
    "grave without a word": (put("items", "cohort", value=item("met", "blocking")), "lacking"),
    "empty comment": (put("comments", value=[comment(1, text=" ")]), "lacking"),
    "no class": (put("execution", "class", value=""), "lacking"),
    "no verdict": (put("verdict", "word", value=""), "lacking"),
    "orcid": (put("reviewer", "orcid", value="0000-0002-1825-0098"), "orcid"),
    "key": (put("reviewer", "key", value="ssh-rsa AAAA"), "key"),
    "evidence": (put("items", "cohort", value=item("met", "", "", "here.other")), "unknown_id"),
    "line of nothing": (put("items", "cohort", value=item("met", "", "", "no.py:3")), "unknown_id"),
    "result": (put("comments", value=[comment(1, kind="result", on="x")]), "unknown_id"),
    "exhibit": (put("comments", value=[comment(1, kind="exhibit", on=RESULT)]), "unknown_id"),
    "section": (put("comments", value=[comment(1, kind="section", on=f"{FOLDER}#table-1")]),
                "unknown_id"),
    "whole on": (put("comments", value=[comment(1, on=RESULT)]), "unknown_id"),
    "report": (put("ratings", value={"reports/other": rating()}), "unknown_id"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_not_as_the_form_saves_it_is_refused_in_one_sentence(read, name):
    change, fault = FAULTS[name]
    with pytest.raises(ReviewError) as raised:
        read(change)
    assert raised.value.key == f"review.{fault}"
    for lang in ("en", "zh"):
        assert len(sentence(raised.value, lang).splitlines()) == 1


def test_the_place_of_a_fault_is_named(read):
    for change, place in (
        (put("comments", value=[comment(1), comment(2, severity="")]), "comments.2.severity"),
        (put("comments", value=[comment(1), "x"]), "comments.2"),
        (put("items", "cohort", value=item("good")), "items.cohort"),
        (put("reviewer", "role", value="chair"), "reviewer.role"),
    ):
        with pytest.raises(ReviewError) as raised:
            read(change)
        assert raised.value.values["place"] == place


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b"\xff\xfe\x00", b"null", b'"text"', b"[" * 100_000, b'{"kind": "\\ud800"}'],
)
def test_what_is_no_file_of_the_form_at_all_is_said(read, raw):
    with pytest.raises(ReviewError) as raised:
        read(raw=raw)
    assert raised.value.key in ("review.not_json", "review.not_form")


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(ReviewError) as raised:
        read_form(tmp_path / "absent.json", subject())
    assert raised.value.key == "file_missing"


def test_a_comment_of_a_megabyte_is_counted_and_not_cut(read):
    with pytest.raises(ReviewError) as raised:
        read(put("comments", value=[comment(1, text="x" * 1_000_000)]))
    assert raised.value.values["n"] == 1_000_000
    assert "20,000 fit" in str(raised.value)


def test_what_fits_to_the_last_character_is_taken(read):
    held = read(put("verdict", "dissent", value=LONG[:-1]))
    assert held["verdict"]["dissent"] == LONG[:-1]


def test_markup_and_white_space_stay_as_they_were_written(read):
    text = f"{NASTY}\n  two  blanks\t\u202e"
    held = read(comments=[comment(1, text=text)])
    assert held["comments"][0]["comment"] == text


def test_evidence_may_be_results_and_lines_of_files(read):
    words = f"{RESULT} code/x.py:12\ncode/x.py:3-7"
    held = read(items={"cohort": item("met", "", "", words)})
    assert held["items"]["cohort"]["evidence"] == words


def test_a_rating_before_and_after_ours_was_shown_is_kept(read):
    held = read(ratings={FOLDER: rating("4", FIRST, WHEN, {"missing": "serious"})})
    assert held["ratings"][FOLDER]["first"]["level"] == "3"


def test_there_are_twenty_seven_items():
    assert len(ITEMS) == len(set(ITEMS)) == 27


# The first is ORCID's own example of its check digit; the third ends in X.
@pytest.mark.parametrize("good", [*ORCIDS, "0000-0002-1694-233X"])
def test_an_orcid_checks(good):
    assert orcid_checks(good)
    for at, digit in enumerate(good[:-1]):
        if digit.isdecimal():
            wrong = good[:at] + str((int(digit) + 1) % 10) + good[at + 1 :]
            assert not orcid_checks(wrong)


@pytest.mark.parametrize(
    "bad",
    ["", "0000-0002-1825", "0000000218250097", "0000-0002-1825-009x", "٠000-0002-1825-0097",
     "00000-002-1825-0097", "X000-0002-1825-0097"],
)  # fmt: skip
def test_what_has_not_the_form_of_an_orcid_is_none(bad):
    assert not orcid_checks(bad)
