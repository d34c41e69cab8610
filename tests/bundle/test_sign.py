"""Signatures that ssh-keygen makes and checks, and time stamps that openssl makes."""

import shutil
import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from evalkit.bundle.sign import Key, read_keys, sign, signer
from evalkit.bundle.stamp import read_stamp
from evalkit.errors import BundleError

MESSAGE = b"the list of files\n"
# RFC 8032, section 7.1, test 2: its key, so that the signature can be made again anywhere.
SEED = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")


def written(path, key, secret=None):
    how = BestAvailableEncryption(secret) if secret else NoEncryption()
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, how))
    return path


@pytest.fixture
def private(tmp_path):
    return written(tmp_path / "key", Ed25519PrivateKey.from_private_bytes(SEED))


def test_a_signature_tells_who_signed_what(private):
    made = sign(MESSAGE, private).encode()

    assert signer(MESSAGE, made) == Key(PUBLIC)
    assert signer(MESSAGE + b" ", made) is None
    assert made == sign(MESSAGE, private).encode()


def test_the_key_is_named_as_ssh_keygen_names_it(private, tmp_path):
    if shutil.which("ssh-keygen") is None:
        pytest.skip("there is no ssh-keygen here; tests/check has it")
    (tmp_path / "key.pub").write_text(Key(PUBLIC).line + "\n")
    asked = ["ssh-keygen", "-l", "-f", str(tmp_path / "key.pub")]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout

    assert said.split()[1] == Key(PUBLIC).fingerprint


@pytest.mark.parametrize(
    "spoil",
    [
        lambda s: b"",
        lambda s: s[:-10],
        lambda s: s.replace(b"SSH SIGNATURE", b"PGP SIGNATURE"),
        lambda s: s + b"x",
        lambda s: s.replace(b"\nU1NIU0lH", b"\nU1NIU0lI"),
        lambda s: b"\xff" * 100,
        lambda s: s.replace(b"-----\n", b"-----\n!", 1),
    ],
)
def test_what_is_no_signature_is_not_read(private, spoil):
    with pytest.raises(ValueError):
        signer(MESSAGE, spoil(sign(MESSAGE, private).encode()))


def test_a_signature_for_something_else_counts_for_nothing(private, monkeypatch):
    monkeypatch.setattr("evalkit.bundle.sign.NAMESPACE", b"git")
    made = sign(MESSAGE, private).encode()
    monkeypatch.setattr("evalkit.bundle.sign.NAMESPACE", b"evalkit")
    with pytest.raises(ValueError):
        signer(MESSAGE, made)


def test_public_keys_are_read_from_either_file(tmp_path):
    line = Key(PUBLIC).line
    for text in (f"{line} office\n", f'# ours\noffice namespaces="evalkit" {line}\nother x\n'):
        (tmp_path / "keys").write_text(text)
        assert read_keys(tmp_path / "keys") == [Key(PUBLIC)]


@pytest.mark.parametrize(
    "before",
    [
        "# REVOKED ",
        'office namespaces="git" ',
        'office valid-before="20200101" ',
        "x cert-authority ",
    ],
)
def test_a_key_that_is_taken_back_or_bounded_is_none_of_the_readers(tmp_path, before):
    (tmp_path / "keys").write_text(f"{before}{Key(PUBLIC).line}\n")
    with pytest.raises(BundleError) as problem:
        read_keys(tmp_path / "keys")
    assert problem.value.key == "bundle.no_key"


@pytest.mark.parametrize("raw", [b"", b"ssh-rsa AAAA", b"ssh-ed25519 AAAA", b"\xff\xfe"])
def test_a_file_without_a_key_is_named(tmp_path, raw):
    (tmp_path / "keys").write_bytes(raw)
    with pytest.raises(BundleError) as problem:
        read_keys(tmp_path / "keys")
    assert problem.value.key == "bundle.no_key"


def test_a_key_that_cannot_sign_is_named(tmp_path, private):
    key = Ed25519PrivateKey.from_private_bytes(SEED)
    (tmp_path / "no").write_text("no key")
    locked = tmp_path / "locked"
    try:
        written(locked, key, b"secret")
    except Exception:
        locked.write_text("-----BEGIN OPENSSH PRIVATE KEY-----\n")
    for path in (tmp_path / "no", locked):
        with pytest.raises(BundleError) as problem:
            sign(MESSAGE, path)
        assert problem.value.key == "bundle.no_private_key"
    with pytest.raises(BundleError) as problem:
        sign(MESSAGE, tmp_path / "absent")
    assert problem.value.key == "file_missing"


def openssl(*words, cwd, **more):
    subprocess.run(["openssl", *words], cwd=cwd, check=True, capture_output=True, **more)


CONFIG = """
[tsa]
default_tsa = one
[one]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
[ext]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
basicConstraints = critical,CA:FALSE
"""


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """An authority for stamping time, made for the test: its root, and a way to ask it."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl here; tests/check has it")
    at = tmp_path_factory.mktemp("tsa")
    (at / "c.cnf").write_text(CONFIG)
    (at / "serial").write_text("01\n")
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
            "-subj", "/CN=root", "-days", "30", cwd=at)  # fmt: skip
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "t.key", "-out", "t.csr",
            "-subj", "/CN=stamper", cwd=at)  # fmt: skip
    openssl("x509", "-req", "-in", "t.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-out", "t.pem", "-days", "30", "-extfile", "c.cnf", "-extensions", "ext",
            cwd=at)  # fmt: skip

    def stamp(message):
        (at / "m").write_bytes(message)
        openssl("ts", "-query", "-data", "m", "-sha512", "-cert", "-out", "q.tsq", cwd=at)
        openssl("ts", "-reply", "-config", "c.cnf", "-queryfile", "q.tsq", "-signer", "t.pem",
                "-inkey", "t.key", "-out", "a.tsr", cwd=at)  # fmt: skip
        return (at / "a.tsr").read_bytes()

    return at / "ca.pem", stamp


def test_a_time_stamp_tells_when_and_is_held_to_its_authority(authority, private, tmp_path):
    root, stamp = authority
    raw = stamp(MESSAGE)

    assert not read_stamp(raw, MESSAGE).trusted
    assert read_stamp(raw, MESSAGE, root).trusted
    assert read_stamp(raw, MESSAGE).at.utcoffset().total_seconds() == 0
    assert read_stamp(raw, b"another") is None


def test_a_stamp_of_another_authority_is_refused(authority, tmp_path):
    _, stamp = authority
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "o.key", "-out", "o.pem",
            "-subj", "/CN=other", "-days", "30", cwd=tmp_path)  # fmt: skip
    with pytest.raises(BundleError) as problem:
        read_stamp(stamp(MESSAGE), MESSAGE, tmp_path / "o.pem")
    assert problem.value.key == "bundle.stamp_foreign"
    (tmp_path / "no.pem").write_text("no certificate")
    with pytest.raises(BundleError) as problem:
        read_stamp(stamp(MESSAGE), MESSAGE, tmp_path / "no.pem")
    assert problem.value.key == "bundle.no_certificate"


@pytest.mark.parametrize("raw", [b"", b"0", b"\x30\x03\x02\x01\x02", b"x" * 500])
def test_what_is_no_time_stamp_is_not_read(raw):
    with pytest.raises(ValueError):
        read_stamp(raw, MESSAGE)
