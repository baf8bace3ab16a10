"""Train the built-in encoder from scratch: `python -m ingest.train_encoder --data FOLDER --work FOLDER`.

Five steps, the slow ones kept in the work folder so that an interrupted run goes on:
a Unigram vocabulary; skip-gram word vectors over its pieces; SIF weights
(Arora et al. 2017, https://openreview.net/forum?id=SyK00v5xx) folded into the rows,
so that a plain mean of rows is the weighted mean; contrastive training on
question-passage pairs (multiple negatives ranking); a second table of rows for late
interaction (ingest.train_late). The result is a static
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
from sentence_transformers import (
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
)
from sentence_transformers.base.modules import Normalize
from sentence_transformers.base.sampler import BatchSamplers
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

from ingest.measure_encoder import evaluate
from ingest.train_late import save_late, train_late
from ingest.training_data import Pair, generic_pairs, policy_pairs, texts
from ingest.training_questions import shipped_pairs
from rag.embedder import load_embedder
from rag.settings import BUILTIN_MODEL, PROJECT_FOLDER

DIMENSION: Final = 384
VOCABULARY: Final = 30_000
VOCABULARY_STRIDE: Final = 4
"""The vocabulary is learnt from every fourth text, 13 million characters: 2 GB of memory, 5 minutes."""
SIF: Final = 1e-3
"""Weight of a piece with probability p is SIF / (SIF + p)."""
SEED: Final = 20231
WORK: Final = PROJECT_FOLDER / "artifacts" / "encoder"
BATCH: Final = 512
NEGATIVES: Final = 1

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


def weighted(matrix: FloatMatrix, counts: NDArray[np.int64]) -> FloatMatrix:
    """Take the mean direction off the rows, scale them to length 1 on average, fold SIF weights in."""
    present = np.abs(matrix).sum(axis=1) > 0
    centred = np.where(present[:, None], matrix - matrix[present].mean(axis=0), 0)
    centred /= np.linalg.norm(centred[present], axis=1).mean()
    weights = SIF / (SIF + counts / max(1, counts.sum()))
    rows: FloatMatrix = (centred * weights[:, None]).astype(np.float32)
    return rows


def start_model(tokenizer: Tokenizer, rows: FloatMatrix) -> SentenceTransformer:
    """An untrained model over `rows`, on the GPU when there is one."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_weights=rows), Normalize()], device=device
    )


def contrast(
    model: SentenceTransformer, columns: dict[str, list[str]], work: Path, *, epochs: float, rate: float
) -> None:
    """Pull each anchor to its positive, away from its negatives and the other positives of its batch.

    `columns` are equally long: `anchor`, `positive` and any number of `negative_*`.
    """
    arguments = SentenceTransformerTrainingArguments(
        output_dir=str(work / "trainer"), num_train_epochs=epochs, per_device_train_batch_size=BATCH,
        learning_rate=rate, warmup_steps=0.1, batch_sampler=BatchSamplers.NO_DUPLICATES, report_to="none",
        save_strategy="no", logging_steps=50, seed=SEED, disable_tqdm=True,
        use_cpu=not torch.cuda.is_available(),
    )  # fmt: skip
    loss = MultipleNegativesRankingLoss(model, scale=20)
    SentenceTransformerTrainer(
        model=model, args=arguments, train_dataset=Dataset.from_dict(columns), loss=loss
    ).train()


def as_columns(pairs: list[Pair], *, negatives: int = 0) -> dict[str, list[str]]:
    """Shuffled training columns; negatives are sentences of other clauses of the same document."""
    generator = random.Random(SEED)
    shuffled = generator.sample(pairs, len(pairs))
    columns = {
        "anchor": [pair.question for pair in shuffled],
        "positive": [pair.passage for pair in shuffled],
    }
    beside: dict[str, list[Pair]] = {}
    for pair in pairs:
        beside.setdefault(pair.document, []).append(pair)
    for number in range(negatives):
        columns[f"negative_{number}"] = [
            next(
                (
                    other.passage
                    for other in generator.sample(group, min(8, len(group)))
                    if other.clause != pair.clause
                ),
                group[0].passage,
            )
            for pair in shuffled
            for group in (beside[pair.document],)
        ]
    return columns


def save(model: SentenceTransformer, out: Path) -> None:
    """Write the model with float16 rows, half the size, in the layout that loads as float32.

    `embeddings` times `weights` is model2vec's layout; StaticEmbedding.load multiplies it
    in float32, whereas a float16 `embedding.weight` would also be summed in float16.
    """
    model.save(str(out), create_model_card=False)
    rows = model[0].embedding.weight.detach().cpu().numpy().astype(np.float16)
    save_file(
        {"embeddings": rows, "weights": np.ones(len(rows), dtype=np.float32)}, out / "model.safetensors"
    )


def main(
    data: Annotated[Path, typer.Option(help="Folder with laws/, policy_questions/, chinaxiv/ …")],
    work: Annotated[
        Path, typer.Option(help="Folder for intermediate files; a second run reuses them.")
    ] = WORK,
    out: Annotated[Path, typer.Option(help="Where the model is written.")] = BUILTIN_MODEL,
    stride: Annotated[int, typer.Option(help="Read every n-th text only (for a quick try).")] = 1,
    vocabulary: Annotated[int, typer.Option(help="Number of pieces.")] = VOCABULARY,
    word_epochs: Annotated[int, typer.Option(help="Passes over the text for the word vectors.")] = 5,
    epochs: Annotated[float, typer.Option(help="Contrastive passes over all pairs.")] = 2,
    rate: Annotated[float, typer.Option(help="Learning rate of those passes.")] = 5e-4,
    policy_epochs: Annotated[float, typer.Option(help="Last passes over the policy questions alone.")] = 6,
    policy_rate: Annotated[float, typer.Option(help="Learning rate of the last passes.")] = 2e-3,
    late_epochs: Annotated[int, typer.Option(help="Passes for the rows of late interaction.")] = 3,
    only_evaluate: Annotated[
        bool, typer.Option("--evaluate", help="Measure the model at --out, train nothing.")
    ] = False,
) -> None:
    """Train, write and measure the encoder."""
    if not only_evaluate:
        work.mkdir(parents=True, exist_ok=True)
        tokenizer, matrix = _start(data, work, stride=stride, vocabulary=vocabulary, word_epochs=word_epochs)
        model = start_model(tokenizer, matrix)
        policy = [*policy_pairs(data), *shipped_pairs(data)][::stride]
        pairs = [*generic_pairs(data)[::stride], *policy]
        typer.echo(f"pairs: {len(pairs)}, of them policy questions: {len(policy)}")
        contrast(model, as_columns(pairs), work, epochs=epochs, rate=rate)
        contrast(model, as_columns(policy, negatives=NEGATIVES), work, epochs=policy_epochs, rate=policy_rate)
        save(model, out)
        rows = model[0].embedding.weight.detach().cpu().numpy()
        late = train_late(tokenizer, rows, policy, epochs=late_epochs, rate=policy_rate, seed=SEED)
        save_late(late, out)
    for method, (first, fifth) in evaluate(data, load_embedder(str(out))).items():
        typer.echo(f"{method:8} hit@1 {first:.3f}  hit@5 {fifth:.3f}")


def _start(
    data: Path, work: Path, *, stride: int, vocabulary: int, word_epochs: int
) -> tuple[Tokenizer, FloatMatrix]:
    """Tokenizer and starting rows (vocabulary, DIMENSION), from the work folder where it has them."""
    tokenizer_file, counts_file, words_file = (
        work / name for name in ("vocabulary.json", "counts.npy", "words.npy")
    )
    if not tokenizer_file.exists():
        train_vocabulary(islice(texts(data), 0, None, stride * VOCABULARY_STRIDE), vocabulary).save(
            str(tokenizer_file)
        )
    tokenizer = Tokenizer.from_file(str(tokenizer_file))
    typer.echo(f"vocabulary: {tokenizer.get_vocab_size()} pieces")
    if not counts_file.exists():
        np.save(
            counts_file, write_pieces(islice(texts(data), 0, None, stride), tokenizer, work / "pieces.txt")
        )
    counts = np.load(counts_file)
    typer.echo(f"text: {counts.sum() / 1e6:.1f} million pieces")
    if not words_file.exists():
        np.save(words_file, word_vectors(work / "pieces.txt", len(counts), word_epochs))
    typer.echo("word vectors: done")
    return tokenizer, weighted(np.load(words_file), counts)


if __name__ == "__main__":
    typer.run(main)
