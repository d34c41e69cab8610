"""What stands in the portal's matrix, in one language."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from evalkit.errors import from_json
from evalkit.estimate import OUTCOME_VERDICTS
from evalkit.export.portal_cells import figure, spoken
from evalkit.export.portal_read import Found, verdict_of
from evalkit.export.results import form_name
from evalkit.export.reviewed import Reviewed, review_of
from evalkit.language import whole_languages
from evalkit.present.marks import MOST_LEVEL, chip, squares
from evalkit.protocol import ALL, DECLARED, FORMS, OUTCOMES, RESULTS, SUMMARY, brand_of
from evalkit.words import say, sentence

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
        empty = {"code": code, "name": name, "made_up": _made_up(item), "areas": {}}
        empty["brand"] = brand_of(item["study"])
        study = known.setdefault(code, empty)
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
        study["columns"] = _columns(study["areas"])
        for area in study["areas"]:
            _finish(area, study, lang)
        study |= _tally(study, lang) | notes(study)
    # The pilots come first: they have the most areas, and nothing of theirs is made up.
    return sorted(known.values(), key=lambda s: (s["made_up"], -len(s["areas"])))


def _columns(areas: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the outcomes that have a column in a study's table: what one area at least has."""
    there = {outcome for area in areas for outcome in (*area["outcomes"], *area["cells"])}
    return [outcome for outcome in DECLARED if outcome in there]


def verdict_counts(listed: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return how many cells have each verdict; a stopped cell has none.

    Made-up areas are counted where there are no others: their verdicts are nobody's.
    """
    listed = list(listed)
    real = [study for study in listed if not study["made_up"]]
    areas = (area for study in real or listed for area in study["areas"])
    counts = Counter(verdict for area in areas for verdict in area["each_verdict"])
    return {v: counts[v] for v in OUTCOME_VERDICTS if v in ALWAYS or counts[v]}


def _tally(study: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Return what a study comes to: a sentence in pieces, and how each looks."""
    counts, stopped = verdict_counts([study]), len(failures([study]))
    said = {v: say(f"portal.cells_{v}", lang, n=n) for v, n in counts.items()}
    key = "portal.some_stopped" if stopped else "portal.none_stopped"
    end = say(key, lang, n=stopped) if stopped else say(key, lang)
    cells = sum(counts.values()) + stopped
    rest = say("portal.cells", lang, n=cells, parts=list(said.values()), stopped=end)
    pieces = []
    looks = [(said[v], "some" if n else "none") for v, n in counts.items()]
    for part, look in [*looks, (end, "stopped" if stopped else "none")]:
        before, found, after = rest.partition(part)
        # Another language may have another order: then it is said, and looks like the rest.
        if found:
            pieces += [{"text": before, "look": ""}, {"text": part, "look": look}]
            rest = after
    return {"pieces": [*pieces, {"text": rest, "look": ""}]}


def notes(study: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the cells of a study point to a number, each sentence once.

    Returns
    -------
    dict
        ``notes``: what nobody may read a cell without, and what a cell only begins.
        ``said``: what a report says besides, each sentence with the places that say it.
    """
    numbered: dict[str, int] = {}
    said: dict[str, list[tuple[str, str]]] = {}
    for area in study["areas"]:
        for outcome, cell in area["cells"].items():
            for text in cell.get("pointed", []):
                numbered.setdefault(text, len(numbered) + 1)
            cell["notes"] = [numbered[text] for text in cell.get("pointed", [])]
            for text in cell.get("said", []):
                if text not in numbered:
                    said.setdefault(text, []).append((area["label"], outcome))
        for text in area["reviews"]:
            numbered.setdefault(text, len(numbered) + 1)
        area["notes"] = [numbered[text] for text in area["reviews"]]
    return {"notes": list(numbered), "said": said}


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


def _finish(area: dict[str, Any], study: Mapping[str, Any], lang: str) -> None:
    """Note what the page's search and filters ask a row for, and what its last columns say."""
    cells = area["cells"].values()
    built = [cell for cell in cells if cell["chip"]]
    # An area of printed figures alone has no summary.
    area["summarised"] = any(o in (*area["outcomes"], *area["cells"]) for o in OUTCOMES)
    area["each_verdict"] = [c["verdict"] for c in built if not c["error"]]
    area["stopped"] = any(cell["error"] for cell in cells)
    # Where nothing was built one cause may take the room of all cells.
    in_matrix = [cell for code, cell in area["cells"].items() if code != SUMMARY]
    area["nothing"] = bool(in_matrix) and not any(cell["chip"] for cell in in_matrix)
    words = [area["code"], *area["names"], *(name for cell in cells for name in cell["ids"])]
    area["find"] = " ".join(dict.fromkeys(words))
    area["said"] = " ".join(text for cell in built for text in (*cell["said"], *cell["pointed"]))
    area["at"] = max((cell.get("failed_at") or cell["made_at"] for cell in cells), default="")
    area["version"] = ", ".join(sorted({cell["version"] for cell in built} - {""}))
    reviews = [cell["review"] for cell in built]
    area["pill"], area["state"] = _state(reviews, lang)
    area["reviews"] = list(dict.fromkeys(one.text(lang) for one in reviews if one is not None))
    for cell in cells:
        cell["marked"] = cell.get("made_up", False) and not study["made_up"]


def _state(reviews: Sequence[Reviewed | None], lang: str) -> tuple[str, str]:
    """Return what reviewers said of an area's reports in a word: the least of it."""
    states = {review.state for review in reviews if review is not None}
    if not reviews:
        return "", ""
    found: Iterable[str] = (s for s in ("lapsed", "rejected", "under_review") if s in states)
    reviewed = "part" if None in reviews else "approved"
    state = next(iter(found), reviewed if states else "draft")
    return say(f"portal.is_{state}", lang), state.replace("_", "-")


def _built_cell(item: Mapping[str, Any], root: Path, lang: str) -> dict[str, Any]:
    folder = root / item["study"]["code"] / item["area"]["code"] / item["outcome"]
    verdict = verdict_of(item)
    short, goes_on = figure(item, lang)
    sentence = spoken(item["headline"], lang)
    cautions = [spoken(said, lang) for said in item.get("cautions", [])]
    rating = _rating(item, lang)
    limit = [say("shown.limited", lang, limit=rating["why"])] if rating and rating["why"] else []
    return {
        "verdict": verdict,
        "chip": chip(verdict, lang),
        "figure": short,
        "pointed": [*([sentence] if goes_on else []), *cautions],
        "said": [sentence, *limit],
        "rating": rating,
        "review": review_of(folder / RESULTS),
        "page": _pages(item, folder, root, lang),
        "files": [
            *_files(item, folder, root, lang, FORMS),
            _link(folder / RESULTS, root, item, lang, "JSON"),
        ],
        "made_up": _made_up(item) or any(e.get("made_up") is True for e in item["estimates"]),
        "made_at": item["provenance"]["made_at"][:10],
        "version": _version(item),
        "ids": _ids(item),
    }


def _version(item: Mapping[str, Any]) -> str:
    version = item["provenance"].get("version", "")
    return version if isinstance(version, str) else ""


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
    """Return a link to the page in the portal's language, or else in another, or none."""
    summary = folder.name == SUMMARY
    text = say("portal.summary_short" if summary else "portal.report", lang)
    file = functools.partial(form_name, made_up=_made_up(item))
    order = [lang, *(code for code in whole_languages() if code != lang)]
    there = (code for code in order if (folder / file(code, "html")).is_file())
    # The page itself leads on to the other languages.
    return [
        _link(folder / file(code, "html"), root, item, lang, text)
        | {"lang": "" if code == lang else code}
        for code in list(there)[:1]
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
