"""Run the tests and print which lines of the package they reach, floor by floor.

Leans on the standard library, pytest and coverage. What is started is measured too: commands,
workers, kernels. Words behind the command go to pytest; without any the whole suite runs, and
the floors of ``[tool.evalkit.coverage]`` in pyproject.toml are held.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "coverage"
PLUGIN = ROOT / "tools" / "measure"
PYTEST = ["-m", "pytest", "-n", "2", "--dist", "loadgroup"]


def floors(report: dict) -> dict[str, float]:
    """Return the share of lines reached of each floor, in percent.

    Parameters
    ----------
    report : dict
        As coverage writes it in JSON; names of files below ``src/evalkit``.
    """
    lines: Counter[str] = Counter()
    reached: Counter[str] = Counter()
    for name, file in report["files"].items():
        inside = Path(name).parts[Path(name).parts.index("evalkit") + 1 :]
        floor = inside[0].removesuffix(".py")
        lines[floor] += file["summary"]["num_statements"]
        reached[floor] += file["summary"]["covered_lines"]
    return {floor: 100 * reached[floor] / n for floor, n in sorted(lines.items()) if n}


def too_low(found: dict[str, float], least: dict[str, float]) -> list[str]:
    """Return a sentence for each floor of which fewer lines are reached than before.

    Parameters
    ----------
    found, least : dict of str to float
        Percent of lines, by floor.
    """
    return [
        f"coverage of {floor}: {found.get(floor, 0.0):.1f} %, at least {limit} % is asked for"
        for floor, limit in least.items()
        if found.get(floor, 0.0) < limit
    ]


def _coverage(*words: str) -> subprocess.CompletedProcess:
    # Half the cost, where Python has it (3.12).
    core = {"COVERAGE_CORE": "sysmon"} if sys.version_info >= (3, 12) else {}
    paths = [str(PLUGIN), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, **core, "PYTHONPATH": os.pathsep.join(paths)}
    return subprocess.run([sys.executable, "-m", "coverage", *words], cwd=ROOT, env=environment)


def _measured() -> dict:
    told = FOLDER / "lines.json"
    _coverage("combine", "--quiet").check_returncode()
    # A test may run a copy of the package, which is none of ours.
    ours = f"--include={ROOT / 'src' / 'evalkit'}/*"
    _coverage("json", "--quiet", ours, "-o", str(told)).check_returncode()
    return json.loads(told.read_text(encoding="utf-8"))


def main(words: list[str]) -> int:
    """Run the tests; return their exit code, or 1 where a floor of coverage is not met.

    Parameters
    ----------
    words : list of str
        For pytest; without any everything runs.
    """
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    code = _coverage("run", *PYTEST, *words).returncode
    report = _measured()
    found = floors(report)
    for floor, percent in found.items():
        print(f"{floor:<14}{percent:6.1f} %")
    print(f"{'all':<14}{report['totals']['percent_covered']:6.1f} % of lines of src/evalkit")
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wrong = [] if words else too_low(found, pyproject["tool"]["evalkit"]["coverage"])
    print(*wrong, sep="\n", file=sys.stderr)
    return code or bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
