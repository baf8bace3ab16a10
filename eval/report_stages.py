"""The steps on the way to an answer, and the other experiments, as JSON values of a report. None: not measured."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from eval.abstention import refusals, risk_curve
from eval.compare import resampling_for
from eval.matching import TARGETS, is_met
from eval.metrics import Score
from eval.report_words import interval_words, percent
from eval.resampling import Resampling
from eval.retrieval import LABELS, score_rankings
from eval.runs import OURS, Run
from eval.statistics import Interval, Share
from eval.waterfall import BOXES, ORACLES, Waterfall, waterfall
from rag.builds import Build
from rag.errors import InputError

SHARES_OF_QUESTIONS: Final = {
    "precision": "拒答里本该拒的（精度）", "recall": "该拒的拒了（召回）", "over_refusal": "可答的却拒了", "unanswered": "可答的没有答出",
}  # fmt: skip


def share_json(share: Share) -> dict[str, Any]:
    """Hits, total, value (None when nothing was counted) and the Wilson bounds."""
    low, high = share.interval
    return {"hits": share.hits, "total": share.total, "value": share.value, "low": low, "high": high}


def rankings(run: Run) -> Mapping[str, Sequence[str]] | None:
    """What our system ranked for every question; None when the run did not keep it."""
    ranked = {name: stored.ranked for name, stored in run.answers[OURS].items()}
    return ranked if any(ranked.values()) else None


def retrieval_json(run: Run, build: Build) -> dict[str, Any] | None:
    """Means over the questions with gold clauses, with their bounds."""
    ranked = rankings(run)
    asked = [case for case in run.cases if case.gold_clauses]
    if ranked is None or not asked:
        return None
    scores, draws = score_rankings(asked, ranked, build), resampling_for(asked)
    figures = []
    for name, label in LABELS.items():
        mean = draws.mean([getattr(one, name) for one in scores])
        words = f"{percent(mean.value)} [{percent(mean.low)}, {percent(mean.high)}]" if mean else "–"
        figures.append({"name": name, "label": label, "words": words, "value": mean.value if mean else None})
    return {"questions": len(asked), "figures": figures}


def _mean(values: Sequence[float | None], draws: Resampling) -> Interval | None:
    """By drawing anew, but for a share: of one that is all or nothing, that would give an interval of no width."""
    known = [value for value in values if value is not None]
    if known and set(known) <= {0.0, 1.0}:
        share = Share.of([value == 1.0 for value in known])
        return Interval(share.hits / share.total, *share.interval)
    return draws.mean(values)


def abstention_json(scores: Sequence[Score]) -> dict[str, Any]:
    """Refusals, and risk by coverage of the answers."""
    found, curve = refusals(scores), risk_curve(scores)
    figures = [
        {"name": name, "label": label, "words": _counted(getattr(found, name))}
        for name, label in SHARES_OF_QUESTIONS.items()
    ]
    figures += [
        {"name": "f1", "label": "拒答 F1", "words": percent(found.f1)},
        {
            "name": "reward", "label": "答对得 1 分、拒答 0 分、答错扣 1 分，平均",
            "words": "–" if found.reward is None else f"{found.reward:.3f}",
        },
    ]  # fmt: skip
    return {"figures": figures, "curve": curve.points, "aurc": curve.aurc, "normalised": curve.normalised}


def lost_steps(run: Run, build: Build) -> Waterfall | None:
    """Where the answerable questions were lost; None when the run did not keep the rankings."""
    ranked = rankings(run)
    return waterfall(run.cases, run.scores[OURS], ranked, build) if ranked else None


def waterfall_json(found: Waterfall | None, oracles: Any) -> dict[str, Any] | None:  # noqa: ANN401 (any JSON)
    """The steps from all answerable questions to those that passed, and the oracle runs that were made.

    Raises:
        InputError: `oracles` is not what `oracles_to_json` made.
    """
    if found is None:
        return None
    losses = [
        {"name": box, "label": label, "count": len(found.boxes[box]), "kind": "loss"}
        for box, label in BOXES.items()
    ]
    try:
        shares = {name: Share(*oracles[name]) for name in ORACLES} if oracles else {}
    except (KeyError, TypeError) as problem:
        raise InputError("oracles.json 已损坏，请删去后重新生成。") from problem
    return {
        "steps": [
            {"name": "answerable", "label": "可答的题", "count": found.answerable, "kind": "total"},
            *losses,
            {"name": "strict", "label": "严格通过", "count": found.strict, "kind": "rest"},
        ],
        "oracles": [
            {"name": name, "label": ORACLES[name], "words": _counted(its), "value": its.value}
            for name, its in shares.items()
        ],
    }


def oracles_to_json(found: Mapping[str, Share]) -> dict[str, tuple[int, int]]:
    """Oracle run -> hits, total."""
    return {name: (share.hits, share.total) for name, share in found.items()}


def metamorphic_json(found: Any) -> list[dict[str, Any]] | None:  # noqa: ANN401 (any JSON)
    """The relations of `python -m eval metamorphic --json`.

    Raises:
        InputError: it is something else.
    """
    if found is None:
        return None
    try:
        return [
            {
                "name": one["name"], "label": one["label"], "expected": one["expected"],
                "share": share_json(Share(one["hits"], one["total"])),
                "also": {"label": one["also"]["label"], "share": share_json(Share(one["also"]["hits"], one["also"]["total"]))},
                "failures": [
                    {name: str(its[name]) for name in ("id", "question", "expected", "got")} for its in one["failures"]
                    if not its["passed"]
                ],
            }
            for one in found["relations"]
        ]  # fmt: skip
    except (KeyError, TypeError) as problem:
        raise InputError("metamorphic.json 不是 python -m eval metamorphic --json 写下的。") from problem


def matching_json(found: Any) -> list[dict[str, Any]] | None:  # noqa: ANN401 (any JSON)
    """The figures of `python -m eval match --json` with their targets.

    Raises:
        InputError: it is something else.
    """
    if found is None:
        return None
    try:
        return [
            {
                "name": name, "label": label, "value": f"{found[name]:.3f}", "target": f"{'≥' if more else '≤'} {target:g}",
                "met": is_met(found[name], target, more=more),
            }
            for name, label, target, more in TARGETS
        ]  # fmt: skip
    except (KeyError, TypeError, ValueError) as problem:
        raise InputError("matching.json 不是 python -m eval match --json 写下的。") from problem


def _counted(share: Share) -> str:
    return f"{share.hits}/{share.total}，{interval_words(share_json(share))}" if share.total else "–"
