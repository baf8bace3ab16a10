"""Everyday and English words widen what is looked up; a phrase inside a longer one does not count."""

from pathlib import Path

import pytest

from rag.errors import CorpusError
from rag.lexicon import lexicon, read_lexicon


def write(folder: Path, thesaurus: str, places: str = "成都市\t锦江区\n") -> Path:
    (folder / "thesaurus.tsv").write_text(thesaurus, encoding="utf8")
    (folder / "places.tsv").write_text(places, encoding="utf8")
    return folder


def test_everyday_words_mean_policy_terms(tmp_path: Path) -> None:
    words = read_lexicon(write(tmp_path, "电力需求管理\t电费、用电\n水电消纳\t电费\n"))

    assert words.terms_for("电费太高省里管不管") == ("电力需求管理", "水电消纳")


def test_a_phrase_inside_a_longer_one_is_passed_over(tmp_path: Path) -> None:
    words = read_lexicon(write(tmp_path, "小微企业\t小厂子\n市场主体\t厂子\n"))

    assert words.terms_for("我那个小厂子") == ("小微企业",)


def test_a_term_the_question_holds_already_is_not_added(tmp_path: Path) -> None:
    words = read_lexicon(write(tmp_path, "专精特新\t小而精\n"))

    assert words.terms_for("小而精就是专精特新吗") == ()


@pytest.mark.parametrize("question", ["support for SMEs", "Support for sme"])
def test_english_is_found_in_any_case_and_number(tmp_path: Path, question: str) -> None:
    assert read_lexicon(write(tmp_path, "中小企业\t小公司\tSMEs\n")).terms_for(question) == ("中小企业",)


def test_english_is_not_found_inside_another_word(tmp_path: Path) -> None:
    assert read_lexicon(write(tmp_path, "制造执行系统\t车间软件\tMES\n")).terms_for("smes in Sichuan") == ()


def test_places_are_known_with_and_without_their_kind(tmp_path: Path) -> None:
    assert read_lexicon(write(tmp_path, "甲乙\t丙丁\n")).places == ("成都市", "锦江区", "成都", "锦江")


def test_a_line_without_columns_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="第 2 行"):
        read_lexicon(write(tmp_path, "# 说明\n专精特新\n"))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"thesaurus\.tsv"):
        read_lexicon(tmp_path)


def test_the_shipped_lexicon_knows_every_prefecture_and_repeats_no_term() -> None:
    terms = [entry.term for entry in lexicon().entries]

    assert {"成都市", "甘孜藏族自治州", "甘孜", "泸州"} <= set(lexicon().places)
    assert len(terms) == len(set(terms)) >= 400
