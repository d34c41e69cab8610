"""The how-to on an area of one's own, followed from nothing, word by word."""

import re

import pytest

from .conftest import ROOT, evalkit, results

PAGE = (ROOT / "docs" / "how-to" / "own-ledger.md").read_text(encoding="utf-8")


def block(language):
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return found


@pytest.fixture
def files(tmp_path):
    (tmp_path / "dachang.csv").write_text(block("csv"), encoding="utf-8")
    (tmp_path / "dachang.toml").write_text(block("toml"), encoding="utf-8")
    return tmp_path


def test_the_how_to_gives_what_it_promises(files):
    command = block("sh").split()

    ran = evalkit(*command[1:], cwd=files)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    estimates = results(files / "reports", "dachang", "dachang", "claims")
    verdicts = {
        i.split("claim=")[1].rstrip("]"): e["verdict"]
        for i, e in estimates.items()
        if ".claim[" in i
    }
    assert verdicts == {
        "D-1": "cannot_verify", "D-2": "cannot_verify", "D-3": "not_reachable",
        "D-4": "cannot_verify", "D-5": "cannot_verify",
    }  # fmt: skip
    assert (files / "reports" / "index.html").is_file()


SLIPS = [
    ("dachang.csv", "50人次,,", "50人次,,person_time"),
    ("dachang.csv", "50人次,,", "50人次,500,"),
    ("dachang.csv", "50人次,,", "50人次,,persons"),
    ("dachang.toml", 'base = "D-2"', 'base = "D-9"'),
]


@pytest.mark.parametrize("name,old,new", SLIPS)
def test_each_slip_is_told_as_the_how_to_says(files, name, old, new):
    path = files / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    ran = evalkit("run", "--study", "dachang.toml", "--reports", "reports", cwd=files)

    said = (ran.stdout + ran.stderr).replace(f"{files}/", "")
    promised = [row.split("|")[2].strip() for row in PAGE.splitlines() if row.startswith("| ")]
    assert ran.returncode != 0
    assert any(line and line.lower() in said.lower() for line in promised), said


def test_sessions_are_read_where_the_measure_word_says_so(files):
    from evalkit.intake import parse_figure

    assert parse_figure("50次").unit == "sessions"
    assert parse_figure("50人次").unit == "person_times"
