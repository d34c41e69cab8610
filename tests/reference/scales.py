"""Two hundred random scales: the same here and in what R was given.

.venv/bin/python -m tests.reference.scales FILE    write them for scale.R
"""

import csv
import sys

import numpy as np

SCALES = 200


def scale(number):
    """Answers from 1 to 5 to three to six items, and each person's group of two."""
    random = np.random.default_rng([21, number])
    items, persons = int(random.integers(3, 7)), int(random.integers(150, 400))
    group = np.arange(persons) % 2
    loading = random.uniform(0.5, 0.9, items)
    # In every other scale the second group understands an item otherwise.
    shift = np.where(np.arange(items) == 0, 0.8 * (number % 2), 0.0)
    factor = random.normal(0.3 * group, 1 + 0.2 * group)
    noise = random.normal(size=(persons, items)) * np.sqrt(1 - loading**2)
    latent = factor[:, None] * loading + noise + group[:, None] * shift
    return np.clip(np.round(3.2 + 1.1 * latent), 1, 5).astype(int), group


def main():
    with open(sys.argv[1], "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["scale", "group", *(f"x{k}" for k in range(1, 7))])
        for number in range(SCALES):
            answers, group = scale(number)
            for row, who in zip(answers, group, strict=True):
                writer.writerow([number, who, *row, *[""] * (6 - row.size)])


if __name__ == "__main__":
    main()
