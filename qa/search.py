"""Searchers: anything with `search(question, k, where) -> [Hit]`; they nest, and there is no pipeline."""

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Protocol

import numpy as np

from index.article import Filter
from index.chunk import header, sought_text
from index.corpus import Corpus
from index.embed import Embedder, Tokens, unit
from index.lexical import Words
from index.vectors import Vectors
from qa.marking import Marker
from qa.question import as_written, read_as, sought
from qa.reply import LEAST_ODDS, Hit, Marked

_MAXSIM = 2.0
"""Weight of the late interaction, a mean of cosines, beside a fused score in [0, 1]."""
_ODDS = 0.05
"""Weight of the reading network's log-odds beside the same."""


class Searcher(Protocol):
    """The one signature of search."""

    @property
    def name(self) -> str:
        """What ranks, tables and settings of an evaluation call it."""

    @property
    def parts(self) -> Sequence["Searcher"]:
        """The searchers it is made of; none when it searches by itself."""

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
    parts = ()

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
    parts = ()

    def __init__(self, words: Words, corpus: Corpus) -> None:
        self._words, self._corpus = words, corpus

    def search(self, question: str, k: int, where: Filter | None = None) -> list[Hit]:
        """Find by BM25; passages without a word of the question are not found; see `Searcher`."""
        among = None if where is None else self._corpus.admitted(where)
        wanted = sought(question, self._languages)
        return _hits(self.name, self._words.search(wanted, k, among), self._corpus)

    @cached_property
    def _languages(self) -> list[str | None]:
        return [language for language, _ in self._corpus.languages()]


class Fused:
    """The weighted sum of searchers, each one's best `depth` scores first brought to [0, 1].

    Min-max beat reciprocal rank fusion on every news set measured; a passage that is not among a searcher's best
    counts 0 there (Bruch, Gai and Ingber 2022, "An Analysis of Fusion Functions"). What no searcher has among its
    best comes after, at or below 0 on the same scales, so that the first `depth` hits are the same however many are
    asked for.

    Args:
        parts: Searchers with their weights, 0 or more.
        depth: How many passages of each set the scale.
    """

    name = "fused"

    def __init__(self, parts: Sequence[tuple[Searcher, float]], depth: int) -> None:
        self._parts, self._depth = parts, depth

    @property
    def parts(self) -> Sequence[Searcher]:
        """The searchers that are added up."""
        return [searcher for searcher, _ in self._parts]

    def search(self, question: str, k: int, where: Filter | None = None) -> list[Hit]:
        """Find by the weighted sum; see `Searcher`."""
        found: dict[int, list[Hit]] = {}
        shares: list[dict[int, float]] = []
        best: set[int] = set()
        for searcher, _ in self._parts:
            hits = searcher.search(question, max(k, self._depth), where)
            scaled = minmax([hit.score for hit in hits], self._depth)
            shares.append({hit.passage.id: share for hit, share in zip(hits, scaled, strict=True)})
            best.update(hit.passage.id for hit in hits[: self._depth])
            for hit in hits:
                found.setdefault(hit.passage.id, []).append(hit)
        least = [min([0.0, *share.values()]) for share in shares]
        scores = {}
        for id in found:
            values = [share.get(id, low) for share, low in zip(shares, least, strict=True)]
            if id in best:
                values = [max(0.0, value) for value in values]
            scores[id] = sum(weight * value for (_, weight), value in zip(self._parts, values, strict=True))
        ordered = sorted(found, key=lambda id: (id not in best, -scores[id], id))[:k]
        return [_merged(found[id], scores[id]) for id in ordered]


class LateInteraction:
    """The best of another searcher, ordered anew by how near they come to each word of the question.

    Each word piece of the question counts the cosine of the nearest piece of the passage: MaxSim (Khattab and Zaharia
    2020, "ColBERT"), over the vectors that the embedding model makes of pieces, untrained for it.

    Args:
        inner: Finds them.
        embedder: Embeds question and passages piece by piece.
        corpus: Holds their articles.
        depth: How many are looked at; those behind keep their order and come after them.
    """

    name = "maxsim"

    def __init__(self, inner: Searcher, embedder: Embedder, corpus: Corpus, depth: int) -> None:
        self.parts = (inner,)
        self._embedder, self._corpus, self._depth = embedder, corpus, depth

    def search(self, question: str, k: int, where: Filter | None = None) -> list[Hit]:
        """Find by the sum of both; the hits looked at carry the cosine of each sentence; see `Searcher`."""
        hits = self.parts[0].search(question, max(k, self._depth), where)
        near = hits[: self._depth]
        if not near:
            return []
        texts = [sought_text(self._corpus.article(hit.passage.article_id).byline, hit.passage) for hit in near]
        asked, found = self._embedder.tokens(as_written(question, texts), texts)
        near = [
            _looked_at(hit, asked, tokens, len(text) - len(hit.passage.text))
            for hit, tokens, text in zip(near, found, texts, strict=True)
        ]
        return _anew(near, hits[self._depth :], self.name, k)


def _looked_at(hit: Hit, asked: Tokens, found: Tokens, before: int) -> Hit:
    """Add MaxSim and the sentences' cosines; the passage begins `before` code points into what was embedded."""
    passage, places = hit.passage, found.places - before
    if not len(asked.vectors) or not len(found.vectors):
        return replace(hit, cosines=(0.0,) * len(passage.sentences))
    maxsim = float((asked.vectors @ found.vectors.T).max(axis=1).mean())
    question = asked.vectors.mean(axis=0)
    means = []
    for start, end in passage.sentences:
        inside = (places[:, 1] > start - passage.start) & (places[:, 0] < end - passage.start)
        means.append(found.vectors[inside].mean(axis=0) if inside.any() else np.zeros_like(question))
    cosines = tuple(float(cosine) for cosine in unit(np.array(means)) @ unit(question[None])[0])
    return replace(hit, score=hit.score + _MAXSIM * maxsim, cosines=cosines)


class Reranked:
    """The best of another searcher, ordered anew by how likely the reading network finds an answer in them.

    Args:
        inner: Finds them.
        marker: Marks answers in them.
        corpus: Holds their articles.
        words: Says which nouns the articles hold.
        depth: How many are read; those behind keep their order and come after them.
    """

    name = "reranked"

    def __init__(self, inner: Searcher, marker: Marker, corpus: Corpus, words: Words, depth: int) -> None:
        self.parts = (inner,)
        self._marker, self._corpus, self._words, self._depth = marker, corpus, words, depth

    def search(self, question: str, k: int, where: Filter | None = None) -> list[Hit]:
        """Find by the sum of both; the hits that were read carry what is marked in them; see `Searcher`."""
        hits = self.parts[0].search(question, max(k, self._depth), where)
        read, rest = hits[: self._depth], hits[self._depth :]
        headed = [(header(self._corpus.article(hit.passage.article_id).byline), hit.passage) for hit in read]
        asked = as_written(question, (hit.passage.text for hit in read))
        marked = self._marker.mark(read_as(asked, self._words.holds), headed)
        read = [
            replace(hit, marked=found, score=hit.score + _ODDS * odds(found))
            for hit, found in zip(read, marked, strict=True)
        ]
        return _anew(read, rest, self.name, k)


def _anew(read: Sequence[Hit], rest: Sequence[Hit], name: str, k: int) -> list[Hit]:
    """Put hits in the order of their new scores, and after them those whose scores are old, below them."""
    first = sorted(read, key=lambda hit: (-hit.score, hit.passage.id))
    lowered = max(0.0, rest[0].score - first[-1].score) if rest else 0.0
    ordered = first + [replace(hit, score=hit.score - lowered) for hit in rest]
    return [
        replace(hit, ranks={**hit.ranks, name: rank}, scores={**hit.scores, name: hit.score})
        for rank, hit in enumerate(ordered[:k], 1)
    ]


def odds(marked: Sequence[Marked]) -> float:
    """Give the log-odds that a passage holds an answer: those of its sentences, added as probabilities.

    Returns:
        At least `LEAST_ODDS`, beyond which the network's doubt says nothing more; `LEAST_ODDS` where nothing is marked.
    """
    top = max((each.odds for each in marked), default=LEAST_ODDS)
    if top <= LEAST_ODDS:
        return LEAST_ODDS
    return max(LEAST_ODDS, top + math.log(sum(math.exp(each.odds - top) for each in marked)))


def _merged(hits: Sequence[Hit], score: float) -> Hit:
    """Make one hit of those of several searchers for the same passage."""
    ranks = {name: rank for hit in hits for name, rank in hit.ranks.items()}
    scores = {name: value for hit in hits for name, value in hit.scores.items()}
    return Hit(hits[0].passage, score, ranks, scores)


def minmax(scores: Sequence[float], depth: int) -> list[float]:
    """Bring scores to a scale on which the greatest is 1 and the least of the first `depth` is 0.

    Args:
        scores: Best first.
        depth: How many set the scale, 1 or more; those after them come out at 0 or below.

    Returns:
        In the same order; where those that set the scale are equal, they are 1 and the others as far below 0 as
        they are below them.
    """
    if not scores:
        return []
    high, low = scores[0], scores[min(depth, len(scores)) - 1]
    if high == low:
        return [1.0 if place < depth else score - low for place, score in enumerate(scores)]
    return [(score - low) / (high - low) for score in scores]


def _hits(name: str, found: Sequence[tuple[int, float]], corpus: Corpus) -> list[Hit]:
    passages = corpus.passages([id for id, _ in found])
    return [
        Hit(passage, score, {name: rank}, {name: score})
        for rank, (passage, (_, score)) in enumerate(zip(passages, found, strict=True), 1)
    ]
