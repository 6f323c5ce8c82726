"""The probability is the logistic of a weighted sum, and the evidence is what it says it is."""

import json
import math
from dataclasses import fields, replace
from pathlib import Path

import pytest

from index.article import Passage
from qa import confidence
from qa.confidence import Evidence, evidence, logistic, probability
from qa.reader import Line
from qa.reply import Hit

STORED = json.loads(Path(confidence.__file__).with_name("confidence.json").read_text())
NAMES = [field.name for field in fields(Evidence)]


def hit(id, article="a1", dense=None, lexical=None, cosine=0.5, spans=((0, 10), (1000, 1010))):
    ranks = {name: rank for name, rank in (("dense", dense), ("lexical", lexical)) if rank}
    passage = Passage(article, 0, 0, spans[-1][1], "x" * spans[-1][1], spans, id)
    return Hit(passage, 1.0, ranks, {name: cosine for name in ranks if name == "dense"})


def line(of, place=0, score=1.0, **given):
    known = {"standing": 1.0, "share": 0.4, "around": 0.6, "near": 0.3, "whole": True, "cosine": 0.7, **given}
    return Line(of, place, score=score, **known)


def test_every_piece_of_evidence_has_its_weight():
    assert set(STORED["weights"]) == set(NAMES)
    assert all(math.isfinite(weight) for weight in (*STORED["weights"].values(), STORED["intercept"]))


def test_logistic_by_hand_and_without_overflow():
    assert logistic(0) == 0.5
    assert logistic(math.log(3)) == pytest.approx(0.75)
    assert logistic(-math.log(3)) == pytest.approx(0.25)
    assert (logistic(1000), logistic(-1000)) == (1.0, 0.0)


@pytest.mark.parametrize("name", NAMES)
def test_probability_is_the_logistic_of_the_stored_weights(name):
    none = Evidence(**dict.fromkeys(NAMES, 0.0))
    assert probability(none) == pytest.approx(1 / (1 + math.exp(-STORED["intercept"])))
    one = replace(none, **{name: 1.0})
    assert probability(one) == pytest.approx(1 / (1 + math.exp(-STORED["intercept"] - STORED["weights"][name])))


def test_more_evidence_gives_more_confidence():
    weak, strong = (Evidence(**dict.fromkeys(NAMES, value)) for value in (0.1, 0.9))
    assert probability(weak) < 0.1 < 0.5 < probability(strong)


def test_evidence_is_that_of_the_first_sentence():
    first = hit(1, dense=1, lexical=2, cosine=0.8)
    found = evidence("Who defected from the army?", [first], [line(first), line(first, 1, cosine=0.1, share=0.0)])
    assert (found.cosine, found.passage, found.share, found.around, found.near) == (0.7, 0.8, 0.4, 0.6, 0.3)
    assert found.whole == 1.0


def test_a_passage_found_by_words_alone_takes_the_best_cosine():
    hits = [hit(1, lexical=1), hit(2, dense=1, cosine=0.35), hit(3, dense=2, cosine=0.3)]
    assert evidence("Who?", hits, [line(hits[0])]).passage == 0.35
    assert evidence("Who?", hits[:1], [line(hits[0])]).passage == 0.0


def test_agreement_counts_what_both_ways_in_found_among_their_best_five():
    hits = [hit(1, dense=1, lexical=1), hit(2, dense=2, lexical=6), hit(3, dense=3), hit(4, lexical=2), hit(5, dense=6)]
    # By meaning 1, 2 and 3; by words 1 and 4: one of two.
    assert evidence("Who?", hits, [line(hits[0])]).agreement == 0.5
    assert evidence("Who?", hits[2:3], [line(hits[2])]).agreement == 0.0


def test_margin_looks_past_the_first_sentences_own_neighbourhood():
    one, other = hit(1, spans=((0, 10), (100, 110), (1000, 1010))), hit(2, article="a2")
    alone = evidence("Who?", [one], [line(one, score=9.0), line(one, 1, score=8.0)])
    assert alone.margin == 0.5
    far = evidence("Who?", [one], [line(one, score=9.0), line(one, 1, score=8.5), line(one, 2, score=7.0)])
    assert far.margin == pytest.approx(logistic(2.0))
    elsewhere = evidence("Who?", [one, other], [line(one, score=9.0), line(other, score=8.0)])
    assert elsewhere.margin == pytest.approx(logistic(1.0))


def test_length_counts_content_words_up_to_eight():
    first = hit(1, dense=1)
    assert evidence("Who defected from the army?", [first], [line(first)]).length == 0.25
    assert evidence("one two three four five six seven eight nine ten", [first], [line(first)]).length == 1.0
