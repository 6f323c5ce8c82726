"""The words of a letter in plain text -> what its writer says, and what is a quote, a signature or a header."""

import re
from collections.abc import Iterator
from itertools import groupby

from index.article import Kind
from index.loaders.markup import readable
from index.loaders.page import Part

_QUOTED = re.compile(r"(?:> ?)+")
_WROTE = re.compile(
    r"(?:On|Am|Le|El|Il|Op|Em|Den)\s.{4,300}\s(?:wrote|writes|schrieb\b.{0,80}|a écrit|escribió|ha scritto"
    r"|schreef.{0,80}|escreveu|skrev.{0,80})\s?:|.{2,120}\s(?:wrote|writes|schrieb|a écrit)\s?:",
    re.DOTALL,
)
_MOST_WROTE_LINES = 3
_FORWARDED = re.compile(
    r"-{2,}\s*(?:Forwarded message|Weitergeleitete Nachricht|Message transféré|Mensaje reenviado"
    r"|Messaggio inoltrato|Doorgestuurd bericht)\b.*-{2,}|(?:Begin|Start of) forwarded message:.*|Anfang der "
    r"weitergeleiteten Nachricht:",
    re.I,
)
_ORIGINAL = re.compile(
    r"-{2,}\s*(?:Original Message|Original Appointment|Ursprüngliche Nachricht|Message d['’]origine|Mensaje original"
    r"|Messaggio originale|Oorspronkelijk bericht)\s*-{2,}",
    re.I,
)
_HEADER = re.compile(r"\*?[A-ZÀ-Þ][\w à-ÿ-]{1,20}\*?\s?:\*?(?:\s|\Z)")
_SIGNED = re.compile(r"-- ?")
_LONGEST_SIGNATURE = 12


def read_letter(text: str, *, flowed: bool = False, joined: bool = False) -> list[Part]:
    """Give the parts of a letter; what is not its writer's own is furniture.

    Such are the words of other letters with a ">" before them, who is said to have written them, everything after
    "Original Message", the header of a letter that is sent on, and the signature. A letter sent on is running text.

    Args:
        text: The letter's body.
        flowed: True where lines that end in a space go on in the next one (RFC 3676).
        joined: True where that space is no part of the text, as in languages without spaces (DelSp).

    Returns:
        Running text and furniture by turns, blank lines inside them as they are.
    """
    lines = readable(text).split("\n")
    if flowed:
        lines = list(_unfolded(lines, joined))
    found = []
    for kind, group in groupby(zip(lines, _kinds(lines), strict=True), key=lambda pair: pair[1]):
        words = "\n".join(line for line, _ in group).strip("\n")
        if words.strip():
            found.append(Part(words.rstrip(), kind))
    return found


def is_sent_on(text: str) -> bool:
    """True when the letter holds another that is sent on, so that the words are not its sender's alone."""
    return any(_FORWARDED.fullmatch(line.strip()) for line in text.splitlines())


def _unfolded(lines: list[str], joined: bool) -> Iterator[str]:
    """Join the lines of format=flowed."""
    held, held_depth = "", -1
    for line in lines:
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        if held_depth == depth and not _SIGNED.fullmatch(bare):
            bare = held + bare
        elif held_depth >= 0:
            yield _with_quotes(held.rstrip(" "), held_depth)
        held_depth = -1
        if bare.endswith(" ") and bare != "-- ":
            held, held_depth = bare[:-1] if joined else bare, depth
        else:
            yield _with_quotes(bare, depth)
    if held_depth >= 0:
        yield _with_quotes(held.rstrip(" "), held_depth)


def _with_quotes(words: str, depth: int) -> str:
    return f"{'>' * depth} {words}" if depth else words


def _kinds(lines: list[str]) -> list[Kind | None]:
    """Say of each line whether it is furniture; a blank line is what the line before it is."""
    kinds: list[Kind | None] = [None] * len(lines)
    last = len(lines)
    for at, line in enumerate(lines):
        if _SIGNED.fullmatch(line) and (line == "-- " or len(lines) - at <= _LONGEST_SIGNATURE):
            last = at
    for at in range(last, len(lines)):
        kinds[at] = Kind.FURNITURE
    at = 0
    while at < last:
        line = lines[at].strip()
        size = 1
        if _QUOTED.match(line):
            kinds[at] = Kind.FURNITURE
        elif _ORIGINAL.fullmatch(line) and any(one.strip() for one in lines[:at]):
            size = last - at
        elif _ORIGINAL.fullmatch(line) or _FORWARDED.fullmatch(line):
            size = _header(lines, at + 1, last) - at
        else:
            size = _wrote(lines, at, last)
        if size > 1 or kinds[at] is not None:
            kinds[at : at + size] = [Kind.FURNITURE] * size
        at += max(size, 1)
    for at in range(1, last):
        if not lines[at].strip():
            kinds[at] = kinds[at - 1]
    return kinds


def _header(lines: list[str], at: int, last: int) -> int:
    """Give the end of the header of a letter that is sent on."""
    while at < last and not lines[at].strip():
        at += 1
    while at < last and (_HEADER.match(lines[at]) or (lines[at][:1] in (" ", "\t") and lines[at].strip())):
        at += 1
    return at


def _wrote(lines: list[str], at: int, last: int) -> int:
    """Give the number of lines that say who wrote the quote below them, with the first line of it; else 0."""
    if not lines[at].strip():
        return 0
    for end in range(at + 1, min(at + _MOST_WROTE_LINES, last) + 1):
        if not lines[end - 1].strip():
            return 0
        below = next((one for one in lines[end : end + 2] if one.strip()), "")
        if _WROTE.fullmatch("\n".join(lines[at:end]).strip()) and _QUOTED.match(below.strip()):
            return end - at + 1
    return 0
