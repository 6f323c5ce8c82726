"""The command: what goes to standard output, what to standard error, and which status it ends with."""

import io
import json
import shutil
import signal
import socket
import sys
import threading
import time
from types import SimpleNamespace

import pytest
from cuttings import CORPUS, FILES, faked, indexed, write

from index import generations
from index.settings import Settings
from qa import cli
from qa.web import address

ASK = "Who is the most senior defector?"


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    """The home of an index that no test changes."""
    home = tmp_path_factory.mktemp("pristine") / "home"
    with faked():
        indexed(Settings(home=home), {**FILES, "corpus.jsonl": CORPUS})
        yield home


@pytest.fixture
def desk(pristine, tmp_path, monkeypatch, fake_model, capsys):
    """Run the command in an empty folder that holds a copy of that home; give status, output and messages."""
    shutil.copytree(pristine, tmp_path / ".qa")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))

    def run(*words, piped=None):
        if piped is not None:
            monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(piped)))
        try:
            status = cli.main(list(words))
        except SystemExit as end:
            status = end.code
        said = capsys.readouterr()
        return SimpleNamespace(status=status, out=said.out, err=said.err, lines=said.out.splitlines())

    return run


def told(ran, status, *parts):
    """Check that a run ended with one clear sentence on standard error and nothing on standard output."""
    assert (ran.status, ran.out) == (status, "")
    assert "Traceback" not in ran.err
    last = ran.err.splitlines()[-1]
    for part in parts:
        assert part in last
    assert len(ran.err.splitlines()) == 1 or status == 2


class TestAsk:
    def test_an_answer_is_quotes_on_standard_output(self, desk, monkeypatch):
        monkeypatch.setenv("QA_ANSWER_AT", "0")
        ran = desk("ask", ASK)
        assert (ran.status, ran.err) == (0, "")
        assert "The most senior defector is Gen Francisco Yanez of the air force." in ran.out
        assert "— General defects in Venezuela · Ann Carver · 2019-02-08T18:38:00+00:00" in ran.out

    def test_a_refusal_is_an_answer(self, desk, monkeypatch):
        monkeypatch.setenv("QA_ANSWER_AT", "1")
        ran = desk("ask", ASK)
        assert (ran.status, ran.err) == (0, "")
        assert ran.out.startswith("No passage surely answers this; these may.\n\n  The most senior defector is Gen")

    def test_where_the_articles_do_not_say_no_passage_stands_below_it(self, desk, monkeypatch):
        monkeypatch.setenv("QA_ANSWER_AT", "1")
        monkeypatch.setenv("QA_RELATED_AT", "1")
        ran = desk("ask", ASK)
        assert (ran.status, ran.err) == (0, "")
        assert ran.out == f"These articles do not say.\n\nWhat came nearest: qa search '{ASK}'\n"
        assert json.loads(desk("ask", ASK, "--json").out)["related"][0]["article_id"]

    @pytest.mark.parametrize("words", [("ask",), ("ask", "-")])
    @pytest.mark.parametrize("piped", [ASK, f"{ASK}\n", f"  \n{ASK}\r\n\n"])
    def test_a_question_is_read_from_standard_input(self, desk, words, piped):
        ran = desk(*words, "--json", piped=piped.encode())
        assert (ran.status, ran.err, json.loads(ran.out)["question"]) == (0, "", ASK)
        found = json.loads(desk("search", *words[1:], "--json", piped=piped.encode()).out)
        assert found["question"].strip() == ASK

    @pytest.mark.parametrize("piped", [b"", b" \n\n"])
    def test_nothing_on_standard_input_is_no_question(self, desk, piped):
        told(desk("ask", piped=piped), 2, "give either a question or --batch FILE")
        told(desk("search", "-", piped=piped), 2, "give either a question or --batch FILE")

    def test_json_is_one_reply_and_nothing_else(self, desk, monkeypatch):
        monkeypatch.setenv("QA_ANSWER_AT", "0")
        ran = desk("ask", ASK, "--json", "-k", "1", "--author", "carver")
        (line,) = ran.lines
        reply = json.loads(line)
        assert (ran.status, ran.err) == (0, "")
        assert (reply["question"], reply["answered"], len(reply["quotes"])) == (ASK, True, 1)
        assert reply["quotes"][0]["author"] == "Ann Carver"
        assert set(reply) == set(
            "_id question searched_for searched_in answered confidence status reason quotes related took_ms".split()
        )

    def test_k_is_the_most_quotes(self, desk, monkeypatch):
        monkeypatch.setenv("QA_ANSWER_AT", "0")
        asked = [json.loads(desk("ask", "Who is Gen Yanez?", "--json", "-k", k).out) for k in ("1", "2")]
        assert [len(reply["quotes"]) for reply in asked] == [1, 2]

    def test_filters_reach_the_search(self, desk):
        def asked(*words):
            reply = json.loads(desk("ask", "Who is Gen Yanez?", "--json", *words).out)
            return {quote["article_id"] for quote in (*reply["quotes"], *reply["related"])}

        assert asked("--source", "reuters") == {"d2"}
        assert asked("--until", "2019-02-08", "--author", "ann", "--source", "Independent") == {"d1"}
        assert asked("--since", "2020-01-01") == set()

    def test_a_batch_gives_one_reply_a_row_in_order_whatever_a_row_says(self, desk, tmp_path):
        rows = [("a", "Who defected?"), ("b", "  "), (None, "word " * 10_000), ("d", "Who wrote this article?")]
        (tmp_path / "batch.jsonl").write_text(
            "".join(json.dumps({"_id": id, "text": text}) + "\n" for id, text in rows)
        )
        ran = desk("ask", "--batch", "batch.jsonl", "--json")
        replies = [json.loads(line) for line in ran.lines]
        assert ran.status == 1
        assert [(reply["_id"], reply["question"].strip()) for reply in replies] == [
            (id, text.strip()) for id, text in rows
        ]
        assert [reply["status"] for reply in replies[1:]] == ["nothing"] * 3
        assert replies[1]["reason"].startswith("The question is empty")
        assert replies[2]["reason"].startswith("The question has 10,000 words")
        assert [line.split(":")[0] for line in ran.err.splitlines()] == ["Question b", "Question 3"]

    def test_a_batch_without_faults_ends_well_and_reads_standard_input(self, desk, monkeypatch):
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"question\nWho defected?\nWho spoke?\n")))
        ran = desk("ask", "--batch", "-")
        assert (ran.status, ran.err) == (0, "")
        assert [json.loads(line)["question"] for line in ran.lines] == ["Who defected?", "Who spoke?"]

    def test_a_batch_row_has_its_own_conversation_and_filter(self, desk, tmp_path):
        rows = [
            {"_id": "a", "text": "What did he post?", "history": ["Who is Gen Francisco Yanez?"]},
            {"_id": "b", "text": "What did he post?"},
            {"_id": "c", "text": "Who is Gen Yanez?", "where": {"source": "reuters"}},
            {"_id": "d", "text": "Who is Gen Yanez?"},
            {"_id": "e", "text": "Who is Gen Yanez?", "where": {"until": "1999-01-01"}},
        ]
        (tmp_path / "b").write_text("".join(json.dumps(row) + "\n" for row in rows))
        replies = [json.loads(line) for line in desk("ask", "--batch", "b", "--author", "ann").lines]
        assert [reply["searched_for"] for reply in replies[:2]] == [
            "What did he post? Gen Francisco Yanez",
            None,
        ]
        sources = [{quote["author"] for quote in (*reply["quotes"], *reply["related"])} for reply in replies[2:]]
        assert sources == [{"Bob Turner"}, {"Ann Carver"}, set()]
        assert replies[4]["reason"].startswith("No article passes the filter: no article was published on or before")

    def test_an_id_that_stands_twice_is_told_and_answered(self, desk, tmp_path):
        (tmp_path / "b").write_text(
            '{"_id": "a", "text": "Who?"}\n{"_id": "b", "text": "Who?"}\n{"_id": "a", "text": "When?"}'
        )
        ran = desk("ask", "--batch", "b")
        assert (ran.status, [json.loads(line)["_id"] for line in ran.lines]) == (1, ["a", "b", "a"])
        assert ran.err == "Question a: its _id stands in an earlier row as well: give each question its own.\n"

    @pytest.mark.parametrize("words", [("ask", ASK), ("search", ASK)])
    def test_a_filter_that_admits_no_article_says_so(self, desk, words):
        ran = desk(*words, "--source", "Independant")
        assert (ran.status, ran.err) == (0, "")
        assert ran.out.startswith("No article passes the filter: no article is from “Independant”; did you mean “Indep")
        assert json.loads(desk(*words, "--source", "X", "--json").out)["reason"].startswith("No article passes")
        assert json.loads(desk(*words, "--json").out)["reason"] is None or words[0] == "ask"

    def test_days_that_are_the_wrong_way_round_are_refused(self, desk):
        for verb in ("ask", "search"):
            ran = desk(verb, ASK, "--since", "2020-01-01", "--until", "2019-01-01")
            told(ran, 1, "No day is both on or after 2020-01-01 and on or before 2019-01-01: exchange the two dates.")

    @pytest.mark.parametrize("text", ["hello", "Thanks!", "Summarise the news"])
    def test_what_is_no_question_gets_three_lines(self, desk, text):
        ran = desk("ask", text)
        assert (ran.status, len(ran.lines), ran.lines[0][:31]) == (0, 3, "Verbatim finds the words of you")


class TestSearch:
    @pytest.mark.parametrize("to", [(), ("--run", "out.trec")])
    def test_a_batch_as_json_is_a_row_a_line_whatever_else_is_written(self, desk, tmp_path, to):
        (tmp_path / "q.csv").write_text("_id,question\nq1,Who is Gen Yanez?\nq2,???\n,radio\n")
        ran = desk("search", "--batch", "q.csv", *to, "-k", "2", "--json")
        rows = [json.loads(line) for line in ran.lines]
        assert [(row["_id"], row["question"], len(row["hits"])) for row in rows] == [
            ("q1", "Who is Gen Yanez?", 2), ("q2", "???", 0), (None, "radio", 2),
        ]  # fmt: skip
        assert rows[2]["hits"] == json.loads(desk("search", "radio", "--json", "-k", "2").out)["hits"]
        assert ran.status == 1
        assert [path.name for path in tmp_path.glob("out.trec")] == list(to[1:])

    def test_a_run_ranks_no_document_twice_for_a_question(self, desk, tmp_path):
        from qa.trec import read_run

        (tmp_path / "q.csv").write_text("id,question\na,radio\n,Who defected?\na,Who spoke?\n2,tanker\n")
        ran = desk("search", "--batch", "q.csv", "--run", "out.trec")
        assert (ran.status, len(ran.err.splitlines())) == (1, 2)
        assert ran.err.startswith("Question a: its _id stands in an earlier row as well")
        assert list(read_run(tmp_path / "out.trec")) == ["a", "2"]

    @pytest.mark.parametrize("id", ["a\x1b[2Jb", "a\u202eb", "a\x9bb", "a\x7fb"])
    def test_an_id_that_moves_the_cursor_is_in_no_run(self, desk, tmp_path, id):
        (tmp_path / "b").write_text(json.dumps({"_id": id, "text": "radio"}))
        ran = desk("search", "--batch", "b")
        assert (ran.status, ran.out) == (1, "")
        assert "A TREC run cannot carry the id" in ran.err
        shown = desk("search", "--batch", "b", "--json").out
        assert json.loads(shown)["_id"] == id
        assert id not in shown

    def test_hits_as_json(self, desk):
        ran = desk("search", "radio", "--json", "-k", "2")
        found = json.loads(ran.out)
        assert (ran.status, ran.err, found["question"], len(found["hits"])) == (0, "", "radio", 2)
        assert found["hits"][0]["article_id"] == "d2"
        assert found["hits"][0]["score"] >= found["hits"][1]["score"]

    def test_hits_for_people(self, desk):
        ran = desk("search", "radio", "-k", "1")
        assert ran.status == 0
        assert ran.out.startswith("1. ")
        assert "Gen Francisco Yanez spoke on the radio after he defected." in ran.out

    @pytest.mark.parametrize("unit", ["article", "passage"])
    def test_a_run_has_six_fields_ranks_from_one_and_falling_scores(self, desk, tmp_path, unit):
        (tmp_path / "q.csv").write_text("_id,question\nq1,Who is Gen Yanez?\nq2,???\n,radio\n")
        ran = desk("search", "--batch", "q.csv", "--run", "out.trec", "--unit", unit, "-k", "3")
        assert (ran.status, ran.out) == (1, "")
        assert ran.err.startswith("Question q2: The question is empty")
        rows = [line.split(" ") for line in (tmp_path / "out.trec").read_text().splitlines()]
        assert [(row[0], row[3]) for row in rows] == [(q, str(rank)) for q in ("q1", "3") for rank in (1, 2, 3)]
        assert {(row[1], row[5], len(row)) for row in rows} == {("Q0", "verbatim", 6)}
        for name in ("q1", "3"):
            scores = [float(row[4]) for row in rows if row[0] == name]
            assert scores == sorted(scores, reverse=True)
        assert rows[3][2] == ("d2" if unit == "article" else "d2#0")

    def test_a_run_without_a_file_goes_to_standard_output(self, desk, tmp_path):
        (tmp_path / "q.csv").write_text("question\nradio\n")
        ran = desk("search", "--batch", "q.csv", "-k", "1")
        assert (ran.status, ran.err) == (0, "")
        assert ran.out.startswith("1 Q0 d2 1 ")

    def test_a_run_that_cannot_be_written_is_named(self, desk, tmp_path):
        (tmp_path / "q.csv").write_text("question\nradio\n")
        told(
            desk("search", "--batch", "q.csv", "--run", "no/such/folder"),
            1,
            "no/such/folder cannot be written",
            "--run",
        )


class TestIndex:
    def test_numbers_on_standard_output(self, desk, tmp_path):
        write(tmp_path / "more", {"new.txt": "Fresh news\n\nA new thing happened today."})
        ran = desk("index", "more", "--json")
        (line,) = ran.lines
        assert (ran.status, ran.err) == (0, "")
        numbers = json.loads(line)
        tally = {"new": 1, "changed": 0, "same": 0, "gone": 0, "articles": 7, "passages": 7, "faults": []}
        assert {name: numbers[name] for name in tally} == tally
        assert desk("index", "more").lines == [
            "0 new, 0 changed, 1 unchanged, 0 gone.", ".qa holds 7 articles in 7 passages.",
        ]  # fmt: skip

    def test_a_dry_run_changes_nothing(self, desk, tmp_path):
        write(tmp_path / "more", {"new.txt": "Fresh news\n\nA new thing happened today."})
        before = generations.stamp(tmp_path / ".qa")
        assert desk("index", "more", "--dry-run").lines == [
            "1 new, 0 changed, 0 unchanged, 0 gone.",
            "Nothing was written.",
        ]
        assert generations.stamp(tmp_path / ".qa") == before

    def test_a_column_is_named_by_a_flag(self, desk, tmp_path):
        (tmp_path / "a.csv").write_text("nr,kommentar,datum\n7,The bridge is closed for a year.,2019-02-08\n")
        ran = desk("index", "a.csv")
        assert ran.status == 1
        assert "there are “nr”, “kommentar”, “datum”: name it with --text-field NAME" in ran.err
        ran = desk("index", "a.csv", "--text-field", "Kommentar", "--id-field", "nr", "--title-field", "nr", "--json")
        assert (ran.status, json.loads(ran.out)["new"]) == (0, 1)
        article = json.loads(desk("articles", "show", "7", "--json").out)
        assert (article["title"], article["published"]) == ("7", "2019-02-08")

    def test_good_files_are_indexed_beside_every_bad_one(self, desk, tmp_path):
        write(tmp_path / "mixed", {
            "empty.txt": "", "binary.txt": bytes(range(256)), "line.txt": "word " * 1_000_000,
            "cp1252.txt": "Café news\n\nThe café in Zürich is “open” again.".encode("cp1252"),
            "utf16.txt": "Naïve news\n\nThe naïve plan of Mr Guaidó failed.".encode("utf-16"),
        })  # fmt: skip
        ran = desk("index", "mixed")
        assert (ran.status, ran.lines[0]) == (1, "2 new, 0 changed, 0 unchanged, 0 gone.")
        *faults, last = ran.err.splitlines()
        assert last == "3 faults; everything else was read."
        reasons = {line.split(": ")[0].rpartition("/")[2]: line.split(": ", 1)[1] for line in faults}
        assert reasons["empty.txt"].startswith("there is no text in it")
        assert reasons["binary.txt"].startswith("it holds")
        assert reasons["line.txt"].startswith("it is 5,000,000 characters long, over the limit of 1,000,000")
        assert "The café in Zürich is “open” again." in desk("search", "Zürich", "-k", "1").out
        assert "The naïve plan of Mr Guaidó failed." in desk("search", "naïve plan", "-k", "1").out

    def test_other_encodings_alone_end_well(self, desk, tmp_path):
        write(
            tmp_path / "old",
            {"a.txt": "Café\n\nThe café is open.".encode("cp1252"), "b.txt": "B\n\nBody.".encode("utf-16")},
        )
        ran = desk("index", "old")
        assert (ran.status, ran.err, ran.lines[0]) == (0, "", "2 new, 0 changed, 0 unchanged, 0 gone.")

    @pytest.mark.parametrize(
        ("path", "reason"),
        [
            ("void", "the folder holds nothing that can be read"),
            ("gone", "there is no such file or folder"),
            ("a.png", "files of this kind (.png) cannot be read"),
        ],
    )
    def test_a_path_that_gives_nothing_is_named_and_the_index_stays(self, desk, tmp_path, path, reason):
        (tmp_path / "void").mkdir()
        (tmp_path / "a.png").write_bytes(b"\x89PNG")
        ran = desk("index", path)
        first, last = ran.err.splitlines()
        assert (ran.status, ran.lines[1]) == (1, ".qa holds 6 articles in 6 passages.")
        assert first.startswith(f"{path}: {reason}")
        assert last == "1 fault; everything else was read."

    def test_a_file_name_cannot_write_to_the_terminal(self, desk, tmp_path):
        write(tmp_path / "evil", {"a\x1b[2J.txt": ""})
        ran = desk("index", "evil")
        assert ran.status == 1
        assert "\x1b" not in ran.err
        assert "a\ufffd[2J.txt: there is no text in it" in ran.err

    def test_articles_whose_files_are_gone_are_told(self, desk, tmp_path):
        write(tmp_path / "more", {"a.txt": FILES["recipe.txt"] + "\nA.\n", "b.txt": FILES["recipe.txt"] + "\nB.\n"})
        desk("index", "more")
        shutil.rmtree(tmp_path / "more")
        write(tmp_path / "other", {"c.txt": FILES["recipe.txt"] + "\nC.\n"})
        ran = desk("index", "other")
        told = "1 new, 0 changed, 0 unchanged, 0 gone. 2 articles whose files are gone stay: --prune drops them."
        assert ran.lines[0] == told

    @pytest.mark.slow
    def test_a_folder_is_followed_until_it_is_interrupted(self, desk, tmp_path):
        write(tmp_path / "more", {"a.txt": FILES["recipe.txt"] + "\nAnd salt.\n"})
        before = generations.stamp(tmp_path / ".qa")

        def interrupt():
            until = time.monotonic() + 60
            while generations.stamp(tmp_path / ".qa") == before and time.monotonic() < until:
                time.sleep(0.1)
            time.sleep(1.5)  # until it waits for changes again
            signal.raise_signal(signal.SIGINT)

        # Tests that are run in the background are started with the signal ignored.
        before_it = signal.signal(signal.SIGINT, signal.default_int_handler)
        threading.Thread(target=interrupt).start()
        try:
            ran = desk("index", "more", "--watch")
        finally:
            signal.signal(signal.SIGINT, before_it)
        assert (ran.status, ran.lines[0].partition(",")[0]) == (0, "1 new")
        assert ran.err.splitlines()[-2:] == ["Following more; stop it with Ctrl-C.", "Stopped following."]

    @pytest.mark.parametrize("other", ["--dry-run", "--rebuild"])
    def test_to_follow_goes_with_neither(self, desk, other):
        told(desk("index", "more", "--watch", other), 2, "--watch goes with neither --dry-run nor --rebuild")

    def test_a_file_name_cannot_write_a_line_of_its_own(self, desk, tmp_path):
        write(tmp_path / "evil", {"a.txt: fine.\nEverything was read.\n\u202e.txt": ""})
        ran = desk("index", "evil")
        told, last = ran.err.splitlines()
        assert told.startswith(
            f"{tmp_path}/evil/a.txt: fine.\ufffdEverything was read.\ufffd\ufffd.txt: there is no text"
        )
        assert last == "1 fault; everything else was read."


class TestArticles:
    def test_the_list(self, desk):
        listed = json.loads(desk("articles", "--json").out)
        assert [each["title"] for each in listed[:2]] == ["Bridge blocked at the border", "Yanez on air"]
        assert len(listed) == len(desk("articles").lines) == 6

    def test_one_article_whole(self, desk):
        shown = json.loads(desk("articles", "show", "d1", "--json").out)
        assert (shown["article_id"], shown["text"]) == ("d1", "Gen Francisco Yanez defected on Saturday.")
        assert desk("articles", "show", "d1").out.endswith("\n\nGen Francisco Yanez defected on Saturday.\n")

    def test_removing_one(self, desk):
        ran = desk("articles", "remove", "d1", "--json")
        assert (ran.status, ran.err, json.loads(ran.out)) == (0, "", {"removed": ["d1"], "articles": 5, "passages": 5})
        told(desk("articles", "show", "d1"), 1, "There is no article “d1”", "`qa articles`")
        told(desk("articles", "remove", "d1"), 1, "There is no article “d1”")


class TestVerify:
    def test_a_whole_index(self, desk):
        ran = desk("verify", "--json")
        assert (ran.status, ran.err) == (0, "")
        assert json.loads(ran.out) == {"valid": True, "articles": 6, "passages": 6, "sentences": 11, "vectors": 6}
        assert desk("verify").out == "6 articles, 6 passages, 11 sentences, 6 vectors: all agree.\n"

    def test_a_tampered_index(self, desk, tmp_path):
        path = generations.current(tmp_path / ".qa").folder / generations.CORPUS
        path.write_bytes(path.read_bytes().replace(b"Yanez", b"Gomez"))
        for words in (("verify",), ("ask", ASK), ("search", "Yanez"), ("articles",)):
            told(desk(*words), 1, "corpus.sqlite is not what was written there: run `qa index --rebuild`.")

    def test_replies_that_were_handed_out(self, desk, tmp_path):
        reply = json.loads(desk("ask", "Who is Gen Yanez?", "--json").out)
        count = len(reply["quotes"]) + len(reply["related"])
        (tmp_path / "good").write_text(json.dumps(reply))
        assert desk("verify", "good").out == f"{count} of {count} quotes stand in their articles.\n"
        (reply["quotes"] or reply["related"])[0]["text"] = "Nobody said that."
        (tmp_path / "bad").write_text(json.dumps(reply))
        ran = desk("verify", "bad", "--json")
        assert (ran.status, json.loads(ran.out)["valid"], json.loads(ran.out)["quotes"]) == (1, False, count)
        assert ran.err.startswith("bad:1: article d")
        assert "does not say “Nobody said that.”" in ran.err


class TestMended:
    """What the user can mend ends with status 1 and one sentence that says how."""

    @pytest.mark.parametrize("question", ["", "  ", "???"])
    def test_an_empty_question(self, desk, question):
        for verb in ("ask", "search"):
            told(desk(verb, question), 1, "The question is empty: ask something")

    def test_a_question_of_ten_thousand_words(self, desk):
        told(desk("ask", "word " * 10_000), 1, "The question has 10,000 words", "at most 200 words", "shorten it")

    def test_a_question_in_no_encoding(self, desk):
        told(desk("ask", "caf\udce9?"), 1, "The question holds half a character: write it in UTF-8.")

    @pytest.mark.parametrize("words", [("ask", ASK), ("search", ASK), ("articles",), ("verify",)])
    def test_no_index_yet(self, desk, words):
        told(desk(*words, "--home", "nowhere"), 1, "No articles are indexed in nowhere yet: run `qa index PATH`")

    @pytest.mark.parametrize("words", [("ask", ASK), ("articles",), ("verify",), ("index", ".")])
    def test_a_home_that_is_a_file(self, desk, tmp_path, words):
        (tmp_path / "file").write_text("x")
        told(desk(*words, "--home", "file"), 1, "file ", "choose another")
        assert (tmp_path / "file").read_text() == "x"

    def test_an_index_of_another_model(self, desk, monkeypatch):
        monkeypatch.setenv("QA_MODEL", "other/model")
        for words in (("ask", ASK), ("index", ".")):
            told(
                desk(*words), 1, "was built with all-MiniLM-L6-v2 and 120 words a passage",
                "the settings say other/model and 120 words a passage", "run `qa index --rebuild`, or set them back",
            )  # fmt: skip

    def test_an_index_of_another_format(self, desk, monkeypatch):
        written = generations.FORMAT
        monkeypatch.setattr(generations, "FORMAT", 99)
        told(desk("ask", ASK), 1, f"has format {written}, this version reads 99: run `qa index --rebuild`.")

    def test_an_index_of_other_weights_for_words(self, desk, monkeypatch):
        monkeypatch.setenv("QA_BM25_K1", "1.5")
        told(desk("ask", ASK), 1, "made under other settings for bm25 or vectors: run `qa index`")

    def test_an_unknown_variable(self, desk, monkeypatch):
        monkeypatch.setenv("QA_QUOTE", "2")
        told(desk("ask", ASK), 1, "QA_QUOTE is set but is no setting (did you mean “quotes”?): unset it")

    def test_an_unknown_key_in_the_settings_file(self, desk, tmp_path):
        (tmp_path / "qa.toml").write_text("anser_at = 0.3\n")
        told(desk("ask", ASK), 1, "qa.toml: unknown key “anser_at” (did you mean “answer_at”?)")

    def test_a_settings_file_that_is_none(self, desk, tmp_path):
        (tmp_path / "qa.toml").write_text("quotes = = 3\n")
        told(desk("ask", ASK), 1, "qa.toml is not valid TOML")

    def test_a_setting_out_of_range(self, desk, monkeypatch):
        monkeypatch.setenv("QA_QUOTES", "21")
        told(desk("ask", ASK), 1, "Setting quotes = '21'", "less than or equal to 20")

    def test_a_batch_that_is_none(self, desk, tmp_path):
        (tmp_path / "b").write_text("{oops")
        told(desk("ask", "--batch", "b"), 1, "b:1 is no JSON")
        told(desk("search", "--batch", "none"), 1, "none cannot be read (No such file or directory)")

    def test_a_port_in_use(self, desk, monkeypatch):
        serve = SimpleNamespace(serve=lambda settings, open_browser: address.listen(settings.host, settings.port))
        monkeypatch.setitem(sys.modules, "app", serve)
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            ran = desk("serve", "--port", str(port))
        told(ran, 1, f"Port {port} on 127.0.0.1 cannot be used (", "choose another, such as --port")

    def test_a_network_address(self, desk, monkeypatch):
        serve = SimpleNamespace(serve=lambda settings, open_browser: address.listen(settings.host, settings.port))
        monkeypatch.setitem(sys.modules, "app", serve)
        told(desk("serve", "--host", "0.0.0.0"), 1, "0.0.0.0 is no loopback address")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "VERB"),
        (("sing",), "invalid choice: 'sing'"),
        (("ask",), "give either a question or --batch FILE"),
        (("ask", ASK, "--batch", "b.jsonl"), "give either a question or --batch FILE"),
        (("search", ASK, "--run", "r"), "--run writes the results of a --batch"),
        (("ask", ASK, "-k", "0"), "0 is not a number from 1 to 20"),
        (("ask", ASK, "-k", "21"), "21 is not a number from 1 to 20"),
        (("ask", ASK, "-k", "10000"), "10000 is not a number from 1 to 20"),
        (("ask", ASK, "-k", "two"), "two is not a number from 1 to 20"),
        (("search", ASK, "-k", "10000"), "10000 is not a number from 1 to 1,000"),
        (("ask", ASK, "--since", "8 February"), "8 February is no day; write it as 2019-02-08"),
        (("ask", ASK, "--since", "2019-02-30"), "2019-02-30 is no day"),
        (("articles", "show"), "need the ID of an article"),
        (("serve", "--port", "http"), "invalid int value: 'http'"),
    ],
)
def test_wrong_usage_ends_with_two_and_says_why(desk, words, message):
    told(desk(*words), 2, message)


@pytest.mark.parametrize("verb", ["index", "ask", "search", "articles", "verify", "serve"])
def test_every_verb_has_help_and_the_shared_options(desk, verb):
    ran = desk(verb, "--help")
    assert (ran.status, ran.err) == (0, "")
    assert "--home DIR" in ran.out
    assert "--json" in ran.out


class TestOtherEncodings:
    """What a terminal cannot write is written another way, and ends nothing."""

    @pytest.fixture
    def written(self, desk, monkeypatch):
        def run(encoding, *words):
            with monkeypatch.context() as patch:
                streams = [io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2)]
                patch.setattr("sys.stdout", streams[0])
                patch.setattr("sys.stderr", streams[1])
                status = cli.main(list(words))
                for stream in streams:
                    stream.flush()
                return status, *(stream.buffer.getvalue().decode(encoding) for stream in streams)

        return run

    @pytest.mark.parametrize("encoding", ["cp1252", "ascii", "cp437", "koi8-r"])
    def test_replies_lists_and_messages(self, desk, written, tmp_path, encoding):
        folder = write(tmp_path / "more", {"a.txt": "Łódź 東京 ✓\n\nThe mayor of Łódź spoke of 東京 ✓ on Monday.\n"})
        assert desk("index", str(folder)).status == 0
        status, out, err = written(encoding, "ask", "Who spoke of Łódź?", "--json")
        assert (status, err) == (0, "")
        assert "The mayor of Łódź spoke of 東京 ✓" in json.dumps(json.loads(out), ensure_ascii=False)
        assert json.loads(out)["question"] == "Who spoke of Łódź?"
        for words in (("ask", "Who spoke of Łódź?"), ("search", "Łódź"), ("articles",)):
            status, out, err = written(encoding, *words)
            assert (status, err) == (0, "")
            assert out
        status, out, err = written(encoding, "articles", "show", "東京")
        assert (status, out) == (1, "")
        assert err.startswith("There is no article ")
