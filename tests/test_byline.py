"""Questions about the byline are told from questions about the news, and answered by the byline's own lines."""

import pytest

from index.article import Article, Byline, Kind, Mark
from qa.byline import Wanted, missing, quote, wanted

TITLE, AUTHOR, DATE = Kind.TITLE, Kind.AUTHOR, Kind.DATE


@pytest.mark.parametrize(
    ("question", "kinds", "about"),
    [
        ("Who wrote this article?", (AUTHOR,), ""),
        ("who wrote this", (AUTHOR,), ""),
        ("Who is the author of this piece?", (AUTHOR,), ""),
        ("By whom was this story written?", (AUTHOR,), ""),
        ("Who is the reporter?", (AUTHOR,), ""),
        ("When was this article published?", (DATE,), ""),
        ("What is the publication date of this story?", (DATE,), ""),
        ("What date was it published?", (DATE,), ""),
        ("What is the headline of this article?", (TITLE,), ""),
        ("What is this article called?", (TITLE,), ""),
        ("Who wrote this article, and when was it published?", (AUTHOR, DATE), ""),
        ("Who wrote about the Venezuelan defections?", (AUTHOR,), "venezuelan defections"),
        ("Who wrote “Trump in contact with Venezuelan military”?", (AUTHOR,), "trump in contact with venezuelan"),
    ],
)
def test_a_question_about_the_byline_is_known(question, kinds, about):
    found = wanted(question)
    assert found is not None
    assert found.kinds == kinds
    # Words of the frame may be left over; the words that name the article must be there.
    assert about in found.about


@pytest.mark.parametrize(
    "question",
    [
        "Who defected?",
        "When did Guaido declare himself president?",
        "When was Maduro sworn in?",
        "What did the defence minister say?",
        "Who wrote Hamlet?",
        "What is the title of the new president?",
        "Who is the leader of the opposition?",
        "Who is the reporter held in Caracas?",
        "When was the video posted?",
        "How old is Guaido?",
        "",
    ],
)
def test_a_question_about_the_news_is_not(question):
    assert wanted(question) is None


TEXT = "Head line\n\nAndrew Buncombe\nFriday 08 February 2019\n\nBody.\n\nBy someone else"
MARKS = (Mark(TITLE, 0, 9), Mark(AUTHOR, 11, 26), Mark(DATE, 27, 50), Mark(AUTHOR, 59, 74))
ARTICLE = Article("a1", TEXT, Byline("Head line", "Andrew Buncombe", "2019-02-08"), MARKS)


def words(*kinds):
    return [each.text for each in quote(ARTICLE, kinds)]


def test_neighbouring_lines_are_one_quote_and_distant_ones_several():
    assert words(AUTHOR) == ["Andrew Buncombe", "By someone else"]
    assert words(AUTHOR, DATE) == ["Andrew Buncombe\nFriday 08 February 2019", "By someone else"]
    assert words(DATE, TITLE) == ["Head line", "Friday 08 February 2019"]


def test_a_byline_quote_is_a_slice_that_passes_the_check():
    (found,) = quote(ARTICLE, (DATE,))
    assert (found.start, found.end, found.ranks) == (27, 50, {})
    assert found.check(ARTICLE.sha256) is found


def test_an_article_that_does_not_state_it_gives_no_quote():
    bare = Article("a2", "Body.", Byline("notes.txt", author="A. B.", provenance={"author": "json-ld"}))
    assert quote(bare, (AUTHOR,)) == []
    assert missing(bare, (AUTHOR, DATE)) == (
        "The text of “notes.txt” does not say who wrote it or when it was published. Its record says: A. B.."
    )


def test_wanted_is_a_value():
    assert wanted("Who wrote this?") == Wanted((AUTHOR,), wanted("Who wrote this?").about)
