"""Articles, passages and their vectors in one sqlite file: the one truth; all else is derived from it."""

import json
import sqlite3
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Byline, Fault, Filter, Kind, Mark, Passage, Span
from index.embed import Matrix, unit
from index.errors import ArticleError
from index.text import fold

Ids: TypeAlias = NDArray[np.int64]

_BYLINE = "title, author, published, outlet, url, provenance, updated"
_PATH, _MEMBER = (
    f"(SELECT {name} FROM sources WHERE article_id = articles.id ORDER BY path LIMIT 1)" for name in ("path", "member")
)
_ARTICLE = f"id, text, marks, furniture, pages, language, as_given, {_PATH}, {_MEMBER}, {_BYLINE}"
_ENTRY = f"""id, {_PATH}, {_MEMBER}, length(text), (SELECT count(*) FROM passages WHERE article_id = articles.id),
    language, {_BYLINE}"""
_PASSAGE = """SELECT p.id, p.article_id, p.ordinal, p.start, p."end", p.sentences,
    substr(a.text, p.start + 1, p."end" - p.start), a.language FROM passages p JOIN articles a ON a.id = p.article_id"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a corpus holds."""

    articles: int
    passages: int
    words: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list of articles: everything but the text."""

    id: str
    byline: Byline
    path: str | None
    member: str | None
    characters: int
    passages: int
    language: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The object that `qa articles --json` lists."""
        found = {"path": self.path, "member": self.member, "characters": self.characters, "passages": self.passages}
        return {"article_id": self.id, **self.byline.to_json(), "language": self.language, **found}


class Corpus:
    """One sqlite file of articles and the passages they are cut into, for any number of threads at once.

    Args:
        path: A file that a `Ledger` made.
        mode: sqlite's open mode; the default takes the file as one that nobody writes.
    """

    def __init__(self, path: Path, mode: str = "mode=ro&immutable=1") -> None:
        self.path = path
        # sqlite's serialised mode lets threads share a connection.
        self._db = sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True, check_same_thread=False)
        weakref.finalize(self, self._db.close).atexit = False  # an app opens a newer one while threads read this one
        self._db.create_function("fold", 1, lambda text: None if text is None else fold(text), deterministic=True)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def article(self, id: str) -> Article:
        """Give one article.

        Raises:
            ArticleError: There is none of this id.
        """
        row = self._db.execute(f"SELECT {_ARTICLE} FROM articles WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise ArticleError(f"There is no article “{id}”: `qa articles` lists those there are.")
        return _article(row)

    def sha256(self, id: str) -> str:
        """Give the sha256 that was recorded for an article's text; empty when there is no such article."""
        row = self._db.execute("SELECT sha256 FROM articles WHERE id = ?", (id,)).fetchone()
        return str(row[0]) if row else ""

    def articles(self) -> Iterator[Article]:
        """Give every article, by id."""
        for row in self._db.execute(f"SELECT {_ARTICLE} FROM articles ORDER BY id"):
            yield _article(row)

    def article_ids(self) -> frozenset[str]:
        """Give the ids of all articles."""
        return frozenset(id for (id,) in self._db.execute("SELECT id FROM articles"))

    def listing(self, containing: str = "", offset: int = 0, limit: int = 50) -> list[Entry]:
        """List articles without their text, newest first, undated last, then by title and id.

        Args:
            containing: Words that must stand, as one, in title, outlet or author; empty for all.
            offset: How many to leave out.
            limit: How many at most; -1 for all.
        """
        rows = self._db.execute(
            f"""SELECT {_ENTRY} FROM articles
            WHERE ?1 = '' OR instr(fold(title || ' ' || coalesce(outlet, '') || ' ' || coalesce(author, '')), ?1)
            ORDER BY published IS NULL, published DESC, title, id LIMIT ?2 OFFSET ?3""",
            (fold(containing), limit, offset),
        )
        return [_entry(row) for row in rows]

    def holding(self, character: str) -> list[Entry]:
        """List the articles in whose text or title a character stands, by id."""
        rows = self._db.execute(
            f"SELECT {_ENTRY} FROM articles WHERE instr(text || title, ?) ORDER BY id", (character,)
        )
        return [_entry(row) for row in rows]

    def copies(self, article_id: str, limit: int = -1) -> list[Entry]:
        """List the other articles that tell the same story: near-copies, and versions of one report.

        Args:
            article_id: Which article.
            limit: How many at most; -1 for all.

        Returns:
            The one that is shown first, unless that is `article_id`, then each other outlet's latest version, then
            earlier ones; empty when it is alone, or there is no such article.
        """
        rows = self._db.execute(
            f"""SELECT {_ENTRY} FROM articles
            WHERE story = (SELECT story FROM articles WHERE id = ?1) AND id <> ?1 ORDER BY place LIMIT ?2""",
            (article_id, limit),
        )
        return [_entry(row) for row in rows]

    def stories(self) -> list[list[str]]:
        """Give the ids of the articles of each story that more than one tells, the one shown first at the head."""
        found: dict[str, list[str]] = {}
        for story, id in self._db.execute(
            "SELECT story, id FROM articles WHERE story IS NOT NULL ORDER BY story, place"
        ):
            found.setdefault(story, []).append(id)
        return list(found.values())

    @cached_property
    def has_copies(self) -> bool:
        """True when any two articles tell one story."""
        return self._db.execute("SELECT 1 FROM articles WHERE story IS NOT NULL LIMIT 1").fetchone() is not None

    def shown_before(self, article_id: str, where: Filter | None = None, limit: int = -1) -> list[str]:
        """Give the ids of the articles that are shown rather than this one, of those that tell its story.

        Args:
            article_id: Which article.
            where: Which articles may be shown; None for all.
            limit: How many at most; -1 for all.

        Returns:
            The one to show first; empty when that is `article_id`.
        """
        tests, values = _tests(where or Filter())
        rows = self._db.execute(
            f"""SELECT articles.id FROM articles JOIN articles AS it ON articles.story = it.story
            WHERE it.id = ? AND articles.place < it.place AND {tests} ORDER BY articles.place LIMIT ?""",
            (article_id, *values, limit),
        )
        return [id for (id,) in rows]

    def outlets(self) -> list[tuple[str, int]]:
        """Give each outlet and its number of articles, most first, then by name."""
        return self._db.execute(
            "SELECT outlet, count(*) FROM articles WHERE outlet IS NOT NULL GROUP BY outlet ORDER BY 2 DESC, 1"
        ).fetchall()

    def days(self) -> tuple[str | None, str | None]:
        """Give the first and the last day of publication; None twice where no article has one."""
        first, last = self._db.execute(
            "SELECT min(substr(published, 1, 10)), max(substr(published, 1, 10)) FROM articles"
        ).fetchone()
        return first, last

    def languages(self) -> list[tuple[str | None, int]]:
        """Give each language, None where it is not sure, and its number of articles, most first, then by code."""
        return self._db.execute(
            "SELECT language, count(*) FROM articles GROUP BY language ORDER BY 2 DESC, 1"
        ).fetchall()

    def files(self) -> list[tuple[str, list[Fault]]]:
        """Give the path of every file on record and what could not be read in it, by path."""
        rows = self._db.execute("SELECT path, faults FROM files ORDER BY path")
        return [(path, [Fault(*fault) for fault in json.loads(faults)]) for path, faults in rows]

    def broken(self) -> str:
        """Say what is wrong with the file, in sqlite's words; empty when nothing is."""
        row = self._db.execute("PRAGMA integrity_check(1)").fetchone()
        return "" if row[0] == "ok" else str(row[0])

    def counts(self) -> Counts:
        """Count articles, passages and words."""
        articles, words = self._db.execute("SELECT count(*), coalesce(sum(words), 0) FROM articles").fetchone()
        return Counts(articles, self._db.execute("SELECT count(*) FROM passages").fetchone()[0], words)

    @cached_property
    def ids(self) -> Ids:
        """Every passage id, ascending."""
        return self._ids("SELECT id FROM passages ORDER BY id", ())

    def admitted(self, where: Filter) -> Ids:
        """Give the ids, ascending, of the passages whose article passes a filter."""
        tests, values = _tests(where)
        sql = f"SELECT id FROM passages WHERE article_id IN (SELECT id FROM articles WHERE {tests})"
        return self._ids(f"{sql} ORDER BY id", values)

    def admits(self, where: Filter) -> bool:
        """Whether any article that has passages passes a filter; ends at the first."""
        tests, values = _tests(where)
        held = "EXISTS (SELECT 1 FROM passages WHERE article_id = articles.id)"
        row = self._db.execute(f"SELECT 1 FROM articles WHERE {tests} AND {held} LIMIT 1", values).fetchone()
        return row is not None

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """Give passages by id, in the order of `ids`."""
        marks = ",".join("?" * len(ids))
        rows = self._db.execute(f"{_PASSAGE} WHERE p.id IN ({marks})", tuple(int(id) for id in ids)).fetchall()
        found = {row[0]: _passage(row) for row in rows}
        return [found[id] for id in ids]

    def passages_of(self, article_id: str) -> list[Passage]:
        """Give the passages of an article, in their order; none when there is no such article."""
        rows = self._db.execute(f"{_PASSAGE} WHERE p.article_id = ? ORDER BY p.ordinal", (article_id,))
        return [_passage(row) for row in rows]

    def stream(self) -> Iterator[tuple[Byline, Passage]]:
        """Give every passage with the byline of its article, by passage id."""
        for row in self._db.execute(_PASSAGE.replace(" FROM", f", {_BYLINE} FROM", 1) + " ORDER BY p.id"):
            yield _byline(row[8:]), _passage(row[:8])

    def vectors(self, batch: int = 10_000) -> Iterator[tuple[Ids, Matrix]]:
        """Give ids and unit vectors of every embedded passage, by id, some at a time."""
        for ids, rows in self.stored(batch):
            yield ids, unit(rows)

    def stored(self, batch: int = 10_000) -> Iterator[tuple[Ids, Matrix]]:
        """Give ids and vectors of every embedded passage as they are stored, by id, some at a time."""
        rows = self._db.execute("SELECT id, vector FROM passages WHERE vector IS NOT NULL ORDER BY id")
        while some := rows.fetchmany(batch):
            stored = np.frombuffer(b"".join(vector for _, vector in some), dtype=np.float16)
            yield np.array([id for id, _ in some], dtype=np.int64), stored.reshape(len(some), -1).astype(np.float32)

    def _ids(self, sql: str, values: tuple[str, ...]) -> Ids:
        return np.fromiter((id for (id,) in self._db.execute(sql, values)), dtype=np.int64)


def _tests(where: Filter) -> tuple[str, tuple[str, ...]]:
    """Give the condition in SQL under which an article passes a filter, and its values."""
    tests = {
        "fold(articles.outlet) = ?": None if where.source is None else fold(where.source),
        "instr(fold(articles.author), ?)": None if where.author is None else fold(where.author),
        "substr(articles.published, 1, 10) >= ?": where.since,
        "substr(articles.published, 1, 10) <= ?": where.until,
    }
    wanted = {test: value for test, value in tests.items() if value is not None}
    return " AND ".join(["1", *wanted]), tuple(wanted.values())


def _article(row: Sequence[Any]) -> Article:
    id, text, marks, furniture, pages, language, as_given, path, member, *byline = row
    marked = [Mark(Kind(kind), a, b) for kind, a, b in json.loads(marks)]
    # What is learnt from other articles is kept apart, so that it can be learnt otherwise when they change.
    marked += [Mark(Kind.FURNITURE, a, b) for a, b in json.loads(furniture)]
    in_order = tuple(sorted(marked, key=lambda mark: mark.start))
    return Article(
        id, text, _byline(byline), in_order, path, tuple(json.loads(pages)), language, bool(as_given), member
    )


def _entry(row: Sequence[Any]) -> Entry:
    id, path, member, characters, passages, language, *byline = row
    return Entry(id, _byline(byline), path, member, characters, passages, language)


def _byline(row: Sequence[Any]) -> Byline:
    title, author, published, outlet, url, provenance, updated = row
    return Byline(title, author, published, outlet, url, json.loads(provenance), updated)


def _passage(row: Sequence[Any]) -> Passage:
    id, article_id, ordinal, start, end, sentences, text, language = row
    return Passage(article_id, ordinal, start, end, text, _spans(sentences), id, language)


@lru_cache(maxsize=20_000)
def _spans(stored: str) -> tuple[Span, ...]:
    """Read spans; remembered, because they are most of what reading a passage takes and the same ones come again."""
    return tuple((start, end) for start, end in json.loads(stored))
