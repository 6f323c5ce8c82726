"""A page -> the people it names as its article's authors: in what it states, and in what it shows near the headline."""

import re
from collections.abc import Iterable, Mapping
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

from index.byline import join_names, part_names, read_author
from index.loaders.jsonld import as_list, name_of
from index.loaders.near import letters, marked_words, near_headline

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_META = """author article:author og:article:author article:author_name byl dc.creator dc:creator dcterms.creator
    citation_author parsely-author sailthru.author""".split()
"""Meta elements that state an author, most trusted first."""
_WRITTEN = frozenset(("written by", "by", "author", "verfasst von", "écrit par", "escrito por", "geschrieben von"))
_NAMING = frozenset("author authors authorname byline bylines writer writers contributor contributors".split())
"""Words in the class or id of what holds an author's name, in the markup of many sites."""
_ABOUT = frozenset("bio biography related comment comments share follow avatar image photo caption more count".split())
_HOLDERS = frozenset("a address cite div dd em h2 h3 h4 h5 h6 header li p span strong ul".split())
_PICTURES = ("figure", "figcaption", "picture")
"""What is named inside is who took the picture."""
_PROFILE = re.compile(
    r"/(?:authors?|by|contributors?|editors?|people|staff|writers?|journalists?|profiles?|columnists?)/[^/]", re.I
)
_BY = re.compile(r"(?:by|von|par|por)\b", re.I)
_LONGEST = 160
_LONGEST_FIELD = 80
_MOST_PIECES = 8
_MOST_AUTHORS = 6
_MOST_ELEMENTS = 20
_MOST_STATED = 40
_HAN = "\u3040-\u30ff\u3400-\u9fff"
_HAN_NAME = re.compile(
    rf"(?:(?:著者|作者|記者|文|by)\s*[:：●]?\s*)?([{_HAN}]{{2,4}}[ \u3000]?[{_HAN}]{{1,5}})(?:\s*(?:著|さん|氏|記者))?",
    re.I,
)
_NO_HAN_NAME = re.compile(
    "編集|新聞|報道|通信|放送|部\\Z|社\\Z|局\\Z|翻訳|写真|著者|作者|ニュース|チーム|管理|個人|執筆"
)
_TURNED = re.compile(r"([A-ZÀ-Þ][\w’'-]+), ([A-ZÀ-Þ][\w.’'-]*(?: [\w.’'-]+){0,2})")
_JOINED = re.compile(", | and ")
_JOINING = frozenset((",", "and", "&", "und", "et", "y", "、", "with"))


def find_authors(
    tree: "HtmlElement",
    article: Mapping[str, Any],
    meta: Mapping[str, list[str]],
    title: str | None,
    outlet: str | None,
) -> tuple[str, str] | None:
    """Find the authors of a page's article.

    Args:
        tree: The whole page.
        article: Its JSON-LD.
        meta: Its meta elements, name in lower case -> contents.
        title: Its headline, if known.
        outlet: Who publishes it, if known; is never its author.

    Returns:
        Their names, `A, B and C`, and where they were found; None where it names no person for sure.
    """
    firms = {letters(outlet), letters(name_of(article.get("publisher")))}
    site = letters((outlet or "").partition(".")[0])
    for where, named in _ways(tree, article, meta, title):
        author = _without({*firms, site}, named or "") or _without(firms, named or "")  # tomhull.com is Tom Hull's
        if not author:
            continue
        # Companies that own a page are written where persons belong.
        if where != "meta" or letters(author) not in _copyright(tree, meta):
            return author, where
    return None


def _without(firms: set[str], names: str) -> str | None:
    """Leave firms out of names that are joined: `Anna Berg, THE TIMES`."""
    each = _JOINED.split(names)
    people = [name for name in each if letters(name) not in firms]
    return names if people == each else _joined(people)


def _ways(
    tree: "HtmlElement", article: Mapping[str, Any], meta: Mapping[str, list[str]], title: str | None
) -> Iterable[tuple[str, str | None]]:
    people: list[str] = []
    for one in as_list(article.get("author")):
        if not isinstance(one, dict):
            people += as_list(one, str)
        elif "Organization" not in as_list(one.get("@type"), str):
            people += as_list(one.get("name"), str)
    yield "json-ld", _people(people)
    for name in _META:
        yield "meta", _people(meta.get(name, ()))
    for number in "12":
        if meta.get(f"twitter:label{number}", [""])[0].lower() in _WRITTEN:
            yield "meta", _people(meta.get(f"twitter:data{number}", ()))
    yield "microdata", _people(_microdata(tree))
    body = tree.find(".//body")
    yield "page", _shown(tree if body is None else body, title)


def _people(names: Iterable[str]) -> str | None:
    each = list(names)
    if len(each) > _MOST_STATED:
        return None
    return _joined(person for name in each if (person := _person(name)))


def _joined(names: Iterable[str]) -> str | None:
    return join_names(list(dict.fromkeys(names))) or None


def _person(name: str) -> str | None:
    """Read a field that holds an author: `Anna Berg`, `By Anna Berg and Tom Hull`, `Berg, Anna`, `松村太郎`."""
    name = " ".join(name.split())
    if han := _han(name):
        return han
    if not name.isascii() and name.lower() == name.upper() and not re.search(f"[{_HAN}]", name):
        return name if len(name) <= _LONGEST_FIELD else None  # a script without capitals
    turned = _TURNED.fullmatch(name)
    if turned and (author := read_author(f"By {turned[2]} {turned[1]}")):
        return author
    names = read_author(name if _BY.match(name) else f"By {name}", stated=True)
    return join_names(part_names(names or "")) or None


def _han(words: str) -> str | None:
    found = _HAN_NAME.fullmatch(words)
    return None if found is None or _NO_HAN_NAME.search(found[1]) else found[1]


def _microdata(tree: "HtmlElement") -> list[str]:
    names: list[str] = []
    for element in tree.xpath("//*[contains(@itemprop, 'author')]")[:_MOST_ELEMENTS]:
        if _is_inside(element, "aside", "nav", *_PICTURES):
            continue
        for one in element.xpath(".//*[@itemprop='name']") or [element]:
            words = " ".join((one.get("content") or one.text_content()).split())
            if len(words) <= _LONGEST_FIELD:
                names.append(words)
    return list(dict.fromkeys(names))[:_MOST_AUTHORS]


def _copyright(tree: "HtmlElement", meta: Mapping[str, list[str]]) -> str:
    """Give the letters of a page's notes of copyright."""
    said = list(meta.get("copyright", ()))
    for element in tree.iter("p", "div", "footer", "span", "small", "li"):
        if element.text and ("©" in element.text or "opyright" in element.text):
            said.append(element.text_content()[:_LONGEST])
            if len(said) > _MOST_ELEMENTS:
                break
    return "|".join(map(letters, said))


def _shown(body: "HtmlElement", title: str | None) -> str | None:
    """Give the names in the byline that a page shows beside its headline.

    What the markup calls a byline comes first, then a line that opens with "By", then a link to an author's page.
    Without a headline, names that no other byline disputes.
    """
    near = near_headline(body, title)
    if near is None:
        found = [names for element in body.iter("*") if _is_marked(element) and (names := _names(element))]
        return _joined(found[0]) if found and all(set(found[0]) & set(names) for names in found) else None
    for is_one in (_is_marked, _says_by, _is_profile):
        bylines = [(element, _names(element)) for element in near if is_one(element)]
        if any(names for _, names in bylines):
            return _together([one for one in bylines if one[1]])
        if bylines:  # It names nobody whom we know for a person: a desk, an agency.
            return None
    return None


def _is_inside(element: "HtmlElement", *tags: str) -> bool:
    return element.tag in tags or next(element.iterancestors(*tags), None) is not None


def _is_marked(element: "HtmlElement") -> bool:
    if element.tag not in _HOLDERS or _is_inside(element, *_PICTURES):
        return False
    words = marked_words(element)
    stated = element.get("rel") == "author" or "author" in (element.get("itemprop") or "").split()
    return (stated or bool(words & _NAMING)) and not words & _ABOUT


def _says_by(element: "HtmlElement") -> bool:
    if element.tag not in _HOLDERS or not _BY.match(" ".join((element.text or "").split())):
        return False
    return len(" ".join(element.text_content().split())) <= _LONGEST


def _is_profile(element: "HtmlElement") -> bool:
    return element.tag == "a" and _PROFILE.search(element.get("href") or "") is not None


def _together(bylines: "list[tuple[HtmlElement, list[str]]]") -> str | None:
    """Give the names of the first byline and of those right beside it."""
    names = list(bylines[0][1])
    for (before, _), (element, more) in pairwise(bylines):
        if not _are_beside(before, element):
            break
        names += [name for name in more if not any(name in known or known in name for known in names)]
    return _joined(names) if len(names) <= _MOST_AUTHORS else None


def _are_beside(one: "HtmlElement", other: "HtmlElement") -> bool:
    above, below = ([element, *islice(element.iterancestors(), 2)] for element in (one, other))
    return any(element in above for element in below)


def _names(element: "HtmlElement") -> list[str]:
    pieces = (text for piece in element.itertext() if (text := " ".join(piece.split())))
    names: list[str] = []
    joined = True
    by = ""
    for piece in islice(pieces, _MOST_PIECES):
        line = by + piece[:1].upper() + piece[1:]
        name = (_han(piece) or read_author(line, sure=True)) if joined else None
        if name:
            names.append(name)
        by = "By " if _BY.fullmatch(piece.rstrip(": ")) else ""
        # Beside the names stand roles and buttons; more names follow after "and" only.
        joined = not names or piece.lower() in _JOINING
    return list(dict.fromkeys(names))
