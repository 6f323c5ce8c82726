"""Articles as rows and objects: which column holds what, and what is said of those that cannot be read."""

import csv
import json
from collections.abc import Generator, Iterable
from pathlib import Path

import pytest
from loading import P1, P2, P3, draft, drafts, faults, marked, read, reason

from index import guard, intake
from index.article import Byline, Draft, Fault
from index.clean import clean
from index.guard import Read
from index.ledger import Ledger
from index.loaders import load
from index.settings import Settings


def table(path: Path, *rows: list[str], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def test_a_row_becomes_an_article_with_its_byline_above(tmp_path: Path) -> None:
    path = table(
        tmp_path / "a.csv",
        ["Headline", "Full Text", "Pub-Date", "by_line", "Permalink", "Publication", "section"],
        [
            "Bridge to close", f"{P1}\n\n{P2}", "8 February 2019", "By Anna Berg in London",
            "https://www.times.org/b", "The Times", "News",
        ],
    )  # fmt: skip
    one = draft(path)
    assert one.text == f"Bridge to close\nBy Anna Berg in London\n8 February 2019\n\n{P1}\n\n{P2}"
    assert marked(one) == [
        ("title", "Bridge to close"), ("author", "By Anna Berg in London"), ("date", "8 February 2019"),
    ]  # fmt: skip
    stated = dict.fromkeys(("title", "author", "published", "outlet", "url"), "column")
    assert one.byline == Byline(
        "Bridge to close", "Anna Berg", "2019-02-08", "The Times", "https://www.times.org/b", stated
    )
    assert (one.as_given, one.id, one.name) == (False, None, "row 1")


def test_what_the_columns_state_wins_and_furniture_is_marked(tmp_path: Path) -> None:
    text = f"By Tom Hull\n\n{P1}\n\n{P2}\n\nFollow us on Twitter\n\n{P3}"
    one = draft(table(tmp_path / "a.csv", ["title", "body", "author"], ["Bridge to close", text, "Anna Berg"]))
    article = clean(one, tmp_path / "a.csv")
    assert article.byline.author == "Anna Berg"
    kinds = {article.text[mark.start : mark.end]: mark.kind.value for mark in article.marks}
    assert kinds["Follow us on Twitter"] == "furniture"


@pytest.mark.parametrize(
    ("delimiter", "suffix"), [(",", ".csv"), (";", ".csv"), ("\t", ".csv"), ("|", ".csv"), ("\t", ".tsv")]
)
def test_delimiters(tmp_path: Path, delimiter: str, suffix: str) -> None:
    text = 'One; two, three | four "five"\nsix, seven'
    path = table(tmp_path / f"a{suffix}", ["title", "text"], ["T", text], ["U", text], delimiter=delimiter)
    assert [one.text for one in drafts(read(path))] == [f"T\n\n{text}", f"U\n\n{text}"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_of_tables(tmp_path: Path, encoding: str) -> None:
    path = table(tmp_path / "a.csv", ["title", "text"], ["Café", "Crème brûlée à volonté"], encoding=encoding)
    assert draft(path).text == "Café\n\nCrème brûlée à volonté"


def test_a_cyrillic_code_page(tmp_path: Path) -> None:
    words = "Мост закрыт на год, потому что тросы меняют, сообщил во вторник городской совет."
    path = table(tmp_path / "a.csv", ["текст", "text"], ["", words], ["", words + " Снова."], encoding="cp1251")
    assert [one.text for one in drafts(read(path))] == [words, words + " Снова."]


def test_bad_rows_are_faults_with_their_line_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [
        "title,text",
        "A,one",
        "B",
        "C,two,three,four",
        '"D","spread',
        'over lines"',
        "E,",
        "",
        "F,six,",
        "G,se\x00ven",
    ]
    got = read(path, "\r\n".join(rows))
    assert [(one.name, one.text) for one in drafts(got)] == [
        ("row 1", "A\n\none"), ("row 4", "D\n\nspread\nover lines"), ("row 6", "F\n\nsix"), ("row 7", "G\n\nseven"),
    ]  # fmt: skip
    assert faults(got, path) == [
        (":3", "the row has 1 cells and the header 2: see to its quotation marks and delimiters."),
        (":4", "the row has 4 cells and the header 2: see to its quotation marks and delimiters."),
        (":7", "there is no text in it: leave it out, or add the text."),
    ]


def test_half_a_character_of_utf_16_costs_one_letter(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", ["title", "text"], ["A", P1], ["B", "here"], ["C", P2], encoding="utf-16")
    path.write_bytes(path.read_bytes().replace("ere".encode("utf-16-le"), b"\x00\xd8" + "re".encode("utf-16-le")))
    assert [one.text for one in drafts(read(path))] == [f"A\n\n{P1}", "B\n\nh\ufffdre", f"C\n\n{P2}"]


def test_an_outlet_that_is_no_address_is_unknown(tmp_path: Path) -> None:
    one = draft(table(tmp_path / "a.csv", ["text", "source", "url"], [P1, "http://[x", "http://[y"]))
    assert (one.byline.outlet, "outlet" in one.byline.provenance) == (None, False)


@pytest.mark.slow
def test_a_byte_of_another_encoding_costs_one_letter(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    good = "".join(f"T{n},{P1} é\n" for n in range(12_000))  # past the sample that the encoding is told from
    got = read(path, f"title,text\n{good}".encode() + b"X,caf\xe9\nY,last\n")
    assert len(drafts(got)) == len(got) == 12_002
    assert [one.text for one in drafts(got)[-2:]] == ["X\n\ncaf\ufffd", "Y\n\nlast"]


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".json", ".jsonl", ".txt", ".md", ".html", ".xml", ".eml"])
@pytest.mark.parametrize("broken", [b"\x92", b"\xa0", b"\x85", b"\xff"])
def test_a_broken_byte_costs_one_letter_in_every_format(tmp_path: Path, suffix: str, broken: bytes) -> None:
    words = f"Zoé Lefèvre a dit “oui” à Jérôme ¤ Lévêque. {P1}"
    text = {
        ".csv": f'title,text\nFête,"{words}"\n',
        ".tsv": f"title\ttext\nFête\t{words}\n",
        ".json": json.dumps([{"title": "Fête", "body": words}], ensure_ascii=False),
        ".jsonl": json.dumps({"title": "Fête", "body": words}, ensure_ascii=False) + "\n",
        ".txt": f"Fête\n\n{words}\n",
        ".md": f"# Fête\n\n{words}\n",
        ".html": f"<html><head><title>Fête</title></head><body><h1>Fête</h1><p>{words}</p><p>{P2}</p><p>{P3}</p>",
        ".xml": f"<rss><channel><item><title>Fête</title><description>{words}</description></item></channel></rss>",
        ".eml": "Subject: =?utf-8?q?F=C3=AAte?=\nContent-Type: text/plain; charset=utf-8\n"
        f"Content-Transfer-Encoding: 8bit\n\n{words}\n",
    }[suffix]
    one = draft(tmp_path / f"a{suffix}", text.encode().replace("¤".encode(), broken))
    assert words.replace("¤", "\ufffd") in one.text
    assert clean(one, tmp_path / f"a{suffix}").byline.title == "Fête"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings_of_objects(tmp_path: Path, encoding: str) -> None:
    words = f"Crème brûlée à volonté. {P1}"
    given = json.dumps([{"title": "Café", "body": words}], ensure_ascii=False)
    assert draft(tmp_path / "a.json", given.encode(encoding)).text == f"Café\n\n{words}"


def test_rows_and_fields_over_the_limit_are_faults(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    got = read(path, f"title,text\nA,{'x' * 5_000_001}\nB,{'y' * 11_000_000}\nC,{'1,' * 6_000_000}\nD,short\n")
    assert [one.text for one in drafts(got)] == ["D\n\nshort"]
    assert [where for where, _ in faults(got, path)] == [":2", ":3", ":4"]
    assert "field larger than field limit (5000000)" in faults(got, path)[0][1]
    long = f"title,text\n{'a' * 4_999_999},{'b' * 5_100_000}\nD,short\n"  # what is left of it would be a whole row
    cut = read(path, long, Settings(max_article_chars=20_000_000))
    assert faults(cut, path) == [(":2", "the row is over 10,000,000 characters long: split the article.")]


def test_a_line_of_a_megabyte_is_read(tmp_path: Path) -> None:
    assert len(draft(tmp_path / "a.csv", f"title,text\nA,{'word ' * 199_000}\n").text) == 3 + 199_000 * 5 - 1


def test_tables_are_streamed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("title,text\nA,one\nB\n")
    stream = load(path, Settings())
    assert isinstance(next(stream), Draft)  # before the bad row is met
    assert isinstance(next(stream), Fault)


def test_a_table_without_a_column_for_the_text_names_those_there_are(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", ["name", "kommentar", "stadt"], ["a", P1, "b"], ["a", P2, "b"])
    assert reason(path) == (
        "no column can be told to hold the text; there are “name”, “kommentar”, “stadt”: "
        "name it with --text-field NAME."
    )
    assert (
        draft(table(tmp_path / "b.csv", ["name", "kommentar"], ["a", P1]), None, Settings(text_field="Kommentar")).text
        == P1
    )
    told = reason(path, None, Settings(text_field="comment"))
    assert told == "there is no column “comment”; there are “name”, “kommentar”, “stadt”: correct --text-field."
    assert "correct --date-field" in reason(path, None, Settings(text_field="kommentar", date_field="day"))
    many = reason(table(tmp_path / "c.csv", [f"c{n}" for n in range(40)], ["x"] * 40))
    assert "“c19” and 20 more: name it" in many


def test_a_table_of_nothing_but_a_header(tmp_path: Path) -> None:
    assert "no text in it but the header" in reason(tmp_path / "a.csv", "title,text\n")


def test_columns_are_named_in_the_settings(tmp_path: Path) -> None:
    path = table(
        tmp_path / "a.csv",
        ["body", "k", "t", "a", "d", "s", "u"],
        ["not this", P1, "T", "Anna Berg", "2019-02-08", "The Times", "https://x.org/a"],
    )
    named = {"text": "k", "title": "t", "author": "a", "date": "d", "source": "s", "url": "u", "id": "body"}
    one = draft(path, None, Settings(**{f"{what}_field": name for what, name in named.items()}))
    assert one.text == f"T\nAnna Berg\n2019-02-08\n\n{P1}"
    assert one.byline.to_json() == {
        "title": "T", "author": "Anna Berg", "source": "The Times", "published": "2019-02-08", "updated": None,
        "url": "https://x.org/a",
    }  # fmt: skip
    assert one.id == "not this"


def test_an_id_that_stands_twice_is_a_fault(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", ["nr", "text"], ["1", "one"], ["1", "two"], ["", "three"])
    got = read(path, None, Settings(id_field="nr"))
    assert [(one.id, one.text) for one in drafts(got)] == [("1", "one"), (None, "three")]
    assert faults(got, path) == [(":3", "id '1' stands in an earlier row as well: give each its own.")]


@pytest.mark.parametrize(
    ("given", "published"),
    [
        ("2019-02-08T18:38:00.000Z", "2019-02-08T18:38:00+00:00"),
        ("2019/02/08 18:38", "2019-02-08T18:38:00"),
        ("20190208", "2019-02-08"),
        ("20190208T183800Z", "2019-02-08T18:38:00"),
        ("1549651080", "2019-02-08T18:38:00+00:00"),
        (1549651080000, "2019-02-08T18:38:00+00:00"),
        ({"$date": "2019-02-08T18:38:00Z"}, "2019-02-08T18:38:00+00:00"),
        ("Fri, 08 Feb 2019 18:38:00 +0100", "2019-02-08T18:38:00+01:00"),
        ("03/04/2019", None),
        ("12", None),
        ("99999999999999999999", None),
        ("2019/99/99", None),
    ],
)
def test_dates(tmp_path: Path, given: object, published: str | None) -> None:
    assert draft(tmp_path / "a.json", json.dumps([{"body": P1, "publishedAt": given}])).byline.published == published


@pytest.mark.parametrize(
    ("given", "author"),
    [
        ("By Anna Berg and Tom Hull", "Anna Berg and Tom Hull"),
        (["Anna Berg", {"name": "Tom Hull"}, "Eva Lind"], "Anna Berg, Tom Hull and Eva Lind"),
        ("['Anna Berg', \"Pat O'Neil\"]", "Anna Berg and Pat O'Neil"),
        ("anna@times.org (Anna Berg)", "Anna Berg"),
        ("[broken", "[broken"),
        ("Reuters Staff", "Reuters Staff"),
        ("anna@times.org", None),
        ("https://x.org/anna", None),
        ([], None),
        (True, None),
    ],
)
def test_authors(tmp_path: Path, given: object, author: str | None) -> None:
    assert draft(tmp_path / "a.json", json.dumps([{"body": P1, "author": given}])).byline.author == author


def test_html_in_a_column_becomes_paragraphs(tmp_path: Path) -> None:
    html = f"<p>{P1}</p><h2>Rust</h2><p>AT&amp;T said<br>no.</p><ul><li>one</li><li>two</li></ul><script>x()</script>"
    one = draft(tmp_path / "a.json", json.dumps({"headline": "A &amp; <i>B</i>", "content": html}))
    assert one.text == f"A & B\n\n{P1}\n\nRust\n\nAT&T said\nno.\n\n- one\n- two"
    assert marked(one) == [("title", "A & B"), ("caption", "Rust")]


def test_a_news_service(tmp_path: Path) -> None:
    answer = {
        "status": "ok",
        "totalResults": 2,
        "articles": [
            {
                "source": {"id": None, "name": "BBC News"}, "author": "Anna Berg", "title": "Bridge to close",
                "description": "short", "url": "https://bbc.example/1", "publishedAt": "2019-02-08T18:38:00Z",
                "content": P1,
            },
            {"source": None, "title": "U", "url": "https://www.bbc.example/2", "content": P2},
        ],
    }  # fmt: skip
    first, second = drafts(read(tmp_path / "a.json", json.dumps(answer)))
    assert first.text == f"Bridge to close\nAnna Berg\n2019-02-08T18:38:00Z\n\n{P1}"
    assert (first.byline.outlet, first.byline.url) == ("BBC News", "https://bbc.example/1")
    assert (second.byline.outlet, second.byline.provenance["outlet"]) == ("bbc.example", "url")


@pytest.mark.parametrize(
    "given",
    [
        {"response": {"results": [{"webTitle": "T", "fields": {"bodyText": P1}}]}},
        {"response": {"docs": [{"headline": {"main": "T", "kicker": None}, "body": P1}]}},
        {"hits": {"total": 1, "hits": [{"_id": "x", "_source": {"title": "T", "body": P1}}]}},
        {"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": [{"title": "T", "content_text": P1}]},
        [{"title": {"rendered": "T"}, "content": {"rendered": f"<p>{P1}</p>"}}],
        {"meldungen": [{"title": "T", "text": P1, "section": "x"}]},
        {"title": "T", "paragraphs": 3, "body": [P1]},
        {"title": "T", "body": P1, "tags": [{"name": "bridge"}]},
        {"_id": {"$oid": "5c"}, "title": "T", "text": P1},
    ],
)
def test_forms_of_json(tmp_path: Path, given: object) -> None:
    one = draft(tmp_path / "a.json", json.dumps(given))
    assert (one.text, one.byline.title, one.as_given) == (f"T\n\n{P1}", "T", False)


def test_json_in_rows_under_a_wrong_suffix_and_with_a_mark(tmp_path: Path) -> None:
    text = "\ufeff" + "\n".join(json.dumps({"title": f"T{n}", "body": P1}) for n in range(3))
    assert [one.byline.title for one in drafts(read(tmp_path / "a.json", text))] == ["T0", "T1", "T2"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"{broken", "no valid JSON from article 1 on"),
        (b'{"articles": 7}', "no column can be told"),
        (b'"words"', "there is no text in it"),
        (b"[]", "there is no text in it"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[" * 101 + b"]" * 101, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b'{"data": [{"title": "x", "paragraphs": [{"context": "c", "qas": []}]}]}', "`qa evaluate FILE` asks them"),
        (b'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"text": "x"}}]}', "“type”"),
    ],
)
def test_json_that_holds_no_articles(tmp_path: Path, data: bytes, says: str) -> None:
    (only,) = read(tmp_path / "a.json", data)
    assert isinstance(only, Fault)
    assert says in only.reason


def test_what_stands_before_a_broken_place_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    got = read(path, b'[{"body": "one"}, {"body": "two"}, {"body": ')
    assert [one.text for one in drafts(got)] == ["one", "two"]
    assert "no valid JSON from article 3 on" in faults(got, path)[0][1]


def test_objects_that_are_no_articles_are_told_once_a_form(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    got = read(path, json.dumps([{"x": 1}, {"x": 2}, 7, {"body": "one"}, {"x": 3}, {"y": 4}, {"body": ""}]))
    assert [one.name for one in drafts(got)] == ["row 4"]
    assert [where for where, _ in faults(got, path)] == [": article 1", ": article 3", ": article 6", ": article 7", ""]
    assert faults(got, path)[-1][1] == "2 more of its articles have no text for the same reason."


@pytest.mark.slow
def test_a_large_json_file_is_streamed(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    rows = ",".join(json.dumps({"body": f"{n} {P1}"}) for n in range(15_000))
    path.write_text(f'{{"articles": [{rows}')  # over the limit of a file, and broken at its end
    stream = load(path, Settings(max_file_mb=1))
    first = next(stream)
    assert isinstance(first, Draft)
    rest = list(stream)
    assert (len(rest), isinstance(rest[-1], Fault)) == (15_000, True)


def test_control_characters_are_left_out(tmp_path: Path) -> None:
    one = draft(tmp_path / "a.json", b'[{"body": "a\\u0000b\\r\\nc\\u0007"}]')
    assert one.text == "ab\nc"


def test_lines_in_the_form_of_beir_stay_as_given_and_others_are_guessed(tmp_path: Path) -> None:
    given = "\n  Andrew Buncombe\n\nAdvertisement"
    lines = [
        {"_id": "a", "text": given, "author": "Nobody"},
        {"text": given, "metadata": {"author": "A B"}},
        {"text": given},
        {"title": "T", "text": given},
        {"text": P1, "author": "Anna Berg"},
        {"headline": "H", "body": P1},
    ]
    got = drafts(read(tmp_path / "a.jsonl", "\n".join(map(json.dumps, lines))))
    assert [one.as_given for one in got] == [True, True, True, True, False, False]
    assert [one.text for one in got] == [given] * 4 + [f"Anna Berg\n\n{P1}", f"H\n\n{P1}"]
    assert [one.byline.author for one in got] == [None, "A B", None, None, "Anna Berg", None]
    named = drafts(read(tmp_path / "a.jsonl", None, Settings(text_field="text")))
    assert [one.as_given for one in named] == [False] * 5


def test_a_corpus_by_its_name_is_read_as_one(tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl"
    got = read(path, '{"_id": "a", "body": "words"}\n{"_id": "b", "text": "words", "url": "https://x.org"}\n')
    assert [one.id for one in drafts(got)] == ["b"]
    assert faults(got, path) == [(":1", 'the object has no "text": add it.')]


def test_naming_another_column_reads_the_file_again_and_others_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def noted(paths: Iterable[Path], settings: Settings) -> Generator[Read, None, None]:
        listed = list(paths)
        seen.extend(path.name for path in listed)
        return guard.read(listed, settings)

    monkeypatch.setattr(intake, "read", noted)
    table(tmp_path / "a.csv", ["text", "long"], ["short words", P1])
    (tmp_path / "b.txt").write_text(P2)
    with Ledger(tmp_path / "ledger") as ledger:
        first = intake.take_in([tmp_path], ledger, Settings())
        assert (first.new, first.changed, first.same) == (2, 0, 0)
        again = intake.take_in([tmp_path], ledger, Settings())
        assert (again.new, again.changed, again.same) == (0, 0, 2)
        named = intake.take_in([tmp_path], ledger, Settings(text_field="long"))
        assert (named.new, named.changed, named.same) == (0, 1, 1)
    assert seen == ["a.csv", "b.txt", "a.csv"]


def days(tmp_path: Path, *rows: list[str], header: tuple[str, ...] = ("text", "date", "source")) -> list[str | None]:
    """Give the days of a table's rows, and see that the same objects as JSON and JSON lines have them, too."""
    written = table(tmp_path / "a.csv", list(header), *rows)
    objects = [dict(zip(header, row, strict=True)) for row in rows]
    found = [one.byline.published for one in drafts(read(written))]
    as_list = drafts(read(tmp_path / "a.json", json.dumps(objects)))
    as_lines = drafts(read(tmp_path / "a.jsonl", "".join(json.dumps(one) + "\n" for one in objects)))
    assert [one.byline.published for one in as_list] == [one.byline.published for one in as_lines] == found
    return found


def test_the_order_of_day_and_month_is_that_of_the_clear_days(tmp_path: Path) -> None:
    first = days(tmp_path, [P1, "03/04/2019", ""], [P2, "25/01/2019", ""], [P3, "11/02/2019 10:30", ""])
    assert first == ["2019-04-03", "2019-01-25", "2019-02-11T10:30:00"]
    second = days(tmp_path, [P1, "03/04/2019", ""], [P2, "01/25/2019", ""], [P3, "4-5-2019", ""])
    assert second == ["2019-03-04", "2019-01-25", "2019-04-05"]
    clear = days(tmp_path, [P1, "03/04/2019", ""], [P2, "25.01.2019", ""], [P3, "2019-02-11", ""])
    assert clear == [None, "2019-01-25", "2019-02-11"]  # with points and with the year first the order is known anyway


def test_where_clear_days_contradict_each_other_the_outlet_s_own_decide(tmp_path: Path) -> None:
    rows = [
        [P1, "03/04/2019", "The Guardian"], [P2, "25/01/2019", "The Guardian"], [P3, "01/25/2019", "The Norland Post"],
        [f"{P1} ", "03/04/2019", "the norland post"], [f"{P2} ", "03/04/2019", "Solby Courier"],
    ]  # fmt: skip
    assert days(tmp_path, *rows) == ["2019-04-03", "2019-01-25", "2019-01-25", "2019-03-04", None]
    mixed = days(tmp_path, [P1, "03/04/2019", ""], [P2, "25/01/2019", ""], [P3, "01/25/2019", ""])
    assert mixed == [None, "2019-01-25", "2019-01-25"]


def test_days_of_updates_tell_the_order_too(tmp_path: Path) -> None:
    header = ("text", "date", "updated")
    assert days(tmp_path, [P1, "03/04/2019", "25/04/2019"], [P2, "05/06/2019", ""], header=header) == [
        "2019-04-03", "2019-06-05",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "zero", ["0001-01-01T00:00:00", "1970-01-01T00:00:00Z", "1/1/1970", "0000-00-00", "19700101", "0"]
)
def test_a_program_s_zero_is_no_day(tmp_path: Path, zero: str) -> None:
    assert days(tmp_path, [P1, zero, ""], [P2, "1883-05-01", ""]) == [None, "1883-05-01"]
