"""A workbook that an office fills in: our headers, what they mean, lists and an example.

Imports shapes, protocol, words and errors. What comes back is read by `evalkit.intake.export`, with
the same checks.
"""

from __future__ import annotations

import datetime
import io
from pathlib import Path
from typing import Any

import xlsxwriter

from evalkit.errors import OutputError
from evalkit.files import write_whole
from evalkit.intake.cells import TYPES
from evalkit.schema import Column, Schema
from evalkit.words import say

# So many rows have lists and formats; who needs more copies a row.
ROWS = 5000
# Lists longer than Excel's 255 characters lie on a sheet of their own.
LONGEST_LIST = 255
FORMATS = {"date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm", "month": "yyyy-mm"}
# A share keeps its % sign only as text: 95% in a cell of numbers is 0.95, and 100% is 1.
AS_TEXT = ("text", "id", "person", "choice", "share")
FIXED = datetime.datetime(2000, 1, 1)


def write_template(shape: Schema, out: Path, lang: str) -> None:
    """Write the workbook of a table.

    Parameters
    ----------
    shape : Schema
        The table.
    out : Path
        The workbook; nothing may stand there.

    Raises
    ------
    OutputError
        If something stands there, or the folder cannot be written.
    """
    if out.exists():
        raise OutputError("template_stands", path=out)
    try:
        # In memory first: a disk that is full must not stop it halfway.
        made = io.BytesIO()
        with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
            book.set_properties({"title": shape.title.text[lang], "created": FIXED})
            looks = _looks(book)
            _fill_in(book, shape, lang, looks)
            _explain(book, shape, lang, looks)
        write_whole(out, made.getvalue())
    except OSError as problem:
        told = getattr(problem, "strerror", None) or type(problem).__name__
        raise OutputError("table_unwritable", path=out, problem=told) from None


def _looks(book: Any) -> dict[str, Any]:
    frame = {"border": 1, "border_color": "#BFBFBF", "text_wrap": True, "valign": "vcenter"}
    return {
        "head": book.add_format({**frame, "bold": True, "bg_color": "#DCE6F1"}),
        "must": book.add_format({**frame, "bold": True, "bg_color": "#FCE4D6"}),
        "cell": book.add_format(frame),
        "example": book.add_format({**frame, "italic": True, "font_color": "#595959"}),
        **{
            kind: book.add_format(
                {"num_format": "@" if kind in AS_TEXT else FORMATS.get(kind, "General")}
            )
            for kind in TYPES
        },
    }


def _fill_in(book: Any, shape: Schema, lang: str, looks: dict[str, Any]) -> None:
    sheet = book.add_worksheet(say("template.fill_in", lang))
    lists = None
    for place, field in enumerate(shape.columns.values()):
        sheet.write(0, place, field.header.text[lang], looks["must" if field.required else "head"])
        # Ids as text: a number of 18 digits would lose its last three.
        sheet.set_column(place, place, _width(field, lang), looks[field.kind])
        sheet.write_comment(0, place, _comment(field, lang), {"x_scale": 2})
        words = _words(field, lang)
        if not words:
            continue
        source: Any = words
        if sum(len(word) + 1 for word in words) > LONGEST_LIST:
            lists = lists or book.add_worksheet(say("template.lists", lang))
            for row, word in enumerate(words):
                lists.write(row, place, word)
            column = xlsxwriter.utility.xl_col_to_name(place)
            source = f"='{lists.get_name()}'!${column}$1:${column}${len(words)}"
        sheet.data_validation(
            *(1, place, ROWS, place),
            {
                "validate": "list",
                "source": source,
                "error_title": field.header.text[lang],
                "error_message": say("template.choose", lang),
            },
        )
    sheet.freeze_panes(1, 0)
    if lists is not None:
        lists.hide()


def _words(field: Column, lang: str) -> list[str]:
    if field.kind == "flag":
        return [say(f"template.flag_{flag}", lang) for flag in ("yes", "no")]
    return [choice.label.text[lang] for choice in field.choices.values()]


def _comment(field: Column, lang: str) -> str:
    example = say("template.example", lang, example=field.example)
    return f"{field.about.text[lang]}\n{example}"


def _width(field: Column, lang: str) -> int:
    return min(30, max(12, 2 * len(field.header.text[lang])))


def _explain(book: Any, shape: Schema, lang: str, looks: dict[str, Any]) -> None:
    sheet = book.add_worksheet(say("template.explain", lang))
    sheet.merge_range(0, 0, 0, 4, shape.title.text[lang], looks["head"])
    sheet.merge_range(1, 0, 1, 4, say("template.row_is", lang, row=shape.row.text[lang]))
    titles = ("column", "must", "means", "allowed", "example_title")
    for place, title in enumerate(titles):
        sheet.write(3, place, say(f"template.{title}", lang), looks["head"])
    for row, field in enumerate(shape.columns.values(), start=4):
        allowed = say("format.list_separator", lang).join(_words(field, lang))
        must = "yes" if field.required else "no"
        cells = (
            field.header.text[lang],
            say(f"template.must_{must}", lang),
            field.about.text[lang],
            allowed or say(f"template.kind_{field.kind}", lang),
            field.example,
        )
        for place, text in enumerate(cells):
            # As text: an example that begins with = is no formula.
            sheet.write_string(row, place, text, looks["example" if place == 4 else "cell"])
    for place, width in enumerate((18, 10, 48, 36, 24)):
        sheet.set_column(place, place, width)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
