"""A Dataset -> examples: each question with a passage that answers it, and with near misses found and made."""

import hashlib
import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal, TypeAlias

from index.article import Passage, Span
from index.chunk import header
from index.corpus import Corpus
from index.embed import SentenceEmbedder
from index.settings import Settings
from index.text import fold
from qa.assemble import assemble
from qa.evaluation import readying
from qa.evaluation.asking import GROUP
from qa.evaluation.dataset import Dataset, Question
from qa.evaluation.memory import Memory
from qa.reply import Hit
from qa.search import Searcher
from qa.training.misses import Turned, without_answer

Kind: TypeAlias = Literal["answer", "trap", "found", "removed", "turned"]
"""A passage that answers; the one nearest to a question that has no answer; one that our search gave and that does not
answer; the answering one without the sentence that answers; the answering one under a question turned another way."""

_MISTAKEN = 4
"""Passages kept for a question that do not answer it."""
_AMONG = 20
"""They are drawn from this many of the best hits, the best of them always kept: it is the nearest miss."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question and a passage.

    Attributes:
        question: Its id within its source.
        asked: The question's words.
        header: The line that stands before the passage, as when it is embedded.
        text: The passage's words.
        spans: Places in `text` that answer, code points; empty where it does not answer.
        kind: What it is.
    """

    source: str
    question: str
    asked: str
    header: str
    text: str
    spans: tuple[Span, ...]
    kind: Kind


def examples(dataset: Dataset, settings: Settings, tell: readying.Tell) -> Iterator[Example]:
    """Pair every question with passages, as they are cut and found when somebody asks.

    Args:
        dataset: Its corpus is indexed in the folder `settings.home`.
        settings: How passages are cut and searched.
        tell: Told the stage, and how much of it is done.

    Yields:
        For each question in its order: one passage that wholly holds a gold place, where there is one, with the near
        misses made of it; then up to four that do not answer it, the best ranked first. Of those, a passage that holds
        a gold answer's words anywhere is left out.
    """
    embedder = SentenceEmbedder(settings)
    ready = readying.index(dataset, settings, embedder, settings.home, tell)
    with closing(Memory(embedder, settings.home)) as memory:
        qa = assemble(ready.settings, memory, None)
        turned = Turned(question.text for question in dataset.questions)
        rest, asked = iter(dataset.questions), 0
        while group := list(islice(rest, GROUP)):
            memory.questions([question.text for question in group])
            for question in group:
                for passage, example in _of(question, turned, qa.searcher, qa.corpus):
                    line = header(qa.corpus.article(passage.article_id).byline)
                    yield replace(example, source=dataset.name, header=line)
            asked += len(group)
            tell("searching", asked, len(dataset.questions))


def _of(question: Question, turned: Turned, searcher: Searcher, corpus: Corpus) -> Iterator[tuple[Passage, Example]]:
    # Drawn by the question's id, so that other questions left out change nothing.
    draw = random.Random(hashlib.sha256(question.id.encode()).digest())

    def example(
        passage: Passage, kind: Kind, text: str | None = None, asked: str | None = None, spans: tuple[Span, ...] = ()
    ) -> tuple[Passage, Example]:
        return passage, Example("", question.id, asked or question.text, "", text or passage.text, spans, kind)

    right = [each for id in {gold.article_id for gold in question.spans} for each in corpus.passages_of(id)]
    right = sorted((each for each in right if _inside(question, each)), key=lambda each: each.id)
    if right:
        passage = draw.choice(right)
        spans = _inside(question, passage)
        yield example(passage, "answer", spans=spans)
        if left := without_answer(passage, spans, question.answers):
            yield example(passage, "removed", text=left)
        if other := turned.turn(question.text, passage.text, draw):
            yield example(passage, "turned", asked=other)
    if right or not question.spans:
        hits = [hit for hit in searcher.search(question.text, _AMONG) if not _may_answer(question, hit)]
        for place, hit in enumerate(hits[:1] + draw.sample(hits[1:], min(_MISTAKEN - 1, len(hits[1:])))):
            yield example(hit.passage, "trap" if place == 0 and not question.spans else "found")


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
