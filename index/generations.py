"""Complete indexes side by side: one is written, one pointer is moved, and readers never see a half-built one.

```
home/ LOCK  CURRENT -> "gen-000002 <sha256 of its manifest>"
      gen-000001/  gen-000002/{corpus.sqlite vectors.faiss words/ MANIFEST.json}
      next/        under construction; what is embedded there survives a crash
```
"""

import errno
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from index.embed import sha256_of
from index.errors import Busy, Damaged, Mismatch, NoIndex, Unwritable

FORMAT = 4
CORPUS = "corpus.sqlite"
_MANIFEST = "MANIFEST.json"
_CURRENT = "CURRENT"
_NEXT = "next"
_TRIAL = "trial"
_KEPT = 2
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_RIGHT = {errno.EROFS, errno.EACCES, errno.EPERM}


@dataclass(frozen=True, slots=True)
class Generation:
    """One complete index, never changed after it is published.

    Attributes:
        folder: Holds the corpus and what is derived from it.
        built: What it was built with, as given to `publish`.
        warning: Why an older one is served than the newest; None when it is the newest.
    """

    folder: Path
    built: Mapping[str, Any]
    warning: str | None = None


def stamp(home: Path) -> str:
    """Give the pointer's words: they change exactly when a new index is published; empty when there is none.

    Raises:
        NoIndex: The home is no folder.
    """
    try:
        return (home / _CURRENT).read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        return ""
    except NotADirectoryError as error:
        raise NoIndex(f"{home} is a file, not the folder of an index: choose another with --home.") from error


def current(home: Path) -> Generation:
    """Open the newest complete index whose every byte is as it was written.

    Raises:
        NoIndex: Nothing was indexed yet.
        Mismatch: It was built by another version of the format.
        Damaged: No index here is whole.
    """
    pointer = stamp(home)
    if not pointer:
        raise NoIndex(
            f"No articles are indexed in {home} yet: run `qa index PATH` with a file or a folder of articles."
        )
    name, _, digest = pointer.partition(" ")
    try:
        return Generation(home / name, _checked(home / name, digest))
    except Damaged as damage:
        if stamp(home) != pointer:  # a newer one was published meanwhile, and this one dropped
            return current(home)
        for folder in sorted(home.glob("gen-*"), reverse=True):
            if folder.name < name:
                built = _checked(folder, None)
                return Generation(folder, built, f"{damage} The index before it is served meanwhile.")
        raise


def _checked(folder: Path, digest: str | None) -> Mapping[str, Any]:
    """Compare a generation with its manifest, byte by byte."""
    try:
        data = (folder / _MANIFEST).read_bytes()
        if digest is not None and hashlib.sha256(data).hexdigest() != digest:
            raise Damaged(_damage(folder / _MANIFEST))
        manifest = json.loads(data)
        if manifest["format"] != FORMAT:
            raise Mismatch(
                f"The index in {folder} has format {manifest['format']}, this version reads {FORMAT}: "
                "run `qa index --rebuild`."
            )
        for name, (size, sum) in manifest["files"].items():
            if (folder / name).stat().st_size != size or sha256_of(folder / name) != sum:
                raise Damaged(_damage(folder / name))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Damaged(_damage(folder)) from error
    built: Mapping[str, Any] = manifest["built"]
    return built


def _damage(path: Path) -> str:
    return f"{path} is not what was written there: run `qa index --rebuild`."


@contextmanager
def writing(home: Path) -> Iterator[None]:
    """Hold the writer's lock of a home, and translate what disks say.

    Raises:
        Busy: Another process holds it.
        Unwritable: The home is read-only, or the disk is full; the last complete index stays in force.
    """
    with writable(home):
        try:
            with FileLock(home / "LOCK", timeout=0):
                yield
        except Timeout as error:
            raise Busy(
                f"Another process is indexing into {home}: wait until it is done, then run this again."
            ) from error


@contextmanager
def writable(home: Path) -> Iterator[None]:
    """Make a folder, and translate what disks say while it is written.

    Raises:
        Unwritable: It is read-only, or the disk is full.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise Unwritable(_full(home)) from error
        if error.errno in _NO_RIGHT or isinstance(error, FileExistsError | NotADirectoryError):
            raise Unwritable(
                f"{error.filename or home} cannot be written ({error.strerror}): choose another folder with --home."
            ) from error
        raise
    except sqlite3.OperationalError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            raise Unwritable(_full(home)) from error
        if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
            raise Unwritable(f"{home} cannot be written ({error}): choose another folder with --home.") from error
        raise


def _full(home: Path) -> str:
    free = shutil.disk_usage(home).free // 2**20
    return (
        f"The disk of {home} has no room ({free} MB free): make room and run the same command again, it goes on "
        "where it stopped; until then the index before stays in force."
    )


def newest(home: Path) -> Generation | None:
    """Open the index in force as `current` does; None when nothing was indexed yet."""
    return current(home) if stamp(home) else None


def on_record(home: Path) -> list[Path]:
    """Give the files that the newest index was read from, in whatever format it is; those that are gone left out.

    Empty when nothing was indexed, or when the list cannot be read any more.
    """
    return [path for path in map(Path, _listed(home, "SELECT path FROM files ORDER BY path")) if path.exists()]


def articles(home: Path) -> frozenset[str]:
    """Give the ids of the articles of the newest index, in whatever format it is; empty when they cannot be read."""
    return frozenset(_listed(home, "SELECT id FROM articles"))


def _listed(home: Path, query: str) -> list[str]:
    corpus = home / stamp(home).partition(" ")[0] / CORPUS
    if not corpus.is_file():
        return []
    try:
        with closing(sqlite3.connect(f"{corpus.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            return [text for (text,) in db.execute(query)]
    except sqlite3.DatabaseError:
        return []


def stage(home: Path, key: str, base: Generation | None, *, trial: bool = False) -> tuple[Path, bool]:
    """Give the folder in which the next index is made, holding a copy of the corpus it begins from.

    What an interrupted run left there is taken up, if it began from the same index in the same way.

    Args:
        home: Its lock is held.
        key: Names how passages are cut and embedded; work under another key is dropped.
        base: The index to begin from; None to begin without articles.
        trial: Give a folder that will be dropped, and leave alone what an interrupted run left.

    Returns:
        The folder, and whether it was taken up from an interrupted run.
    """
    folder = home / (_TRIAL if trial else _NEXT)
    origin = json.dumps({"from": base.folder.name if base else "", "key": key})
    note = folder / "ORIGIN"
    if not trial and note.is_file() and note.read_text(encoding="utf-8") == origin:
        for path in folder.iterdir():
            if not path.name.startswith((CORPUS, note.name)):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        return folder, True
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    if base is not None:
        shutil.copyfile(base.folder / CORPUS, folder / CORPUS)
    note.write_text(origin, encoding="utf-8")
    return folder, False


def drop_stage(folder: Path) -> None:
    """Drop a folder that `stage` gave."""
    shutil.rmtree(folder, ignore_errors=True)


def publish(home: Path, built: Mapping[str, Any], *, sole: bool = False) -> None:
    """Put the staged index in force, with one rename after everything is on disk.

    Args:
        home: Its lock is held.
        built: What it was built with; kept in its manifest.
        sole: Keep no index before it, as when articles were removed: to fall back would bring them back.
    """
    folder = home / _NEXT
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sums = {path.relative_to(folder).as_posix(): (path.stat().st_size, sha256_of(path)) for path in files}
    manifest = json.dumps({"format": FORMAT, "built": built, "files": sums}, indent=1).encode()
    (folder / _MANIFEST).write_bytes(manifest)
    for path in (*files, folder / _MANIFEST, *{path.parent for path in files}):
        _sync(path)
    numbers = [int(path.name.removeprefix("gen-")) for path in home.glob("gen-*")]
    name = f"gen-{max(numbers, default=0) + 1:06d}"
    folder.rename(home / name)
    _sync(home)
    pointer = home / f"{_CURRENT}.tmp"
    pointer.write_text(f"{name} {hashlib.sha256(manifest).hexdigest()}\n", encoding="utf-8")
    _sync(pointer)
    pointer.replace(home / _CURRENT)
    _sync(home)
    for old in sorted(home.glob("gen-*"))[: -1 if sole else -_KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def _sync(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open folders, and writes their entries by itself
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
