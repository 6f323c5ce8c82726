"""A folder that changes -> an index that stays in step with it."""

import threading
from collections.abc import Callable, Sequence, Set
from pathlib import Path

from index.build import index
from index.errors import ArticleError, Busy
from index.files import find
from index.report import Listener, Report
from index.settings import Settings

_LOOK_MS = 1_000
"""How often it is asked whether to stop, and whether another process has let go of the index."""


def follow(
    folders: Sequence[Path],
    settings: Settings,
    told: Callable[[Report], None],
    *,
    stop: threading.Event | None = None,
    listener: Listener = lambda _: None,
) -> None:
    """Index folders, and again each time that something in them changes.

    Articles whose file is gone from the folders are dropped, unless many are. Changes within a second and a half are
    taken together. While another process indexes, they wait.

    Args:
        folders: Followed to any depth.
        settings: Where the index lives, and how it is built.
        told: Gets what each indexing did.
        stop: Ends the following when it is set.
        listener: Told how far each indexing has come; what it raises ends the following.

    Raises:
        ArticleError: One of them is no folder.
        StoreError: The home cannot be used; what was in force stays in force.
        ModelError: The embedding model cannot be used.
    """
    from watchfiles import watch

    for folder in folders:
        if not folder.is_dir():
            raise ArticleError(f"{folder} is no folder, and only folders can be followed: name the folder it lies in.")
    waiting: set[Path] | None = None  # None: all of it, for the first time
    changes = watch(
        *folders,
        watch_filter=None,
        stop_event=stop,
        rust_timeout=_LOOK_MS,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    )
    # The first look comes after the watch is set up, so that no change falls between them.
    for seen in changes:
        if waiting is not None:
            waiting.update(Path(name).resolve() for _, name in seen)
            if not waiting:
                continue
        paths = folders if waiting is None else _below(waiting, folders)
        try:
            report = index(paths, settings, prune=True, below=folders, listener=listener)
        except Busy:
            continue
        told(report)
        waiting = set()


def _below(changed: Set[Path], folders: Sequence[Path]) -> list[Path]:
    """Give the files that changed, and those in a folder that did: of a new one nothing inside is told at first."""
    return [path for path in find(folders).files if not changed.isdisjoint((path, *path.parents))]
