"""The record for others: JSON, CSV, and a PDF in each language.

Imports export, status and words. Nothing of it can be taken for the record, which is the chain.
"""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path
from typing import Any

from evalkit.bundle.contents import REPORTS, as_json
from evalkit.bundle.held import DEPTH
from evalkit.errors import ReviewError
from evalkit.export.fonts import spelled
from evalkit.export.pandoc import PRINT
from evalkit.export.reviewed import SCHEMA as NOTE_SCHEMA
from evalkit.export.typesetting import typeset
from evalkit.files import cannot_write, scratch_folder, write_whole
from evalkit.landing import is_formula, one_line
from evalkit.language import language, whole_languages
from evalkit.protocol import RESULTS, REVIEWED
from evalkit.review.history import History, Item, Review, read_history
from evalkit.review.status import item_state, name_of, ordered, people_lines, place_of, shows, why
from evalkit.review.submission import FOUND_AGAIN
from evalkit.words import say

TEMPLATES = Path(__file__).parent / "templates"
JSON, CSV = "review.json", "review.csv"
SCHEMA = 1
# Codes that are the same in every language: programs read them.
COLUMNS = (
    *("key", "reviewer", "severity", "state", "kind", "on", "found", "comment", "evidence"),
    *("obtained", "tolerance"),
    *("answers", "changes", "new_results", "closings", "facts", "closed_at"),
)


def export_record(folder: Path, target: Path) -> list[Path]:
    """Write a record as JSON, CSV and a PDF in each language.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    ReviewError
        If there is no record, it is not whole, or not all reviews are in.
    OutputError
        If the folder cannot be written.
    """
    history = read_shown(folder)
    made: dict[str, bytes] = {JSON: as_json(told(history)), CSV: table(history)}
    for lang in whole_languages():
        made[f"review.{lang}.pdf"] = pdf(history, lang)
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name, content in made.items():
            write_whole(target / name, content)
    except OSError as problem:
        raise cannot_write(target, problem) from None
    return [target / name for name in made]


def write_notes(folder: Path, reports: Path) -> list[Path]:
    """Write beside the reports of each study what its reviewers said of them.

    Parameters
    ----------
    folder, reports : Path
        The record's folder; the folder of reports that portal and summaries are over.

    Returns
    -------
    list of Path
        A note for each study that the bundle and the folder have.

    Raises
    ------
    ReviewError
        If there is no record, it is not whole, or not all reviews are in.
    OutputError
        If the folder cannot be written.
    """
    history = read_shown(folder)
    found: dict[str, dict[str, str]] = {}
    for name, sha256 in history.editions[-1]["lines"].items():
        parts = name.split("/")
        if parts[0] == REPORTS and parts[-1] == RESULTS and len(parts) == DEPTH:
            found.setdefault(parts[1], {})["/".join(parts[2:4])] = sha256
    people = [review.now["reviewer"] for review in history.reviews.values()]
    note = {
        "schema": NOTE_SCHEMA,
        "state": history.state,
        "at": history.lines[-1]["at"],
        "names": [person["name"] for person in people if not person["declines"]],
        "unnamed": sum(person["declines"] for person in people),
        "binding": history.editions[-1]["binding"],
        "record": history.lines[-1]["hash"],
    }
    written = []
    for study, results in found.items():
        target = reports / study / REVIEWED
        if target.parent.is_dir():
            try:
                write_whole(target, as_json({**note, "results": results}))
            except OSError as problem:
                raise cannot_write(target, problem) from None
            written.append(target)
    return written


def read_shown(folder: Path) -> History:
    """Return a record of which something may be shown.

    Raises
    ------
    ReviewError
        If there is none, it is not whole, or not all reviews are in.
    """
    history = read_history(folder)
    if not history.asked:
        raise ReviewError("review.no_record", path=folder)
    if not shows(history):
        raise ReviewError("review.may_read", state=history.state)
    return history


def told(history: History) -> dict[str, Any]:
    """Return a record as plain data; who declined to be named is not."""
    edition = history.editions[-1]
    return {
        "schema": SCHEMA,
        "state": history.state,
        "made_up": edition["made_up"],
        "reviewers_asked": history.asked,
        "editions": history.editions,
        "reviewers": [_reviewer(history, review) for review in history.reviews.values()],
        "items": [_item(item, history) for item in ordered(history)],
        "time_line": [
            {
                "line": line["n"],
                "at": line["at"],
                "role": line["by"]["role"],
                "who": line["by"].get("who", ""),
                "action": line["action"],
                "item": line["body"].get("item", ""),
                "sha256": line["hash"],
            }
            for line in history.lines
        ],
        "dated_before_the_line_above": history.backwards,
    }


def _reviewer(history: History, review: Review) -> dict[str, Any]:
    form = review.now
    person = form["reviewer"]
    named = {part: person[part] for part in ("name", "unit", "orcid")}
    return {
        "who": review.who,
        "declined_to_be_named": person["declines"],
        **({} if person["declines"] else named),
        **{part: person[part] for part in ("role", "hours", "materials")},
        "outside_the_province": person["elsewhere"],
        "conflict": form["conflict"],
        "review": form["review"],
        "versions": [
            {"version": sent["version"], "sha256": sha256, "verdict": sent["verdict"]}
            for sent, sha256 in zip(review.versions, review.hashes, strict=True)
        ],
        "opened": form["opened"],
        "saved": form["saved"],
        "verdict": form["verdict"],
        "execution": form["execution"],
        "ratings": form["ratings"],
        "items": form["items"],
        "key": review.key.fingerprint,
        "signed": history.signed(review) != "",
        "signatures": review.signatures,
    }


def _item(item: Item, history: History) -> dict[str, Any]:
    said = {k: v for k, v in item.said.items() if k not in ("id", "severity")}
    return {
        "key": item.key,
        "reviewer": item.who,
        "severity": item.severity,
        "state": item_state(item),
        **said,
        "words": [_word(line) for line in item.words],
        "facts": [_word(line) for line in item.facts],
        "trace": trace_of(item, history),
    }


def _word(line: dict[str, Any]) -> dict[str, Any]:
    body = {k: v for k, v in line["body"].items() if k != "item"}
    return {"action": line["action"], "at": line["at"], **body, "line": line["n"]}


def trace_of(item: Item, history: History) -> list[dict[str, Any]]:
    """Return the way from an item to the data: result, cell, data, plan."""
    known: dict[str, Any] = {}
    for line in history.lines:
        known |= line["body"].get("trace", {})
    said = item.said
    names = said["evidence"].split() if said["kind"] == "item" else [said["on"]]
    return [{"result": name, **known[name]} for name in names if name in known]


def table(history: History) -> bytes:
    """Return the items as CSV, a line each."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(COLUMNS)
    for item in ordered(history):
        said = item.said
        answers = [line for line in item.words if line["action"] == "answer"]
        closings = [line for line in item.words if line["action"] != "answer"]
        cells = [item.key, item.who, item.severity, item_state(item), said["kind"], said["on"]]
        cells += [said.get("found", ""), said["comment"], said.get("evidence", "")]
        cells += [said.get("obtained", ""), said.get("tolerance", "")]
        cells += ["\n".join(a["body"][p] for a in answers) for p in ("text", "change", "result")]
        cells += [
            "\n".join(line["body"]["text"] for line in part) for part in (closings, item.facts)
        ]
        cells.append("" if item.open else item.words[-1]["at"])
        # A spreadsheet would compute it.
        writer.writerow([f"'{cell}" if is_formula(cell) else cell for cell in cells])
    return made.getvalue().encode("utf-8")


def pdf(history: History, lang: str) -> bytes:
    """Return the record as PDF in one language.

    Raises
    ------
    PageError
        If Typst refuses it.
    """
    with scratch_folder(prefix="evalkit-pdf-") as work:
        shutil.copyfile(PRINT / "report.typ", work / "report.typ")
        shutil.copyfile(TEMPLATES / "review.typ", work / "review.typ")
        data = _drawn(page(history, lang))
        (work / "data.json").write_bytes(as_json(data))
        return typeset(work / "review.typ", history.lines[-1]["at"], f"review.{lang}.pdf")


def _drawn(value: Any) -> Any:
    """Return what a page says with a code point for each character that the font has not."""
    if isinstance(value, str):
        return "\n".join(spelled(one_line(part)) for part in value.splitlines())
    if isinstance(value, list):
        return [_drawn(one) for one in value]
    return {k: _drawn(v) for k, v in value.items()} if isinstance(value, dict) else value


def page(history: History, lang: str) -> dict[str, Any]:
    """Return what the PDF says in one language."""
    edition = history.editions[-1]
    items = ordered(history)
    reviews = list(history.reviews.values())

    def heads(*names: str) -> list[str]:
        return [say(f"review.head_{name}", lang) for name in names]

    return {
        "lang": lang,
        "region": language(lang).region,
        "wide": language(lang).full_width,
        "title": say("review.pdf_title", lang),
        "made_up": say("page.made_up", lang) if edition["made_up"] else "",
        "state": say(f"review_state.{history.state}", lang),
        "foot": f"{edition['file']} · {edition['manifest']}",
        "page": say("print.page", lang, n="{n}", of="{of}"),
        "none": say("review.pdf_none", lang),
        "at": history.lines[-1]["at"],
        "lines": [*why(history, None, lang), *people_lines(history, lang)],
        "parts": [
            _part("items", heads("key", "severity", "state", "what", "answer", "facts"),
                  [_row(item, lang) for item in items], [5, 9, 9, 30, 27, 20], lang),
            _part("trace", heads("key", "result", "cell", "data", "plan"),
                  [row for item in items for row in _trace(item, history, lang)],
                  [7, 30, 7, 28, 28], lang),
            _part("reviewers", heads("name", "unit", "role", "verdict", "conflict"),
                  [_person(review, lang) for review in reviews], [18, 20, 14, 16, 32], lang),
            _part("line", heads("at", "by", "action", "key", "hash"),
                  [_step(line, lang) for line in history.lines], [22, 14, 16, 12, 36], lang),
            _part("signatures", heads("name", "at", "key_mark", "hash"),
                  [_signature(r, s, lang) for r in reviews for s in r.signatures],
                  [18, 20, 31, 31], lang),
        ],
    }  # fmt: skip


def _part(
    name: str, heads: list[str], rows: list[list[str]], widths: list[int], lang: str
) -> dict[str, Any]:
    title = say(f"review.pdf_{name}", lang)
    return {"title": title, "heads": heads, "rows": rows, "widths": widths}


def _row(item: Item, lang: str) -> list[str]:
    answers = [_spoken(line, lang) for line in item.words]
    again = {part: item.said.get(part, "") for part in FOUND_AGAIN}
    found = say("review.found_again", lang, **again) if any(again.values()) else ""
    said = "\n".join(filter(None, (place_of(item.said, lang), found, item.said["comment"])))
    facts = "\n".join(line["body"]["text"] for line in item.facts)
    severity = say(f"review_severity.{item.severity}", lang)
    state = say(f"review.state_{item_state(item)}", lang)
    return [item.key, severity, state, said, "\n".join(answers), facts]


def _spoken(line: dict[str, Any], lang: str) -> str:
    """Return an answer or a closing with who said it."""
    body, by = line["body"], line["by"]
    text = "\n".join(filter(None, (body["text"], body.get("change", ""), body.get("result", ""))))
    text = text or say(f"review.step_{line['action']}", lang)
    return say("review.said", lang, what=by.get("who", say("review.by_author", lang)), text=text)


def _trace(item: Item, history: History, lang: str) -> list[list[str]]:
    return [
        [item.key, way["result"], str(way["cell"]), "\n".join(way["data_sha256"]),
         say("review.plan_clause", lang, state=_plan(way, lang), plan=way["plan"]["sha256"])]
        for way in trace_of(item, history)
    ]  # fmt: skip


def _plan(way: dict[str, Any], lang: str) -> str:
    state = say(f"plan_state.{way['plan']['state']}", lang)
    return " ".join([state, *way["plan"]["departs"]])


def _person(review: Review, lang: str) -> list[str]:
    person = review.now["reviewer"]
    unit = "" if person["declines"] else person["unit"]
    role = say(f"review_role.{person['role']}", lang)
    verdict = say(f"review_verdict.{review.word}", lang)
    return [f"{review.who} {name_of(review, lang)}", unit, role, verdict, review.now["conflict"]]


def _step(line: dict[str, Any], lang: str) -> list[str]:
    by = line["by"]
    who = " ".join(filter(None, (say(f"review.by_{by['role']}", lang), by.get("who", ""))))
    action = say(f"review.step_{line['action']}", lang)
    return [line["at"], who, action, line["body"].get("item", ""), line["hash"]]


def _signature(review: Review, signature: dict[str, Any], lang: str) -> list[str]:
    name = f"{review.who} {name_of(review, lang)}"
    return [name, signature["at"], review.key.fingerprint, signature["binding"]]
