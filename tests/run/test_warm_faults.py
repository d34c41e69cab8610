"""A notebook that dies, hangs, hoards, or leaves something behind: it alone, and no trace."""

import os
import signal

import nbformat
import pytest
from tests.run import calls
from tests.run.conftest import left_of, needs_fork, wait_for

from evalkit.errors import NotebookError
from evalkit.run.limits import Limits
from evalkit.run.notebook import run_notebook
from evalkit.run.warm import WorkerLost

pytestmark = [needs_fork, pytest.mark.xdist_group("warm-b")]

NOTE = "import os, pathlib, time\npathlib.Path('pid').write_text(str(os.getpid()))\n"
DEAF = """
while True:
    try:
        time.sleep(1)
    except BaseException:
        pass
"""
LEAVES = """
import os, signal, subprocess, time
subprocess.Popen(["sleep", "600"])
subprocess.Popen(["sleep", "600"], start_new_session=True)
subprocess.run("setsid sleep 600 >/dev/null 2>&1 &", shell=True)
if os.fork() == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)
"""
POOLS = """
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
for way in ("fork", "spawn"):
    context = multiprocessing.get_context(way)
    with context.Pool(2) as pool:
        print(way, pool.map(abs, [-1, -2]))
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        print(way, list(pool.map(abs, [-3])))
"""
HOARD = "held = []\nfor _ in range(1000):\n    held.append(bytearray(10_000_000))"


def begun(warm, make, tmp_path, cell):
    """Start a notebook whose kernel notes its process's number; return both."""
    future = warm.submit(calls.run, make(NOTE + cell, name="a"), tmp_path / "a-o.ipynb")
    return future, int(wait_for(lambda: (tmp_path / "pid").exists() and read(tmp_path / "pid")))


def read(path):
    return path.read_text()


def good(warm, make, tmp_path):
    return warm.submit(calls.run, make("print(1)", name="b"), tmp_path / "b-o.ipynb")


def output(path):
    shown = nbformat.read(path, as_version=4).cells[-1].outputs
    assert {o.name for o in shown} == {"stdout"}, shown
    return "".join(o.text for o in shown)


def test_a_killed_kernel_fails_its_notebook_only(warm, make, tmp_path):
    future, pid = begun(warm, make, tmp_path, "time.sleep(600)")
    other = good(warm, make, tmp_path)

    os.kill(pid, signal.SIGKILL)

    assert future.exception().key == "kernel_died"
    assert other.exception() is None
    wait_for(lambda: not left_of(warm))


def test_a_killed_driver_takes_its_kernel_with_it(warm, make, tmp_path):
    future, _ = begun(warm, make, tmp_path, "time.sleep(600)")
    other = good(warm, make, tmp_path)

    os.kill(future.child.pid, signal.SIGKILL)

    assert isinstance(future.exception(), WorkerLost)
    assert other.exception() is None
    wait_for(lambda: not left_of(warm))


def test_a_killed_warm_process_leaves_no_kernel(own, make, tmp_path):
    future, pid = begun(own, make, tmp_path, LEAVES + "time.sleep(600)")

    os.kill(own.process.pid, signal.SIGKILL)

    assert isinstance(future.exception(), WorkerLost)
    wait_for(lambda: not os.path.exists(f"/proc/{pid}"))
    assert good(own, make, tmp_path).exception() is None


def test_a_cell_that_hears_no_interrupt_is_ended_and_named(warm, make, tmp_path):
    source = make(NOTE + DEAF, name="a")

    problem = warm.submit(calls.run, source, tmp_path / "o.ipynb", seconds=1).exception()

    assert (type(problem), problem.key, problem.values["cell"]) == (
        NotebookError, "cell_timeout", "2",
    )  # fmt: skip
    assert "did not end within 1 seconds" in str(problem)
    assert not os.path.exists(f"/proc/{read(tmp_path / 'pid')}")


def test_a_notebook_that_hoards_memory_is_stopped_and_named(warm, make, tmp_path):
    future = warm.submit(calls.run, make(HOARD, name="a"), tmp_path / "o.ipynb", memory=300_000_000)

    problem = future.exception()

    assert (problem.key, problem.values["memory"], problem.values["cell"]) == (
        "memory_limit", 300, "2",
    )  # fmt: skip
    assert "than the 300 MB that a notebook may hold" in str(problem)


def test_less_memory_than_the_limit_may_be_held(warm, make, tmp_path):
    source = make("held = bytearray(200_000_000)\nprint(len(held))")

    warm.submit(calls.run, source, tmp_path / "o.ipynb", memory=300_000_000).result()

    assert output(tmp_path / "o.ipynb") == "200000000\n"


def test_an_ordinary_kernel_has_the_same_limits(make, tmp_path, monkeypatch):
    monkeypatch.delenv("EVALKIT_WARM", raising=False)
    with pytest.raises(NotebookError) as hoarded:
        run_notebook(make(HOARD), tmp_path / "o.ipynb", {}, tmp_path, Limits(60, 300_000_000))
    with pytest.raises(NotebookError) as hung:
        run_notebook(
            make("import time", "time.sleep(600)"), tmp_path / "o.ipynb", {}, tmp_path, Limits(1)
        )

    assert hoarded.value.key == "memory_limit", hoarded.value.values
    assert hoarded.value.values["cell"] == "2"
    assert (hung.value.key, hung.value.values["cell"]) == ("cell_timeout", "3")


def test_what_a_notebook_leaves_running_ends_with_it(warm, make, tmp_path):
    with pytest.raises(NotebookError) as refused:
        warm.submit(calls.run, make(LEAVES, "print(1)"), tmp_path / "o.ipynb").result()

    # It ran to its end; a report may not rest on programs, which read what they like.
    assert refused.value.key == "read_behind"
    assert output(tmp_path / "o.ipynb") == "1\n"
    wait_for(lambda: not left_of(warm))


def test_pools_of_processes_work_inside_a_notebook(warm, make, tmp_path):
    warm.submit(calls.run, make(POOLS), tmp_path / "o.ipynb").result()

    assert output(tmp_path / "o.ipynb") == "".join(
        f"{way} [1, 2]\n{way} [3]\n" for way in ("fork", "spawn")
    )


def test_a_hundred_megabytes_are_printed_whole(warm, make, tmp_path):
    source = make("import sys\nfor _ in range(10):\n    sys.stdout.write('x' * 10_000_000)")

    warm.submit(calls.run, source, tmp_path / "o.ipynb").result()

    assert output(tmp_path / "o.ipynb") == "x" * 100_000_000


def test_last_functions_of_a_notebook_are_run(warm, make, tmp_path):
    source = make(
        "import atexit, pathlib, tempfile\n"
        "held = tempfile.TemporaryDirectory(dir='.', prefix='left-')\n"
        "atexit.register(pathlib.Path('last').write_text, 'run')"
    )

    warm.submit(calls.run, source, tmp_path / "o.ipynb").result()

    assert (tmp_path / "last").read_text() == "run"
    assert list(tmp_path.glob("left-*")) == []
