"""Two hundred random sets of answers in order: the same here and in what R was given.

.venv/bin/python -m tests.reference.answers FILE    write them for ordinal.R
"""

import csv
import sys

import numpy as np

SETS = 200


def answers(number):
    """Answers in three to five steps, two covariates, clusters and weights.

    In every other set the first covariate moves the lowest answer more than the others.
    """
    random = np.random.default_rng([22, number])
    clusters = int(random.integers(14, 25))
    cluster = np.repeat(np.arange(clusters), random.integers(10, 20, clusters))
    x = np.column_stack(
        [random.integers(0, 2, cluster.size), np.round(random.normal(size=cluster.size), 4)]
    ).astype(float)
    linear = 0.7 * x[:, 0] - 0.4 * x[:, 1] + random.normal(0, 0.4, clusters)[cluster]
    steps = int(random.integers(3, 6))
    cuts = np.linspace(-1.2, 1.4, steps - 1)
    latent = linear + random.logistic(size=cluster.size)
    answer = 1 + (latent[:, None] > cuts).sum(axis=1)
    if number % 2:
        answer = np.where((answer == 1) & (x[:, 0] == 1) & (random.random(len(x)) < 0.5), 2, answer)
    return {
        "answer": answer,
        "x": x,
        "cluster": cluster,
        "weight": np.round(random.uniform(0.5, 3, cluster.size), 3),
    }


def main():
    with open(sys.argv[1], "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["set", "answer", "x1", "x2", "cluster", "weight"])
        for number in range(SETS):
            data = answers(number)
            for y, x, c, w in zip(
                *(data[k] for k in ("answer", "x", "cluster", "weight")), strict=True
            ):
                writer.writerow([number, y, *x, c, w])


if __name__ == "__main__":
    main()
