"""Several mistakes of a study are told at once, what is missing first, the nearest name beside."""

import pytest
from tests.helpers import STUDY, swapped, write_study

from evalkit.errors import StudyError, from_json
from evalkit.protocol import read_study
from evalkit.protocol.mistakes import MOST, Mistakes
from evalkit.words import sentence


def told(path, lang="en"):
    with pytest.raises(StudyError) as caught:
        read_study(path)
    # Also when it has crossed a process.
    error = from_json(caught.value.to_json())
    return [line.replace(str(path.parent), "") for line in sentence(error, lang).splitlines()]


def spoilt(*pairs):
    text = STUDY
    for old, new in pairs:
        text = swapped(text, old, new)
    return text


FOUR = spoilt(
    ('people = "minors"', 'poeple = "minors"'),
    ("alpha = 0.05", "alhpa = 0.05"),
    ('design = "observational"', 'design = "observed"'),
    ('status = "public"', 'status = "publik"'),
)


def test_every_mistake_of_a_study_file_is_told_at_once(tmp_path):
    lines = told(write_study(tmp_path, FOUR))

    assert lines[0] == "The study has 6 mistakes:"
    assert "  /study.toml: missing people. Add it." in lines
    assert any(": unknown poeple. " in line and line.endswith("Nearest: people.") for line in lines)
    assert "  /study.toml, [plan.recidivism]: missing alpha. Add it." in lines
    assert any("unknown alhpa" in line and line.endswith("Nearest: alpha.") for line in lines)
    assert any("[plan.reach]: design = observed is not known" in line for line in lines)
    assert any("[tables 2]: status = publik" in line for line in lines)


def test_every_mistake_is_told_in_chinese_too(tmp_path):
    lines = told(write_study(tmp_path, FOUR), "zh")

    assert lines[0] == "研究文件有 6 处错误："
    assert all(line.endswith("。") for line in lines[1:])
    assert any(line.endswith("最接近的是 people。") for line in lines)


def test_a_missing_file_is_told_before_a_missing_key(tmp_path):
    path = write_study(tmp_path, swapped(STUDY, "alpha = 0.05\n", ""))
    (tmp_path / "areas" / "south.toml").unlink()
    (tmp_path / "cases.csv").unlink()

    lines = told(path)

    assert lines[1:] == [
        "  /areas/south.toml: there is no such file. Check the path.",
        "  /cases.csv: there is no such file. Check the path.",
        "  /study.toml, [plan.recidivism]: missing alpha. Add it.",
    ]


def test_one_mistake_is_told_by_itself(tmp_path):
    (line,) = told(write_study(tmp_path, swapped(STUDY, "alpha = 0.05\n", "")))

    assert line == "/study.toml, [plan.recidivism]: missing alpha. Add it."


def test_parts_that_do_not_fit_are_told_together(tmp_path):
    text = spoilt(('{ en = "aid", zh = "补助" }', '{ en = "aid" }'),
                  ('area = "north"', 'area = "noth"'))  # fmt: skip

    lines = told(write_study(tmp_path, text))

    assert lines[1] == "  /study.toml: aid has no words in zh. Add them."
    assert lines[2].endswith("Known: north, south. Nearest: north.")


def test_of_very_many_mistakes_the_first_are_told():
    mistakes = Mistakes()
    for number in range(50):
        mistakes.found.append(StudyError("file_missing", path=str(number)))

    with pytest.raises(StudyError) as caught:
        mistakes.end()

    assert len(sentence(caught.value, "en").splitlines()) == MOST + 1
    assert "50 mistakes" in sentence(caught.value, "en")
