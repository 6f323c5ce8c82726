"""Boxes on a page that sell a subscription: a list of what one gets, and a link to sign up below it."""

import re
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_WORDS = re.compile(
    r"\b(?:subscri\w+|sign[ -]?up|register|(?:free|your) trial|become a (?:member|supporter|friend)"
    r"|join (?:now|us|today)|abonn\w+|abo\b|probemonat|registrieren|s['’]inscrire|suscr\w+|assin[ae]\b"
    r"|abbona\w+|prenumer\w+|tilaa)",
    re.I,
)
_ADDRESS = re.compile(
    r"(?:\A|[/.?&=_-])(?:subscri\w+|sign-?up|abo|abonn\w+|membership|join|register|suscri\w+)\b", re.I
)
_LISTS = ("ul", "ol")
_LONGEST_OFFER = 60
_MOST_OFFERS = 40
_LEVELS = 4
_MOST_BESIDE = 8
_MOST_WORDS = 120


def find_offers(body: "HtmlElement") -> set["HtmlElement"]:
    """Find what sells a subscription: a list that ends in a link to sign up, or has one right below it.

    Args:
        body: With its buttons.

    Returns:
        The box around both where it holds little else, else both by themselves.
    """
    found: set[HtmlElement] = set()
    offers = (element for element in body.iter("a", "button") if _is_offer(element))
    for offer in islice(offers, _MOST_OFFERS):
        pair = _with_list(offer, body)
        if not pair:
            continue
        box = pair[0].getparent()
        if box is not None and box is not body and _words(box) <= _MOST_WORDS:
            found.add(box)
        else:
            found.update(pair)
    return found


def _is_offer(element: "HtmlElement") -> bool:
    words = " ".join(element.text_content().split())
    return 0 < len(words) <= _LONGEST_OFFER and bool(_WORDS.search(words) or _ADDRESS.search(element.get("href") or ""))


def _with_list(offer: "HtmlElement", body: "HtmlElement") -> "list[HtmlElement]":
    """Give the list that an offer ends, and what holds the offer below it; empty where there is none."""
    element = offer
    for _ in range(_LEVELS):
        parent = element.getparent()
        if element is body or parent is None or _words(element) > _words(offer) + _MOST_BESIDE:
            break
        if element.tag == "li" and next(element.itersiblings("li"), None) is None:
            return [parent] if len(parent) > 1 else []
        before = next((one for one in element.itersiblings("*", preceding=True) if one.text_content().strip()), None)
        if before is not None:
            inner = before if before.tag in _LISTS else next(iter(before.iterchildren(*_LISTS)), None)
            return [before, element] if inner is not None and len(inner) > 1 and _is_short(before) else []
        element = parent
    return []


def _is_short(element: "HtmlElement") -> bool:
    return _words(element) <= _MOST_WORDS


def _words(element: "HtmlElement") -> int:
    return len(element.text_content().split())
