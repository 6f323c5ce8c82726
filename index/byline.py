"""A line of an article -> the people who wrote it, or the outlet that published it."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

_BY = re.compile(
    r"(?:(?:written|words|story|text|report(?:ed|ing|age)?|interview|analysis|exclusive)\s+)?"
    r"(?:by|von|par|por|di|door|av)\b[\s:]*",
    re.I,
)
_ASIDE = re.compile(r"\s+(?:in|for|at|of|from|aus|für|à|en|with)\s+|\s*[|•·/(@]|\s+[–—-]\s+")
_PARTING = re.compile(
    r"\s*[,;&]\s*(?:and\s+)?|\s+(?:and|und|et|y|og|och|ja|oraz|with)\s+"
    r"|\s+(?:e|i)\s+(?=[^\W\da-z_]\S*\s+[^\W\da-z_])"  # not in Cunha e Silva
)
_ROLES = (
    "editor|correspondent|reporter|writer|columnist|critic|bureau chief|analyst|contributor|producer|journalist|"
    "fellow|korrespondent(?:in)?|redakteur(?:in)?|journaliste|correspondante?|envoyée?(?: spéciale?)?|redacción"
)
_ROLE = re.compile(
    rf"(?:[\w’'&-]+ ){{0,4}}(?:{_ROLES})"
    r"(?: (?:in|for|at|of|on) (?:the )?[A-ZÀ-Þ][\w.’'-]*(?: [A-ZÀ-Þ][\w.’'-]*){{0,2}})?",
    re.I,
)
_CREDENTIAL = re.compile(r"(?:M\.?D|M\.?A|M\.?S|B\.?A|Ph\.?D|J\.?D|R\.?N|MPH|MBA|D\.?O|LLM|Esq)\.?")
_LINKS = "de del della der den di da das dos du van von zu la le el al bin ibn ben bint y e ten ter st"
_PARTICLES = frozenset(_LINKS.split())
_NEVER = """staff reporter reporters correspondent press associated agencies agency team desk editorial board news wire
    writer writers editor editors admin reuters afp bbc cnn getty images contributor service services network
    magazine guest author developers community project the our a an this that his her their my your its it all each
    not no twitter facebook instagram linkedin follow share more stories posts view profile bio all by ceo published
    updated company companies corporation incorporated holdings group broadcasting broadcaster television radio
    media publishing publishers publications newspapers communications studios productions ministry department
    government council commission committee authority office administration foundation association federation
    confederation union university college institute academy society league party rundfunk verlag zeitung redaktion
    ministerium cms import webmaster user username default"""
_LEGAL = frozenset("Inc Ltd Limited LLC LLP PLC plc Corp Co. GmbH AG AB ASA Oy Pty".split())
"""Forms of companies, as they are written: Ag and Co are parts of names as well."""
_NOT_ALONE = """world sport sports opinion politics business culture science technology health travel middle east
    eastern west western north northern south southern central america american latin africa african asia asian
    europe european british french german russian chinese united states kingdom new york san santa los las angeles
    hong kong tel aviv buenos aires rio kuala lumpur cape town white house downing street prime minister president
    royal supreme court police read more related breaking live updates photo photograph picture times post guardian
    independent daily mail telegraph herald tribune journal city county university institute international national
    local letters climate football premier league top stories long latest social media getting everything how why
    what when where who is are was and or but to from with without monday tuesday wednesday thursday friday saturday
    sunday january february march april june july august september october november december editor's pick picks us
    uk eu un"""
_NO_PERSON = frozenset(_NEVER.split())
_NO_PERSON_ALONE = _NO_PERSON | frozenset(_NOT_ALONE.split())
_LONGEST = 160

_NAME = r"((?:The )?[A-Z][\w&’'.-]*(?: (?:[A-Z][\w&’'.-]*|&|and|of)){0,4})"
_READERS = re.compile(rf"\b(?:other|fellow|all) {_NAME} (?:readers|subscribers|members)\b")
_COPYRIGHT = re.compile(
    rf"(?:©|\(c\)|\bcopyright\b)(?: ?(?:©|\(c\)))?,? ?(?:\d{{4}}(?:[-–]\d{{2,4}})?,? )?{_NAME}", re.I
)
_COMPANY = re.compile(r"(?:[ ,]+(?:Limited|Ltd|Inc|LLC|PLC|Co|Corp|GmbH|All(?: Rights?(?: Reserved)?)?)\.?)+\Z", re.I)
_DATELINE = re.compile(
    r"[A-ZÀ-Þ][^\W\d_a-z][^()\n]{0,60}\((?:the )?([A-Z][\w.]*(?: [A-Z][\w.]*){0,2})\) ?[-–—]{1,2} ?\S"
)
_CREDIT = re.compile(r"\((?:reporting|report|writing) by ([^;()]{3,200}?)\s*[;)]", re.I)


def read_author(line: str, sure: bool = False, *, stated: bool = False) -> str | None:
    """Read the names in an author's line.

    Args:
        line: Such as `By Andrew Buncombe in Caracas`, or `A B and C D, Political Editor`.
        sure: True when the line's place shows that a bare name is the author's, as beside the date.
        stated: True when it is a field for an author, where other words than names and roles show that it is misused.

    Returns:
        The names as the line has them, without "by", places and roles; None where it names no person for sure.
    """
    span = _names(line, sure, stated)
    return None if span is None else line[span[0] : span[1]]


def is_byline(line: str) -> bool:
    """True when the line says who wrote the article, be it a person, the staff or an agency."""
    if read_author(line) is not None:
        return True
    by = _BY.match(line)
    if by is None or len(line) > _LONGEST:
        return False
    words = [word.strip(".,").lower() for word in line[by.end() :].split()]
    return (
        0 < len(words) <= 5
        and any(word in _NO_PERSON - {"the", "a", "an", "our"} for word in words)
        and (all(word in _NO_PERSON for word in words))
    )


def read_credit(words: str) -> str | None:
    """Read the reporter's name from an agency's closing line, `(Reporting by A B; Editing by C D)`."""
    found = _CREDIT.match(words)
    return read_author(f"By {found[1]}") if found else None


def read_dateline_outlet(words: str) -> str | None:
    """Read the agency from a paragraph that opens with a dateline, `LONDON (Reuters) - The`."""
    found = _DATELINE.match(words)
    return found[1] if found else None


def read_own_outlet(words: str) -> str | None:
    """Read the outlet from the page's own words: its readers, its copyright."""
    if found := _READERS.search(words):
        return found[1]
    if found := _COPYRIGHT.search(words):
        name = _COMPANY.sub("", found[1])
        return name if name[:1].isupper() else None
    return None


def _names(line: str, sure: bool, stated: bool) -> tuple[int, int] | None:
    """Give the span of the names in an author's line."""
    by = _BY.match(line)
    start = by.end() if by else 0
    if len(line) > _LONGEST or (by and line[:1].islower()):
        return None
    aside = _ASIDE.search(line, start)
    end = start
    at = start
    stop = aside.start() if aside else len(line.rstrip())
    rest: list[str] = []
    for sign in [*_PARTING.finditer(line, start, stop), None]:
        piece = line[at : sign.start() if sign else stop]
        if not rest and _is_name(piece, bare=by is None):
            end = at + len(piece)
        elif piece and _CREDENTIAL.fullmatch(piece) is None:
            rest.append(piece)
        at = sign.end() if sign else stop
    if end == start:
        return None
    others = (" ".join(rest) + (line[aside.start() :] if aside else "")).strip()
    role = _ROLE.fullmatch(others.lstrip("|•·/(–—- ").rstrip(") ")) is not None
    if rest and not role and (not by or (stated and rest[0][:1].islower())):
        return None
    if not (by or sure or role) or others.endswith((".", "!", "?")):
        return None
    return start, end


def _is_name(words: str, bare: bool) -> bool:
    tokens = words.split()
    if not 2 <= len(tokens) <= 6 or len(words) > 60:
        return False
    refused = _NO_PERSON_ALONE if bare else _NO_PERSON
    for token in tokens:
        plain = token.lower().strip(".")
        if plain in refused or token in _LEGAL or not all(char.isalpha() or char in "'’.-" for char in token):
            return False
        if not token[0].isupper() and plain not in _PARTICLES:
            return False
    return tokens[-1][0].isupper() and any(len(token) > 2 for token in tokens)


def part_names(names: str) -> list[str]:
    """Give the names in a line of names: `Anna Berg og Tom Hull`, `Anna Berg, Tom Hull & Mary Rose`."""
    return [name for name in _PARTING.split(names) if name]


def join_names(names: Sequence[str]) -> str:
    """Write names as one line: `Anna Berg, Tom Hull and Mary Rose`; empty where there are none."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def host_of(address: str | None) -> str | None:
    """Give the host of a web address, which stands for an outlet that is not named: `example.org`.

    Args:
        address: Anything.

    Returns:
        In lower case, without "www."; None where there is no address, or it has no host.
    """
    try:
        host = urlsplit(address or "").hostname
    except ValueError:  # "http://[x"
        return None
    return (host or "").removeprefix("www.") or None
