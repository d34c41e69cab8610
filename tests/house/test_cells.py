"""The page of what a cell can call is made from the code, and each function has an example."""

import ast
import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
spec = importlib.util.spec_from_file_location("cells", ROOT / "tools" / "cells.py")
cells = importlib.util.module_from_spec(spec)
spec.loader.exec_module(cells)
ALL = [(module, name) for module in cells.MODULES for name in cells.functions(module)]


def test_the_page_is_as_the_code_says():
    assert cells.PAGE.read_text(encoding="utf-8") == cells.page(), "run python tools/cells.py"


@pytest.mark.parametrize("module, name", ALL)
def test_everything_that_a_cell_can_call_has_an_example(module, name):
    made = cells.example(module, name)

    assert f".{name}(" in made
    kinds = {type(node) for node in ast.walk(ast.parse(made))}
    assert not kinds & {ast.FunctionDef, ast.ClassDef, ast.Lambda}


def test_the_parts_of_an_exhibit_are_public():
    assert {("present", n) for n in ("table", "figure", "statement", "show")} <= set(ALL)
    assert {("outcomes.own", "counts"), ("outcomes.own", "coefficients")} <= set(ALL)
