"""The Evaluate page: what may be uploaded, what a link may name, and how an evaluation is run beside the page."""

import io
import json
import threading
import time
import zipfile
from types import SimpleNamespace

import pytest
from evaluated import RESULT_SMALL, ROWS_SMALL, evaluation
from fastapi import FastAPI
from starlette.testclient import TestClient
from test_web import Reader

import qa.evaluation.evaluate as evaluate_room
from index import build
from index.article import Fault
from index.errors import Busy, EvaluationError, Unwritable
from qa.assemble import Live
from qa.evaluation import choices
from qa.evaluation.dataset import Dataset, Gold, Question
from qa.evaluation.judgements import Judgement, Judgements
from qa.evaluation.sets import read
from qa.pace import Step
from qa.web import evaluating, guard, reports, results, running, sets

pytestmark = pytest.mark.slow

QUERIES = b'{"_id": "q1", "text": "What costs tea?", "metadata": {"answers": ["nine pounds"]}}\n'
CORPUS = b'{"_id": "tea", "title": "Tea", "text": "Tea costs nine pounds in Leeds."}\n'
QRELS = b"query-id\tcorpus-id\tscore\nq1\ttea\t1\n"
SQUAD = json.dumps(
    {"data": [{"title": "T", "paragraphs": [{"context": "Tea costs nine.", "qas": [
        {"id": "s1", "question": "What costs tea?", "answers": [{"text": "nine", "answer_start": 10}]}]}]}]}
)  # fmt: skip


def packed(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


def dropped(folder, **files):
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in files]


class TestUpload:
    def test_the_loose_files_of_a_set_are_kept_and_read(self, tmp_path):
        files = {"queries.jsonl": QUERIES, "corpus.jsonl": CORPUS, "test.tsv": QRELS}
        name, faults = sets.keep(dropped(tmp_path / "in", **files), tmp_path / "home", None)
        assert (name, faults, sets.names(tmp_path / "home")) == ("set", [], ["set"])
        dataset = read(sets.source(tmp_path / "home", "set"))
        assert [(each.id, each.answers, dict(each.judged)) for each in dataset.questions] == [
            ("q1", ("nine pounds",), {"tea": 1})
        ]

    def test_a_set_in_a_folder_of_a_zip_is_unpacked_and_the_rest_is_listed(self, tmp_path):
        inside = {
            "tea/queries.jsonl": QUERIES, "tea/corpus.jsonl": CORPUS, "tea/qrels/test.tsv": QRELS,
            "tea/qrels/train.tsv": b"", "LICENCE": b"",
        }  # fmt: skip
        name, faults = sets.keep([packed(tmp_path / "Tea set.zip", **inside)], tmp_path / "home", None)
        assert name == "Tea-set"
        kept = sets.source(tmp_path / "home", name)
        assert {path.name: path.read_bytes() for path in kept.iterdir()} == {
            "queries.jsonl": QUERIES, "corpus.jsonl": CORPUS, "qrels.tsv": QRELS,
        }  # fmt: skip
        assert [fault.where for fault in faults] == ["Tea set.zip/LICENCE", "Tea set.zip/tea/qrels/train.tsv"]

    def test_judgements_at_the_top_win_over_those_of_a_split(self, tmp_path):
        inside = {"qrels/test.tsv": b"q1\ttea\t2\n", "queries.jsonl": QUERIES, "corpus.jsonl": CORPUS}
        home = tmp_path / "home"
        name, faults = sets.keep([packed(tmp_path / "a.zip", **inside, **{"qrels.tsv": QRELS})], home, None)
        assert (sets.source(home, name) / "qrels.tsv").read_bytes() == QRELS
        assert [fault.where for fault in faults] == ["a.zip/qrels/test.tsv"]

    def test_the_same_file_is_kept_once_and_another_of_its_name_apart(self, tmp_path):
        home, names = tmp_path / "home", []
        for folder, text in (("a", SQUAD), ("b", SQUAD.replace("Tea", "Tee")), ("c", SQUAD)):
            names.append(sets.keep(dropped(tmp_path / folder, **{"dev.json": text.encode()}), home, None)[0])
        assert names == ["dev.json", "dev-2.json", "dev.json"]
        assert read(sets.source(home, "dev-2.json")).questions[0].text == "What costs tea?"
        assert sorted(path.name for path in (home / "evaluations").iterdir()) == ["sets"], "nothing is left behind"

    def test_the_command_line_finds_what_was_uploaded(self, home, tmp_path):
        sets.keep(dropped(tmp_path / "a", **{"dev.json": SQUAD.encode()}), home.home, None)
        assert choices.dataset("dev.json", home).questions[0].id == "s1"

    @pytest.mark.parametrize(
        "name",
        ["../queries.jsonl", "a/../../x", "/etc/cron.d/x", "C:/x", "..\\..\\x", "\\x", "a/.."],
    )
    def test_a_path_that_leads_out_of_the_folder_is_refused(self, tmp_path, name):
        file = packed(tmp_path / "a.zip", **{"queries.jsonl": QUERIES, "corpus.jsonl": CORPUS, name: b"x"})
        with pytest.raises(EvaluationError, match="leads out of its folder"):
            sets.keep([file], tmp_path / "home", None)
        assert sets.names(tmp_path / "home") == []
        assert {path.name for path in tmp_path.rglob("*")} == {"a.zip", "home", "evaluations", "sets"}

    def test_a_bomb_is_refused_before_it_is_unpacked(self, tmp_path):
        bomb = tmp_path / "bomb.zip"
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file, file.open("queries.jsonl", "w") as out:
            for _ in range(501):
                out.write(bytes(1_000_000))
        assert bomb.stat().st_size < 1_000_000
        began = time.monotonic()
        with pytest.raises(EvaluationError, match=r"unpacks to 501 MB; at most 500 MB"):
            sets.keep([bomb], tmp_path / "home", None)
        assert time.monotonic() - began < 1
        assert sets.names(tmp_path / "home") == []

    def test_a_zip_that_lies_about_its_size_is_refused(self, tmp_path):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("queries.jsonl", QUERIES * 1000)
        true, lie = (size.to_bytes(4, "little") for size in (len(QUERIES) * 1000, 100))
        assert made.getvalue().count(true) == 2
        (tmp_path / "lie.zip").write_bytes(made.getvalue().replace(true, lie))
        with pytest.raises(EvaluationError, match="damaged"):
            sets.keep([tmp_path / "lie.zip"], tmp_path / "home", None)

    @pytest.mark.parametrize(
        ("files", "told"),
        [
            ({"notes.txt": b"x"}, "notes.txt is no part of such a set"),
            ({"corpus.jsonl": CORPUS}, "queries.jsonl is not among the files"),
            ({"queries.jsonl": QUERIES, "dev.json": b"{}"}, "dev.json is no part"),
            ({"queries.jsonl": QUERIES, "qrels.tsv": QRELS, "test.tsv": QRELS}, "one file was given twice"),
            ({"queries.jsonl": QUERIES}, "nothing is indexed"),
            ({"dev.json": b"{"}, "no JSON"),
            ({"a.csv": b"question\nwho?\n"}, "there are none"),
            ({"a.zip": b"PK"}, "a.zip is damaged, or no .zip"),
            ({}, "queries.jsonl is not among the files"),
        ],
    )
    def test_what_is_no_set_is_told_and_not_kept(self, tmp_path, files, told):
        with pytest.raises(EvaluationError) as refused:
            sets.keep(dropped(tmp_path / "in", **files), tmp_path / "home", None)
        assert told in str(refused.value)
        assert sets.names(tmp_path / "home") == []

    def test_a_zip_of_two_sets_or_of_none_is_told(self, tmp_path):
        for inside, told in (
            ({"a/queries.jsonl": b"", "b/queries.jsonl": b""}, "2 sets"),
            ({"x": b""}, "no queries.jsonl"),
        ):
            with pytest.raises(EvaluationError, match=told):
                sets.keep([packed(tmp_path / "a.zip", **inside)], tmp_path / "home", None)

    def test_a_locked_zip_is_told(self, tmp_path):
        data = packed(tmp_path / "a.zip", **{"queries.jsonl": QUERIES}).read_bytes()
        at = data.index(b"PK\x01\x02") + 8
        (tmp_path / "a.zip").write_bytes(data[:at] + b"\x01" + data[at + 1 :])
        with pytest.raises(EvaluationError, match="password"):
            sets.keep([tmp_path / "a.zip"], tmp_path / "home", None)

    def test_a_home_that_cannot_be_written_is_told(self, tmp_path):
        (tmp_path / "home").write_text("a file")
        with pytest.raises(Unwritable, match="could not be copied"):
            sets.keep(dropped(tmp_path / "in", **{"dev.json": SQUAD.encode()}), tmp_path / "home", None)

    @pytest.mark.parametrize("name", ["..", "../..", "", "none", "/etc"])
    def test_only_a_set_that_is_listed_is_read(self, tmp_path, name):
        with pytest.raises(EvaluationError, match="There is no uploaded set"):
            sets.source(tmp_path, name)


class TestReports:
    @pytest.fixture
    def site(self, tmp_path):
        evaluation(tmp_path / "home" / "evaluations" / "0007-teas")
        evaluation(tmp_path / "home" / "evaluations" / "0006-teas", id="0006-teas")
        evaluation(tmp_path / "home" / "0008-outside")
        app = FastAPI()
        app.include_router(reports.router(SimpleNamespace(settings=SimpleNamespace(home=tmp_path / "home"))))
        return TestClient(guard.Guard(app, ("127.0.0.1",)), "http://127.0.0.1:7860")

    def test_a_report_runs_only_its_own_script_and_stands_only_in_its_own_pages(self, site):
        page = site.get("/evaluation", params={"id": "0007-teas"})
        policy = page.headers["content-security-policy"]
        nonce = policy.partition("script-src 'nonce-")[2].partition("'")[0]
        assert page.status_code == 200
        assert len(nonce) > 16
        assert page.text.count(f'nonce="{nonce}"') == page.text.count("<script") + page.text.count("<style")
        assert "frame-ancestors 'self'" in policy
        assert "unsafe" not in policy
        assert page.headers["x-frame-options"] == "SAMEORIGIN"
        assert "“teas”" in page.text
        assert nonce not in site.get("/evaluation", params={"id": "0007-teas"}).text

    def test_a_file_is_the_report_without_a_nonce(self, site):
        file = site.get("/evaluation", params={"id": "0007-teas", "file": "1"})
        assert file.headers["content-disposition"] == 'attachment; filename="evaluation-0007-teas.html"'
        assert "nonce=" not in file.text

    def test_the_other_one_stands_beside_it(self, site):
        alone, beside = (
            site.get("/evaluation", params={"id": "0007-teas", **other}).text for other in ({}, {"other": "0006-teas"})
        )
        assert "0006-teas" not in alone
        assert "0006-teas" in beside

    @pytest.mark.parametrize(
        "id",
        [
            "../0008-outside", "..%2f0008-outside", "0008-outside", "/etc", "", ".", "..", "0007-teas/../../x",
            "sets", "cache", "0007-teas\\..", "<script>alert(1)</script>", "0009-none", "7-" + "x" * 5000,
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("field", ["id", "other"])
    def test_what_is_no_evaluation_is_refused(self, site, id, field):
        if field == "other" and not id:
            return
        page = site.get("/evaluation", params={"id": "0007-teas", field: id})
        assert page.status_code == 404
        assert "cannot be shown" in page.text
        assert "<script>alert" not in page.text

    def test_one_that_is_not_finished_is_refused(self, site, tmp_path):
        (tmp_path / "home" / "evaluations" / "0009-half").mkdir()
        assert site.get("/evaluation", params={"id": "0009-half"}).status_code == 404

    def test_what_it_was_compared_with_is_named_where_it_is_kept(self, tmp_path):
        first = evaluation(tmp_path / "0001-a", id="0001-a")
        for other, named in (("0001-a", "0001-a"), ("0009-gone", ""), ("../0001-a", ""), ("run.trec", "")):
            assert reports.compared(evaluation(tmp_path / "0002-a", compared={"with": other})) == named
        assert reports.compared(first) == ""

    def test_the_judged_questions_come_as_a_set_with_the_articles(self, home, fake_model, tmp_path):
        (tmp_path / "corpus.jsonl").write_bytes(CORPUS)
        build.index([tmp_path / "corpus.jsonl"], home)
        live = Live(home)
        article = live.qa().corpus.article("tea")
        Judgements(home.home).add(
            Judgement("What costs tea?", "here", "tea", 10, 21, "nine pounds", article.sha256, "s", "2026-01-01")
        )
        app = FastAPI()
        app.include_router(reports.router(live))
        given = TestClient(app).get("/thumbs.zip")
        assert given.headers["content-disposition"] == 'attachment; filename="thumbs.zip"'
        with zipfile.ZipFile(io.BytesIO(given.content)) as file:
            file.extractall(tmp_path / "out")
        again = read(tmp_path / "out")
        (question,) = again.questions
        assert (question.text, question.answers) == ("What costs tea?", ("nine pounds",))
        assert (question.spans, dict(question.judged)) == ((Gold("tea", 10, 21),), {"tea": 1})
        assert json.loads((tmp_path / "out" / "corpus.jsonl").read_text())["text"] == article.text

    def test_without_judgements_there_is_nothing_to_export(self, home, fake_model, tmp_path):
        (tmp_path / "corpus.jsonl").write_bytes(CORPUS)
        build.index([tmp_path / "corpus.jsonl"], home)
        app = FastAPI()
        app.include_router(reports.router(Live(home)))
        given = TestClient(app).get("/thumbs.zip")
        assert (given.status_code, "judge some answers" in given.text) == (400, True)


class TestRunning:
    def wait(self, going):
        until = time.monotonic() + 10
        while going.busy and time.monotonic() < until:
            time.sleep(0.01)
        assert not going.busy

    def test_one_at_a_time_and_its_end_is_known(self):
        going, gate = running.Running("evaluation"), threading.Event()
        going.start(lambda tell: tell(Step("asking", 1, 3, 2.0)) or gate.wait(10) or "x")
        while going.step is None:
            time.sleep(0.01)
        assert (going.busy, going.step.done) == (True, 1)
        with pytest.raises(Busy, match="under way"):
            going.start(lambda tell: None)
        gate.set()
        self.wait(going)
        assert (going.done, going.told) == (True, None)
        going.start(lambda tell: None)
        self.wait(going)
        assert (going.done, going.step) == (None, None), "the next one begins anew"

    def test_stopping_ends_it_at_its_next_step(self):
        going, steps = running.Running("evaluation"), []

        def work(tell):
            for number in range(1000):
                tell(Step("asking", number, 1000, None))
                steps.append(number)
                if number == 2:
                    going.stop()
                    assert going.stopping

        going.start(work)
        self.wait(going)
        assert steps == [0, 1, 2]
        assert "goes on from there" in going.told
        assert (going.done, going.stopping) == (None, False)
        going.start(lambda tell: tell(Step("asking", 3, 1000, None)) or "done")
        self.wait(going)
        assert going.done == "done", "an old stop must not end the next one"

    @pytest.mark.parametrize(
        ("error", "told"),
        [(EvaluationError("No such set."), "No such set."), (KeyError("x"), "failed (KeyError: 'x')")],
    )
    def test_an_error_is_told(self, error, told):
        def work(tell):
            raise error

        going = running.Running("evaluation")
        going.start(work)
        self.wait(going)
        assert told in going.told


ATTACK = "<img src=x onerror=alert(1)> ${1+1} {{value}}"


class TestResults:
    def test_what_a_set_holds(self):
        questions = tuple(Question(str(n), "q", answerable=known) for n, known in enumerate((True, True, False, None)))
        faults = tuple(Fault(f"/home/me/queries.jsonl:{n}", f"bad {ATTACK}") for n in range(25))
        read = Reader(results.holds(Dataset("s", questions, b"", "d", faults)))
        assert read.texts["holds"] == (
            "4 questions · 2 with an answer · 1 without one · 1 of which nobody knows. "
            "The set brings its own articles; they are indexed apart, and yours stay as they are."
        )
        assert read.texts["summary"] == "25 things were left out"
        assert read.texts["ul"].startswith(f"queries.jsonl:0: bad {ATTACK}")
        assert read.texts["ul"].endswith("queries.jsonl:19: bad " + ATTACK + "and 5 more.")
        assert "img" not in {tag for tag, _ in read.tags}
        assert "over the articles indexed here" in results.holds(Dataset("s", questions[:1], None, "d"))

    def test_each_judgement_says_what_was_said_and_can_be_removed(self):
        given = [
            Judgement(f"who? {ATTACK}", "right", "a b", 3, 9, ATTACK, "", "", ""),
            Judgement("what?", "absent", None, 0, 0, "", "", "", ""),
            Judgement("how?", "right", None, 0, 0, "", "", "", "", ("nine", "£9")),
        ]
        read = Reader(results.judged(given, lambda id: f"Title of {id}"))
        assert read.texts["about"] == (
            f"how?\nAnswer: nine / £9what?\nThe articles do not saywho? {ATTACK}\nRight: “{ATTACK}” — Title of a b"
        )
        assert [link for link in read.links() if link.startswith("/judge")] == [
            "/judge?verdict=withdrawn&question=how%3F",
            "/judge?verdict=withdrawn&question=what%3F",
            "/judge?verdict=withdrawn&question=who%3F%20%3Cimg%20src%3Dx%20onerror%3Dalert%281%29%3E%20%24%7B1%2B1%7D"
            "%20%7B%7Bvalue%7D%7D&id=a%20b&start=3&end=9",
        ]
        assert results.judged([], str) == ""

    @pytest.mark.parametrize(
        ("step", "stopping", "told", "bar"),
        [
            (None, False, "Getting ready…", {}),
            (
                Step("asking", 120, 6000, 61.4),
                False,
                "Asking questions: 120 of 6,000, about 61 s left",
                ("6000", "120"),
            ),
            (
                Step("embedding", 200, 1000, 23.6, 33.9),
                False,
                "Embedding passages: 200 of 1,000, 34 a second, about 24 s left",
                ("1000", "200"),
            ),
            (Step("embedding", 1, 2, 600), False, "Embedding passages: 1 of 2, about 10 min left", ("2", "1")),
            (Step("timing", 2, 2, 0.0), False, "Timing single questions: 2 of 2", ("2", "2")),
            (Step("asking", 3, 3, 0.0), False, "Asking questions: 3 of 3; working out the figures…", ("3", "3")),
            (Step("writing", 0, 0, None), False, "Writing the index: 0 of 0", ("1", "0")),
            (Step("asking", 1, 3, 9000), True, "Stopping when the questions now being asked are answered…", ("3", "1")),
        ],
    )
    def test_progress(self, step, stopping, told, bar):
        read = Reader(results.progress(step, stopping).replace("</progress>", "").replace("<progress", "<meta"))
        assert read.texts.get("span", read.texts["going"]) == told
        (attrs,) = [dict(attrs) for tag, attrs in read.tags if tag == "meta"]
        assert attrs == (dict(zip(("max", "value"), bar, strict=True)) if bar else {})

    def test_the_table_of_evaluations(self, tmp_path):
        found = [
            evaluation(tmp_path / "0007-teas", dataset=ATTACK, compared={"with": "0006-teas"}),
            evaluation(tmp_path / "0006-teas", retrieval={}, answers={"quote_hit@1": None}),
        ]
        read = Reader(results.earlier(found, lambda each: "0006-teas" if "7" in each.folder.name else ""))
        rows = read.texts["tbody"]
        assert rows == (
            f"0007-teas24 November 2026 18:40{ATTACK}0.9310.5000006-teas"
            "0006-teas24 November 2026 18:40teasnot definednot defined"
        )
        assert read.links() == ["/evaluate?id=0007-teas", "/evaluate?id=0006-teas"]
        assert results.earlier([], str) == ""

    def test_a_report_is_framed_with_its_other(self):
        read = Reader(results.report("0007-teas", "0006-teas"))
        address = "/evaluation?id=0007-teas&other=0006-teas"
        assert read.links() == [address, f"{address}&file=1"]
        assert [attrs["src"] for tag, attrs in read.tags if tag == "iframe"] == [address]


class TestPage:
    """What the page's handlers give, without a browser."""

    SHOWN = ("told", "clock", "run", "stop", "report", "earlier", "other")

    def made(self, live):
        """The page without its parts: Gradio's would leave an event loop open."""
        page = evaluating.Evaluate.__new__(evaluating.Evaluate)
        page.live, page.home, page.running, page.shown = (
            live,
            live.settings.home,
            running.Running("evaluation"),
            self.SHOWN,
        )
        return page

    @pytest.fixture
    def page(self, home, fake_model, tmp_path):
        (tmp_path / "corpus.jsonl").write_bytes(CORPUS)
        build.index([tmp_path / "corpus.jsonl"], home)
        return self.made(Live(home))

    @pytest.fixture
    def empty(self, home, fake_model):
        return self.made(Live(home))

    def test_without_articles_it_says_how_to_begin(self, empty):
        assert "No articles yet" in empty.choose(evaluating.THUMBS, "")[1]

    def test_without_judgements_it_says_how_to_make_some(self, page):
        sets, holds, listed = page.fill(None, "")
        assert sets["choices"][0] == ("From your thumbs and your own questions (0)", evaluating.THUMBS)
        assert holds == results.NO_THUMBS
        assert listed == ""

    def test_a_question_of_one_s_own_is_added_and_counted(self, page):
        assert page.write("What costs tea?", "nine pounds")[1:] == ("", "")
        assert page.write("what  COSTS tea?", "")[1:] == ("", "")
        sets, holds, listed = page.fill(evaluating.THUMBS, "")
        assert sets["choices"][0][0] == "From your thumbs and your own questions (1)"
        assert "<strong>1</strong> question · 1 without one" in holds, "the later word counts"
        assert "/thumbs.zip" in listed

    def test_a_question_that_cannot_be_added_stays_in_the_form(self, page):
        told, *typed = page.write("?", "nine")
        assert "The question is empty" in told
        assert typed == ["?", "nine"]

    def test_a_folder_that_is_no_set_is_told(self, page, tmp_path):
        there, told, _ = page.choose(evaluating.PATH, str(tmp_path / "none"))
        assert there["visible"] is True
        assert "There is no" in told
        assert page.choose(evaluating.PATH, " ")[1] == ""

    def test_an_upload_is_chosen_and_its_copy_dropped(self, page, tmp_path):
        (file,) = dropped(tmp_path / "in", **{"dev.json": SQUAD.encode()})
        told, cleared, chosen = page.upload([str(file)])
        assert ("Kept as “dev.json”" in told, cleared, chosen["value"]) == (True, None, "dev.json")
        assert not file.exists()
        assert ("dev.json", "dev.json") in chosen["choices"]
        assert "The set brings its own articles" in page.choose("dev.json", "")[1]

    def test_an_upload_that_is_no_set_is_told(self, page, tmp_path):
        (file,) = dropped(tmp_path / "in", **{"dev.json": b"{"})
        assert "no JSON" in page.upload([str(file)])[0]
        assert not file.exists()

    def test_only_evaluations_of_the_same_set_can_be_compared(self, page, home, tmp_path):
        for id, name in (("0001-set", "set"), ("0002-other", "other"), ("0003-set", "set")):
            evaluation(home.home / "evaluations" / id, id=id, dataset=name)
        sets.keep(dropped(tmp_path / "in", **{"queries.jsonl": QUERIES, "corpus.jsonl": CORPUS}), home.home, None)
        offered = page.choose("set", "")[2]["choices"]
        assert [value for _, value in offered] == ["", "0003-set", "0001-set"]
        assert offered[1][0] == "0003-set, 24 November 2026 18:40, nDCG@10 0.931"

    def test_an_address_shows_its_evaluation_or_says_that_there_is_none(self, page, home):
        evaluation(home.home / "evaluations" / "0007-teas")
        for id, told in (("0007-teas", 'src="/evaluation?id=0007-teas"'), ("../x", "is no evaluation"), ("", "")):
            opened = page.open(SimpleNamespace(query_params={"id": id} if id else {}))
            shown = opened[3 + self.SHOWN.index("report")]
            assert told in shown if told else shown == ""

    def test_a_page_opened_during_a_run_shows_how_far_it_has_come_and_what_was_made_before(self, page, home):
        evaluation(home.home / "evaluations" / "0007-teas")
        gate = threading.Event()
        page.running.start(lambda tell: tell(Step("asking", 3, 9, None)) or gate.wait(10))
        while page.running.step is None:
            time.sleep(0.01)
        opened = dict(zip(self.SHOWN, page.open(SimpleNamespace(query_params={}))[3:], strict=True))
        gate.set()
        assert "Asking questions: 3 of 9" in opened["told"]
        assert (opened["clock"]["active"], opened["run"]["interactive"], opened["stop"]["visible"]) == (
            True,
            False,
            True,
        )
        assert "0007-teas" in opened["earlier"]

    def run(self, page, monkeypatch, work, *given):
        monkeypatch.setattr(evaluate_room, "evaluate", work)
        first = page.begin(*given)
        until = time.monotonic() + 10
        while page.running.busy and time.monotonic() < until:
            time.sleep(0.01)
        return first, dict(zip(self.SHOWN, page.tell(), strict=True))

    def test_a_run_hands_over_what_was_chosen_and_shows_the_report(self, page, home, monkeypatch):
        evaluation(home.home / "evaluations" / "0006-thumbs", id="0006-thumbs", dataset="thumbs")
        page.write("What costs tea?", "nine pounds")
        heard, gate = [], threading.Event()

        def work(dataset, settings, *, ablate, other, listener):
            heard.append((dataset.name, [each.text for each in dataset.questions], settings, ablate, other.folder.name))
            listener(Step("asking", 1, 1, None))
            gate.wait(0.2)
            compared = {"with": "0006-thumbs"}
            return evaluation(home.home / "evaluations" / "0007-thumbs", dataset="thumbs", compared=compared)

        first, last = self.run(page, monkeypatch, work, evaluating.THUMBS, "", "0006-thumbs", True)
        assert heard == [("thumbs", ["What costs tea?"], home, True, "0006-thumbs")]
        assert "<progress" in first[0]
        assert first[1]["active"] is True
        assert last["clock"]["active"] is False
        assert "/evaluation?id=0007-thumbs&amp;other=0006-thumbs" in last["report"]
        assert "0007-thumbs" in last["earlier"]
        assert [value for _, value in last["other"]["choices"]] == ["", "0007-thumbs", "0006-thumbs"]

    def test_a_stopped_run_says_that_it_can_go_on(self, page, monkeypatch):
        page.write("What costs tea?", "nine pounds")

        def work(dataset, settings, *, ablate, other, listener):
            for _ in range(1000):
                listener(Step("asking", 0, 1, None))
                page.end()

        _, last = self.run(page, monkeypatch, work, evaluating.THUMBS, "", "", False)
        assert "goes on from there" in last["told"]

    def test_what_cannot_be_run_is_told(self, page):
        told = page.begin(evaluating.PATH, "/nowhere", "", False)[0]
        assert "There is no /nowhere" in told
        page.write("What costs tea?", "nine")
        assert "is no evaluation" in page.begin(evaluating.THUMBS, "", "../x", False)[0]

    def test_the_real_evaluation_is_run_and_its_report_served(self, page, home):
        page.write("What costs tea in Leeds?", "nine pounds")
        page.begin(evaluating.THUMBS, "", "", False)
        until = time.monotonic() + 60
        while page.running.busy and time.monotonic() < until:
            time.sleep(0.05)
        assert page.running.told is None
        id = page.running.done.folder.name
        assert id == "0001-thumbs"
        assert page.running.done.result["answers"]["quote_hit@1"] == 1.0
        app = FastAPI()
        app.include_router(reports.router(page.live))
        assert "What costs tea in Leeds?" in TestClient(app).get("/evaluation", params={"id": id}).text


def test_the_small_evaluation_is_as_these_tests_take_it():
    assert (RESULT_SMALL["retrieval"]["nDCG@10"], RESULT_SMALL["answers"]["quote_hit@1"]) == (0.931, 0.5)
    assert len(ROWS_SMALL) == 9
