"""What ``evalkit read`` says of a table: a line a problem, and how it links to the others.

Imports intake and words.
"""

from __future__ import annotations

from collections.abc import Iterator

from evalkit.intake.handed import Export, Problem
from evalkit.intake.links import GROUPS, Link
from evalkit.intake.units import NAMES
from evalkit.schema import load_schema
from evalkit.words import say


def told(made: Export, lang: str) -> Iterator[str]:
    """Yield a line a problem, then what was left out and how the parts were joined."""
    for problem in made.problems:
        yield say(
            f"intake.line_{problem.level}",
            lang,
            what=_what(made, problem, lang),
            n=problem.count,
            where=_where(made, problem, lang),
        )
    if made.made_up:
        yield say("intake.made_up", lang)
    if len(made.parts) > 1:
        parts = [
            say("intake.part", lang, part=" ".join(x for x in (p.file, p.sheet) if x), n=p.rows)
            for p in made.parts
        ]
        yield say("intake.parts", lang, parts=parts)
    if made.skipped:
        yield say("intake.skipped", lang, sheets=made.skipped)
    if made.blank or made.totals:
        yield say("intake.left_out", lang, blank=made.blank, totals=made.totals)
    for rule, rows in made.left_out.items():
        yield say("intake.left_out_by_rule", lang, rule=rule, n=rows)
    if made.header.unused:
        yield say("intake.unused", lang, columns=list(made.header.unused))


def _what(made: Export, problem: Problem, lang: str) -> str:
    if problem.check is not None:
        text = problem.check.about.text[lang]
    elif problem.code == "converted":
        unit = NAMES[made.shape.columns[problem.names[0]].unit]
        text = say("intake.fault_converted", lang, unit=unit)
    else:
        text = say(f"intake.fault_{problem.code}", lang)
    if not problem.columns:
        return text
    return say("intake.of_columns", lang, columns=_called(made, problem, lang), what=text)


def _called(made: Export, problem: Problem, lang: str) -> list[str]:
    """Return what the file calls the columns, with our header where it is in another language."""
    called = []
    for title, name in zip(problem.columns, problem.names, strict=True):
        ours = made.shape.columns[name].header.text
        foreign = lang != "zh" and title.lower() != ours[lang].lower()
        called.append(say("intake.column_called", lang, title=title, ours=ours[lang])
                      if foreign else title)  # fmt: skip
    return called


def _where(made: Export, problem: Problem, lang: str) -> str:
    if not problem.rows:
        return ""
    rows = []
    for row in problem.rows:
        part, number = made.place(row)
        rows.append(say("intake.row_of", lang, part=part, row=str(number)) if part else str(number))
    key = "rows_more" if problem.count > len(rows) else "rows_all"
    return say(f"intake.{key}_of" if len(made.parts) > 1 else f"intake.{key}", lang, rows=rows)


def link_line(link: Link, lang: str) -> str:
    """Return how far a table belongs to another, as a line."""
    table, to = load_schema(link.table), load_schema(link.to)
    line = say(
        "intake.link_warn" if link.doubtful else "intake.link_note",
        lang,
        table=table.title.text[lang],
        to=to.title.text[lang],
        n=link.rows,
        found=link.found,
    )
    if not link.groups:
        return line
    choices = to.columns[GROUPS[link.to]].choices
    groups = [
        say("intake.link_group", lang, group=choices[code].label.text[lang], n=n, found=found)
        for code, (n, found) in link.groups.items()
    ]
    return line + say("intake.link_groups", lang, to=to.title.text[lang], groups=groups)
