"""Evidence to the probability that the first quote answers the question: logistic regression over a few features."""

import json
import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path

from qa.question import content
from qa.reader import Line
from qa.reply import Hit

_ONE_PLACE = 400  # characters
_WEIGHTS = Path(__file__).with_name("confidence.json")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an answer; every field lies in [0, 1] but the cosines, in [-1, 1].

    Attributes:
        cosine: Between the question and the first quote's sentence.
        passage: Cosine between the question and that sentence's passage; the best one's where it was
            found by words alone.
        share: Share of the question's content, rare words counting more, that the sentence holds.
        around: The same with the neighbouring sentences.
        near: The same for the sentence, each word discounted by its distance from an answer of the type asked for.
        whole: 1 when the rarest word of the question stands in the sentence or beside it.
        length: Content words of the question, eight or more counting 1: short questions have low cosines.
        agreement: Share of the five best passages by meaning that are also among the five best by words.
        margin: How far the best sentence is ahead of the best one elsewhere, 0.5 when level.
    """

    cosine: float
    passage: float
    share: float
    around: float
    near: float
    whole: float
    length: float
    agreement: float
    margin: float


def evidence(question: str, hits: Sequence[Hit], lines: Sequence[Line]) -> Evidence:
    """Gather the evidence for the first quote.

    Args:
        question: As it was searched for.
        hits: The passages read, best first.
        lines: Their sentences as the reader weighed them, best first; not empty.
    """
    first, length = lines[0], len(content(question))
    best_cosine = max((hit.scores["dense"] for hit in hits if "dense" in hit.scores), default=0.0)
    tops = [{hit.passage.id for hit in hits if hit.ranks.get(name, 99) <= 5} for name in ("dense", "lexical")]
    others = [line.score for line in lines if _apart(line, first)]
    margin = first.score - others[0] if others else 0.0
    return Evidence(
        cosine=first.cosine,
        passage=first.hit.scores.get("dense", best_cosine),
        share=first.share,
        around=first.around,
        near=first.near,
        whole=float(first.whole),
        length=min(1.0, length / 8),
        agreement=len(tops[0] & tops[1]) / max(1, min(len(tops[0]), len(tops[1]))),
        margin=1 / (1 + math.exp(-margin)),
    )


def _apart(line: Line, first: Line) -> bool:
    """Whether two sentences stand too far apart to be one answer."""
    same = line.hit.passage.article_id == first.hit.passage.article_id
    return not same or abs(line.span[0] - first.span[0]) > _ONE_PLACE


def probability(found: Evidence) -> float:
    """Give the probability that the first quote answers, in (0, 1)."""
    weights, intercept = _weights()
    return logistic(intercept + sum(w * x for w, x in zip(weights, astuple(found), strict=True)))


def logistic(x: float) -> float:
    """1 / (1 + exp(-x)), without overflow."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


@cache
def _weights() -> tuple[tuple[float, ...], float]:
    stored = json.loads(_WEIGHTS.read_text(encoding="utf-8"))
    return tuple(stored["weights"][name] for name in Evidence.__dataclass_fields__), stored["intercept"]
