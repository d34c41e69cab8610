"""Two reviewers, an author and an office at one record: who may do what, and what is shown."""

import csv
import io
import json
from dataclasses import replace

import pytest

from evalkit.errors import ReviewError, UsageError
from evalkit.review import acts
from evalkit.review.acts import answer_item, close_item, correct_fact, sign_approval
from evalkit.review.export import export_record, page, write_notes
from evalkit.review.history import read_history
from evalkit.review.status import LONG, state_now, status_lines

from .made import FOLDER, NASTY, RESULT, WHEN, comment, item, subject

BLOCKS = {"cohort": item("not_met", "blocking", f"The flow is wrong. {NASTY}", RESULT)}


def key(raised):
    return raised.value.key.removeprefix("review.")


def refused(code, call, *args, **more):
    with pytest.raises(ReviewError) as raised:
        call(*args, **more)
    assert key(raised) == code
    return raised.value


def said(desk, lang="en", about=None):
    return "\n".join(status_lines(read_history(desk.folder), about, lang))


def approved(desk):
    desk.add(1)
    desk.add(2)
    sign_approval(desk.folder, desk.bundle, desk.keys[1][0])
    sign_approval(desk.folder, desk.bundle, desk.keys[2][0])
    return read_history(desk.folder)


def test_nothing_of_the_first_review_is_shown_until_the_second_is_in(desk, tmp_path):
    desk.add(1, items=BLOCKS, word="reject")

    for lang in ("en", "zh"):
        shown = said(desk, lang)
        for words in ("flow", "cohort", "reject", "不同意", "Reviewer 1", "R1"):
            assert words not in shown
    assert "Reviews: 1 of 2." in said(desk)
    assert f"Last line of the record: sha256 {read_history(desk.folder).lines[-1]['hash']}" in said(
        desk
    )
    refused("may_read", export_record, desk.folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    refused("may_answer", answer_item, desk.folder, "R1.cohort", "x", "", "", None)
    refused("may_correct", correct_fact, desk.folder, "R1.cohort", "x")
    refused("may_close", close_item, desk.folder, "R1.cohort", "", desk.keys[1][0], still=False)
    refused("may_insist", close_item, desk.folder, "R1.cohort", "", desk.keys[1][0], still=True)
    refused("may_sign", sign_approval, desk.folder, desk.bundle, desk.keys[1][0])
    desk.add(2)
    assert "R1.cohort (blocking)" in said(desk) and "Reviewer 1" in said(desk)


def test_where_one_reviewer_was_asked_the_record_says_so(desk):
    desk.add(1, asked=1, items=BLOCKS)

    assert "One reviewer only was asked." in said(desk)
    assert "R1.cohort" in said(desk)
    assert refused("asked", desk.add, 2, asked=2).values["n"] == 1
    refused("may_submit", desk.add, 2)


@pytest.mark.parametrize("same", ["name", "orcid", "key"])
def test_a_second_review_of_one_reviewer_is_refused(desk, same):
    first = {"orcid": "0000-0002-1825-0097"}

    def person(number, key=None, **held):
        path = desk.file(number, key)
        made = json.loads(path.read_text())
        made["reviewer"] |= held
        path.write_text(json.dumps(made))
        return acts.add_review(path, desk.bundle, desk.folder, None, None)

    person(1, **first)
    more = {"name": {"name": " reviewer　1 "}, "orcid": first, "key": {}}[same]
    key_number = 1 if same == "key" else 2
    refused("twice", person, 2, key_number, **more)
    assert len(read_history(desk.folder).reviews) == 1
    # Without an ORCID nobody is taken for another who has none either.
    person(2)


def test_a_later_version_needs_the_reviewers_key_and_a_higher_number(desk):
    desk.add(1)
    desk.add(2)

    refused("old_version", desk.add, 1, version=1, signed=desk.keys[1][0])
    refused("need_key", desk.add, 1, version=2)
    refused("need_key", desk.add, 1, version=2, signed=desk.keys[2][0])
    refused("key_other", desk.add, 1, version=2, key=3, signed=desk.keys[3][0])
    who, _ = desk.add(1, version=2, word="reject", signed=desk.keys[1][0])
    history = read_history(desk.folder)
    assert who == "R1" and history.state == "rejected"
    assert [sent["version"] for sent in history.reviews["R1"].versions] == [1, 2]


def test_a_review_of_another_edition_is_refused(desk):
    desk.add(1)
    path = desk.file(2)
    desk.subject = subject("d")
    refused("other_edition", acts.add_review, path, desk.bundle, desk.folder, None, None)
    # And one of an edition that the record is not of.
    refused("edition_now", desk.add, 2)


def test_only_who_raised_a_blocking_item_closes_it(desk):
    desk.add(1, items=BLOCKS)
    desk.add(2)
    close = (close_item, desk.folder, "R1.cohort", "fine")

    refused("need_own", *close, desk.keys[2][0], still=False)
    refused("need_key", *close, desk.keys[3][0], still=False)
    refused("may_sign", sign_approval, desk.folder, desk.bundle, desk.keys[2][0])
    answer_item(desk.folder, "R1.cohort", "Mended.", "commit 1", "", None)
    assert read_history(desk.folder).state == "answered"
    close_item(desk.folder, "R1.cohort", "Not so.", desk.keys[1][0], still=True)
    assert read_history(desk.folder).state == "open"
    close_item(desk.folder, "R1.cohort", "Now it is.", desk.keys[1][0], still=False)
    history = read_history(desk.folder)
    assert history.state == "closed"
    assert [w["action"] for w in history.items["R1.cohort"].words] == ["answer", "insist", "close"]
    refused("need_item_open", *close, desk.keys[1][0], still=False)
    refused("need_item_open", answer_item, desk.folder, "R1.no", "x", "", "", None)
    refused("need_item_known", correct_fact, desk.folder, "R9.cohort", "x")


def test_an_item_that_comes_again_otherwise_is_open_again_and_never_milder(desk):
    desk.add(1, items=BLOCKS)
    desk.add(2)
    milder = {"cohort": item("partly", "suggested", "Still.")}
    desk.add(1, version=2, items=milder, signed=desk.keys[1][0])
    found = read_history(desk.folder).items["R1.cohort"]
    assert (found.severity, found.said["comment"]) == ("blocking", "Still.")
    close_item(desk.folder, "R1.cohort", "", desk.keys[1][0], still=False)
    desk.add(1, version=3, items=milder, signed=desk.keys[1][0])
    assert not read_history(desk.folder).items["R1.cohort"].open
    other = {"cohort": item("partly", "required", "Again.")}
    desk.add(1, version=4, items=other, signed=desk.keys[1][0])
    found = read_history(desk.folder).items["R1.cohort"]
    assert (found.open, found.severity) == (True, "required")
    desk.add(1, version=5, signed=desk.keys[1][0])
    assert read_history(desk.folder).items["R1.cohort"].open


def test_an_approval_binds_to_results_and_plans_and_lapses(desk):
    history = approved(desk)
    assert history.state == "approved"
    same = replace(desk.subject, manifest="9" * 64)
    assert state_now(history, same) == "approved"
    assert "other files differ" in said(desk, about=same)
    changed = {**desk.subject.lines, f"{FOLDER}/results.json": "0" * 64}
    other = replace(desk.subject, lines=changed)
    assert state_now(history, other) == "lapsed"
    assert f"Changed since the approval: {FOLDER}/results.json." in said(desk, about=other)
    gone = replace(desk.subject, lines={f"{FOLDER}/results.json": "a" * 64, "new.toml": "1" * 64})
    assert "Gone since the approval: plan/plans.json." in said(desk, about=gone)
    assert "New since the approval: new.toml." in said(desk, about=gone)
    assert "同意之后有改动" in said(desk, "zh", about=other)


def test_a_new_edition_lapses_and_is_signed_anew(desk):
    approved(desk)
    desk.subject = subject("d")
    answer_item(desk.folder, "", "", "", "", desk.bundle)
    history = read_history(desk.folder)
    assert history.state == "lapsed"
    assert f"Changed since the approval: {FOLDER}/results.json." in said(desk)
    refused("need_newer", answer_item, desk.folder, "", "", "", "", desk.bundle)
    sign_approval(desk.folder, desk.bundle, desk.keys[1][0])
    assert read_history(desk.folder).state == "lapsed"
    # One has signed these results; the other's approval was of others.
    assert f"Changed since the approval: {FOLDER}/results.json." in said(desk)
    sign_approval(desk.folder, desk.bundle, desk.keys[2][0])
    assert read_history(desk.folder).state == "approved"


def test_a_later_version_takes_its_approval_back(desk):
    approved(desk)
    desk.add(1, version=2, signed=desk.keys[1][0])
    assert read_history(desk.folder).state == "lapsed"
    assert "R1 has sent a later version" in said(desk)
    assert "R2 has sent" not in said(desk)


def test_who_does_not_favour_or_has_an_item_open_cannot_sign(desk):
    desk.add(1, word="cannot_judge")
    desk.add(2)
    sign = (sign_approval, desk.folder, desk.bundle)
    refused("need_favours", *sign, desk.keys[1][0])
    refused("need_key", *sign, desk.keys[3][0])
    assert read_history(desk.folder).state == "closed"


def test_in_a_lapsed_review_open_items_stop_a_signature(desk):
    approved(desk)
    items = {"windows": item("partly", "required", "x")}
    desk.add(1, version=2, items=items, signed=desk.keys[1][0])
    sign = (sign_approval, desk.folder, desk.bundle)
    refused("need_own_settled", *sign, desk.keys[1][0])
    desk.add(1, version=3, items=BLOCKS, signed=desk.keys[1][0])
    refused("need_unblocked", *sign, desk.keys[2][0])


def test_a_bundle_that_is_not_in_order_is_not_signed(desk, monkeypatch):
    desk.add(1)
    desk.add(2)
    bad = type("Bad", (), {"good": False, "wrong": ["broken"]})
    monkeypatch.setattr(acts, "verify_bundle", lambda path: bad)
    refused("bundle_bad", sign_approval, desk.folder, desk.bundle, desk.keys[1][0])


def test_an_answer_names_a_result_that_its_edition_has(desk):
    desk.add(1, items=BLOCKS)
    desk.add(2)
    with pytest.raises(UsageError):
        answer_item(desk.folder, "R1.cohort", "x", "", RESULT, None)
    desk.subject = subject("d")
    refused("result_unknown", answer_item, desk.folder, "R1.cohort", "x", "", "no", desk.bundle)
    answer_item(desk.folder, "R1.cohort", "x", "", RESULT, desk.bundle)
    history = read_history(desk.folder)
    assert [line["action"] for line in history.lines[-2:]] == ["edition", "answer"]
    assert history.items["R1.cohort"].words[0]["body"]["result"] == RESULT


def test_an_answer_that_is_too_long_or_no_text_is_refused(desk):
    desk.add(1, items=BLOCKS)
    desk.add(2)
    answer = (answer_item, desk.folder, "R1.cohort")
    refused("answer_long", *answer, "x" * 20_001, "", "", None)
    refused("answer_text", *answer, "\udcff", "", "", None)
    refused("answer_long", correct_fact, desk.folder, "R1.cohort", "x" * 20_001)
    answer_item(desk.folder, "R1.cohort", "x" * 20_000, "", "", None)


def test_where_there_is_no_record_that_is_said(desk, tmp_path):
    refused("no_record", answer_item, tmp_path / "none", "R1.cohort", "x", "", "", None)
    refused("no_record", export_record, tmp_path / "none", tmp_path)


def test_the_open_items_come_first_and_a_long_comment_says_how_much_is_left(desk):
    first = {"question": item("partly", "suggested", "s" * (LONG + 7)), **BLOCKS}
    desk.add(1, items=first)
    desk.add(2, items={"windows": item("partly", "required", "r")})
    answer_item(desk.folder, "R2.windows", "a", "", "", None)
    close_item(desk.folder, "R1.cohort", "", desk.keys[1][0], still=False)
    lines = said(desk).splitlines()
    names = [line.split(" ")[0] for line in lines if line.startswith(("R1.", "R2."))]
    assert names == ["R2.windows", "R1.question", "R1.cohort"]
    assert "(and 7 characters more" in said(desk) and "s" * (LONG + 1) not in said(desk)


def test_a_comment_says_what_it_is_on(desk):
    on = [comment(1), comment(2, kind="result", on=RESULT)]
    desk.add(1, comments=on)
    desk.add(2)

    assert "R1.c1 (required): the whole: Please say why." in said(desk)
    assert f"R1.c2 (required): {RESULT}: Please say why." in said(desk)


def test_ratings_are_told_as_they_were_before_and_after(desk):
    def rated(level, first=None):
        told = {"level": first, "reason": "why", "bias": {}} if first else {}
        return {FOLDER: {"level": level, "reason": "why", "bias": {}, "first": told,
                         "shown": WHEN if first else ""}}  # fmt: skip

    desk.add(1, ratings=rated("2", "4"))
    desk.add(2, ratings=rated("5"))
    shown = said(desk)
    assert f"R1, {FOLDER}: rated 4 before seeing the report's none, and 2 afterwards." in shown
    assert f"R2, {FOLDER}: rated 5; the report's was not looked at." in shown


def test_a_note_beside_the_reports_names_who_agreed_and_which_results(desk, tmp_path):
    refused("no_record", write_notes, desk.folder, tmp_path)
    path = desk.file(1)
    made = json.loads(path.read_text())
    made["reviewer"]["declines"] = True
    path.write_text(json.dumps(made))
    acts.add_review(path, desk.bundle, desk.folder, None, None)
    refused("may_read", write_notes, desk.folder, tmp_path)
    desk.add(2)
    assert write_notes(desk.folder, tmp_path / "elsewhere") == []
    (tmp_path / "reports" / "one").mkdir(parents=True)
    (written,) = write_notes(desk.folder, tmp_path / "reports")
    told = json.loads(written.read_text(encoding="utf-8"))

    assert written == tmp_path / "reports" / "one" / "review.json"
    assert (told["state"], told["names"], told["unnamed"]) == ("closed", ["Reviewer 2"], 1)
    assert told["results"] == {"here/recidivism": "a" * 64}
    assert told["binding"] == desk.subject.binding


def test_a_first_file_may_be_signed_by_its_own_key_and_by_no_other(desk):
    refused("need_key", desk.add, 1, signed=desk.keys[3][0])
    assert read_history(desk.folder).lines == []
    desk.add(1, signed=desk.keys[1][0])
    assert "signature" in read_history(desk.folder).lines[-1]


def test_a_clock_that_ran_backwards_in_a_file_is_said_and_the_file_kept(desk):
    desk.add(1, saved="2026-11-29T09:59:59+00:00")
    assert "R1" not in said(desk)
    desk.add(2)
    assert "By the times in the files of R1, the clock ran backwards." in said(desk)
    assert "files of R2" not in said(desk)
    earlier = {"version": 2, "opened": "2026-11-29T08:00:00Z", "saved": "2026-11-29T08:30:00Z"}
    desk.add(2, **earlier, signed=desk.keys[2][0])
    assert "files of R2" in said(desk)


def test_a_signature_is_told_by_the_time_of_the_one_that_holds(desk, monkeypatch):
    times = iter(f"2026-11-29T10:0{n}:00Z" for n in range(9))
    monkeypatch.setattr(acts, "utc_now", lambda: next(times))
    approved(desk)
    desk.subject = subject("d")
    answer_item(desk.folder, "", "", "", "", desk.bundle)
    sign_approval(desk.folder, desk.bundle, desk.keys[1][0])
    desk.subject = subject("a")
    answer_item(desk.folder, "", "", "", "", desk.bundle)
    assert "R1, Reviewer 1: approve. Signed 2026-11-29T10:03:00Z." in said(desk)


def test_the_export_holds_everything_but_the_name_of_who_declined(desk, tmp_path):
    again = comment(2, "suggested", "=1+1", "result", RESULT, obtained="0.31", tolerance="0.005")
    path = desk.file(1, items=BLOCKS, comments=[again])
    made = json.loads(path.read_text())
    made["reviewer"] |= {"declines": True, "unit": "Hidden university"}
    made["verdict"]["dissent"] = "I  dissent.\nFully. <b>"
    path.write_text(json.dumps(made))
    acts.add_review(path, desk.bundle, desk.folder, None, None)
    desk.add(2)
    correct_fact(desk.folder, "R1.cohort", "It is 432.")
    written = export_record(desk.folder, tmp_path / "out")

    assert [p.name for p in written] == ["review.json", "review.csv", "review.en.pdf",
                                         "review.zh.pdf"]  # fmt: skip
    told = json.loads((tmp_path / "out" / "review.json").read_text(encoding="utf-8"))
    first = told["reviewers"][0]
    assert first["declined_to_be_named"] and "name" not in first
    assert "Hidden university" not in json.dumps(told) + said(desk)
    assert first["verdict"]["dissent"] == "I  dissent.\nFully. <b>"
    (blocks,) = [i for i in told["items"] if i["key"] == "R1.cohort"]
    assert blocks["facts"][0]["text"] == "It is 432." and blocks["state"] == "open"
    assert blocks["comment"] == BLOCKS["cohort"]["comment"]
    assert blocks["trace"] == [{
        "result": RESULT, "report": FOLDER, "cell": 4, "data_sha256": ["f" * 64],
        "plan": {"state": "planned", "departs": [], "sha256": "e" * 64},
    }]  # fmt: skip
    assert [line["action"] for line in told["time_line"]][-1] == "correct"
    assert told["schema"] == 1
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out" / "review.csv").read_text("utf-8"))))
    assert [row["key"] for row in rows] == ["R1.cohort", "R1.c2"]
    # A spreadsheet takes it for a text.
    assert rows[1]["comment"] == "'=1+1"
    assert (rows[1]["obtained"], rows[1]["tolerance"]) == ("0.31", "0.005")
    drawn = page(read_history(desk.folder), "en")
    assert any("Obtained: 0.31; tolerance: 0.005." in row[3] for row in drawn["parts"][0]["rows"])
    for name in ("review.en.pdf", "review.zh.pdf"):
        assert (tmp_path / "out" / name).read_bytes().startswith(b"%PDF")
