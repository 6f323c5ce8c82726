"""Laying out the text of an article whose format sets its byline apart: byline lines first, then the parts."""

from collections.abc import Iterable
from dataclasses import dataclass

from index.article import Kind, Mark
from index.settings import Settings


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph, heading, caption or list item of a page; `kind` is None for running text."""

    text: str
    kind: Kind | None = None
    close: bool = False
    """True when it follows the part before it without a blank line, as list items do."""


def too_long(characters: int, settings: Settings) -> str:
    """Say that an article is longer than it may be."""
    return (
        f"it is {characters:,} characters long, over the limit of {settings.max_article_chars:,}: "
        "split it, or raise max_article_chars"
    )


def without_title(parts: list[Part], title: str) -> list[Part]:
    """Leave out a first part that only repeats the headline, which is laid out above it."""
    return parts[1:] if title and parts and parts[0].text == title else parts


def lay_out(head: Iterable[Part], body: Iterable[Part]) -> tuple[str, tuple[Mark, ...]]:
    """Write a page as plain text.

    Args:
        head: The byline's own lines, one below the other.
        body: The parts, a blank line between them where they are not close.

    Returns:
        The text, and a mark for each part that has a kind, in order.
    """
    pieces: list[str] = []
    marks: list[Mark] = []
    at = 0
    lines = [(part, "\n") for part in head if part.text]
    parts = [(part, "\n" if part.close else "\n\n") for part in body if part.text]
    if parts and lines:
        parts[0] = (parts[0][0], "\n\n")
    for part, gap in lines + parts:
        if pieces:
            pieces.append(gap)
            at += len(gap)
        if part.kind is not None:
            marks.append(Mark(part.kind, at, at + len(part.text)))
        pieces.append(part.text)
        at += len(part.text)
    return "".join(pieces), tuple(marks)
