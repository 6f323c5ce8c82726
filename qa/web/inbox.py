"""Dropped files -> the folder of articles, each under a name that is safe and taken by no other file."""

import itertools
import re
import shutil
from collections.abc import Collection
from pathlib import Path

from index.errors import ArticleError, Unwritable
from index.loaders import kind_of

MAX_STEM = 80
"""Characters of a file's name that are kept: file systems allow 255 bytes, and a character may take four."""


def safe_name(name: str) -> str:
    """A file name of letters, digits, dots, hyphens and low lines that is neither hidden nor a path.

    >>> safe_name("../../etc/Träume & Schäume.TXT")
    'Träume-Schäume.txt'
    """
    last = Path(name.replace("\\", "/")).name
    kind = kind_of(Path(last))
    clean = re.sub(r"[^\w.-]+", "-", last[: len(last) - len(kind)]).strip("-.")[:MAX_STEM] or "article"
    return clean + re.sub(r"[^\w.]+", "", kind)[:17].rstrip(".")


def keep(dropped: Path, folder: Path, kinds: Collection[str]) -> Path:
    """Copy a dropped file into the folder of articles.

    Args:
        dropped: The file; its name is the user's own.
        folder: Where articles are kept; made when it is not there.
        kinds: Suffixes that can be read, lower case with the dot; empty admits every kind.

    Returns:
        Its new path; that of the same file when its bytes were kept under this name before.

    Raises:
        ArticleError: It is of a kind that cannot be read.
        Unwritable: It could not be copied.
    """
    name = Path(safe_name(dropped.name))
    kind = kind_of(name)
    if kinds and kind not in kinds:
        raise ArticleError(f"{dropped.name} is of a kind that cannot be read: give one of {', '.join(sorted(kinds))}.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in itertools.count(1):
            path = folder / (name.name if number == 1 else f"{name.name.removesuffix(kind)}-{number}{kind}")
            try:
                with path.open("xb") as target, dropped.open("rb") as source:
                    shutil.copyfileobj(source, target)
            except FileExistsError:
                if _same(path, dropped):
                    break
            else:
                break
    except OSError as error:
        raise Unwritable(
            f"{dropped.name} could not be copied to {folder}: {error.strerror}. Make room, or choose another home."
        ) from error
    return path


def _same(one: Path, other: Path) -> bool:
    return one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()
