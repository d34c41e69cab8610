"""Ten thousand honest ledgers without one accusation, and every planted fault found."""

import random

import pytest

from evalkit.outcomes.claims import ADVERSE

from .near_misses import NEAR
from .planted import PLANTS
from .world import HONEST, World, honest

LEDGERS, CHUNKS, TIMES = 10_000, 20, 300


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_honest_ledger_is_accused(chunk):
    size = LEDGERS // CHUNKS
    accused = []
    for seed in range(chunk * size, (chunk + 1) * size):
        w = honest(seed)
        accused += [
            (seed, f.check, f.arithmetic.text("en")) for f in w.check().findings if f.adverse
        ]

    assert accused == []


def test_each_kind_of_honest_fact_is_among_the_ledgers():
    made = {fact: 0 for fact in HONEST}
    for seed in range(LEDGERS // CHUNKS):
        draw = random.Random(seed)
        for _ in range(draw.randrange(2, 7)):
            # The same draws as in `honest`, of which only the first is needed here.
            made[draw.choice(HONEST)] += 1
            break

    assert min(made.values()) > 0


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
def test_every_planted_fault_is_found_by_its_name(plant):
    missed = []
    for seed in range(TIMES):
        w = World(random.Random(seed))
        code, rule, verdict = plant(w)
        found = {(f.check, f.rule, f.verdict) for f in w.check().findings}
        missed += [] if (code, rule, verdict) in found else [(seed, sorted(found))]

    assert missed == []


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
def test_a_planted_fault_is_found_among_honest_figures_and_alone_is_accused(plant):
    for seed in range(TIMES // 3):
        w = honest(seed)
        code, rule, verdict = plant(w)
        against = [(f.check, f.rule, f.verdict) for f in w.check().findings if f.adverse]

        # What the planted rule says stands; what is not adverse is held by the test above.
        assert against == ([(code, rule, verdict)] if verdict in ADVERSE else []), seed


@pytest.mark.parametrize("plant", NEAR, ids=lambda plant: plant.__name__)
def test_what_only_looks_like_a_fault_is_left_open(plant):
    for seed in range(TIMES):
        w = World(random.Random(seed))
        code = plant(w)
        verdicts = {f.verdict for f in w.check().findings if f.check == code}

        assert verdicts == {"cannot_verify"}, (
            seed,
            [f.arithmetic.text("en") for f in w.check().findings],
        )
