"""The build that answers now: follow the pointer to newer ones without a restart."""

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from rag.builds import Build
from rag.errors import StoreError
from rag.opening import open_current, published_build
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.embedder import Embedder

RETRY_AFTER: Final = 30.0
"""Seconds before a build that could not be opened is tried again."""


class Library:
    """The build that answers now. A newly published one is seen without a restart."""

    def __init__(
        self,
        settings: Settings,
        embedder: "Embedder | None",
        *,
        check_every: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open the current build; `check_every` is in seconds.

        Raises:
            StoreError: there is no usable index.
        """
        self.problem: StoreError | None = None
        """Why a newer build is not in use; the older one goes on answering."""
        self._settings, self._embedder = settings, embedder
        self._check_every, self._clock = check_every, clock
        self._build = open_current(settings, embedder)
        self._refused: tuple[str | None, float] = (self._build.id, 0.0)
        self._next_check = clock() + check_every
        self._checking = threading.Lock()

    def current(self) -> Build:
        """The newest usable build. Costs one small file read per `check_every`."""
        if self._clock() >= self._next_check and self._checking.acquire(blocking=False):
            try:
                self._follow_pointer()
            finally:
                self._next_check = self._clock() + self._check_every
                self._checking.release()
        return self._build

    def _follow_pointer(self) -> None:
        name = None
        try:
            name = published_build(self._settings.home)
            refused, retry_at = self._refused
            if name in {None, self._build.id} or (name == refused and self._clock() < retry_at):
                return
            self._build = open_current(self._settings, self._embedder)
            self.problem = None
        except StoreError as problem:
            self.problem = problem
            self._refused = (name, self._clock() + RETRY_AFTER)
