"""Near-copies -> stories: wire copy, and the successive versions of one report, grouped by how many words they share.

Two articles are alike when most of the shorter one stands in the other. That is estimated from MinHash sketches
(Broder 1997), so that no two texts are ever laid side by side, and only articles that agree in a band of their
sketches are compared (Leskovec, Rajaraman and Ullman 2020, "Mining of Massive Datasets", chapter 3).
"""

import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from datasketch import MinHash

Signature: TypeAlias = NDArray[np.uint32]

LEAST_HELD = 0.75
"""Share of the shorter article's shingles that must stand in the other one."""
LEAST_SHARED = 0.25
"""Jaccard of both from which they can be versions: a note that a long article quotes whole is no version of it."""

_PERMUTATIONS = 128
_BAND = 3
"""Values that must agree: two articles with a Jaccard of .4 meet in one of 42 such bands 94 times in 100."""
_MOST_OPENERS = 200
"""A band that so many stories agree in is of a text they all carry, such as a disclaimer, and compares no more."""
_SHINGLE = 3
"""Words in a shingle: with five, one copy in 50 with every fiftieth word changed fell below three quarters."""
_WORD = re.compile(r"[^\W_\u3040-\u30ff\u3400-\u9fff]+|[\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Version:
    """What the order of copies depends on.

    Attributes:
        last: When it was last changed, else published, in ISO 8601; empty when unknown.
        words: Of its whole text.
    """

    id: str
    outlet: str | None
    last: str
    words: int


def sketch(text: str) -> tuple[int, Signature]:
    """Give what an article is compared by.

    Args:
        text: Its running text.

    Returns:
        The number of its shingles, and its MinHash signature, uint32, shape (128,); where it has no word, 0 and shape
        (0,).
    """
    words = _WORD.findall(text.lower())
    shingles = {" ".join(words[at : at + _SHINGLE]) for at in range(max(1, len(words) - _SHINGLE + 1))} - {""}
    if not shingles:
        return 0, np.zeros(0, dtype=np.uint32)
    made = _blank().copy()
    made.update_batch([shingle.encode() for shingle in shingles])
    return len(shingles), np.asarray(made.hashvalues, dtype=np.uint32)


@cache
def _blank() -> "MinHash":
    from datasketch import MinHash  # loads scipy, which `qa --help` need not

    # The scheme is named because stored signatures are compared with those of later days.
    return MinHash(_PERMUTATIONS, seed=1, hashfunc=zlib.crc32, scheme="affine32")


def group(versions: Sequence[Version], sizes: Sequence[int], signatures: Signature) -> list[list[str]]:
    """Group the articles that tell one story; what comes out does not depend on the order of what is given.

    Articles are taken fullest first within a day, the latest day first. One that is like none before it opens a story;
    stories that share an article are laid together; and in each of these the article to show is chosen by `_ordered`,
    those like it are its copies, and the others are parted again in the same way. So every copy is like the one shown.

    Args:
        versions: Each article once.
        sizes: Of each, as `sketch` gives it; above 0.
        signatures: uint32, shape (len(versions), 128), in the same order.

    Returns:
        Ids of each story of two or more articles, the one to show first, then each other outlet's latest version, then
        earlier ones.
    """
    order = sorted(range(len(versions)), key=lambda at: _fullest(versions[at]))
    pile = _Pile([versions[at] for at in order], np.array(sizes, dtype=np.int64)[order], signatures[order])
    found = [story for bundle in pile.bundles() for story in pile.parted(bundle)]
    return [[pile.versions[at].id for at in story] for story in found]


class _Pile:
    """Articles by number, in the order of `_fullest`."""

    def __init__(self, versions: Sequence[Version], sizes: NDArray[np.int64], signatures: Signature) -> None:
        self.versions, self._sizes, self._signatures = versions, sizes, signatures

    def bundles(self) -> Iterator[list[int]]:
        """Give the articles that are linked by likeness, two or more together."""
        first: defaultdict[int, list[int]] = defaultdict(list)
        above = list(range(len(self.versions)))
        for number, bands in self._meetings():
            bands = [band for band in bands if len(first[band]) < _MOST_OPENERS]
            near = sorted({opener for band in bands for opener in first[band]})
            like = self._like(number, near)
            for opener in like:
                above[_root(above, opener)] = _root(above, number)
            if not like:
                for band in bands:
                    first[band].append(number)
        joined: defaultdict[int, list[int]] = defaultdict(list)
        for number in range(len(above)):
            joined[_root(above, number)].append(number)
        return (bundle for bundle in joined.values() if len(bundle) > 1)

    def _meetings(self) -> Iterator[tuple[int, list[int]]]:
        """Give each article that agrees with another in a band, in order, and the names of those bands' values."""
        count = len(self.versions)
        numbers, names = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
        for place in range(_PERMUTATIONS // _BAND):
            band = np.zeros(count, dtype=np.uint64)
            for column in range(place * _BAND, (place + 1) * _BAND):
                band = band * np.uint64(0x9E3779B97F4A7C15) + self._signatures[:, column]
            _, values, holders = np.unique(band, return_inverse=True, return_counts=True)
            meeting = np.flatnonzero(holders[values] > 1)
            numbers.append(meeting)
            names.append(values[meeting] + place * count)
        number, name = np.concatenate(numbers), np.concatenate(names)
        by_number = np.argsort(number, kind="stable")
        number, name = number[by_number], name[by_number]
        once, starts = np.unique(number, return_index=True)
        for each, bands in zip(once.tolist(), np.split(name, starts[1:]), strict=False):
            yield each, bands.tolist()

    def _like(self, number: int, others: Sequence[int]) -> list[int]:
        """Give those of the others that are like an article."""
        if not others:
            return []
        among = np.array(others)
        shared = (self._signatures[among] == self._signatures[number]).mean(axis=1)
        both = self._sizes[among] + self._sizes[number]
        held = shared * both / ((1 + shared) * np.minimum(self._sizes[among], self._sizes[number]))
        like: list[int] = among[(shared >= LEAST_SHARED) & (held >= LEAST_HELD)].tolist()
        return like

    def parted(self, bundle: Sequence[int]) -> Iterator[list[int]]:
        """Part linked articles into stories in which every copy is like the one shown."""
        rest = list(bundle)
        while len(rest) > 1:
            ordered = self._ordered(rest)
            like = {*self._like(ordered[0], ordered[1:]), ordered[0]}
            if len(like) > 1:
                yield [number for number in ordered if number in like]
            rest = [number for number in ordered if number not in like]

    def _ordered(self, numbers: Sequence[int]) -> list[int]:
        """Put versions in the order in which they are shown.

        Of each outlet the latest; among these the latest day first, on one day the fullest, ties by id; then the
        earlier versions, in the same order. Articles whose outlet is unknown count as outlets of their own.
        """
        latest: dict[str | int, int] = {}
        for number in numbers:
            one = self.versions[number]
            name = one.outlet or number
            if name not in latest or _latest(one) < _latest(self.versions[latest[name]]):
                latest[name] = number
        shown = set(latest.values())
        return sorted(numbers, key=lambda number: (number not in shown, number))


def _fullest(one: Version) -> tuple[int, int, str]:
    return -_moment(one.last[:10]), -one.words, one.id


def _latest(one: Version) -> tuple[int, int, str]:
    return -_moment(one.last[:19]), -one.words, one.id


def _moment(iso: str) -> int:
    """Give a day or a second in ISO 8601 as a number that grows with time; 0 when unknown."""
    return int("".join(char for char in iso if char.isdigit()).ljust(14, "0"))


def _root(above: list[int], number: int) -> int:
    while above[number] != number:
        above[number] = above[above[number]]
        number = above[number]
    return number
