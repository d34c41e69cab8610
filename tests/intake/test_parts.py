"""Several files and sheets of one table, what a platform file states, and how tables link."""

import pytest
from tests.cohort.office import case as case_row
from tests.cohort.office import event as event_row
from tests.cohort.office import spec, write
from tests.intake.files import CASES, KEY, case, notes, outcome, rows_of, text_file, workbook

from evalkit.cli.read_lines import link_line, told
from evalkit.errors import DataError
from evalkit.intake.clean import inspect_clean
from evalkit.intake.export import read_export
from evalkit.intake.links import links_of
from evalkit.intake.platform_words import read_platform
from evalkit.intake.store import store
from evalkit.schema import load_schema
from evalkit.words import sentence

HEAD = CASES.split(",")
SCORES = load_schema("scores")
SCORED = "人员编号,施测日期,总分数,状态\nGH1,07/03/2025,12,有效\nGH2,08/03/2025,13,作废\n"
PLATFORM = """
[scores]
date_order = "day-month-year"
score = ["总分数"]
[scores.constants]
instrument = "SDQ"
[[scores.leave_out]]
column = "状态"
is = ["作废", "已取消"]
"""


def part(folder, name, *numbers):
    rows = "".join(",".join(case(n)) + "\n" for n in numbers)
    return text_file(folder, f"{CASES}\n{rows}", name)


def platform(folder, text=PLATFORM):
    return read_platform(text_file(folder, text, "p.toml"), SCORES)


def test_several_files_make_one_table(tmp_path):
    files = [part(tmp_path, "1.csv", "GH1", "GH2"), part(tmp_path, "2.csv", "GH3")]

    assert outcome(files, "cases", "person_id") == [KEY.of(f"GH{n}") for n in (1, 2, 3)]


def test_files_of_different_kinds_make_one_table(tmp_path):
    book = workbook(tmp_path, {"二": [HEAD, case("GH3")], "三": [HEAD, case("GH4")]})

    assert outcome([part(tmp_path, "1.csv", "GH1"), book], "cases", "age") == [15] * 3


def test_who_stands_in_two_files_is_told_by_file_and_row(tmp_path):
    files = [part(tmp_path, "1.csv", "GH1", "GH2"), part(tmp_path, "2.csv", "GH2")]

    with read_export(files, load_schema("cases"), KEY) as made:
        lines = list(told(made, "en"))

    assert lines[0].startswith("stop: 人员编号 (Person): the same as in an earlier row")
    assert lines[0].endswith("1 row(s) (2.csv: 2)")
    assert "read as one table (rows): 1.csv (2), 2.csv (1)" in lines
    assert "GH2" not in "".join(lines)


def test_a_column_of_one_file_is_empty_in_the_other(tmp_path):
    one = text_file(tmp_path, f"{CASES},乡镇\n{','.join(case('GH1'))},城东\n", "1.csv")

    assert outcome([one, part(tmp_path, "2.csv", "GH2")], "cases", "township") == ["城东", None]


@pytest.mark.parametrize("hide", [True, False])
def test_a_hidden_sheet_and_one_that_lacks_columns_need_a_choice(tmp_path, hide):
    second = [HEAD, case("GH2")] if hide else [["性别", "年龄", "人数"], ["男", "15", "3"]]

    def touch(_, sheet):
        if hide and sheet.name == "二":
            sheet.hide()

    path = workbook(tmp_path, {"一": [HEAD, case("GH1")], "二": second}, touch=touch)

    assert outcome(path, "cases", "age") == "sheets_several"
    assert outcome(path, "cases", "age", sheets=["一"]) == [15]
    assert outcome(path, "cases", "age", sheets=["三"]) == "sheet_none"


def test_a_sheet_that_goes_on_without_a_header_is_refused(tmp_path):
    path = workbook(tmp_path, {"一": [HEAD, case("GH1")], "二": [case("GH2"), case("GH3")]})

    assert outcome(path, "cases", "age") == "sheet_headless"
    assert outcome(path, "cases", "age", sheets=["一"]) == [15]


def test_a_sheet_without_the_headers_is_told(tmp_path):
    path = workbook(tmp_path, {"说明": [["如何填写"]], "一": [HEAD, case("GH1")]})

    with read_export(path, load_schema("cases"), KEY) as made:
        assert any("说明" in line for line in told(made, "zh"))


def test_a_platform_file_states_the_order_constants_and_rows_to_leave_out(tmp_path):
    path = text_file(tmp_path, SCORED)
    stated = platform(tmp_path)

    assert [str(d) for d in outcome(path, "scores", "date", platform=stated)] == ["2025-03-07"]
    assert outcome(path, "scores", "instrument", platform=stated) == ["SDQ"]
    american = platform(tmp_path, PLATFORM.replace("day-month", "month-day"))
    assert [str(d) for d in outcome(path, "scores", "date", platform=american)] == ["2025-07-03"]
    unstated = platform(tmp_path, PLATFORM.replace('date_order = "day-month-year"', ""))
    assert outcome(path, "scores", "date", platform=unstated) == ["not_date"]


def test_rows_left_out_by_a_rule_are_told_and_kept_with_the_table(tmp_path):
    path = text_file(tmp_path, SCORED)
    target = tmp_path / "scores.parquet"

    with read_export(path, SCORES, KEY, platform(tmp_path)) as made:
        store(made, target, {})
        lines = list(told(made, "en"))

    assert "left out by the platform file, 状态 = 作废 / 已取消: 1 row(s)" in lines
    assert inspect_clean(spec(target, "scores")).left_out == {"状态 = 作废 / 已取消": 1}
    assert rows_of(target)[0][2] == "SDQ"


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ('"day-month-year"', '"year-day-month"', "platform_order"),
        ('is = ["作废", "已取消"]', "is = []", "platform_rule"),
        ('is = ["作废", "已取消"]', 'like = ["作废"]', "platform_rule"),
        ("instrument =", "wave =", "platform_columns"),
    ],
)
def test_a_slip_in_a_platform_file_is_named(tmp_path, before, after, key):
    with pytest.raises(DataError) as caught:
        platform(tmp_path, PLATFORM.replace(before, after))

    assert caught.value.key == key


def test_a_rule_or_constant_that_does_not_fit_the_file_is_refused(tmp_path):
    stated = platform(tmp_path)

    other = text_file(tmp_path, SCORED.replace("状态", "别的"))
    assert outcome(other, "scores", "date", platform=stated) == "rule_column"
    both = text_file(tmp_path, SCORED.replace("状态", "量表名称"))
    assert outcome(both, "scores", "date", platform=stated) == "constant_twice"


def test_a_message_lists_the_dates_that_are_read(tmp_path):
    text = SCORED.replace("总分数", "得分").replace("状态", "量表名称")
    with read_export(text_file(tmp_path, text), SCORES, KEY) as made:
        lines = {lang: "\n".join(told(made, lang)) for lang in ("en", "zh")}

    for said in lines.values():
        assert all(
            form in said for form in ("2025-03-07", "20250307", "2025年3月7日", "date_order")
        )
        assert "07/03/2025, " not in said


@pytest.mark.parametrize(("people", "found"), [("minors", ["above"]), ("adults", [52])])
def test_the_ages_that_are_read_fit_the_study(tmp_path, people, found):
    path = text_file(tmp_path, f"{CASES}\n{','.join(case('GH1', age='52'))}\n")

    assert outcome(path, "cases", "age", people=people) == found


def test_an_age_of_adults_is_kept_when_the_table_is_read_again(tmp_path):
    path = write(tmp_path, "cases", [case_row("a", age=52)])

    assert inspect_clean(spec(path, "cases")).table.frame["age"].tolist() == [52]


def test_an_english_message_names_english_headers_beside_the_chinese(tmp_path):
    with pytest.raises(DataError) as caught, read_export(
        text_file(tmp_path, "人员编号,年龄\nGH1,15\n"), load_schema("cases"), KEY
    ):  # fmt: skip
        pass

    assert "起算日期 (Index date)" in sentence(caught.value, "en")
    assert "t.csv" in sentence(caught.value, "zh")


def clean(folder, cases, events):
    write(folder, "cases", cases)
    write(folder, "events", events)
    return folder / "guigang"


def test_how_many_belong_together_is_told_by_group(tmp_path):
    cases = [case_row(f"a{n}") for n in range(10)]
    cases += [case_row(f"b{n}", assigned="comparison") for n in range(10)]
    events = [event_row(f"e{n}", f"b{n % 4}", "2023-05-01") for n in range(6)]
    events += [event_row("e9", "nobody", "2023-05-01")]
    folder = clean(tmp_path, cases, events)

    (link,) = links_of(folder, "events")

    assert list(links_of(folder, "cases")) == [link]
    assert (link.rows, link.found) == (7, 6)
    assert link.groups == {"comparison": (10, 4), "programme": (10, 0)}
    assert link.doubtful
    line = link_line(link, "en")
    assert line.startswith("warn: link: of 7 row(s) of “Later contacts” with a number, only 6")
    assert line.endswith("comparison 4 of 10, programme 0 of 10")
    assert "项目组 10 人中 0 人" in link_line(link, "zh")


def test_a_link_that_holds_is_no_doubt(tmp_path):
    cases = [case_row(f"a{n}") for n in range(10)]
    folder = clean(tmp_path, cases, [event_row("e1", "a1", "2023-05-01")])

    (link,) = links_of(folder, "cases")

    assert not link.doubtful and link_line(link, "en").startswith("link: of 1 row(s)")


def test_nothing_beside_a_table_is_no_link(tmp_path):
    write(tmp_path, "cases", [case_row("a")])

    assert list(links_of(tmp_path / "guigang", "cases")) == []


@pytest.mark.parametrize("total", ["合计", "小计", "城东街道小计", "总计：", "Total"])
def test_a_total_is_no_row_of_data(tmp_path, total):
    text = "村（社区）或乡镇,月份,青少年人数,案件数\n甲村,2025年3月,10,0\n" + f"{total},,10,0\n"

    assert outcome(text_file(tmp_path, text), "area_counts", "cases") == [0]
    assert notes(text_file(tmp_path, text), "area_counts") == {}
