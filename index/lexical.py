"""Words to passage ids: BM25 (Robertson and Zaragoza 2009, in Lucene's form) by bm25s."""

import json
import logging
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

from index.chunk import sought_text
from index.corpus import Corpus, Ids
from index.text import terms

FOLDER = "words"
logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets its own level to DEBUG when imported


def write(corpus: Corpus, folder: Path, k1: float, b: float) -> None:
    """Derive the word index from the passages in the corpus, the header counted as part of each.

    Args:
        corpus: Read by passage id.
        folder: Gets a folder of plain .npy and JSON files.
        k1: How soon a repeated word stops counting, above 0.
        b: How much long passages are discounted, in [0, 1].
    """
    vocabulary: defaultdict[str, int] = defaultdict(lambda: len(vocabulary))
    tokens: list[NDArray[np.int32]] = []
    for byline, passage in corpus.stream():
        found = terms(sought_text(byline, passage), passage.language)
        tokens.append(np.array([vocabulary[term] for term in found], dtype=np.int32))
    target = folder / FOLDER
    target.mkdir()
    np.save(target / "ids.npy", corpus.ids)
    if vocabulary:
        engine = bm25s.BM25(k1=k1, b=b, method="lucene")
        engine.index((tokens, dict(vocabulary)), show_progress=False)
        engine.save(target, show_progress=False)
    (target / "verbatim.json").write_text(json.dumps({"empty": not vocabulary}), encoding="utf-8")


class Words:
    """A word index in memory.

    Args:
        folder: Where `write` put it, checksums already compared.

    Attributes:
        ids: The ids of all passages, ascending.
    """

    def __init__(self, folder: Path) -> None:
        source = folder / FOLDER
        self.ids: Ids = np.load(source / "ids.npy")
        empty = json.loads((source / "verbatim.json").read_text(encoding="utf-8"))["empty"]
        self._engine = None if empty else bm25s.BM25.load(source)

    def __len__(self) -> int:
        return len(self.ids)

    def search(self, wanted: Sequence[str], k: int, among: Ids | None = None) -> list[tuple[int, float]]:
        """Find the passages that share terms with a question.

        Args:
            wanted: Terms as `index.text.terms` gives them; those that no passage holds count nothing.
            k: How many at most, 1 or more.
            among: Passage ids that may be found, ascending; None for all.

        Returns:
            (passage id, BM25 score above 0), best first, ties by id; empty when no term is shared.
        """
        if self._engine is None:
            return []
        found = self._engine.get_tokens_ids(list(wanted))
        if not found:
            return []
        scores = self._engine.get_scores(found)
        if among is not None:
            scores = np.where(np.isin(self.ids, among), scores, 0)
        places = np.flatnonzero(scores > 0)
        if len(places) > k:
            least = np.partition(scores[places], -k)[-k]
            places = places[scores[places] >= least]
        best = sorted(((int(self.ids[at]), float(scores[at])) for at in places), key=lambda pair: (-pair[1], pair[0]))
        return best[:k]

    def holds(self, term: str) -> bool:
        """Say whether any passage holds a term."""
        return self._engine is not None and term in self._engine.vocab_dict

    def rarity(self, term: str) -> float:
        """Give how rare a term is: Lucene's idf, ln(1 + (N - n + .5) / (n + .5)), n passages of N holding it.

        Args:
            term: As `index.text.terms` gives it.

        Returns:
            Above 0; largest, ln(2 N + 2), for a term that no passage holds.
        """
        total, holding = len(self), 0
        if self._engine is not None and term in self._engine.vocab_dict:
            start = self._engine.vocab_dict[term]
            holding = int(self._engine.scores["indptr"][start + 1] - self._engine.scores["indptr"][start])
        return float(np.log(1 + (total - holding + 0.5) / (holding + 0.5)))
