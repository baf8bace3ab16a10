"""Opening an index: whole or refused, other models named, newer builds followed."""

import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ingest.build import build_index
from rag.builds import Build
from rag.errors import StoreError
from rag.library import RETRY_AFTER, Library
from rag.manifest import builds_folder, current_build, point_to, read_manifest
from rag.opening import open_build, open_current, tolerated
from rag.settings import Settings
from tests.hashing_embedder import HashingEmbedder


class Clock:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def folder_of(settings: Settings) -> Path:
    return builds_folder(settings.home) / str(current_build(settings.home))


def publish_changed(settings: Settings, corpus: Path, text: str) -> None:
    """Publish a newer build in which one policy reads `text`."""
    (corpus / "shili-farming.txt").write_text(text, encoding="utf8")
    build_index([corpus], settings, HashingEmbedder())


def test_a_build_holds_every_character_of_its_documents(build: Build) -> None:
    assert len(build.documents) == 3
    for document in build.documents.values():
        assert "".join(clause.text for clause in build.clauses_of(document.id)) == document.text
    for passage in build.passages:
        assert build.documents[passage.document_id].text[passage.start : passage.end] == passage.text


def test_rows_lead_from_a_passage_to_its_clause_and_document(build: Build) -> None:
    for row, passage in enumerate(build.passages):
        assert build.clauses[build.clause_row_of_passage[row]].id == passage.clause_id
        assert build.document_of_passage[row] == passage.document_id
        assert passage in build.passages_of(passage.clause_id)
    assert build.clauses_of("shili-none") == build.passages_of("shili-none") == ()


def test_a_text_and_its_vector_find_the_same_rows(build: Build) -> None:
    question = "冷库补助多少"
    vector = HashingEmbedder().embed_query(question)
    found = build.vector_scores(question, 5)

    assert found == build.vector_scores(vector, 5) == build.vector_scores(np.array(vector), 5)
    assert "冷库" in build.passages[found[0][0]].text
    assert {
        build.document_of_passage[row] for row, _ in build.vector_scores(vector, 9, ["shili-lowalt"])
    } == {"shili-lowalt"}


def test_without_an_index_the_command_to_run_is_named(settings: Settings) -> None:
    with pytest.raises(StoreError, match="请先运行 python -m ingest"):
        open_current(settings, HashingEmbedder())


def test_another_model_is_named_and_keywords_still_answer(indexed: Settings) -> None:
    build = open_current(indexed, HashingEmbedder("另一模型"))

    assert "示例模型" in str(build.vector_problem)
    assert "另一模型" in str(build.vector_problem)
    assert build.vector_scores("冷库", 5) == []
    assert build.lexical.scores("passage_grams", "冷库").max() > 0


@pytest.mark.parametrize(
    "changed", [HashingEmbedder(seed=1), HashingEmbedder(dimension=64)], ids=["weights", "dimension"]
)
def test_a_model_changed_under_its_old_name_is_noticed(indexed: Settings, changed: HashingEmbedder) -> None:
    assert "名字相同" in str(open_current(indexed, changed).vector_problem)


def test_without_a_model_keywords_still_answer(indexed: Settings) -> None:
    build = open_current(indexed, None)

    assert "示例模型" in str(build.vector_problem)
    assert build.lexical.scores("clause_grams", "冷库").max() > 0


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x01
    path.write_bytes(content)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-2])


def lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


@pytest.mark.parametrize("damage", [flip, truncate, lengthen, Path.unlink])
def test_damage_to_any_file_is_refused_with_the_command_that_heals(
    indexed: Settings, damage: Callable[[Path], None]
) -> None:
    names = [*read_manifest(folder_of(indexed)).files, "manifest.json"]
    expected = {"passages.jsonl", "supports.jsonl", "vectors.npy", "chroma/chroma.sqlite3"}
    assert {*expected, "lexical/passage_grams/data.csc.index.npy"} < set(names)
    for path in (folder_of(indexed) / name for name in names):
        original = path.read_bytes()
        if damage is lengthen and path.name == "manifest.json":
            continue  # white space at the end of JSON means nothing
        if not original:
            continue
        damage(path)
        with pytest.raises(StoreError, match="python -m ingest --rebuild"):
            open_current(indexed, HashingEmbedder())
        path.write_bytes(original)
    assert open_current(indexed, HashingEmbedder()).vector_problem is None


@pytest.mark.parametrize("part", ["chroma", "lexical", "chroma/chroma.sqlite3"])
def test_a_lost_part_of_the_index_is_refused(indexed: Settings, part: str) -> None:
    path = folder_of(indexed) / part
    shutil.rmtree(path) if path.is_dir() else path.unlink()

    with pytest.raises(StoreError, match="python -m ingest --rebuild"):
        open_current(indexed, HashingEmbedder())


@pytest.mark.parametrize("pointed", ["20200101T000000000Z", "../..", "."])
def test_a_pointer_to_a_missing_build_is_refused(indexed: Settings, pointed: str) -> None:
    point_to(indexed.home, pointed)

    with pytest.raises(StoreError, match="python -m ingest --rebuild"):
        open_current(indexed, HashingEmbedder())


@pytest.mark.parametrize("content", [b"\xff\xfe", b"\x00" * 20])
def test_a_pointer_of_noise_is_refused(indexed: Settings, content: bytes) -> None:
    (indexed.home / "current").write_bytes(content)

    with pytest.raises(StoreError, match="python -m ingest"):
        open_current(indexed, HashingEmbedder())


def test_a_new_build_is_seen_without_a_restart(indexed: Settings, corpus: Path) -> None:
    clock = Clock()
    library = Library(indexed, HashingEmbedder(), check_every=1.0, clock=clock)
    old = library.current()
    publish_changed(indexed, corpus, "示例市办法\n\n第一条　新建冷库给予补助三百万元。\n")

    assert library.current() is old
    clock.now += 1.0
    new = library.current()

    assert "三百万元" in new.passages[new.vector_scores("冷库补助", 1)[0][0]].text
    assert "二百万元" in old.passages[old.vector_scores("冷库补助", 1)[0][0]].text
    assert library.current() is new


def test_a_new_build_is_seen_within_real_seconds(indexed: Settings, corpus: Path) -> None:
    library = Library(indexed, HashingEmbedder(), check_every=0.05)
    old = library.current().id
    publish_changed(indexed, corpus, "示例市办法\n\n第一条　新建冷库给予补助三百万元。\n")
    threading.Event().wait(0.06)

    assert library.current().id != old


def test_a_damaged_newer_build_leaves_the_older_one_answering(indexed: Settings, corpus: Path) -> None:
    clock = Clock()
    library = Library(indexed, HashingEmbedder(), clock=clock)
    old = library.current()
    publish_changed(indexed, corpus, "示例市办法\n\n第一条　新建冷库给予补助三百万元。\n")
    name, hidden = folder_of(indexed) / "passages.jsonl", folder_of(indexed) / "hidden"
    name.rename(hidden)
    clock.now += 1.0

    assert library.current() is old
    assert "passages.jsonl" in str(library.problem)

    hidden.rename(name)
    clock.now += RETRY_AFTER
    assert library.current() is not old
    assert library.problem is None


def test_a_vanished_pointer_leaves_the_build_answering(indexed: Settings) -> None:
    clock = Clock()
    library = Library(indexed, HashingEmbedder(), clock=clock)
    (indexed.home / "current").unlink()
    clock.now += 1.0

    assert library.current().vector_scores("冷库", 1)


def test_an_answer_under_way_survives_the_removal_of_its_build(indexed: Settings) -> None:
    build = open_current(indexed, HashingEmbedder())
    shutil.rmtree(indexed.home)

    assert build.vector_scores("冷库", 3, ["shili-farming"])
    assert build.lexical.scores("passage_grams", "冷库").max() > 0


def test_readers_never_fail_while_builds_are_switched(indexed: Settings, corpus: Path) -> None:
    library, stop = Library(indexed, HashingEmbedder(), check_every=0.0), threading.Event()

    def read() -> set[str]:
        seen = set()
        while not stop.is_set():
            build = library.current()
            assert "冷库" in build.passages[build.vector_scores("冷库补助", 1)[0][0]].text
            seen.add(build.id)
        return seen

    with ThreadPoolExecutor(8) as pool:
        readers = [pool.submit(read) for _ in range(8)]
        try:
            for amount in "三四五":
                publish_changed(indexed, corpus, f"示例市办法\n\n第一条　新建冷库给予补助{amount}百万元。\n")
        finally:
            stop.set()
        seen = set().union(*(reader.result() for reader in readers))

    assert len(seen) >= 2
    assert library.current().id == current_build(indexed.home)


def test_a_build_opens_by_its_folder(indexed: Settings) -> None:
    assert open_build(folder_of(indexed), HashingEmbedder()).id == current_build(indexed.home)


@pytest.mark.parametrize(
    ("checked", "passages", "allowed"),
    [(64, 19_999, 0), (19_999, 19_999, 0), (64, 20_000, 3), (448_000, 448_000, 4480)],
)
def test_only_a_large_index_may_miss_a_few(checked: int, passages: int, allowed: int) -> None:
    assert tolerated(checked, passages) == allowed
