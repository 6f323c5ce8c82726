"""How far chance alone moves a mean over questions: bootstrap intervals, paired randomization tests."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from index.errors import EvaluationError

Table: TypeAlias = Mapping[str, Mapping[str, float]]
"""Figure -> question id -> value; figures may cover different questions."""
Interval: TypeAlias = tuple[float, float]
Matrix: TypeAlias = NDArray[np.float64]

_RESAMPLES: Final = 2_000
_FLIPS: Final = 10_000
_PERCENTILES: Final = (2.5, 97.5)
_CELLS: Final = 4_000_000  # random numbers held at once: 32 MB
_ROUNDING: Final = 1e-12
_LEAST_KNOWN: Final = 0.95


def intervals(table: Table, seed: int = 0) -> dict[str, Interval]:
    """Give the 95 % interval of the mean of each figure over its questions.

    Of a figure that is 0 or 1 for each question, Wilson's score interval (1927), which is none too short where nearly
    all questions are alike; of others, percentiles 2.5 and 97.5 of the means of 2,000 bootstrap resamples of the
    questions (Efron 1979; Sakai 2006).

    Args:
        table: Figure -> question id -> value; the order of the questions changes nothing.
        seed: Of the random numbers; the same values and seed give the same interval.

    Returns:
        Figure -> (low, high), in the order of `table`; a figure without questions has none; both the value itself when
        all values are the same and neither 0 nor 1.

    Raises:
        EvaluationError: A value is not finite.
    """
    by_size: dict[int, list[str]] = {}
    for figure, values in table.items():
        if values:
            by_size.setdefault(len(values), []).append(figure)
    found: dict[str, Interval] = {}
    for figures in by_size.values():
        # Each interval stands alone, so that figures of other questions can share resamples; sorted, order is nothing.
        columns = np.column_stack([np.sort(column(table, figure, table[figure])) for figure in figures])
        found |= dict(zip(figures, bootstrapped(columns, seed), strict=True))
        for place, figure in enumerate(figures):
            of_figure = columns[:, place]
            if np.isin(of_figure, (0.0, 1.0)).all():
                found[figure] = wilson(int(of_figure.sum()), len(of_figure))
    return {figure: found[figure] for figure in table if figure in found}


def wilson(hits: int, n: int) -> Interval:
    """Give the 95 % score interval of a share (Wilson 1927).

    Args:
        hits: How many of them.
        n: 1 or more.
    """
    bounds = binomtest(hits, n).proportion_ci(method="wilson")
    return float(bounds.low), float(bounds.high)


def resampled(
    function: Callable[[NDArray[np.int64]], Mapping[str, float | None]], n: int, times: int = 1_000, seed: int = 0
) -> dict[str, Interval]:
    """Give the 95 % intervals of figures that are no means over questions.

    Args:
        function: Takes the places (0 to n - 1) of the questions drawn, n of them, some more than once; gives their
            figures, None for one that has no value.
        n: Number of questions.
        times: Number of bootstrap resamples, 1 or more.
        seed: Of the random numbers.

    Returns:
        Figure -> percentiles 2.5 and 97.5, in the function's order. A figure that was None in over 5 % of the resamples
        has none: the others are no fair sample. Nor has one that was always 0, or always 1: resampling so few questions
        cannot tell how near the end of the scale it is. Empty without questions.
    """
    random = np.random.default_rng(seed)
    values: dict[str, list[float]] = {}
    for _ in range(times if n else 0):
        for figure, value in function(random.integers(0, n, n)).items():
            known = values.setdefault(figure, [])
            if value is not None:
                known.append(value)
    return {
        figure: _percentiles(np.array(known)[:, None])[0]
        for figure, known in values.items()
        if len(known) >= _LEAST_KNOWN * times and set(known) not in ({0.0}, {1.0})
    }


def column(table: Table, figure: str, questions: Sequence[str] | Mapping[str, float]) -> Matrix:
    """Give the values of a figure for some questions, in their order.

    Raises:
        EvaluationError: A value is not finite.
    """
    values = np.array([table[figure][question] for question in questions], dtype=np.float64)
    for question, finite in zip(questions, np.isfinite(values).tolist(), strict=True):
        if not finite:
            raise EvaluationError(
                f"{figure} of question {question} is {table[figure][question]}, which has no mean: leave it out."
            )
    return values


def bootstrapped(columns: Matrix, seed: int) -> list[Interval]:
    """Give the 95 % interval of the mean of each column, as `interval` does; all columns are resampled alike.

    Args:
        columns: Shape (questions, figures), one question or more.
        seed: Of the random numbers.
    """
    n = len(columns)
    random = np.random.default_rng(seed)
    means = []
    for rows in _blocks(_RESAMPLES, n):
        drawn = random.integers(0, n, (rows, n)) + np.arange(rows)[:, None] * n
        counts = np.bincount(drawn.ravel(), minlength=rows * n).reshape(rows, n)
        means.append(counts.astype(np.float64) @ columns / n)
    # A mean lies among its values, but for the last digit.
    return _percentiles(np.clip(np.concatenate(means), columns.min(axis=0), columns.max(axis=0)))


def chances(differences: Matrix, seed: int) -> Matrix:
    """Give the two-sided p of each column's mean by the paired randomization test (Smucker et al. 2007).

    It is the share of the ways to exchange the two sides of each question that give a mean at least as far from 0: all
    2**n ways where they are no more than 10,000; else 10,000 random ones, of which b do, and p = (b + 1) / 10,001,
    since the way that was observed is one of them (Phipson and Smyth 2010).

    Args:
        differences: Shape (questions, figures), one question or more; all figures are exchanged alike.
        seed: Of the random numbers.

    Returns:
        Shape (figures,), in (0, 1].
    """
    n = len(differences)
    # What reaches the observed sum but for the order of adding has reached it.
    bar = np.abs(differences.sum(axis=0)) - _ROUNDING * np.abs(differences).sum(axis=0)
    if 2**n <= _FLIPS:
        flips = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
        return np.asarray((np.abs(_signs(flips) @ differences) >= bar).mean(axis=0))
    random = np.random.default_rng(seed)
    reached = np.zeros(differences.shape[1])
    for rows in _blocks(_FLIPS, n):
        flips = random.integers(0, 2, (rows, n), dtype=np.int8)
        reached += (np.abs(_signs(flips) @ differences) >= bar).sum(axis=0)
    return (reached + 1) / (_FLIPS + 1)


def _signs(flips: NDArray[np.integer]) -> Matrix:
    return np.where(flips, -1.0, 1.0)


def _blocks(times: int, n: int) -> Iterator[int]:
    """Part `times` rows of n numbers into blocks that fit in memory; give the rows of each."""
    most = max(1, _CELLS // n)
    for start in range(0, times, most):
        yield min(most, times - start)


def _percentiles(samples: Matrix) -> list[Interval]:
    """Give percentiles 2.5 and 97.5 of each column."""
    low, high = np.percentile(samples, _PERCENTILES, axis=0)
    return list(zip(low.tolist(), high.tolist(), strict=True))
