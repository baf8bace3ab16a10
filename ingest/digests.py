"""Digests: policies told in our own words where the official text is not at hand.

A digest is Markdown with front matter that says `format: digest`; every clause stands
under a heading of its own, `## 二、（一） 短途运输`, with `-` where the number of the clause
in the official text is not known.
"""

import re
from collections.abc import Sequence
from typing import Final

from ingest.clauses import PREAMBLE
from ingest.load import LoadedFile
from rag.errors import CorpusError
from rag.types import Clause

UNKNOWN_NUMBER: Final = "（条号未见）"
_HEADING = re.compile(r"^## (?P<number>\S+) (?P<heading>\S[^\n]*?)[ \t]*$", re.MULTILINE)
_ANY_HEADING = re.compile(r"^##[^\n]*$", re.MULTILINE)
_COUNT: Final = "[一二三四五六七八九十百]{1,4}"
_NUMBER = re.compile(
    rf"第{_COUNT}条|{_COUNT}、(?:（{_COUNT}）)?(?:\d{{1,2}}\.)?|（{_COUNT}）(?:\d{{1,2}}\.)?|-"
)


def is_digest(file: LoadedFile) -> bool:
    """Whether the file's front matter says that it is a digest."""
    return file.metadata.get("format") == "digest"


def split_digest(document_id: str, text: str) -> list[Clause]:
    """One clause a heading, the title before them as a clause of level 0; joined they give `text` back.

    Raises:
        CorpusError: a heading is not written as `## 条号 小标题`, two are alike, or there is none.
    """
    found = list(_HEADING.finditer(text))
    wrong = next((match[0] for match in _ANY_HEADING.finditer(text) if not _is_heading(match[0])), None)
    if wrong or not found:
        raise CorpusError(
            f"摘要的每一条应写在“## 条号 小标题”之下，条号未见时写“-”，现在是 {wrong or '没有小标题'!r}。"
        )
    starts = [match.start() for match in found]
    clauses = [
        Clause(f"{document_id}#{PREAMBLE}", document_id, 0, starts[0], text[: starts[0]], PREAMBLE, level=0)
    ]
    for match, start, end in zip(found, starts, [*starts[1:], len(text)], strict=True):
        label = UNKNOWN_NUMBER if match["number"] == "-" else match["number"].rstrip(".")
        name = f"{label.strip('（）') if match['number'] == '-' else label}/{match['heading']}"
        clauses.append(
            Clause(f"{document_id}#{name}", document_id, start, end, text[start:end], label, match["heading"])
        )
    if len({clause.id for clause in clauses}) != len(clauses):
        raise CorpusError("摘要里有两条的条号和小标题相同，请改写其中一条的小标题。")
    return clauses[1:] if not clauses[0].text else clauses


def body_of(clause: Clause) -> str:
    """The words of a digest's clause without its heading."""
    return clause.text.split("\n", 1)[1].strip() if "\n" in clause.text else ""


def body_start(clause: Clause) -> int:
    """Where the words of a digest's clause begin in the document: its heading is no passage, nor is the title."""
    return clause.start + clause.text.index("\n") + 1 if clause.level and "\n" in clause.text else clause.end


def written_clauses(clauses: Sequence[Clause]) -> list[Clause]:
    """The clauses of a digest that say something: its title left out."""
    return [clause for clause in clauses if clause.level > 0]


def _is_heading(line: str) -> bool:
    match = _HEADING.fullmatch(line)
    return match is not None and _NUMBER.fullmatch(match["number"]) is not None
