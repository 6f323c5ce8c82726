"""A page -> the days on which its article was published and last changed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from datetime import datetime
from typing import TYPE_CHECKING, Any

from index.dates import read_date, read_updated
from index.loaders.jsonld import as_list
from index.loaders.near import near_headline

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_PUBLISHED = """article:published_time og:published_time og:article:published_time datepublished date pubdate
    publishdate publish-date publish_date dc.date dc.date.issued dcterms.created dcterms.issued sailthru.date
    parsely-pub-date article.published article:published citation_publication_date citation_date ptime published
    pub_date cxenseparse:recs:publishtime article_date_original""".split()
_UPDATED = """article:modified_time og:updated_time og:modified_time article:modified datemodified dcterms.modified
    dc.date.modified lastmod last-modified revised article.updated parsely-updated-date""".split()
_IN_URL = (
    re.compile(r"/((?:19|20)\d\d)/(?:[A-Za-z_-]{2,20}/)?(\d\d?)/(\d\d?)(?=/|\Z)"),
    re.compile(r"/((?:19|20)\d\d)-(\d\d?)-(\d\d?)(?=[/-]|\Z)"),
)
_CHANGED = re.compile(r"updat|modif|chang|edit", re.I)
_FACTS = (
    "//link|//meta[@property='og:url']|//pre|//code|//samp|//kbd|//tt|//cite|//table[.//th]"
    "|//*[contains(@class, 'reference')]"
)
_LONGEST_LINE = 100
_MOST_ELEMENTS = 20


class Dated:
    """When an article was published and changed, as its page states it.

    Attributes:
        published: ISO 8601, with the time zone where one is stated; None where no day is sure.
        updated: The same; None where it is the time of publication, or earlier.
        where: Where `published` was found.
        where_updated: Where `updated` was found.
        line: The date as the page shows it, else as its markup has it.
    """

    def __init__(
        self,
        tree: "HtmlElement",
        article: Mapping[str, Any],
        meta: Mapping[str, list[str]],
        title: str | None,
        url: str | None,
    ) -> None:
        body = tree.find(".//body")
        near = near_headline(tree if body is None else body, title) or []
        shown = [text for element in near if (text := _line(element))]
        published = _first(_published(tree, article, meta, near, shown, url))
        updated = _first(_updated(tree, article, meta, shown))
        self.published: str | None = published[0] if published else None
        self.where = published[1] if published else ""
        self.updated: str | None = updated[0] if updated else None
        self.where_updated = updated[1] if updated else ""
        if not _is_later(self.updated, self.published):
            self.updated, self.where_updated = None, ""
        day = (self.published or "-")[:10]
        times = [_text(one) for one in tree.xpath("//time")[:_MOST_ELEMENTS]]
        same = (text for text in times + shown if (read_date(text) or "")[:10] == day)
        self.line = next(same, published[2] if published else None)


def _first(stated: Iterable[tuple[str, str]]) -> tuple[str, str, str] | None:
    for where, text in stated:
        if date := read_date(text):
            return date, where, text.strip()
    return None


def _published(
    tree: "HtmlElement",
    article: Mapping[str, Any],
    meta: Mapping[str, list[str]],
    near: "list[HtmlElement]",
    shown: list[str],
    url: str | None,
) -> Iterator[tuple[str, str]]:
    for text in as_list(article.get("datePublished"), str):
        yield "json-ld", text
    for name in _PUBLISHED:
        for text in meta.get(name, ()):
            yield "meta", text
    for text in _microdata(tree, "datePublished"):
        yield "microdata", text
    for element in near:
        if element.tag == "time" and not _CHANGED.search(f"{element.get('class')} {element.get('itemprop')}"):
            yield "page", element.get("datetime") or ""
    for text in shown:
        yield "page", text
    for found in filter(None, (pattern.search(url or "") for pattern in _IN_URL)):
        yield "url", f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
    from htmldate import find_date

    found_day = find_date(_without_facts(tree), original_date=True, extensive_search=False) or ""
    lines = (text for element in tree.iter("*") if not any(map(len, element)) and (text := _line(element)))
    yield "page", "" if any((read_updated(text) or "")[:10] == found_day for text in lines) else found_day


def _without_facts(tree: "HtmlElement") -> "HtmlElement":
    """Give a page without what holds other days: computers' output, tables of facts, lists of sources, addresses."""
    bare = deepcopy(tree)
    for element in bare.xpath(_FACTS):
        if element.getparent() is not None:
            element.drop_tree()
    return bare


def _updated(
    tree: "HtmlElement", article: Mapping[str, Any], meta: Mapping[str, list[str]], shown: list[str]
) -> Iterator[tuple[str, str]]:
    for text in as_list(article.get("dateModified"), str):
        yield "json-ld", text
    for name in _UPDATED:
        for text in meta.get(name, ()):
            yield "meta", text
    for text in _microdata(tree, "dateModified"):
        yield "microdata", text
    for text in shown:
        yield "page", read_updated(text) or ""


def _microdata(tree: "HtmlElement", field: str) -> Iterator[str]:
    for element in tree.xpath(f"//*[contains(@itemprop, '{field}')]")[:_MOST_ELEMENTS]:
        yield element.get("datetime") or element.get("content") or _text(element)


def _line(element: "HtmlElement") -> str:
    """Give the text of an element that holds a line at most, of which it is the innermost holder."""
    row = next(element.iterancestors("tr"), None)
    if len(element) > 2 or (row is not None and row.find("th") is not None):  # a row of a table of facts
        return ""
    text = _text(element)
    return text if len(text) <= _LONGEST_LINE and any(char.isdigit() for char in text) else ""


def _is_later(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return one is not None
    first, second = datetime.fromisoformat(one), datetime.fromisoformat(other)
    if len(one) == 10 or len(other) == 10 or (first.tzinfo is None) != (second.tzinfo is None):
        return one[:10] > other[:10]
    return first > second


def _text(element: "HtmlElement") -> str:
    return " ".join(element.text_content().split())
