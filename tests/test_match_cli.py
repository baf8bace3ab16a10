"""`python -m rag match`: one profile, a batch, and what is said of bad rows."""

import json
from pathlib import Path

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner, Result

from rag.__main__ import app
from rag.settings import Settings


@pytest.fixture
def invoke(built_index: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHUANCE_HOME", str(built_index.home))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["match", *arguments])

    return run


def results(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf8").splitlines()]


def test_a_profile_as_json(invoke, tmp_path: Path) -> None:
    path = tmp_path / "profile.json"
    path.write_text(
        '{"id": "甲", "region": "泸州市", "industry": "白酒", "needs": ["市场开拓"]}', encoding="utf8"
    )
    result = invoke("--profile", str(path), "--json")
    found = json.loads(result.stdout)

    assert (result.exit_code, found["id"]) == (0, "甲")
    assert found["verdicts"][0]["verdict"] in {"符合", "可能符合"}
    assert found["verdicts"][0]["policy_id"] == "sc-2023-decision"
    assert found["ask_next"]["answers"][-1] == "不确定"


def test_a_description_for_people(invoke) -> None:
    result = invoke("--text", "我们是泸州的白酒厂，120人，想打开销路")

    assert result.exit_code == 0
    assert "行业 白酒" in result.stdout
    assert "食品轻纺产业" in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [(), ("--profile", "没有这个文件.json"), ("--batch", "没有.csv", "--out", "x"), ("--batch", "x.csv")],
)
def test_bad_usage_is_one_line_and_exit_code_2(invoke, arguments: tuple[str, ...]) -> None:
    result = invoke(*arguments)

    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_bad_rows_of_a_table_are_reported_and_the_others_counted(invoke, tmp_path: Path) -> None:
    table = tmp_path / "企业.csv"
    table.write_text(
        "编号,所在地,行业,从业人数,年营业收入\n一,泸州市,白酒,120人,6000\n二,火星,白酒,120人,6000\n三,泸州市,白酒,很多,6000\n,,,,\n",
        encoding="gb18030",
    )
    out = tmp_path / "out.jsonl"
    result = invoke("--batch", str(table), "--out", str(out))
    found = results(out)

    assert result.exit_code == 0
    assert [row["id"] for row in found] == ["一", "二", "三"]
    assert [bool(row["problems"]) for row in found] == [False, True, True]
    assert found[2]["profile"]["industry"] == ["白酒"]
    assert "第 3 行（二）" in result.output
    assert "共 3 行，2 行" in result.output


def test_excel_and_json_lines_give_what_the_table_gives(invoke, tmp_path: Path) -> None:
    given = {"所在地": "泸州市", "行业": "白酒", "年营业收入": 6000}
    book = Workbook()
    book.active.append(["id", *given])  # type: ignore[union-attr]
    book.active.append(["甲", *given.values()])  # type: ignore[union-attr]
    book.save(tmp_path / "p.xlsx")
    (tmp_path / "p.jsonl").write_text(
        json.dumps({"id": "甲", **given}, ensure_ascii=False) + "\n不是\n", encoding="utf8"
    )
    for name in ("p.xlsx", "p.jsonl"):
        invoke("--batch", str(tmp_path / name), "--out", str(tmp_path / f"{name}.out"))
    excel, lines = results(tmp_path / "p.xlsx.out"), results(tmp_path / "p.jsonl.out")

    assert excel[0] == lines[0]
    assert lines[1]["problems"][0]["message"] == "第 2 行不是一个 JSON 对象。"
    assert excel[0]["profile"]["revenue"] == "6000万元"


def test_a_file_that_is_no_table_is_refused(invoke, tmp_path: Path) -> None:
    (tmp_path / "p.xlsx").write_bytes(b"nothing")
    result = invoke("--batch", str(tmp_path / "p.xlsx"), "--out", str(tmp_path / "out"))

    assert result.exit_code == 2
    assert "另存为 .xlsx" in result.output
    assert not (tmp_path / "out").exists()
