"""Imports point to rag/, serving never parses, and each third-party library has one home."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOMES = {
    "gradio": {"app.py"},
    "chromadb": {"rag/collection.py", "rag/store.py", "rag/remote_store.py"},
    "langchain_chroma": {"rag/store.py", "eval/baselines.py"},  # the plain pipeline is a baseline
    "sentence_transformers": {"rag/embedder.py", "ingest/train_encoder.py"},
    "torch": {"ingest/train_encoder.py", "ingest/train_late.py"},
    "pypinyin": {"rag/pinyin.py"},
    "jieba": {"rag/lexical.py"},
    "bm25s": {"rag/lexical.py"},
    "tiktoken": {"rag/tokens.py"},
    "opencc": {"rag/understand.py", "eval/metamorphic_questions.py"},
    "docx": {"rag/export_match.py"},
    "langchain_openai": {"rag/llm_client.py"},
    "openai": {"rag/llm_failures.py"},
    "ir_measures": {"eval/retrieval.py"},
}
MAY_IMPORT = {
    "rag": {"rag", "prompts"},
    "ingest": {"ingest", "rag"},
    "eval": {"eval", "ingest", "rag"},
    "app": {"app", "rag"},
}
PACKAGES = {"rag", "ingest", "eval", "app", "prompts"}
SOURCES = [
    *sorted(path for package in ("rag", "ingest", "eval") for path in (ROOT / package).rglob("*.py")),
    ROOT / "app.py",
]


def imported(path: Path) -> set[str]:
    """Top-level names of every import in a file, wherever it stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_import_points_to_an_allowed_layer_and_home(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    package, names = name.split("/")[0].removesuffix(".py"), imported(path)

    assert names & PACKAGES <= MAY_IMPORT[package]
    assert not {library for library, homes in HOMES.items() if library in names and name not in homes}


def test_files_stay_small() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in SOURCES
        if (lines := len(path.read_text(encoding="utf8").splitlines())) > 250
    }

    assert long == {}
