"""A table of questions as people save it -> its rows: any delimiter, upper and lower case alike in the header."""

import csv
import io
from collections.abc import Iterator, Sequence

from index.errors import QuestionError

_SAME = {"answers": "answer", "_id": "id"}
_MARKS = ",;\t"
_LONGEST_HEADER = 10_000


def is_table(text: str) -> bool:
    """Whether the first line names a column `question`."""
    return _parted(text) is not None


def rows(text: str, name: str, columns: Sequence[str]) -> Iterator[tuple[str, dict[str, str] | str]]:
    """Give the cells of each row by column, trimmed, every column there.

    Commas, semicolons or tabs part the columns; other columns are passed over, and so are empty rows.

    Args:
        text: With a header.
        name: Of the file, for messages.
        columns: Those wanted; `answers` is read as `answer`, `_id` as `id`.

    Yields:
        `file:line` of the row's first line, and the cells, or what is wrong with the row.

    Raises:
        QuestionError: It is no table with a column `question`.
    """
    parted = _parted(text) or ","
    read = csv.reader(io.StringIO(text, newline=""), delimiter=parted, strict=True)
    names: list[str] = []
    number = 1
    try:
        for row in read:
            where, number = f"{name}:{number}", read.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            if not names:
                names = _header(row, name, columns)
            elif len(row) > len(names):
                reason = f"it has {len(row)} cells for {len(names)} columns"
                yield where, f"{reason}: put quotation marks around text with “{parted}” in it."
            else:
                cells = {name: cell.strip() for name, cell in zip(names, row, strict=False)}
                yield where, {name: cells.get(name, "") for name in columns}
    except csv.Error as error:
        raise QuestionError(f"{name}:{number} is no CSV ({error}): put one question a row.") from error
    if not names:
        raise QuestionError(f"{name} is empty: write a header with a column “question”, and one question a row.")


def _parted(text: str) -> str | None:
    first = text.lstrip("\n").partition("\n")[0][:_LONGEST_HEADER]
    return next((mark for mark in _MARKS if "question" in _names(next(csv.reader([first], delimiter=mark)))), None)


def _names(row: list[str]) -> list[str]:
    names = [cell.strip().lower() for cell in row]
    return [_SAME.get(name, name) for name in names]


def _header(row: list[str], name: str, columns: Sequence[str]) -> list[str]:
    names = _names(row)
    if "question" not in names:
        listed = ", ".join(names)
        raise QuestionError(f"{name} has the columns {listed[:200]}: name the one with the questions “question”.")
    if twice := [column for column in columns if names.count(column) > 1]:
        raise QuestionError(f"{name} has the column “{twice[0]}” twice: leave one.")
    return names
