"""Quotes are whole sentences, chosen for what they say, and never longer than promised."""

import math
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import pytest
from conftest import FakeEmbedder

from index.article import Article, Byline, Kind, Mark
from index.chunk import chunk
from index.text import ENGLISH, count_words
from qa.reader import Line, Reader, sentence
from qa.reply import Hit, Marked


def desk(text, *, marks=(), rarity=lambda term: 1.0, quote_words=80, passage_words=120, languages=None):
    """Give a reader over one article, and hits for its passages in order."""
    article = Article("a1", text, Byline("Head"), tuple(marks))
    corpus = SimpleNamespace(article=lambda id: {"a1": article}[id])
    embedder = FakeEmbedder()
    passages = chunk(article, embedder, passage_words)
    hits = [Hit(each, 1 / (1 + each.ordinal), {"dense": 1 + each.ordinal}, {"dense": 0.5}) for each in passages]
    return Reader(embedder, SimpleNamespace(rarity=rarity), corpus, quote_words, languages), hits


def read(question, text, k=3, **given):
    reader, hits = desk(text, **given)
    return reader.read(reader.weigh([(question, hits)])[0], k)


def filler(opening, words):
    """A sentence of a number of words that begins as given."""
    begun = opening.split()
    return " ".join([*begun, *["then"] * (words - len(begun))]) + "."


LONG = " ".join(
    filler(f"{name} {verb} the tanker number {number} near", length)
    for number, (name, verb, length) in enumerate(
        zip(
            ["Soldiers", "He", "But nobody", "Police"] * 8,
            ["saw", "moved", "took", "left"] * 8,
            [7, 79, 12, 30] * 8,
            strict=True,
        )
    )
)


@pytest.mark.parametrize("k", [1, 3, 20])
def test_quotes_are_one_to_three_whole_sentences_of_eighty_words_and_never_overlap(k):
    reader, hits = desk(LONG)
    quotes = reader.read(reader.weigh([("Who moved the tanker number 5?", hits)])[0], k)
    starts = {span[0]: at for at, span in enumerate(sorted({s for hit in hits for s in hit.passage.sentences}))}
    ends = {span[1]: at for at, span in enumerate(sorted({s for hit in hits for s in hit.passage.sentences}))}
    assert len(quotes) == min(k, len(quotes))
    assert len(quotes) >= min(k, 8)
    for quote in quotes:
        assert 1 <= ends[quote.end] - starts[quote.start] + 1 <= 3
        assert count_words(quote.text) <= 80
        assert quote.text == LONG[quote.start : quote.end]
    placed = sorted((quote.start, quote.end) for quote in quotes)
    assert all(first[1] <= second[0] for first, second in pairwise(placed))
    assert [quote.score for quote in quotes] == sorted((quote.score for quote in quotes), reverse=True)


@pytest.mark.parametrize("opening", ["He posted", "“They posted", "But the general posted", "That posted"])
def test_a_sentence_that_leans_takes_the_one_before(opening):
    before, after = filler("Gen Francisco Yanez spoke", 30), filler("Clouds came", 20)
    leaning = filler(f"{opening} a video", 35)
    (quote,) = read("Which video was posted?", f"{before} {leaning} {after}", k=1)
    assert quote.text == f"{before} {leaning}"


def test_what_a_sentence_leans_on_comes_before_a_better_neighbour():
    before, after = filler("Gen Francisco Yanez spoke", 30), filler("Clouds hid another video", 25)
    leaning = filler("He posted a video", 30)
    (quote,) = read("Which video was posted?", f"{before} {leaning} {after}", k=1)
    assert quote.text == f"{before} {leaning}"


def test_a_sentence_that_does_not_lean_takes_what_fits_in_sixty_words():
    before, after = filler("Gen Francisco Yanez spoke", 30), filler("Clouds came", 20)
    standing = filler("Officers posted a video", 35)
    (quote,) = read("Which video was posted?", f"{before} {standing} {after}", k=1)
    assert quote.text == f"{standing} {after}"


def test_a_quote_does_not_lean_beyond_eighty_words():
    before, leaning = filler("Gen Francisco Yanez spoke", 50), filler("He posted a video", 35)
    (quote,) = read("Which video was posted?", f"{before} {leaning}", k=1)
    assert quote.text == leaning


def test_the_setting_makes_quotes_shorter():
    text = "Gen Francisco Yanez spoke out. He posted a video. It was seen by many people abroad."
    assert [quote.text for quote in read("Who posted a video?", text, k=1, quote_words=10)] == [
        "Gen Francisco Yanez spoke out. He posted a video."
    ]


def test_who_prefers_the_sentence_with_a_person_beside_the_words():
    text = "Many of the soldiers defected last week. Gen Francisco Yanez defected last week."
    reader, hits = desk(text)
    first, second = reader.weigh([("Who defected?", hits)])[0]
    assert sentence(first.hit.passage, first.place) == "Gen Francisco Yanez defected last week."
    # One character lies between the name and the word of the question; 60 is the reach.
    assert first.near == pytest.approx(math.exp(-1 / 60))
    assert second.near == 0.0


def test_a_person_far_from_the_words_counts_less():
    near = "Gen Francisco Yanez defected while crowds were out in many of the streets."
    far = "Gen Francisco Yanez watched while crowds in the streets heard who defected."
    reader, hits = desk(f"{far} {near}")
    weighed = {sentence(line.hit.passage, line.place): line.near for line in reader.weigh([("Who defected?", hits)])[0]}
    assert 0 < weighed[far] < weighed[near]


def test_shares_weigh_words_by_their_rarity():
    reader, hits = desk("The tanker is here. Nothing is there.", rarity={"tanker": 3.0, "bridg": 1.0}.__getitem__)
    weighed = {sentence(line.hit.passage, line.place): line for line in reader.weigh([("tanker bridge?", hits)])[0]}
    here, there = weighed["The tanker is here."], weighed["Nothing is there."]
    assert (here.share, here.around) == (0.75, 0.75)
    assert (there.share, there.around) == (0.0, 0.75)


def test_a_sentence_shared_by_two_passages_is_weighed_once():
    text = " ".join(filler(f"Soldiers moved tanker {number}", 20) for number in range(8))
    reader, hits = desk(text, passage_words=60)
    assert sum(len(hit.passage.sentences) for hit in hits) > 8
    spans = [line.span for line in reader.weigh([("Who moved the tanker?", hits)])[0]]
    assert len(spans) == len(set(spans)) == 8


def test_a_quote_never_crosses_a_mark():
    text = "Yanez defected.\n\nA caption about Yanez\n\nYanez spoke.\n\nSubscribe now\n\nYanez left."
    marks = [
        Mark(kind, text.index(words), text.index(words) + len(words))
        for kind, words in ((Kind.CAPTION, "A caption about Yanez"), (Kind.FURNITURE, "Subscribe now"))
    ]
    quotes = read("What about Yanez?", text, k=20, marks=marks)
    assert sorted(quote.text for quote in quotes) == ["Yanez defected.", "Yanez left.", "Yanez spoke."]


@pytest.mark.parametrize(
    ("several", "step", "count"), [(False, 3.9, 2), (False, 4.1, 1), (True, 7.9, 2), (True, 8.1, 1)]
)
def test_what_is_far_behind_the_best_is_not_quoted(several, step, count):
    reader, hits = desk("Yanez defected.\n\nSubscribe now\n\nNothing else.", marks=[Mark(Kind.FURNITURE, 17, 30)])
    best, other = reader.weigh([("Who defected?", hits)])[0]
    assert len(reader.read([best, replace(other, score=best.score - step)], 5, several=several)) == count


@pytest.mark.parametrize(
    ("language", "known", "first"), [("en", ENGLISH, 1), (None, ENGLISH, 1), ("he", ENGLISH, 0), ("he", None, 1)]
)
def test_the_network_has_a_say_over_what_it_knows_alone(language, known, first):
    reader, hits = desk("Yanez defected. The weather stayed dry.", languages=known)
    said = tuple(Marked(odds, (0, 5)) for odds in (-8.0, 8.0))
    hits = [replace(hit, passage=replace(hit.passage, language=language), marked=said) for hit in hits]
    (lines,) = reader.weigh([("Who defected?", hits)])
    assert lines[0].place == first


def test_neighbouring_paragraphs_without_a_mark_between_may_be_one_quote():
    text = "Yanez defected.\n\nThe video was short."
    assert [quote.text for quote in read("Did Yanez defect?", text)] == [text]


def test_nothing_to_read_gives_nothing():
    reader, hits = desk("Yanez defected.")
    assert reader.weigh([("Who?", [])])[0] == []
    assert reader.read([], 3) == []
    assert [line.span for line in reader.weigh([("???", hits)])[0]] == [(0, 15)]


def test_a_quote_carries_the_ranks_of_its_passage_and_the_score_of_its_sentence():
    reader, hits = desk("Yanez defected.")
    (line,) = reader.weigh([("Who defected?", hits)])[0]
    (quote,) = reader.read([line], 1)
    assert (quote.ranks, quote.score) == ({"dense": 1}, line.score)
    assert isinstance(line, Line)
    # One word of two: half of "yanez defect" in the fake model's space.
    assert line.cosine == pytest.approx(
        float(FakeEmbedder().questions(["defected"])[0] @ FakeEmbedder().questions(["Yanez defected"])[0]), abs=1e-6
    )
