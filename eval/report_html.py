"""report.json -> one HTML file that needs nothing else: no request, and no script to be read."""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any, Final

from eval.report_sections import SECTIONS
from eval.report_tables import figures_table
from eval.report_words import SPLIT_LABELS

_FOLDER: Final = Path(__file__).parent
_SHARED_STYLE: Final = _FOLDER.parent / "rag" / "page" / "eval.css"


def report_html(report: Mapping[str, Any]) -> str:
    """The whole file."""
    sections = [(anchor, title, made(report)) for anchor, title, made in SECTIONS]
    links = "".join(f'<li><a href="#{anchor}">{title}</a></li>' for anchor, title, _ in sections)
    body = "".join(
        f'<section id="{anchor}"><h2>{title}</h2>{content}</section>' for anchor, title, content in sections
    )
    style = _SHARED_STYLE.read_text(encoding="utf8") + (_FOLDER / "report.css").read_text(encoding="utf8")
    script = (_FOLDER / "report.js").read_text(encoding="utf8")
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        # Nothing is loaded from anywhere and only our script runs, whatever a question or a policy holds.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'\">"
        f"<title>川策问答评测报告 {escape(report['header']['created'][:10])}</title><style>{style}</style></head>"
        f'<body class="evaluation">{_masthead(report)}<nav aria-label="目录"><ul>{links}</ul></nav>'
        f"<main>{body}</main>{_foot(report)}<script>{script}</script></body></html>"
    )


def _masthead(report: Mapping[str, Any]) -> str:
    header, verdict = report["header"], report["verdict"]
    split = SPLIT_LABELS.get(header["split"], header["split"])
    sentences = "".join(f"<p>{escape(one)}</p>" for one in [*verdict["sentences"], *_compared(report)])
    return (
        f'<header class="top"><h1>川策问答评测报告</h1><p class="small">{escape(split)} · {header["count"]} 题 · '
        f"{escape(header['created'][:16].replace('T', ' '))} · 版本 {escape(header['version'])} · "
        f"索引 {escape(header['build_id'] or '–')}</p>"
        f'<div class="conclusion {escape(verdict["level"])}"><p class="level">结论：{escape(verdict["words"])}</p>'
        f'{sentences}<details><summary>怎么判定的</summary><p class="small">{escape(verdict["rule"])}</p></details></div></header>'
    )


def _compared(report: Mapping[str, Any]) -> list[str]:
    changes = report["changes"]
    return [changes["sentence"]] if changes else []


def _foot(report: Mapping[str, Any]) -> str:
    rows = figures_table(("项目", "值"), report["about"].items())
    return f'<footer><h2 id="about">本次运行</h2>{rows}</footer>'
