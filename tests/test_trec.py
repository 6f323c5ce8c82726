"""Runs and qrels: what is written reads back, ties go as in trec_eval, and what cannot be used is refused by line."""

import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from index.article import Fault, Passage
from index.errors import EvaluationError, QuestionError
from qa.reply import Hit
from qa.trec import Judged, each_judged, ranking, read_qrels, read_run, run_lines, write_qrels


def hit(article, ordinal, score):
    return Hit(Passage(article, ordinal, 0, 1, "x", ((0, 1),)), score)


HITS = [hit("b", 0, 0.9), hit("a", 2, 0.9), hit("b", 1, 0.8), hit("c", 0, 0.5), hit("a", 0, 0.1)]


@pytest.fixture
def file(tmp_path):
    def write(data):
        path = tmp_path / "given"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return write


def first_by_trec_eval(scores):
    """Give the id that trec_eval puts first: the one whose reciprocal rank is 1 when it alone is relevant."""
    measured = {
        id: pytrec_eval.RelevanceEvaluator({"q": {id: 1}}, {"recip_rank"}).evaluate({"q": scores})["q"]["recip_rank"]
        for id in scores
    }
    (first,) = [id for id, rank in measured.items() if rank == 1]
    return first


class TestRanking:
    def test_an_article_counts_by_its_best_passage_and_ties_go_as_in_trec_eval(self):
        assert ranking(HITS, "article", 10) == [("b", 0.9), ("a", 0.9), ("c", 0.5)]
        assert ranking(reversed(HITS), "article", 2) == [("b", 0.9), ("a", 0.9)]

    def test_passages_are_named_by_article_and_place(self):
        assert ranking(HITS, "passage", 3) == [("b#0", 0.9), ("a#2", 0.9), ("b#1", 0.8)]

    def test_scores_that_are_written_alike_are_a_tie(self):
        # 0.5000004 comes first by itself, but both are written 0.500000, and then the greater id comes first.
        found = ranking([hit("a", 0, 0.5000004), hit("b", 0, 0.5000001)], "article", 2)
        assert found == [("b", 0.5), ("a", 0.5)]
        # The cut comes after that order.
        assert ranking([hit("a", 0, 0.5000004), hit("b", 0, 0.5000001)], "article", 1) == [("b", 0.5)]

    def test_scores_that_single_precision_cannot_tell_apart_are_a_tie(self):
        # Between 16,384 and 32,768 single precision steps by 1/512.
        found = ranking([hit("a", 0, 20000.0005), hit("b", 0, 20000.0001)], "article", 2)
        assert found == [("b", 20000.0), ("a", 20000.0)]

    @given(st.dictionaries(st.sampled_from("abcde"), st.floats(-50, 50, width=32), min_size=1))
    def test_the_order_is_that_of_the_file_and_of_trec_eval(self, scores):
        ranked = ranking([hit(id, 0, score) for id, score in scores.items()], "article", 9)
        rows = [line.split() for line in run_lines("q", ranked)]
        written = {row[2]: float(row[4]) for row in rows}
        assert [row[2] for row in rows] == sorted(written, key=lambda id: (written[id], id), reverse=True)
        assert rows[0][2] == first_by_trec_eval(written)


class TestRunLines:
    def test_they_have_the_six_fields_of_trec(self):
        lines = list(run_lines("q1", [("b", 0.9), ("a", 0.123456789)]))
        assert lines == ["q1 Q0 b 1 0.900000 verbatim", "q1 Q0 a 2 0.123457 verbatim"]
        assert list(run_lines("q1", [])) == []

    @pytest.mark.parametrize(("name", "id"), [("q 1", "a"), ("q1", "a b"), ("q1", ""), ("", "a"), ("q1", "a\u2003b")])
    def test_a_name_that_would_break_the_format_is_refused(self, name, id):
        with pytest.raises(QuestionError, match="ids must have neither spaces nor control"):
            list(run_lines(name, [(id, 1.0)]))


class TestReadRun:
    def test_scores_and_not_ranks_make_the_order(self, file):
        run = read_run(file("q2 Q0 a 1 0.5 t\nq1\tQ0\tx\t1\t-1e-3\tt\r\n\nq2 0 c 2 .5 t\nq2 Q0 b 3 7 t"))
        assert list(run.items()) == [("q2", [("b", 7.0), ("c", 0.5), ("a", 0.5)]), ("q1", [("x", -0.001)])]

    def test_scores_that_trec_eval_cannot_tell_apart_are_a_tie(self, file):
        scores = {"a": 200000.0101, "b": 200000.01}
        run = read_run(file("".join(f"q Q0 {id} 1 {score!r} t\n" for id, score in scores.items())))
        assert run == {"q": [("b", 200000.01), ("a", 200000.0101)]}
        assert first_by_trec_eval(scores) == "b"

    def test_what_was_written_reads_back(self, file):
        ranked = ranking(HITS, "passage", 9)
        assert read_run(file("".join(f"{line}\n" for line in run_lines("q1", ranked)))) == {"q1": ranked}

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (
                "q Q0 a 1 1 t\nq Q0 b 2 0.5\n",
                ":2 has 5 columns, a run has six (qid Q0 id rank score tag): “q Q0 b 2 0.5”",
            ),
            ("q Q0 a b 1 0.5 t\n", ":1 has 7 columns"),
            ("q Q0 a 1 nan t\n", ":1 has the score “nan”, which ranks nothing"),
            ("q Q0 a 1 -Infinity t\n", ":1 has the score “-Infinity”, which ranks nothing"),
            ("q Q0 a 1 1e39 t\n", ":1 has the score “1e39”, which ranks nothing"),
            ("q Q0 a 1 high t\n", ":1 has the score “high”: write a number"),
            ("q Q0 a 1 1_0 t\n", ":1 has the score “1_0”: write a number"),
            ("q Q0 a 1 2,5 t\n", ":1 has the score “2,5”: write a number"),
            ("q Q0 a 1 2 t\np Q0 a 1 2 t\n\nq Q0 a 2 1 t\n", ":4 ranks a for question q a second time"),
            (b"q Q0 \xff 1 1 t\n", " is no text in UTF-8 (byte 5)"),
            (" \n", " holds no line of a run"),
        ],
    )
    def test_what_cannot_be_used_is_refused_with_its_line(self, file, data, message):
        path = file(data)
        with pytest.raises(EvaluationError) as raised:
            read_run(path)
        assert str(raised.value).startswith(f"{path}{message}")

    def test_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(EvaluationError, match=r"none cannot be read \(No such file"):
            read_run(tmp_path / "none")


class TestQrels:
    @pytest.mark.parametrize(
        "data",
        [
            "query-id\tcorpus-id\tscore\nq1\ta\t2\nq1\tb\t0\nq2\ta\t-1\n",
            "q1\ta\t2\r\nq1\tb\t0\r\nq2\ta\t-1\r\n",
            "q1 0 a 2\nq1 0 b 0\n\nq2 Q0 a -1",
            "q1 0 a 2.0\nq1 0 b 0.\nq2 Q0 a -1.00\n\n\n",
            "query-id\tcorpus-id\tscore\nq1\ta\t2.0\nq1\tb\t0.0\nq2\ta\t-1.0\n",
            "\ufeffq1 0 a 2\nq1 0 b 0\nq2 Q0 a -1",
            "\ufeffquery_id 0 doc_id Relevance\nq1\t0\ta\t2\nq1 0 b 0\nq2 0 a -1\n",
        ],
    )
    def test_every_layout_reads_alike(self, file, data):
        assert read_qrels(file(data)) == {"q1": {"a": 2, "b": 0}, "q2": {"a": -1}}

    def test_a_line_that_cannot_be_used_is_a_fault_and_the_others_count(self, file):
        path = file("q\ta\t1\nq\ta\t2\nq\tb\nq\tc\t1.5\nq\tc d\t1\nq\t\t1\nq 0 c high\nq\tc\t1\n")
        given = list(each_judged(path))
        assert given[0] == Judged(f"{path}:1", "q", "a", 1)
        assert given[-1] == Judged(f"{path}:8", "q", "c", 1)
        assert [(fault.where.removeprefix(f"{path}"), fault.reason) for fault in given[1:-1]] == [
            (":2", "a is judged for question q in an earlier line, which counts."),
            (":3", "it has 2 columns: qrels have 3 (query, article, score) or TREC's 4."),
            (":4", "the score “1.5” is no whole number: write 0, 1, 2 and so on."),
            (":5", "the id “c d” is empty or holds white space: give it one without."),
            (":6", "the id “” is empty or holds white space: give it one without."),
            (":7", "the score “high” is no whole number: write 0, 1, 2 and so on."),
        ]
        assert all(isinstance(fault, Fault) for fault in given[1:-1])
        with pytest.raises(EvaluationError) as raised:
            read_qrels(path)
        assert str(raised.value) == f"{path}:2: a is judged for question q in an earlier line, which counts."

    def test_a_number_in_the_first_line_is_no_header(self, file):
        assert read_qrels(file("query\tscore\t1\n")) == {"query": {"score": 1}}
        assert [each.reason for each in each_judged(file("q\ta\thigh\n"))] == [
            "the score “high” is no whole number: write 0, 1, 2 and so on."
        ]

    def test_both_layouts_are_written(self, tmp_path):
        qrels = {"q2": {"b": 1, "a": 0}, "q1": {"a": -2}, "q3": {}}
        write_qrels(tmp_path / "beir", qrels)
        write_qrels(tmp_path / "trec", qrels, "trec")
        assert (tmp_path / "beir").read_bytes() == b"query-id\tcorpus-id\tscore\nq2\tb\t1\nq2\ta\t0\nq1\ta\t-2\n"
        assert (tmp_path / "trec").read_bytes() == b"q2 0 b 1\nq2 0 a 0\nq1 0 a -2\n"
        assert (
            read_qrels(tmp_path / "beir") == read_qrels(tmp_path / "trec") == {"q2": {"b": 1, "a": 0}, "q1": {"a": -2}}
        )

    def test_what_cannot_be_written_is_refused(self, tmp_path):
        with pytest.raises(EvaluationError, match="article “a b” of question “q”: ids must have no spaces"):
            write_qrels(tmp_path / "out", {"q": {"a b": 1}})
        with pytest.raises(EvaluationError, match=r"cannot be written \(No such file"):
            write_qrels(tmp_path / "none" / "out", {"q": {"a": 1}})
