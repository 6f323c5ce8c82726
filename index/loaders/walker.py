"""A tree of HTML -> its blocks of text in order, by the same rules in pages, books, letters, feeds and fields."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import groupby, islice
from typing import TYPE_CHECKING

from index.article import Kind
from index.byline import is_byline
from index.loaders.page import Part

if TYPE_CHECKING:
    from lxml.html import HtmlElement

PARTING = frozenset(
    """address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary table tbody td
    tfoot th thead tr ul""".split()
)
"""Elements that browsers set on lines of their own."""
UNSEEN = frozenset(
    """annotation annotation-xml audio button canvas datalist embed head iframe input link map meta noscript object
    option script select source style svg template textarea title track video""".split()
)
"""Elements whose words are no part of a text: programs, pictures, forms, and formulas told a second time."""
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all", re.I)
_HIDING = frozenset(("hidden", "is-hidden", "u-hidden", "d-none"))
"""Classes by which the style sheets of many sites hide an element."""
_SHOWN_IF_WIDE = re.compile(r"(?:\A|\s)(?:[\w-]+:|d-\w+-)(?:block|inline|flex|grid|table|contents)")
"""What is hidden on narrow screens only, as `hidden md:block`."""
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_CAPTIONS = frozenset(("figcaption", "caption", "figure"))
_LISTS = frozenset(("ol", "ul", "menu", "dir"))
_CAPTION = re.compile(r"caption|credit", re.I)
_REACH = 5
"""How many elements up a caption's own may be."""
_BREAK = "\u2028"
_NOWHERE = re.compile(r"\s*(?:\Z|#|javascript:)", re.I)
_NUMBER = re.compile(r"\s*(-?\d{1,9})\s*")
_WIDTHLESS = re.compile(
    # Always; then joiners and marks of direction where the script before them does without.
    "[\u00ad\u200b\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069]"
    "|(?<![\u0590-\u109f\u1780-\u1cff\u2600-\u27bf\ua800-\uabff\ufb1d-\ufefe\U00010000-\U0010ffff])[\u200c-\u200f]"
)
_FIGURE = re.compile(r"\d")
_LETTER = re.compile(r"[^\W_]")
_LONGEST_LEAD = 30
_MOST_BETWEEN = 6
"""Letters before and after a link which leave a line nothing but a link: `Read more:`, `and`."""
_LONGEST_POINTER = 250
_SENTENCE_END = re.compile(r"[.。।][\s\"'”’»)\]]*\Z")
_CUT = re.compile(r"\.\.[\s\"'”’»)\]]*\Z")


class Form(Enum):
    """What the markup says a block is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    CAPTION = "caption"
    ITEM = "item"
    ROW = "row"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of text that a browser sets on lines of its own.

    Attributes:
        words: Single spaces between words; a line end only where the text breaks the line; of code every sign.
        holder: The innermost element that sets it apart.
        linked: How many of its letters and figures are links to another place.
        lead: How many stand before its first link, a figure counting for many.
        between: How many stand after its first link outside any.
        sign: What a browser writes before an item of a list, such as `- ` or `3. `.
    """

    words: str
    form: Form
    holder: "HtmlElement"
    linked: int = 0
    lead: int = 0
    between: int = 0
    sign: str = ""

    @property
    def is_link(self) -> bool:
        """It is nothing but links."""
        return self.linked > 0 and self.lead + self.between <= 1

    @property
    def is_pointer(self) -> bool:
        """It is links to other places and a short lead-in at most, such as `More: …`, and ends no sentence."""
        return (
            self.linked > self.lead
            and self.lead <= _LONGEST_LEAD
            and self.between <= _MOST_BETWEEN
            and self.form in (Form.PARAGRAPH, Form.ITEM)
            and len(self.words) <= _LONGEST_POINTER
            and (_SENTENCE_END.search(self.words) is None or _CUT.search(self.words) is not None)
            and (self.is_link or not is_byline(self.words))
        )


def visible(text: str) -> str:
    """Take out of a text the characters that nobody sees: soft hyphens, spaces without width, marks of direction.

    Joiners and single marks of direction stay after letters of the scripts that need them.
    """
    return _WIDTHLESS.sub("", text)


def is_hidden(element: "HtmlElement") -> bool:
    """True when the markup hides an element from readers."""
    classes = element.get("class") or ""
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or _HIDDEN.search(element.get("style") or "") is not None
        or (not _HIDING.isdisjoint(classes.split()) and _SHOWN_IF_WIDE.search(classes) is None)
    )


def read_blocks(tree: "HtmlElement") -> list[Block]:
    """Give the blocks of a tree in order, without what is hidden.

    Walks the tree without recursion, in time linear in its size.

    Args:
        tree: Names of its elements in lower case, without a namespace.
    """
    from lxml import etree

    walk = _Walk(tree)
    steps = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    skipped: HtmlElement | None = None
    for event, element in steps:
        if event == "start":
            if element.tag in UNSEEN or (element is not tree and is_hidden(element)):
                skipped = element
                steps.skip_subtree()
                walk.skip(element)
            else:
                walk.enter(element)
            continue
        if event == "end" and element is not skipped:
            walk.leave(element)
        if element is not tree:
            walk.hear(element.tail)
    walk.close()
    return walk.found


def as_parts(blocks: Iterable[Block], *, titled: bool = False, links: bool = False) -> Iterator[Part]:
    """Give blocks as the parts of an article: headings, captions and mere links to elsewhere are set apart.

    Args:
        blocks: In order.
        titled: True when the first heading is the title, as in a chapter.
        links: True when links are the text itself, as in a list of further reading.
    """
    for form, group in groupby(blocks, key=lambda block: block.form):
        run = list(group)
        # A list that links one of its items only is the article's.
        points = not links and (form is not Form.ITEM or all(block.is_pointer for block in run))
        for at, block in enumerate(run):
            apart = form in (Form.HEADING, Form.CAPTION) or (points and block.is_pointer)
            kind = Kind.CAPTION if apart else None
            if titled and form is Form.HEADING:
                kind, titled = Kind.TITLE, False
            yield Part(block.sign + block.words, kind, close=at > 0 and form in (Form.ITEM, Form.ROW))


class _Walk:
    """What a walk has met since it last closed a block."""

    def __init__(self, tree: "HtmlElement") -> None:
        self.found: list[Block] = []
        self._holders = [tree]
        self._pieces: list[str] = []
        self._linked = self._lead = self._between = 0
        self._links: list[bool] = []
        self._lists: list[int | None] = []
        self._sign = ""
        self._whole: HtmlElement | None = None
        """The row or code that is open; whatever is inside is one block."""

    def enter(self, element: "HtmlElement") -> None:
        tag = element.tag
        if self._whole is not None:
            if tag in ("td", "th") and self._whole.tag == "tr":
                self._pieces.append(" | " if any(piece.strip() for piece in self._pieces) else "")
            elif _parts(element):
                self._pieces.append(_BREAK)
        elif _parts(element):
            self.close()
            self._holders.append(element)
            self._open(element, tag)
        if tag == "br":
            self._break()
        elif tag == "a":
            self._links.append(_NOWHERE.match(element.get("href") or "") is None)
        self.hear(element.text)

    def leave(self, element: "HtmlElement") -> None:
        if element.tag == "a":
            self._links.pop()
        elif element is self._whole or (self._whole is None and _parts(element)):
            self.close()
            self._holders.pop()
            self._whole = None
            if element.tag in _LISTS:
                self._lists.pop()
            elif element.tag == "li":
                self._sign = ""

    def skip(self, element: "HtmlElement") -> None:
        if self._whole is None and _parts(element):
            self.close()

    def _break(self) -> None:
        """End a line, or the paragraph where the line is empty."""
        for piece in reversed(self._pieces if self._whole is None else ()):
            if piece == _BREAK:
                self.close()
                return
            if piece.strip():
                break
        self._pieces.append(_BREAK)

    def hear(self, text: str | None) -> None:
        if not text:
            return
        self._pieces.append(text)
        letters = len(_LETTER.findall(text))
        if any(self._links):
            self._linked += letters
        elif self._linked:
            self._between += letters
        else:
            # A figure says something, and leads to nothing.
            self._lead += letters + (_LONGEST_LEAD if _FIGURE.search(text) else 0)

    def close(self) -> None:
        text, linked, lead, between = visible("".join(self._pieces)), self._linked, self._lead, self._between
        self._pieces.clear()
        self._linked = self._lead = self._between = 0
        if not text.strip():
            return
        form = self._form()
        if words := _words(text, form):
            sign = self._sign if form is Form.ITEM else ""
            self.found.append(Block(words, form, self._holders[-1], linked, lead, between, sign))
            self._sign = "" if sign else self._sign

    def _open(self, element: "HtmlElement", tag: str) -> None:
        if tag == "pre" or (tag == "tr" and _is_data(element)):
            self._whole = element
        elif tag in _LISTS:
            self._lists.append(_number(element.get("start"), 1) - 1 if tag == "ol" else None)
        elif tag == "li":
            self._sign = self._next_sign(element)

    def _next_sign(self, element: "HtmlElement") -> str:
        if not self._lists or self._lists[-1] is None:
            return "- "
        self._lists[-1] = _number(element.get("value"), self._lists[-1] + 1)
        return f"{self._lists[-1]}. "

    def _form(self) -> Form:
        if self._whole is not None:
            return Form.ROW if self._whole.tag == "tr" else Form.CODE
        for holder in reversed(self._holders[-_REACH:]):
            if holder.tag in _HEADINGS:
                return Form.HEADING
            if holder.tag in _CAPTIONS or _CAPTION.search(holder.get("class") or ""):
                return Form.CAPTION
        return Form.ITEM if self._sign or any(one.tag == "li" for one in self._holders[-2:]) else Form.PARAGRAPH


def _words(text: str, form: Form) -> str:
    if form is Form.CODE:
        return "\n".join(line.rstrip() for line in text.replace(_BREAK, "\n").split("\n")).strip("\n")
    if form is Form.ROW:
        return " ".join(text.split()).rstrip(" |")
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.split(_BREAK))))


def _parts(element: "HtmlElement") -> bool:
    """True when an element stands on lines of its own; some sites set captions in spans."""
    return element.tag in PARTING or (element.tag == "span" and _CAPTION.search(element.get("class") or "") is not None)


def _is_data(row: "HtmlElement") -> bool:
    """True when a row is of a table, not of a page laid out by one: its cells hold a paragraph each at most."""
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    return len(cells) >= 2 and all(len(list(islice(cell.iter(*PARTING), 3))) <= 2 for cell in cells)


def _number(stated: str | None, otherwise: int) -> int:
    found = _NUMBER.fullmatch(stated or "")
    return int(found[1]) if found else otherwise
