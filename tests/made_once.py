"""What is costly to make is made by one process, however many run the tests side by side."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder `name` that `make` fills, shared by all processes of this run: read it, or copy it.

    The first process that asks makes it, the others wait. Where making fails, the next one tries again.
    """
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # the folder of a worker lies in the folder of the run
        base = base.parent
    folder, unfinished = base / name, base / f"{name}-unfinished"
    with FileLock(base / f"{name}.lock"):
        if not folder.exists():
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            make(unfinished)
            unfinished.rename(folder)
    return folder
