"""A line at the head of an article that states several things at once, or with labels -> which words state what.

`Anna Berg / The Guardian, Friday 8 February 2019` · `Norland Times | 8 Feb 2019` · `Author: Anna Berg`
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index.article import Kind, Span
from index.byline import is_byline, read_author
from index.dates import is_date, read_date

_LABELS = {
    "author": r"(?:written )?by|bylines?|(?:authors?|writers?|reporters?|journalists?)(?: names?)?|auteure?s?"
    r"|autor(?:in|es|en)?",
    "published": r"(?:publication )?dated?|date (?:published|of publication)|(?:first )?(?:published|posted)(?: on)?"
    r"|datum|fecha",
    "outlet": r"sources?|outlet|publication|(?:news)?paper|publisher|magazine|(?:web)?site|published (?:in|by)"
    r"|quelle|fuente|fonte",
    "title": r"title|headline|titel|titre|título|titolo",
    "url": r"url|link|web address",
}
_LABELLED = re.compile(
    rf"[*\s]*(?:{'|'.join(f'(?P<{what}>{names})' for what, names in _LABELS.items())})[*\s]*[:：][*\s]*", re.I
)
_PARTING = re.compile(r"\s*[|•·/,;]\s*|\s+[–—-]+\s+|\s*[()\[\]]\s*|\s+(?:for|of|at|from|in|on)\s+")
_NO_NAME = re.compile(r"[,;:|/()\[\]•·“”\"]|\b(?:by|By|BY)\b|^(?:From|In)\b")
_LEAD = re.compile(r"(?:(?:first )?(?:published|printed|appeared) (?:in|by)|from|in) ", re.I)
_ENDED = re.compile(r"[.!?…][\"'”’»)\]]*\Z")
_PIECE = re.compile(r"[^|;\s](?:[^|;]*[^|;\s])?")
_URL = re.compile(r"https?://\S+")
_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", re.I)
_LONGEST = 160
_LONGEST_VALUE = 12
"""Words after a label; more are a sentence."""
_MOST_OF_NAME = 6
"""Words of an outlet's name."""

_PRESS = frozenset(
    """times post guardian herald tribune journal gazette chronicle courier echo mail telegraph observer mirror express
    standard independent economist register sentinel bulletin examiner argus advertiser globe messenger scotsman
    statesman ledger dispatch despatch democrat enquirer inquirer intelligencer monitor broadcasting zeitung
    tagblatt tageblatt anzeiger nachrichten rundschau kurier presse allgemeine morgenpost abendblatt dagblad
    dagbladet tidende avis posten bladet aftenposten nyheter diario diário noticias periódico gaceta prensa gazzetta
    giornale corriere stampa repubblica figaro monde libération parisien país mundo nación spiegel welle""".split()
)
"""Words that a newspaper or station is called by, and hardly anything else at the end of a name."""
_DECISIVE = _PRESS - frozenset(
    """times post guardian mail mirror express standard independent register globe messenger monitor echo mundo
    nación""".split()
)
"""Those that hardly any headline ends in."""
_WEAK = frozenset(
    """news press radio television tv media network magazine review weekly daily world today record reporter sun star
    leader mercury nation wire agency service citizen voice welt zeit""".split()
)
"""Words that one may be called by, and a section, a person or a place as well."""
_SURNAMES = frozenset("world today record reporter sun star leader mercury nation citizen voice welt zeit".split())
"""Those that people or places are called by."""
_SECTIONS = frozenset(
    """breaking latest local world national international regional business sports sport good bad top more other fake
    big city weather travel health science tech technology entertainment celebrity football political public social
    live all the new old uk us eu europe home daily""".split()
)
_REGULAR = frozenset("daily weekly sunday evening morning".split())
_PLACES = frozenset("hague bronx netherlands gambia bahamas philippines vatican kremlin city".split())
_KNOWN = frozenset(
    """guardian independent times economist atlantic intercept verge reuters bloomberg politico axios vox slate wired
    quartz newsweek forbes buzzfeed vice salon huffpost haaretz bbc cnn afp npr nbc cbs abc pbs ap upi tass dpa ansa
    efe nrk svt ard zdf rté itv xinhua kyodo""".split()
) | frozenset(
    (
        "al jazeera,new yorker,der spiegel,die zeit,die welt,usa today,new york times,washington post,"
        "wall street journal,los angeles times,straits times,financial times,irish times,sunday times,japan times,"
        "south china morning post,"
        "daily mail,daily mirror,daily express,daily telegraph,daily star,new york post,jerusalem post,evening standard"
    ).split(",")
)
_BODIES = frozenset("USA UAE GMT UTC NYC CEO NATO OPEC WHO IMF FBI CIA EST EDT PST PDT CET BST".split())
"""Capitals that are no outlet's."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What one line states.

    Attributes:
        published: ISO 8601; None where no day is stated, or it is ambiguous.
        parts: What parts of the line are, in order, each a span in it.
    """

    title: str | None = None
    author: str | None = None
    outlet: str | None = None
    published: str | None = None
    url: str | None = None
    parts: tuple[tuple[Kind, Span], ...] = field(default=())


def read_line(line: str) -> Stated | None:
    """Read a line that names at least two of author, outlet and day, and nothing else, or one with a label.

    Returns:
        What it states; None for any other line, one that holds a day alone or a name alone among them.
    """
    if len(line) > _LONGEST or _ENDED.search(line):
        return None
    if _LABELLED.match(line) is None:
        return _together(line)
    pieces = [found.span() for found in _PIECE.finditer(line)]
    read = [_after_label(line[start:end]) for start, end in pieces]
    if len(pieces) == 1 or None in read:
        return _after_label(line)
    return _merged([one for one in read if one], [start for start, _ in pieces])


def is_outlet(words: str, *, beside: bool) -> bool:
    """True when words are the name of a newspaper, a station or an agency.

    Args:
        words: One line, or part of one.
        beside: Whether an author or a day stands beside them, so that less tells.
    """
    tokens = words.removeprefix("the ").removeprefix("The ").split()
    the = words[:4].lower() == "the "
    if (
        not 1 <= len(tokens) <= _MOST_OF_NAME
        or _NO_NAME.search(words)
        or not (words[:1].isupper() or the or _DOMAIN.fullmatch(words))
    ):
        return False
    plain = [token.lower().strip("’'") for token in tokens]
    if is_known(words) or _DOMAIN.fullmatch(words):
        return True
    if not all(
        token[:1].isupper() or word in ("of", "and", "the", "de", "&")
        for token, word in zip(tokens, plain, strict=True)
    ):
        return False
    last = {plain[-1], plain[-1].rpartition("-")[2]}
    if not last.isdisjoint(_PRESS) and (len(tokens) > 1 or the or beside):
        return True
    named = the or not _SECTIONS.issuperset(plain[:-1])
    if not last.isdisjoint(_WEAK) and named and (len(tokens) > 1 or the):
        return beside and (the or len(tokens) > 2 or plain[0] in _REGULAR or last.isdisjoint(_SURNAMES))
    if not beside:
        return False
    if len(tokens) > 1 and (plain[0] in _REGULAR or not _PRESS.isdisjoint(plain)):
        return True
    if the:
        return len(tokens) <= 3 and _PLACES.isdisjoint(plain)
    return len(tokens) == 1 and 3 <= len(words) <= 5 and words.isalpha() and words.isupper() and words not in _BODIES


def is_known(words: str) -> bool:
    """True when words are the name of an outlet that is called so and nothing else, or hardly anything else is."""
    plain = words.lower().removeprefix("the ")
    *others, last = plain.split() or [""]
    return plain in _KNOWN or (bool(others) and last in _DECISIVE)


def _merged(read: Sequence[Stated], starts: Sequence[int]) -> Stated:
    """Put together what the pieces of one line state."""
    parts = [(kind, (at + a, at + b)) for one, at in zip(read, starts, strict=True) for kind, (a, b) in one.parts]
    given = {name: next(filter(None, (getattr(one, name) for one in read)), None) for name in _LABELS}
    return Stated(**given, parts=tuple(parts))


def _after_label(line: str) -> Stated | None:
    label = _LABELLED.match(line)
    if label is None:
        return None
    start, value = label.end(), line[label.end() :].rstrip("* ")
    end = start + len(value)
    if not value or len(value.split()) > _LONGEST_VALUE:
        return None
    whole = (0, end)
    if label["author"]:
        names = read_author(value if is_byline(value) else f"By {value}") or read_author(value, sure=True)
        known = names or is_outlet(value, beside=True) or is_byline(f"By {value}")
        return Stated(author=names, parts=((Kind.AUTHOR, whole),)) if known else None
    if label["published"]:
        return Stated(published=read_date(value), parts=((Kind.DATE, whole),)) if is_date(value) else None
    if label["title"]:
        return Stated(title=" ".join(value.split()), parts=((Kind.TITLE, (start, end)),))
    if url := _URL.fullmatch(value):
        return Stated(url=url.group(), parts=((Kind.CAPTION, whole),))
    if label["url"]:
        return None
    rest, day = _without_day(value)
    name = value[slice(*rest)]
    if not (name[:1].isupper() or _DOMAIN.fullmatch(name)) or len(name.split()) > _MOST_OF_NAME:
        return None
    published = read_date(value[slice(*day)]) if day else None
    return Stated(outlet=name, published=published, parts=((Kind.DATE if day else Kind.CAPTION, whole),))


def _together(line: str) -> Stated | None:
    if not line[:1].isalnum() and line[:1] not in "([":
        return None
    rest, day = _without_day(line)
    lead = _LEAD.match(line, *rest)
    rest = (lead.end(), rest[1]) if lead else rest
    published = read_date(line[slice(*day)]) if day else None
    words = line[slice(*rest)]
    if day and is_outlet(words, beside=True):
        return Stated(outlet=_written(words), published=published, parts=((Kind.DATE, (0, len(line))),))
    for left, right in _parted(words):
        for name, people in ((right, left), (left, right)):
            if is_outlet(words[slice(*name)], beside=True) and (author := _author(words[slice(*people)])):
                return Stated(
                    author=author,
                    outlet=_written(words[slice(*name)]),
                    published=published,
                    parts=_halves(line, rest, day),
                )
    if day and (author := _author(words)):
        return Stated(author=author, published=published, parts=_halves(line, rest, day))
    return None


def _author(words: str) -> str | None:
    return None if is_outlet(words, beside=True) else read_author(words, sure=True)


def _written(name: str) -> str:
    """Give an outlet's name as it is written where it stands alone."""
    return f"T{name[1:]}" if name.startswith("the ") else name


def _without_day(line: str) -> tuple[Span, Span | None]:
    """Part a line from the day at its end or beginning."""
    end = len(line.rstrip(")] "))
    signs = list(_PARTING.finditer(line, 0, end))
    for sign in signs:
        if sign.start() and is_date(line[sign.end() : end]):
            return (len(line) - len(line.lstrip("([ ")), sign.start()), (sign.end(), end)
    for sign in reversed(signs):
        if sign.start() and is_date(line[: sign.start()]):
            return (sign.end(), end), (0, sign.start())
    return (0, len(line)), None


def _parted(words: str) -> Iterator[tuple[Span, Span]]:
    """Give the ways to part words at one of their signs."""
    end = len(words.rstrip(")] "))
    for sign in _PARTING.finditer(words, 0, end):
        if sign.start() > 0 and sign.end() < end:
            yield (0, sign.start()), (sign.end(), end)


def _halves(line: str, rest: Span, day: Span | None) -> tuple[tuple[Kind, Span], ...]:
    """Part a line into its author's part, the outlet's name with it, and the day's."""
    if day is None:
        return ((Kind.AUTHOR, (0, len(line))),)
    return tuple(sorted(((Kind.AUTHOR, rest), (Kind.DATE, day)), key=lambda part: part[1]))
