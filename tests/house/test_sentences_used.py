"""No sentence that nothing says, and none that is said and does not exist."""

import re
from pathlib import Path

from evalkit.words import REFUSED, catalogue

SOURCE = Path(__file__).parents[2] / "src" / "evalkit"
TEXT = "".join(
    file.read_text(encoding="utf-8")
    for pattern in ("*.py", "*.j2")
    for file in SOURCE.rglob(pattern)
)
# Sections whose keys are codes of data or of the plan: tests of their own hold them.
BY_CODE = ("error", "table", "fault", "rounding", "level", "status", "window", "flow", "format")


def patterns():
    """Keys in the code, with what an f-string fills in as a wildcard."""
    for key in re.findall(r'"([a-z_]+\.[a-z_{][^"\s]*)"', TEXT):
        parts = re.split(r"\{.*\}", key)
        # In a template the rest may be added: say("verdict." + key).
        tail = ".*" if key.endswith(("_", ".")) else ""
        yield re.compile(".+".join(map(re.escape, parts)) + tail + r"\Z")


def test_every_sentence_is_said_somewhere():
    known = list(patterns())
    # Keys also come as the last part alone, behind a section in an f-string.
    unused = [
        key
        for key in catalogue("en")
        if key.split(".")[0] not in BY_CODE and not any(p.match(key) for p in known)
    ]

    assert [key for key in unused if f'"{key.split(".")[1]}"' not in TEXT] == []


def test_every_key_in_the_code_has_its_sentence():
    sections = {key.split(".")[0] for key in catalogue("en")}
    written = re.findall(r'(?:say|phrase|term)\(\s*"([a-z_]+\.[a-z_]+)"\s*[,)]', TEXT)

    assert written
    assert [k for k in written if k.split(".")[0] in sections and k not in catalogue("en")] == []


def test_every_refusal_of_the_house_has_why_and_what_would_pass():
    keys = set(re.findall(r'\brefused\(\s*[\w.]+,\s*"(\w+)"', TEXT))

    assert len(keys) > 5
    asked = {f"{part}.{key}" for key in keys for part in REFUSED}
    assert sorted(asked - {*catalogue("en")}) == []
