"""A folder in the system's temporary place, which does not outlive its process for long."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

_PREFIX = "verbatim-"
_LOCK = "LOCK"


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Give an empty folder that only this user can read, removed when the block ends.

    What a killed process left behind is recognised by its lock, which ended with it, and removed first.
    """
    _sweep()
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as made:
        folder = Path(made) / "files"
        folder.mkdir()
        with FileLock(Path(made) / _LOCK):
            yield folder


def _sweep() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        # A folder whose lock is not there yet may be a moment old.
        with suppress(OSError, Timeout):
            if _is_own(folder) and (folder / _LOCK).is_file():
                with FileLock(folder / _LOCK, timeout=0):
                    pass
                shutil.rmtree(folder, ignore_errors=True)


def _is_own(folder: Path) -> bool:
    return not folder.is_symlink() and (os.name == "nt" or folder.stat().st_uid == os.getuid())
