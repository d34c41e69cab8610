"""The reviewer's form: one HTML file that works offline, from a bundle that was looked through.

Imports bundle, export and words. It asks for the reviewer's own rating before it shows ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from evalkit import __version__
from evalkit.bundle.verify import verify_bundle
from evalkit.errors import ReviewError
from evalkit.estimate import estimate_from_json
from evalkit.export.fonts import font_css
from evalkit.export.origin import result_interval, result_value
from evalkit.export.page import TEMPLATES as PAGES
from evalkit.export.page import content_policy
from evalkit.export.templating import environment
from evalkit.files import cannot_write, write_whole
from evalkit.landing import script_json
from evalkit.language import language, whole_languages
from evalkit.present.shown import stylesheet
from evalkit.review import lists
from evalkit.review.subject import OURS, Report, Subject, domain_of, read_subject
from evalkit.words import catalogue, say

TEMPLATES = Path(__file__).parent / "templates"
SCRIPTS = ("state.js", "parts.js", "form.js")
PAGE = (
    *("title", "lead", "languages", "made_up", "edition", "save", "load", "undo", "kept"),
    *("refused", "elsewhere", "loaded", "load_form", "load_newer", "load_other", "who", "name"),
    *("unit", "orcid", "orcid_bad", "role", "hours", "hours_bad", "materials", "key", "key_note"),
    *("key_bad", "declines", "outside", "conflict", "own", "own_note", "level", "reason"),
    *("robins", "rob2", "show", "show_need", "ours", "ours_level", "ours_none", "ours_left"),
    *("first", "difference", "items", "items_note", "done", "found", "severity", "none"),
    *("choose", "evidence", "evidence_bad", "comment", "too_long", "comments", "search", "kind"),
    *("kind_result", "kind_exhibit", "kind_section", "matches", "hidden", "result", "value"),
    *("interval", "add", "add_whole", "on", "whole", "remove", "execution", "class", "codes"),
    *("printed", "obtained", "tolerance"),
    *("verdict", "word", "dissent", "finish", "finish_title", "finish_note", "lacking"),
    *("finished", "saved", "unrated"),
)
CHOICES = {
    "item": lists.ITEMS,
    "found": lists.FOUND,
    "severity": lists.SEVERITIES,
    "role": lists.ROLES,
    "material": lists.MATERIALS,
    "verdict": lists.VERDICTS,
    "class": lists.CLASSES,
    "code": lists.CODES,
    "level": lists.LEVELS,
    "judgement": tuple(dict.fromkeys(j for known in lists.JUDGEMENTS.values() for j in known)),
}
# Of each list of choices its key in the locale files.
KEYS = (
    *("review_item.{name}", "review_found.{name}", "review_severity.{name}", "review_role.{name}"),
    *("review_material.{name}", "review_verdict.{name}", "review_class.{name}"),
    *("review_code.{name}", "review_level.{name}", "review_judgement.{name}"),
)


def start_review(bundle: Path, target: Path) -> Subject:
    """Look through a bundle and write the form for its reviewers.

    Parameters
    ----------
    target : Path
        The HTML file; nothing may stand there.

    Returns
    -------
    Subject
        What the form is of.

    Raises
    ------
    ReviewError
        If the bundle is not in order, or something stands in the form's place.
    OutputError
        If it cannot be written.
    """
    if target.exists() or target.is_symlink():
        raise ReviewError("review.form_there", path=target)
    verdict = verify_bundle(bundle)
    if not verdict.good:
        raise ReviewError("review.bundle_bad", path=bundle, why=verdict.wrong[0])
    subject = read_subject(bundle)
    try:
        write_whole(target, form_page(subject))
    except OSError as problem:
        raise cannot_write(target, problem) from None
    return subject


def form_page(subject: Subject) -> str:
    """Return the form for the reviewers of a bundle.

    Notes
    -----
    The same bundle gives the same bytes.
    """
    langs = languages_of(subject.reports)
    script = "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in SCRIPTS)
    words = {lang: page_words(lang) for lang in langs}
    about = _about(subject, langs)
    html = (
        environment(TEMPLATES)
        .get_template("form.html.j2")
        .render(
            langs=langs,
            family=language(langs[0]).family,
            say=say,
            css=stylesheet()
            + (PAGES / "page.css").read_text(encoding="utf-8")
            + (TEMPLATES / "form.css").read_text(encoding="utf-8"),
            policy=content_policy(script),
            script=script,
            words=script_json(words),
            about=script_json(about),
            made_up=subject.made_up,
        )
    )
    seen = f"{html}{words}{about}"
    return html.replace("@@FONTS@@", font_css(seen), 1)


def languages_of(reports: Iterable[Report]) -> list[str]:
    """Return the languages that a report of a bundle has."""
    spoken = {lang for report in reports for lang in report.results["languages"]}
    return [lang for lang in whole_languages() if lang in spoken]


def page_words(lang: str) -> dict[str, Any]:
    """Return everything that the form says in one language, by section and name."""
    known = catalogue(lang)
    found = {"page": {name: known[f"review_form.{name}"] for name in PAGE}}
    for (section, names), key in zip(CHOICES.items(), KEYS, strict=True):
        found[section] = {name: known[key.format(name=name)] for name in names}
    return {**found, "name": language(lang).name, "family": language(lang).family}


def _about(subject: Subject, langs: list[str]) -> dict[str, Any]:
    return {
        "evalkit": __version__,
        "schema": lists.SCHEMA,
        "edition": {
            "manifest": subject.manifest,
            "binding": subject.binding,
            "file": subject.path.name,
        },
        "lists": {name: list(names) for name, names in CHOICES.items()},
        "judgements": {tool: list(known) for tool, known in lists.JUDGEMENTS.items()},
        "lacking": list(lists.LACKING),
        "longest": dict(lists.LONGEST),
        "most": lists.MOST_COMMENTS,
        "reports": [_report(report, langs) for report in subject.reports],
        "members": sorted(subject.members),
    }


def _report(report: Report, langs: list[str]) -> dict[str, Any]:
    results = report.results
    estimates = [estimate_from_json(e) for e in results["estimates"]]
    return {
        "folder": report.folder,
        "name": {lang: _name(report, lang) for lang in langs},
        "rated": report.rated,
        "tool": report.tool,
        "domains": report.domains,
        "results": [
            {
                "id": e.id,
                "ours": e.estimand in OURS,
                "value": {lang: result_value(e, lang) for lang in langs},
                "interval": {lang: result_interval(e, lang) for lang in langs},
                "text": {lang: _label(e, lang) for lang in langs},
            }
            for e in estimates
        ],
        "places": [
            {"kind": p.kind, "id": p.id, "text": dict(p.text), "ours": p.ours}
            for p in report.places
        ],
        "ours": _ours(report, langs),
    }


def _name(report: Report, lang: str) -> str:
    area = report.results["area"]["name"]
    outcome = say(f"outcome.{report.results['outcome']}", lang)
    return say(
        "page.title", lang, area=area.get(lang) or next(iter(area.values())), outcome=outcome
    )


def _label(estimate: Any, lang: str) -> str:
    words = (estimate.definition, estimate.group, estimate.window)
    return " · ".join(word.text[lang] for word in words if word is not None and lang in word.text)


def _ours(report: Report, langs: list[str]) -> dict[str, Any]:
    """Return what the report says of its own evidence: rating, its reason, and each domain."""
    held = [e for e in report.results["estimates"] if e["estimand"] in OURS]
    rating = next((e for e in held if e["estimand"] == "rating"), None)
    reason = _said(rating["reason"] if rating else None, langs)
    told: dict[str, Any] = {"level": report.level, "reason": reason, "bias": {}}
    for estimate in held:
        if domain := domain_of(estimate):
            told["bias"][domain] = {
                "name": _said(estimate["definition"], langs),
                "known": _said(estimate["population"], langs),
                "left": _said(estimate["against"], langs),
            }
    return told


def _said(term: Any, langs: list[str]) -> dict[str, str]:
    return {lang: (term or {}).get("text", {}).get(lang, "") for lang in langs}
