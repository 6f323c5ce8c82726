"""Files -> the ledger: what is new, changed, the same or gone; a file that cannot be read keeps what it held."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from index.article import Article, Fault
from index.clean import clean
from index.embed import sha256_of
from index.errors import ArticleError
from index.files import find
from index.ledger import Ledger
from index.loaders import load
from index.report import Listener, Progress, Report
from index.settings import Settings

READING = 3
"""Raised when loaders or cleaning change what they give; files are then read again."""

_COMMIT_EVERY = 500


def take_in(
    paths: Sequence[Path],
    ledger: Ledger,
    settings: Settings,
    *,
    prune: bool = False,
    listener: Listener = lambda _: None,
) -> Report:
    """Bring the ledger in step with files; what cannot be read is listed, never fatal.

    Args:
        paths: Files and folders.
        ledger: Gets the articles; committed every few hundred.
        settings: For what is read of a file.
        prune: Forget the files on record that are gone.
        listener: Told how many files are read.

    Returns:
        Its counts of articles in the files given, and of those that are gone.
    """
    found = find(paths)
    intake = _Intake(ledger, settings, listener, len(found.files))
    for path, read in _read(intake.altered(found.files), settings):
        intake.take(path, read)
    if prune:
        for name in ledger.files():
            if not Path(name).exists():
                ledger.forget(name)
    gone = max(0, ledger.sweep() - intake.replaced)
    ledger.commit()
    listener(Progress("reading", len(found.files), len(found.files)))
    return Report(intake.new, intake.changed, intake.same, gone, (*found.faults, *intake.faults), found.ignored)


class _Intake:
    """The files of one call, and what became of their articles."""

    def __init__(self, ledger: Ledger, settings: Settings, listener: Listener, total: int) -> None:
        self._ledger, self._settings, self._listener, self._total = ledger, settings, listener, total
        self._digests: dict[Path, str] = {}
        self.new = self.changed = self.same = self.replaced = 0
        self.faults: list[Fault] = []

    def altered(self, paths: Iterable[Path]) -> Iterator[Path]:
        """Give the files that are to be read, each when it is asked for; count the articles of the others."""
        for number, path in enumerate(paths):
            self._listener(Progress("reading", number, self._total))
            name = str(path)
            try:
                digest = _digest(path, self._settings)
            except OSError as error:
                self.faults.append(Fault(name, f"it cannot be opened ({error.strerror}): see to its permissions"))
                continue
            known = self._ledger.file(name)
            if known is not None and known[0] == digest:
                self.faults.extend(known[1])
                self.same += len(self._ledger.articles_of(name))
            else:
                self._digests[path] = digest
                yield path

    def take(self, path: Path, read: Iterable[Article | Fault]) -> None:
        """Put what was read of one file into the ledger; when nothing in it can be read, what it held before stays."""
        name = str(path)
        before = set(self._ledger.articles_of(name))
        held: set[str] = set()
        wrong: list[Fault] = []
        tally = {"new": 0, "changed": 0, "same": 0}
        self._ledger.begin(name)
        for article in read:
            if isinstance(article, Fault):
                wrong.append(article)
                continue
            try:
                outcome = self._ledger.put(article, name)
            except ArticleError as error:
                wrong.append(Fault(name, str(error)))
                continue
            if article.id not in held:
                held.add(article.id)
                tally[outcome] += 1
            if len(held) % _COMMIT_EVERY == 0:
                self._ledger.commit()
        if not held:
            for id in before:
                self._ledger.hold(name, id)
        self._ledger.end(name, self._digests.pop(path), wrong)
        self._ledger.commit()
        self.faults.extend(wrong)
        # A file that now says something else gives a new id and loses the old one: one change, not two.
        swapped = min(len(before - held) if held else 0, tally["new"])
        self.new += tally["new"] - swapped
        self.changed += tally["changed"] + swapped
        self.same += tally["same"]
        self.replaced += swapped


def _read(paths: Iterable[Path], settings: Settings) -> Iterator[tuple[Path, Iterator[Article | Fault]]]:
    """Read files one by one."""
    for path in paths:
        yield path, (draft if isinstance(draft, Fault) else clean(draft, path) for draft in load(path, settings))


def _digest(path: Path, settings: Settings) -> str:
    """Name a file's bytes and everything else that what is read from it depends on."""
    parts = (READING, settings.max_article_chars, settings.max_file_mb, sha256_of(path))
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
