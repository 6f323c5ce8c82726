"""Hits to verbatim quotes: the sentences that answer, with as many neighbours as a reader can take in."""

import json
import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import TypeAlias

from index.article import Passage, Span
from index.corpus import Corpus
from index.embed import Embedder
from index.lexical import Words
from index.text import count_words
from qa.question import asked, candidates, content, matches
from qa.reply import LEAST_ODDS, Hit, Marked, Quote

WEIGHTS = Path(__file__).with_name("sentences.json")
MOST_SENTENCES = 3
BREATH_WORDS = 60
"""A quote takes in neighbours up to this length; one that leans on what stands before may be longer."""

_LEANS = re.compile(r"[“\"‘'(]*(?:He|She|It|They|This|That|These|Those|His|Her|Its|Their|But|And|However|So|Then)\b")
_FAR = 4.0
"""Sentences this far behind the best are not quoted: with it, 2.4 instead of 3 quotes a reply held as many answers."""
_FAR_OF_SEVERAL = 2 * _FAR

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
        marked: What the reading network says of it; None where it did not read the sentence.
        cosine: Between question and sentence: where the network read it, as it stands in its passage; else of the
            sentence by itself, 0 until that is embedded.
        score: How well it answers; comparable within one question.
    """

    hit: Hit
    place: int
    standing: float
    share: float
    around: float
    near: float
    marked: Marked | None = None
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
        languages: Those that the reading model knows, None for unsure; what it says of passages in others is not
            listened to. None where it may know all.
    """

    def __init__(
        self,
        embedder: Embedder,
        words: Words,
        corpus: Corpus,
        quote_words: int,
        languages: Collection[str | None] | None = None,
    ) -> None:
        self.words, self._embedder, self._corpus, self._quote_words = words, embedder, corpus, quote_words
        self._languages = languages
        self._weights = weights()

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
        chosen = [lines if all(map(_looked_at, lines)) else lines[:_READ_AT_ONCE] for lines in chosen]
        texts = [sentence(line.hit.passage, line.place) for lines in chosen for line in lines if not _looked_at(line)]
        if texts:
            vectors = iter(self._embedder.passages(texts))
            questions = self._embedder.questions([question for question, _ in asked])
            chosen = [
                [line if _looked_at(line) else replace(line, cosine=float(next(vectors) @ question)) for line in lines]
                for lines, question in zip(chosen, questions, strict=True)
            ]
        return [ranked(lines, self._weights, self._languages) for lines in chosen]

    def _lines(self, question: str, hits: Sequence[Hit]) -> Iterator[Line]:
        """Give each sentence of the hits once, with what its words alone say."""
        kind = asked(question)
        rarities = {language: self._rarity(question, language) for language in {hit.passage.language for hit in hits}}
        best = max((hit.score for hit in hits), default=0.0)
        marked = _marked(hits)
        seen: set[tuple[str, Span]] = set()
        for hit in hits:
            language = hit.passage.language
            rarity = rarities[language]
            wanted, total = list(rarity), sum(rarity.values()) or 1.0
            texts = [sentence(hit.passage, place) for place in range(len(hit.passage.sentences))]
            found = [matches(wanted, text, language) for text in texts]
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
                    max(0.0, hit.score) / best if best > 0 else 1.0,
                    share=sum(rarity[term] * likeness for term, likeness in shares[place].items()) / total,
                    around=sum(rarity[term] * max(each.get(term, 0.0) for each in beside) for term in wanted) / total,
                    near=max(
                        (
                            _near(span, found[place], rarity) / total
                            for span in candidates(kind, text, wanted, language)
                        ),
                        default=0.0,
                    ),
                    marked=marked.get(name),
                    cosine=hit.cosines[place] if hit.cosines and hit.marked else 0.0,
                )

    def _rarity(self, question: str, language: str | None) -> dict[str, float]:
        return {term: self.words.rarity(term) for term in content(question, language)}

    def read(self, lines: Sequence[Line], k: int, *, several: bool = False) -> list[Quote]:
        """Make quotes of the best sentences, none overlapping another.

        Args:
            lines: As `weigh` gives them.
            k: How many at most, 1 or more.
            several: Whether several answers are asked for, so that weaker ones are quoted too.

        Returns:
            One to three whole sentences each, best first.
        """
        scores = {(line.hit.passage.article_id, line.span): line.score for line in lines}
        quotes: list[Quote] = []
        for line in lines:
            if line.score < lines[0].score - (_FAR_OF_SEVERAL if several else _FAR):
                break
            passage = line.hit.passage
            first, last = self._breathe(line, scores)
            start, end = passage.sentences[first][0], passage.sentences[last][1]
            if any(q.article.id == passage.article_id and q.start < end and start < q.end for q in quotes):
                continue
            article = self._corpus.article(passage.article_id)
            quotes.append(Quote(article, start, end, line.score, line.hit.ranks, _answer(line)))
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


def _looked_at(line: Line) -> bool:
    """Whether a sentence was read by the network and has its cosine from its passage, which it is weighed with."""
    return bool(line.hit.cosines and line.hit.marked)


def _answer(line: Line) -> Span | None:
    """Give the words to mark; None where the network is all but sure that they answer nothing."""
    return line.marked.span if line.marked and line.marked.odds > LEAST_ODDS else None


def _marked(hits: Sequence[Hit]) -> dict[tuple[str, Span], Marked]:
    """Give what the network says of each sentence, where two passages hold it the more hopeful."""
    found: dict[tuple[str, Span], Marked] = {}
    for hit in hits:
        for span, marked in zip(hit.passage.sentences, hit.marked, strict=False):
            name = (hit.passage.article_id, span)
            if name not in found or found[name].odds < marked.odds:
                found[name] = marked
    return found


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


@dataclass(frozen=True, slots=True)
class Features:
    """What a sentence is weighed by; see `Line`.

    Attributes:
        odds: What the reading network gives it, no lower than -8; 0 where it did not read it.
        passage: Cosine between question and passage; 0 where that was found by words alone.
    """

    odds: float
    cosine: float
    share: float
    around: float
    near: float
    standing: float
    passage: float


def features(line: Line) -> Features:
    """Give what a sentence is weighed by."""
    return Features(
        odds=max(LEAST_ODDS, line.marked.odds) if line.marked else 0.0,
        cosine=line.cosine,
        share=line.share,
        around=line.around,
        near=line.near,
        standing=line.standing,
        passage=line.hit.scores.get("dense", 0.0),
    )


Weights: TypeAlias = Mapping[str, Sequence[float]]


def ranked(lines: Sequence[Line], weights: Weights, languages: Collection[str | None] | None = None) -> list[Line]:
    """Score the sentences of one question and put the best first, ties by place.

    Args:
        lines: In any order.
        weights: As `weights` gives them.
        languages: See `Reader`.
    """
    scored = []
    for line in lines:
        known = languages is None or line.hit.passage.language in languages
        chosen = weights["read" if known and line.marked is not None else "plain"]
        score = sum((weight * value for weight, value in zip(chosen, astuple(features(line)), strict=True)), 0.0)
        scored.append(replace(line, score=score))
    return sorted(scored, key=lambda line: (-line.score, line.hit.passage.id, line.place))


def weights() -> Weights:
    """Give the weights of `Features` in their order.

    Returns:
        "read" for sentences that the network read, in a language that it knows; "plain" for others.
    """
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return {name: tuple(stored[name][field] for field in Features.__dataclass_fields__) for name in ("read", "plain")}
