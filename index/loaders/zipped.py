"""Zip files, opened only after a look at what they would unpack to."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from index.errors import ArticleError

MOST_ENTRIES = 1000
MOST_UNPACKED = 200_000_000
MOST_TIMES = 100
BLANK = b"\xef\xbb\xbf\t\r\n "
"""Bytes that may stand before nothing at all."""
_HARMLESS = 10_000_000
"""Bytes that may be unpacked whatever the file's size: a page written over and over packs to almost nothing."""
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTITY = tuple("<!ENTITY".encode(name) for name in ("ascii", "utf-16-le", "utf-16-be"))


@contextmanager
def checked(path: Path, most_entries: int = MOST_ENTRIES) -> Iterator[ZipFile]:
    """Open a zip file that does not unpack to more than can be read; errors inside are told as a damaged file.

    Args:
        path: A regular file.
        most_entries: Files and folders in it, at most.

    Yields:
        The open file; no member gives more bytes than were counted.

    Raises:
        ArticleError: It is no zip file, damaged, protected, or unpacks to too much.
        OSError: It cannot be read.
    """
    try:
        with ZipFile(path) as opened:
            members = opened.infolist()
            if len(members) > most_entries:
                raise ArticleError(f"it holds {len(members):,} files, over the limit of {most_entries:,}: split it")
            if any(member.flag_bits & 1 for member in members):
                raise ArticleError("it opens only with a password: save it without one")
            packed, unpacked = path.stat().st_size, sum(member.file_size for member in members)
            if unpacked > min(MOST_UNPACKED, max(MOST_TIMES * packed, _HARMLESS)):
                raise ArticleError(
                    f"it unpacks from {packed / 1e6:,.1f} to {unpacked / 1e6:,.0f} MB, over the limit of {MOST_TIMES} "
                    f"times its size and {MOST_UNPACKED / 1e6:.0f} MB: leave it out, or unpack it and index the files"
                )
            yield opened
    except BadZipFile as error:
        with path.open("rb") as file:
            start = file.read(64)
        if not start.strip(BLANK):
            raise ArticleError("there is no text in it: leave it out, or add the text") from error
        if start.startswith(_OLD_OFFICE):
            raise ArticleError(
                "it has a password, or is in the old Office format: save it without one, in the format of its name"
            ) from error
        raise _damaged(error) from error
    except (EOFError, KeyError, NotImplementedError, RuntimeError, zlib.error) as error:
        raise _damaged(error) from error


def _damaged(error: Exception) -> ArticleError:
    return ArticleError(f"it is damaged, or not what its name says ({error}): save or download it again")


def refuse_entities(opened: ZipFile) -> None:
    """Refuse XML that declares entities, which may unfold to gigabytes or name other files; no office program does.

    Raises:
        ArticleError: A part of the document declares entities.
    """
    for member in opened.infolist():
        if member.filename.lower().endswith((".xml", ".rels", ".rdf")):
            data = opened.read(member)
            if any(mark in data for mark in _ENTITY):
                raise ArticleError(f"its part {member.filename} declares entities, as attacks do: save it again")
