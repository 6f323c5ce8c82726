"""The searcher expression taken apart."""

import pytest

from index.errors import EvaluationError
from qa.evaluation.layers import layer, layers
from qa.search import Fused


class Part:
    parts = ()

    def __init__(self, name):
        self.name = name


DENSE, LEXICAL = Part("dense"), Part("lexical")
FUSED = Fused([(DENSE, 0.3), (LEXICAL, 0.7)], 10)


def test_inner_layers_come_first():
    assert list(layers(FUSED).items()) == [("dense", DENSE), ("lexical", LEXICAL), ("fused", FUSED)]


def test_a_layer_that_wraps_another_is_taken_apart_too():
    class Wrapping:
        name, parts = "reranked", (FUSED,)

    assert list(layers(Wrapping())) == ["dense", "lexical", "fused", "reranked"]


def test_a_layer_is_chosen_by_name():
    assert layer(FUSED, "lexical") is LEXICAL
    assert layer(FUSED, "fused") is FUSED
    with pytest.raises(EvaluationError, match=r"choose one of dense, lexical, fused\.$"):
        layer(FUSED, "reader")
