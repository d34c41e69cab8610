"""Bad input: one message in each language, an exit code, nothing half-written, no traceback."""

import pytest

from evalkit.errors import from_json
from evalkit.export import write_portal
from evalkit.words import sentence

from .conftest import build_one, edit_notebook, evalkit

DACHANG = ("--area", "dachang", "--outcome", "reach")


def spoil(path, before, after):
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def study(project):
    return project / "study.toml"


def ledger(project):
    return project / "data" / "published" / "claims.csv"


def reach(project):
    return project / "notebooks" / "reach.ipynb"


def untouched(project):
    pass


# What is wrong: how to make it so, the words of the command, exit code, English, Chinese.
WRONG = {
    "area": (
        untouched, ["--area", "dachnag"], 2,
        "There is no area dachnag in study pilots. Areas: chongzuo, huanan, liangjiang, guigang, "
        "dachang, beijing, dalian, yiliang, all.",
        "研究 pilots 中没有地区 dachnag。现有地区：chongzuo、huanan",
    ),
    "outcome": (
        untouched, ["--outcome", "recidivsm"], 2,
        "There is no outcome recidivsm. Outcomes: claims, reach, recidivism, satisfaction.",
        "没有评估内容 recidivsm",
    ),
    "language": (
        untouched, ["--lang", "fr"], 2,
        "There is no language fr. Languages: en, zh.", "没有语言 fr。现有语言：en、zh。",
    ),
    "option": (
        untouched, ["--aera", "dachang"], 2,
        "The command does not take --aera, dachang.", "该命令不接受 --aera、dachang。",
    ),
    "jobs": (
        untouched, ["--jobs", "0"], 2,
        "--jobs takes a whole number from 1, found 0.", "应为不小于 1",
    ),
    "study missing": (
        untouched, ["--study", "stduy.toml"], 3,
        "stduy.toml: there is no such study file", "找不到这个研究文件",
    ),
    "study is a folder": (
        untouched, ["--study", "data"], 3, "is a folder, a file is needed", "这是文件夹",
    ),
    "study not TOML": (
        lambda p: spoil(study(p), "[plan]", "[plan"), [], 3, "is not valid TOML", "不是有效的 TOML",
    ),
    "study lacks a key": (
        lambda p: spoil(study(p), 'people = "minors"\n', ""), [], 3,
        "missing people. Add it.", "缺少 people",
    ),
    "study has an unknown key": (
        lambda p: spoil(study(p), 'people = "minors"', 'poeple = 1\npeople = "minors"'), [], 3,
        "unknown poeple. Known: areas", "不认识 poeple",
    ),
    "area file of another name": (
        lambda p: spoil(p / "data/areas/dachang.toml", '"dachang"', '"dachan"'), [], 3,
        "code is dachan, the file name says dachang", "文件名是 dachang",
    ),
    "no parameters cell": (
        lambda p: spoil(reach(p), '"parameters"', '"parameter"'), DACHANG, 5,
        'has no cell tagged "parameters"', "没有标签为“parameters”的单元格",
    ),
    "parameter renamed": (
        lambda p: edit_notebook(reach(p), "area: str", "aera: str"), DACHANG, 2,
        "takes no parameter area. Parameters: aera, lang, study.", "不接受参数 area",
    ),
    "not a notebook": (
        lambda p: reach(p).write_text("hello"), DACHANG, 5,
        "is not a notebook that can be read", "不是能读取的笔记本",
    ),
    "reports is a file": (
        lambda p: (p / "out").write_text("mine"), DACHANG, 6, "is not a folder", "不是文件夹",
    ),
}  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_named_before_anything_runs(project, command, name, lang):
    make, words, code, english, chinese = WRONG[name]
    make(project)

    exit_code, _, complaint = command("run", *words, "--reports", "out", cwd=project, lang=lang)

    assert exit_code == code
    assert {"en": english, "zh": chinese}[lang] in complaint
    assert len(complaint.strip().splitlines()) == 1
    assert not (project / "out").is_dir() or list((project / "out").iterdir()) == []


def test_a_notebook_that_another_process_refuses_is_named_in_one_line(project):
    make, words, code, _, chinese = WRONG["no parameters cell"]
    make(project)

    ran = evalkit("run", *words, "--reports", "out", cwd=project, lang="zh")

    assert ran.returncode == code
    assert chinese in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1
    assert not (project / "out").is_dir() or list((project / "out").iterdir()) == []


def test_a_mistake_on_the_real_command_line_shows_no_traceback(project):
    ran = evalkit("run", "--area", "dachnag", "--reports", "out", cwd=project, lang="zh")

    assert ran.returncode == 2
    assert ran.stderr.startswith("evalkit：研究 pilots 中没有地区 dachnag。")
    assert ran.stdout == ""


# What goes wrong inside a report: how to make it so, then what the list says.
FAILS = {
    "table missing": (
        lambda p: ledger(p).unlink(), "there is no such file. Check the path.", "没有这个文件",
    ),
    "table empty": (
        lambda p: ledger(p).write_text(""), "the table is empty", "表是空的",
    ),
    "table not UTF-8": (
        lambda p: ledger(p).write_bytes("claim_id,地区\n".encode("gb18030")),
        "is not UTF-8 (byte 10). Save the file as UTF-8.", "不是 UTF-8",
    ),
    "column misspelt": (
        lambda p: spoil(ledger(p), "rounding", "runding"), "unknown column(s) runding. Known: ",
        "有不认识的列 runding。可用的列：",
    ),
    "impossible value": (
        lambda p: spoil(ledger(p), ",exact,", ",exactly,"),
        "column rounding: 1 cell(s) with a value that is not known, the first in line 2 (exactly).",
        "列 rounding：有 1 格的值不在可选范围内，最先见于第 2 行（exactly）",
    ),
    "a cell raises": (
        lambda p: edit_notebook(reach(p), "plan = report.plan", "plan = report.plan\n1 / 0"),
        'reach.ipynb, cell 5 ("report = outcomes.open_report(study, area, "reach", lang)"): '
        "stopped with ZeroDivisionError.",
        "因 ZeroDivisionError 停止",
    ),
    "a print": (
        lambda p: edit_notebook(reach(p), "plan = report.plan", "plan = report.plan\nprint(1)"),
        "shows stdout, which carries no record", "展示了没有记录的 stdout",
    ),
    "a raw DataFrame": (
        lambda p: edit_notebook(
            reach(p), "present.opening(report)", "import pandas\npandas.DataFrame({'a': [1]})"
        ),
        'reach.ipynb, cell 5 ("report', "没有记录",
    ),
    "a bare figure": (
        lambda p: edit_notebook(
            reach(p), "present.opening(report)", "import matplotlib.pyplot as p\np.plot([1, 2]);"
        ),
        "which carries no record", "没有记录",
    ),
    "a warning": (
        lambda p: edit_notebook(
            reach(p), "present.opening(report)", "import warnings\nwarnings.warn('x')"
        ),
        "shows stderr, which carries no record", "没有记录的 stderr",
    ),
    "no verdict": (
        lambda p: edit_notebook(reach(p), "present.headline(verdict)", "verdict = 1"),
        "the notebook did not show dachang.reach.verdict", "没有展示 dachang.reach.verdict",
    ),
    "a misspelt choice": (
        lambda p: edit_notebook(
            reach(p), "plan = report.plan",
            "plan = report.plan\noutcomes.open_report(study, 'guigan', 'reach', lang)",
        ),
        "There is no area guigan in study pilots. Areas:", "没有地区 guigan",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAILS)
def test_a_failed_report_says_why_and_leaves_nothing(project, name):
    make, english, chinese = FAILS[name]
    make(project)

    outcome = build_one(project, "dachang", "reach")

    assert outcome.error is not None, name
    problem = from_json(outcome.error)
    assert english in sentence(problem, "en")
    assert chinese in sentence(problem, "zh")
    assert "Traceback" not in sentence(problem, "en")
    left = [p.name for p in (project / "out" / "pilots" / "dachang").iterdir()]
    assert left == ["reach.failed.json"]


def test_the_portal_names_a_failure_in_both_languages_and_no_folder(project):
    ledger(project).unlink()
    build_one(project, "dachang", "reach")

    for page, words in zip(
        write_portal(project / "out"), ("没有这个文件", "there is no such file"), strict=True
    ):
        text = page.read_text(encoding="utf-8")
        assert words in text
        assert str(project) not in text


def test_a_failed_report_is_listed_and_the_others_are_built(project):
    edit_notebook(reach(project), "plan = report.plan", "plan = report.plan\n1 / 0")

    ran = evalkit("run", "--area", "dalian", "--reports", "out", cwd=project)

    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "Reports built: 3" in ran.stdout
    assert "Reports not built: 1" in ran.stdout
    assert "stopped with ZeroDivisionError" in ran.stdout
    assert "Traceback" not in ran.stdout + ran.stderr


def test_a_failed_report_keeps_the_last_good_one_and_says_so(project):
    assert build_one(project, "dachang", "reach").error is None
    edit_notebook(reach(project), "plan = report.plan", "plan = report.plan\n1 / 0")

    assert build_one(project, "dachang", "reach").error is not None

    write_portal(project / "out")
    assert (project / "out/pilots/dachang/reach/report.zh.html").is_file()
    page = (project / "out" / "index.en.html").read_text(encoding="utf-8")
    assert "run stopped" in page and "Last good report" in page


def test_a_report_that_works_again_takes_its_failure_away(project):
    edit_notebook(reach(project), "plan = report.plan", "plan = report.plan\n1 / 0")
    assert build_one(project, "dachang", "reach").error is not None
    edit_notebook(reach(project), "\n1 / 0", "")

    assert build_one(project, "dachang", "reach").error is None

    write_portal(project / "out")
    assert not (project / "out/pilots/dachang/reach.failed.json").exists()
    assert "run stopped" not in (project / "out" / "index.en.html").read_text(encoding="utf-8")
