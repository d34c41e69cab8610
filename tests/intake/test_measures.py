"""A unit that a file names counts: in a header, above it, in a cell, in a cell's format."""

from fractions import Fraction

import pytest
from tests.intake.files import CASES, case, notes, outcome, text_file, workbook

from evalkit.errors import DataError
from evalkit.intake.export import read_export
from evalkit.intake.header import find_header
from evalkit.intake.units import NAMES, read_units
from evalkit.schema import UNITS, load_schema, office_names
from evalkit.words import sentence

SPEND = '流水号,支出日期,"{head}",资金来源\nF1,2025-03-18,"{cell}",财政资金\n'
HOURS = '流水号,志愿者编号,服务日期,"{head}"\nS1,V001,2025-03-07,"{cell}"\n'


def spend(folder, head="金额", cell="52", above=""):
    return outcome(text_file(folder, above + SPEND.format(head=head, cell=cell)), "spend", "amount")


def hours(folder, head="时长", cell="90"):
    return outcome(text_file(folder, HOURS.format(head=head, cell=cell)), "hours", "hours")


@pytest.mark.parametrize(
    ("head", "value"),
    [
        *((head, 520_000) for head in (
            "金额（万元）", "金额(万元)", "金额【万元】", "金额[万元]", "金额〔万元〕", "金额/万元",
            "金额_万元", "金额：万元", "金额-万元", "金额万元", "金额（万）", "金额（单位：万元）",
            "支出金额（人民币万元）", "金额（不含税，万元）", "金额（萬元）", "金额（w）",
            "金额\n（万元）",
            "Amount (10,000 yuan)", "Amount, 10,000 yuan", "Amount (CNY 10,000)",
        )),
        *((head, 52_000) for head in (
            "金额（千元）", "Amount (thousand yuan)", "Amount in thousand yuan",
            "Amount (thousands)", "Amount (CNY'000)",
        )),
        ("金额（百万元）", 52_000_000),
        ("金额（亿元）", 5_200_000_000),
        ("金额（角）", 5.2),
        *((head, 52) for head in (
            "金额（元）", "金额", "金额（含税）", "金额（2025年）", "Amount (yuan)",
        )),
    ],
)  # fmt: skip
def test_money_is_turned_into_yuan(tmp_path, head, value):
    assert spend(tmp_path, head) == [value]


@pytest.mark.parametrize(
    "head",
    [
        "金额（美元）",
        "Amount (USD)",
        "金额（%）",
        "金额（元/人）",
        "金额（万元/年）",
        "金额（分）",
        "Amount (RMB m)",
    ],
)
def test_what_is_not_money_of_ours_is_refused(tmp_path, head):
    assert spend(tmp_path, head) == "unit_unlike"


@pytest.mark.parametrize(
    ("head", "value"),
    [
        ("时长（分钟）", 1.5),
        ("时长（分）", 1.5),
        ("服务时长/分钟", 1.5),
        ("Hours (min)", 1.5),
        ("时长（秒）", 0.025),
    ],
)
def test_minutes_are_turned_into_hours(tmp_path, head, value):
    assert hours(tmp_path, head) == [value]


@pytest.mark.parametrize(
    "head",
    [
        "时长（天）",
        "时长（小时/次）",
        "时长（课时）",
        "时长（人天）",
        "时长（次）",
        "时长（刻）",
        "时长（hh:mm）",
    ],
)
def test_what_is_not_hours_is_refused(tmp_path, head):
    assert hours(tmp_path, head) == "unit_unlike"


@pytest.mark.parametrize(
    "head", ["年龄（月龄）", "年龄（月）", "年龄（虚岁）", "Age (months)", "Age in months"]
)
def test_an_age_that_is_not_in_full_years_is_refused(tmp_path, head):
    text = f"{CASES.replace('年龄', head)}\n{','.join(case('GH0001'))}\n"

    assert outcome(text_file(tmp_path, text), "cases", "age") == "unit_unlike"


@pytest.mark.parametrize(
    ("head", "value"), [("人数（万人）", 12_000), ("人数（千人）", 1_200), ("人数（户）", None)]
)
def test_people_are_counted_one_by_one(tmp_path, head, value):
    columns = load_schema("population").columns
    titles = [head if n == "persons" else f.header.text["zh"] for n, f in columns.items()]
    words = {
        n: next(iter(f.choices.values())).label.text["zh"] for n, f in columns.items() if f.choices
    }
    cells = [words.get(n, "1.2" if n == "persons" else f.example) for n, f in columns.items()]

    found = outcome(
        text_file(tmp_path, ",".join(titles) + "\n" + ",".join(cells)), "population", "persons"
    )

    assert found == ([value] if value else "unit_unlike")


@pytest.mark.parametrize(
    ("above", "value"),
    [
        ("单位：万元,,,\n", 520_000),
        (",,,单位:万元\n", 520_000),
        ("填报单位：城东街道（万元）,,,\n", 520_000),
        ("2025年支出（万元）,,,\n", 520_000),
        ("基本信息,,金额（万元）,\n", 520_000),
        ("单位,万元,,\n", 520_000),
        ("In thousands of yuan,,,\n", 52_000),
        ('"Unit: 10,000 yuan",,,\n', 520_000),
        ("单位：城东街道办事处,,,\n", 52),
        ("填报单位：万秀区团委,,,\n", 52),
        ("投入52万元项目支出明细（万秀区）,,,\n", 52),
        ("2025年,,,\n", 52),
    ],
)
def test_a_unit_above_the_header_counts(tmp_path, above, value):
    assert spend(tmp_path, above=above) == [value]


def test_two_units_for_one_column_are_refused(tmp_path):
    assert spend(tmp_path, "金额（元）", above="单位：万元,,,\n") == "unit_twice"


@pytest.mark.parametrize(
    ("unit", "found"),
    [
        ("元", [52]),
        ("万元", ["unit_beside"]),
        ("美元", ["unit_beside"]),
        ("城东街道办事处", [52]),
        ("万秀区团委", [52]),
        ("", [52]),
    ],
)
def test_a_unit_in_a_column_beside_the_number_counts(tmp_path, unit, found):
    text = f"流水号,支出日期,金额,单位,资金来源\nF1,2025-03-18,52,{unit},财政资金\n"

    assert outcome(text_file(tmp_path, text), "spend", "amount") == found


def test_a_unit_in_the_name_of_a_file_or_sheet_counts(tmp_path):
    rows = [["流水号", "支出日期", "金额", "资金来源"], ["F1", "2025-03-18", 52, "财政资金"]]
    text = SPEND.format(head="金额", cell="52")

    assert outcome(workbook(tmp_path, {"支出（万元）": rows}), "spend", "amount") == [520_000]
    assert outcome(text_file(tmp_path, text, "支出（单位：万元）.csv"), "spend", "amount") == [
        520_000
    ]
    assert outcome(workbook(tmp_path, {"支出（2025年）": rows}), "spend", "amount") == [52]


def test_a_unit_in_a_note_below_the_table_stops_it(tmp_path):
    text = SPEND.format(head="金额", cell="52") + "注：金额以万元计,,,\n"

    assert outcome(text_file(tmp_path, text), "spend", "amount") == ["unit_below"]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("52万元", 520_000),
        ("5.2千元", 5_200),
        ("52元", 52),
        ("52 元", 52),
        ("￥52,000.50", 52_000.5),
        ("RMB 52", 52),
        ("52.00元整", 52),
        ("五万", 50_000),
        ("52美元", ["unit_unlike"]),
        ("52%", ["unit_unlike"]),
        ("52k", ["unit_unlike"]),
        ("$52", ["not_number"]),
        ("约52", ["not_number"]),
    ],
)
def test_a_unit_in_a_cell_counts(tmp_path, cell, value):
    assert spend(tmp_path, cell=cell) == (value if isinstance(value, list) else [value])


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("90分钟", 1.5),
        ("1.5小时", 1.5),
        ("1小时30分", 1.5),
        ("2h", 2),
        ("3课时", ["unit_unlike"]),
        ("2天", ["unit_unlike"]),
        ("1:30", ["not_number"]),
    ],
)
def test_a_time_in_a_cell_counts(tmp_path, cell, value):
    assert hours(tmp_path, cell=cell) == (value if isinstance(value, list) else [value])


def test_a_cell_s_own_unit_goes_before_the_header_s(tmp_path):
    assert spend(tmp_path, "金额（万元）", "52万元") == [520_000]
    assert spend(tmp_path, "金额（万元）", "52万") == ["unit_twice"]


@pytest.mark.parametrize(
    ("form", "number", "value"),
    [
        ('0"万元"', 52, 520_000),
        ('#,##0.00"元"', 52.5, 52.5),
        ('"¥"#,##0', 52, 52),
        # 520,000 is kept, and shown as 52.0万.
        ('0!.0,"万"', 520_000, 520_000),
        ("[$$-409]#,##0", 52, ["not_number"]),
        ("0%", 0.5, ["unit_unlike"]),
    ],
)
def test_a_unit_that_a_cell_s_format_shows_counts(tmp_path, form, number, value):
    rows = [
        ["流水号", "支出日期", "金额", "资金来源"],
        ["F1", "2025-03-18", (number, form), "财政资金"],
    ]

    found = outcome(workbook(tmp_path, {"表": rows}), "spend", "amount")

    assert found == (value if isinstance(value, list) else [value])


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u3000", "\u2009", "\u202f", "\t"])
def test_a_blank_inside_a_number_stops_it(tmp_path, blank):
    assert hours(tmp_path, cell=f"1{blank}2") == ["blank_inside"]
    assert spend(tmp_path, cell=f"52{blank}000") == ["blank_inside"]


def test_a_row_with_more_cells_than_its_header_stops_the_table(tmp_path):
    text = "流水号,支出日期,资金来源,金额（元）\nF1,2025-03-18,财政资金,52,000\n"
    text += "F2,2025-03-18,财政资金,800\n"
    path = text_file(tmp_path, text)

    with read_export(path, load_schema("spend"), None) as made:
        (problem,) = [p for p in made.problems if p.level == "stop"]

    assert (problem.code, problem.rows) == ("row_long", (2,))
    # Separators at the end of a line are no cells.
    assert outcome(text_file(tmp_path, text.replace("52,000", "52,,,")), "spend", "amount") == [
        52,
        800,
    ]


def test_what_was_converted_is_told(tmp_path):
    path = text_file(tmp_path, SPEND.format(head="金额（万元）", cell="52"))

    assert notes(path, "spend") == {"converted": 1}


def test_a_refused_unit_is_named_with_file_and_column_and_no_cell(tmp_path):
    path = text_file(tmp_path, SPEND.format(head="金额（美元）", cell="77"))

    with (
        pytest.raises(DataError) as caught,
        read_export(path, load_schema("spend"), None),
    ):
        pass

    for lang in ("en", "zh"):
        said = sentence(caught.value, lang)
        assert "t.csv" in said and "金额(美元)" in said and "77" not in said


def test_a_factor_is_exact(tmp_path):
    # In floating point 0.29 * 10000 is 2899.9999999999995.
    assert spend(tmp_path, "金额（万元）", "0.29") == [2900]


def test_every_number_of_a_shape_is_in_a_unit_that_is_known():
    assert {*UNITS, ""} == set(NAMES)


def test_every_header_of_ours_is_in_our_own_unit():
    for name in office_names():
        columns = load_schema(name).columns
        for column, field in columns.items():
            for word in (column, *field.header.text.values(), *field.aliases):
                titles = [f.header.text["zh"] for n, f in columns.items() if n != column]
                header = find_header([[*titles, word], ["x"]], load_schema(name), {})

                assert column in header.columns and not header.factors, (name, word)


@pytest.mark.parametrize(
    ("shape", "head"),
    [
        ("tickets", "评分（1-5分）"),
        ("tickets", "评分（5分制）"),
        ("tickets", "评分（满分5分）"),
        ("scores", "得分（满分40分）"),
        ("scores", "得分（SDQ）"),
        ("survey", "权数（人）"),
        ("sessions", "到场人数（人次）"),
        ("sessions", "到场人数（不含工作人员）"),
        ("cases", "此前次数（近3年）"),
        ("sites", "经度（°）"),
        ("sites", "每周开放时长（小时/周）"),
        ("area_counts", "青少年人数（6至35周岁）"),
    ],
)
def test_a_remark_in_a_header_is_no_unit(shape, head):
    columns = load_schema(shape).columns
    titles = [f.header.text["zh"] for f in columns.values()]
    name = next(n for n, f in columns.items() if head.startswith(f.header.text["zh"]))
    titles[list(columns).index(name)] = head

    assert not find_header([titles, ["x"]], load_schema(shape), {}).factors


@pytest.mark.parametrize(
    ("shape", "head"),
    [
        ("tickets", "评分（%）"),
        ("survey", "权数（万）"),
        ("sites", "每周开放时长（小时/天）"),
        ("sites", "经度（度分秒）"),
        ("pairs", "走访总次数（次/月）"),
        ("area_counts", "青少年人数（‰）"),
        ("area_counts", "青少年人数（人/平方公里）"),
    ],
)
def test_a_measure_of_something_else_is_refused(shape, head):
    columns = load_schema(shape).columns
    titles = [f.header.text["zh"] for f in columns.values()]
    name = next(n for n, f in columns.items() if head.startswith(f.header.text["zh"]))
    titles[list(columns).index(name)] = head

    with pytest.raises(DataError) as caught:
        find_header([titles, ["x"]], load_schema(shape), {})

    assert caught.value.key == "unit_unlike"


@pytest.mark.parametrize("text", ["含税", "城东街道", "2025年", "SDQ", "0-10", "第一季度报送"])
def test_a_remark_is_no_unit(text):
    assert read_units(text) == ()


def test_a_mark_of_a_hundred_is_no_unit_of_a_score():
    assert [u.factor for u in read_units("10分") if u.suits("points")] == []
    assert [u.factor for u in read_units("分") if u.suits("points")] == [Fraction(1)]


@pytest.mark.parametrize("name", ["w.csv", "k.csv", "1000.csv", "10000（1000）.csv", "m（k）.csv"])
def test_a_letter_or_number_in_the_name_of_a_file_is_no_unit(tmp_path, name):
    text = "10000,,,\n1000,,w,\n" + SPEND.format(head="金额", cell="52")

    assert outcome(text_file(tmp_path, text, name), "spend", "amount") == [52]
