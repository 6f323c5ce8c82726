"""The nouns of the write side: what an article is, and what it is cut into.

Every `start` and `end` counts code points into `Article.text`, end exclusive.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

Span: TypeAlias = tuple[int, int]


class Kind(StrEnum):
    """What a part of an article is, when it is not running text."""

    TITLE = "title"
    STANDFIRST = "standfirst"
    AUTHOR = "author"
    DATE = "date"
    CAPTION = "caption"
    """A caption, a teaser of another article, a heading: words set apart from the text."""
    FURNITURE = "furniture"
    """The page's own words: share bars, newsletter boxes, comment prompts."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of an article that is not running text; never quoted, but for the byline's lines."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote an article, where and when; unknown stays None.

    Attributes:
        title: The headline; the file's name where the article has none.
        published: ISO 8601, as precise as the article is: `2019-02-08` or `2019-02-08T18:38:00+00:00`.
        updated: When it was last changed by its outlet, in the same form.
        provenance: Field name -> where its value was found, such as "text", "json-ld", "file name".
    """

    title: str
    author: str | None = None
    published: str | None = None
    outlet: str | None = None
    url: str | None = None
    provenance: Mapping[str, str] = field(default_factory=dict)
    updated: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The fields that programs read, under the names they have in a reply."""
        return {
            "title": self.title,
            "author": self.author,
            "source": self.outlet,
            "published": self.published,
            "updated": self.updated,
            "url": self.url,
        }


@dataclass(frozen=True, slots=True)
class Draft:
    r"""What a loader reads from a file, before cleaning.

    Attributes:
        text: The article's words, newlines as `\n`.
        byline: What the format itself states; the title may still be empty.
        marks: Parts the format itself sets apart, in order, not overlapping.
        as_given: True when the text must stay unmarked and the byline must not be guessed from it.
        id: The article's id where the format gives one.
        name: What the article is called inside a file that holds several, such as a member's path in an archive.
        pages: Where each page begins, in code points of the text, ascending; empty for formats without pages.
        language: What the format states of its language, such as `de` or `de-AT`; only a hint.
    """

    text: str
    byline: Byline
    marks: tuple[Mark, ...] = ()
    as_given: bool = False
    id: str | None = None
    name: str | None = None
    pages: tuple[int, ...] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that could not be read, and why; listed, never fatal.

    Attributes:
        where: The file, with a line number where there is one: `cuttings/a.jsonl:17`.
        reason: What is wrong and what to do, one sentence.
        unfinished: True when the reading was cut short, so that the file may hold more than was read of it.
    """

    where: str
    reason: str
    unfinished: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it is stored: its whole text, and which parts of it are not running text.

    Attributes:
        id: The `_id` of a BEIR-style corpus, else a digest of outlet and text.
        text: The one canonical text; every offset in the project counts into it.
        marks: In order, not overlapping; what is between them is running text.
        path: The file it came from, absolute; None when it is gone.
        member: What it is called inside that file, where the file holds several; None else.
        pages: Where each page begins, in code points of the text, ascending; empty for formats without pages.
        language: ISO 639-1 code of the language of its running text; None where that is not sure.
        as_given: True when its text must stay unmarked, as that of a BEIR-style corpus.
    """

    id: str
    text: str
    byline: Byline
    marks: tuple[Mark, ...] = ()
    path: str | None = None
    pages: tuple[int, ...] = ()
    language: str | None = None
    as_given: bool = False
    member: str | None = None

    @property
    def place(self) -> str | None:
        """Where it was read, as faults name it: `/cuttings/may.zip!/a.html`; None when its file is gone."""
        return f"{self.path}!/{self.member}" if self.path and self.member else self.path

    @property
    def sha256(self) -> str:
        """Hexadecimal sha256 of the text in UTF-8."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def page(self, place: int) -> int | None:
        """Number, from 1, of the page on which a code point stands; None for formats without pages."""
        return bisect_right(self.pages, place) or None

    def to_json(self) -> dict[str, Any]:
        """The object that `qa articles show --json` prints: what was cut from the quotable text stands in "marks"."""
        marks = [
            {"kind": mark.kind, "start": mark.start, "end": mark.end, "text": self.text[mark.start : mark.end]}
            for mark in self.marks
        ]
        return {
            "article_id": self.id,
            "sha256": self.sha256,
            **self.byline.to_json(),
            "provenance": dict(self.byline.provenance),
            "path": self.path,
            "member": self.member,
            "language": self.language,
            "pages": list(self.pages),
            "text": self.text,
            "marks": marks,
        }


@dataclass(frozen=True, slots=True)
class Passage:
    """A window of whole sentences, an exact slice of its article's text.

    Attributes:
        id: Its row in the corpus; unique within one built index, 0 before it is stored.
        ordinal: Its place among its article's passages, from 0.
        text: `article.text[start:end]`.
        sentences: The spans of its sentences, in order, counted in the article's text.
        language: Its article's.
    """

    article_id: str
    ordinal: int
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...]
    id: int = 0
    language: str | None = None

    @property
    def name(self) -> str:
        """What runs and evaluations call it, `article#ordinal`."""
        return f"{self.article_id}#{self.ordinal}"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles may be searched; a None field admits every article.

    Attributes:
        source: Outlet, whole, upper and lower case alike.
        author: A part of the author's name, upper and lower case alike.
        since: First day of publication, `YYYY-MM-DD`; undated articles do not pass.
        until: Last day of publication, `YYYY-MM-DD`; undated articles do not pass.
    """

    source: str | None = None
    author: str | None = None
    since: str | None = None
    until: str | None = None
