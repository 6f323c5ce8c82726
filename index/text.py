"""Text to sentences and words; every span counts code points of the text given."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import takewhile

from index import endings, scripts, stems
from index.article import Span

_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]+"
    "|(?<=[\0-\u024f])[\u200c\u200d]+"
)
"""What nobody sees: soft hyphens, spaces without width, marks of the direction of reading, joiners in Latin words."""
_APOSTROPHES = "'’‘‛ʼʻ′＇`´"
_WORD = re.compile(rf"[^\W_]+(?:[{_APOSTROPHES}][^\W\d_]+)?")
_SPOKEN = re.compile(rf"(?<!\w)(?:[A-Z]\.){{2,}}(?:[A-Z](?!\w))?|{_WORD.pattern}")
"""A word, or initials such as U.S."""
_FIGURE = re.compile(
    # 1,728 or 1 728: groups of three behind one sign.
    rf"(?<!\w)(?<!\d[.,])(?P<number>\d{{1,3}}(?P<sign>[ \u00a0\u2009\u202f.,{_APOSTROPHES}])\d{{3}}"
    r"(?:(?P=sign)\d{3})*)"
    r"(?!\w|(?P=sign)\d)"
    # B-17, B17s, COVID-19, 5G, 17-C-204/2019.
    r"|(?<!\w)(?P<code>(?:[A-Z]{1,6}[-‐‑–]?\d+|[A-Za-z]{1,2}[-‐‑–]\d+|\d+[-‐‑–]?[A-Z]{1,6})"
    r"(?:[-‐‑–][A-Z0-9]+|/\d+|[A-Z]\d*)*)s?(?!\w)"
)
_DIGIT = re.compile(r"\d")
_PARTS = re.compile(r"[A-Za-z]+|\d+")
_LEAST_PART = 3
"""Letters or figures in a part of a code that is a term of its own, as COVID is."""
_LOUD = 4
"""So many words in capitals behind one another are spoken loud; fewer are names."""
_AROUND_LOUD = 80
TERMS = 2
"""Raised when `terms` changes what it gives; words are then derived anew."""
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
    plain, places = _seen(text)
    found = [match.span() for match in _WORD.finditer(plain)]
    return found if places is None else [(places[start][0], places[end - 1][1]) for start, end in found]


def count_words(text: str) -> int:
    """Count the words of a text, parted by white space.

    Ten characters without any count as a word, and so do two Han characters or kana, and five of the other letters
    that are written without spaces.
    """
    return max(len(text.split()), scripts.length(text) // scripts.CHARS_OF_A_WORD)


def terms(text: str, language: str | None = None) -> list[str]:
    """Give the index terms of a text: its words without accents and case, stemmed, function words left out.

    Both sides of a search use it, so that `Guaidó` finds `Guaido` and `defected` finds `defections`. Numbers are
    written without what parts their groups (`1,728` and `1 728` as `1728`), codes without hyphens (`B-17` as `b17`;
    long parts are terms besides). In English, names in capitals that spell a function word keep them (`IT`, `WHO`,
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
    """Give terms with their places; the term of a function word is empty."""
    plain, places = _seen(text)
    if places is None:
        yield from _terms(plain, language)
        return
    for term, (start, end) in _terms(plain, language):
        yield term, (places[start][0], places[end - 1][1])


def _terms(text: str, language: str | None) -> Iterator[tuple[str, Span]]:
    at = 0
    for figure in _FIGURE.finditer(text) if _DIGIT.search(text) else ():
        yield from _worded(text, at, figure.start(), language)
        yield from _figured(figure)
        at = figure.end()
    yield from _worded(text, at, len(text), language)


def _seen(text: str) -> tuple[str, Sequence[Span] | None]:
    """Give what is seen of a text, accents one with letters, and where each character stands; None where it is."""
    if text.isascii() or (_UNSEEN.search(text) is None and unicodedata.is_normalized("NFC", text)):
        return text, None
    unseen = {at for match in _UNSEEN.finditer(text) for at in range(*match.span())}
    shown: list[str] = []
    places: list[Span] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and unicodedata.combining(text[end]):
            continue
        letter = "" if start in unseen else unicodedata.normalize("NFC", text[start:end])
        shown.append(letter)
        places += [(start, end)] * len(letter)
        start = end
    return "".join(shown), places


def _figured(figure: re.Match[str]) -> Iterator[tuple[str, Span]]:
    if figure["number"]:
        yield "".join(filter(str.isdecimal, figure["number"])), figure.span()
        return
    yield "".join(_PARTS.findall(figure["code"])).lower(), figure.span()
    for part in _PARTS.finditer(figure.string, *figure.span("code")):
        if _LEAST_PART <= len(part.group()) < len(figure.group()):
            yield stem(part.group().lower()), part.span()


def _worded(text: str, start: int, end: int, language: str | None) -> Iterator[tuple[str, Span]]:
    if language not in ENGLISH and language:
        yield from stems.placed(text, language, start, end)
        return
    for match in _SPOKEN.finditer(text, start, end):
        plain = fold(match.group()).replace(".", "").removesuffix("'s").replace("'", "")
        if plain not in STOP_WORDS:
            yield stem(plain), match.span()
        else:
            name = match.group().replace(".", "")[: len(plain)]
            named = len(name) > 1 and name.isupper() and not _is_loud(text, match.span())
            yield name if named else "", match.span()


def _is_loud(text: str, span: Span) -> bool:
    """Whether a word in capitals is one of several such words on end, or in a text of several that is all capitals."""
    others = text[: span[0]].strip() + text[span[1] :].strip()
    before = text[max(0, span[0] - _AROUND_LOUD) : span[0]].split()
    after = text[span[1] : span[1] + _AROUND_LOUD].split()
    return 1 + _capitals(reversed(before)) + _capitals(after) >= _LOUD or (others != "" and text.isupper())


def _capitals(words: Iterable[str]) -> int:
    return sum(1 for _ in takewhile(str.isupper, words))


def fold(text: str) -> str:
    """Take accents, case and what nobody sees away: `Guaidó’s` becomes `guaido's`. The length may change."""
    if text.isascii():
        return text.lower().replace("`", "'")
    plain = _UNSEEN.sub("", text).translate(_EVEN).lower()
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


def half(text: str) -> bool:
    """Say whether a text holds half a character (a surrogate), which JSON can escape but no encoding can write."""
    return not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text)


def counted(number: int, noun: str, many: str = "") -> str:
    """Say how many: `1 story`, `2,000 stories`.

    Args:
        number: 0 or more.
        noun: For one.
        many: For another number; the noun with an s when it is not given.
    """
    return f"{number:,} {noun if number == 1 else many or noun + 's'}"
