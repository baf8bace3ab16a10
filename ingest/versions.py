"""Which of several texts of one policy answers: the official one before a digest, the newer before the older.

Two documents are the same policy when they share an id or a 文号.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.figures import normalise
from rag.types import Document


@dataclass(frozen=True)
class Settled:
    """For each document in order: None when it answers, else why it does not; and those that another one replaced."""

    problems: tuple[str | None, ...]
    replaced: tuple[Document, ...]


def settle(documents: Sequence[Document]) -> Settled:
    """Choose one document a policy. What cannot be decided is left out with what to do about it."""
    problems: list[str | None] = [None] * len(documents)
    replaced: list[Document] = []
    chosen: dict[str, int] = {}
    for place, document in enumerate(documents):
        rival = next((chosen[key] for key in _keys(document) if key in chosen), None)
        if rival is None:
            chosen.update(dict.fromkeys(_keys(document), place))
            continue
        other = documents[rival]
        if _text(other) == _text(document):
            problems[place] = f"与《{other.title}》内容相同，只保留一份，请删去重复的文件。"
        elif newer(document, other):
            problems[rival] = replaced_by(document)
            replaced.append(other)
            chosen.update(dict.fromkeys((*_keys(other), *_keys(document)), place))
        elif newer(other, document):
            problems[place] = replaced_by(other)
            replaced.append(document)
        else:
            problems[place] = _undecided(document, other)
    return Settled(tuple(problems), tuple(replaced))


def _keys(document: Document) -> list[str]:
    """What tells that two documents are the same policy: the id, and the 文号."""
    return [f"id {document.id}", *([f"number {normalise(document.number)}"] if document.number else [])]


def newer(one: Document, other: Document) -> bool:
    """Whether `one` takes the place of `other`: official text of a digest's policy, or a later date."""
    if (one.kind == "full_text") != (other.kind == "full_text"):
        return one.kind == "full_text"
    return (one.effective or one.issued or "") > (other.effective or other.issued or "9")


def replaced_by(document: Document) -> str:
    """The note on a document that gave way."""
    return f"已由《{document.title}》（{document.id}）替代，留作历史版本。"


def changed_documents(before: Iterable[Document], after: Iterable[Document]) -> list[Document]:
    """The documents of the index before whose policy stands in the new one with another text."""
    new = {key: document for document in after for key in _keys(document)}
    pairs = ((old, next((new[key] for key in _keys(old) if key in new), None)) for old in before)
    return [old for old, document in pairs if document is not None and _text(old) != _text(document)]


def _undecided(document: Document, other: Document) -> str:
    if document.id == other.id:
        return f"编号 {document.id!r} 已被《{other.title}》使用，请在文件头写一个不同的 id；若是新旧两版，请写明 issued。"
    return (
        f"文号 {document.number} 与《{other.title}》相同而内容不同，无法判断哪份较新，"
        "请在文件头写 issued 或 effective，或只留一份。"
    )


def _text(document: Document) -> str:
    return normalise(document.text)
