"""The policies and digests of the corpus as they are cut, and the supports written for them."""

from functools import lru_cache

from ingest.cut import Cut, cut
from ingest.load import load_file
from ingest.supports import Resolved, resolve_supports
from rag.settings import PROJECT_FOLDER


@lru_cache(maxsize=1)
def corpus_cuts() -> tuple[Cut, ...]:
    """Every document of corpus/policies and corpus/digests with its clauses."""
    folders = (PROJECT_FOLDER / "corpus" / name for name in ("policies", "digests"))
    return tuple(cut(load_file(path)) for folder in folders for path in sorted(folder.glob("*.md")))


@lru_cache(maxsize=1)
def corpus_supports() -> Resolved:
    """What corpus/supports holds for them."""
    clauses = [clause for found in corpus_cuts() for clause in found.clauses]
    return resolve_supports([found.document for found in corpus_cuts()], clauses)
