"""Pictures of the claims audit: parts and their whole, and the shares a base can give."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evalkit.language import language
from evalkit.outcomes.claims import Audit, Finding
from evalkit.outcomes.claims.counts import ALL_OF_IT
from evalkit.outcomes.claims.said import amount, counted, printed_amount
from evalkit.present.figure import PHONE, Picture, shown_figure, slim
from evalkit.present.shown import Shown
from evalkit.present.statement import sentences
from evalkit.present.style import ACCENT, AGAINST, INK, INK_2, SEQUENCE, TINT
from evalkit.quantity import Quantity, Span
from evalkit.quantity.quantity import add_up
from evalkit.words import phrase, say

# Rows and marks that still fit; the table below has them all.
MOST_ROWS, MOST_MARKS, MOST_MARKS_PHONE = 14, 9, 3
# Units of height that a part's name takes where all are listed below the bars.
PER_NAME = 0.62
# Parts whose names still fit above their bar.
MOST_NAMED = 3
# Latin letters in a line of a label, and in a line of a narrow screen.
LINE, PHONE_LINE = 34, 44


def parts_figure(audited: Audit) -> Shown:
    """Draw parts against the whole that they are printed with, and what exceeds it.

    Parameters
    ----------
    audited : Audit
        From `claims.audit`.
    """
    found = [
        f
        for f in audited.checked.findings
        if f.rule == "parts_whole" and f.verdict != "units_differ" and len(f.claims) > 2
    ]
    if not found:
        said = phrase("claims.no_parts")
        return sentences(audited.report, "parts_figure", [said], [], frame="absent")
    return _picture(audited, "parts_figure", "parts", found, _draw_parts, 1.35)


def shares_of_base_figure(audited: Audit) -> Shown:
    """Draw which percentages a base can give, beside the one that is printed.

    Parameters
    ----------
    audited : Audit
        From `claims.audit`.
    """
    found = [
        f
        for f in audited.checked.findings
        if f.rule == "share_reachable" and _base_and_share(audited, f) is not None
    ]
    if not found:
        said = phrase("claims.no_shares")
        return sentences(audited.report, "shares_of_base_figure", [said], [], frame="absent")
    return _picture(audited, "shares_of_base_figure", "shares", found, _draw_shares, 1.5)


def _picture(
    audited: Audit,
    name: str,
    note: str,
    found: list[Finding],
    draw: Callable[[Any, Audit, Finding, str], None],
    tall: float,
) -> Shown:
    """Return a figure with one strip a finding, those against what is printed first."""
    drawn = sorted(found, key=lambda f: not f.adverse)[:MOST_ROWS]

    def picture(lang: str) -> Picture:
        lines = [f.arithmetic.text(lang).rstrip(".。") for f in drawn]
        # A title that quotes one of several would stand for all of them.
        quoted = say("format.colon", lang) + _short(audited, drawn[0], lang)
        quoted = quoted if len(drawn) == 1 else ""
        return Picture(
            title=say(f"exhibit.{name}", lang) + quoted,
            note=say(f"note.{note}", lang)
            + (say("note.shares_wide", lang) if note == "shares" and drawn[0].adverse else "")
            + of_more(drawn, found, lang)
            + say("note.ledger", lang),
            alt=say(f"alt.{name.removesuffix('_figure')}", lang, lines=lines),
            draw=lambda drawing: _strips(drawing, audited, drawn, draw, lang),
            size=(8.5, 0.4 + tall * len(drawn)),
            phone=(PHONE, 0.4 + sum(tall + _names_tall(f, draw) for f in drawn)),
        )

    estimates = [audited.estimate_of(finding) for finding in drawn]
    return shown_figure(audited.report, name, picture, estimates)


def _short(audited: Audit, finding: Finding, lang: str) -> str:
    """Return what a finding says, as short as a title."""
    if finding.rule != "share_reachable" or not finding.adverse or finding.relation is None:
        return finding.arithmetic.text(lang).rstrip(".。")
    said = {
        role: audited.checked.book.said(finding.relation.one(role)) for role in ("share", "base")
    }
    return say("claims.share_gap", lang, n=said["base"], share=said["share"])


def of_more(drawn: Sequence[object], found: Sequence[object], lang: str) -> str:
    """Return the note that a picture does not hold all there is; empty where it does."""
    if len(drawn) == len(found):
        return ""
    return say("note.more", lang, n=len(drawn), of=len(found))


def _strips(
    drawing: Figure,
    audited: Audit,
    found: Sequence[Finding],
    draw: Callable[[Any, Audit, Finding, str], None],
    lang: str,
) -> None:
    tall = [1.35 + _names_tall(f, draw) if slim(drawing) else 1 for f in found]
    rows = drawing.subplots(len(found), 1, squeeze=False, height_ratios=tall)[:, 0]
    for axes, finding in zip(rows, found, strict=True):
        axes.grid(False)
        axes.spines["bottom"].set_visible(False)
        axes.set_yticks([])
        axes.set_xticks([])
        draw(axes, audited, finding, lang)


def _draw_parts(axes: Axes, audited: Audit, finding: Finding, lang: str) -> None:
    relation = finding.relation
    assert relation is not None
    book = audited.checked.book
    whole = float(book.need(relation.one("whole")).value)
    phone = slim(axes)
    left, shades = 0.0, (INK_2, SEQUENCE[2], SEQUENCE[1])
    parts = [(name, float(book.need(name).value)) for name in relation.roles["parts"]]
    total = sum(size for _, size in parts)
    for position, (name, size) in enumerate(parts):
        shade = shades[position % len(shades)]
        axes.barh(1, size, left=left, height=0.62, color=shade, edgecolor="white")
        inside = size > 0.3 * max(total, whole)
        if len(parts) > MOST_NAMED or phone:
            _tag_part(axes, (left, size, max(total, whole)), name, position, shade)
        else:
            axes.text(
                left + size / 2 if inside else min(left + size, total),
                1 if inside else 1.45 + 0.3 * (position % 2),
                label_of(audited, name, lang, lines=2 if inside else 1),
                ha="center" if inside else "right",
                va="center" if inside else "bottom",
                color="white" if inside and shade == INK_2 else INK,
            )
        left += size
    if total > whole:
        # Rust is for what cannot be as printed; an overlap may well be.
        colour = AGAINST if finding.adverse else INK
        axes.barh(1, total - whole, left=whole, height=0.62, facecolor="none",
                  edgecolor=colour, hatch="///")  # fmt: skip
        least = (
            add_up([book.need(name) for name, _ in parts]) - book.need(relation.one("whole"))
        ).usual.low
        if least is not None and least > 0:
            over = counted(least, book.need(parts[0][0]).unit)
            key = "claims.over_label" if finding.adverse else "claims.overlap_label"
            if len(parts) > 2 and not finding.adverse:
                # Of three parts the repeats are known, and not how many are repeated.
                key = "claims.overlap_label_several"
                over = amount(least, book.need(parts[0][0]).unit)
            said, at = say(key, lang, over=over), (total, 0.3)
            if phone:
                # Below the names: beside the whole it has no room, and on one line none at all.
                said = textwrap.fill(said, language(lang).letters(PHONE_LINE))
                at = (0, -0.15 - PER_NAME * len(parts))
            axes.text(*at, said, ha="left" if phone else "right", va="top", color=colour,
                      weight="bold", fontsize=8 if phone else 9)  # fmt: skip
    if phone:
        _list_parts(axes, audited, [name for name, _ in parts], lang)
    axes.plot([0, whole], [0.55, 0.55], color=INK, linewidth=3, solid_capstyle="butt")
    axes.plot([whole, whole], [0.5, 1.4], color=INK, linewidth=1.2, linestyle="-")
    words = printed_amount(book.need(relation.one("whole")))
    axes.text(0, 0.4, say("claims.whole", lang, whole=words), ha="left", va="top", weight="bold")
    axes.set_xlim(0, 1.04 * max(total, whole))
    axes.set_ylim(-0.1 - (PER_NAME * (len(parts) + 1) if phone else 0), 2.2)


def _names_tall(finding: Finding, draw: Callable[[Any, Audit, Finding, str], None]) -> float:
    """Return the inches that the names of a finding's parts, and what is over, need below."""
    if draw is not _draw_parts or finding.relation is None:
        return 0.0
    return PER_NAME * (len(finding.relation.roles["parts"]) + 1) * 1.35 / 2.3


def _list_parts(axes: Axes, audited: Audit, names: Sequence[str], lang: str) -> None:
    """Write out what each bar is, below them: beside each other the names have no room."""
    for position, name in enumerate(names):
        words = f"{name}  {line_of(audited, name, lang)}"
        wide = language(lang).letters(PHONE_LINE)
        lines = textwrap.wrap(words, wide, max_lines=2, placeholder="…")
        axes.text(0, -0.15 - PER_NAME * position, "\n".join(lines), ha="left", va="top",
                  fontsize=8)  # fmt: skip


def _tag_part(
    axes: Axes, place: tuple[float, float, float], name: str, position: int, shade: str
) -> None:
    """Write a part's id: several names beside each other would run into one another."""
    left, size, whole = place
    inside = size > 0.1 * whole
    axes.text(
        left + size / 2,
        1 if inside else 1.4 + 0.27 * (position % 3),
        name,
        ha="center",
        va="center" if inside else "bottom",
        fontsize=8,
        color="white" if inside and shade == INK_2 else INK,
    )


def _base_and_share(audited: Audit, finding: Finding) -> tuple[Quantity, Quantity] | None:
    relation = finding.relation
    if relation is None or relation.one("base") is None or relation.one("count") is not None:
        return None
    book = audited.checked.book
    base, share = (book.quantities[relation.one(role) or ""] for role in ("base", "share"))
    if base is None or share is None or base.value < 1 or share.usual.high is None:
        return None
    # What is above all has no place among the shares of a base.
    return (base, share) if share.usual.meets(ALL_OF_IT) else None


def _draw_shares(axes: Axes, audited: Audit, finding: Finding, lang: str) -> None:
    pair = _base_and_share(audited, finding)
    assert pair is not None
    base, share = pair
    n = math.floor(base.value)
    against = finding.adverse
    low, high = _ends(share.usual)
    # Against a figure the widest reading is drawn as well, on which the verdict rests.
    wide = _ends(share.firm) if against else (low, high)
    first = max(0, math.ceil(wide[0] * n) - 3)
    last = min(n, math.floor(wide[1] * n) + 3)
    # A large base gives more shares than a picture can hold: some stand for all, and
    # one of those that lie in the band is among them.
    most = MOST_MARKS_PHONE if slim(axes) else MOST_MARKS
    step, anchor = max(1, (last - first) // most), math.ceil(low * n)
    counts = [k for k in range(first, last + 1) if (k - anchor) % step == 0]
    colour = AGAINST if against else ACCENT
    edge = max(0.35 / n, 0.04 * (wide[1] - wide[0]))
    axes.barh(0.72, high - low, left=low, height=0.44, facecolor="none" if against else TINT,
              edgecolor=colour, hatch="///" if against else None)  # fmt: skip
    # It ends before what it does not hold: a mark that touched 100 % would say it does.
    for left, right in ((wide[0], low), (high, wide[1] - edge / 4 * share.firm.high_open)):
        if right > left:
            axes.barh(0.72, right - left, left=left, height=0.14, facecolor="none",
                      edgecolor=colour, linestyle=":")  # fmt: skip
    said = audited.checked.book.said(_share_of(finding))
    text = say("claims.printed_share", lang, share=said)
    axes.text((low + high) / 2, 1.0, text, ha="center", va="bottom", color=colour, weight="bold")
    axes.axhline(0.3, color=INK, linewidth=1, linestyle="-")
    for k in counts:
        x = k / n
        axes.plot([x], [0.3], marker="s", color=ACCENT, markersize=8, linestyle="none")
        division = say("figure.division", lang, k=k, n=n)
        percent = say("figure.percent", lang, x=Fraction(k, n))
        axes.text(x, 0.12, f"{percent}\n{division}", ha="center", va="top", color=INK)
    axes.set_xlim(min(first / n, wide[0]) - edge, max(last / n, wide[1]) + edge)
    axes.set_ylim(-0.75, 1.5)


def _share_of(finding: Finding) -> str | None:
    return None if finding.relation is None else finding.relation.one("share")


def _ends(span: Span) -> tuple[float, float]:
    """Return the ends of a share's reading, at the widest from nothing to the whole."""
    inside = span & ALL_OF_IT or span
    return float(inside.low or 0), float(1 if inside.high is None else inside.high)


def line_of(audited: Audit, name: str, lang: str) -> str:
    """Return what a figure says, in one line."""
    return str(audited.checked.book.claims[name].statement.text[lang])


def label_of(audited: Audit, name: str, lang: str, lines: int = 2) -> str:
    """Return what a figure says as a label of a row."""
    text = line_of(audited, name, lang)
    # One line may be as long as two.
    width = language(lang).letters(LINE) * (2 if lines == 1 else 1)
    return "\n".join(textwrap.wrap(text, width, max_lines=lines, placeholder="…"))
