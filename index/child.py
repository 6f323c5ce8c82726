"""What runs in a child process: the names of files in, their articles and faults out, whatever a file does.

The guard starts it as `python -m index.child`, sends the settings and then one file at a time, and ends it when a
file takes too long. This is the one room that catches every exception: it stands between hostile files and the run,
and whatever a parser raises concerns one file only.
"""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from index.article import Article, Fault
from index.clean import clean
from index.loaders import load
from index.settings import Settings
from index.wire import DONE, SPENT, WORKING, encode, receive, send

MOST_FAULTS = 1000
"""Faults of one file that are listed; the others are counted."""
_GRACE_S = 2
"""The guard's clock ends a child first; this one ends it where the guard is gone, or busy."""
_LONGEST_SAID = 200


def main() -> None:
    """Read files until nobody asks for more."""
    asked, told = _channels()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's, which ends its children
    if sys.platform != "win32":
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
    given = receive(asked)
    if given is None:
        return
    settings = Settings.model_validate_json(given)
    size = at_start = _size()
    most_bytes = settings.file_memory_mb * 1_000_000
    send(told, DONE)
    while (name := receive(asked)) is not None:
        _limit_memory(size + most_bytes)
        _alarm(settings.file_timeout_s + _GRACE_S)
        for message in messages(Path(os.fsdecode(name)), settings):
            # Where the parent reads slowly, this waits, and that is not the file's fault.
            _alarm(0)
            send(told, message)
            _alarm(settings.file_timeout_s + _GRACE_S)
        _alarm(0)
        size = _size()
        send(told, SPENT if size - at_start > most_bytes else DONE)


def messages(path: Path, settings: Settings) -> Iterator[bytes]:
    """Read one file, whatever it holds.

    Yields:
        Its articles and faults in order, encoded, at least one; `WORKING` meanwhile where an article takes long.
    """
    drafts = load(path, settings)
    # Made beforehand: where memory has run out there is none for it.
    too_large = f"reading it needs more than {settings.file_memory_mb:,} MB: split it, or raise file_memory_mb."
    given = faults = 0
    while True:
        try:
            draft = next(drafts)
            if draft is None:
                yield WORKING
                continue
            one = draft if isinstance(draft, Fault) else _storable(clean(draft, path))
            given += 1
            faults += isinstance(one, Fault)
            if isinstance(one, Article) or faults <= MOST_FAULTS:
                yield encode(one)
            continue
        except StopIteration:
            break
        except MemoryError:
            why = too_large
        except RecursionError:
            why = "it is nested too deeply: save it in a simpler format, or leave it out."
        except Exception as error:
            said = " ".join(str(error).split())[:_LONGEST_SAID]
            why = f"it could not be read ({type(error).__name__}: {said}): save it in another format, or leave it out."
        # Where the loader failed it gives no more; where one article could not be cleaned, the next one follows.
        given += 1
        yield encode(Fault(str(path), why, unfinished=True))
    if not given:
        yield encode(Fault(str(path), "there is no article in it: leave it out."))
    if faults > MOST_FAULTS:
        more = faults - MOST_FAULTS
        yield encode(Fault(str(path), f"{more:,} more of its articles could not be read: mend those listed first."))


def _storable(article: Article) -> Article | Fault:
    """Give the article, or what is wrong with it where the corpus could not keep it as it is."""
    byline = article.byline
    stated = (byline.title, byline.author, byline.published, byline.updated, byline.outlet, byline.url, article.member)
    try:
        sound = all(b"\0" not in field.encode() for field in (article.id, article.text, *stated) if field)
    except UnicodeEncodeError:
        sound = False
    if sound:
        return article
    # A zero byte ends a text where sqlite slices it; half a character is no UTF-8.
    where = article.path or article.id
    return Fault(where, "it holds a zero byte or half a character: save it again as UTF-8 text.")


def _channels() -> tuple[BinaryIO, BinaryIO]:
    """Take standard input and output for the messages; a library that reads or prints meets the null device."""
    asked, told = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.close(null)
    return asked, told


def _alarm(seconds: float) -> None:
    """Have the system end this process after some seconds, whatever it is doing then; 0 to call it off."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _limit_memory(size: int) -> None:
    """Let this process take so many bytes of address space; other systems than Linux do not count it so."""
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (size if most == resource.RLIM_INFINITY else min(size, most), most))


def _size() -> int:
    """Bytes of address space in use; 0 where that is not known."""
    if sys.platform == "linux":
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    return 0


if __name__ == "__main__":
    main()
