"""Saved web pages: the article's text without the page around it, and the byline that the page states."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from index.article import Byline, Draft, Fault, Kind
from index.encoding import decoded
from index.errors import ArticleError
from index.loaders.body import find_article
from index.loaders.near import letters
from index.loaders.page import Part, lay_out
from index.loaders.stated import read_stated
from index.loaders.walker import as_parts, visible
from index.settings import Settings

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_PAGE_BYTES = 10_000_000
"""A page of text has a tenth of it at most; larger ones are data, and take the parsers minutes."""
_CHARSET = re.compile(rb"<meta[^<>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{1,40})", re.I)
_HEAD_BYTES = 8192
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DECLARATION = re.compile(r"\A\s*<\?xml[^<>]*\?>")


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
    from trafilatura.utils import load_html

    if len(data) > MAX_PAGE_BYTES:
        raise ArticleError(
            f"the page is {len(data) / 1_000_000:.0f} MB, over the limit of {MAX_PAGE_BYTES // 1_000_000} MB: "
            "save its text as .txt"
        )
    source = _DECLARATION.sub("", _CONTROL.sub("", _decoded(data)))
    if not source.strip():
        return Draft(text="", byline=Byline(""))
    try:
        tree = load_html(source)
        if tree is None:
            raise ArticleError("it is no web page: save the page again, or save its text as .txt")
        _make_visible(tree)
        stated, language = read_stated(tree), tree.get("lang")
        # They open the text already, each marked.
        said = set(filter(None, map(letters, (stated.byline.title, stated.author_line, stated.date_line))))
        blocks = find_article(tree, stated.byline.title)
        parts = list(as_parts(block for block in blocks if letters(block.words) not in said))
    except (etree.LxmlError, ValueError, RecursionError) as error:
        raise ArticleError(
            f"the page cannot be taken apart ({error}): save it again, or save its text as .txt"
        ) from error
    if not parts:
        raise ArticleError("no article was found in the page: save the article's own page, or its text as .txt")
    head = [
        Part(stated.byline.title, Kind.TITLE),
        Part(stated.author_line or "", Kind.AUTHOR),
        Part(stated.date_line or "", Kind.DATE),
    ]
    text, marks = lay_out(head, parts)
    return Draft(text=text, byline=stated.byline, marks=marks, language=language)


def _decoded(data: bytes) -> str:
    declared = _CHARSET.search(data[:_HEAD_BYTES])
    return re.sub(r"\r\n?", "\n", decoded(data, declared[1].decode() if declared else None))


def _make_visible(tree: "HtmlElement") -> None:
    """Take out what nobody sees before anything is compared."""
    for element in tree.iter():
        text, tail = element.text or "", element.tail or ""
        if (shown := visible(text)) != text:
            element.text = shown
        if (shown := visible(tail)) != tail:
            element.tail = shown
    for element in tree.iter("meta"):
        for name, value in element.items():
            element.set(name, visible(value))
