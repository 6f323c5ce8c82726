"""How scripts are written: which put no spaces between words, and which code points belong together as one letter."""

import re
from collections.abc import Iterator

import regex

from index.article import Span

_DENSE = "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_DENSE += "\uff66-\uff9f\U0001b000-\U0001b16f\U00020000-\U0003ffff"
"""Han characters and kana: about two to a word."""
_CLOSE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff\ua9e0-\ua9ff\uaa60-\uaa7f"
"""Thai, Lao, Burmese and Khmer: about five to a word."""
SPACELESS = _DENSE + _CLOSE
"""Ranges of code points, as inside the brackets of a regular expression."""
_DENSE_LETTER, _CLOSE_LETTER = re.compile(f"[{_DENSE}]"), re.compile(f"[{_CLOSE}]")
_SPACELESS_LETTER = re.compile(f"[{SPACELESS}]")
_LETTER = regex.compile(r"[เ-ไເ-ໄ]?\X")
"""A grapheme cluster, after the vowels that Thai and Lao write before the consonant they follow."""
CHARS_OF_A_WORD = 10


def letters(text: str, start: int, end: int) -> Iterator[Span]:
    """Give the spans of the letters in a part of a text, signs above, below and beside them included."""
    return (letter.span() for letter in _LETTER.finditer(text, start, end))


def length(text: str) -> int:
    """Give the length of a text in code points of scripts with spaces: a Han character or kana counts as five."""
    if text.isascii() or not _SPACELESS_LETTER.search(text):
        return len(text)
    return len(text) + 4 * len(_DENSE_LETTER.findall(text)) + len(_CLOSE_LETTER.findall(text))


def reach(text: str, start: int, end: int, most: int) -> int:
    """Say how far a part of a text may go on and be no longer than `most`, as `length` counts.

    Returns:
        A place from `start` to `end`.
    """
    if length(text[start:end]) <= most:
        return end
    used = 0
    for at in range(start, end):
        used += length(text[at])
        if used > most:
            return at
    return end


def before(text: str, start: int, limit: int, end: int) -> int:
    """Give the last place that parts no letter, after `start` and no further than `limit`.

    Returns:
        `limit` itself where it is such a place, or where one letter alone reaches beyond it.
    """
    if limit == end:
        return limit
    stops = [stop for _, stop in letters(text, start, min(end, limit + 1)) if stop <= limit]
    return stops[-1] if stops else limit
