"""CSV and TSV: one article a row; the columns are guessed from the header, or named in the settings."""

import contextlib
import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from index.article import Draft, Fault
from index.encoding import encoding_of
from index.errors import ArticleError
from index.loaders.fields import DayOrder, check_columns, read_article
from index.settings import Settings

_LONGEST_FIELD = 5_000_000
_LONGEST_LINE = 2 * _LONGEST_FIELD
_SAMPLE = 1_000_000
_DELIMITERS = ",;\t|"


def load(path: Path, settings: Settings) -> Iterator[Draft | Fault]:
    """Read a table row by row; a bad row is a fault with its line and the next one is read.

    Raises:
        ArticleError: It has no header, no column for the text, or no rows.
        OSError: It cannot be read.
    """
    name = encoding_of(path)
    order = DayOrder(lambda: _readable(path, name, settings), settings)
    with path.open(encoding=name, errors="replace", newline="") as file:
        header, rows = _opened(file, path, settings)
        ids: set[str] = set()
        count = 0
        for count, (line, row) in enumerate(rows, 1):
            where = f"{path}:{line}"
            try:
                draft = read_article(_cells(header, row), settings, order)
                if draft.id is not None and draft.id in ids:
                    raise ArticleError(f"id {draft.id!r} stands in an earlier row as well: give each its own")
            except ArticleError as error:
                yield Fault(where, f"{error}.")
                continue
            if draft.id is not None:
                ids.add(draft.id)
            yield replace(draft, name=f"row {count}")
        if not count:
            raise ArticleError("there is no text in it but the header: add one row an article")


def _readable(path: Path, encoding: str, settings: Settings) -> Iterator[dict[str, str]]:
    """Give the rows of which nothing is wrong."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        header, rows = _opened(file, path, settings)
        for _, row in rows:
            with contextlib.suppress(ArticleError):  # told when it is read
                yield _cells(header, row)


def _opened(
    file: TextIO, path: Path, settings: Settings
) -> tuple[list[str], Iterator[tuple[int, list[str] | ArticleError]]]:
    """Give the header of a table and its rows, each with the line it begins in.

    Raises:
        ArticleError: It has no header, or no column for the text.
    """
    rows = _rows(_Lines(file), "\t" if path.suffix.lower() == ".tsv" else _delimiter(file))
    header = next((row for _, row in rows if isinstance(row, list)), None)
    if header is None:
        raise ArticleError("there is no text in it: give a header and one row an article")
    while header and not header[-1].strip():
        header.pop()
    check_columns(header, settings)
    return header, rows


class _Lines:
    """The lines of a file, none longer than the limit, so that memory stays small.

    Attributes:
        cut: True when a line was longer and was cut; who reads it sets it back.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.cut = False

    def __iter__(self) -> Iterator[str]:
        while line := self._file.readline(_LONGEST_LINE):
            rest = line
            while len(rest) == _LONGEST_LINE and not rest.endswith("\n"):
                rest = self._file.readline(_LONGEST_LINE)
                self.cut = self.cut or bool(rest)
            yield line


def _rows(lines: _Lines, delimiter: str) -> Iterator[tuple[int, list[str] | ArticleError]]:
    """Give the rows that are not blank, or what is wrong with one, and the line each begins in."""
    reader = csv.reader(iter(lines), delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        # The limit is the whole process's, and others keep to the default.
        before = csv.field_size_limit(_LONGEST_FIELD)
        try:
            row: list[str] | ArticleError | None = next(reader, None)
        except csv.Error as error:
            row = ArticleError(f"the row cannot be read ({error}): see to its quotation marks")
        finally:
            csv.field_size_limit(before)
        if row is None:
            return
        if lines.cut:
            lines.cut = False
            row = ArticleError(f"the row is over {_LONGEST_LINE:,} characters long: split the article")
        if isinstance(row, ArticleError) or any(cell.strip() for cell in row):
            yield line, row


def _cells(header: list[str], row: list[str] | ArticleError) -> dict[str, str]:
    if isinstance(row, ArticleError):
        raise row
    if len(row) < len(header) or any(cell.strip() for cell in row[len(header) :]):
        raise ArticleError(
            f"the row has {len(row)} cells and the header {len(header)}: see to its quotation marks and delimiters"
        )
    return dict(zip(header, row, strict=False))


def _delimiter(file: TextIO) -> str:
    """Give the delimiter that parts the header into most columns, and the first rows into as many."""
    begin = file.tell()
    sample = file.read(_SAMPLE)
    file.seek(begin)
    best = ","
    most = (0, 1)
    for one in _DELIMITERS:
        rows = csv.reader(io.StringIO(sample, newline=""), delimiter=one)
        widths = []
        with contextlib.suppress(csv.Error):  # of a row that is reported when it is read
            widths = [len(row) for row, _ in zip(rows, range(20), strict=False) if row]
        if widths and (agreed := (sum(width == widths[0] for width in widths), widths[0])) > most and widths[0] > 1:
            best, most = one, agreed
    return best
