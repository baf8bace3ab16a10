"""Our system and those it is measured against, under the names that reports show, ours first."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Final, NamedTuple

from eval.baselines import PlainPipeline, always_refuse, bm25_sentences, oracle, random_clause, top_clause
from eval.cases import Case, clause_of
from eval.ranked import ask_ranked
from rag.assistant import Assistant
from rag.builds import Build
from rag.embedder import Embedder
from rag.errors import InputError, ModelError
from rag.types import Answer

OURS: Final = "川策问答"
ORACLE: Final = "金标（上限）"


class Answered(NamedTuple):
    """An answer, and the ids of clauses and items that were ranked for it, best first, where a system tells."""

    answer: Answer
    ranked: tuple[str, ...] = ()


Answerer = Callable[[Case], Answered]


@contextmanager
def systems(
    assistant: Assistant, *, baselines: bool = True, peers: bool = False, seed: int = 0
) -> Iterator[dict[str, Answerer]]:
    """Every system by name; what they keep on the disk is gone afterwards.

    All answer from the build that is current now. `seed` chooses the random clauses.

    Raises:
        ModelError: a system to compare with needs the embedding model and it could not be loaded.
        InputError: the packages of the peers are not installed.
    """
    build = assistant.library.current()
    found: dict[str, Answerer] = {OURS: our_system(assistant, build)}
    with ExitStack() as stack:
        if baselines:
            plain = stack.enter_context(PlainPipeline(build, _embedder(assistant)))
            found |= {
                "普通 LangChain 流程": lambda case: Answered(plain(case.question, gold_clauses(case, build))),
                "BM25 字（首句）": of_question(bm25_sentences(build, 1)),
                "BM25 字（前三句）": of_question(bm25_sentences(build, 3)),
                "BM25 词（首句）": of_question(bm25_sentences(build, 1, "passage_words")),
                "首条全文": of_question(top_clause(build)),
                "随机一条": of_question(random_clause(build, seed)),
                "一律拒答": of_question(always_refuse),
                ORACLE: lambda case: Answered(oracle(case, build)),
            }
        if peers:
            found |= _peers(assistant, build)
        yield found


def our_system(assistant: Assistant, build: Build) -> Answerer:
    """The assistant, asked of everything in the build, as of the day that a question is about."""
    return lambda case: Answered(*ask_ranked(case.question, assistant, day=case.as_of, build=build))


def _peers(assistant: Assistant, build: Build) -> dict[str, Answerer]:
    try:
        from eval.peers import HaystackPipeline, LlamaIndexPipeline
    except ImportError as problem:
        raise InputError(
            f"要与其他框架比较，请先运行 pip install -r requirements-peers.txt（{problem.name} 没有安装）。"
        ) from problem
    llama, haystack = (made(build, _embedder(assistant)) for made in (LlamaIndexPipeline, HaystackPipeline))
    return {
        "LlamaIndex 默认流程": lambda case: Answered(llama(case.question, gold_clauses(case, build))),
        "Haystack 默认流程": lambda case: Answered(haystack(case.question, gold_clauses(case, build))),
    }


def gold_clauses(case: Case, build: Build) -> frozenset[str]:
    """Ids of all clauses that are right somewhere in the answer."""
    return frozenset(clause_of(name, build) for slot in case.gold_clauses for name in slot)


def _embedder(assistant: Assistant) -> Embedder:
    if assistant.embedder is None:
        raise ModelError("嵌入模型未能加载，无法与普通 LangChain 流程对比。请检查 CHUANCE_EMBEDDING_MODEL。")
    return assistant.embedder


def of_question(answerer: Callable[[str], Answer]) -> Answerer:
    """A system that knows nothing of the case but its question."""
    return lambda case: Answered(answerer(case.question))
