"""The fonts of a PDF: what each of their codes says, and how wide it is."""

import re
from collections.abc import Iterable, Iterator

# These rooms are private to pypdf, so its version is bound tightly; its public doors do not tell a word's width.
from pypdf._codecs.adobe_glyphs import adobe_glyphs
from pypdf.generic import ArrayObject, DictionaryObject, NameObject
from pypdf.generic._font import Font

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_BULLETS = {"\x7f": "•", "\uf0b7": "•", "\uf0a7": "▪"}
"""What programs draw by numbers that no letter has."""
_WRITTEN = str.maketrans(_LIGATURES | _BULLETS)
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff]")
_BOLD = re.compile(r"bold|black|heavy|semibd|demi", re.I)


class Face:
    """A font: what each of its codes says, and how wide it is."""

    def __init__(self, given: DictionaryObject) -> None:
        """Read a font of the file."""
        font = Font.from_font_resource(given)
        if str(given.get("/Encoding", "")).startswith("/Identity") and not font.character_map:
            # Its codes number the shapes of the font and say nothing of letters.
            font.interpretable = False
        self.bold = _BOLD.search(font.name) is not None
        self._font = font
        self._named = dict(_named(given))
        self._known: dict[int | str, tuple[str, float, bool]] = {}

    def letters(self, shown: bytes) -> Iterator[tuple[str, float, bool]]:
        """Give each letter of a string, its width in thousandths of the size, and whether it is the font's space."""
        encoding = self._font.encoding
        codes: Iterable[int | str] = shown
        if isinstance(encoding, str):
            try:
                codes = shown.decode(encoding, "surrogatepass")
            except UnicodeDecodeError:
                codes = shown.decode(encoding, "replace")
        for code in codes:
            known = self._known.get(code)
            if known is None:
                known = self._known[code] = self._letter(code)
            yield known

    def _letter(self, code: int | str) -> tuple[str, float, bool]:
        font = self._font
        raw = chr(code) if isinstance(code, int) else code
        said = font.encoding.get(code, raw) if isinstance(font.encoding, dict) and isinstance(code, int) else raw
        text = str(font.character_map.get(said, said)) if font.interpretable else "\ufffd"
        text = _UNREADABLE.sub("\ufffd", text.translate(_WRITTEN))
        # A map that gives no letter where the shape is named for letters is broken, as for ligatures it often is.
        if code in self._named and not any(map(str.isalnum, text)):
            text = self._named[code]
        if raw == font.space_char:
            return text, float(font.space_width), True
        return text, float(font.character_widths.get(raw, font.character_widths["default"])), False


def _named(font: DictionaryObject) -> Iterator[tuple[int | str, str]]:
    """Give code -> letters of the shapes that a font names, as `/fi` or `/f_f_i`; none of those that are no letters."""
    encoding = font.get("/Encoding", NameObject("/")).get_object()
    differences = (
        encoding["/Differences"] if isinstance(encoding, DictionaryObject) and "/Differences" in encoding else ()
    )
    code = 0
    for one in differences if isinstance(differences, ArrayObject) else ():
        given = one.get_object()
        if isinstance(given, int):
            code = given
        elif isinstance(given, NameObject):
            pieces = str(given)[1:].partition(".")[0].split("_")
            letters = "".join(map(_letters, pieces)).translate(_WRITTEN)
            if letters and all(map(str.isalnum, letters)):
                yield code, letters
            code += 1


def _letters(name: str) -> str:
    """Give the letters of one name of a shape: of the standard list, or a code point as `uniFB01`."""
    numbered = re.fullmatch(r"uni([0-9A-F]{4})|u([0-9A-F]{4,5})", name)
    return chr(int(numbered[1] or numbered[2], 16)) if numbered else str(adobe_glyphs.get(f"/{name}", ""))
