"""A relation must name figures that exist and can play their roles."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from evalkit.errors import StudyError
from evalkit.outcomes.claims.finding import Book
from evalkit.protocol import Relation

# Kinds of what is held or made at a cadence.
HELD = ("events", "visits", "cases", "things", "places")


def check_named(book: Book, relations: Iterable[Relation], path: object) -> None:
    """Stop on a relation to a figure that is not in the ledger of its area."""
    for relation in relations:
        for name in relation.figures:
            if name not in book.claims:
                known = difflib.get_close_matches(name, book.claims, n=3, cutoff=0.5)
                raise StudyError(
                    "relation_unknown" if book.claims else "relation_no_figures",
                    path=path,
                    where=relation.where,
                    figure=name,
                    known=known or list(book.claims)[:3],
                )
        _check_units(book, relation, path)


def _check_units(book: Book, relation: Relation, path: object) -> None:
    """Stop where a figure cannot play its role: that is a slip of the relation, not of the text."""
    share, rule = relation.one("share"), relation.one("rule")
    wrong = None
    if share and book.claims[share].unit.code != "percent":
        wrong = ("relation_share_unit", share)
    if rule and not book.claims[rule].unit.under:
        wrong = ("relation_rule_unit", rule)
    if relation.kind in ("share_of", "count_of_base"):
        for role in ("count", "base"):
            name = relation.one(role)
            if name and book.claims[name].unit.kind in ("rate", "share", "change"):
                wrong = ("relation_base_unit", name)
    held = relation.one("held")
    if held and book.claims[held].unit.kind not in HELD:
        wrong = ("relation_held_unit", held)
    if relation.kind == "same_digits":
        values = {book.claims[name].number for name in relation.figures}
        if len(values) > 1:
            raise StudyError("relation_digits", path=path, where=relation.where)
    if wrong and book.quantities[wrong[1]] is not None:
        key, name = wrong
        found = book.claims[name].unit.code
        raise StudyError(key, path=path, where=relation.where, figure=name, found=found)
