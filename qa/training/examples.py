"""A Pool -> examples: each question with a passage that answers it, and with near misses found and made."""

import hashlib
import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice

from index.article import Byline, Passage, Span
from index.chunk import header
from index.corpus import Corpus
from index.embed import SentenceEmbedder
from index.settings import Settings
from index.text import count_words, fold
from qa.assemble import assemble
from qa.evaluation import readying
from qa.evaluation.dataset import Question
from qa.evaluation.memory import Memory
from qa.question import content
from qa.reader import sentence
from qa.reply import Hit
from qa.search import Searcher
from qa.training import phrasing
from qa.training.misses import Turned, without_answer
from qa.training.rows import Kind
from qa.training.sources import Pool

AMONG = 30
"""Passages that our search gives for a question; those that do not answer are kept."""
SEARCHED = 0.4
"""Share of the answered questions that are searched for, a few hundredths of a second each."""
WHOLE = 0.5
"""Share of the questions that are shown their article uncut, where it is short, for passages may be cut longer."""
_MOST_WHOLE = 200  # words, that the reading network reads to their end
_EMBEDDED = 2_048
"""Questions embedded together."""
_OUTLETS = "The Courier|Daily Ledger|Evening Standard|The Observer|Morning Herald|The Argus|Reuters|City Gazette".split(
    "|"
)
_KEYWORDS, _PLAIN, _LENGTHENED, _TWO = 0.08, 0.08, 0.16, 0.04
"""Shares of questions that are put as bare words, as typed into a search box, at length, and two in one."""
_BARE, _HEADED = 0.3, 0.4
"""Shares of questions whose passages stand under no title, and under an outlet and a day besides, all alike."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question and a passage.

    Attributes:
        source: Name of the source.
        bundle: The answered question that it is learnt beside; its own where there is none.
        asked: The question's words.
        header: The line that stands before the passage, as when it is embedded.
        text: The passage's words.
        spans: Places in `text` that answer, code points; empty where it does not answer.
        kind: What it is.
    """

    source: str
    bundle: str
    asked: str
    header: str
    text: str
    spans: tuple[Span, ...]
    kind: Kind


def examples(pool: Pool, settings: Settings, tell: readying.Tell) -> Iterator[Example]:
    """Pair every question with passages, as they are cut and found when somebody asks.

    Args:
        pool: Its articles are indexed in the folder `settings.home`, all together.
        settings: How passages are cut and searched.
        tell: Told the stage, and how much of it is done.

    Yields:
        For each question in its order: one passage that wholly holds a gold place, where there is one, with the near
        misses made of it and those that our search found, best first; of a passage found that holds a gold answer's
        words anywhere none is made. Of a question without an answer, the passage that it is about.
    """
    embedder = SentenceEmbedder(settings)
    ready = readying.index(pool.dataset, settings, embedder, settings.home, tell)
    with closing(Memory(embedder, settings.home)) as memory:
        qa = assemble(ready.settings, memory, None)
        pairing = _Pairing(pool, qa.searcher, qa.corpus)
        rest, asked = iter(pool.dataset.questions), 0
        while group := list(islice(rest, _EMBEDDED)):
            memory.questions([question.text for question in group if pairing.searched(question)])
            for question in group:
                yield from pairing.examples(question)
            asked += len(group)
            tell("searching", asked, len(pool.dataset.questions))


class _Pairing:
    """Pairs one question of a pool after another with passages."""

    def __init__(self, pool: Pool, searcher: Searcher, corpus: Corpus) -> None:
        self._pool, self._searcher, self._corpus = pool, searcher, corpus
        self._turned = Turned(question.text for question in pool.dataset.questions)
        self._beside: dict[str, list[Question]] = {}
        for question in pool.dataset.questions:
            for gold in question.spans:
                self._beside.setdefault(gold.article_id, []).append(question)

    def examples(self, question: Question) -> Iterator[Example]:
        # Drawn by the question's id, so that other questions left out change nothing.
        draw = random.Random(hashlib.sha256(question.id.encode()).digest())
        articles = [self._corpus.passages_of(id) for id in self._pool.about[question.id]]
        if _drawn(question, 1, WHOLE):
            articles = [self._whole(each) for each in articles]
        passages = sorted((each for cut in articles for each in cut), key=lambda each: each.id)
        spans = {each.id: _inside(question, each) for each in passages}
        right = [each for each in passages if spans[each.id]]
        if bool(right) != bool(question.spans) or not passages:
            return  # no passage holds the answer whole
        passage = draw.choice(right) if right else _nearest(question, passages)
        style = _Style(draw)
        source, bundle = question.id.partition("/")[0], question.id if right else self._sibling(question)

        def example(
            kind: Kind, asked: str, of: Passage, text: str | None = None, places: tuple[Span, ...] = ()
        ) -> Example:
            return Example(source, bundle, asked, style.header(self._byline(of)), text or of.text, places, kind)

        asked, places = self._put(question, passage, spans[passage.id], draw)
        if not right:
            yield example("trap", asked, passage)
            return
        yield example("answer", asked, passage, places=places)
        if left := without_answer(passage, places, question.answers):
            yield example("removed", asked, passage, left)
        if other := self._turned.turn(question.text, passage.text, draw):
            yield example("turned", self._in_words(other, passage, places, draw), passage)
        for hit in self._searcher.search(question.text, AMONG) if self.searched(question) else ():
            if not _may_answer(question, hit):
                yield example("found", asked, hit.passage)

    def searched(self, question: Question) -> bool:
        """Say whether passages are searched for a question: for a drawn share of those that stand alone."""
        if not question.spans or question.id.partition("/")[0] in self._pool.vague:
            return False
        return _drawn(question, 0, SEARCHED)

    def _whole(self, passages: list[Passage]) -> list[Passage]:
        """Put the passages of a short article together; leave those of a long one as they are."""
        if len(passages) < 2:
            return passages
        start, end = passages[0].start, passages[-1].end
        text = self._corpus.article(passages[0].article_id).text[start:end]
        sentences = tuple(sorted({span for each in passages for span in each.sentences}))
        whole = replace(passages[0], end=end, text=text, sentences=sentences)
        return [whole] if count_words(text) <= _MOST_WHOLE else passages

    def _put(
        self, question: Question, passage: Passage, spans: tuple[Span, ...], draw: random.Random
    ) -> tuple[str, tuple[Span, ...]]:
        """Give the question in one of the ways that people and programs put it, and what answers it then."""
        others = [each for each in self._beside.get(passage.article_id, ()) if each is not question]
        if spans and others and draw.random() < _TWO:
            other = draw.choice(others)
            if more := _inside(other, passage):
                return phrasing.joined(question.text, other.text), tuple(sorted({*spans, *more}))
        return self._in_words(question.text, passage, spans, draw), spans

    def _in_words(self, question: str, passage: Passage, spans: Sequence[Span], draw: random.Random) -> str:
        way = draw.random()
        if way < _KEYWORDS:
            return phrasing.keywords(question) or question
        if way < _KEYWORDS + _PLAIN:
            return phrasing.plain(question)
        if way < _KEYWORDS + _PLAIN + _LENGTHENED:
            # What answers would be given away by a question that speaks of it.
            around = [
                sentence(passage, place)
                for place, (begin, stop) in enumerate(passage.sentences)
                if not any(begin - passage.start < end and start < stop - passage.start for start, end in spans)
            ]
            return phrasing.lengthened(question, self._byline(passage).title, around, draw)
        return question

    def _byline(self, passage: Passage) -> Byline:
        return self._corpus.article(passage.article_id).byline

    def _sibling(self, question: Question) -> str:
        """Give the answered question that one without an answer is learnt beside: the one it was made from, or like."""
        if made_from := self._pool.siblings.get(question.id):
            return made_from
        terms = set(content(question.text))
        near = [each for id in self._pool.about[question.id] for each in self._beside.get(id, ())]
        likeness = {each.id: len(terms & set(content(each.text))) / max(1, len(terms)) for each in near}
        best = max(near, key=lambda each: (likeness[each.id], each.id), default=None)
        return best.id if best and likeness[best.id] >= 0.5 else question.id


class _Style:
    """How the headers of one question's passages look: all alike, so that no header tells which passage answers."""

    def __init__(self, draw: random.Random) -> None:
        self._bare, self._headed = draw.random() < _BARE, draw.random() < _HEADED
        self._draw = random.Random(draw.random())

    def header(self, byline: Byline) -> str:
        title = "" if self._bare else byline.title
        if not self._headed:
            return header(Byline(title))
        day = date(2001, 1, 1) + timedelta(days=self._draw.randrange(9_000))
        return header(Byline(title, outlet=self._draw.choice(_OUTLETS), published=day.isoformat()))


def _drawn(question: Question, chance: int, share: float) -> bool:
    """Draw a question by its id alone, so that other questions left out change nothing; chances are independent."""
    drawn: int = int(hashlib.sha256(question.id.encode()).hexdigest(), 16) // 1000**chance % 1000
    return drawn < 1000 * share


def _nearest(question: Question, passages: Sequence[Passage]) -> Passage:
    """Give the passage that shares most with a question, the first of several."""
    terms = set(content(question.text))
    return max(passages, key=lambda each: (len(terms & set(content(each.text))), -each.id))


def _inside(question: Question, passage: Passage) -> tuple[Span, ...]:
    return tuple(
        (gold.start - passage.start, gold.end - passage.start)
        for gold in question.spans
        if gold.article_id == passage.article_id and passage.start <= gold.start < gold.end <= passage.end
    )


def _may_answer(question: Question, hit: Hit) -> bool:
    passage = hit.passage
    overlaps = any(
        gold.article_id == passage.article_id and gold.start < passage.end and passage.start < gold.end
        for gold in question.spans
    )
    text = fold(passage.text)
    return overlaps or any(fold(answer.strip()) in text for answer in question.answers)
