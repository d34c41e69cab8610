"""Many reports: evalkit against what a user would use today, side by side in one run.

    .venv/bin/python benchmarks/batch.py [--pairs 3] [--grow 1000]

CPU seconds of a command are those of all its processes, as the system counts them when
they end. Only ratios within one run mean anything. The notebooks are the real ones, with
a cell of real estimation and figures added (`many.WORK`); what that costs by itself is
measured too. Stock exports one page, in one language, and where it says so a PDF and a
DOCX of it; evalkit every form in both languages, and where it says so in one, or one page
alone.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import many
import psutil
import pypandoc

HERE = Path(__file__).resolve().parent
PYTHON = sys.executable
BIN = Path(PYTHON).parent
FEW, MORE = 1, 4  # areas of four reports; the difference of both is steady state
REPORTS = len(many.OUTCOMES)
WORK = {"fits": 40, "draws": 800}


def cost(words: list[str], folder: Path, **more: str) -> tuple[float, float]:
    """Run a command; return its CPU and wall seconds."""
    environment = {**os.environ, "EVALKIT_CACHE": str(folder / "cache"), **more}
    began = time.monotonic()
    process = subprocess.Popen(
        words, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{words}: {process.returncode}\n{said.decode()[-2000:]}")
    return used.ru_utime + used.ru_stime, time.monotonic() - began


def evalkit(folder: Path, *more: str) -> tuple[float, float]:
    """Build every report of a study, with two jobs."""
    words = [PYTHON, "-m", "evalkit", "run", "--study", str(folder / "study.toml")]
    return cost([*words, "--jobs", "2", *more], folder)


# What is done without evalkit: a page, and where it is wanted a PDF and a DOCX of it.
LOOP = (
    'set -e; n=$1-$2; cd notebooks; "$B/papermill" -p area $1 $2.ipynb ../out/$n.ipynb; '
    'cd ../out; "$B/jupyter" nbconvert --to html $n.ipynb; '
)
FORMS = (
    "chromium --headless --no-sandbox --disable-gpu --user-data-dir=$n.d "
    '--print-to-pdf=$n.pdf $n.html; "$P" $n.html -o $n.docx; '
)


def shell(folder: Path, areas: int, forms: bool = False) -> tuple[float, float]:
    """Do what is done without evalkit: a loop of commands, two at once."""
    line = LOOP + (FORMS if forms else "")
    (folder / "out").mkdir(exist_ok=True)
    pairs = "".join(f"a{a:04} {o}\n" for a in range(areas) for o in many.OUTCOMES)
    (folder / "list").write_text(pairs)
    words = ["sh", "-c", f"xargs -P 2 -L 1 sh -c '{line}' sh < list"]
    path = f"{BIN}:{os.environ['PATH']}"
    return cost(words, folder, B=str(BIN), P=pypandoc.get_pandoc_path(), PATH=path)


def stock(folder: Path, areas: int, how: str) -> tuple[float, float]:
    """Run one of the other ways (`ways.py`) over the same reports."""
    words = [PYTHON, str(HERE / "ways.py"), how, str(folder), str(areas)]
    return cost(words, folder, PYTHONPATH=os.pathsep.join([str(HERE), *sys.path]))


def steady(measure: Callable[[int], tuple[float, float]]) -> float:
    """Return the CPU seconds that one report more costs."""
    less, more = measure(FEW)[0], measure(MORE)[0]
    return (more - less) / (REPORTS * (MORE - FEW))


def study(parent: Path, areas: int, **work: Any) -> Path:
    """Make a study of its own for each measurement; return its folder."""
    folder = Path(tempfile.mkdtemp(dir=parent))
    shutil.rmtree(folder)
    many.make_study(folder, areas, **work)
    return folder


def one_round(parent: Path) -> dict[str, float]:
    """Measure each way once; return CPU seconds a report, and of whole runs."""
    found: dict[str, float] = {}
    few, more = (study(parent, areas, **WORK) for areas in (FEW, MORE))
    found["shell loop: papermill, nbconvert html"] = shell(few, FEW)[0] / REPORTS
    if shutil.which("chromium"):
        found["the same, PDF by Chromium, DOCX by pandoc"] = shell(few, FEW, True)[0] / REPORTS
    small, large = evalkit(few)[0], evalkit(more)[0]
    found["evalkit, every form, with boot"] = large / (REPORTS * MORE)
    found["evalkit, every form, steady"] = (large - small) / (REPORTS * (MORE - FEW))
    less, rest = (evalkit(study(parent, a, **WORK, languages=("zh",)))[0] for a in (FEW, MORE))
    found["evalkit, every form, one language, steady"] = (rest - less) / (REPORTS * (MORE - FEW))
    found["unchanged, a run of 16"] = statistics.median(evalkit(more)[0] for _ in range(3))
    for how in ("cells alone", "one page alone", "papermill in process"):
        found[f"{how}, steady"] = steady(lambda a, how=how: stock(more, a, how))
    for how, module in (("ploomber-engine", "ploomber_engine"), ("Dask", "distributed")):
        if importlib.util.find_spec(module):
            found[f"{how}, steady"] = steady(lambda a, how=how: stock(more, a, how))
    return found


def grow(parent: Path, reports: int) -> None:
    """Build studies of more and more reports; print cost and memory, then change one datum."""
    print("\n| reports | CPU s a report | wall s a report | most memory of the warm process, MB |")
    print("|---|---|---|---|")
    size = reports // 10
    for n in (size, size * 3, reports):
        folder = study(parent, n // REPORTS)
        with Memory() as memory:
            cpu, wall = evalkit(folder)
        print(f"| {n} | {cpu / n:.2f} | {wall / n:.2f} | {memory.most / 1e6:.0f} |", flush=True)
    cpu, wall = evalkit(folder)
    print(f"\nunchanged, {reports} reports: {cpu:.1f} CPU s, {wall:.1f} s")
    ledger = folder / "data" / "areas" / "a0003.csv"
    lines = ledger.read_text(encoding="utf-8").splitlines(keepends=True)
    ledger.write_text("".join(lines[:-1]), encoding="utf-8")
    words = [PYTHON, "-m", "evalkit", "run", "--study", str(folder / "study.toml"), "--dry-run"]
    environment = {**os.environ, "EVALKIT_CACHE": str(folder / "cache")}
    planned = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    print(f"one datum changed, what is due:\n{planned.stdout.strip()}")
    cpu, wall = evalkit(folder)
    print(f"one datum changed: {cpu:.1f} CPU s, {wall:.1f} s")


class Memory:
    """Watches the memory of the warm process of whatever runs meanwhile."""

    def __enter__(self) -> Memory:
        self.most, self.on = 0, True
        self.thread = threading.Thread(target=self._watch)
        self.thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.on = False
        self.thread.join()

    def _watch(self) -> None:
        while self.on:
            for process in psutil.Process().children(recursive=True)[:3]:
                try:
                    if "evalkit.run.warm" in " ".join(process.cmdline()):
                        self.most = max(self.most, process.memory_info().rss)
                        break
                except psutil.NoSuchProcess:
                    continue
            time.sleep(0.5)


def main() -> None:
    """Print the table of ways, then that of growth."""
    words = argparse.ArgumentParser()
    words.add_argument("--pairs", type=int, default=3)
    words.add_argument("--grow", type=int, default=0)
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as name:
        parent = Path(name)
        rounds = [one_round(parent) for _ in range(asked.pairs)]
        if rounds:
            loop = next(iter(rounds[0]))
            print("| way | CPU s a report | of the shell loop | of the cells alone |")
            print("|---|---|---|---|")
            for way in rounds[0]:
                value = statistics.median(r[way] for r in rounds)
                if way.startswith("unchanged"):
                    times = statistics.median(r[loop] * REPORTS * MORE / r[way] for r in rounds)
                    print(f"| {way} | {value:.2f} in all | 1/{times:.0f} of its run | |")
                    continue
                first = statistics.median(r[loop] / r[way] for r in rounds)
                cells = statistics.median(r[way] / r["cells alone, steady"] for r in rounds)
                print(f"| {way} | {value:.2f} | 1/{first:.1f} | {cells:.2f} |", flush=True)
        if asked.grow:
            grow(parent, asked.grow)


if __name__ == "__main__":
    main()
