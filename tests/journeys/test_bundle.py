"""A bundle from the command line to the answer, and each way in which one can be altered."""

import json
import subprocess
import zipfile

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from evalkit.batch.run import RunRequest
from evalkit.bundle.archive import Archive
from evalkit.bundle.make import BundleRequest, make_bundle
from evalkit.bundle.manifest import MANIFEST, SIGNATURE
from evalkit.bundle.sign import Key, read_keys
from evalkit.bundle.verify import verify_bundle

from .altered import OTHER, PAGE, RISK, alter, crate_again, digit, packed
from .attacks import BY_THE_SENDER, ON_THE_WAY
from .conftest import ROOT, edit_notebook

pytestmark = pytest.mark.xdist_group("bundle")
REFERENCE = "studies/reference/study.toml"


def private_key(path):
    key = Ed25519PrivateKey.generate()
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    path.with_suffix(".pub").write_text(Key(key.public_key().public_bytes_raw()).line + "\n")
    return path


def request(built, out, key):
    return BundleRequest(RunRequest((str(ROOT / REFERENCE),), "life", reports=built[0]), out, key)


@pytest.fixture(scope="session")
def handed(built, tmp_path_factory):
    """One report of the reference study, handed over: its bundle, its members, the sender's key."""
    at = tmp_path_factory.mktemp("handed")
    key = private_key(at / "office")
    made = make_bundle(request(built, at / "it.zip", key))
    malawi = built[0] / "reference" / "malawi" / "reach"
    OTHER.update({path.name: path.read_bytes() for path in malawi.iterdir()})
    with Archive(made.path) as archive:
        members = {name: archive.read(name) for name in archive.members}
    return made, members, key


def keys(key):
    return read_keys(key.with_suffix(".pub"))


def codes(verdict):
    return [each.key.removeprefix("error.") for each in verdict.wrong]


def test_a_bundle_is_whole_signed_and_the_same_each_time(handed, built, tmp_path):
    made, _members, key = handed
    verdict = verify_bundle(made.path, keys(key))

    assert verdict.wrong == []
    assert verdict.known and verdict.remade and not verdict.made_up
    assert verdict.reports == 1 and verdict.numbers > 300
    assert verdict.sha256 == made.sha256
    again = make_bundle(request(built, tmp_path / "b.zip", key))
    assert again.path.read_bytes() == made.path.read_bytes()


def test_every_attack_of_one_who_has_no_key_is_named(handed, tmp_path):
    _made, members, key = handed
    wrong = {}
    for name, (change, code) in ON_THE_WAY.items():
        held = dict(members)
        change(held)
        verdict = verify_bundle(packed(tmp_path / "x.zip", held, remake=False), keys(key))
        if code not in codes(verdict):
            wrong[name] = codes(verdict)
    assert wrong == {}


@pytest.mark.slow
def test_every_attack_of_one_who_has_the_key_is_named(handed, tmp_path):
    _made, members, key = handed
    wrong = {}
    for name, (change, code) in BY_THE_SENDER.items():
        held = dict(members)
        change(held)
        verdict = verify_bundle(packed(tmp_path / "x.zip", held, key), keys(key))
        found = codes(verdict)
        if not any(each.startswith(code) for each in found):
            wrong[name] = found
        for each in verdict.wrong:
            assert each.text("en") and each.text("zh"), name
    assert wrong == {}


def test_who_signs_anew_with_another_key_is_another(handed, tmp_path):
    _, members, key = handed
    other = private_key(tmp_path / "other")
    path = packed(tmp_path / "x.zip", members, other)

    verdict = verify_bundle(path, keys(key))
    assert codes(verdict) == ["verify.key_unknown"]
    assert "SHA256:" in verdict.wrong[0].text("en")
    # Who named no key is told that anybody can have signed it.
    assert verify_bundle(path).good and not verify_bundle(path).known


def test_the_list_made_anew_does_not_keep_its_signature(handed, tmp_path):
    _, members, key = handed
    held = dict(members)
    digit(held)
    verdict = verify_bundle(packed(tmp_path / "x.zip", held), keys(key))
    assert "verify.signature_other" in codes(verdict)


def test_a_bundle_that_nobody_signed_is_not_taken_for_signed(handed, tmp_path):
    _, members, key = handed
    held = {name: content for name, content in members.items() if name != SIGNATURE}
    path = packed(tmp_path / "x.zip", held)
    assert codes(verify_bundle(path, keys(key))) == ["verify.unsigned"]
    assert verify_bundle(path).good and verify_bundle(path).key is None


def test_the_answer_comes_first_and_the_exit_code_says_it(handed, command, tmp_path):
    made, members, key = handed
    pub = key.with_suffix(".pub")
    code, out, err = command("verify", made.path, "--key", pub, "--jobs", 2, cwd=tmp_path)
    assert code == 0 and err == ""
    first = out.splitlines()[0]
    assert first.endswith("whole, signed by a key of yours, and in agreement with itself.")
    held = dict(members)
    digit(held)
    packed(tmp_path / "x.zip", held, key)
    code, out, _ = command("verify", "x.zip", "--key", pub, "--jobs", 2, cwd=tmp_path, lang="zh")
    assert code == 11
    assert out.startswith("x.zip：不可依赖。")


@pytest.mark.parametrize(
    "words", [["verify"], ["verify", "absent.zip"], ["verify", ".", "--jobs", "0"]]
)
def test_words_that_mean_no_bundle_end_in_a_sentence(command, tmp_path, words):
    code, out, err = command(*words, cwd=tmp_path)
    assert code in (2, 11)
    assert len((out + err).strip().splitlines()) <= 2


def test_programs_without_our_code_read_what_is_inside(handed, tmp_path):
    made, members, _ = handed
    with zipfile.ZipFile(made.path) as archive:
        archive.extractall(tmp_path)
    ran = subprocess.run(
        ["sha256sum", "-c", "--quiet", MANIFEST], cwd=tmp_path, capture_output=True, text=True
    )
    assert (ran.returncode, ran.stdout) == (0, "")
    ars = json.loads(members["results/ars.json"])
    held = {a["id"] for a in ars["analyses"]}
    assert len(held) == len(ars["analyses"])
    risk = next(a for a in ars["analyses"] if a["id"] == RISK)
    raw = {r["operationId"].rpartition("_")[2]: json.loads(r["rawValue"]) for r in risk["results"]}
    told = json.loads(members["reports/reference/life/recidivism/results.json"])["estimates"]
    (one,) = [e for e in told if e["id"] == risk["id"]]
    assert raw == {k: one[k] for k in raw} and raw["value"] == one["value"]


def test_nothing_of_this_machine_and_no_person_is_in_it(handed, tmp_path):
    made, members, _ = handed
    for name, content in members.items():
        for word in (str(ROOT), str(made.path.parent), *(f"/{home}/" for home in ("home", "root"))):
            assert word.encode() not in content, (name, word)


def test_a_report_that_is_not_of_today_is_not_handed_over(project, command):
    words = ("--area", "life", "--study", "studies/reference/study.toml")
    code, _, err = command("bundle", *words, cwd=project)
    assert code == 11 and "reference/life/recidivism" in err
    assert command("run", *words, cwd=project)[0] == 0
    edit_notebook(project / "notebooks" / "recidivism.ipynb", "What is printed", "What they print")
    code, _out, err = command("bundle", *words, cwd=project)
    assert code == 11 and "no longer up to date" in err
    assert not list(project.glob("*.zip"))


def test_a_report_that_failed_is_not_handed_over(project, command):
    words = ("--area", "life", "--study", "studies/reference/study.toml")
    edit_notebook(project / "notebooks" / "recidivism.ipynb", "import", "1 / 0\nimport")
    assert command("run", *words, cwd=project)[0] == 1
    code, _, err = command("bundle", *words, cwd=project)
    assert code == 11 and "failed when they were last built" in err


def elsewhere(members, **about):
    """The same bundle as another machine would have made it, as far as it says of itself."""
    held = dict(members)
    told = json.loads(held["bundle.json"]) | about
    held["bundle.json"] = (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()
    return held


def test_on_another_machine_words_are_compared_and_bytes_are_not(handed, tmp_path, monkeypatch):
    made, members, key = handed
    monkeypatch.setattr("evalkit.bundle.verify.machine_sha256", lambda: "another")
    verdict = verify_bundle(made.path, keys(key))
    assert verdict.good and verdict.remade and not verdict.whole

    held = dict(members)
    alter(PAGE, "evidence of improvement", "evidence of worsening")(held)
    assert "verify.remade" in codes(verify_bundle(packed(tmp_path / "x.zip", held, key), keys(key)))


def test_whoever_says_that_other_code_made_it_is_told_so_first(handed, command, tmp_path):
    _, members, key = handed
    held = elsewhere(members, writers="another")
    crate_again(held)
    path = packed(tmp_path / "x.zip", held, key)
    code, out, _ = command(
        "verify", path, "--key", key.with_suffix(".pub"), "--jobs", 1, cwd=tmp_path
    )

    assert code == 0
    assert "its numbers were checked and its words were not" in out.splitlines()[0]
