"""Rows for late interaction (rag.late), trained so that every piece of a question finds its match.

ColBERT's objective (Khattab & Zaharia 2020, https://arxiv.org/abs/2004.12832) over static
rows: the weighted mean of each question piece's best cosine in the passage must be larger
for the passage that answers than for the other passages of the batch, among them one of
the same document. A row's direction says what a piece means, its length how much a piece
of a question counts. Starts from the rows of the encoder.
"""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from torch.nn.functional import cross_entropy, normalize

from ingest.training_data import Pair
from rag.embedder import LATE

FloatMatrix = NDArray[np.float32]

BATCH: Final = 64
SCALE: Final = 30.0
QUESTION_PIECES, PASSAGE_PIECES = 30, 64
"""Longer texts are cut in training alone."""
WEIGHT_RATE: Final = 10
"""The logarithms of the lengths learn so many times faster than the directions."""
WARM_UP: Final = 0.1


class LateModel(torch.nn.Module):
    """A direction and the logarithm of a length for every piece."""

    def __init__(self, rows: FloatMatrix) -> None:
        super().__init__()
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        directions = rows / np.maximum(lengths, 1e-6)
        self.direction = torch.nn.Embedding(len(rows), rows.shape[1], _weight=torch.tensor(directions))
        self.length = torch.nn.Embedding(
            len(rows), 1, _weight=torch.tensor(np.log(np.maximum(lengths, 1e-3)))
        )

    def forward(self, questions: list[list[int]], passages: list[list[int]]) -> torch.Tensor:
        """(questions, passages) weighted mean of best cosines."""
        asked, asked_mask = _padded(questions, QUESTION_PIECES)
        said, said_mask = _padded(passages, PASSAGE_PIECES)
        left = normalize(self.direction(asked), dim=-1)
        right = normalize(self.direction(said), dim=-1) * said_mask[..., None]
        cosines = left.flatten(0, 1) @ right.flatten(0, 1).T
        best = cosines.view(*asked.shape, *said.shape).amax(-1)
        weights = self.length(asked)[..., 0].exp() * asked_mask
        weights = weights / weights.sum(dim=1, keepdim=True).clamp(min=1e-6)
        return torch.einsum("qpn,qp->qn", best, weights)

    def rows(self) -> FloatMatrix:
        """(pieces, dimension) float32: directions times lengths."""
        with torch.no_grad():
            found = normalize(self.direction.weight, dim=1) * self.length.weight.exp()
        rows: FloatMatrix = found.numpy().astype(np.float32)
        return rows


def train_late(
    tokenizer: Tokenizer, rows: FloatMatrix, pairs: Sequence[Pair], *, epochs: int, rate: float, seed: int
) -> FloatMatrix:
    """Train from `rows` (pieces, dimension) on `pairs`; returns rows of the same shape."""
    torch.manual_seed(seed)
    generator, model = random.Random(seed), LateModel(rows)
    groups = [
        {"params": model.direction.parameters(), "lr": rate},
        {"params": model.length.parameters(), "lr": rate * WEIGHT_RATE},
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.0)
    steps = epochs * -(-len(pairs) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (WARM_UP * steps), (steps - step) / ((1 - WARM_UP) * steps))
    )
    pieces = _pieces(tokenizer, pairs)
    beside: dict[str, list[str]] = {}
    for pair in pairs:
        beside.setdefault(pair.document, []).append(pair.passage)
    for _ in range(epochs):
        shuffled = generator.sample(list(pairs), len(pairs))
        for start in range(0, len(shuffled), BATCH):
            batch = shuffled[start : start + BATCH]
            negatives = (generator.choice(beside[pair.document]) for pair in batch)
            passages = list(dict.fromkeys([*(pair.passage for pair in batch), *negatives]))
            place = {passage: number for number, passage in enumerate(passages)}
            scores = model([pieces[pair.question] for pair in batch], [pieces[text] for text in passages])
            loss = cross_entropy(SCALE * scores, torch.tensor([place[pair.passage] for pair in batch]))
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
    return model.rows()


def save_late(rows: FloatMatrix, folder: Path) -> None:
    """Write the rows as float16 beside the encoder in `folder`."""
    save_file({"rows": rows.astype(np.float16)}, folder / LATE)


def _pieces(tokenizer: Tokenizer, pairs: Sequence[Pair]) -> dict[str, list[int]]:
    texts = list(dict.fromkeys(text for pair in pairs for text in (pair.question, pair.passage)))
    encoded = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
    return {text: one.ids for text, one in zip(texts, encoded, strict=True)}


def _padded(pieces: list[list[int]], longest: int) -> tuple[torch.Tensor, torch.Tensor]:
    """(texts, pieces) numbers, 0 where a text has ended, and 1 for every piece that is one."""
    width = max(1, min(longest, max(map(len, pieces))))
    numbers = torch.zeros(len(pieces), width, dtype=torch.long)
    mask = torch.zeros(len(pieces), width)
    for row, its in enumerate(pieces):
        its = its[:width]
        numbers[row, : len(its)] = torch.tensor(its, dtype=torch.long)
        mask[row, : len(its)] = 1
    return numbers, mask
