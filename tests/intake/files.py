"""Files as offices make them, and what is read of them."""

import struct
from pathlib import Path

import duckdb
import xlsxwriter

from evalkit.errors import DataError
from evalkit.intake.export import read_export
from evalkit.intake.identity import Pseudonyms
from evalkit.schema import load_schema

KEY = Pseudonyms(b"k" * 32)
CASES = "人员编号,起算日期,起算事件,分组,行为类别,随访截止日期,年龄,性别,此前次数,已比对,已同意"
# A sheet of the sizes that a sector of a compound file has.
SECTOR = 512


def case(number, age="15", consent="是"):
    """The cells of a case file."""
    return [
        number,
        "2023-01-08",
        "立案",
        "项目组",
        "涉罪",
        "2025-06-30",
        age,
        "男",
        "1",
        "是",
        consent,
    ]


def text_file(folder, text, name="t.csv", encoding="utf-8"):
    path = Path(folder) / name
    path.write_bytes(text.encode(encoding))
    return path


def workbook(folder, sheets, name="t.xlsx", touch=None):
    """An XLSX of sheets of rows; a cell may be a pair of a number and its format."""
    path = Path(folder) / name
    with xlsxwriter.Workbook(str(path)) as book:
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, tuple):
                        form = book.add_format({"num_format": cell[1]})
                        sheet.write_number(number, place, cell[0], form)
                    else:
                        sheet.write(number, place, cell)
            if touch:
                touch(book, sheet)
    return path


def outcome(files, shape, column, **more):
    """What a column holds, or the codes that stop it; the key of a refusal of the whole."""
    try:
        with read_export(files, load_schema(shape), KEY, **more) as made:
            stops = sorted({p.code for p in made.problems if p.level == "stop"})
            query = f'SELECT "{column}" FROM data ORDER BY row_number'
            return stops or [row[0] for row in made.database.execute(query).fetchall()]
    except DataError as refused:
        return refused.key


def rows_of(path):
    """The rows of a Parquet file, read over a connection of its own: the one that modules
    share may be closed by whoever had it."""
    with duckdb.connect(":memory:") as database:
        return database.read_parquet(str(path)).fetchall()


def notes(files, shape, **more):
    """Codes of what is only told, with the number of rows."""
    with read_export(files, load_schema(shape), KEY, **more) as made:
        return {p.code: p.count for p in made.problems if p.level == "note" and p.check is None}


def xls(path, records, name="S", *, mac=False, forms=(), more=()):
    """An XLS of one sheet, from the records of its cells; styles 15 on have the formats.

    `more` are records of the workbook itself.
    """

    def record(kind, data):
        return struct.pack("<HH", kind, len(data)) + data

    def wide(text, width):
        return len(text).to_bytes(width, "little") + b"\1" + text.encode("utf-16-le")

    begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)
    head = record(0x809, begin) + record(0x42, struct.pack("<H", 1200))
    head += record(0x22, struct.pack("<H", int(mac)))
    for number, code in enumerate(forms, start=164):
        head += record(0x41E, struct.pack("<H", number) + wide(code, 2))
    for number in [0] * 15 + list(range(164, 164 + len(forms))):
        head += record(0xE0, struct.pack("<HH", 0, number) + bytes(16))
    head += b"".join(record(kind, data) for kind, data in more)
    bound = wide(name, 1)
    at = len(head) + 4 + 6 + len(bound) + 4
    head += record(0x85, struct.pack("<IBB", at, 0, 0) + bound) + record(0x0A, b"")
    sheet = record(0x809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    sheet += b"".join(record(kind, data) for kind, data in records) + record(0x0A, b"")
    stream = (head + sheet).ljust(9 * SECTOR, b"\0")
    stream += bytes(-len(stream) % SECTOR)
    return _compound(path, stream)


def label(row, column, text):
    return 0x204, struct.pack("<3H", row, column, 15) + len(text).to_bytes(2, "little") + (
        b"\1" + text.encode("utf-16-le")
    )


def _compound(path, stream):
    """A compound file with one stream, in sectors behind its table and its directory."""
    count = len(stream) // SECTOR
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, count + 2), 0xFFFFFFFE]
    table += [0xFFFFFFFF] * (128 - len(table))
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    head += struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)

    def entry(name, kind, child, start, size):
        text = name.encode("utf-16-le") + b"\0\0"
        sides = struct.pack("<BB3I", kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return (
            text.ljust(64, b"\0")
            + struct.pack("<H", len(text))
            + sides
            + bytes(36)
            + (struct.pack("<IQ", start, size))
        )

    listed = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0)
    listed += entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream))
    listed += entry("", 0, 0xFFFFFFFF, 0, 0) * 2
    raw = head + struct.pack("<128I", *table) + listed + stream
    Path(path).write_bytes(raw)
    return path
