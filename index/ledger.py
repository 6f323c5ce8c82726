"""The writing side of the corpus: files on record, the articles they hold, and what is still to be done."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Byline, Fault, Passage
from index.errors import ArticleError
from index.sketches import Sketches
from index.text import count_words

_SCHEMA = """
CREATE TABLE articles (
    id TEXT PRIMARY KEY, text TEXT NOT NULL, sha256 TEXT NOT NULL,
    title TEXT NOT NULL, author TEXT, published TEXT, outlet TEXT, url TEXT, updated TEXT,
    provenance TEXT NOT NULL, marks TEXT NOT NULL, pages TEXT NOT NULL, language TEXT, words INTEGER NOT NULL,
    as_given INTEGER NOT NULL,
    furniture TEXT NOT NULL DEFAULT '[]', story TEXT, place INTEGER, cut INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX articles_of_story ON articles (story, place) WHERE story IS NOT NULL;
CREATE TABLE sketches (
    article_id TEXT PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
    shingles INTEGER NOT NULL, signature BLOB NOT NULL, running INTEGER NOT NULL, lines BLOB NOT NULL
);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY, article_id TEXT NOT NULL REFERENCES articles ON DELETE CASCADE,
    ordinal INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    sentences TEXT NOT NULL, vector BLOB
);
CREATE INDEX passages_of_article ON passages (article_id);
CREATE INDEX passages_pending ON passages (id) WHERE vector IS NULL;
CREATE TABLE files (path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, faults TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sources (
    path TEXT NOT NULL REFERENCES files ON DELETE CASCADE,
    article_id TEXT NOT NULL REFERENCES articles ON DELETE CASCADE,
    member TEXT,
    PRIMARY KEY (path, article_id)
) WITHOUT ROWID;
CREATE INDEX sources_of_article ON sources (article_id);
"""
Outcome: TypeAlias = Literal["new", "changed", "same"]

_COLUMNS = (
    "id, text, sha256, title, author, published, outlet, url, updated, provenance, marks, pages, language, words, "
    "as_given"
)


class Ledger(Sketches):
    """A corpus that is being written, by one process at a time.

    Args:
        path: The file; made when it is absent, and the tables when it has none.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, "mode=rwc")
        self._db.execute("PRAGMA foreign_keys = ON")
        self._db.execute("PRAGMA secure_delete = ON")  # a removed article's words do not stay in the file's free pages
        if self._db.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
            # All tables or none: what is killed in between is begun anew.
            self._db.executescript(f"BEGIN; {_SCHEMA} COMMIT;")

    def commit(self) -> None:
        """Make what was written so far durable."""
        self._db.commit()

    @property
    def altered(self) -> bool:
        """True when anything was written since it was opened."""
        return self._db.total_changes > 0

    def file(self, path: str) -> tuple[str, list[Fault]] | None:
        """Give what was recorded of a file: its sha256 and what could not be read in it; None when unknown."""
        row = self._db.execute("SELECT sha256, faults FROM files WHERE path = ?", (path,)).fetchone()
        return None if row is None else (row[0], [Fault(*fault) for fault in json.loads(row[1])])

    def articles_of(self, path: str) -> dict[str, str | None]:
        """Give the ids of the articles that a file holds, sorted, and what each is called inside it."""
        return dict(self._db.execute("SELECT article_id, member FROM sources WHERE path = ? ORDER BY 1", (path,)))

    def held_only_by(self, paths: Sequence[str]) -> int:
        """Count the articles that none but some files hold."""
        row = self._db.execute(
            """SELECT count(*) FROM (SELECT article_id FROM sources GROUP BY article_id
            HAVING count(*) = sum(path IN (SELECT value FROM json_each(?))))""",
            (json.dumps(paths),),
        ).fetchone()
        return int(row[0])

    def begin(self, path: str) -> None:
        """Begin to read a file: it is on record without a sha256, and holds no article yet."""
        self._db.execute("DELETE FROM files WHERE path = ?", (path,))
        self._db.execute("INSERT INTO files VALUES (?, '', '[]')", (path,))

    def hold(self, path: str, article_id: str, member: str | None) -> None:
        """Say that a file on record holds a stored article, and what it is called inside; the first name stays."""
        self._db.execute("INSERT OR IGNORE INTO sources VALUES (?, ?, ?)", (path, article_id, member))

    def end(self, path: str, sha256: str, faults: Sequence[Fault]) -> None:
        """End the reading of a file; it is read again only when its sha256 is another."""
        listed = json.dumps([(fault.where, fault.reason) for fault in faults])
        self._db.execute("UPDATE files SET sha256 = ?, faults = ? WHERE path = ?", (sha256, listed, path))

    def forget(self, path: str) -> None:
        """Forget a file; its articles stay until `sweep`."""
        self._db.execute("DELETE FROM files WHERE path = ?", (path,))

    def put(self, article: Article, path: str) -> Outcome:
        """Store an article as one that a recorded file holds.

        The same article in a second file stays as the first file gave it.

        Returns:
            "new", "changed" or "same"; unless it is the same, its passages are to be cut anew.

        Raises:
            ArticleError: Another file holds a different article of the same id.
        """
        values = _row(article)
        known = self._db.execute(f"SELECT {_COLUMNS} FROM articles WHERE id = ?", (article.id,)).fetchone()
        other = self._db.execute(
            "SELECT path FROM sources WHERE article_id = ? AND path <> ? LIMIT 1", (article.id, path)
        ).fetchone()
        if known and other and known[2] != article.sha256:
            raise ArticleError(
                f"{other[0]} holds another article with the id “{article.id}”: give one of them a new id"
            )
        outcome: Outcome = "new" if known is None else "same" if known == values or other else "changed"
        if outcome != "same":
            self._db.execute("DELETE FROM passages WHERE article_id = ?", (article.id,))
            self._db.execute("DELETE FROM sketches WHERE article_id = ?", (article.id,))
            changes = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS.split(", ")[1:])
            self._db.execute(
                f"INSERT INTO articles ({_COLUMNS}) VALUES ({', '.join('?' * len(values))}) "
                f"ON CONFLICT (id) DO UPDATE SET {changes}, furniture = '[]', cut = 0",
                values,
            )
        self.hold(path, article.id, article.member)
        return outcome

    def remove(self, id: str) -> None:
        """Remove an article, its passages and vectors; its file stays on record, so that it does not come back."""
        self._db.execute("DELETE FROM articles WHERE id = ?", (id,))

    def sweep(self) -> int:
        """Remove the articles that no file holds any more; give their number."""
        gone = self._db.execute("DELETE FROM articles WHERE id NOT IN (SELECT article_id FROM sources)")
        return gone.rowcount

    def uncut(self) -> list[str]:
        """Give the ids of the articles whose passages are still to be cut, sorted."""
        return [id for (id,) in self._db.execute("SELECT id FROM articles WHERE cut = 0 ORDER BY id")]

    def cut(self, article: Article, passages: Iterable[Passage]) -> None:
        """Store the passages of an article; those that are as they were keep their vectors, the others wait."""
        # Where its text, header or model is another, an article comes here without passages.
        rows = self._db.execute('SELECT start, "end", vector FROM passages WHERE article_id = ?', (article.id,))
        known = {(start, end): vector for start, end, vector in rows}
        self._db.execute("DELETE FROM passages WHERE article_id = ?", (article.id,))
        self._db.executemany(
            'INSERT INTO passages (article_id, ordinal, start, "end", sentences, vector) VALUES (?, ?, ?, ?, ?, ?)',
            (
                (p.article_id, p.ordinal, p.start, p.end, json.dumps(p.sentences), known.get((p.start, p.end)))
                for p in passages
            ),
        )
        self._db.execute("UPDATE articles SET cut = 1 WHERE id = ?", (article.id,))

    def pending(self) -> int:
        """Count the passages that are not embedded yet."""
        return int(self._db.execute("SELECT count(*) FROM passages WHERE vector IS NULL").fetchone()[0])

    def unembedded(self, limit: int) -> list[tuple[Byline, Passage]]:
        """Give passages that are not embedded yet, by id, at most `limit`."""
        rows = self._db.execute("SELECT id FROM passages WHERE vector IS NULL ORDER BY id LIMIT ?", (limit,))
        passages = self.passages([id for (id,) in rows])
        bylines = {id: self.article(id).byline for id in {passage.article_id for passage in passages}}
        return [(bylines[passage.article_id], passage) for passage in passages]

    def embed(self, vectors: Mapping[int, NDArray[np.float32]]) -> None:
        """Store vectors by passage id, as float16."""
        self._db.executemany(
            "UPDATE passages SET vector = ? WHERE id = ?",
            ((vector.astype(np.float16).tobytes(), id) for id, vector in vectors.items()),
        )


def _row(article: Article) -> tuple[Any, ...]:
    byline = article.byline
    marks = [(mark.kind, mark.start, mark.end) for mark in article.marks]
    return (
        *(article.id, article.text, article.sha256),
        *(byline.title, byline.author, byline.published, byline.outlet, byline.url, byline.updated),
        *(json.dumps(dict(byline.provenance), sort_keys=True), json.dumps(marks), json.dumps(article.pages)),
        *(article.language, count_words(article.text), int(article.as_given)),
    )
