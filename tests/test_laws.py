"""The splitter on 3,498 laws and regulations: nothing lost, article numbers as the source counts them."""

import re
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from ingest.clauses import split_clauses
from ingest.parse import mend
from rag.numerals import read_number
from rag.types import Clause

LAWS = Path(__file__).resolve().parents[2] / "shared" / "data" / "laws" / "markdown.tar.xz"
pytestmark = pytest.mark.skipif(not LAWS.exists(), reason="the folder of laws is not beside the project")
# Read independently of the splitter: a line that opens with 第X条 and white space behind it.
ARTICLE_LINE = re.compile(r"^[ \t\u3000]*第([零〇一二三四五六七八九十百千]+)条[ \t\u3000]", re.MULTILINE)


def laws() -> Iterator[str]:
    with tarfile.open(LAWS) as archive:
        for member in archive:
            if member.isfile() and (content := archive.extractfile(member)) is not None:
                yield content.read().decode("utf8")


def counts_up(numbers: list[int]) -> bool:
    return numbers == list(range(1, len(numbers) + 1))


def article_numbers(clauses: Sequence[Clause]) -> list[int]:
    found = (re.fullmatch(r"(?:附件.* )?第(.+)条", clause.label) for clause in clauses)
    return [read_number(match[1]) for match in found if match]


def test_clauses_rejoin_and_numbers_run_wherever_the_source_lets_them() -> None:
    files = rejoined = counting_sources = kept = mended_alike = 0
    for text in laws():
        files += 1
        clauses = split_clauses("示例", text)
        rejoined += "".join(clause.text for clause in clauses) == text
        numbers = article_numbers(clauses)
        mended = mend(text)
        mended_alike += mended == text or article_numbers(split_clauses("示例", mended)) == numbers
        source = [read_number(numeral) for numeral in ARTICLE_LINE.findall(text)]
        if len(source) > 1 and counts_up(source):
            counting_sources += 1
            kept += numbers == source

    assert (files, rejoined, mended_alike) == (3498, 3498, 3498)
    assert kept == counting_sources > 3200
