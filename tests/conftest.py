"""What many tests need: an isolated home, a small 示例 corpus, models that cost nothing."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Split

from ingest.build import build_index
from rag.assistant import Assistant
from rag.builds import Build
from rag.embedder import load_embedder
from rag.opening import open_current
from rag.settings import PROJECT_FOLDER, Settings
from tests.browser import launched, served
from tests.hashing_embedder import HashingEmbedder
from tests.made_once import made_once
from tests.matching_sample import DIGESTS

SAMPLES = {
    "shili-digital.txt": (
        "示例省数字经济若干措施\n\n一、夯实基础\n（一）建设算力设施。到2027年，全省智能算力达到30EFLOPS，"
        "数据中心机架利用率提高到60%以上。支持企业建设6G试验网。\n（二）开放公共数据。每年开放数据集不少于500个，"
        "优先开放交通、气象、医疗数据。\n\n二、支持企业\n（三）发放算力券。对中小企业按合同金额的20%补贴，每户每年最高50万元。"
        "\n（四）培育人才。建设数字技术工程师培训基地10个。\n"
    ),
    "shili-farming.txt": (
        "示例市农产品加工办法\n\n第一条　为了促进农产品加工业发展，制定本办法。\n第二条　对新建冷库给予投资额百分之十五的补助，"
        "单个项目不超过二百万元。\n第三条　鼓励合作社与食品企业签订订单，建设川菜预制菜基地。\n第四条　本办法自2024年5月1日起施行。\n"
    ),
    "shili-lowalt.md": (
        "---\ntitle: 示例省低空经济行动方案\nnumber: 示府发〔2024〕7号\n---\n一、开通航线\n（一）短途运输。2026年前开通通用航空"
        "短途航线40条。\n（二）无人机物流。在山区县设立无人机配送站点，按起降架次给予奖励。\n"
    ),
}
"""File name -> text of three made-up policies."""
LONGEST = (
    "test_readme", "test_files_browser", "test_page_browser", "test_train_encoder", "test_eval_gate", "test_faults",
    "test_eval_metamorphic", "test_hostile", "test_full_disk", "test_llama_server", "test_remote_store", "test_laws",
    "test_match_browser", "test_match_answers_browser", "test_store", "test_formats_office", "test_offline",
    "test_page_written_browser", "test_formats_ocr", "test_sample_run", "test_llm", "test_injection", "test_fuzz",
)  # fmt: skip
"""Files that take longest, in this order: begun last, one of them would keep a process busy when all others are done."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files; the rest follow as they were found."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONGEST)))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with an empty data folder of the test's own."""
    return Settings(home=tmp_path / "home")


@pytest.fixture
def embedder() -> HashingEmbedder:
    return HashingEmbedder()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder with the three 示例 policies, free to be changed."""
    return write_samples(tmp_path / "corpus")


def write_samples(folder: Path) -> Path:
    """Write the 示例 policies into the new folder `folder`."""
    folder.mkdir()
    for name, text in SAMPLES.items():
        (folder / name).write_text(text, encoding="utf8")
    return folder


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the index of the 示例 policies. Shared: read it, or take `indexed`."""
    folder = tmp_path_factory.mktemp("sample")
    build_index([write_samples(folder / "corpus")], Settings(home=folder / "home"), HashingEmbedder())
    return folder / "home"


@pytest.fixture(scope="session")
def build(sample_home: Path) -> Build:
    """The opened index of the 示例 policies."""
    return open_current(Settings(home=sample_home), HashingEmbedder())


@pytest.fixture
def indexed(sample_home: Path, settings: Settings) -> Settings:
    """Settings whose data folder is a copy of `sample_home`, free to be damaged."""
    shutil.copytree(sample_home, settings.home)
    return settings


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A static embedding model on disk that `load_embedder` reads without torch: random, a row a character."""
    folder = tmp_path_factory.mktemp("models") / "shili-model"
    folder.mkdir()
    characters = [chr(code) for code in (*range(0x21, 0x7F), *range(0x4E00, 0xA000))]
    vocabulary = {"?": 0} | {character: row for row, character in enumerate(characters, start=1)}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="?"))
    tokenizer.pre_tokenizer = Split(Regex("."), "isolated")
    tokenizer.save(str(folder / "tokenizer.json"))
    rows = np.random.default_rng(7).normal(size=(len(characters) + 1, 48)).astype(np.float32)
    save_file({"embedding.weight": rows}, folder / "model.safetensors")
    module = {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.StaticEmbedding"}
    (folder / "modules.json").write_text(json.dumps([module]), encoding="utf8")
    return folder


@pytest.fixture(scope="session")
def built_index(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a data folder that holds the index of corpus/policies, made with the built-in model."""
    return copied_index(tmp_path_factory, "policies")


@pytest.fixture(scope="session")
def whole_index(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The same of all that is shipped, policies and digests."""
    return copied_index(tmp_path_factory, "policies", "digests")


def copied_index(factory: pytest.TempPathFactory, *folders: str) -> Settings:
    """Settings of a copy for this process of the index of `folders` of corpus/, made with the built-in model."""
    name = "-and-".join(folders)
    sources = [PROJECT_FOLDER / "corpus" / folder for folder in folders]

    def make(home: Path) -> None:
        settings = Settings(home=home)
        build_index(sources, settings, load_embedder(settings.embedding_model))

    home = factory.mktemp(name) / "home"
    shutil.copytree(made_once(factory, f"index-of-{name}", make), home)
    return Settings(home=home)


@pytest.fixture(scope="session")
def decision(built_index: Settings) -> Assistant:
    """An assistant over corpus/policies with the built-in model and the written questions."""
    return Assistant.open(built_index)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of one file: while it is open, nothing else in the process may run an event loop."""
    with launched() as found:
        yield found


@pytest.fixture(scope="session")
def matching_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running page over the digests that the 政策匹配 tab is tried on; it keeps nothing of who asks."""
    with served(tmp_path_factory.mktemp("match") / "home", *DIGESTS) as found:
        yield found
