"""Text -> vector: the only home of sentence-transformers at query time.

A static model in a local folder (the built-in one, or any other StaticEmbedding) is
read with tokenizers, safetensors and numpy: a text's vector is the mean of its pieces'
rows, scaled to length 1, the same as `SentenceTransformer.encode` gives to 1e-6 and
without the seconds that importing torch takes. Every other model is loaded with the
real `SentenceTransformer`.
"""

import hashlib
import json
import os
from abc import abstractmethod
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from rag.errors import ModelError

FloatMatrix = NDArray[np.float32]

_BATCH: Final = 1024
"""Texts summed at once: bounds the rows held in memory to some 100 MB for long passages."""
LATE: Final = "late.safetensors"
"""Rows for late interaction beside a static model's own (ingest.train_late); without the file its own serve."""
_STATIC_MODULES: Final = (["StaticEmbedding"], ["StaticEmbedding", "Normalize"])


class Embedder(Embeddings):
    """A LangChain `Embeddings` that also gives whole matrices; see `load_embedder`."""

    name: str
    """Stable name for the index manifest: `encoder@1a2b3c4d` (folder and weights), or the hub name."""
    dimension: int

    @abstractmethod
    def embed_matrix(self, texts: Sequence[str]) -> FloatMatrix:
        """(n, dimension) float32, one row of length 1 a text.

        A text in which the model knows nothing (empty, punctuation only) gets a row
        of zeros, never NaN: its cosine with everything is 0.
        """

    def pieces(self, texts: Sequence[str]) -> list[list[int]] | None:
        """The pieces of every text as row numbers of `late_rows`; None when the model has none."""
        return None

    @property
    def late_rows(self) -> FloatMatrix | None:
        """(pieces, dimension) float32 for rag.late; None when the model is no static one."""
        return None

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """`embed_matrix` as lists, for LangChain."""
        rows: list[list[float]] = self.embed_matrix(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question; models that tell questions from passages are told."""
        return self.embed_documents([text])[0]


class StaticEmbedder(Embedder):
    """Means of piece vectors, summed in numpy."""

    def __init__(
        self, name: str, tokenizer: Tokenizer, rows: FloatMatrix, late: FloatMatrix | None = None
    ) -> None:
        self.name = name
        self.dimension = int(rows.shape[1])
        self._tokenizer = tokenizer
        self._rows = rows
        self._late = rows if late is None else late

    def embed_matrix(self, texts: Sequence[str]) -> FloatMatrix:
        """(n, dimension) float32; some 12,000 sentences of 44 characters a second on two busy cores."""
        matrix = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            matrix[start : start + _BATCH] = self._sums(list(texts[start : start + _BATCH]))
        return unit_rows(matrix)

    def pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """The pieces of every text as row numbers."""
        encoded = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [one.ids for one in encoded]

    @property
    def late_rows(self) -> FloatMatrix:
        """(pieces, dimension) float32."""
        return self._late

    def _sums(self, texts: list[str]) -> FloatMatrix:
        """Sums of piece rows: a mean differs from them only in length, which is scaled away."""
        pieces = self.pieces(texts)
        sums = np.zeros((len(texts), self.dimension), dtype=np.float32)
        lengths = np.fromiter(map(len, pieces), dtype=np.int64, count=len(pieces))
        filled = np.flatnonzero(lengths)
        if filled.size:
            numbers = np.fromiter(chain.from_iterable(pieces), dtype=np.int64, count=int(lengths.sum()))
            starts = (np.cumsum(lengths) - lengths)[filled]
            sums[filled] = np.add.reduceat(self._rows[numbers], starts, axis=0)
        return sums


class TransformerEmbedder(Embedder):
    """Any other sentence-transformers model."""

    def __init__(self, name: str, model: Any) -> None:  # noqa: ANN401 (SentenceTransformer is imported late)
        self.name = name
        self.dimension = int(model.get_embedding_dimension())
        self._model = model

    def embed_matrix(self, texts: Sequence[str]) -> FloatMatrix:
        """(n, dimension) float32, encoded as documents."""
        return self._unit(self._model.encode_document(list(texts), show_progress_bar=False))

    def embed_query(self, text: str) -> list[float]:
        """The vector of `text`, encoded as a query (with the model's own prompt where it has one)."""
        row: list[float] = self._unit(self._model.encode_query([text], show_progress_bar=False))[0].tolist()
        return row

    def _unit(self, encoded: NDArray[np.floating[Any]]) -> FloatMatrix:
        return unit_rows(np.nan_to_num(np.asarray(encoded, dtype=np.float32)).reshape(-1, self.dimension))


def load_embedder(name_or_path: str) -> Embedder:
    """Load a model from a local folder or, by its hub name, from the cache or the network.

    Raises:
        ModelError: there is no such model here, or its files cannot be read.
    """
    folder = Path(name_or_path).expanduser()
    if not folder.is_dir():
        if _looks_like_path(name_or_path):
            raise ModelError(
                f"模型 {name_or_path!r} 无法加载：没有这个文件夹。请检查 CHUANCE_EMBEDDING_MODEL，去掉它就用自带的模型。"
            )
        return TransformerEmbedder(name_or_path, _sentence_transformer(name_or_path))
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        if _is_static(folder):
            return _load_static(folder)
        name = _local_name(folder)
    except Exception as problem:  # parsers of damaged files raise whatever they like
        raise ModelError(
            f"模型 {name_or_path!r} 无法加载：文件夹里的文件缺失或损坏（{problem}）。请重新下载或复制整个文件夹。"
        ) from problem
    return TransformerEmbedder(name, _sentence_transformer(str(folder)))


def unit_rows(matrix: FloatMatrix) -> FloatMatrix:
    """Rows scaled to length 1; rows (nearly) without length become zero."""
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.where(lengths > 1e-12, matrix / np.maximum(lengths, 1e-12), 0).astype(np.float32, copy=False)


def _load_static(folder: Path) -> StaticEmbedder:
    part = folder / json.loads((folder / "modules.json").read_text(encoding="utf8"))[0]["path"]
    tokenizer = Tokenizer.from_file(str(part / "tokenizer.json"))
    tokenizer.no_padding()
    rows = _rows(load_file(part / "model.safetensors"))
    if tokenizer.get_vocab_size() > len(rows):
        raise ValueError(f"词表有 {tokenizer.get_vocab_size()} 项，向量只有 {len(rows)} 行")
    late = load_file(part / LATE)["rows"].astype(np.float32) if (part / LATE).exists() else None
    return StaticEmbedder(_local_name(folder), tokenizer, rows, late)


def _rows(tensors: dict[str, NDArray[Any]]) -> FloatMatrix:
    """One float32 row a piece, from either layout that StaticEmbedding.load reads.

    `embeddings` with `weights` is model2vec's layout; sentence-transformers multiplies
    it in float32, so that float16 rows can be stored without computing in float16.
    """
    if "embedding.weight" in tensors:
        return tensors["embedding.weight"].astype(np.float32)
    rows = tensors["embeddings"].astype(np.float32)
    if "mapping" in tensors:
        rows = rows[tensors["mapping"].astype(np.int64)]
    return rows * tensors["weights"].astype(np.float32)[:, None] if "weights" in tensors else rows


def _is_static(folder: Path) -> bool:
    """Whether the folder holds a StaticEmbedding, at most normalised, that adds no prompts."""
    if not (folder / "modules.json").exists():
        return False
    modules = json.loads((folder / "modules.json").read_text(encoding="utf8"))
    settings = folder / "config_sentence_transformers.json"
    prompts = (
        json.loads(settings.read_text(encoding="utf8")).get("prompts") or {} if settings.exists() else {}
    )
    return [module["type"].rpartition(".")[2] for module in modules] in _STATIC_MODULES and not any(
        prompts.values()
    )


def _local_name(folder: Path) -> str:
    """Folder name and eight hexadecimal digits of the weights and the tokenizer beside them."""
    digest = hashlib.sha256()
    for path in sorted(
        [*folder.rglob("*.safetensors"), *folder.rglob("*.bin"), *folder.rglob("tokenizer.json")]
    ):
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return f"{folder.resolve().name}@{digest.hexdigest()[:8]}"


def _sentence_transformer(name_or_path: str) -> Any:  # noqa: ANN401 (an untyped library's class)
    try:
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(name_or_path)
    except Exception as problem:  # OSError, ValueError, network and parser errors of four libraries
        raise ModelError(
            f"模型 {name_or_path!r} 无法加载：本机没有缓存且不能联网，或文件不完整（{type(problem).__name__}）。"
            "请先下载到本地文件夹，再把 CHUANCE_EMBEDDING_MODEL 设为该文件夹。"
        ) from problem


def _looks_like_path(name: str) -> bool:
    """A hub name is `name` or `owner/name`; everything else was meant as a folder."""
    return name.startswith(("/", ".", "~")) or "\\" in name or name.count("/") > 1 or not name.strip()
