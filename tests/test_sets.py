"""Sets of questions: every layout reads to the same nouns, and every fault is listed with its place."""

import json
import os
import time
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Article, Byline, Draft
from index.errors import EvaluationError
from index.ledger import Ledger
from index.loaders.beir import load
from index.settings import Settings
from qa.evaluation.dataset import Dataset, Gold, Question
from qa.evaluation.sets import read
from qa.evaluation.sets.beir import write
from qa.evaluation.sets.checks import id_of

REAL = Path(os.environ.get("QA_EVAL_DATA", Path(__file__).parent.parent / ".." / "shared" / "eval"))
YANEZ, BRIDGE = "Gen Yanez defected. He spoke.", "Naïve 🙂 soldiers blocked the bridge."
ARTICLES = [
    Article("d1", YANEZ, Byline("Defected", "Ann", "2019-02-08", "Paper", "https://paper.example/1")),
    Article("d2", BRIDGE, Byline("Bridge")),
    Article("d3", "Bread.", Byline("Bridge")),
]
PATHS = {"d1": "/news/2019/yanez.txt", "d2": "/news/2019/bridge.txt", "d3": "/news/2020/bridge.txt"}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """An index of three articles; two have the same title and file name."""
    with Ledger(tmp_path_factory.mktemp("corpus") / "corpus.sqlite") as ledger:
        for article in ARTICLES:
            ledger.begin(PATHS[article.id])
            ledger.put(article, PATHS[article.id])
            ledger.hold(PATHS[article.id], article.id, None)
            ledger.end(PATHS[article.id], "0", [])
        ledger.commit()
        yield ledger


@pytest.fixture
def folder(tmp_path):
    """Write a folder in BEIR's layout; rows are objects, or lines as they stand."""

    def lines(rows):
        return "".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows)

    def make(queries, corpus=None, qrels=None, spans=None):
        place = tmp_path / "set"
        place.mkdir(exist_ok=True)
        if corpus is None:
            corpus = [{"_id": article.id, "title": article.byline.title, "text": article.text} for article in ARTICLES]
        given = {"queries.jsonl": lines(queries), "corpus.jsonl": lines(corpus)}
        given |= {"qrels.tsv": qrels} if qrels is not None else {}
        given |= {"spans.jsonl": lines(spans)} if spans is not None else {}
        for name, text in given.items():
            (place / name).write_text(text, encoding="utf-8")
        return place

    return make


@pytest.fixture
def file(tmp_path):
    def make(name, data):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return make


def faults(dataset, under):
    """Give (place, reason), places without the path of the set."""
    return [(fault.where.removeprefix(f"{under}").lstrip("/:"), fault.reason) for fault in dataset.faults]


def asked(id="q1", text="Who?", **metadata):
    return {"_id": id, "text": text, "metadata": metadata}


def span(question, article, start, end, **more):
    return {"query_id": question, "corpus_id": article, "start": start, "end": end, **more}


class TestBeir:
    def test_a_whole_set(self, folder):
        history = [{"speaker": "user", "text": "What?"}, {"speaker": "agent", "text": "That."}, "And?"]
        place = folder(
            [
                asked("q1", "Who?", answers=["Gen Yanez", "Yanez", "Gen Yanez"], answerable=True, history=history),
                asked("q2", "Why?", answers=["No idea."], answerable=False),
                asked(3, "When?", answerable=None, answers=["Then"]),
            ],
            qrels="query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\nq2\td2\t1\n",
            spans=[
                span("q1", "d1", 0, 9, text="Gen Yanez", kind="critical_span"),
                span("q1", "d1", 20, 22, text="He", kind="distractor_span"),
                span("q1", "d2", 6, 7),
                span("q1", "d1", 0, 9),
                span("q2", "d2", 0, 5, text="Naïve"),
            ],
        )
        dataset = read(place)
        assert dataset.questions == (
            Question(
                "q1",
                "Who?",
                ("Gen Yanez", "Yanez"),
                (Gold("d1", 0, 9), Gold("d2", 6, 7)),
                {"d1": 2, "d2": 0},
                True,
                ("What?", "And?"),
            ),
            Question("q2", "Why?", judged={"d2": 1}, answerable=False),
            Question("3", "When?", ("Then",)),
        )
        assert (dataset.name, dataset.corpus, dataset.faults) == ("set", place / "corpus.jsonl", ())

    def test_where_the_set_does_not_say_what_is_known_says_whether_it_is_answerable(self, folder):
        place = folder(
            [{"_id": id, "text": "Who?"} for id in "abcd"] + [asked("e", answers=["x"]), asked("f")],
            qrels="a\td1\t1\nb\td1\t0\n",
            spans=[span("c", "d1", 0, 3)],
        )
        known = {question.id: question.answerable for question in read(place).questions}
        assert known == {"a": True, "b": None, "c": True, "d": None, "e": True, "f": None}

    def test_the_digest_is_of_every_file_that_is_read(self, folder, tmp_path):
        made = {"qrels": "q1\td1\t1\n", "spans": [span("q1", "d1", 0, 3)]}
        place = folder([asked()], **made)
        first = read(place).digest
        parts = [
            ("corpus", "corpus.jsonl"),
            ("queries", "queries.jsonl"),
            ("qrels", "qrels.tsv"),
            ("spans", "spans.jsonl"),
        ]
        named = "".join(f"{part} {sha256((place / name).read_bytes()).hexdigest()}\n" for part, name in parts)
        assert first == sha256(named.encode()).hexdigest()
        for _, name in parts:
            whole = (place / name).read_bytes()
            (place / name).write_bytes(whole + b"\n")
            assert read(place).digest != first, name
            (place / name).write_bytes(whole)
        (place / "other.txt").write_text("not read")
        assert read(place).digest == first

    def test_other_judgements_stand_in_place_of_its_own(self, folder, file):
        place = folder([asked()], qrels="q1\td1\t1\n")
        other = file("other", "q1 0 d2 3\n")
        assert read(place, qrels=other).questions[0].judged == {"d2": 3}
        with pytest.raises(EvaluationError, match=r"none cannot be read \(No such file"):
            read(place, qrels=place / "none")

    def test_judgements_of_one_part_leave_the_other_parts_out_and_count_them(self, folder):
        place = folder([asked("train"), asked("q1"), asked("typed", answerable=None), asked("known", answers=["x"])])
        (place / "qrels").mkdir()
        (place / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\n")
        dataset = read(place)
        assert [question.id for question in dataset.questions] == ["q1", "typed", "known"]
        reason = "1 questions are not judged here, and nothing is known of them: they are of another part."
        assert faults(dataset, place) == [("qrels/test.tsv", reason)]
        (place / "qrels.tsv").write_text("train\td1\t1\n")  # comes first
        dataset = read(place)
        assert (dataset.questions[0].id, dataset.faults) == ("train", ())

    def test_an_article_without_text_is_still_judged(self, folder):
        # It cannot be found, which must count against the search, not be forgotten.
        place = folder([asked()], [{"_id": "d1", "title": "T", "text": ""}], "q1\td1\t1\n")
        assert read(place).questions[0].judged == {"d1": 1}

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            (
                '{"_id": "q2", ',
                "the line is no JSON (Expecting property name enclosed in double quotes: line 1 column 14",
            ),
            ("[1]", "the line holds a list, not an object: write one object a line."),
            (asked("q1", "Again?"), "the question's id “q1” is that of an earlier question: give each its own."),
            (asked("q2", " \u00a0"), "the question is empty: write it."),
            (asked("q 2"), "the question's id 'q 2' is empty or holds white space: give it one without."),
            (asked(""), "the question's id '' is empty or holds white space: give it one without."),
            (asked("q2", "caf\ud83d"), "the question holds half a character, which no file can carry: correct it."),
            (asked(None), '"_id" is None: give a text or a number.'),
            ({"_id": "q2"}, '"text" is None: give the question as a text.'),
            ({"_id": "q2", "text": "Who?", "metadata": [1]}, '"metadata" is [1]: give an object.'),
            (asked("q2", answerable="yes"), "\"answerable\" is 'yes': write true, false or null."),
            (asked("q2", answers="Yanez"), '"answers" is "Yanez": give a list of texts, none of them empty.'),
            (asked("q2", answers=["a", " "]), '"answers" is ["a", " "]: give a list of texts, none of them empty.'),
            (asked("q2", answers=["\udc00"]), '"answers" holds half a character, which no file can carry: correct it.'),
            (asked("q2", history=[3]), '"history" is [3]: give a list of texts, none of them empty.'),
        ],
    )
    def test_a_question_that_cannot_be_asked_is_left_out(self, folder, row, reason):
        place = folder([asked("q1"), row, asked("q9")])
        dataset = read(place)
        assert [question.id for question in dataset.questions] == ["q1", "q9"]
        ((where, why),) = faults(dataset, place)
        assert where == "queries.jsonl:2"
        assert why.startswith(reason)

    def test_a_line_that_is_no_utf8_is_left_out(self, folder):
        place = folder([asked("q1")])
        with (place / "queries.jsonl").open("ab") as queries:
            queries.write(b'\n{"_id": "q2", "text": "caf\xe9?"}\n')
        reason = "byte 26 of the line is not UTF-8: save the file as UTF-8."
        assert faults(read(place), place) == [("queries.jsonl:3", reason)]

    def test_judgements_that_agree_with_nothing_are_left_out(self, folder):
        place = folder([asked()], qrels="q1\td1\t1\nq7\td1\t1\nq1\td7\t1\nq1\td2\t.5\nq1\td2\n")
        dataset = read(place)
        assert dataset.questions[0].judged == {"d1": 1}
        assert faults(dataset, place) == [
            ("qrels.tsv:2", "there is no question “q7”: correct its id."),
            ("qrels.tsv:3", "there is no article “d7” in the corpus: correct its id."),
            ("qrels.tsv:4", "the score “.5” is no whole number: write 0, 1, 2 and so on."),
            ("qrels.tsv:5", "it has 2 columns: qrels have 3 (query, article, score) or TREC's 4."),
        ]

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            ("{", "the line is no JSON"),
            (span("q7", "d1", 0, 3), "there is no question “q7”: correct query_id."),
            (span("q1", "d7", 0, 3), "there is no article “d7” in the corpus: correct its id."),
            (span("q1", "d1", 4, 9, text="yanez"), "article d1 reads “Yanez” there, not “yanez”: correct its place."),
            (span("q1", "d1", 20, 30), "the span 20-30 ends beyond article d1 of 29 characters."),
            (span("q1", "d1", 20, 30, text="He spoke."), "the span 20-30 ends beyond article d1 of 29 characters."),
            (span("q1", "d1", 3, 3), "the span goes from 3 to 3: give code points, 0 <= start < end."),
            (span("q1", "d1", -1, 3), "the span goes from -1 to 3: give code points, 0 <= start < end."),
            (span("q1", "d1", "0", 3), "the span goes from '0' to 3: give code points, 0 <= start < end."),
            (span("q1", "d1", False, 3), "the span goes from False to 3: give code points, 0 <= start < end."),
            (span("q1", "d1", 0, 3, text=5), '"text" is 5: give the words of the span, or leave it out.'),
        ],
    )
    def test_a_span_that_is_not_there_is_left_out(self, folder, row, reason):
        place = folder([asked()], spans=[span("q1", "d1", 20, 29, text="He spoke."), row])
        dataset = read(place)
        assert dataset.questions[0].spans == (Gold("d1", 20, 29),)
        ((where, why),) = faults(dataset, place)
        assert where == "spans.jsonl:2"
        assert why.startswith(reason)

    def test_spans_count_code_points_not_bytes(self, folder):
        place = folder([asked()], spans=[span("q1", "d2", 6, 16, text="🙂 soldiers")])
        assert read(place).questions[0].spans == (Gold("d2", 6, 16),)

    def test_articles_that_cannot_be_told_apart_are_listed(self, folder):
        rows = [{"_id": "d1", "text": "One."}, {"_id": "d1", "text": "Two."}, "{", {"_id": "d 4", "text": "Four."}]
        dataset = read(folder([asked()], rows, "q1\td1\t1\nq1\td 4\t1\n", [span("q1", "d1", 0, 4, text="One.")]))
        assert dataset.questions[0].judged == {"d1": 1}
        found = faults(dataset, dataset.corpus.parent)
        assert [where for where, _ in found] == [
            "corpus.jsonl:2",
            "corpus.jsonl:3",
            "corpus.jsonl: article 'd 4'",
            "qrels.tsv:2",
        ]
        assert found[0][1] == "_id 'd1' stands in an earlier line as well: give each its own."
        assert found[2][1].startswith("its id holds white space, which no run can carry")

    def test_a_set_without_its_own_corpus_is_over_the_index(self, folder, corpus):
        place = folder([asked()], qrels="q1\td1\t1\nq1\td7\t1\n", spans=[span("q1", "d2", 6, 7, text="🙂")])
        (place / "corpus.jsonl").unlink()
        dataset = read(place, corpus=corpus)
        assert dataset.corpus is None
        assert dataset.questions[0].judged == {"d1": 1}
        assert dataset.questions[0].spans == (Gold("d2", 6, 7),)
        assert faults(dataset, place) == [("qrels.tsv:2", "there is no article “d7” in the corpus: correct its id.")]
        with pytest.raises(
            EvaluationError, match=r"holds no corpus.jsonl, and nothing is indexed: add the file, or run"
        ):
            read(place)

    def test_a_set_that_cannot_be_used(self, folder, tmp_path):
        with pytest.raises(EvaluationError, match=r"holds no queries.jsonl: name a folder in BEIR's layout"):
            read(tmp_path)
        with pytest.raises(EvaluationError, match=r"no question that can be asked; put questions in it"):
            read(folder([]))
        with pytest.raises(
            EvaluationError, match=r"no question that can be asked: .*queries.jsonl:1: the question is empty"
        ):
            read(folder([asked("q1", "")]))
        with pytest.raises(EvaluationError, match="The set has no articles"):
            read(folder([asked()], [" "]))
        place = folder([asked()], qrels=" ")
        (place / "qrels.tsv").write_bytes(b"q1\td\xe9\t1\n")
        with pytest.raises(EvaluationError, match=r"qrels.tsv is no text in UTF-8 \(byte 4\)"):
            read(place)

    @pytest.mark.skipif(os.geteuid() == 0, reason="the superuser can read every file")
    def test_a_file_that_may_not_be_read(self, folder):
        place = folder([asked()])
        (place / "queries.jsonl").chmod(0)
        with pytest.raises(EvaluationError, match=r"queries.jsonl cannot be read \(Permission denied\)"):
            read(place)


def squad(*paragraphs, title="Normans"):
    return {"version": "2.0", "data": [{"title": title, "paragraphs": list(paragraphs)}]}


def paragraph(context, *qas):
    return {"context": context, "qas": list(qas)}


def qa(id, question, *answers, **more):
    return {"id": id, "question": question, "answers": [{"text": t, "answer_start": s} for t, s in answers], **more}


class TestSquad:
    def test_a_whole_file(self, file):
        given = squad(
            paragraph(
                "In Naïve 🙂 France. In France.",
                qa(
                    "a",
                    "Where?",
                    ("France", 11),
                    ("In France", 19),
                    ("France", 11),
                    ("France", 22),
                    is_impossible=False,
                ),
                qa("b", "Why?", is_impossible=True, plausible_answers=[{"text": "France", "answer_start": 11}]),
                {"id": "c", "question": "Unlabelled?"},
            ),
            paragraph("Rollo swore.", qa("d", "Who?", ("Rollo", 0))),
            title="Norman lords",
        )
        given["data"].append(
            {"title": "Norman_lords", "paragraphs": [paragraph("Third.", qa("e", "Which?", ("Third", 0)))]}
        )
        given["data"].append({"title": "Rollo", "paragraphs": [paragraph("Last.", qa("f", "What?", ("Last", 0)))]})
        path = file("dev.json", json.dumps(given))
        dataset = read(path)
        one = "Norman_lords-0"
        assert dataset.questions == (
            Question(
                "a",
                "Where?",
                ("France", "In France"),
                (Gold(one, 11, 17), Gold(one, 19, 28), Gold(one, 22, 28)),
                {one: 1},
                True,
            ),
            Question("b", "Why?", answerable=False),
            Question("c", "Unlabelled?"),
            Question("d", "Who?", ("Rollo",), (Gold("Norman_lords-1", 0, 5),), {"Norman_lords-1": 1}, True),
            Question("e", "Which?", ("Third",), (Gold("Norman_lords-2", 0, 5),), {"Norman_lords-2": 1}, True),
            Question("f", "What?", ("Last",), (Gold("Rollo-0", 0, 4),), {"Rollo-0": 1}, True),
        )
        assert [json.loads(line) for line in dataset.corpus.decode().splitlines()] == [
            {"_id": one, "title": "Norman lords", "text": "In Naïve 🙂 France. In France."},
            {"_id": "Norman_lords-1", "title": "Norman lords", "text": "Rollo swore."},
            {"_id": "Norman_lords-2", "title": "Norman_lords", "text": "Third."},
            {"_id": "Rollo-0", "title": "Rollo", "text": "Last."},
        ]
        assert (dataset.name, dataset.faults) == ("dev", ())
        assert dataset.digest == sha256(path.read_bytes()).hexdigest()

    def test_a_place_that_is_wrong_is_left_out_and_its_words_stay(self, file):
        path = file("dev.json", json.dumps(squad(paragraph("In France.", qa("a", "Where?", ("France", 4), ("In", 0))))))
        dataset = read(path)
        assert dataset.questions[0].answers == ("France", "In")
        assert dataset.questions[0].spans == (Gold("Normans-0", 0, 2),)
        reason = (
            "“France” does not stand at answer_start 4 of Normans-0: correct it; the words stay an answer, the place"
        )
        assert dataset.faults[0].where == f"{path}: data[0].paragraphs[0].qas[0].answers[0]"
        assert dataset.faults[0].reason == f"{reason} is left out."
        assert len(dataset.faults) == 1

    @pytest.mark.parametrize(
        ("broken", "where", "reason"),
        [
            (paragraph(" ", qa("x", "Where?")), "paragraphs[1]", "the context is empty"),
            (paragraph("a\0b", qa("x", "Where?")), "paragraphs[1]", "the context is empty"),
            ({"context": "Text."}, "paragraphs[1].qas", "it is no list (null): give a list of objects."),
            ("text", "paragraphs[1]", 'it is no object ("text"): give an object.'),
            (paragraph("Text.", 7), "paragraphs[1].qas[0]", "it is no object (7): give an object."),
            (
                paragraph("Text.", qa("a", "Where?")),
                "paragraphs[1].qas[0]",
                "the question's id “a” is that of an earlier",
            ),
            (paragraph("Text.", qa("x", "")), "paragraphs[1].qas[0]", "the question is empty: write it."),
            (paragraph("Text.", qa("x", None)), "paragraphs[1].qas[0]", "“question” is null: give a text."),
            (paragraph("Text.", qa(None, "Where?")), "paragraphs[1].qas[0]", "“id” is null: give a text."),
        ],
    )
    def test_what_cannot_be_used_is_listed_with_its_place(self, file, broken, where, reason):
        whole = paragraph("In France.", qa("a", "Where?", ("France", 3)))
        dataset = read(path := file("dev.json", json.dumps(squad(whole, broken))))
        assert [question.id for question in dataset.questions] == ["a"]
        (fault,) = dataset.faults
        assert fault.where == f"{path}: data[0].{where}"
        assert fault.reason.startswith(reason)

    FERRY = "The ferry is called Corinna. She was built in 1961. Her captain is Lars Holm."
    ROWS = (
        {"id": "1", "title": "Ferry", "context": FERRY, "question": "Who is her captain?",
         "answers": {"text": ["Lars Holm"], "answer_start": [67]}},
        {"id": "2", "title": "Light", "context": "It is 47 metres high.", "question": "Who painted it?",
         "answers": {"text": [], "answer_start": []}},
        {"id": "3", "title": "Ferry", "context": FERRY, "question": "When was she built?",
         "answers": {"text": ["1961", "in 1961"], "answer_start": [46, 43]}},
    )  # fmt: skip

    @pytest.mark.parametrize("form", ["a list", "lines", "under data", "lines with a gap"])
    def test_flat_rows_of_one_context_are_one_article(self, file, form):
        lines = [json.dumps(row) for row in self.ROWS]
        text = {
            "a list": f"[{','.join(lines)}]", "lines": "\n".join(lines),
            "under data": f'{{"data": [{",".join(lines)}]}}', "lines with a gap": "\ufeff" + "\n\n".join(lines) + "\n",
        }[form]  # fmt: skip
        dataset = read(file("flat.jsonl" if "lines" in form else "flat.json", text))
        assert dataset.faults == ()
        ferry = {"Ferry-0": 1}
        assert dataset.questions == (
            Question("1", "Who is her captain?", ("Lars Holm",), (Gold("Ferry-0", 67, 76),), ferry, True),
            Question(
                "3",
                "When was she built?",
                ("1961", "in 1961"),
                (Gold("Ferry-0", 46, 50), Gold("Ferry-0", 43, 50)),
                ferry,
                True,
            ),
            Question("2", "Who painted it?", answerable=False),
        )
        assert [json.loads(line)["_id"] for line in dataset.corpus.decode().splitlines()] == ["Ferry-0", "Light-0"]

    @pytest.mark.parametrize(
        "wrap", [lambda given: given, lambda given: given["data"], lambda given: given["data"][0]["paragraphs"]]
    )
    def test_the_list_alone_and_paragraphs_alone_are_read(self, file, wrap):
        given = squad(
            paragraph(
                self.FERRY, qa("a", "What is she called?", ("Corinna", 20)), qa("b", "What is it?", ("The ferry", 0)),
                qa("c", "Who sank her?"),
            ),
            paragraph("A paragraph without questions."),
        )  # fmt: skip
        dataset = read(file("dev.json", json.dumps(wrap(given))))
        assert [(each.id, each.answers, each.answerable) for each in dataset.questions] == [
            ("a", ("Corinna",), True), ("b", ("The ferry",), True), ("c", (), False),
        ]  # fmt: skip
        assert [(gold.start, gold.end) for each in dataset.questions for gold in each.spans] == [(20, 27), (0, 9)]
        assert (len(dataset.corpus.splitlines()), dataset.faults) == (2, ())

    @pytest.mark.parametrize(
        ("answers", "words", "places"),
        [
            (["Corinna", "1961"], ("Corinna", "1961"), [(20, 27), (46, 50)]),
            ("Lars Holm", ("Lars Holm",), [(67, 76)]),
            ([{"text": "Corinna"}], ("Corinna",), [(20, 27)]),
            ({"text": ["is"], "answer_start": [10]}, ("is",), [(10, 12)]),
            ({"text": ["is"]}, ("is",), []),  # it stands there twice: which one is meant nobody says
            ({"text": ["Corinna", "1961"], "answer_start": [20]}, ("Corinna", "1961"), [(20, 27), (46, 50)]),
        ],
    )
    def test_answers_in_every_form(self, file, answers, words, places):
        asked = {"id": "a", "question": "What?", "answers": answers}
        (question,) = read(file("dev.json", json.dumps(squad(paragraph(self.FERRY, asked))))).questions
        assert (question.answers, question.answerable) == (words, True)
        assert [(gold.start, gold.end) for gold in question.spans] == places

    @pytest.mark.parametrize("answers", [[], {"text": [], "answer_start": []}])
    def test_an_empty_list_says_that_there_is_no_answer_where_others_have_some(self, file, answers):
        bare = {"id": "b", "question": "Who sank her?", "answers": answers}
        alone = read(file("alone.json", json.dumps(squad(paragraph(self.FERRY, bare)))))
        assert [each.answerable for each in alone.questions] == [None]
        beside = read(
            file("dev.json", json.dumps(squad(paragraph(self.FERRY, bare, qa("a", "What?", ("Corinna", 20))))))
        )
        assert [each.answerable for each in beside.questions] == [False, True]

    def test_an_answer_without_words_is_listed(self, file):
        asked = qa("a", "Where?", ("", 3), (None, 3), ("France", 3))
        dataset = read(file("dev.json", json.dumps(squad(paragraph("In France.", asked)))))
        assert dataset.questions[0].answers == ("France",)
        assert [fault.reason for fault in dataset.faults] == [
            'the answer\'s text is "": give its words.',
            "the answer's text is null: give its words.",
        ]

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            ("{", "is no JSON (Expecting property name"),
            (b'"\xff"', "is no JSON ('utf-8' codec can't decode"),
            ("[]", "is no SQuAD file: write {“data”: [{“title”, “paragraphs”"),
            ('{"data": {}}', "is no SQuAD file: write"),
            ('{"data": []}', "is no SQuAD file: write"),
            ('["Who?"]', "is no SQuAD file: write"),
            (
                '[{"question": "Who?", "answer": "Rollo"}]',
                "or rows of {“id”, “title”, “context”, “question”, “answers”}",
            ),
            ('{"data": {"q": 1}}', "is no SQuAD file"),
            ("7", "is no SQuAD file"),
            ("[" * 100_000, "is no JSON"),
        ],
    )
    def test_a_file_that_cannot_be_used(self, file, data, message):
        path = file("dev.json", data)
        with pytest.raises(EvaluationError) as raised:
            read(path)
        assert str(raised.value).startswith(f"{path} ")
        assert message in str(raised.value)


class TestTable:
    def test_a_whole_file(self, file, corpus):
        path = file(
            "mine.csv",
            "ID,Question,Answers,note,source,answerable\n"
            'x,"Who, then?",Gen Yanez | Yanez|| Yanez,n,d1,\n'
            ",Who spoke?,,,yanez.txt,\n"
            "\n"
            ',"who\nspoke? ",he,,https://paper.example/1,yes\n'
            ",Why?,unknown,,Defected,No\n"
            ",When?\n",
        )
        dataset = read(path, corpus=corpus)
        who = id_of("Who spoke?")
        assert dataset.questions == (
            Question("x", "Who, then?", ("Gen Yanez", "Yanez"), judged={"d1": 1}, answerable=True),
            Question(who, "Who spoke?", judged={"d1": 1}, answerable=True),
            Question(f"{who}-2", "who\nspoke?", ("he",), judged={"d1": 1}, answerable=True),
            Question(id_of("Why?"), "Why?", judged={"d1": 1}, answerable=False),
            Question(id_of("When?"), "When?"),
        )
        assert (dataset.name, dataset.corpus, dataset.faults) == ("mine", None, ())
        assert dataset.digest == sha256(path.read_bytes()).hexdigest()

    @pytest.mark.parametrize("source", ["d2", "/news/2019/bridge.txt", "2019/bridge.txt", "./2019/bridge.txt"])
    def test_an_article_is_found_by_id_and_path(self, file, corpus, source):
        dataset = read(file("q.csv", f"question,source\nWhat?,{source}\n"), corpus=corpus)
        assert (dataset.questions[0].judged, dataset.faults) == ({"d2": 1}, ())

    def test_an_article_in_an_archive_is_found_by_its_name_there_or_the_archives(self, file, tmp_path):
        with Ledger(tmp_path / "corpus.sqlite") as corpus:
            corpus.begin("/news/may.zip")
            for article, member in ((ARTICLES[0], "a/yanez.html"), (ARTICLES[1], "a/bridge.html")):
                corpus.put(replace(article, member=member), "/news/may.zip")
            for source, judged in (("yanez.html", {"d1": 1}), ("may.zip/a/bridge.html", {"d2": 1}), ("may.zip", {})):
                dataset = read(file("q.csv", f"question,source\nWhat?,{source}\n"), corpus=corpus)
                assert dataset.questions[0].judged == judged

    @pytest.mark.parametrize(
        ("source", "reason"),
        [
            ("bridge.txt", "“bridge.txt” is the source of 2 articles (d2, d3 …): give the id."),
            ("Bridge", "“Bridge” is the source of 2 articles (d2, d3 …): give the id."),
            ("bridge", "no article indexed has the id, file, URL or title “bridge”: `qa articles` lists them."),
            ("ridge.txt", "no article indexed has the id, file, URL or title “ridge.txt”: `qa articles` lists them."),
        ],
    )
    def test_a_source_that_is_none_or_several_is_listed_and_the_question_stays(self, file, corpus, source, reason):
        path = file("q.csv", f'question,answer,source\n"Who\nelse?",he,\n"What\nnow?",it,{source}\n')
        dataset = read(path, corpus=corpus)
        assert (dataset.questions[1].judged, dataset.questions[1].answers) == ({}, ("it",))
        assert faults(dataset, path) == [("4", f"{reason} The question stays without it.")]

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            ("q1,Again?,", "the question's id “q1” is that of an earlier question: give each its own."),
            ("q 2,Who?,", "the question's id 'q 2' is empty or holds white space: give it one without."),
            ("q2, ,", "the question is empty: write it."),
            ("q2,Who?,perhaps", "“answerable” is “perhaps”: write yes or no, or leave it empty."),
            ("q2,Who, then?,", "it has 4 cells for 3 columns: put quotation marks around text with “,” in it."),
        ],
    )
    def test_a_row_that_cannot_be_used_is_left_out(self, file, corpus, row, reason):
        path = file("q.csv", f"_id,question,answerable\nq1,Who?,\n\n{row}\nq9,Why?,\n")
        dataset = read(path, corpus=corpus)
        assert [question.id for question in dataset.questions] == ["q1", "q9"]
        assert faults(dataset, path) == [("4", reason)]

    @pytest.mark.parametrize("mark", [",", ";", "\t"])
    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
    def test_spreadsheets_part_columns_and_encode_in_their_own_ways(self, file, corpus, mark, encoding):
        path = file("q.csv", f"answer{mark}question\r\nGuaidó{mark}Où est-il?\r\n".encode(encoding))
        (question,) = read(path, corpus=corpus).questions
        assert (question.text, question.answers) == ("Où est-il?", ("Guaidó",))

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            ("", " is empty: write a header with a column “question”"),
            ("query,answer\nWho?,he\n", " has the columns query, answer: name the one with the questions “question”."),
            ("question,answer,answers\nWho?,he,he\n", " has the column “answer” twice: leave one."),
            ('question\nWho?\n"Why?\nWhen?\n', ":3 is no CSV (unexpected end of data): put one question a row."),
            ("question\n" + "x" * 200_000, ":2 is no CSV (field larger than field limit"),
            (b"question\n\x00\x01\xff\n", " is no CSV: it holds"),
            ("question\n,\n", " holds no question that can be asked; put questions in it."),
        ],
    )
    def test_a_file_that_cannot_be_used(self, file, corpus, data, message):
        path = file("q.csv", data)
        with pytest.raises(EvaluationError) as raised:
            read(path, corpus=corpus)
        assert str(raised.value).startswith(f"{path}{message}")

    def test_it_needs_an_index(self, file):
        with pytest.raises(EvaluationError, match="asks about the articles indexed, and there are none: run `qa index"):
            read(file("q.csv", "question\nWho?\n"))


def test_a_source_of_no_known_kind_is_refused(file, tmp_path, corpus):
    with pytest.raises(EvaluationError, match=r"There is no .*none: name a folder"):
        read(tmp_path / "none")
    with pytest.raises(EvaluationError, match=r"q.txt is no set of questions that can be read: name a folder"):
        read(file("q.txt", "{}"))
    with pytest.raises(EvaluationError, match=r"q.csv states its own judgements: leave out --qrels"):
        read(file("q.csv", "question\nWho?\n"), qrels=tmp_path / "qrels", corpus=corpus)


def test_a_question_is_named_by_its_words_alone():
    assert id_of("Who  IS\nit? ") == id_of("who is it?") == sha256(b"who is it?").hexdigest()[:16]
    assert id_of("Who is he?") != id_of("who is it?")


names = st.text(st.characters(exclude_categories=["Cs", "Z", "Cc"]), min_size=1, max_size=8).filter(
    lambda name: len(name.split()) == 1
)
spoken = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(lambda text: text.strip())


@st.composite
def known(draw):
    answerable = draw(st.sampled_from([True, False, None]))
    places = st.sampled_from(ARTICLES).flatmap(
        lambda article: st.integers(0, len(article.text) - 1).flatmap(
            lambda start: st.integers(start + 1, len(article.text)).map(lambda end: Gold(article.id, start, end))
        )
    )
    told = answerable is not False
    return Question(
        draw(names),
        draw(spoken),
        tuple(draw(st.lists(spoken, max_size=3, unique=True))) if told else (),
        tuple(draw(st.lists(places, max_size=3, unique=True))) if told else (),
        draw(st.dictionaries(st.sampled_from(["d1", "d2", "d3"]), st.integers(-9, 9))),
        answerable,
        tuple(draw(st.lists(spoken, max_size=2))),
    )


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(known(), min_size=1, max_size=4, unique_by=lambda question: question.id))
def test_what_is_written_reads_back(corpus, tmp_path_factory, questions):
    place = tmp_path_factory.mktemp("written") / "kept"
    write(Dataset("any", tuple(questions), None, ""), place, corpus)
    first = read(place)
    assert first.questions == tuple(questions)
    assert first.faults == ()
    write(first, place, corpus)
    assert read(place) == first


def test_what_is_written_is_the_layout_that_programs_rely_on(corpus, tmp_path):
    question = Question("q1", "Who?", ("Yanez",), (Gold("d2", 6, 16),), {"d1": 1, "d2": 0}, True, ("What?",))
    write(Dataset("mine", (question,), None, ""), tmp_path / "deep" / "kept", corpus)
    place = tmp_path / "deep" / "kept"
    assert (place / "queries.jsonl").read_text(encoding="utf-8") == (
        '{"_id": "q1", "text": "Who?", "metadata": {"answers": ["Yanez"], "answerable": true, '
        '"history": [{"speaker": "user", "text": "What?"}]}}\n'
    )
    assert (place / "qrels.tsv").read_text() == "query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t0\n"
    assert (place / "spans.jsonl").read_text(encoding="utf-8") == (
        '{"query_id": "q1", "corpus_id": "d2", "start": 6, "end": 16, "text": "🙂 soldiers"}\n'
    )
    drafts = list(load(place / "corpus.jsonl", Settings()))
    assert all(isinstance(draft, Draft) for draft in drafts)
    assert [(draft.id, draft.text) for draft in drafts] == [(article.id, article.text) for article in ARTICLES]
    first = drafts[0].byline
    assert (first.title, first.author, first.published) == ("Defected", "Ann", "2019-02-08")
    assert (first.outlet, first.url) == ("Paper", "https://paper.example/1")


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (Question("q", "Who?", judged={"d7": 1}), "Article d7 is judged in mine but not indexed"),
        (
            Question("q", "Who?", spans=(Gold("d7", 0, 1),)),
            "A place that answers “Who?” is not indexed: There is no article",
        ),
        (
            Question("q", "Who?", spans=(Gold("d3", 0, 9),)),
            "The place 0-9 that answers “Who?” lies outside article d3 of 6",
        ),
        (Question("q q", "Who?", judged={"d1": 1}), "Qrels cannot carry article “d1” of question “q q”"),
    ],
)
def test_a_set_that_does_not_agree_with_the_index_is_not_written(corpus, tmp_path, question, message):
    with pytest.raises(EvaluationError) as raised:
        write(Dataset("mine", (question,), None, ""), tmp_path / "kept", corpus)
    assert str(raised.value).startswith(message)


def test_a_folder_that_cannot_be_written(corpus, file):
    with pytest.raises(EvaluationError, match=r"kept cannot be written \(File exists\): name another folder"):
        write(Dataset("mine", (Question("q", "Who?"),), None, ""), file("kept", ""), corpus)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "questions", "yes", "no", "spans", "judged"),
    [
        ("clapnq-dev", 600, 300, 300, 893, 300),
        ("covidqa", 1380, 1380, 0, 1380, 1380),
        ("mtrag-un", 259, 168, 48, 0, 432),
        ("onestopqa", 216, 216, 0, 222, 216),  # of 445 spans, 223 only tempt
        ("scifact-dev", 300, 188, 112, 366, 209),
        ("squad2-half", 6078, 2910, 3168, 5109, 2910),
        ("squadshifts-wiki", 7938, 7938, 0, 14240, 7938),
    ],
)
def test_real_sets_are_read_whole(name, questions, yes, no, spans, judged):
    if not (REAL / name).is_dir():
        pytest.skip(f"{REAL / name} is not here: set QA_EVAL_DATA to the folder of the evaluation data")
    begun = time.perf_counter()
    dataset = read(REAL / name)
    took_s = time.perf_counter() - begun
    answerable = [question.answerable for question in dataset.questions]
    assert (len(answerable), answerable.count(True), answerable.count(False)) == (questions, yes, no)
    assert sum(len(question.spans) for question in dataset.questions) == spans
    assert sum(len(question.judged) for question in dataset.questions) == judged
    assert (dataset.name, dataset.faults) == (name, ())
    assert took_s < 20
