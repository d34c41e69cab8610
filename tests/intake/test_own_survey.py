"""A questionnaire program's own export is read as a survey, or what is wrong with it is named."""

import json
import re
from pathlib import Path

import pytest
from tests.intake.files import KEY, outcome, text_file, workbook
from tests.intake.test_command import read as read

from evalkit.errors import DataError
from evalkit.intake.export import read_export
from evalkit.intake.platform_words import read_platform
from evalkit.schema import load_schema

ROOT = Path(__file__).parents[2]
SURVEY = load_schema("survey")
HEAD = [
    *("序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP"),
    *("1、您对活动的总体满意度", "2、您有多大可能推荐（0-10分）", "3、我觉得活动浪费时间"),
    *("4、志愿者有耐心", "5(A、作业辅导)", "5(B、兴趣活动)", "6、您参加过哪些活动"),
]
PLATFORM = """
[survey]
respondent_id = ["序号"]
overall = ["1、您对活动的总体满意度"]
item_1 = ["2、您有多大可能推荐（0-10分）"]
item_2 = ["3、我觉得活动浪费时间"]
item_3 = ["4、志愿者有耐心"]

[survey.constants]
wave = "2025年"
instrument = "问卷2025"
respondent_kind = "家长"
disposition = "完成"
scale_min = 1
scale_max = 5
item_scales = "1: 0-10; 2: 5-1"

[survey.words]
"非常满意" = 5
"满意" = 4
"一般" = 3
"不满意" = 2
"非常不满意" = 1
"""
WORDS = ["非常不满意", "不满意", "一般", "满意", "非常满意"]


def respondent(n, overall="满意", likely="9", wasted="2", patient="非常满意", **other):
    ticks = other.get("ticks", ("1", "0"))
    about = [
        f"2025/6/2 10:01:{n % 60:02}",
        "61秒",
        "手机提交",
        "微信",
        f"113.12.1.{n % 256}(广西-贵港)",
    ]
    return [str(n), *about, overall, likely, wasted, patient, *ticks, "作业辅导┋兴趣活动"]


def export(folder, *rows, head=HEAD):
    # As such programs write it, with a mark of the encoding before the first header.
    lines = [",".join(cells) for cells in (head, *rows)]
    return text_file(folder, "\ufeff" + "\n".join(lines) + "\n", "wjx.csv")


def platform(folder, *changes):
    text = PLATFORM
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return read_platform(text_file(folder, text, "p.toml"), SURVEY)


def column(folder, name, *rows, changes=(), head=HEAD):
    path = export(folder, *rows, head=head)
    return outcome(path, "survey", name, platform=platform(folder, *changes))


def levels(folder, *rows, changes=(), head=HEAD):
    """Codes with their level and rows, of problems that are no check of the table."""
    known = platform(folder, *changes)
    with read_export(export(folder, *rows, head=head), SURVEY, KEY, platform=known) as made:
        return {(p.level, p.code, p.names[:1]): p.count for p in made.problems if not p.check}


def test_words_numbers_and_a_longer_scale_are_read_each_as_it_is(tmp_path):
    rows = [respondent(1), respondent(2, "非常不满意", "0", "5", "(跳过)")]

    assert column(tmp_path, "overall", *rows) == [4, 1]
    assert column(tmp_path, "item_1", *rows) == [9, 0]
    # What was skipped is missing, and never a number.
    assert column(tmp_path, "item_3", *rows) == [5, None]


@pytest.mark.parametrize("page", ["satisfaction.md", "satisfaction.zh.md"])
def test_the_platform_file_of_the_page_reads_such_an_export(tmp_path, page):
    text = (ROOT / "docs" / "how-to" / page).read_text(encoding="utf-8")
    (block,) = re.findall(r"```toml\n(\[survey\].*?)```", text, re.DOTALL)
    known = read_platform(text_file(tmp_path, block, "p.toml"), SURVEY)
    rows = [respondent(1, wasted="-3"), respondent(2, "不满意", wasted="1", ticks=("0", "1"))]

    with read_export(export(tmp_path, *rows), SURVEY, KEY, platform=known) as made:
        assert not made.stopped
        wanted = "SELECT overall, item_1, item_2, group_1 FROM data ORDER BY row_number"
        assert made.database.execute(wanted).fetchall() == [(4, 9, None, "1"), (2, 9, 5, "0")]


def test_a_workbook_gives_the_same_as_the_text(tmp_path):
    path = workbook(tmp_path, {"Sheet1": [HEAD, respondent(1), respondent(2, "(空)")]})

    assert outcome(path, "survey", "overall", platform=platform(tmp_path)) == [4, None]


def test_a_reversed_question_is_turned_once_and_told(tmp_path):
    rows = [respondent(1, wasted="1"), respondent(2, wasted="4"), respondent(3, wasted="")]

    assert column(tmp_path, "item_2", *rows) == [5, 2, None]
    assert levels(tmp_path, *rows) == {("note", "turned", ("item_2",)): 2}
    # The table keeps the words that say so; reading it again turns nothing.
    assert column(tmp_path, "item_scales", *rows) == ["1: 0-10; 2: 5-1"] * 3


def test_the_overall_question_is_turned_where_one_is_its_best_answer(tmp_path):
    for word in ("overall", "总体"):
        changes = [("1: 0-10; 2: 5-1", f"1: 0-10; {word}: 5-1")]

        assert column(tmp_path, "overall", respondent(1), changes=changes) == [2]


@pytest.mark.parametrize(
    ("scales", "code"),
    [
        ("1: 0-10; 2: 5-1; 2: 1-5", "item_scales_unread"),
        ("1: 0-10; overall: 1-5; 总体: 5-1", "item_scales_unread"),
        ("1: 0-10; 2: reversed", "item_scales_unread"),
        # There are ten questions: of another nothing would be turned.
        ("1: 0-10; 11: 5-1", "item_scales_unread"),
    ],
)
def test_a_scale_that_can_be_read_in_two_ways_or_none_stops(tmp_path, scales, code):
    changes = [("1: 0-10; 2: 5-1", scales)]

    assert code in column(tmp_path, "item_2", respondent(1), changes=changes)


def test_all_ten_questions_may_have_a_scale_of_their_own(tmp_path):
    # Longer than the name of any group, which such a text is not.
    scales = "; ".join(f"{n}: 0-10" for n in range(1, 11))

    assert column(tmp_path, "item_1", respondent(1), changes=[("1: 0-10; 2: 5-1", scales)]) == [9]


def test_an_answer_beyond_the_scale_stops_where_no_other_scale_is_stated(tmp_path):
    head = [title.replace("（0-10分）", "") for title in HEAD]
    changes = [('item_scales = "1: 0-10; 2: 5-1"', ""), ("（0-10分）", "")]

    assert column(tmp_path, "item_1", respondent(1), changes=changes, head=head) == [
        "item_1_outside_scale"
    ]


@pytest.mark.parametrize("title", ["（0-10分）", "（0～10）", "，0到10分", "(0-10 points)"])
def test_a_header_that_names_another_scale_stops_whatever_was_answered(tmp_path, title):
    head = [t.replace("（0-10分）", title) for t in HEAD]
    changes = [("1: 0-10; ", ""), ("（0-10分）", title)]

    # 4 would pass on the scale from 1 to 5.
    assert column(tmp_path, "item_1", respondent(1, likely="4"), changes=changes, head=head) == [
        "scale_titled"
    ]


def test_ages_in_a_header_are_no_scale(tmp_path):
    head = [t.replace("志愿者有耐心", "对6-12岁孩子有耐心（2024-2025学年）") for t in HEAD]
    changes = [("志愿者有耐心", "对6-12岁孩子有耐心（2024-2025学年）")]

    assert column(tmp_path, "item_3", respondent(1), changes=changes, head=head) == [5]


def test_words_without_a_number_and_several_ticks_stop_by_name(tmp_path):
    assert column(tmp_path, "overall", respondent(1, "很满意")) == ["answer_words"]
    changes = [('["4、志愿者有耐心"]', '["6、您参加过哪些活动"]')]
    assert column(tmp_path, "item_3", respondent(1), changes=changes) == ["several_answers"]


def test_a_number_that_stands_for_no_answer_is_said_to_be_one(tmp_path):
    rows = [respondent(1, wasted="-3"), respondent(2)]

    assert column(tmp_path, "item_2", *rows) == ["item_2_outside_scale"]
    changes = [('"一般" = 3', '"一般" = 3\n"-3" = ""')]
    assert column(tmp_path, "item_2", *rows, changes=changes) == [None, 4]


def test_ticks_that_are_taken_for_a_question_are_doubted(tmp_path):
    # Thirty people, from which on it is no chance.
    rows = [respondent(n, ticks=("1", str(n % 2))) for n in range(1, 31)]
    changes = [('["4、志愿者有耐心"]', '["5(A、作业辅导)"]')]

    assert levels(tmp_path, *rows, changes=changes)["warn", "ticks", ("item_3",)] == 30
    assert ("warn", "ticks", ("item_3",)) not in levels(tmp_path, *rows)


def test_one_option_of_several_is_told_by_its_whole_header(tmp_path):
    changes = [('item_3 = ["4、志愿者有耐心"]', 'group_1 = ["5(B、兴趣活动)"]')]

    assert column(tmp_path, "group_1", respondent(1, ticks=("1", "0")), changes=changes) == ["0"]


def test_a_scale_of_one_answer_is_told_and_breaks_nothing(tmp_path):
    rows = [respondent(n) for n in range(1, 31)]

    found = column(tmp_path, "overall", *rows, changes=[("scale_min = 1", "scale_min = 5")])
    assert "scale_upside_down" in found


def test_a_question_against_the_others_is_doubted_until_it_is_turned(tmp_path):
    def answers(n):
        own = n % 5 + 1
        return respondent(n, WORDS[own - 1], str(2 * own), str(6 - own), WORDS[own - 1])

    rows = [answers(n) for n in range(1, 31)]

    plain = levels(tmp_path, *rows, changes=[("; 2: 5-1", "")])
    assert plain == {("warn", "against", ("item_2",)): 30}
    assert levels(tmp_path, *rows) == {("note", "turned", ("item_2",)): 30}
    # 1 is often the best answer where the program exports the number of the option.
    best_first = [("; 2: 5-1", "; 2: 5-1; overall: 5-1")]
    found = levels(tmp_path, *rows, changes=best_first)
    assert ("warn", "against", ("overall",)) in found


def test_where_and_when_somebody_answered_is_not_kept(tmp_path, read):
    text_file(tmp_path, PLATFORM, "wjx.toml").rename(_platforms(tmp_path) / "wjx.toml")
    path = export(tmp_path, respondent(1), respondent(2))

    code, said = read(path, "--platform", "wjx", table="survey")

    assert code == 0 and "提交答卷时间, 所用时间, 来源, 来源详情, 来自IP" in said
    folder = tmp_path / "data/clean/guigang"
    written = b"".join(file.read_bytes() for file in folder.iterdir())
    assert b"113.12" not in written and b"10:01" not in written
    record = json.loads((folder / "survey.json").read_text(encoding="utf-8"))
    turned = {"level": "note", "code": "turned", "columns": ["3、我觉得活动浪费时间"], "count": 2}
    assert turned in record["problems"]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "(Question 2): a question that asks the other way round, its answers turned"),
        ("zh", "3、我觉得活动浪费时间：反向题，读入时已转为正向：1 行"),
    ],
)
def test_a_turned_question_is_told_in_both_languages(tmp_path, read, lang, words):
    text_file(tmp_path, PLATFORM, "wjx.toml").rename(_platforms(tmp_path) / "wjx.toml")

    _, said = read(export(tmp_path, respondent(1)), "--platform", "wjx", table="survey", lang=lang)

    assert words in said


@pytest.mark.parametrize("title", ["来自IP", "提交答卷时间"])
def test_an_address_or_a_moment_is_no_group(tmp_path, title):
    changes = [('item_3 = ["4、志愿者有耐心"]', f'group_1 = ["{title}"]')]

    assert column(tmp_path, "group_1", respondent(1), changes=changes) == ["like_person"]


@pytest.mark.parametrize(
    "words",
    ['"满意" = "4"', '"满意" = true', '"" = 3', '"满意" = inf', '"满意 " = 4\n"满意" = 3'],
)
def test_words_that_say_no_one_number_are_refused(tmp_path, words):
    with pytest.raises(DataError) as refused:
        platform(tmp_path, ('"满意" = 4', words))

    assert refused.value.key == "platform_words"


def test_only_a_survey_has_words(tmp_path):
    path = text_file(tmp_path, '[points.words]\n"好" = 5\n', "p.toml")

    with pytest.raises(DataError) as refused:
        read_platform(path, load_schema("points"))

    assert refused.value.key == "platform_words"


def _platforms(folder):
    made = folder / "data" / "platforms"
    made.mkdir(parents=True, exist_ok=True)
    return made
