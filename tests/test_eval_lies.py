"""The liar lies: every sentence differs from the truth in one known way, and no document is in both splits."""

import json
import random
from collections import Counter
from pathlib import Path

import pytest

from eval.lies import KINDS, Lie, lies_from
from eval.lies_draft import Maker
from eval.lies_figures import exchanged_figures, lost_limit, other_indicator, wrong_date, wrong_figure
from eval.lies_material import Pool, Truth, covered, document_of, pools, read_paraphrases, split_of
from eval.lies_words import (
    changed_modal,
    changed_negation,
    dropped_condition,
    swapped_actor,
    turned_direction,
    widened_scope,
)
from ingest.build import build_index
from rag.builds import Build
from rag.errors import CorpusError
from rag.figures import canonical_figures, normalise
from rag.opening import open_current
from rag.settings import PROJECT_FOLDER, Settings
from tests.hashing_embedder import HashingEmbedder

COUNT = 320


@pytest.fixture(scope="module")
def related(tmp_path_factory: pytest.TempPathFactory) -> Build:
    settings = Settings(home=tmp_path_factory.mktemp("related"))
    folders = [PROJECT_FOLDER / "corpus" / name for name in ("policies", "digests")]
    build_index(folders, settings, HashingEmbedder(), with_questions=False)
    return open_current(settings, None)


@pytest.fixture(scope="module")
def material(related: Build) -> tuple[Pool, Pool]:
    return pools(related)


@pytest.fixture(scope="module")
def told(material: tuple[Pool, Pool]) -> list[Lie]:
    return lies_from(material, COUNT)


def made(maker: Maker, sentence: str, build: Build, *beside: str) -> set[str]:
    """What `maker` makes of `sentence`, with other sentences `beside` it in its clause, whatever the seed."""
    clause = build.clauses[-1].id
    truths = tuple(Truth(text, text, (text,), clause, document_of(clause)) for text in (sentence, *beside))
    pool = Pool("dev", build, truths)
    return {draft.sentence for seed in range(40) for draft in maker(truths[0], pool, random.Random(seed))}


@pytest.mark.parametrize(
    ("maker", "sentence", "lie"),
    [
        (wrong_figure, "示例占比达到30%。", "示例占比达到40%。"),
        (wrong_figure, "示例补助50万元。", "示例补助50亿元。"),
        (wrong_figure, "示例补助50万元。", "示例补助500万元。"),
        (wrong_figure, "示例补助三千万元。", "示例补助五千万元。"),
        (wrong_figure, "示例分为三类产业。", "示例分为五类产业。"),
        (other_indicator, "甲占45%，乙占30%。", "甲占30%。"),
        (other_indicator, "甲占45%，乙占30%。", "甲占45%，乙占45%。"),
        (exchanged_figures, "甲占45%，乙占30%。", "甲占30%，乙占45%。"),
        (lost_limit, "补助最高50万元。", "补助50万元。"),
        (lost_limit, "占比30%以上。", "占比30%以下。"),
        (lost_limit, "补助不超过50万元。", "补助不低于50万元。"),
        (wrong_date, "到2027年建成。", "到2028年建成。"),
        (turned_direction, "示例比重提高。", "示例比重降低。"),
        (changed_negation, "示例资金不得截留。", "示例资金可以截留。"),
        (changed_modal, "企业可以申请。", "企业应当申请。"),
        (changed_modal, "示例部门拟发放补贴。", "示例部门发放补贴。"),
        (swapped_actor, "省级财政给予补贴。", "市级财政给予补贴。"),
        (widened_scope, "全省统一实施。", "成都市统一实施。"),
        (dropped_condition, "新建示例项目的，给予补贴。", "对所有企业，给予补贴。"),
        (dropped_condition, "符合条件的示例企业可申领。", "任何示例企业可申领。"),
    ],
)  # fmt: skip
def test_a_kind_of_lie_changes_what_it_should(build: Build, maker: Maker, sentence: str, lie: str) -> None:
    assert lie in made(maker, sentence, build)


@pytest.mark.parametrize(
    ("maker", "sentence"),
    [
        (exchanged_figures, "甲占30%，乙占30%。"),
        (exchanged_figures, "甲给予5万—100万元。"),
        (wrong_date, "按示府发〔2024〕7号执行。"),
        (changed_modal, "征求意见稿拟发放补贴。"),
        (dropped_condition, "不管是新增的还是存量的，给予退还。"),
        (dropped_condition, "未获认定的，不得新建。"),
        (turned_direction, "建设“示例提升”基地。"),
    ],
)
def test_what_would_stay_true_is_not_told(build: Build, maker: Maker, sentence: str) -> None:
    assert made(maker, sentence, build) == set()


@pytest.mark.parametrize(
    ("sentence", "told"),
    [("2023年不低于10%、2024年不低于15%。", True), ("2023年不低于15%、2024年不低于15%。", False)],
)
def test_years_change_places_only_where_they_differ(build: Build, sentence: str, told: bool) -> None:
    exchanged = sentence.replace("2023", "*").replace("2024", "2023").replace("*", "2024")

    assert (exchanged in made(wrong_date, sentence, build)) == told


def test_the_figure_of_a_neighbour_is_cited_with_it(build: Build) -> None:
    clause = build.clauses[-1].id
    texts = ("甲占45%。", "乙占30%。")
    truths = tuple(Truth(text, text, (text,), clause, document_of(clause)) for text in texts)

    drafts = list(other_indicator(truths[0], Pool("dev", build, truths), random.Random(0)))

    assert [(one.sentence, one.sources) for one in drafts] == [("甲占30%。", texts)]


def test_every_kind_is_told_in_its_share_and_each_split_has_enough(told: list[Lie]) -> None:
    counts = Counter((lie.kind, lie.split) for lie in told)

    assert {kind.name: counts[kind.name, "dev"] + counts[kind.name, "test"] for kind in KINDS} == {
        kind.name: 2 * (round(kind.share * COUNT / 1000) // 2) for kind in KINDS
    }
    # Few documents of the test split state a condition that can be dropped.
    assert min(sum(counts[kind.name, split] for kind in KINDS) for split in ("dev", "test")) >= 0.4 * len(
        told
    )


def test_the_shares_make_a_thousand_and_no_kind_has_less_than_sixty() -> None:
    assert sum(kind.share for kind in KINDS) == 1000
    assert min(kind.share for kind in KINDS) >= 60


def test_the_same_seed_tells_the_same_lies(material: tuple[Pool, Pool], told: list[Lie]) -> None:
    assert lies_from(material, COUNT) == told
    assert lies_from(material, COUNT, seed=1) != told


def test_no_document_is_in_both_splits(material: tuple[Pool, Pool], told: list[Lie]) -> None:
    dev, test = ({truth.cluster for truth in pool.truths} for pool in material)

    assert not dev & test
    assert all(lie.split == split_of(lie.cluster) for lie in told)


def test_a_lie_stands_nowhere_in_the_corpus_unless_it_cites_another_clause(
    material: tuple[Pool, Pool], told: list[Lie]
) -> None:
    for lie in told:
        sentence = normalise(lie.sentence).rstrip("。")
        assert (sentence == normalise(lie.true).rstrip("。;")) == (lie.kind == "clause"), lie
        assert lie.kind == "clause" or sentence not in material[0].said, lie


def test_a_liar_cites_one_to_three_true_sentences(material: tuple[Pool, Pool], told: list[Lie]) -> None:
    for lie in told:
        assert 1 <= len(lie.sources) <= 3, lie
        assert all(normalise(source) in material[0].said for source in lie.sources), lie


def test_changed_figures_are_not_stated_by_the_true_sentence(told: list[Lie]) -> None:
    for lie in (lie for lie in told if lie.kind in {"figure", "date"}):
        assert canonical_figures(lie.sentence) != canonical_figures(lie.true), lie


def test_another_clause_does_not_say_the_sentence(told: list[Lie]) -> None:
    assert all(covered(lie.sentence, lie.sources) < 0.4 for lie in told if lie.kind == "clause")


def test_an_invented_name_stands_nowhere(material: tuple[Pool, Pool], told: list[Lie]) -> None:
    for lie in (lie for lie in told if lie.kind == "name"):
        name = lie.changed.partition(" → ")[2]
        assert name in lie.sentence, lie
        assert normalise(name.strip("“”《》")) not in material[0].said, lie


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "第 1 行不是一句改写"),
        ('{"id": "示例-1", "sentence": "示例。"}', "第 1 行不是一句改写"),
        (
            '{"id": "示例-1", "policy": "shili-farming", "quotes": ["示例没有的话"], "sentence": "示例。"}',
            "第 1 行的引文不在 shili-farming 里",
        ),
    ],
)
def test_a_paraphrase_that_cannot_be_used_is_named(
    build: Build, tmp_path: Path, line: str, problem: str
) -> None:
    (tmp_path / "paraphrases_shili.jsonl").write_text(line, encoding="utf8")

    with pytest.raises(CorpusError, match=problem):
        read_paraphrases(build, tmp_path)


def test_a_paraphrase_keeps_its_quotes_and_clause(build: Build, tmp_path: Path) -> None:
    clause = next(one for one in build.clauses if "冷库" in one.text)
    quote = "对新建冷库给予投资额百分之十五的补助，单个项目不超过二百万元。"
    record = {
        "id": "示例-1", "policy": clause.document_id, "quotes": [quote], "sentence": "新建冷库可获15%的补助。",
    }  # fmt: skip
    (tmp_path / "paraphrases_shili.jsonl").write_text(json.dumps(record, ensure_ascii=False), encoding="utf8")

    assert read_paraphrases(build, tmp_path) == [
        Truth("示例-1", record["sentence"], (quote,), clause.id, clause.document_id)
    ]
