"""The words that answer, from scores worked out by hand."""

import math

import numpy as np
import pytest

from index.article import Passage
from index.settings import Settings
from qa.assemble import marker
from qa.marking import WEIGHTS, best
from qa.network import Pieces
from qa.reply import Marked

# Two sentences of two and three word pieces; the passage begins at code point 100 of its article.
PASSAGE = Passage("a1", 0, 100, 119, "Ann ran. Bo sat down.", ((100, 108), (109, 121)))
PLACES = np.array([(0, 3), (4, 7), (9, 11), (12, 15), (16, 20)])


def pieces(starts, ends, none=0.0, places=PLACES):
    return Pieces(places, np.array(starts, dtype=np.float32), np.array(ends, dtype=np.float32), none)


def test_each_sentence_gets_its_likeliest_words_and_the_odds_of_any_in_it():
    first, second = best(PASSAGE, pieces([2, 0, 1, 0, 0], [1, 0, 0, 0, 3], none=1.0))
    # Ann: 3, "Ann ran" 2, ran 0; less the 1 for "no answer".
    assert first == Marked(pytest.approx(math.log(math.exp(3) + math.exp(2) + 1) - 1, abs=1e-5), (100, 103))
    spans = {"Bo": 1, "Bo sat": 1, "Bo sat down": 4, "sat": 0, "sat down": 3, "down": 3}
    total = sum(math.exp(score) for score in spans.values())
    assert second == Marked(pytest.approx(math.log(total) - 1, abs=1e-5), (109, 120))


def test_an_answer_never_ends_before_it_starts():
    _, second = best(PASSAGE, pieces([0, 0, 0, 0, 9], [0, 0, 9, 0, 0]))
    assert second.span in ((116, 120), (109, 111))


def test_an_answer_has_sixty_pieces_at_most():
    passage = Passage("a1", 0, 0, 200, "x " * 100, ((0, 200),))
    places = np.array([(2 * at, 2 * at + 1) for at in range(100)])
    starts, ends = np.zeros(100), np.zeros(100)
    starts[0], ends[59], ends[60] = 5, 4, 10
    (found,) = best(passage, pieces(starts, ends, places=places))
    assert found.span == (2, 121)  # with the far end, from the second piece on
    starts[0] = 50
    (found,) = best(passage, pieces(starts, ends, places=places))
    assert found.span == (0, 119)


def test_equal_words_go_by_place():
    assert [each.span for each in best(PASSAGE, pieces([0] * 5, [0] * 5))] == [(100, 103), (109, 111)]


def test_a_sentence_beyond_what_is_read_is_as_unlikely_as_can_be():
    first, second = best(PASSAGE, pieces([1, 1], [1, 1], places=PLACES[:2]))
    assert first.odds > 0
    assert second == Marked(-30.0, (109, 121))


def test_odds_have_a_floor():
    first, _ = best(PASSAGE, pieces([-90.0] * 5, [-90.0] * 5))
    assert first.odds == -30.0


def test_the_plain_path_has_no_marker(tmp_path):
    assert marker(Settings(home=tmp_path, reader="none")) is None


ARTICLE = "The mayor of Caracas left on Friday. Gen Francisco Yanez of the air force defected. The oil price fell."
SENTENCES = ((0, 36), (37, 83), (84, 103))


@pytest.mark.model
class TestWithTheShippedWeights:
    @pytest.fixture(scope="class")
    def own(self, tmp_path_factory):
        return marker(Settings(home=tmp_path_factory.mktemp("home")))

    def test_the_words_that_answer_are_marked(self, own):
        passage = Passage("a1", 0, 0, len(ARTICLE), ARTICLE, SENTENCES)
        for question, words, place in [
            ("Who defected?", "Gen Francisco Yanez", 1),
            ("When did the mayor leave?", "Friday", 0),
            ("What fell?", "oil price", 2),
        ]:
            (marked,) = own.mark(question, [("Maduro under pressure", passage)])
            assert max(marked, key=lambda each: each.odds) is marked[place]
            start, end = marked[place].span
            assert words in ARTICLE[start:end]
            assert len(ARTICLE[start:end]) <= len(words) + 16

    def test_a_passage_without_an_answer_has_lower_odds(self, own):
        with_it = Passage("a1", 0, 0, len(ARTICLE), ARTICLE, SENTENCES)
        text = "The museum opened a show of maps. Its garden is closed."
        without = Passage("a2", 0, 0, len(text), text, ((0, 33), (34, 55)))
        first, second = own.mark("Who defected?", [("", without), ("", with_it)])
        assert max(each.odds for each in first) < 0 < max(each.odds for each in second)

    def test_what_is_read_together_changes_nothing(self, own):
        long = Passage("a1", 0, 0, len(ARTICLE), ARTICLE, SENTENCES)
        short = Passage("a2", 0, 0, 36, ARTICLE[:36], ((0, 36),))
        together = own.mark("Who defected?", [("", long), ("", short)] * 4)
        for passage, found in [(long, together[0]), (short, together[1])]:
            (alone,) = own.mark("Who defected?", [("", passage)])
            assert [each.span for each in alone] == [each.span for each in found]
            # Padding costs a few thousandths in bfloat16's eight bits.
            assert [each.odds for each in alone] == pytest.approx([each.odds for each in found], abs=0.3)

    def test_the_header_is_never_marked(self, own):
        (marked,) = own.mark(
            "Who defected?", [("Gen Francisco Yanez defected", Passage("a2", 0, 0, 21, ARTICLE[84:105], ((0, 19),)))]
        )
        assert 0 <= marked[0].span[0] < marked[0].span[1] <= 19

    def test_a_question_as_long_as_is_allowed_is_read(self, own):
        passage = Passage("a1", 0, 0, len(ARTICLE), ARTICLE, SENTENCES)
        (marked,) = own.mark("Who defected, notwithstanding? " * 66, [("", passage)])
        assert len(marked) == 3
        assert all(each.span is not None for each in marked)

    def test_no_passages_no_marks(self, own):
        assert own.mark("Who defected?", []) == []


def test_the_weights_are_small():
    assert WEIGHTS.stat().st_size < 8_000_000
