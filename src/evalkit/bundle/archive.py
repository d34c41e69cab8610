"""One zip with the same bytes each time, read as if a stranger had made it.

Imports errors and files. Python's own writer puts its version into what it writes, and its reader
takes much that two programs read differently. A bundle has one form: members stored as they are,
sorted by name, one behind the other, nothing between or behind them.
"""

from __future__ import annotations

import hashlib
import os
import re
import struct
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from evalkit.errors import BundleError
from evalkit.files import staged_file, unreadable_as

LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
LOCAL_SIGN, CENTRAL_SIGN, END_SIGN = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
# Version 2.0 of the format, made on Unix; names in UTF-8; stored; the first day that zip knows.
NEEDS, MADE_BY, UTF8, STORED, NO_TIME, FIRST_DAY = 20, 3 << 8 | 20, 0x800, 0, 0, 0x21
ENCRYPTED = 0x1
PLAIN_FILE = 0o100644 << 16
LINK, KIND = 0o120000, 0o170000
# A bundle of every report of thirty areas has some five thousand files and a gigabyte.
MOST_MEMBERS, LARGEST, MOST_BYTES = 50_000, 1 << 29, (1 << 32) - 1
LONGEST_NAME = 400
PIECE = 1 << 20
# What Windows takes for a device, whatever stands behind it.
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')


@dataclass(frozen=True)
class Member:
    """One file of a bundle, as its directory lists it.

    Parameters
    ----------
    name : str
        Its path in the bundle, parted by ``/``.
    at, size : int
        Where its content begins in the file, and how many bytes it has.
    crc : int
        As the directory states it.
    """

    name: str
    at: int
    size: int
    crc: int


def write_archive(path: Path, members: Mapping[str, bytes | Path]) -> None:
    """Write a bundle, whole or not at all.

    Parameters
    ----------
    members : mapping of str to bytes or Path
        What each holds, by its path in the bundle.

    Raises
    ------
    BundleError
        If it is larger than a bundle can be, or a name cannot stand in one.
    OSError
        As the system says it.
    """
    check_names(members, path)
    with staged_file(path) as staged, staged.open("wb") as file:
        listed = [_append(file, name, members[name], path) for name in ordered(members)]
        start = file.tell()
        for member, offset in listed:
            file.write(_central(member, offset))
        end = file.tell()
        if end > MOST_BYTES or len(listed) > MOST_MEMBERS:
            raise BundleError("bundle.too_large", path=path)
        file.write(_end(len(listed), end - start, start))


def ordered(names: Iterable[str]) -> list[str]:
    """Return names in the order of a bundle: by their bytes."""
    return sorted(names, key=lambda name: name.encode("utf-8", "surrogateescape"))


def _append(file: BinaryIO, name: str, content: bytes | Path, path: Path) -> tuple[Member, int]:
    offset = file.tell()
    if offset > MOST_BYTES:
        raise BundleError("bundle.too_large", path=path)
    head = LOCAL.size + len(name.encode())
    file.write(b"\0" * head)
    size = crc = 0
    for piece in _pieces(content):
        file.write(piece)
        size, crc = size + len(piece), zlib.crc32(piece, crc)
    if size > LARGEST:
        raise BundleError("bundle.too_large", path=path)
    member = Member(name, offset + head, size, crc)
    file.seek(offset)
    file.write(_local(member))
    file.seek(0, os.SEEK_END)
    return member, offset


def _pieces(content: bytes | Path) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _local(member: Member) -> bytes:
    name = member.name.encode()
    told = (NEEDS, UTF8, STORED, NO_TIME, FIRST_DAY, member.crc, member.size, member.size)
    return LOCAL.pack(LOCAL_SIGN, *told, len(name), 0) + name


def _central(member: Member, offset: int) -> bytes:
    name = member.name.encode()
    told = (MADE_BY, NEEDS, UTF8, STORED, NO_TIME, FIRST_DAY, member.crc, member.size, member.size)
    packed = CENTRAL.pack(CENTRAL_SIGN, *told, len(name), 0, 0, 0, 0, PLAIN_FILE, offset)
    return packed + name


def _end(count: int, size: int, start: int) -> bytes:
    return END.pack(END_SIGN, 0, 0, count, count, size, start, 0)


class Archive:
    """A bundle that somebody sent, opened: every header of it is as we write it.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    BundleError
        If it is no bundle, or none as we write it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with unreadable_as(BundleError, path):
            self._file = path.open("rb")
        try:
            self.members = {member.name: member for member in self._directory()}
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, name: str, most: int = LARGEST) -> bytes:
        """Return what a member holds.

        Raises
        ------
        BundleError
            If there is none of that name, it is longer than asked for, or was damaged.
        """
        member = self.members.get(name)
        if member is None:
            raise BundleError("bundle.member_missing", path=self.path, name=name)
        if member.size > most:
            raise BundleError("bundle.huge", path=self.path, name=name)
        content = self._at(member.at, member.size)
        if zlib.crc32(content) != member.crc:
            raise BundleError("bundle.damaged", path=self.path, name=name)
        return content

    def sha256(self, name: str) -> str:
        """Return a member's SHA-256, in hexadecimal digits, without holding it whole."""
        member = self.members[name]
        digest, left = hashlib.sha256(), member.size
        self._file.seek(member.at)
        while left and (piece := self._file.read(min(PIECE, left))):
            digest.update(piece)
            left -= len(piece)
        return digest.hexdigest()

    def write_to(self, folder: Path, names: Mapping[str, str]) -> None:
        """Write members as files.

        Parameters
        ----------
        folder : Path
            Where; names were checked when the bundle was opened, so nothing leaves it.
        names : mapping of str to str
            Path below the folder, by the member's name.
        """
        for name, place in names.items():
            target = folder / place
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(self.read(name))

    def _at(self, offset: int, size: int) -> bytes:
        self._file.seek(offset)
        found = self._file.read(size)
        if len(found) != size:
            raise BundleError("bundle.cut", path=self.path)
        return found

    def _directory(self) -> list[Member]:
        length = os.fstat(self._file.fileno()).st_size
        if length < END.size or self._at(0, 4) not in (LOCAL_SIGN, END_SIGN):
            raise BundleError("bundle.no_zip", path=self.path)
        sign, *counts, size, start, comment = END.unpack(self._at(length - END.size, END.size))
        if sign != END_SIGN:
            raise BundleError("bundle.cut", path=self.path)
        fits = counts == [0, 0, counts[2], counts[2]] and comment == 0
        if not fits or start + size + END.size != length:
            raise BundleError("bundle.repacked", path=self.path)
        if counts[2] > MOST_MEMBERS or size > MOST_MEMBERS * (CENTRAL.size + LONGEST_NAME):
            raise BundleError("bundle.too_large", path=self.path)
        members = self._entries(self._at(start, size), counts[2])
        check_names([member.name for member in members], self.path)
        self._check_form(members, start, size)
        return members

    def _entries(self, raw: bytes, count: int) -> list[Member]:
        members, at = [], 0
        for _ in range(count):
            if at + CENTRAL.size > len(raw):
                raise BundleError("bundle.repacked", path=self.path)
            told = CENTRAL.unpack_from(raw, at)
            length = told[10]
            name = raw[at + CENTRAL.size : at + CENTRAL.size + length]
            at += CENTRAL.size + length + told[11] + told[12]
            members.append(self._member(told, name))
        return members

    def _member(self, told: tuple, raw: bytes) -> Member:
        flags, method, crc, packed, size = told[3], told[4], told[7], told[8], told[9]
        try:
            name = raw.decode("utf-8")
        except UnicodeDecodeError:
            raise BundleError("bundle.name", path=self.path, name=repr(raw)[:80]) from None
        where = {"path": self.path, "name": name[:LONGEST_NAME]}
        if (told[15] >> 16) & KIND == LINK:
            raise BundleError("bundle.link", **where)
        if flags & ENCRYPTED:
            raise BundleError("bundle.encrypted", **where)
        if max(size, packed) > LARGEST:
            raise BundleError("bundle.huge", **where)
        if method != STORED or size != packed:
            raise BundleError("bundle.packed", **where)
        return Member(name, told[16] + LOCAL.size + len(raw), size, crc)

    def _check_form(self, members: list[Member], start: int, size: int) -> None:
        """Stop unless every header is, bit by bit, the one that we would write."""
        offset, central = 0, b""
        for member in members:
            head = LOCAL.size + len(member.name.encode())
            if member.at != offset + head or self._at(offset, head) != _local(member):
                raise BundleError("bundle.repacked", path=self.path)
            central += _central(member, offset)
            offset = member.at + member.size
        in_order = [member.name for member in members]
        if in_order != ordered(in_order) or offset != start:
            raise BundleError("bundle.repacked", path=self.path)
        if self._at(start, size) != central:
            raise BundleError("bundle.repacked", path=self.path)


def check_names(names: Iterable[str], path: Path) -> None:
    """Stop at a name that would leave its folder, mean another thing elsewhere, or stand twice.

    Raises
    ------
    BundleError
        With the name.
    """
    seen: dict[str, str] = {}
    for name in names:
        parts = name.split("/")
        bad = FORBIDDEN.search(name) or name != unicodedata.normalize("NFC", name)
        # What is not seen, or turns the letters behind it around, makes one name of two.
        bad = bad or any(unicodedata.category(sign)[0] in "CZ" and sign != " " for sign in name)
        bad = bad or len(name.encode("utf-8", "surrogateescape")) > LONGEST_NAME
        bad = bad or any(
            p in ("", ".", "..") or p[-1] in ". " or DEVICES.fullmatch(p) for p in parts
        )
        if bad:
            raise BundleError("bundle.name", path=path, name=ascii(name[:80]))
        folded = name.casefold()
        # A file cannot lie in a file, and two systems of three tell no capitals apart.
        if folded in seen:
            raise BundleError("bundle.twice", path=path, name=name)
        seen[folded] = name
    for name in seen:
        above = name.rpartition("/")[0]
        if above in seen:
            raise BundleError("bundle.twice", path=path, name=seen[above])
