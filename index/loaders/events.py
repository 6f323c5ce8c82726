"""XML taken apart without opening anything but the file: no entities of its own, no grammar, no network."""

import re
from collections.abc import Iterator
from html.entities import html5
from typing import TYPE_CHECKING, Any, BinaryIO

from index.encoding import Utf8, declared_by, encoding
from index.errors import ArticleError

if TYPE_CHECKING:
    from lxml.etree import _Element


_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_LONGEST_ENTITY = 40
_SAMPLE = 1_000_000


def read_events(
    file: BinaryIO, wanted: tuple[str, ...], tags: tuple[str, ...] | None = None
) -> Iterator[tuple[str, Any]]:
    """Give what stands in a file as it is read.

    Args:
        file: XML, with white space before it or not.
        wanted: "start" and "end" of elements.
        tags: Of the elements wanted, in lxml's form; None for all.

    Raises:
        ArticleError: It is no XML, or declares entities of its own.
    """
    from lxml import etree

    begin = file.tell()
    while (byte := file.read(1)) and byte in b" \t\r\n\xef\xbb\xbf":
        begin += 1
    file.seek(begin)
    parser = etree.iterparse(
        _Spelled(Utf8(file, _encoding(file))),
        encoding="utf-8",
        events=wanted,
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    is_checked = False
    try:
        for event, element in parser:
            if not is_checked:
                _check(element)
                is_checked = True
            yield event, element
    except etree.XMLSyntaxError as error:
        raise ArticleError(f"it is no XML that can be read ({error.msg}): export it again") from error


def _encoding(file: BinaryIO) -> str:
    """Give the encoding of XML, as its first megabyte tells; the file is left at the place where it is."""
    begin = file.tell()
    sample = file.read(_SAMPLE)
    file.seek(begin)
    bare = {b"<\0?\0": "utf-16-le", b"\0<\0?": "utf-16-be"}.get(sample[:4])
    whole = sample if len(sample) < _SAMPLE else sample[: sample.rfind(b"<")]
    return bare or encoding(whole, declared_by(sample))


class _Spelled:
    """A file in which the entities of HTML, which XML does not know, are spelled as the characters they stand for."""

    def __init__(self, file: Utf8) -> None:
        self._file = file

    def read(self, size: int) -> bytes:
        """Give some bytes; an entity is never parted."""
        piece = self._file.read(size)
        while (at := piece.rfind(b"&")) >= 0 and len(piece) - at < _LONGEST_ENTITY and b";" not in piece[at:]:
            more = self._file.read(1)
            if not more:
                break
            piece += more
        return spelled(piece)


def spelled(markup: bytes) -> bytes:
    """Write the characters that only HTML knows by names, such as &nbsp;, by their numbers."""
    return _ENTITY.sub(_numbered, markup)


def _numbered(found: re.Match[bytes]) -> bytes:
    characters = html5.get(found[1].decode() + ";", "")
    known = found[1] in (b"amp", b"lt", b"gt", b"quot", b"apos")
    return found[0] if known or not characters else "".join(f"&#{ord(one)};" for one in characters).encode()


def _check(element: "_Element") -> None:
    grammar = element.getroottree().docinfo.internalDTD
    if grammar is not None and any(True for _ in grammar.iterentities()):
        raise ArticleError("it declares entities of its own, as files do that are made to do harm: export it without")


def drop(element: "_Element") -> None:
    """Empty an element that has been read, and let go of those before it, so that memory stays small."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def local(tag: object) -> str:
    """Give an element's name without its namespace; empty for comments."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
