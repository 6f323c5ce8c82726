"""Rich Text Format: its paragraphs, lists and tables, without hidden and deleted words."""

import re
from collections.abc import Iterator
from pathlib import Path

from index.article import Draft, Fault, Kind
from index.errors import ArticleError
from index.loaders.page import Part
from index.loaders.properties import make_draft, read_title
from index.loaders.zipped import BLANK
from index.settings import Settings

_TOKEN = re.compile(r"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'[0-9a-f]{2}|\\[^a-z]|[{}]|[^\\{}]+|\\", re.I)
_LINE, _CELL = "\ue000", "\ue001"
"""Stand for a line's end inside a paragraph and for a cell's in a row; striprtf gives them as it gives other signs."""
_INSTEAD = {"line": r"\u57344?", "cell": r"\u57345?", "nestcell": r"\u57345?"}
_KEPT_IF_HIDDEN = ("f", "uc", "pard")
_APART = re.compile(r"footnote|(?:header|footer)[lrf]?", re.I)
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# striprtf would give a font without a code page the next one's, and write its address after the words of a link.
_NO_PAGE = re.compile(r"(\{\\f\d+)(?=[^{}]*\})(?![^{}]*\\fcharset)")
_LINK = re.compile(r"(\\fldinst[^}]{0,300}?)HYPERLINK", re.I)
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
    parts = list(_parts(*_parted(source))) if source else []
    yield make_draft(parts, read_title(title, path), author)


def _is_cut(source: str) -> bool:
    bare = re.sub(r"\\[{}\\]", "", source)
    return bare.count("{") > bare.count("}")


def _property(source: str, name: str) -> str:
    found = re.search(_PROPERTY % name, source)
    return _plain(source, found[1]).strip() if found else ""


def _plain(source: str, body: str | None = None) -> str:
    """Give the words of a file, or of a part of it by the file's code page and fonts."""
    from striprtf.striprtf import font_table_group, rtf_to_text

    if body is not None:
        codepage = re.search(r"\\ansicpg\d+", source)
        fonts = font_table_group(source)  # type: ignore[no-untyped-call]
        body = f"{{\\rtf1{codepage[0] if codepage else ''}{fonts} {body}}}"
    try:
        text: str = rtf_to_text(source if body is None else body, errors="replace")  # type: ignore[no-untyped-call]
    except (LookupError, OverflowError, RecursionError, TypeError, ValueError) as error:
        raise ArticleError(f"it is no whole RTF file ({error}): open it and save it again") from error
    # RTF counts in units of UTF-16, so that an emoji comes in two halves.
    text = _PAIR.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)
    return _UNSTORABLE.sub("\ufffd", text).replace("\xad", "")


def _parted(source: str) -> tuple[str, list[str], list[str]]:
    """Take hidden and deleted words out, and notes and running heads apart, which striprtf would lose.

    Returns:
        The text, its notes and its running heads, each as plain text.
    """
    from striprtf.striprtf import remove_pict_groups

    source = remove_pict_groups(source)  # type: ignore[no-untyped-call]
    source = _LINK.sub(r"\1LINK", _NO_PAGE.sub(r"\1\\fcharset1", source))
    main: list[str] = []
    notes: list[list[str]] = []
    heads: list[list[str]] = []
    out, hidden = main, False
    groups: list[tuple[list[str], bool]] = []
    for token in _TOKEN.finditer(source):
        whole, word, given = token[0], (token[1] or "").lower(), token[2]
        if whole == "{":
            groups.append((out, hidden))
        elif whole == "}" and groups:
            closed, (out, hidden) = out, groups.pop()
            if closed is not out:
                continue
        elif word in ("v", "deleted"):
            hidden = given != "0"
            continue
        elif word == "plain":
            hidden = False
        elif _APART.fullmatch(word) and out is main:
            del main[_last_brace(main) :]
            kind = notes if word == "footnote" else heads
            kind.append([])
            out = kind[-1]
            if kind is notes and not hidden:
                main += (f"\\u{ord(figure)}?" for figure in f"{len(notes)}".translate(_RAISED))
            continue
        if not hidden or whole in "{}" or word in _KEPT_IF_HIDDEN:
            out.append(_INSTEAD.get(word, whole))
    return (
        _plain("".join(main)),
        [_plain(source, "".join(note)) for note in notes],
        [_plain(source, "".join(head)) for head in heads],
    )


def _last_brace(tokens: list[str]) -> int:
    return next((at for at in reversed(range(len(tokens))) if tokens[at] == "{"), len(tokens))


def _parts(text: str, notes: list[str], heads: list[str]) -> Iterator[Part]:
    close = False
    for line in text.split("\n"):
        if _CELL in line:
            words = " | ".join(filter(None, (_spaced(cell) for cell in line.replace(_LINE, " ").split(_CELL))))
            if words:
                yield Part(words, close=close)
                close = True
            continue
        yield Part("\n".join(filter(None, map(_spaced, line.split(_LINE)))))
        close = False
    for number, note in enumerate(notes, 1):
        yield Part(f"{number}".translate(_RAISED) + f" {_spaced(note)}")
    for head in dict.fromkeys(map(_spaced, heads)):
        yield Part(head, Kind.FURNITURE)


def _spaced(words: str) -> str:
    return " ".join(words.replace(_LINE, " ").replace(_CELL, " ").split())
