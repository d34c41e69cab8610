"""The documents keep up with the code."""

import argparse
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from tests.house.test_floors import FLOORS

from evalkit import errors
from evalkit.cli import COMMANDS, parser
from evalkit.estimate import FIGURE_VERDICTS
from evalkit.protocol import DECLARED
from evalkit.protocol.relations import FORMS
from evalkit.quantity import ROUNDINGS, unit_codes
from evalkit.schema import DEFINITION, LANGUAGE, linked_names, load_schema

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
DECISION = "adr/0026-tables.md"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *ROOT.glob("data/**/*.md")])


def read(name):
    return (DOCS / name).read_text(encoding="utf-8")


def options_of(command):
    top = parser("en")
    (commands,) = [a for a in top._actions if isinstance(a, argparse._SubParsersAction)]
    return [
        o for a in commands.choices[command]._actions for o in a.option_strings if o[:2] == "--"
    ]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_is_documented(command):
    page = read("reference/commands.md")

    assert f"`evalkit {command}`" in page
    assert [o for o in options_of(command) if f"`{o}" not in page] == []


def test_every_option_has_its_help_in_each_language():
    for lang in ("en", "zh"):
        (commands,) = [
            a for a in parser(lang)._actions if isinstance(a, argparse._SubParsersAction)
        ]
        for action in commands.choices["run"]._actions:
            assert action.help, action


def test_every_exit_code_is_documented():
    page = read("reference/exit-codes.md")

    for name, kind in errors.KINDS.items():
        assert re.search(rf"^\| {kind.exit_code} \| `{name}`", page, re.M), name


def test_every_shape_and_column_is_documented():
    page = read("reference/tables.md")

    for shape in linked_names():
        columns = [
            name.replace(LANGUAGE, "<language>").replace(DEFINITION, "<definition>")
            for name in load_schema(shape).columns
        ]
        section = page.split(f"\n## `{shape}`")[1].split("\n## ")[0]
        assert [name for name in columns if f"`{name}`" not in section] == [], shape


def test_every_key_of_the_plan_is_documented():
    page = read("how-to/study-file.md")
    keys = {f for o in DECLARED.values() for f in o.plan.__dataclass_fields__}

    assert (
        sorted(key for key in keys if not re.search(rf"`(\[plan\.reach\.)?{key}\]?`", page)) == []
    )


def test_every_unit_rounding_word_relation_rule_and_verdict_is_documented():
    page = read("reference/claims.md")
    named = set(re.findall(r"`(\w+)`", page))
    ledger = load_schema("claims").columns_for((), ())

    for names in (unit_codes(), ROUNDINGS, FORMS, FIGURE_VERDICTS, ledger):
        assert sorted(set(names) - named) == []
    for kind, form in FORMS.items():
        roles = {*form.one, *form.many, *form.optional, *form.flags}
        assert sorted(roles - named) == [], kind


def test_every_decision_is_listed_and_has_its_parts():
    listed = read("adr/README.md")
    for page in sorted((DOCS / "adr").glob("0*.md")):
        text = page.read_text(encoding="utf-8")

        assert page.name in listed
        for part in ("Status", "Context", "Decision", "Consequences"):
            assert part in text, (page.name, part)


def test_the_floors_are_those_of_their_decision_record():
    (order,) = re.findall(r"From the top to the ground:\n\n((?: {4}.+\n)+)", read(DECISION))

    assert order.split() == FLOORS


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#\s]+)", text)

    broken = [
        link for link in links if "://" not in link and not (page.parent / unquote(link)).exists()
    ]

    assert broken == []


def test_both_readmes_show_the_same_commands():
    english, chinese = (
        (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md")
    )

    def commands(text):
        return re.findall(r"`(make \w+)`|^(make \w+)", text, re.M)

    assert commands(english) == commands(chinese)
    assert "make test" in english
