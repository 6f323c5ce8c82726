"""A page -> the blocks of its article: two libraries name its words, and where they agree shows where it stands."""

import logging
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from index.loaders.blocks import PARTING, Block, Form, read_blocks
from index.loaders.near import letters
from index.loaders.prune import prune

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_WORD = re.compile(r"\w+")
_RUN = 3
"""Words in a row by which a block is known again in what a library gives."""
_LEAST_KNOWN = 0.7
_SHORT = 6
"""A block of fewer words is known by its whole line."""
_LEAST_AGREED = 0.4
"""Share of the smaller finding below which the two found different things."""
_LEAST_OF_LARGER = 0.1
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
    prune(body)
    blocks = read_blocks(body)
    if not blocks:
        return []
    wide, narrow = (_known(blocks, lines) for lines in (_by_trafilatura(tree), _by_readability(tree)))
    sizes = [len(letters(block.words)) for block in blocks]
    core = wide & narrow
    agreed, one, other = (sum(sizes[at] for at in found) for found in (core, wide, narrow))
    disputed = wide ^ narrow
    if agreed < _LEAST_AGREED * min(one, other) or agreed < _LEAST_OF_LARGER * max(one, other):
        core = narrow if other >= _LEAST_TRUSTED * one else wide
        agreed = sum(sizes[at] for at in core)
        added: set[int] = set()
    else:
        added = disputed
    if not core:
        return []
    frame, close = _frame(blocks, core, sizes, body)
    near = {at for at, block in enumerate(blocks) if block.holder in frame or block.holder in close}
    core = {at for at in core if sizes[at] >= _LEAST_ALONE or at in near}
    first = min(at for at in core if blocks[at].holder in frame)
    headline = [at for at in range(first) if title and letters(blocks[at].words) == letters(title)]
    near.update(range(headline[-1] if headline else first, first))
    for finding in (added & wide, added & narrow):
        found = finding & near
        if sum(sizes[at] for at in found) <= _MOST_BESIDE * agreed:
            core |= found
    for at in range(min(core), max(core)):
        if at not in core and at not in disputed and blocks[at].holder in frame and _belongs(blocks[at], sizes[at]):
            core.add(at)
    return [blocks[at] for at in sorted(core)]


def _belongs(block: Block, size: int) -> bool:
    shown = block.form is not Form.PARAGRAPH or size >= _LEAST_BETWEEN
    return shown and block.linked < _LINKED * len(block.words)


def _frame(
    blocks: list[Block], core: set[int], sizes: list[int], body: "HtmlElement"
) -> tuple[set["HtmlElement"], set["HtmlElement"]]:
    """Give what is in the smallest element that holds nearly all of the core, and what hangs close above it."""
    held: dict[HtmlElement, int] = {}
    for at in core:
        held[blocks[at].holder] = held.get(blocks[at].holder, 0) + sizes[at]
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


def _runs(words: list[str]) -> Iterable[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(_RUN)), strict=False)


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
