"""The figures of selective answering: by hand, against scikit-learn, and against every order of a tie."""

from itertools import pairwise, permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import EvaluationError
from qa.evaluation import refusal

SURE = [0.9, 0.8, 0.8, 0.6, 0.3]
RIGHT = [True, True, False, False, False]
ANSWERABLE = [True, True, False, True, False]
ANSWERED = [True, True, False, False, True]

rows = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.2, 0.21, 0.5, 0.8, 1.0]) | st.floats(0, 1), st.booleans(), st.booleans(), st.booleans()
    ).map(lambda row: (row[0], row[1] and row[2], row[2], row[3])),
    max_size=30,
)


def test_every_figure_by_hand():
    assert refusal.measure(SURE, RIGHT, ANSWERABLE, ANSWERED) == pytest.approx(
        {
            # .9 .8 .6 against .8 .3: of six pairs 1 + 1, half + 1, 0 + 1.
            "auroc": 4.5 / 6,
            # Wrong so far: 0, then half of the one at .8 each, then 2, 3.
            "aurc": (0 / 1 + 0.5 / 2 + 1 / 3 + 2 / 4 + 3 / 5) / 5,
            # Right so far: 1 of 1, 2 of 3 (the two at .8 go together), 2 of 4, 2 of 5.
            "coverage@0.8": 1 / 5,
            "coverage@0.9": 1 / 5,
            "coverage@0.95": 1 / 5,
            # Bins (.87, .93], (.73, .8] with two, (.53, .6], (.27, .33]: |.9 - 1|, |1.6 - 1|, .6, .3.
            "ece": (0.1 + 0.6 + 0.6 + 0.3) / 5,
            "brier": (0.1**2 + 0.2**2 + 0.8**2 + 0.6**2 + 0.3**2) / 5,
            "answered": 3 / 5,
            "precision": 2 / 3,
            "refused_unanswerable": 1 / 2,
            "refused_answerable": 1 / 3,
        }
    )
    assert tuple(refusal.measure(SURE, RIGHT, ANSWERABLE, ANSWERED)) == refusal.FIGURES
    assert tuple(refusal.measure(SURE, RIGHT, ANSWERABLE)) == refusal.FIGURES[:7]


def test_each_coverage_has_its_own_bar():
    # Ten right, three wrong, seven right. Right so far at 10: 10/10; at 11: 10/11 = .909; at 12: 10/12 = .833;
    # at 20: 17/20 = .85, and never above .9 again.
    right = [True] * 10 + [False] * 3 + [True] * 7
    sure = [1 - place / 40 for place in range(20)]
    got = refusal.measure(sure, right, [True] * 20)
    assert (got["coverage@0.8"], got["coverage@0.9"], got["coverage@0.95"]) == (1, 11 / 20, 10 / 20)
    assert got["auroc"] is None, "there is no question without an answer"


@pytest.mark.parametrize(("right", "bar"), [(4, "coverage@0.8"), (9, "coverage@0.9"), (19, "coverage@0.95")])
def test_a_coverage_that_just_reaches_its_bar_counts(right, bar):
    # All of one confidence: 4 of 5, 9 of 10, 19 of 20, taken together or not at all.
    flags = [False] + [True] * right
    assert refusal.measure([0.5] * (right + 1), flags, [True] * (right + 1))[bar] == 1
    assert refusal.measure([0.5] * (right + 2), [*flags, False], [True] * (right + 2))[bar] == 0


def test_what_has_no_questions_has_no_value():
    assert refusal.measure([], [], [], []) == dict.fromkeys(refusal.FIGURES)
    assert refusal.measure([], [], []) == dict.fromkeys(refusal.FIGURES[:7])
    assert refusal.risk_coverage([], []) == []
    assert refusal.reliability([], []) == []
    got = refusal.measure([0.5], [False], [False], [False])
    assert (got["auroc"], got["precision"], got["refused_answerable"]) == (None, None, None)
    assert (got["refused_unanswerable"], got["answered"], got["aurc"], got["coverage@0.8"]) == (1, 0, 1, 0)


def test_what_cannot_be_is_refused():
    with pytest.raises(EvaluationError, match="Question 2 has no answer, yet its quote is said to be right"):
        refusal.measure([0.5, 0.5], [True, True], [True, False])
    for sure in (1.1, -0.1, float("nan")):
        with pytest.raises(EvaluationError, match=f"The confidence of question 2 is {sure}"):
            refusal.measure([0.5, sure], [True, True], [True, True])
        with pytest.raises(EvaluationError, match="confidence of question 2"):
            refusal.risk_coverage([0.5, sure], [True, True])
        with pytest.raises(EvaluationError, match="confidence of question 2"):
            refusal.reliability([0.5, sure], [True, True])
    for flags in ([[True]], [[True, True], [True]], [[True, True], [True, True], [True]]):
        given = [*flags, *[[True, True]] * (3 - len(flags))]
        with pytest.raises(EvaluationError, match="There are 2 confidences and 1 judgements"):
            refusal.measure([0.5, 0.6], *given)


def test_reliability_by_hand():
    # .2 = 3/15 closes the third bin and .21 opens the fourth; 0 lies in the first, 1 in the last.
    bins = refusal.reliability([0.0, 0.2, 0.21, 0.25, 0.26, 1.0], [False, True, False, True, False, True])
    assert [each.count for each in bins] == [1, 1, 3, 1]
    assert [each.confidence for each in bins] == pytest.approx([0, 0.2, (0.21 + 0.25 + 0.26) / 3, 1])
    assert [each.right for each in bins] == pytest.approx([0, 1, 1 / 3, 1])
    assert [(each.low, each.high) for each in bins] == [(0, 1 / 15), (2 / 15, 3 / 15), (3 / 15, 4 / 15), (14 / 15, 1)]
    assert bins[1].to_json() == {"low": 2 / 15, "high": 3 / 15, "count": 1, "confidence": 0.2, "right": 1.0}


def test_risk_coverage_by_hand():
    curve = refusal.risk_coverage(SURE, RIGHT)
    assert [pair for point in curve for pair in point] == pytest.approx(
        [1 / 5, 0, 3 / 5, 1 / 3, 4 / 5, 2 / 4, 1, 3 / 5]
    )


def test_a_long_curve_is_thinned_and_keeps_its_ends():
    sure = np.linspace(1, 0, 1001)
    right = np.arange(1001) % 2 == 0
    curve = refusal.risk_coverage(sure, right)
    assert len(curve) == 200
    assert curve[0] == (1 / 1001, 0)
    assert curve[-1] == pytest.approx((1, 500 / 1001))
    assert len(refusal.risk_coverage(sure[:200], right[:200])) == 200
    for coverage, risk in curve:
        n = round(coverage * 1001)
        assert (coverage, risk) == pytest.approx((n / 1001, (n // 2) / n)), "a kept point is a point of the whole curve"
    assert max(b[0] - a[0] for a, b in pairwise(curve)) < 2 / 200


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(rows)
def test_agrees_with_scikit_learn(given):
    metrics = pytest.importorskip("sklearn.metrics")
    sure, right, answerable, _ = columns(given)
    got = refusal.measure(sure, right, answerable)
    if len(set(answerable)) == 2:
        assert got["auroc"] == pytest.approx(metrics.roc_auc_score(answerable, sure))
    if given:
        assert got["brier"] == pytest.approx(metrics.brier_score_loss(right, sure, pos_label=True))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0.2, 0.5, 0.7]), st.booleans()), min_size=1, max_size=6))
def test_aurc_is_the_mean_over_every_order_of_those_level(given):
    sure, right = zip(*given, strict=True)
    areas = []
    for order in permutations(range(len(given))):
        ranked = sorted(order, key=lambda place: -sure[place])  # stable: the order given stands among those level
        wrong = [sum(not right[place] for place in ranked[:n]) / n for n in range(1, len(given) + 1)]
        areas.append(sum(wrong) / len(wrong))
    got = refusal.measure(sure, right, [True] * len(given))
    assert got["aurc"] == pytest.approx(sum(areas) / len(areas))


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(rows)
def test_agrees_with_the_definitions(given):
    sure, right, answerable, answered = columns(given)
    got = refusal.measure(sure, right, answerable, answered)
    pairs = [
        (a > b) + (a == b) / 2
        for (a, is_a), (b, is_b) in product(zip(sure, answerable, strict=True), repeat=2)
        if is_a and not is_b
    ]
    assert got["auroc"] == (pytest.approx(sum(pairs) / len(pairs)) if pairs else None)
    for bar in (0.8, 0.9, 0.95):
        shares = [0.0]
        for least in set(sure):
            kept = [good for each, good in zip(sure, right, strict=True) if each >= least]
            if sum(kept) / len(kept) >= bar:
                shares.append(len(kept) / len(sure))
        assert got[f"coverage@{bar}"] == (pytest.approx(max(shares)) if given else None)
    bins = refusal.reliability(sure, right)
    error = sum(each.count * abs(each.confidence - each.right) for each in bins)
    assert got["ece"] == (pytest.approx(error / len(sure), abs=1e-12) if given else None)
    assert sum(each.count for each in bins) == len(sure)
    assert all(each.low - 1e-9 <= each.confidence <= each.high + 1e-9 for each in bins)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(rows, st.randoms())
def test_figures_are_shares_and_the_order_of_the_questions_changes_nothing(given, chance):
    got = refusal.measure(*columns(given))
    assert all(value is None or 0 <= value <= 1 for value in got.values())
    assert refusal.measure(*columns(chance.sample(given, len(given)))) == pytest.approx(got, abs=1e-12)
    assert refusal.measure(*(np.array(each) for each in columns(given))) == got, "arrays are as good as lists"


def columns(given):
    return [list(column) for column in zip(*given, strict=True)] if given else [[], [], [], []]
