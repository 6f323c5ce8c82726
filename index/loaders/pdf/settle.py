"""Words as they are drawn -> words on their lines: raised and lowered figures, and the large initial of a text."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from index.loaders.pdf.columns import Piece

_FIGURES = re.compile(r"[\d,*†‡]{1,5}\Z")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_INITIAL = re.compile(r"[\"“‘«]?[^\W\d_]\Z")
_ALONE = ("a", "i", "o")
_CAPITAL = 0.68
"""Height of capital letters, as a part of their size."""
_SMALL = 0.9
_LARGE = 1.8
_MOST = 300
"""More small figures on a page are a table's or a drawing's."""


def settle(pieces: Sequence[Piece]) -> list[Piece]:
    """Put what stands a little above or below its line on it.

    Figures that are raised become the raised figures of Unicode, for in plain ones the number of a footnote would read
    as a part of the word before it. A large initial becomes the first letter of the word beside its top.

    Args:
        pieces: Of one page, in the order in which they are drawn.
    """
    settled = list(pieces)
    if not settled:
        return settled
    sizes: Counter[float] = Counter()
    for piece in pieces:
        sizes[round(piece.size, 1)] += len(piece.text)
    usual = sizes.most_common(1)[0][0]
    small = [at for at, one in enumerate(pieces) if one.size < _SMALL * usual and _FIGURES.match(one.text)]
    for at in small if len(small) <= _MOST else ():
        settled[at] = _figures(pieces[at], pieces)
    large = [at for at, one in enumerate(pieces) if one.size >= _LARGE * usual and _INITIAL.match(one.text)]
    for at in large if len(large) <= _MOST else ():
        settled[at] = _initial(pieces[at], pieces, usual)
    return settled


def _figures(figures: Piece, pieces: Sequence[Piece]) -> Piece:
    for word in pieces:
        above = figures.y - word.y
        beside = abs(figures.x0 - word.x1) < 0.2 * word.size
        if beside and figures.size < _SMALL * word.size and 0.05 * word.size < abs(above) < 0.6 * word.size:
            text = figures.text.translate(_RAISED if above > 0 else _LOWERED)
            return replace(figures, text=text, y=word.y, size=word.size, spaced=False)
    return figures


def _initial(initial: Piece, pieces: Sequence[Piece], usual: float) -> Piece:
    """Give the initial as a letter of the highest line beside it, where two lines and more run beside it."""
    top = initial.y + _CAPITAL * (initial.size - usual) + 0.5 * usual
    beside = [
        piece
        for piece in pieces
        if piece.size < initial.size / _LARGE
        and -0.2 * usual < piece.x0 - initial.x1 < usual
        and initial.y - 0.3 * usual < piece.y < top
    ]
    beside.sort(key=lambda piece: -piece.y)
    if len({round(piece.y) for piece in beside}) < 2:
        return initial
    first = beside[0]
    known = {piece.text.casefold().strip('.,;:!?”"’') for piece in pieces if piece is not first}
    rest = first.text.casefold().strip('.,;:!?”"’')
    letter = initial.text.casefold()[-1]
    alone = letter in _ALONE and rest in known and letter + rest not in known
    return replace(initial, x1=first.x0 - (usual if alone else 0), y=first.y, size=first.size, bold=first.bold)
