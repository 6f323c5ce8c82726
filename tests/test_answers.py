"""The figures of quotes and answers: by hand, and SQuAD's against its official script."""

import json
import os
import re
import string
from collections import Counter
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import EvaluationError
from qa.evaluation import answers
from qa.evaluation.dataset import Gold, Question
from qa.evaluation.record import Quoted

DATA = Path(os.environ.get("QA_EVAL_DATA", ROOT / ".." / "shared" / "eval"))


def asked(*golds, spans=()):
    return Question(id="q", text="?", answers=golds, spans=tuple(Gold(*span) for span in spans), answerable=True)


def quoted(text="nothing of the kind", start=0, end=None, *, article="a", answer=None):
    return Quoted(article, "Title", start, start + len(text) if end is None else end, text, answer, None)


def holds(text, *golds):
    return answers.right(asked(*golds), "a", 0, len(text), text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  The U.S.-led\n Coalition! ", "usled coalition"),  # punctuation goes first: no word "U" or "S" is left
        ("the-end", "theend"),  # so that this "the" is no article
        ("An apple a day, THE theatre", "apple day theatre"),
        ("“a b” – c", "“ b” – c"),  # the official script knows ASCII punctuation only
        ("a the an", ""),
        ("?!", ""),
    ],
)
def test_normalised_as_the_official_script_does(text, expected):
    assert answers.normalised(text) == expected


def test_exact_match_and_f1_by_hand():
    assert answers.exact_match("the Paris.", ("London", "PARIS")) == 1
    assert answers.exact_match("Paris, France", ("Paris",)) == 0
    # gen francisco yanez / general francisco yanez: 2 of 3 and 2 of 3.
    assert answers.f1("the Gen. Francisco Yanez", ("General Francisco Yanez",)) == pytest.approx(2 / 3)
    # yes yes / yes: 1 of 2 and 1 of 1, so 2 * 1/2 * 1 / (1/2 + 1) = 2/3; the better of two gold answers counts.
    assert answers.f1("yes yes", ("no", "yes")) == pytest.approx(2 / 3)
    assert answers.f1("one two", ("three",)) == 0


def test_empty_answers_count_as_in_the_official_script():
    # Where nothing is left of either, they are the same; where of one only, they have nothing in common.
    assert (answers.exact_match("the", ("a",)), answers.f1("the", ("a",))) == (1, 1)
    assert (answers.exact_match("", ()), answers.f1("", ())) == (1, 1)
    assert (answers.exact_match("word", ("a",)), answers.f1("word", ("a",))) == (0, 0)
    # A gold answer that is left empty is passed over where there is another.
    assert (answers.exact_match("the", ("a", "word")), answers.f1("the", ("a", "word"))) == (0, 0)


def official_normalize(s):
    """SQuAD's evaluate-v2.0.py."""

    def remove_articles(text):
        return re.sub(re.compile(r"\b(a|an|the)\b", re.UNICODE), " ", text)

    def remove_punc(text):
        return "".join(ch for ch in text if ch not in set(string.punctuation))

    return " ".join(remove_articles(remove_punc(s.lower())).split())


def official_f1(a_gold, a_pred):
    gold_toks = official_normalize(a_gold).split() if a_gold else []
    pred_toks = official_normalize(a_pred).split() if a_pred else []
    num_same = sum((Counter(gold_toks) & Counter(pred_toks)).values())
    if len(gold_toks) == 0 or len(pred_toks) == 0:
        return int(gold_toks == pred_toks)
    if num_same == 0:
        return 0
    precision, recall = num_same / len(pred_toks), num_same / len(gold_toks)
    return (2 * precision * recall) / (precision + recall)


WORDS = st.lists(st.sampled_from("the a An cat U.S. ’s “yes” 2019 2 é — -".split()), max_size=6).map(" ".join)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(WORDS | st.text(max_size=12), st.lists(WORDS | st.text(max_size=12), max_size=3))
def test_agrees_with_the_official_script(answer, golds):
    known = [gold for gold in golds if official_normalize(gold)] or [""]
    assert answers.normalised(answer) == official_normalize(answer)
    assert answers.exact_match(answer, golds) == max(
        int(official_normalize(gold) == official_normalize(answer)) for gold in known
    )
    assert answers.f1(answer, golds) == pytest.approx(max(official_f1(gold, answer) for gold in known))


@pytest.mark.parametrize(
    ("text", "gold", "expected"),
    [
        ("It happened in 2019.", "2", False),
        ("It took 2 days.", "2", True),
        ("Gen Francisco Yanez of the air force", "the Gen. Francisco Yanez", True),
        ("Francisco, brother of Gen Yanez", "Gen Francisco Yanez", False),  # all its words, but not in a row
        ("The dog ate the cat", "dog ate a cat", True),
        ("“Yes,” she said", "Yes", True),
        ("It was the “Williams thesis” again", '"Williams thesis"', True),
        ("The war of 1914–18 was long", "1914-18", True),
        ("Paris—the capital", "Paris", True),
        ("The president’s plan", "president's plan", True),
        ("The U.S. and the U.N.", "?", False),
        ("A and the", "the", False),  # nothing is left of the gold answer
        ("The", "the", False),  # nor of either
    ],
)
def test_a_quote_holds_an_answer_as_a_run_of_whole_words(text, gold, expected):
    assert holds(text, gold) is expected


def test_any_gold_answer_will_do_and_where_nothing_is_known_nothing_is_said():
    assert holds("In Paris.", "the", "Lyon", "Paris") is True
    assert holds("In Paris.") is None


@pytest.mark.parametrize(
    ("span", "quote", "expected"),
    [
        (("a", 10, 20), (15, 40), True),  # 5 of 10
        (("a", 10, 20), (16, 40), False),  # 4 of 10
        (("a", 10, 20), (0, 15), True),
        (("a", 10, 20), (0, 14), False),
        (("a", 10, 19), (0, 15), True),  # 5 of 9
        (("a", 10, 19), (0, 14), False),  # 4 of 9
        (("a", 10, 20), (12, 17), True),
        (("a", 10, 20), (30, 40), False),
        (("b", 10, 20), (10, 20), False),  # another article
        (("a", 10, 10), (0, 40), False),  # an empty span is covered by nothing
    ],
)
def test_a_quote_is_right_where_it_covers_half_of_a_gold_span(span, quote, expected):
    question = asked(spans=[span])
    assert answers.right(question, "a", *quote, "some words") is expected
    # The right words make it right wherever it stands.
    assert answers.right(asked("words", spans=[span]), "a", *quote, "some words") is True


def test_every_figure_by_hand():
    # Gold: "Yanez" at a 100-110, with a longer alternative 95-115 (one place, 95-115), and at b 0-8.
    question = asked("Gen Yanez", "Yanez", spans=[("a", 100, 110), ("a", 95, 115), ("b", 0, 8)])
    quotes = [
        quoted("He declared that he was the general.", 300, 340, answer="Gen X"),  # no
        quoted("wherever it stands", 104, 130),  # 6 of 10 of the first, 11 of 20 of the place: yes
        quoted("and so said Yanez", 500, 540),  # right by its words, but at no gold place
        quoted("the fourth does not count", 0, 8, article="b"),
    ]
    got = answers.measure(question, quotes, offered=True)
    assert got == pytest.approx(
        {
            "quote_hit@1": 0,
            "quote_hit@3": 1,
            "answered_right": 0,
            "answer_em": 0,
            "answer_f1": 1 / 2,  # gen x / gen yanez: 1 of 2 and 1 of 2
            "quote_words": 7,
            "citation_precision": 1 / 3,
            "citation_recall": 1 / 2,
        }
    )
    assert tuple(got) == answers.FIGURES
    # The second alone: it covers its place, and the other gold place is missing.
    got = answers.measure(question, quotes[1:2], offered=True)
    assert (got["quote_hit@1"], got["citation_precision"], got["citation_recall"]) == (1, 1, 1 / 2)
    assert got["answer_em"] == got["answer_f1"] == 0, "no words are marked"


def test_three_quotes_count_and_no_fourth():
    question, wrong, good = asked("Yanez"), quoted(), quoted("It was Yanez", answer="Yanez")
    assert answers.measure(question, [wrong, wrong, good], True)["quote_hit@3"] == 1
    assert answers.measure(question, [wrong, wrong, wrong, good], True)["quote_hit@3"] == 0
    first = answers.measure(question, [good, wrong], True)
    assert first == {
        "quote_hit@1": 1,
        "quote_hit@3": 1,
        "answered_right": 1,
        "answer_em": 1,
        "answer_f1": 1,
        "quote_words": 3,
    }


def test_a_hit_depends_on_no_threshold_and_an_answer_on_being_offered():
    got = answers.measure(asked("Yanez"), [quoted("It was Yanez", answer="Yanez")], offered=False)
    assert (got["quote_hit@1"], got["quote_hit@3"], got["answered_right"], got["answer_em"]) == (1, 1, 0, 1)


def test_what_is_not_known_is_absent_and_what_was_not_found_is_0():
    spans = [("a", 0, 10)]
    assert answers.measure(asked("x"), [], True) == dict.fromkeys(
        ("quote_hit@1", "quote_hit@3", "answered_right", "answer_em", "answer_f1"), 0
    )
    assert answers.measure(asked(spans=spans), [], True) == dict.fromkeys(
        ("quote_hit@1", "quote_hit@3", "answered_right", "citation_precision", "citation_recall"), 0
    )
    with pytest.raises(EvaluationError, match="Question q has no known answer and no known place"):
        answers.measure(asked(), [quoted()], True)


def test_gold_spans_that_overlap_are_one_place_and_neighbours_are_two():
    def recall(spans, *places):
        quotes = [quoted(start=start, end=end) for start, end in places]
        return answers.measure(asked(spans=[("a", *span) for span in spans]), quotes, True)["citation_recall"]

    assert recall([(0, 10), (10, 20)], (0, 10)) == 1 / 2
    assert recall([(10, 20), (0, 11)], (0, 10)) == 1  # joined to 0-20, of which half is covered
    assert recall([(0, 11), (10, 20)], (0, 9)) == 0
    assert recall([(0, 30), (5, 8), (20, 40)], (0, 20)) == 1  # 0-40: one inside another keeps the longer end
    assert recall([(0, 30), (5, 8), (20, 40)], (0, 19)) == 0
    # Two quotes that cover half only together cover nothing.
    assert recall([(0, 20)], (0, 6), (14, 20)) == 0


spans = st.tuples(st.sampled_from("ab"), st.integers(0, 30), st.integers(1, 30)).map(
    lambda s: (s[0], s[1], s[1] + s[2])
)
quotes = st.builds(
    lambda text, span, answer: Quoted(span[0], "Title", span[1], span[2], text, answer, None),
    WORDS,
    spans,
    st.none() | WORDS,
)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(
    st.lists(WORDS, max_size=3), st.lists(spans, max_size=4), st.lists(quotes, max_size=5), st.booleans(), st.randoms()
)
def test_figures_are_shares_and_the_order_of_what_is_known_changes_nothing(golds, places, found, offered, chance):
    if not golds and not places:
        return
    got = answers.measure(asked(*golds, spans=places), found, offered)
    assert all(0 <= value <= 1 for name, value in got.items() if name != "quote_words")
    assert got["quote_hit@1"] <= got["quote_hit@3"]
    assert got["answered_right"] == (got["quote_hit@1"] if offered else 0)
    if not golds and found:
        assert (got["citation_precision"] > 0) == bool(got["quote_hit@3"])
    assert list(got) == [name for name in answers.FIGURES if name in got]
    golds, places = chance.sample(golds, len(golds)), chance.sample(places, len(places))
    assert answers.measure(asked(*golds, spans=places), found, offered) == got


@pytest.mark.slow
@pytest.mark.parametrize("name", ["squad2-half", "squadshifts-wiki", "covidqa"])
def test_gold_places_of_real_questions_hold_their_answers(name):
    folder = DATA / name
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there: set QA_EVAL_DATA to the folder of the evaluation data")
    texts = {each["_id"]: each["text"] for each in lines(folder / "corpus.jsonl")}
    placed = lines(folder / "spans.jsonl")
    held = [answers.right(asked(each["text"]), "", 0, 0, around(texts, each)) for each in placed]
    # The rest begin or end inside a word, such as "$" or "non-": whole words are asked for.
    assert sum(held) / len(held) > 0.96


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def around(texts, span):
    """Give the lines that a span stands in."""
    text = texts[span["corpus_id"]]
    start = text.rfind("\n", 0, span["start"]) + 1
    end = text.find("\n", span["end"])
    return text[start : len(text) if end < 0 else end]
