"""A file -> drafts of articles; one module a format, and the one table of formats."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, TypeAlias

from index.article import Draft, Fault
from index.errors import ArticleError
from index.loaders import (
    archive,
    docx,
    epub,
    html,
    mail,
    markdown,
    mhtml,
    objects,
    odt,
    pdf,
    plain,
    rtf,
    table,
    xml,
)
from index.loaders.page import too_long
from index.settings import Settings

Reading: TypeAlias = Iterator[Draft | Fault | None]
"""What is read of a file, as soon as it is read; None says that the reading of a long article goes on."""
Loader: TypeAlias = Callable[[Path, Settings], Reading]


class Container(Protocol):
    """A loader of a format that holds files of other formats."""

    def __call__(self, path: Path, settings: Settings, depth: int = 0) -> Iterator[Draft | Fault]:
        """Read the articles of the files inside; `depth` counts the files that the file itself is inside of."""


CONTAINERS: Mapping[str, Container] = MappingProxyType(
    {
        ".eml": mail.load,
        ".mbox": mail.load_box,
        ".zip": archive.load_zip,
        ".tar.gz": archive.load_tar,
        ".tgz": archive.load_tar,
    }
)
"""The rows of the table whose files hold other files."""

LOADERS: Mapping[str, Loader] = MappingProxyType(
    {
        ".txt": plain.load,
        ".md": markdown.load,
        ".markdown": markdown.load,
        ".html": html.load,
        ".htm": html.load,
        ".pdf": pdf.load,
        ".docx": docx.load,
        ".odt": odt.load,
        ".rtf": rtf.load,
        ".epub": epub.load,
        ".mhtml": mhtml.load,
        ".mht": mhtml.load,
        ".jsonl": objects.load_lines,
        ".json": objects.load,
        ".csv": table.load,
        ".tsv": table.load,
        ".xml": xml.load,
        **CONTAINERS,
    }
)
"""Kind of file -> what reads such a file."""

COLUMNED = frozenset({".jsonl", ".json", ".csv", ".tsv", *CONTAINERS})
"""Kinds whose articles depend on which columns are named in the settings."""

STREAMED = COLUMNED - {".eml"} | {".xml"}
"""Read piece by piece, so that their size does not matter."""

_BLANK = b"\xef\xbb\xbf \t\r\n"
"""The mark of UTF-8, and white space."""


def kind_of(path: Path) -> str:
    """Give the kind of a file by its name: its suffix in lower case with the dot, two for `.tar.gz`; "" without one."""
    last = path.suffix.lower()
    both = Path(path.stem).suffix.lower() + last
    return both if both in LOADERS else last


def load(path: Path, settings: Settings, depth: int = 0) -> Reading:
    """Read the articles of one file; what cannot be read becomes a fault, never an error.

    Args:
        path: A regular file.
        settings: For the largest file, the longest article, and the names of columns.
        depth: How many files it is inside of, such as archives.

    Yields:
        Drafts and faults in the order of the file, each as soon as it is read; None where a long one goes on.
    """
    kind = kind_of(path)
    if kind not in LOADERS:
        yield Fault(str(path), f"files of this kind ({kind or 'no suffix'}) cannot be read: leave it out.")
        return
    try:
        if is_too_large(path, settings):
            size_mb = path.stat().st_size / 1_000_000
            yield Fault(
                str(path),
                f"it is {size_mb:.0f} MB, over the limit of {settings.max_file_mb} MB: split it, or raise max_file_mb.",
            )
            return
        if _is_blank(path):
            raise ArticleError("there is no text in it: leave it out, or add the text")
        read = CONTAINERS[kind](path, settings, depth) if kind in CONTAINERS else LOADERS[kind](path, settings)
        for draft in read:
            yield _checked(draft, path, settings) if isinstance(draft, Draft) else draft
    except ArticleError as error:
        yield Fault(str(path), f"{error}.")
    except OSError as error:
        yield Fault(str(path), f"it cannot be read ({error.strerror or error}): check that it is there and permitted.")


def is_too_large(path: Path, settings: Settings) -> bool:
    """True when a file is over the limit for its format.

    Raises:
        OSError: It is not there.
    """
    return kind_of(path) not in STREAMED and path.stat().st_size > settings.max_file_mb * 1_000_000


def _is_blank(path: Path) -> bool:
    with path.open("rb") as file:
        return not any(piece.strip(_BLANK) for piece in iter(lambda: file.read(1 << 16), b""))


def _checked(draft: Draft, path: Path, settings: Settings) -> Draft | Fault:
    where = str(path) if draft.name is None else f"{path}!/{draft.name}"
    where = where if draft.id is None else f"{where}: article {draft.id}"
    if not draft.text.strip():
        return Fault(where, "there is no text in it: leave it out, or add the text.")
    if len(draft.text) > settings.max_article_chars:
        return Fault(where, f"{too_long(len(draft.text), settings)}.")
    return draft
