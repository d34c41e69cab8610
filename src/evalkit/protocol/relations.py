"""Relations between printed figures: facts of a text, with their place in it.

A relation says what the text says, never what follows from it; the verdicts are
the work of `evalkit.outcomes.claims`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter

from evalkit.errors import StudyError
from evalkit.protocol.strict import Section
from evalkit.words import Term


@dataclass(frozen=True)
class Form:
    """What a kind of relation must and may name.

    Parameters
    ----------
    one, many : tuple of str
        Roles played by one figure, and by several; all required.
    optional : tuple of str
        Roles played by one figure or none.
    flags : tuple of str
        Yes-or-no facts of the text that it must give, beside ``stated``.
    perhaps : tuple of str
        Yes-or-no facts that few texts say; false where it is left out.
    edge : tuple of (str, str)
        Pairs of roles of which the first lies within the second: no circles.
    spell : bool
        Whether it gives a cadence and the months that it can cover (`Spell`).
    """

    one: tuple[str, ...] = ()
    many: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()
    edge: tuple[tuple[str, str], ...] = ()
    spell: bool = False


# The months of a spell; of a week the mean of the calendar.
EVERY = {
    "week": Fraction(7 * 12, 365),
    "month": Fraction(1),
    "quarter": Fraction(3),
    "half_year": Fraction(6),
    "year": Fraction(12),
}


@dataclass(frozen=True)
class Spell:
    """A cadence that a text promises, and how long it can have run.

    Parameters
    ----------
    every : str
        One of `EVERY`.
    least, most : int
        The fewest and the most whole months that the text can mean, 1 <= least <= most.
    """

    every: str
    least: int
    most: int

    @property
    def months(self) -> Fraction:
        """How many months lie between one and the next."""
        return EVERY[self.every]


FORMS: dict[str, Form] = {
    "part_of": Form(
        ("whole",),
        ("parts",),
        flags=("exclusive", "complete", "one_each"),
        edge=(("parts", "whole"),),
    ),
    "share_of": Form(("share",), optional=("base", "count"), edge=(("count", "base"),)),
    "same_quantity": Form(many=("figures",)),
    "count_of_base": Form(("count", "base"), edge=(("count", "base"),)),
    "per_unit": Form(("total",), ("by",), optional=("printed",)),
    "stated_rule": Form(("rule",), optional=("times", "count"), perhaps=("shared",)),
    "inside": Form(("inner", "outer"), flags=("alike",), edge=(("inner", "outer"),)),
    "repeats": Form(many=("figures",)),
    "same_digits": Form(many=("figures",)),
    "cadence": Form(("held",), spell=True),
}
LEAST_TWO = ("figures",)


@dataclass(frozen=True)
class Relation:
    """One fact of a text about two or more of its figures.

    Parameters
    ----------
    code, kind : str
        Its name within the area; one of `FORMS`.
    roles : mapping of str to tuple of str
        The claim ids that play each role.
    flags : mapping of str to bool
        ``stated``: whether the text itself says so, or only prints the figures
        side by side; and the further facts of the kind.
    fact, place : Term
        What the text says, and where in it.
    where : str
        Names it in a message.
    spell : Spell or None
        Of a cadence, which no figure prints as a number.
    """

    code: str
    kind: str
    roles: Mapping[str, tuple[str, ...]]
    flags: Mapping[str, bool] = field(default_factory=dict)
    fact: Term = field(default_factory=lambda: Term("fact", {}))
    place: Term = field(default_factory=lambda: Term("place", {}))
    where: str = ""
    spell: Spell | None = None

    @property
    def stated(self) -> bool:
        """Whether the text itself says so."""
        return self.flags["stated"]

    @property
    def figures(self) -> tuple[str, ...]:
        """Every claim id that it names, in the order of the roles."""
        return tuple(dict.fromkeys(name for names in self.roles.values() for name in names))

    def one(self, role: str) -> str | None:
        """Return the claim id that plays a role, or None."""
        names = self.roles.get(role, ())
        return names[0] if names else None


def read_relations(top: Section) -> tuple[Relation, ...]:
    """Return the relations of an area file.

    Raises
    ------
    StudyError
        If one does not keep its form, two have one code or say the same, or figures lie
        within one another in a circle.
    """
    if "relations" not in top.values:
        return ()
    found = [_relation(section) for section in top.sections("relations")]
    codes = [relation.code for relation in found]
    said: dict[tuple[object, ...], str] = {}
    for relation in found:
        same = (relation.kind, *((r, frozenset(n)) for r, n in sorted(relation.roles.items())))
        other = said.setdefault(same, relation.code)
        if other != relation.code:
            raise StudyError("relation_again", path=top.path, code=other, other=relation.code)
        if codes.count(relation.code) > 1:
            raise StudyError("relation_twice", path=top.path, code=relation.code)
    _check_circles(top, found)
    return tuple(found)


def _relation(section: Section) -> Relation:
    if "kind" not in section.values:
        raise StudyError("key_missing", path=section.path, where=section.label, missing=["kind"])
    kind = section.choice("kind", FORMS)
    form = FORMS[kind]
    flags = ("stated", *form.flags)
    spell = ("every", "months_least", "months_most") if form.spell else ()
    section.check(
        ("code", "kind", "fact", "place", *form.one, *form.many, *flags, *spell),
        optional=(*form.optional, *form.perhaps),
    )
    flags = (*flags, *(flag for flag in form.perhaps if flag in section.values))
    roles: dict[str, tuple[str, ...]] = {}
    for role in (*form.one, *form.many, *form.optional):
        if role in section.values:
            many = role in form.many
            roles[role] = section.strings(role) if many else (section.get(role, "text"),)
    for role, names in roles.items():
        if "" in names:
            raise StudyError("value_empty", path=section.path, where=section.label, key=role)
        least = 2 if role in LEAST_TWO else 1
        if len(set(names)) < max(least, len(names)):
            raise StudyError(
                "relation_figures", path=section.path, where=section.label, key=role, least=least
            )
    if form.optional and not form.many and len(roles) == len(form.one):
        # A share of nothing, or a rule for nothing, says nothing.
        missing = [" / ".join(form.optional)]
        raise StudyError("key_missing", path=section.path, where=section.label, missing=missing)
    named = [name for names in roles.values() for name in names]
    for name in named:
        if named.count(name) > 1:
            raise StudyError(
                "relation_role_twice", path=section.path, where=section.label, figure=name
            )
    code = section.code(section.get("code", "text"))
    return Relation(
        code=code,
        kind=kind,
        roles=roles,
        flags={flag: section.get(flag, "bool") for flag in flags},
        fact=Term(f"{code}.fact", section.texts("fact")),
        place=Term(f"{code}.place", section.texts("place")),
        where=section.label,
        spell=_spell(section) if form.spell else None,
    )


def _spell(section: Section) -> Spell:
    least, most = section.get("months_least", "whole"), section.get("months_most", "whole")
    if not 1 <= least <= most:
        raise StudyError("relation_months", path=section.path, where=section.label)
    return Spell(section.choice("every", EVERY), least, most)


def _check_circles(top: Section, relations: Iterable[Relation]) -> None:
    within: dict[str, set[str]] = {}
    for relation in relations:
        for inner, outer in FORMS[relation.kind].edge:
            for name in relation.roles.get(inner, ()):
                within.setdefault(name, set()).update(relation.roles.get(outer, ()))
    try:
        TopologicalSorter(within).prepare()
    except CycleError as problem:
        circle = list(dict.fromkeys(problem.args[1]))
        raise StudyError("relation_circle", path=top.path, figures=circle) from None
