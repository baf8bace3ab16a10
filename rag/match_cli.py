"""`python -m rag match`: one profile, or a file of them."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import track

from rag.advice import advise
from rag.builds import Build
from rag.errors import InputError
from rag.present_match import advice_to_json, advice_to_markdown
from rag.profile_files import Row, read_profiles


def match_one(
    profile: Path | None, description: str | None, build: Build, day: date, *, as_json: bool
) -> str:
    """What to print for one enterprise.

    Raises:
        InputError: there is neither a profile nor a description, or the file is no JSON object.
    """
    if profile is None and not description:
        raise InputError(
            '请给出 --profile 文件，或用 --text 写企业情况，例如：--text "我们是泸州的白酒厂，120人，想贷款"'
        )
    given: dict[str, Any] = _read(profile) if profile is not None else {}
    if description:
        given["description"] = description
    advice = advise(given, build, day)
    if as_json:
        return json.dumps(advice_to_json(advice, build, given.get("id")), ensure_ascii=False)
    return advice_to_markdown(advice, build)


def match_batch(source: Path, out: Path, build: Build, day: date) -> tuple[int, int]:
    """Write one JSON object a row to `out`; returns how many rows there were and how many could not be used whole.

    Raises:
        InputError: the file cannot be read.
    """
    rows = list(read_profiles(source))
    shown = track(rows, "匹配中", console=Console(stderr=True)) if sys.stderr.isatty() else rows
    partial = out.with_name(out.name + ".part")
    bad = 0
    with partial.open("w", encoding="utf8") as target:
        for row, found in _matched(shown, build, day):
            if problems := found["problems"]:
                bad += 1
                words = "；".join(problem["message"] for problem in problems)
                typer.echo(f"第 {row.number} 行（{row.id}）：{words}", err=True)
            target.write(json.dumps(found, ensure_ascii=False) + "\n")
    partial.replace(out)
    return len(rows), bad


def _matched(rows: Iterable[Row], build: Build, day: date) -> Iterator[tuple[Row, dict[str, Any]]]:
    for row in rows:
        if row.problem:
            problem = {"field": "", "message": row.problem}
            yield row, {"id": row.id, "verdicts": [], "ask_next": None, "problems": [problem]}
        else:
            yield row, advice_to_json(advise(row.given, build, day), build, row.id)


def _read(path: Path) -> dict[str, Any]:
    try:
        given = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError(f"读不了 {path}：{problem}。请给出 UTF-8 编码的 JSON 文件。") from problem
    except ValueError as problem:
        raise InputError(f"{path} 不是 JSON：{problem}。") from problem
    if not isinstance(given, dict):
        raise InputError(f'{path} 应是一个 JSON 对象，例如 {{"region": "泸州市", "industry": "白酒"}}。')
    return dict(given)
