"""What is wrong with gold questions, checked against the indexed corpus, as Chinese sentences.

Gold is only worth something when its clauses exist, its quotes stand there word for word,
its facts stand in the quotes, and no question measures memory: one that repeats a written
question of the index, or that stands in both splits.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

from eval.cases import CATEGORIES, DIFFICULTIES, RELATED, STYLES, Case, Expectation, clause_of, whole_text
from eval.duplicates import near_duplicates
from rag.builds import Build
from rag.figures import normalise


def lint(splits: Mapping[str, Sequence[Case]], build: Build) -> list[str]:
    """Everything wrong with the cases of all splits; empty when all is well."""
    cases = [case for its in splits.values() for case in its]
    problems = [
        f"{case.id}：写着属于 {case.split!r}，却在 {split} 里。"
        for split, its in splits.items()
        for case in its
        if case.split != split
    ]
    by_id = {case.id: case for case in cases}
    problems += repeated_ids(case.id for case in cases)
    for case in cases:
        problems += problems_of(case, build)
        plain = by_id.get(case.twin_of or "")
        if case.twin_of and (plain is None or plain is case or plain.split != case.split):
            problems.append(f"{case.id}：同一部分里没有它所改写的 {case.twin_of}。")
    return problems + _repeated_questions(cases, build)


def repeated_ids(ids: Iterable[str]) -> list[str]:
    """One sentence for every id that has occurred before."""
    seen: set[str] = set()
    problems = []
    for name in ids:
        if name in seen:
            problems.append(f"{name}：编号重复。")
        seen.add(name)
    return problems


def _repeated_questions(cases: Sequence[Case], build: Build) -> list[str]:
    questions = [case.question for case in cases]
    pairs = near_duplicates(questions, questions)
    problems = [
        f"{cases[later].id} 与 {cases[earlier].id} 的问题几乎相同。"
        for later, earlier in pairs
        if later > earlier and not _are_twins(cases[later], cases[earlier])
    ]
    learnt = near_duplicates(questions, [passage.text for passage in build.questions])
    known = dict.fromkeys(row for row, _ in learnt)
    return problems + [f"{cases[row].id} 与索引收录的一个问法几乎相同。" for row in known]


def _are_twins(one: Case, other: Case) -> bool:
    """Whether one rewords the other, or both reword a third, on purpose."""
    return (one.twin_of or one.id) == (other.twin_of or other.id)


def problems_of(case: Case, build: Build) -> list[str]:
    """What is wrong with one case by itself."""
    gold = [name for slot in case.gold_clauses for name in slot]
    named = [*gold, *(name for name, _ in case.evidence), *case.near_miss_clauses]
    problems = [f"{case.id}：{problem}。" for problem in _malformed(case)]
    problems += missing_clauses(case.id, named, build)
    problems += [
        f"{case.id}：{name} 里没有“{quote[:30]}”。"
        for name, quote in case.evidence
        if normalise(quote) not in whole_text(name, build)
    ]
    right = {clause_of(name, build) for name in gold}
    problems += [
        f"{case.id}：所引的 {name} 不在金标条款里。"
        for name in dict.fromkeys(name for name, _ in case.evidence)
        if right and clause_of(name, build) not in right
    ]
    problems += [f"{case.id}：事实“{fact[0]}”不在所引的话里。" for fact in _loose_facts(case, build)]
    policies = {case.policy, case.cluster} - {None, "none", *build.documents}
    return problems + [f"{case.id}：索引里没有文件 {name}。" for name in sorted(map(str, policies))]


def _loose_facts(case: Case, build: Build) -> list[tuple[str, ...]]:
    """Facts without support: the first wording stands in a quote; where nothing is quoted, one stands in a gold clause."""
    facts = [fact for fact in case.facts if fact]
    if case.evidence:
        quoted = [normalise(quote) for _, quote in case.evidence]
        return [fact for fact in facts if not any(normalise(fact[0]) in quote for quote in quoted)]
    texts = [whole_text(name, build) for slot in case.gold_clauses for name in slot]
    return [fact for fact in facts if not any(normalise(one) in text for one in fact for text in texts)]


def missing_clauses(case_id: str, names: Iterable[str], build: Build) -> list[str]:
    """One sentence for every clause id that the index does not have."""
    return [
        f"{case_id}：文件里没有条款 {name}。"
        for name in dict.fromkeys(names)
        if name not in build.clause_by_id
    ]


def _malformed(case: Case) -> list[str]:
    """What is wrong with the record itself, whatever the corpus says."""
    needed = case.expect != "refuse"
    alternatives = [text for fact in case.facts for text in fact]
    wrong = {
        "问题是空的": not case.question.strip(),
        f"没有 {case.category!r} 这个类别": case.category not in CATEGORIES,
        f"没有 {case.style!r} 这种问法": case.style not in STYLES,
        f"expect 不能是 {case.expect!r}": case.expect not in get_args(Expectation),
        "应拒答的问题没有金标条款，其他问题必须有": needed != bool(case.gold_clauses),
        # Without facts every answer would have all of them.
        "应拒答的问题没有事实，其他问题必须有": case.category != RELATED and needed != bool(case.facts),
        "有事实或条款是空的": any(not all([slot, *slot]) for slot in (*case.facts, *case.gold_clauses)),
        f"难度不能是 {case.difficulty!r}": case.difficulty not in {None, *DIFFICULTIES},
        "还是草稿，请核对后去掉 draft": case.draft,
        "有事实与 forbidden 冲突": any(
            re.search(one.pattern, text) for one in case.forbidden for text in alternatives if _compiles(one.pattern)
        ),
    }  # fmt: skip
    problems = [problem for problem, found in wrong.items() if found]
    return problems + [
        f"forbidden 里的 {one.pattern!r} 不是正则表达式"
        for one in case.forbidden
        if not _compiles(one.pattern)
    ]


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True
