"""An object with named fields, from a table or JSON -> an article; which field holds what is guessed or named."""

import ast
import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from index.article import Byline, Draft, Kind
from index.byline import host_of, join_names, read_author
from index.dates import is_day_first, is_two_days, read_date
from index.errors import ArticleError
from index.loaders import markup
from index.loaders.beir import read_id
from index.loaders.page import Part, lay_out, without_title
from index.settings import Settings
from index.text import fold

_NAMES = {
    "text": """body content contents fulltext articlebody articletext articlecontent bodytext maintext maincontent
        storytext text contenttext texto texte inhalt bodyhtml contenthtml html article story transcript post message
        abstract summary description""",
    "title": "headline title heading hed webtitle headlinemain articletitle subject titre titel titulo titolo",
    "author": "author authors byline by writer writers creator journalist reporter contributor contributors dccreator",
    "published": """pubdate published publishedat publisheddate publishdate publishedon publicationdate datepublished
        datepublication firstpublished firstpublicationdate webpublicationdate publishtime publishedtime articledate
        date datetime created createdat datecreated isodate timestamp time fecha datum""",
    "updated": "updated updatedat modified modifiedat datemodified lastmodified lastupdated updateddate modifieddate",
    "source": """source publication outlet publisher newspaper newssource sourcename publicationname site sitename
        website media medianame journal domain""",
    "url": "url link permalink weburl sourceurl articleurl canonicalurl canonical href uri",
}
"""What a field may be called, first choice first; case, accents and punctuation are passed over."""
_GUESSED = {what: tuple(names.split()) for what, names in _NAMES.items()}
_SETTINGS = ("text", "title", "author", "date", "source", "url", "id")
_INSIDE = ("_source", "fields", "attributes")
"""Objects whose own fields count as the article's, as search engines and news services nest them."""
_ONE = ("name", "rendered", "original", "main", "html", "text", "plain", "value", "#text", "title", "$oid", "$date")
"""Where the words of a field stand that is an object itself."""
_NAMED_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\s+\(([^()]+)\)")
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d\d?)[/.](\d\d?)(?!\d)")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?Z?)?")
_SECONDS = (100_000_000, 10_000_000_000)
"""Seconds since 1970 that a column of dates may hold, from 1973 to 2286; a thousand times that are milliseconds."""
_MOST_SHOWN = 20
_LONGEST_LINE = 1000


class NoText(ArticleError):
    """No field with the text can be told; the message names those there are."""


def fields(settings: Settings) -> dict[str, str]:
    """Give the columns that the settings name: what they hold -> their name."""
    return {what: name for what in _SETTINGS if (name := getattr(settings, f"{what}_field"))}


class DayOrder:
    """Whether a file's days in figures have the day before the month, as those that can be read in one way only say.

    Args:
        rows: Gives all objects of the file; called once, where a day can be read in two ways.
        settings: For the names of fields.
    """

    def __init__(self, rows: Callable[[], Iterable[Mapping[str, Any]]], settings: Settings) -> None:
        self._rows, self._named = rows, fields(settings)

    @cached_property
    def _known(self) -> dict[str, set[bool]]:
        """The orders in which each outlet writes days."""
        found: dict[str, set[bool]] = {}
        for given in self._rows():
            plain = _plain_names(given)
            for value in (_value(plain, "published", self._named.get("date")), _value(plain, "updated", None)):
                if (order := is_day_first(_line(value))) is not None:
                    found.setdefault(self._outlet(plain), set()).add(order)
        return found

    def day_first(self, plain: Mapping[str, Any]) -> bool | None:
        """Give the order for an object, as its outlet's days say, else as all the file's do; None where they differ."""
        for orders in (self._known.get(self._outlet(plain), set()), set().union(*self._known.values())):
            if len(orders) == 1:
                return next(iter(orders))
        return None

    def _outlet(self, plain: Mapping[str, Any]) -> str:
        return fold(_line(_value(plain, "source", self._named.get("source"))))


def read_article(given: Mapping[str, Any], settings: Settings, order: DayOrder | None = None) -> Draft:
    """Make an article of an object's fields.

    The byline's own lines come first in the text, each marked, then the paragraphs.

    Args:
        given: Name -> text, number, list or object.
        settings: For the names of fields; one that is not named is guessed.
        order: Of day and month in the file.

    Raises:
        NoText: No field holds the text, or the one named is not there.
        ArticleError: The text is empty, or the id cannot be used.
    """
    named = fields(settings)
    plain = _plain_names(given)
    body = _body(given, plain, named)
    title = markup.words(_line(_value(plain, "title", named.get("title"))))
    author_line, author = _author(_value(plain, "author", named.get("author")))
    published, date_line = _date(_value(plain, "published", named.get("date")), plain, order)
    url = _line(_value(plain, "url", named.get("url")))
    url = url if re.match(r"https?://[^\s/]", url) else ""
    outlet = markup.words(_line(_value(plain, "source", named.get("source"))))
    told = "column"
    if "://" in outlet or not outlet:
        outlet, told = host_of(outlet) or host_of(url) or "", "url"
    stated = {"title": title, "author": author, "published": published, "url": url}
    provenance = {name: "column" for name, value in stated.items() if value} | ({"outlet": told} if outlet else {})
    head = [Part(title, Kind.TITLE), Part(author_line, Kind.AUTHOR), Part(date_line, Kind.DATE)]
    text, marks = lay_out(head, without_title(body, title))
    byline = Byline(
        title=title,
        author=author or None,
        published=published,
        outlet=outlet or None,
        url=url or None,
        provenance=provenance,
        updated=_date(_value(plain, "updated", None), plain, order)[0],
    )
    id = read_id(next(_pieces(_value(plain, "id", named["id"])), None)) if "id" in named else None
    return Draft(text=text, byline=byline, marks=marks, id=id)


def check_columns(names: list[str], settings: Settings) -> None:
    """See that a table's columns can be told apart before its rows are read.

    Raises:
        ArticleError: No column holds the text, or one that is named is not there.
    """
    plain = _plain_names(dict.fromkeys(names, ""))
    for what, name in fields(settings).items():
        if _plain(name) not in plain:
            raise NoText(f"there is no column “{name}”; {_there_are(names)}: correct --{what}-field")
    if not settings.text_field and not any(name in plain for name in _GUESSED["text"]):
        raise _untold(names)


def _untold(names: list[str]) -> NoText:
    return NoText(f"no column can be told to hold the text; {_there_are(names)}: name it with --text-field NAME")


def _there_are(names: list[str]) -> str:
    shown = ", ".join(f"“{markup.readable(name)[:60]}”" for name in names[:_MOST_SHOWN])
    more = f" and {len(names) - _MOST_SHOWN:,} more" if len(names) > _MOST_SHOWN else ""
    return f"there are {shown}{more}" if names else "there are no columns"


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", fold(name))


def _plain_names(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields under their plain names; those of objects inside come after the object's own."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        found.setdefault(_plain(name), value)
    for name in _INSIDE:
        inside = given.get(name)
        if isinstance(inside, dict):
            for inner, value in inside.items():
                found.setdefault(_plain(str(inner)), value)
    return found


def _value(plain: Mapping[str, Any], what: str, name: str | None) -> Any:
    names = (_plain(name),) if name else _GUESSED[what]
    return next((value for one in names if (value := plain.get(one)) not in (None, "", [], {})), None)


def _body(given: Mapping[str, Any], plain: Mapping[str, Any], named: Mapping[str, str]) -> list[Part]:
    names = (_plain(named["text"]),) if "text" in named else _GUESSED["text"]
    there = [name for name in names if name in plain]
    if not there:
        if "text" in named:
            raise NoText(f"there is no “{named['text']}”; {_there_are([*map(str, given)])}: correct --text-field")
        raise _untold([*map(str, given)])
    for name in there:
        if text := "\n\n".join(one for one in _pieces(plain[name]) if isinstance(one, str)).strip():
            return markup.plain_or_markup(text)
    raise ArticleError("there is no text in it: leave it out, or add the text")


def _pieces(value: Any) -> Iterator[str | int | float]:
    for one in value if isinstance(value, list) else [value]:
        one = next((one[key] for key in _ONE if one.get(key)), None) if isinstance(one, dict) else one
        if isinstance(one, (str, int, float)) and not isinstance(one, bool) and str(one).strip():
            yield one


def _line(value: Any) -> str:
    return " ".join(markup.readable(str(next(_pieces(value), "")))[:_LONGEST_LINE].split())


def _author(value: Any) -> tuple[str, str]:
    """Give the author's line, and the names in it."""
    lines = [markup.words(str(one)[:_LONGEST_LINE]) for one in _listed(value)]
    lines = [found[1] if (found := _NAMED_ADDRESS.fullmatch(line)) else line for line in lines]
    line = join_names(lines)
    if not line or "://" in line or ("@" in line and " " not in line):
        return line, ""
    by = re.match(r"by\s+", line, re.I)
    bare = line[by.end() :] if by else line
    return line, read_author(f"By {bare}") or bare


def _listed(value: Any) -> Iterator[str | int | float]:
    """Give the people of a column; tables that programs write hold a list as `['Anna Berg', 'Tom Hull']`."""
    if isinstance(value, str) and value.startswith("[") and len(value) <= _LONGEST_LINE:
        with contextlib.suppress(ValueError, SyntaxError, RecursionError, MemoryError):  # no list after all
            value = ast.literal_eval(value)
    return _pieces(value)


def _date(value: Any, plain: Mapping[str, Any], order: DayOrder | None) -> tuple[str | None, str]:
    """Give the date in ISO 8601, and as it is written."""
    text = _line(value)
    if compact := _COMPACT.fullmatch(text):
        year, month, day, hour, minute, second = compact.groups()
        clock = f"T{hour}:{minute}:{second or '00'}" if hour else ""
        return read_date(f"{year}-{month}-{day}{clock}"), text
    if re.fullmatch(r"\d{9,13}(?:\.\d+)?", text):
        seconds = float(text)
        seconds = seconds / 1000 if seconds >= _SECONDS[1] else seconds
        if _SECONDS[0] <= seconds < _SECONDS[1]:
            read = datetime.fromtimestamp(int(seconds), UTC).isoformat()
            return read, read
    if found := _YEAR_FIRST.match(text):
        return read_date(f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}{text[found.end() :]}"), text
    day_first = order.day_first(plain) if order and is_two_days(text) else None
    return read_date(text, day_first), text
