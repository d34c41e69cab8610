"""A disclosure policy that is none releases nothing."""

from types import SimpleNamespace

import pytest

from evalkit.disclosure import policy, read_policy
from evalkit.errors import StudyError


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("threshold = 10", 'threshold = "x"', r"\[minors\]: threshold"),
        ("threshold = 10", "threshold = 0", r"\[minors\]: threshold"),
        ("threshold = 10", "threshold = true", r"\[minors\]: threshold"),
        ("threshold = 10", "treshold = 10", r"\[minors\]: threshold"),
        ("rounding = 5", "rounding = -5", r"\[minors\]: rounding"),
        ("grid = 12", "grid = 12\nmore = 1", r"\[minors\]: more"),
        ("[minors]", "[mnors]", r"\[minors\]: threshold"),
        ("share = 3", "share = 3.5", r"\[decimals\]: share"),
        ("[decimals]", "[dcimals]", r"\[decimals\]: share"),
        ("[minors]", "[minors", "line 5"),
    ],
)
def test_a_policy_that_was_edited_into_none_releases_nothing(tmp_path, monkeypatch, old, new, told):
    file = policy.resources.files("evalkit.disclosure") / "policy.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "policy.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    monkeypatch.setattr(policy, "resources", SimpleNamespace(files=lambda name: tmp_path))

    with pytest.raises(StudyError, match=told):
        read_policy.__wrapped__("minors")
