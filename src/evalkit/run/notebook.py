"""Run a notebook through stock Papermill, with its parameters checked first."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_client.kernelspec import NoSuchKernel, get_kernel_spec
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from papermill.translators import papermill_translators

from evalkit.errors import TRANSPORT, EvalkitError, NotebookError, UsageError, from_json
from evalkit.files import SOCKETS, file_sha256, scratch_folder, unreadable_as
from evalkit.protocol import fingerprinted, home_of, utc_now
from evalkit.record import RUN
from evalkit.run.audit_hook import read_trace
from evalkit.run.engine import CellTimedOut, options, stopped
from evalkit.run.limits import Limits
from evalkit.trace import Trace

# Where a kernel's shell keeps its settings, in the folder that ends with it.
SHELL = "ipython"
# What runs a notebook that names no kernel.
KERNEL, LANGUAGE = "python3", "python"
# Of what was read behind our back, this much is named.
SHOWN = 5
# Papermill writes the type beside a parameter that is annotated.
TYPES: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}


# Runs first in a kernel, and leaves no name in it.
WATCH = "__import__('evalkit.run.audit_hook', fromlist=['watch']).watch({notes!r}, {home!r})"


def run_notebook(
    source: Path,
    target: Path,
    parameters: Mapping[str, Any],
    folder: Path,
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> Trace:
    """Execute a notebook with parameters and write the executed copy.

    Parameters
    ----------
    source, target : Path
        The notebook, and where its executed copy goes.
    parameters : mapping of str to value
        Each must stand in the notebook's parameters cell, with its type.
    limits : Limits
        How long a cell may take, and how much memory the notebook may hold.

    Returns
    -------
    Trace
        Which files the notebook read and which sentences it said.

    Raises
    ------
    NotebookError
        If the notebook is missing, is no notebook, has no parameters cell, a cell
        raised or read a file by another way than evalkit's own, or the notebook
        went beyond its limits.
    UsageError
        If a parameter is unknown or of another type; papermill alone only warns,
        and reports on the default area.
    EvalkitError
        Whatever a cell raised that has a sentence of its own.
    """
    check_parameters(source, parameters)
    with _scratch() as own:
        notes, home = own / "notes", home_of(source)
        watch = WATCH.format(notes=str(notes), home=str(home))
        told = options(limits, [watch], own / SHELL)
        executed = _execute(source, parameters, folder, told, limits)
        trace = read_trace(notes)
    _note_run(executed, target, source, parameters)
    _write(executed, target)
    if trace.behind:
        found = sorted(_inside(name, home_of(source)) for name in trace.behind)
        raise NotebookError("read_behind", path=source, found=found[:SHOWN])
    return trace


@contextmanager
def _scratch() -> Iterator[Path]:
    """Give a kernel a folder for its notes and its shell's settings, which goes with it."""
    with scratch_folder(os.environ.get(SOCKETS)) as own:
        # IPython makes a profile in it, and not the folder itself.
        (own / SHELL).mkdir()
        yield own


def _inside(name: str, home: Path) -> str:
    """Name a file from the project's folder on; a portal shows it, and travels."""
    real = os.path.realpath(home) + os.sep
    return name.removeprefix(real) if name.startswith(real) else os.path.basename(name)


def _execute(
    source: Path,
    parameters: Mapping[str, Any],
    folder: Path,
    told: Mapping[str, Any],
    limits: Limits,
) -> NotebookNode:
    added = 1 if parameters else 0
    spoken = _kernel(source)
    with _transport():
        try:
            return papermill.execute_notebook(
                str(source),
                # Papermill would write it twice, and we once more: a page with figures is
                # two megabytes of JSON.
                None,
                parameters=dict(parameters),
                cwd=str(folder),
                progress_bar=False,
                log_output=False,
                # Papermill would write the notebook after every cell.
                request_save_on_cell_execute=False,
                **spoken,
                **told,
            )
        except PapermillExecutionError as problem:
            raise _translated(problem, source, added, limits) from None
        except CellTimedOut as problem:
            name, cell = type(problem).__name__, problem.index + 1 - added
            raise stopped(source, cell, problem.source, name, limits) from None
        except DeadKernelError:
            raise NotebookError("kernel_died", path=source) from None
        except RuntimeError as problem:
            # nbclient says so when a kernel does not answer in time.
            if "Kernel didn't respond" not in str(problem):
                raise
            raise NotebookError("kernel_silent", path=source) from None


def _kernel(source: Path) -> dict[str, str]:
    """Return what to run a notebook with that does not say it: the kernel of this suite.

    One that asks for a kernel which is not installed here stops, with its name.
    """
    noted = json.loads(source.read_text(encoding="utf-8")).get("metadata", {})
    kernel, language = noted.get("kernelspec") or {}, noted.get("language_info") or {}
    try:
        get_kernel_spec(kernel.get("name") or KERNEL)
    except NoSuchKernel:
        raise NotebookError("kernel_unknown", path=source, kernel=kernel["name"]) from None
    found = {} if kernel.get("name") else {"kernel_name": KERNEL}
    if not kernel.get("language") and not language.get("name"):
        found["language"] = LANGUAGE
    return found


def _note_run(
    notebook: NotebookNode, target: Path, source: Path, parameters: Mapping[str, Any]
) -> None:
    """Note how a notebook was run, without folders of this machine: it leaves it."""
    noted = notebook.metadata.get("papermill", {})
    # Papermill notes a path in full.
    noted |= {"input_path": source.name, "output_path": target.name}
    home = home_of(source).resolve()
    given, studies = dict(parameters), [""]
    translator = papermill_translators.find_translator(KERNEL, LANGUAGE)
    for name, value in parameters.items():
        path = source.parent / value if isinstance(value, str) else source
        if not isinstance(value, str) or not path.is_file():
            continue
        # A study that lies elsewhere is named by its file; and it is known again by what
        # stands in it, wherever the notebook is run next.
        inside = path.resolve().is_relative_to(home)
        named = value if inside else Path(value).name
        noted.get("parameters", {})[name] = given[name] = named
        studies.append(os.path.relpath(path, home_of(source)) if inside else named)
        # As papermill wrote it: letters beyond ASCII stand there by their numbers.
        written, told = map(translator.translate, (value, fingerprinted(named, path)))
        for cell in notebook.cells:
            if "injected-parameters" in cell.metadata.get("tags", []):
                cell.source = cell.source.replace(written, told)
    notebook.metadata[RUN] = {
        "made_at": utc_now(),
        "notebook": source.name,
        "notebook_sha256": file_sha256(source),
        "study": Path(studies[-1]).as_posix(),
        "parameters": given,
    }


def _write(notebook: NotebookNode, target: Path) -> None:
    """Write an executed notebook, a cell a line: nbformat's own way costs eight times as much."""
    cells = ",\n".join(_json(cell) for cell in notebook.cells)
    rest = _json({key: value for key, value in notebook.items() if key != "cells"})
    target.write_text(f'{{"cells": [\n{cells}\n],\n{rest[1:]}\n', encoding="utf-8")


def _json(value: Any) -> str:
    # Of numbers and signs that JSON does not have, the record says so when it is read back.
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def note_notebook(target: Path, source: Path) -> None:
    """Note of which file a notebook was run, where its cells say what they said then.

    Parameters
    ----------
    target, source : Path
        The executed notebook; the one that people edit, which may have been saved again.
    """
    notebook, now = nbformat.read(target, as_version=4), file_sha256(source)
    noted = notebook.metadata.get(RUN, {})
    if noted.get("notebook_sha256", now) != now:
        noted["notebook_sha256"] = now
        _write(notebook, target)


def check_parameters(source: Path, parameters: Mapping[str, Any]) -> None:
    """Stop unless the notebook takes every parameter, of that type.

    Raises
    ------
    NotebookError
        If the notebook is missing, is no notebook, or has no parameters cell.
    UsageError
        With the list of the parameters that exist.
    """
    known = _parameters_of(source)
    unknown = sorted(set(parameters) - set(known))
    if unknown:
        raise UsageError("unknown_parameter", path=source, unknown=unknown, known=sorted(known))
    for name, value in parameters.items():
        expected = known[name].get("inferred_type_name") or "None"
        kind = TYPES.get(expected.split(".")[-1])
        if kind is not None and type(value) is not kind:
            raise UsageError(
                "parameter_type", path=source, parameter=name, expected=expected, found=str(value)
            )


def _parameters_of(source: Path) -> Mapping[str, Any]:
    try:
        with unreadable_as(NotebookError, source):
            notebook = nbformat.from_dict(json.loads(source.read_text(encoding="utf-8")))
        nbformat.validate(notebook)
    # nbformat itself trips over what is JSON but no notebook at all.
    except (OSError, ValueError, AttributeError, TypeError, nbformat.ValidationError):
        raise NotebookError("notebook_broken", path=source) from None
    tags = [cell.metadata.get("tags", []) for cell in notebook.cells]
    if not any("parameters" in tag for tag in tags):
        raise NotebookError("no_parameters_cell", path=source)
    cell = next(cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", []))
    # Papermill's own inspection stops at a notebook that names no kernel.
    cell.source = "".join(cell.source)
    translator = papermill_translators.find_translator(KERNEL, LANGUAGE)
    return {found.name: found._asdict() for found in translator.inspect(cell)}


@contextmanager
def _transport() -> Iterator[None]:
    """Have errors in the kernel travel as data, to be spoken in the reader's language."""
    before = os.environ.get(TRANSPORT)
    os.environ[TRANSPORT] = "json"
    try:
        yield
    finally:
        if before is None:
            del os.environ[TRANSPORT]
        else:
            os.environ[TRANSPORT] = before


def _translated(
    problem: PapermillExecutionError, source: Path, added: int, limits: Limits
) -> EvalkitError:
    try:
        return from_json(json.loads(problem.evalue))
    except (ValueError, KeyError, TypeError):
        # Papermill counts from 0 and counts the cell that it adds; people do neither.
        cell = problem.cell_index + 1 - added
        return stopped(source, cell, problem.source, problem.ename, limits)
