"""What news agencies send: NITF, and NewsML-G2 with the article's words in it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from index.article import Byline, Draft, Fault, Kind
from index.byline import read_author
from index.dates import read_date
from index.errors import ArticleError
from index.loaders import markup
from index.loaders.events import drop, local, read_events
from index.loaders.page import Part, lay_out, without_title
from index.settings import Settings

if TYPE_CHECKING:
    from lxml.etree import _Element

_PARTS = {
    "p": None, "hl2": Kind.CAPTION, "hl1": Kind.CAPTION, "media-caption": Kind.CAPTION, "media-producer": Kind.CAPTION,
    "abstract": Kind.STANDFIRST, "credit": Kind.CAPTION, "note": Kind.FURNITURE, "tagline": Kind.FURNITURE,
    "bibliography": Kind.FURNITURE, "copyrite": Kind.FURNITURE, "pre": None, "dt": None, "dd": None,
    "caption": Kind.CAPTION,
}  # fmt: skip
"""Elements of NITF that hold words, and what these are."""
_HOLDERS = frozenset((*_PARTS, "block", "bq", "ul", "ol", "dl", "table"))
_LEFT = frozenset(("media-metadata", "media-reference", "media-object", "nitf-table-metadata"))
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?)?(Z|[+-]\d\d:?\d\d)?")


def read_nitf(path: Path, settings: Settings) -> Iterator[Draft | Fault]:
    """Read one NITF article.

    Raises:
        ArticleError: It is no XML, or larger than a file may be.
        OSError: It cannot be read.
    """
    _check_size(path, settings)
    with path.open("rb") as file:
        for _, element in read_events(file, ("end",), ("{*}nitf",)):
            yield _nitf(element, Byline(""))


def read_items(path: Path, settings: Settings) -> Iterator[Draft | Fault]:
    """Read the news items of a file, each as it stands there; what holds no article is a fault.

    Raises:
        ArticleError: It is no XML, or there are no news items in it.
        OSError: It cannot be read.
    """
    count = 0
    with path.open("rb") as file:
        for count, (_, item) in enumerate(read_events(file, ("end",), ("{*}newsItem",)), 1):
            name = _words(item.find("{*}contentMeta/{*}headline")) or item.get("guid") or f"item {count}"
            try:
                yield replace(_item(item), name=name)
            except ArticleError as error:
                yield Fault(f"{path}!/{name}", f"{error}.")
            drop(item)
    if not count:
        raise ArticleError("there are no news items in it: export it with them")


def _check_size(path: Path, settings: Settings) -> None:
    size_mb = path.stat().st_size / 1_000_000
    if size_mb > settings.max_file_mb:
        raise ArticleError(f"it is {size_mb:.0f} MB, over the limit of {settings.max_file_mb} MB: raise max_file_mb")


def _item(item: "_Element") -> Draft:
    """Make an article of a news item of NewsML-G2."""
    about = item.find("{*}contentMeta")
    provider = item.find("{*}itemMeta/{*}provider")
    outlet = "" if provider is None else _name(provider)
    line = author = created = title = ""
    if about is not None:
        title = _words(about.find("{*}headline"))
        creator = about.find("{*}creator")
        line = _words(about.find("{*}by")) or ("" if creator is None else _name(creator))
        author = _person(line)
        created = _words(about.find("{*}contentCreated"))
    published = _date(created)
    stated = {"title": title, "author": author, "published": published, "outlet": outlet}
    byline = Byline(
        title,
        author or None,
        published,
        outlet or None,
        provenance={name: "newsml" for name, value in stated.items() if value},
        updated=_date(_words(item.find("{*}itemMeta/{*}versionCreated"))),
    )
    for content in item.iterfind("{*}contentSet/*"):
        inner = content.find("{*}nitf") if local(content.tag) == "inlineXML" else None
        if inner is not None:
            return _nitf(inner, byline)
        parts = _inline(content)
        if parts:
            head = [Part(title, Kind.TITLE), Part(line, Kind.AUTHOR), Part(created, Kind.DATE)]
            text, marks = lay_out(head, without_title(parts, title))
            return Draft(text, byline, marks)
    kinds = sorted({local(one.tag) for one in item.iterfind("{*}contentSet/*")}) or ["nothing"]
    raise ArticleError(f"it holds {' and '.join(kinds)} but no text: leave it out")


def _inline(content: "_Element") -> list[Part]:
    """Give the parts of a page or text inside a news item."""
    from lxml import etree

    kind = content.get("contenttype", "")
    if local(content.tag) == "inlineData" and not content.get("encoding"):
        text = "".join(content.itertext())
        if kind.startswith("text/html"):
            return markup.parts(text)
        return markup.plain_or_markup(text) if kind.startswith("text/") or not kind else []
    page = content.find("{*}html")
    if local(content.tag) != "inlineXML" or page is None:
        return []
    for element in page.iter(etree.Element):
        element.tag = local(element.tag)
    etree.cleanup_namespaces(page)
    return markup.parts(etree.tostring(page, method="html", encoding="unicode", with_tail=False))


def _nitf(nitf: "_Element", byline: Byline) -> Draft:
    """Make an article of NITF; what is stated around it wins."""
    head = nitf.find("{*}body/{*}body.head")
    title = byline.title or _at(nitf, "{*}body/{*}body.head/{*}hedline/{*}hl1") or _at(nitf, "{*}head/{*}title")
    byline_element = nitf.find("{*}body/{*}body.head/{*}byline")
    line, person = ("", "") if byline_element is None else _signed(byline_element)
    issued = nitf.find("{*}head/{*}docdata/{*}date.issue")
    norm = "" if issued is None else issued.get("norm", "")
    date_line = _at(nitf, "{*}body/{*}body.head/{*}dateline/{*}story.date") or norm
    journal = nitf.find("{*}head/{*}pubdata")
    outlet = (journal.get("name") if journal is not None else "") or _at(nitf, "{*}body/{*}body.head/{*}distributor")
    stated = {
        "title": title,
        "author": byline.author or person or None,
        "published": byline.published or _date(norm) or read_date(date_line),
        "outlet": byline.outlet or outlet or None,
    }
    origin = {name: byline.provenance.get(name, "nitf") for name, value in stated.items() if value}
    above = [Part(title, Kind.TITLE), Part(line, Kind.AUTHOR), Part(date_line, Kind.DATE)]
    parts = [Part(_words(one), Kind.STANDFIRST) for one in ([] if head is None else head.iterfind("{*}hedline/{*}hl2"))]
    for place in ("{*}body/{*}body.head/{*}abstract", "{*}body/{*}body.content", "{*}body/{*}body.end"):
        for element in nitf.iterfind(place):
            parts += _blocks(element)
    text, marks = lay_out(above, parts) if any(part.text for part in parts) else ("", ())
    whole = Byline(title, stated["author"], stated["published"], stated["outlet"], byline.url, origin, byline.updated)
    return Draft(text, whole, marks)


def _blocks(around: "_Element", kind: Kind | None = None) -> Iterator[Part]:
    """Give the parts in an element of NITF, in order; what stands in a caption is a caption."""
    name = local(around.tag)
    kind = kind or _PARTS.get(name)
    if name in _LEFT:
        return
    if name in ("ul", "ol"):
        for at, item in enumerate(around.iterfind("{*}li")):
            yield Part(f"- {words}" if (words := _words(item)) else "", kind, close=at > 0)
    elif name == "tr":
        yield Part(" | ".join(filter(None, map(_words, around))), kind, close=around.getprevious() is not None)
    elif name in _PARTS and not any(local(element.tag) in _HOLDERS for element in around):
        yield Part(_words(around), kind)
    else:
        for element in around:
            yield from _blocks(element, kind)


def _at(element: "_Element", place: str) -> str:
    return _words(element.find(place))


def _words(element: "_Element | None") -> str:
    return "" if element is None else " ".join(markup.readable("".join(element.itertext())).split())


def _name(element: "_Element") -> str:
    """Give the name of a person or organization: stated, or the last part of its code."""
    code = element.get("literal") or element.get("qcode", "").rpartition(":")[2]
    return _words(element.find("{*}name")) or code


def _signed(byline: "_Element") -> tuple[str, str]:
    """Give the line of NITF's byline, its writer's role set apart, and the names in it."""
    roles = [words for role in byline.iterfind("{*}byttl") if (words := _words(role))]
    for role in byline.findall("{*}byttl"):
        role.text = ""
        for inner in list(role):
            role.remove(inner)
    line = _words(byline)
    names = " and ".join(filter(None, map(_words, byline.iterfind("{*}person"))))
    return ", ".join(filter(None, (line, *roles))), _person(line) or names


def _person(line: str) -> str:
    bare = re.sub(r"\Aby\s+", "", line, flags=re.I)
    return read_author(f"By {bare}") or "" if bare else ""


def _date(stated: str) -> str | None:
    compact = _COMPACT.fullmatch(stated)
    if compact is None:
        return read_date(stated)
    year, month, day, hour, minute, second, zone = compact.groups()
    return read_date(f"{year}-{month}-{day}" + (f"T{hour}:{minute}:{second or '00'}{zone or ''}" if hour else ""))
