"""Print how many of a fixed sample of mutants the tests kill, and name those that survive.

Leans on the standard library, pytest and coverage. Once it is recorded which test reaches which
line; then each mutant meets the tests that reach it, the fastest first, up to the first that
fails. docs/adr/0027 gives the reasons.
"""

from __future__ import annotations

import argparse
import functools
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

from mutant_runs import ROOMS, ROOT, forked, meet, reach, warm
from mutant_sites import Mutant, sample

# A whole run last showed 188 of 200.
SEED, SIZE, LEAST = "evalkit", 200, 90
ARGUED = ROOT / "tools" / "mutants.toml"
# Of the tests that reach a mutant those that come first, up to so many seconds of them.
SECONDS = 60.0
SHARED = re.compile(r'scope="(module|session)"|^@(functools\.)?(lru_)?cache', re.MULTILINE)
# A run may last as long as its tests did, several times over on a busy machine, and its start.
SLOWER, START = 4, 30.0
# How many tests a mutant meets before all the others are collected.
FEW = 60
KILLED, SURVIVED, REACHED_BY_NONE = "killed", "survived", "reached by none"


def chosen(mutant: Mutant, seconds: dict[str, float], lines: dict) -> list[str]:
    """Return the tests that a mutant meets, in their order.

    Those that reach its lines; of what runs at an import, as a default or a constant, those that
    reach what it is of: a test during which the file happened to be imported says nothing of
    it. Where a file of tests computes once for several, those others come behind.

    Parameters
    ----------
    mutant : Mutant
    seconds : dict
        How long each test takes.
    lines : dict
        By file and test, the lines that are reached.
    """
    by_test = lines.get(mutant.file, {})
    low, high = mutant.body
    imported = not low <= mutant.first <= high
    own = () if imported else ((mutant.first, mutant.last),)
    for low, high in (*own, mutant.body, (1, sys.maxsize)):
        near = {test for test, there in by_test.items() if any(low <= n <= high for n in there)}
        if near:
            break
    else:
        return []
    sharing = {file for file in {test.partition("::")[0] for test in near} if shares(file)}
    others = {test for test in seconds if test.partition("::")[0] in sharing} - near
    order = [*sorted(near, key=seconds.__getitem__), *sorted(others, key=seconds.__getitem__)]
    spent, taken = 0.0, []
    for test in order:
        spent += seconds[test]
        if taken and spent > SECONDS:
            break
        taken.append(test)
    return taken


@functools.cache
def shares(file: str) -> bool:
    """Return whether tests of a file read what was computed once for several of them.

    Parameters
    ----------
    file : str
        Path in the repository.
    """
    path = ROOT / file
    return path.exists() and bool(SHARED.search(path.read_text(encoding="utf-8")))


def argued() -> dict[str, str]:
    """Return the reasons why nothing can kill a mutant, by its name."""
    if not ARGUED.exists():
        return {}
    rows = tomllib.loads(ARGUED.read_text(encoding="utf-8"))["equivalent"]
    return {
        f"{row['file']}|{row['function']}|{row['change']}|{row.get('number', 0)}": row["reason"]
        for row in rows
    }


def nearest(tests: list[str]) -> list[str]:
    """Return the first tests of the one file that has most of them: most mutants fall there.

    To collect all files of a room takes longer than to run the tests of one.

    Parameters
    ----------
    tests : list of str
        Names of tests in their order.
    """
    files = Counter(test.partition("::")[0] for test in tests)
    (file, _), *_ = files.most_common(1)
    return [test for test in tests if test.partition("::")[0] == file][:FEW]


def run(drawn: list[Mutant]) -> dict[Mutant, str]:
    """Return what became of each mutant.

    Parameters
    ----------
    drawn : list of Mutant
    """
    seconds, lines = reach()
    tests = {mutant: taken for mutant in drawn if (taken := chosen(mutant, seconds, lines))}
    fates = {mutant: SURVIVED if mutant in tests else REACHED_BY_NONE for mutant in drawn}

    def limit(names: list[str]) -> float:
        return START + SLOWER * sum(map(seconds.__getitem__, names))

    # The tests must pass on a file that is imported the same way and not changed.
    calls = [
        (None, limit(near), _call(mutant.file, None, near))
        for mutant in [*tests][::20]
        if (near := nearest(tests[mutant]))
    ]
    if not all(passed for _, passed in forked(calls)):
        sys.exit("the tests fail on a file without a mutant: nothing can be told")
    for some in (nearest, list):
        calls = [
            (mutant, limit(names), _call(mutant.file, mutant.place, names))
            for mutant in tests
            if fates[mutant] == SURVIVED and (names := some(tests[mutant]))
        ]
        fates |= {mutant: SURVIVED if passed else KILLED for mutant, passed in forked(calls)}
    return fates


def _call(file: str, place: int | None, tests: list[str]) -> Callable[[Path], object]:
    return lambda folder: meet(folder, file, place, tests)


def told(fates: dict[Mutant, str], reasons: dict[str, str]) -> tuple[list[str], list[str]]:
    """Return the lines that are printed, and what is wrong.

    Parameters
    ----------
    fates : dict
        What became of each mutant of the sample.
    reasons : dict
        Why a mutant changes nothing that can be seen, by its name.
    """
    rooms: dict[str, list[bool]] = defaultdict(list)
    for mutant, fate in fates.items():
        rooms[Path(mutant.file).parts[2].removesuffix(".py")].append(fate == KILLED)
    lines = [f"{room:<12}{sum(dead):4} of {len(dead):3}" for room, dead in sorted(rooms.items())]
    alive = {mutant.name: mutant for mutant, fate in fates.items() if fate != KILLED}
    for name, mutant in alive.items():
        why = f"argued: {reasons[name]}" if name in reasons else fates[mutant]
        lines.append(f"{mutant}  [{why}]")
    killed = len(fates) - len(alive)
    score = 100 * killed / len(fates)
    known = len(alive.keys() & reasons.keys())
    lines.append(
        f"mutation score {score:.1f} %: {killed} of {len(fates)} killed, {known} argued, "
        f"{len(alive) - known} survive"
    )
    wrong = [
        f"{name}: argued, but {'killed' if name in {m.name for m in fates} else 'not drawn'}"
        for name in reasons
        if name not in alive
    ]
    if score < LEAST:
        wrong.append(f"mutation score {score:.1f} %, at least {LEAST} % is asked for")
    return lines, wrong


def main(words: list[str]) -> int:
    """Draw the sample, let each mutant meet its tests, print; return 1 where too many survive.

    Parameters
    ----------
    words : list of str
        ``--seed`` and ``--size`` draw another sample, ``--only`` takes a part of it.
    """
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", default=SEED)
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--only", default="", help="mutants whose name holds this")
    asked = parser.parse_args(words)
    drawn = sample(ROOT, ROOMS, asked.seed, asked.size)
    drawn = [mutant for mutant in drawn if asked.only in str(mutant)]
    warm()
    usual = (asked.seed, asked.size, asked.only) == (SEED, SIZE, "")
    lines, wrong = told(run(drawn), argued() if usual else {})
    print(*lines, sep="\n")
    print(*(wrong if usual else []), sep="\n", file=sys.stderr)
    return int(usual and bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
