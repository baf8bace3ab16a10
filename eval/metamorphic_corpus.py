"""The corpus as texts that can be changed and written to a folder: what the metamorphic tests index.

A text is written as front matter and `Document.text`, so that a place in a document is a
place in its file.
"""

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from eval.metamorphic_figures import altered
from ingest.cut import cut
from ingest.load import load_file
from ingest.sources import source_files
from rag.settings import PROJECT_FOLDER
from rag.types import Clause, Document
from rag.validity import ANSWERING, REPLACED, validity

CORPUS: Final = tuple(PROJECT_FOLDER / "corpus" / name for name in ("policies", "digests"))
HOME_PROVINCE: Final = "四川"
OTHER_PROVINCE: Final = "示例省"
OLD_YEAR: Final = 2012
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_NUMBER = re.compile(r"川(?=[^，。；、（）〔\s]{0,8}〔)")
"""The province in a 文号: 川办发〔2025〕49号."""
_OF_ONE_VERSION: Final = ("issued", "adopted", "effective", "expires", "number")


class Edit(NamedTuple):
    """`text` in place of the characters from `start` to `end` of a document."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class SourceText:
    """A document: its front matter and text, and what it was read from with the clauses that partition that."""

    document: Document
    fields: Mapping[str, Any]
    text: str
    clauses: tuple[Clause, ...]

    @property
    def id(self) -> str:
        """The id that the front matter gives."""
        return str(self.fields["id"])


def read_corpus(folders: Sequence[Path] = CORPUS) -> dict[str, SourceText]:
    """Every document of `folders` by id.

    Raises:
        CorpusError: a file cannot be read or cut.
        InputError: a folder is missing or empty.
    """
    found = {}
    for path in source_files(folders):
        loaded = load_file(path)
        its = cut(loaded)
        fields = {"id": its.document.id, **loaded.metadata}
        found[its.document.id] = SourceText(its.document, fields, its.document.text, its.clauses)
    return found


def write_texts(texts: Iterable[SourceText], folder: Path, *, names: Sequence[str] = ()) -> None:
    """One Markdown file a document in the new `folder`, named by id, or by `names` in order.

    Raises:
        FileExistsError: two documents have one name.
    """
    folder.mkdir(parents=True)
    for number, source in enumerate(texts):
        fields = yaml.safe_dump(dict(source.fields), allow_unicode=True, sort_keys=False, width=10**6)
        name = names[number] if names else source.id
        with (folder / f"{name}.md").open("x", encoding="utf8") as file:
            file.write(f"---\n{fields}---\n{source.text}")


def edited(source: SourceText, edits: Iterable[Edit]) -> SourceText:
    """The document with `edits`, which do not overlap, made."""
    text = source.text
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return replace(source, text=text)


def without(texts: Iterable[SourceText], gone: Iterable[str]) -> list[SourceText]:
    """The documents without the clauses `gone` and their items; one that has nothing left to say is left out."""
    gone = set(gone)
    kept = []
    for source in texts:
        cut = [clause for clause in source.clauses if clause.id in gone or _whole(clause) in gone]
        if any(clause.level > 0 and clause not in cut for clause in source.clauses):
            kept.append(edited(source, [Edit(clause.start, clause.end, "") for clause in cut]))
    return kept


def _whole(clause: Clause) -> str:
    """Id of the clause that an item belongs to."""
    return clause.id.removesuffix(f"/{clause.item}") if clause.item else clause.id


def in_force(source: SourceText, day: date) -> bool:
    """Whether the document answers on `day` by what it says of itself."""
    return validity(source.document, day) in ANSWERING


def old_version(source: SourceText, seed: int) -> SourceText:
    """An earlier text of the same policy: another title year, other figures, replaced or expired.

    The years in the text stay, so that nothing but its standing tells it from the present one.
    """
    title = source.document.title
    years = [int(year) for year in _YEAR.findall(title)]
    before = max(years, default=OLD_YEAR) - OLD_YEAR
    renamed = (
        _YEAR.sub(lambda match: str(int(match[0]) - before), title) if years else f"{title}（{OLD_YEAR}年版）"
    )
    replaced = random.Random(f"{seed}/{source.id}").random() < 0.5
    fields = {name: value for name, value in source.fields.items() if name not in _OF_ONE_VERSION}
    fields |= {"status": REPLACED} if replaced else {"status": "现行", "expires": f"{OLD_YEAR + 3}-12-31"}
    return _copy(source, f"{source.id}-old", renamed, fields, seed)


def twin(source: SourceText, seed: int) -> SourceText:
    """The same policy of a province called 示例省, with other figures."""
    title = source.document.title
    renamed = _moved(title) if HOME_PROVINCE in title else f"{OTHER_PROVINCE}{title}"
    fields = {
        name: _moved(value) if isinstance(value, str) else value
        for name, value in source.fields.items()
        if name != "number"
    }
    copied = _copy(source, f"{source.id}-twin", renamed, fields, seed)
    return replace(copied, text=_moved(copied.text))


def _copy(source: SourceText, name: str, title: str, fields: Mapping[str, Any], seed: int) -> SourceText:
    text = altered(source.text, f"{seed}/{source.id}").replace(source.document.title, title)
    return replace(source, text=text, fields={**fields, "id": name, "title": title})


def _moved(text: str) -> str:
    text = text.replace(f"{HOME_PROVINCE}省", OTHER_PROVINCE).replace(HOME_PROVINCE, OTHER_PROVINCE)
    return _NUMBER.sub("示", text)
