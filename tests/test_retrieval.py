"""The figures of retrieval: by hand, against trec_eval itself, and against a few lines of plain Python."""

import math
import random
import struct

import pytest
import pytrec_eval
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import EvaluationError
from qa.evaluation import retrieval

pytestmark = pytest.mark.slow

TREC_NAMES = {
    "nDCG@10": "ndcg_cut_10",
    **{f"R@{k}": f"recall_{k}" for k in (1, 5, 10, 20, 100)},
    "AP@100": "map_cut_100",
    **{f"P@{k}": f"P_{k}" for k in (1, 5, 10)},
    **{f"Success@{k}": f"success_{k}" for k in (1, 5, 10)},
}
IDS = ["a", "B", "b", "d9", "d10", "é", "z", "文", "𝔞", *(f"n{place}" for place in range(8))]
SCORES = [-2.5, -1.0, -0.0, 0.0, 1e-30, 0.1, 0.3, 0.3 + 1e-9, 1.0, 7.0]

found = st.dictionaries(
    st.sampled_from(["q1", "q2", "q3"]),
    st.dictionaries(st.sampled_from(IDS), st.sampled_from(SCORES)).map(lambda scores: list(scores.items())),
)
judgements = st.dictionaries(
    st.sampled_from(["q1", "q2", "q3"]), st.dictionaries(st.sampled_from(IDS), st.integers(-2, 3))
)


def one(run, relevance):
    return retrieval.measure({"q": run}, {"q": relevance})["q"]


def test_every_figure_by_hand():
    # a and b are level, so b stands first (trec_eval); the ranking is x b a c. Relevant: a (2), b (1), d (1).
    got = one([("x", 0.9), ("a", 0.8), ("b", 0.8), ("c", 0.5)], {"a": 2, "b": 1, "c": 0, "d": 1})
    gained = 1 / math.log2(3) + 2 / math.log2(4)
    ideal = 2 / math.log2(2) + 1 / math.log2(3) + 1 / math.log2(4)
    assert got == pytest.approx(
        {
            "nDCG@10": gained / ideal,  # 1.63093 / 3.13093 = 0.52091
            "R@1": 0,
            "R@5": 2 / 3,
            "R@10": 2 / 3,
            "R@20": 2 / 3,
            "R@100": 2 / 3,
            "RR@10": 1 / 2,
            "AP@100": (1 / 2 + 2 / 3) / 3,
            "P@1": 0,
            "P@5": 2 / 5,
            "P@10": 2 / 10,
            "Success@1": 0,
            "Success@5": 1,
            "Success@10": 1,
            "Judged@10": 3 / 4,  # four were found; x was never judged
        }
    )
    assert got["nDCG@10"] == pytest.approx(0.52091, abs=5e-6)
    assert tuple(got) == retrieval.FIGURES


def test_every_cutoff_cuts():
    # Relevant at ranks 11 and 25 of 120, at 101, and one that is not found.
    ranking = [(f"n{place:03}", float(-place)) for place in range(1, 121)]
    got = one(ranking, {"n011": 1, "n025": 1, "n101": 1, "lost": 1, "n001": 0})
    assert got == pytest.approx(
        {
            **dict.fromkeys(retrieval.FIGURES, 0),
            "R@20": 1 / 4,
            "R@100": 2 / 4,
            "AP@100": (1 / 11 + 2 / 25) / 4,
            "Judged@10": 1 / 10,
        }
    )
    got = one(ranking, {"n001": 1, "n004": 1, "n009": 1})
    assert (got["P@1"], got["P@5"], got["P@10"]) == pytest.approx((1, 2 / 5, 3 / 10))
    assert (got["R@1"], got["R@5"], got["R@10"]) == pytest.approx((1 / 3, 2 / 3, 1))
    assert (got["Success@1"], got["RR@10"]) == (1, 1)


@pytest.mark.parametrize("level", [1.0, 1.0 + 1e-9], ids=["equal", "equal as float32"])
def test_ties_are_settled_once_for_every_figure(level):
    # MS MARCO's own script would rank `a` first and give RR@10 = 1.
    got = one([("a", level), ("x", 1.0)], {"a": 1})
    assert (got["RR@10"], got["P@1"], got["R@1"], got["nDCG@10"]) == pytest.approx((1 / 2, 0, 0, 1 / math.log2(3)))
    eleven = [("a", level), *((f"b{place:02}", 1.0) for place in range(10))]
    assert one(eleven, {"a": 1})["Judged@10"] == 0, "the only judged article is the eleventh"


def test_what_was_not_found_counts_0_and_what_nobody_judged_is_not_counted():
    judged = {"late": {"a": 1}, "empty": {"a": 1}, "none": {"a": 0, "b": -1}, "missing": {"a": 1}, "unjudged": {}}
    got = retrieval.measure({"stranger": [("a", 1.0)], "late": [("x", 2.0), ("a", 1.0)], "empty": []}, judged)
    assert list(got) == ["late", "empty", "missing"]
    assert got["late"]["RR@10"] == 1 / 2
    assert got["empty"] == got["missing"] == dict.fromkeys(retrieval.FIGURES, 0.0)
    assert retrieval.measure({"q": [("a", 1.0)]}, {}) == {}


@pytest.mark.parametrize("score", [math.nan, math.inf, -math.inf, 1e39])
def test_a_score_that_has_no_rank_is_refused(score):
    with pytest.raises(EvaluationError, match=r"Question q, article b: the score (nan|-?inf|1e\+39) is no finite"):
        one([("a", 1.0), ("b", score)], {"a": 1})
    with pytest.raises(EvaluationError, match="article b"):
        retrieval.recall_curve({"q": [("b", score)]}, {"q": {"a": 1}})


def test_an_article_ranked_twice_is_refused():
    with pytest.raises(EvaluationError, match="Question q: article b is ranked more than once"):
        one([("a", 1.0), ("b", 0.5), ("c", 0.4), ("b", 0.3)], {"a": 1})


def test_a_relevance_that_would_fill_the_memory_is_refused():
    with pytest.raises(EvaluationError, match="Question q, article b: relevance 1000001 is above 1000000"):
        one([("a", 1.0)], {"a": 1, "b": 1_000_001})
    assert one([("a", 1.0)], {"a": 1_000_000})["nDCG@10"] == 1


def trec_eval(run, judged):
    names = {"ndcg_cut.10", "recall.1,5,10,20,100", "map_cut.100", "P.1,5,10", "success.1,5,10", "recip_rank"}
    scored = {question: dict(ranking) for question, ranking in run.items()}
    # It reads outside its memory, and may crash, for grades below -1.
    safe = {question: {each: max(-1, grade) for each, grade in grades.items()} for question, grades in judged.items()}
    return pytrec_eval.RelevanceEvaluator(safe, names).evaluate(scored)


def agrees_with_trec_eval(run, judged):
    got, theirs = retrieval.measure(run, judged), trec_eval(run, judged)
    for question, figures in got.items():
        expected = theirs.get(question, {})
        for ours, name in TREC_NAMES.items():
            assert figures[ours] == pytest.approx(expected.get(name, 0.0), abs=5e-5), (question, ours)
        first = expected.get("recip_rank", 0.0)
        assert figures["RR@10"] == pytest.approx(first if first > 1 / 10.5 else 0.0, abs=5e-5)


@settings(max_examples=300, deadline=None)
@given(found, judgements)
def test_agrees_with_trec_eval(run, judged):
    agrees_with_trec_eval(run, judged)


def test_agrees_with_trec_eval_on_long_rankings_with_many_ties():
    chance = random.Random(7)
    ids = [f"d{place}" for place in range(400)]
    run = {
        f"q{place}": [(each, chance.choice((-1.5, 0.25, 0.5, chance.random()))) for each in chance.sample(ids, 150)]
        for place in range(200)
    }
    judged = {f"q{place}": {each: chance.randint(-1, 3) for each in chance.sample(ids, 30)} for place in range(210)}
    agrees_with_trec_eval(run, judged)
    agrees_with_plain_python(run, judged)


def ranked(ranking):
    """The order of trec_eval, by bytes as its strcmp has it."""

    def key(pair):
        return struct.unpack("f", struct.pack("f", pair[1]))[0], pair[0].encode()

    return [article for article, _ in sorted(ranking, key=key, reverse=True)]


def plain(order, relevance):
    """The definitions, written down once more."""
    gains = [max(0, relevance.get(article, 0)) for article in order]
    best = sorted((grade for grade in relevance.values() if grade > 0), reverse=True)
    hits = [gain > 0 for gain in gains]

    def dcg(values):
        return sum(value / math.log2(rank + 1) for rank, value in enumerate(values[:10], 1))

    shown = order[:10]
    return {
        "nDCG@10": dcg(gains) / dcg(best),
        **{f"R@{k}": sum(hits[:k]) / len(best) for k in (1, 5, 10, 20, 100)},
        "RR@10": next((1 / rank for rank, hit in enumerate(hits[:10], 1) if hit), 0),
        "AP@100": sum(sum(hits[:rank]) / rank for rank, hit in enumerate(hits[:100], 1) if hit) / len(best),
        **{f"P@{k}": sum(hits[:k]) / k for k in (1, 5, 10)},
        **{f"Success@{k}": float(any(hits[:k])) for k in (1, 5, 10)},
        "Judged@10": sum(article in relevance for article in shown) / len(shown) if shown else 0,
    }


def agrees_with_plain_python(run, judged):
    counted = {question: grades for question, grades in judged.items() if any(each > 0 for each in grades.values())}
    orders = {question: ranked(run.get(question, [])) for question in counted}
    got = retrieval.measure(run, judged)
    assert list(got) == list(counted)
    for question, grades in counted.items():
        assert got[question] == pytest.approx(plain(orders[question], grades), abs=1e-9)
        assert all(0 <= value <= 1 for value in got[question].values())
    curve = retrieval.recall_curve(run, judged, most=30)
    assert curve == pytest.approx(
        [
            sum(
                sum(grades.get(article, 0) > 0 for article in orders[question][:k])
                / sum(grade > 0 for grade in grades.values())
                for question, grades in counted.items()
            )
            / len(counted)
            for k in range(1, 31)
        ]
        if counted
        else []
    )
    assert all(0 <= value <= 1 for value in curve)


@settings(max_examples=300, deadline=None)
@given(found, judgements)
def test_agrees_with_plain_python(run, judged):
    agrees_with_plain_python(run, judged)


@settings(max_examples=100, deadline=None)
@given(found, judgements, st.randoms())
def test_the_order_in_which_questions_and_articles_come_changes_nothing(run, judged, chance):
    def shuffled(pairs):
        return chance.sample(list(pairs), len(pairs))

    mixed = {question: shuffled(ranking) for question, ranking in shuffled(run.items())}
    assert retrieval.measure(mixed, dict(shuffled(judged.items()))) == retrieval.measure(run, judged)


def test_recall_curve_by_hand():
    run = {"q1": [("x", 3.0), ("a", 2.0), ("b", 1.0)], "q2": [("c", 1.0)]}
    judged = {"q1": {"a": 1, "b": 2}, "q2": {"c": 1}, "q3": {"d": 1}, "q4": {"e": 0}}
    # q1: 0, 1/2, 1, 1; q2: 1, 1, 1, 1; q3: 0; q4 is not counted.
    assert retrieval.recall_curve(run, judged, most=4) == pytest.approx([1 / 3, 1.5 / 3, 2 / 3, 2 / 3])
    assert len(retrieval.recall_curve(run, judged)) == 100
    assert retrieval.recall_curve(run, {"q4": {"e": 0}}) == []
