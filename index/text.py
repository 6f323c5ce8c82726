"""Bytes to text, and text to sentences and words; every span counts code points of the text given."""

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, lru_cache

from index import endings, scripts, stems
from index.article import Span
from index.errors import ArticleError

_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
_RANK = re.compile(r"\b(?:Lt|Maj|Brig|Cmdr|Adm|Gen|Col|Sgt|Capt|Hon|Supt|Insp)\.$")
"""Ranks that come in pairs, as in "Lt. Col. Vindman"; the splitter parts them."""

_TYPESET = str.maketrans("’‘‛“”„«»–—‐‑", "'" * 3 + '"' * 5 + "-" * 4)
_ASCII = bytes(range(128))
_LEAST_FOREIGN = 0.2
"""Share of bytes beyond ASCII from which a text may be in another alphabet; French has .04, Russian .8."""
_NOT_LATIN = frozenset(
    (
        "Arabic",
        "CJK Unified Ideographs",
        "Cyrillic",
        "Greek and Coptic",
        "Hangul Syllables",
        "Hebrew",
        "Hiragana",
        "Thai",
    )
)

_LETTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|(?:\xe0[\xa0-\xbf]|\xed[\x80-\x9f]|[\xe1-\xec\xee\xef][\x80-\xbf])[\x80-\xbf]"
    rb"|(?:\xf0[\x90-\xbf]|\xf4[\x80-\x8f]|[\xf1-\xf3][\x80-\xbf])[\x80-\xbf]{2}"
)
"""A letter of two to four bytes in UTF-8."""
_CUT_LETTER = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{0,2}\Z")
"""What is left of one where a file was cut off."""
_ANY_BYTE = frozenset(("cp1252", "cp1251", "koi8-r", "koi8-u", "mac-roman"))
"""Encodings in which hardly a byte is none, so that bytes cannot disagree."""
_MOST_BROKEN = 0.01
"""Share of letters that may be broken in an encoding that is declared."""

STOP_WORDS = frozenset(
    """a about above after again against all am an and any are as at be because been before being below between
    both but by can could did do does doing down during each few for from further had has have having he her here
    hers herself him himself his how i if in into is it its itself just me more most my myself no nor not now of
    off on once only or other our ours ourselves out over own same she should so some such than that the their
    theirs them themselves then there these they this those through to too under until up us very was we were
    what when where which while who whom whose why will with would you your yours yourself yourselves s t""".split()
)
"""English function words, question words among them: they say how, not what, is asked."""


def decode(data: bytes, declared: str | None = None) -> str:
    r"""Read text in the encoding it is most likely in; see `encoding`.

    A byte that the encoding does not have becomes U+FFFD, and costs no other letter.

    Args:
        data: The whole file.
        declared: The encoding that it says it is in.

    Returns:
        The text, every line end a `\n`, without byte-order mark.

    Raises:
        ArticleError: The bytes are no text in any encoding tried.
    """
    text = decoded(data, declared)
    if re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text):
        raise ArticleError("it holds control bytes, so it is no text: save it as plain text (UTF-8) first")
    return re.sub(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]", "\n", text)


def decoded(data: bytes, declared: str | None = None) -> str:
    """Read text as `decode` does, but leave control characters and line ends as they are.

    Raises:
        ArticleError: The bytes are no text in any encoding tried.
    """
    name = encoding(data, declared)
    text = data.decode(name, errors="replace")
    if name.startswith("utf-16") and text.count("\ufffd") > len(text) * _MOST_BROKEN:
        raise ArticleError("it opens as UTF-16 but is none: save it again, as UTF-8")
    return text


def encoding(data: bytes, declared: str | None = None) -> str:
    """Give the name of the encoding that a text is most likely in.

    A byte-order mark decides; else UTF-8 where the bytes that are not ASCII are valid UTF-8, or nearly all of them; else
    what is declared, where the bytes agree; else the guess of charset-normalizer where it finds another alphabet than
    the Latin; else cp1252.

    Args:
        data: The whole file, or enough of its whole lines.
        declared: The encoding that it says it is in.

    Raises:
        ArticleError: The bytes are no text in any encoding tried.
    """
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return name
    known = _codec(declared)
    if not data.isascii():
        if _reads(data, "utf-8", "strict"):
            return "utf-8"
        if known and known not in _ANY_BYTE and _reads(data, known, "strict"):
            return known
        if _is_nearly_utf8(data, said=known == "utf-8"):
            return "utf-8"
    if known and known != "utf-8" and _reads(data, known, "replace"):
        return known
    if b"\x00" in data:
        raise ArticleError("it holds zero bytes, so it is no text: save it as plain text (UTF-8) first")
    # Where most letters are ASCII it took one dash for Cyrillic.
    foreign = len(data.translate(None, _ASCII))
    if foreign < len(data) * _LEAST_FOREIGN:
        return "cp1252" if foreign else "utf-8"
    from charset_normalizer import from_bytes  # costs 50 ms that UTF-8 files need not pay

    # Its guesses among Latin code pages are unsure (it read cp1252 as cp1250); among alphabets they are good.
    best = from_bytes(data, cp_exclusion=["utf_16", "utf_16_be", "utf_16_le", "utf_7"]).best()
    return best.encoding if best is not None and not _NOT_LATIN.isdisjoint(best.alphabets) else "cp1252"


def _codec(declared: str | None) -> str | None:
    """Give Python's name of a declared encoding, None where it has none; Latin-1 means cp1252, as in browsers."""
    try:
        name = codecs.lookup(declared or "").name
    except LookupError:
        return None
    # What can be read as ASCII as far as the declaration is no UTF-16.
    return "cp1252" if name in ("iso8859-1", "ascii") else None if name.startswith(("utf-16", "utf-32")) else name


def _is_nearly_utf8(data: bytes, *, said: bool) -> bool:
    """Whether bytes are UTF-8 but for few: a letter of several bytes hardly ever stands in another encoding's text."""
    rest, letters = _LETTER.subn(b"", data)
    broken = len(_CUT_LETTER.sub(b"", rest).translate(None, _ASCII))
    return letters >= (broken if said else 2 * broken) and letters > 0


def _reads(data: bytes, name: str, errors: str) -> bool:
    """Whether bytes are text of an encoding; with "replace", but for one letter or one in a hundred."""
    try:
        text = data.decode(name, errors=errors)
    except (LookupError, ValueError):  # or the codec is none of text
        return False
    return text.count("\ufffd") <= max(1, _MOST_BROKEN * len(text))


ENGLISH = (None, "en")
"""Languages that are treated as English: itself, and those that are not sure."""


def sentences(text: str, start: int = 0, end: int | None = None, language: str | None = None) -> Iterator[Span]:
    """Give the spans of the sentences of one paragraph.

    Args:
        text: Any text.
        start: Where the paragraph begins in it.
        end: One past its last code point; None for the end of the text.
        language: ISO 639-1 code of its language; None is treated as English.

    Yields:
        Spans in the text, in order, without white space at either side, none empty.
    """
    # A line end inside a paragraph is where its lines were wrapped, and ends no sentence.
    paragraph = text[start:end].replace("\n", " ")
    opened: int | None = None
    for first, last in _splitter()(paragraph) if language in ENGLISH else endings.split(paragraph, language):
        piece = paragraph[first:last]
        if not piece.strip():
            continue
        begin = first + len(piece) - len(piece.lstrip()) if opened is None else opened
        stop = first + len(piece.rstrip())
        opened = begin if _RANK.search(paragraph, begin, stop) else None
        if opened is None:
            yield start + begin, start + stop
    if opened is not None:
        yield start + opened, start + len(paragraph.rstrip())


@cache
def _splitter() -> Callable[[str], list[Span]]:
    import nupunkt  # loads its trained model at the first sentence, not at `qa --help`

    split: Callable[[str], list[Span]] = nupunkt.sent_spans
    return split


def words(text: str) -> list[Span]:
    """Give the spans of the words of a text, in order; `don't` is one word, `twenty-one` two."""
    return [match.span() for match in _WORD.finditer(text)]


def count_words(text: str) -> int:
    """Count the words of a text, parted by white space.

    Ten characters without any count as a word, and so do two Han characters or kana, and five of the other letters
    that are written without spaces.
    """
    return max(len(text.split()), scripts.length(text) // scripts.CHARS_OF_A_WORD)


def terms(text: str, language: str | None = None) -> list[str]:
    """Give the index terms of a text: its words without accents and case, stemmed, function words left out.

    Both sides of a search use it, so that `Guaidó` finds `Guaido` and `defected` finds `defections`.

    Args:
        text: Any text.
        language: ISO 639-1 code of its language; None is treated as English.

    Returns:
        Terms in the order of the text, repeated as often as they occur.
    """
    if language not in ENGLISH:
        return [term for term, _ in stems.placed(text, language) if term]
    plain = fold(text)
    found = (match.group().removesuffix("'s").replace("'", "") for match in _WORD.finditer(plain))
    return [stem(word) for word in found if word not in STOP_WORDS]


def placed_terms(text: str, language: str | None = None) -> list[tuple[str, Span]]:
    """Give the index terms of a text, each with the span of the word that it was made of; see `terms`."""
    if language not in ENGLISH:
        return [(term, span) for term, span in stems.placed(text, language) if term]
    return [(term, (start, end)) for start, end in words(text) for term in terms(text[start:end])]


def function_words(text: str, language: str | None = None) -> list[Span]:
    """Give the spans of the words of a text that a language has for function words, in order; see `terms`."""
    if language not in ENGLISH:
        return [span for term, span in stems.placed(text, language) if not term]
    return [(start, end) for start, end in words(text) if not terms(text[start:end])]


def fold(text: str) -> str:
    """Take accents and case away: `Guaidó’s` becomes `guaido's`. The length may change."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.lower().replace("’", "'"))
    return "".join(char for char in apart if not unicodedata.combining(char))


def same_words(text: str) -> str:
    """Give a text as it reads whatever quotation marks, dashes and line ends it is set with."""
    return " ".join(text.translate(_TYPESET).split())


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Give the Snowball (Porter2) stem of an English word in lower case."""
    return _stemmer()(word)


@cache
def _stemmer() -> Callable[[str], str]:
    import Stemmer

    stemmer: Callable[[str], str] = Stemmer.Stemmer("english").stemWord
    return stemmer


def counted(number: int, noun: str, many: str = "") -> str:
    """Say how many: `1 story`, `2,000 stories`.

    Args:
        number: 0 or more.
        noun: For one.
        many: For another number; the noun with an s when it is not given.
    """
    return f"{number:,} {noun if number == 1 else many or noun + 's'}"
