"""The tables of one report: each file is read and checked once, when it is asked for first.

Imports cohort, intake, table, schema and protocol.
"""

from __future__ import annotations

from evalkit.cohort import at_landmark
from evalkit.errors import StudyError
from evalkit.intake.clean import Inspection, inspect_clean
from evalkit.protocol import Study, TableSpec
from evalkit.schema import office_names
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
        _check_names(study)
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

    def cases(self, landmark: int = 0, since: int | None = None) -> Table | None:
        """Return the case files, in classes by assignment or by who had begun at a landmark.

        Parameters
        ----------
        landmark, since : int
            As `evalkit.cohort.at_landmark` takes them; 0 for the classes of the file.

        Returns
        -------
        Table or None
            None where the office did not hand them in.
        """
        cases = self._read("cases")
        if cases is None or not landmark:
            return cases
        return at_landmark(cases, self._read("events"), self._read("absences"), landmark, since)

    def _read(self, shape: str) -> Table | None:
        found = self.inspected(shape)
        return found.table if found else None

    def linked(self, spec: TableSpec) -> Table:
        """Return a table that the study links: no choice changes what its file holds."""
        if spec.name not in self._linked:
            self._linked[spec.name] = read_table(self._study, spec)
        return self._linked[spec.name]


def _check_names(study: Study) -> None:
    """Stop on a database that is said to hold a table that does not exist: it would be lost."""
    known = list(office_names())
    for server in study.clean.servers if study.clean else ():
        for name in server.tables:
            if name not in known:
                where, key = "[clean.servers]", "tables"
                raise StudyError(
                    "value_choice", path=study.path, where=where, key=key, found=name, known=known
                )
