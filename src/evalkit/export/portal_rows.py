"""What stands in the portal's matrix, in one language."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from evalkit.errors import from_json
from evalkit.estimate import OUTCOME_VERDICTS
from evalkit.export.portal_read import Found, verdict_of
from evalkit.export.results import form_name
from evalkit.export.reviewed import review_of
from evalkit.language import whole_languages
from evalkit.present.marks import MOST_LEVEL, chip, squares
from evalkit.protocol import ALL, DECLARED, FORMS, QUALITY, RESULTS, SUMMARY
from evalkit.words import catalogue, say, sentence

# Said of the whole even where there are none; the other verdicts only where there are some.
ALWAYS = ("improvement", "worsening", "no_clear", "not_assessable")


def studies(
    found: Found, lang: str, summaries: Container[str] | None = None
) -> list[dict[str, Any]]:
    """Return each study with its areas, and each area with a cell for each outcome."""
    known: dict[str, dict[str, Any]] = {}
    for item in (*found.built, *found.failed):
        code = item["study"]["code"]
        name = spoken(item["study"]["name"], lang)
        study = known.setdefault(code, {"code": code, "name": name, "areas": {}})
        area = study["areas"].setdefault(item["area"]["code"], _area(item, found.root, lang))
        if summaries is not None and f"{code}/{item['area']['code']}" not in summaries:
            area["summary"] = []
        area["outcomes"] = item.get("outcomes", [])
        cell = area["cells"].setdefault(item["outcome"], {"error": "", "chip": "", "ids": []})
        if "error" in item:
            cell |= {"error": _failure(item, lang), "failed_at": item["at"][:10]}
        else:
            cell |= _built_cell(item, found.root, lang)
    for study in known.values():
        study["areas"] = sorted(
            study["areas"].values(), key=lambda a: (a["last"], a["order"], a["code"])
        )
        for area in study["areas"]:
            _finish(area)
        study["columns"] = _columns(study["areas"])
        study["summaries"] = any(area["summary"] for area in study["areas"])
    # The pilots come first: they have the most areas.
    return sorted(known.values(), key=lambda s: -len(s["areas"]))


def _columns(areas: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the outcomes that have a column in a study's table."""
    there = {outcome for area in areas for outcome in (*area["outcomes"], *area["cells"])}
    # Few studies have tables of offices: elsewhere the column would hold one sentence.
    return [outcome for outcome in DECLARED if outcome != QUALITY or outcome in there]


def verdict_counts(listed: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return how many cells have each verdict; a stopped cell has none."""
    areas = (area for study in listed for area in study["areas"])
    counts = Counter(verdict for area in areas for verdict in area["each_verdict"])
    return {v: counts[v] for v in OUTCOME_VERDICTS if v in ALWAYS or counts[v]}


def failures(listed: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return every report that was not built, in the order of the matrix."""
    return [
        {
            "study": study["name"],
            "area": area["label"],
            "outcome": outcome,
            "why": cell["error"],
            "at": cell["failed_at"],
        }
        for study in listed
        for area in study["areas"]
        for outcome, cell in area["cells"].items()
        if cell["error"]
    ]


def spoken(texts: Mapping[str, str], lang: str) -> str:
    """Return a text in the portal's language, or as its study has it: each has its own."""
    return texts[lang] if lang in texts else next(iter(texts.values()))


def _area(item: Mapping[str, Any], root: Path, lang: str) -> dict[str, Any]:
    area = item["area"]
    folder = root / item["study"]["code"] / area["code"] / SUMMARY
    return {
        "code": area["code"],
        "order": area["order"],
        "last": area["code"] == ALL,
        "label": spoken(area["name"], lang),
        "where": spoken(area["place"], lang),
        # A reader of one language may know a place by its name in the other.
        "names": [*area["name"].values(), *area["place"].values()],
        "summary": [*_pages(item, folder, root, lang), *_files(item, folder, root, lang, ["pdf"])],
        "cells": {},
    }


def _finish(area: dict[str, Any]) -> None:
    """Note what the page's search and filters ask a row for."""
    cells = area["cells"].values()
    area["each_verdict"] = [c["verdict"] for c in cells if c["chip"] and not c["error"]]
    area["stopped"] = any(cell["error"] for cell in cells)
    words = [area["code"], *area["names"], *(name for cell in cells for name in cell["ids"])]
    area["find"] = " ".join(dict.fromkeys(words))


def _built_cell(item: Mapping[str, Any], root: Path, lang: str) -> dict[str, Any]:
    folder = root / item["study"]["code"] / item["area"]["code"] / item["outcome"]
    verdict = verdict_of(item)
    return {
        "verdict": verdict,
        "chip": chip(verdict, lang),
        "sentence": spoken(item["headline"], lang),
        "cautions": [spoken(said, lang) for said in item.get("cautions", [])],
        "rating": _rating(item, lang),
        "review": review.text(lang) if (review := review_of(folder / RESULTS)) else "",
        "pages": _pages(item, folder, root, lang),
        "files": [
            *_files(item, folder, root, lang, FORMS),
            _link(folder / RESULTS, root, item, lang, "JSON"),
        ],
        "made_up": _made_up(item) or any(e.get("made_up") is True for e in item["estimates"]),
        "made_at": item["provenance"]["made_at"][:10],
        "ids": _ids(item),
    }


def _made_up(item: Mapping[str, Any]) -> bool:
    return item["study"].get("made_up") is True


def _ids(item: Mapping[str, Any]) -> list[str]:
    """Return the names of the results without their dimensions, and the codes of claims."""
    names: dict[str, None] = {}
    for estimate in item["estimates"]:
        name, _, inner = estimate.get("id", "").partition("[")
        names[name] = None
        for part in inner.rstrip("]").split(","):
            dim, _, value = part.partition("=")
            if dim == "claim":
                names[value] = None
    return [name for name in names if name]


def _rating(item: Mapping[str, Any], lang: str) -> dict[str, Any] | None:
    for estimate in item["estimates"]:
        value = estimate.get("value")
        if estimate["estimand"] == "rating" and value in range(MOST_LEVEL + 1):
            reason = estimate.get("reason")
            texts = reason.get("text") if isinstance(reason, dict) else None
            said = (
                isinstance(texts, dict)
                and texts
                and all(isinstance(t, str) for t in texts.values())
            )
            return {
                "value": int(value),
                "squares": squares(int(value)),
                # What is not assessable has its reason as its sentence.
                "why": spoken(texts, lang) if value and said and texts else "",
            }
    return None


def _pages(item: Mapping[str, Any], folder: Path, root: Path, lang: str) -> list[dict[str, str]]:
    file = functools.partial(form_name, made_up=_made_up(item))
    return [
        # A link to a page of another language is named in that language.
        _link(folder / file(code, "html"), root, item, code, "") | {"lang": code}
        for code in item["languages"]
        if code in whole_languages() and (folder / file(code, "html")).is_file()
    ]


def _files(
    item: Mapping[str, Any], folder: Path, root: Path, lang: str, kinds: Iterable[str]
) -> list[dict[str, str]]:
    """Return a link for each kind of file, in the portal's language or else in another."""
    order = [lang, *(code for code in whole_languages() if code != lang)]
    links = []
    for kind in kinds:
        paths = (folder / form_name(code, kind, made_up=_made_up(item)) for code in order)
        if path := next((path for path in paths if path.is_file()), None):
            links.append(_link(path, root, item, lang, kind.upper()))
    return links


def _link(path: Path, root: Path, item: Mapping[str, Any], lang: str, text: str) -> dict[str, str]:
    text = text or catalogue(lang)["language.name"]
    summary = path.parent.name == SUMMARY
    what = say("portal.summary", lang) if summary else say(f"outcome.{item['outcome']}", lang)
    area = spoken(item["area"]["name"], lang)
    return {
        "lang": "",
        "text": text,
        "file": path.relative_to(root).as_posix(),
        "label": say("portal.link", lang, format=text, area=area, outcome=what),
        "size": _size(path.stat().st_size, lang),
    }


def _size(count: int, lang: str) -> str:
    if count < 1_000_000:
        return say("portal.kilobytes", lang, n=max(1, round(count / 1000)))
    return say("portal.megabytes", lang, n=count / 1_000_000)


def _failure(item: Mapping[str, Any], lang: str) -> str:
    return sentence(from_json(item["error"]), lang)
