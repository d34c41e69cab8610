"""Exhibits of how alike the groups are: before the programme, and once they are made alike."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evalkit.estimate import Estimate
from evalkit.language import language
from evalkit.outcomes import Refusal, Result
from evalkit.present.content import Line, Part
from evalkit.present.figure import PHONE, Picture, shown_figure, slim
from evalkit.present.flow import note, words
from evalkit.present.numbers import count_piece, value_piece, value_text
from evalkit.present.own import stamp
from evalkit.present.shown import Shown
from evalkit.present.statement import lacked, refusal, sentences
from evalkit.present.style import ACCENT, AGAINST, INK_2, TINT
from evalkit.present.table import Layout, in_detail, row_of, shown_table
from evalkit.protocol.house import AMBER, AT_MOST
from evalkit.protocol.outcomes.reach import OUTCOME as REACH
from evalkit.words import phrase, say

# Letters of an axis' name on a narrow screen.
NARROW = 40


def balance_table(profile: Result | Refusal, alike: Result | Refusal | None = None) -> Shown:
    """Return the groups' characteristics and how they differ, before and after the adjustment.

    Parameters
    ----------
    profile : Result or Refusal
        From `recidivism.profile` or `reach.profile`.
    alike : Result or Refusal, optional
        From `weigh` of the same: how they differ after the adjustment. What it refuses leaves
        its columns out.
    """
    if isinstance(profile, Refusal):
        return lacked(profile, "balance_table", "lot_not_looked_at", "balance.by_lot")
    report, made = profile.report, alike if isinstance(alike, Result) else None
    smds = profile.of("smd")
    asked_for = ("adjusted_smd", "variance_ratio", "adjusted_variance_ratio")
    columns = tuple(name for name in asked_for if made and made.of(name))
    after = {(e.estimand, e.dim("covariate")): e for e in (made.estimates if made else ())}
    whole: dict[str | None, int] = {}
    for e in profile.of("mean"):
        whole[e.dim("group")] = max(whole.get(e.dim("group"), 0), e.n or 0)

    def layout(lang: str) -> Layout:
        dash = say("shown.none", lang)
        rows = []
        for smd in smds:
            name = smd.dim("covariate") or ""
            pair = profile.of("mean", covariate=name)
            cells = [_known_of(e, whole, lang) for e in pair] or [[dash]] * 2
            cells.append([value_piece(smd, lang)])
            found = [after.get((column, name)) for column in columns]
            cells += [[value_piece(e, lang) if e else dash] for e in found]
            rows.append(row_of(words(smd, "definition", lang), cells))
        groups = [words(e, "group", lang) for e in profile.of("mean")[:2]]
        key = "randomised" if report.plan.design == "randomised" else "compared"
        # Of places a register tells how they are, and not how they were before.
        key = "sides" if report.outcome == REACH.code else key
        asked = ("smd", *columns)
        return Layout(
            title=_title("balance_sides" if key == "sides" else "balance_table", smds, lang),
            note=note(report, lang, f"note.balance_{key}"),
            heads=[say("head.covariate", lang), *groups, *(say(f"head.{x}", lang) for x in asked)],
            rows=rows,
            folded=in_detail(rows),
        )

    shown = [e for (estimand, _), e in after.items() if estimand in columns]
    return shown_table(report, "balance_table", layout, (*profile.estimates, *shown))


def _known_of(e: Estimate, whole: Mapping[str | None, int], lang: str) -> list[Part]:
    """Return a mean, and of how many it is known where it is not known of all."""
    if e.n is None or e.n == whole[e.dim("group")]:
        return [value_piece(e, lang)]
    return [value_piece(e, lang), Line((count_piece(e, "n", lang),), "note")]


def excluded_table(gone: Result | Refusal) -> Shown:
    """Return those who were left out beside those who were kept, in each group.

    Parameters
    ----------
    gone : Result or Refusal
        From `recidivism.excluded`; where nobody was left out nothing stands in the page.
    """
    if isinstance(gone, Refusal):
        return refusal(gone, "excluded_table")
    if not gone.estimates:
        said = phrase("opening.nobody_excluded")
        return sentences(gone.report, "excluded_table", [said], [], frame="absent")
    report, smds = gone.report, gone.of("excluded_smd")
    groups = {e.dim("group"): e.group for e in smds}
    found = {(e.estimand, e.dim("covariate"), e.dim("group")): e for e in gone.estimates}
    columns = ("kept_mean", "excluded_mean", "excluded_smd")

    def layout(lang: str) -> Layout:
        dash, rows = say("shown.none", lang), []
        for name in dict.fromkeys(e.dim("covariate") for e in smds):
            held = [found.get((column, name, g)) for g in groups for column in columns]
            label = next(words(e, "definition", lang) for e in held if e is not None)
            rows.append(row_of(label, [value_piece(e, lang) if e else dash for e in held]))
        heads = [
            say(f"head.{key}_group", lang, group=term)
            for term in groups.values()
            for key in ("kept", "left_out", "excluded")
        ]
        return Layout(
            title=_title("excluded_table", smds, lang),
            note=stamp(gone, lang) + note(report, lang, "note.excluded"),
            heads=[say("head.covariate", lang), *heads],
            rows=rows,
            folded=in_detail(rows),
        )

    return shown_table(report, "excluded_table", layout, gone.estimates)


def _title(name: str, smds: Iterable[Estimate], lang: str) -> str:
    """Return how many characteristics are alike, by the house's limit; of all or not at all."""
    found = [e.value for e in smds]
    known = [abs(value) for value in found if value is not None]
    if len(known) < len(found):
        # What is withheld may be alike or not.
        return say(f"refused.{name}", lang)
    near = sum(value <= AT_MOST["max_smd"] for value in known)
    return say(f"exhibit.{name}", lang, n=near, of=len(found))


def love_figure(balance: Result | Refusal, alike: Result | Refusal) -> Shown:
    """Return how alike the groups are in each characteristic, before and after the adjustment.

    Parameters
    ----------
    balance : Result or Refusal
        From `recidivism.profile` or `reach.profile`.
    alike : Result or Refusal
        From `weigh` of the same.
    """
    if isinstance(alike, Refusal):
        # Of sides randomised nothing is missing.
        return lacked(alike, "love_figure", "by_lot_not_weighed", "balance.by_lot")
    if isinstance(balance, Refusal):
        return refusal(balance, "love_figure")
    report, before = alike.report, {e.dim("covariate"): e for e in balance.of("smd")}
    pairs = [(before.get(e.dim("covariate")), e) for e in alike.of("adjusted_smd")]
    pairs.sort(key=lambda pair: abs((pair[0].value if pair[0] else None) or 0.0))
    worth = alike.of("effective")

    def picture(lang: str) -> Picture:
        lines = [
            say(
                "alt.love_line",
                lang,
                name=words(after, "definition", lang),
                before=value_text(first, lang) if first else say("shown.none", lang),
                after=value_text(after, lang),
            )
            for first, after in reversed(pairs)
        ]
        told = [say("note.worth", lang, group=e.group, n=value_text(e, lang)) for e in worth]
        return Picture(
            title=_title("love_figure", [after for _, after in pairs], lang),
            note=stamp(alike, lang) + note(report, lang, "note.love", worth=told),
            alt=say("alt.love", lang, lines=lines),
            draw=lambda drawing: _draw_love(drawing, pairs, lang),
            size=(8.5, 1.0 + LINE * _height(_names(pairs, lang, False))),
            phone=(PHONE, 1.3 + LINE * _height(_names(pairs, lang, True))),
        )

    drawn = [e for pair in pairs for e in pair if e is not None]
    return shown_figure(report, "love_figure", picture, (*drawn, *worth))


# Inches of a line of a name, and letters of a name in the wide drawing and in the narrow one.
LINE, LETTERS = 0.17, (40, 18)


def _names(pairs: Sequence[tuple[Estimate | None, Estimate]], lang: str, narrow: bool) -> list[str]:
    wide = language(lang).letters(LETTERS[narrow])
    return [textwrap.fill(words(after, "definition", lang), wide) for _, after in pairs]


def _rows(names: Sequence[str]) -> list[float]:
    """Return the middle of each name's row, in lines: a name of three has the room of three."""
    lines = [1.5 + name.count("\n") for name in names]
    return [sum(lines[:i]) + lines[i] / 2 for i in range(len(lines))]


def _draw_love(drawing: Figure, pairs: list[tuple[Estimate | None, Estimate]], lang: str) -> None:
    axes, names = drawing.subplots(), _names(pairs, lang, slim(drawing))
    _zones(axes, pairs)
    rows = _rows(names)
    for row, (before, after) in zip(rows, pairs, strict=True):
        first = abs(before.value) if before is not None and before.value is not None else None
        last = abs(after.value) if after.value is not None else None
        if first is not None and last is not None:
            axes.plot([first, last], [row, row], "-", color=INK_2, linewidth=0.8)
        if first is not None:
            axes.plot(first, row, "o", color=INK_2, markerfacecolor="white")
        if last is not None:
            axes.plot(last, row, "o", color=ACCENT)
    axes.set_yticks(rows, names)
    axes.set_ylim(0, _height(names))
    axes.set_xlabel(say("axis.smd", lang))
    axes.grid(False)


def _height(names: Sequence[str]) -> float:
    """Return the height of all rows, in lines."""
    return sum(1.5 + name.count("\n") for name in names)


def _zones(axes: Axes, pairs: list[tuple[Estimate | None, Estimate]]) -> None:
    """Draw the zones that a difference may lie in: alike, amber, and beyond the limit."""
    found = [abs(e.value) for pair in pairs for e in pair if e is not None and e.value is not None]
    most = max([*found, 2 * AT_MOST["max_smd"]]) * 1.08
    axes.axvspan(0, AMBER, color=TINT, linewidth=0)
    axes.axvspan(AMBER, AT_MOST["max_smd"], color=TINT, alpha=0.4, linewidth=0)
    axes.axvline(AT_MOST["max_smd"], color=AGAINST, linewidth=0.9, linestyle="--")
    # A dot at 0 is whole.
    axes.set_xlim(-0.012 * most, most)


def overlap_figure(alike: Result | Refusal) -> Shown:
    """Return where the two groups' chances of being in the programme lie.

    Parameters
    ----------
    alike : Result or Refusal
        From `recidivism.weigh`.
    """
    if isinstance(alike, Refusal):
        return refusal(alike, "overlap_figure")
    report, shares, told = alike.report, alike.of("score_share"), alike.one("overlap")
    codes = [report.plan.programme, report.plan.comparison]
    sides = {code: alike.of("score_share", group=code) for code in codes}

    def picture(lang: str) -> Picture:
        lines = [
            say("alt.overlap_line", lang, band=words(a, "definition", lang),
                first=value_text(a, lang), second=value_text(b, lang))
            for a, b in zip(*sides.values(), strict=True)
        ]  # fmt: skip
        groups = {"first": shares[0].group, "second": sides[codes[1]][0].group}
        return Picture(
            title=words(told, "reason", lang),
            note=stamp(alike, lang) + note(report, lang, "note.overlap"),
            alt=say("alt.overlap", lang, lines=lines, **groups),
            draw=lambda drawing: _draw_overlap(drawing, list(sides.values()), lang),
            size=(8.5, 2.5),
            phone=(PHONE, 3.2),
        )

    return shown_figure(report, "overlap_figure", picture, (*shares, told))


def _draw_overlap(drawing: Figure, sides: list[list[Estimate]], lang: str) -> None:
    """Draw the programme's shares upwards and the comparison's downwards."""
    axes, wide = drawing.subplots(), 100 / len(sides[0])
    most = max([100 * e.value for side in sides for e in side if e.value is not None], default=1)
    for side, sign, colour in zip(sides, (1, -1), (ACCENT, INK_2), strict=True):
        for i, e in enumerate(side):
            middle = (i + 0.5) * wide
            if e.value is None:
                # Too few to be told is not nobody.
                axes.text(middle, sign * most * 0.1, "*", ha="center", va="center", fontsize=11)
                continue
            axes.bar(middle, sign * 100 * e.value, 0.92 * wide, color=colour)
        axes.text(
            99, sign * most * 0.95, words(side[0], "group", lang), ha="right", color=colour,
            va="top" if sign > 0 else "bottom", fontsize=9, fontweight="bold",
        )  # fmt: skip
    axes.axhline(0, color=INK_2, linewidth=0.8)
    axes.set_xlim(0, 100)
    axes.set_ylim(-1.12 * most, 1.12 * most)
    axes.yaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
    label = say("axis.score", lang)
    wrapped = textwrap.wrap(label, language(lang).letters(NARROW))
    axes.set_xlabel("\n".join(wrapped) if slim(drawing) else label)
    axes.set_title(say("axis.score_share", lang), fontsize=9, loc="left", color=INK_2)
