"""The reviewer's form in a real browser: filled, closed, opened again, finished, taken in."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from evalkit.bundle.sign import Key
from evalkit.review.lists import ITEMS, LONGEST

ROOT = Path(__file__).resolve().parents[2]
RISK = "life.recidivism.risk_difference[window=52w]"
REPORT = "reports/reference/life/recidivism"
NASTY = "</script><img src=x onerror=alert(1)> & \"quoted\" 'too'"
KEY = Key(Ed25519PrivateKey.generate().public_key().public_bytes_raw()).line
OVERFLOW = "() => document.documentElement.scrollWidth - window.innerWidth"


def evalkit(*words, cwd=ROOT):
    return subprocess.run(
        [sys.executable, "-m", "evalkit", *map(str, words)],
        cwd=cwd, env={**os.environ, "EVALKIT_LANG": "en"}, capture_output=True, text=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def form(tmp_path_factory):
    """A bundle of one report, and the form for its reviewers."""
    at = tmp_path_factory.mktemp("review")
    study = ("--study", "studies/reference/study.toml", "--area", "life")
    for words in (
        ("run", *study, "--reports", at / "reports"),
        ("bundle", *study, "--reports", at / "reports", "--out", at / "it.zip"),
        ("review", "start", at / "it.zip"),
    ):
        ran = evalkit(*words)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    return at / "it.review.html"


@pytest.fixture
def problems(page):
    found = []
    page.on("console", lambda message: found.append(message.text))
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("dialog", lambda dialog: found.append(dialog.message))
    return found


def violations(page):
    found = Axe().run(page).response["violations"]
    return [(item["id"], len(item["nodes"]), item["nodes"][0]["html"]) for item in found]


def rate(page, level="2"):
    page.locator(f"[id='rating-{REPORT}-level']").select_option(level)
    page.locator(f"[id='rating-{REPORT}-reason']").fill("One place, long ago")
    for domain in ("randomisation", "deviations", "missing", "measurement", "reported"):
        page.locator(f"[id='rating-{REPORT}-{domain}']").select_option("low")


def fill(page):
    for name, text in {"name": "Zhang San", "unit": "A university", "hours": "6.5", "key": KEY,
                       "orcid": "0000-0002-1825-0097", "conflict": "none"}.items():  # fmt: skip
        page.locator(f"#{name}").fill(text)
    page.locator("#role").select_option("methods")
    page.locator("#materials-report").check()
    for name in ITEMS:
        page.locator(f"#item-{name}-met").check()


def saved(page, button):
    with page.expect_download() as waiting:
        page.locator(button).click()
    return waiting.value


@pytest.mark.timeout(900)
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [400, 1100])
def test_it_is_whole_in_both_languages_and_asks_for_nothing(
    form, page, outside, problems, pictures, lang, width
):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(form.as_uri())
    page.locator(f"#languages [lang={lang}]").click()
    rate(page)
    page.locator("#matches button").first.click()
    page.wait_for_function("() => document.fonts.status === 'loaded'")
    page.screenshot(path=pictures / f"review-{lang}-{width}.png", full_page=True)

    assert page.get_attribute("html", "lang") == lang
    assert page.locator("h1").inner_text() == {
        "en": "Review of a handed-over evaluation", "zh": "对移交评估的评审",
    }[lang]  # fmt: skip
    assert page.evaluate(OVERFLOW) <= 0
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []
    assert problems == [] and outside == []
    # The other language keeps what was entered.
    page.locator("#languages button:not([aria-pressed=true])").click()
    assert page.locator(f"[id='rating-{REPORT}-reason']").input_value() == "One place, long ago"


def test_ours_stays_hidden_until_theirs_is_entered_and_a_change_is_kept(form, page, tmp_path):
    page.goto(form.as_uri())
    page.locator("#languages [lang=en]").click()
    show = page.get_by_role("button", name="Show what the report says")
    page.locator("#search").fill("life.recidivism.rating")
    assert page.locator("#matches").inner_text().count("hidden until you have rated") >= 3
    assert page.locator(".ours").count() == 0 and show.is_disabled()
    page.locator("#kind").select_option("exhibit")
    page.locator("#search").fill("table-7")
    assert "rated 3 of 5" not in page.locator("#matches").inner_text()
    rate(page, "4")
    show.click()

    assert "Rating: 3 of 5." in page.locator(".ours").inner_text()
    assert "Yours 4, the report's 3." in page.locator(".ours").inner_text()
    assert "rated 3 of 5" in page.locator("#matches").inner_text()
    page.locator(f"[id='rating-{REPORT}-level']").select_option("3")
    file = tmp_path / "draft.json"
    saved(page, "#save").save_as(file)
    held = json.loads(file.read_text(encoding="utf-8"))["ratings"][REPORT]
    assert (held["level"], held["first"]["level"]) == ("3", "4") and held["shown"]


def test_filled_closed_opened_again_finished_and_taken_in(form, page, outside, problems, tmp_path):
    page.goto(form.as_uri())
    page.locator("#languages [lang=en]").click()
    page.locator("#finish").click()
    assert "before it is finished" in page.locator("#lacking").inner_text().lower()
    assert violations(page) == []
    fill(page)
    rate(page)
    page.locator("#item-cohort-not_met").check()
    page.locator("#item-cohort-severity").select_option("blocking")
    page.locator("#item-cohort-evidence").fill("no.such.result")
    assert "no.such.result" in page.locator("#item-cohort-evidence-wrong").inner_text()
    page.locator("#item-cohort-evidence").fill(RISK)
    assert page.locator("#item-cohort-evidence-wrong").inner_text() == ""
    page.locator("#item-cohort-comment").fill(NASTY)
    page.locator("#search").fill("risk_difference[window=52w]")
    page.get_by_role("button", name=f"Comment {RISK}", exact=True).click()
    # Item 19: beside what is printed, what the reviewer obtained and how far both may differ.
    assert "Printed: −8.3" in page.locator("#comment-c1").inner_text()
    page.locator("#comment-c1-obtained").fill("-0.0833")
    page.locator("#comment-c1-tolerance").fill("0.0005")
    page.locator("#comment-c1-text").fill("x" * (LONGEST["comment"] + 1))
    assert "1 characters too many" in page.locator("#comment-c1-text-wrong").inner_text()
    # The tab is closed: another one of the same browser has it all.
    other = page.context.new_page()
    page.close()
    other.goto(form.as_uri())
    other.locator("#languages [lang=en]").click()
    assert other.locator("#name").input_value() == "Zhang San"
    assert other.locator("#item-cohort-comment").input_value() == NASTY
    assert len(other.locator("#comment-c1-text").input_value()) == LONGEST["comment"] + 1
    other.locator("#class").select_option("full")
    other.locator("#word").select_option("after_changes")
    other.locator("#dissent").fill("As  I wrote it.\n<b>")
    other.locator("#finish").click()
    assert other.locator("#lacking li").count() == 1
    other.locator("#comment-c1-text").fill("Please say why.")
    download = saved(other, "#finish")
    assert download.suggested_filename.endswith("-v1.json")
    file = tmp_path / "finished.json"
    download.save_as(file)
    ran = evalkit("review", "add", file, "--bundle", form.parent / "it.zip", "--reviewers", 1,
                  "--record", tmp_path / "record")  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    shown = evalkit("review", "status", "--record", tmp_path / "record").stdout
    assert "R1.cohort (blocking)" in shown and NASTY in shown
    assert f"R1.c1 (required): {RISK}: Please say why." in shown
    (again,) = json.loads(file.read_text("utf-8"))["comments"]
    assert (again["obtained"], again["tolerance"]) == ("-0.0833", "0.0005")
    # What is changed after it was finished is a later version of the same review.
    other.locator("#hours").fill("7")
    assert saved(other, "#finish").suggested_filename.endswith("-v2.json")
    assert problems == [] and outside == []


def test_a_saved_file_is_loaded_and_a_foreign_one_changes_nothing(form, page, problems, tmp_path):
    page.goto(form.as_uri())
    page.locator("#languages [lang=en]").click()
    page.locator("#name").fill(NASTY)
    file = tmp_path / "draft.json"
    saved(page, "#save").save_as(file)
    draft = json.loads(file.read_text(encoding="utf-8"))
    page.locator("#name").fill("Somebody else")
    bad = {
        "is not a review saved by this form": ["no JSON", "[]", json.dumps({**draft, "items": 3}),
                                               json.dumps({**draft, "comments": [1]})],
        "newer version": [json.dumps({**draft, "schema": 99})],
        "another edition": [json.dumps({**draft, "bundle": {"manifest": "0"}})],
    }  # fmt: skip
    for words, texts in bad.items():
        for text in texts:
            (tmp_path / "bad.json").write_text(text, encoding="utf-8")
            page.locator("#load").set_input_files(tmp_path / "bad.json")
            page.wait_for_function(
                "words => document.querySelector('#problem').textContent.includes(words)", arg=words
            )
            assert page.locator("#name").input_value() == "Somebody else"
    page.locator("#load").set_input_files(file)
    page.wait_for_function("() => document.querySelector('#kept').textContent.includes('Loaded')")
    assert page.locator("#name").input_value() == NASTY
    page.locator("#undo").click()
    assert page.locator("#name").input_value() == "Somebody else"
    assert problems == []


def test_where_the_browser_keeps_nothing_a_sentence_says_so(form, page):
    page.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }"
    )
    page.goto(form.as_uri())
    page.locator("#languages [lang=en]").click()
    page.locator("#name").fill("x")
    assert "does not keep what you enter" in page.locator("#problem").inner_text()
    assert json.loads(Path(saved(page, "#save").path()).read_text())["reviewer"]["name"] == "x"
    assert "does not keep" in page.locator("#problem").inner_text() or "Saved as" in (
        page.locator("#kept").inner_text()
    )


@pytest.mark.parametrize(
    ("field", "bad", "good"),
    [("orcid", "0000-0002-1825-0098", "0000-0002-1825-0097"), ("hours", "six", "6"),
     ("key", "ssh-rsa AAAA", KEY), ("orcid", "0000-0002-1694-2330", "0000-0002-1694-233X")],
)  # fmt: skip
def test_a_field_says_at_once_what_is_wrong_with_it(form, page, field, bad, good):
    page.goto(form.as_uri())
    page.locator(f"#{field}").fill(bad)
    assert page.locator(f"#{field}-wrong").inner_text() != ""
    page.locator(f"#{field}").fill(good)
    assert page.locator(f"#{field}-wrong").inner_text() == ""
