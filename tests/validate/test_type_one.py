"""Nobody calls nothing something: the committed table, its page, and a small fresh run."""

import math
import sys

import pytest
from tests.helpers import ROOT

from evalkit.validate import chunks
from evalkit.validate.grid import scarce

sys.path.insert(0, str(ROOT / "tools"))
import type_one

# Cheap settings of each scarcity.
TRIED = (
    "few_treated.1-of-200.none",
    "few_treated.10-of-200.none",
    "poor_overlap.log-odds-4.none",
    "few_clusters.2-of-4.none",
    "few_clusters.3-of-20.none",
    "rare_events.0.5-%-of-800.none",
)
REPLICATES = 60
# Of 60 answers 11 or more are wrong with a chance of 2e-4 in a method that errs in 5 %; the
# faults that are guarded against were wrong in 12 to 100 %.
MOST = 10


def test_the_page_is_the_table():
    assert type_one.page(type_one.read()) == type_one.PAGE.read_text(encoding="utf-8")


def test_no_method_finds_something_more_often_than_chance_does():
    told = [
        (r["scenario"], r["size"], r["method"], r["type_1_error"], type_one.answers(r))
        for r in type_one.beyond(type_one.read())
    ]

    assert told == []


def test_one_treated_person_has_no_standard_error():
    rows = [r for r in type_one.read() if r["size"] == "1 of 200" and type_one.answers(r)]

    # Those that answer have an exact test.
    exact = {"risk_difference", "risk_difference, wald", "miettinen_nurminen", "risk_ratio"}
    assert {r["method"] for r in rows} <= exact | {"rate_ratio", "log_rank"}


def test_the_limit_of_2_000_is_6_and_a_half_per_cent():
    assert type_one.limit(2000) == pytest.approx(0.065, abs=5e-4)
    assert type_one.limit(2000) == 0.05 + 3 * math.sqrt(0.05 * 0.95 / 2000)


@pytest.mark.parametrize("key", TRIED)
def test_a_small_fresh_run_says_the_same(key):
    assert key in {setting.key for setting in scarce()}

    found = chunks.run_chunk(chunks.Chunk(key, 7, 0, REPLICATES))

    assert {m: t.rejected for m, t in found.items() if t.rejected > MOST} == {}
    assert all(t.tried == REPLICATES for t in found.values())
