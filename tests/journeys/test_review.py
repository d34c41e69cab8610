"""A bundle reviewed by two who disagree, answered, signed, then lapsed by one changed byte."""

import json
import shutil

import pytest
from tests.review.made import comment, form, item

from evalkit.bundle.archive import Archive
from evalkit.review.subject import read_subject

from .test_bundle import handed, private_key

pytestmark = pytest.mark.xdist_group("bundle")
__all__ = ["handed"]
FOLDER = "reports/reference/life/recidivism"
RISK = "life.recidivism.risk_difference[window=52w]"


def altered(path, to, name):
    """A bundle with one byte of one member changed on its way."""
    shutil.copyfile(path, to)
    with Archive(path) as archive:
        member = archive.members[name]
    with to.open("r+b") as file:
        file.seek(member.at + member.size // 2)
        (byte,) = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte ^ 1]))
    return to


def test_reviewed_answered_signed_and_lapsed(handed, command, tmp_path):
    bundle = handed[0].path
    subject = read_subject(bundle)
    hidden = {place.id.split("#")[1] for place in subject.reports[0].places if place.ours}
    assert hidden == {"table-7", "table-8"}
    keys = {n: private_key(tmp_path / f"reviewer{n}") for n in (1, 2)}
    lines = {n: key.with_suffix(".pub").read_text().strip() for n, key in keys.items()}

    def review(*words, code=0, lang="en"):
        found, out, err = command("review", *words, cwd=tmp_path, lang=lang)
        assert found == code, out + err
        assert len(err.strip().splitlines()) <= 1
        return out + err

    blocks = {"cohort": item("not_met", "blocking", "The flow.", RISK)}
    asks = [comment(1, "required", "Why?", "exhibit", f"{FOLDER}#table-1")]
    about = {"about": subject, "word": "after_changes"}
    first = form(1, lines[1], items=blocks, comments=asks, **about)
    second = form(2, lines[2], about=subject)
    second["verdict"]["dissent"] = "The sample is from the 1970s."
    (tmp_path / "1.json").write_text(json.dumps(first))
    (tmp_path / "2.json").write_text(json.dumps(second))

    assert "form.html" in review("start", bundle, "--out", "form.html")
    assert "R1" in review("add", "1.json", "--bundle", bundle)
    assert "flow" not in review("status")
    review("add", "2.json", "--bundle", bundle)
    assert "R1.cohort (blocking)" in review("status", "--bundle", bundle)
    review("sign", "--bundle", bundle, "--key", keys[2], code=12)
    review("answer", "R1.cohort", "--text", "It adds up.", "--change", "commit 1")
    review("answer", "R1.c1", "--text", "Because.")
    review("close", "R1.cohort", "--key", keys[2], code=12)
    review("close", "R1.cohort", "--key", keys[1], "--text", "Yes.")
    review("close", "R1.c1", "--key", keys[1])
    review("sign", "--bundle", bundle, "--key", keys[1])
    assert "Approved" in review("sign", "--bundle", bundle, "--key", keys[2])
    status = review("status", "--bundle", bundle)
    assert status.startswith("Approved by every reviewer who was asked.")
    assert "Dissent of R2, as written: The sample is from the 1970s." in status

    for name in (f"{FOLDER}/results.json", "plan/plans.json",
                 "inputs/reference/studies/reference/study.toml"):  # fmt: skip
        other = altered(bundle, tmp_path / "other.zip", name)
        told = review("status", "--bundle", other, code=12)
        assert told.startswith("The approval has lapsed.") and f"approval: {name}." in told
    page = altered(bundle, tmp_path / "page.zip", f"{FOLDER}/report.en.html")
    assert review("status", "--bundle", page).startswith("Approved")
    assert "另有" not in review("status", lang="zh") and "同意" in review("status", lang="zh")
    # Any other file of it, too, must be the one of the list before a review is taken in.
    for spoilt in (other, page):
        assert "not the one on its list" in review("add", "1.json", "--bundle", spoilt, code=12)
    review("start", other, "--out", "bad.html", code=12)
    assert not (tmp_path / "bad.html").exists()
    review("export", "--out", "out")
    told = json.loads((tmp_path / "out" / "review.json").read_text(encoding="utf-8"))
    (way,) = next(i for i in told["items"] if i["key"] == "R1.cohort")["trace"]
    assert way["cell"] > 0 and len(way["data_sha256"][0]) == 64 and way["plan"]["sha256"]


@pytest.mark.parametrize(
    "words",
    [
        ["review"], ["review", "begin"], ["review", "start"], ["review", "start", "absent.zip"],
        ["review", "add", "absent.json"], ["review", "status"], ["review", "sign"],
        ["review", "answer"], ["review", "answer", "R1.c1"], ["review", "close", "R1.c1"],
        ["review", "answer", "R1.c1", "--fact", "x", "--text", "y"], ["review", "export"],
        ["review", "answer", "R1.c1", "--text", "x", "--result", "y"],
        ["review", "status", "--bundle", "absent.zip"],
    ],
)  # fmt: skip
def test_words_that_mean_no_step_end_in_a_sentence(command, tmp_path, words):
    code, out, err = command(*words, cwd=tmp_path)
    assert code in (2, 11, 12)
    assert out == "" and len(err.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
