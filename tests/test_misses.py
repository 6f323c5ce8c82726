"""Questions turned so that the passage that answered them answers them no more, way by way."""

import random

import pytest

from qa.training.misses import Turned


def turned(question, passage, others=()):
    turn = Turned(others).turn
    return {turn(question, passage, random.Random(seed)) for seed in range(60)}


class TestOpposites:
    @pytest.mark.parametrize(
        ("question", "passage", "other"),
        [
            ("Who voted for the purchase?", "Two voted for the purchase.", "Who voted against the purchase?"),
            ("Who argued against it?", "Bo argued against it.", "Who argued for it?"),
            ("Who spoke in favour of it?", "Bo spoke in favour of it.", "Who spoke against it?"),
            ("Who is the richest farmer?", "The richest farmer is Bo.", "Who is the poorest farmer?"),
            ("Which towns export over 20 tons?", "Larch exports over 20 tons.", None),
            ("Who wrote the second book?", "Bo wrote the second book.", None),
            ("Who saw his wife?", "Bo saw his wife.", "Who saw his husband?"),
            ("When did the shop start?", "It started in May.", "When did the shop end?"),
            ("Who paid an unofficial guide?", "Bo paid an unofficial guide.", "Who paid an official guide?"),
            ("Before the strike, who led?", "Bo led.", "After the strike, who led?"),
        ],
    )
    def test_a_word_gives_way_to_its_opposite(self, question, passage, other):
        asked = turned(question, passage)
        assert None not in asked
        assert other is None or asked == {other}

    def test_each_of_several_words_has_its_turn(self):
        assert turned("Which towns export over 20 tons?", "Larch exports over 20 tons.") == {
            "Which towns import over 20 tons?",
            "Which towns export under 20 tons?",
        }

    def test_an_article_goes_with_its_word(self):
        assert turned("Who owns an old mill?", "Bo owns a mill.") == {None}
        assert turned("Who is a successful smith?", "Bo is a successful smith.") == {"Who is an unsuccessful smith?"}

    @pytest.mark.parametrize(
        "question",
        [
            "Who runs New York?",  # part of a name
            "What was the boat named after?",
            "Who ran for president?",
            "Who searched for gold?",
            "How strong was it?",
            "Who ended up there?",
            "Who has first-hand news?",
            "What is the best known song?",
        ],
    )
    def test_a_word_that_means_something_else_there_stays(self, question):
        assert turned(question, question) == {None}

    def test_an_opposite_that_the_passage_holds_may_be_answered(self):
        assert turned("Who voted for the purchase?", "Two voted for the purchase, one against it.") == {None}


class TestQualifiers:
    def test_a_role_gets_one_that_the_passage_does_not_use(self):
        passage = "Ann Holm is the mayor. Bo Lind is the deputy mayor."
        assert turned("Who is the mayor?", passage) == {
            "Who is the acting mayor?",
            "Who is the interim mayor?",
            "Who is the former mayor?",
        }

    def test_who_was_something_is_former_already(self):
        asked = turned("Who was the mayor of Larch?", "Ann was the mayor of Larch.")
        assert asked == {f"Who was the {word} mayor of Larch?" for word in ("deputy", "acting", "interim")}

    def test_a_thing_becomes_another_of_its_kind(self):
        asked = turned("Who paid for the bridge?", "The council paid for the bridge.")
        assert asked == {f"Who paid for the {word} bridge?" for word in ("second", "previous", "third")}

    @pytest.mark.parametrize(
        "question",
        [
            "Who wrote the book that Ann read?",  # the words after it tell which
            "Who sang on the album Formation?",
            "Who met President Holm?",
            "Who saw the mayor?",  # the passage has none
        ],
    )
    def test_what_needs_none_gets_none(self, question):
        assert turned(question, "Bo wrote the book, sang on the album and met President Holm.") == {None}

    def test_one_is_taken_off_where_the_passage_has_it_always(self):
        question = "Who is the deputy mayor?"
        assert turned(question, "Bo is the deputy mayor.") == {"Who is the mayor?"}
        assert turned("Who was an assistant professor?", "Bo was an assistant professor.") == {"Who was a professor?"}
        assert turned(question, "Bo is the deputy mayor, Ann the mayor.") == {None}


class TestNegation:
    def test_it_is_put_to_the_first_auxiliary(self):
        assert turned("Who was appointed to it?", "Bo was appointed to it.") == {
            "Who was not appointed to it?",
            "Who wasn't appointed to it?",
        }
        assert turned("What did Ann say?", "Ann said yes.") == {"What didn't Ann say?", "What did Ann not say?"}
        assert turned("What can help?", "Tea can help.") == {"What can't help?"}

    @pytest.mark.parametrize(
        "question",
        [
            "How many did Ann see?",
            "When did Ann say it?",
            "What year did Ann say it?",
            "Did Ann say it?",
            "What does UN stand for?",
            "Who was the smith?",
            "What was it called?",
        ],
    )
    def test_where_it_makes_no_sense_it_is_not_put(self, question):
        assert turned(question, "Ann said it.") == {None}

    @pytest.mark.parametrize(
        ("question", "other"),
        [
            ("Who did not sign?", "Who did sign?"),
            ("Why didn't Ann sign?", "Why did Ann sign?"),
            ("What can't be seen?", "What can be seen?"),
            ("Who has never voted?", "Who has voted?"),
            ("Who was not only a smith?", None),
        ],
    )
    def test_it_is_taken_out(self, question, other):
        assert turned(question, "Bo.") == {other}


class TestNamesExchanged:
    PASSAGE = "In 1592 Japan, led by Hideyoshi, invaded Korea; the Ming Empire helped Korea."

    def test_who_did_what_to_whom(self):
        assert turned("When did Japan invade Korea?", self.PASSAGE) == {"When did Korea invade Japan?"}
        assert turned("When did the Ming Empire help Korea?", self.PASSAGE) == {"When did Korea help the Ming Empire?"}
        assert turned("When was Korea invaded by Japan?", self.PASSAGE) == {"When was Japan invaded by Korea?"}

    @pytest.mark.parametrize(
        "question",
        [
            "When did Japan meet Korea?",
            "When did Japan and Korea trade?",
            "When did Japan invade Manchuria?",
            "When did Japan fight with Korea?",
        ],
    )
    def test_not_where_it_says_the_same_or_the_passage_has_one_alone(self, question):
        assert turned(question, self.PASSAGE) == {None}


def test_no_way_is_drawn_oftener_for_having_more_words():
    question, passage = "Who is the mayor of Larch in 1300?", "The mayor of Larch in 1300 is Ann."
    turn = Turned(["Who ruled Oslo?", "What was built in 1217?"]).turn
    asked = [turn(question, passage, random.Random(seed)) for seed in range(600)]
    for sign in ("Oslo", "1217", " mayor of Larch in 1300"):
        of_the_way = [each for each in asked if sign in each]
        assert 150 < len(of_the_way) < 250


def test_the_draw_decides_alone():
    one, other = (Turned(["Who?"]).turn("Who is the mayor?", "The mayor.", random.Random(3)) for _ in range(2))
    assert one == other
