"""24 documents labelled by hand from their text alone: the splitter names the same clauses, no more and no fewer."""

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

GRAIN_PLAN = "国家粮食应急预案"
WORK_RULES = "国务院工作规则"
MEASURES = "measures_running"
WRONG_CLAUSES = {
    GRAIN_PLAN: "5.1.3 is not seen: 所 in 所有粮食经营企业 makes it look like a reference (所称, 所列)",
    WORK_RULES: "the list under 三十六、 and 三十七、 becomes clauses, and the words after it part of its last entry",
    "铁路运输人身损害": "（一）（二） are quoted from the amended text, yet become clauses of the decision",
    MEASURES: "1.–16. runs on under 一、–五、: a part whose first number is not 1 loses its numbers",
    "with_contents": "the last line of the table of contents becomes a clause where a foreword comes before 一、",
}
WRONG_ITEMS = {WORK_RULES: WRONG_CLAUSES[WORK_RULES], MEASURES: WRONG_CLAUSES[MEASURES]}
WRONG_NUMBER = {"rules_fullwidth": "the number of an order (令) is not read where it stands below the title"}


def labelled(known: dict[str, str], wanted: Callable[[dict[str, Any]], bool] = lambda _: True) -> list[Any]:
    """The documents `wanted`, those that `known` names marked as failing for its reason."""
    parameters = []
    for document in filter(wanted, DOCUMENTS):
        reasons = [reason for name, reason in known.items() if name in document["source"]]
        marks = [pytest.mark.xfail(strict=True, raises=AssertionError, reason=reason) for reason in reasons]
        parameters.append(pytest.param(document, marks=marks, id=Path(document["source"]).stem[:12]))
    return parameters


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


@pytest.mark.parametrize("document", labelled(WRONG_CLAUSES))
def test_clauses_are_those_a_clerk_would_cite(
    document: dict[str, Any], splitter: Callable[[dict[str, Any]], Cut]
) -> None:
    found = [clause.label for clause in splitter(document).clauses if clause.level == 1]

    assert [label for label, _ in groupby(found)] == document["clauses"]


def has_counted_items(document: dict[str, Any]) -> bool:
    """Whether every item was counted, and none is part of an article, which is kept whole."""
    return document["items"] is not None and not any("条" in label for label in document["clauses"])


@pytest.mark.parametrize("document", labelled(WRONG_ITEMS, has_counted_items))
def test_items_below_the_clauses_are_as_many_as_counted(
    document: dict[str, Any], splitter: Callable[[dict[str, Any]], Cut]
) -> None:
    assert sum(clause.level == 2 for clause in splitter(document).clauses) == document["items"]


@pytest.mark.parametrize("document", labelled(WRONG_NUMBER))
def test_title_and_number_are_those_printed(
    document: dict[str, Any], splitter: Callable[[dict[str, Any]], Cut]
) -> None:
    found = splitter(document).document

    assert (found.title, found.number) == (document["title"], document["number"])
