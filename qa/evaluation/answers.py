"""Quotes, measured against what is known to answer the question."""

import re
import string
from collections import Counter
from collections.abc import Sequence
from typing import Final

from index.errors import EvaluationError
from index.text import count_words
from qa.evaluation.dataset import Gold, Question
from qa.evaluation.record import Quoted

FIGURES: Final[tuple[str, ...]] = (
    "quote_hit@1",
    "quote_hit@3",
    "answered_right",
    "answer_em",
    "answer_f1",
    "quote_words",
    "citation_precision",
    "citation_recall",
)
_SHOWN = 3
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)
_TYPED = str.maketrans({**dict.fromkeys("“”„«»‘’‚", "'"), **dict.fromkeys("‐‑–", "-"), **dict.fromkeys("—…", " ")})


def normalised(text: str) -> str:
    """Write a text as SQuAD's official script does before it compares.

    In its order: lower case, ASCII punctuation out, the words a, an and the out, white space squeezed (Rajpurkar et
    al. 2016, evaluate-v2.0.py). Typographic marks, such as “ and –, stay.
    """
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_NO_PUNCTUATION)).split())


def exact_match(answer: str, golds: Sequence[str]) -> float:
    """Say whether an answer is one of the gold answers after normalisation, 1 or 0.

    As SQuAD's script does, gold answers of which normalisation leaves nothing are passed over; where none is left, the
    right answer is nothing.
    """
    return float(normalised(answer) in _known(golds))


def f1(answer: str, golds: Sequence[str]) -> float:
    """Give the harmonic mean of precision and recall of an answer's words, the best over the gold answers.

    Words are those that normalisation leaves, each as often as it stands there (SQuAD's script). Where the answer or
    the gold answer has none, it is 1 if both have none, else 0. Gold answers are passed over as in `exact_match`.

    Returns:
        In [0, 1].
    """
    return max(_overlap(normalised(answer).split(), gold.split()) for gold in _known(golds))


def right(question: Question, article_id: str, start: int, end: int, text: str) -> bool | None:
    """Say whether a quote holds an answer.

    It does when one of these is so:

    - it contains a gold answer, both after SQuAD's normalisation, as a run of whole words: "2" is not in "2019". Before
      that, typographic marks are written as on a typewriter (“ as ', – as -, — as a space), so that “yes” holds yes. A
      gold answer of which normalisation leaves nothing is in no quote;
    - it overlaps a gold span of the same article by at least half of the span's length.

    Args:
        question: With the gold answers and the gold spans.
        article_id: Where the quote stands.
        start: Its first code point in the article's text.
        end: One past its last.
        text: Its words.

    Returns:
        None when neither answers nor spans are known.
    """
    if not question.answers and not question.spans:
        return None
    return _said(question, text) or any(gold.held_by(article_id, start, end) for gold in question.spans)


def measure(question: Question, quotes: Sequence[Quoted], offered: bool) -> dict[str, float]:
    """Measure the quotes found for a question that has an answer.

    - `quote_hit@1`, `quote_hit@3`: 1 when one of the first k quotes is `right`, else 0; offered or not, so that they
      depend on no threshold. Whether it was right to refuse is measured apart.
    - `answered_right`: 1 when the quotes were offered and the first is right, else 0.
    - `answer_em`, `answer_f1`: SQuAD's, on the first quote's marked words; 0 when none are marked. Absent when no
      answers are known.
    - `quote_words`: words of the first quote, as the limit of a quote counts them. Absent without quotes.
    - `citation_precision`: share of the first 3 quotes that overlap a gold span by at least half of the span: by the
      span and not by the shorter of both, so that a place that counts here is one that makes a quote right.
    - `citation_recall`: share of the gold places of which one of the first 3 quotes covers at least half, where spans
      that overlap are alternatives and count as one place. Both absent when no spans are known.

    Args:
        question: Answerable, with known answers or spans.
        quotes: Best first, as found.
        offered: Whether they were offered as an answer.

    Returns:
        Figure -> value in [0, 1], but for `quote_words`, in the order of `FIGURES`; without quotes, 0.

    Raises:
        EvaluationError: Neither answers nor spans are known.
    """
    if not question.answers and not question.spans:
        raise EvaluationError(f"Question {question.id} has no known answer and no known place: leave it out.")
    judgements = [right(question, each.article_id, each.start, each.end, each.text) for each in quotes[:_SHOWN]]
    first = quotes[0] if quotes else None
    found = {
        "quote_hit@1": float(any(judgements[:1])),
        "quote_hit@3": float(any(judgements)),
        "answered_right": float(offered and any(judgements[:1])),
    }
    if question.answers:
        marked = first.answer if first else None
        found["answer_em"] = 0.0 if marked is None else exact_match(marked, question.answers)
        found["answer_f1"] = 0.0 if marked is None else f1(marked, question.answers)
    if first:
        found["quote_words"] = float(count_words(first.text))
    if question.spans:
        found["citation_precision"], found["citation_recall"] = _citations(question, quotes[:_SHOWN])
    return found


def _known(golds: Sequence[str]) -> list[str]:
    """Give the gold answers that normalisation leaves something of; else the empty answer alone."""
    return [gold for each in golds if (gold := normalised(each))] or [""]


def _overlap(answer: Sequence[str], gold: Sequence[str]) -> float:
    """Give the F1 of two lists of words."""
    if not answer or not gold:
        return float(answer == gold)
    same = (Counter(answer) & Counter(gold)).total()
    return 2 * same / (len(answer) + len(gold))


def _said(question: Question, text: str) -> bool:
    """Whether the words of an answer stand in the text, whole and in a row."""
    within = f" {normalised(text.translate(_TYPED))} "
    return any((gold := normalised(each.translate(_TYPED))) and f" {gold} " in within for each in question.answers)


def _placed(question: Question, quote: Quoted) -> bool:
    """Whether a quote overlaps a gold span by half of it."""
    return any(gold.held_by(quote.article_id, quote.start, quote.end) for gold in question.spans)


def _citations(question: Question, quotes: Sequence[Quoted]) -> tuple[float, float]:
    """Give the precision and the recall of the quotes' places."""
    good = sum(_placed(question, quote) for quote in quotes)
    places = _places(question.spans)
    covered = sum(any(place.held_by(each.article_id, each.start, each.end) for each in quotes) for place in places)
    return good / max(1, len(quotes)), covered / len(places)


def _places(spans: Sequence[Gold]) -> list[Gold]:
    """Give the gold places, spans that overlap joined into one."""
    places: list[Gold] = []
    for gold in sorted(spans, key=lambda each: (each.article_id, each.start, each.end)):
        last = places[-1] if places else None
        if last and last.article_id == gold.article_id and gold.start < last.end:
            places[-1] = Gold(gold.article_id, last.start, max(last.end, gold.end))
        else:
            places.append(gold)
    return places
