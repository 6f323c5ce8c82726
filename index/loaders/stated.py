"""A saved page's markup -> the byline it states: JSON-LD, then meta elements, then the visible page."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from index.byline import read_author
from index.dates import read_date
from index.loaders.jsonld import alike, as_list, name_of, read_article

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_META = {
    "title": ("og:title", "twitter:title", "citation_title", "dc.title"),
    "author": ("author", "article:author", "byl", "dc.creator", "parsely-author"),
    "published": (
        "article:published_time", "og:published_time", "datepublished", "date", "pubdate", "publishdate",
        "publish-date", "dc.date", "dc.date.issued", "dcterms.created", "sailthru.date", "parsely-pub-date",
        "article.published", "citation_publication_date", "ptime", "cxenseparse:recs:publishtime",
        "article_date_original",
    ),
    "outlet": ("og:site_name", "application-name", "citation_journal_title"),
}  # fmt: skip
"""Byline field -> the meta elements that state it, most trusted first."""

_BYLINES = (
    "[@rel='author' or @itemprop='author' or contains(@class, 'byline') or contains(@class, 'Byline')"
    " or contains(concat(' ', @class, ' '), ' author ') or contains(@class, 'author-name')]"
)
_SITE = re.compile(r"\s+[|–—·•»:-]\s+|\s*[|｜]\s*")
_MOST_ELEMENTS = 20
_MOST_PIECES = 8
_REACH = 60
_MOST_AUTHORS = 6


@dataclass(slots=True)
class Stated:
    """What a page states about its article; None where it states nothing, or nothing sure.

    Attributes:
        author_line: As it stands in the text.
        date_line: The visible date where it is the same day, else the date as the markup has it.
        provenance: Field name -> "json-ld", "meta" or "page".
    """

    title: str | None
    author: str | None
    published: str | None
    outlet: str | None
    url: str | None
    author_line: str | None
    date_line: str | None
    provenance: dict[str, str]


def read_stated(tree: "HtmlElement") -> Stated:
    """Read the byline that a page states.

    Args:
        tree: The whole page, before anything is taken out of it.
    """
    meta = _meta(tree)
    article = read_article(tree, _first(meta, "title") or "")
    origin: dict[str, str] = {}
    url = _url(tree, meta)
    outlet = _first(meta, "outlet")
    if outlet:
        origin["outlet"] = "meta"
    elif outlet := name_of(article.get("publisher")):
        origin["outlet"] = "json-ld"
    elif url and (host := urlsplit(url).hostname):
        outlet, origin["outlet"] = host.removeprefix("www."), "url"
    title = _title(tree, article, meta, outlet, origin)
    author = _author(tree, article, meta, outlet, origin)
    published, date = _published(tree, article, meta, origin)
    if url:
        origin["url"] = "page"
    return Stated(title, author, published, outlet, url, author, _date_line(tree, published, date), origin)


def _meta(tree: "HtmlElement") -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = " ".join((element.get("content") or "").split())
        if content:
            found.setdefault(name.lower(), content)
    return found


def _first(meta: dict[str, str], field: str) -> str | None:
    return next((meta[name] for name in _META[field] if name in meta), None)


def _url(tree: "HtmlElement", meta: dict[str, str]) -> str | None:
    links = [link.get("href") or "" for link in tree.iter("link") if (link.get("rel") or "").lower() == "canonical"]
    return next((url.strip() for url in [*links, meta.get("og:url", "")] if re.match(r"\s*https?://[^\s/]", url)), None)


def _title(
    tree: "HtmlElement", article: dict[str, Any], meta: dict[str, str], outlet: str | None, origin: dict[str, str]
) -> str | None:
    element = tree.find(".//title")
    shown_above = "" if element is None else _text(element)
    headline = " ".join(str(article.get("headline") or "").split())
    stated = {
        "meta": _first(meta, "title"),
        # Some encyclopedias give a description as the headline.
        "json-ld": headline if alike(headline, shown_above) or not shown_above else None,
        "page": shown_above,
    }
    headings = [text for one in tree.iter("h1") if 0 < len(text := _text(one)) <= 300]
    for where, title in stated.items():
        if title:
            own = _without_site(title, outlet, sure=where == "page")
            shown = max((text for text in headings if alike(text, own)), key=len, default=None)
            origin["title"] = "page" if shown else where
            return shown or own
    if len(headings) == 1:
        origin["title"] = "page"
        return headings[0]
    return None


def _without_site(title: str, outlet: str | None, sure: bool) -> str:
    """Take the outlet's name off the end of a title; `sure` where a short last part can be nothing else."""
    parts = list(_SITE.finditer(title))
    if not parts or not parts[-1].start():
        return title
    head, site = title[: parts[-1].start()], title[parts[-1].end() :]
    own = _letters((outlet or "").removesuffix(".com").removesuffix(".org"))
    named = bool(outlet) and (_letters(site) == own or alike(site, outlet or ""))
    return head if named or (sure and len(site) < len(head) and len(site.split()) <= 4) else title


def _letters(words: str) -> str:
    return re.sub(r"\W", "", words).lower()


def _author(
    tree: "HtmlElement", article: dict[str, Any], meta: dict[str, str], outlet: str | None, origin: dict[str, str]
) -> str | None:
    people = []
    for one in as_list(article.get("author")):
        kinds = as_list(one.get("@type"), str) if isinstance(one, dict) else []
        if "Organization" not in kinds:
            people += [_person(name) for name in as_list(one.get("name") if isinstance(one, dict) else one, str)]
    found = {
        "json-ld": _and(list(dict.fromkeys(filter(None, people)))),
        "meta": next(filter(None, (_person(meta[name]) for name in _META["author"] if name in meta)), None),
        "page": _visible_author(tree),
    }
    for where, author in found.items():
        if author and author.casefold() != (outlet or "").casefold():
            origin["author"] = where
            return author
    return None


def _visible_author(tree: "HtmlElement") -> str | None:
    """Give the names in the first byline after the heading; without a heading, names that no other byline disputes."""
    headings = tree.xpath("//h1")
    # Further down stand the bylines of other articles: on 170 news pages a reach of 60 elements named no wrong
    # person; one of 100 found four more authors, and one wrong and one incomplete name.
    where = f"(//h1)[1]/following::*[position() <= {_REACH}]" if headings else "//*"
    elements = tree.xpath(where + _BYLINES)[:_MOST_ELEMENTS]
    found = [(element, names) for element in elements if (names := _visible_names(element))]
    if not found:
        return None
    first, authors = found[0][0], list(found[0][1])
    around = first.getparent().getparent() if first.getparent() is not None else None
    for element, names in found[1:]:
        beside = around is not None and around in (element.getparent(), element.getparent().getparent())
        if beside:
            authors += [name for name in names if name not in authors]
        elif not headings and not set(names) & set(authors):
            return None
    return _and(authors) if len(authors) <= _MOST_AUTHORS else None


def _visible_names(element: "HtmlElement") -> list[str]:
    pieces = [text for piece in element.itertext() if (text := " ".join(piece.split()))]
    names: list[str] = []
    joined = True
    for piece in pieces[:_MOST_PIECES]:
        name = read_author(piece, sure=True) if joined else None
        if name:
            names.append(name)
        # Beside the names stand roles and buttons; more names follow after "and" only.
        joined = not names or piece in (",", "and", "&", "und", "et", "y")
    return list(dict.fromkeys(names))


def _person(name: str) -> str | None:
    name = " ".join(name.split())
    if not name.isascii() and name.lower() == name.upper() and len(name) <= 60:  # a script without capitals
        return name
    return read_author(name if name.lower().startswith("by ") else f"By {name}")


def _and(names: list[str]) -> str | None:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:]))) or None


def _published(
    tree: "HtmlElement", article: dict[str, Any], meta: dict[str, str], origin: dict[str, str]
) -> tuple[str | None, str | None]:
    """Give the date in ISO 8601, and as the markup has it."""
    times = tree.xpath("//time[@datetime][@pubdate or contains(@itemprop, 'datePublished')]/@datetime")
    stated = [("json-ld", str(one)) for one in as_list(article.get("datePublished"), str)]
    stated += [("meta", meta[name]) for name in _META["published"] if name in meta]
    stated += [("page", str(one)) for one in times[:1]]
    for where, text in stated:
        if published := read_date(text):
            origin["published"] = where
            return published, text.strip()
    from htmldate import find_date

    day = find_date(tree, original_date=True, extensive_search=False)
    if day and (published := read_date(day)):
        origin["published"] = "page"
        return published, day
    return None, None


def _date_line(tree: "HtmlElement", published: str | None, date: str | None) -> str | None:
    if published is None:
        return None
    for element in tree.xpath("//time")[:_MOST_ELEMENTS]:
        shown = _text(element)
        if (read_date(shown) or "")[:10] == published[:10]:
            return shown
    return date


def _text(element: "HtmlElement") -> str:
    return " ".join(element.text_content().split())
