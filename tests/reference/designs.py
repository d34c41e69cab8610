"""Two hundred random surveys: the same here and in what R was given.

.venv/bin/python -m tests.reference.designs FILE    write them for survey.R
"""

import csv
import sys

import numpy as np

SURVEYS = 200
NAMES = (
    *("stratum", "psu", "second", "units", "second_units", "weight"),
    *("answer", "points", "share", "domain", "group", "side"),
)


def survey(number):
    """One survey and the totals of its population.

    By number: every third has units without end, every third a finite number, and the
    others two stages. One in four has a single stratum. Answers depend on strata and units.
    """
    random = np.random.default_rng([20, number])
    strata = 1 if number % 4 == 0 else int(random.integers(2, 5))
    rows = []
    for h in range(strata):
        drawn = int(random.integers(3, 7))
        units = drawn + int(random.integers(1, 20))
        for i in range(drawn):
            own = random.normal(h, 1)
            seconds = int(random.integers(2, 4))
            second_units = seconds + int(random.integers(0, 9))
            for j in range(seconds):
                for _ in range(int(random.integers(2, 5))):
                    rows.append((h, i, j, units, second_units, own, *person(random, own)))
    data = {
        name: np.array(column) for name, column in zip(ALL, zip(*rows, strict=True), strict=True)
    }
    del data["own"]
    return data, totals(random, data)


ALL = (*NAMES[:5], "own", *NAMES[5:])


def person(random, own):
    answer = round(50 + 5 * own + random.normal(0, 6), 3)
    points = int(random.integers(1, 9))
    return (
        round(random.uniform(0.5, 4.0), 3), answer, points,
        int(random.random() < 1 / (1 + np.exp(-own + 0.5))), int(random.random() < 0.7),
        int(random.integers(0, 3)), int(random.integers(0, 2)),
    )  # fmt: skip


def totals(random, data):
    """Persons of each group and side in the population, near to those of the weights."""
    found = []
    for name, size in (("group", 3), ("side", 2)):
        near = np.bincount(data[name], data["weight"], size) * random.uniform(0.8, 1.25, size)
        found.append(np.round(near / near.sum() * 1000, 3))
    found[1][1] = round(float(found[0].sum() - found[1][0]), 3)
    return found


def main():
    with open(sys.argv[1], "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["survey", *NAMES, "g0", "g1", "g2", "s0", "s1"])
        for number in range(SURVEYS):
            data, (group, side) = survey(number)
            for row in zip(*(data[name] for name in NAMES), strict=True):
                writer.writerow([number, *row, *group, *side])


if __name__ == "__main__":
    main()
