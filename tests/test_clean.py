"""What cleaning marks and what byline it reads, on articles of many shapes."""

import hashlib
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Article, Byline, Draft, Kind, Mark
from index.byline import host_of
from index.clean import clean
from index.dates import is_date, read_date

SEED = Path(__file__).parent.parent / "seeds" / "000_b3e21ba628e36f15.txt"

P1 = "The council voted on Tuesday to close the bridge for a year while its cables are replaced."
P2 = "Engineers found rust in three of the four towers in March. Repairs will cost about £12m, the mayor said."
P3 = "“We had no choice,” she told reporters, adding that ferries would run every ten minutes until midnight."
PROSE = f"{P1}\n\n{P2}\n\n{P3}"


def cleaned(text: str, name: str = "/articles/cutting.txt") -> Article:
    return clean(Draft(text=text, byline=Byline("")), Path(name))


def marked(article: Article) -> list[tuple[str, str]]:
    return [(mark.kind.value, article.text[mark.start : mark.end]) for mark in article.marks]


def test_the_seed_article() -> None:
    text = SEED.read_text(encoding="utf-8")
    article = clean(Draft(text=text, byline=Byline("")), SEED)
    lines = text.split("\n")
    assert article.text == text
    assert article.byline == Byline(
        title=lines[0],
        author="Andrew Buncombe",
        published="2019-02-08T18:38:00+00:00",
        outlet="Independent",
        provenance=dict.fromkeys(("title", "author", "published", "outlet"), "text"),
    )
    marks = marked(article)
    assert marks[:5] == [
        ("title", lines[0]),
        ("standfirst", lines[2].strip()),
        ("author", "Andrew Buncombe"),
        ("date", "Friday 08 February 2019 18:38 GMT"),
        ("caption", "Venezuela: Maduro blockades bridge to stop humanitarian aid entering country"),
    ]
    assert marks[5:] == [
        ("caption", "Peter Stubley Venezuela air force general defects and urges people to take part in protests"),
        ("furniture", text[text.index("Join our commenting forum") :].rstrip("\n")),
    ]
    assert article.id == hashlib.sha256(f"Independent\0{text}".encode()).hexdigest()[:16]
    assert article.path == str(SEED)


def test_a_wire_story_with_dateline_and_closing_credit() -> None:
    article = cleaned(
        "Bridge to close for a year\n\nFeb 8, 2019\n\nOSLO, Feb 8 (Reuters) - " + PROSE
        + "\n\n(Reporting by Anna Berg in Oslo; Editing by Tom Hull)"
    )  # fmt: skip
    assert (article.byline.outlet, article.byline.author) == ("Reuters", "Anna Berg")
    assert article.byline.published == "2019-02-08"
    assert marked(article) == [
        ("title", "Bridge to close for a year"),
        ("date", "Feb 8, 2019"),
        ("author", "(Reporting by Anna Berg in Oslo; Editing by Tom Hull)"),
    ]


HARD_WRAPPED = """Bridge to close for a year while its
rusting cables are replaced
By Anna Berg and Tom Hull
8 February 2019

The council voted on Tuesday to close the bridge for a year while its
cables are replaced. Engineers found rust in three of the four towers in
March

and the repairs will cost about twelve million pounds, the mayor told a
meeting of shopkeepers that filled the hall and the corridor outside it.

Ferries will run every ten minutes until midnight, and the toll road to
the north will be free of charge on working days until the works are
over.

An artist's view of the new cables

Nobody at the meeting asked what would happen to the fish market, which
has stood under the northern tower since the bridge was opened.
"""


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    article = cleaned(HARD_WRAPPED)
    assert article.byline.title == "Bridge to close for a year while its rusting cables are replaced"
    assert article.byline.author == "Anna Berg and Tom Hull"
    assert [kind for kind, _ in marked(article)] == ["title", "author", "date", "caption"]
    assert marked(article)[-1][1] == "An artist's view of the new cables"


def test_one_line_end_between_paragraphs() -> None:
    article = cleaned(f"Bridge closed\nBy Anna Berg, Transport Correspondent\n{P1}\nThe northern tower\n{P2}\n{P3}")
    assert article.byline.author == "Anna Berg"
    assert marked(article) == [
        ("title", "Bridge closed"),
        ("author", "By Anna Berg, Transport Correspondent"),
        ("caption", "The northern tower"),
    ]


def test_lists_are_running_text() -> None:
    items = "\n\n".join(["- the northern tower", "• the toll house", "3. the fish market", "a) the pier"])
    bare = "\n\n".join(["Flour", "Butter", "Three eggs", "A pinch of salt"])
    article = cleaned(f"What will close\n\n{P1}\n\n{items}\n\n{P2}\n\n{bare}\n\n{P3}\n\nYou need:\n\nA rope\n\n{P1}")
    assert marked(article) == [("title", "What will close")]


def test_a_standfirst_may_end_in_a_full_stop_before_the_byline() -> None:
    article = cleaned(f"Bridge to close\n\n{P1}\n\nBy Anna Berg\n\n{PROSE}")
    assert marked(article) == [("title", "Bridge to close"), ("standfirst", P1), ("author", "By Anna Berg")]


def test_an_interview_keeps_its_questions_and_short_answers() -> None:
    turns = [f"Verbatim: {P1[:-1]}?", "Mayor: Not at all", f"Verbatim: {P2}", "Mayor: Ask the engineers", P3]
    article = cleaned("“I had no choice”: the mayor speaks\n\nInterview: Tom Hull\n\n" + "\n\n".join(turns * 2))
    assert marked(article)[0] == ("title", "“I had no choice”: the mayor speaks")
    assert all(
        start.kind is not Kind.CAPTION or "Mayor" not in article.text[start.start : start.end]
        for start in article.marks
    )
    assert len(article.marks) <= 2


def test_without_a_headline_the_file_names_it() -> None:
    article = cleaned(PROSE, "/articles/2019-02-08-bridge.txt")
    assert article.marks == ()
    assert article.byline == Byline(
        title="2019-02-08-bridge",
        published="2019-02-08",
        provenance={"title": "file name", "published": "file name"},
    )


def test_german_text() -> None:
    article = cleaned(
        "Brücke wird für ein Jahr gesperrt\n\nVon Anna Große und Karl-Heinz von der Tann\n\n"
        "8. Februar 2019, 18.38 Uhr MEZ\n\n"
        "Der Stadtrat hat am Dienstag beschlossen, die Brücke für ein Jahr zu sperren, weil die Seile rosten.\n\n"
        "Die Arbeiten kosten zwölf Millionen Euro. „Wir hatten keine Wahl“, sagte die Bürgermeisterin am Abend.\n\n"
        "Blick auf den Nordturm. Foto: dpa\n\n"
        "Bis Mitternacht sollen Fähren im Abstand von zehn Minuten fahren, und die Maut entfällt an Werktagen.\n\n"
        "Lesen Sie auch: Wie der Rost in die Türme kam"
    )
    assert article.byline.author == "Anna Große und Karl-Heinz von der Tann"
    assert article.byline.published == "2019-02-08T18:38:00+01:00"
    assert [kind for kind, _ in marked(article)] == ["title", "author", "date", "caption", "furniture"]
    assert marked(article)[3][1] == "Blick auf den Nordturm. Foto: dpa"


def test_french_date_and_author() -> None:
    article = cleaned(f"Le pont ferme\n\nPar Zoé de la Tour | 8 février 2019\n\n{PROSE}")
    assert (article.byline.author, article.byline.published) == ("Zoé de la Tour", "2019-02-08")
    assert marked(article)[1:] == [("author", "Par Zoé de la Tour"), ("date", "8 février 2019")]


def test_a_letter_keeps_salutation_and_signature() -> None:
    article = cleaned(f"Dear Editor,\n\n{PROSE}\n\nYours faithfully,\n\nAnna Berg\n\nOslo")
    assert article.marks == ()
    assert article.byline == Byline(title="cutting", provenance={"title": "file name"})


@pytest.mark.parametrize(
    "text", ["Milk, bread, call the bank", "Buy milk\nCall Anna Berg\nFriday", "", "   \n\n", "A single sentence."]
)
def test_notes_without_running_text_stay_unmarked(text: str) -> None:
    assert cleaned(text).marks == ()


def test_verse_stays_unmarked_after_its_title() -> None:
    verse = "Two roads diverged in a yellow wood\nAnd sorry I could not travel both\nAnd be one traveler"
    assert cleaned(f"The Road\n\n{verse}\n\n{verse}").marks == ()


def test_captions_only_where_the_rest_is_prose() -> None:
    assert marked(cleaned(f"Bridge\n\n{P1}\n\nThe northern tower\n\n{P2}")) == [("title", "Bridge")]
    assert marked(cleaned(f"Bridge\n\n{P1}\n\nThe northern tower\n\n{P2}\n\n{P3}"))[1:] == [
        ("caption", "The northern tower")
    ]


def test_credited_captions_end_in_a_full_stop() -> None:
    credited = ["The tower in May. Photograph: Anna Berg/Getty Images.", "Ferries on the river on Monday. (Reuters)"]
    article = cleaned(f"Bridge\n\n{P1}\n\n{credited[0]}\n\n{P2}\n\n{credited[1]}\n\n{P3}")
    assert marked(article)[1:] == [("caption", line) for line in credited]


def test_unfinished_speech_is_no_caption() -> None:
    lines = [
        "“We had no choice,” the mayor said",
        "“Over the past decade we have",
        "and so it went on",
        "He asked three things:",
        "According to the board:[41]",
    ]
    for line in lines:
        assert marked(cleaned(f"Bridge\n\n{P1}\n\n{line}\n\n{P2}\n\n{P3}")) == [("title", "Bridge")], line


def test_a_line_that_the_next_one_goes_on_from_is_no_caption() -> None:
    rest = "and the ferries of the southern bank, which had waited for it since the early morning, left at once."
    half = "The mayor opened the northern tower"
    assert marked(cleaned(f"Bridge\n\n{P1}\n\n{half}\n\n{rest}\n\n{P2}\n\n{P3}")) == [("title", "Bridge")]
    assert ("caption", half) in marked(cleaned(f"Bridge\n\n{P1}\n\n{half}\n\n{rest.capitalize()}\n\n{P2}\n\n{P3}"))


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement", "Share this article", "Read more: How the rust came", "Sign up for our morning newsletter",
        "© 2019 The Bridge Times Ltd", "This site uses cookies to make it better", "Follow us on Twitter",
        "Related articles",
    ],
)  # fmt: skip
def test_furniture_between_paragraphs(line: str) -> None:
    assert marked(cleaned(f"Bridge\n\n{P1}\n\n{line}\n\n{P2}"))[1:] == [("furniture", line)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Share prices fell by a third on Monday after the council voted to close the bridge for a year.",
        "Related costs will be borne by the county, which had asked for the works to begin in the autumn.",
        "Join the army, his father told him; he joined the ferry instead and stayed aboard for thirty years.",
        "Subscribe to the view that bridges last for ever, and you will be wrong within a hundred years.",
    ],
)
def test_sentences_that_open_like_furniture_stay(sentence: str) -> None:
    assert marked(cleaned(f"Bridge\n\n{P1}\n\n{sentence}\n\n{P2}")) == [("title", "Bridge")]


def test_what_follows_furniture_at_the_end_is_furniture_while_it_is_short() -> None:
    short = "Join our commenting forum\n\nAnna Berg was first to reply\n\nTom Hull replied to her on Friday"
    assert marked(cleaned(f"Bridge\n\n{P1}\n\n{short}"))[1:] == [("furniture", short)]
    names = "\n\n".join(f"Reader {number} replied" for number in range(60))
    article = cleaned(f"Bridge\n\n{P1}\n\nJoin our commenting forum\n\n{names}")
    assert marked(article)[1:] == [("furniture", "Join our commenting forum")]
    article = cleaned(f"Bridge\n\n{P1}\n\nAdvertisement\n\n{PROSE}")
    assert marked(article) == [("title", "Bridge"), ("furniture", "Advertisement")]


@pytest.mark.parametrize(
    ("text", "outlet"),
    [
        (f"OSLO (AP) — {PROSE}", "AP"),
        (f"{PROSE}\n\n© 2019 Guardian News & Media Limited", "Guardian News & Media"),
        (f"{PROSE}\n\nCopyright 2011 World Publishing Co. All rights reserved.", "World Publishing"),
        (f"{PROSE}\n\nJoin the conversation with other Independent readers", "Independent"),
        (f"{P1}\n\nThe mayor told Reuters that other Guardian readers had written to her about the bridge.", None),
        (f"{P1}\n\nThe ship (Reuters) - a ferry - was late, and nobody who waited for it on the pier minded.", None),
    ],
)
def test_outlet_only_where_the_text_names_its_own(text: str, outlet: str | None) -> None:
    assert cleaned(text).byline.outlet == outlet


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Andrew Buncombe", "Andrew Buncombe"),
        ("By ANDREW BUNCOMBE in Washington", "ANDREW BUNCOMBE"),
        ("Andrew Buncombe, Chief US Correspondent", "Andrew Buncombe"),
        ("By Anna Berg, Tom Hull and J. R. de la Cruz", "Anna Berg, Tom Hull and J. R. de la Cruz"),
        ("By Staff Reporter", None),
        ("By The Associated Press", None),
        ("By Norland Broadcasting Corporation", None),
        ("By Solby Media Group", None),
        ("By Harbour Works Ltd", None),
        ("By Nordbank AG", None),
        ("By Ministry of Fisheries", None),
        ("By CMS Import", None),
        ("By Mossa Ag Attaher", "Mossa Ag Attaher"),
        ("By Edwin Co and Jerome Bureau", "Edwin Co and Jerome Bureau"),
        ("Donald Trump", None),
        ("New York", None),
        ("By the river", None),
    ],
)
def test_author_lines(line: str, author: str | None) -> None:
    assert cleaned(f"Bridge to close for a year\n\n{line}\n\n{PROSE}").byline.author == author


def test_a_bare_name_needs_the_date_beside_it() -> None:
    assert cleaned(f"Bridge to close\n\nAnna Berg\n8 February 2019\n\n{PROSE}").byline.author == "Anna Berg"
    assert cleaned(f"Bridge to close\n\nAnna Berg, feared lost\n8 February 2019\n\n{PROSE}").byline.author is None
    assert cleaned(f"Bridge to close\n\nNew York\n8 February 2019\n\n{PROSE}").byline.author is None


@pytest.mark.parametrize(
    ("line", "iso"),
    [
        ("Friday 08 February 2019 18:38 GMT", "2019-02-08T18:38:00+00:00"),
        ("8 February 2019", "2019-02-08"),
        ("Feb. 8, 2019, 6:38 p.m. ET", "2019-02-08T18:38:00-05:00"),
        ("July 8, 2019, 6:38 p.m. ET", "2019-07-08T18:38:00-04:00"),
        ("Published: 18:38, 8 Feb 2019", "2019-02-08T18:38:00"),
        ("8 Feb 2019 10:00 IST", "2019-02-08T10:00:00"),
        ("8 Feb 2019 | Updated 9 Feb 2019", "2019-02-08"),
        ("13/04/2019", "2019-04-13"),
        ("08.02.2019", "2019-02-08"),
        ("2019-02-08T18:38:00Z", "2019-02-08T18:38:00+00:00"),
        ("2019-02-08T18:38:00.123+0100", "2019-02-08T18:38:00+01:00"),
        ("03/04/2019", None),
        ("Updated 9 Feb 2019", None),
        ("31 February 2019", None),
        ("May 2019", None),
        ("Monday", None),
        ("7-8 February 2019", None),
        ("In 2019 the bridge closed on 8 May", None),
    ],
)
def test_dates(line: str, iso: str | None) -> None:
    assert read_date(line) == iso


def test_ambiguous_and_update_dates_are_date_lines_all_the_same() -> None:
    assert [is_date(line) for line in ("03/04/2019", "Updated 9 Feb 2019", "May 2019", "Article 3")] == [
        True,
        True,
        False,
        False,
    ]
    article = cleaned(f"Bridge to close\n\n03/04/2019\n\n{PROSE}")
    assert (article.byline.published, marked(article)[1]) == (None, ("date", "03/04/2019"))


def test_as_given_drafts_are_left_alone() -> None:
    text = SEED.read_text(encoding="utf-8")
    article = clean(Draft(text=text, byline=Byline(""), as_given=True, id="d1"), SEED)
    assert (article.id, article.text, article.marks, article.byline) == ("d1", text, (), Byline(""))


def test_what_the_format_states_wins_and_its_marks_stay() -> None:
    text = f"The stated title\n\nBy Anna Berg\n\n{P1}\n\nA heading\n\n{P2}\n\nThe northern tower\n\n{P3}"
    heading = text.index("A heading")
    stated = Byline(
        "The stated title", author="Tom Hull", outlet="The Bridge Times", provenance={"title": "meta", "author": "meta"}
    )
    marks = (Mark(Kind.TITLE, 0, 16), Mark(Kind.CAPTION, heading, heading + 9))
    article = clean(Draft(text=text, byline=stated, marks=marks), Path("/a.html"))
    assert article.byline == stated
    assert marked(article) == [
        ("title", "The stated title"), ("author", "By Anna Berg"), ("caption", "A heading"),
        ("caption", "The northern tower"),
    ]  # fmt: skip


def test_ids_follow_outlet_and_text_only() -> None:
    one, same = cleaned(PROSE, "/a.txt"), cleaned(PROSE, "/b.txt")
    assert one.id == same.id != cleaned(PROSE + "\n", "/a.txt").id


LINES = st.sampled_from(
    ["", P1, P2, P3, "A title", "By Anna Berg", "8 February 2019", "Anna Berg | 8 Feb 2019", "Read more: x", "- item",
     "© 2019 X",
     "(Reporting by Anna Berg)", "The tower. Photo: AP", "Dear Sir,", "“", "Q: why", "   ", "OPINION", "OSLO (AP) - x"]
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(st.one_of(LINES, st.text(max_size=60)), max_size=25).map("\n".join)))
def test_marks_are_in_order_and_the_words_stay(text: str) -> None:
    article = cleaned(text)
    assert article.text == text
    at = 0
    for mark in article.marks:
        assert at <= mark.start < mark.end <= len(text)
        at = mark.end
    assert article.byline.title


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        (PROSE + "\n\n") * 3500,
        "A line\n" * 150_000,
        "a" * 1_000_000,
        "." * 1_000_000,
        " \n" * 500_000,
        ". " * 500_000,
        "By Anna Berg, " * 70_000,
        "8 Feb 2019 | " * 80_000,
        HARD_WRAPPED * 1100,
    ],
    ids=["prose", "lines", "letters", "points", "space", "point-space", "names", "dates", "wrapped"],
)
def test_a_megabyte_takes_no_time_that_grows_with_its_square(text: str) -> None:
    start = time.process_time()
    cleaned(text)
    # About half a second on an idle machine; what grows with the square takes minutes.
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://www.Example.org:80/a", "example.org"), ("http://[::1]/", "::1"), ("http://[x/a", None),
        ("", None), (None, None), ("nowhere", None), ("https:///a", None),
    ],
)  # fmt: skip
def test_the_host_of_an_address(address: str | None, host: str | None) -> None:
    assert host_of(address) == host
