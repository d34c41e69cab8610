"""What is half-made is swept when who made it is gone, and only then."""

import os
import subprocess
import sys

from evalkit.protocol import PARTIAL, mark, sweep


def gone():
    """The mark of a process that has ended."""
    code = "from evalkit.protocol import mark; print(mark())"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout[:-1]


def test_what_a_dead_process_left_goes_and_what_lives_stays(tmp_path):
    left, file = (
        tmp_path / f".reach{PARTIAL}{gone()}-a-b",
        tmp_path / f".run.json{PARTIAL}{gone()}-",
    )
    (left / "deep").mkdir(parents=True)
    file.write_text("half")
    elsewhere = f".reach{PARTIAL}00000000-{gone().partition('-')[2]}-c"
    kept = [f".reach{PARTIAL}{mark()}-d", f".reach{PARTIAL}x", elsewhere, "reach"]
    for name in kept:
        (tmp_path / name).mkdir()

    sweep(tmp_path)

    assert sorted(os.listdir(tmp_path)) == sorted(kept)
