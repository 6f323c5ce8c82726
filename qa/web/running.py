"""One evaluation at a time, apart from the page that shows it: the page may be left, and finds it again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from index.errors import Busy, VerbatimError

if TYPE_CHECKING:
    from qa.evaluation.record import Evaluation
    from qa.evaluation.speed import Listener, Step

Work: TypeAlias = "Callable[[Listener], Evaluation]"

log = logging.getLogger("verbatim")


class Stopped(Exception):
    """The user stopped the evaluation."""


class Running:
    """The evaluation that is under way, and how the last one ended.

    Attributes:
        step: How far it has come; None before the first step.
        done: The last evaluation, when it was finished.
        told: How the last one ended otherwise, as a sentence; None when it was finished.
    """

    def __init__(self) -> None:
        self.step: Step | None = None
        self.done: Evaluation | None = None
        self.told: str | None = None
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        """Whether one is under way."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def stopping(self) -> bool:
        """Whether one is under way that was asked to stop."""
        return self.busy and self._stop.is_set()

    def start(self, work: Work) -> None:
        """Begin an evaluation.

        Args:
            work: Runs it, telling the listener how far it has come; what the listener raises must end it.

        Raises:
            Busy: One is under way.
        """
        with self._lock:
            if self.busy:
                raise Busy("An evaluation is under way: wait until it is done, or stop it.")
            self.step = self.done = self.told = None
            self._stop.clear()
            self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Ask the one under way to stop, which it does at its next step."""
        self._stop.set()

    def _run(self, work: Work) -> None:
        try:
            self.done = work(self._hear)
        except Stopped:
            self.told = (
                "Stopped. What was asked is kept: run it again with the same choices, and it goes on from there."
            )
        except VerbatimError as error:
            self.told = str(error)
        except Exception as error:
            # A thread's error would else be seen in the terminal only, and the page would wait for ever.
            log.exception("The evaluation failed.")
            self.told = f"The evaluation failed ({type(error).__name__}: {error}). What was asked is kept."

    def _hear(self, step: Step) -> None:
        self.step = step
        if self._stop.is_set():
            raise Stopped
