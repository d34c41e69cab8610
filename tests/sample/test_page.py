"""The page on the sample says what the code plants."""

from tests.helpers import ROOT

from evalkit.sample.areas import ACTIVITIES, BASE, CLASS, NULL, REGISTERED, SMALL
from evalkit.sample.recidivism import CHARGED, FOUND, OPENED, SHAPE
from evalkit.sample.world import SCALE, SEED, WHOLE

PAGE = (ROOT / "docs" / "explanation" / "sample.md").read_text(encoding="utf-8")
COMMANDS = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")


def test_the_page_names_the_planted_numbers():
    said = [
        f"{BASE.programme} in the programme and {BASE.comparison:,} to compare with",
        f"{SMALL.programme} case files in the programme and {SMALL.comparison} beside",
        f"{NULL.programme} in the programme and {NULL.comparison:,} beside it **without any",
        f"times {BASE.ratio} in Guigang and Huanan, {NULL.ratio:g} in Yiliang",
        f"shape {SHAPE}",
        f"{OPENED} become a case, of these {CHARGED} are charged, of these {FOUND} proven",
        f"more than {WHOLE:,} rows gets `--scale` of them\n  ({SCALE} by default)",
        f"{ACTIVITIES:,} activities",
        f"a class of {CLASS}",
        *(f"{people:,} " for people, _ in REGISTERED.values()),
        *(f"in {teams:,} teams" for _, teams in REGISTERED.values()),
    ]

    assert BASE.ratio == SMALL.ratio
    assert [words for words in said if words not in PAGE] == []


def test_the_command_s_defaults_are_documented():
    section = COMMANDS.split("## `evalkit sample`")[1].split("\n## ")[0]

    assert f"| {SEED} |" in section and f"| {SCALE} |" in section and f"{WHOLE:,} rows" in section
