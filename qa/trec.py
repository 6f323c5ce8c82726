"""TREC's files: rankings written and read as runs, judgements read and written as qrels."""

import math
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TextIO, TypeAlias

import numpy as np

from index.article import Fault
from index.errors import EvaluationError, QuestionError, Unwritable
from qa.reply import Hit

Unit: TypeAlias = Literal["article", "passage"]
Run: TypeAlias = dict[str, list[tuple[str, float]]]
Layout: TypeAlias = Literal["beir", "trec"]

_WHOLE = re.compile(r"[+-]?[0-9]{1,9}(?:\.0*)?")
_HEADS = frozenset({"score", "relevance", "rel", "label"})
_GREATEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True, slots=True)
class Judged:
    """A line of qrels: how relevant an article is to a question.

    Attributes:
        where: `file:line`.
        score: Above 0 relevant; 0 or below judged and not relevant.
    """

    where: str
    question: str
    article: str
    score: int


def ranking(hits: Iterable[Hit], unit: Unit, k: int) -> list[tuple[str, float]]:
    """Give ranked ids, as retrieval is measured.

    Scores are in single precision, as trec_eval holds them, and rounded to the 6 decimals that a run carries, before
    anything is ranked; so the order in a run never contradicts its scores, and trec_eval sees the same ties.

    Args:
        hits: Best first.
        unit: "article" scores each article by its best passage; "passage" names `article#ordinal`.
        k: How many at most.

    Returns:
        (id, score), by score, then by id in descending order, which is how trec_eval breaks ties.
    """
    best: dict[str, float] = {}
    for hit in hits:
        passage = hit.passage
        name = passage.article_id if unit == "article" else passage.name
        score = round(float(np.float32(hit.score)), 6)
        best[name] = max(score, best.get(name, score))
    return _ranked(best)[:k]


def run_lines(name: str, ranked: Iterable[tuple[str, float]], tag: str = "verbatim") -> Iterator[str]:
    """Give the lines of a TREC run, `qid Q0 id rank score tag`.

    Raises:
        QuestionError: A name holds white space, which the format cannot carry.
    """
    for rank, (id, score) in enumerate(ranked, 1):
        if any(len(field.split()) != 1 or not field.isprintable() for field in (name, id)):
            raise QuestionError(
                f"A TREC run cannot carry the id “{id}” of question “{name}”: ids must have neither spaces nor control "
                "characters."
            )
        yield f"{name} Q0 {id} {rank} {score:.6f} {tag}"


def opened(run: str | None) -> AbstractContextManager[TextIO]:
    """Open a file to write a run to, standard output where none is named.

    Raises:
        Unwritable: It cannot be written.
    """
    try:
        return Path(run).open("w", encoding="utf-8") if run else nullcontext(sys.stdout)
    except OSError as error:
        raise Unwritable(f"{run} cannot be written ({error.strerror}): name another file with --run.") from error


def read_run(path: Path) -> Run:
    """Read a run, of this project or of any other.

    As in trec_eval, scores in single precision make the order, not the ranks nor the order of the lines.

    Args:
        path: Lines `qid Q0 id rank score tag`, parted by white space; empty lines are passed over.

    Returns:
        Question id -> (id, score), best first, ties by id in descending order; questions in the order of the file.

    Raises:
        EvaluationError: The file cannot be read or holds no line; a line has not six columns, its score is no finite
            number, or its document stands in an earlier line for the same question.
    """
    run: dict[str, dict[str, float]] = {}
    for number, line in _lines(path):
        columns = line.split()
        if len(columns) != 6:
            raise EvaluationError(
                f"{path}:{number} has {len(columns)} columns, a run has six (qid Q0 id rank score tag): “{line[:80]}”."
            )
        question, _, id, _, score, _ = columns
        scores = run.setdefault(question, {})
        if id in scores:
            raise EvaluationError(
                f"{path}:{number} ranks {id} for question {question} a second time: leave one of the two lines."
            )
        scores[id] = _score(score, f"{path}:{number}")
    if not run:
        raise EvaluationError(f"{path} holds no line of a run: write one with `qa search --batch FILE --run OUT`.")
    return {question: _ranked(scores) for question, scores in run.items()}


def each_judged(path: Path) -> Iterator[Judged | Fault]:
    """Give the lines of qrels, in the order of the file; a line that cannot be used is a fault.

    Args:
        path: BEIR's three columns (query-id, corpus-id, score) or TREC's four (query-id, anything, document-id,
            relevance), parted by tabs or other white space; a first line whose last column is named "score",
            "relevance", "rel" or "label" is the header.

    Raises:
        EvaluationError: The file cannot be read.
    """
    seen: set[tuple[str, str]] = set()
    for number, line in _lines(path):
        where = f"{path}:{number}"
        columns = [column.strip() for column in line.split("\t")] if "\t" in line else line.split()
        if number == 1 and columns[-1].lower() in _HEADS:
            continue
        if len(columns) not in (3, 4):
            yield Fault(where, f"it has {len(columns)} columns: qrels have 3 (query, article, score) or TREC's 4.")
            continue
        question, article, score = columns[0], columns[-2], columns[-1]
        if spaced := [id for id in (question, article) if len(id.split()) != 1]:
            yield Fault(where, f"the id “{spaced[0]}” is empty or holds white space: give it one without.")
        elif not _WHOLE.fullmatch(score):
            yield Fault(where, f"the score “{score}” is no whole number: write 0, 1, 2 and so on.")
        elif (question, article) in seen:
            yield Fault(where, f"{article} is judged for question {question} in an earlier line, which counts.")
        else:
            seen.add((question, article))
            yield Judged(where, question, article, int(float(score)))


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Read qrels in any layout that `each_judged` reads.

    Returns:
        Question id -> article id -> relevance, in the order of the file; empty when nothing is judged.

    Raises:
        EvaluationError: The file cannot be read, or a line cannot be used.
    """
    qrels: dict[str, dict[str, int]] = {}
    for judged in each_judged(path):
        if isinstance(judged, Fault):
            raise EvaluationError(f"{judged.where}: {judged.reason}")
        qrels.setdefault(judged.question, {})[judged.article] = judged.score
    return qrels


def write_qrels(path: Path, qrels: Mapping[str, Mapping[str, int]], layout: Layout = "beir") -> None:
    """Write qrels, in the order given.

    Args:
        path: Replaced where it is there.
        qrels: Question id -> article id -> relevance.
        layout: "beir" writes a header and three columns parted by tabs; "trec" writes `qid 0 id relevance`.

    Raises:
        EvaluationError: An id is empty or holds white space, or the file cannot be written.
    """
    lines = ["query-id\tcorpus-id\tscore\n"] if layout == "beir" else []
    for question, articles in qrels.items():
        for article, score in articles.items():
            if any(len(id.split()) != 1 for id in (question, article)):
                raise EvaluationError(
                    f"Qrels cannot carry article “{article}” of question “{question}”: ids must have no spaces."
                )
            row = f"{question}\t{article}\t{score}\n" if layout == "beir" else f"{question} 0 {article} {score}\n"
            lines.append(row)
    try:
        path.write_text("".join(lines), encoding="utf-8", newline="\n")
    except OSError as error:
        raise EvaluationError(f"{path} cannot be written ({error.strerror}): name another place.") from error


def _ranked(scores: Mapping[str, float]) -> list[tuple[str, float]]:
    """Order as trec_eval does: by score in single precision, then by id, both descending."""
    return sorted(scores.items(), key=lambda pair: (np.float32(pair[1]), pair[0]), reverse=True)


def _score(given: str, where: str) -> float:
    try:
        if "_" in given:  # Python reads 1_0 as 10
            raise ValueError
        score = float(given)
    except ValueError as error:
        raise EvaluationError(f"{where} has the score “{given}”: write a number.") from error
    if math.isnan(score) or abs(score) > _GREATEST:
        raise EvaluationError(f"{where} has the score “{given}”, which ranks nothing: write a finite number.")
    return score


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Give the lines that are not empty, with their numbers from 1, without their ends."""
    try:
        # Only a line feed ends a line: an id may hold what Python takes for other line ends.
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line.rstrip("\r\n")
    except OSError as error:
        raise EvaluationError(f"{path} cannot be read ({error.strerror}): check its name and permissions.") from error
    except UnicodeDecodeError as error:
        raise EvaluationError(f"{path} is no text in UTF-8 (byte {error.start}): save it as UTF-8.") from error
