"""`evalkit read` from its words to its last line: what is told, and what is written."""

import json
import shutil
from pathlib import Path

import pytest
from tests.intake.files import CASES, case, text_file

from evalkit.cli import main

ROOT = Path(__file__).parents[2]
EVENTS = "事件编号,人员编号,发生日期,阶段\n"


@pytest.fixture
def read(tmp_path, monkeypatch, capsys):
    """Run the command on files of a study of its own; its exit code and what it printed."""
    shutil.copytree(ROOT / "data" / "areas", tmp_path / "data" / "areas")
    shutil.copytree(ROOT / "data" / "published", tmp_path / "data" / "published")
    shutil.copy(ROOT / "study.toml", tmp_path)
    monkeypatch.setenv("EVALKIT_KEY", "ab" * 32)

    def run(*words, table="cases", lang="en"):
        given = ["read", *map(str, words), "--as", table, "--area", "guigang", "--lang", lang]
        code = main([*given, "--study", str(tmp_path / "study.toml")])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def part(folder, name, *numbers, group="项目组"):
    rows = (",".join(case(n)).replace("项目组", group) for n in numbers)
    return text_file(folder, CASES + "\n" + "\n".join(rows) + "\n", name)


def test_files_of_one_table_and_the_link_to_another_are_told(tmp_path, read):
    files = [part(tmp_path, "1.csv", "GH1", "GH2"), part(tmp_path, "2.csv", "GH3", group="对照组")]
    rows = "E1,GH1,2024-01-02,立案\nE2,'gh2,2024-01-02,立案\nE3,GH9,2024-01-02,立案\n"
    events = text_file(tmp_path, EVENTS + rows, "e.csv")

    assert read(*files)[0] == 0
    code, said = read(events, table="events")

    assert code == 0
    assert "of 3 row(s) of “Later contacts” with a number, only 2 are found" in said
    assert "comparison 0 of 1, programme 2 of 2" in said
    record = json.loads((tmp_path / "data/clean/guigang/cases.json").read_text(encoding="utf-8"))
    assert [(p["file"], p["rows"]) for p in record["parts"]] == [("1.csv", 2), ("2.csv", 1)]


def test_the_other_order_tells_the_same_link(tmp_path, read):
    events = text_file(tmp_path, EVENTS + "E1,GH1,2024-01-02,立案\n", "e.csv")
    assert read(events, table="events")[0] == 0

    _, said = read(part(tmp_path, "1.csv", "GH1", "GH2"), lang="zh")

    assert "《再次涉案记录》中有编号的 1 行，有 1 行能在《个案档案》中找到" in said


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            "人员编号 (Person): a person's number of which a part is hidden: 1 row(s) (2.csv: 2)",
        ),
        ("zh", "人员编号：人员编号有一部分被遮盖：1 行（2.csv 第 2 行）"),
    ],
)
def test_a_stop_is_named_by_file_row_and_column_and_writes_nothing(tmp_path, read, lang, words):
    files = [part(tmp_path, "1.csv", "GH1"), part(tmp_path, "2.csv", "450103****007X")]

    code, said = read(*files, lang=lang)

    assert code == 4 and words in said
    assert "450103" not in said and "GH1" not in said
    assert not (tmp_path / "data" / "clean").exists()
