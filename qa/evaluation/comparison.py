"""Whether two evaluations of the same questions differ by more than chance."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from scipy.stats import false_discovery_control

from index.errors import EvaluationError
from qa.evaluation.chance import Interval, Matrix, Table, bootstrapped, chances, column
from qa.evaluation.explain import lower_is_better


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure in two evaluations, over the questions that both have it for.

    Attributes:
        n: How many questions, 1 or more.
        this: Mean in this evaluation.
        other: Mean in the other one.
        difference: `this` less `other`.
        interval: 95 % of the difference: percentiles of 2,000 bootstrap resamples of the pairs (Sakai 2006).
        p: Two-sided, of the paired randomization test of the mean difference (Smucker et al. 2007).
        q: `p` adjusted for all figures compared (Benjamini and Hochberg 1995): among figures with q of at most .05, one
            in twenty at most is expected to differ by chance alone.
        effect: Cohen's d of paired differences: their mean over their standard deviation (n - 1); 0 when no question
            differs, None when all differ by the same amount, which has no spread to be measured by.
        better: Number of questions with a better value in this evaluation: a lower one where lower is better.
        worse: Number with a worse one.
        same: Number with equal ones.
        only_this: Number of questions that only this evaluation has the figure for.
        only_other: Number that only the other one has it for.
    """

    n: int
    this: float
    other: float
    difference: float
    interval: Interval
    p: float
    q: float
    effect: float | None
    better: int
    worse: int
    same: int
    only_this: int
    only_other: int

    def to_json(self) -> dict[str, Any]:
        """The object that a comparison lists for a figure; the interval is called "ci95" there, as in a result."""
        values = asdict(self)
        return {"ci95": list(values.pop("interval")), **values}


@dataclass(frozen=True, slots=True)
class Change:
    """A question that a figure changed for; `difference` is `this` less `other`."""

    question: str
    this: float
    other: float
    difference: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two evaluations, compared.

    Attributes:
        figures: Figure -> how it differs, in this evaluation's order.
        left_out: Figure that could not be compared -> why.
        both: Number of questions that both evaluations have any figure for.
        only_this: Number that only this one has any for.
        only_other: Number that only the other one has any for.
        this: What was compared: figure -> question id -> value.
        other: What it was compared with.
    """

    figures: Mapping[str, Difference]
    left_out: Mapping[str, str]
    both: int
    only_this: int
    only_other: int
    this: Table
    other: Table

    def changed(self, figure: str, most: int = 20) -> list[Change]:
        """Give the questions that a figure changed most for.

        Args:
            figure: One of `figures`.
            most: How many at most, 0 or more.

        Returns:
            Largest change first, up or down alike; ties by question id. Unchanged questions are left out.

        Raises:
            EvaluationError: The figure was not compared.
        """
        if figure not in self.figures:
            raise EvaluationError(f"“{figure}” was not compared: choose one of {', '.join(self.figures)}.")
        this, other = self.this[figure], self.other[figure]
        changes = [Change(name, this[name], other[name], this[name] - other[name]) for name in this if name in other]
        changes.sort(key=lambda change: (-abs(change.difference), change.question))
        return [change for change in changes if change.difference][:most]

    def to_json(self) -> dict[str, Any]:
        """The object that a comparison is printed as: counts of questions, the figures, and what was left out."""
        return {
            "questions": {"both": self.both, "only_this": self.only_this, "only_other": self.only_other},
            "figures": {figure: each.to_json() for figure, each in self.figures.items()},
            "left_out": dict(self.left_out),
        }


def compare(this: Table, other: Table, seed: int = 0) -> Comparison:
    """Compare two evaluations of the same questions, figure by figure.

    Higher is called better but for figures such as `brier`, of which lower is; where neither is, as of `quote_words`,
    read `better` and `worse` as more and fewer. Exchanging the two turns every difference round and changes no p; the
    order of the questions changes nothing.

    Args:
        this: Figure -> question id -> value.
        other: The evaluation that it is held against.
        seed: Of the random numbers; figures over the same questions share their resamples and their sign flips.

    Raises:
        EvaluationError: No figure has a question in both, or a value is not finite.
    """
    groups: dict[frozenset[str], list[str]] = {}
    for figure in this:
        if shared := frozenset(this[figure].keys() & other.get(figure, {}).keys()):
            groups.setdefault(shared, []).append(figure)
    if not groups:
        raise EvaluationError(
            "The two evaluations have no figure of the same question in common: compare evaluations of the same set."
        )
    found: dict[str, Difference] = {}
    for shared, figures in groups.items():
        found |= _differences(this, other, (figures, sorted(shared)), seed)
    compared = [figure for figure in this if figure in found]
    adjusted = false_discovery_control([found[figure].p for figure in compared], method="bh").tolist()
    asked, answered = ({question for values in table.values() for question in values} for table in (this, other))
    return Comparison(
        figures={figure: replace(found[figure], q=q) for figure, q in zip(compared, adjusted, strict=True)},
        left_out=_left_out(this, other, found),
        both=len(asked & answered),
        only_this=len(asked - answered),
        only_other=len(answered - asked),
        this=this,
        other=other,
    )


def _differences(this: Table, other: Table, where: tuple[list[str], list[str]], seed: int) -> dict[str, Difference]:
    """Compare figures that have the same questions in common; q is p as yet."""
    figures, questions = where
    mine, theirs = (np.column_stack([column(table, each, questions) for each in figures]) for table in (this, other))
    differences = mine - theirs
    bounds, p = bootstrapped(differences, seed), chances(differences, seed).tolist()
    return {
        figure: Difference(
            n=len(questions),
            this=float(mine[:, place].mean()),
            other=float(theirs[:, place].mean()),
            difference=float(differences[:, place].mean()),
            interval=bounds[place],
            p=p[place],
            q=p[place],
            effect=_effect(differences[:, place]),
            better=int((_gain(figure) * differences[:, place] > 0).sum()),
            worse=int((_gain(figure) * differences[:, place] < 0).sum()),
            same=int((differences[:, place] == 0).sum()),
            only_this=len(this[figure]) - len(questions),
            only_other=len(other[figure]) - len(questions),
        )
        for place, figure in enumerate(figures)
    }


def _gain(figure: str) -> int:
    return -1 if lower_is_better(figure) else 1


def _effect(differences: Matrix) -> float | None:
    """Give Cohen's d of paired differences."""
    if not differences.any():
        return 0.0
    # Equal differences of rounded values differ in the last digit.
    if np.ptp(differences) <= 1e-12 * np.abs(differences).max():
        return None
    return float(differences.mean() / differences.std(ddof=1))


def _left_out(this: Table, other: Table, found: Mapping[str, Difference]) -> dict[str, str]:
    """Say why a figure could not be compared, this evaluation's first."""
    reasons = {}
    for figure in [*this, *(figure for figure in other if figure not in this)]:
        if figure not in other:
            reasons[figure] = "only this evaluation has it"
        elif figure not in this:
            reasons[figure] = "only the other evaluation has it"
        elif figure not in found:
            reasons[figure] = "the two evaluations have it for different questions"
    return reasons
