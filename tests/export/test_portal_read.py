"""The portal stands whatever lies in the folder of reports."""

import hashlib
import re
import shutil
import subprocess

import pytest
from tests.export.portals import VERDICT, change, failure, page, report, soup, text

from evalkit import __version__
from evalkit.export import write_portal


@pytest.mark.parametrize("content", ['{"trunc', "[]", "{}", "\ufffe"])
def test_a_broken_file_is_no_report_and_stops_nothing(tmp_path, content):
    report(tmp_path)
    other = tmp_path / "tiny" / "south" / "reach"
    other.mkdir(parents=True)
    (other / "results.json").write_text(content, encoding="utf-8")

    write_portal(tmp_path)

    assert "tiny/north" in page(tmp_path) and "tiny/south/reach/" not in page(tmp_path)


def test_a_name_without_a_glyph_is_spelled(tmp_path):
    report(tmp_path, name="彝良𠮷")

    write_portal(tmp_path)

    assert "彝良(U+20BB7)" in page(tmp_path)


BROKEN = [
    ("study", {"code": "tiny", "name": "North"}),
    ("study", {"code": "other", "name": {"en": "North"}}),
    ("area", {"code": "../north", "name": {"en": "x"}, "place": {"en": "x"}, "order": 1}),
    ("area", {"code": "south", "name": {"en": 7}, "place": {"en": "x"}, "order": 1}),
    ("area", {"code": "south", "name": {"en": "x"}, "place": {"en": "x"}, "order": "1"}),
    ("outcome", "income"),
    ("languages", "en"),
    ("languages", ["xx"]),
    ("languages", [["en"]]),
    ("headline", None),
    ("headline", {}),
    ("provenance", {"made_at": "<script>"}),
    ("provenance", []),
    ("estimates", []),
    ("estimates", [VERDICT, VERDICT]),
    ("estimates", [VERDICT | {"verdict": "splendid"}]),
    ("estimates", [VERDICT | {"verdict": ["improvement"]}]),
    ("estimates", ["verdict"]),
    ("outcomes", {"reach": 1}),
    ("headline", {"en": "half a character: \ud842"}),
]


@pytest.mark.parametrize(("key", "value"), BROKEN)
def test_a_file_of_a_wrong_shape_gets_no_link_and_is_named(tmp_path, key, value):
    report(tmp_path)
    folder = report(tmp_path, area="south")
    change(folder / "results.json", **{key: value})

    write_portal(tmp_path)

    assert "1 (tiny/south/reach)" in text(soup(tmp_path).select_one(".unread"))
    assert not [a for a in soup(tmp_path)("a") if "south" in a["href"]]


@pytest.mark.parametrize("content", ["[" * 100_000, '{"study": NaN}', "null", "\udc80", ""])
def test_a_file_that_is_no_sensible_json_is_named(tmp_path, content):
    report(tmp_path)
    other = tmp_path / "tiny" / "south" / "reach"
    other.mkdir(parents=True)
    (other / "results.json").write_bytes(content.encode(errors="surrogateescape"))
    (tmp_path / "tiny" / "south" / "claims.failed.json").write_text("[]", encoding="utf-8")

    write_portal(tmp_path)

    said = text(soup(tmp_path).select_one(".unread"))
    assert "2 (tiny/south/reach, tiny/south/claims.failed.json)" in said


def test_a_number_beyond_every_size_stops_nothing(tmp_path):
    report(tmp_path)
    failure(tmp_path)
    error = {"kind": "RecordError", "key": "headline_count", "values": {"path": 10**4000}}
    change(tmp_path / "tiny" / "south" / "reach.failed.json", error=error)

    write_portal(tmp_path)

    assert "1 (tiny/south/reach.failed.json)" in text(soup(tmp_path).select_one(".unread"))


def test_what_is_half_made_is_neither_listed_nor_named(tmp_path):
    folder = report(tmp_path)
    shutil.copytree(folder, folder.with_name(".reach.partial-1"))

    write_portal(tmp_path)

    assert "partial" not in page(tmp_path)
    assert "Of 1 cells" in text(soup(tmp_path).select_one(".whole"))


def test_without_anything_broken_nothing_is_said_of_it(tmp_path):
    report(tmp_path)

    write_portal(tmp_path)

    assert soup(tmp_path).select_one(".unread") is None


def test_the_foot_says_when_by_what_and_over_which_files(tmp_path):
    report(tmp_path, provenance={"made_at": "2026-11-22T08:30:00Z"})
    report(tmp_path, area="south")

    write_portal(tmp_path)

    foot = text(soup(tmp_path).select_one("footer"))
    lines = sorted(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(tmp_path)}\n"
        for path in tmp_path.glob("*/*/*/results.json")
    )
    assert f"2026-11-22 08:30 UTC. Portal written by evalkit {__version__}" in foot
    assert hashlib.sha256("".join(lines).encode()).hexdigest() in foot


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="the system has no sha256sum")
def test_the_command_in_the_foot_prints_the_fingerprint(tmp_path):
    for area in ("south", "north", "east"):
        report(tmp_path, area=area, name=area)

    write_portal(tmp_path)

    foot = text(soup(tmp_path).select_one("footer"))
    command = re.search(r"sha256sum .* sha256sum(?= )", foot)[0]
    ran = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True)
    assert ran.stdout.split()[0] == foot.split()[-1]
