"""A few of every kind of fault (tests.faults runs many): what answered goes on answering, one run completes the rest."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rag.settings import PROJECT_FOLDER
from tests.faults import survey


@pytest.mark.parametrize(
    ("kind", "count"),
    [("kills", 2), ("steps", 2), ("full-disk", 3), ("damages", 4), ("concurrent", 1), ("readers", 2)],
)
def test_an_index_survives(kind: str, count: int) -> None:
    told: list[str] = []
    survived, total = survey(kind, count, 20230619, told.append)

    assert survived == total >= min(count, 2), "".join(told)


@pytest.mark.parametrize(("arguments", "code"), [(["没有.txt"], 2), (["--nonsense"], 2)])
def test_bad_usage_exits_with_two(arguments: list[str], code: int, tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "ingest", *arguments],
        cwd=PROJECT_FOLDER,
        env={**os.environ, "CHUANCE_HOME": str(tmp_path)},
        capture_output=True,
        check=False,
    )

    assert finished.returncode == code
    assert b"Traceback" not in finished.stderr
