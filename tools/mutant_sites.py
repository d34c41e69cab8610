"""Where a mutant can be made in a file, and the file with one of them in it.

Leans on the standard library. A mutant is one change: a comparison moved by its boundary or turned
round, an operator exchanged for its opposite, a number one larger, a truth value or a sign turned.
Left out are types, decorators and the ``strict`` of a zip, which say something about the code and
do nothing in it.
"""

from __future__ import annotations

import ast
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMPARED: dict[type, type] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
OPERATORS: dict[type, type] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
# Longer than this, what is around a number is not shown with it.
SHOWN = 72
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Mutant:
    """One change of one file.

    Parameters
    ----------
    file : str
        Path in the repository.
    function : str
        What the change stands in, with the classes and functions around it; "" for the module.
    change : str
        The expression before and after.
    number : int
        The how manieth of this change in this function, from 0.
    place : int
        The how manieth place of the file at which a mutant can be made, from 0.
    first, last : int
        Lines of the expression.
    body : tuple of int
        First and last line of what runs when the change is met: the statement, or for a default
        the function; (0, 0) for what runs once, when the module is imported.
    """

    file: str
    function: str
    change: str
    number: int
    place: int
    first: int
    last: int
    body: tuple[int, int]

    @property
    def name(self) -> str:
        """What the mutant is called, whatever else stands in its file."""
        return f"{self.file}|{self.function}|{self.change}|{self.number}"

    def rank(self, seed: str) -> str:
        """Where the mutant stands in a list that no other mutant can reshuffle."""
        return hashlib.sha256(f"{seed}|{self.name}".encode()).hexdigest()

    def __str__(self) -> str:
        """Say where it is and what it changes."""
        return f"{self.file}:{self.first} {self.function or 'module'}: {self.change}"


@dataclass
class _Place:
    """A place where a mutant can be made: how, and what is shown of it."""

    node: ast.expr
    shown: ast.AST
    field: str
    index: int | None
    new: Any
    function: str
    body: tuple[int, int]

    def swap(self) -> None:
        """Change the tree; once more changes it back."""
        if self.index is None:
            old = getattr(self.node, self.field)
            setattr(self.node, self.field, self.new)
        else:
            signs = getattr(self.node, self.field)
            old, signs[self.index] = signs[self.index], self.new
        self.new = old

    def change(self) -> str:
        """Return what stands there before and after."""
        before = _text(self.shown)
        self.swap()
        after = _text(self.shown)
        self.swap()
        return f"{before}  ->  {after}"


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.UnaryOp) and getattr(node.operand, "twice", False):
        node = node.operand.operand
    return ast.unparse(node)


def _changes(node: ast.expr) -> Iterator[tuple[str, int | None, Any]]:
    if isinstance(node, ast.Compare):
        for index, sign in enumerate(node.ops):
            yield "ops", index, COMPARED[type(sign)]()
    elif isinstance(node, ast.BinOp | ast.BoolOp) and type(node.op) in OPERATORS:
        yield "op", None, OPERATORS[type(node.op)]()
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        # Twice the opposite is the operand: `not not x`, `- -x`.
        opposite = ast.UnaryOp(node.op, node.operand)
        opposite.twice = True  # type: ignore[attr-defined]
        yield "operand", None, opposite
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            yield "value", None, not node.value
        elif isinstance(node.value, int | float):
            yield "value", None, node.value + 1


class _Places(ast.NodeVisitor):
    def __init__(self) -> None:
        self.found: list[_Place] = []
        self._names: list[str] = []
        self._body = (0, 0)
        self._parents: list[ast.AST] = []

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.expr):
            for field, index, new in _changes(node):
                name = ".".join(self._names)
                shown = self._shown(node)
                self.found.append(_Place(node, shown, field, index, new, name, self._body))
        self._parents.append(node)
        super().visit(node)
        self._parents.pop()

    def _shown(self, node: ast.expr) -> ast.AST:
        """Return for a number what is around it, where that is short: alone it says little."""
        around = self._parents[-1]
        short = isinstance(around, ast.expr | ast.keyword) and len(ast.unparse(around)) <= SHOWN
        return around if isinstance(node, ast.Constant) and short else node

    def generic_visit(self, node: ast.AST) -> None:
        outer = self._body
        inside = isinstance(node, ast.stmt) and self._names and outer != (0, 0)
        if inside and not hasattr(node, "body"):
            self._body = (node.lineno, node.end_lineno)
        super().generic_visit(node)
        self._body = outer

    def _function(self, node: FUNCTION) -> None:
        outer = self._body
        self._names.append(node.name)
        self._body = (node.body[0].lineno, node.end_lineno or node.lineno)
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if default is not None:
                self.visit(default)
        for statement in node.body:
            self.visit(statement)
        self._names.pop()
        self._body = outer

    visit_FunctionDef = visit_AsyncFunctionDef = _function

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._names.append(node.name)
        for statement in node.body:
            self.visit(statement)
        self._names.pop()

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        zipped = isinstance(node.func, ast.Name) and node.func.id == "zip"
        for child in (node.func, *node.args, *node.keywords):
            if not (zipped and isinstance(child, ast.keyword) and child.arg == "strict"):
                self.visit(child)


def _places(tree: ast.Module) -> list[_Place]:
    finder = _Places()
    finder.visit(tree)
    return finder.found


def mutants(file: str, text: str) -> list[Mutant]:
    """Return every mutant of a file, in the order of the file.

    Parameters
    ----------
    file : str
        Path in the repository.
    text : str
        What stands in it.
    """
    met: Counter[tuple[str, str]] = Counter()
    found = []
    for index, place in enumerate(_places(ast.parse(text))):
        change = place.change()
        number = met[place.function, change]
        met[place.function, change] += 1
        lines = (place.node.lineno, place.node.end_lineno or place.node.lineno)
        found.append(Mutant(file, place.function, change, number, index, *lines, place.body))
    return found


def mutated(text: str, place: int | None) -> ast.Module:
    """Return a file as a tree with one change in it, or with none.

    Parameters
    ----------
    text : str
        What stands in the file.
    place : int or None
        The mutant's ``place``.
    """
    tree = ast.parse(text)
    if place is not None:
        _places(tree)[place].swap()
    return ast.fix_missing_locations(tree)


def sample(root: Path, rooms: tuple[str, ...], seed: str, size: int) -> list[Mutant]:
    """Return a random sample that is the same until what it is drawn from changes.

    Each mutant has a random rank of its own and the lowest ranks are drawn: an edit brings in
    or takes out its own mutants and leaves the others where they are.

    Parameters
    ----------
    root : Path
        The repository.
    rooms : tuple of str
        Packages and modules of ``src/evalkit``.
    seed : str
        Decides the ranks.
    size : int
        How many are drawn.
    """
    house = root / "src" / "evalkit"
    files = [
        file
        for room in rooms
        for file in (sorted((house / room).rglob("*.py")) or [house / f"{room}.py"])
    ]
    every = [
        mutant
        for file in files
        for mutant in mutants(file.relative_to(root).as_posix(), file.read_text(encoding="utf-8"))
    ]
    drawn = sorted(every, key=lambda mutant: mutant.rank(seed))[:size]
    return sorted(drawn, key=lambda mutant: (mutant.file, mutant.place))
