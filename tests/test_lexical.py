"""The word index gives BM25 as it is written in the paper, and nothing without a shared word."""

import math
from dataclasses import replace

import numpy as np
import pytest

from index.article import Byline, Passage
from index.lexical import Words, write
from index.text import terms
from qa.question import sought

TEXTS = {
    3: "Ferries run every ten minutes.",
    5: "The bridge closed. The bridge rusted; ferries replace the bridge.",
    8: "Guaidó spoke about defections.",
    9: "Of the and to.",
    12: "The bridge closed in March.",
    13: "The bridge closed in March.",
}
K1, B = 0.9, 0.4


class Passages:
    """Stands for a corpus whose headers are empty."""

    def __init__(self, texts):
        self._texts = texts
        self.ids = np.array(sorted(texts), dtype=np.int64)

    def stream(self):
        for id, text in sorted(self._texts.items()):
            yield Byline(""), Passage("a", 0, 0, len(text), text, (), id)


def bm25(texts, question, among=None):
    """Lucene's BM25, formula by formula."""
    bags = {id: terms(text) for id, text in texts.items()}
    mean = sum(map(len, bags.values())) / len(bags)
    scores = {}
    for id, bag in bags.items():
        if among is not None and id not in among:
            continue
        total = 0.0
        for term in terms(question):
            holding = sum(term in other for other in bags.values())
            tf = bag.count(term)
            idf = math.log(1 + (len(bags) - holding + 0.5) / (holding + 0.5))
            total += idf * tf / (tf + K1 * (1 - B + B * len(bag) / mean))
        if total > 0:
            scores[id] = total
    return sorted(scores.items(), key=lambda pair: (-round(pair[1], 6), pair[0]))


@pytest.fixture
def words(tmp_path):
    write(Passages(TEXTS), tmp_path, K1, B)
    return Words(tmp_path)


@pytest.mark.parametrize(
    "question",
    ["bridge", "Which ferries replaced the bridge?", "Who closed the bridge in March?", "guaido's defection"],
)
def test_scores_are_the_formula(words, question):
    found, wanted = words.search(terms(question), 10), bm25(TEXTS, question)
    assert wanted
    assert [id for id, _ in found] == [id for id, _ in wanted]
    assert [score for _, score in found] == pytest.approx([score for _, score in wanted], rel=1e-5)


def test_ties_by_id_also_where_the_list_ends(words):
    assert [id for id, _ in words.search(["close", "march"], 1)] == [12]
    assert [id for id, _ in words.search(["close", "march"], 2)] == [12, 13]


def test_the_header_counts_as_part_of_the_passage(tmp_path):
    class Titled(Passages):
        def stream(self):
            for byline, passage in super().stream():
                yield (Byline("Zeppelin lands") if passage.id == 8 else byline), passage

    write(Titled(TEXTS), tmp_path, K1, B)
    assert [id for id, _ in Words(tmp_path).search(["zeppelin"], 5)] == [8]


def test_each_passage_is_indexed_by_its_language(tmp_path):
    class Mixed(Passages):
        def stream(self):
            for byline, passage in super().stream():
                yield byline, replace(passage, language={1: "de", 2: "zh", 3: "en", 4: None}[passage.id])

    texts = {1: "Die Häuser der Städte.", 2: "大桥维修", 3: "The houses 大桥维修", 4: "The cities"}
    write(Mixed(texts), tmp_path, K1, B)
    words = Words(tmp_path)
    found = {term: [id for id, _ in words.search([term], 9)] for term in ("haus", "stadt", "hous", "citi", "维修")}
    assert found == {"haus": [1], "stadt": [1], "hous": [3], "citi": [4], "维修": [2]}
    assert [words.holds(term) for term in ("大桥维修", "die", "the")] == [True, False, False]


def test_an_english_corpus_is_indexed_as_before(tmp_path):
    class English(Passages):
        def stream(self):
            for byline, passage in super().stream():
                yield byline, replace(passage, language="en" if passage.id % 2 else None)

    write(English(TEXTS), tmp_path, K1, B)
    found = Words(tmp_path).search(sought("Which ferries replaced the bridge, the bridge?", ["en", None]), 9)
    wanted = bm25(TEXTS, "Which ferries replaced the bridge, the bridge?")
    assert [id for id, _ in found] == [id for id, _ in wanted]
    assert [score for _, score in found] == pytest.approx([score for _, score in wanted], rel=1e-5)


@pytest.mark.parametrize("question", ["", "zeppelin", "of the and to", "?!", "🙂"])
def test_no_shared_word_no_passage(words, question):
    assert words.search(terms(question), 5) == []


def test_only_those_admitted_are_found(words):
    among = np.array([3, 12])
    found = words.search(terms("ferries replaced bridge"), 10, among)
    assert [id for id, _ in found] == [id for id, _ in bm25(TEXTS, "ferries replaced bridge", {3, 12})]
    assert sorted(id for id, _ in found) == [3, 12]
    assert words.search(["bridg"], 10, np.array([], dtype=np.int64)) == []


def test_rarity_is_the_idf_of_the_formula(words):
    assert words.rarity("bridg") == pytest.approx(math.log(1 + (6 - 3 + 0.5) / 3.5))
    assert words.rarity("zeppelin") == pytest.approx(math.log(2 * 6 + 2))
    assert words.rarity("zeppelin") > words.rarity("ferri") > words.rarity("bridg") > 0


@pytest.mark.parametrize("texts", [{}, {4: "of the and"}])
def test_an_index_without_words_finds_nothing(tmp_path, texts):
    write(Passages(texts), tmp_path, K1, B)
    empty = Words(tmp_path)
    assert len(empty) == len(texts)
    assert empty.search(["bridg"], 5) == []
    assert empty.rarity("bridg") == pytest.approx(math.log(2 * len(texts) + 2))


def test_how_k1_and_b_change_scores(tmp_path):
    for b, first in ((0.0, 5), (1.0, 12)):
        folder = tmp_path / str(b)
        folder.mkdir()
        write(Passages({5: TEXTS[5] + " filler" * 40, 12: TEXTS[12]}), folder, 0.9, b)
        assert Words(folder).search(["bridg"], 1)[0][0] == first
