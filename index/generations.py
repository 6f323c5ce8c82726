"""Complete indexes side by side: one is written, one pointer is moved, and readers never see a half-built one.

```
home/ LOCK  CURRENT -> "gen-000002 <sha256 of its manifest>"
      FILES        the paths on record, so that what is damaged can be made anew
      gen-000001/  gen-000002/{corpus.sqlite vectors.faiss words/ MANIFEST.json}
      next/        under construction; what is embedded there survives a crash
```
"""

import hashlib
import json
import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from index.disk import put, sha256_of, sync, writable
from index.errors import Busy, Damaged, Mismatch, NoIndex

FORMAT = 4
CORPUS = "corpus.sqlite"
_MANIFEST = "MANIFEST.json"
_CURRENT = "CURRENT"
_FILES = "FILES"
_NEXT = "next"
_TRIAL = "trial"
_NAME = re.compile(r"gen-[0-9]{6,}")


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
        NoIndex: The home is no folder that can be read.
    """
    try:
        return (home / _CURRENT).read_text(encoding="utf-8", errors="replace").strip()
    except (FileNotFoundError, IsADirectoryError):
        return ""
    except NotADirectoryError as error:
        raise NoIndex(f"{home} is a file, not the folder of an index: choose another with --home.") from error
    except OSError as error:
        raise NoIndex(f"{home} cannot be read ({error.strerror}): choose another folder with --home.") from error


def exists(home: Path) -> bool:
    """Whether anything was indexed here, whole or not."""
    return bool(stamp(home) or _folders(home))


def current(home: Path) -> Generation:
    """Open the index that the pointer names if every byte is as it was written, else the newest of which that holds.

    Raises:
        NoIndex: Nothing was indexed yet.
        Mismatch: It was built by another version of the format.
        Damaged: No index here is whole.
    """
    pointer, folders = stamp(home), _folders(home)
    if not pointer and not folders:
        raise NoIndex(
            f"No articles are indexed in {home} yet: run `qa index PATH` with a file or a folder of articles."
        )
    name, _, digest = pointer.partition(" ")
    try:
        if not _NAME.fullmatch(name):
            raise Damaged(_damage(home / _CURRENT))
        return Generation(home / name, _checked(home / name, digest))
    except Damaged as damage:
        if stamp(home) != pointer:  # a newer one was published meanwhile, and this one dropped
            return current(home)
        for folder in folders:
            if folder.name != name:
                with suppress(Damaged, Mismatch):
                    served = f"{damage} {folder.name}, the newest whole index, is served meanwhile."
                    return Generation(folder, _checked(folder, None), served)
        raise


def _folders(home: Path) -> list[Path]:
    """Give the folders of all indexes, whole or not, newest first."""
    named = [path for path in home.glob("gen-*") if _NAME.fullmatch(path.name) and path.is_dir()]
    return sorted(named, key=_number, reverse=True)


def _number(folder: Path) -> int:
    return int(folder.name.removeprefix("gen-"))


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
        Damaged: What was written meanwhile is damaged; the last complete index stays in force.
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
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise
            drop_stage(home / _NEXT)
            raise Damaged(
                f"What was half made in {home} is damaged ({error}) and was dropped: run the same command again."
            ) from error


def newest(home: Path) -> Generation | None:
    """Open the index in force as `current` does; None when nothing was indexed yet."""
    return current(home) if exists(home) else None


def on_record(home: Path) -> list[Path]:
    """Give the files that the newest index was read from, in whatever format and state it is, sorted.

    Besides the list that every index holds one lies beside them all. Empty when nothing was indexed.
    """
    known = set(_read(home, "SELECT path FROM files") or ())
    with suppress(OSError, ValueError, TypeError):
        known.update(json.loads((home / _FILES).read_bytes()))
    return sorted(map(Path, known))


def articles(home: Path) -> frozenset[str] | None:
    """Give the ids of the articles of the newest index whose list can be read, in whatever format; None without one."""
    ids = _read(home, "SELECT id FROM articles")
    return None if ids is None else frozenset(ids)


def _read(home: Path, query: str) -> list[str] | None:
    """Ask the index that the pointer names, or else the newest that can be read."""
    named = stamp(home).partition(" ")[0]
    for folder in sorted(_folders(home), key=lambda folder: folder.name != named):
        with suppress(sqlite3.DatabaseError, UnicodeDecodeError):
            return _listed(folder / CORPUS, query)
    return None


def _listed(corpus: Path, query: str) -> list[str]:
    with closing(sqlite3.connect(f"{corpus.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        return [text for (text,) in db.execute(query)]


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
    drop_stage(home / _TRIAL)  # of a process that was killed
    folder = home / (_TRIAL if trial else _NEXT)
    origin = json.dumps({"from": base.folder.name if base else "", "key": key}).encode()
    note = folder / "ORIGIN"
    if not trial and note.is_file() and note.read_bytes() == origin:
        for path in folder.iterdir():
            if not path.name.startswith((CORPUS, note.name)):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        return folder, True
    drop_stage(folder)
    folder.mkdir()
    if base is not None:
        shutil.copyfile(base.folder / CORPUS, folder / CORPUS)
    note.write_bytes(origin)
    return folder, False


def drop_stage(folder: Path) -> None:
    """Drop a folder that `stage` gave."""
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder, ignore_errors=True)
    else:
        folder.unlink(missing_ok=True)


def publish(
    home: Path,
    built: Mapping[str, Any],
    files: Sequence[str] = (),
    base: Generation | None = None,
    *,
    sole: bool = False,
) -> None:
    """Put the staged index in force, with one rename after everything is on disk.

    One before it is kept, to fall back on: the one it began from, else the newest whole one.

    Args:
        home: Its lock is held.
        built: What it was built with; kept in its manifest.
        files: The paths on record.
        base: What it began from.
        sole: Keep no index before it, as when articles were removed: to fall back would bring them back.
    """
    folder = home / _NEXT
    parts = sorted(path for path in folder.rglob("*") if path.is_file())
    sums = {path.relative_to(folder).as_posix(): (path.stat().st_size, sha256_of(path)) for path in parts}
    manifest = json.dumps({"format": FORMAT, "built": built, "files": sums}, indent=1).encode()
    (folder / _MANIFEST).write_bytes(manifest)
    for path in (*parts, folder / _MANIFEST, *{path.parent for path in parts}):
        sync(path)
    before = _folders(home)
    spare = None if sole else base.folder if base else next(filter(_is_whole, before), None)
    name = f"gen-{max(map(_number, before), default=0) + 1:06d}"
    put(home / _FILES, json.dumps(files))
    folder.rename(home / name)
    sync(home)
    put(home / _CURRENT, f"{name} {hashlib.sha256(manifest).hexdigest()}\n")
    for old in before:
        if old != spare:
            shutil.rmtree(old, ignore_errors=True)


def _is_whole(folder: Path) -> bool:
    try:
        _checked(folder, None)
    except Damaged:
        return False
    except Mismatch:
        return True
    return True
