"""The nouns of the read side: hits, quotes, replies, and the JSON that programs read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from index.article import Article, Byline, Passage, Span
from index.errors import Damaged

Status: TypeAlias = Literal["answered", "related", "nothing"]

LEAST_ODDS = -8.0
"""Log-odds of an answer below which the reading network's doubt says nothing more."""


@dataclass(frozen=True, slots=True)
class Marked:
    """The words of one sentence that the reading network takes for the answer.

    Attributes:
        odds: Natural log of how much likelier an answer stands in this sentence than none in the whole passage.
        span: The likeliest words, code points of the article's text; None from a model that marks none.
    """

    odds: float
    span: Span | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found.

    Attributes:
        score: The searcher's own score, higher is better; comparable within one search only.
        ranks: Searcher name ("dense", "lexical") -> rank from 1, where that searcher found it.
        scores: Searcher name -> that searcher's own score (cosine, BM25).
        cosines: Of the question and each sentence as it stands in its passage; empty where it was not looked at.
        marked: One for each sentence of the passage, in order; empty where the reading network did not read it.
    """

    passage: Passage
    score: float
    ranks: Mapping[str, int] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)
    cosines: tuple[float, ...] = ()
    marked: tuple[Marked, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The object that `qa search --json` lists."""
        passage = self.passage
        return {
            "article_id": passage.article_id,
            "passage": passage.ordinal,
            "start": passage.start,
            "end": passage.end,
            "text": passage.text,
            "score": round(self.score, 6),
            "ranks": dict(self.ranks),
            "scores": {name: round(score, 6) for name, score in self.scores.items()},
        }


@dataclass(frozen=True, slots=True)
class Copy:
    """Another article of the same story, in which the words of a quote stand as well.

    Attributes:
        start: Where they begin, in code points of that article's text.
        end: One past their last.
    """

    article_id: str
    byline: Byline
    path: str | None
    member: str | None
    start: int
    end: int

    def to_json(self) -> dict[str, Any]:
        """The object that `qa ask --json` lists under "also_in"."""
        byline = self.byline
        return {
            "article_id": self.article_id,
            "title": byline.title,
            "source": byline.outlet,
            "published": byline.published,
            "url": byline.url,
            "path": self.path,
            "member": self.member,
            "start": self.start,
            "end": self.end,
        }


@dataclass(frozen=True, slots=True)
class Quote:
    """One to three whole sentences of an article, or its byline's own lines, exactly.

    Attributes:
        start: First code point in `article.text`.
        end: One past the last code point.
        score: How well it answers, higher is better; comparable within one reply only.
        ranks: Rank of its passage in each way in; empty for a byline.
        answer: Span of the exact words of the answer, inside the quote; None where none is marked.
        also_in: Copies of the article in which the same words stand, those first that are shown first.
    """

    article: Article
    start: int
    end: int
    score: float
    ranks: Mapping[str, int] = field(default_factory=dict)
    answer: Span | None = None
    also_in: tuple[Copy, ...] = ()

    @property
    def text(self) -> str:
        """The article's own words."""
        return self.article.text[self.start : self.end]

    @property
    def page(self) -> int | None:
        """Number, from 1, of the page on which it begins; None where the article has no pages."""
        return self.article.page(self.start)

    def check(self, sha256: str) -> "Quote":
        """Give the quote back if it stands in its article as the corpus recorded it.

        Args:
            sha256: What the corpus recorded for the article's text when it was indexed.

        Raises:
            Damaged: The stored text has changed since, or the span lies outside it.
        """
        if self.article.sha256 != sha256:
            raise Damaged(
                f"The stored text of “{self.article.byline.title}” ({self.article.id}) has changed since it was "
                "indexed, so nothing is quoted from it: run `qa index --rebuild`."
            )
        inside = self.answer is None or self.start <= self.answer[0] < self.answer[1] <= self.end
        if not (0 <= self.start < self.end <= len(self.article.text) and inside):
            raise Damaged(
                f"A quote at {self.start}-{self.end} does not lie inside article {self.article.id} "
                f"of {len(self.article.text)} characters: run `qa index --rebuild`."
            )
        return self

    def to_json(self) -> dict[str, Any]:
        """The object that `qa ask --json` prints for a quote."""
        answer = None
        if self.answer is not None:
            start, end = self.answer
            answer = {"text": self.article.text[start:end], "start": start, "end": end}
        return {
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "answer": answer,
            "article_id": self.article.id,
            "sha256": self.article.sha256,
            **self.article.byline.to_json(),
            "path": self.article.path,
            "member": self.article.member,
            "page": self.page,
            "score": round(self.score, 4),
            "ranks": dict(self.ranks),
            "also_in": [copy.to_json() for copy in self.also_in],
        }


@dataclass(frozen=True, slots=True)
class Turn:
    """A question asked before, and what was quoted for it; what a follow-up leans on."""

    question: str
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What a question gets: quotes, or a refusal with the nearest passages.

    Attributes:
        searched_for: The stand-alone question, when it differs from the one asked.
        typed: Words of the question, as typed, that were taken for slips of the pen and searched for as what was meant.
        searched_in: The outlet that the question names as its source, whose articles alone were searched; else None.
        status: "answered"; "related" when only passages about the subject were found; "nothing".
        confidence: Probability that the first quote answers the question, in [0, 1].
        reason: Why it was refused, one sentence; None when answered.
        quotes: Best first; empty exactly when not answered.
        related: The nearest passages when not answered, best first.
        took_ms: Milliseconds for "search", "read" and "total".
    """

    question: str
    status: Status
    confidence: float
    quotes: tuple[Quote, ...] = ()
    related: tuple[Quote, ...] = ()
    reason: str | None = None
    searched_for: str | None = None
    searched_in: str | None = None
    took_ms: Mapping[str, int] = field(default_factory=dict)
    typed: tuple[str, ...] = ()

    @property
    def answered(self) -> bool:
        """True when the quotes are offered as an answer."""
        return self.status == "answered"

    @property
    def offer(self) -> str | None:
        """How to search for words as they were typed, where they were taken for slips; None where none was."""
        if not self.typed:
            return None
        words = " and ".join(f"“{word}”" for word in self.typed)
        return f"No article has {words}: to search for it all the same, put it in quotation marks."

    def to_json(self, name: str | None = None) -> dict[str, Any]:
        """The object that `qa ask --json`, the REST call and the MCP tool return.

        Args:
            name: The `_id` given in a batch.
        """
        return {
            "_id": name,
            "question": self.question,
            "searched_for": self.searched_for,
            "searched_in": self.searched_in,
            "answered": self.answered,
            "confidence": round(self.confidence, 4),
            "status": self.status,
            "reason": self.reason,
            "quotes": [quote.to_json() for quote in self.quotes],
            "related": [quote.to_json() for quote in self.related],
            "took_ms": dict(self.took_ms),
        }
