"""One loaded file -> its document, clauses and passages, with their promises checked."""

from dataclasses import dataclass

from ingest.clauses import split_clauses
from ingest.digests import body_start, is_digest, split_digest
from ingest.load import LoadedFile
from ingest.parse import parse_document
from ingest.passages import split_passages
from rag.errors import CorpusError
from rag.types import Clause, Document, Passage


@dataclass(frozen=True)
class Cut:
    """A document with the clauses that partition its text and the passages within them."""

    document: Document
    clauses: tuple[Clause, ...]
    passages: tuple[Passage, ...]


def cut(file: LoadedFile) -> Cut:
    """Parse and cut one file.

    Raises:
        CorpusError: the text cannot be cut without loss; the message begins with the file's name.
    """
    name = file.path.name
    try:
        document = parse_document(file)
        split = split_digest if is_digest(file) else split_clauses
        clauses = tuple(split(document.id, document.text))
        begins = {clause.id: body_start(clause) for clause in clauses} if is_digest(file) else {}
        passages = tuple(
            passage
            for clause in clauses
            for passage in split_passages(clause)
            if passage.start >= begins.get(clause.id, 0)
        )
    except CorpusError as problem:
        raise CorpusError(f"{name}：{problem}") from problem
    except Exception as problem:  # one odd file must not keep the others out of the index
        raise CorpusError(f"{name}：无法解析（{type(problem).__name__}: {problem}）。") from problem
    if "".join(clause.text for clause in clauses) != document.text:
        raise CorpusError(f"{name}：条款没有覆盖全文，请把这份文件反馈给开发者。")
    if any(document.text[passage.start : passage.end] != passage.text for passage in passages):
        raise CorpusError(f"{name}：段落位置与原文不符，请把这份文件反馈给开发者。")
    if not passages or len({passage.id for passage in passages}) != len(passages):
        raise CorpusError(f"{name}：没有可以检索的正文，或段落编号重复。")
    return Cut(document, clauses, passages)
