"""Paths that a person names -> the files to read, and what is wrong with the rest."""

import os
import re
import stat
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.article import Fault
from index.loaders import LOADERS, kind_of
from index.loaders.beir import CORPUS

_LOCK = re.compile(r"~\$|~WR[A-Z]\d+\.", re.IGNORECASE)
"""Begins the name of a file that an office program keeps while it has another open."""
_UNNAMEABLE = "its name is not valid UTF-8, so it cannot be recorded: rename it."


@dataclass(frozen=True, slots=True)
class Found:
    """What lies under the paths named.

    Attributes:
        files: Absolute, sorted, each once; all of a kind that can be read.
        ignored: How many files inside folders were of another kind, or no regular files.
    """

    files: tuple[Path, ...]
    faults: tuple[Fault, ...] = ()
    ignored: int = 0


def find(paths: Sequence[Path]) -> Found:
    """Find the files to read under files and folders.

    Folders are searched to any depth. Hidden names inside them are skipped, and a link that leads out
    of the folder named is not followed. No file is opened, so a pipe cannot block.

    Args:
        paths: Files and folders, relative to the working folder or absolute.

    Returns:
        The files, with a fault for each path that gives none.
    """
    files: set[Path] = set()
    faults: list[Fault] = []
    ignored = 0
    for path in paths:
        try:
            found = _folder(path) if path.is_dir() else Found((_file(path),))
        except (OSError, ValueError) as error:  # ValueError: a zero byte in the name, or the reasons of _file
            found = Found((), (Fault(str(path), _reason(error)),))
        files.update(found.files)
        faults.extend(found.faults)
        ignored += found.ignored
    return Found(tuple(sorted(files)), tuple(faults), ignored)


def kinds() -> str:
    """The kinds of file that can be read, one suffix each, as an enumeration: `.txt, .md, … and .zip`."""
    *most, last = reversed({LOADERS[kind]: kind for kind in reversed([*LOADERS])}.values())
    return f"{', '.join(most)} and {last}"


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        return f"it cannot be read ({error.strerror or error}): check its name and permissions."
    return str(error)


def _file(path: Path) -> Path:
    if not path.exists():
        raise ValueError("there is no such file or folder: check the path.")
    if not path.is_file():
        raise ValueError("it is neither a file nor a folder (a pipe or a device): name a file.")
    if kind_of(path) not in LOADERS:
        suffix = path.suffix or "a name without a suffix"
        raise ValueError(f"files of this kind ({suffix}) cannot be read: save it as one of {kinds()}.")
    real = path.resolve()
    if not _writable(real):
        raise ValueError(_UNNAMEABLE)
    return real


def _folder(folder: Path) -> Found:
    root = folder.resolve()
    files: list[Path] = []
    faults: list[Fault] = []
    ignored = 0

    def unreadable(error: OSError) -> None:
        faults.append(Fault(str(error.filename), _reason(error)))

    for place, folders, names in os.walk(root, onerror=unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        names = [name for name in names if not name.startswith(".")]
        # A link to a folder inside the root is not walked either: that folder is met on its own.
        kept, unnamed = _readable(Path(place), names, root)
        files.extend(kept)
        faults.extend(unnamed)
        ignored += len(names) - len(kept) - len(unnamed)
    if not files and not faults:
        other = f" among its {ignored} files" if ignored else ""
        faults.append(
            Fault(str(folder), f"the folder holds nothing that can be read{other}: put {kinds()} files in it.")
        )
    return Found(tuple(files), tuple(faults), ignored)


def _readable(place: Path, names: Collection[str], root: Path) -> tuple[list[Path], list[Fault]]:
    kept: list[Path] = []
    faults: list[Fault] = []
    for path in _of_a_kind(place, names):
        try:
            real = path.resolve(strict=True)
            regular = stat.S_ISREG(real.stat().st_mode)
        except (OSError, RuntimeError):  # a link to nothing, or to itself
            continue
        if regular and real.is_relative_to(root):
            if _writable(real):
                kept.append(real)
            else:
                faults.append(
                    Fault(ascii(str(path)), "its name is not valid UTF-8, so it cannot be recorded: rename it.")
                )
    return kept, faults


def _of_a_kind(place: Path, names: Collection[str]) -> Iterable[Path]:
    only_corpus = CORPUS in names
    for name in names:
        path = place / name
        kind = kind_of(path)
        if kind in LOADERS and not _LOCK.match(name) and not (only_corpus and kind == ".jsonl" and name != CORPUS):
            yield path


def _writable(path: Path) -> bool:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True
