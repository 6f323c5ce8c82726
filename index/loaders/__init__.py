"""A file -> drafts of articles; one module a format, and the one table of formats."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from index.article import Draft, Fault
from index.errors import ArticleError
from index.loaders import beir, docx, epub, html, markdown, odt, pdf, plain, rtf
from index.settings import Settings

Loader: TypeAlias = Callable[[Path, Settings], Iterator[Draft | Fault]]

STREAMED = ".jsonl"
"""Read line by line, so its size does not matter."""

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
        STREAMED: beir.load,
    }
)
"""Suffix in lower case, with its dot -> what reads such a file."""


def load(path: Path, settings: Settings) -> Iterator[Draft | Fault]:
    """Read the articles of one file; what cannot be read becomes a fault, never an error.

    Args:
        path: A regular file.
        settings: For the largest file and the longest article.

    Yields:
        Drafts and faults in the order of the file, each as soon as it is read.
    """
    suffix = path.suffix.lower()
    loader = LOADERS.get(suffix)
    if loader is None:
        yield Fault(str(path), f"files of this kind ({suffix or 'no suffix'}) cannot be read: leave it out.")
        return
    try:
        if is_too_large(path, settings):
            size_mb = path.stat().st_size / 1_000_000
            yield Fault(
                str(path),
                f"it is {size_mb:.0f} MB, over the limit of {settings.max_file_mb} MB: split it, or raise max_file_mb.",
            )
            return
        for draft in loader(path, settings):
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
    return path.suffix.lower() != STREAMED and path.stat().st_size > settings.max_file_mb * 1_000_000


def _checked(draft: Draft, path: Path, settings: Settings) -> Draft | Fault:
    inside = draft.name if draft.id is None else f"article {draft.id}"
    where = f"{path}: {inside}" if inside else str(path)
    if not draft.text.strip():
        return Fault(where, "there is no text in it: leave it out, or add the text.")
    if len(draft.text) > settings.max_article_chars:
        return Fault(
            where,
            f"it is {len(draft.text):,} characters long, over the limit of {settings.max_article_chars:,}: "
            "split it, or raise max_article_chars.",
        )
    return draft
