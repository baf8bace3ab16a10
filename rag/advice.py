"""What an enterprise tells -> its matching and the question to ask next: the one way in for page, chat and command line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rag.builds import Build
from rag.match import Matching, match
from rag.next_question import NextQuestion, next_question
from rag.profile_input import Problem, read_profile


@dataclass(frozen=True)
class Advice:
    """`understood` names the fields that were read from the description, `problems` those that could not be used."""

    matching: Matching
    question: NextQuestion | None
    problems: tuple[Problem, ...]
    understood: tuple[str, ...]


def advise(given: Mapping[str, Any], build: Build, day: date, passed_over: Iterable[str] = ()) -> Advice:
    """Match what was given (rag.profile_input) on `day`; `passed_over` are fields answered with 不确定."""
    read = read_profile(given, day)
    matching = match(read.profile, build, day)
    return Advice(matching, next_question(matching, passed_over), read.problems, read.understood)
