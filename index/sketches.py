"""What is kept of articles for comparing them with each other, and what was learnt by it: the ledger's second half."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass

from index.article import Span
from index.corpus import Corpus
from index.stories import Version


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of an article for comparing it with the others.

    Attributes:
        shingles: How many its running text has.
        signature: As bytes; see `index.stories.sketch`.
        running: Characters of its running text.
        lines: As bytes; see `index.furniture.lines`.
    """

    shingles: int
    signature: bytes
    running: int
    lines: bytes


@dataclass(frozen=True, slots=True)
class Lined:
    """The lines of an article, and whose they are.

    Attributes:
        story: Id of the article that is shown of its story; None when it is alone.
        running: Characters of running text.
        lines: As bytes; see `index.furniture.lines`.
        furniture: The spans now set aside.
    """

    id: str
    outlet: str | None
    url: str | None
    path: str | None
    story: str | None
    running: int
    lines: bytes
    furniture: list[Span]


class Sketches(Corpus):
    """A corpus in which articles are compared with each other; opened as a `Ledger`."""

    def unsketched(self) -> list[str]:
        """Give the ids of the articles that nothing is kept of for comparing yet, sorted."""
        rows = self._db.execute("SELECT id FROM articles WHERE id NOT IN (SELECT article_id FROM sketches) ORDER BY id")
        return [id for (id,) in rows]

    def sketch(self, article_id: str, made: Sketch) -> None:
        """Keep what an article is compared by."""
        self._db.execute("INSERT INTO sketches VALUES (?, ?, ?, ?, ?)", (article_id, *astuple(made)))

    def sketches(self) -> Iterator[tuple[Version, int, bytes]]:
        """Give what the order of copies depends on, shingles and signature, of each article that has any, by id."""
        for id, outlet, last, words, shingles, signature in self._db.execute(
            """SELECT id, outlet, coalesce(updated, published, ''), words, shingles, signature
            FROM articles JOIN sketches ON article_id = id WHERE shingles > 0 ORDER BY id"""
        ):
            yield Version(id, outlet, last, words), shingles, signature

    def tell(self, stories: Iterable[Sequence[str]]) -> None:
        """Say which articles tell one story, in the order in which they are shown; every other article is alone."""
        known = self._db.execute("SELECT id, story, place FROM articles WHERE story IS NOT NULL")
        before = {id: (story, place) for id, story, place in known}
        after = {id: (ids[0], place) for ids in stories for place, id in enumerate(ids)}
        self._db.executemany(
            "UPDATE articles SET story = ?, place = ? WHERE id = ?",
            [
                (*after.get(id, (None, None)), id)
                for id in sorted(before.keys() | after.keys())
                if before.get(id) != after.get(id)
            ],
        )

    def lined(self) -> Iterator[Lined]:
        """Give the lines of each article that may be marked, by id."""
        rows = self._db.execute(
            """SELECT id, outlet, url, (SELECT min(path) FROM sources WHERE article_id = id), story, running, lines,
            furniture FROM articles JOIN sketches ON article_id = id WHERE NOT as_given ORDER BY id"""
        )
        for id, outlet, url, path, story, running, lines, furniture in rows:
            spans = [(start, end) for start, end in json.loads(furniture)]
            yield Lined(id, outlet, url, path, story, running, lines, spans)

    def set_aside(self, article_id: str, spans: Sequence[Span]) -> None:
        """Say which lines of an article are furniture beside what its loader marked; it is to be cut anew."""
        self._db.execute(
            "UPDATE articles SET furniture = ?, cut = 0 WHERE id = ?", (json.dumps(list(spans)), article_id)
        )
