"""Searchers: anything with `search(question, k, where) -> [Hit]`; they nest, and there is no pipeline."""

from collections.abc import Sequence
from typing import Protocol

from index.article import Filter
from index.corpus import Corpus
from index.embed import Embedder
from index.lexical import Words
from index.vectors import Vectors
from qa.question import sought
from qa.reply import Hit


class Searcher(Protocol):
    """The one signature of search."""

    def search(self, question: str, k: int, where: Filter | None = None) -> list[Hit]:
        """Find the passages that fit a question best.

        Args:
            question: As asked, or made to stand alone.
            k: How many at most, 1 or more.
            where: Which articles may be searched; None for all.

        Returns:
            Best first, ties by passage id; empty when nothing passes.
        """


class Dense:
    """Nearest by meaning: cosine of the question's vector and the passages'."""

    name = "dense"

    def __init__(self, embedder: Embedder, vectors: Vectors, corpus: Corpus) -> None:
        self._embedder, self._vectors, self._corpus = embedder, vectors, corpus

    def search(self, question: str, k: int, where: Filter | None = None) -> list[Hit]:
        """Find by cosine; see `Searcher`."""
        vector = self._embedder.questions([question])[0]
        among = None if where is None else self._corpus.admitted(where)
        return _hits(self.name, self._vectors.search(vector, k, among), self._corpus)


class Lexical:
    """Nearest by words: BM25."""

    name = "lexical"

    def __init__(self, words: Words, corpus: Corpus) -> None:
        self._words, self._corpus = words, corpus

    def search(self, question: str, k: int, where: Filter | None = None) -> list[Hit]:
        """Find by BM25; passages without a word of the question are not found; see `Searcher`."""
        among = None if where is None else self._corpus.admitted(where)
        return _hits(self.name, self._words.search(sought(question), k, among), self._corpus)


class Fused:
    """The weighted sum of searchers, each one's scores first brought to [0, 1] over what it found.

    Min-max beat reciprocal rank fusion on every news set measured; a passage one searcher did not
    find counts 0 there (Bruch, Gai and Ingber 2022, "An Analysis of Fusion Functions").

    Args:
        parts: Searchers with their weights, 0 or more.
        depth: How many passages each gives, before they are fused.
    """

    def __init__(self, parts: Sequence[tuple[Searcher, float]], depth: int) -> None:
        self._parts, self._depth = parts, depth

    def search(self, question: str, k: int, where: Filter | None = None) -> list[Hit]:
        """Find by the weighted sum; see `Searcher`."""
        merged: dict[int, Hit] = {}
        for searcher, weight in self._parts:
            hits = searcher.search(question, max(k, self._depth), where)
            for hit, share in zip(hits, minmax([hit.score for hit in hits]), strict=True):
                known = merged.get(hit.passage.id)
                if known is None:
                    merged[hit.passage.id] = Hit(hit.passage, weight * share, hit.ranks, hit.scores)
                else:
                    score = known.score + weight * share
                    ranks, scores = {**known.ranks, **hit.ranks}, {**known.scores, **hit.scores}
                    merged[hit.passage.id] = Hit(hit.passage, score, ranks, scores)
        return sorted(merged.values(), key=lambda hit: (-hit.score, hit.passage.id))[:k]


def minmax(scores: Sequence[float]) -> list[float]:
    """Bring scores to [0, 1], the least to 0, the greatest to 1; equal ones all to 1."""
    if not scores:
        return []
    low, high = min(scores), max(scores)
    return [1.0 if high == low else (score - low) / (high - low) for score in scores]


def _hits(name: str, found: Sequence[tuple[int, float]], corpus: Corpus) -> list[Hit]:
    passages = corpus.passages([id for id, _ in found])
    return [
        Hit(passage, score, {name: rank}, {name: score})
        for rank, (passage, (_, score)) in enumerate(zip(passages, found, strict=True), 1)
    ]
