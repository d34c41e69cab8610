"""Who may do what in which state: the table ``states.toml``, read and asked.

Imports files and errors.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from evalkit.files import parse_toml

TABLE = Path(__file__).with_name("states.toml")
SAME = "same"


@dataclass(frozen=True)
class Move:
    """One row of the table.

    Parameters
    ----------
    state : tuple of str
        In which states it may be made.
    role, action : str
        Who may do what.
    needs : tuple of str
        Facts that must hold before.
    to : tuple of str
        In which states it may end; "same" is the one in which it began.
    """

    state: tuple[str, ...]
    role: str
    action: str
    needs: tuple[str, ...]
    to: tuple[str, ...]

    def ends(self, state: str) -> tuple[str, ...]:
        """Return in which states it may end when it begins in this one."""
        return tuple(dict.fromkeys(state if end == SAME else end for end in self.to))


@functools.cache
def moves() -> tuple[Move, ...]:
    """Return every row of the table, in its order."""
    rows = parse_toml(TABLE.read_bytes(), TABLE)["may"]
    return tuple(
        Move(tuple(r["state"]), r["role"], r["action"], tuple(r["needs"]), tuple(r["to"]))
        for r in rows
    )


@functools.cache
def states() -> Mapping[str, tuple[str, ...]]:
    """Return what must hold of each state, in the order in which they are asked."""
    rows = parse_toml(TABLE.read_bytes(), TABLE)["state"]
    return {row["name"]: tuple(row["when"]) for row in rows}


def move_of(state: str, role: str, action: str) -> Move | None:
    """Return the row that lets a role do something in a state; None where none does."""
    found = (m for m in moves() if state in m.state and (m.role, m.action) == (role, action))
    return next(found, None)


def state_of(holds: Callable[[str], bool]) -> str:
    """Return the state: the first of which every fact holds.

    Parameters
    ----------
    holds : callable
        Takes a fact's name.
    """
    return next(name for name, facts in states().items() if all(map(holds, facts)))
