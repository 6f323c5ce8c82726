"""Fusion by sums worked out by hand."""

import math
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article, Byline, Filter, Passage
from qa.reply import Hit, Marked
from qa.search import Fused, Reranked, minmax, odds


class Fixed:
    """A searcher that always finds the same, and remembers what it was asked."""

    def __init__(self, name, scores):
        self.name, self.scores, self.calls = name, scores, []

    def search(self, question, k, where=None):
        self.calls.append((question, k, where))
        ordered = sorted(self.scores.items(), key=lambda pair: (-pair[1], pair[0]))[:k]
        return [
            Hit(Passage(f"a{id}", 0, 0, 1, "x", ((0, 1),), id), score, {self.name: rank}, {self.name: score})
            for rank, (id, score) in enumerate(ordered, 1)
        ]


def scored(hits):
    return [(hit.passage.id, pytest.approx(hit.score)) for hit in hits]


def test_minmax_brings_scores_to_nought_and_one():
    assert minmax([3.0, 2.0, 1.5, 1.0], 9) == [1.0, 0.5, 0.25, 0.0]
    assert minmax([-0.2, -0.6], 2) == [1.0, 0.0]


def test_equal_scores_all_count_one():
    assert minmax([2.0, 2.0], 2) == [1.0, 1.0]
    assert minmax([0.0], 2) == [1.0]
    assert minmax([], 2) == []


def test_fused_is_the_weighted_sum():
    dense = Fixed("dense", {1: 0.9, 2: 0.7, 3: 0.5})  # 1, 0.5, 0
    lexical = Fixed("lexical", {2: 8.0, 3: 6.0, 4: 4.0})  # 1, 0.5, 0
    hits = Fused([(dense, 0.35), (lexical, 0.65)], depth=100).search("q", 10)
    assert scored(hits) == [(2, 0.35 * 0.5 + 0.65), (1, 0.35), (3, 0.65 * 0.5), (4, 0.0)]


def test_a_passage_found_by_one_alone_keeps_that_ones_rank_only():
    dense, lexical = Fixed("dense", {1: 0.9, 2: 0.7}), Fixed("lexical", {2: 8.0, 4: 4.0})
    by_id = {hit.passage.id: hit for hit in Fused([(dense, 0.5), (lexical, 0.5)], 10).search("q", 10)}
    assert by_id[1].ranks == {"dense": 1}
    assert by_id[2].ranks == {"dense": 2, "lexical": 1}
    assert by_id[2].scores == {"dense": 0.7, "lexical": 8.0}
    assert by_id[4].scores == {"lexical": 4.0}


def test_a_weight_of_nought_leaves_the_other_order():
    dense, lexical = Fixed("dense", {1: 0.9, 2: 0.1}), Fixed("lexical", {1: 1.0, 2: 9.0})
    assert [hit.passage.id for hit in Fused([(dense, 1), (lexical, 0)], 10).search("q", 10)] == [1, 2]
    assert [hit.passage.id for hit in Fused([(dense, 0), (lexical, 1)], 10).search("q", 10)] == [2, 1]


def test_ties_go_by_passage_id():
    dense, lexical = Fixed("dense", {9: 1.0, 5: 0.0}), Fixed("lexical", {5: 1.0, 9: 0.0, 7: 0.0})
    assert scored(Fused([(dense, 0.5), (lexical, 0.5)], 10).search("q", 10)) == [(5, 0.5), (9, 0.5), (7, 0.0)]


def test_each_part_is_asked_as_deep_as_needed_and_with_the_filter():
    part, where = Fixed("dense", {id: 1.0 - id / 100 for id in range(50)}), Filter(source="Independent")
    fused = Fused([(part, 1.0)], depth=20)
    assert len(fused.search("who?", 3, where)) == 3
    assert len(fused.search("who?", 30)) == 30
    assert part.calls == [("who?", 20, where), ("who?", 30, None)]


def test_nothing_found_is_no_hit():
    assert Fused([(Fixed("dense", {}), 0.5), (Fixed("lexical", {}), 0.5)], 10).search("q", 5) == []
    assert Fused([], 10).search("q", 5) == []


def test_one_empty_part_leaves_the_other():
    hits = Fused([(Fixed("dense", {3: 0.4, 1: 0.2}), 0.35), (Fixed("lexical", {}), 0.65)], 10).search("q", 5)
    assert scored(hits) == [(3, 0.35), (1, 0.0)]


def test_what_lies_deeper_comes_after_and_changes_nothing_above():
    dense = Fixed("dense", {1: 0.9, 2: 0.7, 3: 0.5})  # of the first two: 1, 0; the third 0.5 - 0.7 over 0.2: -1
    lexical = Fixed("lexical", {2: 8.0, 4: 6.0, 3: 5.0, 1: 1.0})  # 1, 0, -0.5, -2.5
    fused = Fused([(dense, 0.5), (lexical, 0.5)], depth=2)
    assert scored(fused.search("q", 2)) == [(1, 0.5), (2, 0.5)]
    assert scored(fused.search("q", 4)) == [(1, 0.5), (2, 0.5), (4, 0.0), (3, 0.5 * -1 + 0.5 * -0.5)]


SCORES = st.dictionaries(st.integers(1, 30), st.floats(-1, 1).map(lambda x: round(x, 2)), max_size=30)


@pytest.mark.slow
@given(SCORES, SCORES, st.integers(1, 8), st.integers(1, 30), st.integers(1, 30))
def test_the_first_hits_to_the_depth_of_the_scale_are_the_same_however_many_are_asked_for(
    dense, lexical, depth, few, more
):
    fused = Fused([(Fixed("dense", dense), 0.35), (Fixed("lexical", lexical), 0.65)], depth)
    few, more = sorted((few, more))
    short, long = (scored(fused.search("q", k)) for k in (few, more))
    assert long[: min(few, depth)] == short[:depth]
    assert [score for _, score in long] == sorted((score for _, score in long), key=lambda s: -s.expected)


class Marking:
    """Marks one sentence a passage, with odds by the passage's id; and remembers what it read."""

    def __init__(self, odds):
        self.odds, self.read = odds, []

    def mark(self, question, passages):
        self.read.append((question, [(header, passage.id) for header, passage in passages]))
        return [(Marked(self.odds[passage.id], (0, 1)),) for _, passage in passages]


def corpus_of(*ids):
    articles = {f"a{id}": Article(f"a{id}", "x", Byline(f"Head {id}")) for id in ids}
    return SimpleNamespace(article=articles.__getitem__)


NO_WORDS = SimpleNamespace(holds=lambda term: False)


class TestReranked:
    def test_the_order_is_that_of_the_sum_of_score_and_odds(self):
        inner, marking = Fixed("fused", {1: 1.0, 2: 0.9, 3: 0.2}), Marking({1: -2.0, 2: 3.0, 3: 4.0})
        hits = Reranked(inner, marking, corpus_of(1, 2, 3), NO_WORDS, 3).search("q", 3)
        # 1 - .1, .9 + .15, .2 + .2
        assert scored(hits) == [(2, 1.05), (1, 0.9), (3, 0.4)]
        assert [hit.ranks for hit in hits] == [
            {"fused": 2, "reranked": 1}, {"fused": 1, "reranked": 2}, {"fused": 3, "reranked": 3},
        ]  # fmt: skip
        assert [hit.marked[0].odds for hit in hits] == [3.0, -2.0, 4.0]

    def test_passages_are_read_under_the_header_of_their_article(self):
        marking = Marking({1: 0.0, 2: 0.0})
        Reranked(Fixed("fused", {1: 1.0, 2: 0.9}), marking, corpus_of(1, 2), NO_WORDS, 5).search("who?", 2)
        assert marking.read == [("who?", [("Head 1", 1), ("Head 2", 2)])]

    def test_a_bare_who_is_searched_by_its_verb_and_read_by_its_noun(self):
        inner, marking = Fixed("fused", {1: 1.0}), Marking({1: 0.0})
        words = SimpleNamespace(holds={"defector"}.__contains__)
        Reranked(inner, marking, corpus_of(1), words, 5).search("who defected?", 1)
        assert (inner.calls[0][0], marking.read[0][0]) == ("who defected?", "Who is the defector?")

    def test_only_the_best_are_read_and_the_others_stay_behind_them(self):
        inner, marking = Fixed("fused", {1: 1.0, 2: 0.9, 3: 0.8, 4: 0.7}), Marking({1: -8.0, 2: 8.0})
        hits = Reranked(inner, marking, corpus_of(1, 2, 3, 4), NO_WORDS, 2).search("q", 4)
        assert [hit.passage.id for hit in hits] == [2, 1, 3, 4]
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        assert [bool(hit.marked) for hit in hits] == [True, True, False, False]

    @pytest.mark.parametrize("k", [1, 2, 3])
    def test_the_first_are_the_same_however_many_are_asked_for(self, k):
        inner, marking = Fixed("fused", {1: 1.0, 2: 0.9, 3: 0.8}), Marking({1: -8.0, 2: 0.0, 3: 8.0})
        searcher = Reranked(inner, marking, corpus_of(1, 2, 3), NO_WORDS, 3)
        assert [hit.passage.id for hit in searcher.search("q", k)] == [3, 2, 1][:k]

    def test_nothing_found_nothing_read(self):
        marking = Marking({})
        assert Reranked(Fixed("fused", {}), marking, corpus_of(), NO_WORDS, 3).search("q", 3) == []

    def test_equal_scores_go_by_passage(self):
        inner, marking = Fixed("fused", {7: 0.5, 5: 0.4}), Marking({7: 0.0, 5: 2.0})
        assert [hit.passage.id for hit in Reranked(inner, marking, corpus_of(5, 7), NO_WORDS, 2).search("q", 2)] == [
            5,
            7,
        ]


def test_odds_of_a_passage_add_up_as_probabilities():
    assert odds([Marked(0.0, (0, 1)), Marked(0.0, (2, 3))]) == pytest.approx(math.log(2))
    assert odds([Marked(-30.0, (0, 1))]) == odds([]) == -8.0
