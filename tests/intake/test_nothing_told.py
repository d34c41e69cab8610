"""`evalkit read` says where and what is wrong, and never what the cell holds."""

import csv
import json
import shutil
from pathlib import Path

import pytest
from tests.helpers import ROOT

from evalkit.cli import main
from evalkit.intake.identifying import like_person
from evalkit.schema import load_schema, office_names

WORD = "QZXW"


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    root = tmp_path_factory.mktemp("study")
    shutil.copytree(ROOT / "data" / "areas", root / "data" / "areas")
    shutil.copytree(ROOT / "data" / "published", root / "data" / "published")
    return Path(shutil.copy(ROOT / "study.toml", root))


@pytest.mark.parametrize("word", [WORD, f"{WORD}\n13800138000"])
@pytest.mark.parametrize("shape", office_names())
def test_a_word_in_any_column_of_any_table_is_not_repeated(
    shape, word, study, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("EVALKIT_KEY", "ab" * 32)
    fields = load_schema(shape).columns
    told, clean = [], study.parent / "data" / "clean"
    for name in fields:
        shutil.rmtree(clean, ignore_errors=True)
        row = {n: field.example for n, field in fields.items()} | {name: word}
        file = tmp_path / "handed.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(field.header.text["zh"] for field in fields.values())
            writer.writerow(row.values())
        code = main(["read", str(file), "--as", shape, "--area", "guigang", "--study", str(study)])
        said = capsys.readouterr()
        records = [p.read_text(encoding="utf-8") for p in clean.rglob("*.json")]
        told.append((name, code, WORD in said.out + said.err, any(WORD in r for r in records)))
        if code == 0:
            # A clean table is a person's or a group's word; its record is neither.
            assert records
            json.loads(records[0])
    assert [t for t in told if t[2] or t[3]] == []
    # Words and numbers of things may be any word; all else is refused.
    free = [n for n, field in fields.items() if field.kind in ("text", "id", "person")]
    assert {n for n, code, *_ in told if code == 0} <= set(free)


PERSONS = [
    "2024-06-01", "2010.1.1生", "born 2010-01-01", "Xiaoming Wang, aged 12", "Wang Wei 15yo",
    "wx: zhangwei88",
    "一三八一二三四五六七八", "13800138000", "138-0013-8000", "138 0013 8000",
    "450881199901011234", "0771-2345678",
    "450881 1999 0101 123X", "138****8000", "4508811999XXXX1234", "张伟 15岁", "张伟，男，15岁",
    "欧阳娜娜 2010年3月", "王小明45012", "李某某（女）16 岁", "zhang.wei@example.org", "20100304",
    "司马光 12345", "初中 张伟 15岁", "长" * 61,
]  # fmt: skip
GROUPS = [
    "城东街道", "石龙镇", "黄练镇", "高新区", "14—17岁", "14岁至17岁", "周岁14—17岁", "6-11岁",
    "高三12班", "高中2024级", "高一 18岁以下", "2023-2024学年", "2024年6月", 
    "石龙镇2023年", "黄村12岁以下", "SDQ-25", "PHQ-9 (2001)", "关于18岁以下", "任何18岁以上",
    "村居A012", "张家港市2024年", "留守儿童", "S01",
]  # fmt: skip


@pytest.mark.parametrize("text", PERSONS)
def test_a_number_or_a_name_with_one_looks_like_a_person(text):
    assert like_person(text)


@pytest.mark.parametrize("text", GROUPS)
def test_the_name_of_a_group_does_not(text):
    assert not like_person(text)


def test_the_code_of_a_division_may_stand_where_divisions_do():
    assert like_person("450881100") and like_person("450881100201", official=False)
    assert not like_person("450881100", official=True)
    assert not like_person("450881100201", official=True)
    assert like_person("13800138000", official=True)


def test_every_pattern_takes_time_in_proportion():
    # A pattern that tried each of a million beginnings a million times would never end.
    for piece in ("1", "张", "张伟 ", "a", "1-", "*", "xX", "男 ", "a.", "，"):
        like_person(piece * 200_000)
    for piece in ("张伟男" + " " * 50_000, "张" + "，" * 50_000 + "1"):
        like_person(piece)
