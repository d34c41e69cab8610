"""What a warm process imports and tries out before it is asked for the first child.

Imports nothing of evalkit. Nothing here may start a thread, open a zmq context or
leave a global state other than an import would: every child begins with it.
"""

from __future__ import annotations

import builtins
import gc
import importlib
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from io import BytesIO
from types import SimpleNamespace

from evalkit.run.warm.wire import ADDRESS

# What every kernel and every driver needs. Not matplotlib's inline backend: it looks
# for a shell when it is imported, and finding none it would never show a figure.
ALWAYS = (
    "numpy",
    "pandas",
    "scipy.stats",
    "statsmodels.api",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "tornado.platform.asyncio",
    "encodings.ascii",
    "encodings.latin_1",
    "IPython.core.completer",
    "IPython.core.magics",
    "IPython.extensions.storemagic",
    "papermill",
    "nbclient",
    "jupyter_client.asynchronous",
    "zmq.asyncio",
    "sqlite3",
)
# Of an owner that is itself a kernel: the first would set a figure's backend while
# matplotlib is imported, the second is read by ipykernel's classes.
NOT_FOR_US = ("MPLBACKEND", "JPY_PARENT_PID", "JPY_INTERRUPT_EVENT", ADDRESS)


def preload(modules: Sequence[str]) -> list[str]:
    """Import and warm up, then freeze what there is.

    Parameters
    ----------
    modules : sequence of str
        What the owner names, beside what every kernel needs; ``module:function`` is
        called too.

    Returns
    -------
    list of str
        Modules that could not be imported; a notebook that wants one says so itself.
    """
    for name in NOT_FOR_US:
        os.environ.pop(name, None)
    # The debugger's warning of itself, which a kernel makes where nobody reads it.
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    missing = []
    with _as_in_a_kernel(), _without_a_grammar(), warnings.catch_warnings():
        # A warning shown here would be held for shown in every child.
        warnings.simplefilter("ignore")
        for name in (*ALWAYS, *modules):
            module, _, function = name.partition(":")
            try:
                found = importlib.import_module(module)
            except ImportError:
                missing.append(name)
                continue
            if function:
                getattr(found, function)()
        _try_out()
    gc.collect()
    gc.freeze()
    return sorted(set(missing) & set(modules))


@contextmanager
def _as_in_a_kernel() -> Iterator[None]:
    """Let pandas find a kernel's shell, by which it chooses how many columns it shows."""
    builtins.get_ipython = lambda: SimpleNamespace(kernel=None)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del builtins.get_ipython  # type: ignore[attr-defined]


@contextmanager
def _without_a_grammar() -> Iterator[None]:
    """Keep jsonschema from a grammar of web addresses: it takes seconds to be built.

    Only a schema that asks for the format "iri" would use it, and no notebook's does.
    """
    name = "rfc3987_syntax"
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        # Whoever wants it in a child can import it.
        del sys.modules[name]


def _try_out() -> None:
    """Use each library once: what is built at the first use is built here."""
    import nbformat
    import numpy
    import pandas
    import statsmodels.api
    from jupyter_client.provisioning import KernelProvisionerFactory
    from matplotlib.backends import backend_registry
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    # Both look through every installed package: who provides kernels, who draws.
    KernelProvisionerFactory.instance()
    backend_registry.list_all()
    line = numpy.arange(20.0)
    design = statsmodels.api.add_constant(numpy.column_stack([line, line**2 % 7]))
    statsmodels.api.OLS(line % 5, design).fit().summary()
    # A saturated toy does not always converge; what counts is that the code was run.
    with suppress(ValueError, ArithmeticError):
        statsmodels.api.Logit((line % 3 > 0).astype(float), design).fit(disp=0)
    frame = pandas.DataFrame({"a": line, "b": ["x", "y"] * 10})
    frame.groupby("b").agg({"a": ["mean", "sum"]}).to_html()
    figure = Figure()
    FigureCanvasAgg(figure)
    figure.subplots().plot(line, label="x")
    figure.savefig(BytesIO(), format="png", bbox_inches="tight")
    nbformat.validate(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]))
