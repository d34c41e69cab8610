"""A brand that is handed over is the one that the study's own files name."""

import io
import json
import re
import zipfile

import pytest

from evalkit.bundle.archive import Archive
from evalkit.bundle.verify import verify_bundle

from .altered import crate_again, packed, put, text
from .test_brand import BRAND, png, set_brand

REPORT = "reports/pilots/liangjiang/reach"
OWN, LOGO = "inputs/pilots/brand.toml", "inputs/pilots/logo.svg"


@pytest.fixture
def handed(project, command):
    """The members of a bundle of one report under a brand."""
    set_brand(project)
    words = ("--area", "liangjiang", "--outcome", "reach", "--reports", "out")
    assert command("run", *words, cwd=project)[0] == 0
    code, _, complaint = command("bundle", *words, "--out", "b.zip", cwd=project)
    assert code == 0, complaint
    with Archive(project / "b.zip") as archive:
        return {name: archive.read(name) for name in archive.members}


def faults(folder, members):
    """What is wrong with members of which the list and the crate were made anew."""
    crate_again(members)
    verdict = verify_bundle(packed(folder / "x.zip", members))
    return [each.key.removeprefix("error.") for each in verdict.wrong]


def another_machine(members):
    text(members, "bundle.json", json.loads(members["bundle.json"])["machine"], "0" * 64)


def in_part(form, part, change):
    """How to alter a part of a packed form."""

    def alter(members):
        name, made = f"{REPORT}/report.en.{form}", io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(members[name])) as old, zipfile.ZipFile(made, "w") as new:
            for each in old.namelist():
                held = old.read(each)
                new.writestr(each, change(held) if re.match(part, each) else held)
        assert made.getvalue() != members[name]
        members[name] = made.getvalue()

    return alter


def of_somebody_else(content):
    return content.replace(b"Three open books in a ring", b"Seal of the high court of it")


def hidden(content):
    return content.replace(b'<w:color w:val="7A1F3D"/>', b"<w:vanish/>")


def in_inputs(name, before, after):
    return lambda members: text(members, name, before, after)


ALTERED = {
    "the name in the file": (in_inputs(OWN, "Institute", "High Court"), "verify.study_other"),
    "a colour in the file": (in_inputs(OWN, "#7A1F3D", "#1B5E91"), "verify.study_other"),
    "the logo's file": (in_inputs(LOGO, "#7A1F3D", "#00685B"), "verify.study_other"),
    "a logo with a script": (put(LOGO, b"<svg><script/></svg>"), "verify.study_other"),
    "the logo in Word": (in_part("docx", "word/media/", lambda _: png(60, 30)), "verify.remade"),
    "its words in Word": (in_part("docx", "word/document", of_somebody_else), "verify.remade"),
    "the name unseen in Word": (in_part("docx", "word/document", hidden), "verify.remade"),
    "the logo in Excel": (in_part("xlsx", "xl/media/", lambda _: png(60, 30)), "verify.remade"),
    "its words in Excel": (in_part("xlsx", "xl/drawings/d", of_somebody_else), "verify.remade"),
}


def test_an_altered_brand_is_found_whatever_machine_it_is_said_to_come_from(handed, tmp_path):
    assert faults(tmp_path, dict(handed)) == []
    elsewhere = dict(handed)
    another_machine(elsewhere)
    assert faults(tmp_path, elsewhere) == []

    wrong = {}
    for name, (change, code) in ALTERED.items():
        for move in (lambda members: None, another_machine):
            members = dict(handed)
            change(members)
            move(members)
            if code not in (found := faults(tmp_path, members)):
                wrong[name] = found
    assert wrong == {}


def test_what_a_bundle_holds_of_a_brand_is_its_files(handed):
    assert handed[OWN].decode() == BRAND
    assert LOGO in handed
