"""Make docs/reference/shapes.md and shapes.zh.md from the shapes of the tables.

    .venv/bin/python tools/tables.py

A test in tests/house/test_shapes.py holds the pages to the shapes.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from evalkit.intake.units import NAMES
from evalkit.schema import Check, Column, Schema, load_schema, office_names

DOCS = Path(__file__).resolve().parent.parent / "docs" / "reference"
PAGES = {"en": DOCS / "shapes.md", "zh": DOCS / "shapes.zh.md"}

WORDS = {
    "en": {
        "top": """\
# Tables that an office hands in

Made by `tools/tables.py` from `src/evalkit/schema/office/`; do not edit.
[中文](shapes.zh.md)

Each table has a template with the headers below. An export of a platform is read too:
a column is known by its name, by its header in either language, and by the other headers
listed with it. What the study file calls its tables is in [tables.md](tables.md).

Kinds: **person**: the number of a person, replaced by a keyed pseudonym on reading;
**id**: any other number, kept as text; **text**; **date** and **date and time**;
**month**: year and month; **number**; **count**: a whole number from 0; **share**: a
percentage; **yes or no**; **choice**: one of the values listed. What a number is counted
in stands under "allowed": a header with another unit of the same kind (万元, 分钟, thousand
yuan) is converted, any other unit is refused.

Checks look at every row. **stop**: the table is not read until it is mended; **warn**: it
is read, but results may suffer; **note**: it is read, and the number of such rows is told.
""",
        "contents": "| table | one row is |",
        "section": "## `{name}`: {title}",
        "row": "One row is {row}. No two rows have the same {key}.",
        "joint": ", ",
        "columns": "| column | header | kind | must be there | empty cells | allowed "
        "| example | what to fill in | other headers |",
        "checks": "| level | wrong where | columns | rule |",
        "yes": "yes",
        "no": "no",
        "range": "{low} to {high}",
        "least": "from {low}",
        "most": "up to {high}",
        "adults": ", of adults up to {high}",
        "choices": "; ",
        "kinds": {"datetime": "date and time", "flag": "yes or no"},
        "levels": {},
    },
    "zh": {
        "top": """\
# 各类数据表

由 `tools/tables.py` 根据 `src/evalkit/schema/office/` 生成，请勿手改。
[English](shapes.md)

每张表都有模板，表头如下。平台导出的文件也能读取：列名、中英文表头和所列的其他表头都认得。
研究文件里各表的写法见 [tables.md](tables.md)。

类型：**人员编号**：读入时换成带密钥的假名；**编号**：其他编号，按文字保存；**文字**；**日期**；
**月份**：年和月；
**日期和时间**；**数字**；**整数**：不小于0；**百分比**；**是/否**；**选项**：所列各项之一。
数字的单位写在“允许的值”一栏：表头写了同类的其他单位（万元、分钟），读入时换算；其余单位一律拒绝。

每一行都要核对。**停**：改正之前不读入；**警告**：可以读入，但结果可能受影响；
**提示**：可以读入，并告知有多少行。
""",
        "contents": "| 表 | 一行是 |",
        "section": "## `{name}`：{title}",
        "row": "一行是{row}。{key}不得重复。",
        "joint": "＋",
        "columns": "| 列 | 表头 | 类型 | 必须有此列 | 可留空 | 允许的值 "
        "| 示例 | 填写说明 | 其他表头 |",
        "checks": "| 级别 | 有误的情形 | 涉及的列 | 规则 |",
        "yes": "是",
        "no": "否",
        "range": "{low}至{high}",
        "least": "不小于{low}",
        "most": "不大于{high}",
        "adults": "，成年人研究至{high}",
        "choices": "；",
        "kinds": {
            "text": "文字",
            "id": "编号",
            "person": "人员编号",
            "date": "日期",
            "month": "月份",
            "datetime": "日期和时间",
            "number": "数字",
            "count": "整数",
            "share": "百分比",
            "flag": "是/否",
            "choice": "选项",
        },
        "levels": {"stop": "停", "warn": "警告", "note": "提示"},
    },
}


def page(lang: str) -> str:
    """Return the page of all tables.

    Parameters
    ----------
    lang : str
        "en" or "zh".
    """
    words = WORDS[lang]
    shapes = [load_schema(name) for name in office_names()]
    parts = [words["top"], _table(words["contents"], (_entry(s, lang) for s in shapes))]
    for shape in shapes:
        key = words["joint"].join(f"`{name}`" for name in shape.key)
        parts += [
            words["section"].format(name=shape.name, title=_low(shape.title.text[lang])) + "\n",
            words["row"].format(row=shape.row.text[lang], key=key) + "\n",
            _table(words["columns"], (_column(f, lang) for f in shape.columns.values())),
        ]
        if shape.checks:
            parts.append(_table(words["checks"], (_check(c, lang) for c in shape.checks)))
    return "\n".join(parts)


def _entry(shape: Schema, lang: str) -> list[str]:
    # The address that GitHub gives a heading is lower case, without marks.
    title = _low(shape.title.text[lang])
    heading = WORDS[lang]["section"].format(name=shape.name, title=title)[3:]
    kept = (c for c in heading.lower() if c.isalnum() or c in " -_")
    address = "".join(kept).replace(" ", "-")
    return [f"[`{shape.name}`](#{address})", shape.row.text[lang]]


def _column(field: Column, lang: str) -> list[str]:
    words = WORDS[lang]
    # The template and most exports are in Chinese.
    header = field.header.text["zh"]
    if lang != "zh":
        header = f"{field.header.text[lang]} ({header})"
    return [
        f"`{field.name}`",
        header,
        words["kinds"].get(field.kind, field.kind),
        words["yes" if field.required else "no"],
        words["yes" if field.missing else "no"],
        _allowed(field, lang),
        field.example,
        field.about.text[lang],
        words["choices"].join(field.aliases),
    ]


def _allowed(field: Column, lang: str) -> str:
    words = WORDS[lang]
    if field.choices:
        shown = []
        for code, choice in field.choices.items():
            label = choice.label.text[lang]
            chinese = "" if lang == "zh" else f" ({choice.label.text['zh']})"
            shown.append(f"`{code}` {label}{chinese}")
        return words["choices"].join(shown)
    bounds = {"low": field.low, "high": field.high}
    unit = f"{NAMES[field.unit]}; " if field.unit else ""
    if field.low is None:
        most = "" if field.high is None else words["most"].format(**bounds)
        return (unit + most).removesuffix("; ")
    told = words["least" if field.high is None else "range"].format(**bounds)
    if field.high_adults is not None:
        told += words["adults"].format(high=field.high_adults)
    return unit + told


def _check(check: Check, lang: str) -> list[str]:
    level = WORDS[lang]["levels"].get(check.level, check.level)
    columns = " ".join(f"`{name}`" for name in (*check.columns, *check.beside))
    return [level, check.about.text[lang], columns, f"`{check.sql}`"]


def _table(header: str, rows: Iterable[list[str]]) -> str:
    lines = [header, "|---" * (header.count("|") - 1) + "|"]
    lines += ["| " + " | ".join(c.replace("|", "\\|") for c in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _low(title: str) -> str:
    return title[0].lower() + title[1:]


def main() -> None:
    """Write both pages."""
    for lang, file in PAGES.items():
        file.write_text(page(lang), encoding="utf-8")


if __name__ == "__main__":
    main()
