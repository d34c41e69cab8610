"""The page of a comparison: what an assessor must know first, then every number, folded by report.

Imports export and the rest of this package. One file for each language, each whole by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evalkit.editions.agreement import AGREES, STATES, Agreement
from evalkit.editions.changes import FIGURE, KINDS, Changes, ReportChanges
from evalkit.editions.edition import Edition
from evalkit.editions.lines import (
    agreement_sentence,
    pair_rows,
    rating_word,
    tolerance_notes,
)
from evalkit.editions.told import (
    day,
    fact_rows,
    judged,
    kind_title,
    notes,
    number_row,
    plain,
    sentence,
    title,
    verdict_word,
)
from evalkit.errors import CompareError
from evalkit.export.framed import framed
from evalkit.files import cannot_write, write_whole
from evalkit.language import whole_languages
from evalkit.present.marks import MARKS, chip
from evalkit.words import number, say

# The columns of a table of numbers, ours in two editions, and ours beside a partner's.
NUMBERS = ("id", "before", "after", "difference", "parts")
HEADS = ("id", "operation", "ours", "theirs", "why")
# What an edition of one report is called, where it might have more.
ONE = {"bundle": "bundle_one", "reports": "reports_one"}
MADE_UP = "made-up"
HTML = ".html"


def write_pages(found: Changes | Agreement, out: Path) -> list[Path]:
    """Write the page of a comparison in every language, and return the files.

    Parameters
    ----------
    out : Path
        What they are called, with ``.html``: each gets its language before that.

    Raises
    ------
    CompareError
        If the name is none of a page, or made-up data would travel without their mark.
    OutputError
        If a file cannot be written.
    """
    made_up = _made_up(found)
    if out.suffix != HTML or out.is_dir():
        raise CompareError("compare.out_name", path=out)
    if made_up and MADE_UP not in out.name.split("."):
        raise CompareError("compare.unmarked", path=out, mark=MADE_UP)
    files = {lang: out.with_name(f"{out.stem}.{lang}{HTML}") for lang in whole_languages()}
    pages = {lang: _page(found, files, lang) for lang in files}
    try:
        for lang, text in pages.items():
            write_whole(files[lang], text)
    except OSError as problem:
        raise cannot_write(out.parent, problem) from None
    return list(files.values())


def _made_up(found: Changes | Agreement) -> bool:
    if isinstance(found, Agreement):
        return found.made_up
    return found.old.made_up or found.new.made_up


def _page(found: Changes | Agreement, files: Mapping[str, Path], lang: str) -> str:
    told = _partner(found, lang) if isinstance(found, Agreement) else _changes(found, lang)
    names = {other: path.name for other, path in files.items()}
    return framed(
        "editions.html.j2", ("editions.css",), names, lang, made_up=_made_up(found), **told
    )


def _changes(found: Changes, lang: str) -> dict[str, Any]:
    changed = found.verdicts_changed
    rated = [r for r in found.both if r not in changed and r.rating and r.rating.changed]
    moved = [r for r in found.both if r.changes]
    return {
        "title": say("editions.title", lang),
        "editions": [_edition(e, lang) for e in (found.old, found.new)],
        "answer": sentence(found, lang),
        "notes": notes(found, lang),
        "verdicts": [_verdict(r, lang) for r in (*changed, *rated)],
        "verdicts_same": _same(len(judged(found)), lang),
        "judged": bool(judged(found)),
        "reports": [_report(r, lang) for r in moved],
        "facts": fact_rows(found, lang),
        "fact_heads": _heads(("what", "which", "before", "after", "reports"), lang),
        "verdict_heads": _heads(("report", "before", "after", "rating", "numbers"), lang),
        "groups": [],
    }


def _same(n: int, lang: str) -> str:
    if n == 1:
        return say("editions.verdicts_same_one", lang)
    return say("editions.verdicts_same", lang, n=n)


def _partner(found: Agreement, lang: str) -> dict[str, Any]:
    groups = []
    for state in STATES:
        pairs = [pair for pair in found.pairs if pair.state == state]
        if pairs:
            groups.append(
                {
                    "title": say(f"partner_state.{state}", lang),
                    "n": number(len(pairs), "int", lang),
                    **_filled(HEADS, pair_rows(pairs, lang), lang),
                    "open": state not in (AGREES, "only_ours"),
                }
            )
    editions = [_edition(found.ours, lang), {"name": plain(found.theirs.name), "about": ""}]
    return {
        "title": say("partner.title", lang),
        "editions": editions,
        "answer": agreement_sentence(found, lang),
        "notes": tolerance_notes(found, lang),
        "verdicts": [],
        "judged": False,
        "reports": [],
        "facts": [],
        "groups": groups,
    }


def _filled(keys: tuple[str, ...], rows: list[list[str]], lang: str) -> dict[str, Any]:
    """Return heads and rows without the columns in which no row has anything."""
    kept = [at for at in range(len(keys)) if any(row[at] for row in rows)]
    heads = _heads(tuple(keys[at] for at in kept), lang)
    return {"heads": heads, "rows": [[row[at] for at in kept] for row in rows]}


def _heads(keys: tuple[str, ...], lang: str) -> list[str]:
    return [say(f"editions_head.{key}", lang) for key in keys]


def _edition(edition: Edition, lang: str) -> dict[str, str]:
    days = sorted(filter(None, (day(report) for report in edition.reports.values())))
    versions = {r.results.get("provenance", {}).get("version") for r in edition.reports.values()}
    held = len(edition.reports)
    kind = ONE.get(edition.kind, edition.kind) if held == 1 else edition.kind
    about = [say(f"editions.of_{kind}", lang, n=held)]
    if days:
        first, last = days[0], days[-1]
        same = first == last
        made = say("editions.made_on", lang, day=first)
        about.append(made if same else say("editions.made", lang, first=first, last=last))
    about += [say("editions.by", lang, version=plain(v)) for v in sorted(filter(None, versions))]
    return {"name": plain(edition.name), "about": say("editions.joint", lang).join(about)}


def _verdict(report: ReportChanges, lang: str) -> dict[str, Any]:
    assert report.verdict is not None and report.rating is not None
    old, new = report.rating.old, report.rating.new
    rating = [rating_word(level, lang) for level in dict.fromkeys((old, new))]
    return {
        "title": title(report, lang),
        "place": plain(report.place),
        "chips": [_chip(code, lang) for code in (report.verdict.old, report.verdict.new)],
        "rating": " → ".join(rating),
        "numbers": number(len(report.changes), "int", lang),
    }


def _chip(code: str, lang: str) -> dict[str, str]:
    """Return a chip where there is a verdict, and a word where there is none."""
    if code in MARKS:
        return {"chip": chip(code, lang), "word": ""}
    return {"chip": "", "word": verdict_word(code, lang)}


def _report(report: ReportChanges, lang: str) -> dict[str, Any]:
    kinds = {**report.kinds, FIGURE: report.tally.judged}
    counts = say("editions.joint", lang).join(
        say(f"editions.some_{kind}", lang, n=n)
        for kind in KINDS
        if (n := kinds.get(kind, 0))
    )  # fmt: skip
    groups = []
    for kind in KINDS:
        rows = [number_row(c, lang) for c in report.changes if c.kind == kind]
        if rows:
            groups.append({"title": kind_title(kind, lang), **_filled(NUMBERS, rows, lang)})
    return {
        "title": title(report, lang),
        "place": plain(report.place),
        "counts": counts,
        "compared": number(report.compared, "int", lang),
        "groups": groups,
    }
