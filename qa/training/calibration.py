"""Questions that the network has not seen -> how sentences are weighed, and how sure a reply is: two files of weights.

Both are fitted on half of the titles kept out of the network's training; the other half is measured on. The confidence
is fitted besides on small corpora drawn from them, in which the articles that answer are kept or left out, so that "the
subject is there, the answer is not" is among what is learnt, at every size.
"""

import json
import math
import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logsumexp

from index.embed import SentenceEmbedder
from index.settings import Settings
from qa.answer import QA
from qa.assemble import assemble
from qa.confidence import Evidence, evidence
from qa.evaluation import readying
from qa.evaluation.answers import right
from qa.evaluation.asking import GROUP
from qa.evaluation.dataset import Dataset, Question
from qa.evaluation.memory import Memory
from qa.marking import Marker
from qa.reader import Line, features, ranked, sentence, weights
from qa.reply import Hit

Floats = NDArray[np.float64]

_SIZES = (1, 2, 5, 20)
"""Titles in a small corpus; half of their articles are left out."""
_OF_EACH_SIZE, _ASKED = 3, 24
"""Small corpora of each size from each set, and questions asked of each."""
_FOREIGN = 6
"""Questions asked of a small corpus that are about other titles."""
_OF_WHOLE = 600
"""Questions asked of a whole set, drawn from it where it has more."""
_L2 = 1e-3
_UNKNOWN = -2.0
"""Set, not fitted: questions written with a text in view paraphrase it more than readers' questions do."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question that was asked, and its sentences as they were weighed; `missing` where its article was left out."""

    question: Question
    hits: Sequence[Hit]
    lines: Sequence[Line]
    qa: QA
    missing: bool = False


def asked(
    dataset: Dataset, settings: Settings, marker: Marker | None, missing: frozenset[str] = frozenset()
) -> Iterator[Case]:
    """Ask every question of a set.

    Args:
        dataset: Its corpus is indexed in the folder `settings.home`.
        settings: How to search and read.
        marker: Reads the best passages; None for the plain path.
        missing: Questions that nothing in the corpus answers, whatever the set says.
    """
    embedder = SentenceEmbedder(settings)
    ready = readying.index(dataset, settings, embedder, settings.home, lambda *_: None)
    with closing(Memory(embedder, settings.home)) as memory:
        qa = assemble(ready.settings, memory, marker)
        for first in range(0, len(dataset.questions), GROUP):
            group = dataset.questions[first : first + GROUP]
            memory.questions([question.text for question in group])
            hits = [qa.searcher.search(question.text, settings.read_passages) for question in group]
            read = [(question.text, found) for question, found in zip(group, hits, strict=True)]
            for question, found, lines in zip(group, hits, qa.reader.weigh(read), strict=True):
                yield Case(question, found, lines, qa, question.id in missing)


def weighed_anew(cases: Sequence[Case]) -> list[Case]:
    """Order the sentences by the weights that are stored now, not those of when they were asked."""
    stored = weights()
    return [replace(case, lines=ranked(case.lines, stored)) for case in cases]


def sentences(cases: Sequence[Case]) -> dict[str, float]:
    """Fit the weights of a sentence's features: multinomial logistic regression over the sentences of a question.

    Returns:
        Name -> weight.
    """
    groups: list[tuple[Floats, NDArray[np.bool_]]] = []
    for case in cases:
        good = [_right(case.question, line) for line in case.lines]
        if any(good):
            groups.append((np.array([astuple(features(line)) for line in case.lines]), np.array(good)))
    names = list(features(cases[0].lines[0]).__dataclass_fields__)

    def cost(weights: Floats) -> tuple[float, Floats]:
        total, slope = 0.0, np.zeros_like(weights)
        for values, good in groups:
            scores = values @ weights
            chances = np.exp(scores - logsumexp(scores))
            share = chances[good].sum()
            total -= math.log(share)
            slope -= (np.where(good, chances, 0) / share - chances) @ values
        penalty = _L2 * float(weights @ weights)
        return total / len(groups) + penalty, slope / len(groups) + 2 * _L2 * weights

    fitted = minimize(cost, np.zeros(len(names)), jac=True, method="L-BFGS-B").x
    return {name: round(float(weight), 3) for name, weight in zip(names, fitted, strict=True)}


def confidence(cases: Sequence[Case]) -> tuple[dict[str, float], float]:
    """Fit the probability that the first quote answers: logistic regression, the weight of `unknown` given.

    Returns:
        Name -> weight of a piece of evidence, and the intercept.
    """
    known = [case for case in cases if case.lines]
    names = [*Evidence.__dataclass_fields__]
    values = np.array([astuple(_evidence(case)) for case in known])
    labels = np.array([_answers(case) for case in known])
    place = names.index("unknown")
    given, values = _UNKNOWN * values[:, place], np.delete(values, place, axis=1)
    mean, spread = values.mean(axis=0), values.std(axis=0)
    spread[spread == 0] = 1.0
    scaled = np.hstack([(values - mean) / spread, np.ones((len(known), 1))])

    def cost(weights: Floats) -> tuple[float, Floats]:
        scores = scaled @ weights + given
        loss = np.logaddexp(0, np.where(labels, -scores, scores)).mean()
        penalty = np.append(weights[:-1], 0.0)
        return float(loss + _L2 * penalty @ penalty), scaled.T @ (expit(scores) - labels) / len(
            known
        ) + 2 * _L2 * penalty

    fitted = minimize(cost, np.zeros(scaled.shape[1]), jac=True, method="L-BFGS-B").x
    weights = fitted[:-1] / spread
    intercept = float(fitted[-1] - weights @ mean)
    weights = np.insert(weights, place, _UNKNOWN)
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}, round(intercept, 4)


def whole(dataset: Dataset, seed: int) -> Dataset:
    """Draw the questions that are asked of a whole set."""
    if len(dataset.questions) <= _OF_WHOLE:
        return dataset
    return replace(dataset, questions=tuple(random.Random(seed).sample(dataset.questions, _OF_WHOLE)))


def drawn(dataset: Dataset, seed: int) -> Iterator[tuple[Dataset, frozenset[str]]]:
    """Draw small corpora from a set that has its own, each with questions and those that nothing in it answers."""
    assert isinstance(dataset.corpus, Path)
    with dataset.corpus.open(encoding="utf-8") as lines:
        articles = {row["_id"]: row for row in map(json.loads, lines)}
    home: dict[str, list[Question]] = {}
    for question in dataset.questions:
        for id in {gold.article_id for gold in question.spans}:
            home.setdefault(articles[id]["title"], []).append(question)
    draw = random.Random(seed)
    for size in (size for size in _SIZES for _ in range(_OF_EACH_SIZE)):
        titles = draw.sample(sorted(home), min(size, len(home)))
        every = [id for id, row in articles.items() if row["title"] in titles]
        kept = set(draw.sample(every, max(1, len(every) // 2)))
        own = [question for title in titles for question in home[title]]
        others = draw.sample(dataset.questions, min(_FOREIGN, len(dataset.questions)))
        by_id = {each.id: each for each in (*draw.sample(own, min(_ASKED, len(own))), *others)}
        questions = tuple(by_id.values())
        missing = {each.id for each in questions if not kept & {gold.article_id for gold in each.spans}}
        corpus = "\n".join(json.dumps(articles[id], ensure_ascii=False) for id in articles if id in kept).encode()
        yield replace(dataset, questions=questions, corpus=corpus), frozenset(missing)


def _evidence(case: Case) -> Evidence:
    return evidence(case.question.text, case.hits, case.lines, case.qa.reader.words)


def _answers(case: Case) -> bool:
    if case.missing or case.question.answerable is False:
        return False
    quote = case.qa.reader.read(case.lines, 1)[0]
    return bool(right(case.question, quote.article.id, quote.start, quote.end, quote.text))


def _right(question: Question, line: Line) -> bool:
    start, end = line.span
    passage = line.hit.passage
    return bool(right(question, passage.article_id, start, end, sentence(passage, line.place)))
