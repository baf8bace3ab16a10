"""How well an encoder finds the clause that answers a question, on documents nobody trained on.

Beside it: BM25 over character 1-3-grams, and both mixed, as rag.retrieve mixes them.
"""

import re
from pathlib import Path

import numpy as np
from gensim.corpora import Dictionary
from gensim.models import LuceneBM25Model
from gensim.similarities import SparseMatrixSimilarity
from numpy.typing import NDArray

from ingest.training_data import held_out_sentences, policy_pairs
from rag.embedder import Embedder

FloatMatrix = NDArray[np.float32]


def evaluate(data: Path, embedder: Embedder) -> dict[str, tuple[float, float]]:
    """Share of held-out questions whose clause comes first, and among the first five, by method.

    All sentences of the question's document are ranked; a clause stands where its best
    sentence does. `mixed` adds cosine and BM25 half and half, each scaled to 0..1.
    """
    places: dict[str, list[int]] = {"BM25": [], "encoder": [], "mixed": []}
    asked = policy_pairs(data, held_out=True)
    for document, candidates in held_out_sentences(data).items():
        pairs = [pair for pair in asked if pair.document == document]
        passages, questions = [sentence for _, sentence in candidates], [pair.question for pair in pairs]
        cosines = embedder.embed_matrix(questions) @ embedder.embed_matrix(passages).T
        lexical = _bm25(passages, questions)
        scores = {"BM25": lexical, "encoder": cosines, "mixed": _scaled(cosines) + _scaled(lexical)}
        for method, matrix in scores.items():
            for pair, row in zip(pairs, matrix, strict=True):
                ranked = dict.fromkeys(candidates[place][0] for place in np.argsort(-row, kind="stable"))
                places[method].append(list(ranked).index(pair.clause))
    return {
        method: (float(np.mean(np.array(found) < 1)), float(np.mean(np.array(found) < 5)))
        for method, found in places.items()
    }


def _bm25(passages: list[str], questions: list[str]) -> FloatMatrix:
    """BM25 (Lucene's variant, k1 1.5, b .75) over character 1-3-grams, (questions, passages)."""
    bags = [_grams(passage) for passage in passages]
    dictionary = Dictionary(bags)
    model = LuceneBM25Model(dictionary=dictionary, k1=1.5, b=0.75)
    index = SparseMatrixSimilarity(
        model[[dictionary.doc2bow(bag) for bag in bags]], num_docs=len(bags), num_terms=len(dictionary),
        normalize_queries=False, normalize_documents=False,
    )  # fmt: skip
    return np.stack([index[dictionary.doc2bow(_grams(question))] for question in questions])


def _grams(text: str) -> list[str]:
    kept = "".join(re.findall(r"[\w%]+", text.lower()))
    return [kept[start : start + size] for size in (1, 2, 3) for start in range(len(kept) - size + 1)]


def _scaled(scores: FloatMatrix) -> FloatMatrix:
    low, high = scores.min(axis=1, keepdims=True), scores.max(axis=1, keepdims=True)
    scaled: FloatMatrix = (scores - low) / np.maximum(high - low, 1e-9)
    return scaled
