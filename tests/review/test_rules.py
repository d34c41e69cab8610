"""The table of states is whole, every step of it can happen, and no other does."""

import importlib.util
import random
from collections import defaultdict

import pytest
from tests.helpers import ROOT

from evalkit.errors import ReviewError
from evalkit.review.history import FACTS, NEEDS, TAKES, History
from evalkit.review.rules import moves, states

from .made import comment, form, item, private_key, step, subject

spec = importlib.util.spec_from_file_location("drawn", ROOT / "tools" / "review_states.py")
drawn = importlib.util.module_from_spec(spec)
spec.loader.exec_module(drawn)
WALKS, STEPS = 900, 40


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    at = tmp_path_factory.mktemp("keys")
    return {who: private_key(at / who) for who in ("R1", "R2")}


def test_every_word_of_the_table_is_known():
    known = {*states(), "same"}
    for move in moves():
        assert {*move.state, *move.to} <= known
        assert set(move.needs) <= set(NEEDS)
        assert move.action in {*TAKES, "read"}
        assert move.role in ("author", "reviewer", "second", "office")
    assert {fact for facts in states().values() for fact in facts} == set(FACTS)


def test_no_two_rows_say_of_one_step():
    rows = [(state, m.role, m.action) for m in moves() for state in m.state]

    assert len(rows) == len(set(rows))


def test_what_a_reviewer_said_is_read_by_nobody_before_all_are_in():
    seen = {state for m in moves() if m.action == "read" for state in m.state}

    assert seen == set(states()) - {"none", "draft", "blind"}


def test_the_office_never_touches_a_verdict_and_silence_is_no_approval():
    by_office = {m.action for m in moves() if m.role == "office"}
    to_approved = {(m.role, m.action) for m in moves() if "approved" in m.to}

    assert by_office == {"open", "correct", "read"}
    assert to_approved == {("reviewer", "sign"), ("author", "edition")}


def walk(seed, keys, found):
    """Take steps at random; note each that the table allowed, with the states around it."""
    chance, history, sent = random.Random(seed), History(), defaultdict(int)
    asked = chance.choice([1, 2, 2])
    for _ in range(STEPS):
        began = history.state
        action = chance.choice(["submit", "answer", "edition", "close", "insist", "sign", "sign",
                                "correct", "submit"])  # fmt: skip
        who = chance.choice(["R1", "R2"])
        name = chance.choice(list(history.items) or ["R1.cohort"])
        try:
            if not history.asked:
                action, role = "open", "office"
                edition = subject().edition()
                step(history, {"role": role}, action, {"asked": asked, "edition": edition})
            elif action == "submit":
                role = submit(history, who, sent, keys, chance)
            elif action in ("close", "insist"):
                role = "reviewer"
                by = {"role": role, "who": who}
                step(history, by, action, {"item": name, "text": ""}, keys[who][0])
            elif action == "sign":
                role, held = "reviewer", history.editions[-1]
                body = {"binding": held["binding"], "manifest": held["manifest"]}
                body["submission"] = history.reviews[who].hashes[-1]
                step(history, {"role": role, "who": who}, action, body, keys[who][0])
            elif action == "edition":
                role, edition = "author", subject(chance.choice("abd")).edition()
                body = {"manifest": edition["manifest"], "edition": edition}
                step(history, {"role": role}, action, body)
            else:
                role = "author" if action == "answer" else "office"
                body = {"item": name, "text": "", "change": "", "result": ""}
                step(history, {"role": role}, action, body)
        except (ReviewError, KeyError):
            assert history.state == began
            continue
        found[role, action, began].add(history.state)


def submit(history, who, sent, keys, chance):
    if who not in history.reviews and who != f"R{len(history.reviews) + 1}":
        raise KeyError(who)
    sent[who] += 1
    role = "reviewer" if who in history.reviews else "second"
    grave = chance.choice(["blocking", "required", "suggested"])
    lacks = item("not_met", grave, f"text {chance.random()}")
    items = {"cohort": chance.choice([item("met"), item("met"), lacks])}
    word = chance.choice(["approve", "after_changes", "approve", "reject", "cannot_judge"])
    said = [comment(1, "suggested")] if chance.random() < 0.3 else []
    made = form(int(who[1]), keys[who][1], sent[who], word, items=items, comments=said)
    key = keys[who][0] if role == "reviewer" else None
    step(history, {"role": role, "who": who}, "submit", {"form": made}, key)
    return role


def test_every_step_of_the_table_happens_and_no_other(keys):
    found = defaultdict(set)
    for seed in range(WALKS):
        walk(seed, keys, found)
    declared = {
        (m.role, m.action, state): set(m.ends(state))
        for m in moves()
        if m.action != "read"
        for state in m.state
    }

    assert found == declared


def test_the_page_is_drawn_from_the_table():
    assert drawn.PAGE.read_text(encoding="utf-8") == drawn.page(), "run tools/review_states.py"
