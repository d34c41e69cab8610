"""The form as a file: the same bytes, nothing to load, no text that becomes a tag."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.recompute.made import est, report

from evalkit.errors import ReviewError
from evalkit.review import form
from evalkit.review.form import CHOICES, PAGE, form_page, page_words, start_review
from evalkit.review.subject import Place, Report, Subject, binding_of, bound
from evalkit.words import catalogue

FOLDER = "reports/one/here/reach"
NASTY = "</script><img src=x onerror=alert(1)>"


def subject(name="Here", made_up=False, ours=True):
    results = report(
        est("risk", value=0.5, n=10, events=5, group="a"),
        *([est("rating", unit="rating", value=3.0, digits=0)] if ours else []),
        # Where the comparison is refused, so is this, and it is of no domain.
        *([] if ours else [est("bias_domain", unit="none", reason="too_few")]),
    )
    results["area"]["name"] = {"en": name, "zh": name}
    places = (
        Place("exhibit", f"{FOLDER}#table-1", {"en": "One", "zh": "一"}),
        Place("exhibit", f"{FOLDER}#table-2", {"en": "3 of 5", "zh": "3/5"}, True),
    )
    held = Report(FOLDER, results, "b" * 64, {}, places)
    lines = {f"{FOLDER}/results.json": "a" * 64}
    return Subject(Path("it.zip"), "d" * 64, lines, made_up, (held,), frozenset(lines))


def about(page):
    (raw,) = re.findall(r'<script type="application/json" id="about">(.*?)</script>', page)
    return json.loads(raw)


def test_the_same_bundle_gives_the_same_bytes():
    assert form_page(subject()) == form_page(subject())
    assert form_page(subject()) != form_page(subject("There"))


def test_it_asks_for_nothing_and_runs_only_what_is_in_it():
    page = form_page(subject())

    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy.startswith("default-src &#39;none&#39;;")
    assert "connect-src" not in policy and "unsafe-eval" not in policy
    assert re.findall(r"""(?:src|href)=["'](?!data:)[^"' >]+""", page.split("<script")[0]) == []


def test_a_name_is_never_a_tag():
    page = form_page(subject(NASTY))

    assert NASTY not in page
    assert about(page)["reports"][0]["name"]["en"].startswith(NASTY)


@pytest.mark.parametrize("made_up", [True, False])
def test_made_up_data_are_marked(made_up):
    assert ('class="made-up"' in form_page(subject(made_up=made_up))) is made_up


def test_what_tells_the_houses_rating_is_marked_as_such():
    (held,) = about(form_page(subject()))["reports"]

    assert [r["ours"] for r in held["results"]] == [False, True]
    assert [p["ours"] for p in held["places"]] == [False, True]
    assert held["ours"]["level"] == "3"
    assert about(form_page(subject(ours=False)))["reports"][0]["ours"]["level"] == ""
    (refused,) = about(form_page(subject(ours=False)))["reports"]
    assert (refused["tool"], refused["domains"], refused["ours"]["bias"]) == ("", [], {})


def test_it_names_the_edition_that_it_is_of():
    told = about(form_page(subject()))["edition"]

    assert told == {"manifest": "d" * 64, "binding": subject().binding, "file": "it.zip"}


def test_every_sentence_of_its_sections_is_in_the_page():
    known = {key for key in catalogue("en") if key.startswith("review_form.")}
    assert known == {f"review_form.{name}" for name in (*PAGE, "no_script")}
    for section, names in CHOICES.items():
        there = {k for k in catalogue("en") if k.startswith(f"review_{section}.")}
        assert there == {f"review_{section}.{name}" for name in names}, section
    for lang in ("en", "zh"):
        assert set(page_words(lang)["page"]) == set(PAGE)


def test_the_scripts_make_no_markup_out_of_text_and_are_short():
    for file in form.TEMPLATES.glob("*.js"):
        text = file.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 400
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(",
                     "fetch(", "XMLHttpRequest"):  # fmt: skip
            assert word not in text, file.name


def test_what_an_approval_binds_to_is_stated_exactly():
    names = ["reports/a/b/c/results.json", "plan/plans.json", "inputs/a/study.toml"]
    names += ["inputs/a/areas/b.toml"]
    others = ["reports/a/b/c/report.en.html", "inputs/a/data.csv", "plan/deviations.csv"]
    others += ["reports/a/b/c/report.study.toml", "results/estimates.csv", "bundle.json"]
    assert [n for n in [*names, *others] if bound(n)] == names
    # printf of two lines of sha256sum, sorted by name, into sha256sum.
    lines = {"b": "2" * 64, "a": "1" * 64}
    expected = "7365ea48c8a3989cf164ca67f5d934c9a11269a628308b0fe529b6e4bc1c694d"
    assert binding_of(lines) == expected


def test_a_form_takes_no_others_place_and_a_bad_bundle_gives_none(tmp_path, monkeypatch):
    there = tmp_path / "form.html"
    there.write_text("somebody's work")
    with pytest.raises(ReviewError, match="something stands there"):
        start_review(tmp_path / "it.zip", there)
    assert there.read_text() == "somebody's work"
    bad = SimpleNamespace(good=False, wrong=["broken"])
    monkeypatch.setattr(form, "verify_bundle", lambda path: bad)
    with pytest.raises(ReviewError, match="not in order"):
        start_review(tmp_path / "it.zip", tmp_path / "new.html")
    assert not (tmp_path / "new.html").exists()
