"""A page's tree -> its blocks of text in order: paragraphs, headings, captions, items of lists, rows of tables."""

import re
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement


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
        words: Single spaces between words; a line end only where the page breaks the line.
        holder: The innermost element that sets it apart.
        linked: How many of its characters are links.
    """

    words: str
    form: Form
    holder: "HtmlElement"
    linked: int


PARTING = frozenset(
    """address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre section summary table tbody td
    tfoot th thead tr ul""".split()
)
"""Elements that browsers set on lines of their own."""
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_CAPTIONS = frozenset(("figcaption", "caption", "figure"))
_CAPTION = re.compile(r"caption|credit", re.I)
_REACH = 5
"""How many elements up a caption's own may be."""
_BREAK = "\u2028"
_PARAGRAPH_BREAK = re.compile(rf"{_BREAK}\s*{_BREAK}")


def read_blocks(tree: "HtmlElement") -> list[Block]:
    """Give the blocks of a page in order; walks the tree without recursion, in time linear in its size."""
    from lxml import etree

    walk = _Walk(tree)
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event == "start":
            walk.enter(element)
        else:
            if event == "end":
                walk.leave(element)
            if element is not tree:
                walk.hear(element.tail)
    walk.close()
    return walk.found


class _Walk:
    """What a walk has met since it last closed a block."""

    def __init__(self, tree: "HtmlElement") -> None:
        self.found: list[Block] = []
        self._holders = [tree]
        self._pieces: list[str] = []
        self._linked = 0
        self._links = 0
        self._row: HtmlElement | None = None

    def enter(self, element: "HtmlElement") -> None:
        tag = element.tag
        if self._row is None and _parts(element):
            self.close()
            self._holders.append(element)
            if tag == "tr" and _is_data(element):
                self._row = element
        elif tag in ("td", "th") and any(piece.strip() for piece in self._pieces):
            self._pieces.append(" | ")
        elif tag == "br":
            self._pieces.append(_BREAK)
        elif tag == "a":
            self._links += 1
        self.hear(element.text)

    def leave(self, element: "HtmlElement") -> None:
        if element.tag == "a":
            self._links -= 1
        elif element is self._row or (self._row is None and _parts(element)):
            self.close()
            self._holders.pop()
            self._row = None

    def hear(self, text: str | None) -> None:
        if text:
            self._pieces.append(text)
            if self._links > 0:
                self._linked += len(" ".join(text.split()))

    def close(self) -> None:
        text, linked = "".join(self._pieces), self._linked
        self._pieces.clear()
        self._linked = 0
        if not text.strip():
            return
        form = _form(self._holders)
        for part in [text] if form is Form.CODE else _PARAGRAPH_BREAK.split(text):
            if form is Form.CODE:
                words = part.replace(_BREAK, "\n").strip("\n")
            else:
                words = "\n".join(filter(None, (" ".join(line.split()) for line in part.split(_BREAK))))
            if words.strip(" |\n"):
                self.found.append(Block(words, form, self._holders[-1], min(linked, len(words))))


def _parts(element: "HtmlElement") -> bool:
    """True when an element stands on lines of its own; some sites set captions in spans."""
    return element.tag in PARTING or (element.tag == "span" and _CAPTION.search(element.get("class") or "") is not None)


def _is_data(row: "HtmlElement") -> bool:
    """True when a row is of a table, not of a page laid out by one: its cells hold a paragraph each at most."""
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    return len(cells) >= 2 and all(len(list(islice(cell.iter(*PARTING), 3))) <= 2 for cell in cells)


def _form(holders: list["HtmlElement"]) -> Form:
    if holders[-1].tag == "tr":
        return Form.ROW
    for holder in reversed(holders[-_REACH:]):
        if holder.tag == "pre":
            return Form.CODE
        if holder.tag in _HEADINGS:
            return Form.HEADING
        if holder.tag in _CAPTIONS or _CAPTION.search(holder.get("class") or ""):
            return Form.CAPTION
    return Form.ITEM if any(holder.tag == "li" for holder in holders[-2:]) else Form.PARAGRAPH
