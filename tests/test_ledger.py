"""The ledger: what files hold, what is still to be done, and that the corpus reads back what was written."""

import gc
import sqlite3

import numpy as np
import pytest

from index.article import Article, Byline, Fault, Filter, Kind, Mark, Passage
from index.corpus import Corpus, Counts
from index.errors import ArticleError
from index.ledger import Ledger

BYLINE = Byline("A title", "Ana Solé", "2019-02-08", "The Café", "https://cafe.example/1", {"title": "text"})
TEXT = "A title\n\nThe naïve 新聞 🙂 sentence. Another one."


def made(id="a", text=TEXT, byline=BYLINE):
    return Article(id, text, byline, (Mark(Kind.TITLE, 0, 7),))


def passage(article, start, end, ordinal=0, sentences=None):
    return Passage(article.id, ordinal, start, end, article.text[start:end], sentences or ((start, end),))


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path / "corpus.sqlite") as ledger:
        yield ledger


def put(ledger, article, path="/f"):
    if ledger.file(path) is None:
        ledger.begin(path)
    return ledger.put(article, path)


def unit(dim, at):
    row = np.zeros(dim, dtype=np.float32)
    row[at] = 1
    return row


def test_an_article_reads_back_as_it_was_written(ledger):
    article = made()
    assert put(ledger, article) == "new"
    read = ledger.article("a")
    assert (read.id, read.text, read.byline, read.marks, read.path) == ("a", TEXT, BYLINE, article.marks, "/f")
    assert ledger.sha256("a") == article.sha256 == read.sha256
    assert ledger.sha256("absent") == ""
    with pytest.raises(ArticleError, match="“absent”"):
        ledger.article("absent")


def test_passages_slice_back_by_code_points(ledger):
    article = made()
    put(ledger, article)
    at = TEXT.index("Another")
    spans = ((9, at - 1), (at, len(TEXT)))
    ledger.cut(article, [passage(article, 9, len(TEXT), 0, spans), passage(article, *spans[1], 1)])
    assert ledger.uncut() == []
    first, second = ledger.passages([1, 2])
    assert (first.text, first.sentences, first.id) == (TEXT[9:], spans, 1)
    assert (second.text, second.ordinal) == ("Another one.", 1)
    assert [p.id for p in ledger.passages([2, 1])] == [2, 1]
    assert [(byline, p.id) for byline, p in ledger.stream()] == [(BYLINE, 1), (BYLINE, 2)]
    assert ledger.ids.tolist() == [1, 2]


def test_vectors_read_back_as_unit_vectors_in_order_of_id(ledger):
    article = made()
    put(ledger, article)
    ledger.cut(article, [passage(article, 9, 12, n) for n in range(5)])
    assert ledger.pending() == 5
    assert list(ledger.vectors()) == []
    batch = ledger.unembedded(3)
    assert [p.id for _, p in batch] == [1, 2, 3]
    assert {byline for byline, _ in [(b.title, None) for b, _ in batch]} == {"A title"}
    ledger.embed({p.id: unit(4, p.id) * 7 if p.id < 4 else unit(4, 0) for _, p in batch})
    assert ledger.pending() == 2
    assert [p.id for _, p in ledger.unembedded(9)] == [4, 5]
    ((ids, rows),) = ledger.vectors()
    assert ids.tolist() == [1, 2, 3]
    assert rows.tolist() == [[0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    assert rows.dtype == np.float32
    assert [ids.tolist() for ids, _ in ledger.vectors(batch=2)] == [[1, 2], [3]]


def test_put_tells_new_same_and_changed(ledger):
    article = made()
    assert put(ledger, article) == "new"
    ledger.cut(article, [passage(article, 9, 12)])
    assert put(ledger, article) == "same"
    assert (ledger.uncut(), ledger.counts().passages) == ([], 1)
    retitled = made(byline=Byline("Another title"))
    assert put(ledger, retitled) == "changed"
    assert (ledger.uncut(), ledger.counts().passages) == (["a"], 0)
    assert ledger.article("a").byline.title == "Another title"


def test_the_first_file_of_an_article_wins_and_another_text_is_refused(ledger):
    put(ledger, made(), "/f")
    assert put(ledger, made(byline=Byline("Copied")), "/g") == "same"
    assert ledger.article("a").byline == BYLINE
    with pytest.raises(ArticleError, match="/f holds another article with the id “a”"):
        put(ledger, made(text="Other words."), "/h")
    assert ledger.article("a").text == TEXT
    assert ledger.articles_of("/h") == {}


def test_sweep_removes_what_no_file_holds(ledger):
    article = made()
    put(ledger, article, "/f")
    put(ledger, article, "/g")
    put(ledger, made("b"), "/g")
    ledger.cut(article, [passage(article, 9, 12)])
    ledger.forget("/g")
    assert ledger.sweep() == 1
    assert [each.id for each in ledger.articles()] == ["a"]
    ledger.forget("/f")
    assert ledger.sweep() == 1
    assert ledger.counts() == Counts(0, 0, 0)
    assert ledger.ids.tolist() == []


def test_a_file_on_record_keeps_its_sum_and_faults_until_it_is_begun_again(ledger):
    assert ledger.file("/f") is None
    ledger.begin("/f")
    assert ledger.file("/f") == ("", [])
    faults = [Fault("/f:3", "it is “bad”.")]
    ledger.end("/f", "sum", faults)
    put(ledger, made())
    assert ledger.file("/f") == ("sum", faults)
    assert (ledger.files(), ledger.articles_of("/f")) == ([("/f", faults)], {"a": None})
    ledger.begin("/f")
    assert (ledger.file("/f"), ledger.articles_of("/f")) == (("", []), {})


def test_a_removed_article_leaves_its_file_on_record(ledger):
    article = made()
    put(ledger, article)
    ledger.cut(article, [passage(article, 9, 12)])
    ledger.remove("a")
    assert ledger.counts() == Counts(0, 0, 0)
    assert (ledger.files(), ledger.articles_of("/f")) == ([("/f", [])], {})


def test_only_what_is_committed_lasts_and_altered_tells_of_writing(tmp_path):
    path = tmp_path / "corpus.sqlite"
    with Ledger(path) as ledger:
        assert not ledger.altered
        put(ledger, made())
        assert ledger.altered
        ledger.commit()
        put(ledger, made("b"))
    with Ledger(path) as ledger:
        assert [article.id for article in ledger.articles()] == ["a"]
        assert ledger.file("/f") == ("", [])
        assert not ledger.altered


def test_listing_newest_first_undated_last(ledger):
    for id, title, day in (
        ("a", "Zebra", "2019-01-01"),
        ("b", "Émile", None),
        ("c", "Apple", "2020-05-05T10:00:00+00:00"),
    ):
        put(
            ledger,
            made(id, byline=Byline(title, "Ana Solé" if id == "a" else None, day, "The Café" if id == "c" else None)),
        )
    assert [entry.id for entry in ledger.listing()] == ["c", "a", "b"]
    assert [entry.id for entry in ledger.listing(offset=1, limit=1)] == ["a"]
    assert [entry.id for entry in ledger.listing(limit=-1)] == ["c", "a", "b"]
    for containing, found in (
        ("emile", ["b"]),
        ("SOLE", ["a"]),
        ("café", ["c"]),
        ("%", []),
        ("_", []),
        ("zebra x", []),
    ):
        assert [entry.id for entry in ledger.listing(containing)] == found
    entry = ledger.listing("zebra")[0]
    assert (entry.characters, entry.passages, entry.path) == (len(TEXT), 0, "/f")
    assert ledger.outlets() == [("The Café", 1)]


def test_counts_words_of_articles(ledger):
    put(ledger, made(text="one two three"))
    put(ledger, made("b", text="four\nfive"))
    assert ledger.counts() == Counts(2, 0, 5)


def test_what_nobody_writes_opens_without_being_written(tmp_path):
    path = tmp_path / "corpus.sqlite"
    with Ledger(path) as ledger:
        put(ledger, made())
        ledger.commit()
    before = path.read_bytes()
    with Corpus(path) as corpus:
        assert corpus.article("a").text == TEXT
        assert corpus.admitted(Filter(source="x")).tolist() == []
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["corpus.sqlite"]


def test_a_corpus_closes_with_the_last_that_reads_it(ledger, tmp_path):
    put(ledger, made())
    ledger.commit()
    corpus = Corpus(tmp_path / "corpus.sqlite", "mode=ro")
    reading, file = corpus.articles(), corpus._db
    del corpus
    assert [article.id for article in reading] == ["a"]
    del reading
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        file.execute("SELECT 1")
