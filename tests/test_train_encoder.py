"""The trainer learns, on a few hundred lines, what a model without training does not know."""

import random
from itertools import product
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from ingest import training_data
from ingest.training_data import DEVELOPMENT, HELD_OUT, Pair
from rag.embedder import load_embedder

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the training data is not part of the repository")

SAYINGS = {
    "找银行借钱": "申请信用贷款",
    "招不到人": "引进技能人才",
    "电费太贵": "降低用电成本",
    "想盖厂房": "保障工业用地",
}
"""What an owner says, and the words of a policy for it: no character in common."""
PLACES = ["食品", "纺织", "机械", "电子", "化工", "医药", "建材", "汽车"]


def pairs() -> list[Pair]:
    return [
        Pair(f"{place}公司{said}怎么办", f"支持{place}企业{written}，由主管部门负责。", place, written)
        for place, (said, written) in product(PLACES, SAYINGS.items())
    ]


def lines() -> list[str]:
    generator = random.Random(1)
    return [
        text
        for _ in range(10)
        for pair in generator.sample(pairs(), 32)
        for text in (pair.question, pair.passage)
    ]


@pytest.fixture(scope="module")
def train_encoder() -> ModuleType:
    """Imported here alone: with torch it takes seconds, also where other tests are asked for."""
    found: ModuleType = pytest.importorskip(
        "ingest.train_encoder", reason="needs requirements-train.txt", exc_type=ImportError
    )
    return found


@pytest.fixture(scope="module")
def trained(train_encoder: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model trained by every step of the script, on `lines` and `pairs`."""
    folder = tmp_path_factory.mktemp("encoder")
    tokenizer = train_encoder.train_vocabulary(lines(), 200)
    counts = train_encoder.write_pieces(lines(), tokenizer, folder / "pieces.txt")
    matrix = train_encoder.word_vectors(folder / "pieces.txt", len(counts), 1)
    rows = train_encoder.weighted(matrix, counts)
    columns = train_encoder.as_columns(pairs(), negatives=1)
    model = train_encoder.start_model(tokenizer, rows)
    train_encoder.contrast(model, columns, folder, epochs=40, rate=1e-2)
    train_encoder.save(model, folder / "model")
    return folder / "model"


def test_everyday_words_find_the_words_of_the_policy(trained: Path) -> None:
    embedder = load_embedder(str(trained))
    similarity = embedder.embed_matrix(list(SAYINGS)) @ embedder.embed_matrix(list(SAYINGS.values())).T

    assert similarity.argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_saved_model_loads_as_float32_and_agrees(trained: Path) -> None:
    sentence_transformers = pytest.importorskip("sentence_transformers")
    expected = sentence_transformers.SentenceTransformer(str(trained), device="cpu").encode(lines()[:50])

    assert expected.dtype == np.float32
    np.testing.assert_allclose(load_embedder(str(trained)).embed_matrix(lines()[:50]), expected, atol=1e-6)


def test_digits_stand_alone_and_punctuation_is_dropped(train_encoder: ModuleType) -> None:
    tokenizer = train_encoder.train_vocabulary([*lines(), "比重达到45%。", "2027年"], 200)

    assert tokenizer.encode("４５％，").tokens == ["4", "5", "%"]


def test_frequent_pieces_weigh_less(train_encoder: ModuleType) -> None:
    rows = train_encoder.weighted(np.eye(4, 256, dtype=np.float32), np.array([1_000_000, 1000, 10, 1]))
    lengths = np.linalg.norm(rows, axis=1)

    assert np.all(np.diff(lengths) > 0)


def test_negatives_are_other_clauses_of_the_same_document(train_encoder: ModuleType) -> None:
    columns = train_encoder.as_columns(pairs(), negatives=1)
    written = {pair.passage: pair for pair in pairs()}

    for positive, negative in zip(columns["positive"], columns["negative_0"], strict=True):
        assert written[positive].document == written[negative].document
        assert written[positive].clause != written[negative].clause


def test_late_rows_learn_which_piece_meets_which(train_encoder: ModuleType) -> None:
    from ingest.train_late import train_late
    from rag.late import PieceIndex

    tokenizer = train_encoder.train_vocabulary(lines(), 200)
    rows = np.random.default_rng(5).normal(size=(tokenizer.get_vocab_size(), 32)).astype(np.float32)
    index = PieceIndex.of([tokenizer.encode(text).ids for text in SAYINGS.values()])

    def lead(model: np.ndarray) -> float:
        """How much better the right passages score than the others."""
        scores = np.array([index.scores(tokenizer.encode(said).ids, range(4), model) for said in SAYINGS])
        return float(scores.trace() / 4 - (scores.sum() - scores.trace()) / 12)

    trained = train_late(tokenizer, rows, pairs(), epochs=40, rate=1e-2, seed=1)

    assert lead(trained) > lead(rows) + 0.2


@needs_data
def test_held_out_documents_are_in_no_training_pair_and_no_text() -> None:
    asked = {pair.passage for pair in training_data.policy_pairs(DATA, held_out=True)}
    trained_on = training_data.policy_pairs(DATA)
    text = "\n".join(training_data.texts(DATA))

    assert {pair.document for pair in training_data.policy_pairs(DATA, held_out=True)} == DEVELOPMENT
    assert not HELD_OUT & {pair.document for pair in trained_on}
    # Five such sentences stand word for word in other laws too.
    assert sum(passage in text for passage in asked if len(passage) > 30) <= 5


@needs_data
def test_benchmark_questions_are_never_trained_on() -> None:
    tested = {
        record["question"].strip()
        for record in training_data.read_lines(DATA / "lay_query_to_article" / "pairs.jsonl.xz")
        if record["split"] != "train" or not record["src"].startswith("lawyerllama")
    }
    tested |= {
        record["question"].strip() for record in training_data.read_lines(DATA / "stard" / "queries.jsonl.xz")
    }

    assert not tested & {pair.question.strip() for pair in training_data.generic_pairs(DATA)}


@needs_data
def test_the_script_runs_from_data_to_figures(
    train_encoder: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train_encoder.main(
        DATA,
        tmp_path / "work",
        tmp_path / "model",
        stride=400,
        vocabulary=2000,
        word_epochs=1,
        epochs=1,
        policy_epochs=1,
        late_epochs=1,
    )
    figures = capsys.readouterr().out

    assert "vocabulary: 2000 pieces" in figures
    assert all(method in figures for method in ("BM25", "encoder", "mixed"))
    embedder = load_embedder(str(tmp_path / "model"))
    assert embedder.late_rows is not None
    assert embedder.late_rows.shape[1] == embedder.dimension == train_encoder.DIMENSION
    assert (tmp_path / "model" / "late.safetensors").is_file()
