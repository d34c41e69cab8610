"""An executed notebook leaves its machine behind."""

import json

import pytest

from evalkit.bundle.scrub import scrubbed
from evalkit.errors import BundleError


def notebook(output="", **metadata):
    cell = {
        "cell_type": "code", "source": "x", "metadata": {"tags": ["t"], "execution": {"at": 1}},
        "outputs": [{"data": {"text/plain": output}}], "execution_count": 1,
    }  # fmt: skip
    return json.dumps({"cells": [cell], "metadata": metadata, "nbformat": 4}).encode()


def test_times_and_settings_go_and_what_pages_need_stays(tmp_path):
    raw = notebook(evalkit={"made_at": "x"}, papermill={"duration": 1}, kernelspec={"name": "p"})
    made = json.loads(scrubbed(raw, tmp_path))

    assert made["metadata"] == {"evalkit": {"made_at": "x"}, "kernelspec": {"name": "p"}}
    assert made["cells"][0]["metadata"] == {"tags": ["t"]}
    assert scrubbed(raw, tmp_path) == scrubbed(scrubbed(raw, tmp_path), tmp_path)


@pytest.mark.parametrize(
    "text", ["/" + "home/li/x.csv", "file:///tmp/a", "see /srv/office/data", "C:\\" + r"Users\li\x"]
)
def test_a_folder_of_a_machine_in_an_output_is_refused(tmp_path, text):
    with pytest.raises(BundleError) as problem:
        scrubbed(notebook(text), tmp_path)
    assert problem.value.key == "bundle.folder_shown"
    assert problem.value.values["cell"] == "1"


@pytest.mark.parametrize("text", ["1/2 of them", "and/or", "a/home", "https://example.org/"])
def test_a_slash_is_no_folder(tmp_path, text):
    assert scrubbed(notebook(text), tmp_path)


@pytest.mark.parametrize("raw", [b"", b"[]", b'{"cells": 1, "metadata": {}}', b"\xff"])
def test_what_is_no_notebook_is_named(tmp_path, raw):
    with pytest.raises(BundleError) as problem:
        scrubbed(raw, tmp_path)
    assert problem.value.key == "bundle.no_notebook"
