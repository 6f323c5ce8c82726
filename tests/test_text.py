"""Bytes to text, text to sentences, words and terms; every span slices back."""

import codecs

import pytest

from index.errors import ArticleError
from index.text import STOP_WORDS, count_words, decode, fold, sentences, terms, words

GERMAN = "Die Brücke bleibt ein Jahr lang gesperrt, während größere Stücke der „Türme“ überprüft werden – so heißt es."
RUSSIAN = "Мост закрыт на год, пока инженеры заменяют канаты, сообщил во вторник мэр города журналистам."


def parts(text):
    return [text[a:b] for a, b in sentences(text)]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        ("naïve – “ok” 新聞 🙂".encode(), "naïve – “ok” 新聞 🙂"),
        (codecs.BOM_UTF8 + "é".encode(), "é"),
        (codecs.BOM_UTF16_LE + "é新".encode("utf-16-le"), "é新"),
        (codecs.BOM_UTF16_BE + "é新".encode("utf-16-be"), "é新"),
        (GERMAN.encode("cp1252"), GERMAN),
        ("The bridge is shut – for a year.".encode("cp1252"), "The bridge is shut – for a year."),
        (RUSSIAN.encode("cp1251"), RUSSIAN),
        (RUSSIAN.encode("koi8-r"), RUSSIAN),
        (b"one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"),
        ("a\u2028b\u2029c\x0bd\x0ce\x85f".encode(), "a\nb\nc\nd\ne\nf"),
        (b"a\tb", "a\tb"),
    ],
)
def test_bytes_are_read_in_the_encoding_they_are_in(data, text):
    assert decode(data) == text


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\x00\x01\xff", "zero bytes"),
        (b"text\x00", "control bytes"),
        (b"text\x1a", "control bytes"),
        (b"\x89PNG\x1a\n\x00\xff", "zero bytes"),
        (codecs.BOM_UTF8 + b"abc\xff", "broken at byte 3"),
        (codecs.BOM_UTF16_LE + b"a\x00b", "broken at byte"),
        ("text".encode("utf-32"), "control bytes"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(data, says):
    with pytest.raises(ArticleError, match=says):
        decode(data)


@pytest.mark.parametrize(
    "expected",
    [
        ["One sentence."],
        ["“We left,” she said.", "He stayed!", "Why?"],
        ["Lt. Col. Vindman spoke to Gen. Milley in the U.S. on Jan. 5 about $3.5m.", "He left."],
        ["Gen. Sgt. Maj. Smith came.", "He saw."],
        ["Mr Trump met Dr. Fauci, i.e. his adviser, at 5 p.m. on Friday.", "They spoke."],
        ["No full stop at the end"],
    ],
)
def test_sentences(expected):
    assert parts("  " + "  ".join(expected) + " \n") == expected


def test_a_wrapped_line_ends_no_sentence():
    text = "The bridge was closed\nfor a year. Ferries\nrun."
    assert parts(text) == ["The bridge was closed\nfor a year.", "Ferries\nrun."]


def test_sentences_of_a_part_count_in_the_whole_text():
    text = "Title. One. Two here. Rest."
    found = list(sentences(text, 7, 21))
    assert [text[a:b] for a, b in found] == ["One.", "Two here."]
    assert found[0][0] == 7


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t \xa0"])
def test_no_words_no_sentences(text):
    assert parts(text) == []


def test_a_rank_at_the_very_end_is_kept():
    assert parts("They met the Gen.") == ["They met the Gen."]


def test_words():
    text = "Don’t trust twenty-one e-mails_at 3.5% from l'Été 新聞!"
    assert [text[a:b] for a, b in words(text)] == [
        "Don’t", "trust", "twenty", "one", "e", "mails", "at", "3", "5", "from", "l'Été", "新聞",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("one two\nthree", 3), ("新" * 95, 47), ("ก" * 95, 19), ("a" * 9, 1), ("x" * 100 + " y", 10)]
)
def test_count_words(text, count):
    assert count_words(text) == count


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Guaidó’s", "guaido"),
        ("defected", "defections"),
        ("running", "RUNS"),
        ("Müller", "muller"),
        ("don’t", "don't"),
        ("ﬁnance", "finance"),
    ],
)
def test_both_spellings_give_one_term(one, other):
    assert terms(one) == terms(other) != []


def test_terms_keep_order_and_number_and_leave_function_words_out():
    assert terms("The bridge, and the ferries of the bridge: 2019!") == ["bridg", "ferri", "bridg", "2019"]
    assert terms("Who was it, and why did they?") == []
    assert terms(" ".join(STOP_WORDS)) == []


def test_different_words_stay_different():
    assert terms("universe")[0] != terms("bridge")[0]
    assert terms("war") != terms("was")


@pytest.mark.parametrize(("text", "plain"), [("Guaidó’s", "guaido's"), ("ÇELİK", "celik"), ("ABC", "abc")])
def test_fold(text, plain):
    assert fold(text) == plain
