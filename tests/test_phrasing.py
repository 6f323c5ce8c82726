"""The same question in other words: what is left of it, what is put around it, and that chance is all in the draw."""

import random

import pytest

from qa.training import phrasing

CONTEXT = [
    "The council met in Harbour Street on Monday.",
    "Mayor Ann Holm said that the bridge was old.",
    "“It is old,” she said.",
]


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("When did Nelson Mandela die?", "Nelson Mandela die"),
        ("Who voted against the purchase?", "voted against purchase"),
        ("What was built before the war?", "built before war"),
        ("How many people live in Oslo?", "number people live Oslo"),
        ("What didn't the council say about the U.S. treaty?", "didn't council say U.S. treaty"),
        ("Which WHO report came out in 2004?", "WHO report came 2004"),
        ('Who wrote "The Old House", and why?', "wrote Old House"),
        ("Who was not elected to the board?", "not elected board"),
    ],
)
def test_keywords_are_what_is_left_without_the_words_that_only_ask(question, left):
    assert phrasing.keywords(question) == left


@pytest.mark.parametrize("question", ["Who was Nelson Mandela?", "Where is Paris?", "What is it?", "Why?", ""])
def test_a_name_alone_asks_nothing(question):
    assert phrasing.keywords(question) is None


def test_typed_in_haste_a_question_loses_capitals_and_mark():
    assert phrasing.plain("When did Nelson Mandela die? ") == "when did nelson mandela die"
    assert phrasing.plain("who won") == "who won"


def test_two_questions_are_one():
    assert (
        phrasing.joined("Who founded the school?", "When was it closed?")
        == "Who founded the school, and when was it closed?"
    )
    assert phrasing.joined("Who won", "NATO did what?") == "Who won, and NATO did what?"
    assert phrasing.joined("Who won?", "I did what?") == "Who won, and I did what?"


class TestLengthened:
    QUESTION = "When was the bridge built?"

    def drawn(self, title="", context=(), question=QUESTION, times=400):
        return {phrasing.lengthened(question, title, context, random.Random(seed)) for seed in range(times)}

    def test_the_question_stands_whole_in_each(self):
        for asked in self.drawn("The old bridge", CONTEXT):
            assert "hen was the bridge built?" in asked
            assert 15 <= len(asked.split()) <= 60
            assert "{" not in asked

    def test_the_ways_to_ask_are_many(self):
        around = {asked.split("hen was")[0][:12] for asked in self.drawn("The old bridge", CONTEXT)}
        assert len(around) >= 20

    def test_title_names_and_sentences_are_taken_in(self):
        asked = self.drawn("The old bridge", CONTEXT)
        assert any("The old bridge" in each for each in asked)
        assert any("Harbour Street" in each and "the council met" not in each for each in asked)
        assert any("the council met in Harbour Street on Monday" in each for each in asked)
        assert not any("It is old" in each for each in asked)

    def test_without_title_and_sentences_neither_is_spoken_of(self):
        for asked in self.drawn():
            assert "about ," not in asked
            assert "“”" not in asked
            assert "  " not in asked
            assert "where ," not in asked

    def test_a_name_keeps_its_capital_within(self):
        asked = self.drawn(question="NATO was founded in which year, and by whom?")
        assert all("NATO was founded" in each for each in asked)

    def test_a_question_word_loses_its_capital_within(self):
        inside = [each for each in self.drawn() if not each.startswith("When")]
        assert inside
        assert all(", when was" in each or ": when was" in each for each in inside)

    def test_the_draw_decides_alone(self):
        one, other = (phrasing.lengthened(self.QUESTION, "T", CONTEXT, random.Random(4)) for _ in range(2))
        assert one == other
