"""The fonts of a PDF: what each of their codes says, and how wide it is."""

import re
from collections.abc import Iterable, Iterator

from pypdf.generic import DictionaryObject

# This room is private to pypdf, so its version is bound tightly; its public doors do not tell a word's width.
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
        if raw == font.space_char:
            return text, float(font.space_width), True
        return text, float(font.character_widths.get(raw, font.character_widths["default"])), False
