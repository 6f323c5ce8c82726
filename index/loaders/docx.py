"""Word documents: paragraphs, headings, lists, tables, text boxes and notes; what was deleted stays out."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.article import Draft, Fault, Kind
from index.errors import ArticleError
from index.loaders.page import Part
from index.loaders.properties import make_draft, read_title
from index.loaders.zipped import checked, refuse_entities
from index.settings import Settings

if TYPE_CHECKING:
    from docx.document import Document

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_UNSEEN = frozenset((f"{_W}del", f"{_W}moveFrom", f"{_W}txbxContent", f"{_W}rPr", f"{_W}pPr", _FALLBACK))
_SIGNS = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_STYLES = {"title": Kind.TITLE, "subtitle": Kind.STANDFIRST, "caption": Kind.CAPTION}


def load(path: Path, settings: Settings) -> Iterator[Draft | Fault]:
    """Read one Word document.

    Raises:
        ArticleError: It is no Word document, or damaged.
        OSError: It cannot be read.
    """
    # Only such documents need it; it takes a tenth of a second.
    from docx import Document
    from docx.exceptions import PythonDocxError
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    with checked(path) as opened:
        refuse_entities(opened)
        if _STRICT in opened.read("_rels/.rels"):
            raise ArticleError(
                "it is in strict Open XML, which is not read: save it as a plain “Word document (.docx)”"
            )
        try:
            document = Document(str(path))
            properties = document.core_properties
            title, author = read_title(properties.title, path), properties.author
            parts = list(_Reader(document).parts())
        except (OpcError, PythonDocxError, LxmlError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise ArticleError(f"it is no whole Word document ({error}): open it in Word and save it again") from error
    yield make_draft(parts, title, author)


class _Reader:
    """Reads the parts of one document in order; notes and running heads come last."""

    def __init__(self, document: "Document") -> None:
        self._document = document
        self._styles = {style.style_id: style for style in document.styles}
        self._formats = dict(self._number_formats())
        self._counts: Counter[tuple[str, int]] = Counter()
        self._notes: list[tuple[str, str]] = []

    def parts(self) -> Iterator[Part]:
        yield from self._blocks(self._document.element.body)
        for number, (kind, id) in enumerate(self._notes, 1):
            for note in self._related(f"{kind}s").iter(f"{_W}{kind}"):
                if note.get(f"{_W}id") == id:
                    words = " ".join(filter(None, (self._words(one) for one in note.iter(f"{_W}p"))))
                    yield Part(f"{number}".translate(_RAISED) + f" {words}" if words else "")
        seen: set[str] = set()
        for section in self._document.sections:
            for edge in (section.header, section.first_page_header, section.footer, section.first_page_footer):
                words = "\n".join(filter(None, (self._words(one._p) for one in edge.paragraphs)))
                if words and words not in seen:
                    seen.add(words)
                    yield Part(words, Kind.FURNITURE)

    def _related(self, kind: str) -> Any:
        """Give what the file keeps apart, such as its footnotes; an element without children where it has none."""
        from docx.oxml import parse_xml

        for related in self._document.part.rels.values():
            if related.reltype.endswith(f"/{kind}"):
                return parse_xml(related.target_part.blob)
        return self._document.element.makeelement("none")

    def _number_formats(self) -> Iterator[tuple[tuple[str, str], str]]:
        """Give (list, level) -> how its items are counted."""
        numbering = self._related("numbering")
        schemes = {one.get(f"{_W}abstractNumId"): one for one in numbering.iter(f"{_W}abstractNum")}
        for one in numbering.iter(f"{_W}num"):
            scheme = schemes.get(one.find(f"{_W}abstractNumId").get(f"{_W}val"))
            for level in scheme.iter(f"{_W}lvl") if scheme is not None else ():
                counted = level.find(f"{_W}numFmt")
                if counted is not None:
                    yield (one.get(f"{_W}numId"), level.get(f"{_W}ilvl")), counted.get(f"{_W}val")

    def _blocks(self, container: Any) -> Iterator[Part]:
        for element in container:
            if element.tag == f"{_W}p":
                yield self._paragraph(element)
                for box in element.iter(f"{_W}txbxContent"):
                    if not any(above.tag == _FALLBACK for above in box.iterancestors()):
                        yield from self._blocks(box)
            elif element.tag == f"{_W}tbl":
                yield from self._table(element)
            elif element.tag not in _UNSEEN and element.tag != f"{_W}sectPr":
                yield from self._blocks(element)  # content controls, smart tags, insertions

    def _table(self, table: Any) -> Iterator[Part]:
        rows = [row.findall(f"{_W}tc") for row in table.iter(f"{_W}tr") if next(row.iterancestors(f"{_W}tbl")) is table]
        if all(len(row) == 1 for row in rows):  # a frame around text
            for (cell,) in rows:
                yield from self._blocks(cell)
            return
        close = False
        for row in rows:
            cells = (" ".join(filter(None, (self._words(one) for one in cell.iter(f"{_W}p")))) for cell in row)
            words = " | ".join(filter(None, (" ".join(cell.split()) for cell in cells)))
            if words:
                yield Part(words, close=close)
                close = True

    def _paragraph(self, element: Any) -> Part:
        words = self._words(element)
        styles = list(self._lineage(element))
        for style in styles:
            name = style.name.lower() if style.name else ""
            if name in _STYLES:
                return Part(words, _STYLES[name])
            if name == "heading 1":
                return Part(words, Kind.TITLE)
            if name.startswith("heading "):
                return Part(words, Kind.CAPTION)
            if name.startswith("toc "):
                return Part(words, Kind.FURNITURE)
        sign = self._sign([element, *(style.element for style in styles)]) if words else ""
        return Part(sign + words, close=bool(sign))

    def _lineage(self, element: Any) -> Iterator[Any]:
        """Give the paragraph's style and those that it is based on."""
        named = element.find(f"{_W}pPr/{_W}pStyle")
        style = self._styles.get(named.get(f"{_W}val")) if named is not None else None
        seen: list[Any] = []
        while style is not None and style not in seen:
            seen.append(style)
            yield style
            style = style.base_style

    def _sign(self, elements: Iterable[Any]) -> str:
        """Give the sign before an item of a list, `- ` or its number; nothing where it is no item."""
        for element in elements:
            listed = element.find(f"{_W}pPr/{_W}numPr")
            number = listed.find(f"{_W}numId") if listed is not None else None
            if number is not None:
                depth = listed.find(f"{_W}ilvl")
                level = int(depth.get(f"{_W}val")) if depth is not None else 0
                return self._counted(number.get(f"{_W}val"), level)
        return ""

    def _counted(self, list_id: str, level: int) -> str:
        if list_id == "0":
            return ""
        for deeper in [key for key in self._counts if key[0] == list_id and key[1] > level]:
            del self._counts[deeper]
        self._counts[list_id, level] += 1
        kind = self._formats.get((list_id, str(level)), "bullet")
        number = self._counts[list_id, level]
        if kind in ("lowerLetter", "upperLetter") and number <= 26:
            letter = chr(ord("a") + number - 1)
            return f"{letter if kind == 'lowerLetter' else letter.upper()}. "
        return "- " if kind in ("bullet", "none") else f"{number}. "

    def _words(self, paragraph: Any) -> str:
        pieces: list[str] = []
        waiting = list(reversed(paragraph))
        while waiting:
            element = waiting.pop()
            tag = element.tag
            if tag in _UNSEEN:
                continue
            if tag == f"{_W}r" and element.find(f"{_W}rPr/{_W}vanish") is not None:
                continue
            if tag == f"{_W}t":
                pieces.append(element.text or "")
            elif tag in _SIGNS:
                pieces.append(_SIGNS[tag])
            elif tag in (f"{_W}footnoteReference", f"{_W}endnoteReference"):
                kind = tag.removeprefix(_W).removesuffix("Reference")
                self._notes.append((kind, element.get(f"{_W}id")))
                pieces.append(f"{len(self._notes)}".translate(_RAISED))
            waiting.extend(reversed(element))
        lines = "".join(pieces).replace("\xad", "").split("\n")
        return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))
