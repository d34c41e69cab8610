"""A command with a warm process beside it: ``python -m evalkit.run.warm.beside jupyter lab``.

Imports what stands beside it. Every kernel that the command starts by jupyter_client
is a fork, wherever one is safe; the warm process ends with the command.
"""

from __future__ import annotations

import os
import subprocess
import sys

from evalkit.run.warm.process import WarmProcess, why_not
from evalkit.run.warm.provisioner import NAME
from evalkit.run.warm.wire import ADDRESS
from evalkit.secret import set_aside
from evalkit.words import reader_language

# Read by jupyter_client: who provides a kernel whose specification does not say it.
PROVISIONER = "JUPYTER_DEFAULT_PROVISIONER_NAME"
# What the notebooks of evalkit import.
MODULES = ("evalkit.present",)


def main(words: list[str]) -> int:
    """Run a command and return its exit code."""
    with set_aside():
        reason = why_not()
        if reason is not None:
            print(reason.text(reader_language()), file=sys.stderr)
            return subprocess.call(words)
        with WarmProcess(MODULES) as warm:
            own = {ADDRESS: warm.address, PROVISIONER: NAME}
            process = subprocess.Popen(words, env={**os.environ, **own})
            while True:
                try:
                    return process.wait()
                except KeyboardInterrupt:
                    # The command has heard it too, and may ask whether it is meant.
                    continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
