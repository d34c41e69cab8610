"""An outcome is declared once, and everything else reads the declaration."""

import ast
from pathlib import Path

import pytest

from evalkit.outcomes.printed import ALWAYS, RULES, asked_of
from evalkit.protocol import BEARS_ON, DECLARED, OUTCOMES
from evalkit.protocol.outcomes import choices_of, faults, kinds
from evalkit.schema import load_schema
from evalkit.words import catalogue, languages

SOURCE = Path(__file__).parents[2] / "src" / "evalkit"
HOME = SOURCE / "protocol" / "outcomes"
# Made-up worlds are made for one outcome each, and say for which; the second implementation
# imports nothing of the first.
OWN_WORLDS = {"sample", "validate", "recompute"}
# What a printed figure can be about.
ABOUT = tuple(load_schema("claims").columns["outcome"].choices)


def listed(text):
    """Every list, tuple, set or mapping of a text that names two outcomes or more."""
    for node in ast.walk(ast.parse(text)):
        parts = getattr(node, "elts", []) or getattr(node, "keys", [])
        named = {p.value for p in parts if isinstance(p, ast.Constant)} & set(DECLARED)
        if len(named) > 1:
            yield sorted(named)


def test_no_other_module_lists_outcomes():
    others = [f for f in SOURCE.rglob("*.py") if HOME not in f.parents]
    found = {
        f.relative_to(SOURCE).as_posix(): found
        for f in others
        if f.relative_to(SOURCE).parts[0] not in OWN_WORLDS
        and (found := list(listed(f.read_text(encoding="utf-8"))))
    }

    assert found == {}


def test_the_search_finds_a_list_of_outcomes():
    assert list(listed('X = ("reach", "recidivism")')) == [["reach", "recidivism"]]
    assert list(listed('X = {"reach": 1, "quality": 2}')) == [["quality", "reach"]]


@pytest.mark.parametrize("code", DECLARED)
def test_an_outcome_has_its_notebook_its_names_and_its_table(code):
    outcome = DECLARED[code]

    assert outcome.code == code
    assert (SOURCE.parents[1] / "notebooks" / f"{code}.ipynb").is_file()
    for lang in languages():
        assert f"outcome.{code}" in list(catalogue(lang))
    assert not outcome.persons or load_schema(outcome.persons).columns
    assert bool(outcome.persons) == (code in OUTCOMES)


def test_what_a_printed_figure_is_asked_is_a_rule_and_each_rule_is_asked_by_somebody():
    codes = {rule.code for rule in RULES}
    asked = {code: set(outcome.asks) for code, outcome in DECLARED.items()}

    assert set().union(*asked.values()) == codes
    assert all(set(ALWAYS) <= asks for code, asks in asked.items() if code in OUTCOMES)
    assert set(BEARS_ON) <= set(ABOUT)
    assert {o: asked_of(o) for o in ABOUT if o not in BEARS_ON} == {
        "inputs": ALWAYS, "organisation": ALWAYS, "other": ALWAYS,
    }  # fmt: skip


def test_every_choice_is_of_a_kind_that_a_study_file_can_hold(plan):
    for code, outcome in DECLARED.items():
        for name, (kind, closed, limit) in kinds(outcome.plan).items():
            value = getattr(plan.parts[code], name)
            assert not closed or value in choices_of(outcome.plan, name) == closed
            assert limit is None or kind is not str
    assert [list(faults(part)) for part in plan.parts.values()] == [[]] * len(DECLARED)
