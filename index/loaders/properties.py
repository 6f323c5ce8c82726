"""What a document's properties state of its title and author, believed only where it is no program's filling."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from index.article import Byline, Draft, Kind
from index.byline import is_byline, read_author
from index.dates import is_date
from index.imprint import read_line
from index.layout import Paragraph
from index.loaders.page import Part, lay_out

_HEAD_PARTS = 12
_LONGEST = 250
_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint|excel)\b.*|(?:untitled|unbenannt|sans titre|document|dokument|layout|slide|folie"
    r"|page|presentation|powerpoint presentation|letter|article|text|title|print|pdf|scan|scanned|unknown|unspecified"
    r"|anonymous|no title|default|new document|full page photo)[\s\d_.()-]*"
    r"|.*\.(?:docx?|dotx?|odt|ott|rtf|pdf|indd|qxd|qxp|tex|dvi|e?ps|ai|pptx?|xlsx?|txt|html?|pages|epub|jpe?g|png|tiff?)",
    re.I,
)
_COMPANY = re.compile(
    r"\b(?:ltd|limited|inc|llc|plc|gmbh|ag|corp|company|newspapers?|media|publish\w*|press|group|university|office|desk"
    r"|user|owner|windows|microsoft|adobe|author|systems?|services?|department|ministry)\b",
    re.I,
)
_LETTER = re.compile(r"[^\W\d_]")


def read_title(given: object, path: Path) -> str | None:
    """Give the title that a document's properties state; None for a file's name and what programs fill in."""
    title = " ".join(str(given or "").replace("\0", " ").split())
    named = letters(title) == letters(path.stem) or (" " not in title and re.search(r"[\d_]", title))
    if named or not 1 < len(title) <= _LONGEST or len(_LETTER.findall(title)) < 2 or _NO_TITLE.fullmatch(title):
        return None
    return title


def make_draft(
    parts: list[Part], title: str | None, author: object, *, origin: str = "properties", name: str | None = None
) -> Draft:
    """Lay out a document, with what its properties state as far as it is believed.

    A title is believed where the text shows it or has no headline of its own, an author who has a person's name where
    the text has no author's line: who saved a file need not have written the article. Days are not read, for they tell
    when a file was made, not when the article came out.

    Args:
        parts: The text's; the first with kind TITLE is its headline, others become captions.
        title: As `read_title` gives it.
        author: As the properties have it.
        origin: Where the properties stand, for the provenance.
        name: What the article is called inside its file.
    """
    parts = _titled([part for part in parts if part.text], title)
    text, marks = lay_out([], parts)
    return Draft(text=text, byline=read_byline(parts, title, author, origin), marks=marks, name=name)


def read_byline(parts: Sequence[Part], title: str | None, author: object, origin: str) -> Byline:
    """Make the byline of `make_draft`, the headline among the parts being known."""
    head = [part.text for part in parts if part.kind is not Kind.FURNITURE][:_HEAD_PARTS]
    named = " ".join(str(author or "").replace("\0", " ").split())
    names = read_author(named if named.lower().startswith("by ") else f"By {named}") if named else None
    if names and (_COMPANY.search(names) or any(is_byline(text) or _states(Kind.AUTHOR, text) for text in head)):
        names = None
    found: dict[str, str] = {"author": origin} if names else {}
    heading = next((part.text for part in parts if part.kind is Kind.TITLE), None)
    if heading is not None:
        title, found["title"] = " ".join(heading.split()), "text"
    elif title and (not head or Paragraph(0, len(head[0]), head[0], alone=True).is_prose):
        found["title"] = origin
    else:
        title = None
    return Byline(title or "", names, provenance=found)


def _titled(parts: list[Part], title: str | None) -> list[Part]:
    """Leave one headline: what the properties call so, else the first one where no running text comes before it."""
    shown = [at for at, part in enumerate(parts) if part.kind is not Kind.FURNITURE]
    same = [at for at in shown[:_HEAD_PARTS] if title and letters(parts[at].text) == letters(title)]
    prose = next((at for at in shown if _is_prose(parts[at])), len(parts))
    headings = [at for at in shown if parts[at].kind is Kind.TITLE and at < prose]
    chosen = (same or headings or [-1])[0]
    return [
        replace(part, kind=Kind.TITLE if at == chosen else Kind.CAPTION)
        if at == chosen or part.kind is Kind.TITLE
        else part
        for at, part in enumerate(parts)
    ]


def _is_prose(part: Part) -> bool:
    return part.kind is None and Paragraph(0, len(part.text), part.text, alone=True).is_prose


def states_day(body: Sequence[Part]) -> bool:
    """True when a line at the head of a text is a day, or an author's line with one."""
    return any(is_date(text) or _states(Kind.DATE, text) for text in _head(body))


def _states(kind: Kind, text: str) -> bool:
    line = read_line(text)
    return line is not None and any(part[0] is kind for part in line.parts)


def _head(body: Sequence[Part]) -> list[str]:
    return [part.text for part in body if part.kind is not Kind.FURNITURE][:_HEAD_PARTS]


def letters(words: str) -> str:
    """Give the letters and figures of words, in lower case, to compare titles by."""
    return re.sub(r"[\W_]", "", words).casefold()
