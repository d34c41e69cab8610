"""One side of A4 for an area: what its reports say, from their finished results.

It computes nothing: every number stands in a results.json already, and is printed
by the same functions (docs/adr/0012-summary.md).
"""

from __future__ import annotations

import base64
import functools
import json
import shutil
import tempfile
from collections.abc import Container, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2

from evalkit.disclosure import read_policy
from evalkit.errors import EvalkitError, OutputError, PageError
from evalkit.estimate import FIGURE_VERDICTS, Estimate, estimate_from_json
from evalkit.export.branded import branded, logo_bytes
from evalkit.export.checks import check_page
from evalkit.export.fonts import check_glyphs, font_css
from evalkit.export.origin import stated
from evalkit.export.page import TEMPLATES, content_policy, other_pages, page_style, portal_name
from evalkit.export.pandoc import PRINT
from evalkit.export.results import form_name, with_time
from evalkit.export.reviewed import status
from evalkit.export.summary_box import ASKED, Read, outcome_box
from evalkit.export.typesetting import typeset
from evalkit.files import (
    PARTIAL,
    check_no_link,
    file_sha256,
    process_mark,
    scratch_folder,
    write_whole,
)
from evalkit.language import language
from evalkit.outcomes.claims import ADVERSE
from evalkit.outcomes.claims.audit import to_ask
from evalkit.present.flow import rounded
from evalkit.present.hundred import bar_svg
from evalkit.present.marks import MARKS, chip
from evalkit.protocol import CLAIMS, FAILED, OUTCOMES, RESULTS, SUMMARY, Brand, brand_of, utc_now
from evalkit.protocol.study import ASSESSMENT
from evalkit.words import Term, say

# Points of the text, and how wide the pictures are, in percent of their column: what does not fit
# one side at the least is refused.
SIZES = (
    *((size, 100) for size in (12.5, 12.0, 11.5, 11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0)),
    *((8.0, drawn) for drawn in (90, 80, 70)),
)
OVERFULL = "more than one side"
# How a box names that its outcome cannot be assessed.
OPEN = "not-assessable"


def write_summaries(
    areas: Iterable[Path], outcomes: Container[str] | None = None
) -> dict[Path, EvalkitError]:
    """Write the summaries of several areas; return what went wrong, by folder.

    Parameters
    ----------
    areas : iterable of Path
        As `write_summary` takes one; a folder that does not exist is passed over.
    """
    wrong: dict[Path, EvalkitError] = {}
    for area in areas:
        note = area / f"{SUMMARY}{FAILED}"
        try:
            if area.is_dir():
                check_no_link(area.parents[1], area)
                write_summary(area, outcomes)
                note.unlink(missing_ok=True)
        except OutputError as problem:
            wrong[area] = problem
        except EvalkitError as problem:
            wrong[area] = problem
            _note_failure(note, problem)
    return wrong


def _note_failure(note: Path, problem: EvalkitError) -> None:
    """Note why an area has no new summary, for the portal: as of a report that failed."""
    read = next(filter(None, (_read(note.parent / o / RESULTS) for o in (*OUTCOMES, CLAIMS))))
    keys = ("study", "area", "outcomes", "languages")
    told = {key: read.data[key] for key in keys} | {"outcome": SUMMARY}
    at = utc_now()
    text = json.dumps({**told, "error": problem.to_json(), "at": at}, ensure_ascii=False, indent=1)
    write_whole(note, text + "\n")


def write_summary(area: Path, outcomes: Container[str] | None = None) -> list[Path]:
    """Write the one-page summary of an area in each language, as a page and as PDF.

    Parameters
    ----------
    area : Path
        The folder ``<reports>/<study>/<area>``, with a results.json for each report.
    outcomes : container of str, optional
        Those that the study has of the area now: another's report is told of no longer. All
        that lie there when absent.

    Returns
    -------
    list of Path
        Empty where the area has a report on none of the outcomes.

    Raises
    ------
    PageError
        If a page may not leave the house, or what it has to say does not fit one side.
    """
    asked = [o for o in (*OUTCOMES, CLAIMS) if outcomes is None or o in outcomes]
    found = {outcome: _read(area / outcome / RESULTS) for outcome in asked}
    read = {outcome: item for outcome, item in found.items() if item is not None}
    if not any(outcome in read for outcome in OUTCOMES):
        return []
    first = next(iter(read.values())).data
    languages, made_up = first["languages"], first["study"].get("made_up") is True
    brand = brand_of(first["study"])
    with tempfile.TemporaryDirectory(
        prefix=f".{SUMMARY}{PARTIAL}{process_mark()}-", dir=area
    ) as name:
        work = Path(name) / SUMMARY
        work.mkdir()
        for lang in languages:
            said = status((area / outcome / RESULTS for outcome in read), lang)
            pdf = work / form_name(lang, "pdf", made_up=made_up)
            data = _fitted(
                pdf, read, languages, lang, {"status": said, "brand": branded(brand, lang)}
            )
            own = [text for item in read.values() for text in _own_words(item.data, lang)]
            _write_page(work / form_name(lang, "html", made_up=made_up), data, brand, lang, own)
        target = area / SUMMARY
        if target.exists() or target.is_symlink():
            target.rename(Path(name) / "old")
        work.rename(target)
    return sorted(target.iterdir())


def _fitted(
    target: Path,
    read: Mapping[str, Read],
    languages: Iterable[str],
    lang: str,
    said: Mapping[str, Any],
) -> dict[str, Any]:
    """Write the PDF with as much of what is lacking as fits; return what it says."""
    for asked in range(ASKED, -1, -1):
        data = {**summary_data(read, languages, lang, asked), **said}
        try:
            _write_pdf(target, data)
        except PageError as problem:
            if problem.key != "summary_long" or not asked:
                raise
        else:
            break
    return data


def _read(path: Path) -> Read | None:
    """Return a report's results; None where there are none, or another version wrote them."""
    if path.is_symlink() or path.parent.is_symlink():
        # What lies elsewhere is no report of this area.
        return None
    try:
        data = with_time(json.loads(path.read_text(encoding="utf-8")), path.parent)
        estimates = tuple(estimate_from_json(item) for item in data["estimates"])
        needed = {"verdict"} if data["outcome"] == CLAIMS else {"verdict", "rating"}
        known = needed <= {e.estimand for e in estimates} and "people" in data["study"]
        return Read(data, estimates, file_sha256(path)) if known else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def summary_data(
    read: Mapping[str, Read], languages: Iterable[str], lang: str, asked: int = ASKED
) -> dict[str, Any]:
    """Return everything that a summary says in one language, as plain text.

    Parameters
    ----------
    asked : int
        How many of the requirements that fail are told of each outcome; the others are counted.
    """
    first = next(iter(read.values())).data
    boxes = [outcome_box(outcome, read.get(outcome), lang, asked) for outcome in OUTCOMES]
    there = [box for box in boxes if box["kind"]]
    absent = [box["name"] for box in boxes if not box["kind"]]
    decided = [box for box in there if box["kind"] != OPEN]
    newest = max(item.data["provenance"]["made_at"] for item in read.values())
    keys = ("can", "cannot", "changes", "claims", "full")
    whole = first["study"].get("made_up") is True
    made_up = whole or any(e.made_up for item in read.values() for e in item.estimates)
    name = first["area"]["name"][lang]
    return {
        "lang": lang,
        "region": language(lang).region,
        "wide": language(lang).full_width,
        "family": language(lang).family,
        "title": say("summary.title", lang, area=name),
        "place": first["area"]["place"][lang],
        "study": first["study"]["name"][lang],
        "made_at": newest,
        "assessment": _assessment(first["study"].get("assessment", {}), lang),
        "made_up": say("page.made_up", lang) if made_up else "",
        "status": say("page.status", lang),
        "brand": None,
        "words": {key: say(f"summary.{key}", lang) for key in keys},
        "sentence": _sentence(there, lang),
        "boxes": there,
        "absent": say("summary.not_built", lang, outcomes=absent) if absent else "",
        "can": list(dict.fromkeys(box["can"] for box in decided)) + _undecided("can", there, lang),
        "cannot": [box["cannot"] for box in decided] + _undecided("cannot", there, lang),
        "changes": [{"name": b["name"], "text": b["change"]} for b in there if b["change"]],
        "claims": _claims(read.get(CLAIMS), lang, whole),
        "people": _people(read, lang),
        "made_by": _made_by(read, lang),
        "foot": [
            [say(f"outcome.{outcome}", lang), f"{RESULTS}, sha256 {item.fingerprint}"]
            for outcome, item in read.items()
        ],
        "others": other_pages(languages, lang, made_up=whole),
        "pdf": form_name(lang, "pdf", made_up=whole),
        "portal": f"../../../{portal_name(lang, languages)}",
    }


def _sentence(boxes: Sequence[Mapping[str, Any]], lang: str) -> str:
    """Return what came out of each outcome, with its numbers; those without a verdict together."""
    told = [
        say("summary.each_told" if box["short"] else "summary.each", lang,
            outcome=box["name"], verdict=box["word"], told=box["short"])
        for box in boxes if box["kind"] != OPEN
    ]  # fmt: skip
    return "".join([*told, *_undecided("open", boxes, lang)]).strip()


def _undecided(key: str, boxes: Iterable[Mapping[str, Any]], lang: str) -> list[str]:
    """Return one sentence on all outcomes without a verdict; none where there are none."""
    names = [box["name"] for box in boxes if box["kind"] == OPEN]
    return [say(f"summary.undecided_{key}", lang, outcomes=names)] if names else []


def _assessment(said: Mapping[str, Mapping[str, str]], lang: str) -> list[list[str]]:
    """Return the period and who asked, assessed and paid: name and answer."""
    answers = {key: Term(key, said[key]) if key in said else None for key in ASSESSMENT}
    return [[say(f"origin.{key}", lang), stated(said, lang)] for key, said in answers.items()]


def _claims(read: Read | None, lang: str, made_up: bool) -> dict[str, Any] | None:
    if read is None:
        return None
    tally = {
        e.dim("verdict"): int(e.value or 0)
        for e in read.estimates
        if e.estimand == "tally" and e.dim("of") == "figures"
    }
    counts = [
        {"kind": verdict.replace("_", "-"), "mark": MARKS[verdict], "n": tally[verdict],
         "word": say(f"verdict.{verdict}", lang), "chip": chip(verdict, lang)}
        for verdict in FIGURE_VERDICTS if tally.get(verdict)
    ]  # fmt: skip
    found = [e for e in read.estimates if e.estimand == "finding" and e.verdict in ADVERSE]
    return {
        "text": read.data["headline"][lang],
        "counts": counts,
        "picture": _bar(counts, read.data["headline"][lang]),
        "gravest": _gravest(found[0], lang) if found else _asked(read, lang),
        "file": f"../{CLAIMS}/{form_name(lang, 'html', made_up=made_up)}",
    }


def _bar(counts: Sequence[Mapping[str, Any]], said: str) -> dict[str, str]:
    """Return the bar of printed figures by verdict, and its alternative text."""
    parts = [(str(item["kind"]).replace("-", "_"), int(item["n"])) for item in counts]
    alt = f"{said} " + "; ".join(f"{item['word']} {item['n']}" for item in counts)
    drawn = bar_svg(parts, alt, f"{SUMMARY}.{CLAIMS}")
    source = "data:image/svg+xml;base64," + base64.b64encode(drawn).decode()
    return {"svg": drawn.decode(), "source": source, "alt": alt, "name": f"{CLAIMS}.svg"}


def _asked(read: Read, lang: str) -> str:
    """Return the open finding to ask about first; empty where there is none."""
    first = to_ask(read.estimates)
    if first is None:
        return ""
    parts = {"rule": first.method, "why": first.reason, "settle": first.would_pass}
    return say("headline.ask", lang, **parts)


def _gravest(finding: Estimate, lang: str) -> str:
    """Return the gravest finding, never without what it rests on."""
    parts = {"rule": finding.method, "why": finding.reason, "if": finding.assumption}
    return say("headline.gravest", lang, **parts)


def _made_by(read: Mapping[str, Read], lang: str) -> str:
    """Return the version, the plan and the run behind a summary, in one line."""
    about = [item.data["provenance"] for item in read.values()]
    versions = list(dict.fromkeys(each["version"] for each in about))
    plans = list(dict.fromkeys(each["plan_sha256"] for each in about))
    status = say(f"plan.{about[0]['plan_status']}", lang)
    return say("summary.made_by", lang, versions=versions, plans=plans, status=status)


def _people(read: Mapping[str, Read], lang: str) -> str:
    states = {e.disclosure for item in read.values() for e in item.estimates}
    if states <= {"public"}:
        return say("summary.people", lang) + say("note.public", lang)
    policy = read_policy(next(iter(read.values())).data["study"]["people"])
    return say("summary.people", lang) + rounded(policy).text(lang)


def _own_words(data: Mapping[str, Any], lang: str) -> list[str]:
    """Return every text of results in one language: the pages that printed it are checked."""
    found: list[str] = []
    left: list[Any] = [data]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            if isinstance(value.get(lang), str):
                found.append(value[lang])
            value = value.values()
        # Most of what results hold are numbers and codes.
        left += [inner for inner in value if isinstance(inner, dict | list)]
    return found


@functools.cache
def environment() -> jinja2.Environment:
    """Return what keeps the template compiled."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )


def _write_page(
    target: Path, data: dict[str, Any], brand: Brand | None, lang: str, own: Iterable[str]
) -> None:
    html = (
        environment()
        .get_template("summary.html.j2")
        .render(
            css=page_style(brand),
            policy=content_policy(),
            say=lambda key, **values: say(key, lang, **values),
            **data,
        )
    )
    check_glyphs(check_page(html, lang, target.name, own=own), target.name)
    target.write_text(html.replace("@@FONTS@@", font_css(html), 1), encoding="utf-8")


def _write_pdf(target: Path, data: dict[str, Any]) -> None:
    with scratch_folder(prefix="evalkit-pdf-") as work:
        for file in ("report.typ", "summary.typ"):
            shutil.copyfile(PRINT / file, work / file)
        drawn = [*data["boxes"], *([data["claims"]] if data["claims"] else [])]
        if data["brand"] and data["brand"]["source"]:
            (work / data["brand"]["file"]).write_bytes(logo_bytes(data["brand"]))
        for picture in (each["picture"] for each in drawn if each["picture"]):
            (work / picture["name"]).write_text(picture["svg"], encoding="utf-8")
        for size, wide in SIZES:
            told = {**data, "size": size, "drawn": wide}
            (work / "data.json").write_text(json.dumps(told), encoding="utf-8")
            try:
                target.write_bytes(typeset(work / "summary.typ", data["made_at"], target.name))
                return
            except PageError as problem:
                if OVERFULL not in str(problem.values["problem"]):
                    raise
    raise PageError("summary_long", page=target.name)
