"""Watch or replace single steps from question to draft while everything else runs as it is.

`rag.drafting` calls its steps by name; for the length of a block, a name stands for
another function. One block at a time in a process: the name is everybody's.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import rag.drafting


@contextmanager
def steps(**others: Callable[..., Any]) -> Iterator[None]:
    """Let each name of `rag.drafting` stand for its function in `others`.

    Raises:
        AttributeError: the assistant has no such step.
    """
    usual = {name: getattr(rag.drafting, name) for name in others}
    try:
        for name, other in others.items():
            setattr(rag.drafting, name, other)
        yield
    finally:
        for name, step in usual.items():
            setattr(rag.drafting, name, step)
