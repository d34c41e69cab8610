"""check.html as a file: the same bytes, nothing to load, and no text that becomes a tag."""

import base64
import gzip
import hashlib
import json
import re

import pytest
from tests.recompute.made import est, report

from evalkit.bundle import check_page
from evalkit.words import catalogue

NASTY = "</script><img src=x onerror=alert(1)>"


def results(name="Here", made_up=False):
    made = report(est("risk", value=0.5, n=10, events=5, group="a", made_up=made_up))
    made["area"]["name"] = {"en": name, "zh": name}
    return made


@pytest.fixture
def written(tmp_path):
    def write(*reports):
        path = tmp_path / "check.html"
        check_page.write_check(path, [(f"one/here/{i}", r) for i, r in enumerate(reports)])
        return path.read_text(encoding="utf-8")

    return write


def test_the_same_reports_give_the_same_bytes(written):
    assert written(results()) == written(results())
    assert written(results()) != written(results("There"))


def test_it_holds_each_results_file_and_its_fingerprint(written):
    html = written(results())

    (packed,) = re.findall(r'<script type="text/plain" class="report"[^>]*>([^<]+)</script>', html)
    text = gzip.decompress(base64.b64decode(packed))
    assert json.loads(text) == results()
    assert hashlib.sha256(text).hexdigest() in html


def test_a_name_is_never_a_tag(written):
    html = written(results(NASTY))

    assert NASTY not in html and "onerror" not in html.split("<!-- packed -->")[0]


def test_it_asks_for_nothing_and_runs_only_what_is_in_it(written):
    html = written(results())

    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    assert policy.startswith("default-src &#39;none&#39;;")
    assert "connect-src" not in policy and "unsafe-eval" not in policy.replace(
        "wasm-unsafe-eval", ""
    )
    assert re.findall(r"""(?:src|href)=["']?(?!data:)[^"' >]+""", html.split("<pre")[0]) == []


@pytest.mark.parametrize(
    ("made_up", "said"), [((True,), "made_up"), ((True, False), "made_up_some"), ((False,), None)]
)
def test_made_up_data_are_marked_as_such(written, made_up, said):
    html = written(*(results(made_up=one) for one in made_up))

    found = re.findall(r'class="made-up"><strong data-say="(\w+)"', html)
    assert found == ([said] if said else [])


def test_every_sentence_of_its_sections_is_in_the_page():
    sections = {"recheck": check_page.PAGE, "recheck_state": check_page.STATE,
                "recheck_kind": check_page.KIND, "recheck_field": check_page.FIELD,
                "recheck_how": check_page.HOW, "recheck_why": check_page.WHY}  # fmt: skip
    for section, names in sections.items():
        there = [key.split(".")[1] for key in catalogue("en") if key.split(".")[0] == section]
        assert sorted(there) == sorted(names), section
