"""A build is new or it is not there: nothing half done answers, nothing unchanged is done again."""

from pathlib import Path

import pytest

from ingest.build import build_index
from ingest.publish import sole_writer
from rag.errors import BusyError, CorpusError, InputError
from rag.manifest import builds_folder, current_build
from rag.opening import open_current
from rag.settings import Settings
from tests.hashing_embedder import HashingEmbedder


def test_unchanged_sources_are_not_built_again(
    settings: Settings, corpus: Path, embedder: HashingEmbedder
) -> None:
    first = build_index([corpus], settings, embedder)
    seen = embedder.embedded
    again = build_index([corpus], settings, embedder)

    assert (again.changed, again.build_id, again.embedded) == (False, first.build_id, 0)
    assert embedder.embedded - seen <= 1  # the probe that tells one model from another


def test_only_changed_texts_are_embedded(settings: Settings, corpus: Path, embedder: HashingEmbedder) -> None:
    first = build_index([corpus], settings, embedder)
    path = corpus / "shili-farming.txt"
    path.write_text(path.read_text(encoding="utf8").replace("百分之十五", "百分之二十"), encoding="utf8")
    second = build_index([corpus], settings, embedder)

    # The sentence and the clause it stands in.
    assert (second.embedded, second.reused) == (2, first.passages + first.clauses - 2)


def test_a_removed_file_is_gone(settings: Settings, corpus: Path, embedder: HashingEmbedder) -> None:
    build_index([corpus], settings, embedder)
    (corpus / "shili-farming.txt").unlink()
    build_index([corpus], settings, embedder)

    assert "shili-farming" not in open_current(settings, embedder).documents


def test_another_model_embeds_everything_again(settings: Settings, corpus: Path) -> None:
    first = build_index([corpus], settings, HashingEmbedder())
    second = build_index([corpus], settings, HashingEmbedder("另一个模型"))

    assert second.embedded == first.passages + first.clauses


def test_a_bad_file_is_named_and_the_others_go_in(
    settings: Settings, corpus: Path, embedder: HashingEmbedder
) -> None:
    (corpus / "shili-bad.txt").write_bytes(b"\xff\xc1\x81 \xf5\x90")
    report = build_index([corpus], settings, embedder)

    assert report.documents == 3
    assert ["shili-bad.txt" in reason for _, reason in report.failed] == [True]


def test_when_no_file_is_left_the_old_build_stays(
    settings: Settings, corpus: Path, embedder: HashingEmbedder
) -> None:
    build_index([corpus], settings, embedder)
    before = current_build(settings.home)
    for path in corpus.iterdir():
        path.write_bytes(b"\xff\xfe")

    with pytest.raises(CorpusError, match="没有一份文件可以入库"):
        build_index([corpus], settings, embedder)
    assert current_build(settings.home) == before


def test_two_documents_cannot_share_an_id(
    settings: Settings, corpus: Path, embedder: HashingEmbedder
) -> None:
    (corpus / "copy.md").write_text("---\nid: shili-farming\n---\n示例办法\n第一条 甲。\n", encoding="utf8")
    report = build_index([corpus], settings, embedder)

    assert [("shili-farming" in reason) for _, reason in report.failed] == [True]


def test_only_the_newest_builds_are_kept(settings: Settings, corpus: Path, embedder: HashingEmbedder) -> None:
    for number in range(5):
        (corpus / "shili-farming.txt").write_text(
            f"示例办法\n第一条 甲{number}。\n第二条 乙。\n", encoding="utf8"
        )
        build_index([corpus], settings, embedder)

    assert len(list(builds_folder(settings.home).iterdir())) == settings.builds_kept


def test_a_second_writer_is_told_to_wait(settings: Settings, corpus: Path, embedder: HashingEmbedder) -> None:
    with sole_writer(settings.home), pytest.raises(BusyError, match="另一个入库进程"):
        build_index([corpus], settings, embedder)


def test_a_source_that_does_not_exist_is_named(settings: Settings, embedder: HashingEmbedder) -> None:
    with pytest.raises(InputError, match="没有这个"):
        build_index([Path("没有这个")], settings, embedder)


def test_every_passage_and_question_finds_itself(built_index: Settings) -> None:
    import numpy as np

    from rag.embedder import load_embedder

    build = open_current(built_index, load_embedder(built_index.embedding_model))
    matrix = np.load(builds_folder(built_index.home) / build.id / "vectors.npy")
    count = len(build.passages)

    assert build.vectors is not None
    assert build.question_vectors is not None
    assert build.vectors.lost_rows(matrix[:count], range(count)) == []
    assert build.question_vectors.lost_rows(matrix[count:], range(len(build.questions))) == []
