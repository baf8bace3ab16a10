"""The README is true: every command in it runs."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rag.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
BLOCKS = re.findall(r"```bash\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf8"), re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.strip().splitlines()]
PYTHON_COMMANDS = [command for command in COMMANDS if command.startswith("python ")]
MAKE_TARGETS = sorted(
    {*re.findall(r"`make (\w+)`", (ROOT / "README.md").read_text(encoding="utf8")), "run", "test"}
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, whole_index: Settings) -> Path:
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(whole_index.home, folder / "home")
    question = {"id": "1", "question": "数字经济的目标是什么"}
    (folder / "questions.jsonl").write_text(json.dumps(question, ensure_ascii=False) + "\n", encoding="utf8")
    table = "编号,所在地,行业,从业人数\n甲,泸州市,白酒,120人\n"
    (folder / "profiles.csv").write_text(table, encoding="utf8")
    return folder


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a README command with its own data folder; files it names without a folder lie there."""
    words = [
        str(folder / word)
        if word in {"questions.jsonl", "answers.jsonl", "profiles.csv", "verdicts.jsonl"}
        else word
        for word in shlex.split(command)
    ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CHUANCE_")}
    return subprocess.run(
        [sys.executable, *words[1:]],
        cwd=ROOT,
        env={**environment, "CHUANCE_HOME": str(folder / "home")},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )


@pytest.mark.parametrize("command", PYTHON_COMMANDS)
def test_every_python_command_runs(command: str, home: Path) -> None:
    finished = run(command, home)

    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_the_batch_command_answers_every_line(home: Path) -> None:
    run("python -m rag ask --batch questions.jsonl --out answers.jsonl", home)
    answers = [json.loads(line) for line in (home / "answers.jsonl").read_text(encoding="utf8").splitlines()]

    assert [(answer["id"], answer["status"]) for answer in answers] == [("1", "answered")]


@pytest.mark.parametrize("target", MAKE_TARGETS)
def test_every_make_target_exists(target: str) -> None:
    planned = subprocess.run(
        ["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert planned.returncode == 0, planned.stderr


def test_every_variable_of_the_readme_is_a_setting_and_the_other_way_round() -> None:
    texts = [(ROOT / name).read_text(encoding="utf8") for name in ("README.md", ".env.example")]
    named = [set(re.findall(r"CHUANCE_[A-Z_]+|CHROMA_URL", text)) for text in texts]
    own = [name for name in Settings.__dataclass_fields__ if name != "chroma_url"]

    assert named == [{"CHROMA_URL", *(f"CHUANCE_{name.upper()}" for name in own)}] * 2
