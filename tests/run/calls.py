"""What the tests have a warm process's children do; functions of a module, as pickle needs."""

import os
import signal
import subprocess
import time
from pathlib import Path

import papermill

from evalkit.run.limits import Limits
from evalkit.run.notebook import run_notebook

FOLDER_PREFIX = "evalkit-"


def run(source, target, seconds=3600, memory=None):
    run_notebook(Path(source), Path(target), {}, Path(source).parent, Limits(seconds, memory))


def mill(source, target, engine="evalkit-warm", **more):
    """Papermill itself, as a user would call it."""
    try:
        papermill.execute_notebook(
            str(source), str(target), engine_name=engine, cwd=str(Path(source).parent),
            progress_bar=False, **more,
        )  # fmt: skip
    except Exception as problem:
        return f"{type(problem).__name__}: {problem}"


def add(one, other=0):
    return one + other


def fail():
    raise KeyError("this")


def end(number):
    os.kill(os.getpid(), number)


def leave(code):
    os._exit(code)


def wait_with_children(note):
    """Start what must not outlive the call, note the process's number, and wait."""
    subprocess.Popen(["sleep", "600"])
    subprocess.Popen(["sleep", "600"], start_new_session=True)
    if os.fork() == 0:
        time.sleep(600)
    Path(note).write_text(str(os.getpid()))
    time.sleep(600)


def unpicklable():
    return lambda: None


def state():
    import builtins
    import random

    import matplotlib
    import numpy
    import pandas

    return {
        "dpi": matplotlib.rcParams["figure.dpi"],
        "html": callable(pandas.DataFrame.to_html),
        "built": hasattr(builtins, "leaked"),
        "env": os.environ.get("LEAKED"),
        "cwd": os.getcwd(),
        "drawn": (random.random(), float(numpy.random.random())),
        "columns": pandas.get_option("display.max_columns"),
        "sigint": signal.getsignal(signal.SIGINT) is signal.default_int_handler,
    }
