"""Damaged files end as text or as a reason, and nothing else (tests.fuzz reads many more)."""

import os
import signal

import pytest

from tests.fuzz import KINDS, Worker, fuzz, read
from tests.fuzz_files import SOUND, sound


@pytest.mark.parametrize("kind", SOUND)
def test_the_files_are_readable_before_they_are_damaged(kind: str) -> None:
    assert "示例" in read(SOUND[kind][0], sound(kind))


def test_damaged_files_end_as_text_or_as_a_reason() -> None:
    tally = fuzz(500, 20230619)

    assert not tally.problems, next(iter(tally.problems.items()))
    # Both outcomes of every kind: damage that is always refused, or never, tests little.
    assert all(tally.counts[kind, "text"] for kind in KINDS)
    assert all(tally.counts[kind, "refused"] for kind in SOUND)


def test_a_reader_that_dies_or_falls_silent_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = Worker(20230619)
    try:
        monkeypatch.setattr("tests.fuzz.SILENCE", 0.2)
        os.kill(worker._process.pid, signal.SIGSTOP)
        assert "no answer" in worker.outcome(0)
        monkeypatch.undo()
        worker._process.kill()
        worker._process.join()
        assert "died" in worker.outcome(0)
        assert worker.outcome(0) in {"text", "refused"}
    finally:
        worker.close()
