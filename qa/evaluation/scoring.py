"""Rows without figures -> rows with them, and the figures of the whole; every question left out says why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from index.corpus import Corpus
from index.errors import ArticleError
from qa.evaluation import answers, chance, refusal, retrieval
from qa.evaluation.dataset import Gold, Question
from qa.evaluation.record import Row

PASSAGE = "passage "
"""Begins the name of a figure of passages, which are right where they hold half of a gold place."""
PASSAGE_FIGURES = ("nDCG@10", "R@1", "R@5", "R@10", "R@20", "R@100", "RR@10", "AP@100")
DECIDED, BRIER = "decided_right", "brier"
_MEANS = {"quote_words": "quote_words_mean"}
_NO_ARTICLE = "no relevant article is known"
_NO_PLACE = "no place of an answer is known"
_NO_PASSAGE = "no passage holds half of a known place"
_NO_ANSWER = "the articles hold no answer"
_UNKNOWN = "nobody knows whether the articles hold an answer"
_NO_WORDS = "neither the words nor the place of its answer are known"

FIGURES = (
    *retrieval.FIGURES,
    *(PASSAGE + name for name in PASSAGE_FIGURES),
    *(_MEANS.get(name, name) for name in answers.FIGURES),
    "quote_valid",
    *refusal.FIGURES,
    DECIDED,
)
"""Every figure of quality, as results name them."""


def score(rows: Sequence[Row], questions: Sequence[Question], corpus: Corpus) -> list[Row]:
    """Give the rows with their figures, and with what is right in them marked.

    Args:
        rows: One for each question, in the same order.
        questions: What is known about them.
        corpus: The articles they were asked over.
    """
    judged = {question.id: question.judged for question in questions}
    found = retrieval.measure({row.id: row.ranking for row in rows}, judged)
    passages = _judged_passages(questions, corpus)
    within = retrieval.measure({row.id: row.passages for row in rows}, passages)
    return [
        _scored(_marked(row, question, passages.get(row.id)), question, found.get(row.id), within.get(row.id))
        for row, question in zip(rows, questions, strict=True)
    ]


def _marked(row: Row, question: Question, passages: Mapping[str, int] | None) -> Row:
    """Mark what is right among the quotes and the passages of a row."""
    quotes = tuple(
        replace(each, right=answers.right(question, each.article_id, each.start, each.end, each.text))
        for each in row.quotes
    )
    found = tuple(replace(each, right=None if passages is None else each.passage in passages) for each in row.found)
    return replace(row, quotes=quotes, found=found)


def _scored(row: Row, question: Question, found: Mapping[str, float] | None, within: Mapping[str, float] | None) -> Row:
    figures: dict[str, float] = dict(found or {})
    left_out: dict[str, str] = {} if found else {"retrieval": _NO_ARTICLE}
    if within:
        figures.update({PASSAGE + name: within[name] for name in PASSAGE_FIGURES})
    else:
        left_out["passages"] = _NO_PASSAGE if question.spans else _NO_PLACE
    known = bool(question.answers or question.spans)
    if question.answerable and known:
        figures.update(answers.measure(question, row.quotes, row.status == "answered"))
    else:
        left_out["answers"] = _NO_ANSWER if question.answerable is False else _NO_WORDS if not known else _UNKNOWN
    if question.answerable is False or (question.answerable and known):
        answered = row.status == "answered"
        figures[DECIDED] = float(answered and _right(row) if question.answerable else not answered)
        figures[BRIER] = (row.confidence - _right(row)) ** 2
    else:
        left_out["refusal"] = _UNKNOWN if question.answerable is None else _NO_WORDS
    return replace(row, figures=figures, left_out=left_out)


def _judged_passages(questions: Sequence[Question], corpus: Corpus) -> dict[str, dict[str, int]]:
    """Give, for each question with places, the passages that hold at least half of one."""
    held: dict[Gold, list[str]] = {}
    for gold in {gold for question in questions for gold in question.spans}:
        held[gold] = [
            passage.name
            for passage in corpus.passages_of(gold.article_id)
            if gold.held_by(passage.article_id, passage.start, passage.end)
        ]
    return {
        question.id: {name: 1 for gold in question.spans for name in held[gold]}
        for question in questions
        if question.spans
    }


def table(rows: Sequence[Row]) -> dict[str, dict[str, float]]:
    """Give figure -> question id -> value, figures in the order in which they first appear."""
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        for name, value in row.figures.items():
            found.setdefault(name, {})[row.id] = value
    return found


def figures(rows: Sequence[Row], corpus: Corpus) -> dict[str, Any]:
    """Give the sections of a result that the rows make: means, refusal, intervals, curves, and what was left out.

    Args:
        rows: As `score` gives them.
        corpus: The articles the quotes are checked against once more.
    """
    by_figure = table(rows)
    means = {name: sum(values.values()) / len(values) for name, values in by_figure.items()}
    counted = [row for row in rows if BRIER in row.figures]
    sure = np.array([row.confidence for row in counted])
    right = np.array([_right(row) for row in counted], dtype=bool)
    answerable = np.array([row.answerable is True for row in counted], dtype=bool)
    answered = np.array([row.status == "answered" for row in counted], dtype=bool)

    def refusals(of: Any) -> dict[str, float | None]:
        return refusal.measure(sure[of], right[of], answerable[of], answered[of])

    everything = slice(None)
    ran = {row.id: row.ranking for row in rows}
    judged = {row.id: row.judged for row in rows}
    intervals = {_MEANS.get(name, name): pair for name, pair in chance.intervals(by_figure).items()}
    intervals |= chance.resampled(refusals, len(counted))
    shares = refusal.shares(right, answerable, answered)
    intervals |= {name: chance.wilson(hits, of) for name, (hits, of) in shares.items() if of}
    return {
        "questions": _counts(rows),
        "retrieval": _section(means, retrieval.FIGURES),
        "passages": _section(means, [PASSAGE + name for name in PASSAGE_FIGURES]),
        "answers": {
            **{_MEANS.get(name, name): value for name, value in _section(means, answers.FIGURES).items()},
            "quote_valid": _valid(rows, corpus),
        },
        "refusal": {**refusals(everything), DECIDED: means.get(DECIDED)},
        "ci95": intervals,
        "curves": {
            "recall": retrieval.recall_curve(ran, judged),
            "risk_coverage": refusal.risk_coverage(sure, right),
            "reliability": [each.to_json() for each in refusal.reliability(sure, right)],
        },
    }


def _right(row: Row) -> bool:
    return row.answerable is True and bool(row.quotes) and row.quotes[0].right is True


def _section(means: Mapping[str, float], names: Sequence[str]) -> dict[str, float | None]:
    return {name: means.get(name) for name in names}


def _counts(rows: Sequence[Row]) -> dict[str, Any]:
    families = ("retrieval", "passages", "answers", "refusal")
    return {
        "all": len(rows),
        "answerable": sum(row.answerable is True for row in rows),
        "unanswerable": sum(row.answerable is False for row in rows),
        "unknown": sum(row.answerable is None for row in rows),
        "failed": sum(row.status == "failed" for row in rows),
        "counted": {family: sum(family not in row.left_out for row in rows) for family in families},
        "left_out": {
            family: dict(Counter(row.left_out[family] for row in rows if family in row.left_out)) for family in families
        },
    }


def _valid(rows: Sequence[Row], corpus: Corpus) -> float | None:
    """Give the share of quotes that stand in the stored articles word for word; None without quotes."""
    texts: dict[str, str] = {}
    valid = total = 0
    for row in rows:
        for quote in row.quotes:
            if quote.article_id not in texts:
                texts[quote.article_id] = _text(corpus, quote.article_id)
            total += 1
            valid += texts[quote.article_id][quote.start : quote.end] == quote.text != ""
    return valid / total if total else None


def _text(corpus: Corpus, id: str) -> str:
    try:
        article = corpus.article(id)
    except ArticleError:
        return ""
    return article.text if article.sha256 == corpus.sha256(id) else ""
