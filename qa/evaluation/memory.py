"""Vectors kept by what was embedded, so that a second evaluation of the same articles embeds nothing."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from index.embed import Embedder, Matrix, Tokens

_ASK_AT_ONCE = 500
"""Keys in one query; sqlite allows 999 where it is old."""
_MOST_BY_PIECE = 3_000
"""Passages remembered by piece, a quarter of a megabyte each; in memory only."""


class Memory:
    """An Embedder that asks another only for texts it has not seen.

    Args:
        embedder: Asked for what is new.
        folder: Gets one file for each fingerprint.
    """

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        self._embedder = embedder
        self._awake = True
        self._pieces: dict[str, Tokens] = {}
        folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(folder / f"{embedder.fingerprint[:16]}.sqlite", isolation_level=None)
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"
        )

    @property
    def fingerprint(self) -> str:
        """The other's; see `Embedder`."""
        return self._embedder.fingerprint

    @property
    def dim(self) -> int:
        """The other's; see `Embedder`."""
        return self._embedder.dim

    @property
    def max_pieces(self) -> int:
        """The other's; see `Embedder`."""
        return self._embedder.max_pieces

    def pieces(self, texts: Sequence[str]) -> list[int]:
        """The other's; see `Embedder`."""
        return self._embedder.pieces(texts)

    def is_word(self, word: str) -> bool:
        """The other's; see `Embedder`."""
        return self._embedder.is_word(word)

    def tokens(self, question: str, passages: Sequence[str]) -> tuple[Tokens, list[Tokens]]:
        """Embed piece by piece, or remember passages of late; see `Embedder`."""
        if not self._awake:
            return self._embedder.tokens(question, passages)
        known = self._pieces
        new = [text for text in dict.fromkeys(passages) if text not in known]
        asked, found = self._embedder.tokens(question, new)
        known.update(zip(new, found, strict=True))
        given = [known[text] for text in passages]
        for text in list(known)[: max(0, len(known) - _MOST_BY_PIECE)]:
            del known[text]
        return asked, given

    def passages(self, texts: Sequence[str]) -> Matrix:
        """Embed passages, or remember them; see `Embedder`."""
        return self._recall(b"p", texts, self._embedder.passages)

    def questions(self, texts: Sequence[str]) -> Matrix:
        """Embed questions, or remember them; see `Embedder`."""
        return self._recall(b"q", texts, self._embedder.questions)

    @contextmanager
    def asleep(self) -> Iterator[None]:
        """Remember nothing meanwhile, so that what is timed is what a user waits for."""
        self._awake = False
        try:
            yield
        finally:
            self._awake = True

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _recall(self, kind: bytes, texts: Sequence[str], embed: Callable[[Sequence[str]], Matrix]) -> Matrix:
        if not self._awake or not texts:
            return embed(texts)
        keys = [hashlib.sha256(kind + text.encode()).digest()[:16] for text in texts]
        known = self._known(list(dict.fromkeys(keys)))
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if new:
            rows = embed(list(new.values()))
            stored = {key: row.astype(np.float32).tobytes() for key, row in zip(new, rows, strict=True)}
            self._db.execute("BEGIN")
            self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", stored.items())
            self._db.execute("COMMIT")
            known.update(stored)
        return np.frombuffer(b"".join(known[key] for key in keys), dtype=np.float32).reshape(len(keys), -1)

    def _known(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        known: dict[bytes, bytes] = {}
        for at in range(0, len(keys), _ASK_AT_ONCE):
            some = keys[at : at + _ASK_AT_ONCE]
            marks = ",".join("?" * len(some))
            known.update(self._db.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", some))
        return known
