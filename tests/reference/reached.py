"""Two hundred random sets of visits, lists and units: the same here and in what R was given.

.venv/bin/python -m tests.reference.reached FILE    write them for reached.R
"""

import csv
import sys

import numpy as np

SETS = 200


def made(number):
    """How many persons have so many visits, a rank of each, and units with their sizes."""
    random = np.random.default_rng([31, number])
    visits = np.arange(random.integers(4, 12)) * random.integers(1, 4) + (number % 2)
    persons = random.integers(26, 60, visits.size)
    rank = random.integers(1, 7, visits.size)
    units = int(random.integers(10, 25))
    size = random.integers(5, 400, units)
    share = np.clip(random.beta(8, 20, units) if number % 3 else np.full(units, 0.3), 0.02, 0.98)
    return visits, persons, rank, random.binomial(size, share), size


def main():
    with open(sys.argv[1], "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["set", "what", "a", "b", "c"])
        for number in range(SETS):
            visits, persons, rank, events, size = made(number)
            for row in zip(visits, persons, rank, strict=True):
                writer.writerow([number, "visits", *row])
            for row in zip(events, size, strict=True):
                writer.writerow([number, "unit", *row, ""])


if __name__ == "__main__":
    main()
