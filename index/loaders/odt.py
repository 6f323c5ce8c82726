"""OpenDocument texts: paragraphs, headings, lists, tables, frames and notes; what was deleted stays out."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from index.article import Draft, Fault, Kind
from index.errors import ArticleError
from index.loaders.page import Part
from index.loaders.properties import make_draft, read_title
from index.loaders.zipped import checked, refuse_entities
from index.settings import Settings

if TYPE_CHECKING:
    from odfdo import Document, Element

_MANIFEST = "META-INF/manifest.xml"
_NO_TEXT = ("text:tracked-changes", "office:annotation", "text:note", "text:sequence-decls", "office:forms", "svg:desc")
_UNSEEN = (*_NO_TEXT, "draw:frame", "draw:custom-shape")
_SIGNS = {"text:tab": " ", "text:line-break": "\n"}
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_STYLES = {"Title": Kind.TITLE, "Subtitle": Kind.STANDFIRST, "Caption": Kind.CAPTION}


def load(path: Path, settings: Settings) -> Iterator[Draft | Fault]:
    """Read one OpenDocument text.

    Raises:
        ArticleError: It is no OpenDocument text, damaged, or has a password.
        OSError: It cannot be read.
    """
    # Only such documents need it; it takes a tenth of a second.
    from lxml.etree import LxmlError
    from odfdo import Document
    from odfdo.security import security

    # What it unpacks to is counted here; its own limit of 200 to 1 refuses honest pages of repeated words.
    security.max_compression_ratio = sys.maxsize
    with checked(path) as opened:
        refuse_entities(opened)
        if b"encryption-data" in opened.read(_MANIFEST):
            raise ArticleError("it opens only with a password: save it without one")
        try:
            document = Document(str(path))
            title, author = document.meta.title, document.meta.initial_creator or document.meta.creator
            parts = list(_Reader(document).parts())
        except (LxmlError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise ArticleError(f"it is no whole OpenDocument text ({error}): open it and save it again") from error
    yield make_draft(parts, read_title(title, path), author)


class _Reader:
    """Reads the parts of one document in order; notes come last."""

    def __init__(self, document: "Document") -> None:
        self._document = document
        self._notes: list[Element] = []

    def parts(self) -> Iterator[Part]:
        yield from self._blocks(self._document.body)
        for number, note in enumerate(self._notes, 1):
            words = " ".join(self._words(one) for body in _named(note, "text:note-body") for one in body.children)
            yield Part(f"{number}".translate(_RAISED) + f" {words}")

    def _blocks(self, container: "Element") -> Iterator[Part]:
        for element in container.children:
            if element.tag in ("text:p", "text:h"):
                yield self._paragraph(element)
                for frame in _within(element, ("draw:text-box", "draw:custom-shape")):
                    yield from self._blocks(frame)
            elif element.tag == "text:list":
                yield from self._list(element, element.get_attribute_string("text:style-name"), 1)
            elif element.tag == "table:table":
                yield from self._table(element)
            elif element.tag == "text:table-of-content":
                yield from (Part(part.text, Kind.FURNITURE) for part in self._blocks(element))
            elif element.tag not in _NO_TEXT:
                yield from self._blocks(element)

    def _paragraph(self, element: "Element") -> Part:
        words = self._words(element)
        for name in self._lineage(element.get_attribute_string("text:style-name")):
            if name in _STYLES:
                return Part(words, _STYLES[name])
        if element.tag == "text:h":
            first = element.get_attribute_string("text:outline-level") in (None, "1")
            return Part(words, Kind.TITLE if first else Kind.CAPTION)
        return Part(words)

    def _lineage(self, name: str | None) -> Iterator[str]:
        """Give the name of a paragraph's style and of those that it is based on."""
        seen: set[str] = set()
        while name and name not in seen:
            seen.add(name)
            yield name
            style = self._document.get_style("paragraph", name)
            name = style.get_attribute_string("style:parent-style-name") if style is not None else None

    def _list(self, element: "Element", style: str | None, level: int) -> Iterator[Part]:
        counted = self._is_counted(style, level)
        for number, item in enumerate(_named(element, "text:list-item"), 1):
            sign = f"{number}. " if counted else "- "
            for one in item.children:
                if one.tag == "text:list":
                    yield from self._list(one, one.get_attribute_string("text:style-name") or style, level + 1)
                elif one.tag in ("text:p", "text:h") and (words := self._words(one)):
                    yield Part(sign + words, close=True)
                    sign = ""

    def _is_counted(self, name: str | None, level: int) -> bool:
        style = self._document.get_style("list", name) if name else None
        levels = _named(style, "text:list-level-style-number") if style is not None else []
        return any(one.get_attribute_string("text:level") == str(level) for one in levels)

    def _table(self, table: "Element") -> Iterator[Part]:
        rows = [
            [cell for cell in row.children if cell.tag == "table:table-cell"]
            for row in _within(table, ("table:table-row",))
        ]
        if all(len(row) == 1 for row in rows):  # a frame around text
            for (cell,) in rows:
                yield from self._blocks(cell)
            return
        close = False
        for row in rows:
            cells = (" ".join(self._words(one) for one in _within(cell, ("text:p", "text:h"))) for cell in row)
            words = " | ".join(filter(None, (" ".join(cell.split()) for cell in cells)))
            if words:
                yield Part(words, close=close)
                close = True

    def _words(self, paragraph: "Element") -> str:
        pieces: list[str] = []
        waiting: list[Element | str] = [paragraph]
        while waiting:
            one = waiting.pop()
            if isinstance(one, str):
                # Line ends in the file are spaces; those of the text are elements.
                pieces.append(one.replace("\n", " "))
                continue
            inside: list[Element | str] = [one.text or ""]
            if one.tag in _SIGNS:
                pieces.append(_SIGNS[one.tag])
            elif one.tag == "text:s":
                pieces.append(" ")
            elif one.tag == "text:note":
                self._notes.append(one)
                pieces.append(f"{len(self._notes)}".translate(_RAISED))
            if one.tag in _UNSEEN:
                continue
            for child in one.children:
                inside += [child, child.tail or ""]
            waiting.extend(reversed(inside))
        lines = "".join(pieces).replace("\xad", "").split("\n")
        return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


def _named(element: "Element", tag: str) -> "list[Element]":
    return [child for child in element.children if child.tag == tag]


def _within(element: "Element", tags: tuple[str, ...]) -> "Iterator[Element]":
    """Give the outermost elements of some tags inside an element, in order."""
    for child in element.children:
        if child.tag in tags:
            yield child
        elif child.tag not in _NO_TEXT:
            yield from _within(child, tags)
