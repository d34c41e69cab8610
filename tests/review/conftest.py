"""A record in a folder, with a bundle that is only told of."""

import json
from types import SimpleNamespace

import pytest

from evalkit.review import acts

from .made import form, private_key, subject


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """The office's desk: take reviews in, answer, close and sign, without a real bundle."""
    now = SimpleNamespace(subject=subject())
    monkeypatch.setattr(acts, "read_subject", lambda path: now.subject)
    monkeypatch.setattr(acts, "verify_bundle", lambda path: SimpleNamespace(good=True, wrong=[]))
    now.folder, now.bundle = tmp_path / "review", tmp_path / "it.zip"
    now.keys = {n: private_key(tmp_path / f"key{n}") for n in (1, 2, 3)}

    def file(person=1, key=None, **about):
        path = tmp_path / f"form{person}.json"
        line = now.keys[key or person][1]
        made = form(person, line, about=about.pop("about", now.subject), **about)
        path.write_text(json.dumps(made), encoding="utf-8")
        return path

    def add(person=1, *, asked=None, signed=None, **about):
        return acts.add_review(file(person, **about), now.bundle, now.folder, asked, signed)

    now.file, now.add = file, add
    return now
