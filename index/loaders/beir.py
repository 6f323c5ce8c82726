"""BEIR-style corpora: one JSON object a line, stored exactly as given."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from index.article import Byline, Draft, Fault
from index.dates import read_date
from index.encoding import encoding_of
from index.errors import ArticleError
from index.settings import Settings

CORPUS = "corpus.jsonl"
"""Beside it, other `.jsonl` files hold questions and spans, not articles."""
MAX_LINE_BYTES = 5_000_000
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""A zero byte ends a text where sqlite slices it; half a character is no UTF-8."""


def load(path: Path, settings: Settings) -> Iterator[Draft | Fault]:
    """Read a corpus line by line; a bad line is a fault and the next one is read.

    Raises:
        OSError: The file cannot be read.
    """
    seen: set[str] = set()
    encoding = encoding_of_lines(path)
    with path.open("rb") as file:
        for number, line in lines(file):
            try:
                given = parse(line, encoding)
                draft = None if given is None else read_article(given)
                if draft is not None and draft.id in seen:
                    raise ArticleError(f"_id {draft.id!r} stands in an earlier line as well: give each its own")
            except ArticleError as error:
                yield Fault(f"{path}:{number}", f"{error}.")
                continue
            if draft is not None:
                if draft.id is not None:
                    seen.add(draft.id)
                yield draft


def encoding_of_lines(path: Path) -> str | None:
    """Give the encoding of a file of objects; None where each line must show that it is UTF-8."""
    try:
        name = encoding_of(path)
    except ArticleError:
        return None
    return None if name == "utf-16" else name


def lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Give the lines from 1; of one over the limit only its first bytes, so that memory stays small."""
    number = 0
    while line := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        rest = line
        while len(rest) > MAX_LINE_BYTES and not rest.endswith(b"\n"):
            rest = file.readline(MAX_LINE_BYTES + 1)
        yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line


def parse(line: bytes, encoding: str | None = None) -> dict[str, Any] | None:
    """Read the object in one line; None in a blank one.

    Args:
        line: As `lines` gives it.
        encoding: A byte that it does not have becomes U+FFFD; None for UTF-8, of which no byte may be broken.

    Raises:
        ArticleError: It holds none.
    """
    if len(line) > MAX_LINE_BYTES:
        raise ArticleError(f"the line is over {MAX_LINE_BYTES:,} bytes long: split the article")
    if not line.strip():
        return None
    try:
        given = json.loads(line.decode(encoding, errors="replace") if encoding else line.decode())
    except UnicodeDecodeError as error:
        raise ArticleError(f"byte {error.start} of the line is not UTF-8: save the file as UTF-8") from error
    except RecursionError as error:
        raise ArticleError("the line is nested too deeply: give one flat object a line") from error
    except ValueError as error:
        raise ArticleError(f"the line is not JSON ({error}): give one object a line") from error
    if not isinstance(given, dict):
        raise ArticleError(f"the line holds a {type(given).__name__}, not an object: give one object a line")
    return given


def read_article(given: Mapping[str, Any]) -> Draft:
    """Read an article in BEIR's form, its text as given.

    Raises:
        ArticleError: A field is missing or not what it must be.
    """
    text = _string(given, "text")
    if text is None:
        raise ArticleError('the object has no "text": add it')
    metadata = given.get("metadata")
    if metadata is not None and not isinstance(metadata, dict):
        raise ArticleError(f'"metadata" is a {type(metadata).__name__}, not an object: mend or drop it')
    byline = _byline(_string(given, "title") or "", metadata or {})
    return Draft(text=text, byline=byline, as_given=True, id=read_id(given.get("_id")))


def read_id(given: object) -> str | None:
    """Read an article's id; None where it is not given.

    Raises:
        ArticleError: It is no text or number, or cannot be stored.
    """
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, (str, int, float)) or given == "":
        raise ArticleError(f"_id is {given!r}: give a text or a number, or leave it out")
    name = str(given)
    if _UNSTORABLE.search(name):
        raise ArticleError(f"_id {name!r} holds a zero byte or half a character: correct it")
    return name


def _string(given: Mapping[str, Any], key: str) -> str | None:
    value = given.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise ArticleError(f'"{key}" is a {type(value).__name__}, not a text: put it in quotation marks')
    if bad := _UNSTORABLE.search(value):
        what = "a zero byte" if bad.group() == "\0" else f"half a character (\\u{ord(bad.group()):x})"
        raise ArticleError(f'"{key}" holds {what} at {bad.start()}: correct it')
    return value


def _byline(title: str, metadata: Mapping[str, Any]) -> Byline:
    author = _string(metadata, "author")
    outlet = _string(metadata, "source") or _string(metadata, "outlet")
    date = _string(metadata, "date") or _string(metadata, "published")
    url = _string(metadata, "url")
    fields = {
        "title": title,
        "author": author or None,
        "published": read_date(date) if date else None,
        "outlet": outlet or None,
        "url": url or None,
    }
    return Byline(
        title=title,
        author=fields["author"],
        published=fields["published"],
        outlet=fields["outlet"],
        url=fields["url"],
        provenance={name: "corpus" for name, value in fields.items() if value},
    )
