"""The probability is the logistic of a weighted sum, and the evidence is what it says it is."""

import json
import math
from dataclasses import fields, replace
from pathlib import Path

import pytest

from index.article import Passage
from qa import confidence
from qa.confidence import Evidence, logistic, probability
from qa.reader import Line
from qa.reply import Hit


class Known:
    """An index of 1,000 passages that hold every word but \"zeppelin\"."""

    def __len__(self):
        return 1000

    def holds(self, term):
        return term != "zeppelin"


def evidence(question, hits, lines):
    return confidence.evidence(question, hits, lines, Known())


STORED = json.loads(Path(confidence.__file__).with_name("confidence.json").read_text())
NAMES = [field.name for field in fields(Evidence)]


def hit(id, article="a1", dense=None, lexical=None, cosine=0.5, spans=((0, 10), (1000, 1010))):
    ranks = {name: rank for name, rank in (("dense", dense), ("lexical", lexical)) if rank}
    passage = Passage(article, 0, 0, spans[-1][1], "x" * spans[-1][1], spans, id)
    return Hit(passage, 1.0, ranks, {name: cosine for name in ranks if name == "dense"})


def line(of, place=0, score=1.0, **given):
    known = {"standing": 1.0, "share": 0.4, "around": 0.6, "near": 0.3, "cosine": 0.7, **given}
    return Line(of, place, score=score, **known)


def test_every_piece_of_evidence_has_its_weight():
    assert set(STORED["plain"]["weights"]) == set(NAMES)
    assert all(math.isfinite(weight) for weight in (*STORED["plain"]["weights"].values(), STORED["plain"]["intercept"]))


def test_logistic_by_hand_and_without_overflow():
    assert logistic(0) == 0.5
    assert logistic(math.log(3)) == pytest.approx(0.75)
    assert logistic(-math.log(3)) == pytest.approx(0.25)
    assert (logistic(1000), logistic(-1000)) == (1.0, 0.0)


@pytest.mark.parametrize("name", NAMES)
def test_probability_is_the_logistic_of_the_stored_weights(name):
    none = Evidence(**dict.fromkeys(NAMES, 0.0))
    assert probability(none, read=False) == pytest.approx(1 / (1 + math.exp(-STORED["plain"]["intercept"])))
    one = replace(none, **{name: 1.0})
    assert probability(one, read=False) == pytest.approx(
        1 / (1 + math.exp(-STORED["plain"]["intercept"] - STORED["plain"]["weights"][name]))
    )


def test_more_evidence_gives_more_confidence():
    middle = Evidence(**dict.fromkeys(NAMES, 0.5))
    for read, names in [
        (False, ("cosine", "complete", "passage", "around", "near", "agreement", "margin")),
        (True, ("odds", "cosine", "around", "margin")),
    ]:
        for name in names:
            assert probability(replace(middle, **{name: 0.9}), read=read) > probability(middle, read=read), name
        assert probability(replace(middle, unknown=0.9), read=read) < probability(middle, read=read)


def test_evidence_is_that_of_the_first_sentence():
    first = hit(1, dense=1, lexical=2, cosine=0.8)
    found = evidence("Who defected from the army?", [first], [line(first), line(first, 1, cosine=0.1, share=0.0)])
    assert (found.cosine, found.passage, found.around, found.near) == (0.7, 0.8, 0.6, 0.3)
    assert (found.complete, found.complete_cosine) == (0.0, 0.0)
    assert found.size == pytest.approx(3.0)


def test_a_sentence_that_holds_the_whole_question_is_complete():
    first = hit(1, dense=1)
    found = evidence("Who defected?", [first], [line(first, share=0.9, cosine=0.4)])
    assert (found.complete, found.complete_cosine) == (1.0, 0.4)


def test_words_that_the_index_does_not_hold_are_counted():
    first = hit(1, dense=1)
    assert evidence("Who defected by zeppelin?", [first], [line(first)]).unknown == 0.5
    assert evidence("Who defected?", [first], [line(first)]).unknown == 0.0


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
