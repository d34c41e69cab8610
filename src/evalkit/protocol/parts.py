"""The parts of a study, held to one another: areas, texts, tables, the plan's sections.

Imports area, mistakes and words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import category

from evalkit.errors import StudyError
from evalkit.protocol.area import Area, read_area
from evalkit.protocol.mistakes import Mistakes
from evalkit.protocol.outcomes import CLAIMS
from evalkit.words import Term

if TYPE_CHECKING:
    from evalkit.protocol.study import Study
    from evalkit.protocol.tables import TableSpec

# Categories of Unicode that draw nothing: controls, marks of direction, halves of pairs.
UNSEEN = ("Cc", "Cf", "Co", "Cs")


class Areas(Mapping[str, Area]):
    """A study's areas in the order of its file, each read when it is first asked for.

    Parameters
    ----------
    folder : Path
        Of the areas' files.
    codes : tuple of str
        The areas.
    """

    def __init__(self, folder: Path, codes: tuple[str, ...]) -> None:
        self._folder = folder
        self._read: dict[str, Area | None] = dict.fromkeys(codes)

    def __getitem__(self, code: str) -> Area:
        area = self._read[code]
        if area is None:
            area = read_area(self._folder / f"{code}.toml", noted=False)
            self._read[code] = area
        return area

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)


def terms(study: Study, codes: Iterable[str]) -> Iterable[tuple[Path, Term]]:
    """Yield every text of a study and some of its areas, with the file that it stands in."""
    said = (study.name, *study.labels.values(), *study.assessment.values())
    yield from ((study.path, term) for term in said)
    yield from ((study.path, spec.source) for spec in study.tables.values())
    yield from [(study.path, study.clean.source)] if study.clean else []
    yield from ((study.brand.files[0], term) for term in study.brand.texts) if study.brand else ()
    for area in (study.areas[code] for code in codes):
        parts = [area.name, area.place, *(scope.why for scope in area.outcomes.values())]
        parts += [part for m in area.mechanisms for part in (m.name, m.data)]
        parts += [part for r in area.relations for part in (r.fact, r.place)]
        parts += [area.ledger.source] if area.ledger else []
        yield from ((area.path, term) for term in parts)


def check_parts(study: Study, codes: list[str]) -> None:
    """Stop where the parts of a study do not fit one another, with all that does not.

    Raises
    ------
    StudyError
        If a part of the plan, a ledger or a text is missing, or a table serves no report, or
        one that another serves.
    """
    mistakes = Mistakes()
    for outcome in study.outcomes:
        mistakes.of(_check_planned, study, outcome)
    for code in codes:
        mistakes.of(_check_ledger, study, code)
    for path, term in terms(study, codes):
        mistakes.of(_check_text, study, path, term)
    mistakes.of(_check_served, study)
    mistakes.of(_check_servers, study)
    for spec in study.tables.values():
        mistakes.of(_check_area, study, spec, codes)
    mistakes.end()


def _check_planned(study: Study, outcome: str) -> None:
    if outcome not in study.plan.parts:
        raise StudyError("key_missing", path=study.path, where="[plan]", missing=[outcome])


def _check_ledger(study: Study, code: str) -> None:
    if CLAIMS in study.outcomes and not study.ledgers(code):
        raise StudyError("no_ledger", path=study.path, area=code)


def _check_text(study: Study, path: Path, term: Term) -> None:
    missing = [lang for lang in study.languages if not term.text.get(lang, "").strip()]
    if missing:
        raise StudyError("text_missing", path=path, text=term.code, missing=missing)
    said = "".join(term.text.values()).replace("\n", " ").replace("\t", " ")
    hidden = {c for c in said if category(c) in UNSEEN}
    if hidden:
        codes = [f"U+{ord(c):04X}" for c in sorted(hidden)]
        raise StudyError("text_hidden", path=path, text=term.code, missing=codes)


def _check_served(study: Study) -> None:
    served: dict[tuple[str, str], str] = {}
    for spec in study.tables.values():
        if spec.area and spec.outcome:
            first = served.setdefault((spec.area, spec.outcome), spec.name)
            if first != spec.name:
                raise StudyError(
                    "tables_share",
                    path=study.path,
                    tables=[first, spec.name],
                    area=spec.area,
                    outcome=spec.outcome,
                )


def _check_servers(study: Study) -> None:
    """Stop on a database that is said to hold tables of an area that the study has not."""
    for server in study.clean.servers if study.clean else ():
        for area in server.areas:
            if area not in study.areas:
                raise StudyError(
                    "value_choice",
                    path=study.path,
                    where="[clean.servers]",
                    key="areas",
                    found=area,
                    known=list(study.areas),
                )


def _check_area(study: Study, spec: TableSpec, codes: list[str]) -> None:
    if not spec.area:
        return
    known, key, found = list(study.areas), "area", spec.area
    if spec.area in codes and spec.outcome:
        # No report would read it, and the one that it was meant for would say that it has none.
        known, key, found = study.outcomes_of(spec.area), "outcome", spec.outcome
    if found not in known:
        where = f"[tables {spec.name}]"
        raise StudyError(
            "value_choice", path=study.path, where=where, key=key, found=found, known=known
        )
