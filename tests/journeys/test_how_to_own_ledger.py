"""The how-to on an area of one's own, followed from nothing, word by word, in both languages."""

import re

import pytest
from tests.helpers import swapped

from .conftest import ROOT, evalkit, results

PAGES = {
    lang: (ROOT / "docs" / "how-to" / name).read_text(encoding="utf-8")
    for lang, name in (("en", "own-ledger.md"), ("zh", "own-ledger.zh.md"))
}


def block(lang, language):
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGES[lang], re.DOTALL)
    return found


@pytest.fixture(params=PAGES)
def followed(request, tmp_path):
    """The language of the page, and a folder with the files that it tells to write."""
    for kind in ("csv", "toml"):
        text = block(request.param, kind)
        (tmp_path / f"dachang.{kind}").write_text(text, encoding="utf-8")
    return request.param, tmp_path


def test_the_how_to_gives_what_it_promises(followed):
    lang, files = followed

    ran = evalkit(*block(lang, "sh").split()[1:], cwd=files)

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
    built = {file.name for file in (files / "reports" / "dachang").rglob("report.*.html")}
    assert built == {
        f"report.{spoken}.html" for spoken in {"en": ("en", "zh"), "zh": ("zh",)}[lang]
    }


SLIPS = [
    ("dachang.csv", "50人次,,", "50人次,,person_time"),
    ("dachang.csv", "50人次,,", "50人次,500,"),
    ("dachang.csv", "50人次,,", "50人次,,persons"),
    ("dachang.csv", "50人次,,,", "超50人次,,,exact"),
    ("dachang.csv", "服务青少年50人次", "服务青少年,50人次"),
    ("dachang.toml", 'base = "D-2"', 'base = "D-9"'),
]


@pytest.mark.parametrize("name,old,new", SLIPS)
def test_each_slip_is_told_as_the_how_to_says(followed, command, name, old, new):
    lang, files = followed
    path = files / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    words = ("run", "--lang", lang, "--study", "dachang.toml", "--reports", "out")
    code, *printed = command(*words, cwd=files)

    said = "".join(printed).replace(f"{files}/", "")
    promised = [row.split("|")[2].strip() for row in PAGES[lang].splitlines() if row[:2] == "| "]
    assert code != 0
    assert any(line and line.lower() in said.lower() for line in promised), said


def test_a_slip_that_another_process_finds_is_one_line_without_a_traceback(tmp_path):
    for kind in ("csv", "toml"):
        text = swapped(block("en", kind), *SLIPS[0][1:]) if kind == "csv" else block("en", kind)
        (tmp_path / f"dachang.{kind}").write_text(text, encoding="utf-8")

    ran = evalkit("run", "--study", "dachang.toml", "--reports", "out", cwd=tmp_path)

    assert ran.returncode == 4
    assert "person_time" in ran.stderr and len(ran.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_sessions_are_read_where_the_measure_word_says_so():
    from evalkit.intake import parse_figure

    assert parse_figure("50次").unit == "sessions"
    assert parse_figure("50人次").unit == "person_times"
