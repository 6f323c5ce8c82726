"""Many questions at once, read from JSON lines or CSV."""

import csv
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.errors import ArticleError, QuestionError
from index.text import decode


@dataclass(frozen=True, slots=True)
class Asking:
    """A question of a batch; `name` is its `_id`, None where it has none."""

    name: str | None
    text: str


def questions(source: str) -> list[Asking]:
    """Read a batch.

    Args:
        source: A file of JSON lines `{"_id", "text"}` or a CSV with a column `question`; "-" for standard input.

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
    return list(_json(text, source) if first == "{" else _csv(text, source))


def _json(text: str, source: str) -> Iterator[Asking]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise QuestionError(f"{source}:{number} is no JSON ({error}): write {{“_id”, “text”}} a line.") from error
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise QuestionError(f"{source}:{number} has no “text”: write {{“_id”, “text”}} a line.")
        name = row.get("_id")
        yield Asking(None if name is None else _whole(str(name)), _whole(row["text"]))


def _whole(text: str) -> str:
    """Replace half characters, which JSON can escape but no encoding can write, by U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _csv(text: str, source: str) -> Iterator[Asking]:
    rows = csv.DictReader(io.StringIO(text))
    try:
        if "question" not in (rows.fieldnames or ()):
            columns = ", ".join(rows.fieldnames or ())
            raise QuestionError(
                f"{source} has the columns {columns[:200]}: name the one with the questions “question”."
            )
        for row in rows:
            yield Asking(row.get("_id") or row.get("id"), row["question"] or "")
    except csv.Error as error:
        raise QuestionError(f"{source}:{rows.line_num + 1} is no CSV ({error}): put one question a row.") from error
