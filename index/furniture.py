"""Furniture learnt from the corpus: lines that an outlet prints under many of its stories, in whatever words.

`index.clean` knows such lines by their words; here they are known by their coming again, in plain text as well, and in
any language. Both are marks of the same kind.

A sentence may come again because it is part of the news: “He declined to comment.” So how often a line must come again
depends on who speaks in it: the page to its reader, a line set apart, or a sentence that speaks to nobody.
"""

import hashlib
import re
from collections.abc import Sequence
from enum import IntEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.article import Span
from index.layout import Paragraph


class Voice(IntEnum):
    """Who speaks in a line."""

    PAGE = 0
    """The page to its reader: “Sign up for our briefing”, “12 comments”."""
    APART = 1
    """A line that does not end as sentences do: a heading, the name of a section."""
    SAID = 2
    """A sentence, an item of a list, words in quotation marks, a label and its value."""


LEAST_STORIES = (5, 5, 10)
"""Stories of one outlet in which a line must stand, by `Voice`: two or three are a coincidence, or a series."""
LEAST_SHARE = (0.01, 1 / 3, 1 / 2)
"""Share of the outlet's stories besides: a box may have been printed for a month of a long archive, while headings of
recipes and the background of a long affair come again in a part of the stories."""
MOST_APART = 0.5
"""Share of an article's running text from which its lines set apart are a form, such as a table, and stay."""

Lines: TypeAlias = NDArray[np.void]
"""The lines of an article, in order; a row of `LINE` each."""
LINE = np.dtype([("digest", "<u8"), ("start", "<u4"), ("end", "<u4"), ("voice", "u1")])

_LONGEST = 300
_WORDED = re.compile(r"[^\W_]")
_SPEAKS = re.compile(r"\b(?:[Yy]ou(?:rs?)?|[Ww]e|[Oo]urs?)\b")
_OF_PAGES = re.compile(
    r"@\w|https?:|www\.|\b(?:newsletters?|e-?mail|podcasts?|app|subscri\w+|inbox|comments?|shares?|views|read|ago|posted"
    r"|published|updated|modified|facebook|twitter|instagram|whatsapp|youtube|tiktok|linkedin|telegram)\b"
)
_SPOKEN = re.compile("[\"“”„«»‘]|(?<!\\w)'")
_ENDED = re.compile(r"[.!?…。！？।][)\]\s*_\"”’»']*\Z")
_LABELLED = re.compile(r"[^:]{1,40}: \S")
_NUMBER = re.compile(r"(?<![\w.,$€£¥])\d+(?![\w%€]|[.,]\d)")
"""A whole number; one with a fraction, a sign of money or of per cent is the news itself."""
_CALENDAR = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september"
    r"|october|november|december|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
)


def lines(parts: Sequence[Paragraph]) -> Lines:
    """Give the lines of an article that may be furniture: paragraphs of at most 300 characters that hold a word.

    Args:
        parts: The paragraphs of its running text.
    """
    found = [_line(part) for part in parts if len(part.words) <= _LONGEST and _WORDED.search(part.words)]
    return np.array(found, dtype=LINE)


def _line(part: Paragraph) -> tuple[int, int, int, Voice]:
    plain, voice = " ".join(part.words.lower().split()), _voice(part)
    # The number in a sentence is what it says; “12 comments” says as much as “3 comments”.
    same = plain if voice is Voice.SAID else _NUMBER.sub("0", _CALENDAR.sub("0", plain))
    digest = hashlib.blake2b(f"{voice} {same}".encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little"), part.start, part.end, voice


def _voice(part: Paragraph) -> Voice:
    # A column of interviews puts the same questions to each guest: “When were you happiest?”
    if _SPOKEN.search(part.words) or part.words.endswith("?"):
        return Voice.SAID
    if _SPEAKS.search(part.words):
        return Voice.PAGE
    if _ENDED.search(part.words):
        return Voice.SAID
    if _OF_PAGES.search(part.words.lower()):
        return Voice.PAGE
    listed = part.is_item and not part.words[0].isdigit()
    return Voice.SAID if listed or _LABELLED.match(part.words) else Voice.APART


def learn(
    homes: Sequence[int], stories: Sequence[int], given: Sequence[Lines], running: Sequence[int]
) -> list[list[Span]]:
    """Find the lines that are furniture; what comes out does not depend on the order of what is given.

    Args:
        homes: For each article a number of its outlet.
        stories: For each a number of its story: what copies repeat counts once.
        given: Of each, as `lines` gives them.
        running: Of each, the characters of its running text.

    Returns:
        For each article the spans to set aside, in order.
    """
    counts = np.array([len(each) for each in given], dtype=np.int64)
    rows = np.concatenate([np.zeros(0, dtype=LINE), *given])
    home, story = np.array(homes, dtype=np.int64), np.array(stories, dtype=np.int64)
    article = np.repeat(np.arange(len(given)), counts)
    mixed = home.astype(np.uint64)[article] * np.uint64(0x9E3779B97F4A7C15) ^ rows["digest"]
    line = np.unique(mixed, return_inverse=True)[1]
    often, total = _stories(line, story[article])[line], _stories(home, story)[home[article]]
    voice = rows["voice"]
    again = (often >= np.array(LEAST_STORIES)[voice]) & (often >= np.array(LEAST_SHARE)[voice] * total)
    length = rows["end"].astype(np.int64) - rows["start"]
    apart = again & (voice == Voice.APART)
    of_article = np.bincount(article[apart], weights=length[apart], minlength=len(given))
    form = of_article > MOST_APART * np.array(running, dtype=np.int64)
    found: list[list[Span]] = [[] for _ in given]
    for at in np.flatnonzero(again & ~(apart & form[article])):
        found[article[at]].append((int(rows["start"][at]), int(rows["end"][at])))
    return found


def _stories(names: NDArray[np.int64], story: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the different stories beside each name from 0."""
    order = np.lexsort((story, names))
    named, told = names[order], story[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (named[1:] != named[:-1]) | (told[1:] != told[:-1])
    return np.bincount(named[new])
