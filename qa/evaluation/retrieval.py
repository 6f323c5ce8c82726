"""Rankings of articles, measured as trec_eval measures them."""

from collections.abc import Mapping, Sequence
from typing import Final

import ir_measures
import numpy as np
from ir_measures import AP, RR, Judged, P, R, Success, nDCG

from index.errors import EvaluationError

_MEASURES: Final = {
    str(each): each
    for each in (
        nDCG @ 10,
        *(R @ k for k in (1, 5, 10, 20, 100)),
        RR @ 10,
        AP @ 100,
        *(P @ k for k in (1, 5, 10)),
        *(Success @ k for k in (1, 5, 10)),
        Judged @ 10,
    )
}
FIGURES: Final[tuple[str, ...]] = tuple(_MEASURES)
"""nDCG@10, R@1, R@5, R@10, R@20, R@100, RR@10, AP@100, P@1, P@5, P@10, Success@1, Success@5, Success@10, Judged@10."""

_HIGHEST: Final = 1_000_000
"""trec_eval keeps a counter for each grade up to the highest: 2**31 takes 16 GB."""


def measure(
    run: Mapping[str, Sequence[tuple[str, float]]], judged: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, float]]:
    """Measure a run for each question, by trec_eval's definitions.

    The definitions are those of trec_eval 9 (nDCG with gain = relevance and discount log2(rank + 1), Järvelin and
    Kekäläinen 2002; R and AP over all relevant articles, also where there are more than k; P over k, also where fewer
    were found), and for Judged@10 that of ir_measures: the share of the first 10 articles, or of all where fewer were
    found, that somebody judged. An article is relevant from relevance 1 on; one that nobody judged is not relevant.

    Ties are ranked as trec_eval ranks them: by score as float32, highest first, then by id, *last* in code point order
    first. The order in which a tie is given does not count.

    Args:
        run: Question id -> (article id, score), in any order, each article once.
        judged: Question id -> article id -> relevance, 1,000,000 at most; below 0 is the same as 0.

    Returns:
        Question id -> figure -> value in [0, 1], for each question with a relevant article, in the order of `judged`;
        figures in the order of `FIGURES`. A question that the run lacks, or found nothing for, counts 0 in every
        figure, Judged@10 among them. Questions of the run that nobody judged are not counted.

    Raises:
        EvaluationError: A score is no finite float32 number, an article is ranked twice for one question, or a
            relevance is too high.
    """
    counted = _counted(judged)
    # Providers of ir_measures part ties each in its own way: only a run without ties means the same to all of them.
    clear = {
        question: {article: float(-rank) for rank, article in enumerate(ranked)}
        for question in counted
        if (ranked := _ranked(question, run.get(question, ())))
    }
    figures = {question: dict.fromkeys(FIGURES, 0.0) for question in counted}
    for metric in ir_measures.iter_calc(list(_MEASURES.values()), counted, clear):
        figures[metric.query_id][str(metric.measure)] = float(metric.value)
    return figures


def recall_curve(
    run: Mapping[str, Sequence[tuple[str, float]]], judged: Mapping[str, Mapping[str, int]], most: int = 100
) -> list[float]:
    """Give the mean recall at every depth.

    Args:
        run: As for `measure`.
        judged: As for `measure`.
        most: The last depth, 1 or more.

    Returns:
        Mean over the questions that `measure` counts of R@k, for k from 1 to `most`, each in [0, 1] and none below the
        one before it; empty without such questions.

    Raises:
        EvaluationError: As for `measure`.
    """
    counted = _counted(judged)
    if not counted:
        return []
    gains = np.zeros(most)
    for question, relevance in counted.items():
        relevant = {article for article, grade in relevance.items() if grade > 0}
        for place, article in enumerate(_ranked(question, run.get(question, ()))[:most]):
            if article in relevant:
                gains[place] += 1 / len(relevant)
    # Sums of thirds may pass 1 in the last digit.
    return [float(each) for each in np.minimum(np.cumsum(gains) / len(counted), 1.0)]


def _counted(judged: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Give the questions that have a relevant article, no relevance below 0."""
    counted = {}
    for question, relevance in judged.items():
        highest = max(relevance.values(), default=0)
        if highest > _HIGHEST:
            article = next(article for article, grade in relevance.items() if grade == highest)
            raise EvaluationError(
                f"Question {question}, article {article}: relevance {highest} is above {_HIGHEST}: use smaller grades."
            )
        if highest > 0:
            # pytrec_eval 0.5 reads outside its memory for grades below -1, and no figure parts them from 0.
            counted[question] = {article: max(0, grade) for article, grade in relevance.items()}
    return counted


def _ranked(question: str, found: Sequence[tuple[str, float]]) -> list[str]:
    """Give the articles in the order in which trec_eval reads them."""
    with np.errstate(over="ignore"):  # what float32 cannot hold becomes infinite, and is refused below
        scores = np.array([score for _, score in found], dtype=np.float64).astype(np.float32)
    for (article, score), finite in zip(found, np.isfinite(scores).tolist(), strict=True):
        if not finite:
            raise EvaluationError(
                f"Question {question}, article {article}: the score {score} is no finite number of 32 bits, so it has "
                "no place in a ranking: mend the run."
            )
    ranked = [article for _, article in sorted(zip(scores.tolist(), (each for each, _ in found), strict=True))]
    if len(set(ranked)) < len(ranked):
        twice = next(article for article in ranked if ranked.count(article) > 1)
        raise EvaluationError(
            f"Question {question}: article {twice} is ranked more than once: keep its best rank and remove the others."
        )
    return ranked[::-1]
