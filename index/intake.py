"""Files -> the ledger: what is new, changed, the same or gone; a file that cannot be read keeps what it held."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from index.article import Article, Fault
from index.disk import sha256_of
from index.errors import ArticleError
from index.files import find
from index.guard import read
from index.ledger import Ledger
from index.loaders import COLUMNED, is_too_large, kind_of
from index.loaders.fields import fields
from index.report import Listener, Progress, Report
from index.settings import Settings
from index.text import counted

READING = 5
"""Raised when loaders or cleaning change what they give; files are then read again."""

MOST_LOST = 0.2
"""Share of what is on record that may be gone without a question: a disk that is not mounted looks the same."""
_COMMIT_EVERY = 500


def take_in(
    paths: Sequence[Path],
    ledger: Ledger,
    settings: Settings,
    *,
    prune: bool = False,
    prune_many: bool = False,
    below: Sequence[Path] | None = None,
    listener: Listener = lambda _: None,
) -> Report:
    """Bring the ledger in step with files; what cannot be read is listed, never fatal.

    Args:
        paths: Files and folders.
        ledger: Gets the articles; committed every few hundred.
        settings: For what is read of a file.
        prune: Forget the files on record that are gone; but none where all are, or several and more than `MOST_LOST`.
        prune_many: Forget them then, too.
        below: Where files are counted and forgotten; the paths by default, and everywhere where there are none.
        listener: Told how many files are read.

    Returns:
        Its counts of articles in the files given, and of those that are gone.

    Raises:
        ReaderError: No process to read files in can be started.
    """
    found = find(paths)
    intake = _Intake(ledger, settings, listener, len(found.files))
    with closing(read(intake.altered(found.files), settings)) as files:
        for path, articles in files:
            intake.take(path, articles)
    # Unlike Path.resolve, it takes links that lead in a circle.
    roots = [Path(os.path.realpath(path)) for path in (paths if below is None else below)]
    on_record = [name for name, _ in ledger.files()]
    lost = [name for name in on_record if not Path(name).exists()]
    if prune or prune_many:
        watched = [name for name in on_record if not roots or any(Path(name).is_relative_to(root) for root in roots)]
        dropped = sorted(set(lost).intersection(watched))
        if not prune_many and (len(dropped) == len(watched) or len(dropped) > max(1, MOST_LOST * len(watched))):
            intake.faults.extend(_too_many(dropped, len(watched)))
        else:
            for name in dropped:
                ledger.forget(name)
            lost = sorted(set(lost).difference(dropped))
    gone = max(0, ledger.sweep() - intake.replaced)
    missing = ledger.held_only_by(lost)
    ledger.commit()
    listener(Progress("reading", len(found.files), len(found.files)))
    return Report(
        intake.new,
        intake.changed,
        intake.same,
        gone,
        missing,
        (*found.faults, *intake.faults),
        found.ignored,
        twice=intake.twice,
    )


def _too_many(lost: Sequence[str], on_record: int) -> Iterator[Fault]:
    """Say that files are gone and nothing was dropped; nothing where none is gone."""
    if lost:
        yield Fault(
            str(Path(lost[0]).parent),
            f"{len(lost):,} of the {counted(on_record, 'file')} on record are gone, so nothing was dropped: mount the "
            "disk they lie on; or, if they are to go, name their folder in `qa index FOLDER --prune-many`.",
        )


class _Intake:
    """The files of one call, and what became of their articles."""

    def __init__(self, ledger: Ledger, settings: Settings, listener: Listener, total: int) -> None:
        self._ledger, self._settings, self._listener, self._total = ledger, settings, listener, total
        self._digests: dict[Path, str] = {}
        self.new = self.changed = self.same = self.twice = self.replaced = 0
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
        """Put what was read of one file into the ledger; what it held before stays unless all of it was read.

        A file whose reading was cut short is on record without a digest, so that the next call reads it again.
        """
        name = str(path)
        before = self._ledger.articles_of(name)
        known = self._ledger.file(name)
        held: set[str] = set()
        wrong: list[Fault] = []
        tally = {"new": 0, "changed": 0, "same": 0}
        begun = False
        for article in read:
            if isinstance(article, Fault):
                wrong.append(article)
                continue
            if not begun:
                self._ledger.begin(name)
                begun = True
            try:
                outcome = self._ledger.put(article, name)
            except ArticleError as error:
                wrong.append(Fault(name, str(error)))
                continue
            tally[outcome] += 1
            self.twice += article.id in held or (outcome == "same" and article.id not in before)
            held.add(article.id)
            if len(held) % _COMMIT_EVERY == 0:
                self._ledger.commit()
        digest = self._digests.pop(path)
        self.faults.extend(wrong)
        unfinished = any(fault.unfinished for fault in wrong)
        if unfinished and not begun and known == ("", wrong):
            self.same += len(before)  # it failed as it did the last time: nothing is written
            return
        if not begun:
            self._ledger.begin(name)
        if unfinished or not held:
            for id, member in before.items():
                self._ledger.hold(name, id, member)
        self._ledger.end(name, "" if unfinished else digest, wrong)
        self._ledger.commit()
        # A file that now says something else gives a new id and loses the old one: one change, not two.
        swapped = min(len(before.keys() - held) if held and not unfinished else 0, tally["new"])
        self.new += tally["new"] - swapped
        self.changed += tally["changed"] + swapped
        self.same += tally["same"]
        self.replaced += swapped


def _digest(path: Path, settings: Settings) -> str:
    """Name a file's bytes and everything else that what is read from it depends on."""
    # Of what is too large to be read the bytes say nothing, and a hole in a file can be of any size.
    content = path.stat().st_size if is_too_large(path, settings) else sha256_of(path)
    named = fields(settings) if kind_of(path) in COLUMNED else {}
    parts = (READING, settings.max_article_chars, settings.max_file_mb, named, content)
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
