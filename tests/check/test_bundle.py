"""Bundles by programs that are not ours, and made again in a fresh environment.

Here and not among the quick tests: packages have to be fetched.
"""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.helpers import ROOT
from tests.journeys.altered import LIFE, OTHER, packed
from tests.journeys.attacks import BY_THE_SENDER, ON_THE_WAY

from evalkit.bundle import reproduce as reproducing
from evalkit.bundle.archive import Archive
from evalkit.bundle.certificate import write_certificate
from evalkit.bundle.environment import make_environment
from evalkit.bundle.reproduce import Request, reproduce
from evalkit.bundle.sign import read_keys
from evalkit.bundle.verify import verify_bundle
from evalkit.bundle.wheel import LOCK, NAME

pytestmark = pytest.mark.xdist_group("bundle")
REFERENCE = ROOT / "studies" / "reference" / "study.toml"
# Validators and the one document that the first would fetch; none of them knows evalkit.
FOREIGN = ("roc-validator==0.13.0", "tro-utils==0.5.2")
CONTEXT = "rocrate==0.14.0"
PROFILES = (
    "ro-crate-1.1",
    "process-run-crate-0.5",
    "workflow-ro-crate-1.0",
    "workflow-run-crate-0.5",
)
BUILD = ROOT / "build" / "check"


def evalkit(*words, cwd=ROOT, code=0):
    environment = {**os.environ, "EVALKIT_LANG": "en", "COLUMNS": "200"}
    ran = subprocess.run(
        [sys.executable, "-m", "evalkit", *map(str, words)],
        cwd=cwd, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == code, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    at = tmp_path_factory.mktemp("key") / "office"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(at)], check=True)
    return at


@pytest.fixture(scope="module")
def handed(tmp_path_factory, key):
    """One report of the reference study, handed over, and its members."""
    at = tmp_path_factory.mktemp("handed")
    evalkit("run", "--study", REFERENCE, "--reports", at / "reports")
    asked = ("--study", REFERENCE, "--reports", at / "reports", "--area", "life", "--key", key)
    evalkit("bundle", *asked, "--out", at / "it.zip")
    malawi = at / "reports" / "reference" / "malawi" / "reach"
    OTHER.update({path.name: path.read_bytes() for path in malawi.iterdir()})
    with Archive(at / "it.zip") as archive:
        return at / "it.zip", {name: archive.read(name) for name in archive.members}


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """An environment with others' validators, and without evalkit."""
    at = tmp_path_factory.mktemp("foreign")
    subprocess.run([sys.executable, "-m", "venv", str(at / "env")], check=True)
    python = at / "env" / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, *FOREIGN], check=True)
    subprocess.run([*install, "--no-deps", "--target", str(at / "context"), CONTEXT], check=True)
    gone = subprocess.run([str(python), "-c", "import evalkit"], capture_output=True, cwd=at)
    assert gone.returncode == 1
    return at


def crate_says(foreign, folder, profiles=PROFILES):
    """What the crate's validator finds wrong, by profile; no network is asked."""
    script = Path(__file__).with_name("foreign_crate.py")
    ran = subprocess.run(
        [
            str(foreign / "env" / "bin" / "python"),
            *map(str, (script, foreign / "context", folder)),
            *profiles,
        ],
        capture_output=True, text=True, cwd=foreign,
    )  # fmt: skip
    try:
        return json.loads(ran.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        return {"none": [ran.stderr[-300:]]}


def record_says(foreign, path, at):
    """Whether the tool of the run's record finds each file as the record has it."""
    with zipfile.ZipFile(path) as archive:
        try:
            archive.extract("tro.jsonld", at)
        except KeyError:
            return False
    tool = foreign / "env" / "bin" / "tro-utils"
    for arrangement, folder in (("0", "inputs"), ("1", "reports")):
        ran = subprocess.run(
            [
                *(str(tool), "verify-package", "tro.jsonld", str(path)),
                *("-a", f"arrangement/{arrangement}", "-s", folder),
            ],
            capture_output=True, text=True, cwd=at,
        )  # fmt: skip
        if ran.returncode or "✓" not in ran.stdout:
            return False
    return True


def unpacked(path, at):
    shutil.rmtree(at, ignore_errors=True)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(at)
    return at


def test_validators_without_our_code_find_nothing_wrong(handed, foreign, tmp_path):
    path, _ = handed
    assert crate_says(foreign, unpacked(path, tmp_path / "x")) == {key_0: [] for key_0 in PROFILES}
    assert record_says(foreign, path, tmp_path)


def test_ssh_keygen_checks_the_signature(handed, key, tmp_path):
    path, _ = handed
    at = unpacked(path, tmp_path / "x")
    (at / "signers").write_text(f"office {key.with_suffix('.pub').read_text()}")
    asked = ["ssh-keygen", "-Y", "verify", "-f", "signers", "-I", "office", "-n", "evalkit"]
    asked += ["-s", "manifest-sha256.txt.sig"]
    manifest = (at / "manifest-sha256.txt").read_bytes()
    assert subprocess.run(asked, cwd=at, input=manifest, capture_output=True).returncode == 0
    assert subprocess.run(asked, cwd=at, input=manifest + b" ", capture_output=True).returncode


def test_what_others_validators_see_of_each_attack(handed, foreign, key, tmp_path):
    """They see a file that is not as listed, and no number that is not as computed."""
    _, members = handed
    keys = read_keys(key.with_suffix(".pub"))
    rows, seen = [], {}
    for who, attacks in (("on the way", ON_THE_WAY), ("by the sender", BY_THE_SENDER)):
        for name, (change, code) in attacks.items():
            held = dict(members)
            change(held)
            sender = who == "by the sender"
            path = packed(tmp_path / "x.zip", held, key if sender else None, remake=sender)
            crate = any(crate_says(foreign, unpacked(path, tmp_path / "x"), PROFILES[-1:]).values())
            record = not record_says(foreign, path, tmp_path)
            said = [
                each
                for each in verify_bundle(path, keys).wrong
                if each.key.removeprefix("error.").startswith(code)
            ]
            seen[who, name] = crate, record
            message = said[0].text("en").replace(str(path), "x.zip").replace("|", "/")
            rows.append((name, who, "yes" if crate else "", "yes" if record else "", message))
    heads = ("what was altered", "who could", "RO-Crate validator", "TRO tool", "evalkit verify")
    lines = [f"| {' | '.join(cells)} |" for cells in (heads, ("---",) * len(heads), *rows)]
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD / "attacked.md").write_text("\n".join(lines) + "\n", encoding="utf-8")

    assert seen["on the way", "a printed digit"] == (False, True)
    assert seen["by the sender", "no crate"][0]
    # Whoever makes every list anew is seen by evalkit alone.
    assert seen["by the sender", "the shape of ARS"] == (False, False)
    # What the page says is what was found here.
    page = (ROOT / "docs" / "reference" / "attacked-bundles.md").read_text(encoding="utf-8")
    told = [line.split(" | ")[:2] for line in page.splitlines() if line.startswith("| ")]
    assert told == [line.split(" | ")[:2] for line in lines]


@pytest.fixture(scope="module")
def sample(tmp_path_factory, key):
    """Made-up data of one area, its reports handed over."""
    at = tmp_path_factory.mktemp("sample")
    shutil.copytree(ROOT / "data", at / "data")
    target = at / "studies" / "sample"
    target.mkdir(parents=True)
    shutil.copy(ROOT / "studies" / "sample" / "study.toml", target)
    study = target / "study.toml"
    evalkit("sample", "--study", study)
    asked = ("--study", study, "--area", "yiliang", "--reports", at / "reports")
    evalkit("run", *asked)
    evalkit("bundle", *asked, "--key", key, "--out", at / "it.made-up.zip")
    return at / "it.made-up.zip", target / "data" / "clean"


@pytest.fixture(scope="module")
def environment(sample, tmp_path_factory):
    """A fresh environment from the bundle's lock, made once for all reproductions here."""
    at = tmp_path_factory.mktemp("fresh")
    with Archive(sample[0]) as archive:
        archive.write_to(at, {f"code/{name}": name for name in (LOCK, NAME)})
    log = []
    return make_environment(at, at / LOCK, at / NAME, log.append)


@pytest.fixture
def again(sample, environment, key, monkeypatch):
    monkeypatch.setattr(reproducing, "make_environment", lambda *_: environment)

    def run(data=None, witness="", path=sample[0]):
        keys = read_keys(key.with_suffix(".pub"))
        given = {"": data} if data else {}
        return reproduce(Request(path, given, keys, witness), lambda step: None)

    return run


def test_every_number_comes_out_again_in_both_runs(sample, again, tmp_path):
    made = again(sample[1], "Li Hua, a university")

    assert (made.kind, made.reasons) == ("full", [])
    assert sum(report.numbers for report in made.reports) > 1000
    assert all(report.equal == report.numbers for report in made.reports)
    write_certificate(tmp_path / "out", made)
    told = json.loads((tmp_path / "out" / "certificate.json").read_text(encoding="utf-8"))
    assert told["mode"] == "witnessed" and told["class"] == "full"
    assert told["data"][0]["before"] == told["data"][0]["after"] != ""
    page = (tmp_path / "out" / "certificate.en.html").read_text(encoding="utf-8")
    assert "Witnessed, not re-executed" in page and "Li Hua" in page
    for path in (tmp_path / "out").rglob("*"):
        if path.is_file():
            assert str(sample[1]) not in path.read_text(encoding="utf-8"), path


def test_one_altered_datum_is_partial_and_named(sample, again, tmp_path):
    import duckdb

    data = shutil.copytree(sample[1], tmp_path / "clean")
    table = data / "yiliang" / "people.parquet"
    marks = duckdb.sql(f"SELECT key, value FROM parquet_kv_metadata('{table}')").fetchall()
    told = ", ".join(f"'{k.decode()}': '{v.decode()}'" for k, v in marks if b"ARROW" not in k)
    other = tmp_path / "people.parquet"
    duckdb.sql(f"""
        COPY (SELECT * REPLACE (CASE WHEN row_number() OVER () = 1 AND sex = 'male' THEN 'female'
                                     WHEN row_number() OVER () = 1 THEN 'male' ELSE sex END AS sex)
              FROM '{table}') TO '{other}' (FORMAT parquet, KV_METADATA {{{told}}})
    """)
    other.replace(table)
    # As somebody would who hides it: the record beside the table tells of the other one.
    table.with_suffix(".json").unlink()
    made = again(data)

    assert made.kind == "partial"
    assert {"not_made", "differs"} & set(made.reasons)
    wrong = [report.folder for report in made.reports if report.why or report.differences]
    assert wrong and len(wrong) < len(made.reports) + 1


def test_without_the_tables_nothing_is_called_reproduced(again):
    made = again()
    assert made.kind == "not_able"
    assert all(report.reproduced == 0 for report in made.reports if report.why)


def test_a_bundle_that_is_not_good_is_not_run(handed, again, key, tmp_path):
    _, members = handed
    held = dict(members)
    BY_THE_SENDER["a printed digit"][0](held)
    with pytest.raises(reproducing.BundleError) as problem:
        again(path=packed(tmp_path / "x.zip", held, key))
    assert problem.value.key == "bundle.not_good"
    assert LIFE in str(problem.value)
