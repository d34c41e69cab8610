"""The pages of the tables say what the shapes say."""

import importlib.util
import tomllib
from pathlib import Path

import pytest

from evalkit.schema import load_schema, office_names

ROOT = Path(__file__).resolve().parents[2]
SHAPES = ROOT / "src/evalkit/schema"
SPEC = importlib.util.spec_from_file_location("evalkit_tools_tables", ROOT / "tools/tables.py")
TOOL = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(TOOL)


@pytest.mark.parametrize("lang", TOOL.PAGES)
def test_the_pages_are_current(lang):
    found = TOOL.PAGES[lang].read_text(encoding="utf-8")

    assert found == TOOL.page(lang), "run tools/tables.py"


@pytest.mark.parametrize("lang", TOOL.PAGES)
def test_every_table_column_and_rule_is_on_the_page(lang):
    page = TOOL.PAGES[lang].read_text(encoding="utf-8")

    for name in office_names():
        shape = load_schema(name)
        start = page.index(f"\n## `{name}`")
        section = page[start : page.find("\n## ", start + 1)]
        for field in shape.columns.values():
            (line,) = [row for row in section.splitlines() if row.startswith(f"| `{field.name}` ")]
            words = [field.header.text[lang], field.about.text[lang], field.example]
            words += [choice.label.text[lang] for choice in field.choices.values()]
            assert [w for w in (*words, *field.aliases) if w not in line] == [], (name, field.name)
        for check in shape.checks:
            assert f"| {check.about.text[lang]} |" in section, (name, check.id)
            assert f"`{check.sql}`" in section, (name, check.id)


def test_the_contents_lead_to_headings():
    for lang, file in TOOL.PAGES.items():
        lines = file.read_text(encoding="utf-8").splitlines()
        listed = [line for line in lines if line.startswith("| [`")]
        headings = [line.split("`")[1] for line in lines if line.startswith("## `")]

        assert [line.split("`")[1] for line in listed] == headings == list(office_names()), lang


def texts(value):
    """Every section of texts by language in a file: those with an English one."""
    if isinstance(value, dict):
        if isinstance(value.get("en"), str):
            yield value
        for inner in value.values():
            yield from texts(inner)
    if isinstance(value, list):
        for inner in value:
            yield from texts(inner)


@pytest.mark.parametrize("file", sorted(SHAPES.rglob("*.toml")), ids=lambda file: file.stem)
def test_every_text_of_a_table_is_there_in_each_language_that_offices_read(file):
    # Elsewhere English stands in for a language whose texts are still to come.
    found = list(texts(tomllib.loads(file.read_text(encoding="utf-8"))))

    assert found
    assert [each for each in found if not all(each.get(lang) for lang in TOOL.PAGES)] == []
