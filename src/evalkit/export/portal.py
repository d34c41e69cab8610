"""The portal: area by outcome, the verdict in words, links that work from a file."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping, Sequence
from pathlib import Path
from typing import Any

from evalkit import __version__
from evalkit.export.branded import branded
from evalkit.export.changes import Changed, changes_of
from evalkit.export.checks import check_page
from evalkit.export.fonts import check_glyphs, font_css
from evalkit.export.page import TEMPLATES, content_policy, page_style, portal_name
from evalkit.export.portal_read import Found, read_reports
from evalkit.export.portal_rows import failures, studies, verdict_counts
from evalkit.export.templating import environment
from evalkit.files import write_whole
from evalkit.language import language
from evalkit.present.marks import chip
from evalkit.protocol import CLAIMS, QUALITY, SUMMARY, Brand
from evalkit.words import languages, number, say

STYLES = ("portal.css",)
MANY = 200  # areas; from here on a browser lays out only the cells that are in view


def write_portal(
    root: Path,
    made: Mapping[str, str] | None = None,
    summaries: Container[str] | None = None,
    listed: Mapping[str, Collection[str]] | None = None,
) -> list[Path]:
    """Write the portal over everything that lies in a reports folder.

    Parameters
    ----------
    root : Path
        The folder with ``<study>/<area>/<outcome>/results.json`` and, for a report
        that failed, ``<study>/<area>/<outcome>.failed.json``.
    made : mapping of str to str, optional
        The SHA-256 of each such file that a run of ours made, by its path from the root:
        another is named and not listed. When absent, all are taken for ours.
    summaries : container of str, optional
        The areas whose summary is ours, each as ``<study>/<area>``.
    listed : mapping of str to collection of str, optional
        By study the reports that it has now, each as ``<area>/<outcome>``: another is named
        and not listed. Of a study that is absent, all that lie there are.

    Returns
    -------
    list of Path
        One page a language; the first is ``index.html``.
    """
    found = read_reports(root, made, listed)
    written = []
    for lang in found.languages:
        target = root / portal_name(lang, found.languages)
        html = _render(found, lang, summaries, changes_of(root))
        check_glyphs(check_page(html, lang, target.name, mixed=True), target.name)
        write_whole(target, html.replace("@@FONTS@@", font_css(html), 1))
        written.append(target)
    # A page of a language that no report has any more would go on saying what was.
    for lang in languages():
        for stale in {root / "index.html", root / f"index.{lang}.html"} - {*written}:
            stale.unlink(missing_ok=True)
    return written


def _render(
    found: Found, lang: str, summaries: Container[str] | None, changed: Sequence[Changed]
) -> str:
    listed = studies(found, lang, summaries)
    counts = verdict_counts(listed)
    stopped = failures(listed)
    brand = _shared(listed)
    return environment(TEMPLATES).get_template("portal.html.j2").render(
        lang=lang,
        say=lambda key, **values: say(key, lang, **values),
        number=lambda n: number(n, "int", lang),
        css=page_style(brand, *STYLES),
        brand=branded(brand, lang),
        # Above everything where all have one; else beside each study's own name.
        brands={each["code"]: None if brand else branded(each["brand"], lang) for each in listed},
        script=_template("portal.js"),
        policy=content_policy(_template("portal.js")),
        family=language(lang).family,
        collation=language(lang).collation,
        studies=listed,
        summary_code=SUMMARY,
        audits=(CLAIMS, QUALITY),
        counts=counts,
        chips={verdict: chip(verdict, lang) for verdict in counts},
        failures=stopped,
        unread=found.unread,
        foreign=found.foreign,
        dropped=found.dropped,
        rated=any(
            cell.get("rating")
            for study in listed for area in study["areas"] for cell in area["cells"].values()
        ),
        many=sum(len(study["areas"]) for study in listed) >= MANY,
        changes=_changes(found, changed, lang),
        same=sum(not each.differs for each in changed),
        since=_since(changed, lang),
        made=_made(found),
        version=__version__,
        fingerprint=found.fingerprint,
        spoken=_spoken(found, lang),
    )  # fmt: skip


def _shared(listed: Sequence[Mapping[str, Any]]) -> Brand | None:
    """Return the brand of all studies; None where one has another, or none."""
    first: Brand | None = listed[0]["brand"] if listed else None
    return first if all(study["brand"] == first for study in listed) else None


def _name_of(item: Mapping[str, Any], lang: str) -> str:
    """Return an area's name; in its own language where the study does not speak this one."""
    names = item["area"]["name"]
    return str(names.get(lang) or next(iter(names.values())))


def _changes(found: Found, changed: Sequence[Changed], lang: str) -> list[dict[str, str]]:
    """Return what changed since the last edition: day, place, sentence; verdicts first."""
    names = {
        (item["study"]["code"], item["area"]["code"]): _name_of(item, lang) for item in found.built
    }
    differs = [each for each in changed if each.differs]
    return [
        {
            "day": each.day,
            "place": say("portal.changed_place", lang, outcome=say(f"outcome.{each.outcome}", lang),
                         area=names.get((each.study, each.area), each.area)),
            "told": each.told.text(lang),
        }
        for each in sorted(differs, key=lambda each: not each.verdict_moved)
    ]  # fmt: skip


def _since(changed: Sequence[Changed], lang: str) -> str:
    """Return with what edition each study is compared."""
    held = dict.fromkeys((each.study, each.edition) for each in changed)
    names = [say("portal.changed_edition", lang, study=s, edition=e) for s, e in sorted(held)]
    return say("portal.changed_since", lang, editions=names)


def _template(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _made(found: Found) -> str:
    newest = max((item["provenance"]["made_at"] for item in found.built), default="")
    return f"{newest[:10]} {newest[11:16]} UTC" if newest else ""


def _spoken(found: Found, lang: str) -> list[dict[str, Any]]:
    return [
        {
            "lang": code,
            "file": portal_name(code, found.languages),
            "name": language(code).name,
            "here": code == lang,
        }
        for code in found.languages
    ]
