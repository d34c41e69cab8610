"""A fresh environment from a bundle's lock, and the bundle's own code in it.

Imports errors. Packages come from wherever this machine gets them, and each is held to the
fingerprint that the lock has of it; nothing of the environment that runs this is in it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from evalkit.errors import BundleError

# Neither settings of evalkit nor of Python: what runs is what the bundle holds.
LEFT_OUT = re.compile(r"EVALKIT_|PYTHON|VIRTUAL_ENV|PIP_TARGET|PIP_PREFIX|PIP_USER")
# Of a program, on this system.
ENDING = ".exe" if os.name == "nt" else ""
UV = re.compile(r"^uv==.*\n(?:[ \t]+.*\n)*", re.MULTILINE)


def environment_of(place: Path) -> dict[str, str]:
    """Return this process's environment without what would change what a run does.

    Parameters
    ----------
    place : Path
        Where the run keeps what it remembers.
    """
    kept = {name: value for name, value in os.environ.items() if not LEFT_OUT.match(name)}
    return {**kept, "EVALKIT_CACHE": str(place / "cache"), "EVALKIT_LANG": "en"}


def make_environment(place: Path, lock: Path, wheel: Path, log: Callable[[str], None]) -> Path:
    """Make a fresh environment and return its ``evalkit``.

    Parameters
    ----------
    place : Path
        A folder of its own; the environment is ``env`` in it.
    log : callable
        Told each command and what it said.

    Raises
    ------
    BundleError
        If this Python makes none, or a package cannot be had as the lock has it.
    """
    folder = place / "env"
    binaries = folder / ("Scripts" if os.name == "nt" else "bin")
    python = binaries / f"python{ENDING}"
    _do([sys.executable, "-m", "venv", str(folder)], place, log, "bundle.no_environment")
    if not _by_uv(place, python, binaries, lock, log):
        install = [str(python), "-m", "pip", "install", "--disable-pip-version-check"]
        whole = [*install, "--require-hashes", "--requirement", str(lock)]
        _do(whole, place, log, "bundle.no_packages")
    install = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-index"]
    # By its file and no name: it is the code of the bundle, or nothing.
    _do([*install, "--no-deps", str(wheel)], place, log, "bundle.no_packages")
    return binaries / f"evalkit{ENDING}"


def _by_uv(
    place: Path, python: Path, binaries: Path, lock: Path, log: Callable[[str], None]
) -> bool:
    """Return whether uv, which is many times as fast, installed what the lock names."""
    found = UV.search(lock.read_text(encoding="utf-8"))
    uv = shutil.which("uv")
    if uv is None and found is not None:
        only = place / "uv.txt"
        only.write_text(found[0], encoding="utf-8")
        install = [str(python), "-m", "pip", "install", "--disable-pip-version-check"]
        if not _done([*install, "--require-hashes", "--requirement", str(only)], place, log):
            return False
        uv = str(binaries / "uv")
    if uv is None:
        return False
    asked = [uv, "pip", "install", "--python", str(python), "--require-hashes"]
    return _done([*asked, "--requirement", str(lock)], place, log)


def _do(command: list[str], place: Path, log: Callable[[str], None], key: str) -> None:
    if not _done(command, place, log):
        raise BundleError(key, python=sys.version.split()[0])


def _done(command: list[str], place: Path, log: Callable[[str], None]) -> bool:
    environment = environment_of(place)
    index = environment.get("PIP_INDEX_URL") or _configured()
    # uv does not read pip's settings; an office's mirror is usually set there.
    if index and "UV_DEFAULT_INDEX" not in environment:
        environment["UV_DEFAULT_INDEX"] = index
    log(f"$ {' '.join(Path(word).name if os.sep in word else word for word in command)}")
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        # Not the whole: it names folders of this machine, and what was asked of which server.
        log(f"ended with {ran.returncode}")
    return not ran.returncode


def _configured() -> str:
    asked = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    ran = subprocess.run(asked, capture_output=True, text=True, check=False)
    return ran.stdout.strip() if not ran.returncode else ""
