"""What changed against another run, as JSON values (eval.compare does the comparing)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from eval.cases import Case
from eval.compare import Comparison, Difference
from eval.compare_command import summary_sentence

_OUTCOMES: Final = {"better": "变好了", "worse": "变差了", "undecided": "差别没有大到能排除是偶然"}


def headline_change(name: str, compared: Comparison | None) -> dict[str, Any] | None:
    """The change of one measure (0..1 with its bounds) and the verdict on it."""
    found = next((one for one in compared.measures if one.name == name), None) if compared else None
    return _change(found)


def changes_json(compared: Comparison, cases: Sequence[Case]) -> dict[str, Any]:
    """The other run, the verdict in a sentence, the change by category, and the questions fixed and broken.

    Single questions of the held-out split are only counted.
    """
    when = compared.first.created[:16].replace("T", " ")
    question_of = {} if compared.held_out else {case.id: case.question for case in cases}
    return {
        "created": compared.first.created,
        "version": compared.first.version,
        "git": compared.first.git,
        "asked": compared.asked,
        "left_out": compared.only_first + compared.only_second + compared.changed,
        "sentence": f"与 {when} 的评测相比（{compared.asked} 个同样的题）：{_OUTCOMES[compared.strict.verdict]}。",
        "details": summary_sentence(compared),
        "categories": {one.name: change for one in compared.categories if (change := _change(one))},
        **_moved("fixed", compared.fixed, question_of),
        **_moved("broken", compared.broken, question_of),
    }


def _change(found: Difference | None) -> dict[str, Any] | None:
    if found is None or found.change is None:
        return None
    return {**found.change._asdict(), "p": found.p, "adjusted": found.adjusted, "verdict": found.verdict}


def _moved(name: str, ids: Sequence[str], question_of: Mapping[str, str]) -> dict[str, Any]:
    listed = [{"id": one, "question": question_of[one]} for one in ids if one in question_of]
    return {name: listed, f"{name}_count": len(ids)}
