"""A cadence beside what was held, visits beside people, equal digits beside each other."""

import random

import pytest
from tests.helpers import AREA, ROOT, write_study

from evalkit.errors import StudyError
from evalkit.intake.ledger import read_ledger
from evalkit.outcomes.claims import check
from evalkit.protocol import read_study
from evalkit.protocol.relations import Spell
from evalkit.words import sentence

from .world import CHOICES, World, one, told


@pytest.fixture
def world():
    return World(random.Random(1))


# A year holds three whole quarters wherever it begins and touches five at most.
@pytest.mark.parametrize(
    ("held", "rounding", "stated", "verdict", "words"),
    [
        (10, "over", False, "cannot_verify", "3 sessions at the least and 9 sessions at the most"),
        (10, "over", True, "agrees", "[10, 20) are reported"),
        (3, "exact", True, "agrees", "3 are reported"),
        (2, "exact", True, "contradicts", "3 sessions at the least in the 12 to 24 months that"),
        (2, "exact", False, "cannot_verify", "but 2 are reported"),
        (2, "over", True, "cannot_verify", "but [2, 3) are reported"),
    ],
)
def test_a_cadence_is_held_against_the_fewest_that_the_time_can_have(
    world, held, rounding, stated, verdict, words
):
    name = world.claim(held, rounding, "sessions")
    code = world.relate("cadence", stated, held=name, spell=Spell("quarter", 12, 24))

    found = one(world, code)

    assert (found.verdict, found.rule) == (verdict, "cadence")
    assert words in found.arithmetic.text("en")
    # To hold as many as were promised makes no figure right.
    assert found.judged == ((name,) if verdict == "contradicts" else ())


def test_fewer_visits_than_people_are_not_divided(world):
    roles = {"total": world.claim(10_000, "over", "person_times")}
    code = world.relate("per_unit", False, **roles, by=[world.claim(30_000, "over")])

    assert told(one(world, code)) == (
        "cannot_verify",
        "[10,000, 20,000) visits beside [30,000, 40,000) people: whoever came did so at least "
        "once, so that these visits cannot be all of theirs.",
    )


def test_equal_digits_that_a_relation_points_at_are_a_question(world):
    names = [world.claim(15, unit="stations"), world.claim(15, unit="facilities")]
    code = world.relate("same_digits", False, figures=names)

    found = one(world, code)

    assert told(found) == ("cannot_verify", "15 is printed for 2 different things.")
    assert found.settle.text("en") == "the two counts in the records"
    assert found.can is None and not found.adverse


def slip(folder, relation, rows):
    """What a reader is told of a relation, behind the file's path."""
    relation += 'stated = false\nfact = { en = "a", zh = "甲" }\nplace = { en = "b", zh = "乙" }\n'
    path = write_study(folder, area=AREA + "\n[[relations]]\n" + relation)
    head = "claim_id,area,outcome,indicator,value,unit,rounding,statement_en,statement_zh\n"
    lines = [f"{name},north,reach,x,{value},{unit},exact,a,甲\n" for name, value, unit in rows]
    (folder / "claims.csv").write_text(head + "".join(lines), encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        study = read_study(path)
        north = study.areas["north"]
        check(read_ledger(study, "north").claims, north.relations, CHOICES, north.path)
    return [sentence(caught.value, lang).split("[relations 1]")[-1] for lang in ("en", "zh")]


@pytest.mark.parametrize(
    ("relation", "wanted"),
    [
        (
            'code = "r"\nkind = "same_digits"\nfigures = ["A", "B"]\n',
            ": the figures of a relation same_digits are not equal. Remove it, or correct the "
            "figures.",
        ),
        (
            'code = "r"\nkind = "cadence"\nheld = "A"\nevery = "month"\nmonths_least = 1\n'
            "months_most = 2\n",
            ": held needs what is held or made at a cadence, such as sessions; A counts persons.",
        ),
        (
            'code = "r"\nkind = "cadence"\nheld = "B"\nevery = "month"\nmonths_least = 3\n'
            "months_most = 2\n",
            ": months_least must be 1 or more, and months_most no less than it.",
        ),
    ],
)
def test_a_slip_of_such_a_relation_is_named(tmp_path, relation, wanted):
    english, chinese = slip(tmp_path, relation, [("A", 5, "persons"), ("B", 6, "sessions")])

    assert english == wanted
    assert chinese.startswith("：") and chinese.endswith("。")


def test_every_relation_of_the_areas_quotes_figures_of_its_own_area():
    study = read_study(ROOT / "study.toml")
    for code, area in study.areas.items():
        claims = {claim.claim_id: claim for claim in read_ledger(study, code).claims}
        for relation in area.relations:
            assert set(relation.figures) <= set(claims), (code, relation.code)
            assert all(relation.place.text[lang] for lang in ("en", "zh"))
