"""A workbook in XLS (Excel 97 and later), row by row.

Imports formats and layout. Records after [MS-XLS], the container after [MS-CFB]. Read here,
because the libraries that read it turn an error into an empty cell, show no format, and end
the process on some damaged files.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from evalkit.intake.formats import PLAIN, Format, built_in, read_format, shown
from evalkit.intake.layout import MOST_COLUMNS, MOST_ROWS, Grid, Layout, Merged, cells_at

_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!"} | {
    0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}  # fmt: skip
_FREE = 0xFFFFFFFA
_BIFF8 = 0x0600
# Numbers of records in [MS-XLS] 2.3.
BOF, EOF, CONTINUE, SST = 0x809, 0x0A, 0x3C, 0xFC
FORMAT, XF, DATE_MODE, SHEET, PASSWORD = 0x41E, 0xE0, 0x22, 0x85, 0x2F
ROW, COLUMN, MERGED = 0x208, 0x7D, 0xE5
NUMBER, RK, MULRK, BOOLERR, FORMULA, STRING = 0x203, 0x27E, 0xBD, 0x205, 0x06, 0x207
LABEL, RSTRING, LABELSST = 0x204, 0xD6, 0xFD


class Unknown(Exception):
    """A file that is not what this module reads."""


class Locked(Exception):
    """A workbook with a password."""


def stream_names(raw: bytes) -> set[str]:
    """Return the names of the streams in a compound file.

    Raises
    ------
    Unknown
        If it is damaged.
    """
    return set(_Compound(raw).entries)


def read_sheets(raw: bytes) -> list[Grid]:
    """Return the sheets of a workbook.

    Raises
    ------
    Unknown
        If it is damaged, or of Excel 95 or older.
    Locked
        If it has a password.
    """
    compound = _Compound(raw)
    if "workbook" not in compound.entries:
        raise Unknown
    try:
        return _sheets(compound.stream("workbook"))
    except (struct.error, IndexError, ValueError):
        raise Unknown from None


class _Compound:
    """The streams of a compound file."""

    def __init__(self, raw: bytes) -> None:
        try:
            self._raw = raw
            shift = struct.unpack_from("<H", raw, 30)[0]
            if shift not in (9, 12):
                raise Unknown
            self._size = 1 << shift
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
        if kind == EOF:
            return
    # Without its end a sheet is cut.
    raise Unknown


def _sheets(stream: bytes) -> list[Grid]:
    own: dict[int, Format] = {}
    styles: list[int] = []
    texts: list[bytes] = []
    found, mac, last = [], False, 0
    for kind, data in _records(stream, 0):
        if kind == BOF and struct.unpack_from("<H", data)[0] != _BIFF8:
            raise Unknown
        if kind == PASSWORD:
            raise Locked
        if kind == DATE_MODE:
            mac = bool(struct.unpack_from("<H", data)[0])
        elif kind == FORMAT:
            own[struct.unpack_from("<H", data)[0]] = read_format(_text(data[2:], 2))
        elif kind == XF:
            styles.append(struct.unpack_from("<H", data, 2)[0])
        elif kind == SST or (kind == CONTINUE and last == SST):
            texts.append(data)
        elif kind == SHEET:
            at, state, sort = struct.unpack_from("<IBB", data)
            if sort == 0:
                found.append((at, bool(state & 3), _text(data[6:], 1)))
        last = last if kind == CONTINUE else kind
    formats = [own[n] if n in own else built_in(n) for n in styles]
    strings = _Strings(texts).read() if texts else []
    return [_Sheet(formats, strings, mac).read(stream, *one) for one in found]


def _text(data: bytes, width: int) -> str:
    length, wide = int.from_bytes(data[:width], "little"), data[width] & 1
    raw = data[width + 1 : width + 1 + length * (2 if wide else 1)]
    if len(raw) < length * (2 if wide else 1):
        raise Unknown
    return raw.decode("utf-16-le" if wide else "latin-1")


class _Strings:
    """The texts of a workbook, which go on over several records ([MS-XLS] 2.5.293)."""

    def __init__(self, parts: list[bytes]) -> None:
        self._parts, self._part, self._at = parts, 0, 0

    def read(self) -> list[str]:
        _, count = struct.unpack("<II", self._take(8))
        return [self._string() for _ in range(count)]

    def _take(self, size: int) -> bytes:
        made = b""
        while len(made) < size:
            part = self._parts[self._part]
            piece = part[self._at : self._at + size - len(made)]
            made, self._at = made + piece, self._at + len(piece)
            if self._at == len(part) and len(made) < size:
                self._part, self._at = self._part + 1, 0
        return made

    def _string(self) -> str:
        length, flags = struct.unpack("<HB", self._take(3))
        runs = struct.unpack("<H", self._take(2))[0] if flags & 8 else 0
        more = struct.unpack("<I", self._take(4))[0] if flags & 4 else 0
        text, units = "", 0
        while True:
            wide = flags & 1
            left = (len(self._parts[self._part]) - self._at) >> wide
            piece = self._take(min(length - units, left) << wide)
            text += piece.decode("utf-16-le" if wide else "latin-1", "surrogatepass")
            # The length counts halves of characters beyond the basic plane.
            units += len(piece) >> wide
            if units >= length:
                break
            # Where a text goes on in the next record, that begins with its own width.
            self._part, self._at = self._part + 1, 0
            flags = self._take(1)[0]
        self._take(4 * runs + more)
        # Halves of a character that two records share are one again.
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")


class _Sheet:
    """Reads the records of one sheet."""

    def __init__(self, formats: list[Format], strings: list[str], mac: bool) -> None:
        self._formats, self._strings, self._mac = formats, strings, mac
        self._cells: dict[int, dict[int, str]] = {}

    def read(self, stream: bytes, at: int, hidden: bool, name: str) -> Grid:
        layout = Layout(hidden=hidden, mac=self._mac)
        waiting: tuple[int, int] | None = None
        hidden_rows = []
        for kind, data in _records(stream, at):
            if kind == ROW and struct.unpack_from("<H", data, 12)[0] & 0x20:
                hidden_rows.append(struct.unpack_from("<H", data)[0] + 1)
            elif kind == COLUMN and struct.unpack_from("<H", data, 8)[0] & 1:
                first, last = struct.unpack_from("<HH", data)
                layout.hidden_columns.update(range(first, min(last + 1, MOST_COLUMNS[0])))
            elif kind == MERGED:
                for n in range(struct.unpack_from("<H", data)[0]):
                    top, bottom, left, right = struct.unpack_from("<4H", data, 2 + 8 * n)
                    layout.merged.append(Merged(top + 1, bottom + 1, left, right))
            elif kind == STRING and waiting:
                self._put(*waiting, _text(data, 2))
            else:
                waiting = self._cell(kind, data)
        rows = [cells_at(iter(sorted(self._cells.get(n, {}).items()))) for n in self._numbers()]
        layout.hidden_rows += [n for n in hidden_rows if n <= len(rows) and rows[n - 1]]
        return Grid(name, rows, layout)

    def _numbers(self) -> range:
        return range(max(self._cells, default=-1) + 1)

    def _put(self, row: int, column: int, text: str) -> None:
        if column >= MOST_COLUMNS[0] or row >= MOST_ROWS[0]:
            raise Unknown
        self._cells.setdefault(row, {})[column] = text

    def _cell(self, kind: int, data: bytes) -> tuple[int, int] | None:
        """Put down what a record holds; return the place of a formula whose text follows."""
        if kind == MULRK:
            row, first = struct.unpack_from("<HH", data)
            for n in range((len(data) - 6) // 6):
                style, packed = struct.unpack_from("<HI", data, 4 + 6 * n)
                self._put(row, first + n, self._shown(_packed(packed), style))
            return None
        if kind not in (NUMBER, RK, BOOLERR, FORMULA, LABEL, RSTRING, LABELSST):
            return None
        row, column, style = struct.unpack_from("<3H", data)
        if kind == FORMULA and data[12:14] == b"\xff\xff":
            if data[6] == 0:
                return row, column
            self._put(row, column, _result(data[6], data[8]))
        elif kind in (NUMBER, FORMULA):
            value = struct.unpack_from("<d", data, 6)[0]
            self._put(row, column, self._shown(value, style))
        elif kind == RK:
            value = _packed(struct.unpack_from("<I", data, 6)[0])
            self._put(row, column, self._shown(value, style))
        elif kind == BOOLERR:
            self._put(row, column, _result(2 if data[7] else 1, data[6]))
        elif kind == LABELSST:
            self._put(row, column, self._strings[struct.unpack_from("<I", data, 6)[0]])
        else:
            self._put(row, column, _text(data[6:], 2))
        return None

    def _shown(self, value: float, style: int) -> str:
        form = self._formats[style] if style < len(self._formats) else PLAIN
        return shown(value, form, mac=self._mac)


def _result(kind: int, value: int) -> str:
    """Return a truth value (1), an error (2) or the empty text (3)."""
    if kind == 1:
        return "是" if value else "否"
    return _ERRORS.get(value, "#N/A") if kind == 2 else ""


def _packed(value: int) -> float:
    """Return a number in the short form of [MS-XLS] 2.5.217."""
    if value & 2:
        number = float((value >> 2) - (1 << 30 if value & (1 << 31) else 0))
    else:
        number = struct.unpack("<d", struct.pack("<Q", (value & 0xFFFFFFFC) << 32))[0]
    return number / 100 if value & 1 else number
