"""The tables of the offices, counted: nothing listed, and no small number shown."""

import json

import pytest
from tests.cohort.office import case, event, write
from tests.outcomes.conftest import CLEAN
from tests.outcomes.tables import cases

from evalkit import present
from evalkit.errors import DataError, StudyError
from evalkit.outcomes import open_report, quality
from evalkit.outcomes.report import Refusal
from evalkit.words import sentence

PLAN = """
[plan.quality]
estimands = ["table_rows", "problem", "missing", "matched", "linked", "mature"]
window = 365
waiting = 183

[labels]
"""


@pytest.fixture
def handed(tmp_path, project):
    def make(status="confidential", **tables):
        for shape, rows in tables.items():
            write(tmp_path / "data" / "clean", shape, rows, made_up=status == "made_up")
        text = project.read_text(encoding="utf-8")
        text = text.replace('"reach", "claims"]', '"reach", "claims", "quality"]')
        text = text.replace("[labels]\n", CLEAN.format(status=status) + PLAN)
        project.write_text(text, encoding="utf-8")
        return quality.hand_over(open_report(project, "guigang", "quality", "en"))

    return make


def problems(result):
    return {e.dim("check"): (e.dim("level"), e.value) for e in result.of("problem")}


def test_rows_and_doubts_are_counted_and_rounded(handed):
    files = [row | {"consent": None} for row in cases()]
    made = handed(cases=files, events=[event(str(i), f"programme{i}", "2023-05-01", severity=1)
                                         for i in range(30)])  # fmt: skip

    counted = quality.contents(made)

    assert [e.value for e in counted.of("table_rows")] == [200, 30]
    # Twenty were not searched for; nobody's consent is known.
    assert problems(counted)["not_linked"] == ("warn", 20)
    assert problems(counted)["consent_missing"] == ("warn", 200)
    assert [e.dim("level") for e in counted.of("problem")] == sorted(
        (e.dim("level") for e in counted.of("problem")), reverse=True
    )


def test_few_rows_are_withheld_and_never_listed(handed):
    few = [case(f"p{i}", age=20 if i < 4 else 16, consent=True) for i in range(100)]

    counted = quality.contents(handed(cases=few))

    adults = next(e for e in counted.of("problem") if e.dim("check") == "age_adult")
    assert (adults.disclosure, adults.value) == ("withheld", None)
    assert '"p1"' not in json.dumps(present.problems_table(counted).to_json())


def test_empty_cells_are_counted_by_column(handed):
    rows = [case(f"p{i}", age=None if i < 25 else 16, consent=None) for i in range(100)]

    found = quality.missing(handed(cases=rows))

    counts = {e.dim("column"): (e.value, e.n) for e in found.of("missing")}
    assert counts["age"] == (25, 100) and counts["consent"] == (100, 100)
    assert "sex" not in counts


def test_rows_that_a_rule_left_out_are_counted(handed):
    made = handed(cases=cases())
    made.tables["cases"].left_out["状态 = 作废"] = 40

    counted = quality.contents(made)

    left = next(e for e in counted.of("problem") if e.dim("check") == "left_out_1")
    # Of 200 rows that stayed and 40 that did not.
    assert (left.dim("level"), left.value, left.n) == ("note", 40, 240)
    shown = present.problems_table(counted)
    assert "按平台文件的规则剔除：状态 = 作废" in shown.html["zh"]


def test_later_contacts_of_nobody_are_seen(handed):
    rows = [event(str(i), f"p{i}", "2023-05-01") for i in range(60)]

    found = quality.linkage(handed(cases=[case(f"p{i}") for i in range(40)], events=rows))

    assert found.one("matched", table="events").value == 40
    assert found.one("matched", table="events").n == 60


def test_linkage_and_follow_up_are_counted_by_group(handed):
    rows = cases()
    for row in rows[:30]:
        row["follow_up_end"] = "2023-09-01"

    found = quality.linkage(handed(cases=rows))

    assert found.one("mature", group="programme").value == 70
    assert found.one("mature", group="comparison").value == 100
    assert found.one("linked", group="comparison").value == 90


def test_every_exhibit_is_shown_in_both_languages(handed):
    made = handed("made_up", cases=cases(), events=[])
    counted = quality.contents(made)
    exhibits = [
        present.contents_table(counted),
        present.problems_table(counted),
        present.missing_table(quality.missing(made)),
        present.linkage_table(quality.linkage(made)),
        present.headline(quality.verdict(made)),
    ]

    assert "个案档案" in exhibits[0].html["zh"] and "Case files" in exhibits[0].html["en"]
    assert "已按规则核对报送的表：2 张" in exhibits[-1].text["zh"]
    assert all(e.made_up for shown in exhibits for e in shown.estimates)
    assert quality.verdict(made).estimates[0].verdict == "audited"


def test_nothing_handed_in_is_a_refusal(handed, tmp_path):
    (tmp_path / "data" / "clean").mkdir()
    made = handed()

    assert isinstance(made, Refusal)
    decided = quality.verdict(made)
    assert decided.estimates[0].verdict == "not_assessable"
    assert "No table was handed in" in present.headline(decided).text["en"]


def test_a_table_that_breaks_its_rules_is_an_error(handed):
    with pytest.raises(DataError):
        handed(cases=[case("a", age=3)])


def test_a_folder_that_is_not_there_is_a_mistake_and_no_refusal(handed):
    with pytest.raises(StudyError) as caught:
        handed()
    assert "there is no folder" in sentence(caught.value, "en")
