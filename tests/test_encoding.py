"""Bytes to text: the encoding that a file is in, whatever it says, and what one broken byte costs."""

import codecs

import pytest

from index.encoding import decode, decoded, encoding, encoding_of
from index.errors import ArticleError

GERMAN = "Die Brücke bleibt ein Jahr lang gesperrt, während größere Stücke der „Türme“ überprüft werden – so heißt es."
RUSSIAN = "Мост закрыт на год, пока инженеры заменяют канаты, сообщил во вторник мэр города журналистам."


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
        (codecs.BOM_UTF16_LE + b"\x00\xd8" * 9, "opens as UTF-16 but is none"),
        ("text".encode("utf-32"), "control bytes"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(data, says):
    with pytest.raises(ArticleError, match=says):
        decode(data)


FRENCH = "Amélie Dubois, du Café Étoile, a pleuré une heure : « C’est fini ! » dit-elle."


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (FRENCH.encode() + b" It\x92s over.", FRENCH + " It\ufffds over."),
        (b"\xa0" + FRENCH.encode(), "\ufffd" + FRENCH),
        (FRENCH.encode() + b" \x85", FRENCH + " \ufffd"),
        (FRENCH.encode()[:-1] + "é".encode()[:1], FRENCH[:-1] + "\ufffd"),  # cut inside a letter
        ("“Café”".encode() + b" \x92", "“Café” \ufffd"),
        ("Café".encode() + b" it\x92s", "Café it\ufffds"),  # one letter stands against one byte
        (RUSSIAN.encode() + b"\xff", RUSSIAN + "\ufffd"),
        ("新聞".encode() * 9 + b"\xe6\x96", "新聞" * 9 + "\ufffd"),
        (codecs.BOM_UTF8 + b"abc\xff", "abc\ufffd"),
        (codecs.BOM_UTF16_LE + "ab".encode("utf-16-le") + b"c", "ab\ufffd"),
    ],
)
def test_one_broken_byte_costs_one_letter(data, text):
    assert decode(data) == text


@pytest.mark.parametrize(
    "text",
    [
        "Er sagte: „Das macht Spaß“ und ging.",  # ß and a quotation mark are a letter of UTF-8
        "Ce n’est pas “CAFÉ” mais “café”, à la même heure…",
        "It’s – well – £5.",
        "é",
        "Menu du café",
    ],
)
def test_another_encoding_is_not_taken_for_broken_utf8(text):
    assert decode(text.encode("cp1252")) == text


@pytest.mark.parametrize(
    "declared", ["iso-8859-1", "ISO-8859-15", "windows-1251", "koi8-r", "latin-9", "mac-roman", "nonsense"]
)
def test_utf8_wins_over_what_is_declared(declared):
    assert decoded(FRENCH.encode(), declared) == FRENCH
    assert decoded(FRENCH.encode() + b"\xff", declared) == FRENCH + "\ufffd"


@pytest.mark.parametrize(
    ("text", "declared"),
    [
        ("Die Brücke in Sölby", "iso-8859-1"),
        ("Žižkov a Plzeň", "windows-1250"),
        ("Мост закроют", "koi8-r"),
        ("旧桥关闭十一个星期", "gb2312"),
        ("旧桥关闭十一个星期", "gbk"),
        ("古い橋が閉鎖", "shift-jis"),
        ("古い橋が閉鎖", "iso-2022-jp"),
        ("다리가 폐쇄", "euc-kr"),
    ],
)
def test_what_is_declared_is_believed_where_the_bytes_agree(text, declared):
    assert decoded(text.encode(declared), declared) == text


@pytest.mark.parametrize(
    ("name", "text"), [("gb2312", "旧桥关闭" * 30), ("shift-jis", "橋が閉鎖" * 30), ("euc-kr", "다리가" * 30)]
)
def test_one_broken_byte_of_a_declared_encoding_costs_few_letters(name, text):
    found = decoded(text.encode(name) + b"\xff", name)
    assert found.startswith(text[:-1])
    assert len(found) <= len(text) + 2


def test_cyrillic_that_declares_utf8_is_read_as_what_it_is():
    assert encoding(RUSSIAN.encode("cp1251") * 3, "utf-8") == "cp1251"


def test_a_file_is_told_by_the_first_part_that_is_not_plain(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"plain,text\n" * 100_000 + "Étoile\n".encode("cp1252"))
    assert encoding_of(path) == "cp1252"
    path.write_bytes(b"plain,text\n" * 100_000 + "Étoile\n".encode())
    assert encoding_of(path) == "utf-8"
    path.write_bytes(("é" * 499_999 + "\n" + "é" * 9).encode())  # the first megabyte ends inside a letter
    assert encoding_of(path) == "utf-8"
    path.write_bytes(b"plain")
    assert encoding_of(path) == "utf-8"
