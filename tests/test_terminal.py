"""What a terminal is given can neither move its cursor nor reverse its reading order."""

from dataclasses import replace

import pytest

from index.article import Article, Byline, Kind, Mark, Passage
from index.corpus import Entry
from qa import terminal
from qa.reply import Hit, Quote, Reply

EVIL = "a\x1b[2Jb\x9b31mc\u202ed\u2066e\x00f\x07g\rh"
SHOWN = "a\ufffd[2Jb\ufffd31mc\ufffdd\ufffde\ufffdf\ufffdg\ufffdh"
TEXT = f"{EVIL}\n\nGen Francisco Yanez defected. 😀"
ARTICLE = Article(EVIL, TEXT, Byline(EVIL, EVIL, EVIL, EVIL, EVIL, {"title": "text"}), (Mark(Kind.TITLE, 0, 5),), EVIL)
QUOTE = Quote(ARTICLE, 0, len(TEXT), 0.5, {"dense": 1})
PASSAGE = Passage(EVIL, 0, 0, len(TEXT), TEXT, ((0, len(TEXT)),), 1)


def test_control_and_direction_characters_become_visible():
    assert terminal.safe(EVIL) == SHOWN


def test_what_is_one_line_stays_one():
    assert terminal.line(f"{EVIL}\nEverything is fine.") == f"{SHOWN}\ufffdEverything is fine."
    evil = "a.txt\n  forged"
    article = Article(evil, "Words.", Byline(evil, evil, evil), path=evil)
    for shown in (
        terminal.article(article),
        terminal.reply(Reply("?", "answered", 0.9, (Quote(article, 0, 6, 0.5, {}),))),
        terminal.entries([Entry("1", article.byline, evil, None, 1, 1)]),
    ):
        assert "a.txt" in shown
        assert "\n  forged" not in shown


def test_lines_tabs_and_every_script_stay():
    kept = "One\n\ttwo é 😀 👩‍🚀 עברית"
    assert terminal.safe(kept) == kept


@pytest.mark.parametrize(
    "shown",
    [
        terminal.reply(Reply(EVIL, "answered", 0.9, (QUOTE,), searched_for=EVIL, searched_in=EVIL)),
        terminal.reply(Reply(EVIL, "related", 0.2, (), (QUOTE,), reason=EVIL)),
        terminal.hits([Hit(PASSAGE, 1.0, {"dense": 1}, {"dense": 1.0})]),
        terminal.article(ARTICLE),
        terminal.entries([Entry(EVIL, ARTICLE.byline, EVIL, EVIL, 10, 1)]),
    ],
    ids=["answer", "refusal", "hits", "article", "list"],
)
def test_nothing_that_is_shown_carries_them(shown):
    assert not set("\x1b\x9b\u202e\u2066\x00\x07\r") & set(shown)
    assert "\ufffd" in shown


def test_an_outlet_named_in_the_question_is_told():
    shown = terminal.reply(Reply("q", "answered", 0.9, (quoted(),), searched_for="who?", searched_in="Reuters"))
    assert shown.startswith("Searched for: who?\n\nSearched only: Reuters\n\n")


def quoted():
    article = Article("id7", "He left. Gen Francisco Yanez defected.", Byline("Head", "A. B.", "2019-02-08", "Out"))
    return Quote(article, 9, 38, 0.5)


def test_an_answer_shows_words_source_place_and_confidence():
    assert terminal.reply(Reply("who?", "answered", 0.874, (quoted(),))) == (
        "  Gen Francisco Yanez defected.\n    — Head · Out · A. B. · 2019-02-08\n      id7, 9-38\n\n"
        "Confidence that the first quote answers: 87%."
    )


def test_a_quote_from_a_document_with_pages_names_its_page():
    article = replace(quoted().article, pages=(0, 9))
    shown = terminal.reply(Reply("who?", "answered", 0.874, (replace(quoted(), article=article),)))
    assert "\n      id7, p. 2, 9-38\n" in shown


def test_passages_that_may_answer_stand_below_words_that_say_so():
    shown = terminal.reply(
        Reply("who?", "related", 0.2, (), (quoted(),), reason="No passage surely answers; these may.")
    )
    assert shown.startswith("No passage surely answers; these may.\n\n  Gen Francisco Yanez defected.\n")
    assert "Confidence" not in shown


@pytest.mark.parametrize(
    ("asked", "sought", "line"),
    [
        ("who?", None, "qa search 'who?'"),
        ("who left", None, "qa search 'who left'"),
        ("and he?", "and Yanez?", "qa search 'and Yanez?'"),
        ("who's $HOME?", None, "qa search 'who'\"'\"'s $HOME?'"),
    ],
)
def test_below_words_that_say_no_stand_no_passages_but_the_command_that_shows_them(asked, sought, line):
    given = Reply(asked, "nothing", 0.01, (), (quoted(),), "These articles do not say.", sought)
    shown = terminal.reply(given)
    assert "Gen Francisco Yanez" not in shown
    assert shown.endswith(f"These articles do not say.\n\nWhat came nearest: {line}")
    assert terminal.reply(replace(given, related=())).endswith("do not say.")


def test_an_article_shows_what_is_never_quoted_between_brackets():
    article = Article(
        "id7", "Head\n\nBody here.", Byline("Head", provenance={"title": "text"}), (Mark(Kind.TITLE, 0, 4),)
    )
    shown = "id7  \nHead\n  language: not sure, treated as English\n  title from text\n\n[title: Head]\n\nBody here."
    assert terminal.article(article) == shown
    assert "\n  language: de\n" in terminal.article(replace(article, language="de"))


def test_the_list_gives_a_line_an_article():
    entries = [
        Entry("x1", Byline("Dated", published="2019-02-08T18:38:00+00:00", outlet="Out"), None, None, 9, 1),
        Entry("x2", Byline("Undated"), None, None, 9, 1),
    ]
    assert terminal.entries(entries) == "x1  2019-02-08  Dated (Out)\nx2  undated     Undated"
    assert terminal.entries([]) == "There are no articles."


def test_hits_give_rank_score_and_place():
    passage = Passage("id7", 0, 9, 38, "Gen Francisco Yanez defected.", ((9, 38),), 1)
    assert terminal.hits([Hit(passage, 0.98765, {"dense": 2, "lexical": 1})]) == (
        "1. 0.988  id7  9-38  dense 2, lexical 1\n  Gen Francisco Yanez defected."
    )
    assert terminal.hits([]) == "Nothing was found."


def test_the_answers_words_stand_under_an_answer_and_under_nothing_else():
    start = TEXT.index("Gen")
    quote = Quote(ARTICLE, start, len(TEXT), 0.5, {"dense": 1}, (start, start + 19))
    assert "\n    Answer: Gen Francisco Yanez\n" in terminal.reply(Reply("Who?", "answered", 0.9, (quote,)))
    assert "Answer:" not in terminal.reply(Reply("Who?", "related", 0.2, (), (quote,), reason="No."))
    assert "Answer:" not in terminal.reply(Reply("Who?", "answered", 0.9, (QUOTE,)))
