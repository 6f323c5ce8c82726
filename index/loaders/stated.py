"""A saved page's markup -> the byline it states: JSON-LD, then meta elements, then the visible page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from index.article import Byline
from index.byline import host_of
from index.loaders.author import find_authors
from index.loaders.dated import Dated
from index.loaders.jsonld import alike, name_of, read_article
from index.loaders.near import letters

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_TITLES = ("og:title", "twitter:title", "citation_title", "dc.title", "dc:title", "parsely-title", "sailthru.title")
_OUTLETS = ("og:site_name", "application-name", "citation_journal_title")
_SITE = re.compile(r"\s+[|–—·•»:-]\s+|\s*[|｜]\s*")
_LONGEST_HEADING = 300
_LEAST_HEADLINE = 4
"""Words from which a page's one main heading is its headline, whatever its meta elements say."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What a page states about its article.

    Attributes:
        byline: The title is empty where none is stated.
        author_line: As it stands in the text.
        date_line: The visible date where it is the same day, else the date as the markup has it.
    """

    byline: Byline
    author_line: str | None
    date_line: str | None


def read_stated(tree: "HtmlElement") -> Stated:
    """Read the byline that a page states.

    Args:
        tree: The whole page, before anything is taken out of it.
    """
    meta = _meta(tree)
    article = read_article(tree, _first(meta, _TITLES) or "")
    origin: dict[str, str] = {}
    url = _url(tree, meta)
    outlet = _first(meta, _OUTLETS)
    if outlet:
        outlet = outlet.removeprefix("www.")
        origin["outlet"] = "meta"
    elif outlet := name_of(article.get("publisher")):
        origin["outlet"] = "json-ld"
    elif outlet := host_of(url):
        origin["outlet"] = "url"
    title, origin["title"] = _title(tree, article, meta, outlet) or ("", "")
    author, origin["author"] = find_authors(tree, article, meta, title, outlet) or (None, "")
    dated = Dated(tree, article, meta, title, url)
    origin |= {"published": dated.where, "updated": dated.where_updated, "url": "page" if url else ""}
    byline = Byline(
        title,
        author,
        dated.published,
        outlet,
        url,
        {field: where for field, where in origin.items() if where},
        dated.updated,
    )
    return Stated(byline, author, dated.line if dated.published else None)


def _meta(tree: "HtmlElement") -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        names = element.get("property") or element.get("name") or element.get("itemprop") or ""
        # Some programs that save pages call the content a value.
        content = " ".join((element.get("content") or element.get("value") or "").split())
        if content:
            for name in names.lower().split():
                found.setdefault(name, []).append(content)
    return found


def _first(meta: Mapping[str, list[str]], names: tuple[str, ...]) -> str | None:
    return next((meta[name][0] for name in names if name in meta), None)


def _url(tree: "HtmlElement", meta: Mapping[str, list[str]]) -> str | None:
    links = [link.get("href") or "" for link in tree.iter("link") if (link.get("rel") or "").lower() == "canonical"]
    stated = [*links, *meta.get("og:url", ())]
    return next((url.strip() for url in stated if re.match(r"\s*https?://[^\s/]", url)), None)


def _title(
    tree: "HtmlElement", article: Mapping[str, Any], meta: Mapping[str, list[str]], outlet: str | None
) -> tuple[str, str] | None:
    """Give the headline, as the page shows it where it does, and where it was found."""
    element = tree.find(".//title")
    shown_above = "" if element is None else _text(element)
    headline = " ".join(str(article.get("headline") or "").split())
    stated = {
        "meta": _first(meta, _TITLES),
        # Some encyclopedias give a description as the headline.
        "json-ld": headline if alike(headline, shown_above) or not shown_above else None,
        "page": shown_above,
    }
    headings = [text for one in tree.iter("h1") if 0 < len(text := _text(one)) <= _LONGEST_HEADING]
    headings = [text for text in headings if letters(text) != letters(outlet)]
    for where, title in stated.items():
        own = _without_site(title or "", outlet, sure=where == "page")
        if not own or letters(own) == letters(outlet):
            continue
        shown = max((text for text in headings if alike(text, own)), key=len, default=None)
        if shown is None and len(headings) == 1 and len(headings[0].split()) >= _LEAST_HEADLINE:
            shown = headings[0]
        return (shown, "page") if shown else (own, where)
    if len(headings) == 1:
        return headings[0], "page"
    # Some pages give their headline as the name of their site.
    return next(((title, where) for where, title in stated.items() if title), None)


def _without_site(title: str, outlet: str | None, sure: bool) -> str:
    """Take the outlet's name off the end of a title; `sure` where a short last part can be nothing else."""
    parts = list(_SITE.finditer(title))
    if not parts or not parts[-1].start():
        return title
    head, site = title[: parts[-1].start()], title[parts[-1].end() :]
    own = letters((outlet or "").removesuffix(".com").removesuffix(".org"))
    named = bool(outlet) and (letters(site) == own or alike(site, outlet or ""))
    return head if named or (sure and len(site) < len(head) and len(site.split()) <= 4) else title


def _text(element: "HtmlElement") -> str:
    return " ".join(element.text_content().split())
