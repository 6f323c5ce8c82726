"""Hits to verbatim quotes: the sentences that answer, with as many neighbours as a reader can take in."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.article import Passage, Span
from index.corpus import Corpus
from index.embed import Embedder
from index.lexical import Words
from index.text import count_words, terms
from qa.question import asked, content, holds, shared
from qa.reply import Hit, Quote

MOST_SENTENCES = 3
BREATH_WORDS = 60
"""A quote takes in neighbours up to this length; one that leans on what stands before may be longer."""

_LEANS = re.compile(r"[“\"‘'(]*(?:He|She|It|They|This|That|These|Those|His|Her|Its|Their|But|And|However|So|Then)\b")
_READ_AT_ONCE = 36
"""Sentences embedded for one question; 36 take about 60 ms on two cores, and more found no more answers."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence that was weighed as an answer.

    Attributes:
        hit: The best hit whose passage holds it.
        place: Its place among the passage's sentences.
        score: How well it answers; comparable between questions.
        cosine: Between question and sentence.
        share: Share of the question's content, rare words counting more, that the sentence holds.
        around: The same share for the sentence with both its neighbours.
        fits: Whether it holds an answer of the type asked for.
    """

    hit: Hit
    place: int
    score: float
    cosine: float
    share: float
    around: float
    fits: bool

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
        self._embedder, self._words, self._corpus, self._quote_words = embedder, words, corpus, quote_words

    def weigh(self, question: str, hits: Sequence[Hit]) -> list[Line]:
        """Weigh the sentences of passages as answers.

        Args:
            question: A question that stands alone.
            hits: Best first; the passages to read.

        Returns:
            Each sentence once, best first, ties by place.
        """
        wanted, kind = content(question), asked(question)
        rarity = {term: self._words.rarity(term) for term in wanted}
        total = sum(rarity.values()) or 1.0
        best_hit = max((hit.score for hit in hits), default=1.0) or 1.0
        rows: list[tuple[float, Hit, int, str, float, float, bool]] = []
        seen: set[tuple[str, Span]] = set()
        for hit in hits:
            passage = hit.passage
            texts = [sentence(passage, place) for place in range(len(passage.sentences))]
            matches = [shared(wanted, terms(text)) for text in texts]
            for place, text in enumerate(texts):
                name = (passage.article_id, passage.sentences[place])
                if name in seen:
                    continue
                seen.add(name)
                near = matches[max(0, place - 1) : place + 2]
                share = sum(rarity[term] * matches[place][term] for term in wanted) / total
                around = sum(rarity[term] * max(match[term] for match in near) for term in wanted) / total
                fits = holds(kind, text, wanted)
                rows.append((share + around + hit.score / best_hit, hit, place, text, share, around, fits))
        rows = sorted(rows, key=lambda row: -row[0])[:_READ_AT_ONCE]
        if not rows:
            return []
        vectors = self._embedder.passages([row[3] for row in rows])
        cosines = vectors @ self._embedder.questions([question])[0]
        lines = [
            Line(hit, place, _score(float(cosine), share, around, hit, best_hit, fits), float(cosine), share, around, fits)
            for (_, hit, place, _, share, around, fits), cosine in zip(rows, cosines, strict=True)
        ]
        return sorted(lines, key=lambda line: (-line.score, line.hit.passage.id, line.place))

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


def _score(cosine: float, share: float, around: float, hit: Hit, best_hit: float, fits: bool) -> float:
    # Softmax weights over the sentences of ten passages, fitted on squad2-half and clapnq-dev (1,486
    # answerable questions) and rounded; on onestopqa, left out, the first sentence held the answer
    # for .51 of the questions, against .42 by cosine alone.
    return 4.5 * cosine + 3.5 * share + 2.5 * around + 3.5 * hit.score / best_hit + fits + 3.0 * hit.scores.get("dense", 0)
