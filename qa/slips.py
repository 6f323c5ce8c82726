"""Slips of the pen in a question: a word that no article holds -> the one word that they hold at one slip from it."""

import re
import string
from collections.abc import Callable, Iterator, Sequence

from index.text import terms

_WORD = re.compile(r"[^\W\d_]+")
_QUOTED = re.compile(r"[“”\"][^“”\"]*[“”\"]")
_LEAST = 6
"""Letters of a word that is mended; a shorter one is at one slip from many."""
_LEAST_LEFT_OUT = 7
"""Letters of a name in which one may be missing."""


def mended(
    question: str,
    holds: Callable[[str], bool],
    is_word: Callable[[str], bool] = lambda _: False,
    languages: Sequence[str | None] = (None,),
) -> str:
    """Put the word that was meant in the place of one that the articles do not hold.

    A slip is a letter too many, one too few, another in its place, or two neighbours exchanged (Damerau 1964). Of a name
    another letter makes another name: there it is two letters exchanged, one doubled or not doubled, or one left out of
    a long name. What stands in quotation marks is left as it is.

    Args:
        question: One that stands alone.
        holds: Whether any passage holds a term.
        is_word: Whether a word is one of the language: that is no slip, but a word of which the articles say nothing.
        languages: Those of the articles.

    Returns:
        The question itself where nothing is unknown, or nothing known, or more than one word, is near.
    """
    quoted = [match.span() for match in _QUOTED.finditer(question)]
    at, parts = 0, []
    for match in _WORD.finditer(question):
        word, (start, end) = match.group(), match.span()
        if len(word) < _LEAST or is_word(word) or any(low <= start < high for low, high in quoted):
            continue
        meant = _meant(word, lambda known: _held(known, holds, languages))
        if meant is not None:
            parts += [question[at:start], meant]
            at = end
    return "".join([*parts, question[at:]])


def _held(word: str, holds: Callable[[str], bool], languages: Sequence[str | None]) -> str | None:
    """Give the first term of a word, in any of the languages, that a passage holds."""
    return next((term for language in languages for term in terms(word, language) if holds(term)), None)


def _meant(word: str, held: Callable[[str], str | None]) -> str | None:
    if held(word) is not None or word.isupper():
        return None
    for slips in (_exchanged, _doubled) if word[0].isupper() else (_exchanged, _doubled, _left_out, _others):
        found = {term: other for other in slips(word) if (term := held(other)) is not None}
        if len(found) == 1:
            return next(iter(found.values()))
        if found:
            return None
    if word[0].isupper() and len(word) >= _LEAST_LEFT_OUT:
        found = {term: other for other in _left_out(word) if (term := held(other)) is not None}
        return next(iter(found.values())) if len(found) == 1 else None
    return None


def _exchanged(word: str) -> Iterator[str]:
    for at in range(len(word) - 1):
        pair = word[at + 1] + word[at]
        yield word[:at] + (pair.capitalize() if at == 0 and word[0].isupper() else pair) + word[at + 2 :]


def _doubled(word: str) -> Iterator[str]:
    for at, letter in enumerate(word):
        yield word[: at + 1] + letter.lower() + word[at + 1 :]
        if at and letter == word[at - 1].lower():
            yield word[:at] + word[at + 1 :]


def _left_out(word: str) -> Iterator[str]:
    for at in range(1, len(word) + 1):
        for letter in string.ascii_lowercase:
            yield word[:at] + letter + word[at:]


def _others(word: str) -> Iterator[str]:
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]
        for letter in string.ascii_lowercase:
            yield word[:at] + letter + word[at + 1 :]
