"""Relations against the ledger that they speak of: what is refused, and what is a finding."""

import pytest
from tests.helpers import AREA, write_study
from tests.protocol.test_relations import audited, checked, claim, read, refusal, relation

from evalkit.protocol import read_study
from evalkit.quantity import ROUNDINGS

IN = relation("inside", 'inner = "N-1"\nouter = "N-02"\n')


@pytest.mark.parametrize(
    ("names", "nearest"),
    [
        (("N-02", "N-01", "S-9"), "N-01, N-02"),
        (("N-02", "X9", "Y8", "Z7"), "N-02"),
        # Where none is near, the first three.
        (("V9", "W9", "X9", "Y9"), "V9, W9, X9"),
    ],
)
def test_a_figure_that_does_not_exist_is_named_with_the_nearest(tmp_path, names, nearest):
    said = refusal(tmp_path, lambda: checked(tmp_path, [claim(n, "5") for n in names], IN))

    assert said == (
        f"[relations 1]: there is no figure N-1 in the ledger of this area. Nearest: {nearest}.",
        f"[relations 1]：该地区的登记表中没有数字 N-1。最接近的有：{nearest.replace(', ', '、')}。",
    )


EACH = relation("per_unit", 'total = "T"\nby = ["B"]\n')


@pytest.mark.parametrize(
    ("under", "possible"),
    [
        ("sessions", "CNY/sessions, hours/sessions, person_times/sessions"),
        ("person_times", "CNY/person_times, hours/person_times"),
    ],
)
def test_a_quotient_that_means_nothing_is_refused_with_those_that_do(tmp_path, under, possible):
    figures = [claim("T", "50"), claim("B", "7", under)]

    said = refusal(tmp_path, lambda: checked(tmp_path, figures, EACH))

    assert said == (
        f"[relations 1]: persons divided by {under} means nothing. "
        f"What can be divided: {possible}.",
        f"[relations 1]：persons 除以 {under} 没有意义。"
        f"可以相除的有：{possible.replace(', ', '、')}。",
    )


def test_where_the_text_prints_such_a_quotient_itself_it_is_left_open(tmp_path):
    figures = [claim("T", "50"), claim("B", "7", "sessions"), claim("P", "7", "persons/sessions")]
    printed = relation("per_unit", 'total = "T"\nby = ["B"]\nprinted = "P"\n')

    (found,) = checked(tmp_path, figures, printed)

    assert (found.check, found.rule, found.verdict) == ("one", "per_unit", "cannot_verify")
    assert found.settle.text("en") == "people counted once, and visits, each apart"


BASED = {
    "per_unit": 'total = "T"\nby = ["B"]\n',
    "share_of": 'share = "S"\nbase = "B"\n',
    "count_of_base": 'count = "T"\nbase = "B"\n',
    "share_of a count": 'share = "S"\ncount = "T"\nbase = "B"\n',
}


@pytest.mark.parametrize("rounding", [word for word in ROUNDINGS if word != "none"])
@pytest.mark.parametrize("kind", BASED)
def test_a_base_of_zero_is_a_finding_and_no_crash(tmp_path, kind, rounding):
    figures = [claim("T", "5"), claim("B", "0", rounding=rounding), claim("S", "50", "percent")]

    found = checked(tmp_path, figures, relation(kind.split()[0], BASED[kind]))[0]

    assert (found.check, found.verdict, found.result) == ("one", "cannot_verify", None)
    assert found.arithmetic.text("en") == (
        "The base is 0: nothing is a share of it or can be divided by it."
    )
    assert found.settle.text("en") == "a base above 0"


def test_a_figure_without_a_number_is_a_finding_and_no_crash(tmp_path):
    figures = [claim("T", "50"), claim("B", "many", "sessions", "none")]

    found = checked(tmp_path, figures, EACH)[0]

    assert (found.rule, found.verdict) == ("no_number", "cannot_verify")


@pytest.mark.parametrize(
    ("kind", "roles"),
    [
        ("part_of", 'parts = ["A"]\nwhole = "A"\n'),
        ("inside", 'inner = "A"\nouter = "A"\n'),
        ("share_of", 'share = "S"\ncount = "A"\nbase = "A"\n'),
        ("share_of", 'share = "A"\nbase = "A"\n'),
        ("per_unit", 'total = "A"\nby = ["A"]\n'),
        ("per_unit", 'total = "A"\nby = ["B"]\nprinted = "A"\n'),
        ("stated_rule", 'rule = "A"\ntimes = "A"\n'),
    ],
)
def test_a_figure_plays_one_role_in_a_relation(tmp_path, kind, roles):
    assert refusal(tmp_path, lambda: read(tmp_path, relation(kind, roles))) == (
        "[relations 1]: the figure A plays two roles. Name each figure once.",
        "[relations 1]：数字 A 担任了两个角色。每个数字只写一次。",
    )


def test_a_missing_text_is_named_with_its_relation(tmp_path):
    two = relation("same_quantity", code="first") + relation("repeats", code="again")
    slip = two[::-1].replace(', zh = "第一行"'[::-1], "", 1)[::-1]
    study = write_study(tmp_path, area=AREA + slip)

    said = refusal(tmp_path / "areas", lambda: read_study(study))

    assert said == (
        ": again.place has no words in zh. Add them.",
        "：again.place 缺少 zh 的文字。请补上。",
    )


@pytest.mark.parametrize(
    ("figures", "english", "chinese"),
    [
        # Visits over sessions and classes: the two cannot be added; nobody divides them.
        (
            [
                claim("T", "50", "person_times"),
                claim("B", "7", "sessions"),
                claim("C", "2", "classes"),
            ],
            "sessions and classes cannot be added up. Divide by figures of one unit.",
            "sessions 与 classes 不能相加。请除以同一单位的数字。",
        ),
        (
            [claim("T", "50"), claim("B", "7", "km"), claim("C", "2", "km")],
            "persons divided by km means nothing, and no unit can be divided by km. "
            "Remove the relation.",
            "persons 除以 km 没有意义，也没有单位可以除以 km。请删去这一关系。",
        ),
        (
            [],
            "there is no figure T: the ledger holds none of this area.",
            "没有数字 T，登记表中没有该地区的数字。",
        ),
    ],
)
def test_what_cannot_be_computed_is_told_without_an_empty_list(tmp_path, figures, english, chinese):
    both = relation("per_unit", 'total = "T"\nby = ["B", "C"]\n')

    said = refusal(tmp_path, lambda: checked(tmp_path, figures, both))

    assert said == (f"[relations 1]: {english}", f"[relations 1]：{chinese}")


def test_of_a_share_of_zero_it_is_not_said_that_its_base_is_zero(tmp_path):
    figures = [claim("S", "0", "percent"), claim("T", "5")]

    (found,) = checked(tmp_path, figures, relation("share_of", 'share = "S"\ncount = "T"\n'))

    assert (found.rule, found.verdict, found.result) == ("implied_base", "cannot_verify", None)
    assert found.arithmetic.texts(("en", "zh")) == {
        "en": "A share of 0% implies no base.",
        "zh": "占比为0%，推不出基数。",
    }
    assert found.settle.texts(("en", "zh")) == {"en": "the size of the base", "zh": "基数的大小"}


def test_a_single_part_above_its_whole_is_told_as_a_part(tmp_path):
    figures = [claim("P", "50"), claim("W", "20")]

    found = checked(tmp_path, figures, relation("part_of", 'parts = ["P"]\nwhole = "W"\n'))[0]

    assert found.verdict == "contradicts"
    assert found.arithmetic.texts(("en", "zh")) == {
        "en": "A part, 50 [45, 60), is more than its whole, 20 [15, 30).",
        "zh": "分项50 [45, 60)超过总数20 [15, 30)。",
    }


FIFTY = [claim("A", "50"), claim("B", "50"), claim("C", "50"), claim("W", "20")]


def again(first, second):
    """One figure repeats another."""
    return relation("repeats", f'figures = ["{first}", "{second}"]\n', f"{first}-{second}".lower())


def too_big(part):
    """A part that is more than its whole W."""
    return relation("part_of", f'parts = ["{part}"]\nwhole = "W"\n', "part")


def test_a_repeat_takes_the_verdict_of_the_figure_that_it_repeats(tmp_path):
    found = audited(tmp_path, FIFTY, again("A", "B"), too_big("A")).verdicts

    assert found == dict.fromkeys("ABW", "contradicts") | {"C": "cannot_verify"}


def test_a_figure_that_is_not_surely_the_same_takes_no_verdict(tmp_path):
    # Numbers that end in 0 may have been rounded: 50 and 60 can be one count.
    figures = [claim("A", "50"), claim("B", "60"), claim("W", "20")]

    found = audited(tmp_path, figures, again("A", "B"), too_big("A")).verdicts

    assert found == {"A": "contradicts", "B": "cannot_verify", "W": "contradicts"}


def test_a_repeat_that_contradicts_is_not_said_to_agree(tmp_path):
    checked = audited(tmp_path, FIFTY, again("A", "B"), too_big("B"))

    against = [f for f in checked.findings if f.adverse and "B" in f.claims]
    assert [(f.check, f.verdict) for f in against] == [("part", "contradicts")]
    assert checked.verdicts["B"] == "contradicts"


def test_the_order_of_the_relations_changes_no_verdict(tmp_path):
    relations = again("A", "B"), again("B", "C"), too_big("A")

    one = audited(tmp_path, FIFTY, *relations)
    other = audited(tmp_path, FIFTY, *relations[1::-1], relations[2])

    assert one.verdicts == other.verdicts == dict.fromkeys("ABCW", "contradicts")
