"""The tables of one report: each file is read and checked once, when it is asked for first.

Imports intake, table and protocol.
"""

from __future__ import annotations

from evalkit.intake.clean import Inspection, inspect_clean
from evalkit.protocol import Study, TableSpec
from evalkit.table import Table, read_table


class Tables:
    """What a report has read of a study.

    Parameters
    ----------
    study : Study
        As its file states it.
    area : str
        Code of the area.
    """

    def __init__(self, study: Study, area: str) -> None:
        self._study, self._area = study, area
        self._inspected: dict[str, Inspection | None] = {}
        self._linked: dict[str, Table] = {}

    def inspected(self, shape: str) -> Inspection | None:
        """Return a table that the area's office handed in, with what its checks find.

        Parameters
        ----------
        shape : str
            One of `evalkit.schema.office_names`.

        Returns
        -------
        Inspection or None
            None where the office did not hand it in.
        """
        if shape not in self._inspected:
            spec = self._study.clean_table(self._area, shape)
            self._inspected[shape] = inspect_clean(spec) if spec else None
        return self._inspected[shape]

    def linked(self, spec: TableSpec) -> Table:
        """Return a table that the study links: no choice changes what its file holds."""
        if spec.name not in self._linked:
            self._linked[spec.name] = read_table(self._study, spec)
        return self._linked[spec.name]
