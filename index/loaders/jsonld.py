"""The JSON-LD of a saved page -> the object that describes its own article."""

import json
import re
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_TYPES = """Article NewsArticle BlogPosting ReportageNewsArticle OpinionNewsArticle AnalysisNewsArticle Report
    BackgroundNewsArticle ReviewNewsArticle ScholarlyArticle MedicalScholarlyArticle TechArticle LiveBlogPosting"""
_ARTICLES = frozenset(_TYPES.split())
_NESTED = ("@graph", "mainEntity", "mainEntityOfPage", "author", "publisher")
_WRAPPING = re.compile(r"\A\s*(?:<!\[CDATA\[|<!--)|(?:\]\]>|-->)\s*\Z")
_LONGEST_JSON = 2_000_000


def read_article(tree: "HtmlElement", title: str) -> dict[str, Any]:
    """Give the object of the page's own article, its author and publisher as lists; empty where there is none.

    Args:
        tree: The whole page.
        title: What else the page says its title is; tells its own article from others it lists.
    """
    nodes = list(_json_ld(tree))
    named = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    articles = [node for node in nodes if _ARTICLES.intersection(as_list(node.get("@type"), str))]
    # Pages list other articles too; the page's own comes first where none has its title.
    articles.sort(key=lambda node: not alike(str(node.get("headline") or node.get("name") or ""), title))
    if not articles:
        return {}
    article = dict(articles[0])
    for field in ("author", "publisher"):
        given = as_list(article.get(field))
        article[field] = [named.get(str(one.get("@id")), one) if isinstance(one, dict) else one for one in given]
    return article


def _json_ld(tree: "HtmlElement") -> Iterator[dict[str, Any]]:
    for script in tree.iter("script"):
        text = script.text or ""
        if (script.get("type") or "").strip().lower() != "application/ld+json" or len(text) > _LONGEST_JSON:
            continue
        try:
            given = json.loads(_WRAPPING.sub("", text).strip().rstrip(";"), strict=False)
        except (ValueError, RecursionError):  # pages are careless with it
            continue
        waiting = deque([given])
        while waiting:
            node = waiting.popleft()
            if isinstance(node, list):
                waiting.extendleft(reversed(node))
            elif isinstance(node, dict):
                yield node
                waiting.extendleft(node[key] for key in reversed(_NESTED) if key in node)


def as_list(value: Any, of: type = object) -> list[Any]:
    """JSON-LD gives one thing or a list of them: a list, of those of one type."""
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, of) and one is not None]


def name_of(value: Any) -> str | None:
    """Give the first name in a person, an organization, a text or a list of them."""
    for one in as_list(value):
        name = one.get("name") if isinstance(one, dict) else one
        if isinstance(name, str) and name.strip() and not name.startswith("http"):
            return " ".join(name.split())
    return None


def alike(one: str, other: str) -> bool:
    """True when most words of the shorter title stand in the other."""
    first, second = set(re.findall(r"\w+", one.lower())), set(re.findall(r"\w+", other.lower()))
    return bool(first and second) and len(first & second) >= 0.6 * min(len(first), len(second))
