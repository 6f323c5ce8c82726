"""Bytes -> text: the encoding that a file is most likely in, and what becomes of a byte that it does not have."""

import codecs
import re
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from index.errors import ArticleError

_ASCII = bytes(range(128))
_LEAST_FOREIGN = 0.2
"""Share of bytes beyond ASCII from which a text may be in another alphabet; French has .04, Russian .8."""
_NOT_LATIN = frozenset(
    (
        "Arabic",
        "CJK Unified Ideographs",
        "Cyrillic",
        "Greek and Coptic",
        "Hangul Syllables",
        "Hebrew",
        "Hiragana",
        "Thai",
    )
)

_LETTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|(?:\xe0[\xa0-\xbf]|\xed[\x80-\x9f]|[\xe1-\xec\xee\xef][\x80-\xbf])[\x80-\xbf]"
    rb"|(?:\xf0[\x90-\xbf]|\xf4[\x80-\x8f]|[\xf1-\xf3][\x80-\xbf])[\x80-\xbf]{2}"
)
"""A letter of two to four bytes in UTF-8."""
_SURE = re.compile(rb"[\xc2-\xc5][\x80-\xbf]|[\xe0-\xf4][\x80-\xbf]{2,3}")
"""Those that are hardly ever two or more letters in another encoding: of two bytes, letters with accents, and signs."""
_CUT_LETTER = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{0,2}\Z")
"""What is left of one where a file was cut off."""
_DECLARATION = re.compile(rb"\s*<\?xml\b[^<>]{0,100}?\bencoding\s*=\s*[\"']([\w.:-]{1,40})")
_MOST_BROKEN = 0.01
"""Share of letters that may be broken in an encoding that is declared."""
_SAMPLE = 1_000_000


def decode(data: bytes, declared: str | None = None) -> str:
    r"""Read text in the encoding it is most likely in; see `encoding`.

    A byte that the encoding does not have becomes U+FFFD, and costs no other letter.

    Args:
        data: The whole file.
        declared: The encoding that it says it is in.

    Returns:
        The text, every line end a `\n`, without byte-order mark.

    Raises:
        ArticleError: The bytes are no text in any encoding tried.
    """
    text = decoded(data, declared)
    if re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text):
        raise ArticleError("it holds control bytes, so it is no text: save it as plain text (UTF-8) first")
    return re.sub(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]", "\n", text)


def decoded(data: bytes, declared: str | None = None) -> str:
    """Read text as `decode` does, but leave control characters and line ends as they are.

    Raises:
        ArticleError: The bytes are no text in any encoding tried.
    """
    name = encoding(data, declared)
    text = data.decode(name, errors="replace")
    if name.startswith("utf-16") and text.count("\ufffd") > max(1, len(text) * _MOST_BROKEN):
        raise ArticleError("it opens as UTF-16 but is none: save it again, as UTF-8")
    return text


def encoding(data: bytes, declared: str | None = None) -> str:
    """Give the name of the encoding that a text is most likely in.

    A byte-order mark decides; else UTF-8 where the bytes that are not ASCII are valid UTF-8, or nearly all of them;
    else what is declared, where the bytes agree; else the guess of charset-normalizer where it finds another alphabet
    than the Latin; else cp1252.

    Args:
        data: The whole file, or enough of its whole lines.
        declared: The encoding that it says it is in.

    Raises:
        ArticleError: The bytes are no text in any encoding tried.
    """
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return name
    known = _codec(declared)
    if data.isascii():
        return known if known and _reads(data, known, "strict") else "utf-8"
    if _reads(data, "utf-8", "strict"):
        return "utf-8"
    if known and not _is_any_byte(known) and _reads(data, known, "strict"):
        return known
    if _is_nearly_utf8(data, said=known == "utf-8"):
        return "utf-8"
    if known and known != "utf-8" and _reads(data, known, "replace"):
        return known
    if b"\x00" in data:
        raise ArticleError("it holds zero bytes, so it is no text: save it as plain text (UTF-8) first")
    # Where most letters are ASCII it took one dash for Cyrillic.
    foreign = len(data.translate(None, _ASCII))
    if foreign < len(data) * _LEAST_FOREIGN:
        return "cp1252"
    from charset_normalizer import from_bytes  # costs 50 ms that UTF-8 files need not pay

    # Its guesses among Latin code pages are unsure (it read cp1252 as cp1250); among alphabets they are good.
    best = from_bytes(data, cp_exclusion=["utf_16", "utf_16_be", "utf_16_le", "utf_7"]).best()
    return best.encoding if best is not None and not _NOT_LATIN.isdisjoint(best.alphabets) else "cp1252"


def encoding_of(path: Path) -> str:
    """Give the name of the encoding that a file of lines is most likely in, from its first megabyte.

    Where that is all ASCII, from the first one besides that is not.

    Raises:
        ArticleError: It is no text in any encoding tried.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        sample = whole = file.read(_SAMPLE)
        while sample.isascii() and (more := file.read(_SAMPLE)):
            sample = more if not more.isascii() else sample
        if file.read(1) or sample is not whole:
            # A letter that the end of the sample cuts is not broken.
            sample = sample[: sample.rfind(b"\n") + 1] or sample
    return encoding(sample)


def declared_by(xml: bytes) -> str | None:
    """Give the encoding that an XML declaration at the start of a file names; None where there is none."""
    found = _DECLARATION.match(xml)
    return found[1].decode() if found else None


class Utf8:
    """A file of text as bytes of UTF-8, whatever it is in.

    Args:
        file: At its beginning.
        name: Of its encoding.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file, self._decoder = file, codecs.getincrementaldecoder(name)(errors="replace")

    def read(self, size: int) -> bytes:
        """Give some bytes; none at the end of the file only."""
        while piece := self._file.read(size):
            if text := self._decoder.decode(piece):
                return text.encode()
        return self._decoder.decode(b"", True).encode()


def _codec(declared: str | None) -> str | None:
    """Give Python's name of a declared encoding, None where it has none; Latin-1 means cp1252, as in browsers."""
    try:
        name = codecs.lookup(declared or "").name
    except LookupError:
        return None
    # What can be read as ASCII as far as the declaration is no UTF-16.
    return "cp1252" if name in ("iso8859-1", "ascii") else None if name.startswith(("utf-16", "utf-32")) else name


def _is_any_byte(name: str) -> bool:
    """Whether hardly a byte is none in an encoding, so that bytes cannot disagree with it."""
    with suppress(LookupError, ValueError):  # the codec is none of text
        text = bytes(range(256)).decode(name, errors="replace")
        return len(text) == 256 and text.count("\ufffd") < 64
    return False


def _is_nearly_utf8(data: bytes, *, said: bool) -> bool:
    """Whether bytes are UTF-8 but for few: a letter of several bytes hardly ever stands in another encoding's text."""
    found = _LETTER.findall(data)
    broken = len(_CUT_LETTER.sub(b"", _LETTER.sub(b"", data)).translate(None, _ASCII))
    sure = found if said else [letter for letter in found if _SURE.fullmatch(letter)]
    return bool(found) and (len(found) >= 2 * broken or len(sure) >= broken)


def _reads(data: bytes, name: str, errors: str) -> bool:
    """Whether bytes are text of an encoding; with "replace", but for one letter or one in a hundred."""
    try:
        text = data.decode(name, errors=errors)
    except (LookupError, ValueError):  # or the codec is none of text
        return False
    return text.count("\ufffd") <= max(1, _MOST_BROKEN * len(text))
