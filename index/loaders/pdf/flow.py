"""Columns of lines -> paragraphs: lines joined, words parted at a line's end made whole, over columns and pages."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from index.head import stands_alone
from index.layout import Paragraph
from index.loaders.pdf.columns import Line

_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_PARTED = re.compile(r"([^\W\d_]+(?:[-‐][^\W\d_]+)*)[-‐\xad]\Z")
_BULLET = re.compile(r"[•‣◦▪·*]\s|[–—-]\s+\S")
_NUMBERED = re.compile(r"\(?(?:\d{1,3}|[a-z])[.)]\s")
_BETWEEN_HALVES = ("and", "or", "to", "und", "oder", "et", "ou")
"""What follows the first half of `pre- and post-war`."""
_LEAST_HALF = 3
_LONGEST_WORD = 60
_SAME_SIZE = 0.08
_FAR = 0.3
"""Part of a column that a line leaves empty only where something ends: a line of verse, of an address, of a program."""


@dataclass(slots=True)
class Block:
    """A paragraph, heading, caption or list item.

    Attributes:
        lines: Each with the place of its page, from 0.
        indented: True when its first line begins further in than the column.
        full: True when its last line reaches the column's end.
        item: True when it is an item of a list or a row of a table.
        aside: True when it is the page's own words, such as its running head.
        column: Its page and its column there, both from 0, where it ends.
    """

    lines: list[tuple[int, Line]]
    indented: bool = False
    full: bool = False
    item: bool = False
    aside: bool = False
    column: tuple[int, int] = (-1, -1)

    @property
    def size(self) -> float:
        """Of its letters, in points."""
        return self.lines[0][1].size

    @property
    def bold(self) -> bool:
        """True when all of its letters are."""
        return all(line.bold for _, line in self.lines)

    @property
    def first(self) -> int:
        """The page on which it begins."""
        return self.lines[0][0]

    @property
    def last(self) -> int:
        """The page on which it ends."""
        return self.lines[-1][0]


@dataclass(slots=True)
class Measure:
    """What is usual in a document.

    Attributes:
        body: Size of most letters, in points.
        leading: Size of letters -> the usual distance from line to line.
        words: How often each word occurs that no line's end parts.
    """

    body: float
    leading: dict[float, float] = field(default_factory=dict)
    words: Counter[str] = field(default_factory=Counter)


def measure(columns: Iterable[Sequence[Line]]) -> Measure:
    """Find what is usual in a document, from the columns of all of its pages."""
    sizes: Counter[float] = Counter()
    steps: dict[float, Counter[float]] = {}
    words: Counter[str] = Counter()
    for lines in columns:
        for line in lines:
            sizes[line.size] += len(line.text)
        for before, line in pairwise(lines):
            if before.size == line.size and before.y > line.y:
                steps.setdefault(line.size, Counter())[round(2 * (before.y - line.y)) / 2] += 1
        parted = False
        for line in lines:
            found = _WORD.findall(line.text.casefold())
            cut = _PARTED.search(line.text) is not None
            words.update(found[int(parted) : len(found) - int(cut)])
            parted = cut
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    return Measure(body, {size: _leading(seen) for size, seen in steps.items()}, words)


def _leading(steps: Counter[float]) -> float:
    """Give the distance from line to line inside paragraphs: the least one that is not rare."""
    most = max(steps.values())
    return min(step for step, seen in steps.items() if seen * 5 >= most)


def part(lines: Sequence[Line], place: tuple[int, int], usual: Measure) -> Iterator[Block]:
    """Part one column into its paragraphs, by gaps, indents, sizes and short last lines.

    Args:
        lines: From the top down.
        place: Its page and its column there, both from 0.
        usual: In the document.
    """
    left = Counter(round(line.x0) for line in lines).most_common(1)[0][0]
    right = max(line.x1 for line in lines)
    block: Block | None = None
    for before, line in pairwise([None, *lines]):
        assert line is not None
        numbered = _NUMBERED.match(line.text) is not None and not line.bold
        item = (numbered or _BULLET.match(line.text) is not None) and not _is_large(line, usual)
        if block is None or before is None or _begins(block, before, line, (left, right), usual):
            if block is not None:
                yield block
            item = item or line.cells
            block = Block([], line.x0 - left > 0.8 * line.size, item=item, column=place)
        block.lines.append((place[0], line))
        block.full = line.x1 > right - 2 * line.size
    if block is not None:
        yield block


def _begins(block: Block, before: Line, line: Line, edges: tuple[float, float], usual: Measure) -> bool:
    """True when a line begins a paragraph and does not go on with the block of the line before it."""
    left, right = edges
    if before.cells or line.cells:
        return True
    if not _share_a_size(before, line):
        return True
    step = usual.leading.get(line.size, 1.2 * line.size)
    if before.y - line.y > 1.35 * max(step, line.size):
        return True
    if _is_large(line, usual):
        return False
    ended = is_ended(before.text)
    word = line.text.split(" ", 1)[0]
    needed = (line.x1 - line.x0) * len(word) / len(line.text) + 0.3 * line.size
    short = before.x1 + needed < right - 0.5 * line.size
    goes_on = line.text[0].islower() or before.text[-1] in "-‐\xad–—"
    far = before.x1 + needed < right - _FAR * (right - left) and not goes_on
    if short and (far or stands_alone(before.text)):
        return True
    if _BULLET.match(line.text) or (_NUMBERED.match(line.text) and (ended or short)):
        return True
    if (ended or before.bold != line.bold) and short:
        return True
    if not ended and line.text[0].islower():
        return False
    inset = 0.8 * line.size
    if line.x0 - left > inset and before.x0 - left <= inset:
        return not block.item
    return before.x0 - line.x0 > inset and len(block.lines) > 1 and (ended or short)


def _is_large(line: Line, usual: Measure) -> bool:
    return line.size > (1 + 2 * _SAME_SIZE) * usual.body


def _share_a_size(one: Line, other: Line) -> bool:
    """True when both have letters of about the same size: names of files stand in smaller ones in many a paragraph."""
    pairs = ((a, b) for a in one.sizes | {one.size} for b in other.sizes | {other.size})
    return any(abs(a - b) <= _SAME_SIZE * max(a, b) for a, b in pairs)


def is_ended(text: str) -> bool:
    """True when a text ends as sentences do."""
    return Paragraph(0, len(text), text, alone=True).is_ended


def join(blocks: Iterable[Block], usual: Measure) -> Iterator[Block]:
    """Join paragraphs that run on in the next column or on the next page.

    What stands between, such as a caption, a footnote or a running head, comes before or after, so that a sentence is
    in one piece; it stays among the words of its own page.

    Args:
        blocks: In the order of reading.
        usual: In the document.
    """
    running: Block | None = None
    waiting: list[Block] = []
    for block in [*blocks, None]:
        alike = block is not None and not block.aside and _is_body(block, usual)
        if running is not None and block is not None:
            if alike and _goes_on(running, block, waiting):
                early = [one for one in waiting if one.last <= running.first]
                yield from early
                waiting = [one for one in waiting if one not in early]
                running.lines += block.lines
                running.full, running.column = block.full, block.column
                continue
            if not alike and block.first - running.last <= 1:
                waiting.append(block)
                continue
        if running is not None:
            yield running
        yield from waiting
        waiting = []
        running = block if alike else None
        if block is not None and not alike:
            yield block


def _is_body(block: Block, usual: Measure) -> bool:
    return abs(block.size - usual.body) <= _SAME_SIZE * usual.body


def _goes_on(running: Block, block: Block, waiting: list[Block]) -> bool:
    text, next_text = running.lines[-1][1].text, block.lines[0][1].text
    if running.column == block.column or running.bold != block.bold or is_ended(text):
        return False
    between = [one for one in waiting if not one.aside]
    if any(running.first < one.first < block.first for one in between):
        return False  # it would come to stand among the words of another page
    if next_text[0].islower():
        return True
    return running.full and not between and not (block.indented or block.item)


def written(block: Block, usual: Measure) -> tuple[str, dict[int, int]]:
    """Write a paragraph on one line.

    Returns:
        Its text, and where in it the words of each of its pages begin.
    """
    text = ""
    pages: dict[int, int] = {}
    for page, line in block.lines:
        words = line.text
        if text:
            text, gap = _joined(text, words, usual.words)
            text += gap
        pages.setdefault(page, len(text))
        text += words[:-1].replace("\xad", "") + words[-1]
    return text.removesuffix("\xad"), pages


def _joined(text: str, after: str, known: Counter[str]) -> tuple[str, str]:
    """Give the text as it ends before the words after it, and what stands between."""
    cut = _PARTED.search(text, max(0, len(text) - _LONGEST_WORD))
    following = _WORD.match(after)
    if cut is None or following is None:
        close = text[-1] in "-‐\xad—" and text[-2:-1].strip() != "" and after[0].isalnum()
        return text, "" if close else " "
    head, tail = cut[1], following[0]
    if text[-1] == "\xad":
        return text[:-1], ""
    whole, parted = (head + tail).casefold(), f"{head}-{tail}".casefold()
    hyphen = text, ""
    closed = text[:-1], ""
    if known[whole] != known[parted]:
        return closed if known[whole] > known[parted] else hyphen
    if tail in _BETWEEN_HALVES:
        return text, " "
    if tail[0].isupper():
        return hyphen
    halves = [head.casefold().rsplit("-", 1)[-1], tail.casefold()]
    return hyphen if all(len(half) >= _LEAST_HALF and known[half] for half in halves) else closed
