"""Thin notebooks that are still research."""

import ast
from pathlib import Path

import nbformat
import pytest

from evalkit.protocol.area import OUTCOMES

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
LONGEST_CELL = 10


def code_cells(path):
    return [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]


def test_every_outcome_has_a_notebook():
    assert {path.stem for path in NOTEBOOKS} >= set(OUTCOMES)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_is_valid_and_holds_no_outputs(path):
    nbformat.validate(nbformat.read(path, as_version=4))

    assert [c for c in code_cells(path) if c.outputs or c.execution_count] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_cells_are_short_and_define_nothing(path):
    for cell in code_cells(path):
        kinds = {type(node) for node in ast.walk(ast.parse(cell.source))}

        assert len(cell.source.splitlines()) <= LONGEST_CELL, cell.source
        assert not kinds & {ast.FunctionDef, ast.ClassDef, ast.Lambda}, cell.source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_prose_comes_in_pairs_of_languages(path):
    cells = nbformat.read(path, as_version=4).cells
    prose = [c for c in cells if c.cell_type == "markdown"]
    spoken = [next(t for t in c.metadata["tags"] if t.startswith("lang-")) for c in prose]

    assert spoken == ["lang-zh", "lang-en"] * (len(prose) // 2)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_no_number_is_typed_into_prose(path):
    cells = nbformat.read(path, as_version=4).cells
    prose = "".join(c.source for c in cells if c.cell_type == "markdown")

    assert not any(character.isdigit() for character in prose)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_each_exhibit_has_a_cell_of_its_own(path):
    for cell in code_cells(path):
        assert cell.source.count("present.") <= 1, cell.source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_exactly_one_parameters_cell_and_one_headline(path):
    tags = [tag for c in code_cells(path) for tag in c.metadata.get("tags", [])]

    assert tags.count("parameters") == 1
    assert tags.count("headline") == 1
