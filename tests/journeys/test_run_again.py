"""An assessor can tell which code, plan and files made a report, and make it again."""

import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tests.helpers import ROOT

import evalkit as package
from evalkit.cli.hook import LONGEST, hook_of, run_hook
from evalkit.errors import UsageError
from evalkit.protocol import package_sha256
from evalkit.words import sentence

from .conftest import evalkit

WORDS = ("run", "--area", "dalian", "--outcome", "reach")
COMMANDS = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.slow
def test_a_report_says_by_what_it_was_made_and_is_made_again_from_any_folder(project, tmp_path):
    note = tmp_path / "told"
    hook = f"{sys.executable} -c \"import sys,os; open({str(note)!r},'a').write(sys.argv[1] + str('EVALKIT_KEY' in os.environ))\""  # noqa: E501
    os.environ["EVALKIT_KEY"] = "0" * 64
    try:
        ran = evalkit(*WORDS, "--hook", hook, cwd=project)
    finally:
        del os.environ["EVALKIT_KEY"]
    assert ran.returncode == 0, ran.stdout + ran.stderr
    folder = project / "reports" / "pilots" / "dalian" / "reach"
    page = (folder / "report.en.html").read_text(encoding="utf-8")
    results = folder / "results.json"
    first = results.read_bytes()

    # The hook was told where the run's record is, and saw no key.
    assert note.read_text(encoding="utf-8") == f"{project / 'reports' / 'run.json'}False"
    # Code: the fingerprint that a shell computes too.
    assert f"sha256 {package_sha256()}" in page
    # Study and area: their copies are what is named.
    for copy, source in (
        ("report.study.toml", project / "study.toml"),
        ("report.area.dalian.toml", project / "data" / "areas" / "dalian.toml"),
    ):
        assert (folder / copy).read_bytes() == source.read_bytes()
        assert f"sha256 {sha256(folder / copy)}" in page and copy in page
    # Plan: recomputed from the copy.
    text = evalkit("plan", "--study", folder / "report.study.toml", "--text", cwd=tmp_path).stdout
    assert f"sha256 {hashlib.sha256(text.encode()).hexdigest()}" in page
    # Results: when they were made is no part of them.
    assert "made_at" not in first.decode() and "made_at" in (folder / "made.json").read_text()
    assert sha256(results) in page
    (line,) = re.findall(r"evalkit run --study [^<]*", page)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    words = shlex.split(line.replace("&#39;", "'").replace("&#x27;", "'"))[1:]
    again = evalkit(*words, "--force", cwd=elsewhere)
    assert again.returncode == 0, again.stdout + again.stderr
    assert list(elsewhere.iterdir()) == []
    assert results.read_bytes() == first


def test_a_shell_computes_the_fingerprint_of_the_code():
    (line,) = re.findall(r"^find \. .* \| sha256sum$", COMMANDS, re.M)

    ran = subprocess.run(
        line, shell=True, cwd=Path(package.__file__).parent, capture_output=True, text=True
    )

    assert ran.stdout.split()[0] == package_sha256()
    assert f"sha256 {package_sha256()}" in evalkit("--version").stdout


def test_the_plan_s_fingerprint_is_printed_and_recomputed():
    said = evalkit("plan", lang="zh")
    text = evalkit("plan", "--text").stdout

    assert said.stdout.strip().endswith(hashlib.sha256(text.encode()).hexdigest())
    assert json.loads(text)["status"] == "draft"


def test_a_file_without_a_plan_has_no_fingerprint_of_one(command, tmp_path):
    (tmp_path / "study.toml").write_text('code = "x"\n', encoding="utf-8")

    code, out, complaint = command("plan", cwd=tmp_path)

    assert (code, out) == (3, "")
    assert "missing plan" in complaint


def test_a_hook_that_cannot_be_is_refused_before_anything_runs(command, tmp_path):
    for lang, said in (("en", "there is no program nowhere-to-be"), ("zh", "找不到运行结束后")):
        code, out, complaint = command(*WORDS, "--hook", "nowhere-to-be", cwd=ROOT, lang=lang)

        assert (code, out) == (2, "")
        assert said in complaint
    with pytest.raises(UsageError) as caught:
        hook_of("echo 'x")
    assert "not closed" in sentence(caught.value, "en")


def test_a_user_sets_a_hook_once_and_the_command_line_overrules(monkeypatch):
    monkeypatch.setenv("EVALKIT_HOOK", f"{sys.executable} -V")

    assert hook_of(None) == [sys.executable, "-V"]
    assert hook_of("") == []


def test_no_file_that_was_sent_can_name_a_hook(command, project):
    study = project / "study.toml"
    study.write_text('hook = "touch x"\n' + study.read_text(encoding="utf-8"), encoding="utf-8")

    code, _, complaint = command(*WORDS, "--dry-run", cwd=project)

    assert code == 3
    assert "unknown hook" in complaint


@pytest.mark.parametrize(
    ("program", "said"),
    [("import sys; sys.exit(3)", "ended with 3"), ("import time; time.sleep(9)", "longer than")],
)
def test_a_hook_that_fails_is_told_and_changes_nothing(capfd, tmp_path, monkeypatch, program, said):
    monkeypatch.setattr("evalkit.cli.hook.LONGEST", 0.5 if "sleep" in program else LONGEST)

    run_hook([sys.executable, "-c", program], [tmp_path / "run.json"], "en")

    assert said in capfd.readouterr().err


def test_a_hook_that_cannot_be_started_is_told(capfd, tmp_path):
    run_hook([str(tmp_path)], [tmp_path / "run.json"], "zh")

    assert "无法启动" in capfd.readouterr().err
