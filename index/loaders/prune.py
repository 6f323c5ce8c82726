"""Taking out of a page what no reader sees, and the boxes around an article that its markup names."""

import re
from typing import TYPE_CHECKING

from index.loaders.blocks import PARTING
from index.loaders.near import marked_words

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_UNSEEN = """audio button canvas datalist embed head iframe input link meta map nav noscript object option
    script select source style svg template textarea title track video""".split()
_GONE = "gone"
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_BOXES = frozenset(
    """share shares sharebar sharetools sociable addthis signup recirc recirculation consent gdpr ads ad breadcrumb
    breadcrumbs pagination pager sidebar popup modal toolbar outbrain taboola zergnet trending""".split()
)
"""Words in the class or id of what stands around an article, in the markup of many sites."""
_BOX_OPENINGS = (
    "related", "recommend", "newsletter", "subscri", "advert", "sponsor", "sharedaddy", "cookie", "social", "promo"
)  # fmt: skip
_COMMENTS = frozenset(("comment", "comments", "disqus", "respond", "livefyre"))
_KEPT = frozenset(("main", "h1"))
_MOST_OF_A_BOX = 0.34
"""Share of the page's paragraphs from which an element is no box, whatever its name: `<div class="has-sidebar">`."""
_NEARLY_ALL = 0.9
"""A page that hides nearly all it holds shows it by script; and what holds nearly all of it is no comments alone."""


def prune(body: "HtmlElement") -> None:
    """Take the unseen and the named boxes out of a page's body.

    An element that holds the main heading, the main element or what is stated to be the article's body stays.

    Args:
        body: Is changed.
    """
    from lxml import etree

    etree.strip_elements(body, *_UNSEEN, with_tail=False)
    prose, holding = _weigh(body)
    whole = max(1, prose[body])
    for element in list(body.iter("*")):
        if element is body:
            continue
        share = prose[element] / whole
        boxed = element.tag in PARTING and element not in holding and share < _most(element)
        if boxed or (_is_hidden(element) and share < _NEARLY_ALL):
            element.tag = _GONE
    # All at once: one by one, each takes as long as the text before it.
    etree.strip_elements(body, _GONE, with_tail=False)


def _weigh(body: "HtmlElement") -> tuple[dict["HtmlElement", int], set["HtmlElement"]]:
    """Count the words of paragraphs in each element, and find those that hold the article for sure."""
    prose: dict[HtmlElement, int] = {}
    holding: set[HtmlElement] = set()
    for element in reversed(list(body.iter("*"))):
        # Paragraphs do not nest, so each word is looked at once.
        own = len(" ".join(element.itertext()).split()) if element.tag == "p" else 0
        prose[element] = own or sum(prose[one] for one in element.iterchildren("*"))
        if (
            element.tag in _KEPT
            or "articleBody" in (element.get("itemprop") or "")
            or any(one in holding for one in element.iterchildren("*"))
        ):
            holding.add(element)
    return prose, holding


def _is_hidden(element: "HtmlElement") -> bool:
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or _HIDDEN.search(element.get("style") or "") is not None
    )


def _most(element: "HtmlElement") -> float:
    """Give the share of the page's paragraphs below which an element is a box by its name; 0 for no box."""
    words = marked_words(element)
    if words & _COMMENTS:
        return _NEARLY_ALL
    if element.tag in ("aside", "footer") or words & _BOXES or any(word.startswith(_BOX_OPENINGS) for word in words):
        return _MOST_OF_A_BOX
    return 0
