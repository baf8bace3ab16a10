"""The words of a report: names of groups and measures, and the verdict for a reader who did not build the product."""

from collections.abc import Mapping
from typing import Any, Final

CATEGORY_LABELS: Final = {
    "figure": "数字", "definition": "定义", "eligibility": "谁能享受", "procedure": "怎么办理", "body": "谁来管", "list": "列举",
    "prohibition": "禁止与责任", "content": "内容", "clause": "指定条款", "where": "写在哪里", "everyday": "日常说法",
    "enterprise": "企业诉求", "two_clauses": "两条合起来", "multi_policy": "几份文件", "validity": "效力与版本",
    "jurisdiction": "地区与层级", "unanswerable": "文件没有写", "out_of_scope": "范围之外", "false_premise": "前提有误",
    "ambiguous": "含糊、该反问", "follow_up": "追问", "robustness": "错字与方言", "adversarial": "诱导与夹带",
    "related": "相关政策",
}  # fmt: skip
STYLE_LABELS: Final = {
    "staff": "公务口吻", "lay": "百姓口吻", "enterprise": "企业口吻", "formal": "书面语", "dialect": "四川话", "typo": "错别字",
    "trad": "繁体字",
}  # fmt: skip
SPLIT_LABELS: Final = {"dev": "开发集", "test": "留出集"}
DIFFICULTY_LABELS: Final = {"1": "易", "2": "中", "3": "难", "": "未标"}
OVERLAP_LABELS: Final = ("措辞离原文远", "居中", "措辞贴近原文")
HEADLINES: Final = {
    "accurate": ("答对", "该答的答出了全部事实，该拒的拒了，没有说错；引了什么不论"),
    "grounded": ("答对且有据", "答对，而且引到了该引的条款，引文和数字都查得到"),
    "strict": ("严格", "第一条引用就对、条款引全、事实齐全、不长篇照抄"),
}
"""Field of a score -> its name and what it means."""
GOOD, FAIR, POOR, UNSURE = "good", "fair", "poor", "unsure"
_LEVELS: Final = {
    GOOD: "可以放心查，办事前点开条款核对",
    FAIR: "多数答得对，须逐条核对原文",
    POOR: "还不能依赖",
    UNSURE: "题太少，还说不准",
}
GOOD_FROM, FAIR_FROM, ENOUGH = 0.90, 0.75, 100
"""Lower bounds of the grounded share, and the questions from which a run says more than roughly."""
RULE: Final = (
    f"判定的规则：“答对且有据”的 95% 区间下限不低于 {GOOD_FROM:.0%}，且没有无据数字和不符的引文，为“可以放心查”；"
    f"下限不低于 {FAIR_FROM:.0%}，为“多数答得对”；上限不到 {FAIR_FROM:.0%}，或出现了无据数字、不符的引文，为“还不能依赖”；"
    "区间太宽、落不进任何一档，为“说不准”。"
)


def category_label(name: str) -> str:
    """The Chinese name of a category; an unknown one stays as it is."""
    return CATEGORY_LABELS.get(name, name)


def verdict(
    grounded: Mapping[str, Any], soundness: Mapping[str, Any], wrong_among_answered: Mapping[str, Any]
) -> dict[str, Any]:
    """The level and two or three sentences. The mappings are those of `eval.report_measures`."""
    clean = not (soundness["unsupported"] or soundness["false_quotes"])
    level = _level(grounded, clean=clean)
    return {
        "level": level,
        "words": _LEVELS[level],
        "sentences": [
            f"{grounded['total']} 个问题里，{grounded['hits']} 个答对并引对了条款（{interval_words(grounded)}）。",
            _errors(wrong_among_answered),
            _soundness(soundness),
            *_size(grounded["total"]),
        ],
        "rule": RULE,
    }


def _level(grounded: Mapping[str, Any], *, clean: bool) -> str:
    if not clean or grounded["high"] < FAIR_FROM:
        return POOR
    if grounded["low"] >= GOOD_FROM:
        return GOOD
    return FAIR if grounded["low"] >= FAIR_FROM else UNSURE


def interval_words(share: Mapping[str, Any]) -> str:
    """96.5%，95% 区间 94.2%–97.9%."""
    if share["value"] is None:
        return "没有题目"
    return f"{percent(share['value'])}，95% 区间 {percent(share['low'])}–{percent(share['high'])}"


def percent(value: float | None) -> str:
    """One decimal; – for what was not counted."""
    return "–" if value is None else f"{100 * value:.1f}%"


def _errors(wrong: Mapping[str, Any]) -> str:
    if not wrong["total"]:
        return "它没有回答任何一题。"
    if not wrong["hits"]:
        return f"它给出的 {wrong['total']} 个回答全都答对了，不会的都没有硬答。"
    return f"它给出的 {wrong['total']} 个回答里有 {wrong['hits']} 个不对，约每 {round(wrong['total'] / wrong['hits'])} 个有 1 个。"


def _soundness(soundness: Mapping[str, Any]) -> str:
    bad = {
        "没有依据的数字或条号": soundness["unsupported"],
        "与原文不符的引文": soundness["false_quotes"],
    }
    found = "、".join(f"{count} 处{name}" for name, count in bad.items() if count)
    crashed = f"有 {soundness['exceptions']} 题程序出了异常。" if soundness["exceptions"] else ""
    if found:
        return f"回答里有{found}，应先改正。{crashed}"
    return f"回答里的数字、日期、条号都有引文为据，引文都与原文一字不差。{crashed}"


def _size(total: int) -> list[str]:
    return [] if total >= ENOUGH else [f"只问了 {total} 题，只能看个大概。"]
