"""`qa evaluate` as a person and a program use it: sets by name, comparisons, bars, files."""

import json
from pathlib import Path

import pytest
from cuttings import CORPUS, write

from index import build
from index.errors import EvaluationError, SettingsError
from qa import cli
from qa.evaluation import choices, tables
from qa.evaluation.judgements import Judgement, Judgements

pytestmark = pytest.mark.slow

QUERIES = """\
{"_id": "q1", "text": "Who spoke on the radio?", "metadata": {"answers": ["Yanez"]}}
{"_id": "q2", "text": "How long does the dough rest?", "metadata": {"answerable": false}}
"""
QRELS = "query-id\tcorpus-id\tscore\nq1\td2\t1\n"
SET = {"corpus.jsonl": CORPUS, "queries.jsonl": QUERIES, "qrels.tsv": QRELS}


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path / "radio", SET)


@pytest.fixture
def desk(tmp_path, fake_model, capsys, monkeypatch):
    """Runs `qa evaluate` in an empty folder; gives status, standard output and standard error."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        status = cli.main(["evaluate", *map(str, words), "--home", str(tmp_path / "home")])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def test_the_json_holds_what_programs_rely_on(desk, folder):
    status, out, err = desk(folder, "--json")
    assert (status, err) == (0, "")
    result = json.loads(out)
    assert result["dataset"] == "radio"
    assert {"nDCG@10", "R@1", "R@5", "R@10", "R@100", "RR@10", "AP@100", "Judged@10"} <= set(result["retrieval"])
    assert {"quote_hit@1", "quote_hit@3", "answer_em", "answer_f1", "quote_words_mean", "quote_valid"} <= set(
        result["answers"]
    )
    assert {"auroc", "aurc", "coverage@0.8", "coverage@0.9", "ece", "brier"} <= set(result["refusal"])
    assert {"index_s", "passages_per_s", "ask_ms_p50", "ask_ms_p95", "peak_rss_mb"} <= set(result["speed"])
    assert result["corpus"]["articles"] == 3
    assert result["ci95"]["nDCG@10"] == [pytest.approx(0.2065, abs=1e-4), 1.0]
    rows = [json.loads(line) for line in Path(result["per_question"]).read_text("utf-8").splitlines()]
    assert [(row["_id"], row["figures"].get("nDCG@10")) for row in rows] == [("q1", 1.0), ("q2", None)]


def test_the_table_names_every_figure_with_its_interval(desk, folder):
    status, out, _ = desk(folder, "--ablate")
    assert status == 0
    lines = [line.split() for line in out.splitlines()]
    assert ["nDCG@10", "1.0000", "0.2065", "to", "1.0000"] in lines
    assert "0001-radio: 2 questions over 3 articles in 3 passages, ranked by fused." in out
    assert "Articles found (1 question)" in out
    assert "1 from retrieval: no relevant article is known" in out
    assert [line[0] for line in lines if len(line) > 5 and line[0] in ("dense", "lexical", "fused")][:3] == [
        "dense",
        "lexical",
        "fused",
    ]


class TestBars:
    def test_above_the_bar_all_is_well(self, desk, folder):
        assert desk(folder, "--min", "nDCG@10=.75", "--min", "quote_valid=1")[0] == 0

    def test_below_the_bar_ends_with_one_and_one_line(self, desk, folder):
        write(folder, {"qrels.tsv": QRELS.replace("d2", "d9").replace("d9", "d3")})
        status, _, err = desk(folder, "--min", "R@1=.75", "--min", "quote_valid=1")
        assert (status, err) == (1, "R@1 = 0.0000 is below the bar of 0.75.\n")

    def test_a_figure_that_is_not_defined_is_below_every_bar(self, desk, folder):
        status, _, err = desk(folder, "--min", "passage R@1=0")
        assert (status, err) == (1, "passage R@1 is not defined for this set; the bar is 0.\n")

    @pytest.mark.parametrize(
        ("figure", "value", "bar", "missed"),
        [
            ("ece", 0.095, 0.05, "ece = 0.0950 is above the bar of 0.05; lower is better."),
            ("ece", 0.095, 0.2, None),
            ("brier", 0.3, 0.25, "brier = 0.3000 is above the bar of 0.25; lower is better."),
            ("aurc", 0.25, 0.25, None),
            ("refused_answerable", 0.4, 0.1, "refused_answerable = 0.4000 is above the bar of 0.1; lower is better."),
            ("refused_unanswerable", 0.4, 0.5, "refused_unanswerable = 0.4000 is below the bar of 0.5."),
            ("refused_unanswerable", 0.5, 0.5, None),
            ("ece", None, 1.0, "ece is not defined for this set; the bar is 1."),
            ("ece", float("nan"), 1.0, "ece = nan is above the bar of 1; lower is better."),
        ],
    )
    def test_a_bar_knows_which_way_is_better(self, figure, value, bar, missed):
        result = {"retrieval": {}, "passages": {}, "answers": {}, "refusal": {figure: value}}
        assert choices.below(result, [choices.Bar(figure, bar)]) == ([missed] if missed else [])

    def test_the_wrong_way_round_ends_with_one(self, desk, folder):
        assert desk(folder, "--min", "brier=1")[0] == 0
        status, _, err = desk(folder, "--min", "brier=0")
        assert (status, err.endswith("is above the bar of 0; lower is better.\n")) == (1, True)

    def test_an_unknown_figure_is_told_before_anything_is_asked(self, desk, folder):
        status, out, err = desk(folder, "--min", "nDCG@11=.5")
        assert (status, out) == (1, "")
        assert err.startswith("There is no figure “nDCG@11”: choose one of nDCG@10, R@1,")

    def test_a_bar_that_is_none(self, desk, folder):
        status, out, err = desk(folder, "--min", "nDCG@10=high")
        assert (status, out) == (1, "")
        assert "write a figure and a number, such as nDCG@10=.75" in err


class TestCompare:
    def test_with_an_earlier_result_by_file_by_id_and_by_folder(self, desk, folder, tmp_path):
        (tmp_path / "before.json").write_text(desk(folder, "--json")[1])
        for name in ("before.json", "0001-radio", tmp_path / "home" / "evaluations" / "0001-radio"):
            compared = json.loads(desk(folder, "--json", "--compare", name)[1])["compared"]
            assert compared["with"] == "0001-radio"
            assert compared["figures"]["nDCG@10"]["p"] == 1.0

    def test_with_a_run(self, desk, folder, tmp_path):
        (tmp_path / "theirs.trec").write_text("q1 Q0 d1 1 2.0 x\nq1 Q0 d2 2 1.0 x\n")
        compared = json.loads(desk(folder, "--json", "--compare", "theirs.trec")[1])["compared"]
        assert compared["with"] == "theirs.trec"
        assert compared["figures"]["RR@10"]["difference"] == 0.5
        shown = desk(folder, "--compare", "theirs.trec")[1]
        assert "Changed most:\n  nDCG@10 0.631 -> 1.000  q1  Who spoke on the radio?\n" in shown

    def test_with_other_settings(self, desk, folder, tmp_path):
        (tmp_path / "other.toml").write_text("dense_weight = 1.0\n")
        compared = json.loads(desk(folder, "--json", "--compare", "other.toml")[1])["compared"]
        other = json.loads((tmp_path / "home/evaluations/0001-radio/result.json").read_text())
        assert compared["with"] == "0001-radio"
        assert other["changed_settings"] == {"dense_weight": 1.0}

    @pytest.mark.parametrize(
        ("name", "text", "told"),
        [
            ("missing.json", None, "There is nothing to compare with at missing.json"),
            ("bad.toml", "dense_weight =", "bad.toml is not valid TOML"),
            ("odd.toml", "dense_wait = 1", "unknown key “dense_wait” (did you mean “dense_weight”?)"),
            ("a.json", '{"nothing": 1}', "a.json is no result of `qa evaluate --json`"),
            ("a.trec", "q1 Q0 d1 1\n", "a.trec:1"),
            ("b.trec", "q1 Q0 d1 1 nan x\n", "b.trec:1"),
        ],
    )
    def test_what_cannot_be_compared_with_is_told_before_anything_is_asked(
        self, desk, folder, tmp_path, name, text, told
    ):
        if text is not None:
            (tmp_path / name).write_text(text)
        status, out, err = desk(folder, "--compare", name)
        assert (status, out) == (1, "")
        assert told in err

    @pytest.mark.parametrize(
        ("run", "told"),
        [
            ("q1 Q0 Xd1 1 2.0 x\nq1 Q0 Xd2 2 1.0 x\n", "No document of theirs.trec is an article of this set"),
            ("Xq1 Q0 d1 1 2.0 x\n", "theirs.trec ranks nothing for any question of this set (its first is “Xq1”"),
        ],
    )
    def test_with_a_run_of_other_ids_is_refused_with_the_cure(self, desk, folder, tmp_path, run, told):
        (tmp_path / "theirs.trec").write_text(run)
        status, out, err = desk(folder, "--compare", "theirs.trec")
        assert (status, out) == (1, "")
        assert told in err
        assert "give it the ids of the" in err

    def test_with_a_run_that_lacks_some_says_how_many(self, desk, folder, tmp_path):
        (tmp_path / "theirs.trec").write_text("q1 Q0 d1 1 2.0 x\nq1 Q0 other 2 1.0 x\nzz Q0 d1 1 1.0 x\n")
        out = desk(folder, "--compare", "theirs.trec")[1]
        assert "Compared with theirs.trec:\nQuestions of the run that are not in this set, left out: 1.\n" in out
        assert "Documents of the run that are no articles of this set: 1 of 2.\n" in out


class TestSets:
    @pytest.mark.parametrize(
        "queries",
        [
            '{"_id": "q1", "text": "Who?"}\n',
            '{"_id": "q1", "text": "Who?", "metadata": {}}\n'
            '{"_id": "q2", "text": "Why?", "metadata": {"answerable": true}}\n',
            '{"_id": "q1", "text": "Who?", "metadata": {"answers": []}}\n',
        ],
    )
    def test_a_set_of_which_nothing_counts_ends_with_one_and_one_sentence(self, desk, tmp_path, queries):
        folder = write(tmp_path / "bare", {"corpus.jsonl": CORPUS, "queries.jsonl": queries})
        status, out, err = desk(folder, "--json")
        assert (status, json.loads(out)["retrieval"]["nDCG@10"]) == (1, None)
        assert err.splitlines()[-1].startswith("Nothing in bare can be counted: say of its questions what answers them")

    def test_one_that_counts_is_enough(self, desk, tmp_path):
        queries = '{"_id": "q1", "text": "Who?", "metadata": {"answerable": false}}\n{"_id": "q2", "text": "Why?"}\n'
        folder = write(tmp_path / "bare", {"corpus.jsonl": CORPUS, "queries.jsonl": queries})
        assert desk(folder)[0] == 0

    def test_faults_are_told_and_the_rest_is_measured(self, desk, folder):
        write(folder, {"qrels.tsv": QRELS + "q1\tnone\t1\n"})
        status, out, err = desk(folder, "--json")
        assert status == 0
        assert "qrels.tsv:3" in err
        assert [fault["where"] for fault in json.loads(out)["faults"]] == [str(folder / "qrels.tsv") + ":3"]

    def test_other_judgements_can_be_named(self, desk, folder, tmp_path):
        (tmp_path / "other.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td3\t1\n")
        result = json.loads(desk(folder, "--json", "--qrels", "other.tsv")[1])
        assert result["retrieval"]["R@1"] == 0.0

    def test_a_set_that_there_is_not(self, desk):
        status, out, err = desk("nowhere")
        assert (status, out) == (1, "")
        assert err.startswith("There is no set “nowhere”: name a folder with queries.jsonl")

    def test_an_uploaded_set_is_known_by_its_name(self, desk, folder, tmp_path):
        write(tmp_path / "home" / "evaluations" / "sets" / "mine", SET)
        assert json.loads(desk("mine", "--json")[1])["dataset"] == "mine"

    def test_thumbs_are_a_set(self, desk, folder, home, tmp_path):
        build.index([folder], home)
        judged = Judgement("Who spoke?", "right", "d2", 0, 13, "Gen Francisco", "", "", "2026-11-24T10:00:00+00:00")
        Judgements(home.home).add(judged)
        status, out, err = desk("thumbs", "--json", "--export", tmp_path / "out")
        assert (status, err) == (0, "")
        assert json.loads(out)["questions"]["counted"]["retrieval"] == 1
        assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
            "corpus.jsonl",
            "qrels.tsv",
            "queries.jsonl",
            "spans.jsonl",
        ]


def test_report_and_run_are_written_where_asked(desk, folder, tmp_path):
    status, *_ = desk(folder, "--report", "out/report.html", "--run", "out/run.trec")
    assert status == 0
    assert "Who spoke on the radio?" in (tmp_path / "out" / "report.html").read_text()
    assert (tmp_path / "out" / "run.trec").read_text().startswith("q1 Q0 d2 1 ")


def test_settings_of_the_comparison_keep_the_home(home, tmp_path):
    (tmp_path / "other.toml").write_text('home = "elsewhere"\nquotes = 5\n')
    other = choices.other(str(tmp_path / "other.toml"), home)
    assert (other.home, other.quotes) == (home.home, 5)
    (tmp_path / "other.toml").write_text("quotes = 500\n")
    with pytest.raises(SettingsError, match="quotes = 500"):
        choices.other(str(tmp_path / "other.toml"), home)


def test_a_bar_is_a_figure_and_a_number():
    assert choices.bar("nDCG@10=.75") == choices.Bar("nDCG@10", 0.75)
    with pytest.raises(EvaluationError):
        choices.bar("nDCG@10")


def test_columns_are_aligned():
    assert tables.aligned([["a", "1"], ["bcd", "23"]]) == ["a     1", "bcd  23"]
    assert tables.number(None) == "–"
    assert tables.number(0.12345) == "0.1235"
