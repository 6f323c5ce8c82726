"""Whatever is written to a document by its own writer is read back whole, and cut into passages that slice back."""

import tempfile
from collections import Counter
from itertools import pairwise
from pathlib import Path

import docx
import odfdo
import pytest
from conftest import FakeEmbedder
from ebooklib import epub
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.enums import TA_JUSTIFY, TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

from index.article import Draft
from index.chunk import chunk
from index.clean import clean
from index.loaders import load
from index.settings import Settings

WORDS = st.sampled_from(
    "The mayor said Gen. Yanez of the U.S. left, Lt. Col. Smith’s “bridge” closed at 5 p.m. on Jan. 5 – naïve don't "
    "£3.5m twenty-one Mr. e.g. (so) x; y: É https://x.example/a?b=c No. 10 A B. Guaidó! long-term government.".split()
)
PARAGRAPHS = st.lists(st.lists(WORDS, min_size=1, max_size=60).map(" ".join), min_size=1, max_size=25)


def write_pdf(path, paragraphs, columns=1, alignment=TA_LEFT, lead=12):
    width, height = (A4[0] - 80 - 18 * (columns - 1)) / columns, A4[1]
    frames = [Frame(40 + at * (width + 18), 40, width, height - 80, 0, 0, 0, 0) for at in range(columns)]
    document = BaseDocTemplate(str(path), pagesize=A4)
    document.addPageTemplates([PageTemplate("page", frames)])
    style = ParagraphStyle("body", fontName="Times-Roman", fontSize=10, leading=lead, alignment=alignment, spaceAfter=6)
    document.build([Paragraph(text.replace("&", "&amp;"), style) for text in paragraphs])


def write_docx(path, paragraphs):
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(str(path))


def write_odt(path, paragraphs):
    document = odfdo.Document("text")
    document.body.clear()
    for text in paragraphs:
        document.body.append(odfdo.Paragraph(text))
    document.save(path)


def write_rtf(path, paragraphs):
    body = r"\par ".join("".join(char if ord(char) < 128 else rf"\u{ord(char)}?" for char in one) for one in paragraphs)
    path.write_bytes(rf"{{\rtf1\ansi\ansicpg1252 {body}}}".encode())


def write_epub(path, paragraphs):
    book = epub.EpubBook()
    book.set_title("T")
    item = epub.EpubHtml(title="", file_name="a.xhtml")
    item.content = "".join(f"<p>{text}</p>" for text in paragraphs)
    book.add_item(item)
    book.add_item(epub.EpubNav())
    book.spine = [item]
    epub.write_epub(str(path), book)


def read(write, suffix, *given):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        write(path, *given)
        (draft,) = load(path, Settings())
        assert isinstance(draft, Draft), draft
        return clean(draft, path)


def check(article):
    """Passages slice back and hold nothing marked; marks and pages are in order and inside."""
    assert all(0 <= mark.start < mark.end <= len(article.text) for mark in article.marks)
    assert all(before.end <= after.start for before, after in pairwise(article.marks))
    assert all(before <= after for before, after in pairwise(article.pages))
    assert all(0 <= page <= len(article.text) for page in article.pages)
    for passage in chunk(article, FakeEmbedder(), 120):
        assert passage.text == article.text[passage.start : passage.end]
        assert not any(mark.start < passage.end and passage.start < mark.end for mark in article.marks)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("suffix", "write"), [(".docx", write_docx), (".odt", write_odt), (".rtf", write_rtf), (".epub", write_epub)]
)
@settings(deadline=None, max_examples=25)
@given(paragraphs=PARAGRAPHS)
def test_every_word_stands_in_the_text_in_order(suffix, write, paragraphs):
    article = read(write, suffix, paragraphs)
    check(article)
    assert article.text.split("\n\n") == paragraphs
    assert article.pages == ()


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(PARAGRAPHS, st.integers(1, 3), st.sampled_from([TA_LEFT, TA_JUSTIFY]), st.sampled_from([11, 12, 20]))
def test_every_word_of_a_pdf_stands_in_the_text_once(paragraphs, columns, alignment, lead):
    article = read(write_pdf, ".pdf", paragraphs, columns, alignment, lead)
    check(article)
    assert len(article.pages) >= 1
    assert article.pages[0] == 0
    found = Counter(article.text.split())
    del found["|"]  # between what may be the cells of a table
    assert found == Counter(" ".join(paragraphs).split())
