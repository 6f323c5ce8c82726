"""Many questions at once, read from JSON lines, a table, or plain lines; and what comes of each, in order."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from index.article import Filter
from index.encoding import decode
from index.errors import ArticleError, QuestionError
from qa import sheet
from qa.guide import MOST_HITS
from qa.narrowing import none_passes, of_row
from qa.reply import Reply, Turn
from qa.trec import Unit, ranking, run_lines

if TYPE_CHECKING:
    from qa.answer import QA

DEEP = 500
"""Passages ranked for a run of articles, so that a hundred are among them where articles have up to five passages."""


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


def questions(source: str) -> Iterable[Asking]:
    """Read a batch.

    Args:
        source: A file of JSON lines `{"_id", "text", "history", "where"}`, the last two optional, a table with a column
            `question` (see `qa.sheet`), or one question a line; "-" for standard input.

    Returns:
        In the order of the file; empty questions are kept, so that every row has its reply. A file is read whole before
        the first question is asked; JSON lines on standard input as they come, so that a program can ask and wait.

    Raises:
        QuestionError: It cannot be read; the message names the line.
    """
    opening = b""
    if source == "-":
        opening = _opening(sys.stdin.buffer)
        if opening.lstrip()[:1] == b"{":
            arriving = chain(opening.splitlines(), sys.stdin.buffer)
            return _json((_text(line, source) for line in arriving), source)
    text = _text(opening + _rest(source), source)
    first = text.lstrip()[:1]
    if not first:
        raise QuestionError(f"{source} is empty: put one question a line in it, as JSON or CSV.")
    if first in "{[":
        return list(_json(text.split("\n"), source))
    if sheet.is_table(text) or Path(source).suffix.lower() in (".csv", ".tsv"):
        return list(_table(text, source))
    return [Asking(None, line.strip()) for line in text.splitlines() if line.strip()]


def _opening(stream: BinaryIO) -> bytes:
    """Read up to the first line with anything in it."""
    read = b""
    for line in stream:
        read += line
        if line.strip():
            break
    return read


def _rest(source: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise QuestionError(f"{source} cannot be read ({error.strerror}): name a file of questions.") from error


def _text(data: bytes, source: str) -> str:
    try:
        return decode(data)
    except ArticleError as error:
        raise QuestionError(f"{source} is no file of questions: {error}.") from error


def _json(lines: Iterable[str], source: str) -> Iterator[Asking]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise QuestionError(f"{source}:{number} is no JSON ({error}): write {{“_id”, “text”}} a line.") from error
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise QuestionError(f"{source}:{number} has no “text”: write {{“_id”, “text”}} a line.")
        name, place = row.get("_id"), f"{source}:{number}"
        turns, where = earlier(row.get("history"), place), of_row(row.get("where"), place)
        yield Asking(None if name is None else _whole(str(name)), _whole(row["text"]), turns, where)


def earlier(history: object, place: str) -> tuple[Turn, ...]:
    """Read the earlier questions of a conversation, oldest first; empty ones are left out.

    Args:
        history: A list of texts; None for none.
        place: Where it stands, for messages.

    Raises:
        QuestionError: It is no such list.
    """
    asked = [] if history is None else history
    if not isinstance(asked, list) or not all(isinstance(question, str) for question in asked):
        raise QuestionError(f"{place}: “history” is no list of questions.")
    return tuple(Turn(_whole(question)) for question in asked if question.strip())


def _whole(text: str) -> str:
    """Replace half characters, which JSON can escape but no encoding can write, by U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _table(text: str, source: str) -> Iterator[Asking]:
    for where, cells in sheet.rows(text, source, ("question", "id")):
        if isinstance(cells, str):
            raise QuestionError(f"{where}: {cells}")
        yield Asking(cells["id"] or None, cells["question"])


def replies(
    asked: Iterable[Asking], qa: "QA", *, k: int | None, where: Filter | None
) -> Iterator[tuple[dict[str, Any], str | None]]:
    """Answer each question.

    Args:
        asked: A batch.
        qa: Answers.
        k: Quotes at most for each; None for the setting `quotes`.
        where: Which articles may answer those that do not say.

    Yields:
        The reply as JSON, as it is ready, and what is wrong with the row, or None.
    """
    for each, name, twice in _named(asked):
        fault = twice
        try:
            reply = qa.ask(each.text, k=k, where=each.where or where, turns=each.turns)
        except QuestionError as error:
            reply, fault = Reply(each.text, "nothing", 0.0, reason=str(error)), f"Question {name}: {error}"
        yield reply.to_json(each.name), fault


def rankings(
    asked: Iterable[Asking], qa: "QA", *, k: int, unit: Unit, where: Filter | None
) -> Iterator[tuple[dict[str, Any], list[str], str | None]]:
    """Rank passages for each question, as an evaluation does.

    Args:
        asked: A batch.
        qa: Searches.
        k: How many at most of each.
        unit: What the lines of a run rank.
        where: Which articles may be searched for those that do not say.

    Yields:
        The passages as JSON, the lines of a TREC run, and what is wrong with the row, or None. One whose name stands in
        an earlier row is not searched for: a run would rank its documents a second time.
    """
    depth = k if unit == "passage" else min(MOST_HITS, max(DEEP, 5 * k))
    for each, name, twice in _named(asked):
        row: dict[str, Any] = {"_id": each.name, "question": each.text, "reason": None, "hits": []}
        lines: list[str] = []
        fault = twice
        try:
            if not twice:
                among = each.where or where
                hits = qa.search(each.text, depth, among, each.turns)
                row["hits"] = [hit.to_json() for hit in hits[:k]]
                row["reason"] = none_passes(among, qa.corpus) if among else None
                lines = list(run_lines(name, ranking(hits, unit, k)))
        except QuestionError as error:
            fault = f"Question {name}: {error}"
        yield row, lines, fault


def _named(asked: Iterable[Asking]) -> Iterator[tuple[Asking, str, str | None]]:
    """Give each question with its name, or else its number, and a sentence where an earlier one has it as well."""
    seen: set[str] = set()
    for number, each in enumerate(asked, 1):
        name = each.name or str(number)
        told = f"Question {name}: its _id stands in an earlier row as well: give each question its own."
        yield each, name, told if name in seen else None
        seen.add(name)
