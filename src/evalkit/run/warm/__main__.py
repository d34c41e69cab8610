"""A warm process, which `WarmProcess` starts with its folder and the modules to import."""

from __future__ import annotations

import json
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from evalkit.run.warm import child, linux
from evalkit.run.warm.preload import preload
from evalkit.run.warm.server import Server


def main() -> int:
    """Warm up, say so on standard output, and serve until standard input ends."""
    folder, modules = Path(sys.argv[1]), sys.argv[2:]
    # What a library reads in the working folder when it is imported, as matplotlib does its
    # style, is not to be what lies beside somebody's study; each child goes to its own.
    os.chdir(folder)
    # What a module prints while it is imported must not be taken for our own word.
    say = os.dup(1)
    os.dup2(2, 1)
    missing = preload(modules)
    child.note_style()
    server = Server(folder)
    ready = {"threads": linux.threads(), "missing": missing}
    # An owner killed while this warmed up hears nothing; its folder is still to be removed.
    with suppress(BrokenPipeError):
        os.write(say, json.dumps(ready).encode() + b"\n")
    os.close(say)
    try:
        task = server.serve()
    except SystemExit:
        task = None
    if task is not None:
        del server
        return child.run(task)
    server.close()
    shutil.rmtree(folder, ignore_errors=True)
    return 0


def leave() -> None:
    """Be a warm process, or what was forked of it, to the end."""
    os._exit(main())
