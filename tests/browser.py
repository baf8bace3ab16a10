"""A running page and a real browser for the tests of both tabs."""

import os
import random
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
ARTIFACTS = ROOT / "artifacts"
CHROMIUM = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
expect.set_options(timeout=20_000)
"""Milliseconds: two suites share the cores, and what is late is not wrong."""
SCRIPT = "<img src=x onerror=window.pwned=1><script>window.pwned=1</script>"
"""What a document or a user must not be able to run."""


@contextmanager
def launched() -> Iterator[Browser]:
    """Chromium without a screen."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@contextmanager
def served(home: Path, *sources: str, **variables: str) -> Iterator[str]:
    """The page's own process on a free port, with further environment `variables`.

    It answers from `sources`, which are ingested first, or without any from the index that is in `home`.
    """
    port = free_port()
    environment = {**os.environ, "CHUANCE_HOME": str(home), "CHUANCE_PORT": str(port), **variables}
    if sources:
        ingest = [sys.executable, "-m", "ingest", *sources]
        subprocess.run(ingest, cwd=ROOT, env=environment, check=True, capture_output=True)
    process = subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def free_port() -> int:
    """A port that stays free until its server is up: of those that the system gives to nobody unasked."""
    for port in random.SystemRandom().sample(range(20_000, 32_000), 20):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")


def wait_for(address: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/config", timeout=2)
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(address)


def ask(page: Page, question: str) -> str:
    """Type a question, press Enter, and return the last answer's text."""
    # Until the question before is done with, which is a moment after its answer is shown, the page takes no other.
    page.wait_for_selector("#question [data-testid=status-tracker].hide", state="attached")
    before = page.locator(".turn").count()
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_function(f"document.querySelectorAll('.turn').length > {before}")
    return page.locator(".turn .answer").last.inner_text()
