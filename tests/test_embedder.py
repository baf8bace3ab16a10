"""The numpy path must be the real model: same vectors, no torch, no NaN."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.embedder import Embedder, StaticEmbedder, TransformerEmbedder, load_embedder
from rag.errors import ModelError
from rag.settings import BUILTIN_MODEL, PROJECT_FOLDER

VARIED = [
    "到2027年，数字经济规模占地区生产总值比重达到45%。",
    "ＡＩ　大模型（全角）与 Ｈ２ 氢能",
    "小微企业贷款贴息怎么申请？",
    "第十二条　县级以上人民政府应当……",
    "How does the law define “reuse”?",
    "🙂 emoji 和生僻字：㐂𠮷龘",
    "。，！？——",
    "",
    " \n\t",
    "补贴" * 3000,
]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return load_embedder(str(BUILTIN_MODEL))


@pytest.fixture(scope="module")
def real_model():
    sentence_transformers = pytest.importorskip("sentence_transformers")
    return sentence_transformers.SentenceTransformer(str(BUILTIN_MODEL), device="cpu")


def cosine(embedder: Embedder, one: str, other: str) -> float:
    first, second = embedder.embed_matrix([one, other])
    return float(first @ second)


def test_numpy_path_gives_the_vectors_of_the_real_model(embedder: Embedder, real_model) -> None:
    assert isinstance(embedder, StaticEmbedder)
    expected = real_model.encode(VARIED)

    assert expected.dtype == np.float32
    np.testing.assert_allclose(embedder.embed_matrix(VARIED), expected, atol=1e-6, rtol=0)


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(st.text(max_size=60) | st.sampled_from(VARIED[:6]), min_size=1, max_size=5))
def test_numpy_path_gives_the_vectors_of_the_real_model_for_any_text(embedder, real_model, texts) -> None:
    np.testing.assert_allclose(embedder.embed_matrix(texts), real_model.encode(texts), atol=1e-6, rtol=0)


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(st.text(max_size=60), max_size=5))
def test_rows_have_length_one_or_are_zero(embedder: Embedder, texts: list[str]) -> None:
    matrix = embedder.embed_matrix(texts)
    lengths = np.linalg.norm(matrix, axis=1)

    assert matrix.shape == (len(texts), embedder.dimension)
    assert matrix.dtype == np.float32
    assert np.all((np.abs(lengths - 1) < 1e-5) | (lengths == 0))


@pytest.mark.parametrize("text", ["", " \n\t", "。，！？——"], ids=["empty", "blank", "punctuation"])
def test_text_without_pieces_is_a_row_of_zeros(embedder: Embedder, text: str) -> None:
    assert embedder.embed_query(text) == [0.0] * embedder.dimension


def test_a_row_does_not_depend_on_its_neighbours(embedder: Embedder) -> None:
    together = embedder.embed_matrix(VARIED * 150)

    np.testing.assert_allclose(together[-len(VARIED) :], embedder.embed_matrix(VARIED), atol=1e-6)
    np.testing.assert_allclose(embedder.embed_documents(VARIED), embedder.embed_matrix(VARIED), atol=1e-7)


@pytest.mark.parametrize(
    ("question", "answer", "unrelated"),
    [
        ("小公司没抵押能贷到款吗", "支持金融机构对中小企业发放信用贷款", "加强野生动物栖息地保护"),
        ("老板没裁员能退失业保险费吗", "对不裁员的参保企业返还失业保险费", "推进农业机械化和农机装备升级"),
        ("厂里的旧机器翻新再卖算什么", "将废旧机电产品再制造、翻新后销售", "政务新媒体应当及时回应网民留言"),
        ("信息泄露了多久要上报", "发生网络数据安全事件应当及时向主管部门报告", "鼓励举办体育竞赛表演活动"),
    ],
    ids=["loan", "insurance", "reuse", "breach"],
)
def test_everyday_question_is_closer_to_its_answer(
    embedder: Embedder, question: str, answer: str, unrelated: str
) -> None:
    assert cosine(embedder, question, answer) > cosine(embedder, question, unrelated) + 0.1


def test_width_and_case_do_not_matter_but_figures_do(embedder: Embedder) -> None:
    assert cosine(embedder, "ＡＩ补贴５０％", "ai补贴50%") == pytest.approx(1, abs=1e-6)
    assert cosine(embedder, "补贴50%", "补贴30%") < 0.999


def test_name_is_the_folder_and_its_weights(embedder: Embedder, tmp_path: Path) -> None:
    copy = shutil.copytree(BUILTIN_MODEL, tmp_path / "encoder")
    before = load_embedder(str(copy)).name
    weights = bytearray((copy / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (copy / "model.safetensors").write_bytes(weights)

    assert before == embedder.name
    assert load_embedder(str(copy)).name != before
    assert before.startswith("encoder@")


def test_embedding_never_imports_torch() -> None:
    code = (
        "import sys; from rag.embedder import load_embedder; from rag.settings import BUILTIN_MODEL;"
        "load_embedder(str(BUILTIN_MODEL)).embed_query('工业'); "
        "print(sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT_FOLDER, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


def test_shipped_files_are_small_and_name_no_absolute_path() -> None:
    files = [path for path in BUILTIN_MODEL.rglob("*") if path.is_file()]
    configuration = "".join(path.read_text(encoding="utf8") for path in files if path.suffix == ".json")

    assert sum(path.stat().st_size for path in files) <= 60_000_000
    assert not any(start in configuration for start in ('"/', "/tmp/", "/home/", "C:\\\\"))


def test_missing_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="没有这个文件夹。请检查 CHUANCE_EMBEDDING_MODEL"):
        load_embedder(str(tmp_path / "nothing"))


@pytest.mark.parametrize("name", ["modules.json", "tokenizer.json", "model.safetensors"])
def test_damaged_file_names_the_model(tmp_path: Path, name: str) -> None:
    copy = shutil.copytree(BUILTIN_MODEL, tmp_path / "encoder")
    (copy / name).write_bytes(b"{broken")

    with pytest.raises(ModelError, match=r"encoder' 无法加载：文件夹里的文件缺失或损坏"):
        load_embedder(str(copy))


def test_folder_that_is_no_model_names_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="无法加载：本机没有缓存且不能联网，或文件不完整"):
        load_embedder(str(tmp_path))


def test_unknown_hub_name_says_how_to_go_on_without_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match=r"'chuance/nothing' 无法加载：.*设为该文件夹"):
        load_embedder("chuance/nothing")


def test_model_with_prompts_is_loaded_whole_and_told_the_query(tmp_path: Path, real_model) -> None:
    copy = shutil.copytree(BUILTIN_MODEL, tmp_path / "prompted")
    settings_file = copy / "config_sentence_transformers.json"
    configured = json.loads(settings_file.read_text(encoding="utf8")) | {
        "prompts": {"query": "查询：", "document": ""}
    }
    settings_file.write_text(json.dumps(configured), encoding="utf8")
    prompted = load_embedder(str(copy))

    assert isinstance(prompted, TransformerEmbedder)
    np.testing.assert_allclose(prompted.embed_query("贷款"), real_model.encode("查询：贷款"), atol=1e-6)
    np.testing.assert_allclose(prompted.embed_matrix(["贷款"])[0], real_model.encode("贷款"), atol=1e-6)
