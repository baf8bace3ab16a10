"""Reading in a process of its own: limits hold, a reason comes back, the parent lives."""

import socket
from pathlib import Path

import pytest

from ingest.formats import Extracted
from ingest.isolate import CRASHED, ReadingLimits, read_isolated
from rag.errors import CorpusError

PAGE = "<html><body><p>第一条 示例内容。</p></body></html>".encode()


def read(raw: bytes = PAGE, **limits: float) -> Extracted:
    return read_isolated("html", "read_html", (), raw, ReadingLimits(**limits))  # type: ignore[arg-type]


def test_what_the_reader_found_comes_back() -> None:
    assert read().text.strip() == "第一条 示例内容。"


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({"seconds": 0.01}, "读取超过 1 秒"),
        ({"memory_bytes": 60_000_000}, "请"),
        ({"output_bytes": 20}, "上限"),
    ],
)
def test_a_limit_that_is_broken_gives_a_reason(limits: dict[str, float], reason: str) -> None:
    with pytest.raises(CorpusError, match=reason):
        read(PAGE.replace("示例内容".encode(), "示例内容".encode() * 600_000), **limits)


def test_the_reason_of_a_reader_is_passed_on() -> None:
    with pytest.raises(CorpusError, match="请"):
        read_isolated("docx", "read_docx", (), b"PK\x03\x04 no archive")


def test_a_reader_that_is_not_there_is_no_crash_of_the_parent() -> None:
    with pytest.raises(CorpusError) as problem:
        read_isolated("html", "read_nothing", (), PAGE)

    assert str(problem.value) == CRASHED


def test_a_page_cannot_make_its_reader_call_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(1)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        page = f'<!DOCTYPE html [<!ENTITY e SYSTEM "{address}e">]><html><body><img src="{address}i"><p>示例&e;。</p></body></html>'

        assert "示例" in read(page.encode()).text
        with pytest.raises(TimeoutError):
            server.accept()
