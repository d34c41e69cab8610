"""What a table promises: the nouns.

Imports words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from evalkit.words import Term

KINDS = (
    *("text", "id", "person", "date", "datetime", "month"),
    *("number", "count", "share", "flag", "choice"),
)
BOUNDED = ("number", "count", "share")
LEVELS = ("stop", "warn", "note")
# What the numbers of an office's column can be counted in; `evalkit.intake.units` reads each.
UNITS = (
    *("yuan", "hours", "hours_a_week", "years", "people", "attendances", "times", "points"),
    "degrees",
)
# No count, time or amount of a study is above this; beyond it a float is no longer exact.
MOST = 2**53
# What the name of a column of a linked table can hold, if it has one for each of several.
LANGUAGE, DEFINITION = "{language}", "{definition}"


@dataclass(frozen=True)
class Choice:
    """One of the values of a column with a closed list.

    Parameters
    ----------
    code : str
        What the table holds once it is read.
    label : Term
        What stands in the template and its drop-down.
    aliases : tuple of str
        What other exports write for it.
    """

    code: str
    label: Term
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """What one column promises.

    Parameters
    ----------
    name : str
        Its name in the table once it is read.
    kind : str
        One of `KINDS`: "person" is the number of a person, which becomes a pseudonym;
        "id" any other number, kept as text; "count" a whole number from 0; "share" a
        percentage; "flag" yes or no.
    header : Term
        What stands at its head in the template; of a linked table its name.
    about : Term
        One sentence for whoever fills it in.
    example : str
        A cell as an office would write it; empty for a linked table.
    required : bool
        Whether the column must be there.
    missing : bool
        Whether a cell may be empty.
    low, high : float or None
        Smallest and largest possible number; None for no bound.
    high_adults : float or None
        Largest possible number in a study of adults, where it is another.
    unit : str
        What a number of the table is counted in, one of `UNITS`; "" for none.
    aliases : tuple of str
        Other headers that exports give it.
    choices : dict of str to Choice
        The closed list of a "choice", in the order of the drop-down; else empty.
    official : bool
        Whether a text may be the official code of a division.
    published : bool
        Whether a text tells where public numbers stand, and is about no person.
    """

    name: str
    kind: str
    header: Term
    about: Term
    example: str
    required: bool
    missing: bool
    low: float | None = None
    high: float | None = None
    high_adults: float | None = None
    unit: str = ""
    aliases: tuple[str, ...] = ()
    choices: dict[str, Choice] = field(default_factory=dict)
    official: bool = False
    published: bool = False


@dataclass(frozen=True)
class Check:
    """What no row may be.

    Parameters
    ----------
    id : str
        Its name, unique within the table.
    level : str
        "stop": the table is refused; "warn": the result may suffer; "note": to be known.
    columns : tuple of str
        The columns that it is about: a file that lacks one of them is not held to it.
    sql : str
        DuckDB SQL over one row, true where the row is wrong; NULL is not wrong.
    about : Term
        What is wrong with such a row.
    beside : tuple of str
        Columns that it reads too, empty where a file lacks them.
    """

    id: str
    level: str
    columns: tuple[str, ...]
    sql: str
    about: Term
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Schema:
    """What a table of one kind promises.

    Parameters
    ----------
    name : str
        Name of the kind, as a study file gives it under ``shape``.
    linked : bool
        Whether a study file links its file; else an office hands it in, and ``evalkit read``
        reads it.
    title : Term
        What people call it.
    row : Term
        What one row is.
    key : tuple of str
        Columns that together are unique; none of their cells may be empty.
    columns : dict of str to Column
        The columns, in the order of the template; of a linked table, one whose name holds
        `LANGUAGE` or `DEFINITION` stands for one column each.
    checks : tuple of Check
        What is looked for in its rows.
    closed : bool
        Whether all columns are ours, so that another one there is a misspelt one.
    alone : tuple of str
        Outcomes whose report tells of the table also without the outcome's own table of persons.
    """

    name: str
    linked: bool
    title: Term
    row: Term
    key: tuple[str, ...]
    columns: dict[str, Column]
    checks: tuple[Check, ...] = ()
    closed: bool = False
    alone: tuple[str, ...] = ()

    def columns_for(
        self, languages: Iterable[str], definitions: Iterable[str]
    ) -> dict[str, Column]:
        """Return the columns by the names that a table of a study has for them.

        Parameters
        ----------
        definitions : iterable of str
            Those of the event that the table has.
        """
        each = {LANGUAGE: tuple(languages), DEFINITION: tuple(definitions)}
        found: dict[str, Column] = {}
        for name, column in self.columns.items():
            hole = next((hole for hole in each if hole in name), "")
            names = [name.replace(hole, value) for value in each[hole]] if hole else [name]
            found |= dict.fromkeys(names, column)
        return found

    @property
    def per_language(self) -> dict[str, Column]:
        """The columns that there are once for each language, by what stands before it."""
        end = f"_{LANGUAGE}"
        return {n.removesuffix(end): c for n, c in self.columns.items() if n.endswith(end)}
