"""Generated questions stand beside the written ones, survive what befalls a disk, and go the same way into the index."""

import json
import resource
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.build import build_index
from ingest.expand import IN_HOME, QUESTIONS, QuestionFiles, WrittenQuestion, attach, read_questions
from ingest.expand_files import Keeper, folder_of
from ingest.lint import lint
from rag.builds import Build
from rag.errors import CorpusError, StoreError
from rag.manifest import Source
from rag.opening import open_current
from rag.retrieve import retrieve
from rag.settings import Settings
from rag.types import Clause, Document, Passage
from rag.understand import understand
from tests.hashing_embedder import HashingEmbedder
from tests.test_digests import BODY
from tests.test_digests import written as digest

FARMING = "shili-farming"
FREEZER = "对新建冷库给予投资额百分之十五的补助，单个项目不超过二百万元。"
GENERATED = {"generated": True, "model": "示例模型", "prompt": "0123456789ab"}


def written(home: Path) -> list[str]:
    return [one.question for one in read_questions(home / IN_HOME / f"{FARMING}.jsonl")]


def test_after_the_next_ingest_the_question_finds_its_clause(corpus: Path, settings: Settings) -> None:
    question = "合作社盖冻品仓房划算不？"
    embedder = HashingEmbedder()
    build_index([corpus], settings, embedder)
    before = open_current(settings, embedder)
    passage = next(one for one in before.passages if one.text == FREEZER)
    document = before.documents[FARMING]
    folder = folder_of(document, before, settings.home)
    Keeper(document, folder, settings.home, GENERATED).keep("第二条", passage, [question], {})

    report = build_index([corpus], settings, embedder)

    after = open_current(settings, embedder)
    assert (report.changed, report.questions, report.embedded) == (True, 1, 1)
    assert [(one.text, one.clause_id, one.start) for one in after.questions] == [
        (question, passage.clause_id, passage.start)
    ]
    assert _first(question, before) != passage.clause_id
    assert _first(question, after) == passage.clause_id
    assert not build_index([corpus], settings, embedder).changed
    assert build_index([corpus], settings, embedder, with_questions=False).questions == 0


def _first(question: str, build: Build) -> str:
    found = retrieve(understand(question, policies=(FARMING,)), build, HashingEmbedder())
    return found.candidates[0].clause.id


def test_half_a_line_left_by_a_power_cut_goes(build: Build, tmp_path: Path) -> None:
    path = tmp_path / "questions" / f"{FARMING}.jsonl"
    keeper, passage = _keeper(build, tmp_path), build.passages[0]
    keeper.keep("第一条", passage, ["示例问法一是什么？"], {})
    with path.open("ab") as target:
        target.write('{"clause": "第一条", "sentence": "半'.encode()[:-1])

    assert written(tmp_path) == ["示例问法一是什么？"]
    keeper.keep("第一条", passage, ["示例问法二是什么？"], {})
    assert written(tmp_path) == ["示例问法一是什么？", "示例问法二是什么？"]


def test_a_last_line_without_a_line_break_stays(build: Build, tmp_path: Path) -> None:
    path = tmp_path / "questions" / f"{FARMING}.jsonl"
    keeper, passage = _keeper(build, tmp_path), build.passages[0]
    keeper.keep("第一条", passage, ["示例问法一是什么？"], {})
    path.write_bytes(path.read_bytes().rstrip())
    keeper.keep("第一条", passage, ["示例问法二是什么？"], {})

    assert written(tmp_path) == ["示例问法一是什么？", "示例问法二是什么？"]


def test_on_a_full_disk_nothing_half_written_is_left(build: Build, tmp_path: Path) -> None:
    path = tmp_path / "questions" / f"{FARMING}.jsonl"
    keeper, passage = _keeper(build, tmp_path), build.passages[0]
    keeper.keep("第一条", passage, ["示例问法一是什么？"], {})
    before = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 20, limits[1]))
    try:
        with pytest.raises(StoreError, match="请检查磁盘空间"):
            keeper.keep("第一条", passage, ["示例问法二是什么？"], {})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert path.read_bytes() == before


def _keeper(build: Build, home: Path) -> Keeper:
    return Keeper(build.documents[FARMING], home / "questions", home, GENERATED)


def test_questions_of_the_projects_own_corpus_stand_beside_the_written_ones(
    build: Build, tmp_path: Path
) -> None:
    document = build.documents[FARMING]
    sources = (Source("corpus/policies/示例.md", "", FARMING),)
    shipped = replace(build, manifest=replace(build.manifest, sources=sources))

    assert folder_of(document, shipped, tmp_path) == QUESTIONS
    assert folder_of(document, build, tmp_path) == tmp_path / "questions"


def test_a_very_long_id_has_a_file_of_its_own(build: Build, tmp_path: Path) -> None:
    document = replace(build.documents[FARMING], id="示例" * 60)
    Keeper(document, tmp_path / "questions", tmp_path, GENERATED).keep(
        "第一条", build.passages[0], ["示例问什么？"], {}
    )

    assert [one.question for one in QuestionFiles(tmp_path).of(document)] == ["示例问什么？"]


@pytest.mark.parametrize(
    ("provenance", "clean"),
    [
        (GENERATED, True),
        ({"generated": True}, False),
        ("示例", False),
        ({**GENERATED, "generated": 1}, False),
        ({**GENERATED, "model": ""}, False),
        ({**GENERATED, "prompt": "示例"}, False),
    ],
)
def test_lint_accepts_a_whole_provenance(tmp_path: Path, provenance: object, clean: bool) -> None:
    digest(tmp_path)
    _write(tmp_path, {"policy": "shili", "title": "示例办法"}, {"sentence": BODY, "provenance": provenance})

    findings = lint(tmp_path, tmp_path).findings

    assert [("provenance" in one.problem) for one in findings] == ([] if clean else [True])


def test_lint_finds_a_question_about_a_sentence_that_is_gone(tmp_path: Path) -> None:
    digest(tmp_path)
    _write(tmp_path, {"policy": "shili", "title": "示例办法"}, {"sentence": "对示例企业免费。"})

    assert [one.file for one in lint(tmp_path, tmp_path).findings] == ["shili.md"]


def test_a_file_that_does_not_say_whose_questions_follow_is_named(tmp_path: Path) -> None:
    _write(tmp_path, {"title": "示例办法"})

    with pytest.raises(CorpusError, match=r"shili\.jsonl 第 1 行"):
        QuestionFiles(tmp_path)


def test_questions_by_id_and_by_title_count_on(tmp_path: Path) -> None:
    _write(tmp_path, {"policy": "shili", "title": "示例办法"}, {}, {}, name="b")
    _write(tmp_path, {"policy": "shili-2", "title": "示例办法"}, {}, name="a")

    found = QuestionFiles(tmp_path).of(Document("shili", "示例办法", "示例。"))

    assert [one.line for one in found] == [2, 4, 5]


def _write(home: Path, *lines: dict, name: str = "shili") -> None:
    """The first of `lines` says whose questions follow."""
    question = {"clause": "一、", "sentence": BODY, "question": "示例企业补多少？"}
    (home / IN_HOME).mkdir(exist_ok=True)
    rows = [lines[0], *({**question, **line} for line in lines[1:])]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (home / IN_HOME / f"{name}.jsonl").write_text(text, encoding="utf8")


def test_a_generated_question_hangs_on_the_very_row_it_was_written_for() -> None:
    rows = ["| 2025 | 30 |", "| 2026 | 40 |"]
    clause = Clause("示例#一、", "示例", 0, 30, "\n".join(rows), "一、")
    passages = [
        Passage(f"示例#一、@{at}", clause.id, "示例", at, at + 13, text, "")
        for at, text in zip((0, 14), rows, strict=True)
    ]
    question = WrittenQuestion("一、", rows[1], "示例指标到26年是几？", "", 2, GENERATED)

    assert [one.start for one in attach([question], [clause], passages)] == [14]
