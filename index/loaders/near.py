"""A page's headline -> the elements beside it, where sites show byline and date."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_BEFORE = 40
_AFTER = 400
_PROSE_WORDS = 25
_PROSE_LETTERS = 60
_LONGEST_WORDS = 15
"""Letters a word from which a script sets no spaces."""


def near_headline(body: "HtmlElement", title: str | None) -> "list[HtmlElement] | None":
    """Give the elements from the headline to the second paragraph of the text, then those shortly before it, backwards.

    The first paragraph may be a standfirst above the byline; further down stand the bylines of other articles.

    Args:
        body: The page's body.
        title: The headline, if known; else the first main heading counts.

    Returns:
        None where the page has no headline.
    """
    elements = list(body.iter("*"))
    start = _headline(elements, title)
    if start is None:
        return None
    return elements[start : _second_paragraph(elements, start)] + elements[max(0, start - _BEFORE) : start][::-1]


def letters(words: str | None) -> str:
    """Give the letters and digits of a text alone, in lower case, so that texts can be compared."""
    return re.sub(r"\W", "", words or "").lower()


def marked_words(element: "HtmlElement") -> set[str]:
    """Give the words in the class and id of an element, in lower case: `BylineBox` holds byline and box."""
    return words_in(f"{element.get('class') or ''} {element.get('id') or ''}")


def words_in(name: str) -> set[str]:
    """Give the words that a name of a class is made of, in lower case."""
    return {word.lower() for word in _WORD.findall(name)}


def _headline(elements: "list[HtmlElement]", title: str | None) -> int | None:
    heads = [at for at, element in enumerate(elements) if element.tag in ("h1", "h2")]
    own = letters(title)
    for at in heads:
        if own and letters("".join(elements[at].itertext())) == own:
            return at
    return next((at for at in heads if elements[at].tag == "h1"), None)


def _second_paragraph(elements: "list[HtmlElement]", start: int) -> int:
    paragraphs = 0
    last = min(len(elements), start + _AFTER)
    for at in range(start + 1, last):
        if elements[at].tag == "p":
            text = "".join(elements[at].itertext())
            words = len(text.split())
            unspaced = len(text) >= _PROSE_LETTERS and words * _LONGEST_WORDS < len(text)
            paragraphs += words >= _PROSE_WORDS or unspaced
            if paragraphs == 2:
                return at
    return last
