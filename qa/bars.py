"""Progress bars for the command line: done and left, pace, and time to go."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.report import Progress
    from qa.pace import Step


@contextlib.contextmanager
def bars() -> Iterator[Callable[[Progress | Step], None]]:
    """Give a listener that draws a bar for each stage, on standard error; none where that is no terminal."""
    from tqdm import tqdm

    bar: tqdm[Any] | None = None
    stage = ""

    def listener(progress: Progress | Step) -> None:
        nonlocal bar, stage
        if progress.stage != stage:
            if bar is not None:
                bar.close()
            stage = progress.stage
            bar = tqdm(total=progress.total, desc=stage, file=sys.stderr, disable=None)
        if bar is not None:
            bar.update(progress.done - bar.n)
            if progress.done >= progress.total:
                bar.close()
                bar, stage = None, ""

    try:
        yield listener
    finally:
        if bar is not None:
            bar.close()
