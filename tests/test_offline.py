"""After the installation nothing touches the network: ingest, ask and the page's start with sockets blocked."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser import free_port

ROOT = Path(__file__).resolve().parent.parent
# A connection to anything but this machine raises; the page may listen on loopback.
BLOCKED = """
import runpy, socket, sys
real_connect, real_lookup = socket.socket.connect, socket.getaddrinfo
LOCAL = ("127.", "localhost", "::1", "0.0.0.0")
def connect(self, address):
    if isinstance(address, tuple) and not str(address[0]).startswith(LOCAL):
        sys.stderr.write(f"NETWORK {address}\\n"); raise OSError("network is blocked")
    return real_connect(self, address)
def lookup(host, *rest, **named):
    if host is not None and not str(host).startswith(LOCAL):
        sys.stderr.write(f"NETWORK {host}\\n"); raise OSError("network is blocked")
    return real_lookup(host, *rest, **named)
socket.socket.connect, socket.getaddrinfo = connect, lookup
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the index that was made without the network."""
    folder = tmp_path_factory.mktemp("offline")
    ingest = run("sys.argv = ['ingest']; runpy.run_module('ingest', run_name='__main__')", folder)
    assert ingest.returncode == 0, ingest.stderr
    assert "NETWORK" not in ingest.stderr
    return folder


def run(code: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CHUANCE_", "HF_", "GRADIO_"))
    }
    return subprocess.run(
        [sys.executable, "-c", BLOCKED + code],
        cwd=ROOT,
        env={**environment, "CHUANCE_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_ingest_and_ask_touch_no_network(home: Path) -> None:
    ask = run(
        "sys.argv = ['rag', 'ask', '数字经济的目标是什么']; runpy.run_module('rag', run_name='__main__')",
        home,
    )

    assert ask.returncode == 0, ask.stderr
    assert "45%" in ask.stdout
    assert "NETWORK" not in ask.stderr


def test_the_page_starts_without_the_network(home: Path) -> None:
    start = (
        "import os, threading, time, urllib.request\n"
        f"port = {free_port()}\n"
        "os.environ['CHUANCE_PORT'] = str(port)\n"
        "import app\n"
        "threading.Thread(target=app.main, daemon=True).start()\n"
        "for _ in range(200):\n"
        "    try: print(len(urllib.request.urlopen(f'http://127.0.0.1:{port}/config', timeout=2).read())); break\n"
        "    except OSError: time.sleep(0.1)\n"
        "time.sleep(1); os._exit(0)\n"
    )
    page = run(start, home)

    assert "川策问答已就绪" in page.stdout, page.stderr
    assert "NETWORK" not in page.stderr
