"""Encodings of exports, told or refused."""

import codecs

import pytest

from evalkit.errors import DataError
from evalkit.intake.decode import BLOCK, encoding_of

TEXT = "单号,点单时间,类别\n1,2025年3月7日,家政服务\n2,2025年3月8日,陪伴就医\n"
TRADITIONAL = "單號,點單時間,類別\n1,二〇二五年三月七日,家務服務\n2,二〇二五年三月八日,陪伴就醫\n"


def write(folder, raw):
    path = folder / "export.csv"
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (TEXT.encode(), "utf-8-sig"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("gb18030"), "gb18030"),
        (TEXT.encode("gbk"), "gb18030"),
        ((TEXT + "𠮷，龘\n").encode("gb18030"), "gb18030"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16"),
        (b"id,age\n1,15\n", "utf-8-sig"),
    ],
)
def test_what_offices_save_is_told(tmp_path, raw, encoding):
    path = write(tmp_path, raw)

    assert encoding_of(path) == encoding


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_file_cut_within_a_character_is_told(tmp_path, encoding):
    raw = (TEXT + "3,2025年3月9日,家").encode(encoding)

    with pytest.raises(DataError) as caught:
        encoding_of(write(tmp_path, raw[:-1]))

    assert caught.value.key == "cut_short"


def test_traditional_chinese_in_big5_is_told(tmp_path):
    with pytest.raises(DataError) as caught:
        encoding_of(write(tmp_path, (TRADITIONAL * 20).encode("big5hkscs")))

    assert caught.value.key == "big5"


def test_a_long_text_of_utf8_with_a_broken_byte_is_not_taken_for_another(tmp_path):
    raw = bytearray((TEXT * 50).encode())
    raw[raw.index(b",")] = 0xFF

    with pytest.raises(DataError) as caught:
        encoding_of(write(tmp_path, bytes(raw)))

    assert (caught.value.key, caught.value.values["position"]) == ("not_utf8", "7")


@pytest.mark.parametrize("raw", [bytes(range(256)) * 20, b"PK\x03\x04" + b"\x00\x01" * 500])
def test_what_is_no_text_is_refused(tmp_path, raw):
    with pytest.raises(DataError) as caught:
        encoding_of(write(tmp_path, raw))

    assert caught.value.key in ("not_text", "big5")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
@pytest.mark.parametrize("shift", [0, 1, 2, 3])
def test_a_character_across_two_blocks_is_whole(tmp_path, encoding, shift):
    raw = ("x" * (BLOCK - 2 + shift) + TEXT).encode(encoding)

    assert encoding_of(write(tmp_path, raw)) == encoding
