"""A question -> a draft: understood -> ranked -> decided -> cut, once for the official texts and once for digests."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rag import premise
from rag.ask_match import matched
from rag.builds import Build
from rag.clarify import clarification
from rag.crossrefs import referenced
from rag.decide import WEAK_BELOW, Decision, decide
from rag.embedder import Embedder
from rag.evidence import Terms
from rag.extract import evidence_of, extract, refusal
from rag.locate import Location, locate, named_documents, without_titles
from rag.mentions import asks_for_words, mentioned_term, mentions
from rag.named_terms import (
    defines,
    definition_first,
    is_defined_by,
    names_only_retold,
)
from rag.outline import outline
from rag.parts import sub_questions
from rag.question_demands import is_writing_request
from rag.retrieve import Ranking, retrieve
from rag.spelling import repaired
from rag.standing import joined, labelled
from rag.support_questions import asks_for_supports
from rag.types import Draft, Query, Span
from rag.understand import limited, normalise_question, understand
from rag.validity import ANSWERING, asks_for_any

WHICH_DOCUMENT = "不止一份文件有您说的条款，请写明是哪一份文件，例如在条号前加上文件名称。"
ONLY_LOOKED_UP = "这里只查政策里写了什么，不代写文字、程序，也不作画。请直接写出想了解的政策内容。"
NOT_MENTIONED = "文件里没有出现您要找的词。"
DEFINED = 0.6
"""Least confidence in a sentence that defines the very term whose meaning is asked for."""
FAINT = 7.0
"""Log-odds of the best passage under which an answer keeps to one clause, however likely it is right."""


def whole_draft(
    question: str, policies: Sequence[str], day: date, build: Build, embedder: Embedder | None
) -> Draft:
    """One draft for a question, or the drafts of its separate questions joined."""
    if (
        build.supports
        and not policies
        and asks_for_supports(question)
        and (found := matched(question, build, day))
    ):
        return found
    text = normalise_question(question)
    if is_writing_request(text):
        return refusal(ONLY_LOOKED_UP, ())
    parts = sub_questions(repaired(text, build.lexical))
    queries = [_on_day(understand(part, policies=policies), day, build) for part in parts]
    drafts = [_by_standing(query, build, embedder) for query in queries]
    answered = [draft for draft in drafts if draft.status == "answered"]
    if len(drafts) == 1 or not answered:
        return drafts[0]
    statements = tuple(dict.fromkeys(one for draft in answered for one in draft.statements))
    reasons = [draft.reason for draft in drafts if draft.reason]
    evidence = tuple(one for draft in answered for one in draft.evidence)
    return Draft(
        statements,
        evidence=evidence,
        status="partial" if reasons else "answered",
        reason=reasons[0] if reasons else None,
        confidence=min(draft.confidence for draft in answered),
    )


def _by_standing(query: Query, build: Build, embedder: Embedder | None) -> Draft:
    """From the official texts and from the digests of others, the official ones first unless they are far behind."""
    told = build.is_retold
    if query.policies or told.all() or not told.any():
        return labelled(_draft(query, build, embedder), query, build)
    official = labelled(_draft(replace(query, standing="official"), build, embedder), query, build)
    # Clause numbers and 哪几条 speak of the official texts, unless nothing is found there.
    if query.references or (query.form == "where" and official.statements):
        return official
    retold = labelled(_draft(replace(query, standing="retold"), build, embedder), query, build)
    if retold.status in {"answered", "partial"} and (
        names_only_retold(query, build)
        or (is_defined_by(retold, query) and not is_defined_by(official, query))
    ):
        return retold
    return joined(official, retold)


def _draft(query: Query, build: Build, embedder: Embedder | None) -> Draft:
    ranking = retrieve(query, build, embedder)
    ranking = definition_first(query, ranking)
    locations = locate(query, build, _documents(query, ranking, build))
    if absent := next((location for location in locations if not location.clauses), None):
        return premise.missing_clause(absent)
    if locations and query.form == "outline":
        return _outlines(query, locations, build)
    if query.form == "where" and not locations and (draft := _mentions(query, ranking, build)):
        return draft
    terms = Terms.of(query, ranking.candidates)
    decision = _decided(query, ranking, terms, build)
    if locations and ranking.candidates:
        scope = {clause.id for location in locations for clause in location.clauses}
        inside = retrieve(query, build, embedder, within=scope)
        if correction := premise.wrong_clause(_scored_in(inside, ranking), ranking.candidates, build):
            return replace(correction, confidence=decision.confidence)
        ranking = inside
    if decision.reason:
        refused = refusal(decision.reason, ranking.candidates, confidence=decision.confidence)
        return replace(refused, log_odds=ranking.log_odds)
    correction = premise.contradicted(query, ranking.candidates, terms, build)
    if correction := correction or premise.taken_for_granted(query, ranking.candidates, terms, build):
        return replace(correction, confidence=decision.confidence, log_odds=ranking.log_odds)
    if question := clarification(query, ranking.candidates):
        return replace(question, confidence=decision.confidence)
    weak = decision.confidence < WEAK_BELOW or ranking.log_odds < FAINT
    statements = extract(query, ranking.candidates, terms, build, weak=weak)
    statements = (*statements, *referenced(statements, build))
    if query.form == "where":
        statements = tuple(replace(statement, with_locator=True) for statement in statements)
    evidence = () if query.form == "where" else evidence_of(statements, ranking.candidates)
    return Draft(statements, confidence=decision.confidence, log_odds=ranking.log_odds, evidence=evidence)


def _decided(query: Query, ranking: Ranking, terms: Terms, build: Build) -> Decision:
    """The decision; the very sentence that says what is meant by a term is answer enough to a question for that."""
    decision = decide(query, ranking, terms, build)
    if decision.confidence < DEFINED and ranking.candidates and defines(query, ranking.candidates[0]):
        return Decision(DEFINED)
    return decision


def _documents(query: Query, ranking: Ranking, build: Build) -> list[str]:
    """Documents in which a clause number is looked up: the limit, else by relevance to the question."""
    ranked = [candidate.clause.document_id for candidate in ranking.candidates]
    known = [name for name in build.documents if _may_answer(name, query, build)]
    return list(dict.fromkeys([*query.policies, *ranked, *known]))[: len(query.policies) or None]


def _scored_in(inside: Ranking, everywhere: Ranking) -> list:  # type: ignore[type-arg]
    """The candidates of `inside` with the score they have among all passages."""
    chosen = {candidate.passage.id for candidate in inside.candidates}
    return [candidate for candidate in everywhere.candidates if candidate.passage.id in chosen]


def _on_day(query: Query, day: date, build: Build) -> Query:
    """The question about the documents it names, and on a day."""
    query = _about_named_documents(query, build)
    return replace(query, day=day, any_validity=asks_for_any(query, day))


def _about_named_documents(query: Query, build: Build) -> Query:
    """Limit a question that names a document to it, and do not look the title up."""
    named = [] if query.policies else named_documents(query.text, build)
    return limited(query, core=without_titles(query.core, named, build), policies=named) if named else query


def _outlines(query: Query, locations: Sequence[Location], build: Build) -> Draft:
    """The clauses named, in short; a question back when several documents could be meant."""
    named = {location.document_id for location in locations}
    others = [one for one in build.documents if one not in named and _may_answer(one, query, build)]
    elsewhere = [
        one for location in locations for one in locate(query, build, others) if one.clauses and location
    ]
    if elsewhere and not query.policies:
        clauses = [location.clauses[0] for location in (*locations, *elsewhere)]
        spans = tuple(Span(clause.id, clause.start, clause.end) for clause in clauses[:3])
        return Draft((), lead=WHICH_DOCUMENT, status="clarify", reason=WHICH_DOCUMENT, nearest=spans)
    drafts = [outline(location, build) for location in locations]
    return replace(drafts[0], statements=tuple(one for draft in drafts for one in draft.statements))


def _may_answer(document_id: str, query: Query, build: Build) -> bool:
    """Whether the document is of the standing that `query` is limited to, and in force on its day."""
    standing = "retold" if build.documents[document_id].is_retold else "official"
    in_force = query.any_validity or not query.day or build.validity_of(document_id, query.day) in ANSWERING
    return query.standing in {"", standing} and in_force


def _mentions(query: Query, ranking: Ranking, build: Build) -> Draft | None:
    """Every clause with the words asked for; a refusal when just those words are asked for and stand nowhere."""
    asked = [one for one in query.policies or build.documents if _may_answer(one, query, build)]
    clauses = [one for one in build.clauses if one.document_id in asked]
    if query.figures:
        return None
    if term := mentioned_term(query, clauses):
        return mentions(term, clauses, build)
    if not query.any_validity:
        return _mentions(replace(query, any_validity=True), ranking, build)
    return refusal(NOT_MENTIONED, ranking.candidates) if asks_for_words(query) else None
