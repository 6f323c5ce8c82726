"""Questions that others asked -> weights: what is learnt from, what is kept out, and that a stopped one goes on."""

import gzip
import json
import math
import random

import pytest

from index.article import Passage
from index.errors import TrainingError
from index.settings import Settings
from qa.confidence import Evidence
from qa.evaluation.dataset import Gold, Question
from qa.reader import Features, Line
from qa.reply import Hit
from qa.training import calibration, examples, misses, recipe, sources


def gz(folder, rows, name="pairs.jsonl.gz"):
    path = folder / name
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    return path


def pair(id, question, context, answer, **more):
    answers = [{"text": answer, "start": context.index(answer)}]
    return {"id": id, "question": question, "context": context, "answers": answers, **more}


class TestPairs:
    def test_each_context_is_an_article_and_its_places_are_gold(self, tmp_path):
        text = "Ann left Oslo. Bo stayed."
        dataset = sources.read(
            gz(tmp_path, [pair("1", " Who left? ", text, "Ann"), pair("2", "Who stayed?", text, "Bo")])
        )
        (article,) = map(json.loads, dataset.corpus.splitlines())
        assert (article["title"], article["text"]) == ("", text)
        assert [(each.text, each.answers, each.answerable) for each in dataset.questions] == [
            ("Who left?", ("Ann",), True),
            ("Who stayed?", ("Bo",), True),
        ]
        assert dataset.questions[1].spans == (Gold(article["_id"], 15, 17),)
        assert dataset.name == "pairs"

    def test_sentences_of_one_document_are_put_together_in_its_order(self, tmp_path):
        rows = [
            pair("1", "q", "Third one.", "Third", sentence="w:7:10:2"),
            pair("2", "q", "First one.", "First", sentence="w:7:2:9"),
            pair("3", "q", "Of another.", "another", sentence="w:8:0:0"),
        ]
        dataset = sources.read(gz(tmp_path, rows))
        texts = {row["_id"]: row["text"] for row in map(json.loads, dataset.corpus.splitlines())}
        assert sorted(texts.values()) == ["First one. Third one.", "Of another."]
        for question in dataset.questions:
            (gold,) = question.spans
            assert texts[gold.article_id][gold.start : gold.end] == question.answers[0]

    def test_five_sentences_at_most_stand_together(self, tmp_path):
        rows = [pair(str(at), "q", f"Sentence {at}.", str(at), sentence=f"w:7:0:{at}") for at in range(7)]
        texts = [json.loads(line)["text"] for line in sources.read(gz(tmp_path, rows)).corpus.splitlines()]
        assert sorted(text.count(".") for text in texts) == [2, 5]

    def test_sentences_of_a_group_are_put_together_too(self, tmp_path):
        rows = [pair(str(at), "q", f"Sentence {at}.", str(at), kind="answerable", group="Wiki1k:9") for at in range(3)]
        (article,) = map(json.loads, sources.read(gz(tmp_path, rows)).corpus.splitlines())
        assert (article["title"], article["text"]) == ("", "Sentence 0. Sentence 1. Sentence 2.")

    @pytest.mark.parametrize(
        ("group", "title"),
        [
            ("2008_Sichuan_earthquake", "2008 Sichuan earthquake"),
            ("Financial_crisis_of_2007%E2%80%9308", "Financial crisis of 2007–08"),
            ("quoref-Dune (1984 film)", "Dune (1984 film)"),
            ("quoref-75dcf2529bbd", ""),
            ("sq-61b92d5a00", ""),
        ],
    )
    def test_a_group_that_is_no_number_is_the_title(self, tmp_path, group, title):
        rows = [pair("1", "q", "Ann left.", "Ann", kind="answerable", group=group)]
        (article,) = map(json.loads, sources.read(gz(tmp_path, rows)).corpus.splitlines())
        assert article["title"] == title

    def test_what_refutes_a_claim_answers_it_and_what_says_nothing_of_it_does_not(self, tmp_path):
        claims = [
            {"id": label, "claim": "Bo left.", "evidence": f"Bo, {label}, stayed.", "label": label}
            for label in ("supported", "refuted", "not_enough")
        ]
        asked = sources.read(gz(tmp_path, claims)).questions
        assert [each.answers for each in asked] == [("Bo, supported, stayed.",), ("Bo, refuted, stayed.",), ()]
        assert all("Bo left" in each.text for each in asked)

    @pytest.mark.parametrize(
        "row", ["no JSON", '{"question": "q"}', '{"question": "q", "context": "c", "answers": [3]}']
    )
    def test_a_faulty_row_is_named(self, tmp_path, row):
        path = tmp_path / "p.jsonl.gz"
        good = json.dumps(pair("1", "q", "c", "c"))
        path.write_bytes(gzip.compress(f"{good}\n{row}\n".encode()))
        with pytest.raises(TrainingError, match=r"p\.jsonl\.gz:2 is no row"):
            sources.read(path)


ARTICLES = {
    "n1": ("Norway", "The king moved to Bergen in 1217. He built a hall of stone. The harbour was deep."),
    "n2": ("Norway", "The queen stayed in Oslo. She founded a school for girls."),
    "p1": ("Peru", "The minister resigned in Lima on Friday. The paper printed his letter."),
    "p2": ("Peru", "The minister of health stayed. He spoke in Lima about the harbour."),
    "s1": ("Spain", "The port of Cadiz was closed. Nobody resigned."),
}
QUESTIONS = [
    ("q1", "Where did the king move?", "n1", "Bergen"),
    ("q2", "Who founded a school for girls?", "n2", "queen"),
    ("q3", "Where did the minister resign first?", "p1", "Lima"),
    ("q4", "Which port was closed?", "s1", "Cadiz"),
    ("q5", "Which minister resigned in Oslo?", "p1", None),
]


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "set"
    made.mkdir()
    corpus = [{"_id": id, "title": title, "text": text} for id, (title, text) in ARTICLES.items()]
    queries, spans = [], []
    for id, text, about, answer in QUESTIONS:
        # Sets name one article, or several.
        known = {
            "answers": [answer] if answer else [],
            "answerable": bool(answer),
            "about_doc": about if answer else [about],
        }
        queries.append({"_id": id, "text": text, "metadata": known})
        if answer:
            start = ARTICLES[about][1].index(answer)
            spans.append(
                {"query_id": id, "corpus_id": about, "start": start, "end": start + len(answer), "text": answer}
            )
    for name, rows in (("corpus", corpus), ("queries", queries), ("spans", spans)):
        (made / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return made


class TestKeptOut:
    def test_every_third_title_is_kept_out(self, folder):
        assert sources.titles(folder) == ["Norway", "Peru", "Spain"]
        assert recipe.kept_out(folder) == ["Norway"]

    def test_questions_about_a_title_are_left_out_unanswerable_ones_too(self, folder):
        left = sources.read(folder, ["Peru"])
        assert [each.id for each in left.questions] == ["q1", "q2", "q4"]

    def test_what_is_left_is_a_set_of_its_own(self, folder):
        whole = sources.read(folder)
        digests = {whole.digest, sources.read(folder, ["Peru"]).digest, sources.read(folder, ["Spain"]).digest}
        assert len(whole.questions) == 5
        assert len(digests) == 3

    def test_nothing_that_was_learnt_from_is_measured(self, folder, monkeypatch):
        monkeypatch.setattr(recipe, "_TUNED", (folder.name,))
        monkeypatch.setattr(recipe, "SETS", (recipe.Source(folder.name, "to read"),))
        for every, expected in [
            (1, (set(), {"q1", "q3", "q5"}, {"q2", "q4"})),
            (2, ({"q3", "q5"}, {"q1", "q4"}, {"q2"})),
        ]:
            monkeypatch.setattr(recipe, "KEPT_OUT", every)
            learnt = sources.read(folder, recipe.kept_out(folder))
            parts = (learnt, recipe.tuned(folder), recipe.measured(folder))
            assert tuple({each.id for each in part.questions} for part in parts) == expected
            assert len({part.digest for part in parts}) == 3

    def test_of_a_set_that_the_network_never_saw_half_is_measured(self, folder, monkeypatch):
        monkeypatch.setattr(recipe, "_TUNED", (folder.name,))
        parts = (recipe.tuned(folder), recipe.measured(folder))
        assert [{each.id for each in part.questions} for part in parts] == [{"q1", "q3", "q5"}, {"q2", "q4"}]

    def test_a_set_that_nothing_was_fitted_on_is_measured_whole(self, folder):
        assert len(recipe.measured(folder).questions) == 5


class TestPool:
    def test_sources_stand_together_with_the_articles_that_are_asked_about(self, folder, tmp_path):
        rows = [
            pair("a", "Who left?", "Ann left Oslo.", "Ann"),
            {"id": "b", "question": "Who came?", "context": "Ann left Oslo.", "answers": [], "pair": "a"},
            {"id": "c", "question": "Who came?", "context": "Bo stayed.", "answers": [], "pair": "elsewhere"},
        ]
        path = gz(tmp_path, rows)
        pool = sources.pool([(folder, sources.read(folder, ["Peru"])), (path, sources.read(path))])
        asked = [each.id for each in pool.dataset.questions]
        assert asked == ["set/q1", "set/q2", "set/q4", "pairs/a", "pairs/b", "pairs/c"]
        texts = {row["_id"]: row["text"] for row in map(json.loads, pool.dataset.corpus.splitlines())}
        assert set(texts.values()) == {*(ARTICLES[id][1] for id in ("n1", "n2", "s1")), "Ann left Oslo.", "Bo stayed."}
        assert pool.about["set/q1"] == ["set/n1"]
        assert texts[pool.about["pairs/b"][0]] == "Ann left Oslo."
        for question in pool.dataset.questions:
            for gold in question.spans:
                assert texts[gold.article_id][gold.start : gold.end] in question.answers
        assert pool.siblings == {"pairs/b": "pairs/a"}

    def test_what_is_measured_too_is_left_out(self, tmp_path):
        said = "The king moved the court to Bergen in the year 1217 and built a hall of stone there."
        rows = [
            pair("same question", "who moved, the court?", "Nobody ever moved it.", "Nobody"),
            pair("same paragraph", "Who built?", f"{said} It still stands.", "king"),
            pair("neither", "Who built a hall of stone?", "The queen built a hall of stone in Oslo.", "queen"),
        ]
        measured = sources.read(gz(tmp_path, [pair("1", "Who moved the court?", said, "king")], "measured.jsonl.gz"))
        left = sources.apart(sources.read(gz(tmp_path, rows)), [measured])
        assert [each.id for each in left.questions] == ["neither"]

    def test_as_many_are_drawn_as_are_wanted_always_the_same(self, tmp_path):
        dataset = sources.read(gz(tmp_path, [pair(str(at), "q", f"Text {at}.", str(at)) for at in range(20)]))
        ids = [each.id for each in sources.drawn(dataset, 5, 1).questions]
        assert len(ids) == 5
        assert ids == sorted(ids, key=int)
        assert ids == [each.id for each in sources.drawn(dataset, 5, 1).questions]
        assert sources.drawn(dataset, None, 1) is dataset


@pytest.fixture
def made(folder, fake_model, monkeypatch, tmp_path):
    monkeypatch.setattr("qa.training.examples.SentenceEmbedder", fake_model)
    monkeypatch.setattr(examples, "SEARCHED", 1.0)
    for share in ("_KEYWORDS", "_PLAIN", "_LENGTHENED", "_TWO", "_BARE", "_HEADED"):
        monkeypatch.setattr(examples, share, 0.0)
    pool = sources.pool([(folder, sources.read(folder))])
    told = []
    rows = list(examples.examples(pool, Settings(home=tmp_path / "work"), lambda *at: told.append(at)))
    assert told[-1] == ("searching", 5, 5)
    return rows


class TestExamples:
    def test_an_answered_question_comes_with_the_passage_that_answers(self, made):
        first = next(row for row in made if row.bundle == "set/q3")
        assert (first.source, first.header, first.text, first.kind) == ("set", "Peru", ARTICLES["p1"][1], "answer")
        assert [first.text[start:end] for start, end in first.spans] == ["Lima"]

    def test_near_misses_hold_no_answer(self, made):
        misses = [row for row in made if row.bundle == "set/q3" and row.kind == "found"]
        assert {row.text for row in misses} == {ARTICLES[id][1] for id in ("n1", "n2", "s1")}
        assert ARTICLES["p2"][1] not in {row.text for row in misses}  # it names Lima

    def test_near_misses_are_made_of_the_passage_that_answers(self, made):
        removed, turned = (
            next(row for row in made if row.bundle == "set/q3" and row.kind == kind) for kind in ("removed", "turned")
        )
        assert (removed.asked, removed.text) == (
            "Where did the minister resign first?",
            "The paper printed his letter.",
        )
        assert (turned.text, turned.spans) == (ARTICLES["p1"][1], ())
        assert turned.asked != removed.asked

    def test_a_question_without_an_answer_stands_beside_the_one_most_like_it(self, made):
        (trap,) = [row for row in made if row.kind == "trap"]
        assert (trap.asked, trap.text, trap.spans) == ("Which minister resigned in Oslo?", ARTICLES["p1"][1], ())
        assert trap.bundle == "set/q3"

    def test_nothing_is_searched_for_questions_that_mean_nothing_alone(self, folder, fake_model, monkeypatch, tmp_path):
        monkeypatch.setattr("qa.training.examples.SentenceEmbedder", fake_model)
        monkeypatch.setattr(examples, "SEARCHED", 1.0)
        pool = sources.pool([(folder, sources.read(folder))], ["set"])
        rows = examples.examples(pool, Settings(home=tmp_path / "work"), lambda *_: None)
        assert {row.kind for row in rows} == {"answer", "removed", "turned", "trap"}

    @pytest.mark.parametrize(("share", "most", "words"), [(1.0, 27, 27), (0.0, 27, 12), (1.0, 26, 12)])
    def test_a_short_article_may_be_shown_uncut(self, share, most, words, folder, fake_model, monkeypatch, tmp_path):
        monkeypatch.setattr("qa.training.examples.SentenceEmbedder", fake_model)
        monkeypatch.setattr(examples, "WHOLE", share)
        monkeypatch.setattr(examples, "_MOST_WHOLE", most)
        text = f"{ARTICLES['p1'][1]} The crowd outside the ministry waited for hours and then went home in the rain."
        corpus = (folder / "corpus.jsonl").read_text()
        (folder / "corpus.jsonl").write_text(corpus.replace(ARTICLES["p1"][1], text))
        pool = sources.pool([(folder, sources.read(folder))])
        settings = Settings(home=tmp_path / "work", passage_words=20)
        rows = {row.kind: row for row in examples.examples(pool, settings, lambda *_: None) if row.bundle == "set/q3"}
        assert rows["answer"].text == " ".join(text.split()[:words])
        assert [rows["answer"].text[start:end] for start, end in rows["answer"].spans] == ["Lima"]

    def test_headers_do_not_tell_which_passage_answers(self, folder, fake_model, monkeypatch, tmp_path):
        monkeypatch.setattr("qa.training.examples.SentenceEmbedder", fake_model)
        monkeypatch.setattr(examples, "_BARE", 0.5)
        monkeypatch.setattr(examples, "_HEADED", 0.5)
        pool = sources.pool([(folder, sources.read(folder))])
        looks = {}
        for row in examples.examples(pool, Settings(home=tmp_path / "work"), lambda *_: None):
            titled = any(title in row.header for title, _ in ARTICLES.values())
            headed = any(outlet in row.header for outlet in examples._OUTLETS)
            looks.setdefault(row.bundle if row.kind != "trap" else row.kind, set()).add((titled, headed))
        assert all(len(each) == 1 for each in looks.values())
        assert len(set.union(*looks.values())) > 1


class TestMisses:
    TEXT = "The king moved to Bergen in 1217. He built a hall of stone. Bergen lies in Norway."
    PASSAGE = Passage("n1", 0, 10, 92, TEXT, ((10, 43), (44, 69), (70, 92)))

    def test_every_sentence_that_answers_goes(self):
        spans = [(self.TEXT.index("Bergen"), self.TEXT.index("Bergen") + 6)]
        assert misses.without_answer(self.PASSAGE, spans, ["Bergen"]) == "He built a hall of stone."
        assert misses.without_answer(self.PASSAGE, [(0, len(self.TEXT))], ["Bergen"]) is None

    def test_a_name_gives_way_to_a_name_and_a_number_to_a_number(self):
        turned = misses.Turned(["Who ruled Oslo in 1300?", "What happened in Bergen in 1217?"])
        asked = {turned.turn("Who moved to Bergen in 1217?", self.TEXT, random.Random(seed)) for seed in range(20)}
        # Where what is drawn stands in the passage already, nothing is changed there.
        assert asked == {"Who moved to Oslo in 1217?", "Who moved to Bergen in 1300?", None}

    def test_a_name_that_the_passage_does_not_hold_is_no_change_worth_learning(self):
        turned = misses.Turned(["Who ruled Oslo?", "Who ruled Cadiz?"])
        assert turned.turn("Who moved from Lima?", self.TEXT, random.Random(1)) is None

    def test_a_word_gives_way_to_its_opposite(self):
        turned = misses.Turned([])
        assert turned.turn("who built the oldest hall?", self.TEXT, random.Random(1)) == "who built the youngest hall?"


def case(question, lines):
    return calibration.Case(question, [], lines, None)


def line(ordinal, start, **given):
    passage = Passage("a1", ordinal, 0, 40, "x" * 40, ((0, 10), (10, 20), (20, 30)))
    known = {"standing": 1.0, "share": 0.0, "around": 0.0, "near": 0.0, "cosine": 0.0, **given}
    return Line(Hit(passage, 1.0), start // 10, **known)


def test_a_feature_that_tells_the_right_sentence_gets_the_weight():
    question = Question("q", "Who?", (), (Gold("a1", 10, 20),), {}, True)
    cases = [case(question, [line(0, 0, share=0.9), line(0, 10, cosine=0.8, share=0.9), line(0, 20, cosine=0.1)])] * 20
    fitted = calibration.sentences(cases)
    assert set(fitted) == set(Features.__dataclass_fields__)
    assert fitted["cosine"] > 3
    assert fitted["standing"] == pytest.approx(0, abs=1e-3)


def test_the_confidence_comes_out_as_often_right_as_it_says(monkeypatch):
    names = list(Evidence.__dataclass_fields__)
    # Right three times in four where the odds are 1, one time in four where they are -1.
    drawn = [(1.0, True)] * 75 + [(1.0, False)] * 25 + [(-1.0, True)] * 25 + [(-1.0, False)] * 75
    kinds = iter(drawn)
    monkeypatch.setattr(
        calibration, "_evidence", lambda case: Evidence(**{**dict.fromkeys(names, 0.5), "odds": case[0]})
    )
    monkeypatch.setattr(calibration, "_answers", lambda case: case[1])

    class Asked(tuple):
        lines = (1,)

    weights, intercept = calibration.confidence([Asked(each) for each in kinds])
    assert weights["unknown"] == -2
    rest = sum(0.5 * weights[name] for name in names if name != "odds")
    for odds, share in ((1.0, 0.75), (-1.0, 0.25)):
        assert 1 / (1 + math.exp(-(weights["odds"] * odds + rest + intercept))) == pytest.approx(share, abs=0.01)


def test_small_corpora_keep_half_of_the_articles_and_say_what_is_missing(folder):
    dataset = sources.read(folder)
    for small, missing in calibration.drawn(dataset, seed=4):
        held = {row["_id"] for row in map(json.loads, small.corpus.splitlines())}
        assert held < set(ARTICLES)
        for question in small.questions:
            assert (question.id in missing) is not bool(held & {gold.article_id for gold in question.spans})
