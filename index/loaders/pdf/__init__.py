"""PDF: the words of each page in the order of reading, as paragraphs that run on over its lines, columns and pages."""

import logging
import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from index.article import Draft, Fault, Kind
from index.dates import is_date, read_date
from index.errors import ArticleError
from index.layout import Paragraph
from index.loaders.page import Part, lay_out, too_long
from index.loaders.pdf.columns import Line, Piece, read_order, rows
from index.loaders.pdf.flow import Block, Measure, join, measure, part, written
from index.loaders.pdf.running import running_rows
from index.loaders.pdf.settle import settle
from index.loaders.properties import letters, read_byline, read_title, states_day
from index.loaders.zipped import BLANK
from index.settings import Settings

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

    from index.loaders.pdf.glyphs import Fonts

MOST_PAGES = 2000
_STRETCH = 24
"""Pages that have the time of a file: a report of 500 takes longer than that on a busy machine, and hangs nowhere."""
_MOST_UNREADABLE = 0.3
_TITLE_SIZE = 1.15
_LONGEST_TITLE = 250
_LONGEST_HEADING = 200
_MONTH = re.compile(r"[^\W\d_]{3}")
_NEWSPAPER = re.compile(
    r"(?:[^\W\d_][\w’'.-]* ){0,3}"
    r"(?:times|post|courier|herald|news|journal|gazette|tribune|guardian|mail|telegraph|observer|star|sun|chronicle|globe"
    r"|mirror|express|independent|review|standard|weekly|daily|press|bugle|argus|echo|examiner|mercury|sentinel|dispatch"
    r"|zeitung|tageblatt|rundschau|anzeiger|kurier|monde|figaro|parisien|país|mundo|repubblica|corriere|stampa)",
    re.I,
)
_IMAGES, _DAMAGED = "holds only images", "is damaged"
_FONTS = "has fonts that do not say which letters they show"
_OCR = "run text recognition (OCR) over it, such as with ocrmypdf"
_CURES = {_IMAGES: _OCR, _DAMAGED: "save or download it again", _FONTS: _OCR}
"""Why a page has no text where it should have -> what to do."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page as it is drawn; `lacks` says why it has no text where it should have."""

    pieces: list[Piece]
    label: str
    lacks: str | None = None


def load(path: Path, settings: Settings) -> Iterator[Draft | Fault | None]:
    """Read one PDF; pages that cannot be read among others are a fault, and None comes after each two dozen read.

    Raises:
        ArticleError: It is no PDF, needs a password, has too many pages, or none with text.
        OSError: It cannot be read.
    """
    with path.open("rb") as file, _quiet():
        if not file.read(64).strip(BLANK):
            raise ArticleError("there is no text in it: leave it out, or add the text")
        try:
            reader = _opened(file)
            sheets: list[_Sheet] = []
            for sheet in _sheets(reader):
                sheets.append(sheet)
                if len(sheets) % _STRETCH == 0:
                    yield None
            information = reader.metadata
            title, author = (information.title, information.author) if information else (None, None)
        except _broken() as error:
            raise ArticleError(f"it is no whole PDF ({error}): save or download it again") from error
    reasons = {sheet.lacks for sheet in sheets if sheet.lacks}
    if not any(sheet.pieces for sheet in sheets):
        raise ArticleError(_without_text(len(sheets), reasons))
    if (characters := sum(len(piece.text) for sheet in sheets for piece in sheet.pieces)) > settings.max_article_chars:
        raise ArticleError(too_long(characters, settings))
    if len(sheets) >= _STRETCH:
        yield None
    yield _draft(sheets, read_title(title, path), author)
    for reason in sorted(reasons):
        where = _enumerated([number for number, sheet in enumerate(sheets, 1) if sheet.lacks == reason])
        yield Fault(f"{path}: {where}", f"each {reason}; the other pages were read: {_CURES[reason]}.")


def _broken() -> tuple[type[Exception], ...]:
    """Give what pypdf and our reading raise over a damaged file."""
    from pypdf.errors import PyPdfError

    ours = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
    return (PyPdfError, *ours, struct.error, zlib.error)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what pypdf tells of flaws that it mends from the terminal."""
    log = logging.getLogger("pypdf")
    before = log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        log.setLevel(before)


def _opened(file: object) -> "PdfReader":
    from pypdf import PdfReader
    from pypdf.errors import DependencyError

    reader = PdfReader(file)  # type: ignore[arg-type]
    try:
        if reader.is_encrypted and not reader.decrypt(""):
            raise ArticleError("it opens only with a password: save it without one, or print it to a new PDF")
    except (DependencyError, NotImplementedError) as error:
        raise ArticleError(f"it is encrypted in a way that cannot be read ({error}): print it to a new PDF") from error
    count = len(reader.pages)
    if count > MOST_PAGES:
        raise ArticleError(f"it has {count:,} pages, over the limit of {MOST_PAGES:,}: split it")
    return reader


def _sheets(reader: "PdfReader") -> Iterator[_Sheet]:
    from index.loaders.pdf.glyphs import read_pieces

    fonts: Fonts = {}
    try:
        labels = list(reader.page_labels)
    except _broken():
        labels = []  # page numbers are counted then
    for number, page in enumerate(reader.pages):
        label = labels[number] if number < len(labels) else str(number + 1)
        try:
            pieces = read_pieces(page, fonts)
            lacks = None if pieces or not _has_image(page) else _IMAGES
        except _broken():
            pieces, lacks = [], _DAMAGED
        count = sum(len(piece.text) for piece in pieces)
        if sum(piece.text.count("\ufffd") for piece in pieces) > _MOST_UNREADABLE * count:
            pieces, lacks = [], _FONTS
        yield _Sheet(pieces, label, lacks)


def _has_image(page: "PageObject") -> bool:
    resources = page.get("/Resources")
    drawn = resources.get_object().get("/XObject") if resources is not None else None
    drawn = drawn.get_object() if drawn is not None else {}
    return any(one.get_object().get("/Subtype") in ("/Image", "/Form") for one in drawn.values())


def _without_text(count: int, reasons: Iterable[str]) -> str:
    whole = f"each of its {count} pages" if count > 1 else "its one page"
    why = sorted(reasons)
    cures = " and ".join(dict.fromkeys(_CURES[reason] for reason in why))
    return f"{whole} {' or '.join(why)}: {cures}" if why else f"there is no text in it, {whole} is empty: leave it out"


def _enumerated(numbers: Sequence[int]) -> str:
    """`[3, 4, 5, 9]` -> `pages 3-5, 9`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
    return f"page {told}" if len(numbers) == 1 else f"pages {told}"


def _draft(sheets: Sequence[_Sheet], title: str | None, author: object) -> Draft:
    pages = [rows(settle([piece for piece in sheet.pieces if not piece.aside])) for sheet in sheets]
    running = running_rows(pages, [sheet.label for sheet in sheets])
    columns: list[list[list[Line]]] = []
    own: list[list[Block]] = []
    known: set[int] = set()
    for page, (sheet, lines, edge) in enumerate(zip(sheets, pages, running, strict=True)):
        furniture = [row for at, row in enumerate(lines) if at in edge]
        furniture += rows([piece for piece in sheet.pieces if piece.aside])
        dated = [piece for row in furniture for piece in _dated(row)]
        own.append([Block([(page, line) for line in piece], aside=True) for piece in dated])
        body = [line for at, row in enumerate(lines) if at not in edge for line in row]
        columns.append(read_order(body, known))
    usual = measure(chain.from_iterable(columns))
    blocks: list[Block] = []
    for page, sides in enumerate(own):
        blocks += sides
        for place, column in enumerate(columns[page]):
            blocks += part(column, (page, place), usual)
    return _written(list(join(blocks, usual)), usual, title, author, len(sheets))


def _dated(row: list[Line]) -> list[list[Line]]:
    """Part the day off a running head, for it is the day of the issue."""
    days = [line for line in row if _is_day(line.text)]
    rest = [line for line in row if line not in days]
    return [*([rest] if rest else []), *([line] for line in days)]


def _is_day(text: str) -> bool:
    # Figures alone are what a browser prints above a page: the day it was printed.
    return is_date(text) and _MONTH.search(text) is not None


def _written(blocks: list[Block], usual: Measure, title: str | None, author: object, count: int) -> Draft:
    texts = [written(block, usual) for block in blocks]
    parts = [
        Part(text, Kind.FURNITURE if block.aside else None, close=block.item and before is not None and before.item)
        for before, block, (text, _) in zip([None, *blocks], blocks, texts, strict=False)
    ]
    heading = _heading(blocks, parts, usual, title)
    if heading is not None:
        parts[heading] = replace(parts[heading], kind=Kind.TITLE)
    _mark_headings(blocks, parts, usual, heading)
    byline = read_byline(parts, title, author, "properties")
    day = next((at for at, block in enumerate(blocks) if block.aside and _is_day(parts[at].text)), None)
    if day is not None and not states_day(parts):
        parts[day] = replace(parts[day], kind=Kind.DATE)
        published = read_date(parts[day].text)
        byline = replace(byline, published=published, provenance={**byline.provenance, "published": "text"})
    text, marks = lay_out([], parts)
    starts = [len(text)] * (count + 1)
    at = 0
    for one, (_, places) in zip(parts, texts, strict=True):
        at = text.index(one.text, at)
        for page, place in places.items():
            starts[page] = min(starts[page], at + place)
        at += len(one.text)
    for page in reversed(range(count)):
        starts[page] = min(starts[page], starts[page + 1])
    return Draft(text=text, byline=byline, marks=marks, pages=(0, *starts[1:count]))


def _heading(blocks: list[Block], parts: list[Part], usual: Measure, title: str | None) -> int | None:
    """Give the place of the headline among the parts of the first page; None where none stands out.

    It is what the properties call the title, else the largest letters; a newspaper's name above a headline is not it.
    """
    first = next((block.first for block in blocks if not block.aside), 0)
    shown = [at for at, block in enumerate(blocks) if block.first == first and not block.aside]
    shown = [at for at in shown if 2 < len(parts[at].text) <= _LONGEST_TITLE and any(map(str.isalpha, parts[at].text))]
    if title:
        for at in shown:
            if letters(parts[at].text) == letters(title):
                return at
    large = [at for at in shown if blocks[at].size >= _TITLE_SIZE * usual.body]
    if not large:
        return None
    best = max(large, key=lambda at: (blocks[at].size, -at))
    if best == shown[0] and _NEWSPAPER.fullmatch(parts[best].text):
        others = [at for at in large if at != best and len(parts[at].text.split()) >= 4]
        others = [at for at in others if blocks[at].size >= 1.3 * usual.body]
        return max(others, key=lambda at: (blocks[at].size, -at), default=best)
    return best


def _mark_headings(blocks: list[Block], parts: list[Part], usual: Measure, heading: int | None) -> None:
    """Mark headings after the first paragraph of running text; what is before it, cleaning tells apart."""
    begun = False
    for at, (block, one) in enumerate(zip(blocks, parts, strict=True)):
        words = Paragraph(0, len(one.text), one.text, alone=True)
        if one.kind is None and not block.item:
            large = block.size >= _TITLE_SIZE * usual.body
            set_apart = (large and not words.is_prose) or (block.bold and words.is_unended_line)
            if (begun or (heading is not None and at < heading)) and set_apart and len(one.text) <= _LONGEST_HEADING:
                parts[at] = replace(one, kind=Kind.CAPTION)
            begun = begun or (words.is_prose and block.size <= _TITLE_SIZE * usual.body)
