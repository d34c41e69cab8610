"""What is half-made is swept when who made it is gone, and only then."""

import os
import subprocess
import sys

from evalkit.files import PARTIAL, process_mark, remove_stale


def gone():
    """The mark of a process that has ended."""
    code = "from evalkit.files import process_mark; print(process_mark())"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout[:-1]


def test_what_a_dead_process_left_goes_and_what_lives_stays(tmp_path):
    left, file = (
        tmp_path / f".reach{PARTIAL}{gone()}-a-b",
        tmp_path / f".run.json{PARTIAL}{gone()}-",
    )
    (left / "deep").mkdir(parents=True)
    file.write_text("half")
    elsewhere = f".reach{PARTIAL}00000000-{gone().partition('-')[2]}-c"
    kept = [f".reach{PARTIAL}{process_mark()}-d", f".reach{PARTIAL}x", elsewhere, "reach"]
    for name in kept:
        (tmp_path / name).mkdir()

    remove_stale(tmp_path)

    assert sorted(os.listdir(tmp_path)) == sorted(kept)
