"""A page -> the blocks of its article: two libraries name its words, and where they agree shows where it stands."""

import logging
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.errors import ArticleError
from index.loaders.near import letters
from index.loaders.prune import prune
from index.loaders.teasers import find_teasers
from index.loaders.walker import PARTING, Block, Form, read_blocks

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_WORD = re.compile(r"\w+")
_RUN = 3
"""Words in a row by which a block is known again in what a library gives."""
_OPENING = 8
"""Words by which two blocks are known to tell the same."""
_LEAST_KNOWN = 0.7
_SHORT = 6
"""A block of fewer words is known by its whole line."""
_LEAST_AGREED = 0.4
"""Share of the smaller finding below which the two found different things."""
_LEAST_OF_LARGER = 0.1
_INSIDE = 0.9
"""Share of the smaller finding from which it stands inside the other."""
_LEAST_RUNNING = 0.7
"""Share of paragraphs of text from which what the larger finding has besides is the article's."""
_LEAST_OWN = 160
"""Letters of its own below which a page with more in teasers is a list of articles."""
_LEAST_TRUSTED = 0.25
"""Readability finds the narrower frame; below this share of the other's words it has missed the article."""
_FRAMED = 0.85
_MOST_BESIDE = 3
"""How many times the agreed words one finding may add; on a page that grew further it is another article's."""
_LEVELS = 3
_PIECES = frozenset("table tbody thead tfoot tr td th ul ol li dl dt dd p pre blockquote".split())
_LEAST_BETWEEN = 40
_LEAST_ALONE = 30
"""Letters from which words found by both are the article's wherever they stand; shorter ones occur twice."""
_LINKED = 0.5


def find_article(tree: "HtmlElement", title: str) -> list[Block]:
    """Find the blocks of a page's article.

    Blocks that trafilatura and readability both find are the article's. What one of them finds besides is, when it
    stands in the smallest element that holds nearly all of those, or close above it, or between the headline and
    them. What neither finds is, when it stands between them and is no list of links: captions, headings, rows of
    tables, paragraphs that were lost.

    Args:
        tree: The whole page; is changed.
        title: The headline; empty where it is not known.

    Returns:
        In the order of the page; empty where there is no article.
    """
    body = tree.find(".//body")
    body = tree if body is None else body
    prune(body, title)
    blocks = read_blocks(body)
    if not blocks:
        return []
    page = _Page(blocks, [len(letters(block.words)) for block in blocks])
    teasers = find_teasers(blocks)
    wide, narrow = (_known(blocks, lines) for lines in (_by_trafilatura(tree), _by_readability(tree)))
    found = teasers & (wide | narrow)
    core, added = page.core(wide - teasers, narrow - teasers)
    if core:
        core = page.filled(core, added, body, title) - teasers
    own = page.size(page.running(core))
    if own < min(_LEAST_OWN, page.size(found)):
        raise ArticleError("it is a list of articles, not an article: save the articles' own pages")
    return [blocks[at] for at in sorted(core)]


@dataclass(frozen=True, slots=True)
class _Page:
    """The blocks of a page by their places, and how many letters each has."""

    blocks: list[Block]
    sizes: list[int]

    def size(self, places: Iterable[int]) -> int:
        return sum(self.sizes[at] for at in places)

    def running(self, places: Iterable[int]) -> set[int]:
        """Give those that are paragraphs of text."""
        return {
            at
            for at in places
            if self.sizes[at] >= _LEAST_BETWEEN
            and self.blocks[at].linked < _LINKED * self.sizes[at]
            and self.blocks[at].form not in (Form.HEADING, Form.CAPTION)
        }

    def core(self, wide: set[int], narrow: set[int]) -> tuple[set[int], list[set[int]]]:
        """Give what is the article's for sure, and what each library found besides that may be."""
        both = wide & narrow
        agreed, one, other = (self.size(found) for found in (both, wide, narrow))
        larger = narrow if one < other else wide
        if agreed and agreed >= _INSIDE * min(one, other) and self.size(larger - both) >= agreed:
            # The smaller finding is no evidence against the rest of the larger, which is judged by what it is.
            rest = self._beside(larger - both, both)
            if self.size(self.running(rest)) >= _LEAST_RUNNING * self.size(larger - both):
                both = both | rest
                return both, [wide - both, narrow - both]
        if agreed < _LEAST_AGREED * min(one, other) or agreed < _LEAST_OF_LARGER * max(one, other):
            return (narrow if other >= _LEAST_TRUSTED * one else wide), []
        return both, [wide - both, narrow - both]

    def _beside(self, places: set[int], core: set[int]) -> set[int]:
        """Leave out lists, and what stands above the main heading or outside the main element that holds the core."""
        own = {element for at in core for element in self.blocks[at].holder.iterancestors("article", "main")}
        heads = [at for at, block in enumerate(self.blocks) if block.holder.tag == "h1" and at <= max(core)]
        return {
            at
            for at in places
            for holder in (self.blocks[at].holder,)
            if at > min(heads, default=-1)
            and next(holder.iterancestors("li"), None) is None
            and (not own or not own.isdisjoint(holder.iterancestors("article", "main")))
        }

    def filled(self, core: set[int], added: list[set[int]], body: "HtmlElement", title: str) -> set[int]:
        """Add to the core what stands where the article does."""
        blocks, agreed, disputed = self.blocks, self.size(core), set[int]().union(*added)
        twice = core & self._told_twice()
        frame, close = self._frame(core - twice or core, body)
        near = {at for at, block in enumerate(blocks) if block.holder in frame or block.holder in close}
        core = {at for at in core if at in near or (self.sizes[at] >= _LEAST_ALONE and at not in twice)}
        first = min(at for at in core if blocks[at].holder in frame)
        headline = [at for at in range(first) if title and letters(blocks[at].words) == letters(title)]
        near.update(range(headline[-1] if headline else first, first))
        for finding in added:
            found = finding & near
            if self.size(found) <= _MOST_BESIDE * agreed:
                core |= found
        for at in range(min(core), max(core)):
            if at not in core and at not in disputed and blocks[at].holder in frame and self._belongs(at):
                core.add(at)
        return core

    def _told_twice(self) -> set[int]:
        """Give the blocks whose opening words stand in another one too, as in a teaser of the page's own article."""
        told: Counter[tuple[str, ...]] = Counter()
        openings: dict[int, tuple[str, ...]] = {}
        for at, block in enumerate(self.blocks):
            runs = list(_runs(_WORD.findall(block.words.lower()), _OPENING))
            told.update(runs)
            if runs:
                openings[at] = runs[0]
        return {at for at, run in openings.items() if told[run] > 1}

    def _belongs(self, at: int) -> bool:
        shown = self.blocks[at].form is not Form.PARAGRAPH or self.sizes[at] >= _LEAST_BETWEEN
        return shown and self.blocks[at].linked < _LINKED * self.sizes[at]

    def _frame(self, core: set[int], body: "HtmlElement") -> tuple[set["HtmlElement"], set["HtmlElement"]]:
        """Give what is in the smallest element that holds nearly all of the core, and what hangs close above it."""
        held: dict[HtmlElement, int] = {}
        for at in core:
            held[self.blocks[at].holder] = held.get(self.blocks[at].holder, 0) + self.sizes[at]
        elements = list(body.iter("*"))
        for element in reversed(elements):
            parent = element.getparent()
            if element is not body and parent is not None and element in held:
                held[parent] = held.get(parent, 0) + held[element]
        least = _FRAMED * held[body]
        # Of nested elements the last in the order of the page is the innermost.
        box = [element for element in elements if held.get(element, 0) >= least][-1]
        # A table or list alone frames no article.
        while box is not body and box.tag in _PIECES:
            box = box.getparent()
        close: set[HtmlElement] = set()
        above = box
        for _ in range(_LEVELS):
            parent = above.getparent()
            if above is body or parent is None or parent is body:
                break
            above = parent
            for child in above.iterchildren("*"):
                close.add(child)
                close.update(child.iterchildren(*PARTING))
        return set(box.iter("*")), close


def _known(blocks: list[Block], lines: list[str]) -> set[int]:
    """Give the places of the blocks whose words a library gave."""
    whole: set[str] = set()
    runs: set[tuple[str, ...]] = set()
    for line in lines:
        words = _WORD.findall(line.lower())
        whole.add(" ".join(words))
        runs.update(_runs(words))
    found: set[int] = set()
    for at, block in enumerate(blocks):
        words = _WORD.findall(block.words.lower())
        if len(words) < _SHORT:
            if words and " ".join(words) in whole:
                found.add(at)
        elif sum(run in runs for run in _runs(words)) >= _LEAST_KNOWN * (len(words) - _RUN + 1):
            found.add(at)
    return found


def _runs(words: list[str], size: int = _RUN) -> Iterable[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(size)), strict=False)


def _by_trafilatura(tree: "HtmlElement") -> list[str]:
    from copy import deepcopy

    from trafilatura import bare_extraction

    found = bare_extraction(deepcopy(tree), include_comments=False, with_metadata=False)
    return (getattr(found, "text", None) or "").split("\n")


def _by_readability(tree: "HtmlElement") -> list[str]:
    from lxml import etree, html
    from readability import Document
    from readability.readability import Unparseable

    try:
        # It changes a tree that it is given and starts anew from the changed one where it found little.
        summary = Document(etree.tostring(tree, encoding="unicode", method="html")).summary(html_partial=True)
    except Unparseable:
        return []
    return [line for block in read_blocks(html.fromstring(summary)) for line in block.words.split("\n")]


for _library in ("readability", "trafilatura"):  # they report to the log what is a fault of the file, told elsewhere
    logging.getLogger(_library).addHandler(logging.NullHandler())
