"""Near-copies: what is one story, which article of it is shown, and that it is told once."""

import json
import random
from dataclasses import replace

import numpy as np
import pytest
from conftest import FakeModel, stand_in
from reports import growing, made, put, report, sentence, stories

from index import build, learning
from index import stories as room
from index.article import Byline, Filter
from index.corpus import Corpus
from index.ledger import Ledger
from index.settings import Settings
from index.stories import sketch
from index.text import same_words
from qa import terminal, verify
from qa.assemble import Live
from qa.copies import Once
from qa.reply import Copy, Quote
from qa.web import cards


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path / "corpus.sqlite") as ledger:
        yield ledger


class TestSketches:
    def test_stored_sketches_can_be_compared_with_those_of_later_days(self):
        """Other values mean that every index must be rebuilt: raise `generations.FORMAT`."""
        size, signature = sketch("Gen Francisco Yanez of the air force defected on Saturday.")
        assert (size, signature.dtype, signature.shape) == (8, np.uint32, (128,))
        assert signature[:4].tolist() == [701819255, 544129270, 280044686, 93694732]

    @pytest.mark.parametrize("shared", [0, 4, 8, 12])
    def test_their_agreement_estimates_the_jaccard_of_both(self, shared):
        texts = [" ".join(report("a")), " ".join(report("a")[:shared] + report("b")[shared:])]
        sets = [{tuple(words[at : at + 3]) for at in range(len(words) - 2)} for words in map(str.split, texts)]
        exact = len(sets[0] & sets[1]) / len(sets[0] | sets[1])
        (_, one), (_, other) = map(sketch, texts)
        assert (one == other).mean() == pytest.approx(exact, abs=0.1)

    def test_case_line_ends_and_punctuation_do_not_count(self):
        size, signature = sketch("The minister said: “No.”\nHe left")
        again = sketch('the MINISTER said - "no" he left')
        assert size == again[0] == 4
        assert signature.tolist() == again[1].tolist()

    @pytest.mark.parametrize(
        ("text", "size"), [("", 0), (" … \n", 0), ("One", 1), ("One two", 1), ("one two three", 1)]
    )
    def test_of_few_words(self, text, size):
        found, signature = sketch(text)
        assert (found, signature.shape) == (size, (128,) if size else (0,))

    def test_texts_without_spaces_are_parted_by_character(self):
        assert sketch("北京大学的教授")[0] == 5


def typo(paragraphs):
    return [each.replace("er", "re", 1) if at % 3 == 0 else each for at, each in enumerate(paragraphs)]


COPIES = {
    "the same": report("a"),
    "first and last paragraph cut": report("a")[1:-1],
    "a word changed": [each.replace("ter", "tor", 1) if at == 4 else each for at, each in enumerate(report("a"))],
    "typos": typo(report("a")),
    "a paragraph more": [*report("a"), sentence("new")],
    "half as long": report("a")[:6],
}
OTHERS = {
    "another report": report("b"),
    "a follow-up that repeats two fifths": report("a")[:5] + report("b")[5:],
    "a line of it": report("a")[:1],
}


class TestStories:
    @pytest.mark.parametrize("kind", COPIES)
    def test_a_copy_is_the_same_story(self, ledger, kind):
        put(ledger, made("a", report("a")), made("b", COPIES[kind], "Wire", "2026-01-04"), made("c", report("c")))
        assert stories(ledger) == [["a", "b"]]
        assert [(each.id, each.byline.outlet) for each in ledger.copies("a")] == [("b", "Wire")]
        assert [each.id for each in ledger.copies("b")] == ["a"]
        assert ledger.copies("c") == ledger.copies("absent") == []

    @pytest.mark.parametrize("kind", OTHERS)
    def test_what_shares_little_is_not(self, ledger, kind):
        put(ledger, made("a", report("a")), made("b", OTHERS[kind], "Wire"))
        assert stories(ledger) == []

    def test_words_set_apart_by_a_loader_do_not_count(self, ledger):
        from index.article import Kind, Mark

        box = [sentence(f"box-{number}") for number in range(60)]
        first, second = made("a", [*box, *report("a")]), made("b", [*box, *report("b")])
        end = len("\n\n".join(box))
        put(ledger, *(replace(each, marks=(Mark(Kind.FURNITURE, 0, end),)) for each in (first, second)))
        assert stories(ledger) == []
        put(ledger, first, second)
        assert stories(ledger) == [["a", "b"]]

    def test_a_corpus_given_as_it_is_has_stories_too(self, ledger):
        put(ledger, made("a", report("a"), as_given=True), made("b", report("a"), "Wire", as_given=True))
        assert stories(ledger) == [["a", "b"]]

    @pytest.mark.parametrize(
        ("newest", "expected"), [("b", [["b", "a", "c"]]), ("a", [["a", "b"]]), ("c", [["c", "b"]])]
    )
    def test_no_chain_links_what_is_not_like_the_article_shown(self, ledger, newest, expected):
        """Windows over one text: a and b share four fifths, b and c as well, a and c three."""
        text = report("a", 14)
        windows = {"a": text[:10], "b": text[2:12], "c": text[4:]}
        put(ledger, *(made(i, w, i, "2026-01-09" if i == newest else "2026-01-05") for i, w in windows.items()))
        assert stories(ledger) == expected

    def test_every_copy_is_like_the_one_shown_whatever_the_text(self, ledger):
        drawn = random.Random(4)
        text = report("a", 60)
        articles = []
        for number in range(40):
            at, length = drawn.randrange(40), drawn.randrange(6, 20)
            day = f"2026-01-{drawn.randrange(1, 9):02}"
            articles.append(made(f"w{number:02}", text[at : at + length], drawn.choice("PQRS"), day))
        put(ledger, *articles)
        held = {each.id: set(each.text.split("\n\n")) for each in articles}
        found = stories(ledger)
        assert len(found) > 3
        for shown, *rest in found:
            for id in rest:
                smaller = min(len(held[shown]), len(held[id]))
                assert len(held[shown] & held[id]) / smaller > 0.6, (shown, id)  # .75 is asked of the estimate

    def test_a_text_that_all_carry_neither_joins_them_nor_hides_copies(self, ledger, monkeypatch):
        monkeypatch.setattr(room, "_MOST_OPENERS", 3)
        carried = report("disclaimer", 12)
        put(ledger, *(made(f"a{n:02}", [*report(f"own {n}"), *carried]) for n in range(40)))
        assert stories(ledger) == []
        put(ledger, made("b", [*report("own 30"), *carried], "Wire"), made("c", report("own 31"), "Wire"))
        assert stories(ledger) == [["a30", "b"], ["a31", "c"]]

    def test_one_of_many_alike_is_one_story(self, ledger):
        put(ledger, *(made(f"a{n:03}", [*report("a"), f"Version {n}."], f"Outlet {n}") for n in range(300)))
        (story,) = stories(ledger)
        assert len(story) == 300


class TestOrder:
    def test_the_latest_version_of_an_outlet_then_the_fullest_then_earlier_ones(self, ledger):
        text = report("a")
        put(
            ledger,
            made("early", [*text, "More words than any."], "Ledger", "2026-01-05T08:00:00+00:00"),
            made("late", text[:-1], "Ledger", "2026-01-05T20:00:00+00:00"),
            made("wire", text, "Wire", "2026-01-05T06:00:00+00:00"),
            made("brief", text[:-2], "Post", "2026-01-05"),
            made("old", [*text, *text[:2]], "Times", "2026-01-04"),
            made("undated", [*text, *text[:3]], "Herald", None),
        )
        assert stories(ledger) == [["wire", "late", "brief", "old", "undated", "early"]]

    def test_an_update_counts_as_its_day(self, ledger):
        changed = replace(made("a", report("a")).byline, published="2025-12-01", updated="2026-02-01")
        put(ledger, replace(made("a", report("a")), byline=changed), made("b", report("a"), "Wire", "2026-01-09"))
        assert stories(ledger) == [["a", "b"]]

    def test_ties_by_id(self, ledger):
        put(ledger, made("b", report("a"), "P"), made("a", report("a"), "Q"), made("c", report("a"), "R"))
        assert stories(ledger) == [["a", "b", "c"]]

    def test_articles_of_no_known_outlet_are_no_versions_of_one_another(self, ledger):
        text = report("a")
        put(
            ledger,
            made("a", text[:-1], None, "2026-01-05T20:00:00+00:00"),
            made("b", text, None, "2026-01-05T08:00:00+00:00"),
        )
        assert stories(ledger) == [["b", "a"]]


def test_what_comes_and_goes_leaves_what_a_build_from_nothing_gives(tmp_path):
    drawn = random.Random(7)
    base = {name: report(name, 14) for name in "abcdef"}
    pool = []
    for number in range(40):
        text, at = base[drawn.choice("abcdef")], drawn.randrange(4)
        day = f"2026-01-0{drawn.randrange(1, 5)}"
        pool.append(made(f"n{number:02}", text[at : at + 10], drawn.choice("PQR"), day))
    most = 0
    for grown, anew in growing(tmp_path, pool, drawn, 14):
        assert stories(grown) == stories(anew)
        most = max(most, len(stories(grown)))
    assert most > 2


def test_a_text_that_changes_leaves_its_story(ledger):
    put(ledger, made("a", report("a")), made("b", report("a"), "Wire"))
    put(ledger, made("b", report("b"), "Wire"))
    assert stories(ledger) == []
    put(ledger, made("b", report("a"), "Wire"))
    assert stories(ledger) == [["a", "b"]]


def test_each_article_is_sketched_once_and_only_stories_that_change_are_written(ledger, monkeypatch):
    sketched = []
    monkeypatch.setattr(room, "sketch", lambda text: sketched.append(text) or sketch(text))
    put(ledger, *(made(name, report(name)) for name in "abc"), made("d", report("a"), "Wire"))
    assert len(sketched) == 4
    before = ledger._db.total_changes
    learning.learn(ledger, lambda _: None)
    assert (len(sketched), ledger._db.total_changes) == (4, before)
    put(ledger, made("e", report("b"), "Wire"))
    assert len(sketched) == 5
    # One article, its source, its sketch, and the two of its story.
    assert ledger._db.total_changes == before + 5


YANEZ = "The most senior defector is Gen Francisco Yanez of the air force."
POST = "He posted a video on Saturday from an unknown place."
EARLY = "An aide called Ruben Solis defected before him in secret."
HOUSE = [f"{sentence(f'house-{n}')}" for n in range(8)]
STORY = [YANEZ, POST, *HOUSE]
OTHER = ["A second defector is Col Ruben Paz of the navy.", *report("navy", 8)]


def corpus(folder, *rows):
    folder.mkdir(exist_ok=True)
    lines = [
        {"_id": id, "title": title, "text": "\n\n".join(text), "metadata": {"source": outlet, "date": day}}
        for id, title, outlet, day, text in rows
    ]
    (folder / "corpus.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return folder


ROWS = [
    ("main", "General defects", "Ledger", "2026-01-06", STORY),
    ("wire1", "Yanez defects", "Reuters", "2026-01-05", STORY[:-1]),
    ("wire2", "Defector named", "Post", "2026-01-05", STORY[:-2]),
    ("wire3", "A general leaves", "Times", "2026-01-05", ["«" + s + "»" if s == POST else s for s in STORY[:-1]]),
    ("first", "General said to defect", "Ledger", "2026-01-04", [EARLY, *STORY[:-2]]),
    ("navy", "Colonel defects", "Ledger", "2026-01-03", OTHER),
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A QA over one story in five articles, and another story; it answers whatever its confidence."""
    folder = tmp_path_factory.mktemp("copies")
    settings = Settings(home=folder / "home", answer_at=0, related_at=0, read_passages=3, passage_words=20)
    with pytest.MonkeyPatch.context() as patch:
        stand_in(patch, FakeModel())
        build.index([corpus(folder / "articles", *ROWS)], settings)
        yield Live(settings).qa()


class TestAsking:
    def test_a_story_is_quoted_once_from_the_article_shown(self, desk):
        reply = desk.ask("Who is the most senior defector?", k=10)
        first, *rest = reply.quotes
        assert (first.article.id, YANEZ in first.text) == ("main", True)
        assert not any(YANEZ in quote.text for quote in rest)
        assert [copy.article_id for copy in first.also_in] == ["wire1", "wire3", "wire2", "first"]

    def test_where_else_the_words_stand_are_those_words(self, desk):
        quotes = desk.ask("Who is the most senior defector?", k=10).quotes
        assert any(quote.also_in for quote in quotes)
        for quote in quotes:
            for copy in quote.also_in:
                text = desk.corpus.article(copy.article_id).text
                assert same_words(text[copy.start : copy.end]) == same_words(quote.text)

    def test_copies_do_not_take_the_places_of_other_stories(self, desk):
        plain = desk.search("Who is the defector of the air force or navy?", 3)
        assert len({hit.passage.article_id for hit in plain} & {"main", "wire1", "wire2", "wire3", "first"}) == 3
        told = desk.seek("Who is the defector of the air force or navy?", once=True).hits
        assert "navy" in {hit.passage.article_id for hit in told}
        assert len(told) == 3

    def test_search_and_evaluations_rank_every_article(self, desk):
        question = "Who is the most senior defector?"
        assert {hit.passage.article_id for hit in desk.search(question, 30)} == {row[0] for row in ROWS}
        sought = desk.seek(question, depth=30)
        assert {hit.passage.article_id for hit in sought.hits} == {row[0] for row in ROWS}
        (reply,) = desk.tell([sought], 10)
        assert all(quote.also_in == () for quote in reply.quotes)
        assert sum(YANEZ in quote.text for quote in reply.quotes) > 1

    def test_what_only_an_earlier_version_says_is_quoted_from_it(self, desk):
        quotes = desk.ask("Which aide called Ruben Solis defected in secret?").quotes
        assert (quotes[0].article.id, EARLY in quotes[0].text, quotes[0].also_in) == ("first", True, ())

    @pytest.mark.parametrize(
        ("where", "shown"),
        [
            (Filter(source="post"), "wire2"),
            (Filter(until="2026-01-05"), "wire1"),
            (Filter(source="Ledger", until="2026-01-05"), "first"),
        ],
    )
    def test_a_filter_that_leaves_out_the_article_shown_shows_another(self, desk, where, shown):
        first = desk.ask("Who is the most senior defector?", where=where).quotes[0]
        assert (first.article.id, YANEZ in first.text) == (shown, True)
        # The others are named all the same: the filter says who may answer.
        assert first.also_in[0].article_id == "main"

    def test_an_outlet_named_in_the_question_is_quoted(self, desk):
        reply = desk.ask("What does Reuters say about the most senior defector?")
        assert (reply.searched_in, reply.quotes[0].article.id) == ("Reuters", "wire1")

    @pytest.mark.slow
    def test_a_sentence_is_weighed_once_though_its_copy_stands_beside_words_of_its_own(self, tmp_path):
        settings = Settings(home=tmp_path / "home", answer_at=0, related_at=0)
        with pytest.MonkeyPatch.context() as patch:
            stand_in(patch, FakeModel())
            build.index([corpus(tmp_path / "articles", *ROWS)], settings)
            qa = Live(settings).qa()
            # The whole of each article is one passage, so that of the earlier version is read for its own sentence.
            sought = qa.seek("Who is the most senior defector?", once=True)
            assert {hit.passage.article_id for hit in sought.hits} == {"main", "first", "wire3", "navy"}
            quotes = qa.tell([sought], 20)[0].quotes
            assert [quote.article.id for quote in quotes if YANEZ in quote.text] == ["main"]
            assert qa.ask("Which aide called Ruben Solis defected in secret?").quotes[0].article.id == "first"

    def test_without_copies_the_search_is_the_other_one(self, desk):
        class Inner:
            name, parts = "inner", ()

            def search(self, question, k, where=None):
                return [question, k, where]

        class Bare:
            has_copies = False

        assert Once(Inner(), Bare()).search("q", 3, Filter(source="x")) == ["q", 3, Filter(source="x")]

    def test_the_index_and_the_reply_can_be_verified(self, desk, tmp_path):
        verify.check_index(desk.settings)
        given = desk.ask("Who is the most senior defector?").to_json()
        file = tmp_path / "replies.jsonl"
        file.write_text(json.dumps(given) + "\n", encoding="utf-8")
        assert [fault for _, fault in verify.check_replies(file, desk.settings)] == [None] * len(given["quotes"])
        given["quotes"][0]["also_in"][0]["start"] += 1
        file.write_text(json.dumps(given) + "\n", encoding="utf-8")
        faults = [fault for _, fault in verify.check_replies(file, desk.settings)]
        assert faults[0].startswith("article wire1 does not say the same at ")

    def test_the_corpus_tells_the_story_in_order(self, desk):
        assert [each.id for each in desk.corpus.copies("main")] == ["wire1", "wire3", "wire2", "first"]
        assert [each.id for each in desk.corpus.copies("wire3", 2)] == ["main", "wire1"]
        assert desk.corpus.shown_before("wire2") == ["main", "wire1", "wire3"]
        assert desk.corpus.shown_before("wire2", Filter(source="times")) == ["wire3"]
        assert desk.corpus.shown_before("main") == desk.corpus.shown_before("navy") == []
        assert isinstance(desk.corpus, Corpus)


def quoted(*names):
    article = made("a", ["Gen Francisco Yanez defected."])
    copies = tuple(Copy(name, Byline(f"Head {name}", None, "2026-01-05", name), None, None, 3, 9) for name in names)
    return Quote(article, 0, len(article.text), 0.5, also_in=copies)


class TestShowing:
    def test_the_object_of_a_copy(self):
        byline = Byline("Head", "A. B.", "2026-01-05", "Wire", "https://wire.example/1")
        assert replace(quoted(), also_in=(Copy("b", byline, "/f.zip", "b.txt", 3, 9),)).to_json()["also_in"] == [
            {
                "article_id": "b",
                "title": "Head",
                "source": "Wire",
                "published": "2026-01-05",
                "url": "https://wire.example/1",
                "path": "/f.zip",
                "member": "b.txt",
                "start": 3,
                "end": 9,
            }
        ]

    def test_in_a_terminal(self):
        from qa.reply import Reply

        shown = terminal.reply(Reply("who?", "answered", 0.9, (quoted("Wire", "Post"),)))
        assert "\n      also in Wire · 2026-01-05 · Wire; Post · 2026-01-05 · Post\n" in shown
        assert "also in" not in terminal.reply(Reply("who?", "answered", 0.9, (quoted(),)))

    def test_on_a_card_a_few_by_name_and_the_others_behind_a_summary(self):
        card = cards.card(quoted("Wire"), 1, None)
        link = '<a href="/article?id=Wire&amp;start=3&amp;end=9#quote">Wire</a>'
        assert f'<div class="also">Also in {link}, <time>5 January 2026</time></div>' in card
        assert "summary>and" not in card
        many = cards.card(quoted(*"ABCDE"), 1, None)
        assert many.count('class="also"') == 1
        assert "<summary>and 2 more</summary><ul><li><a" in many
        assert many.index(">C</a>") < many.index("<summary>and 2 more") < many.index(">D</a>")
        assert "also" not in cards.card(quoted(), 1, None)

    def test_what_a_copy_is_called_is_escaped(self):
        evil = Byline("<script>alert(1)</script>", outlet=None)
        card = cards.card(replace(quoted(), also_in=(Copy('"><b>', evil, None, None, 0, 1),)), 1, None)
        assert "<script>" not in card
        assert '"><b>' not in card.split('class="also"')[1]
