"""A call in a fork: its result, its exception, or its death, and nobody else's."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from tests.helpers import ahead_on_path
from tests.run import calls
from tests.run.conftest import left_of, needs_fork, wait_for

from evalkit.run.warm import WarmExecutor, WarmUnavailable, WorkerLost, linux
from evalkit.run.warm.executor import RESTARTS

pytestmark = [needs_fork, pytest.mark.xdist_group("warm-a")]
ROOT = Path(__file__).parents[2]
OWNER = """
import sys, time
from tests.run import calls
from evalkit.run.warm import WarmExecutor
with WarmExecutor(1) as executor:
    future = executor.submit(calls.wait_with_children, sys.argv[1])
    print(executor.process.family, executor.process.folder, flush=True)
    future.result()
"""
SHORT = """
import os, signal
from evalkit.run.warm.process import WarmProcess
process = WarmProcess()
process.start()
print(process.family, process.folder, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_call_gives_back_what_its_function_returns(warm):
    assert warm.submit(calls.add, 2, other=3).result() == 5


def test_an_exception_of_the_function_arrives_as_it_is(warm):
    with pytest.raises(KeyError, match="this"):
        warm.submit(calls.fail).result()


def test_what_cannot_be_pickled_is_an_error_of_its_call(warm):
    assert type(warm.submit(calls.unpicklable).exception()).__name__ == "PicklingError"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
def test_a_call_that_dies_fails_alone_and_says_by_what(warm, number):
    lost, other = warm.submit(calls.end, number), warm.submit(calls.add, 1)

    assert isinstance(lost.exception(), WorkerLost)
    assert (lost.exception().code, lost.exception().signal) == (-number, number)
    assert other.result() == 1


def test_a_call_that_leaves_without_an_answer_says_its_exit_code(warm):
    problem = warm.submit(calls.leave, 7).exception()

    assert (type(problem), problem.code, problem.signal) == (WorkerLost, 7, None)


def test_a_killed_call_takes_all_that_it_started_with_it(warm, tmp_path):
    note = tmp_path / "pid"
    lost = warm.submit(calls.wait_with_children, note)
    wait_for(lambda: note.exists() and note.read_text())
    assert len(left_of(warm)) >= 4

    os.kill(int(note.read_text()), signal.SIGKILL)

    assert lost.exception().signal == signal.SIGKILL
    wait_for(lambda: not left_of(warm))


def test_cancelling_ends_a_call_with_all_that_it_started(warm, tmp_path):
    note = tmp_path / "pid"
    lost = warm.submit(calls.wait_with_children, note)
    wait_for(lambda: note.exists() and note.read_text())

    assert not lost.cancel()

    assert isinstance(lost.exception(), WorkerLost)
    wait_for(lambda: not left_of(warm))


def test_shutdown_without_waiting_ends_what_runs_and_cancels_what_waits(own, tmp_path):
    notes = [tmp_path / str(n) for n in range(3)]
    futures = [own.submit(calls.wait_with_children, note) for note in notes]
    wait_for(lambda: all(n.exists() for n in notes[:2]))

    own.shutdown(wait=False)

    assert [type(f.exception()).__name__ for f in futures[:2]] == ["WorkerLost"] * 2
    assert futures[2].cancelled()
    assert linux.descendants(own.process.family) == []


def test_a_killed_warm_process_loses_what_ran_and_the_next_call_has_another(own, tmp_path):
    note = tmp_path / "pid"
    lost = own.submit(calls.wait_with_children, note)
    wait_for(lambda: note.exists() and note.read_text())
    family, folder = own.process.family, own.process.folder

    os.kill(own.process.pid, signal.SIGKILL)

    assert isinstance(lost.exception(), WorkerLost)
    assert lost.exception().code is None
    assert own.submit(calls.add, 4).result() == 4
    wait_for(lambda: linux.descendants(family) == [])
    assert not folder.exists()


def test_a_warm_process_that_cannot_be_had_is_said_so(own, monkeypatch):
    monkeypatch.setattr(own, "_starts", RESTARTS + 1)

    with pytest.raises(WarmUnavailable):
        own.submit(calls.add, 1)


def test_a_warm_process_with_a_thread_refuses(monkeypatch, tmp_path):
    (tmp_path / "threaded.py").write_text(
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n"
    )
    monkeypatch.setenv("PYTHONPATH", ahead_on_path(tmp_path))
    with WarmExecutor(1, ["threaded"]) as executor:
        problem = executor.submit(calls.add, 1).exception()

    assert isinstance(problem, WarmUnavailable)


def test_a_module_that_is_missing_is_named_and_does_no_harm(own):
    with WarmExecutor(1, ["no_such_module"]) as executor:
        assert executor.submit(calls.add, 1).result() == 1
        assert executor.process.missing == ["no_such_module"]


def test_nobody_else_can_reach_the_socket(warm):
    warm.submit(calls.add, 1).result()

    assert stat.S_IMODE(os.stat(warm.process.folder).st_mode) == 0o700
    assert stat.S_IMODE(os.stat(warm.process.address).st_mode) == 0o600


def settled(process):
    """How many files it holds; the last call's connection is closed after its child is gone."""
    counts = []
    while len(counts) < 10 or counts[-10:] != counts[-1:] * 10:
        counts.append(process.num_fds())
        time.sleep(0.02)
    return counts[-1]


def test_a_warm_process_stays_as_it_is_over_many_calls(warm):
    warm.submit(calls.add, 1).result()
    process = psutil.Process(warm.process.pid)
    wait_for(lambda: not process.children())
    files, threads, memory = settled(process), process.num_threads(), process.memory_info().data

    for _ in range(80):
        warm.submit(calls.add, 1).result()
    wait_for(lambda: not process.children())

    assert (settled(process), process.num_threads()) == (files, threads)
    # Eight kilobytes a call would show: an allocator takes 256 kB at once.
    assert process.memory_info().data - memory < 600_000


@pytest.fixture
def owner(tmp_path):
    note = tmp_path / "pid"
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(note)], cwd=ROOT, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    family, folder = process.stdout.readline().split()
    wait_for(lambda: note.exists() and note.read_text())
    assert len(linux.descendants(family)) >= 5
    yield process, family, Path(folder)
    process.kill()
    process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_with_its_owner_everything_ends(owner, number):
    process, family, folder = owner

    os.killpg(process.pid, number)

    wait_for(lambda: not linux.descendants(family) and not folder.exists())
    process.wait()


def test_with_an_owner_killed_before_it_is_warm_its_folder_goes():
    died = subprocess.run([sys.executable, "-c", SHORT], cwd=ROOT, text=True, capture_output=True)
    family, folder = died.stdout.split()

    assert died.returncode == -signal.SIGKILL
    wait_for(lambda: not linux.descendants(family) and not Path(folder).exists())
    assert died.stderr == ""
