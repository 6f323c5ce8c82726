"""What every layout asks of its questions, and how a set is named by its content."""

import hashlib
import json
from collections.abc import Container, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from index.article import Fault
from index.errors import EvaluationError
from index.text import half
from qa.evaluation.dataset import Dataset, Question


def id_of(question: str) -> str:
    """Give a question an id that depends on its words alone: 16 hexadecimal digits, case and white space alike."""
    folded = " ".join(question.split()).casefold()
    return hashlib.sha256(folded.encode(errors="surrogatepass")).hexdigest()[:16]


def refused(id: str, text: str, seen: Container[str]) -> str | None:
    """Say why a question cannot be asked; None when it can.

    Args:
        id: Its id; one that is not empty and has no white space will do.
        text: Its words.
        seen: Ids of the questions before it.
    """
    if not text.strip():
        return "the question is empty: write it."
    if half(text):
        return "the question holds half a character, which no file can carry: correct it."
    if len(id.split()) != 1 or half(id):
        return f"the question's id {id!r} is empty or holds white space: give it one without."
    if id in seen:
        return f"the question's id “{id}” is that of an earlier question: give each its own."
    return None


def objects(path: Path) -> Iterator[tuple[str, dict[str, Any]] | Fault]:
    """Give each object of a file of JSON lines with its place, `file:line`; an empty line is passed over.

    Yields:
        In the order of the file; a line that holds no object is a fault.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            where = f"{path}:{number}"
            try:
                given = json.loads(line.strip().decode("utf-8-sig" if number == 1 else "utf-8"))
            except UnicodeDecodeError as error:
                yield Fault(where, f"byte {error.start} of the line is not UTF-8: save the file as UTF-8.")
                continue
            except (ValueError, RecursionError) as error:
                yield Fault(where, f"the line is no JSON ({error}): write one object a line.")
                continue
            if isinstance(given, dict):
                yield where, given
            else:
                yield Fault(where, f"the line holds a {type(given).__name__}, not an object: write one object a line.")


def data(path: Path) -> bytes:
    """Give the bytes of a file.

    Raises:
        EvaluationError: It cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> EvaluationError:
    """Say that a file of a set cannot be read."""
    return EvaluationError(f"{path} cannot be read ({error.strerror or error}): check its name and permissions.")


def finished(
    source: Path, questions: Iterable[Question], corpus: Path | bytes | None, *, digest: str, faults: Sequence[Fault]
) -> Dataset:
    """Give the set that was read.

    Raises:
        EvaluationError: No question is left; the message names the first fault.
    """
    asked = tuple(questions)
    if not asked:
        why = f": {faults[0].where}: {faults[0].reason}" if faults else "; put questions in it."
        raise EvaluationError(f"{source} holds no question that can be asked{why}")
    name = source.resolve().name if source.is_dir() else source.stem
    return Dataset(name, asked, corpus, digest, tuple(faults))
