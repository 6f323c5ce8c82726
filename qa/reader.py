"""Hits to verbatim quotes: the sentences that answer, with as many neighbours as a reader can take in."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from index.article import Passage, Span
from index.corpus import Corpus
from index.embed import Embedder
from index.lexical import Words
from index.text import count_words
from qa.question import asked, candidates, content, matches
from qa.reply import Hit, Quote

MOST_SENTENCES = 3
BREATH_WORDS = 60
"""A quote takes in neighbours up to this length; one that leans on what stands before may be longer."""

_LEANS = re.compile(r"[“\"‘'(]*(?:He|She|It|They|This|That|These|Those|His|Her|Its|Their|But|And|However|So|Then)\b")
_FAR = 4.0
"""Sentences this far behind the best are not quoted: with it, 2.4 instead of 3 quotes a reply held as many answers."""

_REACH = 60  # characters, about ten words
_READ_AT_ONCE = 24
"""Sentences embedded for one question, most of what a reply takes; 36 found no more answers, 16 fewer."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence that was weighed as an answer.

    Attributes:
        hit: The best hit whose passage holds it.
        place: Its place among the passage's sentences.
        standing: Score of its hit as a share of the best hit's, in [0, 1].
        share: Share of the question's content, rare words counting more, that the sentence holds.
        around: The same share for the sentence with both its neighbours.
        near: The same share, each word discounted by its distance from the likeliest answer of the type asked for;
            0 when the sentence holds none.
        cosine: Between question and sentence; 0 until it is embedded.
        score: How well it answers; comparable within one question.
    """

    hit: Hit
    place: int
    standing: float
    share: float
    around: float
    near: float
    cosine: float = 0.0
    score: float = 0.0

    @property
    def span(self) -> Span:
        """Where it stands in its article."""
        return self.hit.passage.sentences[self.place]


class Reader:
    """Chooses sentences by their own relevance, not by their place in a passage.

    Args:
        embedder: Embeds question and sentences.
        words: Says how rare a word is.
        corpus: Holds the articles.
        quote_words: Words in a quote, at most.
    """

    def __init__(self, embedder: Embedder, words: Words, corpus: Corpus, quote_words: int) -> None:
        self.words, self._embedder, self._corpus, self._quote_words = words, embedder, corpus, quote_words

    def weigh(self, asked: Sequence[tuple[str, Sequence[Hit]]]) -> list[list[Line]]:
        """Weigh the sentences of passages as answers, for several questions in one pass through the model.

        Args:
            asked: Questions that stand alone, each with the passages to read, best first.

        Returns:
            For each question, in the same order, each sentence once, best first, ties by place.
        """
        chosen = [
            sorted(self._lines(question, hits), key=lambda line: -(line.standing + line.share + line.around))
            for question, hits in asked
        ]
        chosen = [lines[:_READ_AT_ONCE] for lines in chosen]
        texts = [sentence(line.hit.passage, line.place) for lines in chosen for line in lines]
        vectors = iter(self._embedder.passages(texts))
        questions = self._embedder.questions([question for question, _ in asked])
        return [
            _ranked([replace(line, cosine=float(next(vectors) @ question)) for line in lines])
            for lines, question in zip(chosen, questions, strict=True)
        ]

    def _lines(self, question: str, hits: Sequence[Hit]) -> Iterator[Line]:
        """Give each sentence of the hits once, with what its words alone say."""
        wanted, kind = content(question), asked(question)
        rarity = {term: self.words.rarity(term) for term in wanted}
        total = sum(rarity.values()) or 1.0
        best = max((hit.score for hit in hits), default=1.0) or 1.0
        seen: set[tuple[str, Span]] = set()
        for hit in hits:
            texts = [sentence(hit.passage, place) for place in range(len(hit.passage.sentences))]
            found = [matches(wanted, text) for text in texts]
            shares = [{term: max(likeness for likeness, _ in each[term]) for term in each} for each in found]
            for place, text in enumerate(texts):
                name = (hit.passage.article_id, hit.passage.sentences[place])
                if name in seen:
                    continue
                seen.add(name)
                beside = shares[max(0, place - 1) : place + 2]
                yield Line(
                    hit,
                    place,
                    hit.score / best,
                    share=sum(rarity[term] * likeness for term, likeness in shares[place].items()) / total,
                    around=sum(rarity[term] * max(each.get(term, 0.0) for each in beside) for term in wanted) / total,
                    near=max(
                        (_near(span, found[place], rarity) / total for span in candidates(kind, text, wanted)),
                        default=0.0,
                    ),
                )

    def read(self, lines: Sequence[Line], k: int) -> list[Quote]:
        """Make quotes of the best sentences, none overlapping another.

        Args:
            lines: As `weigh` gives them.
            k: How many at most, 1 or more.

        Returns:
            One to three whole sentences each, best first.
        """
        scores = {(line.hit.passage.article_id, line.span): line.score for line in lines}
        quotes: list[Quote] = []
        for line in lines:
            if line.score < lines[0].score - _FAR:
                break
            passage = line.hit.passage
            first, last = self._breathe(line, scores)
            start, end = passage.sentences[first][0], passage.sentences[last][1]
            if any(q.article.id == passage.article_id and q.start < end and start < q.end for q in quotes):
                continue
            article = self._corpus.article(passage.article_id)
            quotes.append(Quote(article, start, end, line.score, line.hit.ranks))
            if len(quotes) == k:
                break
        return quotes

    def _breathe(self, line: Line, scores: Mapping[tuple[str, Span], float]) -> tuple[int, int]:
        """Widen a sentence to its neighbours: first what it leans on, then the better side, while short enough."""
        passage, first, last = line.hit.passage, line.place, line.place
        used = count_words(sentence(passage, first))
        while last - first + 1 < MOST_SENTENCES:
            sides = []
            for place in (first - 1, last + 1):
                if 0 <= place < len(passage.sentences):
                    words = count_words(sentence(passage, place))
                    leaned_on = place < first and _LEANS.match(sentence(passage, first)) is not None
                    limit = self._quote_words if leaned_on else min(self._quote_words, BREATH_WORDS)
                    if used + words <= limit:
                        score = scores.get((passage.article_id, passage.sentences[place]), -math.inf)
                        sides.append((leaned_on, score, -place, words))
            if not sides:
                break
            _, _, place, words = max(sides)
            used += words
            first, last = min(first, -place), max(last, -place)
        return first, last


def sentence(passage: Passage, place: int) -> str:
    """Give one sentence of a passage."""
    start, end = passage.sentences[place]
    return passage.text[start - passage.start : end - passage.start]


def _near(answer: Span, found: Mapping[str, list[tuple[float, Span]]], rarity: Mapping[str, float]) -> float:
    """Sum the question's words around one possible answer, discounted by their distance."""
    return sum(
        rarity[term]
        * max(
            likeness * math.exp(-max(0, start - answer[1], answer[0] - end) / _REACH)
            for likeness, (start, end) in places
        )
        for term, places in found.items()
    )


def _ranked(lines: Sequence[Line]) -> list[Line]:
    scored = [replace(line, score=_score(line)) for line in lines]
    return sorted(scored, key=lambda line: (-line.score, line.hit.passage.id, line.place))


def _score(line: Line) -> float:
    # Softmax weights over the sentences of ten passages, fitted on squad2-half and clapnq-dev (1,486 answerable
    # questions) and rounded within what made no difference there. On onestopqa, left out, the best sentence alone
    # held the answer for .50 of the questions; by cosine alone for .42.
    return (
        4.5 * line.cosine
        + 1.5 * line.share
        + 2.0 * line.around
        + 4.0 * line.near
        + 2.5 * line.standing
        + 3.5 * line.hit.scores.get("dense", 0.0)
    )
