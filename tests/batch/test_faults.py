"""Ctrl-C, a killed worker, a full disk: one thing fails, nothing is left half-made."""

import errno
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from evalkit.batch import Task, plan_jobs
from evalkit.batch import build as module
from evalkit.batch.executors.inline import InlineExecutor
from evalkit.batch.preflight import check_all
from evalkit.errors import OutputError

ROOT = Path(__file__).parents[2]
STUDY = str(ROOT / "study.toml")
PATIENCE = 120


def hearing():
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def start(out, *more):
    """Start a run of many reports in a process of its own."""
    words = [sys.executable, "-m", "evalkit", "run", "--reports", str(out), "--jobs", "2", *more]
    environment = {**os.environ, "EVALKIT_LANG": "en", "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        words, cwd=ROOT, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        # What a shell starts in the background is deaf to Ctrl-C, and by nohup to a hang-up;
        # so are its children.
        preexec_fn=hearing,
    )  # fmt: skip


def wait_for(condition):
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
    return found


def warm(process):
    """The warm process of a run, of which drivers and kernels are forks."""
    with suppress(psutil.NoSuchProcess):
        for child in psutil.Process(process.pid).children():
            if "evalkit.run.warm" in " ".join(child.cmdline()):
                return child
    return None


def forks(process):
    """A driver and its kernel, in the order of their birth; nothing until there are both."""
    found = []
    with suppress(psutil.NoSuchProcess):
        if parent := warm(process):
            found = sorted(parent.children(), key=lambda child: child.pid)
    return found if len(found) > 1 else []


def test_ctrl_c_leaves_finished_reports_whole_and_nothing_else(tmp_path):
    out = tmp_path / "out"
    process = start(out)
    first = process.stdout.readline()
    assert first.startswith("1/33")
    children = wait_for(lambda: forks(process))

    # As a terminal does: to the whole process group.
    os.killpg(process.pid, signal.SIGINT)
    said, complaint = process.communicate(timeout=PATIENCE)

    assert process.returncode == 130, said + complaint
    assert "Stopped by Ctrl-C" in complaint
    assert "Traceback" not in said + complaint
    folders = [p for p in out.glob("pilots/*/*") if p.is_dir()]
    assert folders and not [p for p in folders if p.name.startswith(".")]
    assert any(folder.name != "summary" for folder in folders)
    for folder in folders:
        forms = ("html", "pdf") if folder.name == "summary" else ("html", "pdf", "docx", "xlsx")
        agreed = {"report.study.toml", f"report.area.{folder.parent.name}.toml"}
        whole = {"report.ipynb", "results.json", "made.json", *agreed}
        rest = set() if folder.name == "summary" else whole
        assert {p.name for p in folder.iterdir()} == rest | {
            f"report.{lang}.{form}" for lang in ("en", "zh") for form in forms
        }
    wait_for(lambda: not any(child.is_running() for child in children))


def test_a_killed_worker_fails_its_reports_and_the_others_are_built(tmp_path):
    out = tmp_path / "out"
    words = ["--area", "guigang"]
    process = subprocess.Popen(
        [sys.executable, "-m", "evalkit", "run", *words, "--reports", str(out), "--jobs", "1"],
        cwd=ROOT, env={**os.environ, "EVALKIT_LANG": "en", "PYTHONUNBUFFERED": "1"}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    driver, kernel = wait_for(lambda: forks(process))

    driver.kill()
    said, complaint = process.communicate(timeout=PATIENCE)

    assert process.returncode == 1, said + complaint
    assert "recidivism: The process that built it was killed" in said
    assert "Reports built: 3" in said
    assert not [p for p in out.glob("pilots/*/.*")]
    assert not driver.is_running() and not kernel.is_running()


def test_a_killed_warm_process_is_replaced_and_every_report_is_built(tmp_path):
    out = tmp_path / "out"
    process = start(out, "--area", "dalian")
    wait_for(lambda: forks(process))
    before = warm(process)
    children = before.children()

    before.kill()
    said, complaint = process.communicate(timeout=PATIENCE)

    assert process.returncode == 0, said + complaint
    assert "Reports built: 4" in said
    assert not [p for p in out.glob("pilots/*/.*")]
    wait_for(lambda: not any(child.is_running() for child in children))


def test_where_no_process_can_be_forked_others_are_started_and_one_line_says_so(tmp_path):
    # A path that is too long for a socket.
    folder = tmp_path / ("t" * 90)
    folder.mkdir()
    words = [sys.executable, "-m", "evalkit", "run", "--area", "dalian", "--outcome", "reach"]
    environment = {**os.environ, "TMPDIR": str(folder), "EVALKIT_LANG": "en"}

    ran = subprocess.run(
        [*words, "--reports", str(tmp_path / "out")], cwd=ROOT, env=environment,
        capture_output=True, text=True,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Reports built: 1" in ran.stdout
    assert ran.stderr.startswith("Kernels are started in the ordinary, slower way: the path")
    assert len(ran.stderr.splitlines()) == 1
    assert not [p.name for p in folder.iterdir() if p.name.startswith("evalkit-")]


@pytest.fixture
def job(tmp_path):
    (made,) = plan_jobs([str(ROOT / "study.toml")], "dalian", "reach", tmp_path / "out")
    return made


def test_a_full_disk_fails_the_report_and_leaves_nothing(job, monkeypatch):
    def full(partial, job, record):
        (partial / "report.ipynb").write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module, "_fill", full)

    made = module.build(Task(job))

    assert made.error["key"] == "cannot_write_full"
    assert [p.name for p in job.folder.parent.iterdir()] == ["reach.failed.json"]


def test_a_failed_rebuild_leaves_the_last_good_report_untouched(job, monkeypatch):
    job.folder.mkdir(parents=True)
    (job.folder / "results.json").write_text("good")
    monkeypatch.setattr(module, "_fill", lambda *words: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        module.build(Task(job))

    assert (job.folder / "results.json").read_text() == "good"
    assert [p.name for p in job.folder.parent.iterdir()] == ["reach"]


def test_a_folder_that_cannot_be_written_stops_before_anything_runs(tmp_path):
    (tmp_path / "out").write_text("a file")

    with pytest.raises(OutputError, match="is not a folder, or lies in something that is not one"):
        check_all(plan_jobs([STUDY], "dalian", "reach", tmp_path / "out"), InlineExecutor())


def test_two_studies_with_one_code_are_refused(tmp_path):
    with pytest.raises(Exception, match="Two studies have one code"):
        plan_jobs([str(ROOT / "study.toml")] * 2, root=tmp_path)


def test_a_killed_command_leaves_no_process(tmp_path):
    process = start(tmp_path / "out")
    wait_for(lambda: forks(process))
    children = psutil.Process(process.pid).children(recursive=True)

    process.kill()
    process.communicate(timeout=PATIENCE)

    wait_for(lambda: not any(child.is_running() for child in children))


def test_a_run_leaves_no_sockets(tmp_path):
    folder = tmp_path / "t"
    folder.mkdir()
    words = [sys.executable, "-m", "evalkit", "run", "--area", "dalian", "--outcome", "reach"]
    environment = {**os.environ, "TMPDIR": str(folder), "EVALKIT_LANG": "en"}

    ran = subprocess.run(
        [*words, "--reports", str(tmp_path / "out")], cwd=ROOT, env=environment,
        capture_output=True, text=True,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert [p.name for p in folder.iterdir() if p.name.startswith("evalkit-")] == []


def test_a_terminal_that_cannot_print_chinese_gets_english(tmp_path):
    words = [sys.executable, "-m", "evalkit", "run", "--area", "nowhere", "--lang", "zh"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}

    ran = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True)

    assert ran.returncode == 2
    assert ran.stderr.startswith("evalkit: There is no area nowhere in study pilots.")


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGHUP])
def test_a_run_that_is_asked_to_end_while_it_boots_leaves_nothing(tmp_path, asked):
    process = start(tmp_path / "out")
    booting = wait_for(lambda: warm(process))

    process.send_signal(asked)
    said, complaint = process.communicate(timeout=PATIENCE)

    assert process.returncode == 130, said + complaint
    assert complaint == "evalkit: stopped.\n"
    assert not (tmp_path / "out").exists()
    wait_for(lambda: not booting.is_running())
