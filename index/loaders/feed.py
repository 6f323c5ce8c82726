"""Feeds (RSS, Atom): one article an entry."""

import io
from collections.abc import Iterator, Mapping
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.article import Byline, Draft, Fault, Kind
from index.byline import join_names, read_author
from index.dates import read_stamp
from index.errors import ArticleError
from index.loaders import markup
from index.loaders.events import drop, local, read_events
from index.loaders.page import Part, lay_out, without_title
from index.settings import Settings

if TYPE_CHECKING:
    from lxml.etree import _Element

_KINDS = ("post", "page")
"""What blogs export as articles; menus and pictures are entries of their feeds as well."""


def read(path: Path, settings: Settings) -> Iterator[Draft | Fault]:
    """Read a feed entry by entry; no more than one is held.

    Args:
        path: RSS or Atom of any version.
        settings: Unused; every loader has them.

    Raises:
        ArticleError: It is no feed, or breaks off.
        OSError: It cannot be read.
    """
    feed = ""
    count = 0
    with path.open("rb") as file:
        tags = ("{*}title", "{*}item", "{*}entry")
        for _, element in read_events(file, ("end",), tags):
            parent = element.getparent()
            if local(element.tag) == "title":
                if not feed and local(parent.tag) in ("channel", "feed"):
                    feed = markup.words("".join(element.itertext()))
                continue
            count += 1
            if element.findtext("{*}post_type", "post") in _KINDS:
                try:
                    yield _draft(_entry(element, parent), feed, count)
                except ArticleError as error:
                    yield Fault(f"{path}!/entry {count}", f"{error}.")
            drop(element)
    if not count:
        raise ArticleError("there are no entries in the feed: save it when it has some")


def _entry(element: "_Element", parent: "_Element") -> Mapping[str, Any]:
    """Let feedparser read one entry, in a feed of its own; it is given bytes and fetches nothing."""
    import feedparser
    from lxml import etree

    around = _shell(parent)
    around.append(copy(element))
    if (root := parent.getparent()) is not None:
        outer = _shell(root)
        outer.append(around)
        around = outer
    data = io.BytesIO(etree.tostring(around, encoding="utf-8", xml_declaration=True))
    # The markup is taken apart here, so that nothing in it can run.
    entries = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False).entries
    # As a plain dict: its own gives the day of publication where that of an update is missing.
    return dict(entries[0]) if entries else {}


def _shell(element: "_Element") -> "_Element":
    """Give an element as it is, without what is in it."""
    from lxml import etree

    return etree.Element(element.tag, attrib=dict(element.attrib), nsmap=element.nsmap)


def _draft(entry: Mapping[str, Any], feed: str, number: int) -> Draft:
    """Make an article of an entry."""
    title = markup.words(entry.get("title", ""))
    names = [name for one in entry.get("authors", []) if (name := markup.words(one.get("name", "")))]
    line = join_names(names)
    author = (read_author(f"By {line.removeprefix('By ')}") or line) if "@" not in line else ""
    stated = entry.get("published", "") or entry.get("updated", "")
    published = read_stamp(stated)
    updated = published if entry.get("updated", "") == stated else read_stamp(entry.get("updated", ""))
    outlet = markup.words(entry.get("source", {}).get("title", "")) or feed
    url = entry.get("link", "")
    url = url if url.startswith(("http://", "https://")) else ""
    body = _body(entry)
    origin = {"title": title, "author": author, "published": published, "outlet": outlet, "url": url}
    byline = Byline(
        title,
        author or None,
        published,
        outlet or None,
        url or None,
        {name: "feed" for name, value in origin.items() if value},
        updated,
    )
    head = [Part(title, Kind.TITLE), Part(author, Kind.AUTHOR), Part(" ".join(stated.split()), Kind.DATE)]
    if not body:
        raise ArticleError("there is no text in it: leave it out")
    text, marks = lay_out(head, without_title(body, title))
    return Draft(text, byline, marks, name=f"entry {number}")


def _body(entry: Mapping[str, Any]) -> list[Part]:
    """Give the parts of the longest text in an entry."""
    given = [*entry.get("content", []), entry.get("summary_detail", {})]
    longest: Mapping[str, Any] = max(given, key=lambda one: len(one.get("value") or ""))
    text = longest.get("value") or ""
    return markup.plain_or_markup(text) if longest.get("type") == "text/plain" else markup.parts(text)
