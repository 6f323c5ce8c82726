"""Heads of plain texts: who wrote it, for whom and when, however the lines say it; and what only looks so."""

from pathlib import Path

import pytest
from conftest import FakeEmbedder
from loading import P1, P2, P3, draft

from index.article import Article, Byline, Draft
from index.chunk import chunk
from index.clean import clean
from index.head import stands_alone
from index.imprint import is_outlet, read_line

PROSE = f"{P1}\n\n{P2}\n\n{P3}"
TITLE = "Bridge to close for a year"


def cleaned(text: str) -> Article:
    return clean(Draft(text=text, byline=Byline("")), Path("/cuttings/cutting.txt"))


def stated(article: Article) -> tuple[str, str | None, str | None, str | None]:
    byline = article.byline
    return byline.title, byline.author, byline.outlet, byline.published


def running(article: Article) -> str:
    """What may be quoted."""
    passages = chunk(article, FakeEmbedder(), 400)
    return " ".join(article.text[a:b] for a, b in sorted({span for one in passages for span in one.sentences}))


HEADS = [
    f"{TITLE}\n\nAnna Berg\nThe Guardian, Friday 8 February 2019",
    f"{TITLE}\n\nAnna Berg / The Guardian, Friday 8 February 2019",
    f"{TITLE}\nAuthor: Anna Berg\nDate: 8 February 2019\nSource: The Guardian",
    f"Source: The Guardian\nDate: Friday 8 February 2019\nAuthor: Anna Berg\n\n{TITLE}",
    f"Title: {TITLE}\nPublished: 2019-02-08\nOutlet: The Guardian\nBy: Anna Berg",
    f"{TITLE}\n\nAnna Berg, The Guardian\n8 February 2019",
    f"The Guardian\n\n{TITLE}\n\nBy Anna Berg\n8 February 2019",
    f"{TITLE}\n\nBy Anna Berg, The Guardian, Fri 8 Feb 2019",
    f"{TITLE}\n\nAnna Berg (The Guardian)\n\nFebruary 8, 2019",
    f"{TITLE}\n\nThe Guardian | 8 February 2019\nBy Anna Berg",
    f"{TITLE}\n\n8 February 2019 | Anna Berg | The Guardian",
    f"Anna Berg\nThe Guardian, Friday 8 February 2019\n\n{TITLE}",
    f"{TITLE}\n\nBy Anna Berg for The Guardian\n\nFriday, February 8, 2019",
    f"The Guardian – 8 February 2019\n{TITLE}\nBy Anna Berg",
    f"{TITLE}\n\nAnna Berg\nThe Guardian\n8 February 2019",
    f"{TITLE}\n\nWritten by: Anna Berg\nPublished in: The Guardian\nPublished on: 8 February 2019",
    f"{TITLE}\nSource: The Guardian, 8 February 2019\nAuthor: By Anna Berg",
    f"{TITLE}\n\nBy Anna Berg in Oslo, The Guardian — 8 February 2019",
]


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("gap", ["\n\n", "\n\n\n"])
def test_a_head_of_plain_text_names_author_outlet_and_day(head: str, gap: str) -> None:
    article = cleaned(f"{head}{gap}{PROSE}")
    assert stated(article) == (TITLE, "Anna Berg", "The Guardian", "2019-02-08")
    assert set(article.byline.provenance.values()) == {"text"}
    assert running(article) == " ".join(PROSE.split())


WRAPPED = """\
The council voted on Tuesday to close the bridge for a year while its
cables are replaced. Engineers found rust in three of the four towers
in March, and the repairs will cost about twelve million pounds, the
mayor told a meeting of shopkeepers that filled the hall and the stairs
outside it until late in the evening of the same long day.

Ferries will run every ten minutes until midnight, and the toll road to
the north will be free of charge on working days until the works are
over, which may be in May, or in June, or when nobody remembers any more
what the old towers looked like."""


@pytest.mark.parametrize("head", HEADS[:4] + HEADS[5:6])
def test_a_head_over_lines_that_are_wrapped(head: str) -> None:
    assert stated(cleaned(f"{head}\n\n{WRAPPED}")) == (TITLE, "Anna Berg", "The Guardian", "2019-02-08")


@pytest.mark.parametrize(
    ("line", "outlet"),
    [
        ("Norland Times, 8 February 2019", "Norland Times"),
        ("The Solby Herald, Sunday 3 March 2019", "The Solby Herald"),
        ("THE OSTREVIK GAZETTE | 8 Feb 2019", "THE OSTREVIK GAZETTE"),
        ("BBC News, 8 February 2019", "BBC News"),
        ("Agence France-Presse – 8 February 2019", "Agence France-Presse"),
        ("norlandtoday.example, 8 February 2019", "norlandtoday.example"),
        ("Le Monde, 8 février 2019", "Le Monde"),
        ("Frankfurter Allgemeine Zeitung, 8. Februar 2019", "Frankfurter Allgemeine Zeitung"),
        ("The Atlantic, 8 February 2019", "The Atlantic"),
        ("NRK, 8 February 2019", "NRK"),
        ("Times of Norland, 8 February 2019", "Times of Norland"),
        ("Independent, Friday 08 February 2019 18:38 GMT", "Independent"),
    ],
)
def test_outlets_beside_a_day(line: str, outlet: str) -> None:
    article = cleaned(f"{TITLE}\n\nTom Hull\n{line}\n\n{PROSE}")
    assert (article.byline.author, article.byline.outlet) == ("Tom Hull", outlet)
    assert (article.byline.published or "")[:4] == "2019"


@pytest.mark.parametrize(
    ("line", "author", "outlet"),
    [
        ("Anna Berg and Tom Hull, Norland Times", "Anna Berg and Tom Hull", "Norland Times"),
        ("Anna Berg, Political Editor, The Norland Times", "Anna Berg", "The Norland Times"),
        ("By ANNA BERG, Associated Press", "ANNA BERG", "Associated Press"),
        ("By Anna Berg of the Solby Courier", "Anna Berg", "The Solby Courier"),
        ("The Solby Courier / Anna Berg", "Anna Berg", "The Solby Courier"),
        ("Author: Staff", None, None),
        ("Source: Norland Now", None, "Norland Now"),
        ("Source: https://norland.example/bridge", None, None),
    ],
)
def test_lines_without_a_day(line: str, author: str | None, outlet: str | None) -> None:
    article = cleaned(f"{TITLE}\n\n{line}\n\n{PROSE}")
    assert stated(article) == (TITLE, author, outlet, None)
    assert running(article) == " ".join(PROSE.split())
    assert article.byline.url == ("https://norland.example/bridge" if "https" in line else None)


@pytest.mark.parametrize(
    "line",
    [
        "The Guardian, 8 February 2019, said so.",
        "London, Friday 8 February 2019",
        "The Hague, 8 February 2019",
        "Austin, TX, 8 February 2019",
        "World News, 8 February 2019",
        "Anna Berg, Oslo",
        "Anna Berg, feared lost",
        "Donald Trump, the president",
        "Source: a spokesman for the council who was not named",
        "Author: the man who wrote all of it down in the winter before he died, and more",
        "Date: to be announced",
        "Sources say the mayor will resign",
        "The guardian of the bridge",
        "From the times of the ferries",
        "Anna Sun, 8 February 2019",
        "Interview: Anna Berg",
    ],
)
def test_what_only_looks_like_such_a_line_names_no_outlet(line: str) -> None:
    assert cleaned(f"{TITLE}\n\n{line}\n\n{PROSE}").byline.outlet is None
    assert (found := read_line(line)) is None or found.outlet is None


@pytest.mark.parametrize(
    "sentence",
    [
        "Anna Berg, The Guardian reported on Friday, was the first to cross the bridge after it had been opened again.",
        "The Norland Times, 8 February 2019: that is what the stone in the churchyard says, and nothing else at all.",
        "Source: The Guardian is what the leaflet said, but nobody at the paper had ever written one word of it.",
        "By Friday 8 February 2019, The Guardian had sold more copies of its story about the bridge than of any other.",
    ],
)
def test_a_first_sentence_that_opens_like_a_byline_is_text(sentence: str) -> None:
    article = cleaned(f"{TITLE}\n\n{sentence}\n\n{PROSE}")
    assert stated(article) == (TITLE, None, None, None)
    assert running(article) == " ".join(f"{sentence}\n\n{PROSE}".split())


@pytest.mark.parametrize(
    "title", ["Good News", "The Last Post", "Daily Bread", "The Guardian of the North", "Breaking News", "Donald Trump"]
)
def test_a_short_title_is_no_outlet(title: str) -> None:
    assert stated(cleaned(f"{title}\n\n{PROSE}")) == (title, None, None, None)


@pytest.mark.parametrize(
    "name", ["The Guardian", "Reuters", "BBC", "Washington Post", "Solby Courier", "THE NORLAND HERALD"]
)
def test_an_outlet_alone_on_the_first_line_over_a_title(name: str) -> None:
    assert stated(cleaned(f"{name}\n\n{TITLE}\n\n{PROSE}")) == (TITLE, None, name, None)
    assert cleaned(f"{name}\n{TITLE}\nBy Anna Berg\n\n{PROSE}").byline.outlet == name


@pytest.mark.parametrize(
    "line",
    [
        "(The Guardian, 8 February 2019)",
        "From The Guardian, 8 February 2019",
        "Published in The Guardian on 8 February 2019",
        "Date: 8 February 2019 | Source: The Guardian",
        "Source: The Guardian; Date: 8 February 2019",
    ],
)
def test_an_outlet_and_a_day_without_an_author(line: str) -> None:
    article = cleaned(f"{TITLE}\n\n{line}\n\n{PROSE}")
    assert stated(article) == (TITLE, None, "The Guardian", "2019-02-08")
    assert running(article) == " ".join(PROSE.split())


def test_a_section_over_the_title_is_no_outlet() -> None:
    article = cleaned(f"WORLD NEWS\n\n{TITLE}\n\nBy Anna Berg\n8 February 2019\n\n{PROSE}")
    assert article.byline.outlet is None


def test_the_words_of_a_day_and_of_an_author_are_their_marks() -> None:
    article = cleaned(f"{TITLE}\n\nAnna Berg, Norland Times | 8 February 2019\n\n{PROSE}")
    assert [(mark.kind.value, article.text[mark.start : mark.end]) for mark in article.marks] == [
        ("title", TITLE), ("author", "Anna Berg, Norland Times"), ("date", "8 February 2019"),
    ]  # fmt: skip


def test_labels_in_the_middle_of_a_text_name_nothing() -> None:
    article = cleaned(f"{TITLE}\n\n{P1}\n\n{P2}\n\n{P3}\n\nSource: The Guardian\n\n{P1}")
    assert stated(article) == (TITLE, None, None, None)


@pytest.mark.parametrize(
    "head",
    [
        "By Anna Berg\nThe Guardian, Friday 8 February 2019",
        "**Author:** Anna Berg\n**Source:** The Guardian\n**Date:** 8 February 2019",
        "*Anna Berg, The Guardian*\n\n8 February 2019",
    ],
)
def test_a_head_in_markdown(tmp_path: Path, head: str) -> None:
    path = tmp_path / "a.md"
    article = clean(draft(path, f"# {TITLE}\n\n{head}\n\n{PROSE}\n"), path)
    assert stated(article) == (TITLE, "Anna Berg", "The Guardian", "2019-02-08")
    assert running(article) == " ".join(PROSE.split())


def test_what_stands_alone_in_a_wrapped_text() -> None:
    lines = ["Anna Berg, The Guardian", "Source: Reuters", "Anna Berg", "Source: he"]
    assert [stands_alone(line) for line in lines] == [
        True, True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize("words", ["", "the ", "The", ".", "8", "The Times " * 30, "a.b", "()"])
def test_no_words_break_it(words: str) -> None:
    assert not is_outlet(words, beside=False) or words == "a.b"
    assert read_line(words) is None
