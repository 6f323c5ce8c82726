"""Words with their places -> the lines of a page, in the order in which people read them: column after column."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median

_SPACE = 0.13
"""Part of the size of letters from which a gap between two words is a space."""
_SAME_HEIGHT = 0.35
_GUTTER = 0.75
_CELL = 1.6
_LEAST_LINES = 3
_MOST_STARTS = 100
"""A drawing with words all over it has thousands of places where lines begin."""
_NARROWEST = 8
"""Sizes of letters that most lines of a column are wide at least; the cells of a table are narrower."""
_FILLED = 0.6
_SIGN = re.compile(r"(?:[•‣◦▪·*–—o§-]|\(?[\dA-Za-z]{1,3}[.):])\Z")


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, or a part of one, as it is drawn.

    Attributes:
        text: Its letters; U+FFFD for those whose font does not say what they are.
        x0: Left end, in points.
        x1: Right end.
        y: Height of the line that it stands on, upwards.
        size: Of its letters, in points.
        bold: True when its font is called so.
        spaced: True when a space was drawn before it.
        aside: True when the page calls it no part of its text, or it does not run as the page's text does.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool = False
    spaced: bool = False
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, or the part of one that lies in one column.

    Attributes:
        x0: Left end, in points.
        x1: Right end.
        y: Height of the line it stands on, upwards.
        size: Of most of its letters, in points.
        sizes: Of a tenth of its letters and more each.
        bold: True when all of its letters are.
        cells: True when it is a row of a table, its cells with ` | ` between.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    cells: bool = False
    sizes: frozenset[float] = frozenset()


def rows(pieces: Sequence[Piece]) -> list[list[Line]]:
    """Give what stands at one height together, from the top down, parted where a gap is as wide as between columns."""
    found = []
    for band in _bands(pieces):
        found.append([_line(part) for part in _parted(band, _GUTTER)])
    return found


def read_order(lines: Sequence[Line], known: set[int]) -> list[list[Line]]:
    """Put the lines of a page into the order of reading.

    Columns are told by a gap at one place over three lines and more, with running text on both sides; the lines that
    lie across it, such as headlines, part the columns above them from those below.

    Args:
        lines: Of one page, in any order, as `rows` gives them.
        known: Where columns began on the pages before; gets where they begin on this one.

    Returns:
        Columns in the order of reading, each with its lines from the top down; what is beside one another in a column
        is one line.
    """
    edge = _column_edge(lines, known)
    if edge is None:
        return [_rejoined(lines)] if lines else []
    ordered: list[list[Line]] = []
    wide = _across(lines, edge)
    for is_wide, band in groupby(sorted(lines, key=lambda line: (-line.y, line.x0)), key=lambda line: line in wide):
        given = list(band)
        if is_wide:
            ordered += read_order(given, known) if len(given) < len(lines) else [_rejoined(given)]
        else:
            for side in ([line for line in given if line.x1 <= edge], [line for line in given if line.x0 >= edge]):
                ordered += read_order(side, known)
    return ordered


def _across(lines: Sequence[Line], edge: float) -> set[Line]:
    """Give the lines that lie across an edge, and the short last lines of what lies across it."""
    usual = median(line.size for line in lines)
    wide: set[Line] = set()
    for line in sorted(lines, key=lambda line: -line.y):
        if line.x0 < edge < line.x1:
            wide.add(line)
            continue
        for above in wide:
            # Of running text one line may be short; below it the columns begin.
            ends = above.size > 1.15 * usual or (above.x0 < edge < above.x1 and abs(above.x0 - line.x0) < line.size)
            if ends and above.size == line.size and 0 < above.y - line.y < 1.4 * line.size:
                wide.add(line)
                break
    return wide


def _column_edge(lines: Sequence[Line], known: set[int]) -> float | None:
    """Give the place between two columns that parts most lines; None where there are no columns."""
    starts = Counter(round(line.x0) for line in lines)
    best, place = 0, None  # the place where the right column begins
    ordered = sorted(lines, key=lambda line: -line.y)
    frequent = {start for start, count in starts.most_common(_MOST_STARTS) if count >= _LEAST_LINES}
    for start in sorted(frequent | known & starts.keys()):
        edge = start - 1.0
        parted = 0
        for across, band in groupby(ordered, key=lambda line: line.x0 < edge < line.x1):
            if across:
                continue
            given = list(band)
            left = [line for line in given if line.x1 <= edge]
            right = [line for line in given if line.x0 >= edge]
            # A last column may be a line or two long; that it is one, the pages before tell.
            least = 1 if start in known else _LEAST_LINES
            if _is_column(left) and _is_column(right, least) and _beside(left, right):
                parted += len(given)
        if parted > best:
            best, place = parted, start
    if place is None:
        return None
    known.add(place)
    return place - 1.0


def _is_column(lines: list[Line], least: int = _LEAST_LINES) -> bool:
    """True when most of its rows are filled as running text fills them; a table's have more gaps than words."""
    filled = total = 0
    for _, band in groupby(lines, key=lambda line: line.y):
        row = list(band)
        inked = sum(line.x1 - line.x0 for line in row)
        reach = max(line.x1 for line in row) - min(line.x0 for line in row)
        filled += inked >= _NARROWEST * row[0].size and inked >= _FILLED * reach
        total += 1
    return total >= least and filled * 2 >= total


def _beside(left: list[Line], right: list[Line]) -> bool:
    """True when both reach over the same heights, with a gap between them."""
    low = max(left[-1].y, right[-1].y)
    high = min(left[0].y, right[0].y)
    near = [line for line in left if low <= line.y <= high]
    if high < low or not near:
        return False
    gap = min(line.x0 for line in right) - max(line.x1 for line in near)
    return gap >= _GUTTER * min(line.size for line in near) * 0.9


def _bands(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Group words that stand at the same height."""
    bands: list[list[Piece]] = []
    height = size = 0.0
    for piece in sorted(pieces, key=lambda piece: -piece.y):
        if bands and height - piece.y <= _SAME_HEIGHT * min(size, piece.size):
            bands[-1].append(piece)
        else:
            bands.append([piece])
            height, size = piece.y, piece.size
    return bands


def _parted(band: list[Piece], gap: float) -> list[list[Piece]]:
    parts: list[list[Piece]] = []
    for piece in sorted(band, key=lambda piece: piece.x0):
        before = parts[-1][-1] if parts else None
        if before is None or piece.x0 - before.x1 > gap * max(before.size, piece.size):
            parts.append([piece])
        # Some programs make bold letters by drawing them twice.
        elif before.text != piece.text or abs(piece.x0 - before.x0) > 0.1 * piece.size:
            parts[-1].append(piece)
    return parts


def _line(pieces: list[Piece]) -> Line:
    sizes: Counter[float] = Counter()
    for piece in pieces:
        sizes[round(piece.size, 1)] += len(piece.text)
    size = sizes.most_common(1)[0][0]
    main = [piece for piece in pieces if abs(piece.size - size) <= 0.1]
    y = Counter(round(piece.y, 1) for piece in main).most_common(1)[0][0]
    words: list[str] = []
    before: Piece | None = None
    for piece in pieces:
        if before is not None and (piece.spaced or piece.x0 - before.x1 > _SPACE * piece.size):
            words.append(" ")
        words.append(piece.text)
        before = piece
    return Line(
        text="".join(words),
        x0=pieces[0].x0,
        x1=max(piece.x1 for piece in pieces),
        y=y,
        size=size,
        bold=all(piece.bold for piece in pieces),
        sizes=_frequent(sizes),
    )


def _frequent(sizes: Counter[float]) -> frozenset[float]:
    return frozenset(size for size, letters in sizes.items() if letters * 10 >= sizes.total())


def _rejoined(lines: Sequence[Line]) -> list[Line]:
    """Make one line of what stands at one height in a column: justified words far apart, a table's cells."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (-line.y, line.x0)):
        if rows and abs(rows[-1][0].y - line.y) <= _SAME_HEIGHT * min(rows[-1][0].size, line.size):
            rows[-1].append(line)
        else:
            rows.append([line])
    rows = [sorted(row, key=lambda line: line.x0) for row in rows]
    cells = [[line for before, line in pairwise(row) if _apart(before, line)] for row in rows]
    beside = zip([[], *cells], rows, [*cells[1:], []], strict=False)
    return [_beside_joined(row, [*above, *below]) for above, row, below in beside]


def _apart(before: Line, line: Line) -> bool:
    return line.x0 - before.x1 > _CELL * max(before.size, line.size)


def _beside_joined(row: list[Line], near: list[Line]) -> Line:
    """Join a row; `near` is what follows a wide gap in the rows above and below, by which a table's cells are told."""
    text = row[0].text
    cells = False
    for before, line in pairwise(row):
        # The words of justified lines are far apart as well, but hardly begin or end below one another.
        cell = any(abs(line.x0 - other.x0) < 1 or abs(line.x1 - other.x1) < 1 for other in near)
        cell = cell and _apart(before, line) and not _SIGN.match(text)
        cells = cells or cell
        text += (" | " if cell else " ") + line.text
    main = max(row, key=lambda line: len(line.text))
    sizes: Counter[float] = Counter()
    for line in row:
        sizes[line.size] += len(line.text)
    return replace(
        main,
        text=text,
        x0=row[0].x0,
        x1=row[-1].x1,
        bold=all(line.bold for line in row),
        cells=cells,
        sizes=main.sizes | _frequent(sizes),
    )
