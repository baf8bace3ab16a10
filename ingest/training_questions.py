"""Our own training questions: `corpus/training/*.jsonl`, and the questions written for the corpus.

A line names the sentence that answers (in `near_misses.jsonl`: the sentence nearest to a
question that its document does not answer) by document, clause and the sentence's place in
it; the texts stay in the data folder. Documents are `law…` (an id of laws/articles),
`report<year>` (a government work report), a State Council page by its file name, or a
policy whose fact stands in `passage`.
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from ingest.expand import QUESTIONS, read_questions
from ingest.training_data import Pair, government_pages, read_lines, sentences
from rag.settings import PROJECT_FOLDER

FOLDER: Final = PROJECT_FOLDER / "corpus" / "training"


def shipped_pairs(data: Path) -> list[Pair]:
    """Question and sentence of every line of questions.jsonl, then of the questions written for the corpus."""
    pairs = list(_pairs(FOLDER / "questions.jsonl", data))
    for path in sorted(QUESTIONS.glob("*.jsonl")):
        written = read_questions(path)
        pairs += [Pair(one.question, one.sentence, path.stem, one.clause) for one in written]
    return pairs


def near_misses(data: Path) -> list[Pair]:
    """Questions that their document does not answer, each with the sentence nearest to it."""
    return list(_pairs(FOLDER / "near_misses.jsonl", data))


def _pairs(path: Path, data: Path) -> Iterator[Pair]:
    for record in read_lines(path):
        document, clause = record["document"], record["clause"]
        passage = record.get("passage") or _sentences(data)[document, clause][record["sentence"]]
        yield Pair(record["question"], passage, document, clause)


@lru_cache(maxsize=1)
def _sentences(data: Path) -> dict[tuple[str, str], list[str]]:
    """(document, clause) -> its sentences; those of a report or page stand under the empty clause."""
    wanted = {record["document"] for record in read_lines(FOLDER / "questions.jsonl")}
    found: dict[tuple[str, str], list[str]] = {}
    for article in read_lines(data / "laws" / "articles.jsonl.xz"):
        if article["doc_id"] in wanted:
            found.setdefault((article["doc_id"], article["article"]), sentences(article["text"]))
    for report in read_lines(data / "gov_reports" / "work_reports.jsonl.xz"):
        found[f"report{report['year']}", ""] = sentences(report["content"])
    for name, text in government_pages(data):
        if name in wanted:
            found[name, ""] = sentences(text)
    return found
