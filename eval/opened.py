"""What every command begins and ends with: the assistant, and a message with exit code 2."""

from typing import NoReturn

import typer

from rag.assistant import Assistant
from rag.errors import PolicyError
from rag.settings import Settings


def opened() -> Assistant:
    """The assistant on the current index; without one the command ends with exit code 2."""
    try:
        return Assistant.open(Settings.from_env())
    except PolicyError as problem:
        give_up(problem)


def give_up(problem: PolicyError) -> NoReturn:
    """Say why nothing could be evaluated, and end the command with exit code 2."""
    typer.echo(f"错误：{problem}", err=True)
    raise typer.Exit(2)
