"""Questions on documents that nobody wrote questions for, and the index they are asked in.

The documents are laws and State Council papers of the data folder (`--data`), kept out of
all training (ingest.training_data): the development ones choose settings, the unseen ones
are reported on. `eval/gold/documents_<split>.jsonl` holds question, document and clauses;
a question without a clause is a near miss that its document does not answer.
"""

import json
import re
import tarfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from eval.cases import GOLD
from ingest.build import build_index
from ingest.training_data import DEVELOPMENT, UNSEEN, policy_pairs, read_lines
from rag.assistant import Assistant
from rag.builds import Build
from rag.embedder import load_embedder
from rag.errors import CorpusError, InputError
from rag.settings import PROJECT_FOLDER, Settings

CORPUS = tuple(PROJECT_FOLDER / "corpus" / name for name in ("policies", "digests"))
_SPACE = re.compile(r"\s+")
SHORTEST = 12
"""Squeezed characters from which a passage inside the sentence asked about counts as that sentence."""


@dataclass(frozen=True)
class DocumentCase:
    """One question on one document; `passages` or `clauses` answer it, neither does in a near miss."""

    question: str
    document: str
    clauses: frozenset[str] = frozenset()
    passages: frozenset[str] = frozenset()
    id: str = ""
    style: str = "lay"

    @property
    def answerable(self) -> bool:
        """Whether the document answers the question."""
        return bool(self.clauses or self.passages)


@contextmanager
def documents_indexed(data: Path, split: str, *, with_corpus: bool = False) -> Iterator[Assistant]:
    """An assistant over the documents of `split` (dev or test), in a temporary folder; `with_corpus` adds corpus/.

    Raises:
        InputError: the data folder lacks a document.
    """
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        texts = Path(folder) / "texts"
        write_documents(data, UNSEEN if split == "test" else DEVELOPMENT, texts)
        settings = Settings(home=Path(folder) / "home")
        sources = [texts, *CORPUS] if with_corpus else [texts]
        build_index(sources, settings, load_embedder(settings.embedding_model))
        yield Assistant.open(settings)


def write_documents(data: Path, names: Collection[str], folder: Path) -> None:
    """Write the documents as they are, pages as HTML and laws as Markdown.

    Raises:
        InputError: one of them is not in the data folder.
    """
    folder.mkdir(parents=True)
    missing = set(names)
    try:
        for archive_name in ("gov_html/state_council_html.tar.xz", "laws/markdown.tar.xz"):
            with tarfile.open(data / archive_name) as archive:
                for member in archive:
                    name = Path(member.name).stem
                    if name in missing and (file := archive.extractfile(member)) is not None:
                        (folder / Path(member.name).name).write_bytes(file.read())
                        missing.discard(name)
    except OSError as problem:
        raise InputError(f"读不了数据文件夹 {data}（{problem}）。请检查 --data。") from problem
    if missing:
        raise InputError(f"数据文件夹里没有《{sorted(missing)[0]}》。请检查 --data。")


def read_document_cases(split: str) -> list[DocumentCase]:
    """The questions of `eval/gold/documents_<split>.jsonl`.

    Raises:
        CorpusError: a line lacks a field.
    """
    path = GOLD / f"documents_{split}.jsonl"
    try:
        return [
            DocumentCase(
                record["question"], record["document"], frozenset(record["clauses"]),
                id=record["id"], style=record["style"],
            )
            for record in read_lines(path)
        ]  # fmt: skip
    except (ValueError, KeyError) as problem:
        raise CorpusError(f"{path.name} 有一行不是金标记录：{problem!r}。") from problem


def development_cases(data: Path, build: Build) -> list[DocumentCase]:
    """The written questions and near misses on the development documents that are in `build`.

    A question whose sentence cannot be found in a passage is left out.
    """
    squeezed = [_SPACE.sub("", passage.text) for passage in build.passages]
    cases = []
    for pair in policy_pairs(data, held_out=True):
        sentence = _SPACE.sub("", pair.passage)
        found = frozenset(
            passage.id
            for passage, text in zip(build.passages, squeezed, strict=True)
            if passage.document_id == pair.document
            and (sentence in text or (len(text) > SHORTEST and text in sentence))
        )
        if found:
            cases.append(DocumentCase(pair.question, pair.document, passages=found))
    for path in sorted((data / "policy_questions").glob("*_unanswerable.jsonl")):
        cases += [
            DocumentCase(record["question"], record["doc"])
            for record in map(json.loads, path.read_text(encoding="utf8").splitlines())
            if record["doc"] in build.documents
        ]
    return cases + [case for case in read_document_cases("dev") if case.document in build.documents]
