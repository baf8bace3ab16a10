"""Gold is only worth something when it is checked against the corpus it asks about."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from eval.__main__ import app
from eval.cases import GOLD, Forbidden, read_cases
from eval.duplicates import near_duplicates
from eval.gold_figures import count_by_category, count_by_difficulty, not_answered_share, overlap_thirds
from eval.lint_files import lint_problems
from eval.lint_gold import lint
from rag.assistant import Assistant
from rag.builds import Build
from rag.embedder import load_embedder
from rag.errors import CorpusError
from rag.opening import open_current
from rag.settings import Settings
from tests.eval_sample import CASE, UNANSWERED
from tests.sample import NOTICE, assistant_for


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return assistant_for(tmp_path_factory.mktemp("lint"), 示例=NOTICE).library.current()


@pytest.fixture(scope="module")
def whole_build(whole_index: Settings) -> Build:
    return open_current(whole_index, load_embedder(whole_index.embedding_model))


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """A copy of the shipped gold, free to be spoilt."""
    return Path(shutil.copytree(GOLD, tmp_path / "gold"))


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"gold_clauses": (("示例#（一）", "示例#（九）"),)}, "没有条款 示例#（九）"),
        ({"near_miss_clauses": ("示例#（八）",)}, "没有条款 示例#（八）"),
        ({"evidence": (("示例#（一）", "占比达到 35%"), ("示例#（一）", "没有的话"))}, "里没有“没有的话”"),
        ({"gold_clauses": (("示例#（三）",),)}, "所引的 示例#（一） 不在金标条款里"),
        ({"facts": (("用水",),), "near_miss_clauses": ("示例#（三）",)}, "事实“用水”不在所引的话里"),
        ({"category": "related", "facts": (("用水",),), "evidence": ()}, "事实“用水”不在所引的话里"),
        ({"facts": ()}, "应拒答的问题没有事实，其他问题必须有"),
        ({"facts": (("35%", ""),)}, "有事实或条款是空的"),
        ({"gold_clauses": (("示例#（一）",), ())}, "有事实或条款是空的"),
        ({"category": "riddle"}, "没有 'riddle' 这个类别"),
        ({"style": "poet"}, "没有 'poet' 这种问法"),
        ({"expect": "shrug"}, "expect 不能是 'shrug'"),
        ({"question": "　"}, "问题是空的"),
        ({"split": "test"}, "写着属于 'test'"),
        ({"difficulty": 4}, "难度不能是 4"),
        ({"draft": True}, "还是草稿"),
        ({"policy": "没有"}, "索引里没有文件 没有"),
        ({"cluster": "没有"}, "索引里没有文件 没有"),
        ({"twin_of": "示例-0"}, "同一部分里没有它所改写的 示例-0"),
        ({"twin_of": "示例-1"}, "同一部分里没有它所改写的 示例-1"),
        ({"forbidden": (Forbidden("(", "括号"),)}, "'(' 不是正则表达式"),
        ({"forbidden": (Forbidden("3[0-9]%", "旧的比例"),)}, "有事实与 forbidden 冲突"),
    ],
)
def test_lint_names_the_one_thing_that_is_wrong(build: Build, fault: dict[str, Any], message: str) -> None:
    found = lint({"dev": [replace(CASE, **fault)]}, build)

    assert [message in problem for problem in found] == [True]


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"gold_clauses": (("示例#（一）",),)}, "应拒答的问题没有金标条款"),
        ({"facts": (("35%",),), "evidence": (("示例#（一）", "占比达到 35%"),)}, "应拒答的问题没有事实"),
    ],
)
def test_what_must_be_refused_has_no_gold(build: Build, fault: dict[str, Any], message: str) -> None:
    found = lint({"dev": [replace(UNANSWERED, **fault)]}, build)

    assert [message in problem for problem in found] == [True]


@pytest.mark.parametrize(
    "case",
    [
        CASE,
        UNANSWERED,
        replace(CASE, expect="clarify", category="ambiguous"),
        replace(CASE, category="related", facts=(), evidence=()),
        replace(CASE, category="related", facts=(("没有", "500 亿元"),), evidence=()),
        replace(CASE, cluster="none", difficulty=3, forbidden=(Forbidden("25%", "旧的比例"),)),
    ],
    ids=["answer", "refuse", "clarify", "related", "related with facts", "optional fields"],
)
def test_lint_has_nothing_to_say_of_a_good_case(build: Build, case: Any) -> None:
    assert lint({"dev": [case]}, build) == []


def test_lint_sees_repetition_across_splits(build: Build) -> None:
    same_id = replace(CASE, question="哪里建设示例学校", split="test")
    same_question = replace(CASE, id="示例-2", question=f"{CASE.question}？", split="test")

    assert lint({"dev": [CASE], "test": [same_id]}, build) == ["示例-1：编号重复。"]
    assert lint({"dev": [CASE], "test": [same_question]}, build) == ["示例-2 与 示例-1 的问题几乎相同。"]


def test_twins_may_be_alike_but_only_in_one_split(build: Build) -> None:
    twin = replace(CASE, id="示例-2", question=f"{CASE.question}？", twin_of=CASE.id)
    other = replace(twin, id="示例-3", question=f"{CASE.question}！")

    assert lint({"dev": [CASE, twin, other]}, build) == []
    assert "示例-2：同一部分里没有它所改写的 示例-1。" not in lint({"dev": [CASE, twin]}, build)
    assert lint({"dev": [CASE], "test": [replace(twin, split="test")]}, build) == [
        "示例-2：同一部分里没有它所改写的 示例-1。"
    ]


def test_lint_sees_a_question_that_the_index_has_learnt(decision: Assistant) -> None:
    build = decision.library.current()
    case = read_cases("dev")[0]
    learnt = replace(case, question=build.questions[0].text)

    assert lint({"dev": [learnt]}, build) == [f"{case.id} 与索引收录的一个问法几乎相同。"]


def test_near_duplicates_share_more_than_four_fifths_of_their_bigrams() -> None:
    one = "一二三四五六七八九十"  # nine bigrams, eight of which the second has as well

    assert near_duplicates([one], ["一二三四五六七八九", "一二三四五六", ""]) == [(0, 0)]
    assert near_duplicates(["甲", ""], ["甲", ""]) == []
    assert near_duplicates([], [one]) == []


def test_the_shipped_gold_is_clean(whole_build: Build) -> None:
    assert lint_problems(whole_build) == []


def spoilt_jsonl(name: str, old: str, new: str) -> Any:
    def spoil(gold: Path) -> None:
        path = gold / name
        text = path.read_text(encoding="utf8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf8")

    return spoil


def repeated_profile(gold: Path) -> None:
    dev, test = (
        yaml.safe_load((gold / f"profiles_{split}.yaml").read_text(encoding="utf8"))
        for split in ("dev", "test")
    )
    test[0]["description"] = dev[0]["description"] + "。"
    (gold / "profiles_test.yaml").write_text(yaml.safe_dump(test, allow_unicode=True), encoding="utf8")


def repeated_question(gold: Path) -> None:
    with (gold / "off_topic.txt").open("a", encoding="utf8") as file:
        file.write(f"{read_cases('test', gold)[0].question}\n")


SPOILT = [
    (spoilt_jsonl("validity.jsonl", '"kind": "lapsed"', '"kind": "gone"'), "没有 'gone' 这一种效力问题"),
    (spoilt_jsonl("validity.jsonl", '["sc-2018-fifin"]', '["sc-1018-fifin"]'), "没有文件 sc-1018-fifin"),
    (spoilt_jsonl("validity.jsonl", '"validity-002"', '"validity-001"'), "validity-001：编号重复"),
    (spoilt_jsonl("digests_test.jsonl", "#第六条/", "#第九十条/"), "没有条款 sc-2016-stpr#第九十条/"),
    (
        spoilt_jsonl("profiles_dev.yaml", "#（四）/食品轻纺产业", "#（四）/没有"),
        "没有条款 sc-2023-decision#（四）/没有",
    ),
    (spoilt_jsonl("profiles_dev_judged.yaml", "dev-01:", "dev-9999:"), "没有企业 dev-9999"),
    (spoilt_jsonl("profiles_dev_judged.yaml", ": 2", ": 7"), "的等级 7 不在 0 到 2 之间"),
    (spoilt_jsonl("profiles_dev.yaml", "headcount: 120人", "headcount: 许多人"), "dev-01："),
    (spoilt_jsonl("related_facts.jsonl", '"dev-digest-', '"dev-digest-x'), "没有 dev-digest-x"),
    (spoilt_jsonl("related_facts_test.jsonl", '"test-digest-002"', '"test-digest-x"'), "没有 test-digest-x"),
    (spoilt_jsonl("related_facts_test.jsonl", "test-digest-003", "dev-digest-003"), "-003：编号重复"),
    (repeated_profile, "的自述几乎相同"),
    (repeated_question, "与 off_topic.txt 第"),
]
"""What is done to the gold, and what lint says of it."""


def test_lint_reads_every_gold_file(whole_build: Build, gold: Path) -> None:
    for spoil, _ in SPOILT:
        spoil(gold)
    found = lint_problems(whole_build, gold)

    assert [message for _, message in SPOILT if not any(message in problem for problem in found)] == []


@pytest.mark.parametrize("name", ["validity.jsonl", "off_topic.txt", "profiles_dev.yaml"])
def test_a_missing_file_is_named(whole_build: Build, gold: Path, name: str) -> None:
    (gold / name).unlink()

    with pytest.raises(CorpusError, match=name):
        lint_problems(whole_build, gold)


def test_gold_is_counted_by_category_difficulty_and_overlap(build: Build) -> None:
    copied = replace(CASE, question="占比达到 35%", difficulty=1)
    splits = {"dev": [CASE, copied, UNANSWERED], "test": [replace(CASE, category="list")]}
    counts = count_by_category(splits)

    assert (counts["figure"], counts["list"], counts["where"]) == ((2, 0), (0, 1), (0, 0))
    assert count_by_difficulty(splits["dev"]) == {1: 1, 2: 0, 3: 0, None: 2}
    assert not_answered_share(splits["dev"]) == pytest.approx(1 / 3)
    thirds = overlap_thirds(splits["dev"], build)
    assert sum(count for count, _, _ in thirds.values()) == 2
    assert thirds["高"][1:] == (1.0, 1.0)


def test_the_command_prints_what_is_wrong_and_the_counts(
    whole_index: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHUANCE_HOME", str(whole_index.home))
    finished = CliRunner().invoke(app, ["lint"])

    assert finished.exit_code == 0
    assert "0 处问题。" in finished.stdout
    assert "要拒答、更正或反问" in finished.stdout


def test_the_command_fails_where_clauses_are_missing(
    built_index: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "CHUANCE_HOME", str(built_index.home)
    )  # the Decision alone: the digests' clauses are not there
    finished = CliRunner().invoke(app, ["lint"])

    assert (finished.exit_code, "文件里没有条款" in finished.stdout) == (1, True)
