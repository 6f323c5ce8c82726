"""What each loader makes of good and bad files."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from index.article import Byline, Draft, Fault
from index.clean import clean
from index.loaders import LOADERS, load
from index.loaders.beir import MAX_LINE_BYTES
from index.settings import Settings

SETTINGS = Settings()
P1 = "The council voted on Tuesday to close the bridge for a year while its cables are replaced."
P2 = "Engineers found rust in three of the four towers in March. Repairs will cost about £12m, the mayor said."
P3 = "“We had no choice,” she told reporters, adding that ferries would run every ten minutes until midnight."


def read(path: Path, data: str | bytes, settings: Settings = SETTINGS) -> list[Draft | Fault]:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return list(load(path, settings))


def draft(path: Path, data: str | bytes) -> Draft:
    (only,) = read(path, data)
    assert isinstance(only, Draft), only
    return only


def fault(path: Path, data: str | bytes, settings: Settings = SETTINGS) -> str:
    (only,) = read(path, data, settings)
    assert isinstance(only, Fault)
    assert only.where == str(path)
    assert only.reason.endswith(".")
    return only.reason


def marked(one: Draft) -> list[tuple[str, str]]:
    return [(mark.kind.value, one.text[mark.start : mark.end]) for mark in one.marks]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Caf\u00e9 “ouvert”\r\nhier\r".encode(), "Café “ouvert”\nhier\n"),
        ("Café “ouvert”".encode("utf-8-sig"), "Café “ouvert”"),
        ("Café “ouvert”".encode("utf-16"), "Café “ouvert”"),
        ("\ufeffCafé “ouvert”".encode("utf-16-be"), "Café “ouvert”"),
        ("Le café “ouvert” coûte 3 €".encode("cp1252"), "Le café “ouvert” coûte 3 €"),
        (b"\n\n  Two\n\n", "\n\n  Two\n\n"),
    ],
)
def test_plain_text_is_kept_whole(tmp_path: Path, data: bytes, text: str) -> None:
    assert draft(tmp_path / "a.txt", data) == Draft(text=text, byline=Byline(""))


def test_suffixes_in_capitals(tmp_path: Path) -> None:
    assert draft(tmp_path / "A.TXT", "words").text == "words"


@pytest.mark.parametrize("suffix", LOADERS)
@pytest.mark.parametrize("data", [b"", b"  \n\t\n ", b"\xef\xbb\xbf"])
def test_empty_files_are_faults(tmp_path: Path, suffix: str, data: bytes) -> None:
    assert "there is no text in it" in fault(tmp_path / f"a{suffix}", data)


@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_a_binary_file_named_as_text_is_a_fault(tmp_path: Path, suffix: str) -> None:
    assert "no text" in fault(tmp_path / f"a{suffix}", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe")


def test_limits_say_value_and_cure(tmp_path: Path) -> None:
    small = Settings(max_file_mb=1, max_article_chars=1000)
    assert "it is 2 MB, over the limit of 1 MB: split it, or raise max_file_mb" in fault(
        tmp_path / "a.txt", "x" * 2_000_000, small
    )
    assert "1,001 characters long, over the limit of 1,000" in fault(tmp_path / "b.txt", "x" * 1001, small)
    assert len(read(tmp_path / "c.txt", "x" * 1000, small)) == 1
    lines = (json.dumps({"_id": str(n), "text": "x" * 900}) + "\n" for n in range(1500))
    assert all(isinstance(one, Draft) for one in read(tmp_path / "d.jsonl", "".join(lines), small))


def test_what_cannot_be_opened_is_a_fault(tmp_path: Path) -> None:
    (gone,) = load(tmp_path / "gone.txt", SETTINGS)
    assert isinstance(gone, Fault)
    assert "No such file" in gone.reason
    (other,) = load(tmp_path / "a.pages", SETTINGS)
    assert isinstance(other, Fault)
    assert "(.pages)" in other.reason


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("words")
    path.chmod(0)
    (only,) = load(path, SETTINGS)
    assert isinstance(only, Fault)
    assert "Permission denied" in only.reason


def jsonl(path: Path, *lines: Any) -> list[Draft | Fault]:
    return read(path, b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines))


def test_a_corpus_is_stored_as_given(tmp_path: Path) -> None:
    text = "\n  Andrew Buncombe\n\nAdvertisement\r\n"
    metadata = {"source": "The Times", "author": "A B", "date": "8 February 2019", "url": "https://x.org/a", "level": 3}
    first, second, third = jsonl(
        tmp_path / "c.jsonl",
        {"_id": "a", "title": "T", "text": text, "metadata": metadata},
        {"_id": 7, "title": "", "text": "words", "metadata": {"outlet": "O", "published": "03/04/2019", "author": ""}},
        {"text": "words"},
    )
    byline = Byline(
        "T",
        "A B",
        "2019-02-08",
        "The Times",
        "https://x.org/a",
        dict.fromkeys(("title", "author", "published", "outlet", "url"), "corpus"),
    )
    assert first == Draft(text=text, byline=byline, as_given=True, id="a")
    assert second == Draft(
        text="words", byline=Byline("", outlet="O", provenance={"outlet": "corpus"}), as_given=True, id="7"
    )
    assert third == Draft(text="words", byline=Byline(""), as_given=True)


def test_bad_lines_are_faults_with_their_number_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    bad: list[tuple[Any, str]] = [
        (b"{broken", "not JSON"),
        (b'["a"]', "holds a list"),
        ({"_id": "x"}, "no column can be told to hold the text; there are “_id”"),
        ({"_id": "x", "text": 5}, '"text" is a int'),
        ({"_id": "x", "text": "t", "title": ["T"]}, '"title" is a list'),
        ({"_id": "x", "text": "t", "metadata": "m"}, '"metadata" is a str'),
        ({"_id": "x", "text": "t", "metadata": {"author": 1}}, '"author" is a int'),
        ({"_id": True, "text": "t"}, "_id is True"),
        ({"_id": "", "text": "t"}, "_id is ''"),
        ({"_id": "a\x00", "text": "t"}, "zero byte"),
        (b'{"_id": "\\ud800", "text": "t"}', "half a character"),
        (b'{"_id": "x", "text": "a\\udc00b"}', '"text" holds half a character (\\udc00) at 1'),
        ({"_id": "good", "text": "again"}, "_id 'good' stands in an earlier line"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"text": "' + b"x" * MAX_LINE_BYTES + b'"}', "over 5,000,000 bytes"),
    ]
    got = jsonl(path, {"_id": "good", "text": "t"}, b"", *(line for line, _ in bad), {"_id": "last", "text": "t"})
    assert [one.id for one in got if isinstance(one, Draft)] == ["good", "last"]
    faults = [one for one in got if isinstance(one, Fault)]
    assert [one.where for one in faults] == [f"{path}:{number}" for number in range(3, 3 + len(bad))]
    for one, (line, says) in zip(faults, bad, strict=True):
        assert says in one.reason, (one.reason, line[:60] if isinstance(line, bytes) else line)


def test_a_broken_byte_in_a_corpus_costs_one_letter(tmp_path: Path) -> None:
    lines = '{"_id": "a", "text": "Zoé à Étoile"}\n{"_id": "b", "text": "It¤s Café"}\n{"_id": "c", "text": "plain"}\n'
    path = tmp_path / "corpus.jsonl"
    for broken, name in ((b"\x92", "corpus.jsonl"), (b"\xc3", "corpus.jsonl"), (b"\xff", "a.jsonl")):
        path = tmp_path / name
        got = read(path, lines.encode().replace("¤".encode(), broken))
        assert [one.text for one in got if isinstance(one, Draft)] == ["Zoé à Étoile", "It\ufffds Café", "plain"]
    got = read(path, lines.replace("¤", "’").encode("cp1252"))
    assert [one.text for one in got if isinstance(one, Draft)] == ["Zoé à Étoile", "It’s Café", "plain"]
    (first, *_) = read(path, lines.encode("utf-16"))
    assert isinstance(first, Fault)
    assert first.reason == "byte 0 of the line is not UTF-8: save the file as UTF-8."


def test_a_line_of_exactly_the_limit_is_read(tmp_path: Path) -> None:
    line = b'{"text": "' + b"x" * (MAX_LINE_BYTES - 13) + b'"}'
    (long, last) = read(tmp_path / "c.jsonl", line + b"\n" + b'{"text": "t"}')
    assert isinstance(long, Fault)  # longer than an article may be, but read
    assert "characters long" in long.reason
    assert isinstance(last, Draft)


def test_an_article_without_words_in_a_corpus_is_named(tmp_path: Path) -> None:
    (only,) = jsonl(tmp_path / "c.jsonl", {"_id": "a", "text": " "})
    assert isinstance(only, Fault)
    assert only.where == f"{tmp_path / 'c.jsonl'}: article a"


def test_a_corpus_is_streamed(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    path.write_bytes(b'{"_id": "a", "text": "t"}\n{broken')
    stream = load(path, SETTINGS)
    assert isinstance(next(stream), Draft)  # before the broken line is met
    assert isinstance(next(stream), Fault)


def test_markdown_becomes_its_words(tmp_path: Path) -> None:
    source = (
        "# The *bridge*\n\nA [link](http://x.org) and `code`\nwrapped \\* here.\n\n"
        "## Repairs\n\n- one\n- two\n  more\n\n"
        "3. three\n\n> quoted\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n![The tower](t.png)\n\n```\nx = 1\n```\n"
        "<div>\nraw <b>html</b>\n</div>\n"
    )
    one = draft(tmp_path / "a.md", source)
    assert one.text == (
        "The bridge\n\nA link and code wrapped * here.\n\n"
        "Repairs\n- one\n- two more\n3. three\n\nquoted\na | b\n1 | 2\n\n"
        "The tower\n\nx = 1\n\nraw html"
    )
    assert marked(one) == [("title", "The bridge"), ("caption", "Repairs"), ("caption", "The tower")]
    assert one.byline == Byline("The bridge", provenance={"title": "text"})


def test_front_matter_is_the_byline(tmp_path: Path) -> None:
    source = (
        "---\nTitle: The bridge\nauthors: [Anna Berg, {name: Tom Hull}]\ndate: 2019-02-08 18:38:00+01:00\n"
        f"source: The Times\nurl: https://x.org/a\n---\n# The bridge\n\n{P1}\n"
    )
    one = draft(tmp_path / "a.md", source)
    assert one.text == f"The bridge\nAnna Berg and Tom Hull\n2019-02-08T18:38:00+01:00\n\n{P1}"
    assert [kind for kind, _ in marked(one)] == ["title", "author", "date"]
    origin = dict.fromkeys(("title", "author", "published", "outlet", "url"), "front matter")
    assert one.byline == Byline(
        "The bridge", "Anna Berg and Tom Hull", "2019-02-08T18:38:00+01:00", "The Times", "https://x.org/a", origin
    )


@pytest.mark.parametrize(
    "front", ["---\n[1, 2]\n---\n", "---\na: [\n---\n", "---\ndate: 2019-02-31\n---\n", "---\nno end\n"]
)
def test_broken_front_matter_is_text(tmp_path: Path, front: str) -> None:
    one = draft(tmp_path / "a.md", f"{front}\n{P1}")
    assert P1 in one.text
    assert one.byline.published is None


def test_yaml_that_unfolds_to_gigabytes_does_not(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 9) + "]\n" for n in range(1, 12))
    assert draft(tmp_path / "a.md", f"---\n{bomb}author: *a11\n---\n{P1}").byline.author is None


JSON_LD = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebPage", "name": "Another"},
        {"@type": "NewsArticle", "headline": "Storm closes the port", "author": {"name": "Not He"}},
        {
            "@type": ["NewsArticle"], "headline": "Bridge to close for a year", "datePublished": "2019-02-08T18:38:00Z",
            "author": [{"@id": "#anna"}, {"@type": "Person", "name": "Tom Hull"},
                       {"@type": "Organization", "name": "Bridge Weekly"}],
        },
        {"@type": "Person", "@id": "#anna", "name": "Anna Berg"},
    ],
}  # fmt: skip


def page(head: str = "", body: str = "", charset: str = "utf-8") -> str:
    return (
        f'<!DOCTYPE html><html><head><meta charset="{charset}">'
        f"<title>Bridge to close for a year | The Times</title>{head}</head>"
        f"<body><nav>Home News Sport</nav><article>{body}<p>{P1}</p><p>{P2}</p><h2>Ferries</h2><p>{P3}</p>"
        "<ul><li>the northern tower</li><li>the toll house</li></ul></article><footer>© Times</footer></body></html>"
    )


OG = (
    '<meta property="og:title" content="Bridge to close for a year"><meta property="og:site_name" content="The Times">'
    '<link rel="canonical" href="https://times.org/bridge">'
)


def test_a_page_with_json_ld(tmp_path: Path) -> None:
    head = f'{OG}<script type="application/ld+json">{json.dumps(JSON_LD)}</script>'
    body = (
        '<h1>Bridge to close for a year</h1><time datetime="2019-02-08T18:38Z">Friday 8 February 2019 18.38 GMT</time>'
    )
    one = draft(tmp_path / "a.html", page(head, body))
    assert one.byline == Byline(
        "Bridge to close for a year",
        "Anna Berg and Tom Hull",
        "2019-02-08T18:38:00+00:00",
        "The Times",
        "https://times.org/bridge",
        {"title": "page", "author": "json-ld", "published": "json-ld", "outlet": "meta", "url": "page"},
    )
    assert one.text == (
        "Bridge to close for a year\nAnna Berg and Tom Hull\nFriday 8 February 2019 18.38 GMT\n\n"
        f"{P1}\n\n{P2}\n\nFerries\n\n{P3}\n\n- the northern tower\n- the toll house"
    )
    assert marked(one) == [
        ("title", "Bridge to close for a year"), ("author", "Anna Berg and Tom Hull"),
        ("date", "Friday 8 February 2019 18.38 GMT"), ("caption", "Ferries"),
    ]  # fmt: skip
    article = clean(one, tmp_path / "a.html")
    assert (article.byline, article.marks, article.text) == (one.byline, one.marks, one.text)


def test_a_page_with_meta_elements_only(tmp_path: Path) -> None:
    head = (
        f'{OG}<meta name="author" content="By Anna Berg"><meta property="article:published_time" content="2019-02-08">'
    )
    byline = draft(tmp_path / "a.html", page(head)).byline
    assert (byline.author, byline.published) == ("Anna Berg", "2019-02-08")
    assert (byline.provenance["author"], byline.provenance["published"]) == ("meta", "meta")


def test_a_page_that_shows_its_byline_only(tmp_path: Path) -> None:
    body = '<h1>Bridge to close for a year</h1><p class="byline">By <a>Anna Berg</a> and <a>Tom Hull</a> Reporter</p>'
    byline = draft(tmp_path / "a.html", page("", body)).byline
    assert (byline.title, byline.author, byline.outlet, byline.url) == (
        "Bridge to close for a year",
        "Anna Berg and Tom Hull",
        None,
        None,
    )
    assert byline.provenance["author"] == "page"


@pytest.mark.parametrize("author", ["admin", "https://x.org/anna", "The Times", "Staff Reporter", "anna@times.org"])
def test_an_author_that_is_no_person_is_unknown(tmp_path: Path, author: str) -> None:
    assert draft(tmp_path / "a.html", page(f'{OG}<meta name="author" content="{author}">')).byline.author is None


def test_broken_json_ld_is_passed_over(tmp_path: Path) -> None:
    head = (
        OG
        + '<script type="application/ld+json">{"@type": "NewsArticle", </script><script type="application/ld+json">'
        + "[" * 100_000
        + "</script>"
    )
    assert draft(tmp_path / "a.html", page(head)).byline.title == "Bridge to close for a year"


@pytest.mark.parametrize(
    ("charset", "codec"),
    [
        ("utf-8", "utf-8"),
        ("iso-8859-1", "cp1252"),
        ("windows-1251", "cp1251"),
        ("utf-8", "cp1252"),
        ("no-such", "utf-8"),
        ("x", "utf-16"),
    ],
)
def test_pages_in_the_charset_they_declare_or_are_in(tmp_path: Path, charset: str, codec: str) -> None:
    words = (
        "Мост закрыт на год, сказала она в среду вечером."
        if codec == "cp1251"
        else "Le café “ouvert” coûte trois euros, dit-elle."
    )
    source = (
        page("", f"<p>{words}</p>", charset)
        .replace("£", "")
        .replace("©", "")
        .replace("“We", "We")
        .replace("choice,”", "choice,")
    )
    assert words in draft(tmp_path / "a.html", source.encode(codec)).text


def test_no_article_in_a_page_is_a_fault(tmp_path: Path) -> None:
    assert "no article was found" in fault(
        tmp_path / "a.html", "<html><head><title>x</title></head><body><nav></nav></body></html>"
    )


def test_an_xml_declaration_and_control_bytes_do_no_harm(tmp_path: Path) -> None:
    source = '<?xml version="1.0" encoding="utf-8"?>\n' + page(
        "", "<p>Half a mile \x0bof cable hung over the river.</p>"
    )
    assert "Half a mile" in draft(tmp_path / "a.html", source).text
