"""How many questions are worked on at once, and who waits: first come, first served."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from anyio import to_thread

from index.errors import Busy

Done = TypeVar("Done")

_AT_ONCE = 2
"""One reads while the other searches; more would wait for the model, and each takes memory."""
_MOST = 100
"""How many may wait."""
_LOOK_S = 0.02


class Desk:
    """Where questions are asked.

    Args:
        at_once: How many are worked on at the same time.
        most: How many may wait besides.
    """

    def __init__(self, at_once: int = _AT_ONCE, most: int = _MOST) -> None:
        self._at_once, self._most = at_once, most
        self._line: list[object] = []
        self._lock = threading.Lock()

    @contextmanager
    def place(self) -> Iterator["Place"]:
        """Take the last place in the line, until the block ends.

        Raises:
            Busy: Too many wait already.
        """
        who = object()
        with self._lock:
            if len(self._line) >= self._at_once + self._most:
                raise Busy(f"{self._most:,} questions are waiting already: ask again in a minute.")
            self._line.append(who)
        try:
            yield Place(partial(self._waiting, who))
        finally:
            with self._lock:
                self._line.remove(who)

    def _waiting(self, who: object) -> int:
        with self._lock:
            return max(0, self._line.index(who) + 1 - self._at_once)

    async def serve(self, work: Callable[[], Done]) -> Done:
        """Do a piece of work in a thread of its own when its turn has come.

        Raises:
            Busy: Too many wait already.
        """
        with self.place() as place:
            while place.number:
                await place.moved()
            return await to_thread.run_sync(work)


class Place:
    """A place in a line.

    Args:
        waiting: Gives its number.
    """

    def __init__(self, waiting: Callable[[], int]) -> None:
        self._waiting = waiting

    @property
    def number(self) -> int:
        """Its number in the line, from 1; 0 when its turn has come."""
        return self._waiting()

    async def moved(self) -> None:
        """Wait until the number is another."""
        before = self.number
        while self.number == before:
            await asyncio.sleep(_LOOK_S)
