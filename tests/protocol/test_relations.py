"""Relations between figures are read strictly, and each slip is named."""

from fractions import Fraction

import pytest
from tests.helpers import AREA, swapped, write_study

from evalkit.errors import StudyError
from evalkit.intake.ledger import Claim
from evalkit.outcomes.claims import check
from evalkit.protocol import ClaimsPlan, read_area, read_study
from evalkit.protocol.relations import FORMS, Spell
from evalkit.quantity import parse_unit
from evalkit.words import sentence

KINDS = (
    "part_of, share_of, same_quantity, count_of_base, per_unit, stated_rule, inside, repeats, "
    "same_digits, cadence"
)
# What each kind names, and the flags that it must give beside `stated`.
ROLES = {
    "part_of": 'parts = ["N-02", "N-03"]\nwhole = "N-01"\n',
    "share_of": 'share = "N-04"\nbase = "N-01"\ncount = "N-02"\n',
    "same_quantity": 'figures = ["N-01", "N-02", "N-03"]\n',
    "count_of_base": 'count = "N-02"\nbase = "N-01"\n',
    "per_unit": 'total = "N-05"\nby = ["N-06", "N-07"]\nprinted = "N-08"\n',
    "stated_rule": 'rule = "N-08"\ntimes = "N-06"\ncount = "N-05"\n',
    "inside": 'inner = "N-02"\nouter = "N-01"\n',
    "repeats": 'figures = ["N-01", "N-02"]\n',
    "same_digits": 'figures = ["N-01", "N-02"]\n',
    "cadence": 'held = "N-06"\n',
}
# What it gives beside figures and flags.
SPELL = {"cadence": 'every = "quarter"\nmonths_least = 12\nmonths_most = 24\n'}
FLAGS = {"part_of": ("exclusive", "complete", "one_each"), "inside": ("alike",)}


def relation(kind, roles=None, code="one"):
    """One relation as an area file states it."""
    flags = "".join(f"{flag} = false\n" for flag in FLAGS.get(kind, ()))
    return (
        f'\n[[relations]]\ncode = "{code}"\nkind = "{kind}"\n{roles or ROLES[kind]}{flags}'
        f"{SPELL.get(kind, '')}"
        'stated = true\nfact = { en = "it says so", zh = "原文如此" }\n'
        'place = { en = "first line", zh = "第一行" }\n'
    )


def read(folder, *relations):
    path = folder / "north.toml"
    path.write_text(AREA + "".join(relations), encoding="utf-8")
    return read_area(path).relations


def refusal(folder, do):
    """What a reader is told about the area file, in both languages, without its path."""
    with pytest.raises(StudyError) as caught:
        do()
    path = str(folder / "north.toml")
    en, zh = (sentence(caught.value, lang) for lang in ("en", "zh"))
    assert en.startswith(path) and zh.startswith(path)
    assert zh.endswith("。")
    return en.removeprefix(path).removeprefix(", "), zh.removeprefix(path).removeprefix("，")


def claim(name, value, unit="persons", rounding="exact"):
    number = None if rounding == "none" else Fraction(value)
    return Claim(name, "north", "s", "reach", "x", value, number, None, parse_unit(unit), rounding)


def audited(folder, claims, *relations):
    """What is said of figures; the area file is named as the notebook names it."""
    plan = ClaimsPlan(estimands=(), approx=0.05, same_digits=3, zero_base=60, level=0.95)
    return check(claims, read(folder, *relations), plan, folder / "north.toml")


def checked(folder, claims, *relations):
    """The findings about figures."""
    return audited(folder, claims, *relations).findings


@pytest.mark.parametrize("kind", ROLES)
def test_every_kind_is_read_with_its_roles_flags_and_words(tmp_path, kind):
    (found,) = read(tmp_path, relation(kind))

    assert (found.code, found.kind, found.where) == ("one", kind, "[relations 1]")
    assert found.flags == {"stated": True} | dict.fromkeys(FLAGS.get(kind, ()), False)
    assert (found.fact.text["zh"], found.place.text["en"]) == ("原文如此", "first line")
    lines = dict(line.split(" = ") for line in ROLES[kind].splitlines())
    assert {role: ", ".join(f'"{n}"' for n in names) for role, names in found.roles.items()} == {
        role: names.strip("[]") for role, names in lines.items()
    }


def test_no_kind_is_left_out_of_these_tests():
    assert list(FORMS) == KINDS.split(", ")
    assert set(ROLES) == set(FORMS)
    assert {kind: form.flags for kind, form in FORMS.items() if form.flags} == FLAGS


@pytest.mark.parametrize(
    ("kind", "roles"),
    [
        ("share_of", 'share = "N-04"\nbase = "N-01"\n'),
        ("share_of", 'share = "N-04"\ncount = "N-02"\n'),
        ("per_unit", 'total = "N-05"\nby = ["N-06"]\n'),
        ("stated_rule", 'rule = "N-08"\ntimes = "N-06"\n'),
        ("stated_rule", 'rule = "N-08"\ncount = "N-05"\n'),
        ("part_of", 'parts = ["N-02"]\nwhole = "N-01"\n'),
    ],
)
def test_what_is_optional_may_be_left_out(tmp_path, kind, roles):
    (found,) = read(tmp_path, relation(kind, roles))

    assert len(found.figures) == len(found.roles) == 2
    assert found.one("share") == ("N-04" if kind == "share_of" else None)


@pytest.mark.parametrize("said", ["true", "false"])
def test_that_one_counts_for_several_may_be_left_out(tmp_path, said):
    roles = ROLES["stated_rule"]

    (without,) = read(tmp_path, relation("stated_rule"))
    (found,) = read(tmp_path, relation("stated_rule", f"{roles}shared = {said}\n"))

    assert without.flags == {"stated": True}
    assert found.flags == {"stated": True, "shared": said == "true"}


def test_a_cadence_is_read_with_its_spell(tmp_path):
    (found,) = read(tmp_path, relation("cadence"))

    assert found.spell == Spell("quarter", 12, 24)
    assert found.spell.months == 3
    assert read(tmp_path, relation("repeats"))[0].spell is None


def test_an_area_may_have_no_relation(tmp_path):
    assert read(tmp_path) == ()


KEYS = {
    "part_of": "code, complete, exclusive, fact, kind, one_each, parts, place, stated, whole",
    "share_of": "base, code, count, fact, kind, place, share, stated",
    "same_quantity": "code, fact, figures, kind, place, stated",
    "count_of_base": "base, code, count, fact, kind, place, stated",
    "per_unit": "by, code, fact, kind, place, printed, stated, total",
    "stated_rule": "code, count, fact, kind, place, rule, shared, stated, times",
    "inside": "alike, code, fact, inner, kind, outer, place, stated",
    "repeats": "code, fact, figures, kind, place, stated",
    "same_digits": "code, fact, figures, kind, place, stated",
    "cadence": "code, every, fact, held, kind, months_least, months_most, place, stated",
}
BOOL = "{} must be true or false, found {}."
LIST = "{} must be a list of values of one kind, found {}."
THREE = "exclusive = false\ncomplete = false\none_each = false\n"
# (kind, what stands there, what is written instead, what the reader is told)
INSIDE = f"kind = insde is not known. Known: {KINDS}. Nearest: inside."
PRINTED = f"unknown prined. Known: {KEYS['per_unit']}. Nearest: printed."
SLIPS = [
    ("inside", 'kind = "inside"\n', "", "missing kind. Add it."),
    ("inside", '"inside"', '"insde"', INSIDE),
    ("inside", '"inside"', "5", "kind must be text in quotes, found 5."),
    ("inside", 'code = "one"\n', "", "missing code. Add it."),
    ("inside", 'inner = "N-02"\n', "", "missing inner. Add it."),
    ("inside", "alike = false\n", "", "missing alike. Add it."),
    ("inside", "stated = true\n", "", "missing stated. Add it."),
    ("inside", 'fact = { en = "it says so", zh = "原文如此" }\n', "", "missing fact. Add it."),
    ("inside", 'place = { en = "first line", zh = "第一行" }\n', "", "missing place. Add it."),
    ("inside", '{ en = "first line", zh = "第一行" }', "5", "place must be a section, found 5."),
    ("inside", "alike = false", "alike = 0", BOOL.format("alike", "0")),
    ("inside", "stated = true", "stated = 1", BOOL.format("stated", "1")),
    ("inside", "stated = true", 'stated = "yes"', BOOL.format("stated", '"yes"')),
    ("inside", '"N-02"', "2", "inner must be text in quotes, found 2."),
    ("inside", '"N-02"', '["N-02"]', 'inner must be text in quotes, found ["N-02"].'),
    ("part_of", 'whole = "N-01"\n', "", "missing whole. Add it."),
    ("part_of", THREE, "", "missing complete, exclusive, one_each. Add it."),
    ("part_of", "exclusive = false", "exclusive = 1", BOOL.format("exclusive", "1")),
    ("part_of", "complete = false", 'complete = "no"', BOOL.format("complete", '"no"')),
    ("part_of", "one_each = false", "one_each = 0.5", BOOL.format("one_each", "0.5")),
    ("part_of", '["N-02", "N-03"]', '"N-02"', LIST.format("parts", '"N-02"')),
    ("part_of", '["N-02", "N-03"]', '["N-02", 3]', LIST.format("parts", '["N-02", 3]')),
    ("share_of", 'share = "N-04"\n', "", "missing share. Add it."),
    ("share_of", 'base = "N-01"\ncount = "N-02"\n', "", "missing base / count. Add it."),
    ("stated_rule", 'rule = "N-08"\n', "", "missing rule. Add it."),
    ("stated_rule", 'times = "N-06"\ncount = "N-05"\n', "", "missing times / count. Add it."),
    ("per_unit", 'by = ["N-06", "N-07"]\n', "", "missing by. Add it."),
    ("per_unit", "printed", "prined", PRINTED),
    *((kind, "place", "rank = 1\nplace", f"unknown rank. Known: {k}.") for kind, k in KEYS.items()),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "old", "new", "told"), SLIPS)
def test_each_slip_is_named_with_the_position_of_the_relation(tmp_path, kind, old, new, told):
    slip = swapped(relation(kind), old, new)

    said = refusal(tmp_path, lambda: read(tmp_path, relation("inside", code="first"), slip))

    assert said[0] == f"[relations 2]: {told}"
    assert said[1].startswith("[relations 2]：")


# (kind, what stands there, what is written instead, what is counted, fewest)
COUNTS = [
    ("part_of", '["N-02", "N-03"]', '["N-02", "N-02"]', "parts", 1),
    ("part_of", '["N-02", "N-03"]', "[]", "parts", 1),
    ("per_unit", '["N-06", "N-07"]', '["N-06", "N-07", "N-06"]', "by", 1),
    ("same_quantity", '["N-01", "N-02", "N-03"]', '["N-01"]', "figures", 2),
    ("same_quantity", '["N-01", "N-02", "N-03"]', '["N-01", "N-01", "N-02"]', "figures", 2),
    ("repeats", '["N-01", "N-02"]', '["N-01", "N-01"]', "figures", 2),
    ("repeats", '["N-01", "N-02"]', "[]", "figures", 2),
]


@pytest.mark.parametrize(("kind", "old", "new", "key", "least"), COUNTS)
def test_figures_are_enough_and_each_is_named_once(tmp_path, kind, old, new, key, least):
    slip = swapped(relation(kind), old, new)

    said = refusal(tmp_path, lambda: read(tmp_path, slip))

    assert said == (
        f"[relations 1]: {key} must name each figure once, and at least {least}.",
        f"[relations 1]：{key} 中每个数字只列一次，至少列出{least}个。",
    )


@pytest.mark.parametrize("found", ["1", "[1]", '{ code = "one" }'])
def test_relations_that_are_no_sections_are_refused(tmp_path, found):
    path = tmp_path / "north.toml"
    path.write_text(f"relations = {found}\n{AREA}", encoding="utf-8")
    shown = found.replace("{ code =", '{"code":').replace(" }", "}")

    said = refusal(tmp_path, lambda: read_area(path))

    assert said[0] == f": relations must be a list of values of one kind, found {shown}."


def test_two_relations_have_two_codes(tmp_path):
    two = relation("inside"), relation("repeats")

    assert refusal(tmp_path, lambda: read(tmp_path, *two)) == (
        ": two relations have the code one. Rename one.",
        "：有两个关系的代码都是 one。请改名。",
    )


A_IN_B = relation("part_of", 'parts = ["A"]\nwhole = "B"\n', "ab")
B_IN_A = relation("inside", 'inner = "B"\nouter = "A"\n', "ba")
B_IN_C = relation("inside", 'inner = "B"\nouter = "C"\n', "bc")
C_IN_A = relation("count_of_base", 'count = "C"\nbase = "A"\n', "ca")
A_OF_B = relation("share_of", 'share = "S"\ncount = "A"\nbase = "B"\n', "sab")


@pytest.mark.parametrize(
    ("relations", "figures"),
    [
        ((A_IN_B, B_IN_A), "AB"),
        ((A_OF_B, B_IN_A), "AB"),
        ((A_IN_B, B_IN_C, C_IN_A), "ABC"),
        ((C_IN_A, A_OF_B, B_IN_C), "ABC"),
    ],
)
def test_a_circle_of_figures_within_one_another_is_refused(tmp_path, relations, figures):
    english, chinese = refusal(tmp_path, lambda: read(tmp_path, *relations))

    named = english.removeprefix(": the figures ").partition(" lie")[0]
    assert sorted(named.split(", ")) == list(figures)
    told = f": the figures {named} lie within one another in a circle. Correct a relation."
    assert english == told
    assert chinese == f"：数字 {named.replace(', ', '、')} 互相包含，成了一圈。请改正关系。"


def test_two_ways_into_the_same_figure_are_no_circle(tmp_path):
    again = relation("count_of_base", 'count = "A"\nbase = "C"\n', "ac")

    assert len(read(tmp_path, A_IN_B, B_IN_C, again)) == 3


@pytest.mark.parametrize("key", ["fact", "place"])
@pytest.mark.parametrize("left", ['{ en = "it" }', '{ en = "it", zh = " " }'])
def test_a_text_in_each_language_of_the_study_is_asked_for(tmp_path, key, left):
    one = relation("inside")
    line = next(line for line in one.splitlines() if line.startswith(key))
    study = write_study(tmp_path, area=AREA + swapped(one, line, f"{key} = {left}"))

    said = refusal(tmp_path / "areas", lambda: read_study(study))

    assert said == (
        f": one.{key} has no words in zh. Add them.",
        f"：one.{key} 缺少 zh 的文字。请补上。",
    )
