"""Which articles may answer: fields as people and programs give them, and why none passes."""

import pytest
from cuttings import CORPUS, FILES, faked, indexed

from index.article import Filter
from index.errors import QuestionError
from index.settings import Settings
from qa.narrowing import narrowed, none_passes, of_row

WHO = "Who is Gen Yanez?"


@pytest.fixture(scope="module")
def qa(tmp_path_factory):
    with faked():
        home = tmp_path_factory.mktemp("narrow") / "home"
        yield indexed(Settings(home=home, answer_at=0), {**FILES, "corpus.jsonl": CORPUS})


def test_empty_fields_admit_every_article():
    assert narrowed("", " ", None, "") is None


def test_fields_become_a_filter():
    found = narrowed(" Out ", "Ann", "2019-02-08 00:00:00", "2019-02-09")
    assert found == Filter("Out", "Ann", "2019-02-08", "2019-02-09")


@pytest.mark.parametrize(
    ("since", "until", "told"),
    [
        ("8/2/2019", "", "“8/2/2019” is no date: write it as YYYY-MM-DD"),
        ("", "2019-02-30", "“2019-02-30” is no date"),
        ("2019-02-08junk", "", "“2019-02-08junk” is no date"),
        ("2020-01-01", "2019-01-01", "No day is both on or after 2020-01-01 and on or before 2019-01-01: exchange"),
        ("2019-02-09", "2019-02-08T10:00:00", "exchange the two dates"),
    ],
)
def test_an_impossible_date_is_told(since, until, told):
    with pytest.raises(QuestionError, match=told):
        narrowed("", "", since, until)


@pytest.mark.parametrize(
    ("where", "told"),
    [
        (
            {"source": "Nope"},
            "No article passes the filter: no article is from “Nope”; the outlets are “Independent”, “Reuters”.",
        ),
        ({"source": "Independant"}, "no article is from “Independant”; did you mean “Independent”?"),
        ({"source": "the independent"}, "did you mean “Independent”?"),
        ({"source": "reuter"}, "did you mean “Reuters”?"),
        ({"author": "Nobody"}, "no article's author is called “Nobody”."),
        ({"since": "2030-01-01"}, "no article was published on or after 2030-01-01; those that have a day are from "),
        ({"until": "1999-12-31"}, "published on or before 1999-12-31; those that have a day are from 2019-02-08 to "),
        ({"since": "2019-03-01", "until": "2019-03-31"}, "on or after 2019-03-01 and on or before 2019-03-31"),
        ({"source": "Reuters", "author": "Ann"}, "each of these alone is true of some article, but not all of one."),
        ({"source": "Nope", "author": "Nobody"}, "“Reuters”; no article's author is called “Nobody”."),
    ],
)
def test_a_filter_that_admits_no_article_says_so_and_nothing_else(qa, where, told):
    reply = qa.ask(WHO, where=Filter(**where))
    assert told in reply.reason
    assert reply.reason.endswith("So none was read.")
    assert (reply.status, reply.confidence, reply.quotes, reply.related) == ("nothing", 0.0, (), ())
    assert qa.search(WHO, 3, Filter(**where)) == []


@pytest.mark.parametrize(
    "where", [{"source": "REUTERS"}, {"author": "turner"}, {"since": "2019-02-11"}, {"until": "2019-02-08"}]
)
def test_a_filter_that_admits_one_is_no_trouble(qa, where):
    assert none_passes(Filter(**where), qa.corpus) is None
    assert qa.ask(WHO, where=Filter(**where)).status == "answered"


def test_without_outlets_and_days_that_is_told(tmp_path):
    with faked():
        qa = indexed(Settings(home=tmp_path / "home"), {"a.txt": "Bread\n\nThe dough rests for a day.\n"})
        assert "no article is from “X” (no article names its outlet)" in none_passes(Filter(source="X"), qa.corpus)
        assert "2019-01-01 (no article has a day of publication)" in none_passes(Filter(since="2019-01-01"), qa.corpus)


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        (None, None),
        ({}, None),
        ({"source": "", "author": None}, None),
        ({"source": "Out"}, Filter(source="Out")),
        ({"since": "2019-02-08", "until": "2019-02-08"}, Filter(since="2019-02-08", until="2019-02-08")),
    ],
)
def test_a_row_s_filter(fields, found):
    assert of_row(fields, "b:1") == found


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ("Reuters", "b:1: “where” is no object of source, author, since, until."),
        ([], "b:1: “where” is no object"),
        ({"outlet": "Reuters"}, "b:1: “where” is no object of"),
        ({"source": 7}, "b:1: a value of “where” is no text."),
        ({"since": "soon"}, "“soon” is no date"),
        ({"since": "2020-01-01", "until": "2019-01-01"}, "exchange the two dates"),
    ],
)
def test_a_row_s_filter_that_is_none_is_refused(fields, told):
    with pytest.raises(QuestionError, match=told):
        of_row(fields, "b:1")
