"""A file inside another -> its articles, read through the one table from a temporary file of its own."""

import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import BinaryIO

from index.article import Draft, Fault
from index.loaders.beir import CORPUS
from index.settings import Settings

MOST_DEPTH = 2
"""Files that a file may be inside of."""
BROKEN = (
    OSError, EOFError, TypeError, ValueError, RuntimeError, NotImplementedError, zlib.error, lzma.LZMAError,
    zipfile.BadZipFile, tarfile.TarError,
)  # fmt: skip
"""What libraries raise over damaged archives."""
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where files inside a file are read.

    Attributes:
        path: The file that they are inside of.
        depth: How many files that one is inside of itself.
    """

    path: Path
    settings: Settings
    depth: int

    def read(self, name: str, source: BinaryIO) -> Iterator[Draft | Fault]:
        """Read a file inside; what it holds is named by its own name, and what is wrong by both.

        Args:
            name: What it is called inside, a path with slashes.
            source: Its bytes; no more of them are taken than a file may have.
        """
        from index.loaders import kind_of, load  # the table that this room's users stand in

        where = f"{self.path}!/{name}"
        if self.depth >= MOST_DEPTH:
            yield Fault(where, f"it lies more than {MOST_DEPTH} files deep in others: take it out.")
            return
        base = PurePosixPath(name).name
        with TemporaryDirectory(prefix="verbatim-") as folder:
            path = Path(folder) / (base if base == CORPUS else f"article{kind_of(Path(base))}")
            try:
                fault = self._copy(source, path)
            except BROKEN as error:
                fault = f"it cannot be taken out ({error or type(error).__name__}): mend the file around it."
            if fault is not None:
                yield Fault(where, fault)
                return
            for read in load(path, self.settings, self.depth + 1):
                if read is None:
                    continue
                if isinstance(read, Fault):
                    yield replace(read, where=read.where.replace(str(path), where, 1))
                else:
                    yield replace(read, name=name if read.name is None else f"{name}!/{read.name}")

    def _copy(self, source: BinaryIO, path: Path) -> str | None:
        """Copy a file, and say what is wrong with it."""
        left = self.settings.max_file_mb * 1_000_000
        with path.open("xb") as target:
            while piece := source.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    limit = self.settings.max_file_mb
                    return f"it is over the limit of {limit} MB: take it out, or raise max_file_mb."
                target.write(piece)
        return None
