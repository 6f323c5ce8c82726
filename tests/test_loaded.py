"""What holds for any words in any export: they stand in the article, and its passages slice back."""

import csv
import html
import io
import json
import mailbox
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from conftest import FakeEmbedder
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from loading import drafts, read

from index.article import Draft, Fault
from index.chunk import chunk
from index.clean import clean
from index.loaders.walker import visible

pytestmark = pytest.mark.slow

words = st.one_of(
    st.sampled_from(
        "The mayor said Gen. Yanez of the U.S. left, “bridge” closed at 5 p.m. on Jan. 5 – naïve 新聞報道 don't $3.5m "
        "> >> -- - * # From wrote: Begin forwarded message: On ( ) ... ?! x; y: É 🙂 https://x.example/a?b=c A B. | , "
        "\" '".split()
    ),
    st.text(
        st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co", "Z"], exclude_characters="<&\ufeff"),
        min_size=1,
        max_size=8,
    ),
)
lines = st.lists(words, min_size=1, max_size=12).map(" ".join)
bodies = st.lists(st.lists(lines, min_size=1, max_size=4).map("\n".join), min_size=1, max_size=5).map("\n\n".join)


def as_html(body: str) -> str:
    return "".join(f"<p>{html.escape(one)}</p>" for one in body.split("\n\n"))


def eml(body: str, path: Path, subtype: str = "plain") -> None:
    path.write_bytes(letter(body, subtype).as_bytes())


def letter(body: str, subtype: str = "plain") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Subject"] = "Anna Berg <a@x.example>", "Bridge"
    message.set_content(as_html(body) if subtype == "html" else body, subtype=subtype)
    return message


def eml_html(body: str, path: Path) -> None:
    eml(body, path, "html")


def mbox(body: str, path: Path) -> None:
    box = mailbox.mbox(path)
    box.add(letter(body))
    box.add(letter("Another."))
    box.close()


def csv_(body: str, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["title", "text"], ["T", body], ["T", body]])


def json_(body: str, path: Path) -> None:
    path.write_text(json.dumps({"articles": [{"headline": "T", "body": body}]}), encoding="utf-8")


def jsonl(body: str, path: Path) -> None:
    path.write_text(json.dumps({"headline": "T", "content": body}, ensure_ascii=False), encoding="utf-8")


def rss(body: str, path: Path) -> None:
    path.write_text(
        f"<rss><channel><item><description>{escape(as_html(body))}</description></item></channel></rss>", "utf-8"
    )


def nitf(body: str, path: Path) -> None:
    blocks = "".join(f"<p>{escape(one)}</p>" for one in body.split("\n\n"))
    path.write_text(f"<nitf><body><body.content>{blocks}</body.content></body></nitf>", "utf-8")


def newsml(body: str, path: Path) -> None:
    path.write_text(
        '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/"><contentSet><inlineXML>'
        f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{as_html(body)}</body></html></inlineXML></contentSet></newsItem>',
        "utf-8",
    )


def zip_(body: str, path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", body)


def tar(body: str, path: Path) -> None:
    with tarfile.open(path, "w:gz") as archive:
        info = tarfile.TarInfo("a.txt")
        info.size = len(body.encode())
        archive.addfile(info, io.BytesIO(body.encode()))


def txt(body: str, path: Path) -> None:
    path.write_bytes(body.encode())


def md(body: str, path: Path) -> None:
    path.write_text(f"---\ntitle: Bridge\n---\n\n{body}\n", encoding="utf-8")


def page(body: str, path: Path) -> None:
    head = '<html><head><meta charset="utf-8"><title>Bridge | Courier</title></head>'
    menu = "<nav><a href=/a>News</a> <a href=/b>Sport</a></nav><h1>Bridge</h1>"
    path.write_text(f"{head}<body>{menu}<article>{as_html(body)}</article></body></html>", encoding="utf-8")


def saved(body: str, path: Path) -> None:
    page(body, path)
    message = EmailMessage()
    message["Subject"] = "Bridge"
    message.set_content(path.read_text(encoding="utf-8"), subtype="html")
    message.make_related()
    path.write_bytes(bytes(message))


WRITERS = [
    ("a.txt", txt), ("a.eml", eml), ("b.eml", eml_html), ("a.mbox", mbox), ("a.csv", csv_), ("a.json", json_),
    ("a.jsonl", jsonl), ("a.xml", rss), ("b.xml", nitf), ("c.xml", newsml), ("a.zip", zip_), ("a.tar.gz", tar),
]  # fmt: skip


@pytest.mark.parametrize(("name", "write"), WRITERS, ids=[writer.__name__ for _, writer in WRITERS])
@settings(deadline=None, max_examples=60)
@given(bodies)
def test_words_stand_in_the_article_and_passages_slice_back(
    name: str, write: Callable[[str, Path], None], body: str
) -> None:
    assume(write is not rss or not is_garbled(body))
    # Of markup, what nobody sees is left out.
    shown = visible(body) if write in (eml_html, rss, newsml) else body
    assume(shown.strip())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(body, path)
        first = drafts(read(path))[0]
    assert " ".join(shown.split()) in " ".join(first.text.split())
    slices_back(first, path)


@pytest.mark.parametrize(("name", "write"), [("a.md", md), ("a.html", page), ("a.mhtml", saved)])
@settings(deadline=None, max_examples=40)
@given(bodies)
def test_what_is_read_of_markup_slices_back(name: str, write: Callable[[str, Path], None], body: str) -> None:
    """Its signs are no words, and a page's article may be missed, so no word is promised here."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(body, path)
        for one in read(path):
            if not isinstance(one, Fault):
                slices_back(one, path)


def is_garbled(body: str) -> bool:
    """Text that was encoded twice, “Ã©” for “é”, which feedparser mends."""
    try:
        return as_html(body).encode("latin-1").decode() != as_html(body)
    except UnicodeError:
        return False


def test_a_feed_that_was_encoded_twice_is_mended(tmp_path: Path) -> None:
    rss("Le cafÃ© a fermÃ© lundi.", tmp_path / "a.xml")
    assert drafts(read(tmp_path / "a.xml"))[0].text == "Le café a fermé lundi."


def slices_back(first: Draft, path: Path) -> None:
    article = clean(first, path)
    assert article.text == first.text
    assert all(a.end <= b.start for a, b in zip(article.marks, article.marks[1:], strict=False))
    for passage in chunk(article, FakeEmbedder(), 120):
        assert passage.text == article.text[passage.start : passage.end]
        assert not any(mark.start < passage.end and passage.start < mark.end for mark in article.marks)


@pytest.mark.parametrize(("name", "write"), WRITERS, ids=[writer.__name__ for _, writer in WRITERS])
@settings(deadline=None, max_examples=120)
@given(st.data())
def test_damaged_files_give_articles_and_faults_and_never_an_error(
    name: str, write: Callable[[str, Path], None], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write("One paragraph.\n\n> Another – with “signs”.", path)
        raw = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 6))):
            at = data.draw(st.integers(0, len(raw)))
            size = data.draw(st.sampled_from([0, 1, 1, 2, 40]))
            raw[at : at + size] = data.draw(
                st.one_of(st.binary(max_size=4), st.sampled_from([b'"', b"\n", b"<", b"="]))
            )
        for one in read(path, bytes(raw)):
            if isinstance(one, Fault):
                assert one.where.startswith(str(path))
                one.where.encode(), one.reason.encode()
            else:
                clean(one, path).text.encode()
