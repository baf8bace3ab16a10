"""Watch or replace single steps of the assistant while everything else runs as it is.

`rag.assistant` calls its steps by name; for the length of a block, a name stands for
another function. One block at a time in a process: the name is everybody's.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import rag.assistant


@contextmanager
def steps(**others: Callable[..., Any]) -> Iterator[None]:
    """Let each name of `rag.assistant` stand for its function in `others`.

    Raises:
        AttributeError: the assistant has no such step.
    """
    usual = {name: getattr(rag.assistant, name) for name in others}
    try:
        for name, other in others.items():
            setattr(rag.assistant, name, other)
        yield
    finally:
        for name, step in usual.items():
            setattr(rag.assistant, name, step)
