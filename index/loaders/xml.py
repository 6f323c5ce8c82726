"""XML: feeds, NITF and NewsML-G2, told apart by their root element; nothing outside of the file is opened."""

from collections.abc import Iterator
from pathlib import Path

from index.article import Draft, Fault
from index.errors import ArticleError
from index.loaders import feed, newsml
from index.loaders.events import local, read_events
from index.settings import Settings

_READERS = {
    "rss": feed.read,
    "feed": feed.read,
    "RDF": feed.read,
    "nitf": newsml.read_nitf,
    "newsItem": newsml.read_items,
    "newsMessage": newsml.read_items,
}
_ITEMS_ONLY = "holds no article itself: give the news items that it is about"
_NO_ARTICLES = {
    "opml": "it is a list of feeds (OPML), no articles: save the feeds themselves",
    "urlset": "it is a sitemap, no articles: save the pages that it lists",
    "sitemapindex": "it is a list of sitemaps, no articles: save the pages that they list",
    "html": "it is a web page: name it .html",
    "NewsML": "it is NewsML 1, which is not read: export it as NewsML-G2 or NITF",
    **{
        name: f"a {name} of NewsML-G2 {_ITEMS_ONLY}"
        for name in ("knowledgeItem", "conceptItem", "packageItem", "planningItem", "catalogItem")
    },
}


def load(path: Path, settings: Settings) -> Iterator[Draft | Fault]:
    """Read the articles of one XML file; feeds and messages entry by entry.

    Raises:
        ArticleError: It is no XML, declares entities of its own, or is of a kind that holds no articles.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        root = local(next(read_events(file, ("start",)))[1].tag)
    if root in _NO_ARTICLES:
        raise ArticleError(_NO_ARTICLES[root])
    if root not in _READERS:
        raise ArticleError(
            f"its root element is <{root}>: feeds (RSS, Atom), NITF and NewsML-G2 are read, so save it as one of them, "
            "or its text as .txt"
        )
    yield from _READERS[root](path, settings)
