"""Files -> their articles, each file read in a child process that may hang, crash or run out of memory.

```
paths -> [child, child, …] -> (path, articles) in the order given
```
"""

import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from signal import Signals
from threading import Thread
from typing import IO, TypeAlias

from index.article import Article, Fault
from index.errors import ReaderError
from index.settings import Settings
from index.wire import DONE, SPENT, WORKING, decode, receive, send

Read: TypeAlias = tuple[Path, Iterator[Article | Fault]]

# -P: the working folder is no place to import from, for a json.py could lie among the articles.
_COMMAND = ("-P", "-m", "index.child")
_MOST_CHILDREN = 4
_AHEAD = 4
"""Files that a child is given before the first of them is asked for, so that it need not wait."""
_WORTH_S = 3.0
"""A child costs nearly a second of processor time, web pages' libraries included: a second one must earn that back."""
_HELD = 8
"""Messages that are held before the child must wait."""
_START_S = 60
_END_S = 5


def read(paths: Iterable[Path], settings: Settings) -> Generator[Read, None, None]:
    """Read files, a few at a time; whatever a file does to its reader becomes a fault of that file.

    Close the iterator (`contextlib.closing`) to end the children before all is read.

    Args:
        paths: Regular files; asked for one by one, a few ahead.
        settings: For the limits of a file: time, memory and size.

    Yields:
        Each path, in the order given, and what is read of it, each article as soon as it is read. Where the reading
        was cut short, what came before the fault that says so holds.

    Raises:
        ReaderError: No child process can be started.
    """
    rest = iter(paths)
    children: list[_Child] = []
    waiting: deque[tuple[Path, _Child]] = deque()
    began = time.monotonic()
    most = min(os.cpu_count() or 1, _MOST_CHILDREN)
    try:
        while True:
            while len(waiting) < max(1, _AHEAD * len(children)) and (path := next(rest, None)) is not None:
                child = min(children, key=lambda one: len(one.files), default=None)
                late = time.monotonic() - began > _WORTH_S
                if child is None or (child.files and late and len(children) < most):
                    child = _Child(settings)
                    children.append(child)
                child.give(path)
                waiting.append((path, child))
            if not waiting:
                return
            path, child = waiting.popleft()
            articles = child.articles()
            yield path, articles
            deque(articles, maxlen=0)  # what was not asked for
    finally:
        for child in children:
            child.stop()


class _Child:
    """A child process, started again after each file that ended it.

    Attributes:
        files: Those given and not yet read to their end, in the order given.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.files: deque[Path] = deque()
        self._start()

    def give(self, path: Path) -> None:
        """Have one more file read."""
        self.files.append(path)
        self._send(os.fsencode(path))

    def articles(self) -> Iterator[Article | Fault]:
        """Give what is read of the first of its files."""
        why = None if self._started else self._await_start()
        while why is None:
            try:
                message = self._arrived.get(timeout=self._settings.file_timeout_s)
            except Empty:
                why = self._too_slow()
                break
            if message is None:
                why = self._how_it_ended()
            elif message == DONE:
                self.files.popleft()
                return
            elif message == SPENT:
                self._restart()
                return
            elif message == WORKING:
                continue
            else:
                try:
                    one = decode(message)
                except ValueError:
                    why = _crashed("it sent no article")
                else:
                    yield one
        path = self.files[0]
        self._restart()
        yield Fault(str(path), why, unfinished=True)

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        # When the interpreter ends, its other threads stand still and never end.
        while self._thread.is_alive() and not sys.is_finalizing():
            with suppress(Empty):  # it may be waiting to hand a message over
                self._arrived.get(timeout=0.01)
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # what was not yet sent
                pipe.close()  # type: ignore[union-attr]

    def _start(self) -> None:
        places = [str(Path(__file__).parent.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
        # A library of vectors would set memory aside for each core.
        alone = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        try:
            self._process = subprocess.Popen(
                [sys.executable, *_COMMAND],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,  # a buffer that a thread reads from cannot be given up when the interpreter ends
                env={**os.environ, **alone, "PYTHONPATH": os.pathsep.join(places)},
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise ReaderError(
                f"No process to read files in can be started ({error.strerror}): close other programs, then try again."
            ) from error
        self._started = False
        self._arrived: Queue[bytes | None] = Queue(maxsize=_HELD)
        self._thread = Thread(target=_forward, args=(self._process.stdout, self._arrived), daemon=True)
        self._thread.start()
        self._send(self._settings.model_dump_json().encode())
        for path in self.files:
            self._send(os.fsencode(path))

    def _restart(self) -> None:
        """Go on behind the first file in a fresh process."""
        self.files.popleft()
        self.stop()
        self._start()

    def _send(self, data: bytes) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):  # it has ended, which shows when it is listened to
            send(self._process.stdin, data)

    def _await_start(self) -> str | None:
        """Wait until it can read; give how it ended, where something else ended it."""
        try:
            message = self._arrived.get(timeout=_START_S)
        except Empty:
            raise ReaderError(f"The process to read files in did not start within {_START_S} s: try again.") from None
        if message is not None:
            self._started = True
            return None
        if self._code() > 0:
            raise ReaderError(
                f"The process to read files in ended at its start (exit status {self._code()}): "
                f"run `{sys.executable} -m index.child`, which says why."
            )
        return self._how_it_ended()

    def _too_slow(self) -> str:
        limit = self._settings.file_timeout_s
        return f"reading it took more than {limit} s: split it, save it in another format, or raise file_timeout_s."

    def _how_it_ended(self) -> str:
        """Say why the process closed its side of the pipe."""
        code = self._code()
        if code == -getattr(Signals, "SIGALRM", 0):
            return self._too_slow()
        if code == -getattr(Signals, "SIGKILL", 0):
            return (
                "the system ended its reader (signal 9), as it does when memory runs out: "
                "close other programs, then index it again."
            )
        return _crashed(f"signal {-code}" if code < 0 else f"exit status {code}")

    def _code(self) -> int:
        """Give the exit status of the process, which is at its end; -signal where one ended it."""
        try:
            return self._process.wait(timeout=_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


def _crashed(how: str) -> str:
    return f"its reader crashed ({how}): save it in another format, or leave it out."


def _forward(stream: IO[bytes], arrived: "Queue[bytes | None]") -> None:
    """Take messages from a pipe, and None at its end; pipes cannot be waited for with a limit on every system."""
    while (message := receive(stream)) is not None:
        arrived.put(message)
    arrived.put(None)
