"""One side of A4 for each area, in the words and numbers of its reports."""

import json
import re
import shutil

import pikepdf
import pypdf
import pytest
from bs4 import BeautifulSoup

from evalkit.errors import from_json
from evalkit.export.summary import write_summaries, write_summary
from evalkit.protocol import SUMMARY

from ..export.boxes import boxes, overlaps
from .test_workbooks import numbers


def folders(root):
    return sorted(path for path in root.glob("*/*") if (path / SUMMARY).is_dir())


def said(folder, lang):
    page = (folder / SUMMARY / f"report.{lang}.html").read_text(encoding="utf-8")
    main = BeautifulSoup(page, "html.parser").select_one("main")
    for mark in main.select("[aria-hidden], a"):
        mark.decompose()
    return " ".join(main.get_text(" ").split())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_area_has_one_side_that_says_what_its_page_says(built, lang):
    areas = folders(built[0])

    assert len(areas) == 11
    for folder in areas:
        pdf = pypdf.PdfReader(folder / SUMMARY / f"report.{lang}.pdf")
        text = pdf.pages[0].extract_text()
        assert len(pdf.pages) == 1
        assert sorted(numbers(said(folder, lang))) == sorted(
            # The title and the line below it stand outside the page's main part.
            numbers(text[text.index(first_words(folder, lang)) :])
        )


def first_words(folder, lang):
    page = (folder / SUMMARY / f"report.{lang}.html").read_text(encoding="utf-8")
    return BeautifulSoup(page, "html.parser").select_one("main .ek-sentence").get_text()[:4]


def test_both_languages_have_the_same_boxes_and_fingerprints(built):
    for folder in folders(built[0]):
        pages = [
            BeautifulSoup(
                (folder / SUMMARY / f"report.{lang}.html").read_text("utf-8"), "html.parser"
            )
            for lang in ("en", "zh")
        ]
        chips, feet = (
            [[node.get("class") or node.get_text() for node in page.select(what)] for page in pages]
            for what in (".boxes .ek-chip", ".foot")
        )
        assert chips[0] == chips[1] and chips[0]
        hashes = [[w for w in str(foot).split() if len(w) == 64] for foot in feet]
        assert hashes[0] == hashes[1]


def test_a_compared_outcome_is_told_in_people_of_a_hundred_with_its_limit(built):
    text = said(built[0] / "reference" / "life", "en")

    assert (
        "22 had the event (first re-arrest) within 52 weeks; of 100 in the no-aid group, 31."
        in text
    )
    assert "the true gap could be from 17 fewer to almost none" in text
    assert "Evidence rating 3/5" in text and "main limit: a second planned test" in text
    assert "that the same would come about elsewhere" in text


def test_an_adverse_finding_never_stands_without_what_it_rests_on(built):
    text = said(built[0] / "pilots" / "dachang", "en")

    assert "(a share that a whole count must give): 49 ÷ 50 = 98%" in text
    assert "It rests on this: The percentage is a share of people" in text
    assert "“It improved” or “it worsened”" in text


def test_the_same_results_give_the_same_bytes_and_the_standards_hold(built, tmp_path):
    old = built[0] / "pilots" / "guigang"
    new = tmp_path / "guigang"
    shutil.copytree(old, new)

    write_summary(new)

    for path in sorted((old / SUMMARY).iterdir()):
        assert path.read_bytes() == (new / SUMMARY / path.name).read_bytes()
    with pikepdf.open(new / SUMMARY / "report.zh.pdf") as pdf:
        about = pdf.open_metadata()
        assert (about["pdfaid:part"], about["pdfuaid:part"]) == ("2", "1")


def test_results_of_another_version_or_broken_ones_are_passed_over(built, tmp_path):
    new = tmp_path / "life"
    shutil.copytree(built[0] / "reference" / "life", new)
    path = new / "recidivism" / "results.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    data["estimates"] = [e for e in data["estimates"] if e["estimand"] != "rating"]
    for text in (json.dumps(data), "{", "[]", "{}"):
        path.write_text(text, encoding="utf-8")

        assert write_summary(new) == [] and write_summaries([new]) == {}
    assert (new / SUMMARY / "report.en.html").is_file(), "the last good one stays"


def test_an_area_whose_words_do_not_fit_one_side_is_refused_and_keeps_its_last_summary(
    built, tmp_path
):
    new = tmp_path / "guigang"
    shutil.copytree(built[0] / "pilots" / "guigang", new)
    before = (new / SUMMARY / "report.en.pdf").read_bytes()
    path = new / "claims" / "results.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    data["headline"]["en"] = "A long sentence about figures. " * 400
    path.write_text(json.dumps(data), encoding="utf-8")

    (problem,) = write_summaries([new]).values()

    assert "does not fit one side of A4" in str(problem)
    note = json.loads((new / "summary.failed.json").read_text(encoding="utf-8"))
    assert (note["outcome"], note["area"]["code"]) == ("summary", "guigang")
    assert from_json(note["error"]).key == "summary_long"
    assert (new / SUMMARY / "report.en.pdf").read_bytes() == before
    assert not list(new.glob(".summary-*"))
    shutil.copyfile(built[0] / "pilots" / "guigang" / "claims" / "results.json", path)
    assert write_summaries([new]) == {} and not (new / "summary.failed.json").exists()


def test_a_name_without_spaces_stays_on_the_side(built, tmp_path):
    new, name = tmp_path / "guigang", "Longplace" * 12
    shutil.copytree(built[0] / "pilots" / "guigang", new)
    for path in new.glob("*/results.json"):
        data = json.loads(path.read_text(encoding="utf-8"))
        data["area"]["name"] = data["area"]["place"] = {"en": name, "zh": name}
        path.write_text(json.dumps(data), encoding="utf-8")

    write_summary(new)

    for lang in ("en", "zh"):
        path = new / SUMMARY / f"report.{lang}.pdf"
        found, widths = boxes(path)
        assert overlaps(found) == [] and all(box.right < widths[0] - 30 for box in found)
        assert "".join(pypdf.PdfReader(path).pages[0].extract_text().split()).count(name) == 2


def test_a_summary_says_for_whom_and_by_whom_or_that_nobody_said(built):
    pages = [said_of(built[0] / "pilots" / "guigang", lang) for lang in ("en", "zh")]

    assert "Asked by nobody: a desk study of public texts" in pages[0]
    assert "Paid by not stated" in pages[0] and "出资方 未说明" in pages[1]
    for lang, words in (("en", "Paid by"), ("zh", "出资方")):
        path = built[0] / "pilots" / "guigang" / "reach" / f"report.{lang}.pdf"
        assert words in "".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


def said_of(folder, lang):
    page = (folder / SUMMARY / f"report.{lang}.html").read_text(encoding="utf-8")
    return " ".join(BeautifulSoup(page, "html.parser").select_one("header").get_text(" ").split())


def test_a_summary_draws_as_many_people_as_it_says(built):
    for area, counts in {"life": (22, 31), "copenhagen": (40,), "malawi": (79, 34)}.items():
        page = (built[0] / "reference" / area / SUMMARY / "report.en.html").read_text("utf-8")
        (drawn,) = BeautifulSoup(page, "html.parser").select("img.dots")

        assert tuple(int(n) for n in re.findall(r"\): (\d+)\.", drawn["alt"])) == counts
