"""Passages: whole sentences, exact slices, nothing of what is marked, and never more than the model reads."""

from itertools import pairwise
from pathlib import Path

import pytest
from conftest import FakeEmbedder
from newsstand import NEWS

from index.article import Article, Byline, Draft, Kind, Mark
from index.chunk import chunk, header, windows
from index.clean import clean
from index.embed import SentenceEmbedder
from index.settings import Settings
from index.text import count_words

SENTENCES = [f"Sentence number {n} has exactly eight words here." for n in range(30)]


def made(text, *marks, title="Title"):
    return Article("a", text, Byline(title), marks)


def sentence_texts(article, passages):
    return [[article.text[a:b] for a, b in passage.sentences] for passage in passages]


def test_windows_fill_up_to_the_words_and_share_one_sentence():
    article = made(" ".join(SENTENCES))
    passages = chunk(article, FakeEmbedder(), 40)
    texts = sentence_texts(article, passages)
    assert texts[0] == SENTENCES[:5]
    assert texts[1] == SENTENCES[4:9]
    assert all(before[-1] == after[0] for before, after in pairwise(texts))
    assert [one for window in texts for one in window[1:]] == SENTENCES[1:]
    for ordinal, passage in enumerate(passages):
        assert passage.ordinal == ordinal
        assert (passage.article_id, passage.id) == ("a", 0)
        assert passage.text == article.text[passage.start : passage.end]
        assert (passage.start, passage.end) == (passage.sentences[0][0], passage.sentences[-1][1])
        assert count_words(passage.text) <= 40


def test_header_and_passage_fit_what_the_model_reads():
    embedder = FakeEmbedder(max_pieces=30)
    article = made(" ".join(SENTENCES), title="A title of six words here")
    passages = chunk(article, embedder, 400)
    fed = [f"{header(article.byline)}\n{passage.text}" for passage in passages]
    # 30 less 6 of the title and 2 special ones leaves room for two sentences of 8, not for three.
    assert embedder.pieces(fed) == [24] * 29


def test_paragraphs_run_on_but_not_across_a_mark():
    text = "One is here. Two is here.\n\nA caption\n\nThree is here.\n\nFour is here."
    at = text.index("A caption")
    article = made(text, Mark(Kind.CAPTION, at, at + len("A caption")))
    assert sentence_texts(article, chunk(article, FakeEmbedder(), 100)) == [
        ["One is here.", "Two is here."],
        ["Three is here.", "Four is here."],
    ]


def test_what_is_marked_is_in_no_passage(seeds):
    (file,) = seeds.glob("000_*.txt")
    article = clean(Draft(file.read_text(encoding="utf-8"), Byline("")), file)
    passages = chunk(article, FakeEmbedder(), 120)
    assert len(article.marks) >= 4
    for passage in passages:
        for mark in article.marks:
            assert mark.end <= passage.start or mark.start >= passage.end
    text = " ".join(passage.text for passage in passages)
    assert "Gen Francisco Yanez" in text
    assert "Andrew Buncombe" not in text


@pytest.mark.parametrize("text", ["", "\n\n", "Only a title"])
def test_no_running_text_no_passages(text):
    article = made(text, *([Mark(Kind.TITLE, 0, len(text))] if text.strip() else []))
    assert chunk(article, FakeEmbedder(), 120) == []


def test_a_long_sentence_is_parted_at_its_clauses():
    clause = "one of the many clauses that this very long sentence has, "
    text = (clause * 20).strip(", ") + "."
    article = made(text)
    passages = chunk(article, FakeEmbedder(), 120)
    pieces = [piece for window in sentence_texts(article, passages) for piece in window]
    assert {count_words(piece) <= 80 for piece in pieces} == {True}
    assert all(piece.endswith((",", ".")) for piece in pieces)
    assert max(map(count_words, pieces)) > 40


def test_no_sentence_has_more_than_eighty_words():
    text = "word " * 199 + "end."
    article = made(text)
    parted = sentence_texts(article, chunk(article, FakeEmbedder(), 120))
    assert [[count_words(piece) for piece in window] for window in parted] == [[80], [80, 40]]


def test_text_without_spaces_is_parted_so_that_it_fits():
    article = made("新聞報道" * 500, title="新")
    passages = chunk(article, FakeEmbedder(), 120)
    assert "".join(passage.text for passage in passages) == article.text
    assert all(count_words(article.text[a:b]) <= 80 for p in passages for a, b in p.sentences)


def test_a_long_word_beyond_what_the_model_reads_is_parted():
    class Letters(FakeEmbedder):
        def pieces(self, texts):
            return [len(text) + 2 for text in texts]

    embedder = Letters(max_pieces=50)
    article = made("x" * 300 + ". Short one.", title="T")
    passages = chunk(article, embedder, 120)
    assert max(embedder.pieces([f"{header(article.byline)}\n{p.text}" for p in passages])) <= 50
    assert "".join(article.text[a:b] for p in passages for a, b in p.sentences).startswith("x" * 300)


@pytest.mark.parametrize(
    ("language", "least", "most"),
    # 120 words of English are about 700 characters.
    [("zh", 150, 300), ("ja", 150, 300), ("th", 350, 650), ("de", 500, 1000)],
)
def test_passages_of_other_scripts_have_a_sensible_size(language, least, most):
    news = NEWS[language]
    article = Article("a", news.gap.join([news.text] * 12), Byline(news.title), language=language)
    passages = chunk(article, FakeEmbedder(), 120)
    assert len(passages) > 3
    assert all(passage.language == language for passage in passages)
    assert max(len(passage.text) for passage in passages) <= most
    assert min(len(passage.text) for passage in passages[:-1]) >= least


@pytest.mark.model
@pytest.mark.parametrize("language", ["zh", "ja", "ko", "th", "hi", "ru"])
def test_passages_of_other_scripts_fit_the_real_model(language):
    embedder = SentenceEmbedder(Settings())
    news = NEWS[language]
    article = Article("a", news.gap.join([news.text] * 12), Byline(news.title), language=language)
    fed = [f"{header(article.byline)}\n{passage.text}" for passage in chunk(article, embedder, 400)]
    assert len(fed) > 1
    assert max(embedder.pieces(fed)) <= embedder.max_pieces == 256


def test_a_long_sentence_without_spaces_is_parted_at_its_clauses():
    clause = "居民们说，渡船每二十分钟一班；"
    text = clause * 30 + "完。"
    article = Article("a", text, Byline("T"), language="zh")
    spans = sorted({span for passage in chunk(article, FakeEmbedder(), 400) for span in passage.sentences})
    pieces = [text[a:b] for a, b in spans]
    assert "".join(pieces) == text
    assert all(piece.endswith(("，", "；", "。")) for piece in pieces)
    assert {count_words(piece) <= 80 for piece in pieces} == {True}
    assert min(map(len, pieces[:-1])) > 100


@pytest.mark.parametrize("letter", ["ก้", "เกี่", "คำ", "कि", "e\u0301\u0323", "👩‍👩‍👧", "が"])
@pytest.mark.parametrize("shift", range(5))
def test_no_letter_is_parted(letter, shift):
    text = "ab" * shift + letter * 900
    article = Article("a", text, Byline("T"), language="th")
    spans = sorted({span for passage in chunk(article, FakeEmbedder(), 400) for span in passage.sentences})
    pieces = [text[a:b] for a, b in spans]
    assert "".join(pieces) == text
    assert len(pieces) > 1
    assert {len(piece.removeprefix("ab" * shift)) % len(letter) for piece in pieces} == {0}


def test_the_header_names_what_the_passage_does_not_say():
    byline = Byline("A  title\nhere", "An Author", "2019-02-08T18:38:00+00:00", "The Outlet")
    assert header(byline) == "A title here | The Outlet | 2019-02-08"
    assert header(Byline("")) == ""
    assert header(Byline("T", published="2019")) == "T | 2019"


@pytest.mark.parametrize("title", ["слово " * 60, "字" * 500, "word " * 500])
def test_the_header_leaves_room_for_the_passage(title):
    short = header(Byline(title))
    assert len(short) <= 200
    assert len(short.split()) <= 40
    assert " ".join(title.split()).startswith(short)


def test_an_article_outlives_a_title_as_long_as_the_model_reads():
    class Letters(FakeEmbedder):
        def pieces(self, texts):
            return [len(text) + 2 for text in texts]

    embedder = Letters(max_pieces=256)
    article = made("Short sentence here. " * 5, title="字" * 250)
    passages = chunk(article, embedder, 120)
    assert passages[0].text == "Short sentence here. Short sentence here."
    assert max(embedder.pieces([f"{header(article.byline)}\n{p.text}" for p in passages])) <= 256


@pytest.mark.parametrize(
    ("pieces", "words", "most_pieces", "most_words", "expected"),
    [
        ([], [], 10, 10, []),
        ([5], [5], 10, 10, [(0, 1)]),
        ([5, 5], [5, 5], 10, 10, [(0, 2)]),
        ([5, 5, 5], [5, 5, 5], 10, 10, [(0, 2), (1, 3)]),
        ([5, 5, 5], [1, 1, 1], 10, 99, [(0, 2), (1, 3)]),
        ([9, 9, 9], [9, 9, 9], 10, 10, [(0, 1), (1, 2), (2, 3)]),
        ([1, 1, 9, 1], [1, 1, 99, 1], 10, 10, [(0, 2), (2, 3), (3, 4)]),
        ([2, 2, 8, 2], [2, 2, 8, 2], 10, 10, [(0, 2), (1, 3), (2, 4)]),
        ([3, 3, 3, 3], [3, 3, 3, 3], 10, 10, [(0, 3), (2, 4)]),
    ],
)
def test_windows(pieces, words, most_pieces, most_words, expected):
    assert windows(pieces, words, most_pieces, most_words) == expected


def test_the_file_name_is_no_part_of_the_text(tmp_path):
    article = clean(
        Draft("The bridge is closed for a year while its cables are replaced.", Byline("")), Path("/x/y.txt")
    )
    passages = chunk(article, FakeEmbedder(), 120)
    assert [p.text for p in passages] == [article.text]
