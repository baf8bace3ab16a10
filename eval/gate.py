"""May this change go in? Hard conditions on a run, and no loss against the baseline.

| condition                | holds when                                                            |
|--------------------------|-----------------------------------------------------------------------|
| gold                     | lint finds nothing                                                    |
| must-pass set            | every question of `eval/gold/must_pass.txt` is strictly right         |
| figures, quotes          | no figure without support, no quote that is false or misplaced        |
| exceptions               | no question ended in one                                              |
| non-inferiority          | lower 95 % bound of the change of strict accuracy ≥ -`MARGIN`         |
| categories               | none significantly worse (eval.compare)                               |

The margin is that of a non-inferiority test: it is not enough that no loss was proven.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from eval.baseline import scored_on
from eval.cases import GOLD
from eval.compare import Comparison, compare
from eval.compare_command import points
from eval.metrics import Score
from eval.runs import OURS, Run, corpus_fingerprint, scored
from rag.builds import Build
from rag.errors import InputError

MARGIN: Final = 0.03
MUST_PASS: Final = GOLD / "must_pass.txt"
_LISTED = 8


@dataclass(frozen=True)
class Check:
    """One condition and, in Chinese, what was found."""

    name: str
    passed: bool
    found: str


@dataclass(frozen=True)
class GateReport:
    """All conditions; `comparison` is None when nothing was compared (a new baseline)."""

    checks: tuple[Check, ...]
    comparison: Comparison | None

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)


def read_must_pass(path: Path = MUST_PASS) -> tuple[str, ...]:
    """Ids, one a line; what follows # is a comment.

    Raises:
        InputError: the file is missing or has no id.
    """
    try:
        lines = path.read_text(encoding="utf8").splitlines()
    except OSError as problem:
        raise InputError(f"找不到必过题清单 {path}。") from problem
    found = tuple(name for line in lines if (name := line.partition("#")[0].strip()))
    if not found:
        raise InputError(f"必过题清单 {path} 是空的。")
    return found


def judge(
    run: Run, build: Build, must_pass: Collection[str], lint_problems: Sequence[str], baseline: Run | None
) -> GateReport:
    """Judge a run by its answers; scores are made anew. Without a baseline nothing is compared.

    Raises:
        InputError: it cannot be judged: the run or the baseline is of other documents, a question of
            the must-pass set was not asked, or there is nothing to compare.
    """
    if run.header.corpus != corpus_fingerprint(build):
        raise InputError("这次评测问的不是现在索引里的文件。请重新运行 python -m eval run。")
    if missing := [name for name in must_pass if name not in run.answers[OURS]]:
        raise InputError(f"这次评测没有问到必过题 {_named(missing)}。请不带 --category 等限制重新评测。")
    run = scored(run, build)
    scores = run.scores[OURS]
    comparison = None if baseline is None else _compared(run, baseline, build)
    return GateReport((*_hard(scores, must_pass, lint_problems), *_relative(comparison)), comparison)


def _compared(run: Run, baseline: Run, build: Build) -> Comparison:
    if baseline.header.corpus != run.header.corpus:
        raise InputError(
            "文件变了：基准所问的文件与现在的不同，分数不能相比。请核对这次的结果，"
            "确认无误后用 --rebaseline 写明原因，更换基准。"
        )
    return compare(scored_on(baseline, run.cases, build), run)


def _hard(
    scores: dict[str, Score], must_pass: Collection[str], lint_problems: Sequence[str]
) -> tuple[Check, ...]:
    def none_of(name: str, guilty: Sequence[str]) -> Check:
        return Check(name, not guilty, f"{len(guilty)} 题：{_named(guilty)}" if guilty else "没有")

    def where(wrong: Sequence[bool]) -> list[str]:
        return [name for name, is_wrong in zip(scores, wrong, strict=True) if is_wrong]

    all_scores = list(scores.values())
    failing = [name for name in must_pass if not scores[name].strict]
    right = f"{len(must_pass) - len(failing)}/{len(must_pass)}"
    return (
        Check(
            "金标检查", not lint_problems,
            f"{len(lint_problems)} 处问题：{lint_problems[0]}" if lint_problems else "没有问题",
        ),
        Check("必过题", not failing, f"{right}，没过：{_named(failing)}" if failing else right),
        none_of("无据的数字和条号", where([one.unsupported > 0 for one in all_scores])),
        none_of("不符的引文", where([one.false_quotes > 0 for one in all_scores])),
        none_of("错位的引文", where([one.misplaced_quotes > 0 for one in all_scores])),
        none_of("异常", where([one.failed for one in all_scores])),
    )  # fmt: skip


def _relative(comparison: Comparison | None) -> tuple[Check, ...]:
    if comparison is None:
        return ()
    change = comparison.strict.change
    worse = [one for one in comparison.categories if one.verdict == "worse"]
    told = "、".join(f"{one.label} {points(one)}" for one in worse)
    return (
        Check(
            "不比基准差", change is not None and change.low >= -MARGIN,
            f"严格准确率差 {points(comparison.strict)} 个百分点，下限须 ≥ -{100 * MARGIN:g}（{comparison.asked} 题）",
        ),
        Check("各类别", not worse, f"明显变差：{told}" if worse else "没有明显变差的"),
    )  # fmt: skip


def _named(names: Sequence[str]) -> str:
    more = f" 等 {len(names)} 题" if len(names) > _LISTED else ""
    return "、".join(names[:_LISTED]) + more
