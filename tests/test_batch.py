"""Batches of questions are read whole, or refused by line."""

import io
import itertools
from types import SimpleNamespace

import pytest

from index.article import Filter
from index.errors import QuestionError
from qa.batch import Asking, questions
from qa.reply import Turn


@pytest.fixture
def batch(tmp_path):
    def write(data, name="asked"):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return str(path)

    return write


def test_json_lines_come_in_order_with_their_names(batch):
    text = '{"_id": "q1", "text": "Who?"}\n\n{"text": "Où ça?"}\r\n{"_id": 3, "text": ""}\n'
    assert questions(batch(text)) == [Asking("q1", "Who?"), Asking(None, "Où ça?"), Asking("3", "")]


def test_csv_reads_the_column_question(batch):
    text = 'id,question,note\n7,"Who, and why?",x\n8,"Two\nlines?",\n9\n'
    assert questions(batch(text)) == [Asking("7", "Who, and why?"), Asking("8", "Two\nlines?"), Asking("9", "")]
    assert questions(batch("_id,question\na,Who?\n")) == [Asking("a", "Who?")]
    assert questions(batch("question\nWho?\nWhen?\n")) == [Asking(None, "Who?"), Asking(None, "When?")]


@pytest.mark.parametrize(
    "text",
    ["question;id\nWho, and why?;7\n", "Question\tID\nWho, and why?\t7\n", ' ID , QUESTION \n7,"Who, and why?"\n'],
)
def test_a_table_is_read_as_evaluations_read_it(batch, text):
    assert questions(batch(text)) == [Asking("7", "Who, and why?")]


@pytest.mark.parametrize("text", ["Who?\nWhen, and why?\n", "  Who?  \r\n\r\nWhen, and why?", "Who?\n\tWhen, and why?"])
def test_plain_lines_are_a_question_each(batch, text):
    assert questions(batch(text, "asked.txt")) == [Asking(None, "Who?"), Asking(None, "When, and why?")]


def test_a_row_carries_the_questions_before_it_and_a_filter(batch):
    rows = (
        '{"text": "And he?", "history": ["Who left?", " ", "When?"], "where": {"source": "Out", '
        '"since": "2019-02-08"}}\n'
        '{"text": "Who?", "history": [], "where": {}, "asked_on": "2022-07-08"}\n'
        '{"text": "Who?", "history": null, "where": null}\n'
    )
    assert questions(batch(rows)) == [
        Asking(None, "And he?", (Turn("Who left?"), Turn("When?")), Filter(source="Out", since="2019-02-08")),
        Asking(None, "Who?"),
        Asking(None, "Who?"),
    ]


def test_half_a_character_is_replaced_so_that_a_reply_can_be_written(batch):
    written = r'{"_id": "\udce9", "text": "caf\ud83d \ud83d\ude00?"}'
    assert questions(batch(written)) == [Asking("\ufffd", "caf\ufffd 😀?")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings_are_read(batch, encoding):
    assert questions(batch("question\nOù est Guaidó?\n".encode(encoding))) == [Asking(None, "Où est Guaidó?")]


def piped(monkeypatch, data):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(data)))


@pytest.mark.parametrize(
    "data",
    [
        b'{"_id": "q", "text": "Who?"}',
        b'\n \r\n{"_id": "q", "text": "Who?"}\r\n\n',
        b'\xef\xbb\xbf{"_id": "q", "text": "Who?"}\n',
        b"id,question\nq,Who?\n",
        b"\n\nid;question\nq;Who?\n",
        "id,question\nq,Who?\n".encode("utf-16"),
    ],
)
def test_a_dash_is_standard_input(monkeypatch, data):
    piped(monkeypatch, data)
    assert list(questions("-")) == [Asking("q", "Who?")]


def test_json_lines_on_standard_input_are_asked_as_they_come(monkeypatch):
    def arriving():
        yield b'{"text": "Who?"}\n'
        yield b'{"text": "When?"}\n'
        pytest.fail("it waited for a third line before it gave the second")

    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=arriving()))
    assert list(itertools.islice(questions("-"), 2)) == [Asking(None, "Who?"), Asking(None, "When?")]


def test_a_broken_line_on_standard_input_is_named_where_it_stands(monkeypatch):
    piped(monkeypatch, b'\n{"text": "Who?"}\n{"text": \n')
    arriving = iter(questions("-"))
    assert next(arriving) == Asking(None, "Who?")
    with pytest.raises(QuestionError, match=r"^-:3 is no JSON"):
        next(arriving)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "is empty: put one question a line"),
        (" \n\n", "is empty: put one question a line"),
        ('{"text": "Who?"}\n{"text": \n', ":2 is no JSON"),
        ('{"text": "Who?"}\n["Who?"]\n', ":2 has no “text”"),
        ('{"question": "Who?"}', ":1 has no “text”"),
        ('{"text": 7}', ":1 has no “text”"),
        ('["Who?"]', ":1 has no “text”"),
        ("[" * 100_000, ":1 is no JSON"),
        ('{"text": "Who?", "history": "When?"}', ":1: “history” is no list of questions."),
        ('{"text": "Who?"}\n{"text": "Who?", "history": [7]}', ":2: “history” is no list of questions."),
        ('{"text": "Who?", "where": "Out"}', ":1: “where” is no object of source, author, since, until."),
        ('{"text": "Who?", "where": {"outlet": "Out"}}', ":1: “where” is no object of"),
        ('{"text": "Who?", "where": {"source": 7}}', ":1: a value of “where” is no text."),
        ("_id,id,question\na,b,Who?\n", "has the column “id” twice: leave one."),
        (b"question\n\x00\x01\xff\n", "is no file of questions: it holds"),
        ("question\n" + "x" * 200_000, ":2 is no CSV"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(batch, data, message):
    path = batch(data)
    with pytest.raises(QuestionError) as raised:
        questions(path)
    assert str(raised.value).startswith(path)
    assert message in str(raised.value)


def test_a_table_without_questions_is_refused_by_its_name(batch):
    path = batch("query,note\nWho?,x\n", "asked.csv")
    with pytest.raises(QuestionError, match="has the columns query, note: name the one with the questions “question”"):
        questions(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(QuestionError, match=r"cannot be read \(No such file"):
        questions(str(tmp_path / "none.csv"))
