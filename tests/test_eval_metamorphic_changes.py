"""The changes are what they say: one figure, one clause, one version, one surface, and nothing else."""

import io
import random
import tarfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from eval.cases import read_split
from eval.metamorphic_choice import clauses_of, sampled
from eval.metamorphic_corpus import SourceText, in_force, old_version, read_corpus, twin, without, write_texts
from eval.metamorphic_figures import altered, figures_in, other_figure
from eval.metamorphic_noise import laws, senseless
from eval.metamorphic_questions import SURFACES, gold_pairs, homophone, written_pairs
from ingest.cut import Cut, cut
from ingest.load import load_file
from rag.errors import InputError
from rag.figures import canonical_figures
from rag.understand import normalise_question
from tests.metamorphic_sample import CASES, case

DAY = date(2026, 1, 1)


@pytest.fixture(scope="module")
def corpus() -> dict[str, SourceText]:
    return read_corpus()


def cut_again(texts: list[SourceText], folder: Path) -> dict[str, Cut]:
    write_texts(texts, folder)
    found = (cut(load_file(path)) for path in folder.glob("*.md"))
    return {one.document.id: one for one in found}


def test_written_documents_are_cut_as_the_corpus_is(corpus: Mapping[str, SourceText], tmp_path: Path) -> None:
    found = cut_again(list(corpus.values()), tmp_path / "texts")

    assert found.keys() == corpus.keys()
    for name, source in corpus.items():
        assert found[name].clauses == source.clauses
        fields = {**vars(source.document), "sha256": ""}
        assert {**vars(found[name].document), "sha256": ""} == fields


def test_a_version_or_twin_has_the_same_clauses_other_figures_and_its_own_standing(
    corpus: Mapping[str, SourceText], tmp_path: Path
) -> None:
    standing = [source for source in corpus.values() if in_force(source, DAY)]
    old = cut_again([old_version(source, 0) for source in standing], tmp_path / "old")
    twins = cut_again([twin(source, 0) for source in corpus.values()], tmp_path / "twin")

    assert len(old) == len(standing)
    assert len(twins) == len(corpus)
    for source in standing:
        before = old[f"{source.id}-old"]
        assert before.document.title != source.document.title
        assert len(before.clauses) == len(source.clauses)
        assert not in_force(SourceText(before.document, {}, "", ()), DAY)
    for source in corpus.values():
        other = twins[f"{source.id}-twin"].document
        assert other.title != source.document.title
        assert "四川" not in f"{other.text}{other.title}{other.issuer}{other.region}"
        if any(not figure.ranged for figure in figures_in(source.text)):
            assert canonical_figures(other.text) != canonical_figures(source.text)


def test_deleted_clauses_are_gone_and_the_others_keep_their_names(
    corpus: Mapping[str, SourceText], tmp_path: Path
) -> None:
    known = {clause.id: clause for source in corpus.values() for clause in source.clauses}
    chosen = sampled(read_split("dev", related=True), 60, 1)
    gone = frozenset().union(*(clauses_of(one, known) for one in chosen))
    found = cut_again(without(corpus.values(), gone), tmp_path / "left")
    left = {clause.id for one in found.values() for clause in one.clauses}

    assert len(gone) > 20
    assert not left & gone
    items = {name for name in known if any(name.startswith(f"{clause}/") for clause in gone)}
    emptied = {name for name in known if name.partition("#")[0] not in found}
    assert left == known.keys() - gone - items - emptied


def test_a_document_without_its_last_clause_is_left_out(corpus: Mapping[str, SourceText]) -> None:
    source = corpus["sc-2025-lowalt-measures"]

    assert without([source], [clause.id for clause in source.clauses if clause.level]) == []


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("到 2027 年占比达到 30%，提高到60%以上", ["30%", "60%"]),
        ("单个项目不超过2000万元，补助1.5亿元", ["2000万元", "1.5亿元"]),
        ("2024年印发川办发〔2025〕49号第3条，发展6G", []),
        ("培育100家、1,000户，有效期3年", ["100家", "1,000户", "3年"]),
    ],
)
def test_figures_with_units_are_found_and_years_and_names_are_not(text: str, figures: list[str]) -> None:
    assert [figure.text for figure in figures_in(text)] == figures


def test_the_ends_of_a_range_are_known() -> None:
    found = {figure.text: figure.ranged for figure in figures_in("按5%—8%补助，各3—5家，达到30%，共7项")}

    assert found == {"5%": True, "8%": True, "5家": True, "30%": False, "7项": False}


@pytest.mark.parametrize("text", ["30%", "2000万元", "1.5亿元", "100%", "1家", "0.5个百分点", "1,000户"])
def test_another_figure_has_the_unit_and_is_as_round(text: str) -> None:
    figure = figures_in(text)[0]
    others = {other_figure(figure, {figure.canonical}, str(seed)) for seed in range(30)}

    assert len(others) > 1
    for other in others:
        assert other is not None
        changed = figures_in(other)[0]
        assert (changed.unit, changed.canonical != figure.canonical) == (figure.unit, True)
        assert len(changed.number) <= len(figure.number) + 1
        assert "%" not in other or float(changed.number) <= 100


def test_figures_in_use_are_not_taken_and_none_may_be_left() -> None:
    figure = figures_in("1家")[0]

    assert other_figure(figure, {"1家", "2家"}, "0") == "3家"
    assert other_figure(figure, {"1家", "2家", "3家"}, "0") is None


def test_equal_figures_change_alike() -> None:
    before = "甲给30%，乙给30%，丙给20%"
    after = figures_in(altered(before, "0"))

    assert after[0].text == after[1].text != "30%"
    assert altered(before, "0") == altered(before, "0")
    assert altered("没有数字", "0") == "没有数字"


@pytest.mark.parametrize("name", SURFACES)
def test_a_surface_changes_the_question_as_it_says(name: str) -> None:
    question = "2027年数字经济规模占比要达到多少"
    changed = SURFACES[name](question, random.Random(0))

    assert changed != question
    plain = normalise_question(changed)
    if name in {"full_width", "traditional"}:
        assert plain == question
    elif name == "spaced":
        assert plain.replace(" ", "") == question
        assert "2027" in plain
    elif name == "polite":
        assert question in plain
    else:
        assert len(changed) == len(question)
        assert sum(one != other for one, other in zip(changed, question, strict=True)) == 1


def test_a_typo_sounds_the_same_and_a_question_without_words_stays() -> None:
    assert homophone("将") not in {"将", None}
    assert homophone("A") is None
    assert SURFACES["mistyped"]("GDP?", random.Random(0)) == "GDP?"


def test_pairs_ask_for_the_same_fact_in_the_same_words_of_the_clause() -> None:
    other_fact = case("示例-6", "示例产值要超过多少", "示例#（一）", "500 亿元")
    pairs = gold_pairs([*CASES, other_fact])

    assert [pair.id for pair in pairs] == ["示例-1/示例-2"]
    assert gold_pairs(read_split("dev", related=True))


def test_written_pairs_are_of_the_documents_and_seeded() -> None:
    pairs = written_pairs(["sc-2023-decision"], 0)

    assert pairs == written_pairs(["sc-2023-decision"], 0) != written_pairs(["sc-2023-decision"], 1)
    assert all(pair.id.startswith("sc-2023-decision#") and pair.one != pair.other for pair in pairs)
    assert written_pairs([], 0) == []


def test_made_up_noise_shares_no_word_and_has_as_many_articles_as_asked_for() -> None:
    said = "".join(source.text for source in read_corpus().values())
    noise = senseless(said, 45, 0)

    assert sum(text.count("条　") for text in noise.values()) == 45
    assert noise == senseless(said, 45, 0) != senseless(said, 45, 1)
    assert not any(canonical_figures(text.replace("第", "")) & {"30%"} for text in noise.values())
    assert "数字经济" not in "".join(noise.values())


def test_laws_are_taken_one_version_each_until_there_are_enough(tmp_path: Path) -> None:
    (tmp_path / "laws").mkdir()
    with tarfile.open(tmp_path / "laws" / "markdown.tar.xz", "w:xz") as archive:
        for name in ("示例法(2001-01-01)", "示例法(2002-01-01)", "示例条例", "示例目录"):
            articles = "" if name == "示例目录" else "第一条 甲。\n\n第二条 乙。\n"
            raw = f"# {name}\n\n{articles}".encode()
            member = tarfile.TarInfo(f"示例/{name}.md")
            member.size = len(raw)
            archive.addfile(member, io.BytesIO(raw))

    assert len(laws(tmp_path, 1, 0)) == 1
    everything = laws(tmp_path, 100, 0)
    assert sorted(name.partition("(")[0] for name in everything) == ["示例条例", "示例法"]
    with pytest.raises(InputError, match="--data"):
        laws(tmp_path / "none", 1, 0)
