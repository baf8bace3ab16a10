"""Proof that a digest says nothing its fact record does not: `python -m ingest lint`.

The fact record of a policy (corpus/digests/facts/<id>.json) holds what was read of it.
Every figure, 文号 and date of the digest must stand there. The questions written for a
digest must ask of sentences that it has, and say who wrote them if no person did.
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from ingest.cut import Cut, cut
from ingest.digests import body_of, is_digest, written_clauses
from ingest.expand import QuestionFiles, stale
from ingest.load import LoadedFile, load_file
from rag.errors import CorpusError, InputError
from rag.figures import canonical_figures, normalise
from rag.types import Document

FACTS: Final = "facts"
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_NUMBER = re.compile(r"[\u4e00-\u9fff]{2}〔\d{4}〕\d+号")
_YEARS_OF_VALIDITY = re.compile(r"(\d+|[一二三四五六七八九十])\s*年")
_PARTS = re.compile(r"(\d+(?:\.\d+)?)(\D+)")
_NUMERALS: Final = "零一二三四五六七八九十"
_DRAFTS: Final = "征求意见稿"


@dataclass(frozen=True)
class Finding:
    """One thing wrong with one digest, in Chinese."""

    file: str
    problem: str


@dataclass(frozen=True)
class LintReport:
    """What was looked at, and what is wrong with it."""

    digests: int
    clauses: int
    findings: tuple[Finding, ...]


def lint(folder: Path, home: Path | None = None) -> LintReport:
    """Check every digest of `folder` against its fact record, and its questions, those in the data folder `home` too.

    Raises:
        InputError: the folder does not exist.
        CorpusError: a file of questions does not say whose they are.
    """
    if not folder.is_dir():
        raise InputError(f"找不到摘要文件夹 {folder}，请检查路径。")
    question_files = QuestionFiles(home)
    findings: list[Finding] = []
    seen: dict[str, str] = {}
    digests = clauses = 0
    for path in sorted(folder.glob("*.md")):
        try:
            file = load_file(path)
            found = cut(file)
            document, its_clauses = found.document, written_clauses(found.clauses)
            question_problems = _question_problems(found, question_files)
            record = json.loads((folder / FACTS / f"{document.id}.json").read_text(encoding="utf8"))
        except (CorpusError, OSError, ValueError) as problem:
            findings.append(Finding(path.name, str(problem).removeprefix(f"{path.name}：")))
            continue
        digests, clauses = digests + 1, clauses + len(its_clauses)
        problems = [*_front_matter_problems(file, document, record), *_dates_problems(document, record)]
        problems += question_problems
        if other := seen.setdefault(document.id, path.name) != path.name and seen[document.id]:
            problems.append(f"编号 {document.id} 与 {other} 相同")
        problems += [
            f"“{clause.heading}”：{problem}"
            for clause in its_clauses
            for problem in _text_problems(body_of(clause), record)
        ]
        findings += [Finding(path.name, problem) for problem in problems]
    return LintReport(digests, clauses, tuple(findings))


def _question_problems(found: Cut, files: QuestionFiles) -> list[str]:
    questions = files.of(found.document)
    problems = [
        f"{one.clause} 里没有问法“{one.question}”所问的句子“{one.sentence}”"
        for one in stale(questions, found.clauses, found.passages)
    ]
    return problems + [
        f"问法“{one.question}”的 provenance 应为 generated: true、模型名和提示词的哈希"
        for one in questions
        if one.provenance is not None and not _is_provenance(one.provenance)
    ]


def _is_provenance(value: object) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"generated", "model", "prompt"}
        and value["generated"] is True
        and bool(value["model"])
        and bool(re.fullmatch("[0-9a-f]{12}", str(value["prompt"])))
    )


def _front_matter_problems(file: LoadedFile, document: Document, record: dict[str, Any]) -> list[str]:
    checks = {
        "文件名应与 id 相同": file.path.stem == document.id,
        "文件头应有 format: digest": is_digest(file),
        "kind 应为 digest 或 draft": document.kind in {"digest", "draft"},
        "征求意见稿的 kind 应为 draft，其余应为 digest": (document.kind == "draft")
        == (document.status == _DRAFTS),
        "标题不在事实记录里": _plain(document.title) in _plain(record["title"]),
        "文号不在事实记录里": _plain(document.number or "") in _plain(_words(record)),
        "发文单位不在事实记录里": _plain(document.issuer or "") in _plain(_words(record)),
        "没有写来源": bool(document.sources),
        "来源不在事实记录里": set(document.sources) <= set(record["sources"]),
        "read_level 与事实记录不同": document.read_level == record["read_level"],
    }
    return [problem for problem, holds in checks.items() if not holds]


def _dates_problems(document: Document, record: dict[str, Any]) -> list[str]:
    """Dates must stand in the record; an end may also follow from a term of N years in it."""
    known = _digits(_words(record))
    problems = []
    for name in ("issued", "effective", "expires"):
        value = getattr(document, name)
        if value and not _digits(value) <= known and not (name == "expires" and _follows(document, record)):
            problems.append(f"{name} 的日期 {value} 不在事实记录里")
    return problems


def _follows(document: Document, record: dict[str, Any]) -> bool:
    start = document.effective or document.issued
    if not start or not document.expires:
        return False
    terms = {_years(found[1]) for found in _YEARS_OF_VALIDITY.finditer(_words(record))}
    end = date.fromisoformat(_first_day(document.expires))
    begin = date.fromisoformat(_first_day(start))
    return any(abs((end - begin).days - term * 365.25) < 32 for term in terms)


def _first_day(value: str) -> str:
    return f"{value}-01-01"[:10] if len(value) == 4 else f"{value}-01"[:10]


def _years(numeral: str) -> int:
    return int(numeral) if numeral.isdigit() else _NUMERALS.index(numeral)


def _text_problems(body: str, record: dict[str, Any]) -> list[str]:
    words = _words(record)
    unknown = sorted(canonical_figures(body) - canonical_figures(words))
    problems = [f"数字 {figure} 不在事实记录里" for figure in unknown if not _in_parts(figure, words)]
    problems += [f"数字 {digits} 不在事实记录里" for digits in sorted(_digits(body) - _digits(words))]
    problems += [f"文号 {number} 不在事实记录里" for number in _NUMBER.findall(body) if number not in words]
    if not body.endswith("。") or "\n" in body:
        problems.append("正文应为一段，以句号结束")
    return list(dict.fromkeys(problems))


def _in_parts(figure: str, words: str) -> bool:
    """Whether number and unit stand apart in the record: 2027年 of 2027/2030年, 1000元 of 1000/1500元, 2024-11."""
    parts = _PARTS.findall(figure)
    return bool(parts) and all(
        number in _digits(words) and (unit in "年月日" or unit in words) for number, unit in parts
    )


def _words(record: dict[str, Any]) -> str:
    """Everything the record says, one value a line, so that no figure is read across two values."""
    return "\n".join(_strings(record))


def _strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in _strings(one)]
    if isinstance(value, list):
        return [text for one in value for text in _strings(one)]
    return [value] if isinstance(value, str) else []


def _digits(text: str) -> set[str]:
    plain = unicodedata.normalize("NFKC", text)  # white space stays: it parts one value from the next
    return {found.lstrip("0") or "0" for found in _DIGITS.findall(plain)}


def _plain(text: str) -> str:
    return re.sub(r"[“”\"《》()\s]", "", normalise(text))
