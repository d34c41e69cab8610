"""A study file is read strictly, and each slip is named."""

import os
from pathlib import Path

import pytest
from tests.helpers import AREA, ROOT, STUDY, swapped, write_study

from evalkit.errors import StudyError, UsageError
from evalkit.protocol import read_study
from evalkit.words import sentence

KEYS = (
    "areas, areas_folder, assessment, brand, clean, code, labels, languages, name, notebooks, "
    "outcomes, people, plan, tables"
)
TABLE_KEYS = "area, columns, file, licence, name, outcome, shape, source, status, unit, values"


def refusal(path, lang="en"):
    """What a reader is told about a study file, without the file's path."""
    with pytest.raises(StudyError) as caught:
        read_study(path)
    return sentence(caught.value, lang).removeprefix(str(path)).removeprefix(", ")


def test_a_study_is_read_with_its_areas_plan_and_tables(tmp_path):
    study = read_study(write_study(tmp_path))

    assert (study.code, study.people, study.languages) == ("tiny", "minors", ("zh", "en"))
    assert list(study.areas) == ["north", "south"]
    assert study.label("aid").text == {"en": "aid", "zh": "补助"}
    assert study.plan.parts["recidivism"].window == 365
    assert study.plan.parts["reach"].bands == {"age": (0.0, 14.5)}
    assert study.tables["cases"].path == (tmp_path / "cases.csv").resolve()
    assert study.tables["cases"].values == {"group": {"1": "aid", "0": "no_aid"}}
    assert study.tables["claims"].columns == {}


def test_it_reports_on_each_outcome_of_an_area_in_the_order_of_the_file(tmp_path):
    study = read_study(write_study(tmp_path))

    assert study.reports() == [
        ("north", "recidivism"), ("north", "reach"), ("south", "recidivism"), ("south", "reach"),
    ]  # fmt: skip


def test_a_table_is_found_by_area_and_outcome(tmp_path):
    study = read_study(write_study(tmp_path))

    assert study.table_for("north", "recidivism").name == "cases"
    assert study.table_for("north", "reach") is None
    assert study.table_for("south", "recidivism") is None


def test_an_unknown_area_is_refused_with_those_that_exist(tmp_path):
    study = read_study(write_study(tmp_path))

    with pytest.raises(UsageError) as caught:
        study.area("west")
    assert sentence(caught.value, "en") == (
        "There is no area west in study tiny. Areas: north, south."
    )


def test_a_label_without_a_name_is_refused_when_it_is_asked_for(tmp_path):
    study = read_study(write_study(tmp_path))

    with pytest.raises(StudyError) as caught:
        study.label("rearrest")
    assert sentence(caught.value, "en").endswith(
        "[labels]: no name for rearrest, which the report shows. Add a line "
        "rearrest = { ... } there, with the name in each language of the study."
    )


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    path = tmp_path / "study.toml"

    assert refusal(path) == ": there is no such file. Check the path."
    assert refusal(path, "zh") == "：没有这个文件。请核对路径。"


def test_a_folder_is_said_to_be_a_folder(tmp_path):
    assert refusal(tmp_path) == ": is a folder, a file is needed."


def test_a_file_that_is_not_toml_is_refused_with_the_line(tmp_path):
    path = write_study(tmp_path, 'code = "tiny"\nname = {\n')

    assert refusal(path).startswith("line 2, column 9: is not valid TOML. ")


def test_a_file_that_is_not_utf_8_is_refused_with_the_byte(tmp_path):
    path = write_study(tmp_path)
    # What a Chinese editor saves by default; two bytes of it can be valid UTF-8 by chance.
    path.write_bytes('name = "研究"'.encode("gb18030"))

    assert refusal(path) == ": is not UTF-8 (byte 9). Save the file as UTF-8."


FORM = "must be small letters, digits, - or _, and begin with a letter."
TWICE = ": {} names {} twice. Name each once."
LIST = ": languages must be a list of values of one kind, found {}."
# (what stands there, what is written instead, what the reader is told)
SLIPS = [
    ('people = "minors"\n', "", ": missing people. Add it."),
    (
        'people = "minors"',
        'people = "minors"\npoeple = "x"',
        f": unknown poeple. Known: {KEYS}. Nearest: people.",
    ),
    (
        'people = "minors"',
        'people = "young"',
        ": people = young is not known. Known: minors, adults.",
    ),
    ('people = "minors"', "people = 5", ": people must be text in quotes, found 5."),
    ('code = "tiny"', "code = true", ": code must be text in quotes, found true."),
    ('["zh", "en"]', "[]", ": languages is empty. Name at least one."),
    ('["zh", "en"]', '["zh", "tlh"]', ": languages = tlh is not known. Known: en, zh."),
    ('["zh", "en"]', '["zh", 5]', LIST.format('["zh", 5]')),
    ('["zh", "en"]', '"zh"', LIST.format('"zh"')),
    ('["recidivism", "satisfaction", "reach"]', "[]", ": outcomes is empty. Name at least one."),
    (
        '["recidivism", "satisfaction", "reach"]',
        '["crime"]',
        ": outcomes = crime is not known. Known: recidivism, satisfaction, reach, claims, quality.",
    ),
    ('["north", "south"]', "[]", ": areas is empty. Name at least one."),
    ('[plan]\nstatus = "draft"\n', "[plan]\n", "[plan]: missing status. Add it."),
    (
        '"draft"',
        '"done"',
        "[plan]: status = done is not known. Known: draft, frozen, retrospective.",
    ),
    ('{ en = "aid", zh = "补助" }', '"aid"', '[labels]: aid must be a section, found "aid".'),
    (
        '{ en = "aid", zh = "补助" }',
        "{ en = 1 }",
        "[labels.aid]: en must be text in quotes, found 1.",
    ),
    ('{ en = "aid", zh = "补助" }', '{ en = "aid" }', ": aid has no words in zh. Add them."),
    (
        '{ en = "aid", zh = "补助" }',
        '{ en = "aid", zh = " " }',
        ": aid has no words in zh. Add them.",
    ),
    (
        '{ en = "A tiny study", zh = "小研究" }',
        '{ zh = "小" }',
        ": tiny has no words in en. Add them.",
    ),
    ('name = "claims"\n', 'name = "cases"\n', ": two tables are named cases. Rename one."),
    ('shape = "claims"\n', "", "[tables 2]: missing shape. Add it."),
    (
        '\nunit = "day"\n',
        '\nunits = "day"\n',
        f"[tables 1]: unknown units. Known: {TABLE_KEYS}. Nearest: unit.",
    ),
    (
        'status = "public"',
        'status = "open"',
        "[tables 2]: status = open is not known. Known: public, confidential, made_up.",
    ),
    (
        '{ en = "the press", zh = "报刊" }',
        '{ zh = "报刊" }',
        ": claims has no words in en. Add them.",
    ),
    (
        'area = "north"\n',
        'area = "west"\n',
        "[tables cases]: area = west is not known. Known: north, south.",
    ),
    (
        'outcome = "recidivism"\nfile',
        'outcome = "satisfaction"\nfile',
        "[tables cases]: outcome = satisfaction is not known. Known: recidivism, reach.",
    ),
    (
        'file = "claims.csv"',
        'file = "data/raw/claims.csv"',
        ': table claims lies under data/raw and cannot be public. Set status = "confidential".',
    ),
    (
        'file = "claims.csv"',
        'file = "x/../data/raw/deep/claims.csv"',
        ': table claims lies under data/raw and cannot be public. Set status = "confidential".',
    ),
    ('code = "tiny"', 'code = "../Tiny"', ": the code ../Tiny " + FORM),
    ('code = "tiny"', 'code = ""', ": the code  " + FORM),
    ('code = "tiny"', "code = 2026-01-01", ": code must be text in quotes, found 2026-01-01."),
    (
        '"satisfaction", "reach"]',
        '"satisfaction", "satisfaction"]',
        TWICE.format("outcomes", "satisfaction"),
    ),
    ('["zh", "en"]', '["en", "en"]', TWICE.format("languages", "en")),
    ('["north", "south"]', '["north", "north"]', TWICE.format("areas", "north")),
    (
        'values = { group = { "1" = "aid", "0" = "no_aid" } }',
        'values = { group = "x" }',
        '[tables 1.values]: group must be a section, found "x".',
    ),
    (
        'group = "arm" }',
        "group = 5 }",
        "[tables 1.columns]: group must be text in quotes, found 5.",
    ),
    (
        'outcome = "recidivism"\n',
        'outcome = "recidivsm"\n',
        "[tables 1]: outcome = recidivsm is not known. Known: recidivism, satisfaction, reach. "
        "Nearest: recidivism.",
    ),
    (
        'shape = "claims"\n',
        'shape = "claims"\narea = "north"\noutcome = "recidivism"\n',
        ": the tables cases, claims both hold north recidivism. Keep one.",
    ),
]


@pytest.mark.parametrize(("old", "new", "told"), SLIPS)
def test_each_slip_is_named(old, new, told, tmp_path):
    assert refusal(write_study(tmp_path, swapped(STUDY, old, new))) == told


@pytest.mark.parametrize(("old", "new"), [(old, new) for old, new, _ in SLIPS])
def test_each_slip_is_named_in_chinese_too(old, new, tmp_path):
    told = refusal(write_study(tmp_path, swapped(STUDY, old, new)), "zh")

    assert any("\u4e00" <= letter <= "\u9fff" for letter in told)
    assert told.endswith("。")


def test_an_outcome_without_a_plan_is_refused(tmp_path):
    start, end = STUDY.index("[plan.satisfaction]"), STUDY.index("[plan.reach]")

    told = refusal(write_study(tmp_path, STUDY[:start] + STUDY[end:]))

    assert told == "[plan]: missing satisfaction. Add it."


def test_a_missing_area_file_is_named(tmp_path):
    path = write_study(tmp_path, swapped(STUDY, '"south"]', '"west"]'))

    assert refusal(path).endswith("west.toml: there is no such file. Check the path.")


def test_words_of_an_area_must_be_in_each_language_of_the_study(tmp_path):
    lost = 'why = { en = "Nobody is served." }'
    area = swapped(AREA, 'why = { en = "Nobody is served.", zh = "无人服务。" }', lost)

    told = refusal(write_study(tmp_path, area=area))

    assert told == f"{tmp_path / 'areas' / 'north.toml'}: reach has no words in zh. Add them."


@pytest.mark.parametrize("status", ["confidential", "made_up"])
def test_what_lies_under_data_raw_may_be_anything_but_public(status, tmp_path):
    hidden = swapped(STUDY, 'file = "cases.csv"', 'file = "data/raw/cases.csv"')

    study = read_study(
        write_study(tmp_path, swapped(hidden, 'status = "confidential"', f'status = "{status}"'))
    )

    assert study.tables["cases"].status == status


@pytest.mark.parametrize(
    ("name", "areas"), [("study.toml", 8), ("studies/reference/study.toml", 3)]
)
def test_the_studies_of_this_repository_are_read(name, areas):
    study = read_study(ROOT / name)

    assert len(study.areas) == areas
    assert set(study.plan.parts) == set(study.outcomes)


def test_tables_that_are_no_sections_are_refused(tmp_path):
    text = "tables = [1]\n" + STUDY[: STUDY.index("[[tables]]")]

    told = refusal(write_study(tmp_path, text))

    assert told == ": tables must be a list of values of one kind, found [1]."


def test_data_raw_that_is_a_link_is_still_data_raw(tmp_path):
    (tmp_path / "vault").mkdir()
    (tmp_path / "data").mkdir()
    os.symlink(tmp_path / "vault", tmp_path / "data" / "raw")
    text = swapped(STUDY, 'file = "claims.csv"', 'file = "data/raw/claims.csv"')

    assert "lies under data/raw" in refusal(write_study(tmp_path, text))


def test_an_empty_file_is_said_to_be_empty(tmp_path):
    path = tmp_path / "town.toml"
    path.write_text("# nothing yet\n", encoding="utf-8")

    assert refusal(path).startswith(": the file is empty. Write a study file, or an area file")


def test_an_assessment_states_what_it_wants_and_nothing_else(tmp_path):
    text = Path("study.toml").read_text(encoding="utf-8")
    study = read_study("study.toml")
    assert set(study.assessment) == {"period", "asked_by", "assessed_by"}
    assert study.own_words("zh") and all(isinstance(words, str) for words in study.own_words("zh"))

    bad = tmp_path / "study.toml"
    bad.write_text(text.replace("asked_by =", "asked =").replace(
        '"data/areas"', f'"{Path("data/areas").resolve().as_posix()}"'
    ), encoding="utf-8")  # fmt: skip
    with pytest.raises(StudyError, match=r"assessment.*asked.*paid_by"):
        read_study(bad)


@pytest.mark.parametrize("sign", ["\\u202e", "\\u0007", "\\u200b"])
def test_a_name_with_signs_that_nobody_sees_is_refused(tmp_path, sign):
    path = write_study(tmp_path)
    text = path.read_text(encoding="utf-8")
    start = text.index('en = "') + len('en = "')
    path.write_text(text[:start] + sign + text[start:], encoding="utf-8")
    code = sign[2:].upper()

    with pytest.raises(StudyError, match=rf"holds characters that nobody sees \(U\+{code}\)"):
        read_study(path)


def test_of_a_study_opened_for_one_area_the_others_are_not_read(tmp_path):
    path = write_study(tmp_path)
    opened = read_study(path)
    other = next(code for code in opened.areas if code != "north")
    (tmp_path / "areas" / f"{other}.toml").write_text("spoilt =")

    study = read_study(path, "north")

    assert study.areas["north"] == opened.areas["north"]
    assert list(study.areas) == list(opened.areas)
    # It would stop at the other, spoilt file, if that were read.
    assert set(study.own_words("zh", "north")) <= set(opened.own_words("zh"))
    with pytest.raises(StudyError):
        study.areas[other]
    with pytest.raises(StudyError):
        read_study(path)
