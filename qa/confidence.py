"""Evidence to the probability that the first quote answers the question: logistic regression over a few features."""

import json
import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path

from index.lexical import Words
from qa.question import content
from qa.reader import Line
from qa.reply import LEAST_ODDS, Hit

_COMPLETE = 0.85
MOST_ODDS = 8.0
_ONE_PLACE = 400  # characters
WEIGHTS = Path(__file__).with_name("confidence.json")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an answer.

    Attributes:
        odds: What the reading network gives the first quote's sentence, from -8 to 8; 0 where it did not read it.
        ahead: How far those are above the best it gives elsewhere, from -8 to 8; 0 where there is no other.
        cosine: Between the question and the first quote's sentence, in [-1, 1].
        complete: 1 when the sentence holds nearly all of the question's content, else 0.
        complete_cosine: The cosine where it is complete, else 0: short questions have low cosines, and a sentence
            that holds all their words needs no high one.
        passage: Cosine between the question and that sentence's passage; the best passage's where it was found by
            words alone.
        around: Share of the question's content, rare words counting more, that the sentence or one beside it holds.
        near: The same for the sentence, each word discounted by its distance from an answer of the type asked for.
        agreement: Share of the five best passages by meaning that are also among the five best by words.
        margin: How far the best sentence is ahead of the best one elsewhere, in (0, 1), 0.5 when level.
        unknown: Share of the question's content words that no passage of the whole index holds.
        size: Decimal logarithm of the number of passages: among many, more come near by chance.
    """

    odds: float
    ahead: float
    cosine: float
    complete: float
    complete_cosine: float
    passage: float
    around: float
    near: float
    agreement: float
    margin: float
    unknown: float
    size: float


def evidence(question: str, hits: Sequence[Hit], lines: Sequence[Line], words: Words) -> Evidence:
    """Gather the evidence for the first quote.

    Args:
        question: As it was searched for.
        hits: The passages read, best first.
        lines: Their sentences as the reader weighed them, best first; not empty.
        words: The index searched.
    """
    first, wanted = lines[0], content(question, lines[0].hit.passage.language)
    complete = first.share >= _COMPLETE
    best_cosine = max((hit.scores["dense"] for hit in hits if "dense" in hit.scores), default=0.0)
    tops = [{hit.passage.id for hit in hits if hit.ranks.get(name, 99) <= 5} for name in ("dense", "lexical")]
    elsewhere = [line for line in lines if _apart(line, first)]
    others = [line.score for line in elsewhere]
    odds, rival = _odds(first), max(map(_odds, elsewhere), default=None)
    return Evidence(
        odds=odds,
        ahead=0.0 if rival is None else max(-MOST_ODDS, min(MOST_ODDS, odds - rival)),
        cosine=first.cosine,
        complete=float(complete),
        complete_cosine=first.cosine if complete else 0.0,
        passage=first.hit.scores.get("dense", best_cosine),
        around=first.around,
        near=first.near,
        agreement=len(tops[0] & tops[1]) / max(1, min(len(tops[0]), len(tops[1]))),
        margin=logistic(first.score - others[0] if others else 0.0),
        unknown=sum(not words.holds(term) for term in wanted) / max(1, len(wanted)),
        size=math.log10(max(1, len(words))),
    )


def _odds(line: Line) -> float:
    return max(LEAST_ODDS, min(MOST_ODDS, line.marked.odds)) if line.marked else 0.0


def _apart(line: Line, first: Line) -> bool:
    """Whether two sentences stand too far apart to be one answer."""
    same = line.hit.passage.article_id == first.hit.passage.article_id
    return not same or abs(line.span[0] - first.span[0]) > _ONE_PLACE


def probability(found: Evidence, *, read: bool) -> float:
    """Give the probability that the first quote answers, in (0, 1).

    Args:
        found: As `evidence` gives it.
        read: Whether our own network read the first quote's sentence.
    """
    weights, intercept = _weights()["read" if read else "plain"]
    return logistic(intercept + sum(w * x for w, x in zip(weights, astuple(found), strict=True)))


def logistic(x: float) -> float:
    """1 / (1 + exp(-x)), without overflow."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


@cache
def _weights() -> dict[str, tuple[tuple[float, ...], float]]:
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    names = Evidence.__dataclass_fields__
    return {
        way: (tuple(stored[way]["weights"][name] for name in names), stored[way]["intercept"])
        for way in ("read", "plain")
    }
