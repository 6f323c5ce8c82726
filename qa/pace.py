"""How far a long run has come, how fast it goes, and for how long it will go on."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Step:
    """How far a run has come.

    Attributes:
        stage: "reading", "comparing", "cutting", "embedding" and "writing" as in a build; "asking" and "timing" count
            questions.
        eta_s: Seconds until this stage is done; None before that can be told.
        rate: Done in a second, over this stage; None before that can be told.
    """

    stage: str
    done: int
    total: int
    eta_s: float | None
    rate: float | None = None


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
        if stage != self._stage or done < self._from:
            self._stage, self._from, self._began = stage, done, now
        moved, took = done - self._from, now - self._began
        rate = moved / took if moved > 0 and took > 0 else None
        self._listener(Step(stage, done, total, (total - done) / rate if rate else None, rate))
