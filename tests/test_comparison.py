"""Intervals and tests: by hand, against SciPy, and against what chance alone must give."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from index.errors import EvaluationError
from qa.evaluation import chance
from qa.evaluation.chance import intervals, resampled
from qa.evaluation.comparison import Change, compare


def table(**figures):
    """Give figures over questions q0, q1, ..."""
    return {name: {f"q{place}": float(value) for place, value in enumerate(values)} for name, values in figures.items()}


def interval(values, seed=0):
    """Give the interval of one figure; None without questions."""
    return intervals(table(f=values), seed).get("f")


def against_zero(*differences):
    """Compare with an evaluation in which everything is 0."""
    return compare(table(f=differences), table(f=[0] * len(differences))).figures["f"]


def drawn(shape, seed):
    return np.random.default_rng(seed).standard_normal(shape)


def many(values):
    """Give a figure a column."""
    return table(**{f"f{place}": column for place, column in enumerate(values.T)})


# Intervals


def test_intervals_by_hand():
    assert interval([]) is None
    assert interval([0.1] * 7) == (0.1, 0.1)
    assert interval([0.3]) == (0.3, 0.3)
    # Of two, a mean of .1 and one of .9 come up in a quarter of the resamples each.
    assert interval([0.1, 0.9]) == (0.1, 0.9)
    # One .9 in ten: binomial; none in .349 of the resamples, at most two in .930, at most three in .987.
    assert interval([0.1] * 9 + [0.9]) == pytest.approx((0.1, 0.34))
    with pytest.raises(EvaluationError, match="has no mean"):
        interval([0.5, math.nan])


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (12, 12, 0.7575, 1),  # n / (n + z²)
        (4, 4, 0.5101, 1),
        (0, 4, 0, 0.4899),
        (1, 1, 0.2065, 1),
        (1, 2, 0.0945, 0.9055),
        (1, 10, 0.0179, 0.4042),
        (43, 44, 0.8819, 0.9960),
        (5, 10, 0.2366, 0.7634),
    ],
)
def test_the_interval_of_a_share_is_wilson_s(hits, of, low, high):
    expected = (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))
    assert chance.wilson(hits, of) == expected
    assert interval([1] * hits + [0] * (of - hits)) == expected


@pytest.mark.slow
def test_the_interval_of_a_share_near_1_holds_it_in_95_of_100():
    """Of 44 questions of which .95 are right: resamples hold the share in 89 of 100."""
    drawn_shares = np.random.default_rng(8).random((44, 2_000)) < 0.95
    found = intervals(many(drawn_shares))
    assert sum(low <= 0.95 <= high for low, high in found.values()) / 2_000 > 0.95


def test_an_interval_is_that_of_scipy():
    values = np.random.default_rng(1).exponential(size=60)
    theirs = stats.bootstrap((values,), np.mean, n_resamples=20_000, method="percentile", rng=2).confidence_interval
    # 2,000 resamples place a bound to within .06 standard errors, at one sigma.
    within = 0.2 * values.std() / math.sqrt(60)
    assert interval(values.tolist()) == pytest.approx((theirs.low, theirs.high), abs=within)


def test_an_interval_holds_the_true_mean_in_95_of_100():
    found = intervals(many(drawn((100, 400), seed=3)))
    held = sum(low <= 0 <= high for low, high in found.values()) / 400
    assert 0.92 <= held <= 0.98  # .95, three standard errors of 400 trials each way, less what 100 questions cost


def test_figures_over_different_questions_have_their_own_intervals():
    values = drawn(30, seed=4).tolist()
    found = intervals({"all": dict(enumerate(values)), "none": {}, "ten": dict(enumerate(values[:10]))})
    assert list(found) == ["all", "ten"]
    assert found["all"] == pytest.approx(interval(values))
    assert found["ten"] == pytest.approx(interval(values[:10]))
    with pytest.raises(EvaluationError, match="ten of question 3 is inf"):
        intervals({"ten": {"3": math.inf}})


def test_the_order_of_the_questions_and_the_size_of_the_blocks_change_nothing(monkeypatch):
    values = drawn(50, seed=5).tolist()
    before = interval(values)
    assert interval(values[::-1]) == before
    assert interval(values, seed=1) != before
    p = chance.chances(np.array(values)[:, None], seed=0)[0]
    monkeypatch.setattr(chance, "_CELLS", 50 * 7)  # seven resamples at a time; the last block is smaller
    assert interval(values) == pytest.approx(before)
    # Other random flips: two standard errors of a share of 10,000 are .01.
    assert chance.chances(np.array(values)[:, None], seed=0)[0] == pytest.approx(p, abs=0.02)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_an_interval_lies_among_the_values(values):
    low, high = interval(values)
    shares = set(values) <= {0, 1}
    assert (0 if shares else min(values)) <= low <= high <= (1 if shares else max(values))


def test_resampled_figures():
    values = np.random.default_rng(6).exponential(size=80)

    def function(places):
        assert len(places) == 80
        return {
            "mean": float(values[places].mean()),
            "rarely unknown": None if (places == 0).sum() >= 4 else 0.5,  # in .019 of the resamples
            "often unknown": None if (places == 0).sum() >= 3 else 0.5,  # in .080
            "never known": None,
        }

    found = resampled(function, 80, times=2_000)
    assert list(found) == ["mean", "rarely unknown"]
    assert found["mean"] == pytest.approx(interval(values.tolist()), abs=0.2 * values.std() / math.sqrt(80))
    assert resampled(function, 80, times=2_000) == found
    assert resampled(function, 0) == {}


@pytest.mark.parametrize("end", [0, 1])
def test_a_figure_at_the_end_of_the_scale_has_no_interval_that_resampling_could_give(end):
    values = np.full(12, end)
    assert resampled(lambda drawn: {"auroc": float(values[drawn].mean())}, 12) == {}
    values = np.full(12, 0.5)
    assert resampled(lambda drawn: {"ece": float(values[drawn].mean())}, 12) == {"ece": (0.5, 0.5)}


# Tests


@pytest.mark.parametrize(
    ("differences", "p"),
    [
        ([1, 1, 1], 2 / 8),  # only all or none exchanged reach 3
        ([1, 2, -0.5], 4 / 8),  # 2.5 is reached by 1 + 2 - .5 and 1 + 2 + .5, and their mirrors
        ([1, -1], 1),  # 0 is always reached
        ([0, 0, 0], 1),
        ([0, 0, 2], 1),  # 2 and -2 are equally far
        ([0.1, 0.2, -0.3], 1),  # its sum is 5.6e-17, and means 0
        ([0.7, 0.1, 0.1, 0.1], 2 / 16),
        ([1] * 13, 2 / 2**13),  # the last that is enumerated
    ],
)
def test_p_by_hand_where_every_exchange_is_tried(differences, p):
    assert against_zero(*differences).p == pytest.approx(p)


def test_p_of_random_exchanges_is_never_0():
    assert against_zero(*[1] * 14).p in [(b + 1) / 10_001 for b in range(8)]  # 2 / 2**14 = 1.2 of 10,000
    assert against_zero(*[1] * 60).p == 1 / 10_001
    assert against_zero(*[0] * 60).p == 1


@pytest.mark.parametrize("n", [6, 12])
def test_p_is_that_of_scipy_where_every_exchange_is_tried(n):
    mine, theirs = drawn(n, seed=n) + 0.4, drawn(n, seed=n + 1)
    assert compare(table(f=mine), table(f=theirs)).figures["f"].p == pytest.approx(scipy_p(mine, theirs, math.inf))


def test_p_is_that_of_scipy_where_exchanges_are_drawn():
    mine, theirs = drawn(40, seed=8) + 0.45, drawn(40, seed=9)
    got = compare(table(f=mine), table(f=theirs)).figures["f"]
    # Two standard errors of a share of 10,000 are .01.
    assert 0.05 < got.p < 0.5
    assert got.p == pytest.approx(scipy_p(mine, theirs, 50_000), abs=0.015)


def scipy_p(mine, theirs, times):
    return stats.permutation_test(
        (mine, theirs),
        lambda a, b, axis: np.mean(a, axis=axis) - np.mean(b, axis=axis),
        permutation_type="samples",
        n_resamples=times,
        vectorized=True,
        rng=1,
    ).pvalue


def test_the_interval_of_a_difference_is_paired_and_that_of_scipy():
    theirs = drawn(50, seed=10) * 10
    mine = theirs + np.random.default_rng(11).exponential(size=50)
    got = compare(table(f=mine), table(f=theirs)).figures["f"]
    expected = stats.bootstrap((mine - theirs,), np.mean, n_resamples=20_000, method="percentile", rng=2)
    within = 0.2 * (mine - theirs).std() / math.sqrt(50)
    assert got.interval == pytest.approx(tuple(expected.confidence_interval), abs=within)


@pytest.mark.parametrize("draw", ["standard_normal", "standard_exponential"])
def test_without_a_difference_every_p_is_as_likely_as_another(draw):
    random = np.random.default_rng(12)
    mine, theirs = (getattr(random, draw)((40, 400)) for _ in "ab")
    found = compare(many(mine), many(theirs)).figures.values()
    # Kolmogorov and Smirnov's distance of 400 stays below 1.63 / sqrt(400) = .0815 in 99 of 100.
    assert stats.kstest([each.p for each in found], "uniform").statistic < 0.0815
    # .05 of 400, three standard errors each way.
    assert 0.017 < sum(each.p < 0.05 for each in found) / 400 < 0.083
    assert sum(each.q < 0.05 for each in found) <= 1, "400 figures, and hardly one is called different"


def test_a_real_difference_is_found():
    # .3 standard deviations over 200 questions: 4.24 standard errors, found by a t-test in .988 of 100.
    found = compare(many(drawn((200, 200), seed=13) + 0.3), many(np.zeros((200, 200)))).figures.values()
    assert sum(each.p < 0.05 for each in found) / 200 >= 0.96
    assert sum(each.interval[0] > 0 for each in found) / 200 >= 0.96


def test_every_number_of_a_difference_by_hand():
    this = {"f": {"q1": 1.0, "q2": 0.5, "q3": 1.0, "q4": 0.25, "mine": 0.9}, "only": {"q9": 1.0}}
    other = {"f": {"q4": 0.5, "q3": 1.0, "q2": 0.0, "q1": 0.25, "yours": 0.1, "yours too": 0.2}}
    got = compare(this, other)
    each = got.figures["f"]
    # Differences .75, .5, 0, -.25: mean .25; squares from it .25, .0625, .0625, .25, sum .625, over 3: variance .20833.
    assert (each.n, each.this, each.other, each.difference) == (4, 2.75 / 4, 1.75 / 4, 0.25)
    assert each.effect == pytest.approx(0.25 / math.sqrt(0.625 / 3))
    assert (each.better, each.worse, each.same, each.only_this, each.only_other) == (2, 1, 1, 1, 2)
    # 1 is reached by .75 + .5 - .25 and .75 + .5 + .25, with the 0 either way, and their mirrors: 8 of 16.
    assert each.p == each.q == 8 / 16
    assert (got.both, got.only_this, got.only_other) == (4, 2, 2)
    assert got.left_out == {"only": "only this evaluation has it"}


@pytest.mark.parametrize(
    ("differences", "effect"),
    [
        ([1, 2, 3], 2),
        ([0, 0], 0),
        ([0.5, 0.5], None),
        ([1], None),
        ([0], 0),
        ([0.3 - 0.1, 0.2], None),
        ([-1, -3], -math.sqrt(2)),
    ],
)
def test_effects_by_hand(differences, effect):
    assert against_zero(*differences).effect == (None if effect is None else pytest.approx(effect))


def test_q_by_hand():
    # Exact p: 2 / 2**5 = .0625 twice, 2 / 2**3 = .25, and 1; four figures of different questions.
    this = table(a=[0, 0], b=[1] * 5, c=[1] * 3, d=[1] * 5)
    got = compare(this, {name: dict.fromkeys(values, 0.0) for name, values in this.items()}).figures
    assert list(got) == ["a", "b", "c", "d"]
    assert [each.p for each in got.values()] == [1, 0.0625, 0.25, 0.0625]
    # In order of p: .0625 * 4/1 and .0625 * 4/2 -> the lower, .125, for both; .25 * 4/3; 1 * 4/4.
    assert [each.q for each in got.values()] == pytest.approx([1, 0.125, 1 / 3, 0.125])


def test_exchanging_the_two_mirrors_the_comparison():
    this, other = many(drawn((40, 5), seed=14) + 0.2), many(drawn((40, 5), seed=15))
    del this["f4"]["q39"], other["f3"]["q0"]
    one, two = compare(this, other), compare(other, this)
    assert list(one.figures) == list(two.figures)
    for figure, each in one.figures.items():
        mirror = two.figures[figure]
        assert (mirror.p, mirror.q, mirror.n, mirror.same) == (each.p, each.q, each.n, each.same)
        assert (mirror.this, mirror.other, mirror.better, mirror.worse) == (
            each.other,
            each.this,
            each.worse,
            each.better,
        )
        assert (mirror.only_this, mirror.only_other) == (each.only_other, each.only_this)
        assert (-mirror.difference, -mirror.effect) == pytest.approx((each.difference, each.effect))
        assert (-mirror.interval[1], -mirror.interval[0]) == pytest.approx(each.interval)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=20), st.randoms())
def test_ranges_hold_and_the_order_of_the_questions_changes_nothing(pairs, random):
    this, other = table(f=[a for a, _ in pairs]), table(f=[b for _, b in pairs])
    each = compare(this, other).figures["f"]
    assert 0 < each.p <= each.q <= 1
    assert -1 <= each.interval[0] <= each.interval[1] <= 1
    assert each.better + each.worse + each.same == each.n == len(pairs)
    mixed = {"f": dict(random.sample(list(this["f"].items()), len(pairs)))}
    assert compare(mixed, other).figures["f"] == each


def test_figures_that_cannot_be_compared_are_listed():
    got = compare(
        {"f": {"a": 1.0}, "mine": {"a": 1.0}, "apart": {"a": 1.0}},
        {"yours": {"a": 1.0}, "f": {"a": 0.0}, "apart": {"b": 1.0}},
    )
    assert got.left_out == {
        "mine": "only this evaluation has it",
        "apart": "the two evaluations have it for different questions",
        "yours": "only the other evaluation has it",
    }
    assert (got.both, got.only_this, got.only_other) == (1, 0, 1)


@pytest.mark.parametrize(
    ("this", "other"),
    [({}, {}), (table(f=[1]), {}), (table(f=[1]), table(g=[1])), ({"f": {"a": 1.0}}, {"f": {"b": 1.0}})],
)
def test_nothing_in_common_is_refused(this, other):
    with pytest.raises(EvaluationError, match="no figure of the same question in common"):
        compare(this, other)


def test_a_value_that_is_no_number_is_refused():
    with pytest.raises(EvaluationError, match="f of question q1 is nan"):
        compare(table(f=[1, math.nan]), table(f=[1, 1]))
    with pytest.raises(EvaluationError, match="f of question q0 is inf"):
        compare(table(f=[1, 1]), table(f=[math.inf, 1]))


def test_the_questions_that_changed_most():
    this = {"f": {"b": 0.5, "a": 1.0, "c": 0.25, "same": 0.5, "d": 0.75, "mine": 1.0}}
    other = {"f": {"a": 0.5, "b": 1.0, "c": 1.0, "same": 0.5, "d": 0.5, "yours": 1.0}}
    got = compare(this, other)
    assert got.changed("f") == [
        Change("c", 0.25, 1.0, -0.75),
        Change("a", 1.0, 0.5, 0.5),
        Change("b", 0.5, 1.0, -0.5),
        Change("d", 0.75, 0.5, 0.25),
    ]
    assert [change.question for change in got.changed("f", most=2)] == ["c", "a"]
    with pytest.raises(EvaluationError, match=r"“g” was not compared: choose one of f\."):
        got.changed("g")


def test_json_holds_what_was_found():
    got = compare({"f": {"a": 1.0, "b": 1.0}, "g": {"c": 1.0}}, {"f": {"a": 0.0, "b": 0.5}})
    assert json.loads(json.dumps(got.to_json(), allow_nan=False)) == {
        "questions": {"both": 2, "only_this": 1, "only_other": 0},
        "figures": {
            "f": {
                "n": 2,
                "this": 1.0,
                "other": 0.25,
                "difference": 0.75,
                "ci95": [0.5, 1.0],
                "p": 0.5,
                "q": 0.5,
                "effect": pytest.approx(0.75 / math.sqrt(0.125)),  # squares from the mean: .0625 twice, over 1
                "better": 2,
                "worse": 0,
                "same": 0,
                "only_this": 0,
                "only_other": 0,
            }
        },
        "left_out": {"g": "only this evaluation has it"},
    }


@pytest.mark.parametrize(
    ("figure", "better", "worse"),
    [("nDCG@10", 2, 1), ("decided_right", 2, 1), ("brier", 1, 2), ("ece", 1, 2), ("quote_words", 2, 1)],
)
def test_better_is_what_is_better_for_the_figure(figure, better, worse):
    mine, theirs = {figure: {"a": 0.4, "b": 0.5, "c": 0.1, "d": 1}}, {figure: {"a": 0.1, "b": 0.4, "c": 0.3, "d": 1}}
    found = compare(mine, theirs).figures[figure]
    assert (found.better, found.worse, found.same) == (better, worse, 1)
    assert found.difference == pytest.approx(0.05)
    turned = compare(theirs, mine).figures[figure]
    assert (turned.better, turned.worse) == (worse, better)
