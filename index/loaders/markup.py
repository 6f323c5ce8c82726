"""A piece of HTML, as letters, feeds and tables hold it -> its paragraphs in plain text."""

import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from index.article import Kind
from index.errors import ArticleError
from index.loaders.page import Part
from index.loaders.walker import as_parts, read_blocks, visible

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_ELEMENT = re.compile(
    r"</?(?:a|abbr|article|b|big|blockquote|body|br|center|cite|code|dd|del|div|dl|dt|em|figcaption|figure|font|footer|"
    r"h[1-6r]|head|header|html|i|iframe|img|ins|li|link|main|mark|meta|nav|ol|p|pre|q|s|script|section|small|span|"
    r"strong|style|sub|sup|table|tbody|td|th|thead|time|title|tr|u|ul|video)(?:\s[^<>]{0,4000})?/?>|<!--|<!DOCTYPE\b",
    re.I,
)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]{2,8});", re.I)
_PARTED = re.compile(r"<(?:p|br|div|td)\b", re.I)
_CODE = re.compile(r"(<pre\b(?:[^<]++|<(?!/?pre\b))*+</pre)", re.I)
_DECLARATION = re.compile(r"\s*<\?xml[^<>]*\?>")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_OTHERS = re.compile(r"(?:\A|\s)(?:gmail_quote|gmail_signature|yahoo_quoted|moz-cite-prefix|moz-signature)(?:\s|\Z)")
"""What mail programs call the words of another letter, and the signature."""


def readable(text: str) -> str:
    r"""Give a text with every line end a `\n`, without control characters and halves of characters."""
    return _CONTROL.sub("", _LINE_END.sub("\n", text))


def is_markup(text: str) -> bool:
    """True when the text holds elements of HTML."""
    return _ELEMENT.search(text) is not None


def plain_or_markup(text: str) -> list[Part]:
    """Give the paragraphs of a text that may or may not be HTML; plain text stays one part, as it is."""
    if is_markup(text):
        return parts(text)
    text = readable(html.unescape(text) if _REFERENCE.search(text) else text).strip()
    return [Part(text)] if text else []


def words(text: str) -> str:
    """Give the words of one line, such as a headline, that may or may not be HTML."""
    return " ".join(visible(" ".join(part.text for part in plain_or_markup(text))).split())


def parts(source: str) -> list[Part]:
    """Give the paragraphs of a piece of HTML.

    Headings, captions and mere links are set apart; furniture is, in letters, what stands in another's letter. Where
    blank lines alone part the paragraphs, as blogs store them, they do so here.

    Args:
        source: Markup without or with the page around it.

    Returns:
        Paragraphs, headings, captions and list items, in order; empty where there are no words.

    Raises:
        ArticleError: It is nested too deeply to be taken apart.
    """
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    source = readable(_DECLARATION.sub("", source, count=1))
    if not _PARTED.search(source):
        pieces = _CODE.split(source.strip())
        pieces[::2] = [re.sub(r"\n", "<br>", re.sub(r"\n[ \t]*\n\s*", "<p>", piece)) for piece in pieces[::2]]
        source = "".join(pieces)
    if not source.strip():
        return []
    parser = HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        tree = document_fromstring(source.encode(), parser=parser)
    except etree.ParserError:  # nothing but comments
        return []
    except (etree.LxmlError, RecursionError) as error:
        raise ArticleError(f"its HTML cannot be taken apart ({error}): save it as plain text") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        # The parser stops there, and the words after it would be lost without a word.
        raise ArticleError("its HTML is nested too deeply to be taken apart: save it as plain text")
    others = _others(tree)
    blocks = read_blocks(tree)
    return [
        replace(part, kind=Kind.FURNITURE) if block.holder in others else part
        for block, part in zip(blocks, as_parts(blocks), strict=True)
    ]


def _others(tree: "HtmlElement") -> set["HtmlElement"]:
    """Give the elements that hold the words of another letter, or a signature, with all that is in them."""
    found: set[HtmlElement] = set()
    for element in tree.iter("*"):
        cited = element.get("type") == "cite" or _OTHERS.search(element.get("class") or "") is not None
        if cited or element.getparent() in found:
            found.add(element)
    return found
