"""What `make check` needs: a browser, a JupyterLab, and no skips.

The Chromium is the machine's own. Nothing here writes into the repository
except pictures, into build/check.
"""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_BROWSERS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 180  # JupyterLab's first start, on two busy cores
SETTINGS = {
    # Every cell is in the page at once, so that a test can see the last one.
    "notebook-extension/tracker": '{"windowingMode": "none"}',
    "apputils-extension/notification": '{"fetchNews": "false", "checkForUpdates": false}',
}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    return (yield from _never_skipped())


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return (yield from _never_skipped())


def _never_skipped():
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        # A check that did not run has not passed.
        report.outcome = "failed"
        report.longrepr = f"skipped, and in tests/check a skip is a failure: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def chromium():
    """Path of the machine's Chromium or Chrome; failing where there is none."""
    found = [path for name in BROWSERS if (path := shutil.which(name))]
    found += [path for path in MAC_BROWSERS if os.access(path, os.X_OK)]
    if not found:
        pytest.fail(
            "没有找到 Chromium 或 Chrome，请先安装（Debian：apt-get install chromium）。"
            " No Chromium or Chrome was found: install one (Debian: apt-get install chromium).",
            pytrace=False,
        )
    return found[0]


@pytest.fixture(scope="module")
def browser(chromium):
    """A headless browser, one for each test module."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def outside():
    """Addresses beyond this machine that ``page`` asked for; assert that it is empty."""
    return []


@pytest.fixture
def page(browser, outside):
    """A fresh page, 1400 pixels wide. Open a finished report with path.as_uri()."""

    def note(request):
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname != "127.0.0.1":
            outside.append(request.url)

    context = browser.new_context(viewport={"width": 1400, "height": 1000}, locale="en-US")
    context.on("request", note)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def pictures():
    """The folder for screenshots; git ignores it."""
    folder = ROOT / "build" / "check"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab and the copy of notebooks/ that it serves."""

    url: str
    token: str
    notebooks: Path

    def address(self, notebook):
        return f"{self.url}/lab/tree/{notebook}?token={self.token}&reset"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab on a copy of the project, so that the tracked notebooks are never written.

    A study is looked for beside and above the notebooks only, so the studies go with them.
    """
    home = tmp_path_factory.mktemp("lab")
    for folder in ("notebooks", "data", "studies", "tests/reference/data"):
        shutil.copytree(ROOT / folder, home / folder, ignore=shutil.ignore_patterns(".*"))
    shutil.copy(ROOT / "study.toml", home)
    notebooks = home / "notebooks"
    lab = Lab(f"http://127.0.0.1:{_free_port()}", secrets.token_hex(16), notebooks)
    log = home / "jupyter.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            _command(lab),
            cwd=notebooks,
            env=os.environ | _settings(home),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        _await_start(server, lab, log)
        yield lab
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _command(lab):
    return [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ip=127.0.0.1", f"--port={urlsplit(lab.url).port}", "--ServerApp.port_retries=0"),
        f"--IdentityProvider.token={lab.token}",
        f"--ServerApp.root_dir={lab.notebooks}",
        "--LabApp.news_url=",
    ]


def _settings(home):
    """Point Jupyter at an empty home, so that a developer's own settings play no part."""
    for name, text in SETTINGS.items():
        path = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    folders = {
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
    }
    return {variable: str(home / folder) for variable, folder in folders.items()}


def _await_start(server, lab, log):
    until = time.monotonic() + START_SECONDS
    request = urllib.request.Request(
        f"{lab.url}/api/status", headers={"Authorization": f"token {lab.token}"}
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < until and server.poll() is None:
        try:
            direct.open(request, timeout=10).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    tail = log.read_text(encoding="utf-8", errors="replace")[-3000:]
    pytest.fail(f"JupyterLab did not start within {START_SECONDS} s:\n{tail}", pytrace=False)
