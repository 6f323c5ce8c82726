"""Plain text: the file's text is the article's text; the byline is read from it by cleaning."""

from collections.abc import Iterator
from pathlib import Path

from index.article import Byline, Draft, Fault
from index.encoding import decode
from index.settings import Settings


def load(path: Path, settings: Settings) -> Iterator[Draft | Fault]:
    """Read one plain text file.

    Raises:
        ArticleError: It is no text.
        OSError: It cannot be read.
    """
    yield Draft(text=decode(path.read_bytes()), byline=Byline(title=""))
