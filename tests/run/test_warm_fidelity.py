"""A notebook executed in a fork is the one that papermill and an ordinary kernel give.

Compared field by field, but for what differs between two ordinary runs as well:

- when something began and ended, and how long it took;
- the number of the kernel's process, where a warning names its file by it;
- addresses of objects, and the numbers of cells that papermill adds;
- where a stream was cut into pieces, as that is a matter of timing.

What differs besides is in ``docs/reference/warm.md``, and tested here at the end.
"""

import copy
import json
import re

import nbformat
import papermill
import pytest
from tests.run import calls
from tests.run.conftest import needs_fork

pytestmark = [needs_fork, pytest.mark.xdist_group("warm-b")]

CELLS = [
    "import os, subprocess, sys, threading, time, warnings",
    "from IPython.display import HTML, JSON, Markdown, clear_output, display, update_display",
    "HTML('<b>x</b>')",
    "display(Markdown('*x*'), JSON({'a': 1}), metadata={'k': 1})\n7",
    "shown = display('before', display_id='one')",
    "update_display('after', display_id='one')",
    "print('gone')\nclear_output()\nprint('kept')",
    "print('late')\nclear_output(wait=True)\nprint('kept')",
    "print('error', file=sys.stderr)",
    "subprocess.run(['sh', '-c', 'echo out'])\ntime.sleep(0.5)",
    "subprocess.run(['sh', '-c', 'echo err >&2'])\ntime.sleep(0.5)",
    "os.system('echo system')\ntime.sleep(0.5)",
    "!echo shell",
    "import asyncio\nawait asyncio.sleep(0)\n'awaited'",
    "thread = threading.Thread(target=print, args=('thread',))\nthread.start()\nthread.join()",
    "%%bash\necho bash",
    "%%capture held\nprint('captured')",
    "held.stdout",
    "%time sum(range(10))",
    "%%writefile /dev/null\nx",
    "%pwd",
    "warnings.warn('careful')",
    "import pandas\npandas.DataFrame({f'c{n}': range(70) for n in range(30)})",
    "pandas.Series(range(100)).describe()",
    "print([pandas.get_option(f'display.{n}') for n in ('max_columns', 'max_rows', 'width')])",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2], label='l')\nplt.legend()\nplt.title('t');",
    "fig, ax = plt.subplots(figsize=(2, 1))\nax.hist([1, 2, 2])\nplt.show()",
    "fig",
    "%matplotlib inline\nplt.figure(figsize=(1, 1))\nplt.plot([2, 1]);",
    "%config InlineBackend.figure_formats = ['svg']\n"
    "plt.rcParams['svg.hashsalt'] = 'x'\nplt.plot([1, 3]);",
    "print(sorted((k, repr(v)) for k, v in plt.rcParams.items()))",
    "import matplotlib\nprint(matplotlib.get_backend(), os.environ['MPLBACKEND'])",
    "import statsmodels.api as sm\n"
    "print(sm.OLS([1.0, 2, 3.5], sm.add_constant([1.0, 2, 3])).fit().params)",
    "from comm import create_comm\n"
    "create_comm(target_name='jupyter.widget', comm_id='c', metadata={'version': '2.1.0'},\n"
    "  data={'state': {'_model_name': 'M', '_model_module': 'm'}}).send({'method': 'update',\n"
    "  'state': {'value': 1}})",
    "class Both:\n"
    "    def _repr_mimebundle_(self, **k):\n"
    "        return {'text/plain': 'p', 'application/x+json': {'n': 1}}\nBoth()",
    "print(sys.argv[0].endswith('ipykernel_launcher.py'), sys.flags, __name__)",
    "print(sys.path, sys.executable, os.getcwd())",
    "print(sys.stdout.encoding, sys.stdout.isatty())",
    "import signal\nprint([(s.name, str(signal.getsignal(s))[:40]) for s in signal.Signals"
    " if s not in (signal.SIGINT,)])",
    "print(os.getpgid(0) == os.getsid(0) == os.getpid(), os.umask(0o22))",
    "print(os.read(0, 1))",
    "print(sorted(n for n in globals() if not n.startswith('_')))",
    "from IPython import get_ipython as g\nprint(type(g()).__name__, g().kernel.implementation)",
    "_ = display(HTML('<i>y</i>'))\nIn[3], len(Out)",
]
ERROR = ["def f(n):\n    return 1 / n", "f(0)", "print('never')"]
SLOW = ["import time\nprint('begun')", "time.sleep(600)"]
# What two ordinary runs do not share either.
VAGUE = [
    (r"ipykernel_\d+/\d+", "ipykernel_0/0"),
    (r"0x[0-9a-f]{6,}", "0x0"),
    (r"(CPU times|Wall time): .*", r"\1"),
    (r"<dc:date>[^<]*", "<dc:date>"),
]
TIMES = ("start_time", "end_time", "duration")


def same(value):
    """Return what has to be equal of a notebook, as text that is easy to compare."""
    for cell in value.cells:
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
        # Papermill's own cells have a number drawn at random; ours have their own.
        if not cell.id.startswith("cell-"):
            cell.id = ""
        # When each message came.
        cell.metadata.pop("execution", None)
        for name in TIMES:
            cell.metadata.get("papermill", {}).pop(name, None)
    for name in (*TIMES, "output_path"):
        value.metadata.papermill.pop(name, None)
    text = json.dumps(value, indent=1, sort_keys=True)
    for pattern, plain in VAGUE:
        text = re.sub(pattern, plain, text)
    return text


def alone(cell):
    return nbformat.v4.new_notebook(cells=[copy.deepcopy(cell)], metadata={"papermill": {}})


def joined(outputs):
    whole = []
    for output in outputs:
        last = whole[-1] if whole else {}
        if output.get("name") and output.get("name") == last.get("name"):
            last["text"] += output.text
        else:
            whole.append(output)
    return whole


def both(warm, source, tmp_path, **more):
    """Execute a notebook in both ways; return what each said and wrote."""
    stock, ours = tmp_path / "stock.ipynb", tmp_path / "ours.ipynb"
    said = calls.mill(source, stock, None, **more)
    other = warm.submit(calls.mill, source, ours, **more).result()
    return [
        (words, nbformat.read(path, as_version=4)) for words, path in ((said, stock), (other, ours))
    ]


def test_a_demanding_notebook_is_the_same_in_every_field(warm, make, tmp_path):
    (said, stock), (other, ours) = both(warm, make(*CELLS), tmp_path)

    assert (said, other) == (None, None)
    different = [
        (copy.deepcopy(expected.get("outputs")), copy.deepcopy(found.get("outputs")))
        for expected, found in zip(stock.cells, ours.cells, strict=True)
        if same(alone(expected)) != same(alone(found))
    ]
    assert different == []
    assert same(ours) == same(stock)


def test_the_demanding_notebook_shows_its_figures(warm, make, tmp_path):
    _, (_, ours) = both(warm, make(*CELLS[25:29], "1"), tmp_path)

    shown = [m for c in ours.cells for o in c.get("outputs", []) for m in o.get("data", {})]
    assert shown.count("image/png") == 4


def test_an_error_is_the_same_in_every_field(warm, make, tmp_path):
    (said, stock), (other, ours) = both(warm, make(*ERROR), tmp_path)

    assert "ZeroDivisionError" in said and other == said
    assert same(ours) == same(stock)


def test_a_cell_out_of_time_is_the_same_in_every_field(warm, make, tmp_path):
    (said, stock), (other, ours) = both(warm, make(*SLOW), tmp_path, execution_timeout=2)

    assert said.startswith("CellTimeoutError") and other == said
    assert same(ours) == same(stock)


def test_a_difference_would_be_found(make, tmp_path):
    one, two = tmp_path / "one.ipynb", tmp_path / "two.ipynb"
    for path, cell in ((one, "print(1)"), (two, "print(2)")):
        papermill.execute_notebook(
            str(make(cell)), str(path), progress_bar=False, cwd=str(tmp_path)
        )

    found = [
        same(nbformat.read(path, as_version=4)).replace("print(2)", "print(1)")
        for path in (one, two)
    ]

    assert found[0] != found[1]


# The known differences: each of these lines says one thing in a fork and another elsewhere.
DIFFERENT = {
    "import sys\nprint('pandas' in sys.modules)": ("False\n", "True\n"),
    "import scipy\nprint('stats' in vars(scipy))": ("False\n", "True\n"),
    "import os\nprint('EVALKIT_WARM' in os.environ)": ("False\n", "True\n"),
    "print(b'evalkit.run' in open('/proc/self/cmdline', 'rb').read())": ("False\n", "True\n"),
}


@pytest.mark.parametrize("cell", DIFFERENT)
def test_a_known_difference_is_as_it_is_described(warm, make, tmp_path, monkeypatch, cell):
    monkeypatch.delenv("EVALKIT_WARM", raising=False)
    found = both(warm, make(cell), tmp_path)

    assert tuple(n.cells[-1].outputs[0].text for _, n in found) == DIFFERENT[cell]
