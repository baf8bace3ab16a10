"""Broken lines are mended, headings are not joined, and the fields of a document are read."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.load import LoadedFile, load_file
from ingest.parse import mend, parse_document
from rag.errors import CorpusError

ROOT = Path(__file__).resolve().parents[1]
DECISION_SOURCE = ROOT.parent / "shared" / "corpus" / "sc-2023-decision.txt"


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("强化装备支撑，创建农机创\n\n新联合体和研究院。", "强化装备支撑，创建农机创新联合体和研究院。\n"),
        (
            "构建主导产业明晰、空间布局合理、\n资源高效利用的园区。",
            "构建主导产业明晰、空间布局合理、资源高效利用的园区。\n",
        ),
        (
            "办理登记的，应当提交申请，并按照\n第三条规定的程序办理。",
            "办理登记的，应当提交申请，并按照第三条规定的程序办理。\n",
        ),
        ("办理登记的，应当依照本条例\n第十二条 的规定。", "办理登记的，应当依照本条例第十二条 的规定。\n"),
        ("完善目录，做好“示例品”\n目录，发展产业。", "完善目录，做好“示例品”目录，发展产业。\n"),
        ("有前款规定情形，属于\n（三）项规定的，从轻。", "有前款规定情形，属于（三）项规定的，从轻。\n"),
        ("推动“科技\n—产业—金融”循环。", "推动“科技—产业—金融”循环。\n"),
        ("畅通甲地—乙地、甲地—\n丙地通道。扩大往来，", "畅通甲地—乙地、甲地—丙地通道。扩大往来，\n"),
        ("促进融合\n。实施计划。", "促进融合。实施计划。\n"),
        ("优化产业布局，推动\n一、二、三产业融合。", "优化产业布局，推动一、二、三产业融合。\n"),
        ("加强合作，引进世界 \n500 强企业。", "加强合作，引进世界 500 强企业。\n"),
    ],
)
def test_a_sentence_broken_over_lines_is_mended(broken: str, mended: str) -> None:
    assert mend(broken) == mended


@pytest.mark.parametrize(
    "text",
    [
        "示例条例\n\n第一章　总则\n\n第一条　为了规范，制定本条例。\n第二条　本条例适用于示例。\n",
        "一、总体目标，重点任务和保障措施，以及各项具体要求\n正文一段。\n",
        "（一）突出重点，分类推进，统筹安排各项具体工作任务\n（二）加强领导。\n",
        "——甲类，包括若干小类和其他需要说明的各种情形\n——乙类。\n",
        "# 示例，一个很长很长很长很长很长很长的标题\n正文。\n",
        "统筹推进，完善机制，提升示例能力水平\n（一）目标\n（二）项目管理\n（三）和谐示例\n（四）规定动作\n",
        "统筹推进，完善机制，提升示例能力水平\n第二章规划与建设\n",
        "示例省人民政府\n2024年1月1日\n",
        "（2020年1月1日通过，2021年1月1日修正）\n为了示例，制定本办法。\n",
        "2020年1月1日第一次会议通过，第二次会议批准\n2021年1月1日修正\n",
        "关于示例一、示例二、示例三和示例四的若干规定\n示发〔2022〕13号\n为了示例。\n",
    ],
)
def test_headings_items_and_signatures_stay_on_their_lines(text: str) -> None:
    assert mend(text) == text


@given(st.text(alphabet="甲乙，。\n（一）第二条 、；a1", max_size=200))
def test_mending_loses_no_character_and_is_stable(text: str) -> None:
    mended = mend(text)

    assert "".join(mended.split()) == "".join(text.split())
    assert mend(mended) == mended


PAGE = "示例通知\n\n" + "".join(
    f"{numeral}、做好示例工作\n\n（{numeral}）加强示例。"
    + "统筹推进示例工作，完善示例机制，提升示例能力。" * 6
    + "\n\n"
    for numeral in "一二三四五"
)


@pytest.mark.parametrize("width", range(15, 60, 3))
def test_a_text_wrapped_at_any_width_is_restored(width: int) -> None:
    lines = PAGE.split("\n")
    wrapped = "\n".join("\n".join(line[i : i + width] for i in range(0, len(line), width)) for line in lines)

    assert mend(wrapped) == PAGE.rstrip() + "\n"


def parsed(text: str, **metadata: str):
    return parse_document(LoadedFile(Path("示例.txt"), text, "0", metadata))


def test_fields_are_read_from_the_text() -> None:
    document = parsed(
        "示例省人民政府办公厅关于示例的通知\n示政办发〔2024〕17号\n\n各市：\n正文。\n\n2024年3月5日\n"
    )

    assert (document.id, document.title, document.number, document.issuer, document.issued) == (
        "示例", "示例省人民政府办公厅关于示例的通知", "示政办发〔2024〕17号", "示例省人民政府办公厅", "2024-03-05",
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "示例通知\n各市：\n根据示政发〔2020〕3号\n要求执行。",
        "示例通知\n为落实文件精神（示政发〔2020〕3号），现印发。",
    ],
)
def test_the_number_of_another_document_is_not_taken(text: str) -> None:
    assert parsed(text).number is None


def test_a_number_above_the_title_is_no_title() -> None:
    document = parsed("示政发〔2024〕3号\n\n示例省人民政府关于示例的通知\n各市：\n正文。")

    assert (document.title, document.number) == ("示例省人民政府关于示例的通知", "示政发〔2024〕3号")


def test_front_matter_wins() -> None:
    document = parsed(
        "标题\n正文。", id="a b", title="示例", issued="2024-01-02", status="征求意见稿", kind="draft"
    )

    assert (document.id, document.title, document.issued, document.status, document.kind) == (
        "a-b",
        "示例",
        "2024-01-02",
        "征求意见稿",
        "draft",
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("issued", "去年"),
        ("issued", "2024-13-01"),
        ("expires", "2024-02-31"),
        ("status", "有效"),
        ("kind", "全文"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(field: str, value: str) -> None:
    with pytest.raises(CorpusError, match=f"文件头的 {field} .*{value}"):
        parsed("正文。", **{field: value})


@pytest.mark.skipif(not DECISION_SOURCE.exists(), reason="the source text is not beside the project")
def test_the_shipped_decision_is_its_source_mended() -> None:
    shipped = load_file(ROOT / "corpus" / "policies" / "sc-2023-decision.md").text.strip()

    assert shipped == mend(DECISION_SOURCE.read_text(encoding="utf8")).strip()


@pytest.mark.parametrize(
    "words",
    ["农机创新联合体", "创新活力迸发、资源高效利用", "科技创新先行区", "清洁煤电综合利用", "国有企业改革"],
)
def test_the_shipped_decision_has_no_broken_words(words: str) -> None:
    assert words in (ROOT / "corpus" / "policies" / "sc-2023-decision.md").read_text(encoding="utf8")
