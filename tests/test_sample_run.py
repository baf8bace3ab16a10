"""A sample is one at a time, tells how far it is, ends with a report the page can read, and leaves nothing else behind."""

import json
import shutil
import time
from pathlib import Path

import pytest

from rag.present_eval import stored_reports
from rag.sample_run import KEPT, LONGEST_SECONDS, Progress, SampleRun, _reason
from rag.settings import Settings


def ended(sample: SampleRun) -> Progress:
    """The last that is told of it."""
    return list(sample.follow())[-1]


def test_a_sample_is_asked_scored_and_reported_with_its_progress(
    built_index: Settings, tmp_path: Path
) -> None:
    shutil.copytree(built_index.home, tmp_path / "home")
    settings = Settings(home=tmp_path / "home")
    sample = SampleRun(settings, questions=5)

    told = list(sample.follow())

    assert (told[0].state, told[-1]) == ("running", Progress("done", 5, 5))
    assert [one.answered for one in told] == sorted(one.answered for one in told)
    [report] = stored_reports(settings.home)
    assert (report.values["header"]["count"], report.values["header"]["options"]["sample"]) == (5, 5)
    assert (settings.home / "eval" / report.name / "report.html").exists()
    assert not list((settings.home / "eval").glob("*.part"))


def test_without_an_index_the_reason_is_told_and_nothing_stays(settings: Settings) -> None:
    last = ended(SampleRun(settings))

    assert last.state == "failed"
    assert "python -m ingest" in last.message
    assert not list((settings.home / "eval").glob("sample-*"))


def test_a_second_click_joins_the_sample_that_is_running(settings: Settings) -> None:
    sample = SampleRun(settings)
    first = sample.start()
    worker = sample._worker
    again = sample.start()

    assert (first.state, again.state, sample._worker) == ("running", "running", worker)
    sample.stop()


def test_another_page_over_the_same_folder_has_to_wait(settings: Settings) -> None:
    first, second = SampleRun(settings), SampleRun(settings)
    first.start()
    refused = second.start()
    first.stop()

    assert refused == Progress("failed", total=second.questions, message="另一个网页正在跑小样，请稍后再试。")
    assert second.start().state == "running"
    second.stop()


def test_a_stopped_sample_ends_at_once_and_removes_what_it_wrote(settings: Settings) -> None:
    sample = SampleRun(settings)
    sample.start()
    wait_for_process(sample)
    process = sample._process
    begun = time.monotonic()
    sample.stop()

    assert time.monotonic() - begun < 10
    assert process is not None
    assert process.poll() is not None
    assert sample.progress().message == "已停止。"
    assert not list((settings.home / "eval").glob("sample-*"))


def test_a_sample_that_fails_half_way_leaves_nothing_and_the_next_may_start(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half_way(self: SampleRun, partial: Path) -> str:
        partial.mkdir()
        (partial / "answers-0.jsonl").write_text("{}\n", encoding="utf8")
        return "停电了。"

    monkeypatch.setattr(SampleRun, "_evaluated", half_way)
    sample = SampleRun(settings)

    assert ended(sample) == Progress("failed", message="停电了。")
    assert not list((settings.home / "eval").glob("sample-*"))
    assert ended(sample) == Progress("failed", message="停电了。")


def test_the_end_is_told_when_the_lock_is_free_and_the_folder_gone(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = SampleRun(settings)
    seen: list[str] = []
    removed = shutil.rmtree

    def slow(path: Path, *, ignore_errors: bool = False) -> None:
        seen.append(sample.progress().state)
        removed(path, ignore_errors=ignore_errors)

    monkeypatch.setattr(SampleRun, "_evaluated", lambda self, partial: "停电了。")
    monkeypatch.setattr(shutil, "rmtree", slow)

    assert ended(sample).state == "failed"
    assert seen == ["running"]


def test_what_a_killed_page_left_behind_is_removed_and_old_samples_but_no_run_of_the_command_line(
    settings: Settings,
) -> None:
    folder = settings.home / "eval"
    for name in ("sample-0.part", "20260101T000000", *(f"sample-2026010{day}" for day in range(1, 6))):
        (folder / name).mkdir(parents=True)
    sample = SampleRun(settings)
    sample._clear_partial()
    sample._clear_old()

    assert {path.name for path in folder.iterdir()} == {
        "20260101T000000",
        *(f"sample-2026010{day}" for day in range(6 - KEPT, 6)),
    }


def test_a_run_that_takes_too_long_is_ended(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.sample_run.LONGEST_SECONDS", 0)
    last = ended(SampleRun(settings))

    assert last.message == "超过 0 分钟没有跑完，已停止。"
    assert LONGEST_SECONDS >= 60


def test_a_folder_that_cannot_be_written_is_named(settings: Settings) -> None:
    settings.home.write_text("a file where the folder should be", encoding="utf8")

    assert "写不进去" in ended(SampleRun(settings)).message


def test_progress_that_cannot_be_read_is_that_of_before(settings: Settings) -> None:
    sample = SampleRun(settings)
    sample._partial = settings.home / "eval" / "sample-1.part"
    sample._partial.mkdir(parents=True)
    sample._progress = Progress("running")
    for text in ("", "[1]", '{"done": "x", "total": 4}'):
        (sample._partial / "progress.json").write_text(text, encoding="utf8")
        assert sample.progress() == Progress("running")
    (sample._partial / "progress.json").write_text(json.dumps({"done": 3, "total": 4}), encoding="utf8")
    assert sample.progress() == Progress("running", 3, 4)


@pytest.mark.parametrize(
    ("errors", "told"),
    [
        ("提问\n错误：没有索引，请先运行 python -m ingest。\n", "没有索引，请先运行 python -m ingest。"),
        ("Traceback\nModuleNotFoundError: No module named 'scipy'\n", "requirements-dev.txt"),
        ("Traceback\nOSError: 磁盘满\n", "评测没有跑成：OSError: 磁盘满"),
        ("", "评测没有跑成：没有说明原因"),
    ],
)
def test_the_reason_is_told_in_words_for_the_reader(errors: str, told: str) -> None:
    assert told in _reason(errors)


def wait_for_process(sample: SampleRun) -> None:
    for _ in range(100):
        if sample._process is not None:
            return
        time.sleep(0.05)
    raise TimeoutError
