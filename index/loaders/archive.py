"""Archives: each file of a known kind inside, one at a time; nothing is unpacked but the file at hand."""

import re
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from index.article import Draft, Fault
from index.errors import ArticleError
from index.loaders.beir import CORPUS
from index.loaders.inside import BROKEN, Place
from index.settings import Settings

_MOST_ENTRIES = 100_000
_SMALL = 200_000_000
"""Bytes that an archive may hold however small it is itself."""
_STEEPEST = 100
"""Times its own size that a larger one may hold: text shrinks to a fourth, markup to a tenth."""


@dataclass(frozen=True, slots=True)
class _Member:
    """A file in an archive.

    Attributes:
        name: As it may be shown, with slashes.
        fault: Why it may not be read.
        weight: Bytes that are unpacked even when it is passed over.
    """

    name: str
    open: Callable[[], BinaryIO]
    fault: str | None = None
    weight: int = 0


def load_zip(path: Path, settings: Settings, depth: int = 0) -> Iterator[Draft | Fault]:
    """Read the articles in a ZIP archive.

    Raises:
        ArticleError: It is no ZIP archive, or holds far more than it may.
        OSError: It cannot be read.
    """
    try:
        archive = zipfile.ZipFile(path)
    except BROKEN as error:
        raise ArticleError(f"it is no ZIP archive that can be opened ({error}): pack it again") from error
    with archive:
        if len(archive.infolist()) > _MOST_ENTRIES:
            raise ArticleError(f"it holds more than {_MOST_ENTRIES:,} files: pack it in parts")
        yield from _read(lambda: _zipped(archive), Place(path, settings, depth))


def load_tar(path: Path, settings: Settings, depth: int = 0) -> Iterator[Draft | Fault]:
    """Read the articles in a TAR archive, compressed or not.

    Raises:
        ArticleError: It is no TAR archive, breaks off, or holds far more than it may.
        OSError: It cannot be read.
    """
    yield from _read(lambda: _tarred(path), Place(path, settings, depth))


def _zipped(archive: zipfile.ZipFile) -> Iterator[_Member]:
    from index.loaders import LOADERS, kind_of  # the table that this room stands in

    for info in archive.infolist():
        # Not `is_dir`, which fails on the empty name that a damaged archive may hold.
        if not info.filename or info.filename.endswith("/"):
            continue
        name = _shown(info.filename)
        fault = None
        if info.flag_bits & 1 and kind_of(Path(name)) in LOADERS:
            fault = "it is encrypted: unpack it with its password."
        if (info.external_attr >> 16) & 0o170000 == 0o120000:
            fault = "it is a link: put the file itself into the archive."
        yield _Member(name, lambda info=info: cast(BinaryIO, archive.open(info)), fault)  # type: ignore[misc]


def _tarred(path: Path) -> Iterator[_Member]:
    try:
        with tarfile.open(path, "r|*") as archive:
            for count, info in enumerate(archive, 1):
                if count > _MOST_ENTRIES:
                    raise ArticleError(f"it holds more than {_MOST_ENTRIES:,} files: pack it in parts")
                if info.isdir():
                    continue
                fault = None
                if info.issym() or info.islnk():
                    fault = "it is a link: put the file itself into the archive."
                elif not info.isreg():
                    fault = "it is a device or a pipe, no file: leave it out."
                yield _Member(
                    _shown(info.name),
                    lambda info=info: cast(BinaryIO, archive.extractfile(info)),  # type: ignore[misc]
                    fault,
                    info.size,
                )
    except BROKEN as error:
        raise ArticleError(f"it is no TAR archive, or is damaged from here on ({error}): pack it again") from error


def _read(members: Callable[[], Iterator[_Member]], place: Place) -> Iterator[Draft | Fault]:
    """Read members; JSON lines that may be the questions beside a corpus wait until all names are known."""
    weight = _Weight(place.path)
    corpora: set[PurePosixPath] = set()
    waiting: set[str] = set()
    for member in members():
        weight.add(member.weight)
        name = PurePosixPath(member.name)
        if name.name == CORPUS:
            corpora.add(name.parent)
        elif name.suffix.lower() == ".jsonl":
            waiting.add(member.name)
            continue
        yield from _member(member, place, weight)
    waiting = {name for name in waiting if PurePosixPath(name).parent not in corpora}
    if waiting:
        for member in members():
            if member.name in waiting:
                yield from _member(member, place, weight)


def _member(member: _Member, place: Place, weight: "_Weight") -> Iterator[Draft | Fault]:
    from index.loaders import LOADERS, kind_of  # the table that this room stands in

    where = f"{place.path}!/{member.name}"
    pure = PurePosixPath(member.name)
    if any((part.startswith(".") and part != "..") or part == "__MACOSX" for part in pure.parts):
        return
    if pure.is_absolute() or ".." in pure.parts or re.match("[A-Za-z]:", member.name):
        yield Fault(where, "its name leads out of the archive: pack it again.")
    elif member.fault is not None:
        yield Fault(where, member.fault)
    elif kind_of(Path(pure.name)) in LOADERS:
        try:
            source = member.open()
        except BROKEN as error:
            yield Fault(where, f"it cannot be taken out ({error}): pack it again.")
            return
        with source:
            yield from place.read(member.name, source if member.weight else cast(BinaryIO, _Weighed(source, weight)))


def _shown(name: str) -> str:
    return name.encode(errors="replace").decode().replace("\\", "/")


class _Weight:
    """How much an archive has held so far, against its own size."""

    def __init__(self, path: Path) -> None:
        self._packed, self._held = path.stat().st_size, 0

    def add(self, size: int) -> None:
        """Count bytes unpacked.

        Raises:
            ArticleError: They are too many for an archive of its size.
        """
        self._held += size
        if self._held > _SMALL and self._held > _STEEPEST * self._packed:
            raise ArticleError(
                f"it holds over {_SMALL // 1_000_000} MB and {_STEEPEST} times its own size, "
                "as archives do that are made to fill disks: take out what you need"
            )


class _Weighed:
    """A file that is weighed as it is read."""

    def __init__(self, source: BinaryIO, weight: _Weight) -> None:
        self._source, self._weight = source, weight

    def read(self, size: int) -> bytes:
        piece = self._source.read(size)
        self._weight.add(len(piece))
        return piece
