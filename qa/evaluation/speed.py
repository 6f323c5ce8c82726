"""Time: how far a long run has come, and what one person waits for one reply."""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from index.errors import QuestionError
from qa.answer import QA
from qa.evaluation.asking import turns
from qa.evaluation.dataset import Question
from qa.evaluation.memory import Memory

_TIMED, _WARMED = 50, 3


@dataclass(frozen=True, slots=True)
class Step:
    """How far an evaluation has come.

    Attributes:
        stage: "reading", "comparing", "cutting", "embedding" and "writing" as in a build; "asking" and "timing" count
            questions.
        eta_s: Seconds until this stage is done; None before that can be told.
    """

    stage: str
    done: int
    total: int
    eta_s: float | None


Listener: TypeAlias = Callable[[Step], None]


class Pace:
    """Tells a listener how far a run has come, and for how long it will go on at the pace so far.

    Args:
        listener: Told at each step; an exception that it raises stops the run.
    """

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._stage, self._from, self._began = "", 0, 0.0

    def tell(self, stage: str, done: int, total: int) -> None:
        """Say that `done` of `total` are done; what was done at the first call of a stage sets no pace."""
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._from, self._began = stage, done, now
        moved = done - self._from
        eta = (now - self._began) * (total - done) / moved if moved > 0 else None
        self._listener(Step(stage, done, total, eta))


def asked_ms(qa: QA, memory: Memory, questions: Sequence[Question], pace: Pace) -> list[float]:
    """Ask up to 50 questions, evenly spaced through the set, one by one as a person would; nothing is remembered.

    Returns:
        Milliseconds of each, in the order asked; the first few of the set are asked before, untimed.
    """
    step = max(1, len(questions) // _TIMED)
    chosen = list(questions[::step])[:_TIMED]
    times: list[float] = []
    with memory.asleep():
        for place, question in enumerate([*chosen[:_WARMED], *chosen], -len(chosen[:_WARMED])):
            began = time.perf_counter()
            try:
                qa.ask(question.text, turns=turns(question))
            except QuestionError:  # it is among the rows as one that failed
                continue
            if place >= 0:
                times.append(round(1000 * (time.perf_counter() - began), 1))
                pace.tell("timing", place + 1, len(chosen))
    return times


def summary(times: Sequence[float]) -> dict[str, float | None]:
    """Give what a result says of speed: the median and the 95th percentile of times in milliseconds, and memory."""
    return {
        "ask_ms_p50": percentile(times, 0.5),
        "ask_ms_p95": percentile(times, 0.95),
        "peak_rss_mb": peak_rss_mb(),
        "asked": len(times),
    }


def percentile(times: Sequence[float], share: float) -> float | None:
    """Give the time that a share of all stays within, by nearest rank; None where nothing was timed."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None


def peak_rss_mb() -> int | None:
    """Give the most memory this process has held, in MB of 2**20 bytes; None on systems that do not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10))
