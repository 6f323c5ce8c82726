"""The rows of a document's pages -> those that are running heads and feet, and page numbers."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import median
from typing import TypeAlias

from index.loaders.pdf.columns import Line

Rows: TypeAlias = list[list[Line]]

_DEEPEST = 3
"""Rows at the top of a page, and at its bottom, that may be its head or foot."""
_SAME_HEIGHT = 5.0
"""Points by which the heights of one running head may differ from page to page."""
_NUMBER = re.compile(
    r"[\W_]*(?:(?:page|seite|p)\W{0,2})?(\d{1,4}|[ivxlc]{1,7})(?:\W*(?:of|von|/)\W*\d{1,4})?[\W_]*", re.I
)
_LETTERS = re.compile(r"[^\W\d_]+")


def running_rows(pages: Sequence[Rows], labels: Sequence[str]) -> list[set[int]]:
    """Tell the running heads and feet.

    They are rows at a page's edge, set off by a gap, whose letters stand at the same height of another page too; and
    rows with nothing but the page's own number.

    Args:
        pages: The rows of each page, from the top down.
        labels: What each page is called, such as `iv` or `12`.

    Returns:
        For each page the places of such rows.
    """
    edges = [[_keyed(row) for row in _top(rows)] + [_keyed(row) for row in _top(rows[::-1])] for rows in pages]
    heights: dict[str, list[tuple[float, int]]] = {}
    for number, keys in enumerate(edges):
        for key, height in keys:
            heights.setdefault(key, []).append((height, number))
    found = []
    for number, rows in enumerate(pages):

        def runs(row: list[Line], number: int = number) -> bool:
            words = _words(row)
            named = _NUMBER.fullmatch(words)
            if named and named[1].lower() in (labels[number].lower(), str(number + 1)):
                return True
            key, height = _keyed(row)
            others = heights.get(key, ())
            return any(other != number and abs(height - y) <= _SAME_HEIGHT for y, other in others)

        size = len(rows)
        head = _reach(rows, runs)
        foot = _reach(rows[::-1], runs)
        places = {*range(head), *range(size - foot, size)}
        if len(places) == size:
            # A page has more to say than its head and foot: slides say one line each, at one height.
            places = {at for at in places if _NUMBER.fullmatch(_words(rows[at]))}
        found.append(places)
    return found


def _top(rows: Rows) -> Rows:
    return rows[:_DEEPEST]


def _reach(rows: Rows, runs: Callable[[list[Line]], bool]) -> int:
    """Count the rows from the edge that run on from page to page, as far as a gap sets them off."""
    gaps = [abs(a[0].y - b[0].y) for a, b in pairwise(rows)]
    usual = median(gaps) if gaps else 0.0
    reach = 0
    for at, row in enumerate(_top(rows)):
        if not runs(row):
            break
        size = max(line.size for line in row)
        if at + 1 == len(rows) or gaps[at] > max(1.5 * size, 1.2 * usual):
            reach = at + 1
    return reach


def _words(row: list[Line]) -> str:
    return " ".join(line.text for line in row)


def _keyed(row: list[Line]) -> tuple[str, float]:
    """Name a row by its letters in order of the alphabet, for heads of left and right pages are mirrored."""
    words = _words(row)
    named = _NUMBER.fullmatch(words)
    letters = "" if named else " ".join(sorted(_LETTERS.findall(words.casefold())))
    return letters or re.sub(r"\d+", "#", words), row[0].y
