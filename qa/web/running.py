"""One long run at a time, apart from the page that shows it: the page may be left, and finds it again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from index.errors import Busy, VerbatimError
from qa.web.cards import escape

if TYPE_CHECKING:
    from qa.pace import Listener, Step

Done = TypeVar("Done")

log = logging.getLogger("verbatim")


class Stopped(Exception):
    """The user stopped the run."""


class Running(Generic[Done]):
    """The run that is under way, and how the last one ended.

    Args:
        what: What runs, such as "evaluation".

    Attributes:
        step: How far it has come; None before the first step.
        done: What the last run gave, when it was finished.
        told: How the last one ended otherwise, as a sentence; None when it was finished.
        stop_asked: Set from when it is asked to stop until the next one begins.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        self.step: Step | None = None
        self.done: Done | None = None
        self.told: str | None = None
        self.stop_asked = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        """Whether one is under way."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def stopping(self) -> bool:
        """Whether one is under way that was asked to stop."""
        return self.busy and self.stop_asked.is_set()

    def start(self, work: Callable[[Listener], Done], *, keeps: bool = True) -> None:
        """Begin a run.

        Args:
            work: Does it, telling the listener how far it has come; what the listener raises must end it.
            keeps: Whether what was done stays when it is stopped, and the next run goes on from there.

        Raises:
            Busy: One is under way.
        """
        with self._lock:
            if self.busy:
                raise Busy(f"An {self.what} is under way: wait until it is done, or stop it.")
            self.step = self.done = self.told = None
            self.stop_asked.clear()
            self._thread = threading.Thread(target=self._run, args=(work, keeps), daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Ask the one under way to stop, which it does at its next step."""
        self.stop_asked.set()

    def forget(self) -> None:
        """Forget how the last one ended, unless one is under way."""
        with self._lock:
            if not self.busy:
                self.done = self.told = None

    def _run(self, work: Callable[[Listener], Done], keeps: bool) -> None:
        kept = "What was done is kept" if keeps else "Nothing was written"
        try:
            self.done = work(self._hear)
        except Stopped:
            goes_on = ": begin again with the same choices, and it goes on from there" if keeps else ""
            self.told = f"Stopped. {kept}{goes_on}."
        except VerbatimError as error:
            self.told = str(error)
        except Exception as error:
            # A thread's error would else be seen in the terminal only, and the page would wait for ever.
            log.exception("The %s failed.", self.what)
            self.told = f"The {self.what} failed ({type(error).__name__}: {error}). {kept}."

    def _hear(self, step: Step) -> None:
        self.step = step
        if self.stop_asked.is_set():
            raise Stopped


def progress(step: Step | None, stages: dict[str, str]) -> str:
    """How far a run has come, in words and as a bar.

    Args:
        step: None before the first.
        stages: Stage -> what is done in it, as a heading; others are named as they are.
    """
    if step is None:
        return '<div class="going" role="status">Getting ready…<progress></progress></div>'
    told = f"{stages.get(step.stage, step.stage.capitalize())}: {step.done:,} of {step.total:,}"
    if step.done < step.total:
        told += f", {_pace(step.rate)} a second" if step.rate else ""
        told += f", about {_long(step.eta_s)} left" if step.eta_s is not None else ""
    return going(told, step)


def going(told: str, step: Step) -> str:
    """A sentence about a run under way, and its bar."""
    bar = f'<progress max="{max(step.total, 1)}" value="{step.done}"></progress>'
    leave = "<small>You can leave this page, ask questions meanwhile, and come back.</small>"
    return f'<div class="going"><span role="status">{escape(told)}</span>{bar}{leave}</div>'


def _pace(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"


def _long(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
