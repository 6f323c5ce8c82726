"""What disks say while a folder is written; files that are written whole or not at all; and their sha256."""

import errno
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import Unwritable

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_RIGHT = {errno.EROFS, errno.EACCES, errno.EPERM}
_NO_PLACE = {errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP}


@contextmanager
def writable(home: Path) -> Iterator[None]:
    """Make a folder, and translate what disks say while it is written.

    Raises:
        Unwritable: It is read-only, something else is in its place, or the disk is full.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise Unwritable(_full(home)) from error
        if error.errno in _NO_RIGHT | _NO_PLACE:
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


def put(path: Path, words: str) -> None:
    """Write a file so that it holds either what it held or all of the words, whenever the machine stops."""
    made = path.with_name(f"{path.name}.tmp")
    made.write_text(words, encoding="utf-8")
    sync(made)
    made.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Have a file or the entries of a folder written to the disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open folders, and writes their entries by itself
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256_of(path: Path) -> str:
    """Hexadecimal sha256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
