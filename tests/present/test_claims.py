"""Exhibits of the audit, where an area prints little or nothing, and where it prints much."""

from dataclasses import replace

import pytest
from tests.helpers import ROOT

from evalkit import present
from evalkit.errors import StudyError
from evalkit.outcomes import claims, gaps, open_report
from evalkit.words import say

AREA = """\
code = "town"
order = 1
level = "county"
name = { en = "Town", zh = "某镇" }
place = { en = "Province", zh = "某省" }
source = "paper"

[ledger]
file = "town.csv"
source = { en = "The paper", zh = "日报" }
licence = "facts"
"""
HEAD = "claim_id,outcome,indicator,printed_figure,unit,statement_en,statement_zh\n"
EXHIBITS = [
    present.claims_opening, present.tally, present.parts_figure, present.shares_of_base_figure,
    present.people_visits_figure, present.findings_table, present.derived_table,
    present.wording_table, present.completeness_table, present.claims_table,
]  # fmt: skip


@pytest.fixture
def audited(tmp_path):
    """Write an area with a ledger and relations of its own; return its audit."""

    def make(rows, relations="", lang="en"):
        (tmp_path / "town.toml").write_text(AREA + relations, encoding="utf-8")
        (tmp_path / "town.csv").write_text(HEAD + rows, encoding="utf-8")
        report = open_report(tmp_path / "town.toml", "town", "claims", lang)
        return claims.audit(report, approx=report.plan.approx, level=report.plan.level)

    return make


@pytest.mark.parametrize("show", EXHIBITS, ids=lambda show: show.__name__)
def test_an_area_with_one_figure_gets_a_sentence_where_there_is_no_exhibit(audited, show):
    shown = show(audited("T-1,organisation,teams,12支,,twelve teams,十二支队伍\n"))

    assert all(shown.text[lang].strip() and shown.html[lang].strip() for lang in ("en", "zh"))


def parts(exclusive):
    return f"""
[[relations]]
code = "sum"
kind = "part_of"
parts = ["T-1", "T-2"]
whole = "T-3"
exclusive = {exclusive}
complete = false
one_each = false
stated = true
fact = {{ en = "of these", zh = "其中" }}
place = {{ en = "here", zh = "此处" }}
"""


PEOPLE = (
    "T-1,reach,a,608名,,608 back to class,608名返校\n"
    "T-2,reach,b,62名,,62 with jobs,62名就业\n"
    "T-3,reach,c,657名,,657 with plans,657名有方案\n"
)


def test_an_overlap_is_drawn_without_the_colour_of_a_fault(audited):
    overlap = present.parts_figure(audited(PEOPLE, parts("false")))
    fault = present.parts_figure(audited(PEOPLE, parts("true")))

    rust = "#a63c06"
    assert rust not in svg(overlap)
    assert rust in svg(fault)


def svg(shown):
    return shown.content["en"].wide


def test_a_figure_s_alternative_text_tells_its_numbers(audited):
    shown = present.parts_figure(audited(PEOPLE, parts("false")))

    assert "608 + 62 = 670 > 657" in shown.content["en"].alt
    assert "608＋62＝670 > 657" in shown.content["zh"].alt


def test_a_figure_carries_the_estimates_that_it_draws(audited):
    shown = present.parts_figure(audited(PEOPLE, parts("false")))

    assert [e.id for e in shown.estimates] == ["town.claims.finding[check=sum]"]


def test_the_same_audit_is_drawn_with_the_same_bytes(audited):
    audit = audited(PEOPLE, parts("false"))

    assert present.parts_figure(audit) == present.parts_figure(audit)


def test_a_choice_that_is_not_the_plan_s_is_stamped(audited):
    report = audited(PEOPLE).report

    audit = claims.audit(report, approx=0.1, level=report.plan.level)

    assert {e.plan for e in audit.estimates} == {"deviation"}
    assert audit.deviations[0].parameter == "approx"


def test_an_area_of_the_study_without_a_figure_says_so():
    study = ROOT / "study.toml"
    report = open_report(study, "dalian", "claims", "en")
    audit = claims.audit(report, approx=report.plan.approx, level=report.plan.level)

    assert "no percentage" in present.shares_of_base_figure(audit).text["en"]
    assert (
        "no visits that could be set beside people"
        in present.people_visits_figure(audit).text["en"]
    )


@pytest.mark.parametrize(
    ("printed", "rule"),
    [("超过100%", "above_all"), ("100%", "smallest_base"), ("101%", "above_all")],
)
def test_more_than_all_is_told_from_all(audited, printed, rule):
    audit = audited(f"T-1,reach,a,{printed},,{printed},{printed}\n")

    assert rule in {finding.rule for finding in audit.checked.findings}


@pytest.mark.parametrize(
    ("printed", "decimals"), [("12%", 0), ("97.5%", 1), ("12.34%", 2), ("608名", 0)]
)
def test_a_printed_figure_keeps_its_decimals(audited, printed, decimals):
    audit = audited(f"T-1,reach,a,{printed},,{printed},{printed}\n")

    assert {e.digits for e in audit.estimates if e.dim("claim") == "T-1"} == {decimals}


def test_the_overview_says_what_no_area_s_figure_has():
    report = open_report(ROOT / "study.toml", "all", "claims", "en")
    seen = claims.overview(report, approx=report.plan.approx, level=report.plan.level)

    lacks = present.lacks_statement(seen)

    # Of each outcome as many figures as the table of all areas has.
    totals = [e for e in seen.of("completeness") if e.dim("area") is None]
    for outcome in ("recidivism", "satisfaction", "reach"):
        have = [e for e in totals if e.dim("outcome") == outcome]
        assert f"({have[0].denominator} figures)" in lacks.text["en"]
        assert all(e.denominator == have[0].denominator for e in have)
    assert lacks.estimates == tuple(totals)
    each = present.completeness_figure(seen).estimates
    drawn = {e.dim("area") for e in each}
    assert drawn <= {*report.study.areas} and "guigang" in drawn
    table = present.lacks_table(seen)
    assert all(e.dim("area") is None for e in table.estimates)


def test_the_overview_of_one_area_draws_each_need_of_the_one_outcome_it_has(audited):
    held = audited("T-1,reach,a,50名,,fifty,五十\n").report
    report = replace(held, study=replace(held.study, outcomes=("reach",)))
    seen = claims.overview(report, approx=report.plan.approx, level=report.plan.level)

    shown = present.completeness_figure(seen)

    drawn = [e for e in shown.estimates if e.dim("area")]
    assert drawn and {e.dim("outcome") for e in drawn} == {"reach"}
    words = [say("figure.of_all", "en", x=e.value, n=e.denominator) for e in drawn]
    assert shown.content["en"].wide.count(f"<!-- {words[0]} -->") == words.count(words[0])


def test_parts_that_make_their_whole_agree_with_it(audited):
    rows = "".join(f"T-{i},reach,a,{n}名,,no. {i},第{i}\n" for i, n in ((1, 50), (2, 70), (3, 120)))
    audit = audited(rows, parts("true").replace("complete = false", "complete = true"))

    (row,) = present.findings_table(audit).content["en"].rows

    assert row.cells[1].lines[1].text == "agrees"


@pytest.mark.parametrize(
    ("named", "known"),
    [("T-11", ["T-1"]), ("nothing like it", ["T-1", "X-2", "Y-3"])],
)
def test_a_relation_of_an_unknown_figure_is_told_those_like_it_or_the_first(audited, named, known):
    rows = "".join(f"{code},reach,a,50名,,fifty,五十\n" for code in ("T-1", "X-2", "Y-3", "Z-4"))
    wrong = parts("true").replace('"T-3"', f'"{named}"').replace('"T-2"', '"X-2"')

    with pytest.raises(StudyError) as caught:
        audited(rows, wrong)

    assert caught.value.key == "relation_unknown" and caught.value.values["figure"] == named
    assert caught.value.values["known"] == known


def test_what_is_printed_is_no_gap_where_data_are_supplied():
    printed = open_report(ROOT / "study.toml", "guigang", "reach", "en")
    supplied = open_report(ROOT / "studies/reference/study.toml", "malawi", "reach", "en")

    lacks, none = (present.gaps_statement(gaps(report)) for report in (printed, supplied))

    assert lacks.estimates and "no denominator" in lacks.text["en"]
    assert none.estimates == () and none.text["en"] != lacks.text["en"]


LACKING = (
    "T-1,reach,a,608名,,608 helped,帮助608名\n"
    "T-2,organisation,b,12支,,twelve teams,十二支队伍\n"
    "T-3,organisation,c,13支,,thirteen teams,十三支队伍\n"
)


def test_what_most_figures_lack_is_counted_in_all_of_them(audited):
    audit = audited(LACKING)

    table = present.lacking_table(audit).content["en"]

    codes = [e.reason.code.split("+") for e in audit.of("claim")]
    dated = sum("date" in each for each in codes)
    alone = codes.count(["date"])
    assert dated == 3 > alone
    assert table.title.startswith("Of 3 figures and statements 3 lack this: no date or period")
    assert table.title.endswith(f"{alone} lack nothing else")
    # The largest group first, and each figure once.
    counts = [int(row.cells[1].text) for row in table.rows]
    assert counts == sorted(counts, reverse=True) and sum(counts) == 3


def test_one_figure_is_told_in_the_singular(audited):
    shown = present.headline(claims.verdict(audited("T-1,organisation,teams,12支,,twelve,十二\n")))

    assert "The one printed figure cannot be verified" in shown.text["en"]


def test_of_findings_in_one_row_each_says_of_which_figures_it_is(audited):
    rows = "".join(
        f"T-{n},reach,v{n},{n}00人次,person_times,{n}00 visits,{n}00人次\n" for n in (1, 2)
    )

    (row,) = present.findings_table(audited(rows)).content["en"].rows

    said = [line.text for line in row.cells[1].lines if "visits" in line.text]
    counted = [line.text for line in row.cells[2].lines]
    assert [text.split(":")[0] for text in counted] == ["T-1", "T-2"]
    assert [text.split(":")[0] for text in said if text.startswith("T-")] == ["T-1", "T-2"]
