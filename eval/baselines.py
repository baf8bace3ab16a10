"""What simple systems reach on the same questions, corpus and encoder.

They return `Answer` objects and go through the same scorer. The plain LangChain
pipeline is the usual tutorial: RecursiveCharacterTextSplitter 500/50, Chroma, top chunk.
A chunk knows no clause, so its citation is worked out here, and in its favour.
"""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType

import numpy as np
from langchain_chroma import Chroma
from langchain_text_splitters import RecursiveCharacterTextSplitter

from eval.cases import clause_of
from rag.builds import Build
from rag.embedder import Embedder
from rag.types import Answer, Citation, Clause, Passage

Answerer = Callable[[str], Answer]
CHUNK, OVERLAP = 500, 50
NOTHING = "未找到。"


class PlainPipeline:
    """Split by length, embed, take the top chunk. Use as a context manager: it keeps its Chroma in a temporary folder."""

    def __init__(
        self, build: Build, embedder: Embedder, gold: Mapping[str, frozenset[str]] | None = None
    ) -> None:
        """`gold` holds the right clauses of each question, for the benefit of the doubt in `__call__`."""
        self.build = build
        self.gold = gold or {}
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        splitter = RecursiveCharacterTextSplitter(
            chunk_size=CHUNK, chunk_overlap=OVERLAP, add_start_index=True
        )
        documents = splitter.create_documents(
            [document.text for document in build.documents.values()],
            [{"document_id": document.id} for document in build.documents.values()],
        )
        self.store = Chroma(
            "plain", embedding_function=embedder, persist_directory=str(Path(self._folder.name))
        )
        self.store.add_documents(documents)

    def __enter__(self) -> "PlainPipeline":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    def __call__(self, question: str) -> Answer:
        """The top chunk whole; it never refuses.

        It cites the clause that most of the chunk stands in. Where the clause in which
        the chunk starts, or both, are right by `gold`, it cites what is right instead.
        """
        chunk = self.store.similarity_search(question, k=1)[0]
        start = int(chunk.metadata["start_index"])
        end = start + len(chunk.page_content)
        clauses = self.build.clauses_of(chunk.metadata["document_id"])
        largest = max(clauses, key=lambda clause: min(end, clause.end) - max(start, clause.start))
        first = next(clause for clause in clauses if clause.start <= start < clause.end)
        gold = self.gold.get(question, frozenset())
        right = [one for one in dict.fromkeys((largest, first)) if clause_of(one.id, self.build) in gold]
        return _answer(
            question,
            chunk.page_content,
            [
                _citation(one, max(start, one.start), min(end, one.end), self.build)
                for one in right or [largest]
            ],
        )


def bm25_sentences(build: Build, count: int) -> Answerer:
    """The `count` best sentences by BM25 over character 1- to 3-grams."""

    def answer(question: str) -> Answer:
        scores = build.lexical.scores("passage_grams", question)
        rows = np.argsort(-scores, kind="stable")[:count]
        chosen = [build.passages[row] for row in rows if scores[row] > 0]
        return _from_passages(question, chosen, build)

    return answer


def top_clause(build: Build) -> Answerer:
    """The best clause by BM25 over character 1- to 3-grams, word for word."""

    def answer(question: str) -> Answer:
        scores = build.lexical.scores("clause_grams", question)
        clause = build.clauses[int(scores.argmax())]
        return _answer(question, clause.text.strip(), [_citation(clause, clause.start, clause.end, build)])

    return answer


def always_refuse(question: str) -> Answer:
    """Refuses everything: what the share of unanswerable questions alone is worth."""
    return Answer(question, "refused", NOTHING)


def _from_passages(question: str, passages: list[Passage], build: Build) -> Answer:
    citations = [
        _citation(build.clause_by_id[passage.clause_id], passage.start, passage.end, build)
        for passage in passages
    ]
    return _answer(question, "\n".join(passage.text for passage in passages), citations)


def _answer(question: str, text: str, citations: list[Citation]) -> Answer:
    """Answered with citations, else refused; markers count from 1."""
    marked = tuple(replace(citation, marker=number) for number, citation in enumerate(citations, start=1))
    return Answer(question, "answered" if marked else "refused", text or NOTHING, marked)


def _citation(clause: Clause, start: int, end: int, build: Build) -> Citation:
    document = build.documents[clause.document_id]
    return Citation(
        marker=1, policy_id=document.id, title=document.title, doc_number=document.number, clause=clause.label,
        item=clause.item, heading=clause.heading, part=clause.part, quote=document.text[start:end], start=start,
        end=end, kind=document.kind, validity=document.status,
    )  # fmt: skip
