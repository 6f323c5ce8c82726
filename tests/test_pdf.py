"""What is read from PDF files, written here by reportlab and pypdf."""

from pathlib import Path

import pytest
from conftest import FakeEmbedder
from cuttings import indexed
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, FrameBreak, PageTemplate, Paragraph, Table

from index.article import Article, Draft, Fault, Kind
from index.chunk import chunk
from index.clean import clean
from index.loaders import load
from index.loaders.pdf import columns, flow, running
from index.settings import Settings

SETTINGS = Settings()
WIDTH, HEIGHT = A4
BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=10, leading=12, firstLineIndent=10)
JUSTIFIED = ParagraphStyle("justified", BODY, alignment=TA_JUSTIFY)
HEADLINE = ParagraphStyle("headline", fontName="Times-Bold", fontSize=24, leading=27, spaceAfter=6)
CROSSHEAD = ParagraphStyle("crosshead", fontName="Helvetica-Bold", fontSize=12, leading=14, spaceBefore=6)
BYLINE = ParagraphStyle("byline", fontName="Helvetica", fontSize=8, leading=10)
NEWS = [
    "The council voted on Tuesday to close the Tienditas bridge for a year while its cables are replaced, ending "
    "months of argument between engineers and the traders on the eastern bank who depend upon it.",
    "Engineers found rust in three of the four towers in March. Repairs will cost about £12m, the mayor said, and the "
    "government has promised to pay two thirds of that sum before the end of the financial year.",
    "“We had no choice,” she told reporters, adding that ferries would run every ten minutes until midnight. A "
    "long-term plan for a second crossing, first drawn up in 1987, will be discussed in the autumn.",
    "Shopkeepers on both banks fear for their trade. Nobody asked us, said Maria Delgado, whose family has sold bread "
    "beside the northern ramp for forty years.",
]


def newspaper(path: Path, columns: int, paragraphs: list[str], style: ParagraphStyle = JUSTIFIED) -> Path:
    """Two pages and more of a newspaper: a headline across its columns, running heads and page numbers."""

    def edge(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(40, HEIGHT - 30, "The Daily Courier")
        canvas.drawRightString(WIDTH - 40, HEIGHT - 30, "Wednesday 13 February 2019")
        canvas.drawCentredString(WIDTH / 2, 25, str(document.page))

    wide = (WIDTH - 80 - 16 * (columns - 1)) / columns
    places = [40 + at * (wide + 16) for at in range(columns)]
    head = Frame(40, HEIGHT - 150, WIDTH - 80, 110, 0, 0, 0, 0)
    first = [head, *(Frame(x, 45, wide, HEIGHT - 200, 0, 0, 0, 0) for x in places)]
    later = [Frame(x, 45, wide, HEIGHT - 100, 0, 0, 0, 0) for x in places]
    document = BaseDocTemplate(str(path), pagesize=A4, title="Microsoft Word - bridge_final.doc", author="admin")
    document.addPageTemplates(
        [PageTemplate("first", first, onPage=edge, autoNextPageTemplate="later"), PageTemplate("later", later, edge)]
    )
    title = Paragraph("Border bridge is closed for a year as rust eats its towers, say engineers", HEADLINE)
    story = [title, Paragraph("By Ann Carver, transport correspondent", BYLINE), FrameBreak()]
    for number, text in enumerate(paragraphs):
        if number and number % 6 == 0:
            story.append(Paragraph("Traders fear the worst", CROSSHEAD))
        story.append(Paragraph(text, style))
    document.build(story)
    return path


def lines(path: Path, *pages: list[tuple[float, float, str]], size: float = 10, **information: str) -> Path:
    """Lines of text at given places, a list for each page; x and y in points from the top."""
    canvas = Canvas(str(path), pagesize=A4)
    for name, value in information.items():
        getattr(canvas, f"set{name.title()}")(value)
    for page in pages:
        canvas.setFont("Times-Roman", size)
        for x, y, text in page:
            canvas.drawString(x, HEIGHT - y, text)
        canvas.showPage()
    canvas.save()
    return path


def draft(path: Path) -> Draft:
    (only,) = load(path, SETTINGS)
    assert isinstance(only, Draft), only
    return only


def article(path: Path) -> Article:
    return clean(draft(path), path)


def reason(path: Path) -> str:
    (only,) = load(path, SETTINGS)
    assert isinstance(only, Fault)
    return only.reason


def marked(one: Article | Draft, kind: Kind) -> list[str]:
    return [one.text[mark.start : mark.end] for mark in one.marks if mark.kind is kind]


def running_text(one: Article) -> str:
    """What may be quoted, a paragraph a line."""
    passages = chunk(one, FakeEmbedder(), 400)
    spans = sorted({span for passage in passages for span in passage.sentences})
    return " ".join(one.text[a:b] for a, b in spans)


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_newspaper_reads_in_order_whatever_its_columns(tmp_path: Path, count: int) -> None:
    paragraphs = [f"No {number}: {NEWS[number % 4]}" for number in range(60)]
    one = article(newspaper(tmp_path / "a.pdf", count, paragraphs))
    assert running_text(one) == " ".join(paragraphs)
    assert one.byline.title == "Border bridge is closed for a year as rust eats its towers, say engineers"
    assert (one.byline.author, one.byline.published) == ("Ann Carver", "2019-02-13")
    assert marked(one, Kind.CAPTION) == ["Traders fear the worst"] * 9
    assert set(marked(one, Kind.FURNITURE)) == {"The Daily Courier", "Wednesday 13 February 2019", "1", "2", "3"}
    assert len(one.pages) == 3


def test_columns_that_a_program_draws_row_by_row_are_read_column_by_column(tmp_path: Path) -> None:
    text = {x: [f"Row {at} of column {x} goes on with" for at in range(9)] for x in (72, 320)}
    rows = [(x, 100 + 12 * at, text[x][at]) for at in range(9) for x in (72, 320)]
    path = lines(tmp_path / "a.pdf", rows)
    assert draft(path).text == " ".join(text[72] + text[320])
    assert text[72][1] not in PdfReader(path).pages[0].extract_text().replace("\n", " ").split(text[320][0])[0]


def test_a_last_column_of_a_line_is_told_by_the_pages_before(tmp_path: Path) -> None:
    first = [(x, 100 + 12 * at, f"Line {at} of column {x} is here now.") for x in (72, 320) for at in range(9)]
    last = [(72, 100 + 12 * at, f"Line {at} of the last page is here.") for at in range(5)]
    one = draft(lines(tmp_path / "a.pdf", first, [*last, (320, 100, "The end of it is here.")]))
    assert one.text.endswith("Line 4 of the last page is here.\n\nThe end of it is here.")


def test_a_sentence_over_a_page_s_end_is_whole_and_its_page_is_the_one_it_begins_on(tmp_path: Path) -> None:
    one = article(newspaper(tmp_path / "a.pdf", 3, [f"No {number}: {NEWS[number % 4]}" for number in range(60)]))
    second = one.pages[1]
    broken = next((a, b) for passage in chunk(one, FakeEmbedder(), 120) for a, b in passage.sentences if a < second < b)
    assert (one.page(broken[0]), one.page(second), one.page(broken[1])) == (1, 2, 2)
    assert one.text[broken[0] : second].endswith("adding that ferries would run ")
    assert one.text[second:].startswith("every ten minutes until midnight. A long-term plan")
    # The first words below the head in the file itself.
    assert "13 February 2019\n2\nevery ten minutes" in PdfReader(tmp_path / "a.pdf").pages[1].extract_text()


def test_words_parted_at_a_line_s_end_are_whole_and_compounds_keep_their_hyphen(tmp_path: Path) -> None:
    rows = [
        "The long-term plan of the govern-",
        "ment is that a long-",
        "term lease is signed with the Anglo-",
        "Dutch company before the dead-",
        "line. Only the deadline counts, said the pre-",
        "and post-war planners, whose well-",
        "known report of 2019-",
        "20 was never published, though it was—",
        "as everybody knew – finished.",
    ]
    path = lines(tmp_path / "a.pdf", [(72, 100 + 12 * at, text) for at, text in enumerate(rows)])
    assert draft(path).text == (
        "The long-term plan of the government is that a long-term lease is signed with the Anglo-Dutch company before "
        "the deadline. Only the deadline counts, said the pre- and post-war planners, whose wellknown report of "
        "2019-20 was never published, though it was—as everybody knew – finished."
    )


def test_a_document_s_own_words_decide_about_a_hyphen() -> None:
    def joined(first: str, second: str, *known: str) -> str:
        column = [columns.Line(text, 0, 100, -12.0 * at, 10, False) for at, text in enumerate((*known, first, second))]
        usual = flow.measure([column])
        block = flow.Block([(0, line) for line in column[-2:]])
        return flow.written(block, usual)[0]

    assert joined("a well-", "known man") == "a wellknown man"
    assert joined("a well-", "known man", "It is well known.") == "a well-known man"
    assert joined("a well-", "known man", "the well-known man") == "a well-known man"
    assert joined("the re-", "mark", "a remark", "to mark and re use") == "the remark"
    assert joined("a soft\xad", "ware") == "a software"


def test_ligatures_are_letters_and_footnote_figures_are_raised(tmp_path: Path) -> None:
    font = Path("/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf")
    if not font.exists():
        pytest.skip("needs the font DejaVu Serif, for the fonts built into PDF have no ligatures")
    pdfmetrics.registerFont(TTFont("DejaVu", str(font)))
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    text = canvas.beginText(72, 700)
    text.setFont("DejaVu", 10)
    text.textOut("The oﬃce on the ﬁrst ﬂoor")
    text.setFont("DejaVu", 6)
    text.setRise(4)
    text.textOut("12")
    text.setFont("DejaVu", 10)
    text.setRise(0)
    text.textOut(" was aﬀected.")
    canvas.drawText(text)
    canvas.save()
    assert draft(tmp_path / "a.pdf").text == "The office on the first floor¹² was affected."


@pytest.mark.parametrize("given", ["0000", "FFFD", "0020", "003F", "F001", "FB01", "00660069", "0001"])
@pytest.mark.parametrize("name", ["fi", "f_i", "fi.alt", "uniFB01"])
def test_the_name_of_a_shape_decides_where_its_map_gives_no_letter(tmp_path: Path, given: str, name: str) -> None:
    source = lines(tmp_path / "source.pdf", [(72, 100, "The of~ce of the scienti~c council, and ^ve more.")])
    writer = PdfWriter(clone_from=source)
    shapes = [NumberObject(ord("^")), NameObject(f"/{name}"), NumberObject(ord("~")), NameObject(f"/{name}")]
    codes = StreamObject()
    written = (
        "begincmap 1 begincodespacerange <00> <FF> endcodespacerange 2 beginbfrange <20> <5D> <0020> <5F> <7D> <005F> "
        f"endbfrange 2 beginbfchar <5E> <{given}> <7E> <{given}> endbfchar endcmap"
    )
    codes.set_data(written.encode())
    encoding = {
        NameObject("/BaseEncoding"): NameObject("/WinAnsiEncoding"),
        NameObject("/Differences"): ArrayObject(shapes),
    }
    for font in writer.pages[0]["/Resources"]["/Font"].values():
        font.get_object()[NameObject("/Encoding")] = DictionaryObject(encoding)
        font.get_object()[NameObject("/ToUnicode")] = writer._add_object(codes)
    writer.write(tmp_path / "a.pdf")
    assert draft(tmp_path / "a.pdf").text == "The office of the scientific council, and five more."


def test_running_heads_are_told_by_place_and_repetition_not_by_words_alone(tmp_path: Path) -> None:
    head, foot = (72, 40, "Annual report of the Courier"), 800
    pages = [
        [
            head,
            *((72, 100 + 12 * at, f"Annual report of the Courier, line {at} of page {number}.") for at in range(40)),
            (290, foot, f"Page {number} of 3"),
        ]
        for number in (1, 2, 3)
    ]
    one = draft(lines(tmp_path / "a.pdf", *pages))
    assert marked(one, Kind.FURNITURE) == [
        *("Annual report of the Courier", "Page 1 of 3"),
        *("Annual report of the Courier", "Page 2 of 3"),
        *("Annual report of the Courier", "Page 3 of 3"),
    ]
    assert one.text.count("line ") == 120


def test_pages_without_gap_have_no_running_heads(tmp_path: Path) -> None:
    pages = [[(72, 60 + 12 * at, f"Row {at} of the same form.") for at in range(60)] for _ in range(3)]
    assert marked(draft(lines(tmp_path / "a.pdf", *pages)), Kind.FURNITURE) == []


def test_slides_of_one_line_each_are_text(tmp_path: Path) -> None:
    pages = [[(72, 100, f"Point number {number} is made."), (300, 800, str(number))] for number in (1, 2, 3)]
    one = draft(lines(tmp_path / "a.pdf", *pages))
    assert marked(one, Kind.FURNITURE) == ["1", "2", "3"]
    assert "Point number 2 is made." in running_text(clean(one, tmp_path / "a.pdf"))


def test_mirrored_heads_of_left_and_right_pages_are_one(tmp_path: Path) -> None:
    def row(text: str) -> list[columns.Line]:
        return [columns.Line(text, 0, 100, 800, 8, False)]

    body = [[columns.Line("Some words of the text.", 0, 300, 700 - 12 * at, 10, False)] for at in range(9)]
    pages = [[row("12 The Courier"), *body], [row("The Courier 13"), *body]]
    assert running.running_rows(pages, ["12", "13"]) == [{0}, {0}]
    assert running.running_rows([pages[0], [row("Another paper"), *body]], ["1", "2"]) == [set(), set()]


def test_what_stands_sideways_is_set_aside_and_a_turned_page_is_read(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for turned in (False, True):
        canvas.saveState()
        if turned:
            canvas.translate(WIDTH, 0)
            canvas.rotate(90)
        canvas.setFont("Times-Roman", 10)
        for at, text in enumerate(("The council voted on Tuesday to close", "the bridge for a whole year.")):
            canvas.drawString(100, 500 - 12 * at, text)
        canvas.translate(30, 100)
        canvas.rotate(90)
        canvas.drawString(0, 0, "arXiv stamp")
        canvas.restoreState()
        canvas.showPage()
    canvas.save()
    one = draft(tmp_path / "a.pdf")
    sentence = "The council voted on Tuesday to close the bridge for a whole year."
    assert one.text == f"arXiv stamp\n\n{sentence}\n\narXiv stamp\n\n{sentence}"
    assert marked(one, Kind.FURNITURE) == ["arXiv stamp"] * 2
    assert one.pages == (0, one.text.index("arXiv", 5))


def test_letters_drawn_twice_to_look_bold_are_read_once_and_forms_are_read(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.beginForm("stamp")
    canvas.setFont("Times-Roman", 10)
    canvas.drawString(0, 0, "In a form.")
    canvas.endForm()
    for shift in (0, 0.3):
        canvas.drawString(72 + shift, 700, "The bridge is closed.")
    canvas.saveState()
    canvas.translate(72, 600)
    canvas.doForm("stamp")
    canvas.restoreState()
    canvas.save()
    assert draft(tmp_path / "a.pdf").text == "The bridge is closed.\n\nIn a form."


def test_what_the_file_calls_no_text_of_the_page_is_set_aside_unless_it_calls_all_so(tmp_path: Path) -> None:
    for name, words in (("a", "The council voted on Tuesday to close the bridge."), ("b", "Short.")):
        canvas = Canvas(str(tmp_path / f"{name}.pdf"), pagesize=A4)
        canvas.addLiteral("/Artifact <</Type /Pagination>> BDC")
        canvas.drawString(72, 500, "A running head.")
        canvas.addLiteral("EMC")
        canvas.drawString(72, 700, words)
        canvas.save()
    first, second = (draft(tmp_path / f"{name}.pdf") for name in "ab")
    assert first.text == "A running head.\n\nThe council voted on Tuesday to close the bridge."
    assert marked(first, Kind.FURNITURE) == ["A running head."]
    assert second.text == "Short.\n\nA running head."
    assert second.marks == ()


def test_a_font_that_does_not_say_its_letters_is_told(tmp_path: Path) -> None:
    source = lines(tmp_path / "source.pdf", [(72, 100, "Some words stand here.")])
    writer = PdfWriter(clone_from=source)
    descendant = DictionaryObject({NameObject("/Subtype"): NameObject("/CIDFontType2")})
    font = {
        "/Type": NameObject("/Font"),
        "/Subtype": NameObject("/Type0"),
        "/Encoding": NameObject("/Identity-H"),
        "/BaseFont": NameObject("/X"),
        "/DescendantFonts": ArrayObject([descendant]),
    }
    fonts = writer.pages[0]["/Resources"]["/Font"]
    for name in fonts:
        fonts[NameObject(name)] = DictionaryObject({NameObject(key): value for key, value in font.items()})
    writer.write(tmp_path / "a.pdf")
    assert reason(tmp_path / "a.pdf") == (
        "its one page has fonts that do not say which letters they show: run text recognition (OCR) over it, such as "
        "with ocrmypdf."
    )


def test_a_large_initial_is_the_first_letter_of_its_word(tmp_path: Path) -> None:
    for name, initial, rest in (("a", "T", "he council voted to close"), ("b", "A", "council voted to close")):
        canvas = Canvas(str(tmp_path / f"{name}.pdf"), pagesize=A4)
        canvas.setFont("Times-Roman", 30)
        canvas.drawString(72, 688, initial)
        canvas.setFont("Times-Roman", 10)
        for at, text in enumerate((rest, "the bridge over the river")):
            canvas.drawString(93, 700 - 12 * at, text)
        canvas.drawString(72, 676, "for a year, the council said.")
        canvas.save()
    texts = [draft(tmp_path / f"{name}.pdf").text for name in "ab"]
    assert texts == [
        "The council voted to close the bridge over the river for a year, the council said.",
        "A council voted to close the bridge over the river for a year, the council said.",
    ]


def test_a_quote_from_a_pdf_names_its_page(tmp_path: Path, fake_model: object) -> None:
    paragraphs = [f"No {number}: {NEWS[number % 4]}" for number in range(40)]
    paragraphs[35] = "The most senior defector is Gen Francisco Yanez of the air force."
    data = newspaper(tmp_path / "source.pdf", 2, paragraphs).read_bytes()
    reply = indexed(Settings(home=tmp_path / "home"), {"a.pdf": data}).ask("Who is the most senior defector?")
    found = [*reply.quotes, *reply.related][0].to_json()
    assert "Gen Francisco Yanez" in found["text"]
    assert found["page"] == 2


def test_a_table_is_read_by_rows_and_a_list_by_items(tmp_path: Path) -> None:
    document = BaseDocTemplate(str(tmp_path / "a.pdf"), pagesize=A4)
    document.addPageTemplates([PageTemplate("page", [Frame(72, 72, WIDTH - 144, HEIGHT - 144)])])
    rows = [["Bank", "Ferries", "Buses"], ["East", "12", "3"], ["West", "9", "41"], ["Both", "21", "44"]]
    items = [Paragraph(text, BODY, bulletText="•") for text in ("Ferries run late.", "Buses stop early.")]
    document.build([Paragraph(NEWS[0], BODY), Table(rows, colWidths=120), *items])
    assert draft(tmp_path / "a.pdf").text == (
        f"{NEWS[0]}\n\nBank | Ferries | Buses\nEast | 12 | 3\nWest | 9 | 41\nBoth | 21 | 44"
        "\n• Ferries run late.\n• Buses stop early."
    )


def test_a_wide_table_is_no_columns_of_text(tmp_path: Path) -> None:
    cells = [[(72 + 120 * at, 100 + 14 * row, f"Row {row} cell {at}") for at in range(4)] for row in range(6)]
    one = draft(lines(tmp_path / "a.pdf", [cell for row in cells for cell in row]))
    assert one.text == "\n".join(" | ".join(text for _, _, text in row) for row in cells)


def test_a_footnote_stays_on_its_page_beside_a_sentence_that_runs_on(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for y, size, text in (
        (700, 10, "The first paragraph of the page is here, and it is ended."),
        (670, 10, "The council voted on Tuesday to close the bridge for a year, and nobody"),
        (100, 7, "1 The bridge opened in 1963."),
        (0, 0, ""),
        (700, 10, "believed that it would ever open again. They were wrong about that."),
    ):
        if size:
            canvas.setFont("Times-Roman", size)
            canvas.drawString(72, y, text)
        else:
            canvas.showPage()
    canvas.save()
    one = article(tmp_path / "a.pdf")
    assert "close the bridge for a year, and nobody believed that it would ever open again." in running_text(one)
    assert one.page(one.text.index("opened in 1963")) == 1
    assert one.page(one.text.index("believed")) == 2


def test_a_caption_at_a_page_s_top_does_not_part_a_sentence(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for start, size, text in (
        (
            100,
            10,
            ["The council voted on Tuesday to close the bridge for a year, and nobody in the town who was asked"],
        ),
        (90, 7, ["The bridge in March."]),
        (300, 10, ["believed that it would ever open again. They were wrong about that."]),
    ):
        canvas.setFont("Times-Roman", size)
        for at, line in enumerate(text):
            canvas.drawString(72, HEIGHT - start - 12 * at, line)
        if start == 100:
            canvas.showPage()
    canvas.save()
    one = draft(tmp_path / "a.pdf")
    assert one.text == (
        "The council voted on Tuesday to close the bridge for a year, and nobody in the town who was asked believed "
        "that it would ever open again. They were wrong about that.\n\nThe bridge in March."
    )
    assert one.pages == (0, one.text.index("believed"))


@pytest.mark.parametrize(
    ("title", "author", "byline"),
    [
        ("Bridge closed for a year", "Ann Carver", ("Bridge closed for a year", "Ann Carver")),
        ("Microsoft Word - bridge.doc", "admin", ("a", None)),
        ("untitled", "Courier Newspapers Ltd", ("a", None)),
        ("bridge_final_v2", "acarver", ("a", None)),
        ("a", "", ("a", None)),
    ],
)
def test_what_the_properties_state_is_believed_only_where_it_is_sensible(
    tmp_path: Path, title: str, author: str, byline: tuple[str, str | None]
) -> None:
    path = lines(tmp_path / "a.pdf", [(72, 100, NEWS[1][:100]), (72, 112, "and so on.")], title=title, author=author)
    one = article(path)
    assert (one.byline.title, one.byline.author) == byline
    assert one.byline.published is None  # the day on which the file was made is not read
    origin = "properties" if byline[1] else "file name"
    assert one.byline.provenance["title"] == origin


def test_the_text_s_own_byline_wins_over_the_properties(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "a.pdf",
        [(72, 60, "Bridge closed"), (72, 90, "By Bob Turner"), (72, 120, NEWS[3][:90]), (72, 132, "for forty years.")],
        title="Another title of the file",
        author="Ann Carver",
    )
    one = article(path)
    assert (one.byline.title, one.byline.author) == ("Bridge closed", "Bob Turner")
    assert one.byline.provenance == {"title": "text", "author": "text"}


def test_a_newspaper_s_name_above_the_headline_is_not_the_title(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for y, size, text in ((60, 40, "The Daily Courier"), (120, 20, "Bridge is closed for a year"), (150, 10, NEWS[0])):
        canvas.setFont("Times-Roman", size)
        for at in range(0, len(text), 90):
            canvas.drawString(40, HEIGHT - y - at * 12 / 90, text[at : at + 90])
    canvas.save()
    one = article(tmp_path / "a.pdf")
    assert one.byline.title == "Bridge is closed for a year"
    assert marked(one, Kind.CAPTION) == ["The Daily Courier"]


def scanned(path: Path, count: int, texts: tuple[int, ...] = ()) -> Path:
    """Pages that hold an image only, but for those named, from 0."""
    from PIL import Image

    picture = path.with_suffix(".png")
    Image.new("L", (40, 40), 128).save(picture)
    canvas = Canvas(str(path), pagesize=A4)
    for number in range(count):
        canvas.drawImage(str(picture), 0, 0, WIDTH, HEIGHT)
        if number in texts:
            canvas.drawString(72, 700, "The council voted on Tuesday to close the bridge.")
        canvas.showPage()
    canvas.save()
    return path


def test_a_scan_without_text_names_the_cure(tmp_path: Path) -> None:
    assert reason(scanned(tmp_path / "a.pdf", 3)) == (
        "each of its 3 pages holds only images: run text recognition (OCR) over it, such as with ocrmypdf."
    )
    assert reason(scanned(tmp_path / "b.pdf", 1)).startswith("its one page holds only images: run text rec")


def test_scanned_pages_among_others_are_one_fault(tmp_path: Path) -> None:
    path = scanned(tmp_path / "a.pdf", 7, texts=(0, 5))
    one, fault = load(path, SETTINGS)
    assert isinstance(one, Draft)
    assert isinstance(fault, Fault)
    assert fault.where == f"{path}: pages 2-5, 7"
    assert fault.reason == (
        "each holds only images; the other pages were read: run text recognition (OCR) over it, such as with ocrmypdf."
    )
    half = len("The council voted on Tuesday to close the bridge.") + 2
    assert one.pages == (0, half, half, half, half, half, len(one.text))
    assert clean(one, path).page(half) == 6


def test_blank_pages_are_no_fault_and_a_blank_file_is(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.pdf", [(72, 100, "Some words stand here.")], [], [(72, 100, "And others here.")])
    one = draft(path)
    assert one.pages == (0, 24, 24)
    assert one.text[24:] == "And others here."
    assert reason(lines(tmp_path / "b.pdf", [], [])) == (
        "there is no text in it, each of its 2 pages is empty: leave it out."
    )


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_an_empty_password_opens_and_another_is_a_fault(tmp_path: Path, algorithm: str) -> None:
    source = lines(tmp_path / "source.pdf", [(72, 100, "Some words stand here.")])
    for name, password in (("open.pdf", ""), ("closed.pdf", "secret")):
        writer = PdfWriter(clone_from=source)
        writer.encrypt(password, "owner", algorithm=algorithm)
        writer.write(tmp_path / name)
    assert draft(tmp_path / "open.pdf").text == "Some words stand here."
    assert reason(tmp_path / "closed.pdf") == (
        "it opens only with a password: save it without one, or print it to a new PDF."
    )


def test_a_file_that_is_no_whole_pdf_is_a_fault(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    whole = newspaper(tmp_path / "whole.pdf", 2, NEWS * 9).read_bytes()
    for name, data in (("a", b"%PDF-1.7\nnothing"), ("b", b"PK\x03\x04 a zip"), ("c", b"plain words\n" * 20)):
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(data)
        assert reason(path).startswith("it is no whole PDF (")
    for part in (3, 5, 9):
        path = tmp_path / "cut.pdf"
        path.write_bytes(whole[: len(whole) * part // 10])
        assert all(isinstance(one, Fault) for one in load(path, SETTINGS)), part
    assert caplog.records == []


def test_flipped_bytes_are_a_fault_or_still_text(tmp_path: Path) -> None:
    whole = newspaper(tmp_path / "whole.pdf", 2, NEWS).read_bytes()
    path = tmp_path / "a.pdf"
    path.write_bytes(whole.replace(b"/FlateDecode", b"/FlatterCode"))  # pypdf says of it that it is not implemented
    assert reason(path) == "its one page is damaged: save or download it again."
    for at in range(0, len(whole), len(whole) // 50):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        assert list(load(path, SETTINGS)), at


@pytest.mark.parametrize("kind", ["contents", "resources", "other"])
def test_a_damaged_page_among_others_is_named(tmp_path: Path, kind: str) -> None:
    source = lines(tmp_path / "source.pdf", *([(72, 100, f"Some words of page {number}.")] for number in (1, 2, 3)))
    writer = PdfWriter(clone_from=source)
    stream = StreamObject()
    stream.set_data(b"no flate data at all" * 9)
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    writer.pages[1][NameObject("/Contents")] = writer._add_object(stream) if kind == "contents" else NumberObject(3)
    writer.pages[1][NameObject("/Resources" if kind == "resources" else "/None")] = NumberObject(3)
    writer.write(tmp_path / "a.pdf")
    one, fault = load(tmp_path / "a.pdf", SETTINGS)
    assert isinstance(one, Draft)
    assert one.text == "Some words of page 1.\n\nSome words of page 3."
    assert isinstance(fault, Fault)
    assert (fault.where, fault.reason.split(";")[0]) == (f"{tmp_path / 'a.pdf'}: page 2", "each is damaged")


def test_more_pages_than_can_be_read_are_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.loaders.pdf.MOST_PAGES", 2)
    path = lines(tmp_path / "a.pdf", *([(72, 100, "Words.")] for _ in range(3)))
    assert reason(path) == "it has 3 pages, over the limit of 2: split it."


def test_a_long_one_says_that_its_reading_goes_on(tmp_path: Path) -> None:
    pages = [
        [(72.0, 100.0, f"Page {number} says what nobody had said before about the bridge.")] for number in range(50)
    ]
    path = lines(tmp_path / "long.pdf", *pages)
    *going, one = load(path, SETTINGS)
    assert isinstance(one, Draft)
    assert (going, len(one.pages)) == ([None] * 3, 50)
    *_, fault = load(path, Settings(max_article_chars=1000))
    assert isinstance(fault, Fault)
    assert fault.reason.endswith("over the limit of 1,000: split it, or raise max_article_chars.")


def test_accents_drawn_over_letters_are_one_with_them(tmp_path: Path) -> None:
    """As TeX draws them: the accent, back again, and the letter; a cedilla after its letter."""
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.setFont("Helvetica", 10)
    umlaut, acute, cedilla = (
        "[(K) -111 (\\250) 444 (onnen)]",
        "[(Andr) -111 (\\264) 444 (e)]",
        "[(gar) (c) 416 (\\270) 0 (on)]",
    )
    for y, shown in ((700, umlaut), (680, acute), (660, cedilla), (640, "[(it\\264s so)]")):
        canvas._code.append(f"BT /F1 10 Tf 72 {y} Td {shown} TJ ET")
    canvas.save()
    assert draft(tmp_path / "a.pdf").text.split() == ["Können", "André", "garçon", "it´s", "so"]
