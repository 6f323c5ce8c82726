"""The plain store: every inner product, by numpy, straight from the corpus; the measure of all others."""

import numpy as np

from index.corpus import Corpus, Ids
from index.embed import Vector


class Exact:
    """All vectors in memory as float32; see `index.vectors.Vectors`."""

    def __init__(self, corpus: Corpus) -> None:
        batches = list(corpus.vectors())
        self._ids = np.concatenate([ids for ids, _ in batches]) if batches else np.zeros(0, dtype=np.int64)
        self._rows = np.concatenate([rows for _, rows in batches]) if batches else np.zeros((0, 0), dtype=np.float32)

    @property
    def ids(self) -> Ids:
        """The ids of all passages; see `index.vectors.Vectors`."""
        return self._ids

    def __len__(self) -> int:
        return len(self._ids)

    def search(self, vector: Vector, k: int, among: Ids | None = None) -> list[tuple[int, float]]:
        """Find the nearest passages; see `index.vectors.Vectors`."""
        if not len(self._ids):
            return []
        ids, scores = self._ids, self._rows @ vector
        if among is not None:
            chosen = np.isin(ids, among)
            ids, scores = ids[chosen], scores[chosen]
        order = np.lexsort((ids, -scores))[:k]
        return [(int(ids[at]), float(scores[at])) for at in order]
