"""What holds for any text and any limits: slices, cover, order, and bytes that read back."""

import unicodedata
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import FakeEmbedder
from hypothesis import given, settings
from hypothesis import strategies as st
from newsstand import NEWS

from index import scripts
from index.article import Article, Byline, Draft, Mark
from index.chunk import chunk, header, windows
from index.clean import clean
from index.encoding import decode
from index.errors import ArticleError, Damaged
from index.head import stands_alone
from index.layout import paragraphs
from index.text import count_words, placed_terms, sentences, terms, words
from qa.reply import Quote

CONTROL = "".join(chr(code) for code in range(32) if code not in (9, 10))
LINE_ENDS = "\r\x0b\x0c\x85\u2028\u2029"
any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=CONTROL + LINE_ENDS), max_size=400)
news_words = st.sampled_from(
    "The mayor said Gen. Yanez of the U.S. left, Lt. Col. Smith’s “bridge” closed at 5 p.m. on Jan. 5 – naïve 新聞報道 "
    "don't $3.5m twenty-one Mr. e.g. ( ) ... ?! x; y: É 🙂 https://x.example/a?b=c No. 10 A B. Guaidó!".split()
)
gaps = st.sampled_from([" ", " ", " ", "\n", "\n\n", "  ", " \u00a0", "\t"])
news_text = st.lists(st.tuples(news_words, gaps), max_size=150).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)
foreign_marks = st.sampled_from(
    [" ", "", "  ", "\n", ". ", "。", "！”", "؟ ", "। ", "；", "，", "… ", " »", "” ", " 1. ", " A. "]
)
foreign_text = st.lists(
    st.tuples(st.sampled_from([each for news in NEWS.values() for each in news.text.split()]), foreign_marks),
    max_size=60,
).map(lambda pairs: "".join(word + gap for word, gap in pairs))
texts = st.one_of(any_text, news_text, foreign_text)
LANGUAGES = [None, "en", "xx", *NEWS]


@given(texts, st.sampled_from(LANGUAGES))
def test_terms_stand_in_order_where_their_words_do(text, language):
    found = placed_terms(text, language)
    assert [term for term, _ in found] == terms(text, language) or language in (None, "en")
    assert all(text[a:b] and not text[a:b].isspace() for _, (a, b) in found)
    assert all(before <= after for (_, before), (_, after) in pairwise(found))


@given(texts, st.integers(1, 60), st.data())
def test_a_part_ends_where_no_letter_is_parted(text, most, data):
    start = data.draw(st.integers(0, len(text)))
    end = scripts.reach(text, start, len(text), most)
    assert start <= end <= len(text)
    assert scripts.length(text[start:end]) <= most
    assert end == len(text) or scripts.length(text[start : end + 1]) > most
    stop = scripts.before(text, start, end, len(text))
    assert stop in {end, *(b for _, b in scripts.letters(text, start, len(text)))}
    assert stop <= end


@pytest.mark.slow
@given(texts, st.sampled_from(LANGUAGES), st.data())
def test_sentences_are_in_order_trimmed_and_hold_every_word(text, language, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = list(sentences(text, start, end, language))
    assert all(start <= a < b <= end for a, b in found)
    assert all(before[1] <= after[0] for before, after in pairwise(found))
    assert all(text[a:b] == text[a:b].strip() for a, b in found)
    inside = set().union(*(range(a, b) for a, b in found))
    assert {at for at in range(start, end) if not text[at].isspace()} <= inside


class Letters(FakeEmbedder):
    """Two pieces a character: the most that any alphabet gives."""

    def pieces(self, texts):
        return [2 * len(text) + 2 for text in texts]


@pytest.mark.slow
@settings(deadline=None)
@given(
    texts,
    st.one_of(st.just(""), any_text),
    st.integers(20, 400),
    st.sampled_from([FakeEmbedder(max_pieces=60), FakeEmbedder(), Letters(max_pieces=420)]),
    st.tuples(st.booleans(), st.sampled_from(LANGUAGES)),
)
def test_passages_slice_back_and_hold_every_running_word(text, title, passage_words, embedder, read):
    as_given, language = read
    article = clean(Draft(text, Byline(title or "T"), as_given=as_given), Path("/a.txt"))
    article = replace(article, language=language)
    passages = chunk(article, embedder, passage_words)
    for ordinal, passage in enumerate(passages):
        assert passage.ordinal == ordinal
        assert passage.text == article.text[passage.start : passage.end]
        assert (passage.start, passage.end) == (passage.sentences[0][0], passage.sentences[-1][1])
        assert all(passage.start <= a < b <= passage.end for a, b in passage.sentences)
        assert all(before[1] <= after[0] for before, after in pairwise(passage.sentences))
        assert all(count_words(article.text[a:b]) <= 80 for a, b in passage.sentences)
        assert len(passage.sentences) == 1 or sum(count_words(text[a:b]) for a, b in passage.sentences) <= passage_words
        assert not any(mark.start < passage.end and passage.start < mark.end for mark in article.marks)
    covered = {at for passage in passages for a, b in passage.sentences for at in range(a, b)}
    running = [
        paragraph
        for paragraph in paragraphs(text, stands_alone)
        if not any(mark.start < paragraph.end and paragraph.start < mark.end for mark in article.marks)
    ]
    for paragraph in running:
        for a, b in words(paragraph.words):
            assert set(range(paragraph.start + a, paragraph.start + b)) <= covered
    if as_given:
        assert {at for at, char in enumerate(text) if not char.isspace()} <= covered


@pytest.mark.slow
@settings(deadline=None)
@given(news_text, any_text)
def test_header_and_passage_fit_the_model(text, title):
    embedder = FakeEmbedder(max_pieces=80)
    article = Article("a", text, Byline(title))
    passages = chunk(article, embedder, 400)
    assert all(count <= 80 for count in embedder.pieces([f"{header(article.byline)}\n{p.text}" for p in passages]))


SIZES = st.tuples(st.integers(1, 50), st.integers(1, 90))  # word pieces and words of a sentence


@pytest.mark.slow
@given(st.lists(SIZES, max_size=40), st.integers(20, 60), st.integers(20, 90))
def test_windows_cover_everything_and_keep_neighbours_together(sizes, most_pieces, most_words):
    pieces, counts = [size[0] for size in sizes], [size[1] for size in sizes]
    found = windows(pieces, counts, most_pieces, most_words)
    assert sorted({at for a, b in found for at in range(a, b)}) == list(range(len(sizes)))
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(found))
    for a, b in found:
        assert b - a == 1 or (sum(pieces[a:b]) <= most_pieces and sum(counts[a:b]) <= most_words)
    for at in range(len(sizes) - 1):
        if sum(pieces[at : at + 2]) <= most_pieces and sum(counts[at : at + 2]) <= most_words:
            assert any(a <= at and at + 1 < b for a, b in found)


@given(any_text, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be"]))
def test_text_reads_back_from_its_bytes(text, encoding):
    text = text.lstrip("\ufeff")
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    assert decode(mark + text.encode(encoding)) == text


WESTERN = st.sampled_from("größer naïve Ångström señor – “quoted” déjà €5 it’s über Curaçao £3m façade".split())
PLAIN = st.sampled_from("the bridge was closed for a year and ferries run until midnight said mayor on Tuesday".split())


@pytest.mark.slow
@given(st.lists(st.one_of(PLAIN, PLAIN, PLAIN, WESTERN), min_size=60, max_size=120))
def test_western_articles_read_back_from_cp1252(parts):
    text = " ".join(parts) + "."
    assert decode(text.encode("cp1252")) == text


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused(data):
    try:
        text = decode(data)
    except ArticleError:
        return
    assert "\r" not in text
    assert text.encode("utf-8").decode() == text


@given(st.text(st.characters(max_codepoint=0x24F, exclude_categories=["Cc"]), max_size=80))
def test_terms_do_not_depend_on_how_accents_are_written(text):
    apart, together = (unicodedata.normalize(form, text) for form in ("NFD", "NFC"))
    assert terms(apart) == terms(together)


@given(any_text.filter(str.strip), st.data())
def test_a_quote_is_given_only_where_it_stands(text, data):
    start = data.draw(st.integers(-3, len(text) + 3))
    end = data.draw(st.integers(-3, len(text) + 3))
    article = Article("a", text, Byline("T"))
    quote = Quote(article, start, end, 1.0)
    if 0 <= start < end <= len(text):
        assert quote.check(article.sha256).text == text[start:end]
        answer = data.draw(st.tuples(st.integers(start - 2, end + 2), st.integers(start - 2, end + 2)))
        marked = Quote(article, start, end, 1.0, answer=answer)
        if start <= answer[0] < answer[1] <= end:
            assert marked.check(article.sha256) is marked
        else:
            with pytest.raises(Damaged):
                marked.check(article.sha256)
    else:
        with pytest.raises(Damaged, match="does not lie inside"):
            quote.check(article.sha256)
    changed = Quote(Article("a", text + "!", Byline("T")), 0, 1, 1.0)
    with pytest.raises(Damaged, match="has changed since"):
        changed.check(article.sha256)


@pytest.mark.slow
@given(any_text, st.lists(st.tuples(st.integers(0, 400), st.integers(1, 60)), max_size=4))
def test_whatever_is_marked_is_never_in_a_passage(text, drawn):
    marks, at = [], 0
    for gap, size in drawn:
        start, end = at + gap, min(at + gap + size, len(text))
        if start < end:
            marks.append(Mark("caption", start, end))
            at = end
    for passage in chunk(Article("a", text, Byline("T"), tuple(marks)), FakeEmbedder(), 60):
        assert passage.text == text[passage.start : passage.end]
        assert not any(mark.start < passage.end and passage.start < mark.end for mark in marks)
