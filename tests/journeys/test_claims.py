"""The audit of what the eight areas printed, read back from the built reports."""

import re
from collections import Counter

import pytest
from bs4 import BeautifulSoup

from evalkit.protocol import read_study

from .conftest import ROOT, results

PILOTS = read_study(ROOT / "study.toml")
# Verdicts by area, each figure once. A change of a rule, a code or a relation shows here.
EXPECTED = {
    "chongzuo": {"agrees": 2, "units_differ": 2, "cannot_verify": 30, "unquantified": 4},
    "huanan": {"cannot_verify": 7, "unquantified": 4},
    "liangjiang": {"cannot_verify": 20, "unquantified": 1},
    "guigang": {"cannot_verify": 47},
    "dachang": {"not_reachable": 1, "cannot_verify": 6},
    "beijing": {"agrees": 3, "cannot_verify": 6, "unquantified": 1},
    "dalian": {"cannot_verify": 1, "unquantified": 1},
    "yiliang": {"cannot_verify": 6, "unquantified": 3},
}


def tally(estimates, area):
    found = {}
    for e in estimates.values():
        dims = dict(map(tuple, e["dims"]))
        if e["estimand"] == "tally" and dims["of"] == "figures" and dims.get("area") == area:
            found[dims["verdict"]] = int(e["value"])
    return {verdict: n for verdict, n in found.items() if n}


@pytest.mark.parametrize("area", PILOTS.areas)
def test_each_area_has_its_verdicts(built, area):
    estimates = results(built[0], "pilots", area, "claims")

    assert tally(estimates, None) == EXPECTED[area]
    assert estimates[f"{area}.claims.verdict"]["verdict"] == "audited"


def test_the_overview_adds_the_areas_up(built):
    estimates = results(built[0], "pilots", "all", "claims")

    assert {area: tally(estimates, area) for area in PILOTS.areas} == EXPECTED
    total = Counter()
    for counts in EXPECTED.values():
        total.update(counts)
    assert tally(estimates, None) == dict(total)


def test_every_printed_figure_is_in_its_area_s_audit(built):
    found = set()
    for area in PILOTS.areas:
        found |= {
            i.split("claim=")[1].rstrip("]")
            for i in results(built[0], "pilots", area, "claims")
            if ".claim[" in i
        }

    assert len(found) == 147


def test_608_and_62_of_657_are_asked_for_their_overlap_and_accused_of_nothing(built):
    estimates = results(built[0], "pilots", "guigang", "claims")
    found = estimates["guigang.claims.finding[check=plans_and_outcomes]"]

    assert (found["verdict"], found["value"]) == ("cannot_verify", 13)
    assert found["reason"]["text"]["zh"].startswith("608＋62＝670 > 657。至少有13人")
    assert found["would_pass"]["text"]["en"] == "how many are counted in more than one part"
    against = [e for e in estimates.values() if e["verdict"] in ("contradicts", "not_reachable")]
    assert against == []


def test_99_per_cent_beside_50_visits_is_not_reachable_under_its_assumption(built):
    estimates = results(built[0], "pilots", "dachang", "claims")
    found = estimates["dachang.claims.finding[check=satisfied_of_visits]"]

    assert found["verdict"] == "not_reachable"
    assert (
        "at most one person answered for each of the 50 visits" in found["assumption"]["text"]["en"]
    )
    assert "67" in found["otherwise"]["text"]["zh"]


def test_figures_that_do_not_fit_are_counted_once_and_alike_on_the_overview(built):
    against = sum(
        counts.get(verdict, 0)
        for counts in EXPECTED.values()
        for verdict in ("contradicts", "not_reachable", "units_differ")
    )
    soup = page(built[0], "all", "en")
    titles = [caption.get_text() for caption in soup.find_all("caption")]

    assert f"statements {against} do not fit" in soup.select_one(".ek-headline").get_text()
    assert any(
        f"Figures that do not fit, in all areas ({against}; findings: 2)" in t for t in titles
    )


def test_a_figure_that_does_not_fit_has_both_readings_wherever_it_stands(built):
    for lang, words in (("en", "at the widest: "), ("zh", "最宽：")):
        soup = page(built[0], "dachang", lang)
        row = next(r for r in soup.select("tbody tr") if r.th and r.th.get_text() == "DC-05")

        assert "[98.5%, 99.5%)" in said(row) and f"{words}[98.5%, 100%)" in said(row)
        assert "99% [98.5%, 100%)" in said(soup.select_one(".ek-headline"))


# What the texts say of their figures, with the words around each in its place.
ADDED = {
    ("chongzuo", "patients_and_residents"): ("cannot_verify", "惠及中越边民3万余人"),
    ("chongzuo", "stations_and_health_centres"): ("cannot_verify", "15个"),
    ("chongzuo", "losses_per_dispute"): ("derived", "挽回损失2000余万元"),
    ("chongzuo", "trainees_of_registrations"): ("cannot_verify", "超1800名"),
    ("chongzuo", "volunteers_per_team"): ("derived", "组建队伍4311支"),
    ("liangjiang", "two_counts_of_teams"): ("cannot_verify", "突破2200支"),
    ("liangjiang", "volunteers_per_team"): ("derived", "1962支"),
    ("guigang", "two_bodies_of_departments"): ("cannot_verify", "全市42个部门联动"),
    ("guigang", "organisations_and_agencies"): ("cannot_verify", "43家专业社工机构"),
    ("guigang", "sessions_per_village"): ("derived", "8064场次"),
    ("guigang", "volunteers_per_team"): ("derived", "89.78万名"),
    ("guigang", "trainings_each_quarter"): ("cannot_verify", "季度集中培训"),
    ("beijing", "communities_per_district"): ("derived", "选取37个试点社区"),
    ("beijing", "workers_per_community"): ("derived", "280余名持证社工"),
}


@pytest.mark.parametrize(("area", "code"), ADDED)
def test_what_a_second_reading_added_accuses_nobody_and_names_its_place(built, area, code):
    verdict, quoted = ADDED[area, code]
    estimates = results(built[0], "pilots", area, "claims")
    kind = "derived" if verdict == "derived" else "finding"
    found = estimates[f"{area}.claims.{kind}[check={code}]"]

    assert found["verdict"] == verdict
    assert quoted in found["population"]["text"]["zh"]
    # The English place gives the same numbers, and no Chinese.
    assert not re.search("[\u4e00-\u9fff]", found["population"]["text"]["en"])


def page(root, area, lang):
    path = root / "pilots" / area / "claims" / f"report.{lang}.html"
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@pytest.mark.parametrize("area", [*PILOTS.areas, "all"])
def test_findings_stand_on_the_page_as_in_the_record_in_both_languages(built, area):
    estimates = results(built[0], "pilots", area, "claims")
    for lang in ("zh", "en"):
        soup = page(built[0], area, lang)
        for e in estimates.values():
            if e["estimand"] in ("finding", "derived") and "unquantified:" not in e["id"]:
                shown = [said(node) for node in soup.select(f'[data-ek="{e["id"]}"]')]

                assert any(e["reason"]["text"][lang] in text for text in shown), e["id"]


def said(node):
    # Signs that only say where a line may end are no part of what is said.
    return node.get_text().replace("\u00a0", " ").replace("\u200b", "").replace("\u2060", "")


def numbers(text):
    return sorted(re.findall(r"\d[\d,.]*\d|\d", text))


@pytest.mark.parametrize("area", PILOTS.areas)
def test_both_languages_do_the_same_arithmetic(built, area):
    for e in results(built[0], "pilots", area, "claims").values():
        if e["estimand"] in ("finding", "derived"):
            for key in ("reason", "assumption", "otherwise", "would_pass"):
                if e[key]:
                    texts = e[key]["text"]

                    assert numbers(texts["zh"]) == numbers(texts["en"]), (e["id"], key)


def test_every_finding_against_says_what_it_rests_on_where_it_is_read(built):
    for lang, word in (("en", "Assumed: "), ("zh", "假定：")):
        for area, rule in (("dachang", "not-reachable"), ("chongzuo", "units-differ")):
            rows = [
                r for r in page(built[0], area, lang).select("tbody tr") if word in r.get_text()
            ]
            accused = [r for r in rows if r.select_one(f".ek-{rule}")]

            assert accused
            headline = page(built[0], area, lang).select_one(".ek-headline").get_text()
            assert {"en": "It rests on this:", "zh": "它的前提是："}[lang] in headline


def test_what_each_outcome_lacks_everywhere_is_said(built):
    text = page(built[0], "all", "en").get_text()

    assert "recidivism (2 figures): date, whole period, size of the base" in text
    assert "follow-up, comparison" in text


def test_areas_stand_in_the_study_s_order_and_computed_quantities_are_not_ranked(built):
    soup = page(built[0], "all", "en")
    table = next(t for t in soup.find_all("table") if "Verdicts by area" in t.caption.get_text())
    names = [row.th.get_text() for row in table.select("tbody tr")]

    assert names == [*(a.name.text["en"] for a in PILOTS.areas.values()), "All areas"]
    assert "Never to be ranked" in soup.get_text()
