"""A draft -> an article: the byline read from its text, and what is not running text marked, nothing cut."""

import hashlib
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from index.article import Article, Byline, Draft, Kind, Mark
from index.byline import read_credit, read_dateline_outlet, read_own_outlet
from index.dates import read_date
from index.head import Head, read_head, stands_alone
from index.language import language_of
from index.layout import Paragraph, paragraphs, unmarked

LEAST_PROSE = 3
"""Paragraphs of running text from which a line without a full stop is taken for a caption."""
_LEAST_SPEECHES = 3
"""Lines such as `Q: …` from which a text is taken for an interview."""
_MOST_OF_A_TEXT = 3
"""Paragraphs of running text for each line taken for a caption; in a text with more, unended lines are its own."""
_LONGEST_CREDITED = 400
_MOST_CAPTIONS = 2
"""More lines in a row without a full stop are a list, a table or verse."""
_LONGEST_CAPTION = 120
"""A longer line without a full stop is a sentence that lost it, or goes on in a formula or a list."""
_LONGEST_FURNITURE = 300
_LONGEST_TAIL = 600

_FURNITURE = re.compile(
    "|".join(
        (
            r"join (?:our|the) (?:comment\w*|conversation|discussion|forum|debate|newsletter)|join thought-provoking",
            r"thank(?:s| you) for (?:registering|subscribing|signing up)\b|please refresh (?:the|your)",
            r"(?:sign|log) (?:up|in) (?:to|for|now|here|with|below)\b.{0,80}(?:newsletter|e-?mail|account|alerts?|inbox"
            r"|comment|updates|briefing|continue|register)",
            r"(?:subscribe|abonnieren sie|abonnez-vous)\b.{0,100}"
            r"(?:newsletter|today|now|channel|podcast|updates|inbox|to our)",
            r"(?:subscribe|newsletter|advertisement|advertising|anzeige|publicité|publicidad|sponsored content)\W*\Z",
            r"(?:story|article) continues (?:below|after)\b|(?:share|tweet|print|e-?mail|save|comments?|reply)\W*\Z",
            r"(?:share|print|email|save|bookmark) (?:this|the) (?:article|story|page|post|on)\b.{0,40}\Z",
            r"share (?:on|via) (?:facebook|twitter|x|whatsapp|linkedin|email)\b|like us on facebook",
            r"follow (?:us|me|@\w+|the \w+) on (?:facebook|twitter|x|instagram|linkedin|google|youtube|tiktok)\b",
            r"(?:read|see) (?:more|also|next) ?[:|>»-]|read more\W*\Z|(?:lesen sie|lire) (?:auch|aussi)\b",
            r"(?:related(?: (?:articles?|stories|topics|links|content|coverage))?|recommended for you)\W*\Z",
            r"(?:we|(?:this|our) (?:web)?site) uses? cookies|(?:accept|manage) (?:all )?cookies",
            r"©|\(c\) |copyright (?:©|\(c\)|\d{4}|by\b)",
            r"(?:this material|reproduction)\b.{0,80}(?:may not|without) .{0,60}(?:published|permission)",
            r"(?:click|tap) here to (?:subscribe|sign|join|read|download)|download (?:our|the) .{0,30}app\b",
            r"(?:show|view|load|leave|post|add) (?:all |more |a |your )?comments?\W*\Z|comments are closed",
            r"(?:- )?more about\W*\Z|reuse content\W*\Z|continue reading the main story\W*\Z",
            r"most (?:read|popular|viewed)\W*\Z|already a (?:subscriber|member)\?",
        )
    ),
    re.I,
)
_AGENCY = "Reuters|AP|AFP|EPA|PA|Getty|Getty Images|Rex|Shutterstock|Alamy|iStock|dpa|TASS|Xinhua"
_CREDIT = re.compile(
    r"(?:\b(?:photo(?:graph)?|picture|image|video|credit|foto|bild|crédit)s?\b"
    r"(?: (?:by|credit|courtesy of))?\s?:\s?.{2,60}"
    r"|\bphotograph(?:y|ed)? by .{2,60}"
    rf"|\((?:[^()]{{0,40}}[/ ])?(?:{_AGENCY})(?:[/ ][^()]{{0,40}})?\)"
    r"|(?:Getty Images|AFP/Getty|/AP|/Reuters|/AFP|/EPA)(?:/[\w ]{2,30})?)[.\s]*\Z",
    re.I,
)
_CREDIT_REACH = 110
_DAY_IN_NAME = re.compile(r"(?<!\d)(\d{4}-\d\d-\d\d)(?!\d)")


def clean(draft: Draft, path: Path) -> Article:
    """Make an article of what was read from a file; its text stays as it is.

    What is not running text is marked where that can be told, and the byline is read from such lines.
    What the format states wins over what the text states; what neither states stays None.

    Args:
        draft: What a loader read.
        path: The file it came from, absolute; its name, or the draft's own, gives the title where nothing else does.
    """
    if draft.as_given:
        return _article(draft, draft.byline, (), path)
    free = unmarked(paragraphs(draft.text, stands_alone), draft.marks)
    furniture = _furniture(free)
    rest = [one for at, one in enumerate(free) if at not in furniture]
    head = read_head(rest, titled=bool(draft.byline.title))
    body = rest[head.size :]
    credited = [one for one in body[-3:] if read_credit(one.words)]
    marks = [*draft.marks, *head.marks, *_joined(free, furniture)]
    marks += _captions([one for one in body if one not in credited])
    marks += [Mark(Kind.AUTHOR, one.start, one.end) for one in credited]
    datelines = (read_dateline_outlet(one.words) for one in body[:3])
    own = (read_own_outlet(free[at].words) for at in sorted(furniture))
    outlet = head.outlet or next(filter(None, datelines), None) or next(filter(None, own), None)
    author = head.author or next(filter(None, (read_credit(one.words) for one in credited)), None)
    byline = _byline(draft.byline, replace(head, author=author, outlet=outlet), Path(draft.name or path))
    return _article(draft, byline, tuple(sorted(marks, key=lambda mark: mark.start)), path)


def _article(draft: Draft, byline: Byline, marks: tuple[Mark, ...], path: Path) -> Article:
    running, at = [], 0
    for mark in marks:
        running.append(draft.text[at : mark.start])
        at = mark.end
    language = language_of(" ".join((*running, draft.text[at:])), draft.language)
    digest = hashlib.sha256(f"{byline.outlet or ''}\0{draft.text}".encode(errors="surrogatepass")).hexdigest()
    return Article(
        id=draft.id or digest[:16],
        text=draft.text,
        byline=byline,
        marks=marks,
        path=str(path),
        pages=draft.pages,
        language=language,
        as_given=draft.as_given,
        member=draft.name,
    )


def _byline(stated: Byline, head: Head, path: Path) -> Byline:
    stem = " ".join(path.stem.encode(errors="replace").decode().split())
    day = _DAY_IN_NAME.search(stem)
    named = read_date(day[1]) if day else None
    origin = dict(stated.provenance)
    for name in ("title", "author", "published", "outlet", "url"):
        if getattr(head, name) and not getattr(stated, name):
            origin[name] = "text"
    title = stated.title or head.title
    if not title:
        title, origin["title"] = stem or path.name, "file name"
    published = stated.published or head.published
    if not published and named:
        published, origin["published"] = named, "file name"
    return replace(
        stated,
        title=title,
        author=stated.author or head.author,
        published=published,
        outlet=stated.outlet or head.outlet,
        url=stated.url or head.url,
        provenance=origin,
    )


def _furniture(parts: list[Paragraph]) -> set[int]:
    """Give the places of the page's own words among the paragraphs; none where there is no running text."""
    found = {at for at, one in enumerate(parts) if len(one.words) <= _LONGEST_FURNITURE and _FURNITURE.match(one.words)}
    prose = [at for at, one in enumerate(parts) if at not in found and one.is_prose]
    if not prose:
        return set()
    tail = min((at for at in found if at > prose[-1]), default=None)
    if tail is not None and parts[-1].end - parts[tail].start <= _LONGEST_TAIL:
        found.update(range(tail, len(parts)))
    return found


def _joined(parts: list[Paragraph], places: set[int]) -> list[Mark]:
    """One mark for furniture in a row."""
    marks: list[Mark] = []
    last = -2
    for at in sorted(places):
        start = marks.pop().start if at == last + 1 else parts[at].start
        marks.append(Mark(Kind.FURNITURE, start, parts[at].end))
        last = at
    return marks


def _captions(body: list[Paragraph]) -> list[Mark]:
    prose = [one for one in body if one.is_prose]
    if len(prose) < LEAST_PROSE:
        return []
    single_spaced = sum(one.alone for one in prose) * 2 < len(prose)
    dialogue = sum(one.is_speech for one in body) >= _LEAST_SPEECHES
    marks: list[Mark] = []
    row: list[Paragraph] = []
    signed = False
    for one, after in pairwise([*body, None, None]):
        apart = one is not None and (one.alone or single_spaced) and not (dialogue and one.is_speech)
        apart = apart and one is not None and len(one.words) <= _LONGEST_CAPTION
        parted = after is not None and after.words[0].islower()  # a sentence that a line end interrupts
        if one is not None and apart and not signed and one.is_unended_line and not one.is_item and not parted:
            row.append(one)
            continue
        # Among single-spaced paragraphs, lines at the end may be a signature or a list.
        if len(row) <= (1 if single_spaced else _MOST_CAPTIONS) and not (single_spaced and one is None):
            marks.extend(Mark(Kind.CAPTION, line.start, line.end) for line in row)
        row = []
        if one is None:
            break
        # "Yours sincerely," or "He made three points:" leads to lines that are no captions.
        signed = one.is_open or (signed and not one.is_prose)
    if len(marks) * _MOST_OF_A_TEXT > len(prose):
        marks = []
    marks.extend(Mark(Kind.CAPTION, one.start, one.end) for one in body if _is_credited(one))
    return marks


def _is_credited(one: Paragraph) -> bool:
    return (
        len(one.words) <= _LONGEST_CREDITED
        and (one.is_ended or one.has_inner_end)
        and _CREDIT.search(one.words, max(0, len(one.words) - _CREDIT_REACH)) is not None
    )
