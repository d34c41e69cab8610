"""What an XLS file says beside the values of its cells: formats, errors, merged and hidden.

Imports formats and layout. The values themselves are read by calamine, which turns an error
into an empty cell and shows no format. Records after [MS-XLS], the container after [MS-CFB].
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from evalkit.intake.formats import PLAIN, Format, built_in, read_format, shown
from evalkit.intake.layout import Layout, Merged

_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!"} | {
    0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}  # fmt: skip
_FREE = 0xFFFFFFFA
_BIFF8 = 0x0600


class Unknown(Exception):
    """A file that is not what this module reads."""


@dataclass
class Beside:
    """What is known of one sheet beside its values.

    Parameters
    ----------
    name : str
        Of the sheet.
    layout : Layout
        Merged and hidden cells.
    texts : dict of (int, int) to str
        By row from 0 and column from 0 what a cell shows, where calamine does not tell.
    """

    name: str
    layout: Layout
    texts: dict[tuple[int, int], str] = field(default_factory=dict)


def stream_names(raw: bytes) -> set[str]:
    """Return the names of the streams in a compound file.

    Parameters
    ----------
    raw : bytes
        Of the file.

    Raises
    ------
    Unknown
        If it is damaged.
    """
    return set(_Compound(raw).entries)


def read_beside(raw: bytes) -> list[Beside]:
    """Return what a workbook says beside its values, sheet by sheet.

    Parameters
    ----------
    raw : bytes
        Of the file.

    Raises
    ------
    Unknown
        If it is damaged, or of Excel 95 or older.
    """
    compound = _Compound(raw)
    if "workbook" not in compound.entries:
        raise Unknown
    try:
        return _sheets(compound.stream("workbook"))
    except (struct.error, IndexError):
        raise Unknown from None


class _Compound:
    """The streams of a compound file."""

    def __init__(self, raw: bytes) -> None:
        try:
            self._raw = raw
            self._size = 1 << struct.unpack_from("<H", raw, 30)[0]
            start, self._cutoff, mini = (
                struct.unpack_from("<I", raw, at)[0] for at in (48, 56, 60)
            )
            self._fat = self._table(self._difat())
            self._mini_fat = self._table(list(self._chain(mini, self._fat)))
            listed = b"".join(self._sector(n) for n in self._chain(start, self._fat))
            self.entries = self._directory(listed)
        except (struct.error, IndexError, UnicodeDecodeError):
            raise Unknown from None

    def _difat(self) -> list[int]:
        found = list(struct.unpack_from("<109I", self._raw, 76))
        sector = struct.unpack_from("<I", self._raw, 68)[0]
        whole = self._size // 4
        while sector < _FREE and len(found) < len(self._raw) // 4:
            part = struct.unpack(f"<{whole}I", self._sector(sector))
            found += part[:-1]
            sector = part[-1]
        return [number for number in found if number < _FREE]

    def _table(self, sectors: list[int]) -> list[int]:
        whole = self._size // 4
        return [n for s in sectors for n in struct.unpack(f"<{whole}I", self._sector(s))]

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self._size
        return self._raw[at : at + self._size].ljust(self._size, b"\0")

    def _chain(self, number: int, table: list[int]) -> Iterator[int]:
        for _ in range(len(table) + 1):
            if number >= _FREE:
                return
            yield number
            number = table[number]
        # A chain longer than its table goes round in a circle.
        raise Unknown

    def _directory(self, listed: bytes) -> dict[str, tuple[int, int]]:
        found = {}
        for at in range(0, len(listed), 128):
            length, kind = struct.unpack_from("<HB", listed, at + 64)
            name = listed[at : at + max(length - 2, 0)].decode("utf-16-le")
            start, size = struct.unpack_from("<II", listed, at + 116)
            if kind == 5:
                self._root = (start, size)
            elif kind == 2:
                found[name.lower()] = (start, size)
        return found

    def stream(self, name: str) -> bytes:
        start, size = self.entries[name]
        if size >= self._cutoff:
            return b"".join(self._sector(n) for n in self._chain(start, self._fat))[:size]
        small = b"".join(self._sector(n) for n in self._chain(self._root[0], self._fat))
        parts = (small[n * 64 : n * 64 + 64] for n in self._chain(start, self._mini_fat))
        return b"".join(parts)[:size]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length
        if kind == 0x0A:
            return


def _sheets(stream: bytes) -> list[Beside]:
    own: dict[int, Format] = {}
    styles: list[int] = []
    found, mac = [], False
    for kind, data in _records(stream, 0):
        if kind == 0x809 and struct.unpack_from("<H", data)[0] != _BIFF8:
            raise Unknown
        if kind == 0x22:
            mac = bool(struct.unpack_from("<H", data)[0])
        elif kind == 0x41E:
            own[struct.unpack_from("<H", data)[0]] = read_format(_text(data[2:], 2))
        elif kind == 0xE0:
            styles.append(struct.unpack_from("<H", data, 2)[0])
        elif kind == 0x85:
            at, state, sort = struct.unpack_from("<IBB", data)
            if sort == 0:
                found.append((at, bool(state & 3), _text(data[6:], 1)))
    formats = [own[n] if n in own else built_in(n) for n in styles]
    return [_sheet(stream, *one, formats, mac) for one in found]


def _text(data: bytes, width: int) -> str:
    length, wide = int.from_bytes(data[:width], "little"), data[width] & 1
    raw = data[width + 1 : width + 1 + length * (2 if wide else 1)]
    return raw.decode("utf-16-le" if wide else "latin-1", "replace")


def _sheet(
    stream: bytes, at: int, hidden: bool, name: str, formats: list[Format], mac: bool
) -> Beside:
    made = Beside(name, Layout(hidden=hidden, mac=mac))
    for kind, data in _records(stream, at):
        if kind == 0x208 and struct.unpack_from("<H", data, 12)[0] & 0x20:
            made.layout.hidden_rows.append(struct.unpack_from("<H", data)[0] + 1)
        elif kind == 0x7D and struct.unpack_from("<H", data, 8)[0] & 1:
            first, last = struct.unpack_from("<HH", data)
            made.layout.hidden_columns.update(range(first, last + 1))
        elif kind == 0xE5:
            for n in range(struct.unpack_from("<H", data)[0]):
                top, bottom, left, right = struct.unpack_from("<4H", data, 2 + 8 * n)
                made.layout.merged.append(Merged(top + 1, bottom + 1, left, right))
        else:
            for row, column, style, value in _values(kind, data):
                form = formats[style] if style < len(formats) else PLAIN
                if isinstance(value, str):
                    made.texts[row, column] = value
                elif form.shows in ("mask", "affix", "percent"):
                    made.texts[row, column] = shown(value, form)
    return made


def _values(kind: int, data: bytes) -> Iterator[tuple[int, int, int, float | str]]:
    """Yield the errors (as text) and numbers that a record holds."""
    if kind in (0x203, 0x27E, 0x205, 0x06):
        row, column, style = struct.unpack_from("<3H", data)
    if kind == 0x203:
        yield row, column, style, struct.unpack_from("<d", data, 6)[0]
    elif kind == 0x27E:
        yield row, column, style, _packed(struct.unpack_from("<I", data, 6)[0])
    elif kind == 0xBD:
        row, first = struct.unpack_from("<HH", data)
        for n in range((len(data) - 6) // 6):
            style, packed = struct.unpack_from("<HI", data, 4 + 6 * n)
            yield row, first + n, style, _packed(packed)
    elif kind == 0x205 and data[7]:
        yield row, column, style, _ERRORS.get(data[6], "#N/A")
    elif kind == 0x06:
        if data[12:14] != b"\xff\xff":
            yield row, column, style, struct.unpack_from("<d", data, 6)[0]
        elif data[6] == 2:
            yield row, column, style, _ERRORS.get(data[8], "#N/A")


def _packed(value: int) -> float:
    """Return a number in the short form of [MS-XLS] 2.5.217."""
    if value & 2:
        number = float((value >> 2) - (1 << 30 if value & (1 << 31) else 0))
    else:
        number = struct.unpack("<d", struct.pack("<Q", (value & 0xFFFFFFFC) << 32))[0]
    return number / 100 if value & 1 else number
