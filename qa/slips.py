"""Slips of the pen in a question: a word that no article holds -> the one word that they hold at one slip from it.

Words that are a slip away are made, a few hundred for a word, and looked up among the terms of the index: so it takes
as long whatever the index holds, and what they say is stemmed as the articles' words are.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from index.text import fold, stem, terms
from qa.question import apart, asked_in

_WORD = re.compile(r"[^\W\d_]+")
_QUOTED = re.compile(r"[“”„\"«][^“”\"«»]*[“”\"»]")
_LEAST = 6
"""Letters of a word that is mended; a shorter one is at one slip from many."""
_LEAST_LEFT_OUT = 7
"""Letters of a name in which one may be missing."""
_ALPHABETS = ("abcdefghijklmnopqrstuvwxyzæøßłđ", "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ", "αβγδεζηθικλμνξοπρστυφχψως")


def mended(
    question: str,
    holds: Callable[[str], bool],
    is_word: Callable[[str], bool] = lambda _: False,
    languages: Sequence[str | None] = (None,),
) -> str:
    """Put the word that was meant in the place of one that the articles do not hold.

    A slip is a letter too many, one too few, another in its place, or two neighbours exchanged (Damerau 1964). Of a
    name another letter makes another name: there it is two letters exchanged, one doubled or not doubled, or one left
    out of a long name. So it is in languages other than English, of whose words `is_word` knows few. What stands in
    quotation marks is left as it is.

    Args:
        question: One that stands alone.
        holds: Whether any passage holds a term.
        is_word: Whether a word is one of the language: that is no slip, but a word of which the articles say nothing.
        languages: Those of the articles, most articles first.

    Returns:
        The question itself where nothing is unknown, or nothing known, or more than one word, is near.
    """
    quoted = [match.span() for match in _QUOTED.finditer(question)]
    language, loud = asked_in(question, languages), question.isupper()
    spoken = apart(languages)
    at, parts = 0, []
    for match in _WORD.finditer(question):
        word, (start, end) = match.group(), match.span()
        if len(word) < _LEAST or (word.isupper() and not loud) or any(low <= start < high for low, high in quoted):
            continue
        if is_word(word) or not terms(word, language):
            continue
        strict = word[0].isupper() or language is not None
        meant = _meant(word.lower(), lambda known: _held(known, holds, spoken), strict=strict)
        if meant is not None:
            parts += [
                question[at:start],
                meant.upper() if loud else word[0] + meant[1:] if word[0].isupper() else meant,
            ]
            at = end
    return "".join([*parts, question[at:]])


def typed(question: str, searched_for: str) -> tuple[str, ...]:
    """Give the words of a question that `mended` took for slips, as they were typed."""
    return tuple(
        one for one, other in zip(_WORD.findall(question), _WORD.findall(searched_for), strict=True) if one != other
    )


def _held(word: str, holds: Callable[[str], bool], languages: Sequence[str | None]) -> str | None:
    """Give the first term of a word in small letters, in any of the languages, that a passage holds."""
    for language in languages:
        # Most of what is looked up is no word, and `terms` would take ten times as long over it.
        for term in [stem(fold(word))] if language is None else terms(word, language):
            if holds(term):
                return term
    return None


def _meant(word: str, held: Callable[[str], str | None], *, strict: bool) -> str | None:
    if held(word) is not None:
        return None
    left_out = () if strict and len(word) < _LEAST_LEFT_OUT else (_left_out,)
    for slips in (_exchanged, _doubled, *left_out, *(() if strict else (_others,))):
        found = {term: other for other in slips(word) if (term := held(other)) is not None}
        if found:
            return next(iter(found.values())) if len(found) == 1 else None
    return None


def _exchanged(word: str) -> Iterator[str]:
    for at in range(len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _doubled(word: str) -> Iterator[str]:
    for at, letter in enumerate(word):
        yield word[: at + 1] + letter + word[at + 1 :]
        if at and letter == word[at - 1]:
            yield word[:at] + word[at + 1 :]


def _left_out(word: str) -> Iterator[str]:
    for at in range(1, len(word) + 1):
        for letter in _alphabet(word):
            yield word[:at] + letter + word[at:]


def _others(word: str) -> Iterator[str]:
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]
        for letter in _alphabet(word):
            yield word[:at] + letter + word[at + 1 :]


def _alphabet(word: str) -> str:
    return next((letters for letters in _ALPHABETS if any(letter in letters for letter in word)), "")
