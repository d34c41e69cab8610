"""Eight pilot areas: what is printed, why it cannot be assessed, what to ask for."""

import csv
import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from evalkit.protocol import read_study

from .conftest import ROOT, results

PILOTS = read_study(ROOT / "study.toml")
REPORTS = PILOTS.reports()
OUTCOMES = [(area, outcome) for area, outcome in REPORTS if outcome != "claims"]


def ledger():
    with (ROOT / "data/published/claims.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_area_has_a_report_on_each_outcome():
    assert len(PILOTS.areas) == 8
    assert len(OUTCOMES) == 24
    assert [area for area, outcome in REPORTS if outcome == "claims"] == [*PILOTS.areas, "all"]


def test_the_ledger_holds_every_printed_figure_once():
    rows = ledger()

    assert len(rows) == len({row["claim_id"] for row in rows}) == 147
    assert len({row["source_id"] for row in rows}) == 8


@pytest.mark.parametrize("area,outcome", OUTCOMES)
def test_each_report_says_why_and_what_would_pass(built, area, outcome):
    estimates = results(built[0], "pilots", area, outcome)
    verdict = estimates[f"{area}.{outcome}.verdict"]

    assert verdict["verdict"] == "not_assessable"
    for lang in PILOTS.languages:
        assert len(verdict["reason"]["text"][lang]) > 10
        assert len(verdict["would_pass"]["text"][lang]) > 10


@pytest.mark.parametrize("area,outcome", OUTCOMES)
def test_each_report_shows_what_the_ledger_holds_of_it(built, area, outcome):
    wanted = {outcome} | ({"side_outcome"} if outcome == "recidivism" else set())
    rows = [r for r in ledger() if r["area"] == area and r["outcome"] in wanted]
    estimates = results(built[0], "pilots", area, outcome)

    shown = {i for i in estimates if ".printed[" in i}

    assert shown == {f"{area}.{outcome}.printed[claim={r['claim_id']}]" for r in rows}
    for row in rows:
        value = estimates[f"{area}.{outcome}.printed[claim={row['claim_id']}]"]["value"]
        assert value == (None if row["rounding"] == "none" else float(row["value"]))


@pytest.mark.parametrize("area,outcome", OUTCOMES)
def test_each_report_lists_the_data_to_ask_for(built, area, outcome):
    estimates = results(built[0], "pilots", area, outcome)

    assert f"{area}.{outcome}.requests[item=general]" in estimates


def test_visits_are_never_taken_for_people(built):
    gaps = results(built[0], "pilots", "dachang", "reach")

    reason = gaps["dachang.reach.gap[claim=DC-04]"]["reason"]["code"]
    assert "not_people" in reason.split("+")


def test_school_and_work_are_not_called_recidivism(built):
    gaps = results(built[0], "pilots", "guigang", "recidivism")

    for claim in ("GG-08", "GG-09"):
        reason = gaps[f"guigang.recidivism.gap[claim={claim}]"]["reason"]["code"]
        assert "side_outcome" in reason.split("+")


def pages(root, lang):
    return sorted(root.glob(f"*/*/*/report.{lang}.html"))


def soup(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def numbers(page):
    """Every printed number by result id, in the order of the page."""
    found = {}
    for node in page.select(".ek-number[data-ek], .ek-key[data-ek]"):
        text = node.get_text().replace("至", "to")
        digits = re.findall(r"[\u2212+]?\d[\d,.]*%?", text)
        found.setdefault(node["data-ek"], []).append(digits)
    return found


def test_both_languages_print_the_same_numbers(built):
    root, _ = built
    compared = 0
    for chinese in pages(root, "zh"):
        english = chinese.with_name("report.en.html")
        there, here = numbers(soup(chinese)), numbers(soup(english))
        compared += sum(len(v) for v in here.values())

        assert there == here, chinese

    assert compared > 100


def test_english_pages_hold_no_chinese_but_the_language_link(built):
    for path in pages(built[0], "en"):
        page = soup(path)
        for node in page.select('[lang="zh"], style'):
            node.decompose()

        assert re.findall(r"[\u4e00-\u9fff]+", page.get_text()) == [], path


def test_every_page_declares_its_language_and_tells_of_itself(built):
    for lang in ("zh", "en"):
        for path in pages(built[0], lang):
            page = soup(path)

            assert page.html["lang"] == lang
            assert page.h1.get_text(strip=True)
            if path.parent.name == "summary":
                assert 1 <= len(page.select(".boxes section")) <= 3 and page.select_one(".ek-chip")
                assert "sha256" in page.select_one(".foot").get_text()
                continue
            assert page.select_one(".ek-headline .ek-chip")
            for label in ("sha256", "evalkit 0."):
                assert label in page.select_one(".origin").get_text()


def test_links_of_the_portal_lead_to_files(built):
    root, _ = built
    for name in ("index.html", "index.en.html"):
        links = [a["href"] for a in soup(root / name).find_all("a")]
        # A page, PDF, DOCX, XLSX and JSON a report; a page and PDF a summary; the other language.
        assert len(links) == 36 * 5 + 11 * 2 + 1
        for link in links:
            assert (root / link).is_file(), link


def test_links_of_every_report_lead_to_files(built):
    for path in (*pages(built[0], "zh"), *pages(built[0], "en")):
        page = soup(path)
        for link in (a["href"] for a in page.find_all("a")):
            if link.startswith("#"):
                assert page.find(id=link[1:]), (path, link)
            else:
                assert (path.parent / link).is_file(), (path, link)


def test_the_run_lists_what_it_built(built):
    root, said = built

    assert "Reports built: 36" in said
    assert f"Portal: {root / 'index.html'}" in said


def test_no_report_names_a_folder_of_this_machine(built):
    root, _ = built
    for path in [*root.rglob("*.html"), *root.rglob("*.json"), *root.rglob("*.ipynb")]:
        text = path.read_text(encoding="utf-8")
        assert str(ROOT) not in text and str(Path.home()) + "/" not in text, path


def test_every_result_passed_the_disclosure_gate(built):
    states = set()
    for path in built[0].rglob("results.json"):
        for estimate in json.loads(path.read_text(encoding="utf-8"))["estimates"]:
            states.add((estimate["disclosure"], bool(estimate["policy"])))

    assert states == {("public", True)}
