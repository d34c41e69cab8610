"""Every number of the built reports, by the second implementation; and every digit spoilt."""

import copy
import json
from collections import Counter

import pytest

from evalkit.bundle.check_page import HOW, WHY
from evalkit.recompute.check import across, check, joined, rests_on


def read(folder):
    return json.loads((folder / "results.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def reports(built):
    root, _ = built
    return {str(f.parent.relative_to(root)): read(f.parent)
            for f in sorted(root.glob("*/*/*/results.json"))}  # fmt: skip


@pytest.fixture(scope="module")
def lines(reports):
    made = {name: check(results) for name, results in reports.items()}
    beside = dict(zip(reports, across(list(reports.values())), strict=True))
    return {name: joined(made[name], beside[name]) for name in reports}


def test_no_released_number_differs_from_what_it_rests_on(lines):
    wrong = {name: [x for x in of if x.state == "differs"] for name, of in lines.items()}

    assert len(lines) == 36
    assert {name: of for name, of in wrong.items() if of} == {}
    exact = [x for of in lines.values() for x in of
             if x.state == "agrees" and not x.check and not x.slack]  # fmt: skip
    # Public tables and printed figures: nothing was rounded before it was released.
    assert len(exact) > 1000


def test_every_number_has_a_rule_or_a_reason_that_the_page_can_say(lines):
    said = {(x.how, x.state in ("cannot", "given")) for of in lines.values() for x in of}

    assert {how for how, bare in said if not bare} <= {*HOW}
    assert {how for how, bare in said if bare} <= {*WHY} - {"unknown"}


def test_every_released_number_has_a_line(reports, lines):
    for name, results in reports.items():
        told = {(x.id, field) for x in lines[name] for field in x.fields}
        for e in results["estimates"]:
            for field in ("value", "low", "high"):
                assert e[field] is None or (e["id"], field) in told, (name, e["id"], field)


def test_what_a_headline_rests_on_is_found_again_in_the_life_experiment(reports, lines):
    name = "reference/life/recidivism"
    seen = rests_on(reports[name])

    states = Counter(x.state for x in lines[name] if x.id in seen)
    assert states["cannot"] == 0 and states["agrees"] >= 14
    # Both groups, their difference with its interval, p-value, verdict and sentence.
    hows = {x.how for x in lines[name] if x.id in seen}
    assert {"share", "wilson", "gap", "newcombe", "pearson", "verdict", "sentence"} <= hows


def altered(number):
    """A number with one digit changed."""
    if isinstance(number, int):
        return number + 1
    return number * 1.01 if number else 0.01


def reds(results):
    return {(x.id, x.how, x.fields): x for x in check(results) if x.state == "differs"}


@pytest.mark.parametrize("name", ["reference/life/recidivism", "pilots/chongzuo/claims"])
def test_one_altered_digit_turns_its_line_red_and_only_what_rests_on_it(reports, lines, name):
    results = copy.deepcopy(reports[name])
    by_id = {e["id"]: e for e in results["estimates"]}
    tried = 0
    for line in lines[name]:
        if line.check or line.state != "agrees" or line.id not in by_id:
            continue
        e = by_id[line.id]
        # Of the curve's seventy points every tenth stands for the others.
        if e["estimand"] == "cumulative_incidence" and int(dict(e["dims"])["time"]) % 10:
            continue
        for field in line.fields:
            kept = e[field]
            if not isinstance(kept, int | float):
                continue
            e[field] = altered(kept)
            found = reds(results)
            e[field] = kept
            tried += 1
            assert (line.id, line.how, line.fields) in found, (line, field)
            for other in found.values():
                rests = (line.id, field) in other.inputs or other.id in (line.id, "report")
                assert rests, (line.id, field, other)
    assert tried > 20
    assert reds(results) == {}


def test_a_digit_of_the_sentence_turns_the_sentence_red(reports):
    results = copy.deepcopy(reports["reference/life/recidivism"])
    results["headline"]["en"] = results["headline"]["en"].replace("22", "12")

    ((_, how, fields),) = reds(results)
    assert (how, fields) == ("sentence", ("en",))


def test_a_word_that_its_numbers_do_not_give_is_red(reports):
    for name, word in (("reference/life/recidivism", "worsening"),
                       ("reference/copenhagen/satisfaction", "improvement"),
                       ("pilots/guigang/reach", "measured")):  # fmt: skip
        results = copy.deepcopy(reports[name])
        verdict = next(e for e in results["estimates"] if e["estimand"] == "verdict")
        verdict["verdict"] = word

        assert (verdict["id"], ("verdict",)) in {(i, f) for i, _, f in reds(results)}, name
