"""Errors cross processes, end with their own code, and speak every language."""

import ast
import json
import os
import pickle
import string

import pytest
from tests.helpers import ROOT

from evalkit import errors, words
from evalkit.protocol.strict import KINDS as VALUE_KINDS
from evalkit.review.rules import moves

# docs/reference/exit-codes.md; a script that calls evalkit relies on them.
EXIT_CODES = {
    "EvalkitError": 1,
    "UsageError": 2,
    "StudyError": 3,
    "DataError": 4,
    "NotebookError": 5,
    "OutputError": 6,
    "RecordError": 7,
    "PageError": 8,
    "ClusterError": 9,
    "Refused": 10,
    "BundleError": 11,
    "ReviewError": 12,
    "CompareError": 13,
    "Interrupted": 130,
}
# Keys that the code puts together: value_kind_<kind> in protocol.strict, and
# <key>_line in table, for public tables.
IN_A_TABLE = ("value_unmapped", "value_missing", "value_not_number", "value_below")
IN_A_TABLE += ("value_above", "value_not_whole", "value_twice")
BUILT = [f"value_kind_{kind}" for kind in VALUE_KINDS]
BUILT += [key + ending for key in IN_A_TABLE for ending in ("", "_line")]
BUILT += ["value_unmapped_line_found"]
# What is in Spark's way, as its process tells it.
BUILT += [f"place.{what}" for what in ("no_spark", "no_java", "spark_refused", "spark_lost")]
BUILT += ["place.spark_code", "place.spark_rows"]
# What a review's table does not allow, and what it needs.
BUILT += [f"review.may_{move.action}" for move in moves()]
BUILT += [f"review.need_{need}" for move in moves() for need in move.needs]


@pytest.mark.parametrize(("kind", "code"), EXIT_CODES.items())
def test_each_kind_of_mistake_has_its_own_exit_code(kind, code):
    assert errors.KINDS[kind].exit_code == code


def test_every_kind_is_listed_once():
    assert set(errors.KINDS) == set(EXIT_CODES)
    assert len(set(EXIT_CODES.values())) == len(EXIT_CODES)
    assert {kind.__name__ for kind in errors.EvalkitError.__subclasses__()} <= set(errors.KINDS)


@pytest.mark.parametrize("kind", EXIT_CODES)
def test_an_error_survives_pickling(kind):
    error = errors.KINDS[kind]("value_choice", key="people", found="x", known=("a", "b"))

    again = pickle.loads(pickle.dumps(error))

    assert type(again) is type(error)
    assert (again.key, again.values) == (error.key, error.values)
    assert again.values == {"key": "people", "found": "x", "known": ["a", "b"]}


@pytest.mark.parametrize("kind", EXIT_CODES)
def test_an_error_survives_json(kind):
    error = errors.KINDS[kind]("file_missing", path=ROOT / "x.toml", n=3, share=0.5, none=None)

    again = errors.from_json(json.loads(json.dumps(error.to_json())))

    assert type(again) is type(error)
    assert again.to_json() == error.to_json()
    assert again.values["path"] == str(ROOT / "x.toml")


def test_lists_and_other_things_become_text():
    error = errors.DataError("k", a=[1, 2], b=(3,), c={4}, d=ROOT, e=True)

    assert error.values == {"a": ["1", "2"], "b": ["3"], "c": ["4"], "d": str(ROOT), "e": True}


def test_the_sentence_is_in_the_reader_s_language(monkeypatch):
    error = errors.DataError("file_missing", path="x.csv")

    monkeypatch.setenv("EVALKIT_LANG", "en")
    assert str(error) == "x.csv: there is no such file. Check the path."
    monkeypatch.setenv("EVALKIT_LANG", "zh")
    assert str(error) == "x.csv：没有这个文件。请核对路径。"
    assert words.sentence(error, "en") == "x.csv: there is no such file. Check the path."


def test_ipython_shows_the_sentence_and_no_stack(monkeypatch):
    monkeypatch.setenv("EVALKIT_LANG", "en")
    error = errors.DataError("table_empty", path="x.csv")

    assert error._render_traceback_() == [str(error)]


def test_a_batch_run_gets_the_error_as_json(monkeypatch):
    monkeypatch.setenv(errors.TRANSPORT, "json")
    error = errors.DataError("file_missing", path="x.csv")

    assert errors.from_json(json.loads(str(error))).to_json() == error.to_json()


def test_without_a_voice_an_error_still_says_its_key(monkeypatch):
    monkeypatch.setattr(errors, "_voice", [])
    monkeypatch.delitem(os.environ, errors.TRANSPORT, raising=False)

    assert str(errors.DataError("file_missing", path="x")) == "file_missing {'path': 'x'}"


def test_the_scan_of_the_code_finds_errors():
    # Without this, a changed way of raising would leave the next tests nothing to test.
    assert {"file_missing", "columns_missing", "unknown_area"} <= {key for key, _, _ in _raised()}


@pytest.mark.parametrize("lang", words.languages())
def test_every_error_that_the_code_raises_has_a_sentence(lang):
    keys = {key for key, _, _ in _raised()} | set(BUILT)

    missing = sorted({s for key in keys for s in _sentences(key)} - {*words.catalogue(lang)})

    assert missing == []


@pytest.mark.parametrize("lang", words.languages())
def test_every_error_is_raised_with_the_values_that_its_sentence_shows(lang):
    for key, names, place in _raised():
        said = [words.catalogue(lang)[sentence] for sentence in _sentences(key)]
        shown = set().union(*map(_placeholders, said))

        assert shown <= names, f"{place}: {key}"


def test_every_error_sentence_is_raised_somewhere():
    text = "".join(path.read_text(encoding="utf-8") for path in _sources())
    # A key may be chosen by an expression, so it is looked for as a word in quotes.
    unused = [
        key
        for key in words.catalogue("en")
        if key.startswith(("error.", "reason.refuse_", "would_pass.refuse_"))
        and (name := key.partition(".")[2]) not in BUILT
        and f'"{name}"' not in text
    ]

    assert unused == []


def _sources():
    return sorted((ROOT / "src" / "evalkit").rglob("*.py"))


def _raised():
    """Every Kind("key", name=...) in the code, as (key, names, place)."""
    found = []
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args and _name(node) in errors.KINDS):
                continue
            first = node.args[0]
            # A ** has no name; such a call is judged by its key alone.
            if isinstance(first, ast.Constant) and all(k.arg for k in node.keywords):
                names = {keyword.arg for keyword in node.keywords}
                found.append((first.value, names, f"{path.name}:{node.lineno}"))
    return found


def _sentences(key):
    """A mistake has one sentence; a refusal has why, and what would pass."""
    error = f"error.{key}"
    return [error] if error in {*words.catalogue("en")} else [f"{p}.{key}" for p in words.REFUSED]


def _name(call):
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def _placeholders(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
