"""What each does to a record: a reviewer's file taken in, an answer, a closing, an approval.

Imports the rest of this package but its pages. Each step reads the whole record first, asks the
table, and writes one line more, or none.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evalkit.bundle.sign import Key, key_of, line_key, sign
from evalkit.bundle.verify import verify_bundle
from evalkit.errors import ReviewError, UsageError
from evalkit.protocol import utc_now
from evalkit.review.chain import append, closed, entry, message, writing
from evalkit.review.history import REVIEWER, SECOND, History, read_history
from evalkit.review.lists import LONGEST
from evalkit.review.subject import Subject, read_subject
from evalkit.review.submission import named, read_form

ASKED = 2


def add_review(
    form_path: Path, bundle: Path, folder: Path, asked: int | None, private: Path | None
) -> tuple[str, History]:
    """Take a reviewer's file into a record, which is opened with the first.

    Parameters
    ----------
    asked : int, optional
        How many reviewers were asked; of a new record only.
    private : Path, optional
        The reviewer's key: a later version of a review is signed by it.

    Returns
    -------
    tuple of str and History
        What the reviewer is called, "R1", and the record.

    Raises
    ------
    ReviewError
        If the file is not in form or of another edition, or the table does not allow it.
    """
    subject = read_subject(bundle)
    form = read_form(form_path, subject)
    with writing(folder):
        history = read_history(folder)
        new: list[dict[str, Any]] = []
        if not history.asked:
            body = {"asked": asked or ASKED, "edition": subject.edition()}
            new.append(_step(history, {"role": "office"}, "open", body))
        elif asked is not None and asked != history.asked:
            raise ReviewError("review.asked", n=history.asked)
        _check_current(history, subject)
        who = _who(history, form, form_path)
        role = REVIEWER if who in history.reviews else SECOND
        body = {"form": form, "trace": subject.trace(named(form))}
        new.append(_step(history, {"role": role, "who": who}, "submit", body, private))
        append(folder, history.lines[: -len(new)], new)
    return who, history


def answer_item(
    folder: Path, item: str, text: str, change: str, result: str, bundle: Path | None
) -> History:
    """Answer an item, or bring in a new edition, or both.

    Parameters
    ----------
    item, text, change, result : str
        The item, the answer, what was changed, and the id of a new result; empty where there
        is none.
    bundle : Path, optional
        A newer edition, in which the change stands.
    """
    subject = read_subject(bundle) if bundle else None
    if result and subject is None:
        raise UsageError("review.result_bundle")
    if result and subject is not None and not subject.has_result(result):
        raise ReviewError("review.result_unknown", id=result[:200], bundle=subject.path)
    for words in (text, change):
        _check_length(words)
    with writing(folder):
        history = _opened(folder)
        new: list[dict[str, Any]] = []
        by = {"role": "author"}
        if subject is not None and (not item or subject.manifest != _edition(history)):
            body = {"manifest": subject.manifest, "edition": subject.edition()}
            new.append(_step(history, by, "edition", body))
        if item:
            body = {"item": item, "text": text, "change": change, "result": result}
            new.append(_step(history, by, "answer", body))
        append(folder, history.lines[: -len(new)], new)
    return history


def correct_fact(folder: Path, item: str, text: str) -> History:
    """Note the office's correction of a fact beside an item; it changes nothing else."""
    _check_length(text)
    with writing(folder):
        history = _opened(folder)
        new = [_step(history, {"role": "office"}, "correct", {"item": item, "text": text})]
        append(folder, history.lines[:-1], new)
    return history


def close_item(folder: Path, item: str, text: str, private: Path, *, still: bool) -> History:
    """Close an item, or say that it stays open; only the reviewer who raised it can.

    Parameters
    ----------
    still : bool
        Whether the answer does not settle it.
    """
    _check_length(text)
    with writing(folder):
        history = _opened(folder)
        by = {"role": REVIEWER, "who": _holder(history, key_of(private))}
        action = "insist" if still else "close"
        new = [_step(history, by, action, {"item": item, "text": text}, private)]
        append(folder, history.lines[:-1], new)
    return history


def sign_approval(folder: Path, bundle: Path, private: Path) -> tuple[str, History]:
    """Approve, with a reviewer's key, the results and plans of a bundle.

    Returns
    -------
    tuple of str and History
        What the reviewer is called, and the record.

    Raises
    ------
    ReviewError
        If the bundle is not the record's edition or not in order, or the table does not allow it.
    """
    verdict = verify_bundle(bundle)
    if not verdict.good:
        raise ReviewError("review.bundle_bad", path=bundle, why=verdict.wrong[0])
    subject = read_subject(bundle)
    with writing(folder):
        history = _opened(folder)
        _check_current(history, subject)
        who = _holder(history, key_of(private))
        submission = history.reviews[who].hashes[-1] if who in history.reviews else ""
        body = {"binding": subject.binding, "manifest": subject.manifest, "submission": submission}
        new = [_step(history, {"role": REVIEWER, "who": who}, "sign", body, private)]
        append(folder, history.lines[:-1], new)
    return who, history


def _opened(folder: Path) -> History:
    history = read_history(folder)
    if not history.asked:
        raise ReviewError("review.no_record", path=folder)
    return history


def _edition(history: History) -> str:
    return str(history.editions[-1]["manifest"])


def _step(
    history: History,
    by: Mapping[str, str],
    action: str,
    body: dict[str, Any],
    private: Path | None = None,
) -> dict[str, Any]:
    """Return a line that the table allows, taken into the history."""
    line = entry(history.lines, utc_now(), by, action, body)
    if private is not None:
        line["signature"] = sign(message(line), private)
    line = closed(line)
    history.take(line)
    return line


def _check_current(history: History, subject: Subject) -> None:
    if subject.manifest != _edition(history):
        raise ReviewError(
            "review.edition_now",
            bundle=subject.path,
            found=subject.manifest[:12],
            asked=_edition(history)[:12],
        )


def _check_length(text: str) -> None:
    if len(text) > LONGEST["comment"]:
        raise ReviewError("review.answer_long", n=len(text), most=LONGEST["comment"])
    if text.encode("utf-8", "replace").decode() != text:
        raise ReviewError("review.answer_text")


def _who(history: History, form: Mapping[str, Any], path: Path) -> str:
    """Return what a reviewer is called: the name of an earlier version, or the next."""
    person = form["reviewer"]
    key = line_key(person["key"])
    for who, review in history.reviews.items():
        known = review.now["reviewer"]
        same = review.now["review"] == form["review"]
        alike = review.key == key or _plain(known["name"]) == _plain(person["name"])
        if (alike or (known["orcid"] and known["orcid"] == person["orcid"])) and not same:
            raise ReviewError("review.twice", path=path, who=who)
        if same and form["version"] <= review.now["version"]:
            raise ReviewError("review.old_version", path=path, n=review.now["version"])
        if same and review.key != key:
            raise ReviewError("review.key_other", path=path, who=who)
        if same:
            return who
    return f"R{len(history.reviews) + 1}"


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _holder(history: History, key: Key) -> str:
    """Return whose key it is; a stranger's is nobody's, which the table refuses."""
    return next((who for who, review in history.reviews.items() if review.key == key), "")
