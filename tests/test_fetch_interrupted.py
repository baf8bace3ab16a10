"""A full disk, a kill, a damaged record: no part of a file, nothing lost."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.official_site import HOST, PAGE, Run, Site, answer, open_site, raw

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def site() -> Iterator[Site]:
    with open_site() as opened:
        yield opened


def test_a_disk_that_is_full_leaves_no_part_of_a_file(site: Site, tmp_path: Path) -> None:
    site.pages["/a.html"] = answer(PAGE + b" " * 100_000)
    run = Run(site, tmp_path, "a.html")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        (result,) = run()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert "不能读写" in (result.failure or "")
    assert [name for name in run.files() if name != ".lock"] == []


def test_a_kill_in_mid_download_leaves_no_part_of_a_file(site: Site, tmp_path: Path) -> None:
    site.pages["/a.html"] = raw(b"HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n", PAGE[:40], stall=site)
    run = Run(site, tmp_path, "a.html")
    program = (
        "from pathlib import Path; from ingest.fetch import fetch\n"
        f"fetch([], catalog=Path({str(run.catalog)!r}), folder=Path({str(run.folder)!r}),"
        f" progress=print, allow_host={HOST!r})"
    )
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.DEVNULL)
    started = time.monotonic()
    while "/a.html" not in site.asked and time.monotonic() - started < 30:
        time.sleep(0.02)
    time.sleep(0.1)
    process.kill()
    process.wait()

    assert "/a.html" in site.asked
    assert [name for name in run.files() if name != ".lock"] == []
    site.pages["/a.html"] = answer(PAGE)
    assert run()[0].failure is None


def test_a_record_that_was_damaged_is_said_and_left_alone(site: Site, tmp_path: Path) -> None:
    site.pages["/a.html"] = answer(PAGE)
    run = Run(site, tmp_path, "a.html")
    run()
    record = run.folder / "a" / "record.json"
    for text in (
        "{",
        "[]",
        "{}",
        json.dumps(run.record() | {"file": "../x"}),
        json.dumps(run.record() | {"etag": 1}),
    ):
        record.write_text(text, encoding="utf8")

        (result,) = run()

        assert "record.json 已损坏" in (result.failure or "")
        assert record.read_text(encoding="utf8") == text
        record.unlink()
        run()
