"""A run converts each prose once, and no notebook is told where it keeps it."""

import pytest

from evalkit.export import pandoc
from evalkit.export.docx_reference import reference
from evalkit.run import PROSE


@pytest.fixture
def laid(tmp_path):
    """A folder as `printing.ready` lays it out for pandoc."""

    def make(name, prose="<h2>甲</h2>", picture=b"", first="zh-CN"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "reference.docx").write_bytes(reference())
        (folder / "prose.html").write_text(f"{first}\n{prose}", encoding="utf-8")
        if picture:
            (folder / "prose-1.png").write_bytes(picture)
        return folder

    return make


@pytest.fixture
def converted(monkeypatch, tmp_path):
    """Which folders were given to pandoc, while a run keeps prose."""
    given, really = [], pandoc._convert
    (tmp_path / "kept").mkdir()
    monkeypatch.setenv(PROSE, str(tmp_path / "kept"))
    monkeypatch.setattr(pandoc, "_convert", lambda f, page: (given.extend(f), really(f, page)))
    return given


def made(folder):
    return [(folder / name).read_bytes() for name in pandoc.MADE]


def test_the_same_prose_is_converted_once_and_is_the_same(laid, converted):
    first, second, other = laid("a"), laid("b"), laid("c", "<h2>乙</h2>")

    pandoc.convert([first], "p")
    pandoc.convert([second, other], "p")

    assert converted == [first, other]
    assert made(second) == made(first) != made(other)


@pytest.mark.parametrize(
    "unlike", [{"prose": "<h2>甲 </h2>"}, {"picture": b"\x89PNG"}, {"first": "en-GB"}]
)
def test_whatever_pandoc_reads_tells_one_prose_from_another(laid, converted, unlike):
    first, second = laid("a"), laid("b", **unlike)

    assert pandoc._fingerprint(first) != pandoc._fingerprint(second)


def test_what_stands_beside_the_prose_is_not_pandoc_s(laid):
    first, second = laid("a"), laid("b")
    (second / "exhibit-0.svg").write_bytes(b"<svg/>")

    assert pandoc._fingerprint(first) == pandoc._fingerprint(second)


def test_prose_is_converted_where_no_room_is_left_to_keep_it(laid, converted, monkeypatch):
    def full(folder, kept):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pandoc, "_keep", full)
    pandoc.convert([laid("a")], "p")
    pandoc.convert([second := laid("b")], "p")

    assert len(converted) == 2
    assert all(made(second))


def test_two_that_keep_the_same_prose_at_once_leave_one(laid, converted, tmp_path):
    first = laid("a")
    pandoc.convert([first], "p")

    with pytest.raises(OSError):
        pandoc._keep(first, tmp_path / "kept" / pandoc._fingerprint(first))
    pandoc.convert([second := laid("b")], "p")
    assert made(second) == made(first)
