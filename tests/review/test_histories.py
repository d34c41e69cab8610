"""Random histories of a review, each step held against a slow reading of the accepted lines."""

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from evalkit.errors import ReviewError
from evalkit.review.history import History
from evalkit.review.lists import SEVERITIES

from .made import form, item, private_key, step, subject

KEYS = {who: private_key(Path(tempfile.mkdtemp()) / who) for who in ("R1", "R2", "R3")}
WHO = st.sampled_from(["R1", "R2"])
SIGNER = st.sampled_from(["R1", "R2", "R3"])
CODES = ("cohort", "windows")


def blocking(lines):
    """Blocking items that are open, read from the lines alone: raised, and not closed since."""
    raised = {}
    for line in lines:
        body, who = line["body"], line["by"].get("who")
        if line["action"] == "submit":
            for code, said in body["form"]["items"].items():
                if said["severity"] == "blocking":
                    raised.setdefault((who, code), said["comment"])
                    raised[who, code] = said["comment"]
        if line["action"] == "close":
            owner, code = body["item"].split(".")
            # Only its own reviewer's closing counts here, whoever wrote the line.
            if owner == who:
                raised.pop((owner, code), None)
    return raised


def approvals(lines):
    """Reviewers who signed the current results after they last sent anything."""
    binding, latest, signed = None, {}, {}
    for line in lines:
        body, who = line["body"], line["by"].get("who")
        if line["action"] in ("open", "edition"):
            binding = body["edition"]["binding"]
        if line["action"] == "submit":
            latest[who] = line["n"]
        if line["action"] == "sign":
            signed.setdefault(who, []).append((line["n"], body["binding"]))
    return {
        who for who, n in latest.items()
        if any(m > n and held == binding for m, held in signed.get(who, []))
    }  # fmt: skip


class Reviewing(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.history, self.sent, self.keys, self.words = History(), {}, set(), {}

    def attempt(self, by, action, body, key=None):
        before = len(self.history.lines), self.history.state
        try:
            step(self.history, by, action, body, key)
        except (ReviewError, KeyError, ValueError):
            assert (len(self.history.lines), self.history.state) == before
            return False
        return True

    @initialize(asked=st.sampled_from([1, 2]))
    def opened(self, asked):
        self.asked = asked
        body = {"asked": asked, "edition": subject().edition()}
        assert self.attempt({"role": "office"}, "open", body)

    @rule(who=WHO, grave=st.sampled_from(["", *SEVERITIES]), code=st.sampled_from(CODES),
          word=st.sampled_from(["approve", "after_changes", "reject", "cannot_judge"]))  # fmt: skip
    def submits(self, who, grave, code, word):
        known = who in self.history.reviews
        if not known and who != f"R{len(self.history.reviews) + 1}":
            return
        n = self.sent[who] = self.sent.get(who, 0) + 1
        items = {code: item("not_met", grave, f"{who} {n}")} if grave else {}
        made = form(int(who[1]), KEYS[who][1], n, word, items=items)
        by = {"role": "reviewer" if known else "second", "who": who}
        if self.attempt(by, "submit", {"form": made}, KEYS[who][0] if known else None):
            self.words[who] = word

    @rule(code=st.sampled_from(CODES), who=WHO)
    def answers(self, code, who):
        self.attempt({"role": "author"}, "answer", {"item": f"{who}.{code}", "text": "so"})

    @rule(code=st.sampled_from(CODES), owner=WHO, who=WHO, signer=SIGNER,
          action=st.sampled_from(["close", "close", "insist"]))  # fmt: skip
    def weighs(self, code, owner, who, signer, action):
        body = {"item": f"{owner}.{code}", "text": ""}
        done = self.attempt({"role": "reviewer", "who": who}, action, body, KEYS[signer][0])
        assert not done or owner == who == signer

    @rule(role=st.sampled_from(["author", "office", "second"]), code=st.sampled_from(CODES))
    def others_close_nothing(self, role, code):
        body = {"item": f"R1.{code}", "text": ""}
        assert not self.attempt({"role": role, "who": "R1"}, "close", body)

    @rule(who=WHO, signer=SIGNER)
    def signs(self, who, signer):
        held = self.history.reviews.get(who)
        body = {"binding": self.history.editions[-1]["binding"], "manifest": "",
                "submission": held.hashes[-1] if held else ""}  # fmt: skip
        done = self.attempt({"role": "reviewer", "who": who}, "sign", body, KEYS[signer][0])
        assert not done or (who == signer and self.words[who] in ("approve", "after_changes"))

    @rule(edition=st.sampled_from("abd"))
    def brings(self, edition):
        told = subject(edition).edition()
        body = {"manifest": told["manifest"], "edition": told}
        self.attempt({"role": "author"}, "edition", body)

    @rule(code=st.sampled_from(CODES), who=WHO)
    def corrects(self, code, who):
        before = [(i.open, i.answered, i.severity) for i in self.history.items.values()]
        self.attempt({"role": "office"}, "correct", {"item": f"{who}.{code}", "text": "x"})
        assert before == [(i.open, i.answered, i.severity) for i in self.history.items.values()]

    @invariant()
    def nothing_is_approved_with_a_blocking_item_open(self):
        history = self.history
        open_ = {i.key for i in history.items.values() if i.open and i.severity == "blocking"}
        assert {f"{who}.{code}" for who, code in blocking(history.lines)} <= open_
        if history.state == "approved":
            assert not open_
            assert approvals(history.lines) == set(history.reviews)
            assert len(history.reviews) == self.asked
            assert set(self.words.values()) <= {"approve", "after_changes"}

    @invariant()
    def nothing_is_ever_removed(self):
        keys = set(self.history.items)
        assert self.keys <= keys
        self.keys = keys
        assert [line["n"] for line in self.history.lines] == [
            n + 1 for n in range(len(self.history.lines))
        ]


Reviewing.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestReviewing = Reviewing.TestCase
