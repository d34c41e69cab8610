"""Kernels out of a warm process for whoever starts kernels by jupyter_client."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from jupyter_client.provisioning import KernelProvisionerFactory
from nbclient import NotebookClient
from tests.run.conftest import needs_fork, wait_for

from evalkit.run.warm import ADDRESS, fork_is_safe, why_not
from evalkit.run.warm.beside import PROVISIONER
from evalkit.run.warm.provisioner import NAME, WarmProvisioner

pytestmark = [needs_fork, pytest.mark.xdist_group("warm-a")]
ROOT = Path(__file__).parents[2]
MARK = "import os\nprint(os.getppid())"


@pytest.fixture
def lab(warm, monkeypatch):
    """The environment of a program beside a warm process; gives that one's number."""
    warm.start()
    warm.process.wait_until_warm()
    KernelProvisionerFactory.clear_instance()
    monkeypatch.setenv(ADDRESS, warm.process.address)
    monkeypatch.setenv(PROVISIONER, NAME)
    yield warm.process.pid
    KernelProvisionerFactory.clear_instance()


def execute(path, **more):
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, kernel_name="python3", **more).execute()
    return notebook.cells[-1].outputs[0].text.strip()


def test_nbclient_gets_its_kernel_from_the_warm_process(lab, make):
    assert execute(make(MARK)) == str(lab)


def test_a_kernel_takes_further_arguments(lab, make):
    more = ["--IPKernelApp.exec_lines=first = 1", "--IPKernelApp.exec_lines=second = first + 1"]

    said = execute(make("import sys\nprint(second, sys.argv)"), extra_arguments=more)

    assert said.startswith("2 ") and "second = first + 1" in said


@pytest.mark.parametrize(
    "name,value", [(ADDRESS, "/nowhere/warm"), (ADDRESS, ""), ("PYTHONHASHSEED", "1")]
)
def test_a_kernel_that_cannot_be_forked_is_started(lab, make, monkeypatch, caplog, name, value):
    monkeypatch.setenv(name, value)

    assert execute(make(MARK)) == str(os.getpid())
    assert caplog.text.count("started in the ordinary, slower way") == 1


def test_the_server_of_jupyterlab_starts_interrupts_restarts_and_ends_one(lab):
    from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

    async def session():
        kernels = AsyncMappingKernelManager()
        number = await kernels.start_kernel(kernel_name="python3")
        manager = kernels.get_kernel(number)
        assert isinstance(manager.provisioner, WarmProvisioner)
        first = manager.provisioner.pid
        client = manager.client()
        client.start_channels()
        await client.wait_for_ready(timeout=60)
        parent = await answer(client, "__import__('os').getppid()")
        hanging = asyncio.ensure_future(answer(client, "__import__('time').sleep(600)"))
        await asyncio.sleep(0.5)
        await kernels.interrupt_kernel(number)
        interrupted = await hanging
        client.stop_channels()
        await kernels.restart_kernel(number)
        second = manager.provisioner.pid
        await kernels.shutdown_kernel(number)
        return first, second, parent, interrupted

    first, second, parent, interrupted = asyncio.run(session())

    assert parent == str(lab)
    assert interrupted == "KeyboardInterrupt"
    assert first != second
    wait_for(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in (first, second)))


async def answer(client, code):
    reply = await client.execute_interactive(
        "", user_expressions={"x": code}, output_hook=lambda m: None
    )
    (said,) = reply["content"]["user_expressions"].values()
    return said["ename"] if said["status"] == "error" else said["data"]["text/plain"]


def test_a_killed_kernel_is_seen_and_started_again(lab):
    from jupyter_client.manager import start_new_async_kernel

    async def session():
        manager, client = await start_new_async_kernel(kernel_name="python3")
        client.stop_channels()
        pid = manager.provisioner.pid
        os.kill(pid, signal.SIGKILL)
        while await manager.is_alive():
            await asyncio.sleep(0.05)
        code = await manager.provisioner.poll()
        await manager.restart_kernel(now=True)
        alive = await manager.is_alive()
        await manager.shutdown_kernel(now=True)
        return code, alive

    assert asyncio.run(session()) == (-signal.SIGKILL, True)


def test_a_command_beside_a_warm_process_starts_its_kernels_there():
    names = (ADDRESS, PROVISIONER)
    code = f"import os, json; print(json.dumps([os.environ[n] for n in {names!r}]))"

    ran = subprocess.run(
        [sys.executable, "-m", "evalkit.run.warm.beside", sys.executable, "-c", code],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip

    address, name = json.loads(ran.stdout)
    assert (ran.returncode, name) == (0, NAME)
    assert not Path(address).parent.exists()


def test_the_code_of_a_command_beside_a_warm_process_is_kept():
    words = [sys.executable, "-m", "evalkit.run.warm.beside", sys.executable, "-c", "exit(3)"]

    assert subprocess.run(words, cwd=ROOT, capture_output=True).returncode == 3


def test_why_a_fork_is_not_safe_is_said_in_each_language(monkeypatch):
    assert fork_is_safe() and why_not() is None
    assert "the kernel ir is not python3" in why_not("ir").text("en")

    monkeypatch.setattr("sys.platform", "darwin")

    assert not fork_is_safe()
    assert "only on Linux" in why_not().text("en")
    assert "只有 Linux" in why_not().text("zh")
