"""JSON and JSON lines: articles as objects; those in BEIR's form stay as given, of others the fields are guessed."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.article import Draft, Fault
from index.encoding import Utf8, encoding_of
from index.errors import ArticleError
from index.loaders import beir
from index.loaders.fields import DayOrder, NoText, read_article
from index.settings import Settings

_LISTS = """articles results items docs documents data stories news entries posts records rows hits value
    response.docs response.results response.articles data.articles data.items hits.hits result.items"""
_ITEMS = frozenset(["item", *(f"{name}.item" for name in _LISTS.split())])
"""Where a file's articles stand, in ijson's names; "item" is what a list holds that is the whole file."""
_DEEPEST = 100


def load_lines(path: Path, settings: Settings) -> Iterator[Draft | Fault]:
    """Read one article a line; a bad line is a fault and the next one is read.

    A line with a `text` and an `_id` or `metadata`, or with nothing beside its title, is BEIR's and stored as given.

    Raises:
        OSError: The file cannot be read.
    """
    if path.name == beir.CORPUS and not settings.text_field:
        yield from beir.load(path, settings)
        return
    encoding = beir.encoding_of_lines(path)
    rows = _Rows(path, settings, DayOrder(lambda: _lines(path, encoding), settings))
    with path.open("rb") as file:
        for number, line in beir.lines(file):
            try:
                given = beir.parse(line, encoding)
            except ArticleError as error:
                yield Fault(f"{path}:{number}", f"{error}.")
                continue
            if given is not None:
                yield from rows.read(given, number, f"{path}:{number}")
    yield from rows.close()


def load(path: Path, settings: Settings) -> Iterator[Draft | Fault]:
    """Read a list of articles, an object that holds one, or one article; nothing is held but the article at hand.

    Raises:
        ArticleError: It is no JSON or holds no articles.
        OSError: The file cannot be read.
    """
    rows = _Rows(path, settings, DayOrder(lambda: _readable(path, settings), settings))
    number = 0
    for number, given in enumerate(_objects(path, settings), 1):
        if _is_squad(given):
            raise ArticleError("it holds questions (SQuAD), no articles: `qa evaluate FILE` asks them")
        yield from rows.read(given, number, f"{path}: article {number}")
    yield from rows.close()
    if not number:
        raise ArticleError("there is no text in it: give a list of objects, one an article")


def _lines(path: Path, encoding: str | None) -> Iterator[Mapping[str, Any]]:
    """Give the objects of a file's lines, those left out that are none."""
    with path.open("rb") as file:
        for _, line in beir.lines(file):
            with suppress(ArticleError):  # told when it is read
                if (given := beir.parse(line, encoding)) is not None:
                    yield given


def _readable(path: Path, settings: Settings) -> Iterator[Mapping[str, Any]]:
    """Give the objects of a file, up to where it is damaged."""
    with suppress(ArticleError):  # told when they are read
        yield from (one for one in _objects(path, settings) if isinstance(one, dict))


class _Rows:
    """The objects of one file, and what was wrong with them."""

    def __init__(self, path: Path, settings: Settings, order: DayOrder) -> None:
        self._path, self._settings, self._order = path, settings, order
        self._ids: set[str] = set()
        self._untold: set[str] = set()
        self._more = 0

    def read(self, given: Any, number: int, where: str) -> Iterator[Draft | Fault]:
        """Read one object."""
        try:
            yield self._draft(given, number)
        except NoText as error:
            # A hundred thousand lines of one form want one answer.
            if str(error) in self._untold:
                self._more += 1
            else:
                self._untold.add(str(error))
                yield Fault(where, f"{error}.")
        except ArticleError as error:
            yield Fault(where, f"{error}.")

    def close(self) -> Iterator[Fault]:
        """Tell how many more there were of the faults that are told once."""
        if self._more:
            yield Fault(str(self._path), f"{self._more:,} more of its articles have no text for the same reason.")

    def _draft(self, given: Any, number: int) -> Draft:
        if not isinstance(given, dict):
            raise ArticleError(f"it is a {type(given).__name__}, not an object: give one object an article")
        if _is_beir(given, self._settings):
            draft = beir.read_article(given)
        else:
            draft = replace(read_article(given, self._settings, self._order), name=f"row {number}")
        if draft.id is not None:
            if draft.id in self._ids:
                raise ArticleError(f"_id {draft.id!r} stands in an earlier line as well: give each its own")
            self._ids.add(draft.id)
        return draft


def _is_beir(given: Mapping[str, Any], settings: Settings) -> bool:
    if settings.text_field or "text" not in given or isinstance(given.get("_id"), dict):
        return False
    return "_id" in given or "metadata" in given or set(given) <= {"text", "title"}


def _is_squad(given: Any) -> bool:
    paragraphs = given.get("paragraphs") if isinstance(given, dict) else None
    return isinstance(paragraphs, list) and any(isinstance(one, dict) and "qas" in one for one in paragraphs[:1])


def _objects(path: Path, settings: Settings) -> Iterator[Any]:
    """Give the objects of a JSON file that may be articles, each as soon as it is read."""
    with path.open("rb") as file:
        yield from _parsed(Utf8(file, encoding_of(path)), path, settings)


def _parsed(file: Utf8, path: Path, settings: Settings) -> Iterator[Any]:
    import ijson

    whole, item = ijson.ObjectBuilder(), ijson.ObjectBuilder()
    home = ""
    count = 0
    # What stands outside of a list of articles is held, so it may not be larger than other files may.
    is_small = path.stat().st_size <= settings.max_file_mb * 1_000_000
    try:
        for place, event, value in _placed(ijson.basic_parse(file, use_float=True, multiple_values=True)):
            if home:
                item.event(event, value)
                if place == home and event in ("end_map", "end_array"):
                    yield item.value
                    home, count = "", count + 1
            elif place in _ITEMS and event in ("start_map", "start_array"):
                home, item = place, ijson.ObjectBuilder()
                item.event(event, value)
            elif place in _ITEMS and event not in ("end_map", "end_array", "map_key"):
                yield value
                count += 1
            elif is_small or "." not in place:
                whole.event(event, value)
                if place == "" and event in ("end_map", "end_array"):
                    if not count:
                        yield from _single(whole.value, settings)
                    whole, count = ijson.ObjectBuilder(), 0
    except ijson.JSONError as error:
        told = " ".join(str(error).split())[:120]
        raise ArticleError(f"it is no valid JSON from article {count + 1} on ({told}): export it again") from error


def _placed(events: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, str, Any]]:
    """Give where each event of ijson is, what it is, and its value.

    As ijson's own `parse`, but its names grow with the depth: 100 kB of brackets took tens of gigabytes.
    """
    around: list[str] = []
    for event, value in events:
        if event in ("end_map", "end_array"):
            around.pop()
        place = ".".join(around[:-1] if event == "map_key" else around)
        if event == "map_key":
            around[-1] = value
        elif event in ("start_map", "start_array"):
            around.append("item" if event == "start_array" else "")
            if len(around) > _DEEPEST:
                raise ArticleError("it is nested too deeply: give a list of flat objects")
        yield place, event, value


def _single(given: Any, settings: Settings) -> Iterator[Any]:
    """Give what an object holds that has no list of a known name: the one list of objects in it, or itself."""
    if not isinstance(given, dict):
        return
    lists = [one for one in given.values() if isinstance(one, list) and one and isinstance(one[0], dict)]
    if len(lists) == 1:
        try:
            read_article(given, settings)
        except ArticleError:
            yield from lists[0]
            return
    yield given
