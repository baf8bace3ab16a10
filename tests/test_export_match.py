"""Exports open again with the words of the screen, state what they are, and hold no formula whatever a text begins with."""

import tempfile
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from rag.advice import advise
from rag.builds import Build
from rag.export_match import match_docx, match_xlsx
from rag.match import FAILS
from rag.present import DIGEST
from rag.present_words import NOTICE
from tests.matching_sample import DAY, INVESTMENT, TOLD, matching_build

FORMULAS = ("=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1")
NAMING = "泸州做白酒的示例企业，想找银行贷款。"


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return matching_build(tmp_path_factory.mktemp("export") / "home")


def workbook(build: Build, **given: Any) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(match_xlsx(advise(given, build, DAY), build)))


def rows(build: Build, **given: Any) -> list[dict[str, str]]:
    """Column -> text of every support in the workbook, sheet after sheet."""
    found = []
    for sheet in workbook(build, **given).worksheets[1:]:
        header, *lines = sheet.iter_rows(values_only=True)
        found += [dict(zip(header, (text or "" for text in line), strict=True)) for line in lines]
    return found


def words(build: Build, **given: Any) -> list[str]:
    """Paragraphs and cells of the Word file."""
    document = docx.Document(BytesIO(match_docx(advise(given, build, DAY), build)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [*cells, *(paragraph.text for paragraph in document.paragraphs)]


def test_the_first_sheet_says_what_it_is_and_what_was_told(policies: Build) -> None:
    first = workbook(policies, description=TOLD, headcount="90", founded="明年").worksheets[0]
    found = dict(first.iter_rows(values_only=True))

    assert (found["说明"], found["匹配日期"]) == (NOTICE, "2026-11-27")
    assert (found["所在地"], found["从业人数"]) == ("泸州市（由描述读出）", "90人")
    assert found["企业情况"] == TOLD
    assert "“明年”不是日期" in found["没能读懂"]
    assert found["未列入"] == "征求意见稿 5 项"


def test_the_workbook_holds_every_support_with_its_verdict_and_source(policies: Build) -> None:
    verdicts = {
        one.support.title: one for one in advise({"description": TOLD}, policies, DAY).matching.verdicts
    }
    found = rows(policies, description=TOLD)
    row = next(one for one in found if one["支持内容"] == verdicts_title(policies, INVESTMENT))

    assert sorted(one["支持内容"] for one in found) == sorted(
        one.support.title for one in advise({"description": TOLD}, policies, DAY).matching.verdicts
    )
    assert all(one["结果"].startswith(verdicts[one["支持内容"]].verdict) for one in found)
    assert row["结果"].startswith("可能符合（待确认：项目是省重点工业和技改项目")
    assert row["金额"] == "约 100万元"
    assert row["计算"] == "设备投资 2000万元 × 5% = 100万元，未超过上限 1000万元"
    assert row["条件"].split("\n")[0] == "满足：工业企业（一、工业投资激励：“规上工业企业”）"
    assert row["文件"] == "关于提升制造业贷款占比支持四川新型工业化建设的若干政策措施"
    assert (row["条款"], row["效力"], row["文字来源"]) == ("一、工业投资激励", "现行", DIGEST)
    assert row["引文"] in policies.documents["sc-2024-mfg-loan"].text


def verdicts_title(build: Build, support: str) -> str:
    return next(one.title for one in build.supports if one.id == support)


def test_the_sheets_part_those_that_name_the_enterprise_from_the_rest(policies: Build) -> None:
    matching = advise({"description": NAMING}, policies, DAY).matching
    book = workbook(policies, description=NAMING)

    counts = {
        "点到本企业": sum(bool(one.names) and one.verdict != FAILS for one in matching.verdicts),
        "面向所有企业": sum(not one.names and one.verdict != FAILS for one in matching.verdicts),
        "不符合": sum(one.verdict == FAILS for one in matching.verdicts),
    }
    assert {sheet.title: sheet.max_row - 1 for sheet in book.worksheets[1:]} == {
        name: count for name, count in counts.items() if count
    }


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_text_becomes_a_formula(policies: Build, formula: str) -> None:
    supports = tuple(
        replace(support, title=formula, department=formula, quote=replace(support.quote, text=formula))
        for support in policies.supports
    )
    build = replace(policies, supports=supports)
    content = match_xlsx(advise({"description": f"{formula} {TOLD}"}, build, DAY), build)

    with zipfile.ZipFile(BytesIO(content)) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name]
    assert [sheet for sheet in sheets if "<f>" in sheet or "<f " in sheet] == []
    cells = [cell for sheet in openpyxl.load_workbook(BytesIO(content)) for row in sheet for cell in row]
    risky = [
        cell for cell in cells if str(cell.value or "").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    ]
    assert len(risky) >= len({one.id for one in supports})
    assert {(cell.data_type, cell.quotePrefix) for cell in risky} == {("s", True)}


def test_the_word_file_holds_the_supports_that_name_the_enterprise(policies: Build) -> None:
    matching = advise({"description": NAMING}, policies, DAY).matching
    found = words(policies, description=NAMING)

    for text in (NOTICE, "2026-11-27", "泸州市（由描述读出）", NAMING):
        assert text in found
    named = [one for one in matching.verdicts if one.names and one.verdict != FAILS]
    assert named
    assert [one.support.title for one in named if one.support.title not in found] == []
    quote = next(text for text in found if f"“{named[0].support.quote.text}”" in text)
    assert "效力：" in quote
    assert [text for text in found if text.startswith("另有") and "不符合" in text]


def test_without_one_that_names_the_enterprise_the_word_file_holds_those_for_everybody(
    policies: Build,
) -> None:
    assert verdicts_title(policies, INVESTMENT) in words(policies)


def test_the_official_page_is_named_where_there_is_one(policies: Build) -> None:
    document = policies.documents["sc-2024-mfg-loan"]
    official = replace(
        document, sources=("示例网 http://news.example.com/a", "https://www.sc.gov.cn/a（原文）")
    )
    build = replace(policies, documents={**policies.documents, document.id: official})
    found = rows(build, description=TOLD)

    assert {one["官方网页"] for one in found if one["文件"] == document.title} == {"https://www.sc.gov.cn/a"}


def test_characters_that_no_file_takes_are_left_out(policies: Build) -> None:
    text = f"示例\x00\x1b\ud800{TOLD}"

    assert f"示例{TOLD}" in words(policies, description=text)
    assert (
        dict(workbook(policies, description=text).worksheets[0].iter_rows(values_only=True))["企业情况"]
        == f"示例{TOLD}"
    )


def test_nothing_is_left_on_the_disk(
    policies: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    advice = advise({"description": TOLD}, policies, DAY)

    assert len(match_xlsx(advice, policies)) > 0
    assert len(match_docx(advice, policies)) > 0
    assert list(tmp_path.iterdir()) == []
