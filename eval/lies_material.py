"""What lies are made of: true sentences with the passages that say so, one pool a split.

A document stands in one split only, with every sentence, gold record and paraphrase of it,
so that what was learnt from the lies of `dev` is tried on policies never looked at.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from pathlib import Path
from typing import Final, Literal

from eval.cases import GOLD, clause_of, read_cases
from rag.builds import Build
from rag.errors import CorpusError
from rag.figures import normalise
from rag.types import Passage

Split = Literal["dev", "test"]
SPLITS: Final[tuple[Split, ...]] = ("dev", "test")
DECISION: Final = "sc-2023-decision"
_GOLD_FILES: Final = ("dev", "test", "policies_dev", "policies_test")
_LENGTHS: Final = range(10, 171)
"""Characters of a sentence that one answers with."""
_MARK: Final = re.compile(r"^#+\s*|\|")
SHOWN_BESIDE: Final = 5
"""Sentences of other clauses among what a writer is shown."""
_NO_SUBJECT: Final = re.compile("(?:到[^，]{2,12}，)?(?:四川省)?")
"""What a quote may leave out at the front and still be a sentence."""
_SIGNS: Final = re.compile(r"[，。、；：！？“”‘’《》（）()\s—–-]")


@dataclass(frozen=True)
class Truth:
    """A true sentence and the quoted sentences that say so, all of one clause."""

    id: str
    sentence: str
    quotes: tuple[str, ...]
    clause_id: str
    cluster: str
    """Document; of the Decision the clause."""
    others: tuple[str, ...] = ()
    """Quotes that were shown as well and are not cited."""

    @cached_property
    def pairs(self) -> frozenset[str]:
        """Pairs of neighbouring characters, signs left out: what two sentences share."""
        return pairs_of(self.sentence)


@dataclass(frozen=True, eq=False)
class Pool:
    """All material of one split."""

    split: Split
    build: Build
    truths: tuple[Truth, ...]

    @cached_property
    def sentences(self) -> tuple[Truth, ...]:
        """The truths that stand word for word in the corpus."""
        return tuple(truth for truth in self.truths if truth.sentence == truth.quotes[0])

    @cached_property
    def said(self) -> str:
        """Every text and title of the corpus, normalised: what stands in it is not invented."""
        documents = self.build.documents.values()
        return normalise("\n".join(text for one in documents for text in (one.title, one.text)))

    @cached_property
    def known(self) -> frozenset[str]:
        """The true sentences, normalised."""
        return frozenset(normalise(truth.sentence) for truth in self.truths)

    @cached_property
    def of_clause(self) -> Mapping[str, Sequence[str]]:
        """Clause id -> its sentences in reading order."""
        found: dict[str, list[str]] = defaultdict(list)
        for truth in self.sentences:
            found[truth.clause_id].append(truth.sentence)
        return found

    def shown_with(self, truth: Truth, cited: Sequence[str]) -> tuple[str, ...]:
        """What a writer would be shown with the quotes `cited`: what the truth quotes, the rest of its clause, what is nearest elsewhere."""
        beside = self.of_clause.get(truth.clause_id, ())
        near = (one.sentence for one in self.related(truth, SHOWN_BESIDE))
        return tuple(one for one in dict.fromkeys((*truth.quotes, *beside, *near)) if one not in cited)

    def related(self, truth: Truth, limit: int) -> list[Truth]:
        """Sentences of other clauses, those nearest in words first, of the same document before all others.

        Near is who shares the most pairs of characters, a pair that n sentences have counting 1 / n.
        """
        document = document_of(truth.clause_id)
        shared: dict[Truth, float] = defaultdict(float)
        for pair in sorted(truth.pairs):
            having = self._having.get(pair, ())
            for one in having:
                shared[one] += 1 / len(having)
        ranked = sorted(
            (one for one in self.sentences if one.clause_id != truth.clause_id),
            key=lambda one: (document_of(one.clause_id) != document, -shared.get(one, 0.0), one.id),
        )
        return ranked[:limit]

    @cached_property
    def _having(self) -> Mapping[str, Sequence[Truth]]:
        found: dict[str, list[Truth]] = defaultdict(list)
        for truth in self.sentences:
            for pair in truth.pairs:
                found[pair].append(truth)
        return found


def pools(build: Build, gold: Path = GOLD) -> tuple[Pool, Pool]:
    """The pools of dev and test.

    Raises:
        CorpusError: a file of gold records or paraphrases cannot be read.
    """
    made = chain(_of_corpus(build), _of_gold(build, gold), read_paraphrases(build, gold))
    truths = list({normalise(one.sentence): one for one in reversed(list(made))}.values())
    dev, test = (tuple(one for one in truths if split_of(one.cluster) == split) for split in SPLITS)
    return Pool("dev", build, dev), Pool("test", build, test)


def split_of(cluster: str) -> Split:
    """Split of a document, or of a clause of the Decision: dev where paraphrases_dev.jsonl has something of it."""
    return "dev" if cluster.split("/")[0] in _dev_clusters() else "test"


@cache
def _dev_clusters() -> frozenset[str]:
    """Documents, and clauses of the Decision, that checks may be made after."""
    lines = (GOLD / "paraphrases_dev.jsonl").read_text(encoding="utf8").splitlines()
    records = [json.loads(line) for line in lines if line.strip()]
    return frozenset(
        f"{DECISION}#{one['clause'].partition('）')[0]}）" if one["policy"] == DECISION else one["policy"]
        for one in records
    )


def document_of(clause_id: str) -> str:
    """The document that a clause belongs to."""
    return clause_id.partition("#")[0]


def pairs_of(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters of `text`, signs left out."""
    plain = _SIGNS.sub("", text)
    return frozenset(plain[place : place + 2] for place in range(len(plain) - 1))


def covered(sentence: str, sources: Sequence[str]) -> float:
    """Share (0..1) of the pairs of `sentence` that stand in `sources`."""
    pairs = pairs_of(sentence)
    return len(pairs & pairs_of("。".join(sources))) / len(pairs) if pairs else 1.0


def read_paraphrases(build: Build, gold: Path = GOLD) -> list[Truth]:
    """The sentences of `paraphrases_*.jsonl`, each said by its quotes alone.

    Raises:
        CorpusError: a line lacks a field or quotes what does not stand in its policy; the message names the line.
    """
    return [
        _paraphrase(build, path.name, number, line)
        for path in sorted(gold.glob("paraphrases_*.jsonl"))
        for number, line in enumerate(path.read_text(encoding="utf8").split("\n"), start=1)
        if line.strip()
    ]


def _paraphrase(build: Build, name: str, number: int, line: str) -> Truth:
    try:
        record = json.loads(line)
        quotes = tuple(str(quote) for quote in record["quotes"])
        clause = next(one for one in build.clauses_of(record["policy"]) if quotes[0] in one.text)
        return _truth(build, record["id"], str(record["sentence"]), quotes, clause.id)
    except (ValueError, KeyError, TypeError, IndexError) as problem:
        raise CorpusError(f"{name} 第 {number} 行不是一句改写：{problem!r}。") from problem
    except StopIteration as problem:
        raise CorpusError(f"{name} 第 {number} 行的引文不在 {record['policy']} 里：{quotes[0]}") from problem


def _of_corpus(build: Build) -> Iterator[Truth]:
    for passage in build.passages:
        if _is_sentence(build, passage):
            yield _truth(build, passage.id, passage.text, (passage.text,), passage.clause_id)


def _of_gold(build: Build, gold: Path) -> Iterator[Truth]:
    """What gold answers rest on, as sentences: it often leaves out half of the sentence it stands in."""
    for case in chain.from_iterable(read_cases(name, gold) for name in _GOLD_FILES):
        for number, (clause_id, quote) in enumerate(case.evidence if case.expect == "answer" else ()):
            plain = quote.strip("，。；、")
            for passage in build.passages_of(clause_id) if len(plain) in _LENGTHS else ():
                before, found, _ = passage.text.partition(plain)
                if found and _NO_SUBJECT.fullmatch(before) and _is_sentence(build, passage):
                    yield _truth(build, f"{case.id}/{number}", f"{plain}。", (passage.text,), clause_id)


def _is_sentence(build: Build, passage: Passage) -> bool:
    level = build.clause_by_id[passage.clause_id].level
    ends = passage.text.endswith(("。", "；"))
    return level > 0 and ends and len(passage.text) in _LENGTHS and not _MARK.search(passage.text)


def _truth(build: Build, name: str, sentence: str, quotes: tuple[str, ...], clause_id: str) -> Truth:
    document = document_of(clause_id)
    cluster = clause_of(clause_id, build) if document == DECISION else document
    return Truth(name, sentence, quotes, clause_id, cluster)
