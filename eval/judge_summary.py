"""What a judge found, in figures: of a run (`judge.json` beside it) and of the labels."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from eval.judge import ERROR, NO, VERDICTS, YES, Judge, Judgement
from eval.judge_calibration import Calibration
from eval.judge_items import KINDS, Item
from eval.report_stages import share_json
from eval.runs import Run
from eval.statistics import Interval, Share

FILE: Final = "judge.json"
_HELD_OUT: Final = "test"
"""Of this split only totals are told."""
SHARES: Final = {
    "sensitivity": "读者说是、评卷也说是（灵敏度）",
    "specificity": "读者说否、评卷也说否（特异度）",
    "agreement": "与读者一致",
    "errors": "评卷失败的项",
    "failed_votes": "失败的票",
    "unanimous": "三票一致",
    "repeated": "同一顺序问两次，两票一致",
}
INTERVALS: Final = {
    "kappa": "与读者的一致性 κ",
    "order_bias": "文字在前比在后多判的“是”",
    "length_bias": "回答前后加上空话后多判的“是”",
}


def run_json(run: Run, system: int, items: Sequence[Item], found: Mapping[str, Judgement]) -> dict[str, Any]:
    """What was judged of one system: counts by verdict, and the facts on which judge and rule differ.

    Of the held-out split it is not told which they are.
    """
    verdicts = [(item, found[item.key].verdict) for item in items]
    alike = [said == (YES if item.by_rule else NO) for item, said in verdicts if item.kind == "fact"]
    return {
        "system": system,
        "name": run.header.systems[system],
        "questions": len({item.case for item in items}),
        "of": len(run.cases),
        **{kind: _counts([said for item, said in verdicts if item.kind == kind]) for kind in KINDS},
        "rules": share_json(Share.of(alike)),
        "disagreements": [] if run.header.split == _HELD_OUT else _apart(run, items, found),
    }


def _apart(run: Run, items: Sequence[Item], found: Mapping[str, Judgement]) -> list[dict[str, Any]]:
    questions = {case.id: case.question for case in run.cases}
    return [
        {
            "id": item.case, "question": questions[item.case], "claim": item.claim.rpartition("应答出：")[2],
            "rule": item.by_rule, "verdict": found[item.key].verdict, "quote": _quote(found[item.key]),
        }
        for item in items
        if item.kind == "fact" and found[item.key].verdict != (YES if item.by_rule else NO)
    ]  # fmt: skip


def calibration_json(found: Calibration) -> dict[str, Any]:
    """Shares with Wilson bounds, the others with theirs from drawing anew; None where not defined."""
    made: dict[str, Any] = {"count": found.count}
    for one in fields(found):
        value = getattr(found, one.name)
        if isinstance(value, Share):
            made[one.name] = share_json(value)
        elif isinstance(value, Interval):
            made[one.name] = value._asdict()
        elif value is None:
            made[one.name] = None
    return made


def write_judge_json(
    folder: Path, judge: Judge, one: Mapping[str, Any], calibration: Calibration | None
) -> None:
    """Put what was found of one system into `judge.json`, beside other systems that the same judge looked at."""
    path = folder / FILE
    known = _known(path, judge)
    others = [its for its in known if its["system"] != one["system"]]
    made = {
        "model": judge.model,
        "prompt": judge.prompt_hash,
        "judged": sorted([*others, one], key=lambda its: its["system"]),
        "calibration": None if calibration is None else calibration_json(calibration),
    }
    partial = path.with_name(f"{FILE}.part")
    partial.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf8")
    partial.replace(path)


def _known(path: Path, judge: Judge) -> list[dict[str, Any]]:
    """What `judge.json` holds of this judge; nothing when it is missing, damaged or of another."""
    try:
        found = json.loads(path.read_text(encoding="utf8"))
        same = (found["model"], found["prompt"]) == (judge.model, judge.prompt_hash)
        return [dict(one) for one in found["judged"] if "system" in one] if same else []
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _counts(verdicts: Sequence[str]) -> dict[str, Any]:
    """The share of yes, and how often each verdict was given; everything is in the denominator."""
    counts = Counter(verdicts)
    return {
        "yes": share_json(Share(counts[YES], len(verdicts))),
        "counts": {name: counts[name] for name in VERDICTS},
    }


def _quote(judgement: Judgement) -> str:
    """The first quote of a vote that said what the verdict is; the reason where it is an error."""
    for vote in judgement.votes:
        if vote.verdict == judgement.verdict:
            return (vote.problem or "") if vote.verdict == ERROR else vote.quote
    return ""
