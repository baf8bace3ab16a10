"""What is configured and whether it works, for `python -m rag doctor`. No key is shown, of no address more than the host."""

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from rag.builds import Build
from rag.embedder import Embedder, load_embedder
from rag.errors import LanguageModelError, ModelError, StoreError
from rag.llm import DEADLINES, Deadlines, LanguageModel
from rag.llm_failures import TruncatedError
from rag.opening import open_current
from rag.settings import Settings

ANSWER_TOKENS: Final = 16
"""Asked of the language model to see whether it answers."""
_BEIJING: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Finding:
    """One part of the product as it was found."""

    key: str
    """Name in the JSON."""
    label: str
    state: str
    problem: str | None = None
    """Why it does not work; None when it does, or is not configured."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """The state again, for programs."""
    idle: bool = False
    """Not configured, or it could not be looked at."""

    @property
    def line(self) -> str:
        """The finding for people."""
        mark = "✗" if self.problem else "－" if self.idle else "✓"
        return f"{mark} {self.label}：{self.state}" + (f"\n    {self.problem}" if self.problem else "")


def examine(settings: Settings, deadlines: Deadlines = DEADLINES) -> list[Finding]:
    """Look at every part; the language model is asked one tiny question, nothing is changed."""
    embedder: Embedder | None = None
    unloadable: str | None = None
    try:
        embedder = load_embedder(settings.embedding_model)
    except ModelError as problem:
        unloadable = str(problem)
    build: Build | None = None
    unusable: str | None = None
    try:
        build = open_current(settings, embedder)
    except StoreError as problem:
        unusable = str(problem)
    return [
        Finding("home", "数据文件夹", str(settings.home), details={"path": str(settings.home)}),
        _index(build, unusable),
        _embedding(settings, embedder, unloadable, build),
        _vectors(settings, build),
        _language_model(settings, deadlines),
    ]


def works(findings: Sequence[Finding]) -> bool:
    """Whether all that is configured works."""
    return not any(finding.problem for finding in findings)


def findings_to_text(findings: Sequence[Finding]) -> str:
    """One line a part, and one below for what is wrong with it."""
    end = "全部可用。" if works(findings) else "有不能用的部分，见上面标 ✗ 的行。"
    return "\n".join([*(finding.line for finding in findings), end])


def findings_to_json(findings: Sequence[Finding]) -> dict[str, Any]:
    """`{"ok": …, "index": {"problem": null, …}, …}`, a key a part."""
    parts = {finding.key: {"problem": finding.problem, **finding.details} for finding in findings}
    return {"ok": works(findings), **parts}


def _index(build: Build | None, problem: str | None) -> Finding:
    if build is None:
        return Finding("index", "索引", "没有可用的索引", problem)
    created = datetime.fromisoformat(build.manifest.created).astimezone(_BEIJING)
    counts = {"documents": len(build.documents), "clauses": len(build.clauses)}
    return Finding(
        "index",
        "索引",
        f"{created:%Y-%m-%d %H:%M}（北京时间）建立，{counts['documents']} 份文件、{counts['clauses']} 条，"
        f"编号 {build.id}",
        details={"build_id": build.id, "created": build.manifest.created, **counts},
    )


def _embedding(
    settings: Settings, embedder: Embedder | None, problem: str | None, build: Build | None
) -> Finding:
    name = embedder.name if embedder else settings.embedding_model
    mismatch = str(build.mismatch) if build and build.mismatch else None
    details = {"model": name, "fits_index": None if build is None else mismatch is None}
    fits = "，与索引相符" if build and not mismatch else ""
    return Finding("embedding", "嵌入模型", f"{name}{fits}", problem or mismatch, details)


def _vectors(settings: Settings, build: Build | None) -> Finding:
    host = _host(settings.chroma_url)
    state = f"Chroma 服务器 {host}" if host else "在索引文件夹里"
    details = {"chroma": host or None}
    if build is None or build.mismatch:
        return Finding("vectors", "向量", f"{state}，没有检查", details=details, idle=True)
    problem = str(build.vector_problem) if build.vector_problem else None
    return Finding("vectors", "向量", state, problem, details)


def _language_model(settings: Settings, deadlines: Deadlines) -> Finding:
    label = "语言模型"
    if not settings.has_language_model:
        state = "没有设置，回答只摘录原文"
        return Finding("language_model", label, state, details={"configured": False}, idle=True)
    key = "已设置" if settings.llm_api_key.get_secret_value() else "未设置"
    host = _host(settings.llm_base_url)
    state = f"{host} 上的 {settings.llm_model}，密钥{key}"
    details = {"configured": True, "host": host, "model": settings.llm_model, "key": key}
    try:
        milliseconds = _milliseconds(settings, deadlines)
    except LanguageModelError as problem:
        details |= {"answers": False, "milliseconds": None}
        return Finding("language_model", label, state, str(problem), details)
    details |= {"answers": True, "milliseconds": milliseconds}
    return Finding(
        "language_model", label, f"{state}，{milliseconds / 1000:.2f} 秒答完一次试问", details=details
    )


def _milliseconds(settings: Settings, deadlines: Deadlines) -> int:
    """Time of one tiny call; a model that thinks until its tokens are used up answers too.

    Raises:
        LanguageModelError: the model does not answer.
    """
    model = LanguageModel(settings, deadlines)
    model.prepare()
    started = time.perf_counter()
    with suppress(TruncatedError):
        model.complete("这是一次连通检查。", "请只回答一个字：好", max_tokens=ANSWER_TOKENS)
    return round((time.perf_counter() - started) * 1000)


def _host(address: str) -> str:
    """Host and port of an address, without the name and password that it may hold."""
    return urlsplit(address).netloc.rpartition("@")[2]
