"""No sentence that nothing says, and none that is said and does not exist."""

import ast
import re
import tomllib
from pathlib import Path

from evalkit.words import REFUSED, catalogue

SOURCE = Path(__file__).parents[2] / "src" / "evalkit"
TEXT = "".join(
    file.read_text(encoding="utf-8")
    for pattern in ("*.py", "*.j2")
    for file in SOURCE.rglob(pattern)
)
# Sections whose keys are codes of data or of the plan: tests of their own hold them.
BY_CODE = (
    *("error", "table", "fault", "rounding", "level", "status", "window", "flow", "format"),
    "short",
)
# What fills a key is put together itself, or its section is named by another word.
COMPOSED = {
    "events_matched": "of a table's shape and `_matched`",
    "absences_matched": "of a table's shape and `_matched`",
    "shares_of_base": "of an exhibit's name without `_figure`",
    "satisfaction_weighted": "of an outcome and `_weighted`",
    "false_data": "of a fact of the ledger and `_data`",
    "share_visits": "of `share_` and the kind of a base",
    "share_stated": "of `share_` and the kind of a base",
    "share_beside": "of `share_` and the kind of a base",
    **dict.fromkeys(
        (
            *("satisfaction_bounded_all", "satisfaction_bounded_plain_all", "wave_bounds_all"),
            *("ratings_all", "ratings_figure_all", "bounds_figure_all", "level_bounds_all"),
        ),
        "of a sentence's name and `_all`",
    ),
}
# Sections that a choice names, in `outcomes.choices.NAMED`.
BY_CHOICE = ("design_of", "primary_of", "curve_of", "unit_of")


def patterns(text):
    """Keys in the code, with what an f-string fills in as a group."""
    for key in re.findall(r'"([a-z_]+\.[a-z_{][^"\s]*|\{\w+\}\.[a-z_]+)"', text):
        parts = re.split(r"(?:\{[^{}]*\})+", key)
        # In a template the rest may be added: say("verdict." + key).
        tail = "(.*)" if key.endswith(("_", ".")) else ""
        yield re.compile("(.+)".join(map(re.escape, parts)) + tail + r"\Z")


def code_words(tree):
    """What a module names and the strings it holds; not its comments and docstrings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value.value = None
    for node in ast.walk(tree):
        for field in ("id", "attr", "arg", "name", "value"):
            if isinstance(word := getattr(node, field, None), str):
                yield word


def keys_of(data):
    """Keys and texts of a file of data, at any depth."""
    if isinstance(data, dict):
        yield from data
    for item in (data.values() if isinstance(data, dict) else data) if data else ():
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict | list):
            yield from keys_of(item)


def filled():
    """Words that may be filled into a key."""
    for file in SOURCE.rglob("*.py"):
        yield from code_words(ast.parse(file.read_text(encoding="utf-8")))
    for file in SOURCE.rglob("*.toml"):
        if "locale" not in file.parts:
            yield from keys_of(tomllib.loads(file.read_text(encoding="utf-8")))
    for file in SOURCE.rglob("*.j2"):
        yield from re.findall(r"\w+", file.read_text(encoding="utf-8"))


def unsaid(keys, known, words):
    """Keys that nothing names, or only by a word that nobody fills in."""
    return [
        key
        for key in keys
        if not any(
            (match := pattern.match(key)) and all(g in words for g in match.groups() if g)
            for pattern in known
        )
    ]


def test_every_sentence_is_said_somewhere():
    elsewhere = {*BY_CODE, *BY_CHOICE}
    keys = [key for key in catalogue("en") if key.split(".")[0] not in elsewhere]

    found = unsaid(keys, list(patterns(TEXT)), {*filled(), *COMPOSED})

    assert found == []


def test_what_is_composed_is_still_needed():
    words, keys = set(filled()), list(catalogue("en"))

    assert [word for word in COMPOSED if word in words] == []
    assert [word for word in COMPOSED if not any(key.endswith(word) for key in keys)] == []


def test_a_sentence_that_only_looks_said_is_found():
    known = list(patterns('say(f"head.{name}", lang); say("page.title")'))
    words = set(code_words(ast.parse('"""The old title."""\nname = "value"  # old\n')))

    assert unsaid(["head.value", "head.old", "page.title", "page.old"], known, words) == [
        "head.old",
        "page.old",
    ]


def test_every_key_in_the_code_has_its_sentence():
    sections = {key.split(".")[0] for key in catalogue("en")}
    written = re.findall(r'(?:say|phrase|term)\(\s*"([a-z_]+\.[a-z_]+)"\s*[,)]', TEXT)

    assert written
    assert [k for k in written if k.split(".")[0] in sections and k not in catalogue("en")] == []


def test_every_refusal_of_the_house_has_why_and_what_would_pass():
    keys = set(re.findall(r'\brefused\(\s*[\w.]+,\s*"(\w+)"', TEXT))

    assert len(keys) > 5
    asked = {f"{part}.{key}" for key in keys for part in REFUSED}
    assert sorted(asked - {*catalogue("en")}) == []
