"""The gold questions on related policies stand on clauses that exist, and are scored as they should be."""

import json
from pathlib import Path

import pytest

from eval.related import content_summary, read_related, score_related, validity_summary
from ingest.cut import cut
from ingest.load import load_file
from rag.figures import normalise
from rag.settings import PROJECT_FOLDER
from tests.sample import assistant_for

DIGEST = """---
id: {id}
kind: digest
format: digest
read_level: news
status: {status}
---
# 示例{name}办法

## - {name}补助

{name}加工企业按设备投资的{share}%给予补助。
"""


@pytest.fixture(scope="module")
def clause_ids() -> set[str]:
    digests = sorted((PROJECT_FOLDER / "corpus" / "digests").glob("*.md"))
    return {clause.id for path in digests for clause in cut(load_file(path)).clauses}


@pytest.mark.parametrize("name", ["digests_dev", "digests_test", "validity"])
def test_every_clause_exists(name: str, clause_ids: set[str]) -> None:
    cases = read_related(name)

    assert len(cases) >= 60
    assert {clause for case in cases for clause in case.clauses} <= clause_ids


def test_no_question_stands_in_two_splits_or_among_the_written_ones() -> None:
    splits = [
        {normalise(case.question) for case in read_related(f"digests_{split}")} for split in ("dev", "test")
    ]
    written = {
        normalise(json.loads(line)["question"])
        for path in (PROJECT_FOLDER / "corpus" / "questions").glob("*.jsonl")
        for line in path.read_text(encoding="utf8").splitlines()[1:]
    }

    assert not splits[0] & splits[1]
    assert not (splits[0] | splits[1]) & written


def test_scores_tell_right_from_wrong_and_labelled_from_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant = assistant_for(
        tmp_path,
        wood=DIGEST.format(id="wood", status="现行", name="木材", share=15),
        stone=DIGEST.format(id="stone", status="已失效", name="石料", share=12),
    )
    gold = [
        {"id": "1", "question": "木材加工企业设备投资补助多少", "clauses": ["wood#条号未见/木材补助"]},
        {"id": "2", "question": "石料加工企业设备投资补助多少", "clauses": ["wood#条号未见/木材补助"]},
        {"id": "3", "question": "木材企业的电话是多少", "clauses": []},
        {
            "id": "4",
            "question": "石料加工企业设备投资补助多少",
            "clauses": [],
            "kind": "lapsed",
            "policies": ["stone"],
        },
    ]
    (tmp_path / "gold.jsonl").write_text("\n".join(json.dumps(one) for one in gold), encoding="utf8")
    monkeypatch.setattr("eval.related.GOLD", tmp_path)
    scores = score_related(read_related("gold"), assistant)

    assert [(one.first, one.declined) for one in scores[:3]] == [(True, False), (False, False), (False, True)]
    assert (scores[3].labelled, scores[3].given_as_valid, scores[3].of_the_policy) == (True, False, True)
    assert str(content_summary(scores)["first"]).startswith("50.0 %")
    assert validity_summary(scores)["declined_or_labelled"].value == 1
