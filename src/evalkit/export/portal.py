"""The portal: area by outcome, the verdict in words, links that work from a file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import jinja2

from evalkit.errors import from_json
from evalkit.export.checks import check_page
from evalkit.export.fonts import check_glyphs, font_css, spelled
from evalkit.export.page import TEMPLATES, page_name, portal_name
from evalkit.export.results import RESULTS
from evalkit.export.workbook import workbook_name
from evalkit.present.headline import chip
from evalkit.present.shown import stylesheet
from evalkit.protocol import ALL
from evalkit.words import catalogue, languages, say, sentence

FAILED = ".failed.json"
OUTCOMES = ("recidivism", "satisfaction", "reach", "claims")


def write_portal(root: Path) -> list[Path]:
    """Write the portal over everything that lies in a reports folder.

    Parameters
    ----------
    root : Path
        The folder with ``<study>/<area>/<outcome>/results.json`` and, for a report
        that failed, ``<study>/<area>/<outcome>.failed.json``.

    Returns
    -------
    list of Path
        One page a language; the first is ``index.html``.
    """
    built = _read_all(sorted(root.glob(f"*/*/*/{RESULTS}")))
    failed = _read_all(sorted(root.glob(f"*/*/*{FAILED}")))
    spoken = list(dict.fromkeys(lang for item in (*built, *failed) for lang in item["languages"]))
    spoken = [lang for lang in spoken if lang in languages()]
    written = []
    for lang in spoken:
        target = root / portal_name(lang, spoken)
        html = _render(built, failed, spoken, lang)
        check_glyphs(check_page(html, lang, target.name, mixed=True), target.name)
        partial = target.with_suffix(".partial")
        try:
            partial.write_text(html.replace("@@FONTS@@", font_css(html), 1), encoding="utf-8")
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        written.append(target)
    return written


def _read_all(paths: Iterable[Path]) -> list[dict[str, Any]]:
    found = []
    for path in paths:
        try:
            # A character without a glyph in one name must not stop the whole portal.
            data = _drawable(json.loads(path.read_text(encoding="utf-8")))
            books = [lang for lang in languages() if (path.parent / workbook_name(lang)).is_file()]
        except (OSError, ValueError):
            # Something that is no report lies there; it gets no link.
            continue
        if isinstance(data, dict) and {"study", "area", "outcome", "languages"} <= set(data):
            found.append(data | {"books": books})
    return found


def _drawable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _drawable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_drawable(inner) for inner in value]
    return spelled(value) if isinstance(value, str) else value


def _render(
    built: list[dict[str, Any]], failed: list[dict[str, Any]], spoken: list[str], lang: str
) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    environment.globals["say"] = lambda key, **values: say(key, lang, **values)
    return environment.get_template("portal.html.j2").render(
        lang=lang,
        css=stylesheet() + (TEMPLATES / "page.css").read_text(encoding="utf-8"),
        studies=_studies(built, failed, lang),
        outcomes=OUTCOMES,
        count=len(built),
        failures=len(failed),
        others=[
            {"lang": other, "file": portal_name(other, spoken),
             "name": catalogue(other)["language.name"]}
            for other in spoken if other != lang
        ],
    )  # fmt: skip


def _studies(
    built: list[dict[str, Any]], failed: list[dict[str, Any]], lang: str
) -> list[dict[str, Any]]:
    studies: dict[str, dict[str, Any]] = {}
    for item, ok in [(i, True) for i in built] + [(i, False) for i in failed]:
        code = item["study"]["code"]
        study = studies.setdefault(
            code, {"name": _spoken(item["study"]["name"], lang), "areas": {}}
        )
        area = study["areas"].setdefault(item["area"]["code"], {**item["area"], "cells": {}})
        area["outcomes"] = item.get("outcomes", [])
        cell = area["cells"].setdefault(item["outcome"], {"error": "", "chip": ""})
        cell |= _built_cell(item, lang) if ok else {"error": _failure(item, lang)}
    for study in studies.values():
        study["areas"] = sorted(
            study["areas"].values(), key=lambda a: (a["code"] == ALL, a["order"], a["code"])
        )
        for area in study["areas"]:
            area["label"], area["where"] = (_spoken(area[k], lang) for k in ("name", "place"))
    # The pilots come first: they have the most areas.
    return sorted(studies.values(), key=lambda s: -len(s["areas"]))


def _spoken(texts: Mapping[str, str], lang: str) -> str:
    """Return a text in the portal's language, or as its study has it: each has its own."""
    return texts[lang] if lang in texts else next(iter(texts.values()))


def _book(folder: str, spoken: list[str], lang: str) -> str:
    """Return the workbook in the portal's language, or in another; empty where there is none."""
    if not spoken:
        return ""
    return f"{folder}/{workbook_name(lang if lang in spoken else spoken[0])}"


def _built_cell(item: Mapping[str, Any], lang: str) -> dict[str, Any]:
    verdict = next(e for e in item["estimates"] if e["estimand"] == "verdict")
    folder = "/".join((item["study"]["code"], item["area"]["code"], item["outcome"]))
    return {
        "chip": chip(verdict["verdict"], lang),
        "sentence": _spoken(item["headline"], lang),
        "links": _links(folder, item["languages"]),
        "book": _book(folder, item["books"], lang),
        "made_up": any(e["made_up"] for e in item["estimates"]),
        "made_at": item["provenance"]["made_at"][:10],
    }


def _links(folder: str, spoken: Iterable[str]) -> list[dict[str, str]]:
    return [
        {
            "lang": code,
            "name": catalogue(code)["language.name"],
            "file": f"{folder}/{page_name(code)}",
        }
        for code in spoken
    ]


def _failure(item: Mapping[str, Any], lang: str) -> str:
    return sentence(from_json(item["error"]), lang)
