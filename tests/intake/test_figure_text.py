"""One printed figure becomes a number, and what is not wholly one figure becomes nothing."""

import csv
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import LAW, ROOT

from evalkit.intake import PrintedFigure, parse_figure
from evalkit.quantity import ROUNDINGS, unit_codes

# Text, value, step, rounding and unit, read by hand; "-" where the word decides no unit.
# A space in a text is written as "_". First each figure of the ledger.
LEDGER = """
533公里 533 1 exact km
17个 17 1 exact -
两个 2 1 exact -
四所 4 1 exact institutions
48.804万人 488040 10 last_digit persons
23.43% 23.43 1/100 last_digit percent
4311支 4311 1 exact teams
2.2万个 22000 1000 last_digit -
超567万小时 5670000 10000 over hours
超250万人次 2500000 10000 over person_times
71.91% 71.91 1/100 last_digit percent
15个 15 1 exact -
超万人次 10000 10000 over person_times
3万余人 30000 10000 over persons
198件 198 1 exact cases
79件 79 1 exact cases
2000余万元 20000000 10000 over CNY
17年 17 1 exact years
45名 45 1 exact persons
8000余人次 8000 1 over person_times
2829人 2829 1 exact persons
62.1% 62.1 1/10 last_digit percent
近3000人 3000 1 nearly persons
超1800名 1800 1 over persons
634名 634 1 exact persons
30名 30 1 exact persons
18.24万人次 182400 100 last_digit person_times
48万 480000 10000 last_digit -
2829名 2829 1 exact persons
3群 3 1 exact groups
73.17萬人 731700 100 last_digit persons
49名 49 1 exact persons
1962支 1962 1 exact teams
28家 28 1 exact organisations
突破2200支 2200 1 over teams
12個 12 1 exact -
73個 73 1 exact -
5.5萬余場 55000 1000 over sessions
15萬元 150000 10000 last_digit CNY
50個 50 1 exact -
2個 2 1 exact -
1個 1 1 exact -
7個 7 1 exact -
2437.27萬元 24372700 100 last_digit CNY
129個 129 1 exact -
51.62萬人次 516200 100 last_digit person_times
19年 19 1 exact years
十幾年 10 10 over years
1344 1344 1 exact -
32个 32 1 exact -
42个 42 1 exact -
40多家 40 1 over organisations
186个 186 1 exact -
8064场次 8064 1 exact sessions
超20万名 200000 10000 over persons
657名 657 1 exact persons
608名 608 1 exact persons
62人 62 1 exact persons
15分 15 1 exact -
312次 312 1 exact sessions
186万元 1860000 10000 last_digit CNY
817个 817 1 exact -
356场 356 1 exact sessions
37.5万人次 375000 1000 last_digit person_times
四个 4 1 exact -
四家以上 4 1 over organisations
20多个 20 1 over -
400多名 400 1 over persons
1000多名 1000 1 over persons
43家 43 1 exact organisations
10家 10 1 exact organisations
563名 563 1 exact persons
超过5000支 5000 1 over teams
737支 737 1 exact teams
89.78万名 897800 100 last_digit persons
118场次 118 1 exact sessions
2957人次 2957 1 exact person_times
10多场次 10 1 over sessions
2000余人 2000 1 over persons
24小时 24 1 exact hours
22期 22 1 exact sessions
17场 17 1 exact sessions
645人次 645 1 exact person_times
16名 16 1 exact persons
27支 27 1 exact teams
268场 268 1 exact sessions
1.85万名 18500 100 last_digit persons
150多个 150 1 over -
135个 135 1 exact -
31.29万元 312900 100 last_digit CNY
120例 120 1 exact cases
200场 200 1 exact sessions
230场 230 1 exact sessions
1.5万人次 15000 1000 last_digit person_times
50人次 50 1 exact person_times
99% 99 1 last_digit percent
5人 5 1 exact persons
2人 2 1 exact persons
17位 17 1 exact persons
280余名 280 1 over persons
2400余名 2400 1 over persons
37个 37 1 exact -
17名 17 1 exact persons
14支 14 1 exact teams
23支 23 1 exact teams
超200余人次 200 1 over person_times
500余名 500 1 over persons
5000余名 5000 1 over persons
"""
OTHERS = """
千余人 1000 1000 over persons
百余名 100 100 over persons
上万人 10000 10000 over persons
上千名 1000 1000 over persons
上百场 100 100 over sessions
近千万元 10000000 10000000 nearly CNY
百余万元 1000000 1000000 over CNY
十几万人 100000 100000 over persons
二十几家 20 10 over organisations
逾3百万人次 3000000 1000000 over person_times
接近3000人 3000 1 nearly persons
将近两年 2 1 nearly years
约1.2亿元 120000000 10000000 approx CNY
大约30户 30 1 approx households
30户左右 30 1 approx households
30人上下 30 1 approx persons
约30户左右 30 1 approx households
不少于120小时 120 1 over hours
至少3次 3 1 over sessions
近3000名志愿者 3000 1 nearly persons
100名以上志愿者 100 1 over persons
100名志愿者以上 100 1 over persons
4311支队伍 4311 1 exact teams
50个项目 50 1 exact projects
186个社区 186 1 exact communities
20余个社区 20 1 over communities
186个村民小组 186 1 exact -
12个帮扶项目 12 1 exact -
3个月 3 1 exact months
3个多月 3 1 over months
两个小时 2 1 exact hours
10个人 10 1 exact persons
十分钟 10 10 exact minutes
两年多 2 1 over years
120条 120 1 exact -
40以上 40 1 over -
15.0万 150000 1000 last_digit -
657 657 1 exact -
0起 0 1 exact cases
零 0 1 exact -
3.5 3.5 1/10 last_digit -
5千名 5000 1000 exact persons
5千米 5 1 exact km
五千米 5 1 exact km
1,862户 1862 1 exact households
3万5千元 35000 1000 last_digit CNY
1亿2000万元 120000000 10000 last_digit CNY
3万亿元 3000000000000 1000000000000 last_digit CNY
三百二十 320 10 exact -
三百 300 100 exact -
四 4 1 exact -
一百二十三户 123 1 exact households
两千零五十 2050 10 exact -
三万五千 35000 1000 last_digit -
一亿零五百万元 105000000 1000000 last_digit CNY
二〇二五 2025 1 exact -
一八六 186 1 exact -
十五天 15 1 exact days
二十年 20 10 exact years
百分之二十三 23 1 last_digit percent
百分之23.5 23.5 1/10 last_digit percent
百分之九十以上 90 1 over percent
近百分之八十 80 1 nearly percent
百分之百 100 1 last_digit percent
百分之九十 90 1 last_digit percent
99%以上 99 1 over percent
九成 90 10 last_digit percent
9成 90 10 last_digit percent
九成五 95 1 last_digit percent
九成以上 90 10 over percent
三成多 30 10 over percent
近九成 90 10 nearly percent
約６５７名 657 1 approx persons
１，８６２戶 1862 1 exact households
２３．４３％ 23.43 1/100 last_digit percent
兩千餘場 2000 1000 over sessions
超過3億元 300000000 100000000 over CNY
四個社區 4 1 exact communities
24小時 24 1 exact hours
超_567_万_小时 5670000 10000 over hours
more_than_5,000_persons 5000 1 over persons
over_20_teams 20 1 over teams
at_least_3_sessions 3 1 over sessions
Nearly_3000_people 3000 1 nearly persons
almost_200_households 200 1 nearly households
about_1.5_million_yuan 1500000 100000 approx CNY
approximately_5_thousand_visits 5000 1000 approx person_times
2.5_million_person-times 2500000 100000 last_digit person_times
24_hours 24 1 exact hours
99_per_cent 99 1 last_digit percent
"""
PRINTED = [line.split() for line in (LEDGER + OTHERS).split("\n") if line]

NO_FIGURES = """
人 优秀奖 若干 多个 数百 数百名 几百人 几十 多名 6月13日 2025年7月 2025年 二〇二五年 2000年左右
25年底 90年代 13日 30至40人 30-40 30~40 30～40人 三五个 二三十人 三四成 两三年 十二三 1+2+N
1_/_2 2_/_2 16区和经开区 30个区和经开区 30_40 二_三 1_862 第一 第3名 一等奖 翻一番 三分之二
千分之三 3倍 五步工作法 三级联动 近200余人 约200余人 近九成以上 超200人左右 万人 百名专家
上200人 上十人 多3万人 两千五 三万五 3万5 三万五余 三万零 三万万 1.2亿500万 三百五百 3百二十
一起 一起参加 十分满意 万一 3万户籍人口 500余家庭 12场所 3美元 5公斤 三个半月 两年半 3天内
14人以下 3人以内 500户次 30人天 30人小时 24小时/天 5个百分点 5‰ 零犯罪 十成 3.5成 3多成 九成五五
百分之 百分之5% 5几年 -5 +5人 5e3 1,86 12,345,6 007 .5 5. 657² ①5 ½ ٣人 5人。 4311支队伍3 支队伍
40名很长很长很长很长的名字 100+人 10万+ 657名（人） over_a_million_people 30_people_hours
5_hours_ago five_teams over 2_millions
"""

# The printed words of a ledger row that are not one figure.
NOT_ONE_FIGURE = {
    "1 / 2": "two numbers out of a slogan",
    "2 / 2": "two numbers out of a slogan",
    "6月 / 13日": "a date",
    "16区和经开区": "two things that are counted",
    "五步工作法": "a name",
    "每周一点位": "a rate",
    "优秀奖": "no number",
    "班等": "no number",
    "多个": "no number",
}
ROUNDED_OTHERWISE = {"CZ-38": "only CZ-08 beside it shows that 48.804 was cut and not rounded"}
UNIT_OTHERWISE = {"CZ-39": "名 is said of social workers and of organisations together"}


def ledger():
    path = ROOT / "data" / "published" / "claims.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["printed_figure"]]


def numeric(text):
    return text.replace(".", "", 1).isdigit()


READ = [row for row in ledger() if parse_figure(row["printed_figure"]) and numeric(row["value"])]


@pytest.mark.parametrize(("text", "value", "step", "rounding", "unit"), PRINTED)
def test_a_printed_figure_is_read_as_by_hand(text, value, step, rounding, unit):
    found = parse_figure(text.replace("_", " "))

    assert found == PrintedFigure(
        Fraction(value), Fraction(step), rounding, None if unit == "-" else unit
    )


@pytest.mark.parametrize("text", ["", "_", *NO_FIGURES.split()])
def test_what_is_not_wholly_one_figure_is_not_guessed(text):
    assert parse_figure(text.replace("_", " ")) is None


@pytest.mark.parametrize("row", READ, ids=lambda row: row["claim_id"])
def test_the_ledger_holds_what_its_printed_figure_says(row):
    found = parse_figure(row["printed_figure"])

    assert found.value == Fraction(row["value"])
    assert found.rounding == row["rounding"] or row["claim_id"] in ROUNDED_OTHERWISE
    # 24 hours of a day are printed as 24小时: the word gives the first unit only.
    unit = row["unit"].partition("/")[0]
    assert found.unit in (None, unit) or row["claim_id"] in UNIT_OTHERWISE


def test_the_ledger_s_printed_words_are_figures_but_for_those_with_a_reason():
    unread = {row["printed_figure"] for row in ledger()} - {row["printed_figure"] for row in READ}

    # 1344 is the name of a model; as a text it is a number.
    assert unread == {*NOT_ONE_FIGURE, "1344"}


def test_beyond_200_characters_nothing_is_read():
    assert parse_figure("1" * 200).value == int("1" * 200)
    assert parse_figure("1" * 201) is None


ALPHABET = "0123456789.,%零一二两三十百千万亿余多几成超近约上以左右下个人次年月分之支 萬餘"


@LAW
@given(st.text() | st.text(ALPHABET, max_size=12))
def test_no_text_is_more_than_a_figure_can_be(text):
    found = parse_figure(text)

    if found is not None:
        assert found.value >= 0 and found.step > 0
        assert found.rounding in set(ROUNDINGS) - {"truncated", "none"}
        assert found.unit in {None, *unit_codes()}
        assert (found.value / found.step).denominator == 1


def section_in_chinese(number):
    """Write a number below 10,000, with 零 for each run of zeros inside it."""
    found = ""
    for power, place in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            found += "零一二三四五六七八九"[digit] + place
        elif found and not found.endswith("零"):
            found += "零"
    return found.rstrip("零")


def in_chinese(number):
    """Write a number from 1 up to 10**12."""
    found = ""
    for scale, sign in ((10**8, "亿"), (10**4, "万"), (1, "")):
        section = number // scale % 10**4
        gap = found and (section < 1000 or number // scale // 10**4 % 10 == 0)
        if section:
            found += "零" if gap and not found.endswith("零") else ""
            found += section_in_chinese(section) + sign
    return "十" + found[2:] if found.startswith("一十") else found


NUMBERS = st.integers(1, 9999) | st.integers(1, 10**12 - 1)


@LAW
@given(NUMBERS, st.sampled_from(["", "名", "户", "万"]))
def test_a_number_written_in_chinese_is_read_back(number, behind):
    # 一万万 is not written.
    behind = "名" if behind == "万" and number > 9999 else behind

    found = parse_figure(in_chinese(number) + behind)

    assert found.value == number * (10**4 if behind == "万" else 1)
    assert found.rounding == ("last_digit" if number > 9999 or behind == "万" else "exact")


@LAW
@given(NUMBERS, st.sampled_from("万亿"), st.integers(0, 3))
def test_a_number_printed_in_ten_thousands_is_read_back_with_its_step(number, scale, places):
    digits = str(number // 10**places)
    digits += f".{number % 10**places:0{places}d}" if places else ""
    factor = {"万": 10**4, "亿": 10**8}[scale]

    found = parse_figure(f"{digits}{scale}元")

    step = Fraction(factor, 10**places)
    assert (found.value, found.step) == (number * step, step)


@LAW
@given(st.sampled_from(PRINTED))
def test_wide_digits_change_nothing(row):
    wide = row[0].translate({ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789.,%"})

    assert parse_figure(wide.replace("_", "\u3000")) == parse_figure(row[0].replace("_", " "))
