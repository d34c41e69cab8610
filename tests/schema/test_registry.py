"""There is one registry of schemas: a new table is one file, and nothing else lists them."""

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from tests.helpers import ahead_on_path

from evalkit.errors import DataError
from evalkit.schema import (
    DEFINITION,
    LANGUAGE,
    linked_names,
    load_schema,
    office_names,
    read_schema,
)

SOURCE = Path(__file__).parents[2] / "src" / "evalkit"
HOME = SOURCE / "schema"
NAMES = {*office_names(), *linked_names()}
# Which tables refer to which is said of pairs; and made-up worlds are made table by table.
PAIRS, WORLDS = SOURCE / "intake" / "links.py", SOURCE / "sample"
# No outcome reads as many as this: more of them in one place are a list of what there is.
SEVERAL = 5

SMALL = """
name = { en = "Visits", zh = "走访" }
row = { en = "one visit", zh = "一次走访" }
key = ["visit"]

[columns]
visit = { kind = "text", required = true, missing = false, about = { en = "Number." } }
minutes = { kind = "number", low = 0, high = 600, about = { en = "Time." } }
rounding = { kind = "choice", words_of = "roundings", choices = ["guess"], about = { en = "How." } }
"note_{language}" = { kind = "text", about = { en = "Note." } }
"""


def modules():
    for file in SOURCE.rglob("*.py"):
        if HOME not in file.parents:
            yield file, ast.parse(file.read_text(encoding="utf-8"))


def listed(node):
    """The tables that a literal names, however deep."""
    inner = (n for n in ast.walk(node) if isinstance(n, ast.Constant))
    return {constant.value for constant in inner if constant.value in NAMES}


def test_no_other_module_lists_tables():
    found = {
        file.relative_to(SOURCE).as_posix(): sorted(names)
        for file, tree in modules()
        if file != PAIRS and WORLDS not in file.parents
        # What a package offers may be called as the table that it tells of.
        for statement in tree.body
        if not (
            isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "__all__"
        )
        for node in ast.walk(statement)
        if isinstance(node, ast.List | ast.Tuple | ast.Set | ast.Dict)
        and len(names := listed(node)) > SEVERAL
    }

    assert found == {}


def test_no_other_module_makes_a_schema_or_reads_its_files():
    made = [
        (file.name, node.func.id)
        for file, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if node.func.id in ("Column", "Schema", "read_schema")
    ]
    files = [
        file.relative_to(SOURCE).as_posix()
        for file in SOURCE.rglob("*.toml")
        if HOME not in file.parents and "columns" in tomllib.loads(file.read_text(encoding="utf-8"))
    ]

    assert (made, files) == ([], [])


def test_no_name_stands_in_both_families():
    assert not {*office_names()} & {*linked_names()}
    assert all(load_schema(name).linked for name in linked_names())
    assert not any(load_schema(name).linked for name in office_names())


def test_an_unknown_table_is_refused_with_those_of_both_families():
    with pytest.raises(DataError) as caught:
        load_schema("visits")

    assert caught.value.values["known"] == [*office_names(), *linked_names()]


def test_a_column_stands_for_one_in_each_language_or_for_each_definition():
    claims, follow_up = load_schema("claims"), load_schema("follow_up")

    assert [*load_schema("sources").columns_for(("en", "zh"), ())] == [
        *("source_id", "published", "publisher_en", "publisher_zh", "note_en", "note_zh"),
    ]
    assert [*follow_up.columns_for((), ("arrest",))] == ["group", "arrest", "arrest_time"]
    assert {f"{stem}_{LANGUAGE}" for stem in claims.per_language} <= {*claims.columns}
    assert {DEFINITION, f"{DEFINITION}_time"} <= {*follow_up.columns}


def test_a_small_linked_table_is_read_whole():
    schema = read_schema("visits", SMALL, linked=True)

    visit, minutes, rounding, note = schema.columns.values()
    assert (schema.key, schema.closed, schema.linked) == (("visit",), False, True)
    assert (visit.required, visit.missing, note.required, note.missing) == (
        *(True, False, False, True),
    )
    assert (minutes.low, minutes.high, minutes.header.text["zh"]) == (0, 600, "minutes")
    assert [*rounding.choices][:1] + [*rounding.choices][-1:] == ["exact", "guess"]


SLIPS = [
    ("minutes = {", "minutes = ", r"visits\.toml: .*line"),
    ("low = 0,", "lo = 0,", r"visits\.toml: columns\.minutes: unknown \['lo'\]"),
    ('key = ["visit"]', 'keys = ["visit"]', r"visits\.toml: unknown \['keys'\]"),
    ('key = ["visit"]', 'key = ["minutes"]', r"visits\.toml: the key needs columns"),
    ('key = ["visit"]', "closed = 1", r"visits\.toml: closed = 1 is of the wrong type"),
    ('kind = "number"', 'kind = "date"', r"visits\.toml: columns\.minutes\.kind: 'date' is none"),
    ('kind = "number"', 'kind = "flag"', r"columns\.minutes: only a number has low and high"),
    ('words_of = "roundings", choices = ["guess"], ', "", r"columns\.rounding: choices belong"),
    ('words_of = "roundings"', 'words_of = "units"', r"columns\.rounding\.words_of: 'units'"),
    ('choices = ["guess"]', "choices = [1]", r"columns\.rounding\.choices: \[1\] should be a list"),
    ("note_{language}", "note_{lang}", r"columns\.note_\{lang\}: only \{language\}"),
    ('about = { en = "Note." }', 'about = { zh = "注" }', r"note_.*about: missing \['en'\]"),
    ('about = { en = "Note." }', 'header = { en = "N" }', r"note_.*: unknown \['header'\]"),
]


@pytest.mark.parametrize(("good", "slip", "message"), SLIPS)
def test_a_slip_in_a_linked_schema_is_told_with_file_and_key(good, slip, message):
    assert good in SMALL

    with pytest.raises(ValueError, match=message):
        read_schema("visits", SMALL.replace(good, slip), linked=True)


OFFICE = """
name = { en = "Calls", zh = "来电" }
row = { en = "one call", zh = "一次来电" }
key = ["call_id"]

[columns.call_id]
kind = "id"
header = { en = "Call", zh = "来电编号" }
about = { en = "Its number.", zh = "编号。" }
example = "L1"
required = true
missing = false
"""
PROGRAM = """
from pathlib import Path
from evalkit.cli import main
from evalkit.protocol import read_study
from evalkit.table import read_table

assert main(["template", "calls", "--out", "calls.xlsx"]) == 0
table = read_table(read_study(Path("study.toml")), "visits")
print(sorted(table.frame["visit"]), table.frame["note_en"].tolist())
"""
STUDY = """

[[tables]]
name = "visits"
shape = "visits"
file = "visits.csv"
status = "made_up"
source = { en = "test", zh = "测试" }
licence = "none"
"""


def test_a_new_table_of_either_family_is_one_file(tmp_path):
    ignored = shutil.ignore_patterns("__pycache__", "*.ttf")
    shutil.copytree(SOURCE, tmp_path / "package" / "evalkit", ignore=ignored)
    home = tmp_path / "package" / "evalkit" / "schema"
    (home / "linked" / "visits.toml").write_text(SMALL, encoding="utf-8")
    (home / "office" / "calls.toml").write_text(OFFICE, encoding="utf-8")
    (tmp_path / "visits.csv").write_text("visit,note_en\nB,late\nA,\n", encoding="utf-8")
    text = (SOURCE.parents[1] / "studies" / "sample" / "study.toml").read_text(encoding="utf-8")
    text = text.replace("../../data/areas", str(SOURCE.parents[1] / "data" / "areas"))
    (tmp_path / "study.toml").write_text(text + STUDY, encoding="utf-8")

    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": ahead_on_path(tmp_path / "package")},
    )  # fmt: skip

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1] == "['A', 'B'] ['late', '']"
    assert (tmp_path / "calls.xlsx").stat().st_size > 0
