"""An area's rows of a shared file have a fingerprint that others' rows do not touch."""

import hashlib

from evalkit.files import subset_sha256

TEXT = 'id,area,note\n1,north,a\n2,south,b\n3,north,"c, d"\n'


def of(text, value="north", column="area"):
    return subset_sha256(text.encode(), column, value)


def test_it_is_the_sha_256_of_the_header_and_the_rows_as_csv_writes_them():
    expected = 'id,area,note\n1,north,a\n3,north,"c, d"\n'

    assert of(TEXT) == hashlib.sha256(expected.encode()).hexdigest()


def test_rows_of_others_do_not_count():
    assert of(TEXT) == of(TEXT.replace("2,south,b", "2,south,changed\n4,south,new"))


def test_own_rows_their_order_and_the_header_count():
    changed = [
        TEXT.replace("1,north,a", "1,north,z"),
        TEXT.replace("2,south", "2,north"),
        TEXT.replace("note", "remark"),
        'id,area,note\n3,north,"c, d"\n1,north,a\n',
    ]

    assert len({of(TEXT), *map(of, changed)}) == 5


def test_how_the_file_is_written_does_not_count():
    spoken = "\ufeff" + TEXT.replace("\n", "\r\n").replace("1,north", '"1", north ')

    assert of(spoken) == of(TEXT)


def test_no_such_column_or_no_table_has_no_part():
    assert of("id,place\n1,north\n") is None
    assert of("") is None
    assert subset_sha256(b"\xff\xfe\x00", "area", "north") is None
    assert of('id,area\n"1,north\n') is None
