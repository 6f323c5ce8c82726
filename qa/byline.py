"""Questions about the byline, answered by its own lines: who wrote it, when it was published, what it is called."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.article import Article, Kind
from index.text import fold
from qa.reply import Quote

_THING = r"(?:(?:this|that|the|your) )?(?:article|story|piece|report|text|news item|column)"
_ITSELF = rf"(?:{_THING}|this|it|“[^”]+”|\"[^\"]+\")"
_END = r"(?=[^a-z0-9]*(?:$|and\b))"
_WHO = re.compile(
    rf"\bwho (?:wrote|has written|is the author of|was the author of|authored) {_ITSELF}"
    rf"|\bwho (?:wrote|has written) about\b|\bauthor of {_ITSELF}|\bby whom (?:was|is) {_ITSELF}"
    rf"|\bwho (?:is|was) {_ITSELF} (?:written )?by\b|\bwho (?:is|was) the (?:author|writer|reporter|journalist){_END}"
)
_WHEN = re.compile(
    rf"\b(?:when|what (?:day|date)) (?:was|is|did) {_ITSELF}(?: \w+)? (?:published|written|posted|come out|appear)\b"
    rf"|\b(?:publication )?date of {_ITSELF}|\bhow old is {_THING}|\bwhen did {_ITSELF} (?:come out|appear)\b"
)
_TITLE = re.compile(
    rf"\b(?:headline|title) of {_ITSELF}|\bwhat is {_ITSELF} (?:called|titled)\b"
    rf"|\bwhat is (?:the|its) (?:headline|title){_END}"
)
_FRAME = re.compile(
    r"\bwho (?:wrote|has written)\b|\bwhen was\b"
    r"|\b(?:published|written|posted|about|author|writer|reporter|journalist|headline|title|date)\b"
    rf"|\b{_THING}\b"
)
"""Words that ask for a byline; what is left of a question says which article is meant."""

_NAMES = {Kind.AUTHOR: "who wrote it", Kind.DATE: "when it was published", Kind.TITLE: "its headline"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a byline is asked for.

    Attributes:
        kinds: Parts of the byline, in the order of the article's head.
        about: What else the question says: words to find the article by; empty when it points at "this".
    """

    kinds: tuple[Kind, ...]
    about: str


def wanted(question: str) -> Wanted | None:
    """Say which parts of a byline a question asks for; None when it is about the articles' contents."""
    plain = fold(question)
    found = {Kind.TITLE: _TITLE.search(plain), Kind.AUTHOR: _WHO.search(plain), Kind.DATE: _WHEN.search(plain)}
    if found[Kind.AUTHOR] and re.search(r"\bwhen (?:was|is) it (?:published|written|posted)\b|\band when\b", plain):
        found[Kind.DATE] = found[Kind.AUTHOR]
    kinds = tuple(kind for kind, match in found.items() if match)
    if not kinds:
        return None
    return Wanted(kinds, " ".join(_FRAME.sub(" ", plain).split()))


def quote(article: Article, kinds: Sequence[Kind]) -> list[Quote]:
    """Quote the byline's own lines; neighbouring ones as one quote.

    Returns:
        In the order of the article; empty when it states none of them.
    """
    marks = sorted((mark for mark in article.marks if mark.kind in kinds), key=lambda mark: mark.start)
    quotes: list[Quote] = []
    for mark in marks:
        if quotes and not article.text[quotes[-1].end : mark.start].strip():
            quotes[-1] = Quote(article, quotes[-1].start, mark.end, 1.0)
        else:
            quotes.append(Quote(article, mark.start, mark.end, 1.0))
    return quotes


def missing(article: Article, kinds: Sequence[Kind]) -> str:
    """Say what an article's text does not state, and what is known of it otherwise."""
    asked = " or ".join(_NAMES[kind] for kind in kinds)
    byline = article.byline
    known = {Kind.AUTHOR: byline.author, Kind.DATE: byline.published, Kind.TITLE: byline.title}
    beside = ", ".join(value for kind in kinds if (value := known[kind]))
    note = f" Its record says: {beside}." if beside else ""
    return f"The text of “{byline.title}” does not say {asked}.{note}"
