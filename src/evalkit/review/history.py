"""What a record says now: its lines, one after the other, each held against the table.

Imports bundle, rules, chain and lists. A line that the table does not allow stops the reading:
nobody can have written it by evalkit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from evalkit.bundle.sign import Key, line_key, signer
from evalkit.errors import ReviewError
from evalkit.review.chain import RECORD, UNFIT, message, read_lines
from evalkit.review.lists import FAVOURABLE, SEVERITIES
from evalkit.review.rules import move_of, state_of

# Who brings the first review in is one whose review is not in yet.
SECOND, REVIEWER = "second", "reviewer"


@dataclass
class Item:
    """Something that a reviewer asks for.

    Parameters
    ----------
    key : str
        Reviewer and place: "R1.cohort", "R2.c3".
    who : str
        The reviewer, "R1".
    said : dict
        As the reviewer's latest version has it.
    severity : str
        The gravest that it had while it was open.
    open : bool
        Whether the reviewer has not closed it.
    answered : bool
        Whether the author's answer is the last word.
    words : list of dict
        The answers and the closings, in their order.
    facts : list of dict
        What the office corrected, which changes nothing else.
    """

    key: str
    who: str
    said: dict[str, Any]
    severity: str
    open: bool = True
    answered: bool = False
    words: list[dict[str, Any]] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def presses(self) -> bool:
        """Whether it is open and more than a suggestion."""
        return self.open and self.severity != SEVERITIES[0]


@dataclass
class Review:
    """One reviewer's part.

    Parameters
    ----------
    who : str
        "R1", "R2", in the order in which they came in.
    versions : list of dict
        What was sent, the newest last.
    hashes : list of str
        Fingerprint of the line of each.
    signatures : list of dict
        Each approval: "binding", "submission", "at".
    """

    who: str
    versions: list[dict[str, Any]] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)
    signatures: list[dict[str, Any]] = field(default_factory=list)

    @property
    def now(self) -> dict[str, Any]:
        """The newest version."""
        return self.versions[-1]

    @property
    def key(self) -> Key:
        """The public key that it names."""
        return line_key(self.versions[0]["reviewer"]["key"])

    @property
    def backwards(self) -> bool:
        """Whether the clock of a reviewer's machine ran backwards, by the times of its files."""
        times = [text for form in self.versions for text in (form["opened"], form["saved"])]
        return any(_time(text) < _time(times[0]) for text in times) or any(
            _time(later["saved"]) < _time(former["saved"])
            for former, later in pairwise(self.versions)
        )

    @property
    def word(self) -> str:
        """Its verdict."""
        return str(self.now["verdict"]["word"])


@dataclass
class History:
    """A record, as far as it was read.

    Parameters
    ----------
    asked : int
        How many reviewers were asked; 0 before the record is opened.
    editions : list of dict
        The bundles that it is of, the newest last.
    reviews : dict of str to Review
        By "R1", "R2".
    items : dict of str to Item
        By key.
    lines : list of dict
        Every line.
    approved : bool
        Whether all have signed at one time.
    backwards : list of int
        Numbers of the lines that are dated before the one above them.
    """

    asked: int = 0
    editions: list[dict[str, Any]] = field(default_factory=list)
    reviews: dict[str, Review] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)
    approved: bool = False
    backwards: list[int] = field(default_factory=list)

    @property
    def state(self) -> str:
        """The state, by the table."""
        return state_of(lambda fact: bool(FACTS[fact](self)))

    def signed(self, review: Review) -> str:
        """Return when a reviewer approved these results after their last version, or nothing."""
        held = (self.editions[-1]["binding"], review.hashes[-1])
        found = (s["at"] for s in review.signatures if (s["binding"], s["submission"]) == held)
        return str(next(found, ""))

    def may(self, role: str, action: str, *, item: str = "", **about: Any) -> None:
        """Stop unless the table lets a role do something now.

        Parameters
        ----------
        item : str
            The item that it is about.
        **about
            "who" of a reviewer; "signed_by", the key that signed; "manifest" of an edition.

        Raises
        ------
        ReviewError
            With the state, or with the fact that does not hold.
        """
        move = move_of(self.state, role, action)
        if move is None:
            raise ReviewError(f"review.may_{action}", state=self.state)
        for need in move.needs:
            if not NEEDS[need](self, item, about):
                raise ReviewError(f"review.need_{need}", item=item)

    def take(self, line: Mapping[str, Any]) -> None:
        """Take one line in.

        Raises
        ------
        ReviewError
            If the table does not allow it.
        """
        by, action, body = line["by"], line["action"], line["body"]
        role, who = by["role"], by.get("who", "")
        signed_by = None
        if "signature" in line:
            signed_by = signer(message(line), line["signature"].encode())
            # A first file may come unsigned, and not signed by another.
            first = role == SECOND and signed_by == line_key(body["form"]["reviewer"]["key"])
            if role != REVIEWER and not first:
                raise ReviewError("review.need_key", item="")
        began = self.state
        about = {"who": who, "signed_by": signed_by, "manifest": body.get("manifest")}
        self.may(role, action, item=body.get("item", ""), **about)
        if self.lines and _time(line["at"]) < _time(self.lines[-1]["at"]):
            self.backwards.append(line["n"])
        TAKES[action](self, dict(line))
        self.lines.append(dict(line))
        self.approved = self.approved or bool(FACTS["all_signed"](self))
        move = move_of(began, role, action)
        assert move is not None and self.state in move.ends(began), (began, action, self.state)


def read_history(folder: Path) -> History:
    """Return what a record says.

    Raises
    ------
    ReviewError
        With the line that is not as it was written, or that the table does not allow.
    """
    history = History()
    for line in read_lines(folder):
        try:
            history.take(line)
        except (*UNFIT, ReviewError, AssertionError):
            raise ReviewError(
                "review.record_forbidden", path=folder / RECORD, line=str(line["n"])
            ) from None
    return history


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


# What a line does.


def _open(history: History, line: dict[str, Any]) -> None:
    history.asked = int(line["body"]["asked"])
    history.editions.append(line["body"]["edition"])


def _edition(history: History, line: dict[str, Any]) -> None:
    history.editions.append(line["body"]["edition"])


def _submit(history: History, line: dict[str, Any]) -> None:
    who, form = line["by"]["who"], line["body"]["form"]
    review = history.reviews.setdefault(who, Review(who))
    before = review.versions[-1] if review.versions else None
    if before is not None and line_key(form["reviewer"]["key"]) != review.key:
        raise ValueError("another key")
    review.versions.append(form)
    review.hashes.append(line["hash"])
    then = dict(_asked(before)) if before else {}
    for name, said in _asked(form):
        _raise(history, who, name, said, changed=said != then.get(name))


def _asked(form: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return what a review asks for: each item with a severity, and each comment."""
    items = [
        (name, {"kind": "item", "on": name, **item})
        for name, item in form["items"].items()
        if item["severity"]
    ]
    return items + [(comment["id"], dict(comment)) for comment in form["comments"]]


def _raise(history: History, who: str, name: str, said: dict[str, Any], *, changed: bool) -> None:
    key = f"{who}.{name}"
    item = history.items.get(key)
    if item is None:
        history.items[key] = Item(key, who, said, said["severity"])
    elif changed:
        # A later version makes an open item no milder: it is closed in so many words.
        grave = max(said["severity"], item.severity, key=SEVERITIES.index)
        item.severity = grave if item.open else said["severity"]
        item.said, item.open, item.answered = said, True, False


def _answer(history: History, line: dict[str, Any]) -> None:
    item = history.items[line["body"]["item"]]
    item.answered = True
    item.words.append(line)


def _correct(history: History, line: dict[str, Any]) -> None:
    history.items[line["body"]["item"]].facts.append(line)


def _close(history: History, line: dict[str, Any]) -> None:
    item = history.items[line["body"]["item"]]
    item.open = False
    item.words.append(line)


def _insist(history: History, line: dict[str, Any]) -> None:
    item = history.items[line["body"]["item"]]
    item.answered = False
    item.words.append(line)


def _sign(history: History, line: dict[str, Any]) -> None:
    review, body = history.reviews[line["by"]["who"]], line["body"]
    held = (history.editions[-1]["binding"], review.hashes[-1])
    if (body["binding"], body["submission"]) != held:
        raise ValueError("of something else")
    review.signatures.append({**body, "at": line["at"], "hash": line["hash"]})


TAKES = {
    "open": _open,
    "edition": _edition,
    "submit": _submit,
    "answer": _answer,
    "correct": _correct,
    "close": _close,
    "insist": _insist,
    "sign": _sign,
}
# What the table's states ask.
FACTS = {
    "unopened": lambda h: not h.asked,
    "none_in": lambda h: not h.reviews,
    "some_lacking": lambda h: len(h.reviews) < h.asked,
    "rejected_by_one": lambda h: any(r.word == "reject" for r in h.reviews.values()),
    "all_signed": lambda h: (
        bool(h.asked)
        and len(h.reviews) >= h.asked
        and all(map(h.signed, h.reviews.values()))
        and not any(i.presses for i in h.items.values())
    ),
    "was_approved": lambda h: h.approved,
    "unanswered": lambda h: any(i.presses and not i.answered for i in h.items.values()),
    "unsettled": lambda h: any(i.presses for i in h.items.values()),
}
# What the table's moves need.
NEEDS = {
    "key": lambda h, item, about: (
        about["who"] in h.reviews and about["signed_by"] == h.reviews[about["who"]].key
    ),
    "item_known": lambda h, item, about: item in h.items,
    "item_open": lambda h, item, about: item in h.items and h.items[item].open,
    "own": lambda h, item, about: item in h.items and h.items[item].who == about["who"],
    "favours": lambda h, item, about: h.reviews[about["who"]].word in FAVOURABLE,
    "unblocked": lambda h, item, about: (
        not any(i.open and i.severity == SEVERITIES[-1] for i in h.items.values())
    ),
    "own_settled": lambda h, item, about: (
        not any(i.presses for i in h.items.values() if i.who == about["who"])
    ),
    "newer": lambda h, item, about: about["manifest"] != h.editions[-1]["manifest"],
}
