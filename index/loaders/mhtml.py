"""Pages saved whole as web archives: the page itself; its pictures and styles are left."""

import codecs
import email
import re
from collections.abc import Iterator
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from pathlib import Path

from index.article import Draft, Fault
from index.byline import host_of
from index.encoding import decoded
from index.errors import ArticleError
from index.loaders import html
from index.settings import Settings


def load(path: Path, settings: Settings) -> Iterator[Draft | Fault]:
    """Read the article of one web archive; where the page states no address, the archive's counts.

    Raises:
        ArticleError: There is no page in it, or no article in the page.
        OSError: It cannot be read.
    """
    message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    page = _page(message)
    if page is None:
        raise ArticleError("there is no page in it: save the page again, as a single file")
    draft = html.read_page(_markup(page))
    address = next(
        filter(None, (_address(page, "Content-Location"), _address(message, "Snapshot-Content-Location"))), ""
    )
    if draft.byline.url is None and address:
        origin = {**draft.byline.provenance, "url": "archive"}
        outlet = draft.byline.outlet
        if outlet is None and (outlet := host_of(address)):
            origin["outlet"] = "url"
        draft = replace(draft, byline=replace(draft.byline, url=address, outlet=outlet, provenance=origin))
    yield draft


def _page(message: EmailMessage) -> EmailMessage | None:
    """Give the page itself: the part that the archive says it starts with, else the first that is a page."""
    pages = [part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    start = message.get_param("start")
    named = [page for page in pages if start and str(page.get("Content-ID", "")).strip() == start]
    return next(iter(named or pages), None)


def _markup(page: EmailMessage) -> bytes:
    """Give the page's bytes; where the archive states their encoding, in UTF-8 with its mark."""
    data = page.get_payload(decode=True)
    data = data if isinstance(data, bytes) else b""
    charset = page.get_content_charset()
    if charset:
        return codecs.BOM_UTF8 + decoded(data, charset).removeprefix("\ufeff").encode(errors="replace")
    return data


def _address(part: EmailMessage, name: str) -> str:
    given = "".join(str(part.get(name, "")).split())
    return given if re.match(r"https?://[^\s/]", given) else ""
