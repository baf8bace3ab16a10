"""30 documents labelled by hand from their text alone: the splitter names the same clauses, no more and no fewer."""

import json
import tarfile
from collections.abc import Callable
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from ingest.cut import Cut, cut
from ingest.load import load_file

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
ARCHIVES = {
    "gov_html": DATA / "gov_html" / "state_council_html.tar.xz",
    "laws": DATA / "laws" / "markdown.tar.xz",
}
DOCUMENTS: list[dict[str, Any]] = json.loads(
    (ROOT / "tests" / "labels" / "documents.json").read_text(encoding="utf8")
)


def labelled(wanted: Callable[[dict[str, Any]], bool] = lambda _: True) -> list[Any]:
    """The documents `wanted`, each under the beginning of its file's name."""
    return [
        pytest.param(document, id=Path(document["source"]).stem[:12])
        for document in filter(wanted, DOCUMENTS)
    ]


@cache
def members(folder: str) -> dict[str, bytes]:
    """The labelled files of one archive."""
    named = {source.partition("/")[2] for source in (document["source"] for document in DOCUMENTS)}
    with tarfile.open(ARCHIVES[folder]) as archive:
        found = {member.name: archive.extractfile(member) for member in archive if member.name in named}
        return {name: content.read() for name, content in found.items() if content is not None}


@pytest.fixture(scope="module")
def splitter(tmp_path_factory: pytest.TempPathFactory) -> Callable[[dict[str, Any]], Cut]:
    @cache
    def split(source: str) -> Cut:
        folder, _, name = source.partition("/")
        if folder not in ARCHIVES:
            return cut(load_file(ROOT / source))
        if not ARCHIVES[folder].exists():
            pytest.skip(f"the folder {folder} is not beside the project")
        path = tmp_path_factory.mktemp(folder) / f"示例{Path(name).suffix}"
        path.write_bytes(members(folder)[name])
        return cut(load_file(path))

    return lambda document: split(document["source"])


@pytest.mark.parametrize("document", labelled())
def test_clauses_are_those_a_clerk_would_cite(
    document: dict[str, Any], splitter: Callable[[dict[str, Any]], Cut]
) -> None:
    found = [clause.label for clause in splitter(document).clauses if clause.level == 1]

    assert [label for label, _ in groupby(found)] == document["clauses"]


def has_counted_items(document: dict[str, Any]) -> bool:
    """Whether every item was counted, and none is part of an article, which is kept whole."""
    return document["items"] is not None and not any("条" in label for label in document["clauses"])


@pytest.mark.parametrize("document", labelled(has_counted_items))
def test_items_below_the_clauses_are_as_many_as_counted(
    document: dict[str, Any], splitter: Callable[[dict[str, Any]], Cut]
) -> None:
    assert sum(clause.level == 2 for clause in splitter(document).clauses) == document["items"]


@pytest.mark.parametrize("document", labelled())
def test_title_and_number_are_those_printed(
    document: dict[str, Any], splitter: Callable[[dict[str, Any]], Cut]
) -> None:
    found = splitter(document).document

    assert (found.title, found.number) == (document["title"], document["number"])
