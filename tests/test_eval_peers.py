"""The default pipelines of other frameworks answer from the same documents and cite them truly."""

import importlib.util
from collections.abc import Iterator

import pytest

from eval.metrics import clause_id_of, false_quotes
from eval.systems import OURS, Answerer, systems
from rag.assistant import Assistant
from rag.errors import InputError
from tests.eval_sample import CASE
from tests.sample import NOTICE, assistant_for

INSTALLED = all(importlib.util.find_spec(name) for name in ("llama_index", "haystack"))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return assistant_for(tmp_path_factory.mktemp("peers"), 示例=NOTICE)


@pytest.fixture
def peers(sample: Assistant) -> Iterator[dict[str, Answerer]]:
    with systems(sample, baselines=False, peers=True) as found:
        yield {name: answerer for name, answerer in found.items() if name != OURS}


@pytest.mark.skipif(not INSTALLED, reason="requirements-peers.txt is not installed")
def test_every_peer_answers_with_a_chunk_and_cites_where_it_stands(
    peers: dict[str, Answerer], sample: Assistant
) -> None:
    build = sample.library.current()

    assert set(peers) == {"LlamaIndex 默认流程", "Haystack 默认流程"}
    for answerer in peers.values():
        answer = answerer(CASE).answer
        assert (answer.status, false_quotes(answer.citations, build)) == ("answered", 0)
        assert answer.answer.strip() in build.documents["示例"].text
        assert all(clause_id_of(citation, build) in build.clause_by_id for citation in answer.citations)


@pytest.mark.skipif(INSTALLED, reason="requirements-peers.txt is installed")
def test_without_their_packages_one_is_told_what_to_install(sample: Assistant) -> None:
    with pytest.raises(InputError, match="requirements-peers"), systems(sample, peers=True):
        pass
