"""A dry run says what would change and changes nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

from rag.settings import PROJECT_FOLDER


def run(corpus: Path, home: Path, model: Path, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CHUANCE_HOME": str(home), "CHUANCE_EMBEDDING_MODEL": str(model)}
    command = [sys.executable, "-m", "ingest", str(corpus), *options]
    return subprocess.run(
        command, cwd=PROJECT_FOLDER, env=environment, capture_output=True, text=True, check=False
    )


def test_a_dry_run_names_what_is_new_changed_gone_and_unreadable(
    corpus: Path, tmp_path: Path, tiny_model: Path
) -> None:
    home = tmp_path / "home"
    assert run(corpus, home, tiny_model).returncode == 0
    before = (
        (home / "current").read_text() if (home / "current").exists() else sorted(map(str, home.iterdir()))
    )
    (corpus / "shili-new.txt").write_text("示例新办法\n第一条　示例。\n", encoding="utf8")
    (corpus / "shili-farming.txt").write_text("示例办法\n第一条　改。\n", encoding="utf8")
    (corpus / "shili-lowalt.md").unlink()
    (corpus / "shili-bad.txt").write_bytes(b"\xff\xc1\x81 \xf5\x90")
    result = run(corpus, home, tiny_model, "--dry-run", "--json")
    found = json.loads(result.stdout)
    after = (
        (home / "current").read_text() if (home / "current").exists() else sorted(map(str, home.iterdir()))
    )

    names = {
        key: [Path(one).name for one in found[key]] for key in ("added", "changed", "removed", "unchanged")
    }
    assert names == {
        "added": ["shili-new.txt"],
        "changed": ["shili-farming.txt"],
        "removed": ["shili-lowalt.md"],
        "unchanged": ["shili-digital.txt"],
    }
    assert [Path(one["path"]).name for one in found["failed"]] == ["shili-bad.txt"]
    assert (result.returncode, after) == (1, before)
