"""A page's drawing operators -> the words drawn on it, each with its place.

pypdf gives operators, fonts and their widths; where each word begins and ends it does not give, and columns cannot be
told without.
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from pypdf import PageObject
from pypdf.generic import ContentStream, DictionaryObject, IndirectObject, StreamObject

from index.loaders.pdf.columns import Piece
from index.loaders.pdf.fonts import Face

Matrix: TypeAlias = tuple[float, float, float, float, float, float]
Fonts: TypeAlias = dict[object, Face]

_WHOLE: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_DEEPEST_FORM = 8
_MOST_FORMS = 500
_LEAST_STORED = 40
"""Bytes; an empty page may store a few."""
_COMBINING = "\u0300\u0301\u0302\u0302\u0303\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0327\u0328"
_ACCENTS = dict(zip("`´ˆ^˜~¯˘˙¨˚˝ˇ¸˛", _COMBINING, strict=True))
"""What is drawn over a letter -> the character that combines with it."""
_QUARTERS = ((1, 0), (0, 1), (-1, 0), (0, -1))
"""Cosine and sine of no turn, a quarter, a half and three quarters."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A word as it is drawn, before the page is turned; `turn` counts quarters, anticlockwise."""

    text: str
    x: float
    y: float
    long: float
    turn: float
    size: float
    bold: bool
    spaced: bool
    artifact: bool


def read_pieces(page: PageObject, fonts: Fonts) -> list[Piece]:
    """Read the words of one page, in the order in which they are drawn.

    Args:
        page: Of an open file.
        fonts: Those met before in the same file; gets the others.

    Returns:
        Words without white space; the page is turned so that most of them run from left to right.

    Raises:
        ValueError: The page is damaged; pypdf has errors of its own besides.
    """
    pen = _Pen(fonts)
    contents = page.get("/Contents")
    if contents is not None:
        pen.draw(contents.get_object(), page.get("/Resources"), page.pdf, 0)
        if not pen.followed and _length(contents.get_object()) > _LEAST_STORED:
            raise ValueError("nothing of what is stored for the page can be unpacked")
    return _upright(pen.drawn)


def _upright(drawn: list[_Drawn]) -> list[Piece]:
    """Turn the page so that the direction of most letters is rightwards; words of other directions are aside."""
    turns: Counter[float] = Counter()
    for word in drawn:
        turns[word.turn] += len(word.text)
    turn = next((turn for turn, _ in turns.most_common() if turn == int(turn)), None)
    if turn is None:
        return []
    letters = sum(turns.values())
    # A page that calls most of itself no text is wrong about it.
    wrong = sum(len(word.text) for word in drawn if word.artifact) * 2 > letters
    pieces = []
    for word in drawn:
        # What runs in another direction is among its own kind, and turned as if all did.
        cos, sin = _QUARTERS[int(word.turn if word.turn == int(word.turn) else turn)]
        x, y = word.x * cos + word.y * sin, word.y * cos - word.x * sin
        aside = word.turn != turn or (word.artifact and not wrong)
        pieces.append(Piece(word.text, x, x + word.long, y, word.size, word.bold, word.spaced, aside))
    return pieces


@dataclass(slots=True)
class _State:
    """What `q` and `Q` keep and give back."""

    place: Matrix = _WHOLE
    font: Face | None = None
    size: float = 0.0
    char_gap: float = 0.0
    word_gap: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    rise: float = 0.0


class _Pen:
    """Follows the operators of a page."""

    def __init__(self, fonts: Fonts) -> None:
        self.drawn: list[_Drawn] = []
        self.followed = 0
        self._fonts, self._own, self._forms = fonts, dict[str, Face | None](), 0
        self._state = _State()
        self._kept: list[_State] = []
        self._line = self._at = _WHOLE
        self._marked: list[bool] = []
        self._spaced = False

    def draw(self, contents: Any, resources: Any, pdf: Any, depth: int) -> None:
        """Follow the operators of a page or of a form in it."""
        resources = resources.get_object() if resources is not None else DictionaryObject()
        own, self._own = self._own, {}
        named = resources.get("/Font")
        named = named.get_object() if named is not None else {}
        for operands, operator in ContentStream(contents, pdf, "bytes").operations:
            self.followed += 1
            if operator == b"Do":
                self._form(operands, resources, pdf, depth)
            elif operator == b"Tf" and len(operands) == 2:
                self._state.font, self._state.size = self._font(named, operands[0]), _number(operands[1])
            else:
                with suppress(IndexError, TypeError, ValueError):  # viewers pass over an operator without its numbers
                    self._follow(operator, operands)
        self._own = own

    def _form(self, operands: list[Any], resources: Any, pdf: Any, depth: int) -> None:
        forms = resources.get("/XObject")
        form = forms.get_object().get(operands[0]) if forms is not None and operands else None
        form = form.get_object() if form is not None else None
        if not isinstance(form, StreamObject) or form.get("/Subtype") != "/Form":
            return
        self._forms += 1
        if depth >= _DEEPEST_FORM or self._forms > _MOST_FORMS:
            return
        kept, marked = replace(self._state), list(self._marked)
        matrix = form.get("/Matrix")
        if matrix is not None:
            self._state.place = _times(_matrix(matrix.get_object()), self._state.place)
        self.draw(form, form.get("/Resources", resources), pdf, depth + 1)
        self._state, self._marked = kept, marked

    def _font(self, named: Any, name: str) -> Face | None:
        if name not in self._own:
            given = named.raw_get(name) if name in named else None
            key = (given.idnum, given.generation) if isinstance(given, IndirectObject) else id(given)
            if given is not None and key not in self._fonts:
                self._fonts[key] = Face(given.get_object())
            self._own[name] = self._fonts.get(key) if given is not None else None
        return self._own[name]

    def _follow(self, operator: bytes, operands: list[Any]) -> None:
        state = self._state
        match operator:
            case b"q":
                self._kept.append(replace(state))
            case b"Q" if self._kept:
                self._state = self._kept.pop()
            case b"cm":
                state.place = _times(_matrix(operands), state.place)
            case b"BT":
                self._line = self._at = _WHOLE
            case b"Tm":
                self._line = self._at = _matrix(operands)
            case b"Td" | b"TD":
                if operator == b"TD":
                    state.leading = -_number(operands[1])
                self._next_line(_number(operands[0]), _number(operands[1]))
            case b"T*":
                self._next_line(0.0, -state.leading)
            case b"Tj" | b"TJ":
                self._show(operands[0] if operator == b"TJ" else operands)
            case b"'":
                self._next_line(0.0, -state.leading)
                self._show(operands)
            case b'"':
                state.word_gap, state.char_gap = _number(operands[0]), _number(operands[1])
                self._next_line(0.0, -state.leading)
                self._show(operands[2:])
            case b"Tc":
                state.char_gap = _number(operands[0])
            case b"Tw":
                state.word_gap = _number(operands[0])
            case b"Tz":
                state.stretch = _number(operands[0]) / 100
            case b"TL":
                state.leading = _number(operands[0])
            case b"Ts":
                state.rise = _number(operands[0])
            case b"BMC" | b"BDC":
                self._marked.append(operands[:1] == ["/Artifact"])
            case b"EMC" if self._marked:
                self._marked.pop()

    def _next_line(self, x: float, y: float) -> None:
        self._line = self._at = _times((1.0, 0.0, 0.0, 1.0, x, y), self._line)

    def _show(self, shown: list[Any]) -> None:
        """Draw strings, and the gaps between them in thousandths of the size."""
        state = self._state
        if state.font is None:
            return
        letters: list[tuple[str, float, float]] = []
        x = 0.0
        for one in shown:
            if isinstance(one, bytes):
                for char, width, is_space in state.font.letters(one):
                    long = width / 1000 * state.size + state.char_gap + (state.word_gap if is_space else 0.0)
                    letters.append((char, x, x + (long - state.char_gap) * state.stretch))
                    x += long * state.stretch
            elif isinstance(one, (int, float)):
                x -= float(one) / 1000 * state.size * state.stretch
        for word in _words(letters, abs(state.size)):
            if word:
                self._put("".join(char for char, _, _ in word), word[0][1], word[-1][2])
                self._spaced = False
            else:
                self._spaced = True
        self._at = _times((1.0, 0.0, 0.0, 1.0, x, 0.0), self._at)

    def _put(self, text: str, x0: float, x1: float) -> None:
        state = self._state
        a, b, c, d, e, f = _times((1.0, 0.0, 0.0, 1.0, x0, state.rise), _times(self._at, state.place))
        size, long = abs(state.size) * math.hypot(c, d), (x1 - x0) * math.hypot(a, b)
        if not (size > 0 and math.isfinite(e + f + long + size)):
            return
        turn = 0.0 if b == 0 and a > 0 else round(math.atan2(b, a) / (math.pi / 2), 1) % 4
        bold = state.font is not None and state.font.bold
        self.drawn.append(_Drawn(text, e, f, long, turn, size, bold, self._spaced, any(self._marked)))


def _words(letters: list[tuple[str, float, float]], size: float) -> Iterator[list[tuple[str, float, float]]]:
    """Part what one operator draws into words; an empty one stands for each space drawn."""
    word: list[tuple[str, float, float]] = []
    for char, x0, x1 in letters:
        if char.isspace():
            yield word
            yield []
            word = []
            continue
        if word and x0 < (word[-1][1] + word[-1][2]) / 2 and (whole := _accented(word[-1][0], char)):
            word[-1] = (whole, min(x0, word[-1][1]), max(x1, word[-1][2]))
            continue
        if word and (x0 - word[-1][2] > 0.15 * size or x0 < word[-1][1]):
            yield word
            word = []
        word.append((char, x0, x1))
    if word:
        yield word


def _accented(one: str, other: str) -> str | None:
    """Make one letter of an accent and the letter that it is drawn over, as TeX does; None where they make none."""
    accent, letter = (one, other) if one in _ACCENTS else (other, one)
    if accent not in _ACCENTS:
        return None
    whole = unicodedata.normalize("NFC", ("i" if letter == "ı" else letter) + _ACCENTS[accent])
    return whole if len(whole) == 1 and letter.isalpha() else None


def _length(contents: Any) -> int:
    streams = contents if isinstance(contents, list) else [contents]
    return sum(len(one.get_object()._data) for one in streams)


def _times(first: Matrix, second: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = (_number(one) for one in operands[-6:])
    return a, b, c, d, e, f


def _number(given: Any) -> float:
    return float(given)
