"""Question and passages -> the words that answer, marked sentence by sentence by the reading network."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from index.article import Passage
from qa.reply import Marked
from qa.whole import whole

if TYPE_CHECKING:
    from qa.network import Extractive, Pieces

WEIGHTS = Path(__file__).with_name("reader.safetensors")
_LONGEST = 60
"""Word pieces in an answer, at most."""
_AT_ONCE = 4
"""Passages of about the same length that go through the network together, so that little is padded."""
_UNREAD = -30.0
"""Odds of a sentence that lies beyond what the network reads."""


class Marker(Protocol):
    """Anything that marks answers in passages."""

    def mark(self, question: str, passages: Sequence[tuple[str, Passage]]) -> list[tuple[Marked, ...]]:
        """Mark the likeliest answer in every sentence.

        Args:
            question: As it was searched for.
            passages: Each with the header of its article.

        Returns:
            In the same order; for each passage as many as it has sentences.
        """


class NetworkMarker:
    """Marks with a network, loaded at the first question; safe to use from many threads.

    Args:
        load: Gives the network.
    """

    def __init__(self, load: "Callable[[], Extractive]") -> None:
        self._load, self._lock = load, threading.Lock()
        self._loaded: Extractive | None = None

    def mark(self, question: str, passages: Sequence[tuple[str, Passage]]) -> list[tuple[Marked, ...]]:
        """Mark; see `Marker`."""
        # One at a time: a tokenizer keeps how it cuts and pads, and the network uses every core as it is.
        with self._lock:
            return self._marked(question, passages)

    def _marked(self, question: str, passages: Sequence[tuple[str, Passage]]) -> list[tuple[Marked, ...]]:
        if self._loaded is None:
            self._loaded = self._load()
        order = sorted(range(len(passages)), key=lambda at: len(passages[at][0]) + len(passages[at][1].text))
        marked: dict[int, tuple[Marked, ...]] = {}
        for first in range(0, len(order), _AT_ONCE):
            some = order[first : first + _AT_ONCE]
            read = self._loaded.read(question, [(passages[at][0], passages[at][1].text) for at in some])
            marked.update({at: best(passages[at][1], each) for at, each in zip(some, read, strict=True)})
        return [marked[at] for at in range(len(passages))]


def best(passage: Passage, read: "Pieces") -> tuple[Marked, ...]:
    """Find the likeliest answer within each sentence.

    Args:
        passage: What was read.
        read: What the network says of its word pieces.

    Returns:
        One for each sentence; among equally likely words those that start first, then the shorter.
    """
    places, starts, ends = read.places, read.starts, read.ends
    found = []
    for start, end in passage.sentences:
        low, high = start - passage.start, end - passage.start
        inside = np.flatnonzero((places[:, 0] >= low) & (places[:, 1] <= high))
        if not len(inside):
            found.append(Marked(_UNREAD, (start, end)))
            continue
        scores = starts[inside][:, None] + ends[inside][None, :]
        # np.tri(n, k) holds where column <= row + k: answers end neither before they start nor too far behind.
        count = len(inside)
        scores[np.tri(count, k=-1, dtype=bool) | ~np.tri(count, k=_LONGEST - 1, dtype=bool)] = -np.inf
        first, last = np.unravel_index(int(scores.argmax()), scores.shape)
        top = float(scores.max())
        odds = top + float(np.log(np.exp(scores - top).sum())) - read.none
        marked = int(places[inside[first], 0]) - low, int(places[inside[last], 1]) - low
        begin, stop = whole(passage.text[low:high], marked)
        found.append(Marked(max(_UNREAD, odds), (start + begin, start + stop)))
    return tuple(found)
