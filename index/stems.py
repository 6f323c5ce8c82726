"""The index terms of languages other than English: Snowball's stems where it knows the language, else plain words.

Where a script puts no spaces between words, each two neighbouring letters are a term, as in Lucene's CJK analyzer.
"""

import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from itertools import pairwise

import regex

from index import scripts
from index.article import Span

_PAIRED = scripts.SPACELESS + "\u1100-\u11ff\u3131-\u318e\ua960-\ua97f\uac00-\ud7ff"
"""Korean has spaces, but its endings grow on to the words, and no stemmer is there: pairs of letters find it too."""
_PIECE = regex.compile(
    rf"(?P<run>[[\p{{L}}\p{{N}}\p{{M}}]&&[{_PAIRED}]]+)"
    rf"|[[\p{{L}}\p{{N}}]--[{_PAIRED}]][[\p{{L}}\p{{N}}\p{{M}}\u200c]--[{_PAIRED}]]*",
    regex.VERSION1,
)
_POINTS = regex.compile("[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c7\u0640\u064b-\u0652\u0670]")
"""Vowel signs that Hebrew and Arabic mostly leave out, and the Arabic stroke that only stretches a word."""
_ACCENTS = regex.compile("[\u0300-\u036f]+")

_SNOWBALL = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
_MOST_STOP_WORDS = 700
"""A longer list, as those for Persian and Vietnamese are, takes words for empty that say what a text is about."""


def placed(text: str, language: str, start: int, end: int) -> Iterator[tuple[str, Span]]:
    """Give the terms of a part of a text with their places in it.

    Args:
        text: Any text.
        language: ISO 639-1 code of its language, not English.
        start: Where the part begins.
        end: One past its last code point.

    Yields:
        (term, span of its word or pair of letters), in order; the term of a function word is empty.
    """
    for match in _PIECE.finditer(text, start, end):
        if match["run"] is None:
            yield _stemmed(match.group(), language), match.span()
            continue
        letters = list(scripts.letters(text, *match.span()))
        pairs = [(first[0], second[1]) for first, second in pairwise(letters)] or letters
        for begin, stop in pairs:
            yield _even(text[begin:stop]), (begin, stop)


@lru_cache(maxsize=200_000)
def _stemmed(word: str, language: str) -> str:
    """Give the term of a word; empty for a function word."""
    plain = _even(word)
    if plain in _stop_words(language):
        return ""
    # Stems are cut by their accents, as in "déclarées", so those go only afterwards.
    bare: str = _ACCENTS.sub("", unicodedata.normalize("NFKD", _stemmer(language)(plain)))
    return unicodedata.normalize("NFC", bare)


def _even(word: str) -> str:
    """Give a word as all its spellings are: case, width, ligatures and vowel signs put aside."""
    lower = unicodedata.normalize("NFKC", word).lower().replace("i\u0307", "i")  # what `lower` makes of the Turkish İ
    even: str = _POINTS.sub("", lower)
    return even.strip("\u200c")


@cache
def _stop_words(language: str) -> frozenset[str]:
    from stop_words import safe_get_stop_words

    listed = frozenset(map(_even, safe_get_stop_words(language)))
    return listed if len(listed) <= _MOST_STOP_WORDS else frozenset()


@cache
def _stemmer(language: str) -> Callable[[str], str]:
    name = _SNOWBALL.get(language)
    if name is None:
        return str
    import Stemmer

    stem: Callable[[str], str] = Stemmer.Stemmer(name).stemWord
    return stem
