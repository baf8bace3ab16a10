"""What simple systems reach on the same questions, corpus and encoder.

They return `Answer` objects and go through the same scorer. The plain LangChain
pipeline is the usual tutorial: RecursiveCharacterTextSplitter 500/50, Chroma, top chunk.
A chunk knows no clause, so its citation is worked out here, and in its favour.
Always refusing, a random clause and the oracle bound what any score can mean.
"""

import random
import tempfile
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from pathlib import Path
from types import TracebackType

import numpy as np
from langchain_chroma import Chroma
from langchain_text_splitters import RecursiveCharacterTextSplitter

from eval.cases import Case, clause_of, with_items
from rag.builds import Build
from rag.embedder import Embedder
from rag.figures import normalise
from rag.lexical import Field
from rag.types import Answer, Citation, Clause, Passage

Answerer = Callable[[str], Answer]
CHUNK, OVERLAP = 500, 50
NOTHING = "未找到。"


class PlainPipeline:
    """Split by length, embed, take the top chunk. Use as a context manager: it keeps its Chroma in a temporary folder."""

    def __init__(self, build: Build, embedder: Embedder) -> None:
        self.build = build
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

    def __call__(self, question: str, gold: Collection[str] = ()) -> Answer:
        """The top chunk whole; it never refuses. `gold` are right clause ids (`chunk_answer`)."""
        chunk = self.store.similarity_search(question, k=1)[0]
        start = int(chunk.metadata["start_index"])
        return chunk_answer(
            question, chunk.page_content, chunk.metadata["document_id"], start, self.build, gold
        )


def chunk_answer(
    question: str, text: str, document_id: str, start: int, build: Build, gold: Collection[str] = ()
) -> Answer:
    """A chunk of a document, from the offset `start`, as an answer with the citation that a chunk lacks.

    It cites the clause that most of the chunk stands in. Where the clause in which
    the chunk starts, or both, are right by `gold` (clause ids), it cites what is right instead.
    """
    end, clauses = start + len(text), build.clauses_of(document_id)
    largest = max(clauses, key=lambda clause: min(end, clause.end) - max(start, clause.start))
    first = next(clause for clause in clauses if clause.start <= start < clause.end)
    right = [one for one in dict.fromkeys((largest, first)) if clause_of(one.id, build) in gold]
    cited = [_citation(one, max(start, one.start), min(end, one.end), build) for one in right or [largest]]
    return _answer(question, text, cited)


def bm25_sentences(build: Build, count: int, field: Field = "passage_grams") -> Answerer:
    """The `count` best sentences by BM25 over character 1- to 3-grams, or over jieba's words."""

    def answer(question: str) -> Answer:
        scores = build.lexical.scores(field, question)
        rows = np.argsort(-scores, kind="stable")[:count]
        chosen = [build.passages[row] for row in rows if scores[row] > 0]
        return _from_passages(question, chosen, build)

    return answer


def top_clause(build: Build) -> Answerer:
    """The best clause by BM25 over character 1- to 3-grams, word for word."""

    def answer(question: str) -> Answer:
        scores = build.lexical.scores("clause_grams", question)
        return _whole(question, build.clauses[int(scores.argmax())], build)

    return answer


def random_clause(build: Build, seed: int) -> Answerer:
    """Any clause, word for word: the same one whenever the question is asked with this seed."""
    clauses = [clause for clause in build.clauses if clause.level] or list(build.clauses)

    def answer(question: str) -> Answer:
        return _whole(question, random.Random(f"{seed} {question}").choice(clauses), build)

    return answer


def always_refuse(question: str) -> Answer:
    """Refuses everything: what the share of unanswerable questions alone is worth."""
    return Answer(question, "refused", NOTHING)


def oracle(case: Case, build: Build) -> Answer:
    """What gold says, cited from the clauses that it quotes, or from all that hold its facts: the most one can score."""
    quoted = {clause_of(name, build) for name, _ in case.evidence}
    chosen = [
        name
        for slot in case.gold_clauses
        for name in [name for name in slot if clause_of(name, build) in quoted or not quoted] or slot[:1]
    ]
    cited = dict.fromkeys(clause for name in chosen for clause in _holding(case, name, build))
    words = [quote for _, quote in case.evidence] or [
        _sentence_with(fact, cited, build) for fact in case.facts
    ]
    words = words or [clause.heading for clause in cited]
    citations = [_citation(clause, clause.start, clause.end, build) for clause in cited]
    answer = _answer(case.question, "\n".join(dict.fromkeys(words)), citations)
    if case.expect == "clarify":
        return replace(answer, status="clarify", nearest=answer.citations, citations=())
    return replace(answer, status="refused") if case.expect == "correct_premise" else answer


def _sentence_with(fact: Collection[str], clauses: Iterable[Clause], build: Build) -> str:
    """The first sentence of `clauses` that holds a wording of the fact, so that no figure is cut; else the fact."""
    wordings = [normalise(one) for one in fact]
    sentences = (passage.text for clause in clauses for passage in build.passages_of(clause.id))
    found = (text for text in sentences if any(one in normalise(text) for one in wordings))
    return next(found, next(iter(fact)))


def _holding(case: Case, name: str, build: Build) -> list[Clause]:
    """The clause, and those of its items that hold what the record quotes from them, or a fact where it quotes nothing."""
    named, *items = with_items(name, build)
    wanted = [quote for clause, quote in case.evidence if clause_of(clause, build) == clause_of(name, build)]
    wanted = wanted or [one for fact in case.facts if not case.evidence for one in fact]
    return [
        named,
        *(one for one in items if any(normalise(words) in normalise(one.text) for words in wanted)),
    ]


def _from_passages(question: str, passages: list[Passage], build: Build) -> Answer:
    citations = [
        _citation(build.clause_by_id[passage.clause_id], passage.start, passage.end, build)
        for passage in passages
    ]
    return _answer(question, "\n".join(passage.text for passage in passages), citations)


def _whole(question: str, clause: Clause, build: Build) -> Answer:
    return _answer(question, clause.text.strip(), [_citation(clause, clause.start, clause.end, build)])


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
