"""Two public benchmarks that nothing here was trained on: STARD and the 2020 policy questions.

STARD (Su et al. 2024, https://arxiv.org/abs/2406.15313): everyday legal questions, the statute
articles that answer them. An article is one unit; it is put forward by keywords or vectors
and scored as rag.retrieve scores a sentence of a document without written questions.
The 2020 questions (DataFountain): from a question to its document among some 600 texts,
ingested and searched as any file.
"""

import lzma
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from numpy.typing import NDArray

from eval.statistics import Share, mcnemar
from ingest.build import build_index
from ingest.training_data import read_lines
from rag.assistant import Assistant
from rag.embedder import Embedder, load_embedder
from rag.late import PieceIndex
from rag.lexical import LexicalIndex
from rag.retrieve import retrieve, weighed
from rag.settings import Settings
from rag.signals import BM25_UNIT, SIGNALS
from rag.types import Clause, Passage
from rag.understand import understand

PUT_FORWARD: Final = 300
"""Articles that keywords and vectors put forward each: recall is measured to place 100."""
EMBEDDED: Final = 300
"""Characters of an article that its vector and pieces are made from."""
Row = NDArray[np.intp]


def stard(data: Path, embedder: Embedder, progress: Callable[[], None] = lambda: None) -> dict[str, float]:
    """Recall of the relevant articles at 10 and 100 (mean over questions), ours and BM25's, and MRR at 10."""
    names, texts = _articles(data)
    place = {name: row for row, name in enumerate(names)}
    relevant = _relevant(data, place)
    with TemporaryDirectory() as folder:
        index = _keywords(texts, Path(folder) / "lexical")
        matrix = embedder.embed_matrix([text[:EMBEDDED] for text in texts])
        pieces = PieceIndex.of(embedder.pieces([text[:EMBEDDED] for text in texts]) or [])
        ours, keywords = [], []
        for record in read_lines(data / "stard" / "queries.jsonl.xz"):
            if rows := relevant.get(str(record["qid"])):
                found, by_keyword = _ranked(record["question"], index, matrix, pieces, embedder)
                ours.append(_gains(found, rows))
                keywords.append(_gains(by_keyword, rows))
                progress()
    means = np.mean(ours, axis=0), np.mean(keywords, axis=0)
    return {
        name: round(float(value), 4)
        for prefix, row in zip(("", "bm25_"), means, strict=True)
        for name, value in zip(
            (f"{prefix}recall_10", f"{prefix}recall_100", f"{prefix}mrr_10"), row, strict=True
        )
    } | {"questions": float(len(ours)), "articles": float(len(names))}


def policy_documents(data: Path, progress: Callable[[], None] = lambda: None) -> dict[str, Share | float]:
    """How often the document of a 2020 policy question comes first, ours and by words of the whole text."""
    documents = {
        record["docid"]: record["context"]
        for record in read_lines(data / "ncp_policy_qa" / "documents.jsonl.xz")
    }
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        texts = Path(folder) / "texts"
        texts.mkdir()
        for name, text in documents.items():
            (texts / f"{name}.txt").write_text(text, encoding="utf8")
        settings = Settings(home=Path(folder) / "home")
        build_index([texts], settings, load_embedder(settings.embedding_model))
        assistant = Assistant.open(settings)
        build = assistant.library.current()
        ours, keywords = [], []
        for record in read_lines(data / "ncp_policy_qa" / "qa.jsonl.xz"):
            if record["docid"] not in build.documents:
                continue
            query = understand(record["question"])
            first = retrieve(query, build, assistant.embedder).candidates[:1]
            ours.append([one.passage.document_id for one in first] == [record["docid"]])
            scores = build.lexical.scores("clause_grams", query.text)
            keywords.append(build.clauses[int(scores.argmax())].document_id == record["docid"])
            progress()
    return {
        "first": Share.of(ours), "bm25_first": Share.of(keywords), "p": mcnemar(ours, keywords),
        "documents": float(len(documents)),
    }  # fmt: skip


def _articles(data: Path) -> tuple[list[str], list[str]]:
    """Ids and texts (title, section, article) of the benchmark's articles."""
    with lzma.open(data / "stard" / "corpus_ids.tsv.xz", "rt", encoding="utf8") as lines:
        wanted = {line.split("\t", 1)[0] for line in lines}
    texts: dict[str, str] = {}
    for record in read_lines(data / "laws" / "articles.jsonl.xz"):
        name = f"{record['doc_id']}#{record['article']}"
        if name in wanted:
            texts.setdefault(name, f"{record['title']}。{''.join(record['section'])}。{record['text']}")
    return list(texts), list(texts.values())


def _relevant(data: Path, place: dict[str, int]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    with lzma.open(data / "stard" / "qrels.tsv.xz", "rt", encoding="utf8") as lines:
        for line in lines:
            question, name, _ = line.rstrip("\n").split("\t")
            if name in place:
                found.setdefault(question, set()).add(place[name])
    return found


def _keywords(texts: Sequence[str], folder: Path) -> LexicalIndex:
    passages = [
        Passage(str(row), str(row), "stard", 0, len(text), text, "") for row, text in enumerate(texts)
    ]
    clause = Clause("stard#0", "stard", 0, 1, texts[0], "0")
    LexicalIndex.build(passages, [clause], (), folder)
    return LexicalIndex.open(folder)


def _ranked(
    question: str, index: LexicalIndex, matrix: NDArray[np.float32], pieces: PieceIndex, embedder: Embedder
) -> tuple[Row, Row]:
    """Rows in the order of our score, and in that of BM25 alone."""
    query = understand(question)
    text = query.core or query.text
    grams = index.scores("passage_grams", text)
    by_keyword = np.argsort(-grams, kind="stable")[:PUT_FORWARD]
    vector = np.asarray(embedder.embed_query(text), dtype=np.float32)
    cosines = matrix @ vector
    rows = np.unique(np.concatenate([by_keyword, np.argpartition(-cosines, PUT_FORWARD)[:PUT_FORWARD]]))
    columns = {
        "grams": grams[rows] / BM25_UNIT, "clause_grams": grams[rows] / BM25_UNIT,
        "vector": cosines[rows], "clause_vector": cosines[rows],
    }  # fmt: skip
    asked, model = embedder.pieces([text]), embedder.late_rows
    if asked is not None and model is not None:
        columns["late"] = pieces.scores(asked[0], rows, model)
    nothing = np.zeros(len(rows), dtype=np.float32)
    table = np.stack([columns.get(name, nothing) for name in SIGNALS], axis=1).astype(np.float32)
    scores = weighed(table, np.zeros(len(rows), dtype=bool))
    return rows[np.argsort(-scores, kind="stable")], by_keyword


def _gains(found: Row, relevant: set[int]) -> tuple[float, float, float]:
    """Recall at 10 and 100, reciprocal rank within 10."""
    hits = [int(row) in relevant for row in found[:100]]
    first = next((place for place, hit in enumerate(hits[:10], start=1) if hit), None)
    return sum(hits[:10]) / len(relevant), sum(hits) / len(relevant), 1 / first if first else 0.0
