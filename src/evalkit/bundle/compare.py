"""Numbers of a report beside those of the same report made again.

Imports nothing of evalkit. The classes are those of the data editor of the American Economic
Association: full, full with minor issues, partial, not able; "not able" below a quarter of the
numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

FLOATS = ("value", "low", "high", "se", "level")
COUNTS = ("n", "events", "denominator")
WORDS = ("verdict", "disclosure", "interval")
# Of where a report comes from, what must be the same for its numbers to be the same report's.
ORIGIN = ("package_sha256", "notebook_sha256", "study_sha256", "area_sha256", "plan_sha256")
# The report's first sentence, and everything that its notebook showed, by its fingerprint.
SAID = ("headline", "cautions", "shown")
# What two machines may make of the same sum of binary fractions; counts and words are exact.
TOLERANCE = 1e-9
ABLE = 0.25
LONGEST = 200
FULL, MINOR, PARTIAL, NOT_ABLE = "full", "minor", "partial", "not_able"


@dataclass(frozen=True)
class Difference:
    """A number that is another one.

    Parameters
    ----------
    id, part : str
        The estimate, and which of its numbers.
    before, after : str
        As both records have it; empty where there is none.
    run : int
        In which of the two runs.
    """

    id: str
    part: str
    before: str
    after: str
    run: int


@dataclass
class Compared:
    """What was found of one report.

    Parameters
    ----------
    folder : str
        Its folder in the bundle.
    numbers : int
        How many the bundle has of it.
    equal, near : int
        How many are the same to the last digit in both runs, and how many within the tolerance.
    differences : list of Difference
        The others, and what is new.
    why : str
        Why it was not made again; empty where it was.
    """

    folder: str
    numbers: int = 0
    equal: int = 0
    near: int = 0
    differences: list[Difference] = field(default_factory=list)
    why: str = ""

    @property
    def reproduced(self) -> int:
        """How many numbers came out again."""
        return self.equal + self.near


def compare(
    folder: str, before: Mapping[str, Any], runs: Sequence[Mapping[str, Any] | None], why: str = ""
) -> Compared:
    """Return a report's numbers beside those of its runs.

    Parameters
    ----------
    before : mapping
        The content of the bundle's results file, and under "shown" the fingerprint of what its
        notebook showed.
    runs : sequence of mapping or None
        The content of each run's; None where it did not make one.
    why : str
        Why one did not.
    """
    found = Compared(folder, why=why)
    held = {estimate["id"]: estimate for estimate in before["estimates"]}
    made = [
        {estimate["id"]: estimate for estimate in run["estimates"]} if run else None for run in runs
    ]
    for key, estimate in held.items():
        for part in (*FLOATS, *COUNTS, *WORDS):
            if estimate[part] is not None:
                _hold(found, key, part, estimate, made)
    for part in SAID:
        _hold_whole(found, part, before.get(part), [run and run.get(part) for run in runs])
    for part in ORIGIN:
        told = [run and run["provenance"].get(part) for run in runs]
        _hold_whole(found, part, before["provenance"].get(part), told)
    for number, again in enumerate(made, start=1):
        for key in sorted((again or {}).keys() - held.keys()):
            found.differences.append(Difference(key, "id", "", key, number))
    return found


def _hold_whole(found: Compared, part: str, before: Any, runs: Sequence[Any]) -> None:
    """Hold something that is the same or another: a sentence, a fingerprint."""
    found.numbers += 1
    for number, after in enumerate(runs, start=1):
        if after is not None and after != before:
            texts = (str(before)[:LONGEST], str(after)[:LONGEST])
            found.differences.append(Difference(found.folder, part, *texts, number))
    found.equal += all(after == before for after in runs)


def _hold(
    found: Compared,
    key: str,
    part: str,
    estimate: Mapping[str, Any],
    made: Iterable[Mapping[str, Any] | None],
) -> None:
    found.numbers += 1
    before = estimate[part]
    same = near = True
    for number, again in enumerate(made, start=1):
        if again is None:
            same = near = False
            continue
        after = again[key][part] if key in again else None
        if after != before:
            same = False
            if not _near(part, before, after):
                near = False
                told = "" if after is None else repr(after)
                found.differences.append(Difference(key, part, repr(before), told, number))
    found.equal += same
    found.near += near and not same


def _near(part: str, before: Any, after: Any) -> bool:
    if part not in FLOATS or not isinstance(after, int | float):
        return False
    return abs(after - before) <= TOLERANCE * max(1.0, abs(before))


def classify(reports: Sequence[Compared], notes: Sequence[str]) -> tuple[str, list[str]]:
    """Return the class of a reproduction, and the codes of its reasons.

    Parameters
    ----------
    notes : sequence of str
        Codes of what was not as in the bundle although no number differs.

    Examples
    --------
    >>> classify([Compared("a", 4, 4)], [])
    ('full', [])
    >>> classify([Compared("a", 4, 3, differences=[Difference("x", "n", "1", "2", 1)])], [])
    ('partial', ['differs'])
    """
    total = sum(report.numbers for report in reports)
    came = sum(report.reproduced for report in reports)
    reasons = []
    if any(report.why for report in reports):
        reasons.append("not_made")
    if any(report.differences for report in reports):
        reasons.append("differs")
    if any(report.near for report in reports):
        reasons.append("near")
    reasons += notes
    if not total or came < ABLE * total:
        return NOT_ABLE, reasons
    if came < total or "differs" in reasons or "not_made" in reasons:
        return PARTIAL, reasons
    return (MINOR if reasons else FULL), reasons
