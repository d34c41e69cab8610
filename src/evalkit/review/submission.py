"""A reviewer's file: read strictly, and held against the bundle that it is of.

Imports bundle, files and errors. Anybody may have written it: what it says is kept as plain text
and escaped wherever it lands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from evalkit.bundle.sign import line_key
from evalkit.errors import ReviewError
from evalkit.files import unreadable_as
from evalkit.review.chain import canonical
from evalkit.review.lists import (
    CLASSES,
    CODES,
    FOUND,
    ITEMS,
    JUDGEMENTS,
    LACKING,
    LEVELS,
    LONGEST,
    MATERIALS,
    MOST_COMMENTS,
    PLACES,
    ROLES,
    SCHEMA,
    SEVERITIES,
    VERDICTS,
    orcid_checks,
)
from evalkit.review.subject import Report, Subject

LARGEST = 64_000_000
ID = re.compile(r"[0-9a-f]{32}")
COMMENT_ID = re.compile(r"c[1-9]\d{0,4}")
HOURS = re.compile(r"\d{1,4}(\.\d)?")
LINE = re.compile(r"(.+):\d+(-\d+)?")
# What a form is made of: of each part the kinds of its values.
TOP = {"kind": str, "schema": int, "evalkit": str, "review": str, "version": int, "bundle": dict}
TOP |= {"opened": str, "saved": str, "finished": bool, "reviewer": dict, "conflict": str}
TOP |= {"items": dict, "comments": list, "ratings": dict, "execution": dict, "verdict": dict}
BUNDLE = {"manifest": str, "binding": str, "file": str}
REVIEWER: dict[str, type] = dict.fromkeys(("name", "unit", "orcid", "role", "hours", "key"), str)
REVIEWER |= {"materials": list, "declines": bool, "elsewhere": bool}
ITEM = dict.fromkeys(("found", "severity", "evidence", "comment"), str)
# What a reviewer obtained in place of a result, and how far it may differ: of a result alone.
FOUND_AGAIN = ("obtained", "tolerance")
COMMENT = dict.fromkeys(("id", "kind", "on", "severity", "comment", *FOUND_AGAIN), str)
RATING: dict[str, type] = {"level": str, "reason": str, "bias": dict, "shown": str, "first": dict}
FIRST: dict[str, type] = {"level": str, "reason": str, "bias": dict}
EXECUTION = {"class": str, "codes": list, "comment": str}
VERDICT = {"word": str, "comment": str, "dissent": str}
NAMED = "evalkit review"


def read_form(path: Path, subject: Subject) -> dict[str, Any]:
    """Return what a reviewer's file says.

    Parameters
    ----------
    subject : Subject
        The bundle that it must be of.

    Raises
    ------
    ReviewError
        If it is not in form, unfinished, of another edition, of a newer version, or names what
        the bundle does not have.
    """
    form = _parsed(path)
    fault = next(_unfit(form, subject), None)
    if fault is not None:
        raise ReviewError("review.not_form", path=path, place=fault)
    _check_edition(path, form, subject)
    for place, text, most in _texts(form):
        if len(text) > most:
            raise ReviewError("review.too_long", path=path, place=place, n=len(text), most=most)
    lacking = list(_lacking(form))
    if lacking:
        raise ReviewError("review.lacking", path=path, places=lacking)
    _check_person(path, form["reviewer"])
    for place, name in _strangers(form, subject):
        raise ReviewError("review.unknown_id", path=path, place=place, id=name[:200])
    return form


def named(form: Mapping[str, Any]) -> list[str]:
    """Return every id that a review names as evidence, or that a comment is on."""
    words = [word for item in form["items"].values() for word in item["evidence"].split()]
    return [*words, *(comment["on"] for comment in form["comments"])]


def _parsed(path: Path) -> dict[str, Any]:
    with unreadable_as(ReviewError, path):
        if path.stat().st_size > LARGEST:
            raise ReviewError("review.large", path=path)
        raw = path.read_bytes()
    try:
        form = json.loads(raw.decode("utf-8-sig"))
        # Half a character of a pair cannot be written again.
        canonical(form)
    except (ValueError, RecursionError):
        raise ReviewError("review.not_json", path=path) from None
    if not isinstance(form, dict) or form.get("kind") != NAMED:
        raise ReviewError("review.not_form", path=path, place="kind")
    newer = form.get("schema")
    if isinstance(newer, int) and newer > SCHEMA:
        raise ReviewError("review.newer", path=path, version=str(form.get("evalkit"))[:20])
    return form


def _is(value: Any, kinds: Mapping[str, type]) -> bool:
    if not isinstance(value, dict) or set(value) != set(kinds):
        return False
    return all(type(value[name]) is kind for name, kind in kinds.items())


def _unfit(form: dict[str, Any], subject: Subject) -> Iterator[str]:
    """Yield each part that has not the form of a review."""
    yield from (f"{name}" for name in sorted(set(form) ^ set(TOP)))
    yield from (name for name, kind in TOP.items() if type(form[name]) is not kind)
    if form["schema"] < 1 or not ID.fullmatch(form["review"]) or form["version"] < 1:
        yield "review"
    for name, kinds in (("bundle", BUNDLE), ("reviewer", REVIEWER)):
        if not _is(form[name], kinds):
            yield name
    yield from (name for name in ("opened", "saved") if not _is_time(form[name]))
    yield from _unfit_choices(form)
    if not (set(form["items"]) <= set(ITEMS) and len(form["comments"]) <= MOST_COMMENTS):
        yield "items"
    for name, item in form["items"].items():
        if not _is(item, ITEM) or item["found"] not in ("", *FOUND):
            yield f"items.{name}"
        if item["severity"] not in ("", *SEVERITIES):
            yield f"items.{name}.severity"
    names = [c.get("id") if isinstance(c, dict) else None for c in form["comments"]]
    for number, comment in enumerate(form["comments"]):
        good = _is(comment, COMMENT) and COMMENT_ID.fullmatch(comment["id"])
        if not good or names.count(comment["id"]) > 1:
            yield f"comments.{number + 1}"
        if comment["severity"] not in SEVERITIES or comment["kind"] not in PLACES:
            yield f"comments.{number + 1}.severity"
        if comment["kind"] != "result" and any(comment[part] for part in FOUND_AGAIN):
            yield f"comments.{number + 1}.obtained"
    reports = {report.folder: report for report in subject.reports}
    for folder, rating in form["ratings"].items():
        # Of another edition that is said, and not that a report is unknown.
        if not _is(rating, RATING) or not _rated(rating, reports.get(folder)):
            yield f"ratings.{folder[:200]}"


def _unfit_choices(form: dict[str, Any]) -> Iterator[str]:
    held, tried, said = form["reviewer"], form["execution"], form["verdict"]
    if held["role"] not in ("", *ROLES) or not _among(held["materials"], MATERIALS):
        yield "reviewer.role"
    if not _is(tried, EXECUTION) or tried["class"] not in ("", *CLASSES):
        yield "execution"
    if not _among(tried["codes"], CODES):
        yield "execution.codes"
    if not _is(said, VERDICT) or said["word"] not in ("", *VERDICTS):
        yield "verdict"


def _among(values: list[Any], known: tuple[str, ...]) -> bool:
    return all(value in known for value in values) and len(set(values)) == len(values)


def _rated(rating: Mapping[str, Any], report: Report | None) -> bool:
    sets = [rating, *([rating["first"]] if rating["first"] else [])]
    if rating["first"] and not _is(rating["first"], FIRST):
        return False
    if bool(rating["first"]) != bool(rating["shown"]):
        return False
    known = {d: JUDGEMENTS[report.tool] for d in report.domains} if report else {}
    return all(
        each["level"] in ("", *LEVELS)
        and (report is None or all(v in known.get(d, ()) for d, v in each["bias"].items()))
        for each in sets
    )


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _check_edition(path: Path, form: Mapping[str, Any], subject: Subject) -> None:
    told = form["bundle"]
    if (told["manifest"], told["binding"]) != (subject.manifest, subject.binding):
        raise ReviewError(
            "review.other_edition",
            path=path,
            found=told["manifest"][:12],
            bundle=subject.path,
            asked=subject.manifest[:12],
        )


def _texts(form: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
    """Yield every text, where it stands, and how long it may be."""
    long, line = LONGEST["comment"], LONGEST["line"]
    for part in ("name", "unit", "orcid", "hours", "key"):
        yield f"reviewer.{part}", form["reviewer"][part], line
    yield "conflict", form["conflict"], long
    for name, item in form["items"].items():
        yield f"items.{name}.comment", item["comment"], long
        yield f"items.{name}.evidence", item["evidence"], LONGEST["evidence"]
    for comment in form["comments"]:
        yield f"comments.{comment['id']}", comment["comment"], long
        for part in FOUND_AGAIN:
            yield f"comments.{comment['id']}.{part}", comment[part], line
    for folder, rating in form["ratings"].items():
        yield f"ratings.{folder[:200]}", rating["reason"], long
    yield "execution", form["execution"]["comment"], long
    for part in ("comment", "dissent"):
        yield f"verdict.{part}", form["verdict"][part], long


def _lacking(form: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a review must say and this one does not."""
    if not form["finished"]:
        yield "finished"
    for part in ("name", "unit", "role", "hours", "materials", "key"):
        if not form["reviewer"][part]:
            yield f"reviewer.{part}"
    if not form["conflict"].strip():
        yield "conflict"
    for name in ITEMS:
        item = form["items"].get(name)
        if item is None or not item["found"] or not _reasoned(item):
            yield f"items.{name}"
    yield from (f"comments.{c['id']}" for c in form["comments"] if not c["comment"].strip())
    if not form["execution"]["class"]:
        yield "execution"
    if not form["verdict"]["word"]:
        yield "verdict"


def _reasoned(item: Mapping[str, str]) -> bool:
    """Return whether an item that asks for something says how gravely, and why."""
    asks = item["found"] in LACKING or item["severity"]
    return not asks or bool(item["severity"] and item["comment"].strip())


def _check_person(path: Path, person: Mapping[str, Any]) -> None:
    if person["orcid"] and not orcid_checks(person["orcid"]):
        raise ReviewError("review.orcid", path=path)
    if not HOURS.fullmatch(person["hours"]):
        raise ReviewError("review.not_form", path=path, place="reviewer.hours")
    try:
        line_key(person["key"])
    except ValueError:
        raise ReviewError("review.key", path=path) from None


def _strangers(form: Mapping[str, Any], subject: Subject) -> Iterator[tuple[str, str]]:
    """Yield what is named and the bundle does not have, and where it is named."""
    results = {e["id"] for report in subject.reports for e in report.results["estimates"]}
    places = {place.id: place.kind for report in subject.reports for place in report.places}
    for name, item in form["items"].items():
        for word in item["evidence"].split():
            line = LINE.fullmatch(word)
            if word not in results and not (line and line[1] in subject.members):
                yield f"items.{name}.evidence", word
    for comment in form["comments"]:
        kind, on = comment["kind"], comment["on"]
        known = on in results if kind == "result" else places.get(on) == kind
        if not (known or (kind == "whole" and not on)):
            yield f"comments.{comment['id']}", on
    rated = {report.folder for report in subject.reports if report.rated}
    yield from ((f"ratings.{f[:200]}", f) for f in form["ratings"] if f not in rated)
