"""The path of a question, end to end over a small index."""

import sqlite3

import pytest
from conftest import FakeEmbedder
from cuttings import CORPUS, DEFECTOR, FILES, faked, indexed, write

from index import build, generations
from index.article import Filter
from index.corpus import Corpus
from index.errors import Damaged, QuestionError
from index.lexical import Words
from index.settings import Settings
from qa.answer import QA
from qa.assemble import Live
from qa.guide import checked, limited
from qa.reader import Reader
from qa.reply import Turn

SETS = {"all": FILES, "one": {"defector.txt": DEFECTOR}, "corpus": {"corpus.jsonl": CORPUS}}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Give a QA that answers whatever its confidence, over articles that are indexed once."""
    homes = {}

    def made(files="all", **given):
        fresh = files not in homes
        if fresh:
            homes[files] = tmp_path_factory.mktemp(files) / "home"
        settings = Settings(home=homes[files], **{"answer_at": 0.0, "related_at": 0.0, **given})
        return indexed(settings, SETS[files]) if fresh else Live(settings).qa()

    with faked():
        yield made


@pytest.fixture(scope="module")
def certain(desk):
    return desk()


class TestAnswers:
    def test_the_first_quote_holds_the_answer_and_stands_in_its_article(self, certain):
        reply = certain.ask("  Who is the most senior defector?\n")
        assert (reply.question, reply.answered, reply.reason) == ("Who is the most senior defector?", True, None)
        first = reply.quotes[0]
        assert first.text == (
            "The most senior defector is Gen Francisco Yanez of the air force. He posted a video on Saturday.\n\n"
            "China, Russia and Mexico still recognise Mr Maduro."
        )
        assert DEFECTOR[first.start : first.end] == first.text
        assert first.article.byline.title == "General defects in Venezuela"
        assert reply.related == ()
        assert reply.searched_for is None

    def test_k_is_the_most_quotes(self, desk):
        assert [len(desk("corpus").ask("Who is Gen Yanez?", k=k).quotes) for k in (1, 2, 20)] == [1, 2, 3]

    def test_the_setting_is_the_default_of_k(self, desk):
        assert len(desk("corpus", quotes=2).ask("Who is Gen Yanez?").quotes) == 2

    @pytest.mark.parametrize(
        ("answer_at", "related_at", "status", "reason"),
        [
            (1.0, 0.0, "related", "No passage surely answers this; these may."),
            (1.0, 1.0, "nothing", "These articles do not say."),
            (0.0, 1.0, "nothing", "These articles do not say."),
        ],
    )
    def test_below_the_threshold_it_refuses(self, desk, answer_at, related_at, status, reason):
        reply = desk(answer_at=answer_at, related_at=related_at).ask("Who is the most senior defector?")
        assert (reply.status, reply.answered, reply.quotes) == (status, False, ())
        assert "Gen Francisco Yanez" in reply.related[0].text
        assert reply.reason == reason

    def test_the_same_question_gets_the_same_reply(self, certain):
        first, second = (certain.ask("Who is the most senior defector?") for _ in range(2))
        assert (first.quotes, first.confidence) == (second.quotes, second.confidence)

    def test_times_add_up(self, certain):
        took = certain.ask("Who is the most senior defector?").took_ms
        assert set(took) == {"search", "read", "total"}
        assert abs(took["total"] - took["search"] - took["read"]) <= 1

    def test_an_index_without_articles_answers_nothing(self, home, fake_model, tmp_path):
        build.index([write(tmp_path / "articles", {"a.txt": "Head\n\nBody."})], home)
        (entry,) = Live(home).qa().corpus.listing()
        build.remove([entry.id], home)
        reply = Live(home).qa().ask("Who defected?")
        assert (reply.status, reply.confidence, reply.quotes, reply.related) == ("nothing", 0.0, (), ())


class TestQuestions:
    @pytest.mark.parametrize("empty", ["", "   \n", "???", "…“”"])
    def test_an_empty_question_is_refused(self, certain, empty):
        with pytest.raises(QuestionError, match=r"^The question is empty: ask something"):
            certain.ask(empty)
        with pytest.raises(QuestionError, match=r"^The question is empty"):
            certain.search(empty, 5)

    def test_a_long_question_is_refused_with_its_length(self, certain):
        with pytest.raises(QuestionError, match=r"has 10,000 words in 49,999 characters; at most 200 words"):
            certain.ask(" ".join(["word"] * 10_000))
        with pytest.raises(QuestionError, match="has 1 words in 5,000 characters"):
            certain.ask("x" * 5_000)
        assert checked(" ".join(["word"] * 200)) == " ".join(["word"] * 200)

    @pytest.mark.parametrize("k", [0, -1, 21, 10_000])
    def test_an_impossible_number_of_quotes_is_refused(self, certain, k):
        with pytest.raises(QuestionError, match=f"^{k:,} quotes were asked for; ask for 1 to 20"):
            certain.ask("Who defected?", k=k)

    @pytest.mark.parametrize("k", [0, 1001])
    def test_an_impossible_number_of_passages_is_refused(self, certain, k):
        with pytest.raises(QuestionError, match=f"^{k:,} passages were asked for; ask for 1 to 1,000"):
            certain.search("Who defected?", k)

    def test_limits_are_inclusive(self):
        assert (limited(1, 20, "quotes"), limited(20, 20, "quotes")) == (1, 20)

    def test_half_a_character_is_refused(self, certain):
        with pytest.raises(QuestionError, match="holds half a character"):
            certain.ask("Who defected in caf\udce9?")


class TestFilters:
    def test_only_admitted_articles_are_quoted(self, desk):
        qa = desk("corpus")
        assert {quote.article.id for quote in qa.ask("Who is Gen Yanez?", k=20).quotes} == {"d1", "d2", "d3"}
        where = Filter(source="reuters")
        assert {quote.article.id for quote in qa.ask("Who is Gen Yanez?", k=20, where=where).quotes} == {"d2"}
        assert {hit.passage.article_id for hit in qa.search("Yanez", 9, Filter(until="2019-02-09"))} == {"d1"}

    def test_a_filter_that_admits_nothing_gives_nothing(self, certain):
        reply = certain.ask("Who defected?", where=Filter(source="Nobody"))
        assert (reply.status, reply.confidence, reply.related) == ("nothing", 0.0, ())


class TestTurns:
    def test_a_follow_up_is_searched_with_the_words_before_it_and_says_so(self, certain):
        before = certain.ask("Who parked a tanker across the Tienditas bridge?")
        reply = certain.ask("What has crossed it since?", turns=[Turn(before.question, before.quotes)])
        assert reply.question == "What has crossed it since?"
        assert reply.searched_for == "What has crossed it since? parked tanker across Tienditas"
        assert "No lorry" in reply.quotes[0].text


class TestBylines:
    def test_the_only_article_is_meant(self, desk):
        reply = desk("one").ask("Who wrote this article, and when was it published?")
        assert [quote.text for quote in reply.quotes] == ["Ann Carver\nFriday 08 February 2019 18:38 GMT"]
        assert (reply.status, reply.confidence) == ("answered", 0.99)

    def test_of_several_articles_it_asks_which(self, certain):
        reply = certain.ask("Who wrote this article?")
        assert (reply.status, reply.quotes, reply.confidence) == ("nothing", (), 0.0)
        assert reply.reason.startswith("Which article is meant is not clear")

    def test_the_article_quoted_last_is_meant(self, certain):
        before = certain.ask("Who parked a tanker across the bridge?")
        turns = [Turn(before.question, before.quotes), Turn("What is love?")]
        assert [quote.text for quote in certain.ask("Who wrote this article?", turns=turns).quotes] == ["Bob Turner"]

    def test_words_say_which_article_is_meant(self, certain):
        reply = certain.ask("Who wrote about the tanker on the bridge?")
        assert [quote.text for quote in reply.quotes] == ["Bob Turner"]
        reply = certain.ask("When was “General defects in Venezuela” published?")
        assert [quote.text for quote in reply.quotes] == ["Friday 08 February 2019 18:38 GMT"]

    def test_what_an_article_does_not_state_is_not_invented(self, certain):
        reply = certain.ask("Who wrote about bread and dough?")
        assert reply.status == "nothing"
        assert reply.reason == "The text of “Bread without kneading” does not say who wrote it."

    def test_the_filter_narrows_which_article_is_meant(self, certain):
        reply = certain.ask("Who wrote this article?", where=Filter(author="Bob"))
        assert [quote.text for quote in reply.quotes] == ["Bob Turner"]

    def test_an_article_that_the_filter_leaves_out_is_not_quoted(self, desk):
        reply = desk("one").ask("Who wrote this article?", where=Filter(author="Bob"))
        assert (reply.status, reply.quotes) == ("nothing", ())


class TestDamage:
    @pytest.mark.parametrize("question", ["Who is the most senior defector?", "Who wrote this article?"])
    def test_nothing_is_quoted_from_a_text_that_was_changed(self, fake_model, home, question):
        files = {"defector.txt": DEFECTOR}
        built = indexed(home, files)
        path = generations.current(home.home).folder / generations.CORPUS
        with sqlite3.connect(path) as db:
            db.execute("UPDATE articles SET text = replace(text, 'Yanez', 'Gomez')")
        db.close()
        corpus = Corpus(path)
        tampered = QA(corpus, built.searcher, Reader(FakeEmbedder(), Words(path.parent), corpus, 80), home)
        with pytest.raises(Damaged, match="has changed since it was indexed, so nothing is quoted"):
            tampered.ask(question)

    def test_an_index_whose_file_was_changed_is_not_opened(self, fake_model, home):
        indexed(home)
        path = generations.current(home.home).folder / generations.CORPUS
        with sqlite3.connect(path) as db:
            db.execute("UPDATE articles SET text = replace(text, 'Yanez', 'Gomez')")
        db.close()
        with pytest.raises(Damaged, match=r"corpus\.sqlite is not what was written there: run `qa index --rebuild`"):
            Live(home).qa()


class TestSeveral:
    ASKED = (
        ("Who is the most senior defector?", ()),
        ("Who wrote “General defects in Venezuela”?", ()),
        ("When did he post it?", (Turn("Who is Gen Yanez?"),)),
        ("What blocks the Tienditas bridge?", ()),
    )

    def test_together_they_get_what_each_gets_alone(self, certain):
        together = certain.ask_all(self.ASKED)
        alone = [certain.ask(question, turns=turns) for question, turns in self.ASKED]
        for one, other in zip(together, alone, strict=True):
            assert (one.question, one.searched_for, one.status) == (other.question, other.searched_for, other.status)
            assert one.quotes == other.quotes
            assert one.confidence == pytest.approx(other.confidence)
        assert together[1].quotes[0].text == "Ann Carver"
        assert together[2].searched_for == "When did he post it? Gen Yanez"

    def test_their_sentences_are_embedded_in_one_pass(self, certain, monkeypatch):
        passes = []
        embed = FakeEmbedder.passages
        monkeypatch.setattr(
            FakeEmbedder, "passages", lambda self, texts: passes.append(len(texts)) or embed(self, texts)
        )
        certain.ask_all([question for question in self.ASKED if not question[1]])
        assert len(passes) == 1

    def test_none_asked_is_none_answered(self, certain):
        assert certain.ask_all([]) == []

    def test_one_that_cannot_be_asked_is_told(self, certain):
        with pytest.raises(QuestionError, match="empty"):
            certain.ask_all([*self.ASKED, ("?", ())])


class TestNamedOutlet:
    def test_only_the_outlet_that_is_named_as_the_source_answers(self, desk):
        qa = desk("corpus")
        reply = qa.ask("According to Reuters, who spoke on the radio after he defected?")
        assert {quote.article.id for quote in reply.quotes} == {"d2"}
        assert reply.searched_for == "who spoke on the radio after he defected?"
        assert reply.searched_in == "Reuters"

    def test_one_that_is_only_mentioned_does_not_narrow_the_search(self, desk):
        sought = desk("corpus").seek("When did Yanez speak to the Independent of his defection?")
        assert sought.source is None
        assert {hit.passage.article_id for hit in sought.hits} == {"d1", "d2", "d3"}

    def test_the_readers_own_filter_wins(self, desk):
        reply = desk("corpus").ask("According to Reuters, who defected?", where=Filter(source="Independent"))
        assert {quote.article.id for quote in reply.quotes} == {"d1"}
        assert reply.searched_in is None

    def test_a_refusal_says_whose_articles_do_not_say(self, desk):
        reply = desk("corpus", answer_at=1.0).ask("According to Reuters, who defected?")
        assert reply.reason == "No passage from Reuters surely answers this; these may."
        assert {quote.article.id for quote in reply.related} == {"d2"}

    def test_a_byline_of_that_outlet_is_quoted_from_its_article(self, desk):
        # Its article states no author in its text, and the record is told instead.
        reply = desk("corpus").ask("Who wrote the Reuters article about Yanez?")
        assert "Bob Turner" in reply.reason
