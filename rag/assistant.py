"""`ask` on one screen: question -> understood -> ranked -> decided -> cut -> checked."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rag import premise
from rag.ask_match import matched
from rag.builds import Build
from rag.cite import verify
from rag.clarify import clarification
from rag.crossrefs import referenced
from rag.decide import WEAK_BELOW, decide
from rag.embedder import Embedder, load_embedder
from rag.errors import InputError, ModelError, StoreError
from rag.evidence import Terms
from rag.extract import extract, refusal
from rag.library import Library
from rag.locate import Location, locate, named_documents, without_titles
from rag.mentions import asks_for_words, mentioned_term, mentions
from rag.outline import outline
from rag.parts import sub_questions
from rag.retrieve import Ranking, retrieve
from rag.settings import Settings
from rag.spelling import repaired
from rag.support_questions import asks_for_supports
from rag.types import Answer, Draft, Query, Span
from rag.understand import limited, normalise_question, understand
from rag.validity import ANSWERING, NOTICES, asks_for_any, today

WHICH_DOCUMENT = "不止一份文件有您说的条款，请写明是哪一份文件，例如在条号前加上文件名称。"
NOT_MENTIONED = "文件里没有出现您要找的词。"
FAR_BEHIND = 4.5
"""Log-odds by which a digest must answer better than the official texts to stand alone."""
SURER = 3.0
"""The same where the digest is also the likelier to be right."""
NEAR = 1.0
"""Log-odds by which it may answer worse and still be added."""
FAINT = 7.0
"""Log-odds of the best passage under which an answer keeps to one clause, however likely it is right."""
ADDED = 2
"""Sentences of a digest that are added."""


class Assistant:
    """Answers questions from the current build; one instance serves many threads."""

    def __init__(self, library: Library, embedder: Embedder | None) -> None:
        self.library = library
        self.embedder = embedder

    @classmethod
    def open(cls, settings: Settings) -> "Assistant":
        """Open the current build and the configured embedding model.

        A model that cannot be loaded leaves keyword search answering; the
        build's `vector_problem` says so.

        Raises:
            StoreError: there is no usable index.
        """
        try:
            embedder = load_embedder(settings.embedding_model)
        except ModelError:
            embedder = None
        return cls(Library(settings, embedder), embedder)

    def ask(
        self,
        question: str,
        *,
        policies: Sequence[str] = (),
        as_of: date | None = None,
        build: Build | None = None,
    ) -> Answer:
        """Answer one question; unusable input, or an index away, gives an answer with status `error`, never an exception.

        `policies` are document ids the answer is limited to; `as_of` is the day of which is
        asked, today in Beijing unless given; `build` is the current one unless given.
        """
        started, day = time.perf_counter(), as_of or today()
        build = build or self.library.current()
        try:
            unknown = [policy for policy in policies if policy not in build.documents]
            if unknown:
                raise InputError(
                    f"没有编号为 {unknown[0]!r} 的文件。可用的编号：{'、'.join(list(build.documents)[:10])}。"
                )
            answer = verify(self._whole_draft(question, policies, day, build), question, build, day)
        except (InputError, StoreError) as problem:
            answer = Answer(question, "error", str(problem), reason=str(problem), build_id=build.id)
        return replace(answer, elapsed_ms=round((time.perf_counter() - started) * 1000, 2))

    def _whole_draft(self, question: str, policies: Sequence[str], day: date, build: Build) -> Draft:
        """One draft for a question, or the drafts of its separate questions joined."""
        if (
            build.supports
            and not policies
            and asks_for_supports(question)
            and (found := matched(question, build, day))
        ):
            return found
        parts = sub_questions(repaired(normalise_question(question), build.lexical))
        queries = [_on_day(understand(part, policies=policies), day, build) for part in parts]
        drafts = [self._by_standing(query, build) for query in queries]
        answered = [draft for draft in drafts if draft.status == "answered"]
        if len(drafts) == 1 or not answered:
            return drafts[0]
        statements = tuple(dict.fromkeys(one for draft in answered for one in draft.statements))
        reasons = [draft.reason for draft in drafts if draft.reason]
        return Draft(
            statements,
            status="partial" if reasons else "answered",
            reason=reasons[0] if reasons else None,
            confidence=min(draft.confidence for draft in answered),
        )

    def _by_standing(self, query: Query, build: Build) -> Draft:
        """From the official texts and from the digests of others, the official ones first unless they are far behind."""
        told = build.is_retold
        if query.policies or told.all() or not told.any():
            return labelled(self._draft(query, build), query, build)
        official = labelled(self._draft(replace(query, standing="official"), build), query, build)
        # Clause numbers and 哪几条 speak of the official texts, unless nothing is found there.
        if query.references or (query.form == "where" and official.statements):
            return official
        retold = labelled(self._draft(replace(query, standing="retold"), build), query, build)
        return joined(official, retold)

    def _draft(self, query: Query, build: Build) -> Draft:
        ranking = retrieve(query, build, self.embedder)
        locations = locate(query, build, self._documents(query, ranking, build))
        if absent := next((location for location in locations if not location.clauses), None):
            return premise.missing_clause(absent)
        if locations and query.form == "outline":
            return _outlines(query, locations, build)
        if query.form == "where" and not locations and (draft := _mentions(query, ranking, build)):
            return draft
        terms = Terms.of(query, ranking.candidates)
        decision = decide(query, ranking, terms, build)
        if locations and ranking.candidates:
            scope = {clause.id for location in locations for clause in location.clauses}
            inside = retrieve(query, build, self.embedder, within=scope)
            if correction := premise.wrong_clause(_scored_in(inside, ranking), ranking.candidates, build):
                return replace(correction, confidence=decision.confidence)
            ranking = inside
        if decision.reason:
            return refusal(decision.reason, ranking.candidates, confidence=decision.confidence)
        if correction := premise.contradicted(query, ranking.candidates, terms, build):
            return replace(correction, confidence=decision.confidence, log_odds=ranking.log_odds)
        if question := clarification(query, ranking.candidates):
            return replace(question, confidence=decision.confidence)
        weak = decision.confidence < WEAK_BELOW or ranking.log_odds < FAINT
        statements = extract(query, ranking.candidates, terms, build, weak=weak)
        statements = (*statements, *referenced(statements, build))
        if query.form == "where":
            statements = tuple(replace(statement, with_locator=True) for statement in statements)
        return Draft(statements, confidence=decision.confidence, log_odds=ranking.log_odds)

    def _documents(self, query: Query, ranking: Ranking, build: Build) -> list[str]:
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


def joined(official: Draft, retold: Draft) -> Draft:
    """The official draft with what the digests add; the digests' alone when only they answer, or answer far better."""
    answering = {"answered", "partial"}
    if retold.status not in answering:
        return official
    corrected = official.status == "refused" and official.statements
    margin = SURER if retold.confidence > official.confidence else FAR_BEHIND
    if not (corrected or official.status in answering) or retold.log_odds > official.log_odds + margin:
        return retold
    if corrected or retold.status == "partial" or retold.log_odds < official.log_odds - NEAR:
        return official
    return replace(official, statements=(*official.statements, *retold.statements[:ADDED]))


def labelled(draft: Draft, query: Query, build: Build) -> Draft:
    """With a notice in front when the first source is not in force; what is in force is not mixed with the rest."""
    if draft.status not in {"answered", "partial"} or not draft.statements or query.day is None:
        return draft
    states = [
        build.validity_of(build.clause_by_id[one.spans[0].clause_id].document_id, query.day)
        for one in draft.statements
    ]
    if notice := NOTICES.get(states[0], ""):
        status = draft.status if query.any_validity else "partial"
        return replace(draft, lead=f"{notice}{draft.lead}", status=status, reason=draft.reason or notice)
    kept = (one for one, state in zip(draft.statements, states, strict=True) if state in ANSWERING)
    return replace(draft, statements=tuple(kept))


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
