"""A run that is asked to end does so at once; a secret is one, or is made."""

import os
import signal
import time

import pytest

from evalkit.batch import plan_jobs
from evalkit.batch.aggregates import _name, _summary_inputs, _summary_made, tidy
from evalkit.batch.cache.store import SECRET, BuildCache, cache, sealed
from evalkit.batch.executors.inline import InlineExecutor

from .test_faults import PATIENCE, ROOT, forks, start, wait_for

# A scheduler waits thirty seconds and more before it kills; one second is what it takes here
# (with what a busy machine adds), and twelve to twenty-four it took.
AT_ONCE = 10


@pytest.mark.skipif(os.name != "posix", reason="sends signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["TERM", "INT"])
def test_a_run_ends_at_once_and_its_portal_is_true(tmp_path, number):
    process = start(tmp_path / "out")
    name = process.stdout.readline().split()[1].rstrip(":")
    wait_for(lambda: forks(process))

    began = time.monotonic()
    process.send_signal(number)
    said, complaint = process.communicate(timeout=PATIENCE)

    assert process.returncode == 130, said + complaint
    assert time.monotonic() - began < AT_ONCE
    portal = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert f'href="{name}/report.zh.html"' in portal
    assert not list((tmp_path / "out").glob("*/*/.*"))


def test_a_summary_that_is_out_of_date_goes_and_another_stays(tmp_path):
    jobs = plan_jobs([str(ROOT / "study.toml")], outcome="reach", root=tmp_path)[:2]
    state = BuildCache(tmp_path)
    for job in jobs:
        (job.folder.parent / "summary").mkdir(parents=True)
        (job.folder.parent / "summary" / "report.en.html").write_text("old")
    kept = jobs[0].folder.parent
    state.remember_whole(_name(kept), _summary_inputs(kept, state) | _summary_made(kept, state))

    tidy(jobs, {tmp_path: state}, InlineExecutor(), {})

    assert [(job.folder.parent / "summary").exists() for job in jobs] == [True, False]


@pytest.mark.parametrize("spoilt", [b"", b"short", bytes(SECRET), b"x" * SECRET])
def test_an_empty_or_dull_secret_is_made_anew(tmp_path, monkeypatch, spoilt):
    monkeypatch.setenv("EVALKIT_CACHE", str(tmp_path / "cache"))
    path = cache() / "secret"
    path.write_bytes(spoilt)

    first = sealed("key")

    assert len(path.read_bytes()) == SECRET and path.read_bytes() != spoilt
    assert path.stat().st_mode & 0o077 == 0
    assert sealed("key") == first
