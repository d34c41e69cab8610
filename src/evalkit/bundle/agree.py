"""Whether the numbers that a notebook shows are those of its estimates.

Imports record, present and words. Who alters a notebook and its pages alike is not found by
holding one against the other: here each shown number is held against the estimate that it names,
and each number of a sentence against all estimates and what was agreed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields

from evalkit.estimate import Estimate
from evalkit.present.content import Piece, pieces_of
from evalkit.record import Record, Seen
from evalkit.words import MINUS, Term, catalogue

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
SIGNED = re.compile(rf"([+{MINUS}-]?)(\d[\d,]*(?:\.\d+)?)(%?)")
DATE = re.compile(r"\d{4}-\d\d(?:-\d\d)?|\d{4}年\d{1,2}月(?:\d{1,2}日)?")
# The words of a source, which the list of printed figures holds.
QUOTED = re.compile(r"“[^”]*”")
LONGEST = 12
# Below these a p-value is not printed in full.
LEAST_P = ("0.001", "0.0001")
PARTS = ("value", "low", "high", "n", "events", "denominator", "level", "se")
# Printed in percentage points, kept as a share.
HUNDREDFOLD = ("points",)
# Half a unit of the last printed place, and what binary fractions make of it.
HALF, SLACK = 0.5, 1e-9
MOST_DECIMALS = 4


def unlike_estimates(record: Record) -> list[tuple[int, str]]:
    """Return the cell and the estimate of each shown number that is none of its estimate's."""
    wrong: dict[tuple[int, str], None] = {}
    for seen in record.seen:
        for piece in _pieces(seen):
            if piece.estimate and not _is_of(piece, record.estimates.get(piece.estimate)):
                wrong[seen.cell, piece.estimate] = None
    return list(wrong)


def _pieces(seen: Seen) -> Iterator[Piece]:
    for content in seen.content.values():
        yield from pieces_of(content)


def _is_of(piece: Piece, estimate: Estimate | None) -> bool:
    if estimate is None:
        # A page may name an estimate of another report, without its number.
        return piece.number is None
    if estimate.disclosure == "withheld" and piece.number is not None:
        return False
    if piece.number is None:
        return True
    printed = _read(piece.text)
    if printed is None:
        return False
    value, place = printed
    by = 100.0 if piece.unit in HUNDREDFOLD else 1.0
    held = [by * x for part in PARTS if (x := getattr(estimate, part)) is not None]
    near = HALF * place + SLACK
    return abs(value - piece.number) <= near and any(abs(value - x) <= near for x in held)


def _read(text: str) -> tuple[float, float] | None:
    """Return the first number of a text and the unit of its last place."""
    found = SIGNED.search(text)
    if found is None:
        return None
    sign, digits, percent = found.groups()
    plain = digits.replace(",", "")
    place = 10.0 ** -len(plain.partition(".")[2])
    scale = 0.01 if percent else 1.0
    value = float(plain) * (-1.0 if sign in (MINUS, "-") else 1.0)
    return value * scale, place * scale


def unexplained(record: Record) -> list[tuple[int, str]]:
    """Return the cell and each number of a sentence that neither an estimate nor the plan has."""
    known = _known(record)
    wrong: dict[tuple[int, str], None] = {}
    for seen in record.seen:
        for text in _texts(seen):
            for found in NUMBER.findall(QUOTED.sub(" ", DATE.sub(" ", text))):
                plain = found.replace(",", "")
                told = plain in known or _in_full(plain, text) in known
                if not told and not _counts(plain, text, seen):
                    wrong[seen.cell, found] = None
    return list(wrong)


def _texts(seen: Seen) -> Iterator[str]:
    """Yield what a reader sees or hears of a shown thing, but its typed numbers and its notes.

    A note may count what no estimate holds, such as the rows that were left out of a picture.
    """
    for lang, content in seen.content.items():
        held = [getattr(content, part, "") for part in ("title", "alt")]
        held += [piece.text for piece in pieces_of(content) if piece.number is None]
        held += [seen.text[lang]] if seen.kind == "statement" else []
        yield from held


def _in_full(plain: str, text: str) -> str:
    """Return a number in full where a sentence counts it in ten thousands."""
    short = len(plain) < LONGEST and f"{plain}万" in text
    return str(round(float(plain) * 10_000)) if short else plain


def _counts(plain: str, text: str, seen: Seen) -> bool:
    """Return whether a number can count what stands in the exhibit itself: 9 of 10 rows."""
    most = len(seen.estimates)
    return (
        plain.isdecimal()
        and len(plain) < LONGEST
        and int(plain) <= most
        and f"{plain}%" not in text
    )


def _known(record: Record) -> set[str]:
    header = record.header
    # A picture in letters holds every number; the words of a brand are among the texts.
    study = {key: said for key, said in header.about["study"].items() if key != "brand"}
    about = {**header.about, "study": study}
    agreed = [json.dumps(header.plan), json.dumps(about), *header.agreed.values()]
    agreed += [text for texts in header.texts.values() for text in texts]
    agreed += [*header.rule.text.values(), header.policy]
    # What our own sentences always say: 1,000 young people, the edition of a standard.
    agreed += [text for lang in header.languages for text in catalogue(lang).values()]
    agreed += [cell.source for cell in record.cells if cell.cell_type == "markdown"]
    estimates = list(record.estimates.values())
    agreed += [estimate.id for estimate in estimates]
    agreed += [text for e in estimates for term in _terms(e) for text in term.text.values()]
    known = {found.replace(",", "") for text in agreed for found in NUMBER.findall(text)}
    return known.union(LEAST_P, *map(_forms, estimates))


def _terms(estimate: Estimate) -> Iterable[Term]:
    held = (getattr(estimate, field.name) for field in fields(estimate))
    return [value for value in held if isinstance(value, Term)]


def _forms(estimate: Estimate) -> set[str]:
    """Return an estimate's numbers as a sentence may write them: of a hundred, and of the rest."""
    held = [abs(float(x)) for part in PARTS if (x := getattr(estimate, part)) is not None]
    wide = [
        y for x in held for y in ((x, 100 * x, 1 - x, 100 * (1 - x)) if x <= 1 else (x, 100 * x))
    ]
    return {f"{abs(y):.{places}f}" for y in wide for places in range(MOST_DECIMALS + 1)}
