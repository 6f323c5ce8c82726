"""Blocks of a page that are teasers of other articles, in rows of cards or lists of headlines."""

import re
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING

from index.loaders.walker import Block, Form

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LEAST_CARDS = 4
_LEAST_ALIKE = 0.8
_MOST_WORDS = 50
"""Words in a teaser: headline, a sentence or two, day, section."""
_LEAST_HEADLINE = 3
_LONGEST_KICKER = 4
_LEVELS = 6
_SERIAL = re.compile(r"\d+")


def find_teasers(blocks: list[Block]) -> set[int]:
    """Find the cards of a page: at least four siblings of one kind, each with a linked headline and few other words.

    Args:
        blocks: Of the whole page, in order.

    Returns:
        The places of the blocks inside them.
    """
    held: dict[HtmlElement, list[int]] = {}
    for at, block in enumerate(blocks):
        for element in _up(block.holder):
            held.setdefault(element, []).append(at)
    rows: dict[tuple[HtmlElement | None, str, str], list[list[int]]] = {}
    for element, places in held.items():
        names = (element.get("class") or "").split()[:1]
        kind = "" if element.tag in ("li", "article") else _SERIAL.sub("", "".join(names))
        rows.setdefault((element.getparent(), element.tag, kind), []).append(places)
    found: set[int] = set()
    for siblings in rows.values():
        cards = [places for places in siblings if _is_card([blocks[at] for at in places])]
        if len(cards) >= max(_LEAST_CARDS, _LEAST_ALIKE * len(siblings)):
            found.update(*cards)
    return found


def _up(holder: "HtmlElement") -> "Iterable[HtmlElement]":
    yield holder
    yield from islice(holder.iterancestors(), _LEVELS - 1)


def _is_card(blocks: list[Block]) -> bool:
    """True for few words with a linked headline, and no sentence before it; a day or a section may come first."""
    if sum(len(block.words.split()) for block in blocks) > _MOST_WORDS:
        return False
    for block in blocks:
        if _is_headline(block):
            return True
        if len(block.words.split()) > _LONGEST_KICKER:
            break
    return False


def _is_headline(block: Block) -> bool:
    long = len(block.words.split()) >= _LEAST_HEADLINE or len(block.words) >= 4 * _LEAST_HEADLINE
    return block.is_link and long and block.form in (Form.HEADING, Form.PARAGRAPH, Form.ITEM)
