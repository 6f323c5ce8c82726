"""Many questions at once, read from JSON lines, a table, or plain lines."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.article import Filter
from index.encoding import decode
from index.errors import ArticleError, QuestionError
from qa import sheet
from qa.narrowing import of_row
from qa.reply import Turn


@dataclass(frozen=True, slots=True)
class Asking:
    """A question of a batch.

    Attributes:
        name: Its `_id`; None where it has none.
        turns: Earlier questions of the same conversation, oldest first.
        where: Which articles may answer; None for all.
    """

    name: str | None
    text: str
    turns: tuple[Turn, ...] = ()
    where: Filter | None = None


def questions(source: str) -> list[Asking]:
    """Read a batch.

    Args:
        source: A file of JSON lines `{"_id", "text", "history", "where"}`, the last two optional, a table with a column
            `question` (see `qa.sheet`), or one question a line; "-" for standard input.

    Returns:
        In the order of the file; empty questions are kept, so that every row has its reply.

    Raises:
        QuestionError: It cannot be read; the message names the line.
    """
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise QuestionError(f"{source} cannot be read ({error.strerror}): name a file of questions.") from error
    try:
        text = decode(data)
    except ArticleError as error:
        raise QuestionError(f"{source} is no file of questions: {error}.") from error
    first = text.lstrip()[:1]
    if not first:
        raise QuestionError(f"{source} is empty: put one question a line in it, as JSON or CSV.")
    if first == "{":
        asked = _json(text, source)
    elif sheet.is_table(text) or Path(source).suffix.lower() in (".csv", ".tsv"):
        asked = _table(text, source)
    else:
        asked = (Asking(None, line.strip()) for line in text.splitlines() if line.strip())
    return list(_unlike(asked, source))


def _json(text: str, source: str) -> Iterator[Asking]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise QuestionError(f"{source}:{number} is no JSON ({error}): write {{“_id”, “text”}} a line.") from error
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise QuestionError(f"{source}:{number} has no “text”: write {{“_id”, “text”}} a line.")
        history = row.get("history") or []
        if not isinstance(history, list) or not all(isinstance(earlier, str) for earlier in history):
            raise QuestionError(f"{source}:{number}: “history” is no list of questions.")
        name = row.get("_id")
        yield Asking(
            None if name is None else _whole(str(name)),
            _whole(row["text"]),
            tuple(Turn(_whole(earlier)) for earlier in history if earlier.strip()),
            of_row(row.get("where"), f"{source}:{number}"),
        )


def _whole(text: str) -> str:
    """Replace half characters, which JSON can escape but no encoding can write, by U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _table(text: str, source: str) -> Iterator[Asking]:
    for where, cells in sheet.rows(text, source, ("question", "id")):
        if isinstance(cells, str):
            raise QuestionError(f"{where}: {cells}")
        yield Asking(cells["id"] or None, cells["question"])


def _unlike(asked: Iterable[Asking], source: str) -> Iterator[Asking]:
    """Give questions back, each `_id` of which may stand once alone: a run would rank a document twice."""
    seen: set[str] = set()
    for each in asked:
        if each.name is not None and each.name in seen:
            raise QuestionError(f"{source} has the _id “{each.name}” twice: give each question its own.")
        seen.update({each.name} - {None})
        yield each
