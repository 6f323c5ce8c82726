"""EPUB: a draft for each document of the book's spine that holds text; a newspaper's issue has an article in each."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote
from zipfile import ZipFile

from index.article import Draft, Fault, Kind
from index.dates import read_date
from index.encoding import declared_by, decoded
from index.errors import ArticleError
from index.loaders.events import local, spelled
from index.loaders.inside import BROKEN
from index.loaders.page import Part
from index.loaders.properties import letters, make_draft, read_title, states_day
from index.loaders.walker import as_parts, read_blocks
from index.loaders.zipped import checked
from index.settings import Settings

if TYPE_CHECKING:
    from lxml.etree import XMLParser, _Element

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_APART = "its part {} cannot be taken apart ({}): download it again"


@dataclass(frozen=True, slots=True)
class _Book:
    """What the package file says.

    Attributes:
        spine: Paths in the zip, in the order of reading.
        titles: Path -> its title in the table of contents.
    """

    title: str | None
    author: str | None
    day: str | None
    spine: tuple[str, ...]
    titles: dict[str, str]


def load(path: Path, settings: Settings) -> Iterator[Draft | Fault]:
    """Read the documents of one book or issue, in the order of its spine; one that is broken is a fault.

    Raises:
        ArticleError: It is no EPUB, damaged, protected against reading, or has no text.
        OSError: It cannot be read.
    """
    with checked(path, most_entries=10_000) as opened:
        book = _read_book(opened, path)
        locked = opened.read(_ENCRYPTION).decode(errors="replace") if _ENCRYPTION in opened.namelist() else ""
        found = False
        for name in book.spine:
            try:
                if PurePosixPath(name).name in locked:
                    raise ArticleError("it is protected against reading by other programs (DRM): leave it out")
                blocks = read_blocks(_document(opened, name))
            except ArticleError as error:
                found = True
                yield Fault(f"{path}: {name}", f"{error}.")
                continue
            for links in (False, True):
                parts = list(as_parts(blocks, titled=True, links=links))
                if any(part.kind is None and part.text for part in parts):
                    found = True
                    yield _draft(parts, book, name)
                    break
    if not found:
        raise ArticleError("there is no text in it, only pictures or a cover: leave it out")


def _draft(parts: list[Part], book: _Book, name: str) -> Draft:
    shown = book.titles.get(name)
    titled = any(part.kind is Kind.TITLE for part in parts)
    if shown and not titled:
        first = next((at for at, part in enumerate(parts) if part.text), 0)
        if letters(parts[first].text) != letters(shown):
            parts = [Part(shown, Kind.TITLE), *parts]
    draft = make_draft(parts, shown, book.author, origin="package", name=name)
    day = None if states_day(parts) else book.day
    origin = dict(draft.byline.provenance) | {
        field: "package" for field, value in {"outlet": book.title, "published": day}.items() if value
    }
    return replace(draft, byline=replace(draft.byline, outlet=book.title, published=day, provenance=origin))


def _read_book(opened: ZipFile, path: Path) -> _Book:
    container = _parsed(opened, _CONTAINER)
    named = [one.get("full-path") for one in container.iter("{*}rootfile") if one.get("full-path")]
    if not named:
        raise ArticleError("it names no package file, so it is no whole EPUB: download it again")
    package = _parsed(opened, named[0])
    folder = PurePosixPath(named[0]).parent
    items = {one.get("id"): one for one in package.iter("{*}item")}
    spine = [items.get(one.get("idref")) for one in package.iter("{*}itemref") if one.get("linear") != "no"]
    documents = [one for one in spine if one is not None and "html" in (one.get("media-type") or "")]
    contents = next((one for one in items.values() if "nav" in (one.get("properties") or "").split()), None)
    if contents is None:
        contents = next((one for one in items.values() if one.get("media-type") == "application/x-dtbncx+xml"), None)
    titles: dict[str, str] = {}
    if contents is not None:
        with suppress(ArticleError):  # without them each document has a title of its own
            titles = dict(_titles(opened, _member(folder, contents.get("href") or "")))
    own = _member(folder, contents.get("href") or "") if contents is not None else ""
    people = [_text(one) for one in package.iter("{*}creator")]
    title = next((_text(one) for one in package.iter("{*}title")), "")
    paths = dict.fromkeys(_member(folder, one.get("href") or "") for one in documents)
    return _Book(
        read_title(title, Path("/")),
        " and ".join(filter(None, people)) or None,
        next(filter(None, map(_day, package.iter("{*}date"))), None),
        tuple(name for name in paths if name != own),
        titles,
    )


def _day(element: "_Element") -> str | None:
    """Give the day on which the book or issue came out; not the one on which its file was made or changed."""
    event = next((value for name, value in element.attrib.items() if str(name).endswith("event")), "publication")
    day = read_date(_text(element)) if event in ("publication", "original-publication", "issued") else None
    # Programs write the year 101 for a day they do not know.
    return day if day and day >= "1600" else None


def _titles(opened: ZipFile, name: str) -> Iterator[tuple[str, str]]:
    """Give path -> title from a table of contents, EPUB 3's or 2's; the last entry for a path is given first."""
    if name not in opened.namelist():
        return
    tree = _parsed(opened, name)
    folder = PurePosixPath(name).parent
    found: dict[str, str] = {}
    for link in tree.iter("{*}a", "{*}navPoint"):
        target = link.get("href")
        words = _text(link)
        if target is None:
            content, label = link.find("{*}content"), link.find("{*}navLabel")
            target = content.get("src") if content is not None else None
            words = _text(label) if label is not None else ""
        if target and words:
            found.setdefault(_member(folder, target.split("#")[0]), words)
    yield from found.items()


def _member(folder: PurePosixPath, href: str) -> str:
    pieces: list[str] = []
    for piece in (*folder.parts, *unquote(href).split("/")):
        if piece == "..":
            del pieces[-1:]
        elif piece not in ("", "."):
            pieces.append(piece)
    return "/".join(pieces)


def _text(element: "_Element") -> str:
    return " ".join("".join(element.itertext()).split())


def _document(opened: ZipFile, name: str) -> "_Element":
    """Give the body of a document, as elements of HTML."""
    from lxml import etree

    data = spelled(_data(opened, name))
    try:
        tree = etree.fromstring(data, _xml_parser())
    except etree.XMLSyntaxError as error:
        # Many books are not well-formed.
        loose = etree.HTMLParser(no_network=True, huge_tree=False, encoding="utf-8")
        tree = etree.fromstring(data, loose) if data.strip() else None
        if tree is None:
            raise ArticleError(_APART.format(name, error)) from error
    for element in tree.iter(etree.Element):
        element.tag = local(element.tag).lower()
    body: _Element | None = tree.find(".//body")
    return tree if body is None else body


def _parsed(opened: ZipFile, name: str) -> "_Element":
    from lxml import etree

    try:
        return etree.fromstring(_data(opened, name), _xml_parser())
    except etree.XMLSyntaxError as error:
        raise ArticleError(_APART.format(name, error)) from error


def _xml_parser() -> "XMLParser":
    from lxml import etree

    return etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _data(opened: ZipFile, name: str) -> bytes:
    """Give a member's text as UTF-8, whatever it is in."""
    try:
        data = opened.read(name)
    except KeyError as error:
        raise ArticleError(f"its part {name} is missing: download it again") from error
    except BROKEN as error:
        raise ArticleError(f"its part {name} is damaged ({error}): download it again") from error
    return decoded(data, declared_by(data)).encode()
