"""Was the answer right? Deterministic, and every question is in every denominator.

Citing oneself proves nothing (a copied passage supports itself), so the headlines
ask for the right facts and the right clause, as gold says (ALCE, appendix C:
the top passage verbatim gets 99 % citation recall and 35 % correctness).

| headline   | an answer is right when                                                            |
|------------|------------------------------------------------------------------------------------|
| `accurate` | it does what was expected, has all facts and nothing forbidden, whatever it cites  |
| `grounded` | it is accurate, cites a clause of every slot, and every quote and figure is sound  |
| `strict`   | it does what was expected, has all facts, cites every slot and a gold clause first |

What is expected: an answer of less than `LONGEST` characters, a refusal, or a corrected premise
(declined or partial, with the true value and its clauses). Where a question can be understood
in several ways, a question back, whose 相近条款 are what it offers to choose from and count as
its citations, or an answer with the facts of all of them.
"""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

from eval.cases import Case, clause_of, lexical_overlap
from eval.citations import levels
from rag.builds import Build
from rag.figures import canonical_figures, normalise
from rag.types import Answer, Citation

LONGEST = 600
"""Characters: a longer answer is a dump, not an answer."""
ANSWERED = frozenset({"answered", "partial"})
_NUMERALS = "零〇一二两三四五六七八九十百千万亿"
_MARKER = re.compile(r"\[\d+\]")
_LOCATOR = re.compile(
    rf"第(?:[{_NUMERALS}]+|\d+)(?:条|款|项|章|节|部分)"
    r"|(?:[一二三四五六七八九十]+、)?\((?:[零一二三四五六七八九十百]+|\d{1,2})\)"
)
_FIGURE = re.compile(
    rf"(?:\d[\d.,]*|[{_NUMERALS}]+)(?:年(?:\d+月(?:\d+日)?)?|个?百分点|个?工作日|个月|[十百千万亿]*(?:元|千伏|个|家|项|户|亩|吨|公里))"
    r"|[\d.,]+%|百分之.+"
)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


@dataclass(frozen=True)
class Score:
    """How one answer did. Booleans are judged against gold; counts are of its citations."""

    id: str
    category: str
    style: str
    expect: str
    strict: bool
    facts: bool
    first_clause: bool
    all_clauses: bool
    items: bool | None
    """Whether every item that gold names was cited as that item; None when gold names none."""
    answered: bool
    declined: bool
    failed: bool
    """An exception instead of an answer."""
    cited: int
    """Distinct clauses."""
    cited_gold: int
    slots: int
    slots_cited: int
    unsupported: int
    """Figures, dates and locators in the text that no quote holds."""
    false_quotes: int
    """Quotes that are not the document's text at their offsets."""
    misplaced_quotes: int
    """Quotes that do not stand in the clause whose locator is shown."""
    length: int
    elapsed_ms: float
    accurate: bool
    grounded: bool
    fact_recall: float | None
    """Share (0..1) of the facts that the answer has; None when gold names none, and of a due question back."""
    document_precision: float | None
    document_recall: float | None
    clause_precision: float | None
    clause_recall: float | None
    item_precision: float | None
    item_recall: float | None
    confidence: float
    cluster: str
    """The policy that the question is on (`Case.group`)."""
    difficulty: int | None
    overlap: float | None
    """Share (0..1) of the question's character bigrams that stand in its evidence; None without evidence."""


def is_asked_back(case: Case, answer: Answer) -> bool:
    """Whether a question back was wanted and given."""
    return case.expect == answer.status == "clarify"


def places_of(case: Case, answer: Answer) -> tuple[Citation, ...]:
    """The places that are judged: of a question back, those it offers to choose from."""
    return answer.nearest if is_asked_back(case, answer) else answer.citations


def score(case: Case, answer: Answer | None, build: Build) -> Score:
    """Judge one answer; None stands for an exception."""
    failed = answer is None
    answer = answer or Answer(case.question, "error", "")
    asked_back, shown = is_asked_back(case, answer), places_of(case, answer)
    exact = [clause_id_of(citation, build) for citation in shown]
    cited = list(dict.fromkeys(clause_of(name, build) for name in exact))
    slots = [{clause_of(name, build) for name in slot} for slot in case.gold_clauses]
    slots_cited = sum(any(name in slot for name in cited) for slot in slots)
    present = [] if asked_back else [has_fact(answer.answer, fact) for fact in case.facts]
    facts, all_clauses = all(present), bool(slots) and slots_cited == len(slots)
    first = bool(cited) and any(cited[0] in slot for slot in slots)
    expected = is_as_expected(case, answer)
    accurate = expected and facts and not has_forbidden(case, answer.answer)
    false, misplaced = false_quotes(shown, build), misplaced_quotes(shown, build)
    loose = len(unsupported(replace(answer, citations=shown)))
    answered = answer.status in ANSWERED
    return Score(
        id=case.id, category=case.category, style=case.style, expect=case.expect,
        strict=expected
        and (case.expect == "refuse" or (facts and all_clauses and (first or case.expect != "answer"))),
        facts=facts, first_clause=first, all_clauses=all_clauses, items=_items_cited(case, exact, build),
        answered=answered, declined=answer.status == "refused", failed=failed, cited=len(cited),
        cited_gold=sum(any(name in slot for slot in slots) for name in cited),
        slots=len(slots), slots_cited=slots_cited, unsupported=loose, false_quotes=false, misplaced_quotes=misplaced,
        length=len(answer.answer), elapsed_ms=answer.elapsed_ms, accurate=accurate,
        grounded=accurate and slots_cited == len(slots) and not (false or misplaced or loose),
        fact_recall=sum(present) / len(present) if present else None,
        confidence=answer.confidence, cluster=case.group, difficulty=case.difficulty, overlap=lexical_overlap(case, build),
        **asdict(levels(case, exact, build, answered=answered)),
    )  # fmt: skip


def is_as_expected(case: Case, answer: Answer) -> bool:
    """Whether it answers, declines, asks back or corrects as it should; what it says is judged apart."""
    answers = answer.status in ANSWERED and len(answer.answer) < LONGEST
    return {
        "answer": answers,
        "refuse": answer.status == "refused",
        "correct_premise": answer.status in {"refused", "partial"},
        "clarify": answers or answer.status == "clarify",
    }[case.expect]


def has_forbidden(case: Case, text: str) -> bool:
    """Whether `text` matches a pattern that a right answer must not, as it stands or normalised."""
    spoken = _MARKER.sub("", text)
    return any(re.search(one.pattern, said) for one in case.forbidden for said in (spoken, _plain(spoken)))


def has_fact(text: str, alternatives: Iterable[str]) -> bool:
    """Whether `text` holds one of the alternatives.

    A figure must match in value and unit: 5% is not in 25%. Other words must stand
    there as they are, and not as the tail of a longer number: 六大 is not in 十六大.
    """
    spoken = _MARKER.sub("", text)
    plain, figures = _plain(spoken), canonical_figures(spoken)
    for alternative in alternatives:
        wanted = _plain(alternative)
        values = canonical_figures(wanted) if _FIGURE.fullmatch(wanted) else frozenset()
        if values <= figures if values else _stands_in(wanted, plain):
            return True
    return False


def unsupported(answer: Answer) -> set[str]:
    """Figures, dates and locators of the text that no citation holds.

    A quote holds what stands in it; a citation's own locator and 文号 may also be named.
    """
    text = normalise(_MARKER.sub("", answer.answer))
    held = [
        normalise(words)
        for citation in answer.citations
        for words in (citation.quote, citation.clause, citation.doc_number or "")
    ]
    places = [*held, *(normalise(citation.part) for citation in answer.citations)]
    loose = {locator for locator in _LOCATOR.findall(text) if not any(locator in place for place in places)}
    known: frozenset[str] = frozenset().union(*map(canonical_figures, held))
    return loose | (canonical_figures(_LOCATOR.sub(",", text)) - known)


def false_quotes(citations: Iterable[Citation], build: Build) -> int:
    """Citations whose quote is not what stands at their offsets."""
    return sum(
        citation.policy_id not in build.documents
        or build.documents[citation.policy_id].text[citation.start : citation.end] != citation.quote
        for citation in citations
    )


def misplaced_quotes(citations: Iterable[Citation], build: Build) -> int:
    """Citations whose offsets do not lie in the clause that a reader finds under their locator."""
    shown = ((citation, build.clause_by_id.get(clause_id_of(citation, build))) for citation in citations)
    return sum(
        clause is None or not clause.start <= citation.start <= citation.end <= clause.end
        for citation, clause in shown
    )


def clause_id_of(citation: Citation, build: Build) -> str:
    """The id of the clause or item whose locator the reader sees.

    Looked up by locator, not by offsets, so that a wrong locator over a right quote
    counts as wrong; offsets only choose between clauses with the same locator.
    """
    alike = [clause for clause in build.clauses_of(citation.policy_id) if clause.label == citation.clause]
    shown = [clause for clause in alike if clause.item == citation.item]
    for clause in (*(one for one in shown if one.start <= citation.start < one.end), *shown):
        return clause.id
    whole = next((one.id for one in alike if not one.item), f"{citation.policy_id}#{citation.clause}")
    return f"{whole}/{citation.item}" if citation.item else whole


def _items_cited(case: Case, exact: Iterable[str], build: Build) -> bool | None:
    """Judged on slots that accept items alone; where the whole clause also does, nothing is asked."""
    exact = set(exact)
    demanding = [slot for slot in case.gold_clauses if all(clause_of(name, build) != name for name in slot)]
    return all(exact.intersection(slot) for slot in demanding) if demanding else None


def _plain(text: str) -> str:
    return _THOUSANDS.sub("", normalise(text))


def _stands_in(wanted: str, plain: str) -> bool:
    before = after = ""
    if wanted[:1].isdecimal():
        before = r"(?<!\d)(?<!\d\.)"
    elif wanted[:1] in _NUMERALS:
        before = rf"(?<![{_NUMERALS}])"
    if wanted[-1:].isdecimal():
        after = r"(?!\d|\.\d)"
    elif wanted[-1:] in _NUMERALS:
        after = rf"(?![{_NUMERALS}])"
    return re.search(before + re.escape(wanted) + after, plain) is not None
