"""Questions that take something for granted which the policy does not say.

A figure, year or clause number in the question is a claim. Where the text of the
best evidence contradicts it, the answer refuses the claim and gives what the text
says instead, with its clause.
"""

import re
from collections.abc import Sequence

from rag.builds import Build
from rag.evidence import Terms, best_parts, years_of
from rag.extract import dated, figure_statement, refusal
from rag.figures import canonical_figures, years
from rag.locate import Location
from rag.retrieve import Candidate
from rag.segments import trimmed
from rag.types import Draft, Query, Span, Statement
from rag.vouching.indicators import keep_their_indicator
from rag.vouching.occurrences import Occurrence, occurrences
from rag.vouching.parts import shared, without_figures

_PUBLISHED = re.compile(r"\d{4}年?(?=[^,]{0,8}(?:出台|印发|发布|通过|的决定|的文件|决定|文件))")
_OWN = re.compile(r"我|咱|俺|本公司|本厂|本企业|一家")
"""First person: the figures describe the asker, they claim nothing of the policy."""
_COUNTED = ("大", "类", "级", "岁", "档", "种", "方", "步", "期", "批")
WRONG_FIGURE = "您提到的数字或年份与文件不符。文件写的是："
NO_FIGURE = "您提到的数字或年份在文件里没有依据，文件也没有给出这方面的数字。"
WRONG_CLAUSE = "您说的条款没有这方面的内容。相关内容在这里："
NO_SUCH_CLAUSE = "文件里没有您说的条款。文件的条款范围是："
_ASKING = re.compile(
    r"什么|啥|哪|几|多少|吗|么|怎|咋|如何|谁|能不能|可不可以|有没有|是否|行不|不(?:行|能)?$|没有?$|名字"
)
_TAG = re.compile("对吧|对不对|对头|没错|是吧|是不是|听说|真的|不是[^,]{1,16}[嘛吗么]|没错吧")
_CONDITIONAL = re.compile("如果|要是|一[年户次]|遍|假如|的话|只要|满|不到|想|打算|准备|需要")
_YUAN = re.compile("([零一二两三四五六七八九十百千万亿\\d]+)块钱?")
_MONEY = re.compile("[一二两三四五六七八九十百千万\\d.]+(?:亿(?![元千立吨度方])|万(?=[,。?;]|$))")
SUBJECT_SHARED = 0.35
"""Share of the words around a number in the question that the evidence must hold to speak of the same thing."""
READABLE = 90
"""Characters of a sentence that a correction gives whole."""
CLAIM_SHARE = 0.6
"""A named clause whose best passage scores under this share of the best elsewhere does not hold the subject."""


def missing_clause(location: Location) -> Draft:
    """Say that a clause does not exist, and the range that does, quoting its two ends."""
    if location.first is None or location.last is None:
        return refusal("文件没有按条款编号，无法按条号查找。请直接写出要查的内容。", ())
    spans = tuple(
        _label_span(clause.id, clause.start, clause.text) for clause in (location.first, location.last)
    )
    text = f"{location.first.label}至{location.last.label}"
    return Draft((Statement(text, spans),), NO_SUCH_CLAUSE, "refused", NO_SUCH_CLAUSE.rstrip("："))


def contradicted(query: Query, candidates: Sequence[Candidate], terms: Terms, build: Build) -> Draft | None:
    """A correction when the question's figure or year does not stand with the subject it names."""
    claimed_years, claimed_figures = _claims(query)
    if not claimed_years and not claimed_figures:
        return None
    subject = _about_the_subject(candidates, terms)
    claimed_figures = {
        one for one in claimed_figures if not _is_count(one) or _counted_otherwise(one, subject)
    }
    if not claimed_years and not claimed_figures:
        return None
    if any(_holds(claimed_years, claimed_figures, candidate, terms, build) for candidate in subject):
        return None
    asked = ("percentage",) if any("%" in figure for figure in claimed_figures) else ()
    for_figures = Query(text=query.text, core=query.core, form="figure", asks=asked)
    statement = figure_statement(for_figures, subject, terms, build)
    if statement is None:
        statement = dated(best_parts(subject[0].passage, build, terms)[0][1], subject[0].passage, build)
        if not canonical_figures(statement.text):
            return refusal(NO_FIGURE, candidates)
    return Draft((statement,), WRONG_FIGURE, "refused", WRONG_FIGURE.split("。", 1)[0] + "。")


def taken_for_granted(
    query: Query, candidates: Sequence[Candidate], terms: Terms, build: Build
) -> Draft | None:
    """A correction when a number that the question states in passing (总共一百家，…) is another one in the best evidence."""
    if not candidates:
        return None
    subject = _about_the_subject(candidates, terms)
    for part in map(_in_full, asserted(query.text)):
        for claim in _numbers(part):
            about = [one for one in subject if shared(without_figures(part), _told(one)) >= SUBJECT_SHARED]
            alike = [one for one in about if any(other.unit == claim.unit for other in _numbers(_told(one)))]
            if alike and all(_contradicts(part, claim, one) for one in alike):
                return _counter_claim(part, claim.unit, alike[0], terms, build)
    return None


def _counter_claim(part: str, unit: str, candidate: Candidate, terms: Terms, build: Build) -> Draft | None:
    """The part of the passage with a number of the unit that says most of what the question states."""
    parts = [one for _, one in best_parts(candidate.passage, build, terms)]
    having = [one for one in parts if any(number.unit == unit for number in _numbers(one.text))]
    if not having:
        return None
    passage = candidate.passage
    whole = trimmed(build.documents[passage.document_id].text, passage.start, passage.end)
    best = max(having, key=lambda one: shared(one.text, part))
    statement = dated(whole if len(whole.text) <= READABLE else best, passage, build)
    return Draft((statement,), WRONG_FIGURE, "refused", WRONG_FIGURE.split("。", 1)[0] + "。", corrects=True)


def _contradicts(part: str, claim: Occurrence, candidate: Candidate) -> bool:
    """Whether a passage has other numbers of the unit alone, or the number claimed for something else."""
    held = any(one.name == claim.name for one in _numbers(_told(candidate)))
    return not held or not keep_their_indicator(part, [candidate.passage.text])


def _told(candidate: Candidate) -> str:
    return f"{candidate.passage.context}。{candidate.passage.text}"


def _in_full(part: str) -> str:
    """Sums and shares as policy writes them: 一百亿 is money, 七千块 are yuan, 一半 is 50%."""
    part = _YUAN.sub(lambda match: f"{match[1]}元", part)
    return _MONEY.sub(lambda match: f"{match[0]}元", part).replace("一半", "50%")


def asserted(text: str) -> list[str]:
    """The parts of a question that state something beside what it asks; what describes the asker or sets a condition states nothing."""
    parts = [part for part in re.split("[,;?。!]", text) if part]
    asking = [bool(_ASKING.search(part)) for part in parts]
    tagged = [bool(_TAG.search(part)) for part in parts]
    stated = []
    for place, part in enumerate(parts):
        confirmed = tagged[place] or tagged[min(place + 1, len(parts) - 1)]
        beside = any(asks for other, asks in enumerate(asking) if other != place) and not asking[place]
        if _TAG.fullmatch(part) or _OWN.search(part) or _CONDITIONAL.search(part):
            continue
        if confirmed or beside:
            stated.append(part)
    return stated


def _numbers(text: str) -> list[Occurrence]:
    """The counts, sums, shares and durations of a text; its dates left out."""
    return [
        one for one in occurrences(text) if one.unit and not one.is_date and not one.name.startswith("1个")
    ]


def wrong_clause(inside: Sequence[Candidate], everywhere: Sequence[Candidate], build: Build) -> Draft | None:
    """A correction when the clause named in the question is not where its subject stands."""
    if not everywhere or (inside and inside[0].score >= CLAIM_SHARE * everywhere[0].score):
        return None
    best = everywhere[0].passage
    text = build.documents[best.document_id].text
    span = Span(best.clause_id, best.start, best.end)
    statement = Statement(text[best.start : best.end], (span,), with_locator=True)
    return Draft((statement,), WRONG_CLAUSE, "refused", WRONG_CLAUSE.split("。", 1)[0] + "。")


def _claims(query: Query) -> tuple[set[int], set[str]]:
    """Years and figures that the question states, those about the asker left out."""
    claimed_years: set[int] = set()
    claimed_figures: set[str] = set()
    for part in re.split("[,;?。]", query.text):
        # 百亿级还是千亿级 claims neither.
        if not _OWN.search(part) and "还是" not in part:
            claimed_years |= set(years(_PUBLISHED.sub("", part))) & set(query.years)
            claimed_figures |= canonical_figures(part) & set(query.figures)
    return claimed_years, claimed_figures


def _about_the_subject(candidates: Sequence[Candidate], terms: Terms) -> list[Candidate]:
    """The candidates that share most with the question, best first."""
    near = [candidate for candidate in candidates[:8] if candidate.score >= 0.5 * candidates[0].score]
    shared = {candidate.passage.id: terms.overlap(candidate.passage.text) for candidate in near}
    most = max(shared.values())
    return [candidate for candidate in near if shared[candidate.passage.id] >= 0.7 * most]


def _holds(
    claimed_years: set[int], claimed_figures: set[str], candidate: Candidate, terms: Terms, build: Build
) -> bool:
    """Whether the passage speaks of the subject with the years and figures claimed."""
    document = build.documents[candidate.passage.document_id]
    own = (document.issued, document.effective, document.expires, document.title)
    known = {*years_of(candidate.passage, build), *(year for text in own for year in years(text or ""))}
    if not claimed_years <= known:
        return False
    parts = best_parts(candidate.passage, build, terms)
    subject = [part.text for overlap, part in parts if overlap >= 0.6 * parts[0][0]]
    return claimed_figures <= canonical_figures("，".join(subject))


def _is_count(figure: str) -> bool:
    """六大 and 两级 count what the asker has in mind; a policy need not say the number."""
    return figure.endswith(_COUNTED)


def _counted_otherwise(figure: str, subject: Sequence[Candidate]) -> bool:
    """Whether the subject is counted there, in the same unit and by another number alone."""
    texts = (candidate.passage.text for candidate in subject)
    alike = {one for text in texts for one in canonical_figures(text) if one[-1] == figure[-1]}
    return bool(alike) and figure not in alike


def _label_span(clause_id: str, start: int, text: str) -> Span:
    lead = len(text) - len(text.lstrip())
    end = lead + len(text[lead:].split("。", 1)[0].split("\n", 1)[0])
    return Span(clause_id, start + lead, start + end)
