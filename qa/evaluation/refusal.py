"""Selective answering: whether the confidence knows when the first quote answers, and when to say no."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from index.errors import EvaluationError

Floats: TypeAlias = Sequence[float] | NDArray[np.float64]
Flags: TypeAlias = Sequence[bool] | NDArray[np.bool_]

FIGURES: Final[tuple[str, ...]] = (
    "auroc",
    "aurc",
    "coverage@0.8",
    "coverage@0.9",
    "coverage@0.95",
    "ece",
    "brier",
    "answered",
    "precision",
    "refused_unanswerable",
    "refused_answerable",
)
_BARS = {"coverage@0.8": 0.8, "coverage@0.9": 0.9, "coverage@0.95": 0.95}
_BINS: Final = 15
_POINTS: Final = 200


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions whose confidence lies above `low` and not above `high`; the first bin holds 0 as well.

    Attributes:
        count: How many, 1 or more.
        confidence: Their mean confidence.
        right: Share of them whose first quote answers.
    """

    low: float
    high: float
    count: int
    confidence: float
    right: float

    def to_json(self) -> dict[str, Any]:
        """The object that an evaluation lists."""
        return asdict(self)


def measure(
    confidence: Floats, right: Flags, answerable: Flags, answered: Flags | None = None
) -> dict[str, float | None]:
    """Measure how well confidence tells right answers from wrong ones and from questions that have none.

    - `auroc`: chance that a question with an answer gets more confidence than one without, ties half (Mann and Whitney
      1947). None when there are no questions of one of the kinds.
    - `aurc`: area under the risk-coverage curve: mean over n = 1, 2, ... of the share of wrong ones among the n most
      confident (Geifman and El-Yaniv 2017); lower is better. Questions of equal confidence count as if in random order:
      each has its group's mean risk.
    - `coverage@p`: largest share of all questions that can be answered, the most confident first and those of equal
      confidence together, so that at least the share p of them is right; 0 when there is none.
    - `ece`: expected calibration error: mean distance of confidence and share right over 15 bins of equal width,
      weighed by their questions (Guo et al. 2017); lower is better.
    - `brier`: mean square of confidence less right (Brier 1950); lower is better.

    And with `answered`, at the threshold in force:

    - `answered`: share of the questions that were answered.
    - `precision`: share of right ones among the answered; None when none was.
    - `refused_unanswerable`: share refused of those that have no answer; None when all have one.
    - `refused_answerable`: share refused of those that have one; None when none has; lower is better.

    Args:
        confidence: Of each question, in [0, 1].
        right: Whether its first quote answers; False where it has no answer.
        answerable: Whether it has an answer.
        answered: Whether an answer was offered; None leaves its four figures out.

    Returns:
        Figure -> value in [0, 1], in the order of `FIGURES`; every value None without questions.

    Raises:
        EvaluationError: The lists differ in length, a confidence is outside [0, 1], or a question without an answer is
            said to be answered right.
    """
    sure, good = _checked(confidence, right)
    possible = _flags(answerable, sure.size)
    if bool((good & ~possible).any()):
        place = int(np.flatnonzero(good & ~possible)[0])
        raise EvaluationError(f"Question {place + 1} has no answer, yet its quote is said to be right: mend the rows.")
    offered = None if answered is None else _flags(answered, sure.size)
    names = FIGURES if offered is not None else FIGURES[: FIGURES.index("answered")]
    if not sure.size:
        return dict.fromkeys(names)
    figures = {"auroc": _auroc(sure, possible), **_selective(sure, good), **_calibration(sure, good)}
    if offered is not None:
        counts = shares(good, possible, offered)
        figures |= {name: hits / of if of else None for name, (hits, of) in counts.items()}
    return {name: figures[name] for name in names}


def shares(right: Flags, answerable: Flags, answered: Flags) -> dict[str, tuple[int, int]]:
    """Give the figures of `measure` at the threshold in force as counts: how many, of how many."""
    good, possible, offered = (np.asarray(each, dtype=np.bool_) for each in (right, answerable, answered))
    among = {
        "answered": offered,
        "precision": good[offered],
        "refused_unanswerable": ~offered[~possible],
        "refused_answerable": ~offered[possible],
    }
    return {name: (int(flags.sum()), flags.size) for name, flags in among.items()}


def risk_coverage(confidence: Floats, right: Flags) -> list[tuple[float, float]]:
    """Give the risk that each coverage costs.

    Args:
        confidence: Of each question, in [0, 1].
        right: Whether its first quote answers.

    Returns:
        (share of the questions answered, share of wrong ones among them), coverage rising to 1, one point for each
        confidence that occurs; where there are over 200, 200 of them, evenly spaced by number, first and last among
        them. Empty without questions.

    Raises:
        EvaluationError: As for `measure`.
    """
    sure, good = _checked(confidence, right)
    answered, correct = _groups(sure, good)
    kept = np.arange(answered.size)
    if answered.size > _POINTS:
        kept = np.linspace(0, answered.size - 1, _POINTS).round().astype(np.int64)
    coverage = answered[kept] / max(1, sure.size)
    risk = 1 - correct[kept] / answered[kept]
    return list(zip(coverage.tolist(), risk.tolist(), strict=True))


def reliability(confidence: Floats, right: Flags) -> list[Bin]:
    """Give what a reliability diagram shows: the 15 bins of `ece`, from low to high, empty ones left out.

    Args:
        confidence: Of each question, in [0, 1].
        right: Whether its first quote answers.

    Raises:
        EvaluationError: As for `measure`.
    """
    sure, good = _checked(confidence, right)
    counts, confident, correct = _binned(sure, good)
    return [
        Bin(k / _BINS, (k + 1) / _BINS, int(counts[k]), float(confident[k] / counts[k]), float(correct[k] / counts[k]))
        for k in np.flatnonzero(counts).tolist()
    ]


def _checked(confidence: Floats, right: Flags) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Give both as arrays."""
    sure = np.asarray(confidence, dtype=np.float64)
    outside = np.flatnonzero(~((sure >= 0) & (sure <= 1)))
    if outside.size:
        place = int(outside[0])
        raise EvaluationError(f"The confidence of question {place + 1} is {sure[place]}: it must lie in [0, 1].")
    return sure, _flags(right, sure.size)


def _flags(given: Flags, size: int) -> NDArray[np.bool_]:
    """Give the flags of as many questions as there are confidences."""
    flags = np.asarray(given, dtype=np.bool_)
    if flags.size != size:
        raise EvaluationError(f"There are {size} confidences and {flags.size} judgements: give one for each question.")
    return flags


def _auroc(sure: NDArray[np.float64], possible: NDArray[np.bool_]) -> float | None:
    """Give Mann and Whitney's U over its largest value."""
    with_answer = int(possible.sum())
    without = sure.size - with_answer
    if not with_answer or not without:
        return None
    u = rankdata(sure)[possible].sum() - with_answer * (with_answer + 1) / 2
    return float(u / (with_answer * without))


def _groups(sure: NDArray[np.float64], good: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give how many are answered and how many of them right, down to each confidence that occurs, highest first."""
    order = np.argsort(-sure, kind="stable")
    ranked = sure[order]
    last = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True)) if sure.size else np.empty(0, dtype=np.int64)
    return last + 1, np.cumsum(good[order], dtype=np.int64)[last]


def _selective(sure: NDArray[np.float64], good: NDArray[np.bool_]) -> dict[str, float | None]:
    """Give the area under the risk-coverage curve, and the coverages at which enough is right."""
    answered, correct = _groups(sure, good)
    sizes, wrong = np.diff(answered, prepend=0), np.diff(answered - correct, prepend=0)
    expected = np.cumsum(np.repeat(wrong / sizes, sizes))
    coverages: dict[str, float | None] = {}
    for name, bar in _BARS.items():
        enough = answered[correct / answered >= bar]
        coverages[name] = float(enough[-1] / sure.size) if enough.size else 0.0
    # Sums of shares may pass a whole number in the last digit.
    return {"aurc": min(1.0, float((expected / np.arange(1, sure.size + 1)).mean())), **coverages}


def _binned(sure: NDArray[np.float64], good: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Give each bin's number of questions, sum of confidence, and number of right ones; shape (3, bins)."""
    places = np.searchsorted(np.arange(1, _BINS) / _BINS, sure, side="left")
    weights = (np.ones_like(sure), sure, good)
    return np.array([np.bincount(places, each, minlength=_BINS) for each in weights], dtype=np.float64)


def _calibration(sure: NDArray[np.float64], good: NDArray[np.bool_]) -> dict[str, float | None]:
    """Give the expected calibration error and Brier's score."""
    _, confident, correct = _binned(sure, good)
    return {
        "ece": float(np.abs(confident - correct).sum() / sure.size),
        "brier": float(np.square(sure - good).mean()),
    }
