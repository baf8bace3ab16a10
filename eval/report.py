"""A run -> report.json: everything that the HTML, Markdown and JUnit forms and the page's 评测 tab show.

| key         | holds                                                                                  |
|-------------|----------------------------------------------------------------------------------------|
| header      | `RunHeader` of the run                                                                 |
| verdict     | level, words, sentences and the rule behind them                                       |
| headlines   | the three shares with Wilson bounds and, against another run, the change of each       |
| grid        | right or wrong by founded or not                                                       |
| groups      | the shares by category, style, difficulty and lexical overlap                          |
| citations   | precision, recall, F1 by document, clause, item                                        |
| soundness   | unsupported figures, false quotes, exceptions                                          |
| retrieval, abstention, waterfall, metamorphic, matching | as far as they were measured, else null    |
| judge       | what a language model said of facts and citations, else null; advice alone             |
| systems     | ours and the baselines                                                                 |
| cost        | latency, memory                                                                        |
| changes     | against the other run: sentence, categories, fixed and broken questions; else null     |
| questions, clauses | every question and the texts it refers to; empty for the held-out split          |
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from eval.compare import Comparison
from eval.report_changes import changes_json, headline_change
from eval.report_judge import judge_json
from eval.report_measures import (
    citations,
    cost,
    grid,
    groups,
    shares,
    soundness,
    systems,
    wrong_among_answered,
)
from eval.report_questions import clauses_json, questions_json
from eval.report_stages import (
    abstention_json,
    lost_steps,
    matching_json,
    metamorphic_json,
    retrieval_json,
    waterfall_json,
)
from eval.report_words import HEADLINES, verdict
from eval.runs import OURS, Run, RunHeader
from eval.waterfall import BOXES, Waterfall
from rag.builds import Build

FORMAT: Final = 1
HELD_OUT: Final = "test"
"""Of this split only totals are shown."""
_OPTIONS: Final = {"category": "类别", "sample": "随机抽题"}
_SWITCHES: Final = {
    "only_failing": "只问以前没过的",
    "related": "连同相关政策的题",
    "baselines": "连同对照",
    "peers": "连同其他框架",
}


def report(
    run: Run, build: Build, *, compared: Comparison | None = None, extras: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The report of a complete run; `build` is an index of the corpus that was asked.

    `extras` may hold what other commands wrote beside the run: metamorphic, matching, oracles, judge.

    Raises:
        InputError: one of `extras` is not what its command writes.
    """
    ours = [run.scores[OURS][case.id] for case in run.cases]
    total, sound = shares(ours), soundness(ours)
    lost = lost_steps(run, build)
    boxes = {name: BOXES[box] for name, box in lost.box_of.items()} if lost else {}
    questions = questions_json(run, build, boxes) if run.header.split != HELD_OUT else []
    return {
        "format": FORMAT,
        "header": _header(run.header),
        "verdict": verdict(total["grounded"], sound, wrong_among_answered(ours)),
        "headlines": [
            {
                "name": name, "label": label, "meaning": meaning, "share": total[name],
                "change": headline_change(name, compared),
            }
            for name, (label, meaning) in HEADLINES.items()
        ],
        "grid": grid(ours),
        "groups": groups(ours),
        "citations": citations(ours),
        "soundness": sound,
        "retrieval": retrieval_json(run, build),
        "abstention": abstention_json(ours),
        **_experiments(lost, extras or {}),
        "judge": judge_json((extras or {}).get("judge")),
        "systems": systems(run.cases, run.header.systems, run.scores),
        "cost": cost(ours, run.header.seconds, run.header.peak_memory_mb),
        "changes": changes_json(compared, run.cases) if compared else None,
        "about": about(run.header),
        "questions": questions,
        "clauses": clauses_json(questions, build),
    }  # fmt: skip


def _experiments(lost: Waterfall | None, extras: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "waterfall": waterfall_json(lost, extras.get("oracles")),
        "metamorphic": metamorphic_json(extras.get("metamorphic")),
        "matching": matching_json(extras.get("matching")),
    }


def _header(header: RunHeader) -> dict[str, Any]:
    """The header without the name of a folder: the page shows reports to everybody."""
    fields = asdict(header)
    fields["options"]["only_failing"] = bool(fields["options"].get("only_failing"))
    return fields


def about(header: RunHeader) -> Mapping[str, str]:
    """How the run was made, for whoever wants to repeat it."""
    chosen = [f"{label} {value}" for name, label in _OPTIONS.items() if (value := header.options.get(name))]
    chosen += [label for name, label in _SWITCHES.items() if header.options.get(name)]
    return {
        "时间（UTC）": header.created,
        "题目": f"{header.split}，{header.count} 题，种子 {header.seed}",
        "选题": "，".join(chosen) or "全部",
        "程序版本": header.version,
        "代码版本": header.git or "不在代码库里",
        "索引": header.build_id,
        "语料指纹": header.corpus,
        "嵌入模型": header.model,
        "Python": header.python,
        "主要的库": "，".join(f"{name} {version}" for name, version in header.libraries.items()),
    }
