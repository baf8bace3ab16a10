"""Advice -> JSON, Markdown, and the rows of a table. Pure functions; locators and quotes come from the build."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from rag.advice import Advice
from rag.builds import Build
from rag.conditions import OPEN, UNMET, Finding
from rag.founding import written_founding
from rag.match import FAILS, FITS, MAY_FIT, Verdict
from rag.present import DIGEST
from rag.present_words import NOTICE
from rag.profile import FIELDS, Profile
from rag.quantities import written_range
from rag.supports import QUANTITIES, Quote
from rag.tree import is_retold

NO_AMOUNT: Final = "条款没有写金额"
SHOWN: Final = 20
"""Supports of a verdict that the terminal shows."""


def advice_to_json(advice: Advice, build: Build, identifier: object = None) -> dict[str, Any]:
    """The contract other programs rely on (README)."""
    matching = advice.matching
    return {
        "id": identifier,
        "verdicts": [verdict_to_json(verdict, build) for verdict in matching.verdicts],
        "ask_next": asdict(advice.question) if advice.question else None,
        "profile": profile_to_json(matching.profile, matching.day),
        "understood": list(advice.understood),
        "problems": [asdict(problem) for problem in advice.problems],
        "left_out": dict(matching.left_out),
        "as_of": matching.day.isoformat(),
        "build_id": matching.build_id,
    }


def verdict_to_json(verdict: Verdict, build: Build) -> dict[str, Any]:
    """One support for one enterprise."""
    support, clause = verdict.support, build.clause_by_id[verdict.support.quote.clause_id]
    return {
        "support_id": support.id,
        "title": support.title,
        "kind": support.kind,
        "needs": list(support.needs),
        "policy_id": support.document_id,
        "policy_title": build.documents[support.document_id].title,
        "clause": clause.label,
        "item": clause.item,
        "verdict": verdict.verdict,
        "summary": summary(verdict, build),
        "names": list(verdict.names),
        "why": [why_to_json(finding, build) for finding in verdict.findings],
        "amount": verdict.worth.text if verdict.worth else None,
        "formula": verdict.worth.formula or None if verdict.worth else None,
        "quote": support.quote.text,
        "amount_quote": support.amount.quote.text if support.amount else None,
        "department": support.department or None,
        "opens": support.opens or None,
        "closes": support.closes or None,
        "exclusions": [one.wording for one in support.exclusions],
        "source_kind": build.documents[support.document_id].kind,
    }


def why_to_json(finding: Finding, build: Build) -> dict[str, Any]:
    """One condition with the words of the clause that ask for it."""
    clause = build.clause_by_id[finding.condition.quote.clause_id]
    return {
        "condition": finding.condition.wording,
        "result": finding.result,
        "clause": clause.label,
        "quote": finding.condition.quote.text,
        "distance": finding.distance or None,
    }


def summary(verdict: Verdict, build: Build) -> str:
    """The verdict in one line: 可能符合（缺：…）, 不符合（因为第五条：…；还差 300万元）."""
    if verdict.verdict == FAILS:
        failed = [one for one in verdict.findings if one.result == UNMET]
        parts = [
            f"{build.clause_by_id[one.condition.quote.clause_id].label}要求{one.condition.wording}"
            + (f"，{one.distance}" if one.distance else "")
            for one in failed
        ]
        return f"{FAILS}（因为{'；'.join(parts)}）"
    if verdict.verdict == MAY_FIT:
        return f"{MAY_FIT}（待确认：{'；'.join(verdict.missing)}）"
    return FITS


def place(quote: Quote, build: Build) -> str:
    """Where the words stand, as a reader would name it: 《…》（四）实施优势产业提质倍增行动·电子信息产业."""
    clause = build.clause_by_id[quote.clause_id]
    document = build.documents[clause.document_id]
    item = f"·{clause.item}" if clause.item else ""
    return f"《{document.title}》{clause.label}{clause.heading}{item}"


def standing(document_id: str, build: Build) -> str:
    """What must be said of a source that is not the official text; empty for one that is."""
    return DIGEST if is_retold(build.documents[document_id]) else ""


def money(verdict: Verdict) -> str:
    """The amount with its formula, or that the clause states none."""
    if verdict.worth is None:
        return NO_AMOUNT if verdict.support.amount is None else "见条款"
    return f"{verdict.worth.text}（{verdict.worth.formula}）" if verdict.worth.formula else verdict.worth.text


def grouped_by_need(verdicts: Iterable[Verdict], profile: Profile) -> list[tuple[str, list[Verdict]]]:
    """Verdicts under the need they serve, a stated need first, each once, groups in the order of their best."""
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        needs = verdict.support.needs
        need = next((one for one in profile.needs if one in needs), needs[0])
        groups.setdefault(need, []).append(verdict)
    stated = [need for need in groups if need in profile.needs]
    return [(need, groups[need]) for need in dict.fromkeys([*stated, *groups])]


def profile_to_json(profile: Profile, day: date) -> dict[str, Any]:
    """The fields that are known, in the form in which they can be given again on `day`."""
    found: dict[str, Any] = {
        "region": str(profile.region) if profile.region else None,
        "industry": list(profile.industries),
        "size": profile.size,
        "above_scale": profile.above_scale,
        "founded": written_founding(*profile.founded, day) if profile.founded else None,
        "qualifications": list(profile.qualifications),
        "other_qualifications": "无" if profile.no_others else None,
        "ownership": profile.ownership,
        "organisation": profile.organisation,
        "needs": list(profile.needs),
    }
    for name, interval in profile.quantities.items():
        found[name] = written_range(interval.low, interval.high, QUANTITIES[name])
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def told(profile: Profile, day: date) -> list[tuple[str, str]]:
    """The fields that are known but the description and the answers, each with its value in words on `day`."""
    known = profile_to_json(profile, day)
    return [(name, _words(known[name])) for name in FIELDS if name in known]


def advice_to_markdown(advice: Advice, build: Build) -> str:
    """For a terminal: what was understood, the best of each verdict by need, what to tell next."""
    matching = advice.matching
    known = "；".join(f"{FIELDS[name]} {words}" for name, words in told(matching.profile, matching.day))
    lines = [f"了解到：{known or '还没有企业情况'}"]
    lines += [f"注意：{problem.message}" for problem in advice.problems]
    for verdict_name in (FITS, MAY_FIT):
        own = [one for one in matching.verdicts if one.verdict == verdict_name and one.names]
        if own:
            more = f"，下面是前 {SHOWN} 项，加 --json 看全部" if len(own) > SHOWN else ""
            lines.append(f"\n## {verdict_name}（{len(own)} 项点到本企业{more}）")
        for need, verdicts in grouped_by_need(own[:SHOWN], matching.profile):
            lines.append(f"### {need}")
            lines += _lines(verdicts, build)
    failed = sum(one.verdict == FAILS for one in matching.verdicts)
    general = sum(one.verdict != FAILS and not one.names for one in matching.verdicts)
    left = "；".join(f"{name} {count} 项" for name, count in matching.left_out.items())
    lines.append(f"\n另有面向所有企业的 {general} 项、不符合的 {failed} 项。未列入：{left or '无'}。")
    if advice.question:
        lines.append(f"接着告诉我们：{advice.question.text}（能定下更多条目）")
    return "\n".join([*lines, f"（{NOTICE}）"])


def _lines(verdicts: Sequence[Verdict], build: Build) -> list[str]:
    found = []
    for verdict in verdicts:
        label = standing(verdict.support.document_id, build)
        source = place(verdict.support.quote, build) + (f"｜{label}" if label else "")
        open_ = [one.condition.wording for one in verdict.findings if one.result == OPEN]
        found.append(f"- {verdict.support.title}：{money(verdict)}。{source}")
        if open_:
            found.append(f"  待确认：{'；'.join(open_)}")
    return found


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
