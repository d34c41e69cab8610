"""The short look at a row finds every row that the long one finds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import LAW
from tests.intake.files import outcome, text_file

from evalkit.intake.header import _is_total, is_total

WORDS = ["合计", "合 计", "总计", "小计：", "城东街道共计", "汇总", "Total", "ＳＵＭ", "sub total",
         "填表人：王", "制表时间:1", "审核：", "负责人：",
         "填报单位：", "报表：x", "备注：x", "说明：",
         "注：x", "㊟：x", "合\u200b计", "ⓢum"]  # fmt: skip
OTHERS = ["", " ", "GX0001", "2023-01-02", "男", "12", "公安机关处理", "街道", "12.5%"]


@LAW
@given(st.lists(st.sampled_from([*WORDS, *OTHERS]) | st.text(max_size=4), max_size=5))
def test_the_short_look_finds_what_the_long_one_finds(row):
    assert is_total(row) == _is_total(row)


@pytest.mark.parametrize("word", WORDS[:-1])
def test_a_row_of_a_total_or_a_note_is_found(word):
    assert is_total(["", word, ""])


@pytest.mark.parametrize("word", OTHERS)
def test_a_row_of_a_person_is_none(word):
    assert not is_total([word, "男", "2023-01-02"])


HEAD = "乡镇（街道）,年龄段,性别,人群类别,人数,误差,来源,统计日期"
ONE = "城东街道,{band},{sex},全部,{n},5,普查,2020-11-01"


def persons(tmp_path, *rows, head=HEAD):
    path = text_file(tmp_path, "\n".join([head, *rows, ""]))
    return outcome(path, "population", "persons")


@pytest.mark.parametrize("sex", ["合计", "男"])
def test_both_sexes_together_are_a_row_and_no_total(tmp_path, sex):
    # The example of the template itself, without a number before each row and with one.
    rows = [ONE.format(band=band, sex=sex, n=100) for band in ("6—11岁", "14—17岁")]

    assert persons(tmp_path, *rows) == [100, 100]
    numbered = [f"{i},{row}" for i, row in enumerate(rows, start=1)]
    assert persons(tmp_path, *numbered, head=f"序号,{HEAD}") == [100, 100]


def test_a_row_that_adds_up_both_sexes_is_a_total_all_the_same(tmp_path):
    rows = [ONE.format(band="6—11岁", sex=sex, n=50) for sex in ("男", "女")]

    assert persons(tmp_path, *rows, "合计,全部,合计,全部,100,,普查,2020-11-01") == [50, 50]
