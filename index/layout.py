"""A text -> its paragraphs, whether they are parted by blank lines or by single ones, or wrapped at a column."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from index.article import Mark

_LINE = re.compile(r"[^\n]+")
_END = re.compile(r"[.!?…。！？｡؟।][\s\"'”’»«)\]}›」』*_]*(?:\[\d{1,3}\]\s*)*\Z")
_OPEN_END = re.compile(r"[,;:–—-][\s\"'”’»]*(?:\[\d{1,3}\]\s*)*\Z")
_INNER_END = re.compile(r"[.!?…][\"'”’»)\]]*\s+[\"'“‘«(\[]*[^\W\d_]|[。！？]\S")
_ITEM = re.compile(r"(?:[-*•‣◦▪·–—+>#|]|\(?\d{1,3}[.):]|\(?[a-zA-Z][.)])\s*\S|\d{1,3}\s+\S")
_SPEAKER = re.compile(r"[^\W\d_][\w .'’-]{0,40}:\s")
_QUOTED_SPEECH = re.compile(r",[\"”’»]|\A[\"“„«][^\"”“»]*\Z")
_LONGEST_LINE = 250
_WIDEST_WRAP = 100
_PROSE_CHARS = 60
_PROSE_CHARS_IDEOGRAPHIC = 20


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, heading or other line of a text.

    Attributes:
        start: First code point in the text, after white space.
        end: One past the last, before white space.
        alone: True when blank lines or the text's ends are on both sides.
    """

    start: int
    end: int
    words: str
    alone: bool

    @property
    def is_ended(self) -> bool:
        """It ends as sentences do."""
        return _END.search(self.words, max(0, len(self.words) - 20)) is not None

    @property
    def is_open(self) -> bool:
        """It ends as what goes on does: a comma, a colon, a dash."""
        return _OPEN_END.search(self.words, max(0, len(self.words) - 20)) is not None

    @property
    def is_prose(self) -> bool:
        """It is a paragraph of running text: long enough, and ended."""
        least = _PROSE_CHARS_IDEOGRAPHIC if self.words[-1:] in "。！？" else _PROSE_CHARS
        return len(self.words) >= least and self.is_ended

    @property
    def is_item(self) -> bool:
        """It opens as an item of a list or a row of a table."""
        return _ITEM.match(self.words) is not None

    @property
    def is_speech(self) -> bool:
        """It opens with a speaker's name and a colon."""
        return _SPEAKER.match(self.words) is not None

    @property
    def is_unended_line(self) -> bool:
        """It stands as captions and headings do: short, one piece, no end of a sentence, nothing that goes on."""
        return not (
            len(self.words) > _LONGEST_LINE
            or self.words[0].islower()
            or self.words[0] == "("
            or self.is_ended
            or self.is_open
            or self.has_inner_end
            or _QUOTED_SPEECH.search(self.words)
        )

    @property
    def has_inner_end(self) -> bool:
        """A sentence ends inside it."""
        return _INNER_END.search(self.words) is not None


def paragraphs(text: str, stands_alone: Callable[[str], bool]) -> list[Paragraph]:
    r"""Part a text into its paragraphs, in order.

    Where lines are wrapped at a column, the lines between two blank ones are one paragraph; else each line is one.

    Args:
        text: Any text, line ends as `\n`.
        stands_alone: Tells of a line that it is a paragraph whatever is around it, as a date or a byline is.

    Returns:
        Paragraphs without white space at either side, none empty.
    """
    blocks = _blocks(text)
    width = _wrapped_at(text, blocks)
    found: list[Paragraph] = []
    for lines in blocks:
        if width and len(lines) > 1:
            found.extend(_unwrapped(text, lines, stands_alone))
        else:
            found.extend(Paragraph(start, end, text[start:end], alone=len(lines) == 1) for start, end in lines)
    return found


def unmarked(parts: Sequence[Paragraph], marks: Sequence[Mark]) -> list[Paragraph]:
    """Give the paragraphs that no mark touches.

    Args:
        parts: As `paragraphs` gives them.
        marks: In order, not overlapping.
    """
    free: list[Paragraph] = []
    at = 0
    for part in parts:
        while at < len(marks) and marks[at].end <= part.start:
            at += 1
        if at == len(marks) or marks[at].start >= part.end:
            free.append(part)
    return free


def _blocks(text: str) -> list[list[tuple[int, int]]]:
    """Lines without white space at either side, those without a blank line between them together."""
    blocks: list[list[tuple[int, int]]] = []
    after = -2
    for line in _LINE.finditer(text):
        words = line.group()
        bare = words.strip()
        if not bare:
            continue
        start = line.start() + words.index(bare[0])
        if line.start() == after + 1:
            blocks[-1].append((start, start + len(bare)))
        else:
            blocks.append([(start, start + len(bare))])
        after = line.end()
    return blocks


def _wrapped_at(text: str, blocks: list[list[tuple[int, int]]]) -> int:
    """Give the column the text is wrapped at; 0 where its lines end for other reasons."""
    lengths = sorted(end - start for lines in blocks for start, end in lines)
    # One long line, such as an address on the web, does not unwrap a text.
    width = lengths[len(lengths) * 98 // 100] if lengths else 0
    if not 30 <= width <= _WIDEST_WRAP:
        return 0
    breaks = full = 0
    for lines in blocks:
        for (start, end), (after, after_end) in pairwise(lines):
            breaks += 1
            first = text.find(" ", after, after_end)
            next_word = (first if first >= 0 else after_end) - after
            full += end - start + 1 + next_word > width - 2
    return width if breaks >= 3 and full >= 0.6 * breaks else 0


def _unwrapped(text: str, lines: list[tuple[int, int]], stands_alone: Callable[[str], bool]) -> list[Paragraph]:
    groups: list[list[tuple[int, int]]] = []
    joined = False
    for (start, end), after in zip_longest(lines, lines[1:]):
        words = text[start:end]
        # A bare name tells nothing by itself, but over an outlet or a day.
        single = stands_alone(words) or (after is not None and stands_alone(f"{words} | {text[slice(*after)]}"))
        if joined and not single and _ITEM.match(words) is None:
            groups[-1].append((start, end))
        else:
            groups.append([(start, end)])
        joined = not single
    return [
        Paragraph(group[0][0], group[-1][1], text[group[0][0] : group[-1][1]], alone=len(groups) == 1)
        for group in groups
    ]
