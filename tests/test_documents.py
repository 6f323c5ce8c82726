"""What is read from Word, OpenDocument, RTF and EPUB files, written here by the libraries that write them."""

import io
import re
import zipfile
from pathlib import Path

import docx
import odfdo
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from ebooklib import epub

from index.article import Draft, Fault
from index.clean import clean
from index.loaders import load, zipped
from index.loaders.properties import read_title
from index.settings import Settings

SETTINGS = Settings()
P1 = "The council voted on Tuesday to close the bridge for a year while its cables are replaced."
P2 = "Engineers found rust in three of the four towers in March. Repairs will cost about £12m, the mayor said."
P3 = "“We had no choice,” she told reporters, adding that ferries would run every ten minutes until midnight."


def drafts(path: Path) -> list[Draft]:
    found = list(load(path, SETTINGS))
    assert all(isinstance(one, Draft) for one in found), found
    return found


def draft(path: Path) -> Draft:
    (only,) = drafts(path)
    return only


def reason(path: Path) -> str:
    (only,) = load(path, SETTINGS)
    assert isinstance(only, Fault)
    assert only.where == str(path)
    return only.reason


def marked(one: Draft) -> list[tuple[str, str]]:
    return [(mark.kind.value, one.text[mark.start : mark.end]) for mark in one.marks]


class TestWord:
    def test_headings_lists_tables_notes_and_running_heads(self, tmp_path: Path) -> None:
        document = docx.Document()
        document.add_heading("Bridge closed for a year", 0)
        document.add_paragraph("What it means for the town", style="Subtitle")
        document.add_paragraph("By Ann Carver")
        document.add_paragraph(P1)
        document.add_heading("What comes next", 1)
        document.add_heading("In spring", 2)
        document.add_paragraph(f"First line\n{P2}")
        for text, style in (
            ("Ferries", "List Bullet"), ("Buses", "List Bullet"), ("First", "List Number"), ("Second", "List Number"),
        ):  # fmt: skip
            document.add_paragraph(text, style=style)
        table = document.add_table(2, 2)
        for at, text in enumerate(("Bank", "Ferries\nBuses", "East", "12")):
            table.cell(at // 2, at % 2).text = text
        document.sections[0].header.paragraphs[0].text = "The Daily Courier"
        document.save(str(tmp_path / "a.docx"))
        one = draft(tmp_path / "a.docx")
        assert one.text == (
            "Bridge closed for a year\n\nWhat it means for the town\n\nBy Ann Carver\n\n"
            f"{P1}\n\nWhat comes next\n\nIn spring\n\nFirst line\n{P2}\n- Ferries\n- Buses\n1. First\n2. Second\n\n"
            "Bank | Ferries Buses\nEast | 12\n\nThe Daily Courier"
        )
        assert marked(one) == [
            ("title", "Bridge closed for a year"),
            ("standfirst", "What it means for the town"),
            ("caption", "What comes next"),
            ("caption", "In spring"),
            ("furniture", "The Daily Courier"),
        ]
        byline = clean(one, tmp_path / "a.docx").byline
        assert (byline.title, byline.author) == ("Bridge closed for a year", "Ann Carver")
        assert byline.provenance == {"title": "text", "author": "text"}  # not python-docx, who made the file

    def test_what_was_deleted_or_hidden_stays_out_and_what_was_inserted_is_in(self, tmp_path: Path) -> None:
        document = docx.Document()
        runs = (
            '<w:r><w:t xml:space="preserve">The council </w:t></w:r>'
            "<w:del><w:r><w:delText>refused to close </w:delText><w:t>or open </w:t></w:r></w:del>"
            "<w:moveFrom><w:r><w:t>moved away </w:t></w:r></w:moveFrom>"
            "<mc:AlternateContent><mc:Choice Requires='wps'><w:r><w:t>quickly </w:t></w:r></mc:Choice>"
            "<mc:Fallback><w:r><w:t>quickly </w:t></w:r></mc:Fallback></mc:AlternateContent>"
            '<w:ins><w:r><w:t xml:space="preserve">closed </w:t></w:r></w:ins>'
            "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secretly </w:t></w:r>"
            "<w:hyperlink><w:r><w:t>the bridge</w:t></w:r></w:hyperlink>"
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:tab/><w:t>today</w:t><w:noBreakHyphen/></w:r>'
        )
        names = f"{nsdecls('w')} xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'"
        paragraph = parse_xml(f"<w:p {names}>{runs}</w:p>".replace("<w:t>", '<w:t xml:space="preserve">'))
        box = parse_xml(
            f"<w:p {names}><w:r>"
            "<mc:AlternateContent><mc:Choice Requires='wps'><w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p>"
            "</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p>"
            "</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        )
        held = parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>In a control.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        )
        for element in (paragraph, box, held):
            document.element.body.insert(len(document.element.body) - 1, element)
        document.save(str(tmp_path / "a.docx"))
        assert draft(tmp_path / "a.docx").text == (
            "The council quickly closed the bridge today-\n\nIn a box.\n\nIn a control."
        )

    def test_footnotes_come_last_under_raised_figures(self, tmp_path: Path) -> None:
        document = docx.Document()
        paragraph = document.add_paragraph("The bridge")
        paragraph._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference w:id="7"/></w:r>'))
        paragraph.add_run(" is closed.")
        notes = f'<w:footnotes {nsdecls("w")}><w:footnote w:id="7"><w:p><w:r><w:t>It opened in 1963.</w:t></w:r></w:p>'
        part = docx.opc.part.Part(
            docx.opc.packuri.PackURI("/word/footnotes.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
            f"{notes}</w:footnote></w:footnotes>".encode(),
            document.part.package,
        )
        document.part.relate_to(part, docx.opc.constants.RELATIONSHIP_TYPE.FOOTNOTES)
        document.save(str(tmp_path / "a.docx"))
        assert draft(tmp_path / "a.docx").text == "The bridge¹ is closed.\n\n¹ It opened in 1963."

    @pytest.mark.parametrize(
        ("first", "title", "expected"),
        [
            (P1, "Bridge closed for a year", ("Bridge closed for a year", "properties")),
            ("Bridge closed", "An older title", ("Bridge closed", "text")),
            ("Bridge closed for a year", "Bridge Closed for a Year.", ("Bridge closed for a year", "text")),
            (P1, "Microsoft Word - bridge.doc", ("a", "file name")),
        ],
    )
    def test_the_title_of_the_properties(
        self, tmp_path: Path, first: str, title: str, expected: tuple[str, str]
    ) -> None:
        document = docx.Document()
        document.core_properties.title, document.core_properties.author = title, "Ann Carver"
        for text in (first, P1, P2, P3):
            document.add_paragraph(text)
        document.save(str(tmp_path / "a.docx"))
        byline = clean(draft(tmp_path / "a.docx"), tmp_path / "a.docx").byline
        assert (byline.title, byline.provenance["title"]) == expected
        assert (byline.author, byline.provenance["author"]) == ("Ann Carver", "properties")
        assert byline.published is None

    def test_a_table_of_one_column_is_a_frame_around_text(self, tmp_path: Path) -> None:
        document = docx.Document()
        cell = document.add_table(1, 1).cell(0, 0)
        cell.text = P1
        cell.add_paragraph(P2)
        document.save(str(tmp_path / "a.docx"))
        assert draft(tmp_path / "a.docx").text == f"{P1}\n\n{P2}"


def test_strict_open_xml_is_told(tmp_path: Path) -> None:
    source = made(tmp_path / "a.docx")
    with zipfile.ZipFile(source) as given:
        rels = given.read("_rels/.rels")
    usual = b"http://schemas.openxmlformats.org/officeDocument/2006/"
    swap(source, tmp_path / "b.docx", "_rels/.rels", rels.replace(usual, b"http://purl.oclc.org/ooxml/officeDocument/"))
    assert reason(tmp_path / "b.docx").startswith("it is in strict Open XML, which is not read: save it as a plain")


class TestOpenDocument:
    def test_headings_lists_tables_and_notes(self, tmp_path: Path) -> None:
        document = odfdo.Document("text")
        body = document.body
        body.clear()
        document.meta.title, document.meta.creator = "Bridge closed for a year", "Ann Carver"
        body.append(odfdo.Header(1, "Bridge closed for a year"))
        noted = odfdo.Paragraph(P1)
        noted.insert_note(after="bridge", note_id="n1", citation="1", body="It opened in 1963.")
        body.append(noted)
        body.append(odfdo.Header(2, "What comes next"))
        spaced = odfdo.Paragraph("")
        spaced.append_plain_text("Two  spaces,\ta tab\nand a line.")
        body.append(spaced)
        inner = odfdo.List(["At night"])
        outer = odfdo.List(["Ferries", "Buses"])
        outer.get_items()[0].append(inner)
        body.append(outer)
        table = odfdo.Table("t", width=2, height=2)
        for at, text in enumerate(("Bank", "Ferries", "East", "12")):
            table.set_value((at % 2, at // 2), text)
        body.append(table)
        document.save(tmp_path / "a.odt")
        one = draft(tmp_path / "a.odt")
        assert one.text == (
            f"Bridge closed for a year\n\n{P1.replace('bridge', 'bridge¹')}\n\nWhat comes next\n\n"
            "Two spaces, a tab\nand a line.\n- Ferries\n- At night\n- Buses\n\nBank | Ferries\nEast | 12\n\n"
            "¹ It opened in 1963."
        )
        assert marked(one) == [("title", "Bridge closed for a year"), ("caption", "What comes next")]
        assert (one.byline.title, one.byline.author) == ("Bridge closed for a year", "Ann Carver")
        assert one.byline.provenance == {"title": "text", "author": "properties"}

    def test_deleted_words_comments_and_the_contents_are_no_text_but_frames_are(self, tmp_path: Path) -> None:
        document = odfdo.Document("text")
        body = document.body
        body.clear()
        for xml in (
            '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><text:p>Deleted words.</text:p>'
            "</text:deletion></text:changed-region></text:tracked-changes>",
            '<text:p>The council <text:change text:change-id="c1"/>voted<office:annotation><text:p>Check this.</text:p>'
            '</office:annotation> on Tuesday<text:s text:c="2"/>to <text:span>close <text:span>the</text:span> '
            "</text:span>bridge.<draw:frame><draw:text-box><text:p>In a frame.</text:p></draw:text-box></draw:frame>"
            "</text:p>",
            "<text:table-of-content><text:index-body><text:p>Contents 1</text:p></text:index-body>"
            "</text:table-of-content>",
            "<text:section><text:p>In a section.</text:p></text:section>",
        ):
            body.append(odfdo.Element.from_tag(xml))
        document.save(tmp_path / "a.odt")
        one = draft(tmp_path / "a.odt")
        assert one.text == (
            "The council voted on Tuesday to close the bridge.\n\nIn a frame.\n\nContents 1\n\nIn a section."
        )
        assert marked(one) == [("furniture", "Contents 1")]

    def test_styles_named_title_and_numbered_lists(self, tmp_path: Path) -> None:
        document = odfdo.Document("text")
        body = document.body
        body.clear()
        style = '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>'
        document.insert_style(odfdo.Element.from_tag(style), automatic=True)
        counted = '<text:list-style style:name="L1"><text:list-level-style-number text:level="1"/></text:list-style>'
        document.insert_style(odfdo.Element.from_tag(counted), automatic=True)
        body.append(odfdo.Paragraph("Bridge closed", style="P1"))
        body.append(odfdo.Paragraph(P1))
        body.append(odfdo.List(["First", "Second"], style="L1"))
        document.save(tmp_path / "a.odt")
        one = draft(tmp_path / "a.odt")
        assert one.text == f"Bridge closed\n\n{P1}\n1. First\n2. Second"
        assert marked(one) == [("title", "Bridge closed")]

    def test_a_password_is_told(self, tmp_path: Path) -> None:
        source = tmp_path / "source.odt"
        odfdo.Document("text").save(source)
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(tmp_path / "a.odt", "w") as new:
            for name in old.namelist():
                data = old.read(name)
                if name == "META-INF/manifest.xml":
                    data = data.replace(b"</manifest:manifest>", b"<manifest:encryption-data/></manifest:manifest>")
                new.writestr(name, data)
        assert reason(tmp_path / "a.odt") == "it opens only with a password: save it without one."


class TestRtf:
    def read(self, path: Path, body: str | bytes, start: str = r"{\rtf1\ansi\ansicpg1252\deff0") -> Draft:
        fonts = r"{\fonttbl{\f0 Times;}{\f1\fcharset204 Arial;}{\f2\fcharset128 Mincho;}}"
        data = body if isinstance(body, bytes) else body.encode("ascii")
        path.write_bytes(f"{start}{fonts}".encode() + data + b"}")
        return draft(path)

    @pytest.mark.parametrize(
        ("body", "text"),
        [
            (r"in M\'fcnchen \endash  \ldblquote here\rdblquote\par", "in München – “here”"),
            (r"{\f1 \'cf\'f0\'e8\'e2\'e5\'f2} and {\f2 \'93\'fa\'96\'7b}", "Привет and 日本"),
            (r"\uc1\u8364?5 \u-10179?\u-8704? \u233\'e9", "€5 😀 é"),
            (
                r"{\*\generator Writer;}a{\v hidden {\b words}} b\v  gone\v0  c{\deleted old} d",
                "a b c d",
            ),
            (r'{\field{\*\fldinst{HYPERLINK "http://x.example"}}{\fldrslt{a link}}} here', "a link here"),
            (r"One.\par\pard Two.\line Three.\par\par Four.", "One.\n\nTwo.\nThree.\n\nFour."),
            (r"\trowd a\cell b\cell\row\trowd c\cell d\cell\row\pard end", "a | b\nc | d\n\nend"),
            (r"a|b \{c\} d\\v e\~f g\-h", "a|b {c} d\\v e f gh"),
            ("caf\xe9".encode("latin-1"), "café"),
        ],
    )
    def test_words_come_out_as_they_were_written(self, tmp_path: Path, body: str | bytes, text: str) -> None:
        assert self.read(tmp_path / "a.rtf", body).text == text

    def test_notes_come_last_and_running_heads_are_set_aside(self, tmp_path: Path) -> None:
        one = self.read(
            tmp_path / "a.rtf",
            r"{\header {\b The Courier}\par}{\footerr The Courier}The bridge{\super\chftn {\*\footnote {\b It} opened "
            r"in 1963.}} is closed.{\footnote M\'fcnchen {\f1 \'cf\'f0}.}",
        )
        assert one.text == ("The bridge¹ is closed.²\n\n¹ It opened in 1963.\n\n² München Пр.\n\nThe Courier")
        assert marked(one) == [("furniture", "The Courier")]

    def test_properties(self, tmp_path: Path) -> None:
        info = r"{\info{\title Die Br\'fccke \{closed\}}{\author Ann Carver}{\operator admin}}"
        one = self.read(tmp_path / "a.rtf", f"{info}{P1}\\par")
        assert one.text == P1
        assert (one.byline.title, one.byline.author) == ("Die Brücke {closed}", "Ann Carver")
        assert one.byline.provenance == {"title": "properties", "author": "properties"}

    def test_a_file_that_is_no_rtf_or_breaks_off_is_a_fault(self, tmp_path: Path) -> None:
        for data, told in (
            (b"plain words", "it does not open as RTF does: save it as RTF, or give it the suffix of its own format."),
            (
                rb"{\rtf1\ansi {\b some words",
                "it breaks off, for its last brace is missing: save or download it again.",
            ),
        ):
            (tmp_path / "a.rtf").write_bytes(data)
            assert reason(tmp_path / "a.rtf") == told


def book(path: Path, *chapters: tuple[str, str, str], **fields: str) -> Path:
    """Write a book by ebooklib; a chapter has a path, a title in the contents, and its markup."""
    made = epub.EpubBook()
    made.set_title(fields.get("title", "The Daily Courier"))
    made.set_language("en")
    if "author" in fields:
        made.add_author(fields["author"])
    if "date" in fields:
        made.add_metadata("DC", "date", fields["date"])
    items = []
    for name, title, markup in chapters:
        item = epub.EpubHtml(title=title, file_name=name)
        item.content = markup
        made.add_item(item)
        items.append(item)
    made.toc = [item for item in items if item.title]
    made.add_item(epub.EpubNcx())
    made.add_item(epub.EpubNav())
    made.spine = ["nav", *items]
    epub.write_epub(str(path), made)
    return path


class TestEpub:
    def test_an_issue_has_an_article_in_each_document(self, tmp_path: Path) -> None:
        path = book(
            tmp_path / "a.epub",
            ("cover.xhtml", "", '<img src="cover.jpg" alt="Cover"/>'),
            ("news/one.xhtml", "Bridge", f"<h1>Bridge closed</h1><p>By Bob Turner</p><p>{P1}</p><p>{P2}</p>"),
            ("two.xhtml", "Rust in the towers", f"<p>{P2}</p><p>{P3}</p>"),
            author="Ann Carver",
            date="2019-02-13",
        )
        first, second = drafts(path)
        assert (first.name, second.name) == ("EPUB/news/one.xhtml", "EPUB/two.xhtml")
        assert first.text == f"Bridge closed\n\nBy Bob Turner\n\n{P1}\n\n{P2}"
        assert second.text == f"Rust in the towers\n\n{P2}\n\n{P3}"
        one, two = (clean(each, path).byline for each in (first, second))
        assert (one.title, one.author, one.published, one.outlet) == (
            "Bridge closed", "Bob Turner", "2019-02-13", "The Daily Courier",
        )  # fmt: skip
        assert (two.title, two.author, two.outlet) == ("Rust in the towers", "Ann Carver", "The Daily Courier")
        assert two.provenance == {
            "title": "text", "author": "package", "published": "package", "outlet": "package",
        }  # fmt: skip

    def test_everything_of_a_chapter_is_kept_in_its_form(self, tmp_path: Path) -> None:
        markup = (
            f"<section><h2>Bridge <em>closed</em></h2><div>{P1}<br/>Second line.</div>loose words"
            "<ul><li>One</li><li><p>Two</p><ol><li>Inner</li></ol></li></ul><blockquote><p>Said she.</p></blockquote>"
            "<table><caption>Ferries</caption><tr><th>Bank</th><th>Daily</th></tr><tr><td>East</td><td>1<br/>2</td></tr>"
            "</table><h3>Next</h3><figure><img src='x.png'/><figcaption>The bridge.</figcaption></figure>"
            "<p>so\n wrapped&#160;and sp<b>lit</b> up\u00adon</p><script>no()</script><style>p{}</style></section>"
        )
        one = draft(book(tmp_path / "a.epub", ("a.xhtml", "Chapter 1", markup)))
        assert one.text == (
            f"Bridge closed\n\n{P1}\nSecond line.\n\nloose words\n\n- One\n- Two\n1. Inner\n\nSaid she.\n\nFerries\n\n"
            "Bank | Daily\nEast | 1 2\n\nNext\n\nThe bridge.\n\nso wrapped and split upon"
        )
        assert marked(one) == [
            ("title", "Bridge closed"), ("caption", "Ferries"), ("caption", "Next"), ("caption", "The bridge."),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "markup",
        [
            "<ul><li><a href='a'>{0}</a></li><li><a href='b'>{1}</a></li></ul>",
            "<ol><li><a href='a'>{0}</a></li><li><a href='b'>{1}</a></li></ol>",
            "<p>See: <a href='a'>{0}</a></p><p>And: <a href='b'>{1}</a></p>",
        ],
    )
    def test_a_chapter_of_links_is_a_chapter(self, tmp_path: Path, markup: str) -> None:
        kept = "The log of the bridge is kept in the harbour office", "Its plans hang in the town hall of Leeds"
        path = book(
            tmp_path / "a.epub", ("a.xhtml", "", f"<p>{P1}</p>"),
            ("b.xhtml", "", f"<h1>Further reading</h1>{markup.format(*kept)}"),
        )  # fmt: skip
        one, two = (found for found in load(path, SETTINGS) if isinstance(found, Draft))
        assert (one.text, two.byline.title) == (P1, "Further reading")
        assert all(words in two.text for words in kept)
        assert marked(two) == [("title", "Further reading")]

    def test_names_of_letters_and_careless_markup_are_read(self, tmp_path: Path) -> None:
        path = book(tmp_path / "b.epub", ("a.xhtml", "", f"<p>{P1}</p>"))
        for markup in (
            '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">'
            '<html xmlns="http://www.w3.org/1999/xhtml"><body><p>Caf&eacute;&nbsp;&ldquo;hier&rdquo;.</p></body></html>',
            "<html><body><p>Café “hier”.<p></body>",
            "<html><body><p>Caf&eacute; &ldquo;hier&rdquo;.</p></body></html>",
        ):
            swap(path, tmp_path / "a.epub", "EPUB/a.xhtml", markup.encode())
            assert draft(tmp_path / "a.epub").text == "Café “hier”."

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            ({"author": "calibre", "date": "0101-01-01T00:00:00+00:00"}, (None, None)),
            ({"author": "Ann Carver", "date": "2019-02-13T00:00:00+00:00"}, ("Ann Carver", "2019-02-13")),
            ({}, (None, None)),
        ],
    )
    def test_what_programs_fill_in_is_not_believed(
        self, tmp_path: Path, fields: dict[str, str], expected: tuple[str | None, str | None]
    ) -> None:
        one = draft(book(tmp_path / "a.epub", ("a.xhtml", "One", f"<p>{P1}</p>"), **fields))
        assert (one.byline.author, (one.byline.published or "")[:10] or None) == expected

    def test_a_broken_document_is_a_fault_and_the_others_are_read(self, tmp_path: Path) -> None:
        path = book(tmp_path / "b.epub", ("a.xhtml", "", f"<p>{P1}</p>"), ("b.xhtml", "", f"<p>{P2}</p>"))
        swap(path, tmp_path / "a.epub", "EPUB/a.xhtml", None)
        fault, one = load(tmp_path / "a.epub", SETTINGS)
        assert isinstance(fault, Fault)
        assert (fault.where, fault.reason) == (
            f"{tmp_path / 'a.epub'}: EPUB/a.xhtml",
            "its part EPUB/a.xhtml is missing: download it again.",
        )
        assert isinstance(one, Draft)
        assert one.text == P2

    @pytest.mark.parametrize("damaged", [0, 1, 2])
    def test_a_document_whose_bytes_are_damaged_costs_no_other(self, tmp_path: Path, damaged: int) -> None:
        names = ["a.xhtml", "b.xhtml", "c.xhtml"]
        texts = [f"{text} {number}" for number, text in enumerate((P1, P2, P3))]
        chapters = [(name, "", f"<p>{text}</p>") for name, text in zip(names, texts, strict=True)]
        path = book(tmp_path / "a.epub", *chapters)
        harm(path, f"EPUB/{names[damaged]}")
        found = list(load(path, SETTINGS))
        (fault,) = (one for one in found if isinstance(one, Fault))
        assert fault.where == f"{path}: EPUB/{names[damaged]}"
        assert fault.reason.startswith(f"its part EPUB/{names[damaged]} is damaged (")
        del texts[damaged]
        assert [one.text for one in found if isinstance(one, Draft)] == texts

    @pytest.mark.parametrize("declared", ["", "<?xml version='1.0' encoding='iso-8859-1'?>"])
    def test_a_broken_byte_costs_one_letter(self, tmp_path: Path, declared: str) -> None:
        path = book(tmp_path / "b.epub", ("a.xhtml", "", f"<p>{P1}</p>"))
        page = (
            f"{declared}<html xmlns='http://www.w3.org/1999/xhtml'><body><p>Zoé à Étoile: it¤s {P2}</p></body></html>"
        )
        for broken in (b"\x92", b"\xff", b""):
            swap(path, tmp_path / "a.epub", "EPUB/a.xhtml", page.encode().replace("¤".encode(), broken))
            shown = broken and "\ufffd"
            assert draft(tmp_path / "a.epub").text == f"Zoé à Étoile: it{shown or ''}s {P2}"

    def test_a_book_without_its_contents_is_read(self, tmp_path: Path) -> None:
        path = book(tmp_path / "a.epub", ("a.xhtml", "One", f"<p>{P1}</p>"))
        harm(path, "EPUB/nav.xhtml")
        assert [one.text for one in drafts(path)] == [P1]

    def test_a_protected_book_and_one_of_pictures_are_faults(self, tmp_path: Path) -> None:
        path = book(tmp_path / "b.epub", ("a.xhtml", "", f"<p>{P1}</p>"))
        locked = b'<encryption><CipherReference URI="EPUB/a.xhtml"/></encryption>'
        swap(path, tmp_path / "a.epub", "META-INF/encryption.xml", locked)
        (fault,) = load(tmp_path / "a.epub", SETTINGS)
        assert isinstance(fault, Fault)
        assert "DRM" in fault.reason
        assert reason(book(tmp_path / "c.epub", ("a.xhtml", "", "<img src='x.png'/>"))) == (
            "there is no text in it, only pictures or a cover: leave it out."
        )


def harm(path: Path, member: str) -> None:
    """Change a byte of a member of a zip file, so that its checksum tells."""
    with zipfile.ZipFile(path) as opened:
        info = opened.getinfo(member)
    data = bytearray(path.read_bytes())
    at = info.header_offset + 30 + len(info.filename.encode()) + info.compress_size // 2
    data[at] ^= 0x55
    path.write_bytes(data)


def swap(source: Path, target: Path, member: str, data: bytes | None) -> None:
    """Copy a zip file with one member changed, added, or left out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != member:
                new.writestr(name, old.read(name))
        if data is not None:
            new.writestr(member, data)


def made(path: Path) -> Path:
    """A small sound file of the kind that the suffix names."""
    if path.suffix == ".docx":
        document = docx.Document()
        document.add_paragraph(P1)
        document.save(str(path))
    elif path.suffix == ".odt":
        text = odfdo.Document("text")
        text.body.append(odfdo.Paragraph(P1))
        text.save(path)
    else:
        book(path, ("a.xhtml", "", f"<p>{P1}</p>"))
    return path


MAIN = {".docx": "word/document.xml", ".odt": "content.xml", ".epub": "EPUB/content.opf"}


@pytest.mark.parametrize("suffix", MAIN)
class TestZipped:
    def test_words_that_repeat_thousands_of_times_are_read(self, tmp_path: Path, suffix: str) -> None:
        path, source, times = tmp_path / f"a{suffix}", made(tmp_path / f"whole{suffix}"), 8000
        main = "EPUB/a.xhtml" if suffix == ".epub" else MAIN[suffix]
        with zipfile.ZipFile(source) as given:
            words = given.read(main).replace(P1.encode(), f"{P1} ".encode() * times)
        swap(source, path, main, words)
        with zipfile.ZipFile(path) as packed:
            info = packed.getinfo(main)
        assert info.file_size > 200 * info.compress_size
        assert draft(path).text.count(P1) == times

    def test_wrong_and_cut_files_are_faults(self, tmp_path: Path, suffix: str) -> None:
        whole = made(tmp_path / f"whole{suffix}").read_bytes()
        path = tmp_path / f"a{suffix}"
        for data in (b"plain words\n" * 9, whole[: len(whole) // 2], whole[:-9], b"%PDF-1.7"):
            path.write_bytes(data)
            assert "it is damaged, or not what its name says (" in reason(path)
        path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
        assert reason(path).startswith("it has a password, or is in the old Office format: save it without one")

    def test_a_zip_of_something_else_is_a_fault(self, tmp_path: Path, suffix: str) -> None:
        path = tmp_path / f"a{suffix}"
        with zipfile.ZipFile(path, "w") as other:
            other.writestr("notes.txt", "words")
        assert reason(path)

    def test_flipped_bytes_are_a_fault_or_still_text(self, tmp_path: Path, suffix: str) -> None:
        whole = bytearray(made(tmp_path / f"whole{suffix}").read_bytes())
        for at in range(40, len(whole), len(whole) // 60):
            broken = whole.copy()
            broken[at] ^= 0xFF
            (tmp_path / f"a{suffix}").write_bytes(broken)
            found = list(load(tmp_path / f"a{suffix}", SETTINGS))
            assert found
            assert all(isinstance(one, Fault) or P1 in one.text for one in found), at

    def test_a_bomb_is_refused_before_it_is_unpacked(
        self, tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / f"a{suffix}"
        swap(made(tmp_path / f"whole{suffix}"), path, "bomb.xml", b"<a>" + b"b" * 30_000_000)
        monkeypatch.setattr(zipfile.ZipExtFile, "read", lambda *_: pytest.fail("it was unpacked"))
        told = reason(path)
        assert told.startswith("it unpacks from 0.")
        assert re.search("to 3[01] MB, over the limit of 100 times its size and 200 MB: leave it out", told)

    def test_entities_are_refused_or_never_unfolded(self, tmp_path: Path, suffix: str) -> None:
        lines = ['<!ENTITY a0 "lol">', *(f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 10))]
        bomb = f"<?xml version='1.0'?><!DOCTYPE x [{''.join(lines)}]><x>&a9;</x>"
        for data in (bomb.encode(), bomb.encode("utf-16")):
            swap(made(tmp_path / f"whole{suffix}"), tmp_path / f"a{suffix}", MAIN[suffix], data)
            told = reason(tmp_path / f"a{suffix}")
            if suffix == ".epub":
                assert "lol" not in told
            else:
                assert told == f"its part {MAIN[suffix]} declares entities, as attacks do: save it again."


def test_a_book_s_entities_stay_as_they_are(tmp_path: Path) -> None:
    path = book(tmp_path / "b.epub", ("a.xhtml", "", f"<p>{P1}</p>"))
    (tmp_path / "secret.txt").write_text("secret")
    markup = (
        f'<!DOCTYPE html [<!ENTITY s SYSTEM "file://{tmp_path}/secret.txt"><!ENTITY a "bomb">]>'
        f'<html xmlns="http://www.w3.org/1999/xhtml"><body><p>{P1} &s; &a;</p></body></html>'
    )
    swap(path, tmp_path / "a.epub", "EPUB/a.xhtml", markup.encode())
    assert draft(tmp_path / "a.epub").text == f"{P1} &s; &a;"


def test_zip_files_are_looked_at_before_they_are_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as many:
        for number in range(4):
            many.writestr(f"{number}.txt", "words")
    with zipped.checked(path, most_entries=4) as opened:
        assert opened.read("3.txt") == b"words"
    with pytest.raises(zipped.ArticleError, match="it holds 4 files, over the limit of 3: split it"):
        zipped.checked(path, most_entries=3).__enter__()
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1  # the flag of a password
    path.write_bytes(data)
    with pytest.raises(zipped.ArticleError, match="opens only with a password"), zipped.checked(path):
        pass
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as good:
        good.writestr("a.txt", b"x" * 9_000_000)
    path.write_bytes(packed.getvalue())
    with zipped.checked(path) as opened:  # a small file may unpack to a little, however often it repeats itself
        assert len(opened.read("a.txt")) == 9_000_000


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ("Bridge closed  for a year", "Bridge closed for a year"),
        ("Bridge", "Bridge"),
        ("1984", None),
        ("untitled", None),
        ("Document1", None),
        ("Untitled-3", None),
        ("Microsoft Word - x", None),
        ("PowerPoint Presentation", None),
        ("bridge closed.indd", None),
        ("final_v2", None),
        ("Slide 1", None),
        ("A text", None),
        ("x" * 251, None),
        (None, None),
    ],
)
def test_titles_that_programs_fill_in(given: str | None, title: str | None) -> None:
    assert read_title(given, Path("/tmp/a text.pdf")) == title
