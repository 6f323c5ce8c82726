"""Settings to objects: the only room that names every class."""

import logging
import sqlite3
import threading
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from index import generations, vectors
from index.build import check
from index.chunk import sought_text
from index.corpus import Corpus
from index.embed import Embedder, SentenceEmbedder, number_format
from index.errors import Damaged, Mismatch
from index.lexical import Words
from index.settings import OWN, Settings
from index.text import ENGLISH
from qa import slips
from qa.answer import QA
from qa.copies import Once
from qa.marking import WEIGHTS, Marker, NetworkMarker
from qa.reader import Reader
from qa.search import Dense, Fused, LateInteraction, Lexical, Reranked, Searcher

if TYPE_CHECKING:
    from qa.network import Extractive

_SAME = 0.995
"""Least cosine between a stored vector and the same passage embedded now; bfloat16 stays above 0.999."""

log = logging.getLogger("verbatim")


class Live:
    """The newest complete index as a QA; opened at the first question, and again when a newer one is published.

    Args:
        settings: Which home, model and searchers.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._models: tuple[Embedder, Marker | None] | None = None
        self._open: tuple[str, QA] | None = None

    def qa(self) -> QA:
        """Give the QA over the newest complete index.

        Raises:
            StoreError: There is no index, or none that can be used under these settings.
            ModelError: The model cannot be used.
        """
        stamp = generations.stamp(self.settings.home)
        current = self._open
        if current is None or current[0] != stamp:
            with self._lock:
                current = self._open
                if current is None or current[0] != stamp:
                    current = self._open = self._opened(stamp)
        return current[1]

    def _opened(self, stamp: str) -> tuple[str, QA]:
        try:
            return stamp, self._assemble()
        except (Damaged, OSError, sqlite3.Error):
            # A newer index may have been published while this one was opened, and this one dropped.
            newer = generations.stamp(self.settings.home)
            if newer == stamp:
                raise
            return self._opened(newer)

    def _assemble(self) -> QA:
        self._models = self._models or (SentenceEmbedder(self.settings), marker(self.settings))
        return assemble(self.settings, *self._models)


def marker(settings: Settings) -> Marker | None:
    """Give the marker that the settings name; None for none.

    Raises:
        ModelError: They name a model that is missing, unsafe, or of a kind that does not read.
    """
    if settings.reader == "none":
        return None
    if settings.reader == OWN:
        return NetworkMarker(lambda: _own(settings))
    from qa.other import other

    return other(settings)


def _own(settings: Settings) -> "Extractive":
    from qa.network import trained

    return trained(WEIGHTS, number_format(settings.dtype))


def assemble(settings: Settings, embedder: Embedder, marker: Marker | None) -> QA:
    """Make a QA over the newest complete index of a home.

    Args:
        settings: Which home and searchers, and how much to read.
        embedder: The model of the index.
        marker: Reads the best passages; None where sentences are to be chosen by words and vectors alone.

    Raises:
        StoreError: There is no index, or none that can be used under these settings.
    """
    generation = generations.current(settings.home)
    if generation.warning:
        log.warning(generation.warning)
    if not check(generation.built, settings, embedder):
        raise Mismatch(
            f"The index in {settings.home} was derived by another version, or made under other settings for bm25 or "
            "vectors: run `qa index` to derive them anew (nothing is embedded again), or set them back."
        )
    corpus = Corpus(generation.folder / generations.CORPUS)
    _same_model(corpus, embedder)
    words = Words(generation.folder)
    nearest = vectors.read(settings.vectors, corpus, generation.folder)
    share = settings.dense_weight
    fused = Fused([(Dense(embedder, nearest, corpus), share), (Lexical(words, corpus), 1 - share)], settings.depth)

    def read(searcher: Searcher) -> Searcher:
        if marker is None:
            return searcher
        searcher = LateInteraction(searcher, embedder, corpus, settings.read_passages)
        return Reranked(searcher, marker, corpus, words, settings.read_passages)

    # Our own network learnt English only; a model that the user names may know more.
    languages = ENGLISH if settings.reader == OWN else None
    reader = Reader(embedder, words, corpus, settings.quote_words, languages)
    # Copies are left out before passages are read, so that they do not take the places of others.
    spoken = [language for language, _ in corpus.languages()]
    mend = partial(slips.mended, holds=words.holds, is_word=embedder.is_word, languages=spoken)
    return QA(corpus, read(fused), reader, settings, once=read(Once(fused, corpus)), mend=mend)


def _same_model(corpus: Corpus, embedder: Embedder) -> None:
    """Embed one stored passage again: libraries and processors may change what the same weights give."""
    first = next(corpus.vectors(batch=1), None)
    if first is None:
        return
    passage = corpus.passages([int(first[0][0])])[0]
    text = sought_text(corpus.article(passage.article_id).byline, passage)
    likeness = float(np.dot(embedder.passages([text])[0], first[1][0]))
    if likeness < _SAME:
        raise Mismatch(
            f"The model now embeds a stored passage differently (cosine {likeness:.3f}): run `qa index --rebuild`."
        )
