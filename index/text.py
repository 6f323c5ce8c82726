"""Text to sentences and words; every span counts code points of the text given."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from itertools import takewhile

from index import endings, scripts, stems
from index.article import Span

_UNSEEN = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
"""Characters that nobody sees: soft hyphens, spaces without width, and marks of the direction of reading."""
_APOSTROPHES = "'’‘ʼ＇`´"
_LETTERS = rf"[^\W_](?:[{_UNSEEN}]*[^\W_])*"
_WORDS = rf"{_LETTERS}(?:[{_UNSEEN}]*[{_APOSTROPHES}][{_UNSEEN}]*[^\W\d_](?:[{_UNSEEN}]*[^\W\d_])*)?"
_WORD = re.compile(_WORDS)
_TOKEN = re.compile(
    # 1,728 or 1 728: groups of three behind one sign.
    rf"(?<!\w)(?P<number>\d{{1,3}}(?P<sign>[ \u00a0\u2009\u202f.,{_APOSTROPHES}])\d{{3}}(?:(?P=sign)\d{{3}})*)(?!\w)"
    # B-17, B17, COVID-19, 5G, 17-C-204/2019.
    rf"|(?<!\w)(?P<code>(?:[A-Z]{{1,6}}[-‐‑–]?\d+|[A-Za-z]{{1,2}}[-‐‑–]\d+|\d+[-‐‑]?[A-Z]{{1,6}})"
    rf"(?:[-‐‑/][A-Z0-9]+|[A-Z]\d*)*)(?!\w)"
    # U.S.
    rf"|(?<!\w)(?P<short>(?:[A-Z]\.){{2,}}(?:[A-Z](?!\w))?)"
    rf"|{_WORDS}"
)
_PARTS = re.compile(r"[A-Za-z]+|\d+")
_LEAST_PART = 3
"""Letters or figures in a part of a code that is a term of its own, as COVID is."""
_AROUND = ".,;:!?()[]“”‘’\"'"
_LOUD = 4
"""So many words in capitals behind one another are spoken loud; fewer are names."""
_REMOVED = re.compile(f"[{_UNSEEN}]")
_RANK = re.compile(r"\b(?:Lt|Maj|Brig|Cmdr|Adm|Gen|Col|Sgt|Capt|Hon|Supt|Insp)\.$")
"""Ranks that come in pairs, as in "Lt. Col. Vindman"; the splitter parts them."""

_EVEN = str.maketrans(dict.fromkeys(_APOSTROPHES, "'"))
_TYPESET = str.maketrans("’‘‛“”„«»–—‐‑", "'" * 3 + '"' * 5 + "-" * 4)
STOP_WORDS = frozenset(
    """a about above after again against all am an and any are as at be because been before being below between
    both but by can could did do does doing down during each few for from further had has have having he her here
    hers herself him himself his how i if in into is it its itself just me more most my myself no nor not now of
    off on once only or other our ours ourselves out over own same she should so some such than that the their
    theirs them themselves then there these they this those through to too under until up us very was we were
    what when where which while who whom whose why will with would you your yours yourself yourselves s t""".split()
)
"""English function words, question words among them: they say how, not what, is asked."""


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

    Both sides of a search use it, so that `Guaidó` finds `Guaido` and `defected` finds `defections`. In English, numbers
    are written without what parts their groups (`1,728` and `1 728` as `1728`), codes without hyphens (`B-17` as `b17`;
    long parts are terms besides), and names in capitals that spell a function word keep their capitals (`IT`, `WHO`,
    `U.S.` as `US`).

    Args:
        text: Any text.
        language: ISO 639-1 code of its language; None is treated as English.

    Returns:
        Terms in the order of the text, repeated as often as they occur.
    """
    return [term for term, _ in _placed(text, language) if term]


def placed_terms(text: str, language: str | None = None) -> list[tuple[str, Span]]:
    """Give the index terms of a text, each with the span of the words that it was made of; see `terms`."""
    return [(term, span) for term, span in _placed(text, language) if term]


def function_words(text: str, language: str | None = None) -> list[Span]:
    """Give the spans of the words of a text that a language has for function words, in order; see `terms`."""
    return [span for term, span in _placed(text, language) if not term]


def _placed(text: str, language: str | None) -> Iterator[tuple[str, Span]]:
    return stems.placed(text, language) if language not in ENGLISH and language else _english(text)


def _english(text: str) -> Iterator[tuple[str, Span]]:
    """Give terms with their places; the term of a function word is empty."""
    quiet = not text.isupper()
    for match in _TOKEN.finditer(text):
        span, kind = match.span(), match.lastgroup
        if kind == "number":
            yield "".join(filter(str.isdecimal, match["number"])), span
        elif kind == "code":
            parts = list(_PARTS.finditer(match.group()))
            yield "".join(part.group() for part in parts).lower(), span
            for part in parts if len(parts) > 1 else ():
                if len(part.group()) >= _LEAST_PART:
                    start = span[0] + part.start()
                    yield stem(part.group().lower()), (start, start + len(part.group()))
        else:
            word = match.group() if kind is None else match.group().replace(".", "")
            plain = fold(word).removesuffix("'s").replace("'", "")
            if plain not in STOP_WORDS:
                yield stem(plain), span
            else:
                named = quiet and len(word) > 1 and word.isupper() and not _is_loud(text, span)
                yield word if named else "", span


def _is_loud(text: str, span: Span) -> bool:
    """Whether a word in capitals is one of several such words on end."""
    before = text[: span[0]].split()[-_LOUD:]
    after = text[span[1] :].split()[:_LOUD]
    return 1 + _capitals(reversed(before)) + _capitals(after) >= _LOUD


def _capitals(words: Iterable[str]) -> int:
    return sum(1 for _ in takewhile(lambda word: word.isupper() and len(word.strip(_AROUND)) > 1, words))


def fold(text: str) -> str:
    """Take accents, case and what nobody sees away: `Guaidó’s` becomes `guaido's`. The length may change."""
    if text.isascii():
        return text.lower().replace("`", "'")
    plain = _REMOVED.sub("", text).translate(_EVEN).lower()
    apart = unicodedata.normalize("NFKD", plain)
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
