"""The short look at a row finds every row that the long one finds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import LAW

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
