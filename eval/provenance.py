"""What a run was made with: code, index, model, libraries, machine. Nothing of it names a user or a path."""

import platform
import resource
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Final

from eval.chosen import Options
from eval.runs import RunHeader, corpus_fingerprint
from rag.builds import Build
from rag.settings import PROJECT_FOLDER

LIBRARIES: Final = (
    "numpy", "bm25s", "jieba", "chromadb", "langchain", "langchain-chroma", "langchain-text-splitters", "tokenizers",
    "safetensors", "OpenCC", "pypinyin", "scipy",
)  # fmt: skip
"""Whose versions can change an answer or a score."""


def header_of(build: Build, options: Options, systems: Sequence[str], count: int) -> RunHeader:
    """The header of a run of `count` questions that begins now."""
    return RunHeader(
        created=datetime.now(UTC).isoformat(timespec="seconds"), split=options.split, seed=options.seed,
        version=_project_version(), git=_commit(), corpus=corpus_fingerprint(build), build_id=build.id,
        model=build.manifest.model, systems=tuple(systems), count=count, seconds=0.0, peak_memory_mb=0.0,
        python=platform.python_version(), libraries={name: version(name) for name in LIBRARIES},
        options=asdict(options),
    )  # fmt: skip


def peak_memory_mb() -> float:
    """The most memory this process has held; getrusage(2) counts kilobytes, on macOS bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)


def _project_version() -> str:
    project = tomllib.loads((PROJECT_FOLDER / "pyproject.toml").read_text(encoding="utf8"))
    return str(project["project"]["version"])


def _commit() -> str | None:
    command = [
        "git",
        "-C",
        str(PROJECT_FOLDER),
        "describe",
        "--always",
        "--dirty",
        "--abbrev=12",
        "--exclude=*",
    ]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
