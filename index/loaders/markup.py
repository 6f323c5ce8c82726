"""A piece of HTML, as letters, feeds and tables hold it -> its paragraphs in plain text."""

import html
import re
from typing import TYPE_CHECKING

from index.article import Kind
from index.errors import ArticleError
from index.loaders.page import Part

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
_DECLARATION = re.compile(r"\s*<\?xml[^<>]*\?>")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_BREAK = "\u2028"

_DROPPED = frozenset("script style head title noscript template svg math iframe object button select textarea".split())
_BLOCKS = frozenset(
    """address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3
    h4 h5 h6 header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul caption""".split()
)
_SET_APART = frozenset("h1 h2 h3 h4 h5 h6 figcaption caption".split())
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.I)
_OTHERS = re.compile(r"(?:\A|\s)(?:gmail_quote|gmail_signature|yahoo_quoted|moz-cite-prefix|moz-signature)(?:\s|\Z)")
"""What mail programs call the words of another letter, and the signature."""
_LONGEST_LINK = 120
"""A paragraph that is a link is a button or a menu's line where it is no longer than this."""


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
    return " ".join(" ".join(part.text for part in plain_or_markup(text)).split())


def parts(source: str) -> list[Part]:
    """Give the paragraphs of a piece of HTML.

    Headings and captions are set apart; furniture are paragraphs that are nothing but a link, and in letters what
    stands in another's letter. What is hidden is left out, pictures and scripts too. Where blank lines alone part
    the paragraphs, as blogs store them, they do so here.

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
        source = re.sub(r"\n", "<br>", re.sub(r"\n[ \t]*\n\s*", "<p>", source.strip()))
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
    return _Walk().over(tree)


class _Walk:
    """One way through a tree of HTML, from its first word to its last."""

    def __init__(self) -> None:
        self._found: list[Part] = []
        self._pieces: list[str] = []
        self._linked = self._unlinked = 0
        self._links = self._apart = self._others = self._pre = 0
        self._sign = ""
        self._in_list = False

    def over(self, tree: "HtmlElement") -> list[Part]:
        from lxml import etree

        walk = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
        for event, element in walk:
            if event in ("comment", "pi"):
                self._write(element.tail)
                continue
            tag = element.tag
            if event == "start" and (tag in _DROPPED or _is_hidden(element)):
                walk.skip_subtree()
            elif tag not in _DROPPED and not _is_hidden(element):
                self._step(element, tag, 1 if event == "start" else -1)
            if event == "start" and tag not in _DROPPED and not _is_hidden(element):
                self._write(element.text)
            elif event == "end":
                self._write(element.tail)
        self._end()
        return self._found

    def _step(self, element: "HtmlElement", tag: str, way: int) -> None:
        """Go into an element, or out of it."""
        if tag in _BLOCKS:
            self._end()
        if tag == "br" and way > 0:
            self._pieces.append(_BREAK)
        elif tag == "li":
            self._sign = "- " if way > 0 else ""
        elif tag in ("ul", "ol"):
            self._in_list = False
        self._links += way * (tag == "a")
        self._apart += way * (tag in _SET_APART)
        self._pre += way * (tag == "pre")
        self._others += way * (element.get("type") == "cite" or _OTHERS.search(element.get("class") or "") is not None)

    def _write(self, text: str | None) -> None:
        if text:
            self._pieces.append(text.replace("\n", _BREAK) if self._pre else text)
            letters = len("".join(text.split()))
            self._linked += letters if self._links else 0
            self._unlinked += 0 if self._links else letters

    def _end(self) -> None:
        """End a paragraph."""
        lines = "".join(self._pieces).split(_BREAK)
        text = "\n".join(filter(None, (" ".join(line.split()) for line in lines)))
        if text:
            is_link = self._linked > 0 and self._unlinked <= 1 and len(text) <= _LONGEST_LINK
            kind = Kind.CAPTION if self._apart else None
            kind = Kind.FURNITURE if self._others or (is_link and not self._apart) else kind
            self._found.append(Part(self._sign + text, kind, close=bool(self._sign) and self._in_list))
            self._in_list, self._sign = bool(self._sign), ""
        self._pieces, self._linked, self._unlinked = [], 0, 0


def _is_hidden(element: "HtmlElement") -> bool:
    return element.get("hidden") is not None or _HIDDEN.search(element.get("style") or "") is not None
