"""A document of a book, as XHTML -> its parts; everything is kept, for it has no page around its text."""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from index.article import Kind
from index.loaders.page import Part

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_CAPTIONS = frozenset(("figcaption", "caption"))
_UNSEEN = frozenset("head script style template noscript svg math audio video object iframe".split())
_BLOCKS = (
    _HEADINGS
    | _CAPTIONS
    | frozenset(
        """address article aside blockquote body center dd details div dl dt fieldset figure footer form header hgroup
        hr li main nav ol p pre section summary ul""".split()
    )
)


@dataclass(slots=True)
class _List:
    """A list that is open: how many items of it have come; None where they are not counted."""

    count: int | None


def read_parts(tree: "_Element") -> Iterator[Part]:
    """Give the parts of a document in order: the first heading has kind TITLE, others and captions CAPTION.

    Args:
        tree: The document, as XML or as HTML.
    """
    body = next((one for one in tree.iter() if _tag(one) == "body"), tree)
    walk = _Walk()
    walk.enter(body)
    walk.end_part()
    yield from walk.parts


class _Walk:
    """Follows a document; words in a row are one part until a block begins or ends."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self._words: list[str] = []
        self._lists: list[_List] = []
        self._kind: Kind | None = None
        self._sign = ""
        self._titled = False

    def enter(self, element: "_Element") -> None:
        """Take in an element and what is inside it."""
        tag = _tag(element)
        if tag == "" or tag in _UNSEEN or element.get("hidden") is not None:
            # A letter that the document calls by a name, such as &nbsp;
            self._words.append(html.unescape(element.text) if (element.text or "").startswith("&") else "")
            return
        if tag == "br":
            self._words.append("\n")
            return
        block = tag in _BLOCKS
        if block:
            self.end_part()
        if tag == "table":
            self.end_part()
            self._table(element)
            return
        if tag in ("ol", "ul"):
            self._lists.append(_List(0 if tag == "ol" else None))
        if tag == "li" and self._lists:
            self._sign = self._next_sign(self._lists[-1])
        kind, self._kind = self._kind, self._kind_of(tag)
        self._inside(element)
        if block:
            self.end_part()
        self._kind = kind
        if tag in ("ol", "ul"):
            self._lists.pop()

    def end_part(self) -> None:
        """What was read since the last part is one."""
        lines = "".join(self._words).replace("\xad", "").split("\n")
        text = "\n".join(filter(None, (" ".join(line.split()) for line in lines)))
        self._words = []
        if not text:
            return
        if self._kind is Kind.TITLE:
            self._titled = True
        item = bool(self._lists) and self._kind is None
        self.parts.append(Part(self._sign + text if item else text, self._kind, close=item))
        self._sign = ""

    def _inside(self, element: "_Element") -> None:
        # Line ends in the file are spaces; those of the text are elements.
        self._words.append(_spaced(element.text))
        for child in element:
            self.enter(child)
            self._words.append(_spaced(child.tail))

    def _kind_of(self, tag: str) -> Kind | None:
        if tag in _HEADINGS:
            return Kind.CAPTION if self._titled else Kind.TITLE
        return Kind.CAPTION if tag in _CAPTIONS else self._kind

    @staticmethod
    def _next_sign(opened: _List) -> str:
        if opened.count is None:
            return "- "
        opened.count += 1
        return f"{opened.count}. "

    def _table(self, table: "_Element") -> None:
        close = False
        for row in table.iter():
            if _tag(row) == "caption":
                self.parts.append(Part(_text(row), Kind.CAPTION))
            elif _tag(row) == "tr":
                words = " | ".join(filter(None, (_text(cell) for cell in row if _tag(cell) in ("td", "th"))))
                if words:
                    self.parts.append(Part(words, close=close))
                    close = True


def _tag(element: Any) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _text(element: "_Element") -> str:
    """The words of an element on one line."""
    walk = _Walk()
    walk._inside(element)
    walk.end_part()
    return " ".join(" ".join(part.text for part in walk.parts).split())


def _spaced(text: str | None) -> str:
    return (text or "").replace("\n", " ").replace("\r", " ")
