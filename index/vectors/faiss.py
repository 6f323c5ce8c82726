"""The FAISS store: exact inner product over a flat index."""

from pathlib import Path
from typing import Any

import faiss
import numpy as np

from index.corpus import Corpus, Ids
from index.embed import Vector

FILE = "vectors.faiss"
_PIECE = 1 << 20


def write(corpus: Corpus, folder: Path) -> None:
    """Derive the index file from the vectors in the corpus."""
    index = None
    for ids, rows in corpus.vectors():
        if index is None:
            index = faiss.IndexIDMap2(faiss.IndexFlatIP(rows.shape[1]))
        index.add_with_ids(rows, ids)
    if index is None:
        index = faiss.IndexIDMap2(faiss.IndexFlatIP(1))
    failures: list[OSError] = []
    # Python writes the bytes, for FAISS's own writer fails on some paths outside ASCII; piece by piece, for a copy of
    # the index in memory would take as much again.
    with (folder / FILE).open("wb") as file:

        def put(piece: bytes) -> None:
            try:
                if not failures:
                    file.write(piece)
            except OSError as error:  # FAISS would lose it
                failures.append(error)

        faiss.write_index(index, faiss.PyCallbackIOWriter(put, _PIECE))  # type: ignore[attr-defined]
    if failures:
        raise failures[0]


class Faiss:
    """An index file, in memory; see `index.vectors.Vectors`.

    Args:
        folder: Holds the index file, its checksum already compared: FAISS itself would not see damage.
    """

    def __init__(self, folder: Path) -> None:
        self._index: Any = faiss.deserialize_index(np.fromfile(folder / FILE, dtype=np.uint8))

    @property
    def ids(self) -> Ids:
        """The ids of all passages; see `index.vectors.Vectors`."""
        ids: Ids = np.sort(faiss.vector_to_array(self._index.id_map))
        return ids

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, vector: Vector, k: int, among: Ids | None = None) -> list[tuple[int, float]]:
        """Find the nearest passages; see `index.vectors.Vectors`."""
        k = min(k, len(self), len(self) if among is None else len(among))
        if k == 0:
            return []
        params = None
        if among is not None:
            params = faiss.SearchParameters()
            params.sel = faiss.IDSelectorBatch(among)
        scores, ids = (rows[0] for rows in self._index.search(vector[np.newaxis], k + 1, params=params))
        if ids[k] >= 0 and scores[k] == scores[k - 1]:
            # Which of equal ones FAISS keeps at the end is chance, so all of them are fetched.
            below = float(np.nextafter(scores[k], np.float32(-np.inf)))
            _, scores, ids = self._index.range_search(vector[np.newaxis], below, params=params)
        # FAISS fills a short answer with the id -1.
        found = [(int(id), float(score)) for id, score in zip(ids, scores, strict=True) if id >= 0]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:k]
