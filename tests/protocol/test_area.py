"""An area file is read strictly, and each slip is named."""

import pytest
from tests.helpers import AREA, ROOT, swapped

from evalkit.errors import StudyError
from evalkit.protocol import read_area
from evalkit.words import sentence

KEYS = "code, ledger, level, mechanisms, name, order, outcomes, place, relations, source"
LEVELS = "municipality, prefecture_city, district, county, city, community, site"
FILES = sorted((ROOT / "data/areas").glob("*.toml"))
FILES += sorted((ROOT / "studies/reference/areas").glob("*.toml"))


@pytest.fixture
def refusal(tmp_path):
    """What a reader is told about an area file, without the file's path."""

    def told(text, lang="en"):
        path = tmp_path / "north.toml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(StudyError) as caught:
            read_area(path)
        return sentence(caught.value, lang).removeprefix(str(path)).removeprefix(", ")

    return told


def test_an_area_is_read_with_its_outcomes_and_mechanisms(tmp_path):
    path = tmp_path / "north.toml"
    path.write_text(AREA, encoding="utf-8")

    area = read_area(path)

    assert (area.code, area.order, area.level, area.source) == ("north", 1, "county", "north-2025")
    assert area.place.text == {"en": "North Province", "zh": "北省"}
    assert {name: scope.applies for name, scope in area.outcomes.items()} == {
        "recidivism": True,
        "reach": False,
    }
    (roster,) = area.mechanisms
    assert (roster.name.code, roster.feeds) == ("roster", ("reach", "inputs"))
    assert (roster.tables, roster.printed) == (("people",), ("N-01",))


def test_an_area_may_have_no_mechanism(tmp_path):
    path = tmp_path / "north.toml"
    path.write_text(AREA[: AREA.index("[[mechanisms]]")], encoding="utf-8")

    assert read_area(path).mechanisms == ()


# (what stands there, what is written instead, what the reader is told)
SLIPS = [
    ('"north"', '"south"', ": code is south, the file name says north. They must be the same."),
    ("order = 1\n", "", ": missing order. Add it."),
    ("order = 1\n", "order = 1\nrank = 1\n", f": unknown rank. Known: {KEYS}."),
    ("order = 1", "order = true", ": order must be a whole number, found true."),
    ("order = 1", "order = 1.5", ": order must be a whole number, found 1.5."),
    ("order = 1", 'order = "1"', ': order must be a whole number, found "1".'),
    ('"county"', '"village"', f": level = village is not known. Known: {LEVELS}."),
    ('{ en = "North", zh = "北" }', '"North"', ': name must be a section, found "North".'),
    ('{ en = "North", zh = "北" }', "{ }", "[name]: missing en. Add it."),
    (
        "[outcomes.reach]",
        "[outcomes.crime]",
        "[outcomes]: unknown crime. Known: reach, recidivism, satisfaction.",
    ),
    (
        "applies = true",
        "applies = 1",
        "[outcomes.recidivism]: applies must be true or false, found 1.",
    ),
    ("applies = true\n", "", "[outcomes.recidivism]: missing applies. Add it."),
    (
        'code = "roster"\n',
        "",
        "[mechanisms 1]: missing code. Add it.",
    ),
    (
        '["reach", "inputs"]',
        '["reach", "crime"]',
        "[mechanisms 1]: feeds = crime is not known. "
        "Known: recidivism, satisfaction, reach, inputs.",
    ),
    (
        '["people"]',
        '"people"',
        '[mechanisms 1]: tables must be a list of values of one kind, found "people".',
    ),
    (
        'printed = ["N-01"]\n',
        "",
        "[mechanisms 1]: missing printed. Add it.",
    ),
]


@pytest.mark.parametrize(("old", "new", "told"), SLIPS)
def test_each_slip_is_named(old, new, told, refusal):
    assert refusal(swapped(AREA, old, new)) == told


@pytest.mark.parametrize(("old", "new"), [(old, new) for old, new, _ in SLIPS])
def test_each_slip_is_named_in_chinese_too(old, new, refusal):
    told = refusal(swapped(AREA, old, new), "zh")

    assert any("\u4e00" <= letter <= "\u9fff" for letter in told)
    assert told.endswith("。")


def test_mechanisms_that_are_no_sections_are_refused(refusal):
    text = "mechanisms = [1]\n" + AREA[: AREA.index("[[mechanisms]]")]

    assert refusal(text) == ": mechanisms must be a list of values of one kind, found [1]."


def test_the_area_files_of_this_repository_are_there():
    assert len(FILES) == 12


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_area_file_of_this_repository_is_read(path):
    area = read_area(path)

    assert area.code == path.stem
    assert area.outcomes
