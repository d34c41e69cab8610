"""A person's number has one form, and what is none is a stop by row."""

import pytest
from tests.intake.files import CASES, KEY, case, outcome, text_file, workbook

from evalkit.intake.identity import check_digit, fault_of, odd_ones, person_of
from evalkit.intake.texts import Unreadable, said

# Nobody's: no county has the region code 459999. The check digit fits.
BODY = "45999920081130007"
PERSON = BODY + check_digit(BODY)
HEAD = "事件编号,人员编号,发生日期,阶段"


def events(folder, *numbers):
    rows = "".join(f'E{n},"{number}",2024-08-03,立案\n' for n, number in enumerate(numbers))
    return outcome(text_file(folder, f"{HEAD}\n{rows}"), "events", "person_id")


def form(text):
    try:
        return person_of(said(text))
    except Unreadable as fault:
        return str(fault)


@pytest.mark.parametrize(
    "text",
    [
        PERSON,
        PERSON.lower(),
        f"'{PERSON}",
        f"’{PERSON}",
        f"`{PERSON}",
        f'="{PERSON}"',
        f'= "{PERSON}"',
        f'"{PERSON}"',
        f"“{PERSON}”",
        f"\t{PERSON}",
        f" {PERSON[:6]} {PERSON[6:14]} {PERSON[14:]} ",
        f"{PERSON[:6]}\u00a0{PERSON[6:]}",
        f"{PERSON[:6]}\u3000{PERSON[6:]}",
        f"{PERSON[:6]}-{PERSON[6:14]}-{PERSON[14:]}",
        f"{PERSON[:6]}\n{PERSON[6:]}",
        f"{PERSON}\u200b",
        f"{PERSON}.0",
        PERSON.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789X"}),
    ],
)
def test_however_it_is_written_it_is_one_number(text):
    assert form(text) == PERSON


def test_the_number_of_fifteen_digits_is_the_one_that_replaced_it():
    old = "459999081130007"
    body = f"{old[:6]}19{old[6:]}"

    assert form(old) == form(body + check_digit(body))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (f"{PERSON[:6]}********{PERSON[14:]}", "masked"),
        (f"{PERSON[:6]}XXXXXXXX{PERSON[14:]}", "masked"),
        (f"{PERSON[:17]}×", "masked"),
        ("？", "masked"),
        (f"{PERSON[:6]}…{PERSON[14:]}", "masked"),
        (f"{PERSON[:6]}____{PERSON[14:]}", "masked"),
        (PERSON[:17], "wrong_length"),
        (PERSON[:16], "wrong_length"),
        (PERSON[:14], "wrong_length"),
        (PERSON + "1", "wrong_length"),
        (PERSON + "X", "wrong_length"),
        (PERSON.replace("0", "O", 1), "letter_in_number"),
        ("O" + PERSON[1:], "letter_in_number"),
        ("GH00O1", "letter_in_number"),
        (PERSON.replace("1", "l", 1), "letter_in_number"),
        ("P12 P13", "two_numbers"),
        ("1001 1002", "two_numbers"),
        (f"{PERSON}、{PERSON}", "two_numbers"),
        (f"{PERSON} {PERSON}", "two_numbers"),
        ("GH0001/GH0002", "two_numbers"),
        ("GH0001 GH0002", "two_numbers"),
        ("GH0001\nGH0002", "two_numbers"),
        ("P1和P2", "two_numbers"),
        *((text, "no_number") for text in (
            "无", "无证", "不详", "未知", "暂无", "待补", "同上", "/", "-", "——", "N/A", "null",
            "0", "000", "张三", f"身份证{PERSON}", f"ID:{PERSON}", f"{PERSON}(代)",
            "+8613800138000",
        )),
        ("=VLOOKUP(A2,B:C,2)", "formula_text"),
        ("=A2", "formula_text"),
        ("#N/A", "error_cell"),
        ("4.50103E+17", "lost_digits"),
        ("4.5e17", "lost_digits"),
        ("459999200811300000", "lost_digits"),
        (PERSON[:17] + ("1" if PERSON[17] != "1" else "2"), "checksum"),
    ],
)  # fmt: skip
def test_what_is_no_number_of_a_person_is_named(text, fault):
    assert form(text) == fault


@pytest.mark.parametrize(
    "text",
    [
        "GH0657",
        "P004217",
        "GH-001",
        "1",
        "0000001",
        "13800138000",
        "2025030700000123",
        "桂A001",
        "2024L001",
        "无锡001",
        "桂检〔2024〕12号",
        "桂检/2024/12",
    ],
)
def test_the_number_of_a_platform_stays(text):
    assert form(text) == text


def test_a_long_name_of_letters_is_a_number_and_a_check_digit_may_follow_noughts():
    assert form("oGZUI0egBJY1zhBYw2KhdUfwVJJE") == "OGZUI0EGBJY1ZHBYW2KHDUFWVJJE"
    bodies = (f"459999200811{day}{order}00" for day in range(10, 31) for order in range(1, 10))
    ends = next(body for body in bodies if check_digit(body) == "0")
    assert fault_of(ends + "0") == ""


@pytest.mark.parametrize(
    ("numbers", "fault"),
    [
        (["0000040", "0000041", "1"], {2: "zeros_lost"}),
        (["GH0001", "GH0002", "GHO003"], {2: "letter_in_number"}),
        ([PERSON, PERSON[:6] + "3", "450"], {}),
        ([PERSON, "4501032008"], {}),
        ([PERSON, PERSON[:-1] + "Y", "P2"], {}),
        (["1", "2", "12"], {}),
        (["007", "7A"], {}),
    ],
)
def test_the_others_of_a_column_show_what_one_alone_does_not(numbers, fault):
    assert odd_ones(dict(enumerate(numbers))) == fault


def test_a_few_digits_among_identity_numbers_are_too_few():
    other = "45999920090101001"

    assert odd_ones({0: PERSON, 1: other + check_digit(other), 2: "4501032008"}) == {
        2: "wrong_length"
    }


def test_a_stop_names_the_row_and_never_the_cell(tmp_path):
    assert events(tmp_path, PERSON, f"{PERSON[:6]}****{PERSON[10:]}") == ["masked"]
    assert events(tmp_path, PERSON, f"'{PERSON}", f'=""{PERSON}""') == [KEY.of(PERSON)] * 3


@pytest.mark.parametrize(
    ("number", "shown", "same"),
    [
        (12, "0000000", "0000012"),
        (12, "0000000;-0000000", "0000012"),
        (12, "[Red]0000000", "0000012"),
        (12, '"GH"0000', "GH0012"),
        (12, "\\G\\H0000", "GH0012"),
        (12, '0000"号"', "0012号"),
        (12345, "000-000", "012-345"),
        (1234567, "000000", "1234567"),
        (12, "General", "12"),
        (12, "0.00", "12"),
        (1234, "#,##0", "1234"),
    ],
)
def test_a_number_is_the_one_that_the_sheet_shows(tmp_path, number, shown, same):
    rows = [HEAD.split(","), ["E1", (number, shown), "2024-08-03", "立案"]]

    assert outcome(workbook(tmp_path, {"表": rows}), "events", "person_id") == [KEY.of(same)]


def test_both_sides_of_a_link_are_read_by_one_rule(tmp_path):
    ids = [f"'{PERSON}", f'=""{PERSON.lower()}""', "１００１.0", "gh0001"]
    cases = "".join(",".join([f'"{n}"', *case("")[1:]]) + "\n" for n in ids[1:])
    events_of = events(tmp_path, *ids[1:])

    read = outcome(text_file(tmp_path, f"{CASES}\n{cases}"), "cases", "person_id")

    assert read == events_of == [KEY.of(n) for n in (PERSON, "1001", "GH0001")]


def test_other_numbers_lose_their_guards_and_trailing_noughts_too(tmp_path):
    text = "活动编号,参加者编号\n'1001,P1\n1001.0,P2\n" + '"=""1001""",P3\n'

    assert outcome(text_file(tmp_path, text), "attendance", "session_id") == ["1001"] * 3


def test_a_guard_is_undone_in_every_kind_of_column(tmp_path):
    text = f"{CASES}\n" + ",".join(f"'{cell}" for cell in case("GH1")) + "\n"

    assert outcome(text_file(tmp_path, text), "cases", "age") == [15]
    assert outcome(text_file(tmp_path, text), "cases", "sex") == ["male"]
