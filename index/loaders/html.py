"""Saved web pages: the article's text without the page around it, and the byline that the page states."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from index.article import Byline, Draft, Fault, Kind
from index.errors import ArticleError
from index.loaders.page import Part, lay_out
from index.loaders.stated import Stated, read_stated
from index.settings import Settings
from index.text import decode

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_PAGE_BYTES = 10_000_000
"""A page of text has a tenth of it at most; larger ones are data, and take the parsers minutes."""
_CHARSET = re.compile(rb"<meta[^<>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{1,40})", re.I)
_HEAD_BYTES = 8192
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BREAK = "\u2028"
_DECLARATION = re.compile(r"\s*<\?xml[^<>]*\?>")


def load(path: Path, settings: Settings) -> Iterator[Draft | Fault]:
    """Read the article of one saved page.

    Raises:
        ArticleError: It is no page, or no article was found in it.
        OSError: It cannot be read.
    """
    yield read_page(path.read_bytes())


def read_page(data: bytes) -> Draft:
    """Read the article of a page.

    The byline's own lines come first in the text, each marked, then the paragraphs.

    Args:
        data: The page's markup, in the encoding it declares.

    Returns:
        Its article; one without text where the page is empty.

    Raises:
        ArticleError: It is no page, or no article was found in it.
    """
    # Only pages need them; they take a tenth of a second.
    from lxml import etree
    from trafilatura import bare_extraction
    from trafilatura.utils import load_html

    if len(data) > MAX_PAGE_BYTES:
        raise ArticleError(
            f"the page is {len(data) / 1_000_000:.0f} MB, over the limit of {MAX_PAGE_BYTES // 1_000_000} MB: "
            "save its text as .txt"
        )
    source = _CONTROL.sub("", _DECLARATION.sub("", _decoded(data), count=1))
    if not source.strip():
        return Draft(text="", byline=Byline(""))
    try:
        tree = load_html(source)
        if tree is None:
            raise ArticleError("it is no web page: save the page again, or save its text as .txt")
        stated, language = read_stated(tree), tree.get("lang")
        found = bare_extraction(tree, include_comments=False, include_tables=True, with_metadata=False)
    except (etree.LxmlError, ValueError, RecursionError) as error:
        raise ArticleError(
            f"the page cannot be taken apart ({error}): save it again, or save its text as .txt"
        ) from error
    body = getattr(found, "body", None)
    parts = [] if body is None else list(_parts(body, stated))
    if not parts:
        raise ArticleError("no article was found in the page: save the article's own page, or its text as .txt")
    head = [
        Part(stated.title or "", Kind.TITLE),
        Part(stated.author_line or "", Kind.AUTHOR),
        Part(stated.date_line or "", Kind.DATE),
    ]
    text, marks = lay_out(head, parts)
    byline = Byline(
        stated.title or "", stated.author, stated.published, stated.outlet, stated.url, dict(stated.provenance)
    )
    return Draft(text=text, byline=byline, marks=marks, language=language)


def _decoded(data: bytes) -> str:
    declared = (
        None if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) else _CHARSET.search(data[:_HEAD_BYTES])
    )
    if declared is not None:
        name = declared[1].decode().lower()
        # As browsers do: pages that say Latin-1 mean cp1252.
        name = "cp1252" if name in ("iso-8859-1", "latin1", "us-ascii") else name
        try:
            return re.sub(r"\r\n?", "\n", data.decode(name))
        except (LookupError, UnicodeDecodeError):
            pass  # the page declares what it is not
    return decode(data)


def _parts(body: "HtmlElement", stated: Stated) -> Iterator[Part]:
    """Give the parts that trafilatura found, in its own element names."""
    for element in body:
        if element.tag == "list":
            first = True
            for item in element.findall("item"):
                words = _words(item)
                if words:
                    yield Part(f"- {words}", close=not first)
                    first = False
        elif element.tag == "table":
            first = True
            for row in element.findall("row"):
                words = " | ".join(filter(None, (_words(cell) for cell in row)))
                if words:
                    yield Part(words, close=not first)
                    first = False
        elif element.tag in ("quote", "div") and len(element):
            yield from _parts(element, stated)
        elif element.tag == "code":
            yield Part("".join(element.itertext()).strip("\n"))
        elif element.tag not in ("graphic", "lb"):
            words = _words(element)
            if element.tag == "head" and words == stated.title:
                continue
            yield Part(words, Kind.CAPTION if element.tag == "head" else None)


def _words(element: "HtmlElement") -> str:
    """The words of an element, on more than one line only where the page breaks the line."""
    for line_break in element.iter("lb"):
        line_break.tail = _BREAK + (line_break.tail or "")
    lines = "".join(element.itertext()).split(_BREAK)
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))
