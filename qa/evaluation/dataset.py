"""The nouns of what is asked: questions whose answers are known, over a corpus."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from index.article import Fault


@dataclass(frozen=True, slots=True)
class Gold:
    """A place that answers a question: code points `start` to `end` of an article's stored text."""

    article_id: str
    start: int
    end: int

    def held_by(self, article_id: str, start: int, end: int) -> bool:
        """Say whether a place covers at least half of this one; nothing covers an empty one."""
        covered = min(self.end, end) - max(self.start, start)
        return article_id == self.article_id and covered > 0 and 2 * covered >= self.end - self.start


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what is known about its answer.

    Attributes:
        id: Unique within its set, without white space.
        answers: Any of them is right; empty for one that has no answer, and where only places are known.
        spans: Places that answer it; those that only tempt are left out.
        judged: Article id -> relevance; above 0 relevant, 0 or below judged and not relevant.
        answerable: Whether the articles hold an answer; None where nobody knows.
        history: Questions asked before it in the same conversation, oldest first.
    """

    id: str
    text: str
    answers: tuple[str, ...] = ()
    spans: tuple[Gold, ...] = ()
    judged: Mapping[str, int] = field(default_factory=dict)
    answerable: bool | None = None
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dataset:
    """Questions over a corpus.

    Attributes:
        questions: In the order of the file.
        corpus: A file `corpus.jsonl`, or its bytes; None when the questions are about the articles already indexed.
        digest: sha256 of everything that was read, corpus included; names the set's content.
        faults: What was wrong with it and left out, each with its line.
    """

    name: str
    questions: tuple[Question, ...]
    corpus: Path | bytes | None
    digest: str
    faults: tuple[Fault, ...] = ()
