"""A folder that somebody sent: its study is read, and nothing in it runs."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from evalkit.batch import plan_jobs
from evalkit.errors import NotebookError
from evalkit.protocol import own_notebooks

from .conftest import ROOT, edit_notebook

KEY = "0123456789abcdef" * 4
DACHANG = ("run", "--area", "dachang", "--outcome", "reach", "--reports", "out")
RUNS = "import os, sys; open({mark!r}, 'a').write(f'{{__name__}} {{sys.orig_argv}} ')\n"
# What Python, IPython, Jupyter and matplotlib look for in a working folder, or above it.
PLACES = (
    *("argparse.py", "random.py", "subprocess.py", "pandas.py", "numpy.py", "papermill.py"),
    *("sitecustomize.py", "usercustomize.py", "ipykernel_launcher.py", "evil.py", "rich.py"),
    *("ipython_config.py", "jupyter_config.py", "ipython_kernel_config.py"),
    *(".ipython/profile_default/startup/00.py", "profile_default/startup/00.py"),
    ".jupyter/jupyter_config.py",
)


@pytest.fixture
def sent(tmp_path):
    """A study with notebooks and startup files that leave a mark when they run."""
    folder, mark = tmp_path / "sent" / "deep", tmp_path / "mark"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "study.toml", folder)
    shutil.copytree(ROOT / "data", folder / "data")
    for place in (folder / "notebooks", folder.parent / "notebooks"):
        shutil.copytree(ROOT / "notebooks", place)
        for notebook in place.glob("*.ipynb"):
            made = nbformat.read(notebook, as_version=4)
            made.cells.insert(0, nbformat.v4.new_code_cell(RUNS.format(mark=str(mark))))
            nbformat.write(made, notebook)
    for name in PLACES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(RUNS.format(mark=str(mark)))
    (folder / "matplotlibrc").write_text("backend: module://evil\ntext.usetex: True\n")
    return folder, mark


def run(folder, *words, script=False, **more):
    environment = {**os.environ, "EVALKIT_LANG": "en", "COLUMNS": "200", **more}
    command = [sys.executable, "-m", "evalkit"]
    if script:
        # The command as people have it; Python's own "-m" would take a folder of that name.
        command = [str(Path(sys.executable).with_name("evalkit"))]
        (folder / "evalkit").mkdir()
        (folder / "evalkit" / "__init__.py").write_text("1 / 0")
    return subprocess.run(
        [*command, *map(str, words)],
        cwd=folder, env=environment, capture_output=True, text=True,
    )  # fmt: skip


@pytest.mark.parametrize("slow", [False, True], ids=["forked", "started"])
def test_nothing_of_a_sent_folder_runs_and_the_line_says_whose_notebooks_did(sent, slow, tmp_path):
    folder, mark = sent
    # Where the path is too long for a socket, workers and kernels are started anew.
    scratch = tmp_path / ("t" * 90)
    scratch.mkdir()

    ran = run(folder, *DACHANG, script=not slow, **({"TMPDIR": str(scratch)} if slow else {}))

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert not mark.exists(), mark.read_text()
    assert f"Notebooks: evalkit's own, in {own_notebooks()}" in ran.stdout
    assert (folder / "out" / "pilots" / "dachang" / "reach" / "report.en.html").is_file()


def test_notebooks_that_the_command_or_the_study_names_run_and_are_named(project):
    edit_notebook(project / "notebooks" / "reach.ipynb", "plan = report.plan", "plan = (0).x")
    # The study names its own; see the fixture.
    by_study = run(project, *DACHANG)
    shutil.copy(ROOT / "study.toml", project)
    by_command = run(project, *DACHANG, "--notebooks", "notebooks")
    by_nobody = run(project, *DACHANG)

    assert by_study.returncode == by_command.returncode == 1
    where = project / "notebooks"
    assert f"Notebooks: {where}, named by {project / 'study.toml'}; they are" in by_study.stdout
    assert f"Notebooks: {where}, named by --notebooks; they are" in by_command.stdout
    assert "AttributeError" in by_study.stdout and "AttributeError" in by_command.stdout
    assert by_nobody.returncode == 0 and "named by" not in by_nobody.stdout


@pytest.mark.parametrize("mode", [0o775, 0o757, 0o777, 0o1777])
@pytest.mark.parametrize("what", [".", "notebooks", "notebooks/reach.ipynb"])
def test_notebooks_that_others_can_change_are_refused(project, what, mode):
    if (what, mode) == (".", 0o1777):
        # In a folder with the sticky bit nobody puts another folder in this one's place.
        plan(project, mode, what)
        return
    with pytest.raises(NotebookError, match="others can change what runs") as told:
        plan(project, mode, what)

    assert told.value.values["place"] == os.path.normpath(project / what)


def plan(project, mode, what):
    os.chmod(project / what, mode)
    return plan_jobs([str(ROOT / "study.toml")], notebooks=project / "notebooks")


def test_a_study_file_that_others_can_write_does_not_choose_what_runs(project):
    os.chmod(project / "study.toml", 0o666)

    with pytest.raises(NotebookError, match=r"study\.toml"):
        plan_jobs([str(project / "study.toml")])


def test_a_link_in_a_folder_of_everybody_does_not_hide_what_it_leads_to(project, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(project / "notebooks")
    os.chmod(project / "notebooks", 0o777)

    with pytest.raises(NotebookError, match="others can change what runs"):
        plan_jobs([str(ROOT / "study.toml")], notebooks=link)


def test_a_folder_that_is_not_there_is_named(project, monkeypatch):
    for lang, said in (("en", "no such folder of notebooks"), ("zh", "没有这个笔记本文件夹")):
        monkeypatch.setenv("EVALKIT_LANG", lang)
        with pytest.raises(NotebookError, match=said):
            plan_jobs([str(ROOT / "study.toml")], notebooks=project / "nothing")


LOOK = """\
import json as _j, os as _o
_seen, _pid = [sorted(_o.environ), _o.environ.get('EVALKIT_KEY')], _o.getpid()
while _pid > 1:
    _told = open(f'/proc/{_pid}/status').read()
    _name = open(f'/proc/{_pid}/cmdline').read()
    if '-mevalkitrun' in _name.replace(chr(0), ''):
        break
    _seen.append([_name, 'EVALKIT_KEY' in open(f'/proc/{_pid}/environ').read()])
    _pid = int(_told.split('PPid:')[1].split()[0])
_j.dump(_seen, open(MARK, 'w'))
"""


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="reads what Linux tells of processes")
@pytest.mark.parametrize("slow", [False, True], ids=["forked", "started"])
def test_no_process_that_is_started_sees_the_key_of_the_pseudonyms(project, tmp_path, slow):
    mark = tmp_path / "seen.json"
    look = LOOK.replace("MARK", repr(str(mark)))
    notebook = project / "notebooks" / "reach.ipynb"
    edit_notebook(notebook, "plan = report.plan", look + "plan = 1 / 0")
    scratch = tmp_path / ("t" * 90)
    scratch.mkdir()

    more = {"TMPDIR": str(scratch)} if slow else {}
    ran = run(project, *DACHANG, EVALKIT_KEY=KEY, **more)

    names, value, *processes = json.loads(mark.read_text())
    assert value is None and "EVALKIT_KEY" not in names
    assert processes and not any(seen for _, seen in processes), processes
    assert KEY not in ran.stdout + ran.stderr
