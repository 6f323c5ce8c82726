"""Rich Text Format: its paragraphs, lists and tables, without hidden and deleted words."""

import re
from collections.abc import Iterator
from pathlib import Path

from index.article import Draft, Fault
from index.errors import ArticleError
from index.loaders.page import Part
from index.loaders.properties import make_draft, read_title
from index.loaders.zipped import BLANK
from index.settings import Settings

_LINE, _CELL = "\ue000", "\ue001"
"""Stand for a line's end inside a paragraph and a cell's in a row, which striprtf gives as it gives other signs."""
_WORDS = (
    # Hidden and deleted words, to the end of their group or to where the property is taken back.
    (re.compile(r"(?<!\\)\\(?:v|deleted)(?![a-z0-9-])[^{}]*?(?:\\(?:v|deleted)0(?!\d) ?|(?=\}))", re.I), ""),
    (re.compile(r"(?<!\\)\\line(?![a-z])"), r"\\u57344?"),
    (re.compile(r"(?<!\\)\\(?:nest)?cell(?![a-z])"), r"\\u57345?"),
    # striprtf would give a font without a code page the next one's.
    (re.compile(r"(\{\\f\d+)(?=[^{}]*\})(?![^{}]*\\fcharset)"), r"\1\\fcharset1"),
    # striprtf would write an address after the words of a link.
    (re.compile(r"(\\fldinst[^}]{0,300}?)HYPERLINK", re.I), r"\1LINK"),
)
_PROPERTY = r"\{\\%s\s?((?:[^{}\\]|\\[^{}]|\\[{}])*)\}"
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def load(path: Path, settings: Settings) -> Iterator[Draft | Fault]:
    r"""Read one RTF file.

    Raises:
        ArticleError: It does not open as RTF does, or breaks off.
        OSError: It cannot be read.
    """
    data = path.read_bytes().lstrip(BLANK)
    if data and not data.startswith(b"{\\rtf"):
        raise ArticleError("it does not open as RTF does: save it as RTF, or give it the suffix of its own format")
    # Bytes beyond ASCII are rare in RTF; a word processor that writes them means cp1252.
    source = data.decode("cp1252", errors="replace")
    if source and _is_cut(source):
        raise ArticleError("it breaks off, for its last brace is missing: save or download it again")
    title, author = (_property(source, name) for name in ("title", "author"))
    yield make_draft(list(_parts(_plain(source))), read_title(title, path), author)


def _is_cut(source: str) -> bool:
    bare = re.sub(r"\\[{}\\]", "", source)
    return bare.count("{") > bare.count("}")


def _property(source: str, name: str) -> str:
    found = re.search(_PROPERTY % name, source)
    codepage = re.search(r"\\ansicpg\d+", source)
    return _plain(f"{{\\rtf1{codepage[0] if codepage else ''} {found[1]}}}").strip() if found else ""


def _plain(source: str) -> str:
    from striprtf.striprtf import rtf_to_text

    for pattern, instead in _WORDS:
        source = pattern.sub(instead, source)
    try:
        text: str = rtf_to_text(source, errors="replace")  # type: ignore[no-untyped-call]
    except (LookupError, OverflowError, RecursionError, TypeError, ValueError) as error:
        raise ArticleError(f"it is no whole RTF file ({error}): open it and save it again") from error
    # RTF counts in units of UTF-16, so that an emoji comes in two halves.
    text = _PAIR.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)
    return _UNSTORABLE.sub("\ufffd", text).replace("\xad", "")


def _parts(text: str) -> Iterator[Part]:
    close = False
    for line in text.split("\n"):
        if _CELL in line:
            words = " | ".join(filter(None, (" ".join(cell.split()) for cell in line.replace(_LINE, " ").split(_CELL))))
            if words:
                yield Part(words, close=close)
                close = True
            continue
        lines = (" ".join(one.split()) for one in line.split(_LINE))
        yield Part("\n".join(filter(None, lines)))
        close = False
