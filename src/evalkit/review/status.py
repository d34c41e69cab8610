"""Where a review stands, in plain sentences: the open items first.

Imports history, subject and words. Of an item the reviewer's own words are shown as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from evalkit.review.history import History, Item, Review
from evalkit.review.lists import ITEMS, SEVERITIES
from evalkit.review.rules import move_of
from evalkit.review.subject import Subject, binding_of
from evalkit.words import say

# So many characters of a comment stand in a line of the status; the export has all.
LONG = 300


def state_now(history: History, subject: Subject | None) -> str:
    """Return the state; of a bundle other than the approved one it is "lapsed".

    Parameters
    ----------
    subject : Subject, optional
        The bundle that is asked about; the record's own edition when absent.
    """
    state = history.state
    other = subject is not None and subject.binding != history.editions[-1]["binding"]
    return "lapsed" if other and state == "approved" else state


def shows(history: History) -> bool:
    """Return whether anything that a reviewer said may be shown."""
    return move_of(history.state, "office", "read") is not None


def status_lines(history: History, subject: Subject | None, lang: str) -> list[str]:
    """Return where a review stands.

    Parameters
    ----------
    subject : Subject, optional
        The bundle that is asked about.
    """
    state = say(f"review_state.{state_now(history, subject)}", lang)
    if not shows(history):
        return [state, *_counts(history, lang), *_end(history, lang)]
    items = [item_line(item, lang) for item in ordered(history)]
    return [state, *why(history, subject, lang), *items, *people_lines(history, lang)]


def why(history: History, subject: Subject | None, lang: str) -> list[str]:
    """Return why an approval has lapsed, or how a bundle differs from the record's edition."""
    if state_now(history, subject) == "lapsed":
        return list(_why_lapsed(history, subject, lang))
    return list(_beside(history, subject, lang)) if subject is not None else []


def people_lines(history: History, lang: str) -> list[str]:
    """Return what each reviewer says, how many were asked, and what an approval binds to."""
    lines = []
    for review in history.reviews.values():
        lines.append(review_line(history, review, lang))
        dissent = review.now["verdict"]["dissent"]
        if dissent.strip():
            lines.append(say("review.dissent", lang, who=review.who, text=dissent))
    lines += [line for r in history.reviews.values() for line in _ratings(history, r, lang)]
    return [*lines, *_counts(history, lang), *_end(history, lang)]


def ordered(history: History) -> list[Item]:
    """Return the items: the open ones first, of them the gravest."""

    def place(item: Item) -> tuple[bool, int, bool]:
        return not item.open, -SEVERITIES.index(item.severity), item.answered

    return sorted(history.items.values(), key=place)


def item_state(item: Item) -> str:
    """Return "open", "answered" or "closed"."""
    return "closed" if not item.open else "answered" if item.answered else "open"


def item_line(item: Item, lang: str) -> str:
    """Return an item in a sentence."""
    severity = say(f"review_severity.{item.severity}", lang)
    what = what_of(item, lang)
    return say(f"review.item_{item_state(item)}", lang, key=item.key, severity=severity, what=what)


def what_of(item: Item, lang: str) -> str:
    """Return what an item is about, and what its reviewer says: of a long text the beginning."""
    text = item.said["comment"].strip()
    if len(text) > LONG:
        text = say("review.longer", lang, text=text[:LONG], n=len(text) - LONG)
    return say("review.said", lang, what=place_of(item.said, lang), text=text)


def place_of(said: Mapping[str, Any], lang: str) -> str:
    """Return what an item is about."""
    if said["kind"] == "item":
        name = say(f"review_item.{said['on']}", lang)
        return say("review.item", lang, number=ITEMS.index(said["on"]) + 1, text=name)
    return str(said["on"]) or say("review_form.whole", lang)


def name_of(review: Review, lang: str) -> str:
    """Return a reviewer's name, or that it was declined."""
    person = review.now["reviewer"]
    return say("review.unnamed", lang) if person["declines"] else str(person["name"])


def review_line(history: History, review: Review, lang: str) -> str:
    """Return a reviewer's verdict in a sentence."""
    about = {"who": review.who, "name": name_of(review, lang)}
    about["verdict"] = say(f"review_verdict.{review.word}", lang)
    at = history.signed(review)
    if at:
        return say("review.reviewer_signed", lang, at=at, **about)
    return say("review.reviewer", lang, **about)


def _why_lapsed(history: History, subject: Subject | None, lang: str) -> Iterator[str]:
    """Yield what differs from what was approved."""
    there = dict(subject.lines) if subject is not None else history.editions[-1]["lines"]
    signed = [line["body"]["binding"] for line in history.lines if line["action"] == "sign"]
    # The last approval of other results than these, by the order of the lines.
    last = next((one for one in reversed(signed) if one != binding_of(there)), "")
    held = next((e for e in history.editions if e["binding"] == last), None)
    if held is not None:
        before = held["lines"]
        for name in sorted({*before, *there}):
            if before.get(name) != there.get(name):
                kind = "gone" if name not in there else "new" if name not in before else "file"
                yield say(f"review.changed_{kind}", lang, file=name)
    for review in history.reviews.values():
        of_last = [s for s in review.signatures if s["submission"] == review.hashes[-1]]
        if not of_last:
            yield say("review.changed_review", lang, who=review.who)


def _beside(history: History, subject: Subject, lang: str) -> Iterator[str]:
    edition = history.editions[-1]
    if subject.binding != edition["binding"]:
        yield say("review.changed_result", lang)
    elif subject.manifest != edition["manifest"]:
        yield say("review.changed_pages", lang)


def _ratings(history: History, review: Review, lang: str) -> Iterator[str]:
    for report, rating in review.now["ratings"].items():
        first = rating["first"] or rating
        if not first["level"]:
            continue
        about = {"who": review.who, "report": report, "level": _level(first["level"], lang)}
        if not rating["first"]:
            yield say("review.rated_unseen", lang, **about)
            continue
        about["ours"] = ours_of(history, report, lang)
        changed = {k: rating[k] for k in first} != first
        if changed:
            yield say("review.rated_changed", lang, now=_level(rating["level"], lang), **about)
        else:
            yield say("review.rated", lang, **about)


def ours_of(history: History, report: str, lang: str) -> str:
    """Return the house's own rating of a report, as the record's first edition has it."""
    level = history.editions[0]["ratings"].get(report, "")
    return _level(level, lang) if level else say("review.no_rating", lang)


def _level(level: str, lang: str) -> str:
    return say(f"review_level.{level}", lang) if level else say("review.no_rating", lang)


def _counts(history: History, lang: str) -> Iterator[str]:
    yield say("review.in", lang, n=len(history.reviews), asked=history.asked)
    if history.asked == 1:
        yield say("review.one_asked", lang)


def _end(history: History, lang: str) -> Iterator[str]:
    yield from (say("review.backwards", lang, line=line) for line in history.backwards)
    if shows(history):
        for review in history.reviews.values():
            if review.backwards:
                yield say("review.backwards_form", lang, who=review.who)
    yield say("review.binding", lang, binding=history.editions[-1]["binding"])
    yield say("review.head", lang, head=history.lines[-1]["hash"])
