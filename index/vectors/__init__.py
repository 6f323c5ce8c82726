"""Unit vectors to nearest ids: interchangeable stores, chosen by name, imported late."""

from pathlib import Path
from typing import Literal, Protocol

from index.corpus import Corpus, Ids
from index.embed import Vector


class Vectors(Protocol):
    """What every store offers; each must agree with the exact one."""

    def search(self, vector: Vector, k: int, among: Ids | None = None) -> list[tuple[int, float]]:
        """Find the passages whose vectors lie nearest to one vector.

        Nearest is largest inner product; all vectors are of unit length, so cosine.

        Args:
            vector: float32, shape (dim,), unit length.
            k: How many at most, 1 or more.
            among: Passage ids that may be found, ascending; None for all.

        Returns:
            (passage id, cosine in [-1, 1]), best first, ties by id; no fillers.
        """

    @property
    def ids(self) -> Ids:
        """The ids of all passages that it holds a vector of, ascending."""

    def __len__(self) -> int:
        """Number of vectors."""


def write(kind: Literal["faiss", "exact"], corpus: Corpus, folder: Path) -> None:
    """Derive what a store needs from the corpus, as files in a folder."""
    if kind == "faiss":
        from index.vectors import faiss

        faiss.write(corpus, folder)


def read(kind: Literal["faiss", "exact"], corpus: Corpus, folder: Path) -> Vectors:
    """Open a store over what `write` derived."""
    if kind == "faiss":
        from index.vectors import faiss

        return faiss.Faiss(folder)
    from index.vectors import exact

    return exact.Exact(corpus)
