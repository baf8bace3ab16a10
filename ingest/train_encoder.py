"""Train the built-in encoder from scratch: `python -m ingest.train_encoder --data FOLDER --work FOLDER`.

Four steps, the slow ones kept in the work folder so that an interrupted run goes on:
a Unigram vocabulary; skip-gram word vectors over its pieces; SIF weights
(Arora et al. 2017, https://openreview.net/forum?id=SyK00v5xx) folded into the rows,
so that a plain mean of rows is the weighted mean; contrastive training on
question-passage pairs (multiple negatives ranking). The result is a static
sentence-transformers model: `SentenceTransformer(path)` loads it, and so does
rag.embedder without torch. `--evaluate` measures it on the held-out documents.
"""

import random
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import torch
import typer
from datasets import Dataset
from gensim.models import Word2Vec
from numpy.typing import NDArray
from safetensors.numpy import save_file
from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer, SentenceTransformerTrainingArguments
from sentence_transformers.base.modules import Normalize
from sentence_transformers.base.sampler import BatchSamplers
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

from ingest.training_data import Pair, generic_pairs, policy_pairs, texts
from rag.settings import BUILTIN_MODEL

DIMENSION: Final = 256
VOCABULARY: Final = 30_000
SIF: Final = 1e-3
"""Weight of a piece with probability p is SIF / (SIF + p)."""
SEED: Final = 20231
BATCH: Final = 512

FloatMatrix = NDArray[np.float32]


def train_vocabulary(lines: Iterable[str], size: int = VOCABULARY) -> Tokenizer:
    """Unigram pieces of at most six characters; digits one by one, so that any figure can be read.

    Text is folded by NFKC and lower case; punctuation is dropped, % is kept.
    """
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"[^\p{L}\p{N}%]+"), "removed"),
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.Split(Regex(r"\p{Han}+"), "isolated"),
        ]
    )
    trainer = trainers.UnigramTrainer(
        vocab_size=size, special_tokens=["[UNK]"], unk_token="[UNK]", max_piece_length=6, show_progress=False
    )
    tokenizer.train_from_iterator(lines, trainer)
    return tokenizer


def write_pieces(lines: Iterable[str], tokenizer: Tokenizer, out: Path) -> NDArray[np.int64]:
    """Write `lines` as piece ids, one paragraph a line; returns how often each piece occurs, (vocabulary,)."""
    counts = np.zeros(tokenizer.get_vocab_size(), dtype=np.int64)
    paragraphs = (part for text in lines for part in text.split("\n") if len(part) > 3)
    with out.open("w", encoding="ascii") as file:
        while batch := list(islice(paragraphs, 4000)):
            numbers = [encoded.ids for encoded in tokenizer.encode_batch_fast(batch) if encoded.ids]
            counts += np.bincount([number for line in numbers for number in line], minlength=len(counts))
            file.writelines(" ".join(map(str, line)) + "\n" for line in numbers)
    return counts


def word_vectors(pieces: Path, size: int, epochs: int) -> FloatMatrix:
    """Skip-gram vectors, (size, DIMENSION); a piece that hardly occurs is zero."""
    model = Word2Vec(
        corpus_file=str(pieces), vector_size=DIMENSION, sg=1, window=8, negative=5, min_count=2,
        sample=1e-4, epochs=epochs, workers=2, seed=SEED,
    )  # fmt: skip
    matrix = np.zeros((size, DIMENSION), dtype=np.float32)
    for key, row in model.wv.key_to_index.items():
        matrix[int(key)] = model.wv.vectors[row]
    return matrix
