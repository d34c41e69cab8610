"""A bundle has the same bytes each time, and what is not one is refused before it is read."""

import os
import stat
import struct
import subprocess
import sys
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.bundle import archive
from evalkit.bundle.archive import Archive, write_archive
from evalkit.bundle.manifest import MANIFEST, manifest_of, read_manifest
from evalkit.errors import BundleError

MEMBERS = {"b/two.txt": b"two\n", "a.txt": b"one\n", "报告.html": "贵港".encode(), "empty": b""}


@pytest.fixture
def path(tmp_path):
    target = tmp_path / "it.zip"
    write_archive(target, MEMBERS)
    return target


def raised(path):
    with pytest.raises(BundleError) as problem:
        Archive(path)
    return problem.value.key


def test_the_same_members_give_the_same_bytes_in_any_order(path, tmp_path):
    other = tmp_path / "other.zip"
    file = tmp_path / "one"
    file.write_bytes(b"one\n")
    write_archive(other, dict(reversed((MEMBERS | {"a.txt": file}).items())))

    assert other.read_bytes() == path.read_bytes()


def test_other_programs_read_it(path, tmp_path):
    with zipfile.ZipFile(path) as found:
        assert found.testzip() is None
        assert {name: found.read(name) for name in found.namelist()} == MEMBERS
        assert all(stat.S_ISREG(info.external_attr >> 16) for info in found.infolist())
    subprocess.run(
        [sys.executable, "-m", "zipfile", "-e", str(path), str(tmp_path / "x")], check=True
    )
    assert (tmp_path / "x" / "b" / "two.txt").read_bytes() == b"two\n"


def test_every_member_is_read_back(path, tmp_path):
    with Archive(path) as found:
        assert list(found.members) == ["a.txt", "b/two.txt", "empty", "报告.html"]
        assert {name: found.read(name) for name in found.members} == MEMBERS
        found.write_to(tmp_path, {"b/two.txt": "in/2"})
        with pytest.raises(BundleError) as problem:
            found.read("a.txt", most=3)
        assert problem.value.key == "bundle.huge"
        with pytest.raises(BundleError) as problem:
            found.read("c")
        assert problem.value.key == "bundle.member_missing"
    assert (tmp_path / "in" / "2").read_bytes() == b"two\n"


def zipped(path, *members, method=zipfile.ZIP_STORED, comment=b"", **about):
    """Pack members as another program would."""
    with zipfile.ZipFile(path, "w", method) as made:
        for name, content in members:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = method
            for key, value in about.items():
                setattr(info, key, value)
            made.writestr(info, content)
        made.comment = comment
    return path


def changed(path, change):
    raw = bytearray(path.read_bytes())
    path.write_bytes(bytes(change(raw)))
    return path


def central(raw):
    """Where the directory begins."""
    return struct.unpack_from("<I", raw, len(raw) - 6)[0]


def patch(raw, at, kind, value):
    struct.pack_into(kind, raw, at, value)
    return raw


def moved(raw):
    """A byte that no list knows of, between the members and the directory."""
    start = central(raw)
    raw = raw[:start] + b"!" + raw[start:]
    return patch(raw, len(raw) - 6, "<I", start + 1)


def at_directory(by, kind, value):
    return lambda raw: patch(raw, central(raw) + by, kind, value)


def both(*changes):
    def change(raw):
        for each in changes:
            raw = each(raw)
        return raw

    return change


def at_end(by, kind, value):
    return lambda raw: patch(raw, len(raw) - by, kind, value)


RAW = {
    "no zip": (lambda raw: b"%PDF-1.7 " + raw, "bundle.no_zip"),
    "empty": (lambda raw: b"", "bundle.no_zip"),
    "something before it": (lambda raw: raw[:4] + raw, "bundle.repacked"),
    "cut short": (lambda raw: raw[: len(raw) // 2], "bundle.cut"),
    "one byte short": (lambda raw: raw[:-1], "bundle.cut"),
    "something behind it": (lambda raw: raw + b"\0", "bundle.cut"),
    "a second zip behind it": (lambda raw: raw + raw, "bundle.repacked"),
    "something between": (moved, "bundle.repacked"),
    "another time": (at_directory(12, "<H", 7), "bundle.repacked"),
    "another name inside": (lambda raw: patch(raw, 30, "<B", ord("z")), "bundle.repacked"),
    "encrypted": (at_directory(8, "<H", 0x801), "bundle.encrypted"),
    "a link": (at_directory(38, "<I", 0o120777 << 16), "bundle.link"),
    "a device": (at_directory(38, "<I", 0o020666 << 16), "bundle.repacked"),
    "a promise of 800 MB": (
        both(at_directory(20, "<I", 6 << 27), at_directory(24, "<I", 6 << 27)),
        "bundle.huge",
    ),
    "two names for one place": (at_directory(46 + 5 + 42, "<I", 0), "bundle.repacked"),
    "more files than it has": (at_end(12, "<H", 9), "bundle.repacked"),
    "a directory that ends early": (
        both(at_end(12, "<H", 9), at_end(14, "<H", 9)),
        "bundle.repacked",
    ),
    "a name that is no text": (at_directory(46, "<B", 0xFF), "bundle.name"),
}


@pytest.mark.parametrize("name", RAW)
def test_what_is_not_as_we_write_it_is_refused(path, name):
    change, key = RAW[name]
    assert raised(changed(path, change)) == key


NAMES = {
    "up": "../a", "far up": "a/../../b", "from the root": "/etc/passwd", "backslash": "a\\..\\b",
    "drive": "C:/a", "stream": "a:b", "device": "reports/CON.html", "device without ending": "nul",
    "dot": "./a", "empty part": "a//b", "folder": "a/", "control": "a\nb", "blank at its end": "a ",
    "point at its end": "a.", "letters in two parts": "e\u0301", "too long": "a" * 401, "none": "",
    "not seen": "read\u200bme", "turned around": "a\u202etxt.exe", "from C1": "a\x85b",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_leaves_or_misleads_is_neither_read_nor_written(tmp_path, name):
    bad, path = NAMES[name], tmp_path / "it.zip"
    with pytest.raises(BundleError) as problem:
        write_archive(path, {bad: b"x"})
    assert problem.value.key == "bundle.name"
    assert not path.exists()

    raw = bytearray()
    head = archive._local(archive.Member(bad, 0, 1, zlib.crc32(b"x")))
    raw += head + b"x"
    told = archive._central(archive.Member(bad, 0, 1, zlib.crc32(b"x")), 0)
    raw += told + archive._end(1, len(told), len(head) + 1)
    path.write_bytes(bytes(raw))
    assert raised(path) == "bundle.name"


@pytest.mark.parametrize("other", ["A.TXT", "a.txt/b", "a.txt"])
def test_two_files_of_one_name_are_refused(tmp_path, other):
    path = tmp_path / "it.zip"
    members = [archive.Member(name, 0, 0, 0) for name in sorted(["a.txt", other])]
    raw, told, offset = b"", b"", 0
    for member in members:
        raw += archive._local(member)
        told += archive._central(member, offset)
        offset = len(raw)
    path.write_bytes(raw + told + archive._end(2, len(told), len(raw)))

    assert raised(path) == "bundle.twice"


def test_what_another_program_packed_is_refused(tmp_path):
    path = tmp_path / "it.zip"
    members = sorted(MEMBERS.items())
    assert raised(zipped(path, *members)) == "bundle.repacked"
    assert raised(zipped(path, *members, comment=b"hello")) == "bundle.cut"


def test_a_bomb_is_refused_unread(tmp_path, monkeypatch):
    path = zipped(tmp_path / "it.zip", ("a", b"\0" * (1 << 24)), method=zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 1 << 16
    monkeypatch.setattr(zlib, "decompress", None)

    assert raised(path) == "bundle.packed"


def test_a_file_that_is_no_file_is_named(tmp_path):
    assert raised(tmp_path / "absent.zip") == "file_missing"
    assert raised(tmp_path) == "file_is_folder"
    assert raised(tmp_path / ("a" * 300)) == "file_missing"
    (tmp_path / "round").symlink_to(tmp_path / "round")
    assert raised(tmp_path / "round") == "file_missing"


def test_damage_within_a_file_is_found_when_it_is_read(path):
    changed(path, lambda raw: patch(raw, 35, "<B", raw[35] ^ 1))
    with Archive(path) as found, pytest.raises(BundleError) as problem:
        found.read("a.txt")
    assert problem.value.key == "bundle.damaged"


def test_what_is_too_large_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "LARGEST", 3)
    with pytest.raises(BundleError) as problem:
        write_archive(tmp_path / "it.zip", MEMBERS)
    assert problem.value.key == "bundle.too_large"
    assert list(tmp_path.iterdir()) == []


def test_too_many_files_are_refused(tmp_path, monkeypatch, path):
    monkeypatch.setattr(archive, "MOST_MEMBERS", 3)
    with pytest.raises(BundleError) as problem:
        write_archive(tmp_path / "other.zip", MEMBERS)
    assert problem.value.key == "bundle.too_large"
    assert raised(path) == "bundle.too_large"


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_no_changed_byte_goes_unseen(tmp_path_factory, data):
    # The list of a bundle holds its contents, and its form everything else.
    path = tmp_path_factory.getbasetemp() / f"flipped-{os.getpid()}.zip"
    digests = {name: archive.hashlib.sha256(held).hexdigest() for name, held in MEMBERS.items()}
    write_archive(path, {**MEMBERS, MANIFEST: manifest_of(digests)})
    raw = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(bytes(raw))

    with pytest.raises(BundleError), Archive(path) as found:
        listed = read_manifest(found.read(MANIFEST), path)
        for name in MEMBERS:
            if listed.get(name) != archive.hashlib.sha256(found.read(name)).hexdigest():
                raise BundleError("bundle.damaged", path=path, name=name)


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=400))
def test_whatever_a_file_holds_it_ends_in_a_sentence(tmp_path_factory, raw):
    path = tmp_path_factory.getbasetemp() / f"any-{os.getpid()}.zip"
    path.write_bytes(b"PK\x03\x04" + raw)
    with pytest.raises(BundleError):
        Archive(path)


@pytest.mark.parametrize(
    "raw",
    [
        b"x  a\n",
        b"0" * 64 + b" a\n",
        b"0" * 64 + b"  a",
        b"\xff",
        b"1" * 64 + b"  b\n" + b"0" * 64 + b"  a\n",
        (b"0" * 64 + b"  a\n") * 2,
        b"A" * 64 + b"  a\n",
    ],
)
def test_a_list_in_another_form_is_refused(tmp_path, raw):
    with pytest.raises(BundleError) as problem:
        read_manifest(raw, tmp_path)
    assert problem.value.key == "bundle.manifest"
