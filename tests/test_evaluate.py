"""An evaluation from a set to its folder, over articles small enough to know what must come out."""

import hashlib
import json
import os
import time
from types import SimpleNamespace

import pytest
from cuttings import CORPUS, write

from index import build
from index.errors import Busy, EvaluationError, NoIndex
from index.settings import Settings
from qa.batch import Asking, rankings
from qa.evaluation import asking, keeping
from qa.evaluation.dataset import Dataset, Gold, Question
from qa.evaluation.evaluate import Ranked, evaluate
from qa.evaluation.keeping import evaluations
from qa.evaluation.record import Evaluation
from qa.reply import Turn

pytestmark = pytest.mark.slow

RADIO = Question("q1", "Who spoke on the radio?", ("Gen Francisco Yanez",), (Gold("d2", 0, 31),), {"d2": 1}, True)
SATURDAY = Question("q2", "Who defected on Saturday?", ("Yanez",), (Gold("d1", 0, 20),), {"d1": 1, "d3": 0}, True)
BREAD = Question("q3", "How long does the dough rest?", answerable=False)
UNSURE = Question("q4", "Why did he go?", answerable=None)
ARTICLES = CORPUS.encode()
QUESTIONS = (RADIO, SATURDAY, BREAD, UNSURE)


def made(questions=QUESTIONS, corpus=ARTICLES, name="radio"):
    digest = hashlib.sha256(repr(questions).encode() + (corpus or b"")).hexdigest()
    return Dataset(name, tuple(questions), corpus, digest)


@pytest.fixture
def settings(home, fake_model):
    return home.model_copy(update={"answer_at": 0.5})


@pytest.fixture
def asked(monkeypatch):
    """The ids of the questions that are asked, in order."""
    seen = []
    group = asking._group

    def listening(qa, questions):
        seen.extend(question.id for question in questions)
        return group(qa, questions)

    monkeypatch.setattr(asking, "_group", listening)
    return seen


class Stop(Exception):
    """What a listener raises to stop a run."""


def stopping(at, stage="asking"):
    def listener(step):
        if step.stage == stage and step.done >= at:
            raise Stop

    return listener


def test_the_figures_are_those_of_the_rows(settings):
    done = evaluate(made(), settings)
    rows = {row.id: row for row in done.rows()}
    assert rows["q1"].ranking[0][0] == "d2"
    assert rows["q1"].figures["RR@10"] == rows["q1"].figures["nDCG@10"] == 1.0
    # d1 and d2 both hold "Yanez", "defected"; only d1 holds "Saturday".
    assert rows["q2"].ranking[0][0] == "d1"
    assert done.result["retrieval"]["nDCG@10"] == done.result["retrieval"]["R@1"] == 1.0
    assert done.result["retrieval"]["P@10"] == pytest.approx((1 / 10 + 1 / 10) / 2)
    assert done.result["retrieval"]["Judged@10"] == pytest.approx((1 / len(rows["q1"].ranking) + 2 / 3) / 2)
    # Wilson's: of two shares of 1 nobody can say that all are.
    assert done.result["ci95"]["nDCG@10"] == [pytest.approx(0.3424, abs=1e-4), 1.0]
    assert done.result["answers"]["quote_hit@1"] == 1.0
    assert done.result["answers"]["quote_valid"] == 1.0


def test_every_question_left_out_is_counted_with_its_reason(settings):
    counts = evaluate(made(), settings).result["questions"]
    assert {name: counts[name] for name in ("all", "answerable", "unanswerable", "unknown", "failed")} == {
        "all": 4,
        "answerable": 2,
        "unanswerable": 1,
        "unknown": 1,
        "failed": 0,
    }
    assert counts["counted"] == {"retrieval": 2, "passages": 2, "answers": 2, "refusal": 3}
    assert counts["left_out"]["retrieval"] == {"no relevant article is known": 2}
    assert counts["left_out"]["answers"] == {
        "the articles hold no answer": 1,
        "neither the words nor the place of its answer are known": 1,
    }
    assert counts["left_out"]["refusal"] == {"nobody knows whether the articles hold an answer": 1}


def test_refusal_is_measured_on_the_questions_known_to_have_an_answer_or_none(settings):
    done = evaluate(made(), settings)
    rows = {row.id: row for row in done.rows()}
    sure = {id: row.confidence for id, row in rows.items()}
    assert done.result["refusal"]["auroc"] == sum(sure[id] > sure["q3"] for id in ("q1", "q2")) / 2
    brier = ((1 - sure["q1"]) ** 2 + (1 - sure["q2"]) ** 2 + sure["q3"] ** 2) / 3
    assert done.result["refusal"]["brier"] == pytest.approx(brier)
    decided = [rows["q1"].status == "answered", rows["q2"].status == "answered", rows["q3"].status != "answered"]
    assert done.result["refusal"]["decided_right"] == pytest.approx(sum(decided) / 3)


def test_a_set_of_unanswerable_questions_has_no_figure_of_retrieval(settings):
    result = evaluate(made([BREAD]), settings).result
    assert set(result["retrieval"].values()) == {None}
    assert {value for name, value in result["answers"].items() if name != "quote_valid"} == {None}
    assert result["refusal"]["auroc"] is None
    assert result["refusal"]["refused_unanswerable"] in (0.0, 1.0)
    assert "nDCG@10" not in result["ci95"]


def test_nothing_known_at_all_is_nothing_defined(settings):
    result = evaluate(made([UNSURE]), settings).result
    assert {*result["retrieval"].values(), *result["passages"].values(), *result["refusal"].values()} == {None}
    assert result["ci95"] == {}
    assert result["curves"]["risk_coverage"] == result["curves"]["reliability"] == []


def test_a_question_that_cannot_be_asked_counts_as_nothing_found(settings):
    long = Question("q9", "who " * 300, ("Yanez",), (), {"d1": 1}, True)
    done = evaluate(made([RADIO, long]), settings)
    assert done.result["questions"]["failed"] == 1
    assert done.result["retrieval"]["nDCG@10"] == 0.5
    assert done.result["answers"]["quote_hit@1"] == 0.5
    (failed,) = [row for row in done.rows() if row.status == "failed"]
    assert "at most 200 words" in failed.reason


def test_what_is_right_is_marked_in_the_rows(settings):
    rows = {row.id: row for row in evaluate(made(), settings).rows()}
    best = rows["q1"].found[0]
    assert (best.passage, best.right, best.ranks) == ("d2#0", True, {"dense": 1, "lexical": 1})
    assert "radio" in best.words
    assert {found.right for found in rows["q1"].found[1:]} == {False}
    assert {found.right for found in rows["q3"].found} <= {None}
    assert rows["q1"].quotes[0].right is True


def test_the_conversation_before_a_question_is_followed(settings):
    question = Question("q5", "What about it?", history=("Who spoke on the radio?",), judged={"d2": 1}, answerable=True)
    (row,) = evaluate(made([question]), settings).rows()
    assert row.searched_for == "What about it? spoke radio"
    assert row.ranking[0][0] == "d2"


class TestFolder:
    def test_it_is_numbered_and_holds_the_result_the_rows_the_passages_and_a_run(self, settings):
        first, second = evaluate(made(), settings), evaluate(made(name="two words/x"), settings)
        assert [each.folder.name for each in evaluations(settings.home)] == ["0002-two-words-x", "0001-radio"]
        assert sorted(path.name for path in first.folder.iterdir()) == [
            "passages.jsonl",
            "questions.jsonl",
            "result.json",
            "run.trec",
        ]
        assert second.result["id"] == "0002-two-words-x"
        assert second.result["per_question"] == str(second.folder / "questions.jsonl")
        lines = (first.folder / "run.trec").read_text().splitlines()
        assert lines[0].split()[:4] == ["q1", "Q0", "d2", "1"]
        assert list(settings.home.joinpath("evaluations").glob("next-*")) == []

    def test_each_passage_that_a_row_shows_is_there_as_it_stands(self, settings):
        done = evaluate(made(), settings)
        texts = {each["_id"]: each for each in map(json.loads, CORPUS.splitlines())}
        passages = done.passages()
        assert set(passages) == {found.passage for row in done.rows() for found in row.found}
        for each in passages.values():
            article = texts[each["article_id"]]
            assert each["title"] == article["title"]
            assert each["text"] == article["text"][each["start"] : each["end"]]

    def test_rows_are_read_back_as_they_were_written(self, settings):
        done = evaluate(made(), settings)
        rows = list(done.rows())
        assert [type(row).of(json.loads(json.dumps(row.to_json()))) for row in rows] == rows

    def test_ids_that_a_run_cannot_carry_are_told(self, settings):
        corpus = CORPUS.replace('"d3"', '"d 3"').encode()
        result = evaluate(made([SATURDAY], corpus), settings).result
        assert [fault["where"] for fault in result["faults"]] == ["run.trec"]
        assert "must have neither spaces" in result["faults"][0]["reason"]

    def test_a_folder_without_a_result_is_none(self, tmp_path):
        with pytest.raises(EvaluationError, match="no finished evaluation"):
            Evaluation.open(tmp_path)


class TestResuming:
    def test_what_was_asked_is_kept_and_only_the_rest_is_asked(self, settings, monkeypatch, asked):
        monkeypatch.setattr(asking, "GROUP", 2)
        with pytest.raises(Stop):
            evaluate(made(), settings, listener=stopping(2))
        assert asked == ["q1", "q2"]
        done = evaluate(made(), settings)
        assert asked == ["q1", "q2", "q3", "q4"]
        assert [row.id for row in done.rows()] == ["q1", "q2", "q3", "q4"]

    def test_it_ends_as_if_it_had_never_been_stopped(self, settings, monkeypatch):
        monkeypatch.setattr(asking, "GROUP", 2)
        whole = evaluate(made(), settings)
        with pytest.raises(Stop):
            evaluate(made(), settings, listener=stopping(2))
        again = evaluate(made(), settings)
        assert list(again.rows()) == list(whole.rows())
        assert again.result["refusal"] == whole.result["refusal"]

    def test_a_row_written_in_part_is_asked_again(self, settings, monkeypatch, asked):
        monkeypatch.setattr(asking, "GROUP", 2)
        with pytest.raises(Stop):
            evaluate(made(), settings, listener=stopping(2))
        (kept,) = settings.home.joinpath("evaluations").glob("next-*/*.jsonl")
        kept.write_bytes(kept.read_bytes()[:-9])
        evaluate(made(), settings)
        assert asked == ["q1", "q2", "q2", "q3", "q4"]

    @pytest.mark.parametrize("change", ["setting", "question", "code"])
    def test_another_set_setting_or_code_begins_anew(self, settings, monkeypatch, asked, change):
        with pytest.raises(Stop):
            evaluate(made(), settings, listener=stopping(4))
        dataset = made()
        if change == "setting":
            settings = settings.model_copy(update={"dense_weight": 0.5})
        elif change == "question":
            dataset = made([SATURDAY, RADIO])
        else:
            monkeypatch.setattr(keeping, "code", lambda: "other")
        evaluate(dataset, settings)
        assert asked == ["q1", "q2", "q3", "q4", *(question.id for question in dataset.questions)]

    def test_a_finished_one_is_not_taken_up(self, settings, asked):
        evaluate(made(), settings)
        evaluate(made(), settings)
        assert asked == 2 * ["q1", "q2", "q3", "q4"]

    def test_what_nobody_goes_on_with_is_dropped_after_a_month(self, settings):
        old, young = (settings.home / "evaluations" / f"next-{name}" for name in ("old", "young"))
        for folder in (old, young):
            folder.mkdir(parents=True)
        os.utime(old, (0, time.time() - 31 * 24 * 3600))
        evaluate(made(), settings)
        assert (old.exists(), young.exists()) == (False, True)

    def test_two_at_once_do_not_write_into_one_another(self, settings):
        def listener(step):
            if step.stage == "asking":
                with pytest.raises(Busy, match="Another process runs this very evaluation"):
                    evaluate(made(), settings)
                raise Stop

        with pytest.raises(Stop):
            evaluate(made(), settings, listener=listener)


class TestCache:
    def test_the_same_articles_are_embedded_once(self, settings, fake_model):
        first = evaluate(made(), settings)
        before = list(fake_model.embedded)
        second = evaluate(made([SATURDAY]), settings)
        assert first.result["speed"]["passages_per_s"] > 0
        assert second.result["speed"]["passages_per_s"] is None
        # What is timed is embedded again, as for a person who asks; no passage is, and nothing is that was asked.
        assert not [text for text in fake_model.embedded[len(before) :] if text.startswith("Yanez defects")]

    def test_sentences_are_remembered_but_for_those_that_are_timed(self, settings, fake_model, monkeypatch):
        monkeypatch.setattr("qa.evaluation.speed.asked_ms", lambda *_: [])
        evaluate(made(), settings)
        before = len(fake_model.embedded)
        result = evaluate(made(), settings.model_copy(update={"dense_weight": 0.6})).result
        assert len(fake_model.embedded) == before
        assert (result["speed"]["ask_ms_p50"], result["speed"]["asked"]) == (None, 0)

    def test_passages_of_another_length_are_another_index(self, settings, fake_model):
        evaluate(made(), settings)
        other = evaluate(made(), settings.model_copy(update={"passage_words": 20}))
        assert other.result["speed"]["passages_per_s"] > 0
        assert other.result["changed_settings"] == {"passage_words": 20, "answer_at": 0.5}


class TestOwnArticles:
    def test_a_set_without_articles_is_asked_over_the_index_in_force(self, settings, tmp_path):
        build.index([write(tmp_path / "articles", {"corpus.jsonl": CORPUS})], settings)
        result = evaluate(made(corpus=None), settings).result
        assert result["corpus"]["articles"] == 3
        assert result["speed"]["index_s"] is None
        assert result["retrieval"]["nDCG@10"] == 1.0

    def test_without_an_index_it_says_how_to_make_one(self, settings):
        with pytest.raises(NoIndex, match="qa index PATH"):
            evaluate(made(corpus=None), settings)

    def test_articles_indexed_meanwhile_are_told_in_a_comparison(self, settings, tmp_path):
        build.index([write(tmp_path / "articles", {"corpus.jsonl": CORPUS})], settings)
        before = evaluate(made(corpus=None), settings)
        build.index([write(tmp_path / "more", {"bread.txt": "Bread\n\nThe dough rests for hours."})], settings)
        after = evaluate(made(corpus=None), settings, other=before)
        assert after.result["compared"]["notes"] == ["The corpus has changed between the two."]


class TestAblation:
    def test_each_layer_is_measured_by_itself(self, settings):
        layers = evaluate(made(), settings, ablate=True).result["ablation"]
        assert [each["layer"] for each in layers] == ["dense", "lexical", "fused"]
        for each in layers:
            alone = evaluate(made(), settings, layer=each["layer"]).result
            for part in ("retrieval", "passages", "answers", "refusal"):
                assert each[part] == alone[part]

    def test_the_first_layer_is_compared_with_none_and_each_other_with_the_best_before(self, settings):
        layers = evaluate(made(), settings, ablate=True).result["ablation"]
        assert layers[0]["compared"] is None
        height = {each["layer"]: each["retrieval"]["nDCG@10"] for each in layers}
        assert layers[1]["compared"]["with"] == "dense"
        assert layers[2]["compared"]["with"] == ("lexical" if height["lexical"] > height["dense"] else "dense")

    def test_a_layer_that_there_is_not_is_told_with_those_there_are(self, settings):
        with pytest.raises(EvaluationError, match=r"no layer “magic”: choose one of dense, lexical, fused\."):
            evaluate(made(), settings, layer="magic")


class TestComparison:
    def test_with_itself_nothing_differs(self, settings):
        first = evaluate(made(), settings)
        compared = evaluate(made(), settings, other=first).result["compared"]
        assert compared["with"] == "0001-radio"
        assert compared["notes"] == []
        for figure in compared["figures"].values():
            assert (figure["difference"], figure["p"], figure["ci95"]) == (0.0, 1.0, [0.0, 0.0])

    def test_with_a_ranking_made_elsewhere(self, settings):
        theirs = Ranked("theirs.trec", {"q1": [("d1", 2.0), ("d2", 1.0)], "q2": [("d1", 1.0)], "zz": [("d1", 1.0)]})
        compared = evaluate(made(), settings, other=theirs).result["compared"]
        assert compared["notes"] == [
            "Questions of the run that are not in this set, left out: 1.",
            "The run ranks as few as 1 document for a question: figures beyond that are too low for it.",
        ]
        rank = compared["figures"]["RR@10"]
        assert (rank["this"], rank["other"], rank["n"]) == (1.0, pytest.approx((1 / 2 + 1) / 2), 2)
        (change,) = compared["changed"]  # nDCG@10 of a relevant article in the second place: 1 / log2(3)
        assert (change["_id"], change["question"], change["figure"]) == ("q1", RADIO.text, "nDCG@10")
        assert (change["this"], change["other"]) == (1.0, pytest.approx(0.6309, abs=1e-4))
        assert "quote_hit@1" not in compared["figures"]

    @pytest.mark.parametrize(
        ("run", "notes"),
        [
            ({"q1": "d2 d1 d3", "q2": "d1 d2 d3"}, []),
            (
                {"q1": "d2 d1 d3"},
                ["Questions of the set that the run does not rank, counted as 0 for it: 1 of 2."],
            ),
            (
                {"q1": "d2 d1 x3", "q2": "x1 d2 x4"},
                ["Documents of the run that are no articles of this set: 3 of 5."],
            ),
            (
                {"q2": "d1 y", "q3": "d1 d2 d3", "z1": "d1", "z2": "d1"},
                [
                    "Questions of the run that are not in this set, left out: 2.",
                    "Questions of the set that the run does not rank, counted as 0 for it: 1 of 2.",
                    "Documents of the run that are no articles of this set: 1 of 2.",
                    "The run ranks as few as 2 documents for a question: figures beyond that are too low for it.",
                ],
            ),
        ],
    )
    def test_how_a_ranking_made_elsewhere_does_not_fit_is_told(self, settings, run, notes):
        theirs = Ranked("t", {id: [(d, 9.0 - at) for at, d in enumerate(ids.split())] for id, ids in run.items()})
        compared = evaluate(made(), settings, other=theirs).result["compared"]
        assert compared["notes"] == notes
        # A question that it does not rank counts as 0 for it.
        assert compared["figures"]["nDCG@10"]["n"] == 2

    @pytest.mark.parametrize(
        ("run", "told"),
        [
            ({"q1": "Xd2 Xd1", "q2": "Xd1"}, "No document of t is an article of this set (its first is “Xd1”)"),
            ({"q1": "D2", "q2": "D1 D3"}, "No document of t is an article of this set"),
            (
                {"x1": "d2", "x2": "d1"},
                "t ranks nothing for any question of this set (its first is “x1”, the set's “q1”)",
            ),
            ({"q3": "d1", "q4": "d2"}, "t ranks nothing for any question of this set (its first is “q3”"),
        ],
    )
    def test_a_ranking_of_other_articles_or_questions_is_refused(self, settings, run, told):
        theirs = Ranked("t", {id: [(d, 1.0) for d in ids.split()] for id, ids in run.items()})
        with pytest.raises(EvaluationError) as raised:
            evaluate(made(), settings, other=theirs)
        assert told in str(raised.value)

    def test_another_set_is_told(self, settings):
        first = evaluate(made(), settings)
        compared = evaluate(made([RADIO]), settings, other=first).result["compared"]
        assert compared["notes"] == ["The set of questions has changed between the two."]
        assert compared["questions"] == {"both": 1, "only_this": 0, "only_other": 2}

    def test_no_question_in_common_is_an_error(self, settings):
        first = evaluate(made([RADIO]), settings)
        with pytest.raises(EvaluationError, match="in common"):
            evaluate(made([SATURDAY]), settings, other=first)


def test_the_listener_is_told_every_stage_and_how_long_it_will_take(settings, monkeypatch):
    monkeypatch.setattr(asking, "GROUP", 1)
    steps = []
    evaluate(made(), settings, listener=steps.append)
    stages = list(dict.fromkeys(step.stage for step in steps))
    assert stages == ["reading", "comparing", "cutting", "embedding", "writing", "asking", "timing"]
    asked = [step for step in steps if step.stage == "asking"]
    assert [(step.done, step.total) for step in asked] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert asked[0].eta_s is None
    assert asked[-1].eta_s == 0


def test_times_are_those_of_questions_asked_one_by_one(settings, monkeypatch):
    times = iter(range(1000))
    monkeypatch.setattr(
        "qa.evaluation.speed.time", SimpleNamespace(perf_counter=lambda: next(times) / 1000, monotonic=lambda: 0)
    )
    speed = evaluate(made(), settings).result["speed"]
    assert speed["asked"] == 4
    assert speed["ask_ms_p50"] == speed["ask_ms_p95"] == 1.0
    assert speed["peak_rss_mb"] > 50


def as_ranked(settings, questions, unit):
    """Give what a batch of the same questions ranks for each."""
    asked = [Asking(each.id, each.text, tuple(map(Turn, each.history))) for each in questions]
    with asking.remembering(settings) as qa:
        found = list(rankings(asked, qa, k=100, unit=unit, where=None))
    assert [fault for _, _, fault in found] == [None] * len(questions)
    return [[(row[2], float(row[4])) for row in map(str.split, lines)] for _, lines, _ in found]


@pytest.mark.parametrize("unit", ["article", "passage"])
def test_a_batch_is_ranked_as_its_evaluation_ranks_it(settings, tmp_path, unit):
    questions = [
        *QUESTIONS,
        Question("q5", "What about it?", history=("Who spoke on the radio?",), judged={"d2": 1}, answerable=True),
        Question("q6", "What does Reuters say of Yanez?", judged={"d2": 1}, answerable=True),
        Question("q7", "Who wrote “Yanez defects”?", judged={"d1": 1}, answerable=True),
        Question("q8", "help", answerable=False),
    ]
    build.index([write(tmp_path / "articles", {"corpus.jsonl": CORPUS})], settings)
    rows = list(evaluate(made(questions, None), settings).rows())
    measured = [list(row.ranking if unit == "article" else row.passages) for row in rows]
    assert as_ranked(settings, questions, unit) == measured


@pytest.mark.model
def test_with_the_real_model_too_to_the_last_digit(real_home):
    texts = ["who defected?", "What did he post?", "Who is Juan Guaido?", "When was the election held?"]
    questions = [Question(f"q{at}", text, answerable=False) for at, text in enumerate(texts)]
    settings = Settings(home=real_home.home, read_passages=4)
    rows = list(evaluate(made(questions, None), settings).rows())
    assert as_ranked(settings, questions, "passage") == [list(row.passages) for row in rows]


@pytest.mark.model
def test_the_seeds_are_measured_with_the_real_model(real_home, tmp_path):
    from index.corpus import Corpus
    from index.generations import CORPUS, current

    with Corpus(current(real_home.home).folder / CORPUS) as corpus:
        (article,) = corpus.articles()
    start = article.text.index("Gen Francisco Yanez")
    gold = (Gold(article.id, start, start + 19),)
    questions = [
        Question("who", "who defected?", ("Gen Francisco Yanez",), gold, {article.id: 1}, True),
        Question("dough", "How long must bread dough rest?", answerable=False),
    ]
    done = evaluate(made(questions, None), Settings(home=real_home.home))
    assert done.result["answers"]["quote_hit@1"] == 1.0
    assert done.result["refusal"]["auroc"] == 1.0
    assert done.result["refusal"]["decided_right"] == 1.0
