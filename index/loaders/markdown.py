"""Markdown: its words without its signs; YAML front matter as the byline."""

import datetime
import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.article import Byline, Draft, Fault, Kind
from index.dates import read_date
from index.encoding import decode
from index.head import stands_alone
from index.loaders.page import Part, lay_out
from index.settings import Settings

_FRONT = re.compile(r"---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_LONGEST_LINE = 100
_TAG = re.compile(r"<[^<>]*>")
_NAMES = {
    "title": ("title", "headline"),
    "author": ("author", "authors", "by", "byline"),
    "published": ("date", "published", "pubdate"),
    "outlet": ("outlet", "source", "publication"),
    "url": ("url", "link", "canonical", "canonical_url"),
}
"""Byline field -> the keys of front matter that state it, the first one present wins."""


def load(path: Path, settings: Settings) -> Iterator[Draft | Fault]:
    """Read one Markdown file (CommonMark with tables).

    The byline's lines of the front matter come first in the text, each marked.

    Raises:
        ArticleError: It is no text.
        OSError: It cannot be read.
    """
    front, text = _front_matter(decode(path.read_bytes()))
    body = list(_parts(MarkdownIt("commonmark").enable("table").parse(text)))
    origin = dict.fromkeys(front, "front matter")
    heading = next((part for part in body if part.kind is Kind.TITLE), None)
    title = front.get("title", "")
    if heading is not None and title not in ("", heading.text):
        body[body.index(heading)] = Part(heading.text, Kind.CAPTION)
        heading = None
    if heading is not None:
        title = heading.text
        origin.setdefault("title", "text")
    if heading is None or body[0] is heading:
        body = [part for part in body if part is not heading]
        head = [Part(title, Kind.TITLE)]
    else:
        head = []
    head += [Part(front.get("author", ""), Kind.AUTHOR), Part(front.get("published", ""), Kind.DATE)]
    laid, marks = lay_out(head, body)
    published = read_date(front.get("published", ""))
    if published is None:
        origin.pop("published", None)
    byline = Byline(title, front.get("author"), published, front.get("outlet"), front.get("url"), origin)
    yield Draft(text=laid, byline=byline, marks=marks)


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """Give the byline's fields from the YAML at the start, and the text after it; no YAML mapping, no fields."""
    found = _FRONT.match(text)
    if found is None:
        return {}, text
    try:
        given = yaml.safe_load(found.group(1))
    except (yaml.YAMLError, ValueError, RecursionError):  # ValueError: an impossible date such as 2019-02-31
        return {}, text
    if not isinstance(given, dict):
        return {}, text
    lower = {str(key).lower(): value for key, value in given.items()}
    fields = {
        field: next((line for key in keys if (line := _line(lower.get(key)))), "") for field, keys in _NAMES.items()
    }
    return {field: line for field, line in fields.items() if line}, text[found.end() :]


def _line(value: object) -> str:
    if isinstance(value, list):
        return " and ".join(filter(None, map(_one, value)))
    return _one(value)


def _one(value: object) -> str:
    # Not recursive: YAML aliases can make a small file unfold to gigabytes.
    if isinstance(value, dict):
        value = value.get("name")
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    return " ".join(str(value).split()) if isinstance(value, (str, int, float)) else ""


def _parts(tokens: list[Token]) -> Iterator[Part]:
    """Give the page's parts; the heading that names the page, if any, has kind TITLE, others CAPTION."""
    depth = 0
    sign = ""
    cells: list[str] | None = None
    heading = ""
    titled = False
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            heading = token.tag
        elif token.type == "heading_close":
            heading = ""
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
        elif token.type == "list_item_open":
            sign = f"{token.info}{token.markup} " if token.info else "- "
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close" and cells is not None:
            yield Part(" | ".join(cells), close=True)
            cells = None
        elif token.type == "inline" and cells is not None:
            cells.append(_words(token))
        elif token.type == "inline" and depth:
            yield Part(sign + _words(token), close=True)
            sign = ""
        elif token.type == "inline":
            kind = Kind.CAPTION if heading or _is_image(token) else None
            if heading and not titled and (heading == "h1" or at == 1):
                kind, titled = Kind.TITLE, True
            lines = _byline(token)
            yield from (Part(line, kind, close=number > 0) for number, line in enumerate(lines or [_words(token)]))
        elif token.type in ("fence", "code_block"):
            yield Part(token.content.strip("\n"))
        elif token.type == "html_block":
            yield Part(" ".join(_TAG.sub(" ", token.content).split()))


def _is_image(token: Token) -> bool:
    return all(child.type == "image" or not child.content.strip() for child in token.children or [])


def _byline(token: Token) -> list[str]:
    """Give the lines of a paragraph that is a byline, which are lines though Markdown would join them; else none."""
    lines = _words(token, "\n").split("\n")
    apart = all(len(line) <= _LONGEST_LINE and line[-1:] not in ".!?" for line in lines)
    return lines if len(lines) > 1 and apart and any(map(stands_alone, lines)) else []


def _words(token: Token, softbreak: str = " ") -> str:
    pieces = []
    for child in token.children or []:
        if child.type == "softbreak":
            pieces.append(softbreak)
        elif child.type == "hardbreak":
            pieces.append("\n")
        elif child.type != "html_inline":
            pieces.append(child.content)
    return "".join(pieces).strip()
