"""report.json as Markdown, for a pull request, and as JUnit XML, for a build server."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, Final

from eval.compare_command import VERDICTS
from eval.report_judge import judge_words
from eval.report_tables import number
from eval.report_words import SPLIT_LABELS, percent
from rag.printable import printable

FAILING: Final = 200
"""Failing questions listed."""


def markdown(report: Mapping[str, Any]) -> str:
    """The figures and the failing questions, without the texts of the clauses."""
    header, verdict = report["header"], report["verdict"]
    split = SPLIT_LABELS.get(header["split"], header["split"])
    parts = [
        f"# 川策问答评测报告\n\n{split}，{header['count']} 题，{header['created']}，版本 {header['version']}，语料 {header['corpus'][:12]}",
        f"**结论：{verdict['words']}。** {''.join(verdict['sentences'])}",
        _table(("指标", "实测", "95% 区间", "与上次相比"), map(_headline, report["headlines"])),
        _table(
            ("类别", "题数", "严格", "95% 区间", "答对", "答对且有据"), map(_group, report["groups"]["category"])
        ),
        _table(
            ("引用", "题数", "精度", "召回", "F1"),
            ((one["label"], one["questions"], *(percent(one[name]) for name in ("precision", "recall", "f1"))) for one in report["citations"]),
        ),
        _soundness(report["soundness"]),
        *(_measured(report[name], title) for name, title in (("retrieval", "检索"), ("abstention", "拒答"))),
        _waterfall(report["waterfall"]),
        _metamorphic(report["metamorphic"]),
        _table(
            ("系统", "答对", "答对且有据", "严格", "中位毫秒"),
            ((one["name"], *(percent(one[name]["value"]) for name in ("accurate", "grounded", "strict")), number(one["median_ms"], 0)) for one in report["systems"]),
        ),
        judge_words(report["judge"]),
        *_changes(report["changes"]),
        _failing(report["questions"]),
    ]  # fmt: skip
    return "\n\n".join(part for part in parts if part) + "\n"


def junit(report: Mapping[str, Any]) -> bytes:
    """A test case a question, a suite a category; of the held-out split only how many failed."""
    header = report["header"]
    suites = ET.Element("testsuites", name=f"川策问答评测 {header['split']}")
    for group in report["groups"]["category"]:
        strict = group["strict"]
        failures = strict["total"] - strict["hits"]
        its = [one for one in report["questions"] if one["category"] == group["name"]]
        failures = sum(not one["passed"] for one in its) if its else failures
        suite = ET.SubElement(
            suites, "testsuite", name=group["label"], tests=str(strict["total"]), failures=str(failures),
            timestamp=header["created"],
        )  # fmt: skip
        for one in its:
            _test_case(suite, one)
    ET.indent(suites)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(suites, encoding="unicode").encode()


def _test_case(suite: ET.Element, question: Mapping[str, Any]) -> None:
    name = printable(f"{question['id']} {question['question']}")
    case = ET.SubElement(
        suite, "testcase", classname=question["category"], name=name, time=f"{question['elapsed_ms'] / 1000:.3f}"
    )  # fmt: skip
    if not question["passed"]:
        failure = ET.SubElement(case, "failure", message="、".join(question["faults"]))
        failure.text = printable(question["problem"] or question["answer"])


def _headline(one: Mapping[str, Any]) -> Sequence[str]:
    share, change = one["share"], one["change"]
    moved = f"{VERDICTS[change['verdict']]} {100 * change['value']:+.1f} 个百分点" if change else "–"
    return (one["label"], percent(share["value"]), _bounds(share), moved)


def _group(one: Mapping[str, Any]) -> Sequence[str]:
    strict = one["strict"]
    rest = (percent(one[name]["value"]) for name in ("accurate", "grounded"))
    return (one["label"], str(strict["total"]), percent(strict["value"]), _bounds(strict), *rest)


def _bounds(share: Mapping[str, Any]) -> str:
    return f"{percent(share['low'])}–{percent(share['high'])}"


def _soundness(found: Mapping[str, int]) -> str:
    return f"无据数字、日期、条号 {found['unsupported']} 处，不符的引文 {found['false_quotes']} 处，程序异常 {found['exceptions']} 题。"


def _measured(found: Mapping[str, Any] | None, title: str) -> str:
    if not found:
        return f"{title}：未测。"
    return _table((title, "实测"), ((one["label"], one["words"]) for one in found["figures"]))


def _waterfall(found: Mapping[str, Any] | None) -> str:
    if not found:
        return "错在哪一步：未测。"
    return _table(("错在哪一步", "题数"), ((one["label"], one["count"]) for one in found["steps"]))


def _metamorphic(found: Sequence[Mapping[str, Any]] | None) -> str:
    if found is None:
        return "改动试验：未测。"
    rows = (
        (one["label"], one["expected"], one["share"]["total"], percent(one["share"]["value"]))
        for one in found
    )
    return _table(("改动", "应有的结果", "题数", "做到"), rows)


def _changes(changes: Mapping[str, Any] | None) -> Iterable[str]:
    if not changes:
        return
    yield changes["sentence"]
    for name, title in (("fixed", "修好"), ("broken", "弄坏")):
        ids = "、".join(one["id"] for one in changes[name])
        yield f"{title} {changes[f'{name}_count']} 题" + (f"：{ids}" if ids else "") + "。"


def _failing(questions: Sequence[Mapping[str, Any]]) -> str:
    failing = [one for one in questions if not one["passed"]]
    if not failing:
        return ""
    listed = _table(
        ("没过的题", "问题", "为什么"),
        ((one["id"], one["question"], "、".join(one["faults"])) for one in failing[:FAILING]),
    )
    rest = len(failing) - FAILING
    return listed + (f"\n\n另有 {rest} 题，见 report.html。" if rest > 0 else "")


def _table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [_row(headers), _row(["---"] * len(headers)), *map(_row, rows)]
    return "\n".join(lines)


def _row(cells: Iterable[object]) -> str:
    """White space and bars would break the table, and tags would be taken for HTML."""
    return (
        "| "
        + " | ".join(" ".join(escape(str(cell), quote=False).split()).replace("|", "\\|") for cell in cells)
        + " |"
    )
