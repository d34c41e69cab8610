"""The command: the same bytes again, a study that says so, and nothing of anybody's lost."""

import hashlib
import json

import duckdb
import pytest
from tests.helpers import ROOT, swapped

from evalkit.cli import main
from evalkit.errors import OutputError, StudyError, UsageError
from evalkit.intake.clean import inspect_clean
from evalkit.intake.marks import MARK
from evalkit.protocol import read_study
from evalkit.sample.build import build
from evalkit.sample.world import AREAS, Settings
from evalkit.sample.write import replacing

SMALL = ("dachang", "beijing", "dalian")
ALL = f"areas = {json.dumps(list(AREAS))}"


def sample_study(folder, areas=SMALL, old="", new=""):
    """Write the sample's study file with some of its areas; return it, read."""
    text = (ROOT / "studies" / "sample" / "study.toml").read_text(encoding="utf-8")
    text = swapped(text, ALL, f"areas = {json.dumps(list(areas))}")
    text = swapped(text, "../../data/areas", str(ROOT / "data" / "areas"))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "study.toml"
    path.write_text(swapped(text, old, new) if old else text, encoding="utf-8")
    return read_study(path)


def bytes_below(folder):
    """Return a digest of each file in a folder, by its path there."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A small sample with its exports, made in one process; never changed."""
    study = sample_study(tmp_path_factory.mktemp("sample"))
    build(study, Settings(), exports=True, jobs=1)
    return study


def test_the_same_seed_is_the_same_bytes_with_two_processes(built, tmp_path):
    study = sample_study(tmp_path)
    build(study, Settings(), exports=True, jobs=2)

    assert bytes_below(tmp_path / "data") == bytes_below(built.path.parent / "data")


def test_every_table_passes_its_own_checks_and_carries_the_mark(built):
    clean = built.path.parent / "data" / "clean"
    files = sorted(clean.rglob("*.parquet"))
    assert len(files) >= 12
    for file in files:
        spec = built.clean.spec(file.parent.name, file.stem)
        inspection = inspect_clean(spec)
        said = duckdb.execute(
            f"SELECT decode(value) FROM parquet_kv_metadata('{file}') WHERE decode(key) = '{MARK}'"
        ).fetchall()
        record = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))

        assert said == [("sample seed=20261126 scale=0.02",)]
        assert record["rows"] == len(inspection.table.frame)
        assert (record["made_up"], record["seed"], record["scale"]) == (True, 20261126, 0.02)
        assert record["fingerprint"] == inspection.table.fingerprint


def test_a_study_that_calls_them_confidential_is_told_what_they_are(built):
    text = built.path.read_text(encoding="utf-8")
    other = built.path.with_name("other.toml")
    other.write_text(swapped(text, 'status = "made_up"', 'status = "confidential"'), "utf-8")

    with pytest.raises(StudyError) as caught:
        inspect_clean(read_study(other).clean.spec("dachang", "people"))

    assert caught.value.key == "made_up_undeclared"


def test_truth_names_each_area(built):
    truth = json.loads((built.path.parent / "data" / "truth.json").read_text(encoding="utf-8"))

    assert truth["made_up"] is True
    assert set(SMALL) <= set(truth)
    assert 0 < truth["dachang"]["funnel"]["share_reached"] < 1


def test_another_seed_replaces_the_whole(tmp_path):
    study = sample_study(tmp_path, ("dachang", "dalian"))
    build(study, Settings())
    first = bytes_below(tmp_path / "data")

    build(study, Settings(seed=7))

    second = bytes_below(tmp_path / "data")
    assert set(first) == set(second)
    assert not set(first.values()) & set(second.values())


STRANGERS = {
    "clean/dachang/people.parquet": b"PAR1 somebody's",
    "clean/dachang/people.json": b'{"rows": 3}',
    "clean/note.txt": b"do not lose this",
    "clean/dachang/.hidden": b"x",
    "truth.json": b"[]",
}


@pytest.mark.parametrize("place", STRANGERS)
def test_what_another_put_there_stays_and_nothing_is_written(tmp_path, place):
    study = sample_study(tmp_path, ("dachang",))
    file = tmp_path / "data" / place
    file.parent.mkdir(parents=True)
    file.write_bytes(STRANGERS[place])
    before = bytes_below(tmp_path)

    with pytest.raises(OutputError) as caught:
        build(study, Settings())

    assert (caught.value.key, caught.value.values["path"]) == ("sample_stands", str(file))
    assert bytes_below(tmp_path) == before


def test_an_office_s_own_export_stays(tmp_path):
    study = sample_study(tmp_path, ("dachang",))
    file = tmp_path / "data" / "raw" / "dachang" / "人员.csv"
    file.parent.mkdir(parents=True)
    file.write_text("人员编号,乡镇\nP1,城东\n", encoding="utf-8")

    with pytest.raises(OutputError, match=r"raw.*stays"):
        build(study, Settings(), exports=True)

    assert file.read_text(encoding="utf-8").endswith("P1,城东\n")
    assert not (tmp_path / "data" / "clean").exists()


def test_a_run_that_fails_leaves_the_last_one(tmp_path):
    parts = ("clean", "truth.json")
    with replacing(tmp_path, parts) as half:
        (half / "clean").mkdir()
        (half / "truth.json").write_text('{"made_up": true}', encoding="utf-8")
    before = bytes_below(tmp_path)

    # The second part was never made: the first is in its place already, and comes back out.
    with pytest.raises(OutputError), replacing(tmp_path, parts) as half:
        (half / "clean").mkdir()
        (half / "clean" / "new.json").write_text('{"made_up": true}', encoding="utf-8")

    assert bytes_below(tmp_path) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clean", "truth.json"]


def test_exports_of_an_earlier_seed_do_not_stay_beside_tables_of_another(tmp_path):
    parts = ("clean", "raw", "truth.json")
    for made in (parts, ("clean", "truth.json")):
        with replacing(tmp_path, parts) as half:
            for part in made:
                path = half / part
                path.mkdir() if "." not in part else path.write_text('{"made_up": true}')

    assert sorted(path.name for path in tmp_path.iterdir()) == ["clean", "truth.json"]


REFUSED = {
    "sample_not_declared": ('status = "made_up"', 'status = "confidential"'),
    "sample_elsewhere": ('folder = "data/clean"', 'folder = "data/other"'),
}


@pytest.mark.parametrize("key", REFUSED)
def test_a_study_that_is_not_for_made_up_data_gets_none(tmp_path, key):
    study = sample_study(tmp_path, SMALL, *REFUSED[key])

    with pytest.raises(StudyError) as caught:
        build(study, Settings())

    assert caught.value.key == key
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_a_seed_that_cannot_be_is_refused(seed):
    with pytest.raises(UsageError, match="--seed"):
        Settings(seed=seed)


@pytest.mark.parametrize("scale", [0.0, -1.0, 1.5, float("nan"), float("inf")])
def test_a_scale_that_cannot_be_is_refused(scale):
    with pytest.raises(UsageError, match="--scale"):
        Settings(scale=scale)


WORDS = {
    "a seed that is no number": (("--seed", "x"), "--seed takes a whole number from 0"),
    "half a seed": (("--seed", "1.5"), "--seed takes a whole number from 0"),
    "a scale of nothing": (("--scale", "0"), "--scale takes a number with 0 < F <= 1, found 0."),
    "a scale in words": (("--scale", "all"), "--scale takes a number with 0 < F <= 1, found all."),
    "no process": (("--jobs", "0"), "--jobs takes a whole number from 1 to 256, found 0."),
}


@pytest.mark.parametrize("case", WORDS)
def test_impossible_words_are_one_message(capsys, case):
    words, said = WORDS[case]

    code = main(["sample", *words, "--lang", "en"])

    assert code == 2
    assert said in capsys.readouterr().err


def test_the_command_says_what_it_made_and_how_to_read_it(tmp_path, capsys):
    study = sample_study(tmp_path, ("dalian",))

    code = main(["sample", "--study", str(study.path), "--exports", "--jobs", "1", "--lang", "zh"])

    said = capsys.readouterr().out
    assert code == 0
    assert "已写入 1 个地区的 0 张虚构数据表" in said
    assert f"export EVALKIT_KEY={Settings().key.hex()}" in said
