"""The searcher expression taken apart, and passages in the order in which they are read."""

import pytest

from index.article import Passage
from index.errors import EvaluationError
from qa.evaluation.layers import layer, layers, reordered
from qa.reader import Line
from qa.reply import Hit
from qa.search import Fused


class Part:
    parts = ()

    def __init__(self, name):
        self.name = name


DENSE, LEXICAL = Part("dense"), Part("lexical")
FUSED = Fused([(DENSE, 0.3), (LEXICAL, 0.7)], 10)


def hit(id, score):
    return Hit(Passage(f"a{id}", 0, 0, 1, "x", ((0, 1),), id), score)


def line(of, score):
    return Line(of, 0, 1.0, 0.0, 0.0, 0.0, 0.0, score)


def test_inner_layers_come_first_and_the_reader_last():
    assert list(layers(FUSED).items()) == [
        ("dense", DENSE), ("lexical", LEXICAL), ("fused", FUSED), ("fused + reader", FUSED),
    ]  # fmt: skip


def test_a_layer_that_wraps_another_is_taken_apart_too():
    class Wrapping:
        name, parts = "reranked", (FUSED,)

    assert list(layers(Wrapping())) == ["dense", "lexical", "fused", "reranked", "reranked + reader"]


def test_a_layer_is_chosen_by_name():
    assert layer(FUSED, "lexical") is LEXICAL
    assert layer(FUSED, "fused + reader") is FUSED
    with pytest.raises(EvaluationError, match="choose one of dense, lexical, fused, fused \\+ reader"):
        layer(FUSED, "reader")


def test_what_was_read_comes_first_by_its_best_sentence():
    hits = [hit(1, 0.9), hit(2, 0.8), hit(3, 0.7), hit(4, 0.6)]
    lines = [line(hits[2], 5.0), line(hits[0], 4.5), line(hits[2], 1.0)]
    found = reordered(hits, lines)
    assert [each.passage.id for each in found] == [3, 1, 2, 4]
    # The best of the rest has .8; the least of those read is raised to one above it, the others keep their distance.
    assert [each.score for each in found] == pytest.approx([0.8 + 1 + 0.5, 0.8 + 1, 0.8, 0.6])


def test_equal_sentences_go_by_passage():
    hits = [hit(7, 0.9), hit(5, 0.8)]
    assert [each.passage.id for each in reordered(hits, [line(hits[0], 2.0), line(hits[1], 2.0)])] == [5, 7]


def test_without_sentences_nothing_moves():
    hits = [hit(1, 0.9), hit(2, 0.8)]
    assert reordered(hits, []) == hits
    assert reordered([], []) == []
