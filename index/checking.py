"""Whether a corpus is what was written: the pages of its file, its texts, its passages and their vectors."""

import sqlite3
from dataclasses import dataclass

import numpy as np

from index.corpus import Corpus
from index.errors import Damaged

_LONGER = 0.01
"""How far the length of a stored vector may be from 1: float16 rounds each number by a two-thousandth at most."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a corpus holds.

    Attributes:
        articles: How many.
        passages: Their ids, ascending.
        sentences: How many the passages have together.
        embedded: Ids of the passages that have a vector, ascending.
    """

    articles: int
    passages: tuple[int, ...]
    sentences: int
    embedded: tuple[int, ...]


def check(corpus: Corpus) -> Checked:
    """Read a corpus through and compare all that it says twice.

    Raises:
        Damaged: A page is broken, a text has not the sha256 that was recorded, a passage or sentence does not slice
            back, a vector is not of unit length, or something is of another kind than was written.
    """
    try:
        if said := corpus.broken():
            raise Damaged(_damage(f"{corpus.path} is broken ({said})"))
        articles = 0
        for article in corpus.articles():
            articles += 1
            if article.sha256 != corpus.sha256(article.id):
                raise Damaged(_damage(f"The text of article {article.id} is not what was indexed"))
        passages, sentences = [], 0
        for _, passage in corpus.stream():
            passages.append(passage.id)
            sentences += len(passage.sentences)
            inside = all(passage.start <= start < end <= passage.end for start, end in passage.sentences)
            if not inside or len(passage.text) != passage.end - passage.start:
                raise Damaged(_damage(f"Passage {passage.id} does not slice back"))
        embedded: list[int] = []
        for ids, rows in corpus.stored():
            lengths = np.linalg.norm(rows, axis=1)
            embedded += ids.tolist()
            if wrong := ids[~(np.abs(lengths - 1) < _LONGER)].tolist():
                raise Damaged(_damage(f"The vector of passage {wrong[0]} is not of length 1"))
    except (sqlite3.Error, ValueError, KeyError, TypeError) as error:
        raise Damaged(_damage(f"{corpus.path} cannot be read through ({error})")) from error
    return Checked(articles, tuple(passages), sentences, tuple(embedded))


def _damage(what: str) -> str:
    return f"{what}: run `qa index --rebuild`."
