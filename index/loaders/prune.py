"""Taking out of a page what no reader sees, and the boxes around an article that its markup names."""

from typing import TYPE_CHECKING

from index.loaders.near import letters, marked_words, words_in
from index.loaders.offers import find_offers
from index.loaders.walker import PARTING, UNSEEN, is_hidden

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_GONE = "gone"
_BOXES = frozenset(
    """share shares sharebar sharetools sociable addthis signup recirc recirculation consent gdpr ads ad breadcrumb
    breadcrumbs pagination pager sidebar popup modal toolbar outbrain taboola zergnet trending""".split()
)
"""Words in the class or id of what stands around an article, in the markup of many sites."""
_BOX_OPENINGS = (
    "related", "recommend", "newsletter", "subscri", "advert", "sponsor", "sharedaddy", "cookie", "social", "promo"
)  # fmt: skip
_COMMENTS = frozenset(("comment", "comments", "disqus", "respond", "livefyre"))
_ASKING = frozenset("consent cookie cookies gdpr modal popup dialog overlay".split())
_ARTICLES = frozenset("article story entry post news".split())
_BODIES = frozenset("body content text copy main".split())
_KEPT = frozenset(("main", "h1"))
_MOST_OF_A_BOX = 0.34
"""Share of the page's paragraphs from which an element is no box, whatever its name: `<div class="has-sidebar">`."""
_COUNTED_TOGETHER = 0.1
"""Share from which elements of one class count together: the frames of one article, not boxes in a row."""
_MOST = 0.5
"""Boxes that hold more than this share of a page's paragraphs are none."""
_MOST_HIDDEN = 0.6
_NEARLY_ALL = 0.9
_LEAST_SHOWN = 3
"""Paragraphs from which hidden ones may be an article that waits for a subscriber."""


def prune(body: "HtmlElement", title: str) -> None:
    """Take the unseen and the named boxes out of a page's body.

    An element that holds the main heading, the main element or what is stated to be the article's body stays, and so
    does most of the page's prose, whatever its markup calls it.

    Args:
        body: Is changed.
        title: The headline; empty where it is not known.
    """
    from lxml import etree

    for article in _next_articles(body, title):
        article.tag = _GONE
    etree.strip_elements(body, _GONE, with_tail=False)

    offers = find_offers(body)  # with the buttons that are no text
    etree.strip_elements(body, *UNSEEN, "nav", with_tail=False)
    prose, holding = _weigh(body)
    whole = max(1, prose[body])
    together = _together(body, prose, whole)
    boxes: list[HtmlElement] = []
    out: set[HtmlElement] = set()
    for element in body.iter("*"):
        if element is body:
            continue
        if element.getparent() in out:
            out.add(element)
            continue
        like = together.get(_class(element), [element])
        share = max(prose[element], sum(prose[one] for one in like)) / whole
        if is_hidden(element):
            if _waits(element, like, share):
                _unname(element)
            else:
                element.tag = _GONE
                out.add(element)
        elif element in offers and element not in holding and share < _MOST_OF_A_BOX:
            element.tag = _GONE
            out.add(element)
        elif element.tag in PARTING and element not in holding and share < _most(element):
            boxes.append(element)
            out.add(element)
        elif share >= _COUNTED_TOGETHER and _is_box(marked_words(element)) and _names_body(element):
            _unname(element)
    # Names that hold most of the prose are no names of boxes.
    named = [element for element in boxes if not marked_words(element) & _COMMENTS]
    all_but = sum(prose[element] for element in named) > _MOST * whole
    for element in boxes:
        if all_but and element in named and prose[element] >= _COUNTED_TOGETHER * whole:
            _unname(element)
        else:
            element.tag = _GONE
    # All at once: one by one, each takes as long as the text before it.
    etree.strip_elements(body, _GONE, with_tail=False)


def _next_articles(body: "HtmlElement", title: str) -> list["HtmlElement"]:
    """Give the articles that a page appended as its reader went down: each has a main heading, one is the page's."""
    heads: dict[HtmlElement, str] = {}
    for heading in body.iter("h1"):
        around = list(heading.iterancestors("article"))
        if around:
            heads.setdefault(around[-1], letters(heading.text_content()))
    return [one for one in heads if heads[one] != letters(title)] if letters(title) in heads.values() else []


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


_Class = tuple["HtmlElement | None", str, str, bool]


def _class(element: "HtmlElement") -> _Class:
    return element.getparent(), element.tag, element.get("class") or "", is_hidden(element)


def _together(body: "HtmlElement", prose: dict["HtmlElement", int], whole: int) -> dict[_Class, list["HtmlElement"]]:
    """Find siblings of one class where each holds a good part of the page; hidden ones of any size."""
    found: dict[_Class, list[HtmlElement]] = {}
    for element in body.iter("*"):
        named = _class(element)
        if prose[element] >= _COUNTED_TOGETHER * whole or (is_hidden(element) and element.get("class")):
            found.setdefault(named, []).append(element)
    return found


def _waits(element: "HtmlElement", like: "list[HtmlElement]", share: float) -> bool:
    """True when what is hidden is the article itself, which a page shows by script, or to subscribers."""
    if share >= _NEARLY_ALL:
        return True
    asks = marked_words(element) & _ASKING or (element.get("role") or "").endswith("dialog")
    paragraphs = len(like) if element.tag == "p" else sum(1 for _ in element.iter("p"))
    return share > _MOST_HIDDEN and not asks and paragraphs >= _LEAST_SHOWN


def _unname(element: "HtmlElement") -> None:
    """Take from an element that stays what would make both libraries pass it over."""
    for name in ("hidden", "aria-hidden", "style", "class", "id"):
        element.attrib.pop(name, None)


def _most(element: "HtmlElement") -> float:
    """Give the share of the page's paragraphs below which an element is a box by its name; 0 for no box."""
    words = marked_words(element)
    if words & _COMMENTS:
        return _NEARLY_ALL
    if element.tag in ("aside", "footer"):
        return _MOST_OF_A_BOX
    return _MOST_OF_A_BOX if _is_box(words) and not _names_body(element) else 0


def _is_box(words: set[str]) -> bool:
    return bool(words & _BOXES) or any(word.startswith(_BOX_OPENINGS) for word in words)


def _names_body(element: "HtmlElement") -> bool:
    """True when one of an element's classes is the article's body, as `article__body`."""
    classes = [words_in(name) for name in (element.get("class") or "").split()]
    return any(words & _ARTICLES and words & _BODIES and not _is_box(words) for words in classes)
