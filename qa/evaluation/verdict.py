"""What became of one question, and which part is to blame, in a plain sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from qa.evaluation.record import Row

FIRST = 10
"""Articles among which the right one must be, for it to count as found."""


class Outcome(StrEnum):
    """What became of a question; each has exactly one."""

    RIGHT = "right"
    WRONG = "wrong"
    REFUSED = "refused"
    """Refused, though the articles answer."""
    OVERREACHED = "overreached"
    """Answered, though the articles do not say."""
    DECLINED = "declined"
    """Refused, and the articles do not say."""
    UNJUDGED = "unjudged"
    FAILED = "failed"


class Cause(StrEnum):
    """Which part an answerable question was lost in."""

    MISSED = "missed"
    """No right article is among the first ten: retrieval."""
    MISREAD = "misread"
    """The article was not missed, but the first quote holds no answer: reading."""
    HELD = "held"
    """The first quote holds the answer but was not offered: confidence."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a question.

    Attributes:
        causes: Empty where nothing went wrong, or where it cannot be told.
        sentence: The same for a reader, one or two sentences.
    """

    outcome: Outcome
    causes: tuple[Cause, ...]
    sentence: str


def relevant(row: Row) -> Mapping[str, int]:
    """Article id -> relevance of those that answer; those that hold a gold place where none is judged relevant."""
    judged = {id: grade for id, grade in row.judged.items() if grade > 0}
    return judged or {id: 1 for id, _, _ in row.spans}


def place(row: Row) -> int | None:
    """Rank of the first relevant article, from 1; None when it is not in the ranking or none is known."""
    wanted = relevant(row)
    return next((rank for rank, (id, _) in enumerate(row.ranking, 1) if id in wanted), None)


def judge(row: Row, answer_at: float | None = None) -> Verdict:
    """Tell what became of a question.

    Args:
        row: The question and what came out.
        answer_at: Confidence from which quotes are offered, in [0, 1]; None where it is not known.
    """
    if row.status == "failed":
        return Verdict(Outcome.FAILED, (), f"It could not be asked: {row.reason or 'no reason is known.'}")
    offered = row.status == "answered"
    if row.answerable is False:
        if offered:
            said = f"It was answered, though the articles do not say: {_sure(row, answer_at)}."
            return Verdict(Outcome.OVERREACHED, (), said)
        return Verdict(Outcome.DECLINED, (), "Rightly refused: the articles do not say.")
    first = row.quotes[0].right if row.quotes else None
    known = first is not None or (row.answerable and not row.quotes)
    missed = bool(relevant(row)) and (place(row) or FIRST + 1) > FIRST
    if known and first and offered:
        said = "The first quote holds the answer."
        if missed:
            said += f" Yet no article known to be right is among the first {FIRST}."
        return Verdict(Outcome.RIGHT, (Cause.MISSED,) if missed else (), said)
    outcome = Outcome.WRONG if offered else Outcome.REFUSED
    causes = (Cause.MISSED,) if missed else ()
    if not known:
        outcome = Outcome.REFUSED if row.answerable and not offered else Outcome.UNJUDGED
        said = "It was answered" if offered else "It was refused"
        lack = (
            "whether the articles answer it is not known" if row.answerable is None else "no answer or place is known"
        )
        return Verdict(
            outcome, causes, f"{said}; {lack}, so its quotes are not judged.{_missed(row) if missed else ''}"
        )
    if first:
        said = f"The right sentence was held back: {_sure(row, answer_at)}."
        return Verdict(outcome, (*causes, Cause.HELD), said)
    if missed:
        tail = "" if offered else " It was refused."
        return Verdict(outcome, causes, _missed(row).lstrip() + tail)
    return Verdict(outcome, (Cause.MISREAD,), _misread(row, offered))


def _missed(row: Row) -> str:
    rank = place(row)
    if rank:
        return f" The right article came {nth(rank)}: retrieval."
    if not row.ranking:
        return " Nothing was found: retrieval."
    return f" The right article is not among the {len(row.ranking)} found: retrieval."


def _misread(row: Row, offered: bool) -> str:
    rank = place(row)
    began = f"The right article came {nth(rank)}, but " if rank else "Which article answers is not known; "
    if not row.quotes:
        return f"{began}nothing was quoted, and it was refused: reading."
    wrong = "another sentence" if rank else "a sentence without the answer"
    said = f"{began}{wrong} {'was quoted' if offered else 'stood first, and it was refused'}: reading."
    marks = [found.right for found in row.found]
    if True in marks:
        return f"{said} The right passage came {nth(marks.index(True) + 1)}."
    if marks and None not in marks:
        return f"{said} None of the {len(marks)} passages shown holds the answer."
    return said


def _sure(row: Row, answer_at: float | None) -> str:
    if answer_at is None or (row.confidence >= answer_at) != (row.status == "answered"):
        return f"confidence {row.confidence:.2f}"
    digits = 2 if f"{row.confidence:.2f}" != f"{answer_at:.2f}" else 4
    side = "at or over" if row.status == "answered" else "under"
    return f"confidence {row.confidence:.{digits}f}, {side} the threshold {answer_at:.{digits}f}"


def nth(rank: int) -> str:
    """`first`, `2nd`, `3rd`, `11th`, …."""
    if rank == 1:
        return "first"
    ending = "th" if rank % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{rank}{ending}"
