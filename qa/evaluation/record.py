"""The nouns of what came out: a row for each question, and the folder that an evaluation is kept in.

```
<home>/evaluations/0007-onestopqa/
    result.json       the figures, as `qa evaluate --json` prints them
    questions.jsonl   a Row a line, in the order of the set
    passages.jsonl    {"id": "article#ordinal", "article_id", "title", "start", "end", "text"}, each shown passage once
    run.trec          the ranking of articles
```
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from index.errors import EvaluationError

RESULT, ROWS, PASSAGES, RUN = "result.json", "questions.jsonl", "passages.jsonl", "run.trec"


@dataclass(frozen=True, slots=True)
class Found:
    """A ranked passage.

    Attributes:
        passage: `article#ordinal`, a key of `passages.jsonl`.
        score: The searcher's own; comparable within one question only.
        ranks: Way in ("dense", "lexical") -> rank from 1, where that way found it.
        words: Words of the passage, as it writes them, that match the question's; each once, in its order.
        right: Whether it holds a gold place; None where no places are known.
    """

    passage: str
    score: float
    ranks: Mapping[str, int]
    words: tuple[str, ...]
    right: bool | None


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote of a reply, offered as an answer or shown as related.

    Attributes:
        answer: The marked words; None where none are.
        right: Whether it holds an answer, by the definition of quote_hit; None where none is known.
    """

    article_id: str
    title: str
    start: int
    end: int
    text: str
    answer: str | None
    right: bool | None


@dataclass(frozen=True, slots=True)
class Row:
    """One question, what is known of its answer, and what came out.

    Attributes:
        history: Questions asked before it.
        searched_for: The stand-alone question, when it differs.
        answerable: None where nobody knows.
        spans: Gold places as (article id, start, end).
        judged: Article id -> relevance.
        status: "answered", "related" or "nothing"; "failed" when it could not be asked, the reason in `reason`.
        confidence: Probability that the first quote answers, in [0, 1].
        quotes: Best first, whether they were offered as an answer or not.
        found: The best ranked passages, as many as a report shows.
        ranking: (article id, score), best first, as in the run; up to 100.
        passages: The same for passages.
        figures: Figure -> value for this question; a figure it does not count in is absent.
        left_out: Family of figures ("retrieval", "passages", "answers", "refusal") -> why it does not count there.
    """

    id: str
    question: str
    history: tuple[str, ...]
    searched_for: str | None
    answers: tuple[str, ...]
    answerable: bool | None
    spans: tuple[tuple[str, int, int], ...]
    judged: Mapping[str, int]
    status: str
    reason: str | None
    confidence: float
    quotes: tuple[Quoted, ...]
    found: tuple[Found, ...]
    ranking: tuple[tuple[str, float], ...]
    passages: tuple[tuple[str, float], ...]
    figures: Mapping[str, float] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The object of a line of `questions.jsonl`."""
        return {"_id": self.id, **{name: value for name, value in asdict(self).items() if name != "id"}}

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """Read what `to_json` gave."""
        fields = {name: value for name, value in given.items() if name != "_id"}
        lists = ("history", "answers")
        pairs = ("spans", "ranking", "passages")
        return cls(
            **{
                **fields,
                "id": given["_id"],
                **{name: tuple(fields[name]) for name in lists},
                **{name: tuple(tuple(each) for each in fields[name]) for name in pairs},
                "quotes": tuple(Quoted(**each) for each in fields["quotes"]),
                "found": tuple(Found(**{**each, "words": tuple(each["words"])}) for each in fields["found"]),
            }
        )


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A finished evaluation, read from its folder."""

    folder: Path
    result: Mapping[str, Any]

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Read the figures; the rows are read when they are asked for.

        Raises:
            EvaluationError: The folder holds no finished evaluation.
        """
        try:
            return cls(folder, json.loads((folder / RESULT).read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise EvaluationError(f"{folder} holds no finished evaluation: run `qa evaluate` again.") from error

    @classmethod
    def of(cls, file: Path) -> Self:
        """Read a result that `qa evaluate --json` printed; its rows lie where it says.

        Raises:
            EvaluationError: It is no such result, or its rows are gone.
        """
        try:
            rows = Path(json.loads(file.read_text(encoding="utf-8"))["per_question"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EvaluationError(f"{file} is no result of `qa evaluate --json`: name one.") from error
        return cls.open(rows.parent)

    def rows(self) -> Iterator[Row]:
        """Give the rows, in the order of the set."""
        with (self.folder / ROWS).open(encoding="utf-8") as file:
            for line in file:
                yield Row.of(json.loads(line))

    def passages(self) -> dict[str, dict[str, Any]]:
        """Give each shown passage by its id."""
        with (self.folder / PASSAGES).open(encoding="utf-8") as file:
            return {each["id"]: each for each in map(json.loads, file)}
