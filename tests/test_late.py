"""Late interaction: MaxSim and the sentences' cosines, worked out by hand."""

from types import SimpleNamespace

import numpy as np
import pytest
from test_search import NO_WORDS

from index.article import Article, Byline, Passage
from index.embed import Tokens
from qa.reader import Reader
from qa.reply import Hit, Marked
from qa.search import LateInteraction, Reranked

EAST, NORTH, WEST = (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)


def tokens(*given):
    """Word pieces of one code point each: vectors, and where they stand."""
    vectors = np.array([vector for vector, _ in given], dtype=np.float32).reshape(-1, 2)
    return Tokens(vectors, np.array([(at, at + 1) for _, at in given], dtype=np.int64).reshape(-1, 2))


class Pieces:
    """An embedder whose question and passages have the pieces that they are given."""

    def __init__(self, asked, *found):
        self.asked, self.found, self.texts = asked, list(found), []

    def tokens(self, question, passages):
        self.texts.append((question, list(passages)))
        return self.asked, self.found[: len(passages)]


def passage(id, text="ab. cd.", sentences=((10, 13), (14, 17))):
    return Passage(f"a{id}", 0, 10, 10 + len(text), text, sentences, id)


class Found:
    name, parts = "fused", ()

    def __init__(self, *scores, text="ab. cd."):
        self.scores, self.text = scores, text

    def search(self, question, k, where=None):
        return [Hit(passage(id, self.text), score, {"fused": id}) for id, score in enumerate(self.scores, 1)][:k]


CORPUS = SimpleNamespace(article=lambda id: Article(id, "x", Byline("H")))
BEFORE = 2
"""The header `H` and its line break stand before a passage."""


def test_each_piece_of_the_question_counts_its_nearest_and_the_order_is_that_of_the_sum():
    asked = tokens((EAST, 0), (NORTH, 2))
    # MaxSim: (1 + 0) / 2, (1 + 1) / 2.
    embedder = Pieces(asked, tokens((EAST, 2)), tokens((NORTH, 2), (EAST, 6)))
    hits = LateInteraction(Found(1.0, 0.5), embedder, CORPUS, 2).search("q", 2)
    assert [(hit.passage.id, hit.score) for hit in hits] == [(2, pytest.approx(2.5)), (1, pytest.approx(2.0))]
    assert [hit.scores for hit in hits] == [{"maxsim": pytest.approx(2.5)}, {"maxsim": pytest.approx(2.0)}]
    assert [hit.ranks for hit in hits] == [{"fused": 2, "maxsim": 1}, {"fused": 1, "maxsim": 2}]
    assert embedder.texts == [("q", ["H\nab. cd."] * 2)]


def test_a_sentence_is_the_mean_of_its_own_pieces():
    asked = tokens((EAST, 0))
    # The header's piece counts for MaxSim and for no sentence; the second sentence looks half east, half north.
    found = tokens((EAST, 0), (WEST, BEFORE), (EAST, BEFORE + 4), (NORTH, BEFORE + 5))
    (hit,) = LateInteraction(Found(0.0), Pieces(asked, found), CORPUS, 5).search("q", 1)
    assert hit.cosines == (pytest.approx(-1.0), pytest.approx(2**-0.5))
    assert hit.score == pytest.approx(2.0)


def test_a_sentence_beyond_what_is_embedded_has_no_cosine():
    (hit,) = LateInteraction(Found(0.0), Pieces(tokens((EAST, 0)), tokens((EAST, BEFORE))), CORPUS, 5).search("q", 1)
    assert hit.cosines == (pytest.approx(1.0), 0.0)


def test_nothing_to_compare_changes_nothing():
    (hit,) = LateInteraction(Found(0.7), Pieces(tokens(), tokens((EAST, 2))), CORPUS, 5).search("?", 1)
    assert (hit.score, hit.cosines) == (0.7, (0.0, 0.0))


def test_nothing_found_embeds_nothing():
    embedder = Pieces(tokens((EAST, 0)))
    assert LateInteraction(Found(), embedder, CORPUS, 5).search("q", 3) == []
    assert embedder.texts == []


def test_only_the_best_are_looked_at_and_the_others_stay_behind_them():
    embedder = Pieces(tokens((EAST, 0)), tokens((WEST, 2)), tokens((EAST, 2)))
    hits = LateInteraction(Found(1.0, 0.9, 0.8, 0.7), embedder, CORPUS, 2).search("q", 4)
    assert [hit.passage.id for hit in hits] == [2, 1, 3, 4]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert [bool(hit.cosines) for hit in hits] == [True, True, False, False]


def test_equal_sums_go_by_passage():
    embedder = Pieces(tokens((EAST, 0)), tokens((EAST, 2)), tokens((EAST, 2)))
    assert [hit.passage.id for hit in LateInteraction(Found(0.5, 0.5), embedder, CORPUS, 2).search("q", 2)] == [1, 2]


class NoModel:
    """Anything embedded by itself would be embedded twice."""

    def passages(self, texts):
        raise AssertionError(texts)

    questions = passages


def test_sentences_that_were_read_are_weighed_by_their_cosine_in_the_passage():
    late = LateInteraction(Found(0.0), Pieces(tokens((EAST, 0)), tokens((WEST, BEFORE), (EAST, BEFORE + 4))), CORPUS, 5)

    class BothSentences:
        def mark(self, question, passages):
            return [(Marked(0.0, (10, 12)), Marked(0.0, (14, 16)))]

    hits = Reranked(late, BothSentences(), CORPUS, NO_WORDS, 5).search("q", 1)
    words = SimpleNamespace(rarity=lambda term: 1.0)
    (lines,) = Reader(NoModel(), words, CORPUS, 80).weigh([("which one", hits)])
    assert [(line.place, line.cosine) for line in lines] == [(1, pytest.approx(1.0)), (0, pytest.approx(-1.0))]
